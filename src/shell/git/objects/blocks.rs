//! A file that is read in places, a block at a time.

use std::fs::File;
use std::io::{self, BufRead, ErrorKind, Read};
use std::os::unix::fs::FileExt;
use std::path::Path;

/// How a file is read.
#[derive(Debug, Clone, Copy)]
pub(super) struct Plan {
    /// How many bytes are read at once.
    pub(super) block: u64,
    /// How many blocks are kept: what is read next is mostly near what was read before.
    pub(super) kept: u64,
}

/// An open file, and the blocks of it that were read last.
pub(super) struct Blocks {
    file: File,
    plan: Plan,
    /// Each at the place that its number leaves for it.
    kept: Vec<Block>,
}

#[derive(Default)]
struct Block {
    number: Option<u64>,
    bytes: Vec<u8>,
}

impl Blocks {
    /// Opens a file.
    ///
    /// # Errors
    /// It is not there, or cannot be opened.
    pub(super) fn open(path: &Path, plan: Plan) -> io::Result<Blocks> {
        let kept = (0..plan.kept).map(|_| Block::default()).collect();
        Ok(Blocks { file: File::open(path)?, plan, kept })
    }

    /// Some of what the file has from a position on; nothing only behind its end.
    ///
    /// # Errors
    /// It cannot be read.
    pub(super) fn at(&mut self, position: u64) -> io::Result<&[u8]> {
        let Plan { block: size, kept } = self.plan;
        let (number, within) = (position / size, position % size);
        let (Ok(place), Ok(within)) = (usize::try_from(number % kept), usize::try_from(within)) else { return Ok(&[]) };
        let Some(block) = self.kept.get_mut(place) else { return Ok(&[]) };
        if block.number != Some(number) {
            block.number = None;
            block.bytes.resize(usize::try_from(size).map_err(io::Error::other)?, 0);
            read_from(&self.file, number * size, &mut block.bytes)?;
            block.number = Some(number);
        }
        Ok(block.bytes.get(within..).unwrap_or_default())
    }

    /// What the file has from a position on, until `to` is full.
    ///
    /// # Errors
    /// It cannot be read, or ends before.
    pub(super) fn fill(&mut self, position: u64, to: &mut [u8]) -> io::Result<()> {
        self.from(position).read_exact(to)
    }

    /// What the file has from a position on, as a stream.
    pub(super) fn from(&mut self, position: u64) -> From<'_> {
        From { blocks: self, position }
    }
}

/// Reads as much as there is room for.
fn read_from(file: &File, start: u64, to: &mut Vec<u8>) -> io::Result<()> {
    let mut read = 0;
    while let Some(rest) = to.get_mut(read..).filter(|rest| !rest.is_empty()) {
        match file.read_at(rest, start + read as u64) {
            Ok(0) => break,
            Ok(more) => read += more,
            Err(error) if error.kind() == ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
    to.truncate(read);
    Ok(())
}

/// A file from a position on.
pub(super) struct From<'blocks> {
    blocks: &'blocks mut Blocks,
    pub(super) position: u64,
}

impl Read for From<'_> {
    fn read(&mut self, to: &mut [u8]) -> io::Result<usize> {
        let read = self.fill_buf()?.read(to)?;
        self.consume(read);
        Ok(read)
    }
}

impl BufRead for From<'_> {
    fn fill_buf(&mut self) -> io::Result<&[u8]> {
        self.blocks.at(self.position)
    }

    fn consume(&mut self, amount: usize) {
        self.position += amount as u64;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn says_what_the_file_has_wherever_it_is_asked() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("file");
        let plan = Plan { block: 64, kept: 5 };
        let Plan { block, kept } = plan;
        // More blocks than are kept, so that some share a place.
        let content: Vec<u8> = (0..block * (kept + 3) + 5).map(|n| (n / 3 % 251) as u8).collect();
        std::fs::write(&path, &content).unwrap();
        let mut blocks = Blocks::open(&path, plan).unwrap();
        let length = content.len();
        for start in [0, 1, block - 1, block, 3, block * kept - 2, block * kept + 7, 0, block * (kept + 3)] {
            let start = start as usize;
            let mut rest = Vec::new();
            blocks.from(start as u64).read_to_end(&mut rest).unwrap();
            assert!(rest == content[start..], "{start}");
            let mut some = [0; 4];
            assert!(blocks.fill(start as u64, &mut some).is_ok() && some == content[start..start + 4], "{start}");
        }
        assert!(blocks.fill(length as u64 - 3, &mut [0; 4]).is_err());
        assert_eq!(blocks.at(length as u64).unwrap(), b"");
        assert_eq!(blocks.at(1 << 60).unwrap(), b"");
        assert!(blocks.at(u64::MAX).is_err());
    }
}
