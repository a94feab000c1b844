//! What is validated: a slice, its matrix, and the tree that is handed over.

use std::collections::BTreeMap;
use std::path::PathBuf;

use jiff::civil::Date;

use crate::case::LogCase;
use crate::change::{ObjectId, RepoPath, Side};
use crate::evidence::FOLDER;
use crate::log::{Gate, Log};
use crate::plan::matrix::{Matrix, Sides};
use crate::plan::{self, Part, Plan};
use crate::policy::Policy;
use crate::report::escape;
use crate::shell::cli::Common;
use crate::shell::git::{Repo, Snapshot, Take, tree_id};
use crate::shell::logs::speakers;
use crate::shell::status::{Asked, Standing, standing};
use crate::shell::world::World;
use crate::shell::{Error, files};

/// Largest plan that is read, in bytes.
const LARGEST: usize = 4 << 20;

/// What a handoff itself changes, from the folder that the policy governs; the log comes to these.
const HANDOFF: [&str; 2] = ["progress.md", "docs/SESSION_HANDOFF.md"];

/// What is validated.
pub(in crate::shell) struct Subject {
    pub(in crate::shell) repo: Repo,
    pub(in crate::shell) standing: Standing,
    pub(in crate::shell) slice: String,
    /// The folder that the policy governs.
    pub(in crate::shell) root: PathBuf,
}

impl Subject {
    /// Finds it: the slice that is named, else that of the latest gate while it is open, else that of the latest plan.
    pub(in crate::shell) fn find(common: &Common, slice: Option<&str>) -> Result<Subject, Error> {
        let world = World::new();
        let standing = standing(common, &world, Asked::Status)?;
        let repo = Repo::open(common.repo.as_deref())?;
        let root = repo.root().ok_or_else(|| {
            Error::new("a bare repository has no work tree to validate").hint("run the command in a clone")
        })?;
        let root = root.join(&standing.folder);
        let mut subject = Subject { repo, standing, slice: String::new(), root };
        subject.slice = match slice {
            Some(slice) => slice.to_owned(),
            None => subject.current_slice()?,
        };
        Ok(subject)
    }

    pub(in crate::shell) fn policy(&self) -> &Policy {
        &self.standing.policy
    }

    /// The log, where there is one.
    pub(in crate::shell) fn log(&self) -> Option<&Log> {
        match &self.standing.log {
            LogCase::Read(reading) => Some(&reading.log),
            LogCase::NotNeeded | LogCase::Missing { .. } => None,
        }
    }

    /// The slice's gate, the latest of that name.
    pub(in crate::shell) fn gate(&self) -> Option<&Gate> {
        self.log()?.gates.iter().rev().find(|gate| gate.slice == self.slice)
    }

    /// The matrix of the slice's plan, else that of its gate, else the policy's; and where it stands.
    pub(super) fn matrix(&self) -> Result<(Matrix, String), Error> {
        let speakers = speakers(self.policy());
        let sides = Sides { parties: &speakers, own: &self.policy().party };
        let mut looked = Vec::new();
        if let Some((path, plan)) = self.plan()? {
            let blocks: Vec<_> = plan
                .of(Part::Validation)
                .flat_map(|part| plan.blocks.iter().filter(|block| block.line > part.line && block.line <= part.end))
                .cloned()
                .collect();
            let matrix = Matrix::read(&blocks, sides);
            if !matrix.is_empty() {
                return Ok((matrix, format!("plan: {path}")));
            }
            looked.push(format!("`{}` has no Validation Matrix", escape(&path)));
        } else {
            looked.push("it has no plan".to_owned());
        }
        if let Some(gate) = self.gate() {
            let matrix = Matrix::read(&gate.validation, sides);
            if !matrix.is_empty() {
                return Ok((matrix, format!("gate: line {} of the log", gate.line)));
            }
            looked.push("its gate names no validation".to_owned());
        }
        let commands = self.policy().session.validation.iter().map(String::as_str);
        let matrix = Matrix::of_commands(commands);
        if !matrix.is_empty() {
            return Ok((matrix, "policy".to_owned()));
        }
        Err(Error::new(format!("there is nothing to run for slice `{}`: {}", escape(&self.slice), looked.join(", ")))
            .hint(format!(
                "write its plan, `{}`, with a `## Validation Matrix` that has each command as a code span",
                escape(&plan::path(World::new().today, &self.slice))
            )))
    }

    /// The digest of the tree that is handed over: the id that git would give the policy's folder if all of the work tree
    /// were committed, without evidence, the log, plans, and the files that a handoff writes.
    pub(super) fn tree(&self) -> Result<ObjectId, Error> {
        let snapshot = Snapshot::take(&self.repo, Take::Everything)?;
        tree_id(&self.repo, &self.handed_over(snapshot.sides))
    }

    /// What is handed over of some tree, from the policy's folder.
    pub(in crate::shell) fn handed_over(&self, sides: BTreeMap<RepoPath, Side>) -> BTreeMap<RepoPath, Side> {
        let below = sides.into_iter().filter_map(|(path, side)| Some((path.below(&self.standing.folder)?, side)));
        below.filter(|(path, _)| !self.is_left_out(path)).collect()
    }

    fn is_left_out(&self, path: &RepoPath) -> bool {
        let is_in = |folder: &str| path.below(folder).is_some();
        let policy = self.policy();
        is_in(FOLDER)
            || is_in(plan::FOLDER)
            || HANDOFF.iter().any(|file| *path == RepoPath::from(*file))
            || (policy.is_log_owner() && *path == policy.log.path)
    }

    /// The plan of the slice, the latest if there are several, and its path.
    fn plan(&self) -> Result<Option<(String, Plan)>, Error> {
        let own = self.plans()?.into_iter().rfind(|(_, slice)| *slice == self.slice);
        let Some((date, slice)) = own else { return Ok(None) };
        let path = plan::path(date, &slice);
        let file = self.root.join(&path);
        let bytes = files::read_at_most(&file, LARGEST)?;
        if bytes.len() > LARGEST {
            return Err(Error::new(format!("the plan `{}` is larger than {LARGEST} bytes", escape(&path))));
        }
        let text = String::from_utf8(bytes).map_err(|_| Error::new(format!("the plan `{}` is not UTF-8", escape(&path))))?;
        Ok(Some((path, Plan::read(date, &slice, &text))))
    }

    /// Date and slice of each plan, by date.
    fn plans(&self) -> Result<Vec<(Date, String)>, Error> {
        let folder = self.root.join(plan::FOLDER);
        let unreadable = |error: std::io::Error| files::failed("read", &folder, &error);
        let entries = match std::fs::read_dir(&folder) {
            Ok(entries) => entries,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(Vec::new()),
            Err(error) => return Err(unreadable(error)),
        };
        let mut plans = Vec::new();
        for entry in entries {
            let name = entry.map_err(unreadable)?.file_name();
            let path = format!("{}/{}", plan::FOLDER, name.to_string_lossy());
            plans.extend(plan::named(&path).map(|(date, slice)| (date, slice.to_owned())));
        }
        plans.sort();
        Ok(plans)
    }

    fn current_slice(&self) -> Result<String, Error> {
        if let Some(gate) = self.log().and_then(Log::latest).filter(|gate| !gate.state.is_final()) {
            return Ok(gate.slice.clone());
        }
        let plans = self.plans()?;
        let latest = plans.last().map(|(date, _)| *date);
        let mut latest = plans.iter().filter(|(date, _)| Some(*date) == latest);
        match (latest.next(), latest.next()) {
            (Some((_, slice)), None) => Ok(slice.clone()),
            (Some(_), Some(_)) => {
                Err(Error::new("several plans have the latest date").hint("name the slice with --slice"))
            }
            (None, _) => Err(Error::new("there is no open gate and no plan that says which slice is meant")
                .hint("name the slice with --slice")),
        }
    }
}
