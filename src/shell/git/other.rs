//! The log of another repository, where this machine has that repository too.

use std::ffi::OsString;
use std::path::{Path, PathBuf};

use super::open::{Repo, absolute};
use super::tree::{Entry, FileAt};
use crate::change::{ObjectId, RepoPath};
use crate::shell::Error;

/// What is looked for, and what says where.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Wanted {
    /// `log.path`.
    pub path: RepoPath,
    /// The repository names of the log's owner.
    pub owner_repositories: Vec<String>,
    /// `log.repo`, relative to this repository's root.
    pub configured: Option<String>,
    /// `ACKGATE_LOG_REPO`.
    pub env: Option<OsString>,
    /// `log.ref`.
    pub reference: Option<String>,
}

/// Another repository, above all the one that holds the log.
pub struct OtherLog {
    /// The repository, opened without regard to the environment.
    pub repo: Repo,
    /// The commit at which it is read.
    pub commit: ObjectId,
    /// Where it is, to be shown.
    pub place: String,
}

/// Finds the repository that holds the log: at `log.repo`, else where `ACKGATE_LOG_REPO` says, else in a folder
/// beside this repository that is named like one of the owner's. Read at `log.ref`, else its `origin/HEAD`, else
/// its `HEAD`.
///
/// # Errors
/// A place that is named and does not hold the log, or no place at all; this repository itself; a `log.ref` that
/// does not resolve.
pub fn locate(repo: &Repo, wanted: &Wanted) -> Result<OtherLog, Error> {
    if let Some(configured) = &wanted.configured {
        let place = home(repo)?.join(configured);
        return named(repo, wanted, &place, "`log.repo` in ackgate.toml");
    }
    if let Some(env) = &wanted.env {
        return named(repo, wanted, &home(repo)?.join(env), "ACKGATE_LOG_REPO");
    }
    let places = siblings(repo, &wanted.owner_repositories)?;
    for place in &places {
        if let Some(found) = beside(repo, wanted, place)? {
            return Ok(found);
        }
    }
    Err(not_found(wanted, &places))
}

/// The first repository beside this one that is named like one of these, whether it holds a log or not; read at its
/// `origin/HEAD`, else its `HEAD`.
///
/// # Errors
/// A repository there that cannot be read, or has no commit.
pub fn sibling(repo: &Repo, names: &[String]) -> Result<Option<OtherLog>, Error> {
    for place in siblings(repo, names)? {
        if let Some(found) = repository_at(repo, &place, None)? {
            return Ok(Some(found));
        }
    }
    Ok(None)
}

/// A place that somebody named: anything amiss there is an error.
fn named(repo: &Repo, wanted: &Wanted, place: &Path, by: &str) -> Result<OtherLog, Error> {
    let shown = place.display();
    let remedy = format!("clone the log's repository there, or correct {by}");
    let other = Repo::open_other(place)
        .map_err(|error| Error::new(format!("no log repository at {shown}: {error}")).hint(remedy.clone()))?;
    if other.is_same_repository(repo)? {
        return Err(Error::new(format!("{by} names this repository itself, {shown}")).hint(remedy));
    }
    let commit = commit_of(&other, wanted.reference.as_deref())?;
    match other.file_at(Some(&commit), &wanted.path)? {
        FileAt::File { .. } => Ok(OtherLog { repo: other, commit, place: shown.to_string() }),
        _ => Err(Error::new(format!("{shown} has no log at {} in commit {}", wanted.path, commit)).hint(remedy)),
    }
}

/// A folder beside this one: it counts only if it is a repository and has something at the log's path.
fn beside(repo: &Repo, wanted: &Wanted, place: &Path) -> Result<Option<OtherLog>, Error> {
    let Some(found) = repository_at(repo, place, wanted.reference.as_deref())? else { return Ok(None) };
    Ok(match found.repo.entry(&found.commit, &wanted.path)? {
        Some(Entry::Item(_)) => Some(found),
        Some(Entry::Folder(_)) | None => None,
    })
}

/// The repository at a place beside this one, if another one is there.
fn repository_at(repo: &Repo, place: &Path, reference: Option<&str>) -> Result<Option<OtherLog>, Error> {
    let holds_repository =
        place.join(".git").symlink_metadata().is_ok() || place.join("HEAD").symlink_metadata().is_ok();
    if !holds_repository {
        return Ok(None);
    }
    let other = Repo::open_other(place)?;
    if other.is_same_repository(repo)? {
        return Ok(None);
    }
    let commit = commit_of(&other, reference)?;
    Ok(Some(OtherLog { repo: other, commit, place: place.display().to_string() }))
}

fn commit_of(other: &Repo, reference: Option<&str>) -> Result<ObjectId, Error> {
    if let Some(reference) = reference {
        let place = other.git_dir().display();
        return other.resolve_branch(reference).map_err(|error| {
            Error::new(format!("`log.ref` in {place}: {error}")).hint("run `git fetch` there, or correct `log.ref`")
        });
    }
    // Whoever may push to a bare repository may push such a reference too.
    if !other.is_bare()
        && let Some((_, commit)) = other.reference("refs/remotes/origin/HEAD")?
    {
        return Ok(commit);
    }
    other.head()?.ok_or_else(|| {
        Error::new(format!("{} has no commit yet", other.git_dir().display())).hint("fetch or commit the log there")
    })
}

/// The folder that relative places are meant from.
fn home(repo: &Repo) -> Result<PathBuf, Error> {
    absolute(repo.root().unwrap_or(repo.git_dir()))
}

/// The places beside this repository, and beside its main worktree if this is a linked one.
fn siblings(repo: &Repo, names: &[String]) -> Result<Vec<PathBuf>, Error> {
    let mut folders = Vec::new();
    let common = absolute(repo.common_dir())?;
    let main = if common.file_name().is_some_and(|name| name == ".git") { common.parent() } else { Some(&*common) };
    let home = home(repo)?;
    for folder in [Some(home.as_path()), main].into_iter().flatten().filter_map(Path::parent) {
        if !folders.contains(&folder) {
            folders.push(folder);
        }
    }
    let mut places = Vec::new();
    for folder in folders {
        // A name is one folder beside this, not a way to some other place.
        for name in names.iter().filter(|name| !name.is_empty() && !name.contains(['/', '\\']) && *name != "..") {
            places.push(folder.join(name));
            places.push(folder.join(format!("{name}.git")));
        }
    }
    Ok(places)
}

fn not_found(wanted: &Wanted, places: &[PathBuf]) -> Error {
    let looked: Vec<_> = places.iter().map(|place| place.display().to_string()).collect();
    let looked =
        if looked.is_empty() { "nowhere to look".to_owned() } else { format!("looked in {}", looked.join(", ")) };
    Error::new(format!("no repository with the log {} ({looked})", wanted.path))
        .hint("clone the log's repository beside this one")
        .hint("or set ACKGATE_LOG_REPO to where it is")
        .hint("or name it in ackgate.toml with `log.repo` or `log.url`")
}
