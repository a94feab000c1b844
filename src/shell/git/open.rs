//! An open repository: what is read of it, and by whom.

use std::cell::OnceCell;
use std::collections::HashSet;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, Once, PoisonError};

use super::found::{Found, Surroundings};
use super::id::Format;
use super::index_file::IndexFile;
use super::library::Library;
use super::objects::Objects;
use super::program::Program;
use super::reader::Reader;
use super::{commit, tree};
use crate::change::ObjectId;
use crate::shell::Error;

/// An open repository.
pub struct Repo {
    /// libgit2, where it could open the repository.
    library: Option<Library>,
    /// The user's git, for all that libgit2 cannot read.
    program: Program,
    pub(super) trees: Arc<Mutex<tree::Kept>>,
    pub(super) commits: Arc<Mutex<commit::Kept>>,
    pub(super) boundary: OnceCell<HashSet<ObjectId>>,
    git_dir: PathBuf,
    common_dir: PathBuf,
    /// Whether everything is read and told in the plainest way.
    plain: bool,
    way: Way,
}

/// How a repository is found.
#[derive(Debug, Clone)]
enum Way {
    /// From this process's environment, or the folder that is named.
    Around(Option<PathBuf>),
    /// At exactly this folder.
    At(PathBuf),
    /// There, by git.
    AtByGit(PathBuf),
}

/// Opens a repository once more, in another thread. What either reads is kept for both.
#[derive(Clone)]
pub struct Opener {
    way: Way,
    trees: Arc<Mutex<tree::Kept>>,
    commits: Arc<Mutex<commit::Kept>>,
}

impl Opener {
    /// The repository.
    ///
    /// # Errors
    /// As for [`Repo::open`].
    pub fn open(self) -> Result<Repo, Error> {
        let repo = match &self.way {
            Way::Around(dir) => Repo::open(dir.as_deref()),
            Way::At(path) => Repo::open_other(path),
            Way::AtByGit(path) => Repo::open_other_by_git(path),
        };
        Ok(Repo { trees: self.trees, commits: self.commits, ..repo? })
    }
}

impl Repo {
    /// The repository of this process: with no `dir` the one that git's environment names or the working
    /// directory lies in, as git itself finds it; with `dir` (`--repo`) the one that folder lies in. The
    /// environment (`GIT_INDEX_FILE` above all) counts for `dir` only where it means the same repository.
    ///
    /// # Errors
    /// No repository there, or one that neither libgit2 nor git can or will open (owner, unknown extension).
    pub fn open(dir: Option<&Path>) -> Result<Repo, Error> {
        let surroundings = Surroundings::of_this_process()?;
        let way = Way::Around(dir.map(Path::to_owned));
        let Some(dir) = dir else { return Repo::settle(Found::here(&surroundings)?, &surroundings, way) };
        let found = Found::around(dir)?;
        if !surroundings.names_anything() {
            return Repo::settle(found, &Surroundings::none(), way);
        }
        match Found::here(&surroundings) {
            Ok(own) if same_place(own.git_dir(), found.git_dir())? => Repo::settle(own, &surroundings, way),
            // `--repo DIR` outweighs the environment, also where that names nothing that can be opened.
            Ok(_) | Err(_) => Repo::settle(found, &Surroundings::none(), way),
        }
    }

    /// Another repository, at exactly this folder (its worktree's root, or a bare repository). The environment has
    /// no say in what is read.
    ///
    /// # Errors
    /// As for [`Repo::open`].
    pub fn open_other(path: &Path) -> Result<Repo, Error> {
        Repo::settle(Found::at(path)?, &Surroundings::none(), Way::At(path.to_owned()))
    }

    /// As [`Repo::open_other`], and read by the user's git alone, whatever libgit2 could read of it: what both say can
    /// be compared.
    ///
    /// # Errors
    /// As for [`Repo::open`].
    pub fn open_other_by_git(path: &Path) -> Result<Repo, Error> {
        Repo::settle(Found::at_by_git(path)?, &Surroundings::none(), Way::AtByGit(path.to_owned()))
    }

    /// The same repository, of which everything is read in the plainest way, whatever it costs: what both say can be
    /// compared.
    pub fn plainly(mut self) -> Repo {
        self.plain = true;
        self
    }

    /// What opens it once more; `None` where everything is read in the plainest way.
    pub fn opener(&self) -> Option<Opener> {
        let (way, trees, commits) = (self.way.clone(), Arc::clone(&self.trees), Arc::clone(&self.commits));
        (!self.plain).then_some(Opener { way, trees, commits })
    }

    /// The worktree's root, absolute; `None` for a bare repository.
    pub fn root(&self) -> Option<&Path> {
        self.program.root.as_deref()
    }

    /// The repository's own folder: `.git`, or `.git/worktrees/X` for a linked worktree.
    pub fn git_dir(&self) -> &Path {
        &self.git_dir
    }

    /// The folder that all worktrees of the repository share.
    pub fn common_dir(&self) -> &Path {
        &self.common_dir
    }

    /// Whether the repository has no worktree.
    pub fn is_bare(&self) -> bool {
        self.program.root.is_none()
    }

    /// The index that a commit would be made of: `GIT_INDEX_FILE`, else `index` in the git directory.
    pub fn index_file(&self) -> &Path {
        &self.program.index_file
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
        self.ask(|reader| reader.head())
    }

    /// The full name of the branch that `HEAD` is on, also before its first commit; `None` when detached.
    ///
    /// # Errors
    /// A `HEAD` that cannot be read, or a name that is not UTF-8.
    pub fn head_branch(&self) -> Result<Option<String>, Error> {
        let name = self.ask(|reader| reader.head_branch())?;
        name.map(|name| utf8(&name, "the name of the current branch")).transpose()
    }

    /// The commit that a reference of this full name leads to; `None` if there is no such reference.
    ///
    /// # Errors
    /// A reference that cannot be read, leads nowhere, or to no commit.
    pub fn reference(&self, name: &str) -> Result<Option<(String, ObjectId)>, Error> {
        let Some(reference) = self.ask(|reader| reader.reference(name))? else { return Ok(None) };
        let full_name = utf8(&reference.direct, "the name of a reference")?;
        match self.peel_to_commit(&reference.target)? {
            Some(commit) => Ok(Some((full_name, commit))),
            None => Err(Error::new(format!("reference {name} does not lead to a commit"))),
        }
    }

    /// The value that git's configuration has for `key`; a key without a value is `true`, as git reads it.
    ///
    /// # Errors
    /// Configuration that cannot be read, or a value that is not UTF-8.
    pub fn config(&self, key: &str) -> Result<Option<String>, Error> {
        self.ask(|reader| reader.config(key))
    }

    /// Asks libgit2, and the user's git for what libgit2 cannot read. A plain repository starts no program.
    pub(super) fn ask<T>(&self, question: impl Fn(&dyn Reader) -> Result<T, Error>) -> Result<T, Error> {
        let Some(library) = &self.library else { return question(&self.program) };
        question(library).or_else(|unread| question(&self.program).map_err(|error| unread.hints_of(&error)))
    }

    /// The index as a stream of entries; `None` where the readers must say what it holds.
    pub(super) fn index_stream(&self) -> Option<IndexFile> {
        // What cannot be opened here, they will say in their words.
        IndexFile::open(self.index_file(), self.format()).ok().flatten().filter(|_| !self.plain)
    }

    /// Whether what was told of one commit may tell of another.
    pub fn remembers(&self) -> bool {
        !self.plain
    }

    /// How this repository names its objects.
    pub(super) fn format(&self) -> Format {
        self.program.format
    }

    /// What the environment adds to what was found: libgit2 takes a relative `GIT_WORK_TREE` from the git directory, where
    /// git takes it from the working directory; and it does not know that `GIT_DIR` alone makes the working directory
    /// the root.
    fn settle(found: Found, surroundings: &Surroundings, way: Way) -> Result<Repo, Error> {
        let named = surroundings.worktree(&found)?;
        let root = match &named {
            Some(root) => Some(root.clone()),
            None => found.root().map(absolute).transpose()?,
        };
        let (git_dir, common_dir) = (found.git_dir().to_owned(), found.common_dir().to_owned());
        let index_file = match &surroundings.index_file {
            // Relative to the root, where git runs its hooks.
            Some(file) => root.as_deref().unwrap_or(&surroundings.folder).join(file),
            None => git_dir.join("index"),
        };
        let mut names = surroundings.kept();
        names.push(("GIT_DIR", absolute(&git_dir)?.into()));
        names.push(("GIT_INDEX_FILE", index_file.clone().into()));
        names.extend(root.iter().map(|root| ("GIT_WORK_TREE", root.clone().into())));
        let value = |wanted| names.iter().find(|(name, _)| *name == wanted).map(|(_, value)| value.as_os_str());
        let folder = value("GIT_OBJECT_DIRECTORY").map_or_else(|| common_dir.join("objects"), PathBuf::from);
        let objects = Objects::new(folder, value("GIT_ALTERNATE_OBJECT_DIRECTORIES"));
        let program = Program::new(found.format(), names, root.clone(), index_file.clone());
        let library = match found {
            Found::ByLibrary(repository) => {
                do_nothing_twice();
                if let Some(root) = &named {
                    repository.set_workdir(root, false)?;
                }
                Some(Library { repository, index_file, objects })
            }
            Found::ByGit(_) => None,
        };
        Ok(Repo {
            library,
            program,
            trees: Arc::default(),
            commits: Arc::default(),
            boundary: OnceCell::new(),
            git_dir,
            common_dir,
            plain: false,
            way,
        })
    }
}

/// What was read, which other threads add to. Nothing that could end one is done while it is held.
pub(super) fn kept<T>(of: &Mutex<T>) -> MutexGuard<'_, T> {
    of.lock().unwrap_or_else(PoisonError::into_inner)
}

/// What is read is kept here, and hashed again here: an object is what its id says. libgit2 need not do so too.
fn do_nothing_twice() {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        git2::opts::enable_caching(false);
        git2::opts::strict_hash_verification(false);
    });
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn git_says_of_staged_files_what_libgit2_says() {
        let folder = tempfile::tempdir().unwrap();
        let repository = git2::Repository::init(folder.path()).unwrap();
        let mut index = repository.index().unwrap();
        std::fs::write(folder.path().join("a"), "content").unwrap();
        index.add_path(Path::new("a")).unwrap();
        index.write().unwrap();
        let repos = [Repo::open_other(folder.path()), Repo::open_other_by_git(folder.path())];
        let [one, two] = repos.map(|repo| repo.unwrap().ask(|reader| reader.stats()).unwrap());
        assert_eq!(one.len(), 1);
        assert_eq!(one, two);
    }
}
