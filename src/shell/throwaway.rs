//! A temporary folder that is gone afterwards, whatever happens.

use std::ffi::OsString;
use std::fs::{self, DirBuilder};
use std::io::{ErrorKind, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, Command, Stdio};

use crate::shell::{Error, files};

/// How often a name that is taken makes way for the next.
const TRIES: u32 = 1000;

/// Waits for the end of its input, which comes when this process ends, be it killed; then ends the process group that was
/// last named there, and removes the folder.
const WATCH: &str = "trap '' INT TERM HUP; group=; while read -r line; do group=$line; done; \
    [ -z \"$group\" ] || kill -s KILL -- \"-$group\"; rm -rf -- \"$1\"";

/// A folder that only this user may enter; gone when dropped, and when this process is ended.
#[derive(Debug)]
pub(super) struct Throwaway {
    root: PathBuf,
    what: &'static str,
    watcher: Option<Watcher>,
}

#[derive(Debug)]
struct Watcher {
    child: Child,
    input: Option<ChildStdin>,
}

impl Drop for Throwaway {
    fn drop(&mut self) {
        // For a way out that did not come by `remove`, which is the one that can tell of a failure.
        drop(fs::remove_dir_all(&self.root));
        if let Some(watcher) = &mut self.watcher {
            // It sees the end of its input, and finds nothing left to do.
            drop(watcher.input.take());
            drop(watcher.child.wait());
        }
    }
}

impl Throwaway {
    /// Makes the folder, under the first free name; `what` it is for is part of the name.
    ///
    /// # Errors
    /// A temporary folder that cannot be written to.
    pub(super) fn new(what: &'static str) -> Result<Self, Error> {
        let root = own_folder(what)?;
        let watcher = watcher(&root);
        Ok(Throwaway { root, what, watcher })
    }

    /// Where it is, absolute.
    pub(super) fn root(&self) -> &Path {
        &self.root
    }

    /// Names the process group that works in the folder now, to be ended with this process; `None` when it is done.
    pub(super) fn occupied(&mut self, group: Option<u32>) {
        let line = group.map(|group| group.to_string()).unwrap_or_default();
        if let Some(input) = self.watcher.as_mut().and_then(|watcher| watcher.input.as_mut()) {
            // Without a watcher the folder is still removed by all ways out but a kill.
            drop(writeln!(input, "{line}"));
        }
    }

    /// Removes the folder and all in it.
    ///
    /// # Errors
    /// Something in it that cannot be removed.
    pub(super) fn remove(self) -> Result<(), Error> {
        fs::remove_dir_all(&self.root).map_err(|error| {
            files::failed("remove", &self.root, &error)
                .hint(format!("it holds nothing but throwaway repositories of the {}: delete it", self.what))
        })
    }
}

/// Best effort: where there is no shell, git could not run hooks either.
fn watcher(root: &Path) -> Option<Watcher> {
    let mut command = Command::new("sh");
    command.args(["-c", WATCH, "sh"]).arg(root);
    command.stdin(Stdio::piped()).stdout(Stdio::null()).stderr(Stdio::null());
    // A Ctrl-C is for this process; the watcher has work to do then.
    #[cfg(unix)]
    std::os::unix::process::CommandExt::process_group(&mut command, 0);
    let mut child = command.spawn().ok()?;
    let input = child.stdin.take();
    Some(Watcher { child, input })
}

/// A folder that was not there before, under the first free name.
fn own_folder(what: &str) -> Result<PathBuf, Error> {
    let parent = std::env::temp_dir();
    let parent = std::path::absolute(&parent).map_err(|error| files::failed("find", &parent, &error))?;
    for number in 0..TRIES {
        let mut name = OsString::from(format!("ackgate-{what}-"));
        name.push(format!("{}-{number}", std::process::id()));
        let folder = parent.join(name);
        match make_private(&folder) {
            Ok(()) => return Ok(folder),
            Err(error) if error.kind() == ErrorKind::AlreadyExists => {}
            Err(error) => {
                return Err(
                    files::failed("make the folder", &folder, &error).hint("set TMPDIR to a folder to write in")
                );
            }
        }
    }
    Err(Error::new(format!("{} is full of folders of the {what}'s", files::shown(&parent)))
        .hint(format!("delete ackgate-{what}-*")))
}

/// Fails if anything stands there already, be it a link.
fn make_private(folder: &Path) -> std::io::Result<()> {
    let mut builder = DirBuilder::new();
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(folder)
}
