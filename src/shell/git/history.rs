//! How one file, the log, came to be what it is.

use std::cell::RefCell;
use std::collections::HashMap;
use std::path::PathBuf;

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

/// Where the histories of files last changed, as far as it was looked for.
#[derive(Default)]
pub struct Anchors {
    /// By the repository and the path.
    known: RefCell<HashMap<(PathBuf, RepoPath), HashMap<Oid, Oid>>>,
}

impl Anchors {
    /// A commit with the same [`versions`] of the file as `tip`: the first one below that is a merge, has no parent, or
    /// changes the file.
    ///
    /// # Errors
    /// An object that is missing or malformed.
    pub fn of(&self, repo: &Repo, tip: &ObjectId, path: &RepoPath) -> Result<ObjectId, Error> {
        if !repo.remembers() {
            return Ok(tip.clone());
        }
        let mut known = self.known.borrow_mut();
        let known = known.entry((repo.git_dir().to_owned(), path.clone())).or_default();
        let (mut at, mut passed) = (oid(tip)?, Vec::new());
        let anchor = loop {
            if let Some(anchor) = known.get(&at) {
                break *anchor;
            }
            passed.push(at);
            let commit = repo.raw_commit(at)?;
            let [parent] = commit.parents.as_slice() else { break at };
            if let Parent::Unknown(_) = repo.parent(at, *parent)? {
                break at;
            }
            if blob_at(repo, commit.tree, path)? != blob_at(repo, repo.raw_commit(*parent)?.tree, path)? {
                break at;
            }
            at = *parent;
        };
        known.extend(passed.into_iter().map(|commit| (commit, anchor)));
        Ok(object_id(anchor))
    }
}

/// The regular file at a path.
fn blob_at(repo: &Repo, tree: Oid, path: &RepoPath) -> Result<Option<Oid>, Error> {
    let node = repo.node_at(tree, path)?;
    Ok(node.filter(|node| matches!(node.kind, NodeKind::Item(Kind::File | Kind::Executable))).map(|node| node.id))
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
        let blob = blob_at(self.repo, tree, self.path)?;
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
