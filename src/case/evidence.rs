//! The evidence and the bundle of a slice, as a case needs them.

use crate::bundle::Flaw;
use crate::change::RepoPath;
use crate::evidence::{FOLDER, Lack, folder_name};

/// What is missing of the evidence for the tree that is handed over.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EvidenceCase {
    /// The slice.
    pub slice: String,
    /// Where its evidence is, or would be.
    pub folder: RepoPath,
    /// Why it does not stand for the tree; empty if it does.
    pub lacks: Vec<Lack>,
}

impl EvidenceCase {
    /// The evidence of a slice in the folder that the policy governs, which is given from the root.
    pub fn new(slice: &str, folder: &str, lacks: Vec<Lack>) -> EvidenceCase {
        let below = RepoPath::from(format!("{FOLDER}/{}", folder_name(slice)).as_str());
        EvidenceCase { slice: slice.to_owned(), folder: below.under(folder), lacks }
    }
}

/// What is wrong with the bundle of a slice.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BundleCase {
    /// Where it is, or would be, on this machine.
    pub path: String,
    /// Nothing, if it is whole.
    pub flaws: Vec<Flaw>,
}
