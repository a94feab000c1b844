//! The index as git writes it (`gitformat-index`), read as a stream, so that the size of a repository costs neither time
//! nor memory beyond one pass over the file.
//!
//! What this reader does not know (split and sparse indexes, extensions to come, anything malformed) it leaves to the
//! repository's other readers. Like git, it does not check the hash at the end.

mod cache_tree;
mod entries;
mod window;

use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom};
use std::path::Path;

use super::id::Format;
pub(super) use cache_tree::CacheTree;
pub(super) use entries::{Entries, Entry};
use window::Window;

/// The bytes before the first entry.
const HEADER: u64 = 12;
/// The largest cache tree that is read, in bytes.
const LARGEST: u64 = 64 << 20;

/// What an index says besides its entries.
#[derive(Debug)]
pub(super) struct Outline {
    version: u32,
    /// The number of entries.
    pub(super) count: u32,
    pub(super) folders: Folders,
}

/// Whether an index says which trees its folders would be written as.
#[derive(Debug)]
pub(super) enum Folders {
    /// It does.
    Known(CacheTree),
    /// It does not.
    Unknown,
    /// It does, in a way that git does not write: what a commit would be made of cannot be told.
    Malformed,
}

/// An index of a plain file.
pub(super) struct IndexFile {
    file: File,
    format: Format,
    pub(super) outline: Outline,
}

impl IndexFile {
    /// Opens an index; `None` where the repository's other readers must say what it holds: also where there is none.
    pub(super) fn open(path: &Path, format: Format) -> io::Result<Option<IndexFile>> {
        // Asked before it is opened: opening a pipe would wait for who writes to it.
        if !path.metadata().is_ok_and(|metadata| metadata.is_file()) {
            return Ok(None);
        }
        let file = File::open(path)?;
        let size = file.metadata()?.len();
        Ok(outline(&file, size, id_length(format))?.map(|outline| IndexFile { file, format, outline }))
    }

    /// The entries, before the first of them.
    pub(super) fn entries(&self) -> io::Result<Entries<&File>> {
        (&self.file).seek(SeekFrom::Start(HEADER))?;
        let window = Window::new(&self.file);
        Ok(Entries::new(window, self.outline.version, id_length(self.format), self.outline.count))
    }
}

fn id_length(format: Format) -> usize {
    format.zero().as_bytes().len()
}

/// Reads all but what the entries say, of an index of `size` bytes.
fn outline(source: impl Read, size: u64, id_length: usize) -> io::Result<Option<Outline>> {
    let mut window = Window::new(source);
    let Some(&[b'D', b'I', b'R', b'C', v0, v1, v2, v3, c0, c1, c2, c3, ..]) = window.peek(12)? else { return Ok(None) };
    let (version, count) = (u32::from_be_bytes([v0, v1, v2, v3]), u32::from_be_bytes([c0, c1, c2, c3]));
    if !(2..=4).contains(&version) {
        return Ok(None);
    }
    window.pass(12);
    let Some(mut window) = Entries::new(window, version, id_length, count).skip_all()? else { return Ok(None) };
    let mut folders = Folders::Unknown;
    loop {
        let rest = size.checked_sub(window.passed()).and_then(|rest| rest.checked_sub(id_length as u64));
        match rest {
            None => return Ok(None),
            Some(0) => return Ok(Some(Outline { version, count, folders })),
            Some(rest) => {
                let Some(&[a, b, c, d, l0, l1, l2, l3, ..]) = window.peek(8)? else { return Ok(None) };
                window.pass(8);
                let length = u64::from(u32::from_be_bytes([l0, l1, l2, l3]));
                if rest < 8 + length {
                    return Ok(None);
                }
                match (&[a, b, c, d], &folders) {
                    (b"TREE", Folders::Unknown) if length <= LARGEST => {
                        let Some(content) = window.take(usize::try_from(length).unwrap_or(usize::MAX))? else {
                            return Ok(None);
                        };
                        folders = match CacheTree::parse(&content, id_length) {
                            Some(tree) => Folders::Known(tree),
                            None => Folders::Malformed,
                        };
                    }
                    (b"TREE", _) => folders = Folders::Malformed,
                    // What may be passed over by who does not know it starts with a capital letter.
                    ([b'A'..=b'Z', ..], _) => {
                        if !window.skip(length)? {
                            return Ok(None);
                        }
                    }
                    _ => return Ok(None),
                }
            }
        }
    }
}
