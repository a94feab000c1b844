//! Keys, licences and what verifies them, as a change leaves them.

use crate::change::RepoPath;
use crate::licence::Refusal;

/// What is wrong with one file after the change.
#[derive(Debug, Clone)]
pub struct RefusedFile {
    /// From the repository's root.
    pub path: RepoPath,
    /// What it is.
    pub role: LicenceRole,
    /// What is wrong.
    pub refusal: Refusal,
}

/// What a file has to do with licences.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LicenceRole {
    /// A key bundle.
    Bundle,
    /// A licence pack.
    Pack,
    /// What says which packages are installed.
    Dependencies,
}
