//! Folders of the work tree that are written in.

use std::fs;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use crate::shell::Error;
use crate::shell::files::{failed, shown};

/// Goes down folder by folder, each of which must be one and no link out of the tree; `None` where one is not there and none
/// is to be made. `why` says what for, where one is something else.
pub(super) fn walk(root: &Path, path: &str, make: bool, why: &str) -> Result<Option<PathBuf>, Error> {
    let mut at = root.to_owned();
    for name in path.split('/') {
        at.push(name);
        match fs::symlink_metadata(&at) {
            Ok(found) if found.is_dir() => {}
            Ok(found) => {
                let link = if found.is_symlink() { ", but a symbolic link" } else { "" };
                return Err(
                    Error::new(format!("{} is not a folder{link}", shown(&at))).hint(format!("move it away: {why}"))
                );
            }
            Err(error) if error.kind() == ErrorKind::NotFound && !make => return Ok(None),
            Err(error) if error.kind() == ErrorKind::NotFound => match fs::create_dir(&at) {
                Ok(()) => {}
                // Another process was quicker.
                Err(error) if error.kind() == ErrorKind::AlreadyExists => {}
                Err(error) => return Err(failed("make", &at, &error)),
            },
            Err(error) => return Err(failed("read", &at, &error)),
        }
    }
    Ok(Some(at))
}
