//! The hooks that git runs in a repository, copied: a hook that looks after itself would else change the original.

use std::ffi::OsString;
use std::fs;
use std::path::{Path, PathBuf};

use crate::shell::doctor::hooks::is_husky;
use crate::shell::install::locate::Place;
use crate::shell::install::script::hooks;
use crate::shell::{Error, files};

/// Hooks that decide nothing of what is tried, and may do what cannot be taken back.
const LEFT_OUT: &[&str] = &[
    "post-applypatch",
    "post-checkout",
    "post-commit",
    "post-index-change",
    "post-merge",
    "post-receive",
    "post-rewrite",
    "post-update",
    "push-to-checkout",
    "reference-transaction",
    "sendemail-validate",
    "fsmonitor-watchman",
];

/// How many files are copied at most, and how deep.
const MOST: usize = 2000;
const DEPTH: usize = 4;

/// Where the hooks of a repository are, and where they go in its clone.
pub(super) struct Hooks {
    from: PathBuf,
    to: Target,
    /// The folder above holds what husky's hooks run.
    husky: bool,
    /// Files that hook runners keep of their own.
    extra: Vec<(PathBuf, &'static str)>,
    bare: bool,
}

/// Where the copy lies.
enum Target {
    /// Below the work tree.
    Work(PathBuf),
    /// Below git's own folder; whether that is the place by default.
    Git(PathBuf, bool),
    /// Outside of the repository, and of the clone.
    Outside,
}

impl Hooks {
    /// Looks where they are.
    pub(super) fn read(place: &Place) -> Result<Hooks, Error> {
        let real = |path: &Path| path.canonicalize().unwrap_or_else(|_| path.to_owned());
        let (path, root, common) = (real(&place.path), real(&place.root), real(&place.common));
        let to = match (path.strip_prefix(&common), path.strip_prefix(&root)) {
            (Ok(below), _) => Target::Git(below.to_owned(), place.setting.is_none()),
            (_, Ok(below)) => Target::Work(below.to_owned()),
            _ => Target::Outside,
        };
        // lefthook puts its hooks in place anew where this is not as it was.
        let extra = vec![(place.common.join("info/lefthook.checksum"), "info/lefthook.checksum")];
        Ok(Hooks { from: place.path.clone(), to, husky: is_husky(&path), extra, bare: place.bare })
    }

    /// Whether they are those of a bare repository, which receives.
    pub(super) fn are_bare(&self) -> bool {
        self.bare
    }

    /// What `core.hooksPath` has to say in the clone.
    pub(super) fn setting(&self, work: &Path, outside: &Path) -> Option<OsString> {
        match &self.to {
            Target::Work(below) => Some(work.join(below).into_os_string()),
            Target::Git(_, true) => None,
            Target::Git(below, false) => Some(work.join(".git").join(below).into_os_string()),
            Target::Outside => Some(outside.join("hooks").into_os_string()),
        }
    }

    /// Copies them; of those that ask ackgate, with `only` that one alone.
    pub(super) fn copy(&self, work: &Path, git_dir: &Path, outside: &Path, only: Option<&str>) -> Result<(), Error> {
        let to = match &self.to {
            Target::Work(below) => work.join(below),
            Target::Git(below, _) => git_dir.join(below),
            Target::Outside => outside.join("hooks"),
        };
        let mut count = 0;
        if let (true, Some(from), Some(to)) = (self.husky, self.from.parent(), to.parent()) {
            for hook in hooks(self.bare) {
                // As it is here, be it not as it was committed.
                clear(&to.join(hook.name))?;
            }
            copy_folder(from, to, 0, &mut count)?;
        }
        if self.from.is_dir() {
            copy_folder(&self.from, &to, DEPTH, &mut count)?;
        }
        for hook in hooks(self.bare).iter().filter(|hook| only.is_some_and(|only| hook.name != only)) {
            clear(&to.join(hook.name))?;
        }
        for (file, name) in self.extra.iter().filter(|(file, _)| file.is_file()) {
            let copy = git_dir.join(name);
            copy.parent().map_or(Ok(()), files::make_folder)?;
            fs::copy(file, &copy).map_err(|error| files::failed("copy", file, &error))?;
        }
        Ok(())
    }
}

fn copy_folder(from: &Path, to: &Path, depth: usize, count: &mut usize) -> Result<(), Error> {
    let failed = |error: std::io::Error| files::failed("copy", from, &error);
    files::make_folder(to)?;
    for entry in fs::read_dir(from).map_err(failed)? {
        let entry = entry.map_err(failed)?;
        let (name, kind) = (entry.file_name(), entry.file_type().map_err(failed)?);
        let text = name.to_string_lossy();
        let (source, copy) = (entry.path(), to.join(&name));
        if LEFT_OUT.contains(&text.as_ref()) || text.ends_with(".sample") || text == ".git" || text == "node_modules" {
            continue;
        }
        *count += 1;
        if *count > MOST {
            return Err(Error::new(format!("{} holds too much to be copied", files::shown(from))));
        }
        if kind.is_symlink() {
            let target = fs::read_link(&source).map_err(|error| files::failed("read", &source, &error))?;
            // As it leads in the clone, else where it leads from here.
            let target = match to.join(&target).exists() {
                true => target,
                false => source.canonicalize().unwrap_or(target),
            };
            clear(&copy)?;
            files::link_to(&target, &copy).map_err(|error| files::failed("write", &copy, &error))?;
        } else if kind.is_dir() && depth > 0 {
            if copy.is_symlink() {
                clear(&copy)?;
            }
            copy_folder(&source, &copy, depth - 1, count)?;
        } else if kind.is_file() {
            clear(&copy)?;
            fs::copy(&source, &copy).map_err(|error| files::failed("copy", &source, &error))?;
        }
    }
    Ok(())
}

/// Takes away what the clone has there: nothing may be written through a link.
fn clear(path: &Path) -> Result<(), Error> {
    match path.symlink_metadata() {
        Ok(found) if found.is_dir() => Ok(()),
        Ok(_) => fs::remove_file(path).map_err(|error| files::failed("remove", path, &error)),
        Err(_) => Ok(()),
    }
}
