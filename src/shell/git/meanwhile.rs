//! An object that is hashed, and may be looked at, while it is read.

use std::io::{self, Read};
use std::sync::mpsc::{Receiver, SyncSender, channel, sync_channel};
use std::thread::{Builder, scope};

use git2::ObjectType;

use super::id::{Format, Hasher};
use super::objects::{ROOM, invalid, read_all};
use super::reader::Intake;
use crate::change::ObjectId;

/// How many bytes take longer to hash than a thread to start.
const WORTH_A_THREAD: usize = 1 << 19;

/// How many bytes are read and hashed at once: as many as are near the processor still when they are used again.
const PIECE: usize = 1 << 16;

/// How many pieces may wait to be taken in.
const AHEAD: usize = 8;

/// Reads an object of so many bytes and gives it to `intake`, if it is what its id says, which is returned. A large one is read and
/// hashed in a thread of its own, and given piece by piece.
///
/// # Errors
/// `source` cannot be read, has more or less than that, or there is no memory for it.
pub(super) fn read_hashed(
    id: ObjectId,
    kind: ObjectType,
    size: usize,
    mut source: impl Read + Send,
    intake: &mut dyn Intake,
) -> io::Result<bool> {
    if size < WORTH_A_THREAD {
        let content = read_all(source, size)?;
        let is_it = Format::of(id).hash(kind, &content) == id;
        if is_it {
            intake.end(kind, content);
        }
        return Ok(is_it);
    }
    let hasher = Format::of(id).hasher(kind, size);
    scope(|scope| {
        let (pieces, read) = sync_channel::<Vec<u8>>(AHEAD);
        let (taken, spare) = channel();
        let source = &mut source;
        let reading = Builder::new().spawn_scoped(scope, move || read_pieces(source, hasher, &pieces, &spare))?;
        let mut content = Vec::new();
        content.try_reserve_exact(size.min(ROOM))?;
        let mut length = 0;
        for piece in read {
            length += piece.len();
            if length > size {
                break;
            }
            content.try_reserve(piece.len())?;
            content.extend_from_slice(&piece);
            intake.add(&content);
            // Nobody waits for it where all is read.
            let _ = taken.send(piece);
        }
        let said = reading.join().map_err(|_| invalid("it was not read to its end"))??;
        if length != size {
            return Err(invalid("it is not as long as it says"));
        }
        if said == id {
            intake.end(kind, content);
        }
        Ok(said == id)
    })
}

/// Reads and hashes pieces until nothing is left, or nobody takes them.
fn read_pieces(
    source: &mut impl Read,
    mut hasher: Hasher,
    pieces: &SyncSender<Vec<u8>>,
    spare: &Receiver<Vec<u8>>,
) -> io::Result<ObjectId> {
    loop {
        let mut piece = spare.try_recv().unwrap_or_default();
        piece.resize(PIECE, 0);
        let read = source.read(&mut piece)?;
        piece.truncate(read);
        hasher.add(&piece);
        if piece.is_empty() || pieces.send(piece).is_err() {
            return Ok(hasher.id());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn is_what_its_id_says() {
        for size in [0, 1, 1000, WORTH_A_THREAD - 1, WORTH_A_THREAD, 3 * WORTH_A_THREAD + 7] {
            let content: Vec<u8> = (0..size).map(|n| (n % 251) as u8).collect();
            for format in [Format::Sha1, Format::Sha256] {
                let id = format.hash(ObjectType::Blob, &content);
                let read = |id, said: usize| {
                    let mut given = Pieces::default();
                    let is_it = read_hashed(id, ObjectType::Blob, said, content.as_slice(), &mut given);
                    assert!(content.starts_with(&given.so_far), "{size}");
                    (is_it.ok(), given.whole)
                };
                assert!(read(id, size) == (Some(true), Some(content.clone())), "{size}");
                // What is another, longer or shorter than it should be, is not given to anyone as a whole.
                assert!(read(format.zero(), size) == (Some(false), None), "{size}");
                for said in [size + 1, size.saturating_sub(1)].into_iter().filter(|said| *said != size) {
                    assert!(read(id, said) == (None, None), "{size} {said}");
                }
            }
        }
    }

    #[derive(Default)]
    struct Pieces {
        so_far: Vec<u8>,
        whole: Option<Vec<u8>>,
    }

    impl Intake for Pieces {
        fn add(&mut self, so_far: &[u8]) {
            assert!(so_far.len() > self.so_far.len() && so_far.starts_with(&self.so_far));
            self.so_far = so_far.to_vec();
        }

        fn end(&mut self, _: ObjectType, content: Vec<u8>) {
            self.whole = Some(content);
        }
    }

    #[test]
    fn what_cannot_be_read_or_held_is_an_error() {
        struct Torn;
        impl Read for Torn {
            fn read(&mut self, _: &mut [u8]) -> io::Result<usize> {
                Err(io::Error::other("torn"))
            }
        }
        let id = Format::Sha1.zero();
        for size in [1, WORTH_A_THREAD] {
            assert!(read_hashed(id, ObjectType::Blob, size, Torn, &mut None).is_err());
        }
        assert!(read_hashed(id, ObjectType::Blob, usize::MAX, io::empty(), &mut None).is_err());
    }
}
