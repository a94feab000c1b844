//! What the work tree would be as a commit, without a commit: `git add` on a copy of the index, its objects kept aside.

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::fs;
use std::io::ErrorKind;
use std::os::unix::ffi::{OsStrExt, OsStringExt};
use std::path::{Path, PathBuf};

use git2::ObjectType;

use super::changes::contents;
use super::id::Format;
use super::index::contents_of;
use super::open::{Repo, absolute};
use super::program::{Program, run, words};
use super::reader::Reader;
use super::tree::no_file;
use super::write::git;
use crate::change::{Kind, ObjectId, RepoPath, Side};
use crate::report::escape;
use crate::shell::Error;

/// What of the work tree is taken.
#[derive(Debug, Clone, Copy)]
pub enum Take<'a> {
    /// All that is not ignored: `git add -A`.
    Everything,
    /// What git keeps already, and these: `git add -u`, and `git add -f` for each file named.
    Tracked(&'a [PathBuf]),
}

/// The work tree as git would commit it now. Filters, ignore rules and line ends are git's own; the index and the objects of
/// the repository are left as they are.
pub struct Snapshot {
    /// What it holds, by path from the root.
    pub sides: BTreeMap<RepoPath, Side>,
    program: Program,
    _folder: Folder,
}

impl Snapshot {
    /// Takes one.
    ///
    /// # Errors
    /// A bare repository; what git cannot read or add.
    pub fn take(repo: &Repo, take: Take<'_>) -> Result<Snapshot, Error> {
        let root = repo.root().ok_or_else(|| Error::new("a bare repository has no work tree"))?;
        let folder = Folder::new(repo.git_dir())?;
        let (index, objects) = (folder.0.join("index"), folder.0.join("objects"));
        match fs::copy(repo.index_file(), &index) {
            Ok(_) => {}
            Err(error) if error.kind() == ErrorKind::NotFound => {}
            Err(error) => return Err(failed("copy", repo.index_file(), &error)),
        }
        fs::create_dir(&objects).map_err(|error| failed("make", &objects, &error))?;
        let mut names: Vec<(&'static str, OsString)> = vec![
            ("GIT_INDEX_FILE", index.clone().into()),
            ("GIT_OBJECT_DIRECTORY", objects.into()),
            ("GIT_ALTERNATE_OBJECT_DIRECTORIES", alternates(repo)?),
        ];
        let add = |arguments: &[&str], paths: &[PathBuf]| {
            let mut command = git(repo, root);
            for restraint in ["core.hooksPath=/dev/null", "core.fsmonitor=false", "core.safecrlf=false"] {
                command.args(["-c", restraint]);
            }
            command.args(["-c", "core.splitIndex=false", "-c", "advice.addEmbeddedRepo=false"]);
            command.envs(names.iter().map(|(name, value)| (name, value)));
            let output = run(command.args(["--literal-pathspecs", "add"]).args(arguments).arg("--").args(paths))?;
            match output.status.success() {
                true => Ok(()),
                false => Err(Error::new(format!("git cannot add the work tree: {}", escape(words(&output).trim())))
                    .hint("see what `git add --dry-run --all` says")),
            }
        };
        match take {
            Take::Everything => add(&["-A"], &[])?,
            Take::Tracked(named) => {
                add(&["-u"], &[])?;
                if !named.is_empty() {
                    add(&["-f"], named)?;
                }
            }
        }
        names.push(("GIT_DIR", absolute(repo.git_dir())?.into()));
        names.push(("GIT_WORK_TREE", root.into()));
        let program = Program::new(repo.format(), names, Some(root.to_owned()), index);
        let sides = contents_of(&program.index()?)?.sides;
        Ok(Snapshot { sides, program, _folder: folder })
    }

    /// The content of a file or link that it holds.
    ///
    /// # Errors
    /// An object that is missing or malformed.
    pub fn read(&self, id: &ObjectId) -> Result<Vec<u8>, Error> {
        let (kind, data) = self.program.object(*id)?;
        match kind {
            ObjectType::Blob => Ok(data),
            kind => Err(no_file(id, kind)),
        }
    }
}

/// The id that git gives a tree of these: what `git write-tree` says.
///
/// # Errors
/// An id that is none.
pub fn tree_id(repo: &Repo, sides: &BTreeMap<RepoPath, Side>) -> Result<ObjectId, Error> {
    let entries: Vec<_> = sides.iter().map(|(path, side)| (path.as_bytes(), mode(side.kind), side.id)).collect();
    folder_id(repo.format(), &entries)
}

/// All that a commit holds.
///
/// # Errors
/// An object that is missing or malformed.
pub fn sides_at(repo: &Repo, commit: &ObjectId) -> Result<BTreeMap<RepoPath, Side>, Error> {
    Ok(contents(repo, Some(commit))?.into_iter().collect())
}

type Entry<'a> = (&'a [u8], &'static str, ObjectId);

/// The id of a folder whose entries are sorted by their paths: a folder's name then sorts as if it ended with `/`, which is
/// git's order.
fn folder_id(format: Format, entries: &[Entry<'_>]) -> Result<ObjectId, Error> {
    let mut tree = Vec::new();
    let mut add = |mode: &str, name: &[u8], id: ObjectId| {
        tree.extend_from_slice(mode.as_bytes());
        tree.push(b' ');
        tree.extend_from_slice(name);
        tree.push(0);
        tree.extend_from_slice(id.as_bytes());
    };
    let mut rest = entries;
    while let Some(((path, mode, id), _)) = rest.split_first() {
        let Some(length) = path.iter().position(|byte| *byte == b'/') else {
            add(mode, path, *id);
            rest = rest.get(1..).unwrap_or_default();
            continue;
        };
        let (folder, below) = (path.get(..length).unwrap_or_default(), path.get(..=length).unwrap_or_default());
        let (inside, after) = rest.split_at(rest.iter().take_while(|(path, ..)| path.starts_with(below)).count());
        let inside: Vec<Entry<'_>> =
            inside.iter().map(|(path, mode, id)| (path.get(length + 1..).unwrap_or_default(), *mode, *id)).collect();
        add("40000", folder, folder_id(format, &inside)?);
        rest = after;
    }
    Ok(format.hash(ObjectType::Tree, &tree))
}

fn mode(kind: Kind) -> &'static str {
    match kind {
        Kind::File => "100644",
        Kind::Executable => "100755",
        Kind::Symlink => "120000",
        Kind::Submodule => "160000",
    }
}

/// Where git finds the objects that are there already, as it reads a list of folders.
fn alternates(repo: &Repo) -> Result<OsString, Error> {
    let own = absolute(repo.common_dir())?.join("objects").into_os_string().into_vec();
    let mut list = match own.iter().any(|byte| matches!(byte, b':' | b'"' | b'\\' | b'\n')) {
        false => own,
        true => {
            let mut quoted = vec![b'"'];
            for byte in own {
                match byte {
                    b'"' | b'\\' => quoted.extend([b'\\', byte]),
                    b'\n' => quoted.extend(b"\\n"),
                    byte => quoted.push(byte),
                }
            }
            quoted.push(b'"');
            quoted
        }
    };
    for name in ["GIT_OBJECT_DIRECTORY", "GIT_ALTERNATE_OBJECT_DIRECTORIES"] {
        if let Some(more) = std::env::var_os(name).filter(|more| !more.is_empty()) {
            list.push(b':');
            list.extend_from_slice(more.as_bytes());
        }
    }
    Ok(OsString::from_vec(list))
}

/// A folder of this process in git's own, gone when dropped.
struct Folder(PathBuf);

impl Folder {
    fn new(git_dir: &Path) -> Result<Folder, Error> {
        let git_dir = absolute(git_dir)?;
        for number in 0..u32::MAX {
            let folder = git_dir.join(format!("ackgate-snapshot-{}-{number}", std::process::id()));
            match fs::create_dir(&folder) {
                Ok(()) => return Ok(Folder(folder)),
                Err(error) if error.kind() == ErrorKind::AlreadyExists => {}
                Err(error) => return Err(failed("make", &folder, &error)),
            }
        }
        Err(Error::new("cannot make a folder of one's own in git's"))
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        // What stays is only in the way of nobody: the next one has another name.
        drop(fs::remove_dir_all(&self.0));
    }
}

fn failed(what: &str, path: &Path, error: &std::io::Error) -> Error {
    Error::new(format!("cannot {what} {}: {error}", path.display()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_tree_has_the_id_that_git_gives_it() {
        let folder = tempfile::tempdir().unwrap();
        let repository = git2::Repository::init(folder.path()).unwrap();
        let mut index = repository.index().unwrap();
        for path in ["a", "a.c", "a-b/x", "a0/z", "a/../b".trim_start_matches("a/../"), "d/e/f", "d/e.f", "d/e-f/g"] {
            let file = folder.path().join(path);
            fs::create_dir_all(file.parent().unwrap()).unwrap();
            fs::write(file, path).unwrap();
            index.add_path(Path::new(path)).unwrap();
        }
        index.write().unwrap();
        let repo = Repo::open_other(folder.path()).unwrap();
        let before = fs::read(repo.index_file()).unwrap();
        let snapshot = Snapshot::take(&repo, Take::Everything).unwrap();
        assert_eq!(tree_id(&repo, &snapshot.sides).unwrap().to_string(), index.write_tree().unwrap().to_string());
        let id = &snapshot.sides[&RepoPath::from("d/e/f")].id;
        assert_eq!(snapshot.read(id).unwrap(), b"d/e/f");
        drop(snapshot);
        assert_eq!(fs::read(repo.index_file()).unwrap(), before);
        let left = fs::read_dir(repo.git_dir()).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap());
        assert_eq!(left.filter(|name| name.starts_with("ackgate")).count(), 0);
    }
}
