//! The working directory against HEAD, for `--worktree`.

use std::collections::{BTreeMap, BTreeSet};
use std::ffi::OsStr;
use std::fs::{self, Metadata};
use std::io::ErrorKind;
use std::os::unix::ffi::{OsStrExt, OsStringExt};
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};

use git2::ObjectType;

use super::changes::{compare, contents};
use super::index::contents_of;
use super::open::Repo;
use super::reader::{IndexEntry, Stat};
use super::tree::FileAt;
use crate::change::{Change, Kind, ObjectId, RepoPath, Side};
use crate::shell::Error;

/// What a commit of everything would change, sorted by path: HEAD against the working directory, with what is
/// staged, what is not, and untracked files that are not ignored. Contents of the new sides are in the working
/// directory only: read them with [`worktree_file`]. Neither flags in the index nor `core.fileMode` hide a change.
///
/// # Errors
/// A bare repository; an index, file or object that cannot be read.
pub fn worktree(repo: &Repo) -> Result<Vec<Change>, Error> {
    let root = repo.root().ok_or_else(|| Error::new("a bare repository has no working directory"))?;
    let head = contents(repo, repo.head()?.as_ref())?;
    let index = repo.ask(|reader| reader.index())?;
    let mut paths: BTreeSet<RepoPath> = head.keys().cloned().collect();
    // What is only intended to be added is no part of the index's contents, but of a commit of everything.
    contents_of(&index)?;
    paths.extend(index.iter().map(|entry| entry.path.clone()));
    paths.extend(repo.ask(|reader| reader.untracked())?);
    let stats = repo.ask(|reader| reader.stats())?;
    let entries: BTreeMap<RepoPath, IndexEntry> = index.into_iter().map(|entry| (entry.path.clone(), entry)).collect();
    let mut sides = BTreeMap::new();
    for path in paths {
        let (staged, stat) = (entries.get(&path), stats.get(&path));
        let look = Look { repo, root, file: place(root, &path), staged, stat };
        if let Some(side) = look.side(&path, head.get(&path))? {
            sides.insert(path, side);
        }
    }
    Ok(compare(head, &sides))
}

/// What the working directory has at `path`. The id is that of the bytes as they are on disk.
///
/// # Errors
/// A bare repository, or a file that cannot be read.
pub fn worktree_file(repo: &Repo, path: &RepoPath) -> Result<FileAt, Error> {
    let root = repo.root().ok_or_else(|| Error::new("a bare repository has no working directory"))?;
    let file = place(root, path);
    let Some(found) = metadata(root, &file)? else { return Ok(FileAt::Missing) };
    if found.is_symlink() {
        return Ok(FileAt::NotAFile(Some(Kind::Symlink)));
    }
    if !found.is_file() {
        return Ok(FileAt::NotAFile(None));
    }
    let bytes = read(&file)?;
    Ok(FileAt::File { id: blob_id(repo, &bytes)?, bytes })
}

/// One path of the working directory.
struct Look<'repo> {
    repo: &'repo Repo,
    root: &'repo Path,
    file: PathBuf,
    staged: Option<&'repo IndexEntry>,
    stat: Option<&'repo Stat>,
}

impl Look<'_> {
    fn side(&self, path: &RepoPath, head: Option<&Side>) -> Result<Option<Side>, Error> {
        let Some(found) = metadata(self.root, &self.file)? else {
            // A sparse checkout leaves the file out, not the commit.
            return Ok(self.staged.filter(|entry| entry.skip_worktree).and_then(staged_side));
        };
        if found.is_symlink() {
            let target = fs::read_link(&self.file).map_err(|error| unreadable(&self.file, &error))?;
            let id = blob_id(self.repo, &target.into_os_string().into_vec())?;
            return Ok(Some(Side { kind: Kind::Symlink, id }));
        }
        if found.is_dir() {
            return self.submodule();
        }
        if !found.is_file() {
            return Ok(None);
        }
        let kind = if found.mode() & 0o100 != 0 { Kind::Executable } else { Kind::File };
        Ok(Some(Side { kind, id: self.content(path, &found, head)? }))
    }

    /// The file's id as a commit would have it. Where only line ends differ and git is told to convert them, it is
    /// the id that is already known.
    fn content(&self, path: &RepoPath, found: &Metadata, head: Option<&Side>) -> Result<ObjectId, Error> {
        if let (Some(entry), Some(stat)) = (self.staged, self.stat)
            && self.is_as_staged(stat, found)
        {
            return Ok(entry.id);
        }
        let bytes = read(&self.file)?;
        let raw = blob_id(self.repo, &bytes)?;
        if !bytes.contains(&b'\r') || !self.converts_line_ends(path)? {
            return Ok(raw);
        }
        let unix = blob_id(self.repo, &without_carriage_returns(&bytes))?;
        let staged = self.staged.map(|entry| entry.id);
        let known = Some(&unix) == staged.as_ref() || Some(&unix) == head.map(|side| &side.id);
        Ok(if known { unix } else { raw })
    }

    /// git's own test of whether a file must be read: size and times are those of when it was staged, and that was
    /// well before the index was written.
    fn is_as_staged(&self, stat: &Stat, found: &Metadata) -> bool {
        let index_time = fs::symlink_metadata(self.repo.index_file()).map(|index| index.mtime());
        stat.size == found.size()
            && stat.modified == (found.mtime(), found.mtime_nsec())
            && stat.changed == (found.ctime(), found.ctime_nsec())
            && index_time.is_ok_and(|written| found.mtime() < written && found.ctime() < written)
    }

    fn converts_line_ends(&self, path: &RepoPath) -> Result<bool, Error> {
        let automatic = self.repo.config("core.autocrlf")?;
        if automatic
            .is_some_and(|value| value.eq_ignore_ascii_case("input") || git2::Config::parse_bool(value) == Ok(true))
        {
            return Ok(true);
        }
        self.repo.ask(|reader| reader.has_line_end_attributes(path))
    }

    /// A folder where HEAD or the index has an entry: a submodule that is checked out, or one that is not.
    fn submodule(&self) -> Result<Option<Side>, Error> {
        let staged = self.staged.and_then(staged_side).filter(|side| side.kind == Kind::Submodule);
        if self.file.join(".git").symlink_metadata().is_err() {
            return Ok(staged);
        }
        let id = Repo::open_other(&self.file)?.head()?;
        let id = id.unwrap_or_else(|| self.repo.format().zero());
        Ok(Some(Side { kind: Kind::Submodule, id }))
    }
}

/// The id that a file of this content would have.
///
/// # Errors
/// None that content could cause: the repository's way to name objects is known.
pub fn blob_id(repo: &Repo, content: &[u8]) -> Result<ObjectId, Error> {
    Ok(repo.format().hash(ObjectType::Blob, content))
}

fn staged_side(entry: &IndexEntry) -> Option<Side> {
    match super::tree::node_kind(entry.mode)? {
        super::tree::NodeKind::Item(kind) => Some(Side { kind, id: entry.id }),
        super::tree::NodeKind::Folder => None,
    }
}

fn place(root: &Path, path: &RepoPath) -> PathBuf {
    root.join(OsStr::from_bytes(path.as_bytes()))
}

/// What is at a path, links not followed; nothing also where a folder on the way is a file or a link.
fn metadata(root: &Path, file: &Path) -> Result<Option<Metadata>, Error> {
    let linked = |folder: &Path| folder.symlink_metadata().is_ok_and(|found| found.is_symlink());
    if file.ancestors().skip(1).take_while(|folder| *folder != root).any(linked) {
        return Ok(None);
    }
    match fs::symlink_metadata(file) {
        Ok(found) => Ok(Some(found)),
        Err(error) if matches!(error.kind(), ErrorKind::NotFound | ErrorKind::NotADirectory) => Ok(None),
        Err(error) => Err(unreadable(file, &error)),
    }
}

fn read(file: &Path) -> Result<Vec<u8>, Error> {
    fs::read(file).map_err(|error| unreadable(file, &error))
}

fn unreadable(file: &Path, error: &std::io::Error) -> Error {
    Error::new(format!("cannot read {}: {error}", file.display()))
}

fn without_carriage_returns(bytes: &[u8]) -> Vec<u8> {
    let next = bytes.iter().skip(1).map(Some).chain([None]);
    bytes.iter().zip(next).filter(|(b, next)| !(**b == b'\r' && *next == Some(&b'\n'))).map(|(b, _)| *b).collect()
}
