//! An object that is hashed while it is read.

use std::io::{self, Read};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::thread::{Builder, Scope, ScopedJoinHandle, scope};

use git2::ObjectType;

use super::id::{Format, Hasher};
use super::objects::{ROOM, invalid, read_all};
use crate::change::ObjectId;

/// How many bytes take longer to hash than a thread to start.
const WORTH_A_THREAD: usize = 1 << 19;

/// How many bytes are read and hashed at once: as many as are near the processor still when they are used again.
const PIECE: usize = 1 << 17;

/// Reads an object of so many bytes and gives it to `then`. Says afterwards whether it is what its id says: a large one is hashed in a
/// thread of its own.
///
/// # Errors
/// `source` cannot be read, has more or less than that, or there is no memory for it.
pub(super) fn read_hashed(
    id: ObjectId,
    kind: ObjectType,
    size: usize,
    mut source: impl Read,
    then: &mut dyn FnMut(ObjectType, Vec<u8>),
) -> io::Result<bool> {
    if size < WORTH_A_THREAD {
        let content = read_all(source, size)?;
        let is_it = Format::of(id).hash(kind, &content) == id;
        then(kind, content);
        return Ok(is_it);
    }
    scope(|scope| {
        let mut content = Vec::new();
        content.try_reserve_exact(size.min(ROOM))?;
        let hasher = || Format::of(id).hasher(kind, size);
        let mut hashing = beside(scope, hasher()).unwrap_or_else(|_| Hashing::Here(hasher(), Vec::new()));
        while content.len() <= size {
            let mut piece = hashing.spare();
            piece.resize(PIECE, 0);
            let read = source.read(&mut piece)?;
            piece.truncate(read);
            if piece.is_empty() {
                break;
            }
            content.try_reserve(piece.len())?;
            content.extend_from_slice(&piece);
            hashing.add(piece);
        }
        if content.len() != size {
            return Err(invalid("it is not as long as it says"));
        }
        then(kind, content);
        Ok(hashing.id() == Some(id))
    })
}

/// What hashes the pieces of an object. One that was hashed is used again.
enum Hashing<'scope> {
    Here(Hasher, Vec<u8>),
    Beside { pieces: Sender<Vec<u8>>, used: Receiver<Vec<u8>>, thread: ScopedJoinHandle<'scope, ObjectId> },
}

fn beside<'scope>(scope: &'scope Scope<'scope, '_>, mut hasher: Hasher) -> io::Result<Hashing<'scope>> {
    let (pieces, read) = channel::<Vec<u8>>();
    let (hashed, used) = channel();
    let thread = Builder::new().spawn_scoped(scope, move || {
        for piece in read {
            hasher.add(&piece);
            // Nobody reads on where that is of no use any more.
            let _ = hashed.send(piece);
        }
        hasher.id()
    })?;
    Ok(Hashing::Beside { pieces, used, thread })
}

impl Hashing<'_> {
    fn spare(&mut self) -> Vec<u8> {
        match self {
            Hashing::Here(_, used) => std::mem::take(used),
            Hashing::Beside { used, .. } => used.try_recv().unwrap_or_default(),
        }
    }

    fn add(&mut self, piece: Vec<u8>) {
        match self {
            Hashing::Here(hasher, used) => {
                hasher.add(&piece);
                *used = piece;
            }
            // A thread that has ended tells no id.
            Hashing::Beside { pieces, .. } => drop(pieces.send(piece)),
        }
    }

    /// The id of all pieces.
    fn id(self) -> Option<ObjectId> {
        match self {
            Hashing::Here(hasher, _) => Some(hasher.id()),
            Hashing::Beside { pieces, thread, .. } => {
                drop(pieces);
                thread.join().ok()
            }
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
                    let mut given = None;
                    let is_it =
                        read_hashed(id, ObjectType::Blob, said, content.as_slice(), &mut |_, data| given = Some(data));
                    (is_it.unwrap(), given)
                };
                assert!(read(id, size) == (true, Some(content.clone())), "{size}");
                assert!(read(format.zero(), size) == (false, Some(content.clone())), "{size}");
                // What is longer or shorter than it should be is not given to anyone, whatever its id.
                for said in [size + 1, size.saturating_sub(1)].into_iter().filter(|said| *said != size) {
                    let mut never = |_, _| unreachable!();
                    assert!(
                        read_hashed(id, ObjectType::Blob, said, content.as_slice(), &mut never).is_err(),
                        "{size} {said}"
                    );
                }
            }
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
        let mut never = |_, _| unreachable!();
        let id = Format::Sha1.zero();
        assert!(read_hashed(id, ObjectType::Blob, WORTH_A_THREAD, Torn, &mut never).is_err());
        assert!(read_hashed(id, ObjectType::Blob, usize::MAX, io::empty(), &mut never).is_err());
    }
}
