//! A file that a person asked for by name.

use std::path::Path;

use crate::shell::{Error, files};

/// Puts what was made at a place, whose folder is made where it is not there: the old file, or the new one, whole. What is no
/// file, be it a link to one, is an error.
pub(super) fn put(output: &Path, made: &[u8]) -> Result<(), Error> {
    if let Some(folder) = output.parent().filter(|folder| !folder.as_os_str().is_empty()) {
        files::make_folder(folder)?;
    }
    match output.symlink_metadata() {
        Ok(found) if found.is_file() => files::replace(output, made),
        Ok(_) => Err(Error::new(format!("{} is not a file", files::shown(output))).hint("move it away")),
        Err(_) => files::put_new(output, made),
    }
}
