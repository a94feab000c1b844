//! Finding and opening a repository, from a hook's environment or by folder.

use std::cell::{OnceCell, RefCell};
use std::collections::{HashMap, HashSet};
use std::env;
use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::rc::Rc;

use git2::{ErrorCode, Oid, Repository};

use super::tree::Tree;
use crate::change::ObjectId;
use crate::shell::Error;

/// An open repository.
pub struct Repo {
    pub(super) inner: Repository,
    pub(super) trees: RefCell<HashMap<Oid, Rc<Tree>>>,
    pub(super) boundary: OnceCell<HashSet<Oid>>,
    root: Option<PathBuf>,
    index_file: PathBuf,
}

impl Repo {
    /// The repository of this process: with no `dir` the one that git's environment names or the working
    /// directory lies in, as git itself finds it; with `dir` (`--repo`) the one that folder lies in. The
    /// environment (`GIT_INDEX_FILE` above all) counts for `dir` only where it means the same repository.
    ///
    /// # Errors
    /// No repository there, or one that libgit2 cannot or will not open (owner, unknown extension).
    pub fn open(dir: Option<&Path>) -> Result<Repo, Error> {
        let surroundings = Surroundings::of_this_process()?;
        let Some(dir) = dir else {
            let inner = Repository::open_from_env().map_err(|error| cannot_open(error, None))?;
            return Repo::settle(inner, &surroundings);
        };
        let found = Repository::discover(dir).map_err(|error| cannot_open(error, Some(dir)))?;
        if !surroundings.names_anything() {
            return Repo::settle(found, &Surroundings::none());
        }
        match Repository::open_from_env() {
            Ok(own) if same_place(own.path(), found.path())? => Repo::settle(own, &surroundings),
            // `--repo DIR` outweighs the environment, also where that names nothing that can be opened.
            Ok(_) | Err(_) => Repo::settle(found, &Surroundings::none()),
        }
    }

    /// Another repository, at exactly this folder (its worktree's root, or a bare repository). The environment has
    /// no say in what is read.
    ///
    /// # Errors
    /// As for [`Repo::open`].
    pub fn open_other(path: &Path) -> Result<Repo, Error> {
        let inner = Repository::open(path).map_err(|error| cannot_open(error, Some(path)))?;
        Repo::settle(inner, &Surroundings::none())
    }

    /// The worktree's root, absolute; `None` for a bare repository.
    pub fn root(&self) -> Option<&Path> {
        self.root.as_deref()
    }

    /// The repository's own folder: `.git`, or `.git/worktrees/X` for a linked worktree.
    pub fn git_dir(&self) -> &Path {
        self.inner.path()
    }

    /// The folder that all worktrees of the repository share.
    pub fn common_dir(&self) -> &Path {
        self.inner.commondir()
    }

    /// Whether the repository has no worktree.
    pub fn is_bare(&self) -> bool {
        self.root.is_none()
    }

    /// The index that a commit would be made of: `GIT_INDEX_FILE`, else `index` in the git directory.
    pub fn index_file(&self) -> &Path {
        &self.index_file
    }

    /// Whether both are the same repository, be it in two worktrees.
    ///
    /// # Errors
    /// A folder that cannot be resolved.
    pub fn is_same_repository(&self, other: &Repo) -> Result<bool, Error> {
        same_place(self.common_dir(), other.common_dir())
    }

    /// What `HEAD` points to; `None` on a branch that has no commit yet.
    ///
    /// # Errors
    /// A `HEAD` or branch that cannot be read.
    pub fn head(&self) -> Result<Option<ObjectId>, Error> {
        match self.inner.head() {
            Ok(reference) => match reference.target() {
                Some(id) => Ok(Some(object_id(id))),
                None => Err(Error::new("HEAD does not lead to a commit").hint("run `git fsck`")),
            },
            Err(error) if error.code() == ErrorCode::UnbornBranch => Ok(None),
            Err(error) => Err(Error::new(format!("cannot read HEAD: {}", error.message())).hint("run `git fsck`")),
        }
    }

    /// The full name of the branch that `HEAD` is on, also before its first commit; `None` when detached.
    ///
    /// # Errors
    /// A `HEAD` that cannot be read, or a name that is not UTF-8.
    pub fn head_branch(&self) -> Result<Option<String>, Error> {
        let head = self.inner.find_reference("HEAD")?;
        head.symbolic_target_bytes().map(|name| utf8(name, "the name of the current branch")).transpose()
    }

    /// The commit that a reference of this full name leads to; `None` if there is no such reference.
    ///
    /// # Errors
    /// A reference that cannot be read, leads nowhere, or to no commit.
    pub fn reference(&self, name: &str) -> Result<Option<(String, ObjectId)>, Error> {
        let reference = match self.inner.find_reference(name) {
            Ok(reference) => reference,
            Err(error) if error.code() == ErrorCode::NotFound => return Ok(None),
            Err(error) => return Err(error.into()),
        };
        let direct = reference.resolve().map_err(|error| {
            Error::new(format!("reference {name} leads nowhere: {}", error.message()))
                .hint("run `git remote set-head origin -a` or `git fetch`")
        })?;
        let target = direct.target().ok_or_else(|| Error::new(format!("reference {name} leads nowhere")))?;
        let full_name = utf8(direct.name_bytes(), "the name of a reference")?;
        match self.peel_to_commit(&object_id(target))? {
            Some(commit) => Ok(Some((full_name, commit))),
            None => Err(Error::new(format!("reference {name} does not lead to a commit"))),
        }
    }

    /// The value that git's configuration has for `key`; a key without a value is `true`, as git reads it.
    ///
    /// # Errors
    /// Configuration that cannot be read, or a value that is not UTF-8.
    pub fn config(&self, key: &str) -> Result<Option<String>, Error> {
        let config = self.inner.config()?.snapshot()?;
        match config.get_entry(key) {
            Ok(entry) if entry.has_value() => utf8(entry.value_bytes(), key).map(Some),
            Ok(_) => Ok(Some("true".to_owned())),
            Err(error) if error.code() == ErrorCode::NotFound => Ok(None),
            Err(error) => Err(error.into()),
        }
    }

    /// What the environment adds to what libgit2 opened: libgit2 takes a relative `GIT_WORK_TREE` from the git
    /// directory, where git takes it from the working directory; and it does not know that `GIT_DIR` alone makes
    /// the working directory the root.
    fn settle(inner: Repository, surroundings: &Surroundings) -> Result<Repo, Error> {
        if let Some(root) = surroundings.worktree(&inner)? {
            inner.set_workdir(&root, false)?;
        }
        let root = inner.workdir().map(absolute).transpose()?;
        let index_file = match &surroundings.index_file {
            // Relative to the root, where git runs its hooks.
            Some(file) => root.as_deref().unwrap_or(&surroundings.folder).join(file),
            None => inner.path().join("index"),
        };
        Ok(Repo { inner, trees: RefCell::default(), boundary: OnceCell::new(), root, index_file })
    }
}

/// What of the process counts in finding a repository.
struct Surroundings {
    folder: PathBuf,
    git_dir: Option<OsString>,
    work_tree: Option<OsString>,
    index_file: Option<OsString>,
}

impl Surroundings {
    fn none() -> Self {
        Surroundings { folder: PathBuf::new(), git_dir: None, work_tree: None, index_file: None }
    }

    fn of_this_process() -> Result<Self, Error> {
        let folder =
            env::current_dir().map_err(|error| Error::new(format!("cannot tell the working directory: {error}")))?;
        Ok(Surroundings {
            folder,
            git_dir: env::var_os("GIT_DIR"),
            work_tree: env::var_os("GIT_WORK_TREE"),
            index_file: env::var_os("GIT_INDEX_FILE"),
        })
    }

    fn names_anything(&self) -> bool {
        self.git_dir.is_some() || self.work_tree.is_some() || self.index_file.is_some()
    }

    /// The root that git would take where libgit2 takes another.
    fn worktree(&self, inner: &Repository) -> Result<Option<PathBuf>, Error> {
        if let Some(named) = &self.work_tree {
            return absolute(&self.folder.join(named)).map(Some);
        }
        if self.git_dir.is_none() || inner.is_bare() || inner.is_worktree() {
            return Ok(None);
        }
        let config = inner.config()?.snapshot()?;
        match config.get_entry("core.worktree") {
            Ok(_) => return Ok(None),
            Err(error) if error.code() == ErrorCode::NotFound => {}
            Err(error) => return Err(error.into()),
        }
        let (folder, git_dir) = (absolute(&self.folder)?, absolute(inner.path())?);
        // A receiving repository runs its hooks inside the git directory, which is nobody's worktree.
        Ok((!folder.starts_with(&git_dir)).then_some(folder))
    }
}

/// The id as the rest of the crate knows it.
pub(super) fn object_id(id: Oid) -> ObjectId {
    ObjectId(id.to_string())
}

/// The id as libgit2 knows it; only a full one will do.
pub(super) fn oid(id: &ObjectId) -> Result<Oid, Error> {
    if id.0.len() != 40 {
        return Err(Error::new(format!("`{}` is not a full object id", crate::report::escape(&id.0))));
    }
    Ok(Oid::from_str(&id.0)?)
}

/// Text that has to be UTF-8.
pub(super) fn utf8(bytes: &[u8], what: &str) -> Result<String, Error> {
    String::from_utf8(bytes.to_vec()).map_err(|_| Error::new(format!("{what} is not UTF-8")))
}

/// The folder without links and dots.
pub(super) fn absolute(path: &Path) -> Result<PathBuf, Error> {
    path.canonicalize().map_err(|error| Error::new(format!("cannot resolve {}: {error}", path.display())))
}

fn same_place(one: &Path, two: &Path) -> Result<bool, Error> {
    Ok(absolute(one)? == absolute(two)?)
}

fn cannot_open(error: git2::Error, dir: Option<&Path>) -> Error {
    let place = dir.map_or_else(|| "here".to_owned(), |dir| format!("at {}", dir.display()));
    let opened = Error::new(format!("cannot open a git repository {place}: {}", error.message()));
    match error.code() {
        ErrorCode::NotFound => opened.hint("run this inside a git repository, or name one with `--repo DIR`"),
        ErrorCode::Owner => opened.hint("if you trust it, run `git config --global --add safe.directory DIR`"),
        _ => opened,
    }
}
