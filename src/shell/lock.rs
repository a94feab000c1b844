//! Locks: one process after the other.

use std::fs::{File, OpenOptions, TryLockError};
use std::path::Path;
use std::time::{Duration, Instant};

use crate::shell::{Error, files};

/// How long another process is waited for.
const PATIENCE: Duration = Duration::from_secs(60);

/// Locks the file, which stays where it is: the system lets go of it with the process that holds it, however that ends.
/// `doing` is what holds it for so long.
pub(super) fn lock(path: &Path, doing: &str) -> Result<File, Error> {
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
                let message = format!("another process has been {doing} for too long: it holds {}", files::shown(path));
                return Err(
                    Error::new(message).hint("end that process: the lock goes with it, and need not be deleted")
                );
            }
            Err(TryLockError::Error(error)) => return Err(files::failed("lock", path, &error)),
        }
    }
}
