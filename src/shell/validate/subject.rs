//! What is validated: a slice, its matrix, and the tree that is handed over.

use std::collections::BTreeMap;
use std::path::Path;

use crate::change::{ObjectId, RepoPath, Side};
use crate::evidence::FOLDER;
use crate::handoff::{HANDOFF_LOG, PROGRESS};
use crate::log::{Gate, Log};
use crate::plan::matrix::{Matrix, Sides};
use crate::plan::{self, Part, Plan};
use crate::policy::Policy;
use crate::report::escape;
use crate::shell::Error;
use crate::shell::cli::Common;
use crate::shell::git::{Repo, Snapshot, Take, tree_id};
use crate::shell::plans::Desk;

/// What a handoff itself changes, from the folder that the policy governs; the log comes to these.
const HANDOFF: [&str; 2] = [PROGRESS, HANDOFF_LOG];

/// What is validated.
pub(in crate::shell) struct Subject {
    pub(in crate::shell) repo: Repo,
    pub(in crate::shell) desk: Desk,
    pub(in crate::shell) slice: String,
}

impl Subject {
    /// Finds it, with the slice that is meant.
    pub(in crate::shell) fn find(common: &Common, slice: Option<&str>) -> Result<Subject, Error> {
        let desk = Desk::open(common)?;
        let slice = desk.chosen(slice)?.slice;
        Ok(Subject { repo: Repo::open(common.repo.as_deref())?, desk, slice })
    }

    /// The folder that the policy governs.
    pub(in crate::shell) fn root(&self) -> &Path {
        &self.desk.folder
    }

    /// The same, from the repository's root.
    pub(in crate::shell) fn folder(&self) -> &str {
        &self.desk.standing.folder
    }

    pub(in crate::shell) fn policy(&self) -> &Policy {
        &self.desk.standing.policy
    }

    /// The log, where there is one.
    pub(in crate::shell) fn log(&self) -> Option<&Log> {
        self.desk.log()
    }

    /// The slice's gate, the latest of that name.
    pub(in crate::shell) fn gate(&self) -> Option<&Gate> {
        self.log()?.gates.iter().rev().find(|gate| gate.slice == self.slice)
    }

    /// The matrix of the slice's plan, else that of its gate, else the policy's; and where it stands.
    pub(super) fn matrix(&self) -> Result<(Matrix, String), Error> {
        let speakers = self.policy().writers().speakers;
        let sides = Sides { parties: &speakers, own: &self.policy().party };
        let mut looked = Vec::new();
        if let Some((path, plan)) = self.plan() {
            let blocks: Vec<_> = plan
                .of(Part::Validation)
                .flat_map(|part| plan.blocks.iter().filter(|block| block.line > part.line && block.line <= part.end))
                .cloned()
                .collect();
            let matrix = Matrix::read(&blocks, sides);
            if !matrix.is_empty() {
                return Ok((matrix, format!("plan: {path}")));
            }
            looked.push(format!("`{path}` has no Validation Matrix"));
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
                escape(&plan::path(self.desk.world.today, &self.slice))
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
        let below = sides.into_iter().filter_map(|(path, side)| Some((path.below(self.folder())?, side)));
        below.filter(|(path, _)| !self.is_left_out(path)).collect()
    }

    /// What a handoff itself changes, from the policy's folder.
    pub(in crate::shell) fn is_left_out(&self, path: &RepoPath) -> bool {
        let is_in = |folder: &str| path.below(folder).is_some();
        let policy = self.policy();
        is_in(FOLDER)
            || is_in(plan::FOLDER)
            || HANDOFF.iter().any(|file| *path == RepoPath::from(*file))
            || (policy.is_log_owner() && *path == policy.log.path)
    }

    /// The plan of the slice, the latest if there are several, and its path from the root.
    pub(in crate::shell) fn plan(&self) -> Option<&(RepoPath, Plan)> {
        self.desk.plans.iter().rfind(|(_, plan)| plan.slice == self.slice)
    }
}
