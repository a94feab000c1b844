//! Required reading as it lies in the work tree, against what was read.

use std::path::{Path, PathBuf};

use super::store::kept;
use crate::case::Stale;
use crate::change::{ObjectId, RepoPath};
use crate::log::Log;
use crate::policy::{self, Policy};
use crate::report::LogPlace;
use crate::session::{Changes, Document, Record, State, changes, required};
use crate::shell::git::{FileAt, Repo, blob_id, edits};
use crate::shell::{Error, files};

/// Documents beyond this many bytes are not compared line by line.
const LONGEST: usize = 16 << 20;

/// The policy's list, or the protocol's.
pub(super) fn list(policy: &Policy) -> Result<Vec<policy::Reading>, Error> {
    required(policy).map_err(|error| Error::new(error.to_string()))
}

/// What there is of each document on the list of the policy in this folder.
pub(super) fn documents(
    repo: &Repo,
    folder: &str,
    policy: &Policy,
    record: Option<&Record>,
) -> Result<Vec<Document>, Error> {
    list(policy)?.into_iter().map(|reading| document(repo, folder, reading, record)).collect()
}

fn document(repo: &Repo, folder: &str, reading: policy::Reading, record: Option<&Record>) -> Result<Document, Error> {
    let mut state = State::Missing;
    for path in &reading.one_of {
        let Some((id, bytes)) = content(repo, folder, path)? else { continue };
        let read = record.and_then(|record| record.reading.get(path.to_str()?));
        let changes = match read {
            Some(read) if read.id != id.to_string() => Some(compared(repo, &read.id, &bytes)?),
            Some(_) | None => None,
        };
        state = State::There { path: path.clone(), id: id.to_string(), read: read.map(|read| read.at), changes };
        break;
    }
    Ok(Document { one_of: reading.one_of, state })
}

/// The file at a path, links followed, and the id that git has for its content; `None` if there is none.
fn content(repo: &Repo, folder: &str, path: &RepoPath) -> Result<Option<(ObjectId, Vec<u8>)>, Error> {
    let Some(file) = place(repo, folder, path).filter(|file| file.is_file()) else { return Ok(None) };
    let bytes = files::read_at_most(&file, usize::MAX)?;
    Ok(Some((blob_id(repo, &bytes)?, bytes)))
}

fn place(repo: &Repo, folder: &str, path: &RepoPath) -> Option<PathBuf> {
    Some(repo.root()?.join(folder).join(Path::new(path.to_str()?)))
}

/// How a document differs from what git has under the id that was read.
fn compared(repo: &Repo, read: &str, now: &[u8]) -> Result<Changes, Error> {
    // What was read need not have been committed, nor be kept since: then there is nothing to compare with.
    let Some(Ok(old)) = ObjectId::from_hex(read).map(|id| repo.read(&id)) else { return Ok(Changes::default()) };
    match (std::str::from_utf8(&old), std::str::from_utf8(now)) {
        (Ok(old), Ok(now)) if old.len() <= LONGEST && now.len() <= LONGEST => Ok(changes(old, now, &edits(old, now)?)),
        _ => Ok(Changes::default()),
    }
}

/// What of the required reading is not as the open session read it; nothing where none is open. Of the log, what others
/// posted since counts, but for replies, which a session waits for.
pub(in crate::shell) fn stale(repo: &Repo, folder: &str, policy: &Policy, log: Option<(&str, &Log)>) -> Vec<Stale> {
    // A warning at most: what cannot be read for it keeps nobody from a commit.
    found_stale(repo, folder, policy, log).unwrap_or_default()
}

fn found_stale(repo: &Repo, folder: &str, policy: &Policy, log: Option<(&str, &Log)>) -> Result<Vec<Stale>, Error> {
    let kept = kept(repo)?;
    let Some(record) = kept.records.of(folder).filter(|record| record.open.is_some()) else { return Ok(Vec::new()) };
    let mut found = Vec::new();
    for reading in list(policy)? {
        let read = |path: &&RepoPath| path.to_str().is_some_and(|path| record.reading.contains_key(path));
        // Of twins, the one that was read.
        let Some(path) = reading.one_of.iter().find(read).or(reading.one_of.first()) else { continue };
        let id = path.to_str().and_then(|path| record.reading.get(path)).map(|read| read.id.as_str());
        if !is_as_read(repo, folder, path, id)? {
            found.push(Stale::Document(path.clone()));
        }
    }
    if let Some((path, log)) = log {
        let log = log.whole();
        let unread = record.unread(log).into_iter().filter_map(|index| log.entries.get(index));
        let others: Vec<_> =
            unread.filter(|e| e.party.as_ref() != Some(&policy.party) && e.answers.is_none()).collect();
        if let Some(first) = others.first() {
            found.push(Stale::Entries(others.len(), LogPlace { path: path.to_owned(), line: first.line }));
        }
    }
    Ok(found)
}

/// Whether the work tree or HEAD has a document as it was read. What this session itself is about to commit is in the work
/// tree alone.
fn is_as_read(repo: &Repo, folder: &str, path: &RepoPath, read: Option<&str>) -> Result<bool, Error> {
    let there = content(repo, folder, path)?;
    // What was not there to be read, and still is not, has not changed.
    let Some(read) = read else { return Ok(there.is_none()) };
    if there.is_some_and(|(id, _)| id.to_string() == read) {
        return Ok(true);
    }
    let committed = repo.file_at(repo.head()?.as_ref(), &path.under(folder))?;
    Ok(matches!(committed, FileAt::File { id, .. } if id.to_string() == read))
}
