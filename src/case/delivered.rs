//! What a slice brings along, as a case needs it.

use crate::change::{Kind, RepoPath};

/// What a slice touched, and what became of the check of its features.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Delivered {
    /// Every path, from the policy's folder, with what it is, or was where it is gone.
    pub touched: Vec<(RepoPath, Kind)>,
    /// How the policy's `[bdd] check` failed; `None` where it passed, or where there is nothing to check.
    pub failed: Option<Failed>,
}

/// A command that did not pass.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Failed {
    /// The command.
    pub command: String,
    /// How it ended, as a predicate: `ended with status 1`.
    pub ended: String,
    /// The last line that it said; empty where it said nothing.
    pub said: String,
}

impl Delivered {
    /// Whether a path from the policy's folder was touched.
    pub fn touches(&self, path: &RepoPath) -> bool {
        self.touched.iter().any(|(touched, _)| touched == path)
    }
}
