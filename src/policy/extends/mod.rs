//! `[extends]`: a baseline that many repositories share, below the file of one.
//!
//! The baseline is a file of the same tree, pinned by its digest: nothing is fetched where something is judged. What the
//! own file says counts in the place of what the baseline says, key by key; of `[protect]` both count. Where that lets pass
//! what the baseline alone would not, it is a [`Deviation`], which every report lists, or which the baseline forbids.

mod baseline;
mod deviation;
mod edit;
mod merge;
mod snapshot;

pub use deviation::Deviation;
pub use edit::{Pinned, Record};
pub use snapshot::{Revision, Snapshot, Wanted};

pub(super) use baseline::Baseline;
pub(super) use deviation::deviations;
pub(super) use merge::merged;
pub(super) use snapshot::wanted;

use crate::change::RepoPath;

/// What a policy extends.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Extends {
    /// The snapshot, below the policy's folder.
    pub file: RepoPath,
    /// What it is called, as the policy's file is called what it is.
    pub name: String,
    /// Its text.
    pub text: String,
    /// Its SHA-256, in hexadecimal.
    pub sha256: String,
    /// Where it comes from, as the policy records it.
    pub revision: Option<Revision>,
    /// What of the own file loosens it.
    pub deviations: Vec<Deviation>,
}

#[cfg(test)]
mod tests;
