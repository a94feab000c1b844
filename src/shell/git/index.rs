//! What the index holds, by all its entries; the parents of a merge that is about to be made.

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::fs;
use std::io::ErrorKind;

use super::changes::{compare, contents};
use super::open::Repo;
use super::reader::IndexEntry;
use super::tree::{NodeKind, is_name, node_kind};
use crate::change::{Change, ObjectId, RepoPath, Side};
use crate::shell::Error;

/// As `staged`, by all entries and all that the commits hold.
pub(super) fn staged_by_entries(repo: &Repo, parents: &[ObjectId]) -> Result<Vec<Change>, Error> {
    let index = index_contents(repo)?;
    let mut changes = compare(contents(repo, repo.head()?.as_ref())?, &index.sides);
    for path in &index.conflicts {
        if let Err(at) = changes.binary_search_by(|change| change.path.cmp(path)) {
            let side = index.sides.get(path).cloned();
            changes.insert(at, Change { path: path.clone(), old: side.clone(), new: side, seen: true });
        }
    }
    for parent in parents {
        let differing = compare(contents(repo, Some(parent))?, &index.sides);
        changes.retain(|change| {
            index.conflicts.binary_search(&change.path).is_ok()
                || differing.binary_search_by(|other| other.path.cmp(&change.path)).is_ok()
        });
    }
    Ok(changes)
}

/// The other parents of a merge that has stopped for its conflicts, from `MERGE_HEAD`; empty with no such merge.
///
/// # Errors
/// A `MERGE_HEAD` that cannot be read or holds anything but ids.
pub fn merge_parents(repo: &Repo) -> Result<Vec<ObjectId>, Error> {
    let file = repo.git_dir().join("MERGE_HEAD");
    let text = match fs::read_to_string(&file) {
        Ok(text) => text,
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(Vec::new()),
        Err(error) => return Err(Error::new(format!("cannot read {}: {error}", file.display()))),
    };
    let ids = text.lines().map(|line| {
        ObjectId::from_hex(line)
            .ok_or_else(|| Error::new(format!("{} holds something else than commit ids", file.display())))
    });
    ids.collect()
}

/// The other parents of a merge that git is about to commit: it names them to `pre-merge-commit` in the *names* of
/// environment variables, `GITHEAD_<id>`. Takes all names of the environment.
///
/// # Errors
/// A commit named so that the repository does not have.
pub fn githead_parents(repo: &Repo, names: impl IntoIterator<Item = OsString>) -> Result<Vec<ObjectId>, Error> {
    let mut parents = Vec::new();
    for name in names {
        let id = name.to_str().and_then(|name| name.strip_prefix("GITHEAD_")).and_then(ObjectId::from_hex);
        if let Some(id) = id {
            parents.push(repo.commit(&id)?.id);
        }
    }
    parents.sort();
    Ok(parents)
}

/// The paths that git keeps: those in the index.
///
/// # Errors
/// As for [`super::staged`].
pub fn tracked(repo: &Repo) -> Result<Vec<RepoPath>, Error> {
    Ok(index_contents(repo)?.sides.into_keys().collect())
}

impl Repo {
    /// Whether git ignores what stands at a path, and has never kept it.
    ///
    /// # Errors
    /// As for [`super::staged`]; ignore rules that cannot be read.
    pub fn is_ignored(&self, path: &RepoPath) -> Result<bool, Error> {
        Ok(self.ask(|reader| reader.is_ignored(path))? && !index_contents(self)?.sides.contains_key(path))
    }
}

/// The index as the commit's tree would have it.
pub(super) struct IndexContents {
    pub(super) sides: BTreeMap<RepoPath, Side>,
    /// Sorted; of each the sides hold our version, else theirs, else the base.
    pub(super) conflicts: Vec<RepoPath>,
}

/// Reads the index.
pub(super) fn index_contents(repo: &Repo) -> Result<IndexContents, Error> {
    contents_of(&repo.ask(|reader| reader.index())?)
}

/// What a commit's tree would have of the entries.
pub(super) fn contents_of(entries: &[IndexEntry]) -> Result<IndexContents, Error> {
    let mut sides = BTreeMap::new();
    let mut conflicts = BTreeMap::new();
    for IndexEntry { path, mode, id, stage, .. } in entries.iter().filter(|entry| !entry.intent_to_add) {
        let Some(NodeKind::Item(kind)) = node_kind(*mode) else {
            return Err(Error::new(format!("the index has mode {mode:o} at {path}")));
        };
        if !path.as_bytes().split(|b| *b == b'/').all(is_name) {
            return Err(Error::new(format!("the index has an entry that is no path of a file: {path}")));
        }
        let side = Side { kind, id: *id };
        match stage {
            0 => {
                if let Some(Side { .. }) = sides.insert(path.clone(), side) {
                    return Err(Error::new(format!("the index names {path} twice")));
                }
            }
            stage => conflicts.entry(path.clone()).or_insert_with(Vec::new).push((stage, side)),
        }
    }
    let paths = conflicts.keys().cloned().collect();
    for (path, stages) in conflicts {
        sides.extend(chosen(&stages, |(stage, _)| **stage).map(|(_, side)| (path, side.clone())));
    }
    Ok(IndexContents { sides, conflicts: paths })
}

/// Of the stages of a conflict the one that stands for it: our version, else theirs, else the base.
pub(super) fn chosen<T>(stages: &[T], stage: impl Fn(&T) -> u16) -> Option<&T> {
    stages.iter().min_by_key(|one| match stage(one) {
        2 => 0,
        3 => 1,
        _ => 2,
    })
}
