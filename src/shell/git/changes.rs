//! What differs between commits, by the ids in their trees: no configuration, attribute or guess of a rename has a
//! say in it.

use std::cmp::Ordering;
use std::collections::{BTreeMap, HashMap};

use super::commit::Parent;
use super::id::{Oid, object_id, oid};
use super::open::Repo;
use super::tree::{Node, NodeKind};
use crate::change::{Change, ObjectId, RepoPath, Side};
use crate::shell::Error;

/// Folders in folders beyond which a tree is taken for an attack.
const DEEPEST: usize = 512;

/// What a commit changed, sorted by path: against its parent; for a merge the paths that differ from every
/// parent, with the first parent's side as the old one; for a root all it holds.
///
/// # Errors
/// An object that is missing or malformed, or a parent beyond the edge of a shallow history.
pub fn commit_changes(repo: &Repo, id: &ObjectId) -> Result<Vec<Change>, Error> {
    let commit = repo.commit(id)?;
    let mut parents = Vec::new();
    for parent in &commit.parents {
        match parent {
            Parent::Known(parent) => parents.push(parent),
            Parent::Unknown(parent) => {
                return Err(Error::new(format!("history is shallow: {}, a parent of {}, is not here", parent.0, id.0))
                    .hint("run `git fetch --unshallow`; in CI, check out with full history (`fetch-depth: 0`)"));
            }
        }
    }
    let Some((first, others)) = parents.split_first() else { return changes_between(repo, None, id) };
    let mut changes = changes_between(repo, Some(first), id)?;
    for parent in others {
        let differing = changes_between(repo, Some(parent), id)?;
        changes.retain(|change| differing.binary_search_by(|other| other.path.cmp(&change.path)).is_ok());
    }
    Ok(changes)
}

/// What differs from one commit (or from nothing) to another, sorted by path.
///
/// # Errors
/// An object that is missing or malformed.
pub fn changes_between(repo: &Repo, from: Option<&ObjectId>, to: &ObjectId) -> Result<Vec<Change>, Error> {
    let old = from.map(|id| Ok::<_, Error>(repo.raw_commit(oid(id)?)?.tree)).transpose()?;
    let new = repo.raw_commit(oid(to)?)?.tree;
    let mut walk = Walk { repo, path: Vec::new(), depth: 0, changes: Vec::new() };
    walk.folders(old, Some(new))?;
    let mut changes = walk.changes;
    changes.sort_by(|one, two| one.path.cmp(&two.path));
    Ok(changes)
}

/// All that a commit's tree holds, by path; nothing where there is no commit.
pub(super) fn contents(repo: &Repo, commit: Option<&ObjectId>) -> Result<HashMap<RepoPath, Side>, Error> {
    let Some(commit) = commit else { return Ok(HashMap::new()) };
    let changes = changes_between(repo, None, commit)?;
    Ok(changes.into_iter().filter_map(|change| change.new.map(|side| (change.path, side))).collect())
}

/// The changes that lead from `old` to `new`, sorted by path.
pub(super) fn compare(mut old: HashMap<RepoPath, Side>, new: &BTreeMap<RepoPath, Side>) -> Vec<Change> {
    let mut changes = Vec::new();
    for (path, side) in new {
        let before = old.remove(path);
        if before.as_ref() != Some(side) {
            changes.push(Change { path: path.clone(), old: before, new: Some(side.clone()), seen: true });
        }
    }
    let gone = old.into_iter().map(|(path, side)| Change { path, old: Some(side), new: None, seen: true });
    changes.extend(gone);
    changes.sort_by(|one, two| one.path.cmp(&two.path));
    changes
}

struct Walk<'repo> {
    repo: &'repo Repo,
    path: Vec<u8>,
    depth: usize,
    changes: Vec<Change>,
}

impl Walk<'_> {
    /// Goes through two folders side by side, in the order of names.
    fn folders(&mut self, old: Option<Oid>, new: Option<Oid>) -> Result<(), Error> {
        if old == new {
            return Ok(());
        }
        if self.depth >= DEEPEST {
            return Err(Error::new(format!("a tree has more than {DEEPEST} folders in each other")));
        }
        let old = old.map(|id| self.repo.tree(id)).transpose()?;
        let new = new.map(|id| self.repo.tree(id)).transpose()?;
        let mut old = old.iter().flat_map(|tree| &tree.entries).peekable();
        let mut new = new.iter().flat_map(|tree| &tree.entries).peekable();
        loop {
            let order = match (old.peek(), new.peek()) {
                (None, None) => return Ok(()),
                (Some(_), None) => Ordering::Less,
                (None, Some(_)) => Ordering::Greater,
                (Some((one, _)), Some((two, _))) => one.cmp(two),
            };
            let before = if order.is_le() { old.next() } else { None };
            let after = if order.is_ge() { new.next() } else { None };
            if let Some((name, _)) = before.or(after) {
                self.entry(name, before.map(|(_, node)| *node), after.map(|(_, node)| *node))?;
            }
        }
    }

    /// One name of a folder: what it was, what it is.
    fn entry(&mut self, name: &[u8], old: Option<Node>, new: Option<Node>) -> Result<(), Error> {
        if old == new {
            return Ok(());
        }
        let length = self.path.len();
        if length > 0 {
            self.path.push(b'/');
        }
        self.path.extend_from_slice(name);
        let (old_side, new_side) = (side(old), side(new));
        if old_side.is_some() || new_side.is_some() {
            let path = RepoPath::new(self.path.as_slice());
            self.changes.push(Change { path, old: old_side, new: new_side, seen: true });
        }
        let (old_folder, new_folder) = (folder(old), folder(new));
        if old_folder.is_some() || new_folder.is_some() {
            self.depth += 1;
            self.folders(old_folder, new_folder)?;
            self.depth -= 1;
        }
        self.path.truncate(length);
        Ok(())
    }
}

fn side(node: Option<Node>) -> Option<Side> {
    match node?.kind {
        NodeKind::Folder => None,
        NodeKind::Item(kind) => Some(Side { kind, id: object_id(node?.id) }),
    }
}

fn folder(node: Option<Node>) -> Option<Oid> {
    node.filter(|node| node.kind == NodeKind::Folder).map(|node| node.id)
}
