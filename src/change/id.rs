//! Ids of git's objects, of either length.

use std::fmt;
use std::hash::{Hash, Hasher};

/// The id of a git object, whose length says by which hash.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum ObjectId {
    /// Of a repository whose `extensions.objectFormat` is `sha1`, or is not there.
    Sha1([u8; 20]),
    /// Of one whose `extensions.objectFormat` is `sha256`.
    Sha256([u8; 32]),
}

impl ObjectId {
    /// The id as it stands in trees and in the index: 20 or 32 bytes.
    pub fn as_bytes(&self) -> &[u8] {
        match self {
            ObjectId::Sha1(bytes) => bytes,
            ObjectId::Sha256(bytes) => bytes,
        }
    }

    /// The other way round; `None` for any other number of bytes.
    pub fn from_bytes(bytes: &[u8]) -> Option<ObjectId> {
        let sha1 = || bytes.try_into().map(ObjectId::Sha1);
        sha1().or_else(|_| bytes.try_into().map(ObjectId::Sha256)).ok()
    }

    /// Reads a full id of hexadecimal digits, of either case; no shorter one will do.
    pub fn from_hex(text: impl AsRef<[u8]>) -> Option<ObjectId> {
        let text = text.as_ref();
        let mut bytes = [0; 32];
        let bytes = bytes.get_mut(..text.len() / 2).filter(|_| text.len().is_multiple_of(2))?;
        for (byte, pair) in bytes.iter_mut().zip(text.chunks_exact(2)) {
            *byte = match pair {
                [high, low] => digit(*high)? << 4 | digit(*low)?,
                _ => return None,
            };
        }
        ObjectId::from_bytes(bytes)
    }
}

fn digit(byte: u8) -> Option<u8> {
    match byte {
        b'0'..=b'9' => Some(byte - b'0'),
        b'a'..=b'f' => Some(byte - b'a' + 10),
        b'A'..=b'F' => Some(byte - b'A' + 10),
        _ => None,
    }
}

/// As git prints it.
impl fmt::Display for ObjectId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut text = [0; 64];
        for (pair, byte) in text.chunks_exact_mut(2).zip(self.as_bytes()) {
            for (to, half) in pair.iter_mut().zip([byte >> 4, byte & 0xf]) {
                *to = if half < 10 { b'0' + half } else { b'a' + half - 10 };
            }
        }
        f.write_str(std::str::from_utf8(text.get(..2 * self.as_bytes().len()).unwrap_or_default()).unwrap_or_default())
    }
}

impl fmt::Debug for ObjectId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "ObjectId({self})")
    }
}

/// An id is a hash by itself: its first eight bytes tell it from others.
impl Hash for ObjectId {
    fn hash<H: Hasher>(&self, state: &mut H) {
        let mut first = [0; 8];
        first.iter_mut().zip(self.as_bytes()).for_each(|(to, from)| *to = *from);
        state.write_u64(u64::from_ne_bytes(first));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn takes_full_ids_alone() {
        for length in [0, 1, 39, 41, 63, 65] {
            assert_eq!(ObjectId::from_hex("a".repeat(length)), None, "{length}");
        }
        assert_eq!(ObjectId::from_hex("g".repeat(40)), None);
        for length in [40, 64] {
            let id = ObjectId::from_hex("A".repeat(length)).unwrap();
            assert_eq!(id.to_string(), "a".repeat(length));
        }
    }
}
