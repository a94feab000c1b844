//! A repository read by libgit2, in this process.

use std::collections::HashMap;
use std::ffi::OsStr;
use std::io;
use std::os::unix::ffi::OsStrExt;
use std::path::{Path, PathBuf};

use git2::{AttrCheckFlags, AttrValue, ErrorCode, IndexEntryExtendedFlag, ObjectType, Repository, StatusOptions};

use super::index_file::has_room;
use super::meanwhile::read_hashed;
use super::objects::Objects;
use super::open::utf8;
use super::reader::{
    IndexEntry, Intake, LINE_END_ATTRIBUTES, Reader, Reference, Stat, leads_nowhere, missing, not_its_id,
    unreadable_index, unresolved,
};
use crate::change::{ObjectId, RepoPath};
use crate::shell::Error;

/// The bits of an entry's flags that say its stage.
const STAGE: u16 = 0x3000;

/// libgit2's view of a repository.
pub(super) struct Library {
    pub(super) repository: Repository,
    pub(super) index_file: PathBuf,
    pub(super) objects: Objects,
}

impl Reader for Library {
    fn object(&self, id: ObjectId) -> Result<(ObjectType, Vec<u8>), Error> {
        let mut whole = None;
        self.object_meanwhile(id, &mut whole)?;
        whole.ok_or_else(|| missing(id))
    }

    fn object_meanwhile(&self, id: ObjectId, intake: &mut dyn Intake) -> Result<(), Error> {
        let is_it = match self.objects.read(id, intake) {
            Ok(None) => self.read(id, intake)?,
            here => here,
        };
        match is_it {
            Ok(Some(true)) => Ok(()),
            Ok(Some(false)) => Err(not_its_id(id)),
            Ok(None) => Err(missing(id)),
            Err(error) => Err(unread(id, &error.to_string())),
        }
    }

    fn kind(&self, id: ObjectId) -> Result<Option<ObjectType>, Error> {
        if let Some(kind) = self.objects.kind(id).map_err(|error| unread(id, &error.to_string()))? {
            return Ok(Some(kind));
        }
        let Ok(key) = key(id) else { return Ok(None) };
        found(self.repository.odb()?.read_header(key).map(|(_, kind)| kind))
    }

    fn revision(&self, rev: &str) -> Result<ObjectId, Error> {
        if let Some(id @ ObjectId::Sha1(_)) = ObjectId::from_hex(rev) {
            return Ok(id);
        }
        // What is said in more than a name, git is asked for: libgit2 would read the objects that it goes by.
        let reference = self.repository.resolve_reference_from_short_name(rev);
        let reference = reference.and_then(|reference| resolved(&reference));
        reference.map(|reference| reference.target).map_err(|error| unresolved(rev, error.message()))
    }

    fn head(&self) -> Result<Option<ObjectId>, Error> {
        match self.repository.head() {
            Ok(reference) => match reference.target() {
                Some(id) => Ok(Some(id.into())),
                None => Err(Error::new("HEAD does not lead to a commit").hint("run `git fsck`")),
            },
            Err(error) if error.code() == ErrorCode::UnbornBranch => Ok(None),
            Err(error) => Err(Error::new(format!("cannot read HEAD: {}", error.message())).hint("run `git fsck`")),
        }
    }

    fn head_branch(&self) -> Result<Option<Vec<u8>>, Error> {
        // As git once made symbolic references, which libgit2 takes for what they lead to.
        if self.repository.path().join("HEAD").is_symlink() {
            return Err(Error::new("HEAD is a symbolic link").hint("run `git symbolic-ref HEAD refs/heads/NAME`"));
        }
        let mut at = self.repository.find_reference("HEAD")?;
        let mut name = None;
        // The last of symbolic references in a row, of which git follows five.
        for _ in 0..5 {
            let Some(target) = at.symbolic_target_bytes().map(<[u8]>::to_vec) else { break };
            let next = std::str::from_utf8(&target).map(|target| found(self.repository.find_reference(target)));
            name = Some(target);
            let Ok(next) = next else { break };
            let Some(next) = next? else { break };
            at = next;
        }
        Ok(name)
    }

    fn reference(&self, name: &str) -> Result<Option<Reference>, Error> {
        let Some(reference) = found(self.repository.find_reference(name))? else { return Ok(None) };
        resolved(&reference).map_err(|error| leads_nowhere(name, error.message())).map(Some)
    }

    fn references(&self, prefix: &str) -> Result<Vec<Reference>, Error> {
        let mut found = Vec::new();
        for reference in self.repository.references_glob(&format!("{prefix}*"))? {
            match resolved(&reference?) {
                Ok(reference) => found.push(reference),
                Err(error) if error.code() == ErrorCode::NotFound => {}
                Err(error) => return Err(error.into()),
            }
        }
        Ok(found)
    }

    fn config(&self, key: &str) -> Result<Option<String>, Error> {
        let config = self.repository.config()?.snapshot()?;
        match found(config.get_entry(key))? {
            Some(entry) if entry.has_value() => utf8(entry.value_bytes(), key).map(Some),
            Some(_) => Ok(Some("true".to_owned())),
            None => Ok(None),
        }
    }

    fn remotes(&self) -> Result<Vec<String>, Error> {
        let names = self.repository.remotes()?;
        let mut found = Vec::new();
        for name in names.iter() {
            found.extend(name?.map(str::to_owned));
        }
        Ok(found)
    }

    fn upstream(&self, branch: &str) -> Result<Option<String>, Error> {
        match self.repository.branch_upstream_name(branch) {
            Ok(name) => utf8(&name, "the name of the upstream branch").map(Some),
            // `branch.NAME.remote` may be an address (`git push -u URL`), of which there are no remote-tracking branches.
            Err(error) if matches!(error.code(), ErrorCode::NotFound | ErrorCode::InvalidSpec) => Ok(None),
            Err(error) => Err(error.into()),
        }
    }

    fn index(&self) -> Result<Vec<IndexEntry>, Error> {
        let entries = self.open_index()?;
        let entries = entries.iter().map(|entry| {
            let has = |flag: IndexEntryExtendedFlag| entry.flags_extended & flag.bits() != 0;
            IndexEntry {
                mode: entry.mode,
                id: entry.id.into(),
                stage: (entry.flags & STAGE) >> 12,
                intent_to_add: has(IndexEntryExtendedFlag::INTENT_TO_ADD),
                skip_worktree: has(IndexEntryExtendedFlag::SKIP_WORKTREE),
                path: RepoPath::new(entry.path),
            }
        });
        Ok(entries.collect())
    }

    fn stats(&self) -> Result<HashMap<RepoPath, Stat>, Error> {
        let time = |time: git2::IndexTime| (i64::from(time.seconds()), i64::from(time.nanoseconds()));
        let entries = self.open_index()?;
        let staged = entries.iter().filter(|entry| entry.flags & STAGE == 0);
        Ok(staged
            .map(|entry| {
                let (modified, changed) = (time(entry.mtime), time(entry.ctime));
                (RepoPath::new(entry.path), Stat { size: u64::from(entry.file_size), modified, changed })
            })
            .collect())
    }

    /// libgit2 takes an untracked repository for ignored, where git would add it as a submodule.
    fn untracked(&self) -> Result<Vec<RepoPath>, Error> {
        let Some(root) = self.repository.workdir() else { return Ok(Vec::new()) };
        self.repository.set_index(&mut self.open_index()?)?;
        let mut options = StatusOptions::new();
        options.include_untracked(true).recurse_untracked_dirs(true).include_ignored(true).recurse_ignored_dirs(false);
        options.include_unreadable(true).include_unreadable_as_untracked(true).no_refresh(true).update_index(false);
        let mut found = Vec::new();
        for entry in self.repository.statuses(Some(&mut options))?.iter() {
            let path = entry.path_bytes();
            let name = path.strip_suffix(b"/").unwrap_or(path);
            let counts = if entry.status().intersects(git2::Status::IGNORED) {
                let folder = Path::new(OsStr::from_bytes(name));
                root.join(folder).join(".git").symlink_metadata().is_ok() && !self.repository.is_path_ignored(folder)?
            } else {
                entry.status().intersects(git2::Status::WT_NEW)
            };
            if counts {
                found.push(RepoPath::new(name));
            }
        }
        Ok(found)
    }

    fn is_ignored(&self, path: &RepoPath) -> Result<bool, Error> {
        match path.to_str() {
            Some(name) => Ok(self.repository.is_path_ignored(name)?),
            None => Ok(false),
        }
    }

    fn has_line_end_attributes(&self, path: &RepoPath) -> Result<bool, Error> {
        let path = Path::new(OsStr::from_bytes(path.as_bytes()));
        for name in LINE_END_ATTRIBUTES {
            let value = self.repository.get_attr_bytes(path, name, AttrCheckFlags::FILE_THEN_INDEX)?;
            if AttrValue::from_bytes(value) != AttrValue::Unspecified {
                return Ok(true);
            }
        }
        Ok(false)
    }
}

impl Library {
    /// As [`Objects::read`], by libgit2.
    fn read(&self, id: ObjectId, intake: &mut dyn Intake) -> Result<io::Result<Option<bool>>, Error> {
        let Ok(key) = key(id) else { return Ok(Ok(None)) };
        match self.repository.odb()?.read(key) {
            Ok(object) => Ok(read_hashed(id, object.kind(), object.len(), object.data(), intake).map(Some)),
            Err(error) if error.code() == ErrorCode::NotFound => Ok(Ok(None)),
            Err(error) => Err(unread(id, error.message())),
        }
    }

    fn open_index(&self) -> Result<git2::Index, Error> {
        open_index(&self.index_file)
    }
}

/// Reads an index afresh, not through the repository: libgit2 would take a relative `GIT_INDEX_FILE` from the working
/// directory, and sort by `core.ignoreCase`. It refuses the extensions that it does not know: `link` of a split index, `sdir`
/// of a sparse one.
pub(super) fn open_index(file: &Path) -> Result<git2::Index, Error> {
    if !has_room(file) {
        return Err(unreadable_index(file, "it has fewer entries than it says"));
    }
    git2::Index::open(file).map_err(|error| unreadable_index(file, error.message()))
}

fn unread(id: ObjectId, why: &str) -> Error {
    Error::new(format!("cannot read object {id}: {why}")).hint("run `git fsck`")
}

/// What libgit2 knows an object by; it knows no other ids than those of SHA-1.
fn key(id: ObjectId) -> Result<git2::Oid, git2::Error> {
    git2::Oid::from_bytes(id.as_bytes())
}

fn resolved(reference: &git2::Reference<'_>) -> Result<Reference, git2::Error> {
    let direct = reference.resolve()?;
    let nowhere = || git2::Error::new(ErrorCode::NotFound, git2::ErrorClass::Reference, "no object");
    Ok(Reference {
        name: reference.name_bytes().to_vec(),
        target: direct.target().ok_or_else(nowhere)?.into(),
        direct: direct.name_bytes().to_vec(),
    })
}

/// What is not there is nothing; any other failure is one.
fn found<T>(answer: Result<T, git2::Error>) -> Result<Option<T>, Error> {
    match answer {
        Ok(found) => Ok(Some(found)),
        Err(error) if error.code() == ErrorCode::NotFound => Ok(None),
        Err(error) => Err(error.into()),
    }
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    #[test]
    fn what_an_index_says_it_has_is_not_believed() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("index");
        let opened = |count: u32, size: usize| {
            let header = [b"DIRC\0\0\0\x02".as_slice(), &count.to_be_bytes()].concat();
            fs::write(&file, [header, vec![0; size]].concat()).unwrap();
            open_index(&file).map(|index| index.len()).map_err(|error| error.to_string())
        };
        assert_eq!(opened(0, 20), Ok(0));
        // The smallest entry there is: one of the root, without a name.
        assert!(opened(1, 49).unwrap_err().ends_with("it has fewer entries than it says"));
        assert!(!opened(1, 50).unwrap_err().ends_with("it has fewer entries than it says"));
        assert!(opened(u32::MAX, 400).unwrap_err().ends_with("it has fewer entries than it says"));
    }
}
