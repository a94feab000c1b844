//! A slice's plan and what a session leaves, as the work tree has them.

use crate::change::RepoPath;
use crate::handoff;
use crate::plan::Plan;

/// The plans, looked at by `plan check` and `handoff` alone.
#[derive(Debug, Clone)]
pub struct Planned {
    /// The slice that is meant.
    pub slice: String,
    /// All dated plans, oldest first, each with its path from the repository's root.
    pub plans: Vec<(RepoPath, Plan)>,
    /// The policy's folder, from the root.
    pub folder: String,
    /// What the session leaves besides; `None` where only plans are looked at.
    pub left: Option<Left>,
}

/// What a session leaves besides the plan.
#[derive(Debug, Clone, Default)]
pub struct Left {
    /// What `progress.md` points at; `None` where it is not there.
    pub pointers: Option<Vec<handoff::Pointer>>,
    /// The entries of the handoff log; `None` where it is not there.
    pub entries: Option<Vec<handoff::Entry>>,
}

impl Planned {
    /// The slice's plan: the newest, where there are several.
    pub fn plan(&self) -> Option<&(RepoPath, Plan)> {
        self.plans.iter().rev().find(|(_, plan)| plan.slice == self.slice)
    }

    /// A path from the policy's folder, from the root.
    pub fn path(&self, path: &str) -> RepoPath {
        RepoPath::from(path).under(&self.folder)
    }
}
