//! How one file, the log, came to be what it is.

use std::cell::RefCell;
use std::collections::HashMap;
use std::path::PathBuf;

use super::commit::{Commit, Parent};
use super::graph::new_commits;
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
        let raw = repo.raw_commit(id)?;
        let blob = blobs.in_tree(raw.tree)?;
        blobs.by_commit.insert(id, blob);
        let known = raw.parents.iter().map(|parent| blobs.by_commit.get(parent).copied());
        let changed = known.clone().any(|parent| parent != Some(blob));
        if changed || (raw.parents.is_empty() && blob.is_some()) {
            let parent_blobs: Vec<_> = known.collect();
            let version = LogVersion { commit: repo.commit(&id)?, blob, parent_blobs };
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
    known: RefCell<HashMap<(PathBuf, RepoPath), HashMap<ObjectId, ObjectId>>>,
}

impl Anchors {
    /// A commit with the same [`versions`] of the file as `tip`: the first one below that is a merge, has no parent, or
    /// changes the file.
    ///
    /// # Errors
    /// An object that is missing or malformed.
    pub fn of(&self, repo: &Repo, tip: &ObjectId, path: &RepoPath) -> Result<ObjectId, Error> {
        if !repo.remembers() {
            return Ok(*tip);
        }
        let mut known = self.known.borrow_mut();
        let known = known.entry((repo.git_dir().to_owned(), path.clone())).or_default();
        let (mut at, mut passed) = (*tip, Vec::new());
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
        Ok(anchor)
    }
}

/// The regular file at a path.
fn blob_at(repo: &Repo, tree: ObjectId, path: &RepoPath) -> Result<Option<ObjectId>, Error> {
    let node = repo.node_at(tree, path)?;
    Ok(node.filter(|node| matches!(node.kind, NodeKind::Item(Kind::File | Kind::Executable))).map(|node| node.id))
}

/// The file in trees and commits already looked at: most commits leave the log, and many its folder, as they were.
struct Blobs<'repo> {
    repo: &'repo Repo,
    path: &'repo RepoPath,
    by_tree: HashMap<ObjectId, Option<ObjectId>>,
    by_commit: HashMap<ObjectId, Option<ObjectId>>,
}

impl Blobs<'_> {
    fn in_tree(&mut self, tree: ObjectId) -> Result<Option<ObjectId>, Error> {
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

#[cfg(test)]
mod tests {
    use git2::{Repository, Signature, Time};

    use super::super::descent::{Descent, is_ancestor};
    use super::*;

    /// A history of some forty commits at random: merges, several roots, dates out of order, a file that comes, goes and
    /// changes.
    fn history(seed: u64) -> (tempfile::TempDir, Vec<ObjectId>) {
        let mut state = seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1;
        let mut random = |below: usize| {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
            (state >> 33) as usize % below
        };
        let folder = tempfile::tempdir().unwrap();
        let repository = Repository::init(folder.path()).unwrap();
        let mut commits: Vec<git2::Oid> = Vec::new();
        for n in 0..40 {
            let mut tree = repository.treebuilder(None).unwrap();
            let content = repository.blob(&[b'0' + random(3) as u8]).unwrap();
            if random(6) > 0 {
                tree.insert("log", content, 0o100644).unwrap();
            }
            tree.insert("n", repository.blob(&[n]).unwrap(), 0o100644).unwrap();
            let tree = repository.find_tree(tree.write().unwrap()).unwrap();
            let parents = if commits.is_empty() { 0 } else { [0, 1, 1, 1, 1, 1, 1, 2, 3][random(9)] };
            let mut parents: Vec<_> =
                (0..parents).map(|_| commits[commits.len() - 1 - random(commits.len().min(6))]).collect();
            parents.sort();
            parents.dedup();
            let parents: Vec<_> = parents.iter().map(|id| repository.find_commit(*id).unwrap()).collect();
            let who = Signature::new("A", "a@b", &Time::new(1_000 + random(30) as i64, 0)).unwrap();
            let parents: Vec<_> = parents.iter().collect();
            commits.push(repository.commit(None, &who, &who, "x", &tree, &parents).unwrap());
        }
        let commits = commits.into_iter().map(ObjectId::from).collect();
        (folder, commits)
    }

    #[test]
    fn what_one_commit_tells_of_another_is_what_a_walk_tells() {
        for seed in 0..6 {
            let (folder, commits) = history(seed);
            let (repo, plain) =
                (Repo::open_other(folder.path()).unwrap(), Repo::open_other(folder.path()).unwrap().plainly());
            let (descent, anchors, path) = (Descent::default(), Anchors::default(), RepoPath::from("log"));
            let mut moved = 0;
            for tip in &commits {
                for goal in &commits {
                    let told = descent.is_ancestor(&repo, goal, tip).unwrap();
                    assert_eq!(told, is_ancestor(&plain, goal, tip).unwrap(), "seed {seed}: {goal:?} {tip:?}");
                }
                let anchor = anchors.of(&repo, tip, &path).unwrap();
                assert_eq!(
                    versions(&repo, &anchor, &path).unwrap(),
                    versions(&plain, tip, &path).unwrap(),
                    "seed {seed}"
                );
                moved += usize::from(anchor != *tip);
            }
            assert!(moved > 0, "seed {seed}: some commits leave the file alone");
        }
    }
}
