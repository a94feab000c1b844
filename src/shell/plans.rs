//! The plans of the work tree, and which slice is meant.

use std::fs;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use crate::case::{Case, LogCase, Planned};
use crate::change::RepoPath;
use crate::log::Log;
use crate::plan::{self, Chosen, Plan};
use crate::shell::cli::Common;
use crate::shell::git::Repo;
use crate::shell::status::{Asked, Standing, standing};
use crate::shell::world::World;
use crate::shell::{Error, files};

/// A plan longer than this, in bytes, is none.
const LONGEST: usize = 4 << 20;

/// What is known where plans are written: the policy, the log, the work tree's plans.
pub(super) struct Desk {
    pub(super) standing: Standing,
    pub(super) world: World,
    /// The folder that the policy governs, in the work tree.
    pub(super) folder: PathBuf,
    /// All dated plans, oldest first, each with its path from the root.
    pub(super) plans: Vec<(RepoPath, Plan)>,
}

impl Desk {
    /// Finds it. Policy and log are those of HEAD, the plans those of the work tree.
    pub(super) fn open(common: &Common) -> Result<Desk, Error> {
        let world = World::new();
        let standing = standing(common, &world, Asked::Log { fetch: false })?;
        let repo = Repo::open(common.repo.as_deref())?;
        let root = repo.root().ok_or_else(|| {
            Error::new("a bare repository has no work tree, and so no plans").hint("run the command in a clone")
        })?;
        let folder = root.join(&standing.folder);
        let below = |(path, plan): (String, Plan)| (RepoPath::from(path.as_str()).under(&standing.folder), plan);
        let plans = read_all(&folder)?.into_iter().map(below).collect();
        Ok(Desk { world, folder, plans, standing })
    }

    /// The slice that is meant.
    pub(super) fn chosen(&self, named: Option<&str>) -> Result<Chosen, Error> {
        let known: Vec<(RepoPath, &Plan)> =
            self.plans.iter().filter_map(|(path, plan)| Some((path.below(&self.standing.folder)?, plan))).collect();
        let plans = known.iter().filter_map(|(path, plan)| Some((plan.date, plan.slice.as_str(), path.to_str()?)));
        plan::choose(named, self.log(), plans).ok_or_else(|| {
            Error::new("which slice is meant? The log has no gate that names one, and there is no plan")
                .hint("name it with --slice, or draft its plan: `verify-gate plan new --slice SLICE`")
        })
    }

    /// The log, where there is one.
    pub(super) fn log(&self) -> Option<&Log> {
        match &self.standing.log {
            LogCase::Read(reading) => Some(&reading.log),
            LogCase::NotNeeded | LogCase::Missing { .. } => None,
        }
    }

    /// What the rules look at.
    pub(super) fn case(&self, planned: Planned) -> Case<'_> {
        let case = Case::without_change(&self.standing.policy, self.standing.log.clone(), self.world.today);
        Case { planned: Some(planned), ..case }
    }

    /// The text of a file of the folder; `None` where it is not there.
    pub(super) fn text(&self, path: &str) -> Result<Option<String>, Error> {
        let file = self.folder.join(path);
        match fs::symlink_metadata(&file) {
            Err(error) if matches!(error.kind(), ErrorKind::NotFound | ErrorKind::NotADirectory) => Ok(None),
            _ => text(&file).map(Some),
        }
    }
}

/// All dated plans below a folder, oldest first, each with its path from there.
pub(super) fn read_all(folder: &Path) -> Result<Vec<(String, Plan)>, Error> {
    let place = folder.join(plan::FOLDER);
    let entries = match fs::read_dir(&place) {
        Ok(entries) => entries,
        Err(error) if matches!(error.kind(), ErrorKind::NotFound | ErrorKind::NotADirectory) => return Ok(Vec::new()),
        Err(error) => return Err(files::failed("read", &place, &error)),
    };
    let mut plans = Vec::new();
    for entry in entries {
        let entry = entry.map_err(|error| files::failed("read", &place, &error))?;
        // A name that is not UTF-8 says no date.
        let Ok(name) = entry.file_name().into_string() else { continue };
        let path = format!("{}/{name}", plan::FOLDER);
        let Some((date, slice)) = plan::named(&path) else { continue };
        let plan = Plan::read(date, slice, &text(&entry.path())?);
        plans.push((path, plan));
    }
    plans.sort_by(|(a, _), (b, _)| a.cmp(b));
    Ok(plans)
}

fn text(file: &Path) -> Result<String, Error> {
    let bytes = files::read_at_most(file, LONGEST)?;
    if bytes.len() > LONGEST {
        return Err(Error::new(format!("{} is too large to be read", files::shown(file))));
    }
    String::from_utf8(bytes)
        .map_err(|_| Error::new(format!("{} is not UTF-8", files::shown(file))).hint("save it as UTF-8"))
}
