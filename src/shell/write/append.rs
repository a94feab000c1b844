//! Appending to the log, one writer after the other.

use super::place::Place;
use crate::compose::Composed;
use crate::shell::git::{commit_path, is_committed};
use crate::shell::lock::lock;
use crate::shell::{Error, files};

/// What the lock is called, in the git directory of the log's work tree.
const LOCK: &str = "ackgate-log.lock";

/// Appends what `compose` makes of the log as it is, and commits the log alone if there is a message; then a commit that
/// fails takes the entry out again. Gives the entry.
pub(super) fn append(
    place: &Place,
    message: Option<&str>,
    compose: impl Fn(&str) -> Result<Composed, Error>,
) -> Result<String, Error> {
    // Held until the end of the function, or of the process.
    let _lock = lock(&place.repo().git_dir().join(LOCK), "writing to the log")?;
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
