//! Objects that lie in files of their own.

use std::cell::OnceCell;
use std::fs::{self, File};
use std::io::{self, BufRead, BufReader, ErrorKind, Read};
use std::path::PathBuf;

use flate2::Decompress;
use git2::ObjectType;

use super::inflate::{Inflated, Stored, invalid};
use crate::change::ObjectId;

/// The longest beginning of an object, by far: its kind and how many bytes follow.
const LONGEST: u64 = 32;

/// How many bytes of content are read at once with what is said before them.
const SMALL: usize = 4096;

/// A folder of objects.
pub(super) struct Loose {
    folder: PathBuf,
    /// The folders in it, each for the ids that begin with a byte.
    folders: OnceCell<Vec<bool>>,
}

impl Loose {
    pub(super) fn new(folder: PathBuf) -> Self {
        Loose { folder, folders: OnceCell::new() }
    }

    /// Opens the file of an object, which says its kind and size before its content; `None` where it has none.
    ///
    /// # Errors
    /// It cannot be read, or does not begin as git has it.
    pub(super) fn open(&self, id: ObjectId, state: &mut Decompress) -> io::Result<Option<Stored<impl Read>>> {
        let folders = self.folders.get_or_init(|| self.folders());
        let is_there = |first: &u8| folders.get(usize::from(*first)).copied().unwrap_or_default();
        if !id.as_bytes().first().is_some_and(is_there) {
            return Ok(None);
        }
        let name = id.to_string();
        let (folder, name) = name.split_at_checked(2).unwrap_or_default();
        let file = match File::open(self.folder.join(folder).join(name)) {
            Ok(file) => file,
            Err(error) if error.kind() == ErrorKind::NotFound => return Ok(None),
            Err(error) => return Err(error),
        };
        // Most objects are small: they come at once with what is said before them.
        let mut content = BufReader::with_capacity(SMALL, Inflated::new(BufReader::new(file), state));
        let (kind, size) = header(&mut content)?;
        Ok(Some(Stored { kind, size, content }))
    }

    /// Which folders there are: after `git gc` hardly any, and then no file has to be looked for.
    fn folders(&self) -> Vec<bool> {
        let mut found = vec![false; 256];
        for name in fs::read_dir(&self.folder).into_iter().flatten().flatten().map(|entry| entry.file_name()) {
            let byte = name.to_str().filter(|name| name.len() == 2).and_then(|name| u8::from_str_radix(name, 16).ok());
            if let Some(there) = byte.and_then(|byte| found.get_mut(usize::from(byte))) {
                *there = true;
            }
        }
        found
    }
}

/// The kind and the size of an object, which its content follows.
fn header(content: &mut impl BufRead) -> io::Result<(ObjectType, usize)> {
    let mut text = Vec::new();
    content.take(LONGEST).read_until(0, &mut text)?;
    let text = std::str::from_utf8(&text).ok().and_then(|text| text.strip_suffix('\0'));
    let parsed = text.and_then(|text| text.split_once(' ')).and_then(|(kind, size)| {
        let size = Some(size).filter(|size| size.bytes().all(|byte| byte.is_ascii_digit()))?;
        Some((ObjectType::from_str(kind)?, size.parse().ok()?))
    });
    parsed.ok_or_else(|| invalid("it does not begin as objects do"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn headers_are_those_of_git() {
        for (text, read) in [
            ("blob 0\0", Some((ObjectType::Blob, 0))),
            ("commit 120\0tree", Some((ObjectType::Commit, 120))),
            ("blob 12", None),
            ("blob\0", None),
            ("blob -1\0", None),
            ("blob +1\0", None),
            ("blob 1 \0", None),
            ("blub 1\0", None),
            ("blob 99999999999999999999999\0", None),
            ("blob 00000000000000000000000000000000001\0", None),
        ] {
            assert_eq!(header(&mut text.as_bytes()).ok(), read, "{text:?}");
        }
    }
}
