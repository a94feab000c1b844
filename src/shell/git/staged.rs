//! What a commit made now would change: the index against commits.
//!
//! Where the index says which tree a folder would be written as, that tree is compared and the entries below it are not
//! looked at: so does `git commit`. Elsewhere entries and trees are gone through side by side.

use std::io;

use super::changes::Walk;
use super::index::{chosen, staged_by_entries};
use super::index_file::{CacheTree, Entries, Entry, Folders, IndexFile};
use super::open::Repo;
use super::reader::unreadable_index;
use super::tree::{Node, NodeKind, is_name, node_kind};
use crate::change::{Change, ObjectId};
use crate::shell::Error;

/// What a commit made now would change, sorted by path: the index against HEAD (against nothing before the first
/// commit). `parents` are the other parents of a merge about to be made: a path counts only if it differs from
/// them all. A path in conflict always counts. What is only intended to be added is no part of the commit.
///
/// # Errors
/// An index or object that cannot be read.
pub fn staged(repo: &Repo, parents: &[ObjectId]) -> Result<Vec<Change>, Error> {
    let Some(index) = repo.index_stream() else { return staged_by_entries(repo, parents) };
    let head = repo.head()?;
    let mut changes: Option<Vec<Change>> = None;
    for commit in [head.as_ref()].into_iter().chain(parents.iter().map(Some)) {
        let differing = match against(repo, &index, commit) {
            Ok(differing) => differing,
            Err(Stop::Failed(error)) => return Err(error),
            Err(Stop::Unknown) => return staged_by_entries(repo, parents),
        };
        changes = Some(match changes {
            None => differing,
            Some(mut changes) => {
                changes.retain(|change| differing.binary_search_by(|other| other.path.cmp(&change.path)).is_ok());
                changes
            }
        });
    }
    Ok(changes.unwrap_or_default())
}

/// Why a comparison ends early.
enum Stop {
    /// The repository's other readers must say what the index holds.
    Unknown,
    Failed(Error),
}

impl From<Error> for Stop {
    fn from(error: Error) -> Self {
        Stop::Failed(error)
    }
}

impl From<io::Error> for Stop {
    fn from(_: io::Error) -> Self {
        Stop::Unknown
    }
}

/// What leads from a commit (or from nothing) to the index, sorted by path; what is in conflict always.
fn against(repo: &Repo, index: &IndexFile, commit: Option<&ObjectId>) -> Result<Vec<Change>, Stop> {
    let tree = commit.map(|commit| repo.tree_of(commit)).transpose()?;
    let malformed = || Stop::Failed(unreadable_index(repo.index_file(), "its cache tree is not what git writes"));
    let folders = match &index.outline.folders {
        Folders::Known(folders) => Some(folders),
        Folders::Unknown => None,
        Folders::Malformed => return Err(malformed()),
    };
    let mut walk = Walk::new(repo);
    match written(repo, folders)? {
        Some((_, count)) if !index.outline.is_split && count != u64::from(index.outline.count) => {
            return Err(malformed());
        }
        Some((root, _)) => walk.folders(tree, Some(root))?,
        None if index.outline.is_split => return Err(Stop::Unknown),
        None => {
            let mut entries = index.entries()?;
            advance(&mut entries)?;
            let mut join = Join { repo, walk, entries };
            join.folder(tree, folders)?;
            if join.entries.current().is_some() {
                return Err(Stop::Unknown);
            }
            walk = join.walk;
        }
    }
    Ok(walk.into_changes())
}

/// The tree that a folder would be written as, if that is known, and how many entries are below it. git does not go by
/// a tree that is not there.
fn written(repo: &Repo, folder: Option<&CacheTree>) -> Result<Option<(ObjectId, u64)>, Error> {
    let Some((id, count)) = folder.and_then(|folder| folder.tree) else { return Ok(None) };
    Ok(repo.ask(|reader| reader.kind(id))?.map(|_| (id, count)))
}

fn advance<R: io::Read>(entries: &mut Entries<R>) -> Result<(), Stop> {
    if entries.advance()? { Ok(()) } else { Err(Stop::Unknown) }
}

/// Goes through the entries of an index and the trees of a commit side by side.
struct Join<'repo, R> {
    repo: &'repo Repo,
    walk: Walk<'repo>,
    entries: Entries<R>,
}

impl<R: io::Read> Join<'_, R> {
    /// The folder at the walk's path: its tree in the commit, and what the index says of it.
    fn folder(&mut self, tree: Option<ObjectId>, cache: Option<&CacheTree>) -> Result<(), Stop> {
        let tree = tree.map(|id| self.repo.tree(id)).transpose()?;
        let mut gone: Vec<Option<(&[u8], Node)>> = tree.iter().flat_map(|tree| tree.entries()).map(Some).collect();
        while let Some((name, is_folder)) = self.name()? {
            let at = tree.as_ref().and_then(|tree| tree.position(&name));
            let old = match at.map(|at| (at, gone.get_mut(at).and_then(Option::take))) {
                None => None,
                Some((_, Some((_, node)))) => Some(node),
                // A file and a folder of one name.
                Some((_, None)) => return Err(Stop::Unknown),
            };
            let cache = cache.and_then(|cache| cache.folder(&name)).filter(|_| is_folder);
            // It ends where its name does: with a slash.
            let sparse = self.walk.below(self.entries.path()).is_some_and(|rest| rest.len() == name.len() + 1);
            match written(self.repo, cache)? {
                Some((id, count)) => {
                    self.pass_over(&name, count)?;
                    self.walk.entry(&name, old, Some(Node { kind: NodeKind::Folder, id }))?;
                }
                None if sparse => self.sparse(&name, old)?,
                None if is_folder => self.open(&name, old, cache)?,
                None => self.item(&name, old)?,
            }
        }
        for (name, node) in gone.into_iter().flatten() {
            self.walk.entry(name, Some(node), None)?;
        }
        Ok(())
    }

    /// What comes next in the folder at the walk's path, and whether it is a folder; `None` where the folder ends.
    fn name(&self) -> Result<Option<(Vec<u8>, bool)>, Stop> {
        if self.entries.current().is_none() {
            return Ok(None);
        }
        let Some(rest) = self.walk.below(self.entries.path()) else { return Ok(None) };
        let (name, is_folder) = match rest.iter().position(|byte| *byte == b'/') {
            Some(at) => (rest.get(..at).unwrap_or_default(), true),
            None => (rest, false),
        };
        if is_name(name) { Ok(Some((name.to_vec(), is_folder))) } else { Err(Stop::Unknown) }
    }

    /// A folder that a sparse checkout leaves out, as one entry.
    fn sparse(&mut self, name: &[u8], old: Option<Node>) -> Result<(), Stop> {
        let is_folder = |entry: &Entry| node_kind(entry.mode) == Some(NodeKind::Folder) && entry.stage == 0;
        let Some(entry) = self.entries.current().filter(is_folder) else { return Err(Stop::Unknown) };
        advance(&mut self.entries)?;
        Ok(self.walk.entry(name, old, Some(Node { kind: NodeKind::Folder, id: entry.id }))?)
    }

    /// A folder of whose entries some are staged.
    fn open(&mut self, name: &[u8], old: Option<Node>, cache: Option<&CacheTree>) -> Result<(), Stop> {
        let folder = old.filter(|node| node.kind == NodeKind::Folder).map(|node| node.id);
        if folder.is_none() {
            self.walk.entry(name, old, None)?;
        }
        let length = self.walk.enter(name)?;
        self.folder(folder, cache)?;
        self.walk.leave(length);
        Ok(())
    }

    /// Goes past the entries of a folder whose tree is known: as many as the index says.
    fn pass_over(&mut self, name: &[u8], count: u64) -> Result<(), Stop> {
        let length = self.walk.enter(name)?;
        let mut passed = 0;
        while self.entries.current().is_some() && self.walk.below(self.entries.path()).is_some() {
            advance(&mut self.entries)?;
            passed += 1;
        }
        self.walk.leave(length);
        if passed == count { Ok(()) } else { Err(self.miscounted()) }
    }

    fn miscounted(&self) -> Stop {
        Stop::Failed(unreadable_index(self.repo.index_file(), "its cache tree is of another index"))
    }

    /// A file, link or submodule, or the stages of one that is in conflict.
    fn item(&mut self, name: &[u8], old: Option<Node>) -> Result<(), Stop> {
        let path = self.entries.path().to_vec();
        let mut stages: Vec<Entry> = Vec::new();
        while let Some(entry) = self.entries.current().filter(|_| self.entries.path() == path) {
            stages.push(entry);
            advance(&mut self.entries)?;
        }
        let node = |entry: &Entry| match node_kind(entry.mode) {
            Some(kind @ NodeKind::Item(_)) => Ok(Node { kind, id: entry.id }),
            _ => Err(Stop::Unknown),
        };
        match stages.as_slice() {
            [entry] if entry.intent_to_add => self.walk.entry(name, old, None)?,
            [entry] if entry.stage == 0 => self.walk.entry(name, old, Some(node(entry)?))?,
            stages if stages.iter().any(|entry| entry.stage == 0 || entry.intent_to_add) => return Err(Stop::Unknown),
            stages => {
                let Some(entry) = chosen(stages, |entry| entry.stage) else { return Err(Stop::Unknown) };
                let node = node(entry)?;
                if old == Some(node) {
                    self.walk.touch(name, node);
                } else {
                    self.walk.entry(name, old, Some(node))?;
                }
            }
        }
        Ok(())
    }
}
