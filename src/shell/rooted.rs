//! Files that a person named, as paths from the root of the repository that they lie in.

use std::path::{Path, PathBuf};

use crate::change::RepoPath;
use crate::report::Finding;

/// Where a file lies in its repository; `None` where it is not there, or in none.
pub(super) fn below_root(path: &Path) -> Option<PathBuf> {
    let path = path.canonicalize().ok()?;
    let root = path.ancestors().skip(1).find(|folder| folder.join(".git").exists())?;
    path.strip_prefix(root).ok().map(Path::to_owned)
}

/// The findings with their paths from the root, where those are of a repository; `REV:path` already is from there.
pub(super) fn rooted(findings: &[Finding]) -> Vec<Finding> {
    let one = |finding: &Finding| {
        let path = finding.path.as_ref().map(|path| from_root(path).unwrap_or_else(|| path.clone()));
        Finding { path, ..finding.clone() }
    };
    findings.iter().map(one).collect()
}

fn from_root(path: &RepoPath) -> Option<RepoPath> {
    let named = path.to_str()?;
    match below_root(Path::new(named)) {
        Some(below) => Some(RepoPath::new(below.as_os_str().as_encoded_bytes())),
        None => {
            let (rev, path) = named.split_once(':')?;
            (!rev.is_empty() && !path.is_empty() && !Path::new(named).exists()).then(|| RepoPath::from(path))
        }
    }
}
