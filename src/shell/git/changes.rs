//! What differs between commits, by the ids in their trees: no configuration, attribute or guess of a rename has a
//! say in it.

use std::cmp::Ordering;
use std::collections::{BTreeMap, HashMap};

use super::commit::Parent;
use super::open::Repo;
use super::tree::{Node, NodeKind};
use crate::change::{Change, ObjectId, RepoPath, Side};
use crate::policy::Reach;
use crate::shell::Error;

/// Folders in folders beyond which a tree is taken for an attack.
const DEEPEST: usize = 512;

/// What a commit changed, sorted by path: against its parent; for a merge the paths that differ from every
/// parent, with the first parent's side as the old one; for a root all it holds.
///
/// # Errors
/// An object that is missing or malformed, or a parent beyond the edge of a shallow history.
pub fn commit_changes(repo: &Repo, id: &ObjectId) -> Result<Vec<Change>, Error> {
    commit_changes_within(repo, id, &Reach::EVERYWHERE)
}

/// The same, of what is within `reach`; nothing else is looked at.
///
/// # Errors
/// As [`commit_changes`].
pub fn commit_changes_within(repo: &Repo, id: &ObjectId, reach: &Reach) -> Result<Vec<Change>, Error> {
    let commit = repo.commit(id)?;
    let mut parents = Vec::new();
    for parent in &commit.parents {
        match parent {
            Parent::Known(parent) => parents.push(parent),
            Parent::Unknown(parent) => {
                return Err(Error::new(format!("history is shallow: {parent}, a parent of {id}, is not here"))
                    .hint("run `git fetch --unshallow`; in CI, check out with full history (`fetch-depth: 0`)"));
            }
        }
    }
    let Some((first, others)) = parents.split_first() else { return changes_within(repo, None, id, reach) };
    let mut changes = changes_within(repo, Some(first), id, reach)?;
    for parent in others {
        let differing = changes_within(repo, Some(parent), id, reach)?;
        changes.retain(|change| differing.binary_search_by(|other| other.path.cmp(&change.path)).is_ok());
    }
    Ok(changes)
}

/// What differs from one commit (or from nothing) to another, sorted by path.
///
/// # Errors
/// An object that is missing or malformed.
pub fn changes_between(repo: &Repo, from: Option<&ObjectId>, to: &ObjectId) -> Result<Vec<Change>, Error> {
    changes_within(repo, from, to, &Reach::EVERYWHERE)
}

/// The same, of what is within `reach`; nothing else is looked at.
///
/// # Errors
/// As [`changes_between`].
pub fn changes_within(
    repo: &Repo,
    from: Option<&ObjectId>,
    to: &ObjectId,
    reach: &Reach,
) -> Result<Vec<Change>, Error> {
    let old = from.map(|id| repo.tree_of(id)).transpose()?;
    let mut walk = Walk { reach, ..Walk::new(repo) };
    walk.folders(old, Some(repo.tree_of(to)?))?;
    Ok(walk.into_changes())
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

/// Goes through two trees, or a tree and an index, side by side, and keeps what differs.
pub(super) struct Walk<'repo> {
    repo: &'repo Repo,
    reach: &'repo Reach,
    /// The folder that it is in.
    path: Vec<u8>,
    depth: usize,
    changes: Vec<Change>,
}

impl<'repo> Walk<'repo> {
    /// Starts at the root.
    pub(super) fn new(repo: &'repo Repo) -> Self {
        Walk { repo, reach: &Reach::EVERYWHERE, path: Vec::new(), depth: 0, changes: Vec::new() }
    }

    /// What differs, sorted by path.
    pub(super) fn into_changes(self) -> Vec<Change> {
        let mut changes = self.changes;
        changes.sort_by(|one, two| one.path.cmp(&two.path));
        changes
    }

    /// What of a path lies below the folder that the walk is in; `None` if it lies elsewhere.
    pub(super) fn below<'path>(&self, path: &'path [u8]) -> Option<&'path [u8]> {
        if self.path.is_empty() {
            return Some(path);
        }
        path.strip_prefix(self.path.as_slice())?.strip_prefix(b"/")
    }

    /// Goes into a folder; gives what [`Walk::leave`] takes.
    pub(super) fn enter(&mut self, name: &[u8]) -> Result<usize, Error> {
        if self.depth >= DEEPEST {
            return Err(Error::new(format!("a tree has more than {DEEPEST} folders in each other")));
        }
        let length = self.path.len();
        self.push(name);
        self.depth += 1;
        Ok(length)
    }

    /// Goes back to the folder that was entered from.
    pub(super) fn leave(&mut self, length: usize) {
        self.path.truncate(length);
        self.depth -= 1;
    }

    /// Keeps a name that counts although it is as it was.
    pub(super) fn touch(&mut self, name: &[u8], node: Node) {
        let length = self.path.len();
        self.push(name);
        let side = side(Some(node));
        self.changes.push(Change {
            path: RepoPath::new(self.path.as_slice()),
            old: side.clone(),
            new: side,
            seen: true,
        });
        self.path.truncate(length);
    }

    fn push(&mut self, name: &[u8]) {
        if !self.path.is_empty() {
            self.path.push(b'/');
        }
        self.path.extend_from_slice(name);
    }

    /// Goes through two folders side by side, in the order of names.
    pub(super) fn folders(&mut self, old: Option<ObjectId>, new: Option<ObjectId>) -> Result<(), Error> {
        if old == new {
            return Ok(());
        }
        let old = old.map(|id| self.repo.tree(id)).transpose()?;
        let new = new.map(|id| self.repo.tree(id)).transpose()?;
        let (first, last) = match (&old, &new) {
            (Some(old), Some(new)) if self.repo.remembers() => old.alike(new),
            _ => (0, 0),
        };
        let mut old = old.iter().flat_map(|tree| tree.entries_between(first, last)).peekable();
        let mut new = new.iter().flat_map(|tree| tree.entries_between(first, last)).peekable();
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
                self.entry(name, before.map(|(_, node)| node), after.map(|(_, node)| node))?;
            }
        }
    }

    /// One name of a folder: what it was, what it is.
    pub(super) fn entry(&mut self, name: &[u8], old: Option<Node>, new: Option<Node>) -> Result<(), Error> {
        if old == new {
            return Ok(());
        }
        let length = self.enter(name)?;
        if !self.reach.touches(&self.path) {
            self.leave(length);
            return Ok(());
        }
        let (old_side, new_side) = (side(old), side(new));
        if old_side.is_some() || new_side.is_some() {
            let path = RepoPath::new(self.path.as_slice());
            self.changes.push(Change { path, old: old_side, new: new_side, seen: true });
        }
        let (old_folder, new_folder) = (folder(old), folder(new));
        if old_folder.is_some() || new_folder.is_some() {
            self.folders(old_folder, new_folder)?;
        }
        self.leave(length);
        Ok(())
    }
}

fn side(node: Option<Node>) -> Option<Side> {
    match node?.kind {
        NodeKind::Folder => None,
        NodeKind::Item(kind) => Some(Side { kind, id: node?.id }),
    }
}

fn folder(node: Option<Node>) -> Option<ObjectId> {
    node.filter(|node| node.kind == NodeKind::Folder).map(|node| node.id)
}
