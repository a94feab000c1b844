//! The index as git writes it (`gitformat-index`), read as a stream, so that the size of a repository costs neither time
//! nor memory beyond one pass over the file.
//!
//! What this reader does not know (the entries of a split index, extensions to come, anything malformed) it leaves to
//! the repository's other readers. Like git, it does not check the hash at the end.

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
/// The bytes of an entry before its path, where ids are the shortest.
const SMALLEST: u64 = 62;
/// The largest cache tree that is read, in bytes.
const LARGEST: u32 = 64 << 20;

/// What an index says besides its entries.
#[derive(Debug)]
pub(super) struct Outline {
    version: u32,
    /// The number of entries in this file.
    pub(super) count: u32,
    /// Other entries are in a file that it shares with other indexes.
    pub(super) is_split: bool,
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

/// Whether the file of an index is long enough for the entries that it says it has. libgit2 makes room for as many before
/// it looks at the first. Where that cannot be told it is: who opens it will say what is amiss.
pub(super) fn has_room(path: &Path) -> bool {
    let size = |path: &Path| {
        let mut header = [0; HEADER as usize];
        let mut file = File::open(path)?;
        file.read_exact(&mut header)?;
        let [.., c0, c1, c2, c3] = header;
        Ok((u32::from_be_bytes([c0, c1, c2, c3]), file.metadata()?.len()))
    };
    let size: io::Result<(u32, u64)> = size(path);
    size.map_or(true, |(count, size)| u64::from(count).saturating_mul(SMALLEST) <= size)
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
    let (mut folders, mut is_split) = (Folders::Unknown, false);
    loop {
        let rest = size.checked_sub(window.passed()).and_then(|rest| rest.checked_sub(id_length as u64));
        if rest == Some(0) {
            break;
        }
        let Some(Extension { name, content }) = extension(&mut window, rest.unwrap_or(0), &folders)? else {
            // git may make something of it all the same.
            match folders {
                Folders::Unknown => return Ok(None),
                Folders::Known(_) | Folders::Malformed => folders = Folders::Malformed,
            }
            break;
        };
        match &name {
            b"TREE" => {
                let tree = content.and_then(|content| CacheTree::parse(&content, id_length));
                folders = tree.map_or(Folders::Malformed, Folders::Known);
            }
            b"link" => is_split = true,
            // What may be passed over by who does not know it starts with a capital letter; `sdir` says that an entry
            // may be a folder.
            [b'A'..=b'Z', ..] | b"sdir" => {}
            _ => return Ok(None),
        }
    }
    Ok(Some(Outline { version, count, is_split, folders }))
}

/// What follows the entries.
struct Extension {
    name: [u8; 4],
    /// Of the first cache tree alone.
    content: Option<Vec<u8>>,
}

/// Goes past the next extension; `None` where it ends behind the file's `rest`.
fn extension<R: Read>(window: &mut Window<R>, rest: u64, folders: &Folders) -> io::Result<Option<Extension>> {
    let Some(&[a, b, c, d, l0, l1, l2, l3, ..]) = window.peek(8)? else { return Ok(None) };
    let (name, length) = ([a, b, c, d], u32::from_be_bytes([l0, l1, l2, l3]));
    if rest < 8 + u64::from(length) {
        return Ok(None);
    }
    window.pass(8);
    if &name == b"TREE" && matches!(folders, Folders::Unknown) && length <= LARGEST {
        let content = window.take(length as usize)?;
        return Ok(content.map(|content| Extension { name, content: Some(content) }));
    }
    Ok(window.skip(length.into())?.then_some(Extension { name, content: None }))
}
