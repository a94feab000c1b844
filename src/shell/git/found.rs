//! Finding a repository, from a hook's environment or by folder: by libgit2, or else by the user's git.

use std::env;
use std::ffi::{OsStr, OsString};
use std::fs;
use std::os::unix::ffi::OsStrExt;
use std::path::{Path, PathBuf};

use git2::{ErrorCode, Repository};

use super::id::Format;
use super::open::absolute;
use super::program::{lines, plumbing, run, words};
use crate::shell::Error;

/// What of git's environment says where the parts of this process's repository are, and whose configuration counts:
/// what libgit2 heeds too. `GIT_DIR`, `GIT_WORK_TREE` and `GIT_INDEX_FILE` are seen to by themselves.
const KEPT: [&str; 6] = [
    "GIT_COMMON_DIR",
    "GIT_OBJECT_DIRECTORY",
    "GIT_ALTERNATE_OBJECT_DIRECTORIES",
    "GIT_CONFIG_GLOBAL",
    "GIT_CONFIG_SYSTEM",
    "GIT_CONFIG_NOSYSTEM",
];

/// What says how far up git may look for a repository.
const BOUNDS: [&str; 2] = ["GIT_CEILING_DIRECTORIES", "GIT_DISCOVERY_ACROSS_FILESYSTEM"];

/// What of the process counts in finding a repository.
pub(super) struct Surroundings {
    pub(super) folder: PathBuf,
    git_dir: Option<OsString>,
    work_tree: Option<OsString>,
    pub(super) index_file: Option<OsString>,
    is_process: bool,
}

impl Surroundings {
    /// Another repository: nothing counts.
    pub(super) fn none() -> Self {
        Surroundings { folder: PathBuf::new(), git_dir: None, work_tree: None, index_file: None, is_process: false }
    }

    pub(super) fn of_this_process() -> Result<Self, Error> {
        let folder =
            env::current_dir().map_err(|error| Error::new(format!("cannot tell the working directory: {error}")))?;
        Ok(Surroundings {
            folder,
            git_dir: env::var_os("GIT_DIR"),
            work_tree: env::var_os("GIT_WORK_TREE"),
            index_file: env::var_os("GIT_INDEX_FILE"),
            is_process: true,
        })
    }

    pub(super) fn names_anything(&self) -> bool {
        self.git_dir.is_some() || self.work_tree.is_some() || self.index_file.is_some()
    }

    /// What a git that reads this repository has to know besides its place.
    pub(super) fn kept(&self) -> Vec<(&'static str, OsString)> {
        let names = KEPT.into_iter().filter(|_| self.is_process);
        let values = names.filter_map(|name| env::var_os(name).map(|value| (name, value)));
        let from_here = |(name, value): (&'static str, OsString)| match name {
            // git may be started from another folder than this.
            "GIT_COMMON_DIR" | "GIT_OBJECT_DIRECTORY" => (name, self.folder.join(value).into_os_string()),
            _ => (name, value),
        };
        values.map(from_here).collect()
    }

    /// The root that git would take where libgit2 takes another.
    pub(super) fn worktree(&self, found: &Found) -> Result<Option<PathBuf>, Error> {
        if let Some(named) = &self.work_tree {
            return absolute(&self.folder.join(named)).map(Some);
        }
        let Found::ByLibrary(found) = found else { return Ok(None) };
        if self.git_dir.is_none() || found.is_bare() || found.is_worktree() {
            return Ok(None);
        }
        let config = found.config()?.snapshot()?;
        match config.get_entry("core.worktree") {
            Ok(_) => return Ok(None),
            Err(error) if error.code() == ErrorCode::NotFound => {}
            Err(error) => return Err(error.into()),
        }
        let (folder, git_dir) = (absolute(&self.folder)?, absolute(found.path())?);
        // A receiving repository runs its hooks inside the git directory, which is nobody's worktree.
        Ok((!folder.starts_with(&git_dir)).then_some(folder))
    }

    /// The environment for the git that looks for the repository.
    fn finding(&self) -> Vec<(&'static str, OsString)> {
        let place = [("GIT_DIR", &self.git_dir), ("GIT_WORK_TREE", &self.work_tree)];
        let place = place.into_iter().filter_map(|(name, value)| value.clone().map(|value| (name, value)));
        let bounds = BOUNDS.into_iter().filter(|_| self.is_process);
        let bounds = bounds.filter_map(|name| env::var_os(name).map(|value| (name, value)));
        self.kept().into_iter().chain(place).chain(bounds).collect()
    }
}

/// A repository, and who found it.
pub(super) enum Found {
    ByLibrary(Repository),
    ByGit(Place),
}

/// A repository that git has found.
pub(super) struct Place {
    git_dir: PathBuf,
    common_dir: PathBuf,
    root: Option<PathBuf>,
    format: Format,
}

impl Found {
    /// The one that git's environment names or the working directory lies in.
    pub(super) fn here(surroundings: &Surroundings) -> Result<Found, Error> {
        Repository::open_from_env().map(Found::ByLibrary).or_else(|unopened| {
            Place::find(None, surroundings).map(Found::ByGit).map_err(|error| cannot_open(&unopened, None, &error))
        })
    }

    /// The one that a folder lies in.
    pub(super) fn around(dir: &Path) -> Result<Found, Error> {
        Repository::discover(dir).map(Found::ByLibrary).or_else(|unopened| {
            let found = Place::find(Some(dir), &Surroundings::none()).map(Found::ByGit);
            found.map_err(|error| cannot_open(&unopened, Some(dir), &error))
        })
    }

    /// The one at exactly this folder.
    pub(super) fn at(path: &Path) -> Result<Found, Error> {
        Repository::open(path)
            .map(Found::ByLibrary)
            .or_else(|unopened| Found::at_by_git(path).map_err(|error| cannot_open(&unopened, Some(path), &error)))
    }

    /// The one at exactly this folder, found by git.
    pub(super) fn at_by_git(path: &Path) -> Result<Found, Error> {
        let place = Place::find(Some(path), &Surroundings::none())?;
        let path = absolute(path)?;
        if place.root.as_ref() == Some(&path) || place.git_dir == path || place.git_dir == path.join(".git") {
            return Ok(Found::ByGit(place));
        }
        Err(Error::new(format!("{} lies in a repository, but is none", path.display())))
    }

    pub(super) fn git_dir(&self) -> &Path {
        match self {
            Found::ByLibrary(found) => found.path(),
            Found::ByGit(place) => &place.git_dir,
        }
    }

    pub(super) fn common_dir(&self) -> &Path {
        match self {
            Found::ByLibrary(found) => found.commondir(),
            Found::ByGit(place) => &place.common_dir,
        }
    }

    /// The root of its worktree, as it was found.
    pub(super) fn root(&self) -> Option<&Path> {
        match self {
            Found::ByLibrary(found) => found.workdir(),
            Found::ByGit(place) => place.root.as_deref(),
        }
    }

    pub(super) fn format(&self) -> Format {
        match self {
            Found::ByLibrary(_) => Format::Sha1,
            Found::ByGit(place) => place.format,
        }
    }
}

impl Place {
    /// Asks git which repository a folder lies in, or the one of this process.
    fn find(dir: Option<&Path>, surroundings: &Surroundings) -> Result<Place, Error> {
        if let Some(dir) = dir.filter(|dir| !dir.is_dir()) {
            return Err(Error::new(format!("{} is no folder", dir.display())));
        }
        let ask = |arguments: &[&str]| {
            let mut command = plumbing(&["rev-parse"]);
            command.args(arguments).envs(surroundings.finding());
            if let Some(dir) = dir {
                command.current_dir(dir);
            }
            run(&mut command)
        };
        let output = ask(&["--show-object-format", "--is-bare-repository", "--absolute-git-dir", "--git-common-dir"])?;
        if !output.status.success() {
            return Err(Error::new(words(&output)));
        }
        let lines: Vec<&[u8]> = lines(&output.stdout).collect();
        let (format, is_bare, git_dir, common_dir) = match lines.as_slice() {
            [b"sha1", is_bare, git_dir, common_dir] => (Format::Sha1, is_bare, git_dir, common_dir),
            [b"sha256", is_bare, git_dir, common_dir] => (Format::Sha256, is_bare, git_dir, common_dir),
            _ => return Err(Error::new("git says where it is in a way that is not known")),
        };
        let git_dir = absolute(&path(git_dir))?;
        let common_dir = absolute(&dir.unwrap_or(&surroundings.folder).join(path(common_dir)))?;
        let mut place = Place { git_dir, common_dir, root: None, format };
        if *is_bare == b"false" && surroundings.work_tree.is_none() {
            place.root = place.worktree(&ask(&["--show-toplevel"])?.stdout)?;
        }
        Ok(place)
    }

    /// The root of the worktree, where nobody names one: `toplevel` is what git takes for it, which is where it stands if
    /// that is the git directory itself.
    fn worktree(&self, toplevel: &[u8]) -> Result<Option<PathBuf>, Error> {
        if self.git_dir != self.common_dir {
            let file = self.git_dir.join("gitdir");
            let link =
                fs::read(&file).map_err(|error| Error::new(format!("cannot read {}: {error}", file.display())))?;
            let link = self.git_dir.join(path(link.trim_ascii_end()));
            return Ok(link.parent().map(Path::to_owned));
        }
        let toplevel = path(toplevel.strip_suffix(b"\n").unwrap_or(toplevel));
        let is_root = !toplevel.as_os_str().is_empty() && !toplevel.starts_with(&self.git_dir);
        Ok(if is_root { Some(toplevel) } else { self.git_dir.parent().map(Path::to_owned) })
    }
}

fn path(bytes: &[u8]) -> PathBuf {
    PathBuf::from(OsStr::from_bytes(bytes))
}

/// Why neither could open it.
fn cannot_open(error: &git2::Error, dir: Option<&Path>, git: &Error) -> Error {
    let place = dir.map_or_else(|| "here".to_owned(), |dir| format!("at {}", dir.display()));
    let opened = format!("cannot open a git repository {place}: {}", error.message());
    let opened = match error.code() {
        ErrorCode::NotFound => {
            Error::new(opened).hint("run this inside a git repository, or name one with `--repo DIR`")
        }
        ErrorCode::Owner => {
            Error::new(opened).hint("if you trust it, run `git config --global --add safe.directory DIR`")
        }
        _ => Error::new(format!("{opened}; nor can git: {git}")),
    };
    opened.hints_of(git)
}
