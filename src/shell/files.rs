//! Files changed so that, whenever the process ends, each is the old one or the new one.

use std::ffi::OsString;
use std::fs::{self, File, OpenOptions};
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};

use crate::report::escape;
use crate::shell::Error;

/// What files that are not yet whole are called: `<prefix><name>-<process>`.
const UNFINISHED: &str = ".ackgate-tmp-";

/// What stands under a name.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Present {
    /// What a reader gets: of a link that leads somewhere, the target's content; of a broken one, nothing.
    pub(super) content: Vec<u8>,
    /// Whether git would run it.
    pub(super) executable: bool,
    /// Where it points, if it is a symbolic link.
    pub(super) link: Option<PathBuf>,
}

/// Reads what stands at `path`, if anything does. What is no file is an error: there is no way to keep it.
pub(super) fn look(path: &Path) -> Result<Option<Present>, Error> {
    let metadata = match fs::symlink_metadata(path) {
        Ok(metadata) => metadata,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(failed("read", path, &error)),
    };
    let link = match metadata.is_symlink() {
        true => Some(fs::read_link(path).map_err(|error| failed("read", path, &error))?),
        false => None,
    };
    let target = match fs::metadata(path) {
        Ok(target) => target,
        Err(error) if link.is_some() && error.kind() == io::ErrorKind::NotFound => {
            return Ok(Some(Present { content: Vec::new(), executable: false, link }));
        }
        Err(error) => return Err(failed("read", path, &error)),
    };
    if !target.is_file() {
        return Err(Error::new(format!("{} is not a file", shown(path))).hint("move it away"));
    }
    let content = fs::read(path).map_err(|error| failed("read", path, &error))?;
    Ok(Some(Present { content, executable: system::is_executable(&target), link }))
}

/// Puts an executable file with `content` at `path`, in place of what is there.
pub(super) fn put(path: &Path, content: &[u8]) -> Result<(), Error> {
    let unfinished = unfinished(path);
    // Said outright: the mode at creation goes through the umask.
    let written = write(&unfinished, content, system::make_executable);
    written.and_then(|()| rename(&unfinished, path)).map_err(|error| {
        // Best effort: the error that matters is the first, and the next run removes what is left.
        let _ = fs::remove_file(&unfinished);
        failed("write", path, &error)
    })
}

/// Puts a file with `content` at `path`, under which nothing may be yet.
pub(super) fn put_new(path: &Path, content: &[u8]) -> Result<(), Error> {
    let unfinished = unfinished(path);
    // A second name, since a rename would take the place of what came there in the meantime.
    let written = write(&unfinished, content, |_| Ok(())).and_then(|()| match link(&unfinished, path) {
        Err(error) if error.kind() != io::ErrorKind::AlreadyExists && fs::symlink_metadata(path).is_err() => {
            // A file system without hard links.
            fs::rename(&unfinished, path)
        }
        linked => linked,
    });
    // After a rename it is gone already; what a failure leaves is removed by the next run.
    let _ = fs::remove_file(&unfinished);
    written.and_then(|()| sync_folder(path)).map_err(|error| failed("write", path, &error))
}

/// Puts `content` in the place of the file at `path`, which keeps its mode.
pub(super) fn replace(path: &Path, content: &[u8]) -> Result<(), Error> {
    let mode = fs::symlink_metadata(path).map_err(|error| failed("read", path, &error))?.permissions();
    let unfinished = unfinished(path);
    let written = write(&unfinished, content, |file| file.set_permissions(mode));
    written.and_then(|()| rename(&unfinished, path)).map_err(|error| {
        let _ = fs::remove_file(&unfinished);
        failed("write", path, &error)
    })
}

/// Removes what a run that was killed left of the file at `path`, whose only writer this process must be.
pub(super) fn remove_unfinished_of(path: &Path) -> Result<(), Error> {
    let Some((folder, name)) = path.parent().zip(path.file_name()) else { return Ok(()) };
    let mut prefix = OsString::from(UNFINISHED);
    prefix.push(name);
    prefix.push("-");
    remove_starting(folder, prefix.as_encoded_bytes())
}

/// Gives what is at `path` a second name, under which nothing may be yet. It keeps its first one: until another file is
/// renamed over that, git goes on running it.
pub(super) fn keep_as(path: &Path, second: &Path) -> Result<(), Error> {
    let kept = match link(path, second) {
        Ok(()) => sync_folder(second),
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => Err(error),
        // A file system without hard links, or a file of another owner.
        Err(_) => copy(path, second),
    };
    kept.map_err(|error| failed("keep a copy of", path, &error))
}

/// Renames `from` to `to` in place of what is there.
pub(super) fn put_back(from: &Path, to: &Path) -> Result<(), Error> {
    rename(from, to).map_err(|error| failed("put back", to, &error))
}

/// Removes the file at `path`.
pub(super) fn remove(path: &Path) -> Result<(), Error> {
    moment();
    let removed = fs::remove_file(path).and_then(|()| {
        moment();
        sync_folder(path)
    });
    removed.map_err(|error| failed("remove", path, &error))
}

/// Makes the folder and those above it, where they are not there.
pub(super) fn make_folder(path: &Path) -> Result<(), Error> {
    fs::create_dir_all(path).map_err(|error| failed("make the folder", path, &error))
}

/// Removes what a run that was killed left unfinished in `folder`.
pub(super) fn remove_unfinished(folder: &Path) -> Result<(), Error> {
    remove_starting(folder, UNFINISHED.as_bytes())
}

/// Removes what has a name in `folder` that starts with `prefix`.
fn remove_starting(folder: &Path, prefix: &[u8]) -> Result<(), Error> {
    let entries = match fs::read_dir(folder) {
        Ok(entries) => entries,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(()),
        Err(error) => return Err(failed("read", folder, &error)),
    };
    for entry in entries {
        let entry = entry.map_err(|error| failed("read", folder, &error))?;
        if entry.file_name().as_encoded_bytes().starts_with(prefix) {
            remove(&entry.path())?;
        }
    }
    Ok(())
}

/// What could not be done to which file, and why.
pub(super) fn failed(what: &str, path: &Path, error: &io::Error) -> Error {
    Error::new(format!("cannot {what} {}: {error}", shown(path)))
}

/// The bytes of a regular file, one more at most than are allowed: that tells that it is too large.
///
/// # Errors
/// What is no file, or cannot be read.
pub(super) fn read_at_most(path: &Path, most: usize) -> Result<Vec<u8>, Error> {
    let unreadable = |error: io::Error| failed("read", path, &error);
    // Asked before it is opened: opening a pipe would wait for who writes to it.
    if !fs::metadata(path).map_err(unreadable)?.is_file() {
        return Err(Error::new(format!("{} is not a file", shown(path))));
    }
    let mut bytes = Vec::new();
    let limit = u64::try_from(most).unwrap_or(u64::MAX).saturating_add(1);
    File::open(path).and_then(|file| file.take(limit).read_to_end(&mut bytes)).map_err(unreadable)?;
    Ok(bytes)
}

/// A path for a person to read.
pub(super) fn shown(path: &Path) -> String {
    escape(&path.to_string_lossy())
}

/// The path that git printed as `bytes`.
pub(super) fn path_from(bytes: Vec<u8>) -> Result<PathBuf, Error> {
    os_string(bytes).map(PathBuf::from)
}

/// Bytes as an argument or path has them.
pub(super) fn os_string(bytes: Vec<u8>) -> Result<OsString, Error> {
    system::os_string(bytes)
}

/// Makes a symbolic link.
pub(super) fn link_to(target: &Path, link: &Path) -> io::Result<()> {
    system::link(target, link)
}

/// Whether there is a program at `path`.
pub(super) fn is_program(path: &Path) -> bool {
    fs::metadata(path).is_ok_and(|target| target.is_file() && system::is_executable(&target))
}

fn copy(path: &Path, second: &Path) -> io::Result<()> {
    let unfinished = unfinished(second);
    let copied = match fs::read_link(path) {
        Ok(target) => system::link(&target, &unfinished),
        Err(_) => fs::copy(path, &unfinished).and_then(|_| File::open(&unfinished)?.sync_all()),
    };
    copied.and_then(|()| rename(&unfinished, second)).inspect_err(|_| {
        let _ = fs::remove_file(&unfinished);
    })
}

fn write(path: &Path, content: &[u8], prepare: impl FnOnce(&File) -> io::Result<()>) -> io::Result<()> {
    moment();
    let mut file = OpenOptions::new().write(true).create_new(true).open(path)?;
    moment();
    file.write_all(content)?;
    moment();
    prepare(&file)?;
    moment();
    file.sync_all()
}

fn rename(from: &Path, to: &Path) -> io::Result<()> {
    moment();
    fs::rename(from, to)?;
    moment();
    sync_folder(to)
}

fn link(from: &Path, to: &Path) -> io::Result<()> {
    moment();
    fs::hard_link(from, to)?;
    moment();
    Ok(())
}

/// In the same folder, since a rename is only atomic within a file system.
fn unfinished(path: &Path) -> PathBuf {
    let mut name = OsString::from(UNFINISHED);
    name.push(path.file_name().unwrap_or_default());
    name.push(format!("-{}", std::process::id()));
    path.with_file_name(name)
}

/// Has the names in the folder of `path` outlast a power cut.
fn sync_folder(path: &Path) -> io::Result<()> {
    match path.parent() {
        // A name alone lies in the working directory.
        Some(folder) if folder.as_os_str().is_empty() => system::sync_folder(Path::new(".")),
        Some(folder) => system::sync_folder(folder),
        None => Ok(()),
    }
}

/// A moment at which the process may end, for tests to have it end there.
#[cfg(not(test))]
fn moment() {}

#[cfg(test)]
use ending::moment;

/// Processes that end in the middle: everything up to the n-th moment has happened, and nothing after it.
#[cfg(test)]
pub(super) mod ending {
    use std::cell::Cell;
    use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};

    thread_local! {
        static LEFT: Cell<Option<usize>> = const { Cell::new(None) };
    }

    pub(super) fn moment() {
        match LEFT.get() {
            Some(0) => resume_unwind(Box::new("ended")),
            left => LEFT.set(left.map(|left| left - 1)),
        }
    }

    /// Whether the run came to its end before the n-th moment.
    pub(in crate::shell) fn before(n: usize, run: impl FnOnce()) -> bool {
        LEFT.set(Some(n));
        let ended = catch_unwind(AssertUnwindSafe(run)).is_ok();
        LEFT.set(None);
        ended
    }
}

#[cfg(unix)]
mod system {
    use super::{Error, File, OsString, Path, fs, io};
    use std::os::unix::ffi::OsStringExt;
    use std::os::unix::fs::PermissionsExt;

    pub(super) fn is_executable(metadata: &fs::Metadata) -> bool {
        metadata.permissions().mode() & 0o111 != 0
    }

    pub(super) fn make_executable(file: &File) -> io::Result<()> {
        file.set_permissions(fs::Permissions::from_mode(0o755))
    }

    pub(super) fn link(target: &Path, link: &Path) -> io::Result<()> {
        std::os::unix::fs::symlink(target, link)
    }

    pub(super) fn sync_folder(folder: &Path) -> io::Result<()> {
        File::open(folder)?.sync_all()
    }

    pub(super) fn os_string(bytes: Vec<u8>) -> Result<OsString, Error> {
        Ok(OsString::from_vec(bytes))
    }
}

/// Windows: git's own shell runs any file, a folder cannot be synced, and git prints UTF-8.
#[cfg(not(unix))]
mod system {
    use super::{Error, File, OsString, Path, fs, io};

    pub(super) fn is_executable(_: &fs::Metadata) -> bool {
        true
    }

    pub(super) fn make_executable(_: &File) -> io::Result<()> {
        Ok(())
    }

    pub(super) fn link(_: &Path, _: &Path) -> io::Result<()> {
        Err(io::ErrorKind::Unsupported.into())
    }

    pub(super) fn sync_folder(_: &Path) -> io::Result<()> {
        Ok(())
    }

    pub(super) fn os_string(bytes: Vec<u8>) -> Result<OsString, Error> {
        String::from_utf8(bytes).map(OsString::from).map_err(|_| Error::new("git printed a path that is not UTF-8"))
    }
}

#[cfg(all(test, unix))]
mod tests {
    use super::*;

    /// As the writer of entries does it: what was left is removed, then the log is replaced.
    #[test]
    fn a_file_whose_writer_ends_at_any_moment_is_the_old_one_or_the_new_one() {
        let write = |log: &Path| {
            remove_unfinished_of(log).unwrap();
            replace(log, b"old\nnew\n").unwrap();
        };
        let (mut n, mut seen) = (0, Vec::new());
        loop {
            let folder = tempfile::tempdir().unwrap();
            let log = folder.path().join("log.md");
            fs::write(&log, "old\n").unwrap();
            // What an earlier one left.
            fs::write(folder.path().join(".ackgate-tmp-log.md-0"), "o").unwrap();
            let ended = ending::before(n, || write(&log));
            let found = fs::read_to_string(&log).unwrap();
            assert!(["old\n", "old\nnew\n"].contains(&found.as_str()), "{n}: {found}");
            seen.push(found == "old\n");
            // Another process; in this one the name of what is unfinished would be the same.
            remove_unfinished_of(&log).unwrap();
            write(&log);
            assert_eq!(fs::read_to_string(&log).unwrap(), "old\nnew\n");
            assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
            if ended {
                break;
            }
            n += 1;
        }
        assert!(seen.len() > 7 && seen[0] && !seen[seen.len() - 1]);
    }

    #[test]
    fn where_there_are_no_hard_links_a_copy_is_as_good() {
        let folder = tempfile::tempdir().unwrap();
        let (script, link) = (folder.path().join("script"), folder.path().join("link"));
        put(&script, b"#!/bin/sh\n\xff").unwrap();
        system::link(Path::new("nowhere"), &link).unwrap();
        for original in [script, link] {
            let second = original.with_extension("second");
            copy(&original, &second).unwrap();
            assert_eq!(look(&second).unwrap(), look(&original).unwrap());
        }
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 4);
    }

    #[test]
    fn what_is_kept_already_is_not_overwritten() {
        let folder = tempfile::tempdir().unwrap();
        let (hook, kept) = (folder.path().join("hook"), folder.path().join("kept"));
        put(&hook, b"new").unwrap();
        put(&kept, b"old").unwrap();
        assert!(keep_as(&hook, &kept).is_err());
        assert_eq!(look(&kept).unwrap().unwrap().content, b"old");
        assert!(put_new(&kept, b"new").is_err());
        assert_eq!(look(&kept).unwrap().unwrap().content, b"old");
        put_new(&folder.path().join("other"), b"new").unwrap();
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 3, "nothing unfinished is left");
    }
}
