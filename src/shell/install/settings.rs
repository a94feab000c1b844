//! A file of the work tree that is committed and shared, as `install` changes it: whole, and never outside of the tree.

use std::path::{Path, PathBuf};

use super::locate;
use crate::report::escape;
use crate::shell::Error;
use crate::shell::files::{self, Present};

/// A file in the work tree, there or not.
pub(super) struct Settings {
    /// From the root, to be shown.
    pub(super) file: String,
    path: PathBuf,
    present: Option<Present>,
}

impl Settings {
    /// Reads a file of the repository at `repo_dir`, named from its root.
    pub(super) fn read(repo_dir: &Path, name: &str) -> Result<Settings, Error> {
        let (root, bare) = locate::root(repo_dir)?;
        let (file, path) = (escape(name), root.join(name));
        if bare || root.join(".git").symlink_metadata().is_err() {
            return Err(
                Error::new("a bare repository has no project settings").hint("name a work tree with --repo DIR")
            );
        }
        if !locate::is_within(&path, &root)? {
            return Err(Error::new(format!("{file} lies outside of the repository, where others use it too"))
                .hint("put the hook there by hand, if it is meant for every repository"));
        }
        let present = files::look(&path)?;
        if present.as_ref().is_some_and(|present| present.link.is_some()) {
            return Err(Error::new(format!("{file} is a link")).hint("put the hook into the file it leads to, by hand"));
        }
        Ok(Settings { file, path, present })
    }

    /// What it says, if it is there.
    pub(super) fn text(&self) -> Result<Option<String>, Error> {
        let text = self.present.as_ref().map(|present| String::from_utf8(present.content.clone())).transpose();
        text.map_err(|_| Error::new(format!("{} is not UTF-8", self.file)).hint("mend the file first"))
    }

    /// Has it say something else, or takes it away where that is nothing. What was done, for people.
    pub(super) fn put(&self, text: &str) -> Result<&'static str, Error> {
        if let Some(folder) = self.path.parent() {
            files::make_folder(folder)?;
            files::remove_unfinished(folder)?;
        }
        match &self.present {
            Some(_) if text.is_empty() => files::remove(&self.path).map(|()| "removed"),
            Some(_) => files::replace(&self.path, text.as_bytes()).map(|()| "updated"),
            None => files::put_new(&self.path, text.as_bytes()).map(|()| "installed"),
        }
    }
}
