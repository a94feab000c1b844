//! Where the objects of a repository are: in packs and in files of their own, in its folder of objects and those that it borrows
//! from (`objects/info/alternates` in git's gitrepository-layout(5)).
//!
//! They are read here, not by libgit2, which never ends with a file that is cut off, and whose threads wait for each other. What is
//! not found here (in a pack of another version, or one that came just now), libgit2 is asked for.

mod bases;
mod blocks;
mod delta;
mod inflate;
mod loose;
mod pack;
mod pack_index;
#[cfg(test)]
mod tests;

use std::cell::RefCell;
use std::collections::HashSet;
use std::ffi::OsStr;
use std::fs;
use std::io;
use std::os::unix::ffi::OsStrExt;
use std::path::{Path, PathBuf};

use flate2::Decompress;
use git2::ObjectType;

use self::bases::Bases;
pub(super) use self::inflate::{ROOM, invalid, read_all};
use self::loose::Loose;
use self::pack::{Pack, Packed, Plans};
use super::meanwhile::read_hashed;
use super::reader::Intake;
use crate::change::ObjectId;

/// How far repositories may borrow from each other, as in git.
const FURTHEST: usize = 5;

/// The objects of a repository.
pub(super) struct Objects {
    folder: PathBuf,
    /// The folders that the environment adds, as `GIT_ALTERNATE_OBJECT_DIRECTORIES` has them.
    borrowed: Vec<u8>,
    open: RefCell<Option<Open>>,
}

/// What was opened.
struct Open {
    loose: Vec<Loose>,
    /// The one that had the last object comes first.
    packs: Vec<Pack>,
    bases: Bases,
    state: Decompress,
}

impl Objects {
    /// Those in a folder, and in those that the environment names besides.
    pub(super) fn new(folder: PathBuf, borrowed: Option<&OsStr>) -> Self {
        let borrowed = borrowed.map(OsStr::as_bytes).unwrap_or_default().to_owned();
        Objects { folder, borrowed, open: RefCell::default() }
    }

    /// Reads an object and gives it to `intake`. Says whether it is what its id says; `None` where none is found here.
    ///
    /// # Errors
    /// It cannot be read, or is not as git writes it.
    pub(super) fn read(&self, id: ObjectId, intake: &mut dyn Intake) -> io::Result<Option<bool>> {
        self.with(|open| {
            if let Some((pack, at)) = find(&mut open.packs, id) {
                let is_it = match pack.object(at, &mut open.state, &mut open.bases)? {
                    Packed::Stored(object) => read_hashed(id, object.kind, object.size, object.content, intake),
                    Packed::Made((kind, data)) => read_hashed(id, kind, data.len(), data.as_slice(), intake),
                };
                return is_it.map(Some);
            }
            for folder in &open.loose {
                if let Some(object) = folder.open(id, &mut open.state)? {
                    return read_hashed(id, object.kind, object.size, object.content, intake).map(Some);
                }
            }
            Ok(None)
        })
    }

    /// The kind of an object; `None` where none is found here.
    ///
    /// # Errors
    /// As for [`Objects::read`].
    pub(super) fn kind(&self, id: ObjectId) -> io::Result<Option<ObjectType>> {
        self.with(|open| {
            if let Some((pack, at)) = find(&mut open.packs, id) {
                return pack.kind(at).map(Some);
            }
            for folder in &open.loose {
                if let Some(object) = folder.open(id, &mut open.state)? {
                    return Ok(Some(object.kind));
                }
            }
            Ok(None)
        })
    }

    /// What is open, except while it is in use.
    fn with<T>(&self, then: impl FnOnce(&mut Open) -> io::Result<Option<T>>) -> io::Result<Option<T>> {
        let Ok(mut open) = self.open.try_borrow_mut() else { return Ok(None) };
        then(open.get_or_insert_with(|| self.open()))
    }

    fn open(&self) -> Open {
        let mut folders = vec![self.folder.clone()];
        folders.extend(self.borrowed.split(|byte| *byte == b':').filter_map(|name| named(name, Path::new(""))));
        let mut seen = HashSet::new();
        let (mut loose, mut packs) = (Vec::new(), Vec::new());
        for _ in 0..=FURTHEST {
            let mut further = Vec::new();
            for folder in folders {
                if !seen.insert(folder.clone()) {
                    continue;
                }
                let lent = fs::read(folder.join("info/alternates")).unwrap_or_default();
                further.extend(lent.split(|byte| *byte == b'\n').filter_map(|name| named(name, &folder)));
                packs.extend(names(&folder.join("pack")));
                loose.push(Loose::new(folder));
            }
            folders = further;
        }
        let plans = Plans::of(packs.len());
        let packs = packs.into_iter().enumerate().map(|(number, name)| Pack::new(number, name, plans)).collect();
        Open { loose, packs, bases: Bases::default(), state: Decompress::new(true) }
    }
}

/// The pack that has an object, and where.
fn find(packs: &mut [Pack], id: ObjectId) -> Option<(&mut Pack, u64)> {
    let mut found = packs.iter_mut().enumerate();
    let (place, at) = found.find_map(|(place, pack)| pack.find(id).map(|at| (place, at)))?;
    packs.swap(0, place);
    packs.first_mut().map(|pack| (pack, at))
}

/// The packs in a folder, by the names of their indexes.
fn names(folder: &Path) -> Vec<PathBuf> {
    let files = fs::read_dir(folder).into_iter().flatten().flatten().map(|entry| entry.path());
    let mut names: Vec<_> = files.filter(|file| file.extension().is_some_and(|extension| extension == "idx")).collect();
    names.sort_unstable();
    names
}

/// A folder that is named to borrow from; `None` for a remark, and for a name in quotes, which libgit2 is left to read.
fn named(name: &[u8], folder: &Path) -> Option<PathBuf> {
    let is_one = !name.is_empty() && !name.starts_with(b"#") && !name.starts_with(b"\"");
    is_one.then(|| folder.join(OsStr::from_bytes(name)))
}
