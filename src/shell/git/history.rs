//! How one file, the log, came to be what it is.

use std::collections::HashMap;

use super::commit::{Commit, Parent};
use super::graph::new_commits;
use super::id::{Oid, object_id, oid};
use super::open::Repo;
use super::tree::NodeKind;
use crate::change::{Kind, ObjectId, RepoPath};
use crate::shell::Error;

/// A commit at which the file is not what it was in some parent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LogVersion {
    /// The commit.
    pub commit: Commit,
    /// The file there; `None` where there is no regular file.
    pub blob: Option<ObjectId>,
    /// The file in each parent, in order; `None` for a parent beyond the edge of a shallow history.
    pub parent_blobs: Vec<Option<Option<ObjectId>>>,
}

/// The commits reachable from `tip` at which the file at `path` differs from that of at least one parent, or that
/// have no (known) parent and hold it; children before parents.
///
/// # Errors
/// An object that is missing or malformed.
pub fn versions(repo: &Repo, tip: &ObjectId, path: &RepoPath) -> Result<Vec<LogVersion>, Error> {
    let history = new_commits(repo, std::slice::from_ref(tip), &[])?;
    let mut blobs = Blobs { repo, path, by_tree: HashMap::new(), by_commit: HashMap::new() };
    let mut versions = Vec::new();
    for id in history.commits {
        let id = oid(&id)?;
        let raw = repo.raw_commit(id)?;
        let blob = blobs.in_tree(raw.tree)?;
        blobs.by_commit.insert(id, blob);
        let known = raw.parents.iter().map(|parent| blobs.by_commit.get(parent).copied());
        let changed = known.clone().any(|parent| parent != Some(blob));
        if changed || (raw.parents.is_empty() && blob.is_some()) {
            let parent_blobs: Vec<_> = known.map(|parent| parent.map(|blob| blob.map(object_id))).collect();
            let version = LogVersion { commit: repo.commit(&object_id(id))?, blob: blob.map(object_id), parent_blobs };
            if version.blob.is_some() || version.parent_blobs.iter().flatten().any(Option::is_some) {
                versions.push(version);
            }
        }
    }
    versions.reverse();
    Ok(versions)
}

/// The file in trees and commits already looked at: most commits leave the log, and many its folder, as they were.
struct Blobs<'repo> {
    repo: &'repo Repo,
    path: &'repo RepoPath,
    by_tree: HashMap<Oid, Option<Oid>>,
    by_commit: HashMap<Oid, Option<Oid>>,
}

impl Blobs<'_> {
    fn in_tree(&mut self, tree: Oid) -> Result<Option<Oid>, Error> {
        if let Some(known) = self.by_tree.get(&tree) {
            return Ok(*known);
        }
        let node = self.repo.node_at(tree, self.path)?;
        let blob = node.filter(|node| matches!(node.kind, NodeKind::Item(Kind::File | Kind::Executable)));
        let blob = blob.map(|node| node.id);
        self.by_tree.insert(tree, blob);
        Ok(blob)
    }
}

impl LogVersion {
    /// Whether some parent lies beyond the edge of a shallow history.
    pub fn has_unknown_parent(&self) -> bool {
        self.commit.parents.iter().any(|parent| matches!(parent, Parent::Unknown(_)))
    }
}
