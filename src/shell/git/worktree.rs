//! The working directory against HEAD, for `--worktree`.

use std::collections::{BTreeMap, BTreeSet};
use std::ffi::OsStr;
use std::fs::{self, Metadata};
use std::io::ErrorKind;
use std::os::unix::ffi::{OsStrExt, OsStringExt};
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};

use git2::{IndexEntry, IndexEntryExtendedFlag, ObjectType, Oid, Repository, StatusOptions};

use super::changes::{compare, contents};
use super::index::{index_contents, open_index};
use super::open::{Repo, object_id};
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
    let mut paths: BTreeSet<RepoPath> = head.keys().cloned().collect();
    paths.extend(index_contents(repo)?.sides.into_keys());
    paths.extend(untracked(repo, root)?);
    let index = open_index(repo)?;
    let entries: BTreeMap<RepoPath, IndexEntry> =
        index.iter().map(|entry| (RepoPath::new(entry.path.as_slice()), entry)).collect();
    let mut sides = BTreeMap::new();
    for path in paths {
        let look = Look { repo, root, file: place(root, &path), staged: entries.get(&path) };
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
    Ok(FileAt::File { id: object_id(Oid::hash_object(ObjectType::Blob, &bytes)?), bytes })
}

/// Untracked paths that are not ignored; an untracked repository is one path. libgit2 takes that for ignored, where
/// git would add it as a submodule.
fn untracked(repo: &Repo, root: &Path) -> Result<Vec<RepoPath>, Error> {
    let mut index = open_index(repo)?;
    repo.inner.set_index(&mut index)?;
    let mut options = StatusOptions::new();
    options.include_untracked(true).recurse_untracked_dirs(true).include_ignored(true).recurse_ignored_dirs(false);
    options.include_unreadable(true).include_unreadable_as_untracked(true).no_refresh(true).update_index(false);
    let mut found = Vec::new();
    for entry in repo.inner.statuses(Some(&mut options))?.iter() {
        let path = entry.path_bytes();
        let name = path.strip_suffix(b"/").unwrap_or(path);
        let counts = if entry.status().intersects(git2::Status::IGNORED) {
            let folder = Path::new(OsStr::from_bytes(name));
            root.join(folder).join(".git").symlink_metadata().is_ok() && !repo.inner.is_path_ignored(folder)?
        } else {
            entry.status().intersects(git2::Status::WT_NEW)
        };
        if counts {
            found.push(RepoPath::new(name));
        }
    }
    Ok(found)
}

/// One path of the working directory.
struct Look<'repo> {
    repo: &'repo Repo,
    root: &'repo Path,
    file: PathBuf,
    staged: Option<&'repo IndexEntry>,
}

impl Look<'_> {
    fn side(&self, path: &RepoPath, head: Option<&Side>) -> Result<Option<Side>, Error> {
        let Some(found) = metadata(self.root, &self.file)? else {
            // A sparse checkout leaves the file out, not the commit.
            let skipped =
                |entry: &&IndexEntry| entry.flags_extended & IndexEntryExtendedFlag::SKIP_WORKTREE.bits() != 0;
            return Ok(self.staged.filter(skipped).and_then(staged_side));
        };
        if found.is_symlink() {
            let target = fs::read_link(&self.file).map_err(|error| unreadable(&self.file, &error))?;
            let id = Oid::hash_object(ObjectType::Blob, &target.into_os_string().into_vec())?;
            return Ok(Some(Side { kind: Kind::Symlink, id: object_id(id) }));
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
        if let Some(entry) = self.staged.filter(|entry| self.is_as_staged(entry, found)) {
            return Ok(object_id(entry.id));
        }
        let bytes = read(&self.file)?;
        let raw = object_id(Oid::hash_object(ObjectType::Blob, &bytes)?);
        if !bytes.contains(&b'\r') || !self.converts_line_ends(path)? {
            return Ok(raw);
        }
        let unix = object_id(Oid::hash_object(ObjectType::Blob, &without_carriage_returns(&bytes))?);
        let staged = self.staged.map(|entry| object_id(entry.id));
        let known = Some(&unix) == staged.as_ref() || Some(&unix) == head.map(|side| &side.id);
        Ok(if known { unix } else { raw })
    }

    /// git's own test of whether a file must be read: size and times are those of when it was staged, and that was
    /// well before the index was written.
    fn is_as_staged(&self, entry: &IndexEntry, found: &Metadata) -> bool {
        let index_time = fs::symlink_metadata(self.repo.index_file()).map(|index| index.mtime());
        let same = |seconds: i64, nanoseconds: i64, time: git2::IndexTime| {
            seconds == i64::from(time.seconds()) && nanoseconds == i64::from(time.nanoseconds())
        };
        entry.flags & 0x3000 == 0
            && u64::from(entry.file_size) == found.size()
            && same(found.mtime(), found.mtime_nsec(), entry.mtime)
            && same(found.ctime(), found.ctime_nsec(), entry.ctime)
            && index_time.is_ok_and(|written| found.mtime() < written && found.ctime() < written)
    }

    fn converts_line_ends(&self, path: &RepoPath) -> Result<bool, Error> {
        let automatic = self.repo.config("core.autocrlf")?;
        if automatic
            .is_some_and(|value| value.eq_ignore_ascii_case("input") || git2::Config::parse_bool(value) == Ok(true))
        {
            return Ok(true);
        }
        let path = Path::new(OsStr::from_bytes(path.as_bytes()));
        for name in ["text", "eol", "crlf"] {
            let value = self.repo.inner.get_attr_bytes(path, name, git2::AttrCheckFlags::FILE_THEN_INDEX)?;
            if git2::AttrValue::from_bytes(value) != git2::AttrValue::Unspecified {
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// A folder where HEAD or the index has an entry: a submodule that is checked out, or one that is not.
    fn submodule(&self) -> Result<Option<Side>, Error> {
        let staged = self.staged.and_then(staged_side).filter(|side| side.kind == Kind::Submodule);
        if self.file.join(".git").symlink_metadata().is_err() {
            return Ok(staged);
        }
        let nested = Repository::open(&self.file)?;
        let id = match nested.head() {
            Ok(head) => head.target().unwrap_or(Oid::ZERO_SHA1),
            Err(error) if error.code() == git2::ErrorCode::UnbornBranch => Oid::ZERO_SHA1,
            Err(error) => return Err(error.into()),
        };
        Ok(Some(Side { kind: Kind::Submodule, id: object_id(id) }))
    }
}

fn staged_side(entry: &IndexEntry) -> Option<Side> {
    match super::tree::node_kind(entry.mode)? {
        super::tree::NodeKind::Item(kind) => Some(Side { kind, id: object_id(entry.id) }),
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
