//! The plans of the work tree, and which slice is meant.

use std::fs;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use jiff::civil::Date;

use crate::case::{Case, LogCase, Planned};
use crate::change::RepoPath;
use crate::log::Log;
use crate::plan::{self, Chosen, Plan};
use crate::report::escape;
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
    /// All dated plans that can be read, oldest first, each with its path from the root.
    pub(super) plans: Vec<(RepoPath, Plan)>,
    /// Those that cannot be read, and why.
    pub(super) unreadable: Vec<Unreadable>,
}

/// A dated plan that cannot be read.
pub(super) struct Unreadable {
    /// Its path from the root.
    pub(super) path: RepoPath,
    pub(super) date: Date,
    pub(super) slice: String,
    pub(super) why: Error,
}

impl Unreadable {
    /// Why, as an error of its own.
    pub(super) fn again(&self) -> Error {
        Error::new(self.why.to_string()).hints_of(&self.why)
    }
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
        let from_root = |path: &str| RepoPath::from(path).under(&standing.folder);
        let (mut plans, mut unreadable) = (Vec::new(), Vec::new());
        for (path, date, slice) in dated(&folder)? {
            let (file, path) = (folder.join(&path), from_root(&path));
            match text(&file) {
                Ok(text) => plans.push((path, Plan::read(date, &slice, &text))),
                Err(why) => unreadable.push(Unreadable { path, date, slice, why }),
            }
        }
        Ok(Desk { world, folder, plans, unreadable, standing })
    }

    /// The slice that is meant: this party's own, unless it is named. Its plan is one that can be read.
    pub(super) fn chosen(&self, named: Option<&str>) -> Result<Chosen, Error> {
        let own = &self.standing.policy.party;
        let folder = &self.standing.folder;
        let theirs = self.log().filter(|_| named.is_none()).and_then(|log| plan::only_theirs(log, own));
        if let Some(gate) = theirs {
            let (slice, party) = (escape(&gate.slice), escape(&gate.party));
            return Err(Error::new(format!(
                "which slice is meant? The only open gate, `{slice}` (line {} of the log), is {party}'s",
                gate.line
            ))
            .hint(format!("if that is what you work on: --slice {slice}; else name another with --slice")));
        }
        let read = self.plans.iter().map(|(path, plan)| (path, plan.date, plan.slice.as_str()));
        let unread = self.unreadable.iter().map(|plan| (&plan.path, plan.date, plan.slice.as_str()));
        let known: Vec<(RepoPath, Date, &str)> =
            read.chain(unread).filter_map(|(path, date, slice)| Some((path.below(folder)?, date, slice))).collect();
        let plans = known.iter().filter_map(|(path, date, slice)| Some((*date, *slice, path.to_str()?)));
        let chosen = plan::choose(named, self.log(), own, plans).ok_or_else(|| {
            Error::new("which slice is meant? The log has no gate that names one, and there is no plan")
                .hint("name it with --slice, or draft its plan: `verify-gate plan new --slice SLICE`")
        })?;
        match self.unreadable.iter().find(|plan| plan.slice == chosen.slice) {
            Some(plan) => Err(plan.again()),
            None => Ok(chosen),
        }
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

/// The newest of the dated plans below a folder, with its path from there.
pub(super) fn newest(folder: &Path) -> Result<Option<(String, Plan)>, Error> {
    let Some((path, date, slice)) = dated(folder)?.pop() else { return Ok(None) };
    let plan = Plan::read(date, &slice, &text(&folder.join(&path))?);
    Ok(Some((path, plan)))
}

/// The path, the date and the slice of all dated plans below a folder, oldest first.
fn dated(folder: &Path) -> Result<Vec<(String, Date, String)>, Error> {
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
        let slice = slice.to_owned();
        plans.push((path, date, slice));
    }
    plans.sort();
    Ok(plans)
}

fn text(file: &Path) -> Result<String, Error> {
    let bytes = files::read_at_most(file, LONGEST)
        .map_err(|error| error.hint("let it be a file that you may read, or move it away"))?;
    if bytes.len() > LONGEST {
        return Err(Error::new(format!("{} is too large to be read", files::shown(file)))
            .hint("more than 4 MiB is no such text: move it away, or shorten it"));
    }
    String::from_utf8(bytes).map_err(|error| {
        let line = 1 + error.as_bytes().iter().take(error.utf8_error().valid_up_to()).filter(|b| **b == b'\n').count();
        Error::new(format!("{} is not UTF-8 (line {line})", files::shown(file))).hint("save it as UTF-8")
    })
}
