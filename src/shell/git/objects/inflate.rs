//! What is compressed, as a stream.

use std::io::{self, BufRead, ErrorKind, Read};

use flate2::{Decompress, FlushDecompress, Status};
use git2::ObjectType;

/// How many bytes are made room for at once, whatever size is promised.
pub(in super::super) const ROOM: usize = 64 << 20;

/// How many bytes are read at once.
const PIECE: usize = 1 << 20;

/// An object as it is stored.
pub(super) struct Stored<R> {
    pub(super) kind: ObjectType,
    pub(super) size: usize,
    pub(super) content: R,
}

/// The content of a zlib stream (RFC 1950).
pub(super) struct Inflated<'state, S> {
    source: S,
    state: &'state mut Decompress,
    is_over: bool,
}

impl<'state, S: BufRead> Inflated<'state, S> {
    /// The stream that begins where the source stands. `state` is of use for one after another.
    pub(super) fn new(source: S, state: &'state mut Decompress) -> Self {
        state.reset(true);
        Inflated { source, state, is_over: false }
    }
}

impl<S: BufRead> Read for Inflated<'_, S> {
    fn read(&mut self, to: &mut [u8]) -> io::Result<usize> {
        while !self.is_over && !to.is_empty() {
            let from = self.source.fill_buf()?;
            let is_at_end = from.is_empty();
            let (taken, made) = (self.state.total_in(), self.state.total_out());
            let status = self.state.decompress(from, to, FlushDecompress::None);
            let status = status.map_err(|_| invalid("it is no compressed content"))?;
            self.is_over = status == Status::StreamEnd;
            let counted = |now: u64, before: u64| usize::try_from(now - before).map_err(io::Error::other);
            let (taken, made) = (counted(self.state.total_in(), taken)?, counted(self.state.total_out(), made)?);
            self.source.consume(taken);
            if made > 0 {
                return Ok(made);
            }
            if !self.is_over && is_at_end {
                return Err(ErrorKind::UnexpectedEof.into());
            }
            if !self.is_over && taken == 0 {
                return Err(invalid("it is no compressed content"));
            }
        }
        Ok(0)
    }
}

/// All that a source has, which has to be so many bytes.
///
/// # Errors
/// It cannot be read, has more or less, or there is no memory for that much.
pub(in super::super) fn read_all(mut source: impl Read, size: usize) -> io::Result<Vec<u8>> {
    let mut content = Vec::new();
    // One more, by which it is seen to end.
    let most = size.saturating_add(1);
    content.try_reserve_exact(most.min(ROOM))?;
    let mut length: usize = 0;
    loop {
        let end = length.saturating_add(PIECE).min(most);
        content.try_reserve(end.saturating_sub(content.len()))?;
        content.resize(end, 0);
        match source.read(content.get_mut(length..).unwrap_or_default())? {
            0 => break,
            read => length += read,
        }
    }
    content.truncate(length);
    match length == size {
        true => Ok(content),
        false => Err(invalid("it is not as long as it says")),
    }
}

/// Something that is not as git writes it.
pub(in super::super) fn invalid(what: &'static str) -> io::Error {
    io::Error::new(ErrorKind::InvalidData, what)
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use flate2::Compression;
    use flate2::write::ZlibEncoder;

    use super::*;

    fn compressed(content: &[u8]) -> Vec<u8> {
        let mut encoder = ZlibEncoder::new(Vec::new(), Compression::fast());
        encoder.write_all(content).unwrap();
        encoder.finish().unwrap()
    }

    #[test]
    fn reads_what_was_written_and_not_what_is_cut_off() {
        let mut state = Decompress::new(true);
        for size in [0, 1, 1000, PIECE, PIECE + 1, 3 * PIECE + 5] {
            let content: Vec<u8> = (0..size).map(|n| (n * 7 / 3 % 253) as u8).collect();
            let stream = compressed(&content);
            let mut read =
                |stream: &[u8], size| read_all(Inflated::new(stream, &mut state), size).map_err(|error| error.kind());
            assert!(read(&stream, size).as_ref() == Ok(&content), "{size}");
            assert!(read(&[&stream[..], b"more"].concat(), size).as_ref() == Ok(&content), "{size}");
            assert_eq!(read(&stream, size + 1), Err(ErrorKind::InvalidData), "{size}");
            assert_eq!(read(&stream[..stream.len() - 1], size), Err(ErrorKind::UnexpectedEof), "{size}");
            if size > 0 {
                assert_eq!(read(&stream, size - 1), Err(ErrorKind::InvalidData), "{size}");
            }
        }
        let mut read = |stream: &[u8]| read_all(Inflated::new(stream, &mut state), 1).map_err(|error| error.kind());
        assert_eq!(read(b""), Err(ErrorKind::UnexpectedEof));
        assert_eq!(read(b"\0\0\0\0"), Err(ErrorKind::InvalidData));
        // One with a preset dictionary, which git never writes.
        assert_eq!(read(&[0x78, 0xbb, 0, 0, 0, 1, 3, 0]), Err(ErrorKind::InvalidData));
        assert!(read_all(io::empty(), usize::MAX).is_err());
    }
}
