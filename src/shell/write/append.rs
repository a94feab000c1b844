//! Appending to the log, one writer after the other.

use std::fs::{File, OpenOptions, TryLockError};
use std::path::Path;
use std::time::{Duration, Instant};

use super::place::Place;
use crate::compose::Composed;
use crate::shell::git::{commit_path, is_committed};
use crate::shell::{Error, files};

/// What the lock is called, in the git directory of the log's work tree.
const LOCK: &str = "ackgate-log.lock";

/// How long another writer is waited for.
const PATIENCE: Duration = Duration::from_secs(60);

/// Appends what `compose` makes of the log as it is, and commits the log alone if there is a message; then a commit that
/// fails takes the entry out again. Gives the entry.
pub(super) fn append(
    place: &Place,
    message: Option<&str>,
    compose: impl Fn(&str) -> Result<Composed, Error>,
) -> Result<String, Error> {
    // Held until the end of the function, or of the process.
    let _lock = lock(&place.repo().git_dir().join(LOCK))?;
    let file = place.file();
    files::remove_unfinished_of(&file)?;
    if message.is_some() && !is_committed(place.repo(), place.folder(), place.below())? {
        return Err(Error::new(format!("{} has changes that are not committed yet", place.shown()))
            .hint("commit them first, or leave out --commit: a commit would take them for this party's"));
    }
    let (before, composed) = loop {
        let before = place.text()?;
        let composed = compose(&before)?;
        // An editor knows of no lock: what it saved in the meantime is not overwritten.
        if place.text()? == before {
            break (before, composed);
        }
    };
    files::replace(&file, composed.log.as_bytes())?;
    if let Some(message) = message
        && let Err(error) = commit_path(place.repo(), place.folder(), place.below(), message)
    {
        if place.text()? == composed.log {
            files::replace(&file, before.as_bytes())?;
        }
        return Err(error.hint("the entry was taken out again"));
    }
    Ok(composed.entry)
}

/// Locks the file, which stays where it is: the system lets go of it with the process that holds it, however that ends.
fn lock(path: &Path) -> Result<File, Error> {
    let opened = OpenOptions::new().create(true).truncate(false).write(true).open(path);
    let file = opened.map_err(|error| files::failed("open", path, &error))?;
    let start = Instant::now();
    loop {
        match file.try_lock() {
            Ok(()) => return Ok(file),
            Err(TryLockError::WouldBlock) if start.elapsed() < PATIENCE => {
                std::thread::sleep(Duration::from_millis(10))
            }
            Err(TryLockError::WouldBlock) => {
                let message = format!(
                    "another process has been writing to the log for too long: it holds {}",
                    files::shown(path)
                );
                return Err(
                    Error::new(message).hint("end that process: the lock goes with it, and need not be deleted")
                );
            }
            Err(TryLockError::Error(error)) => return Err(files::failed("lock", path, &error)),
        }
    }
}
