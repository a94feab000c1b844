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
            let [high, low] = pair else { return None };
            let (high, low) = (digit(*high), digit(*low));
            if (high | low) == NO_DIGIT {
                return None;
            }
            *byte = high << 4 | low;
        }
        ObjectId::from_bytes(bytes)
    }
}

/// What stands for a byte that is no hexadecimal digit: with any bits of one set it stays as it is.
const NO_DIGIT: u8 = 0xff;

/// What a byte is worth as a digit: told without a branch, which no processor foresees in an id.
fn digit(byte: u8) -> u8 {
    let (number, letter) = (byte.wrapping_sub(b'0'), (byte | 0x20).wrapping_sub(b'a'));
    let letter = if letter < 6 { letter + 10 } else { NO_DIGIT };
    if number < 10 { number } else { letter }
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
        let first = self.as_bytes().first_chunk().copied().unwrap_or_default();
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
        for byte in 0..=u8::MAX {
            let value = char::from(byte).to_digit(16).map(|value| ObjectId::Sha1([value as u8; 20]));
            let text: Vec<u8> = [b'0', byte].repeat(20);
            assert_eq!(ObjectId::from_hex(&text), value, "{byte}");
            let text: Vec<u8> = [byte, b'0'].repeat(20);
            assert_eq!(ObjectId::from_hex(&text).is_some(), value.is_some(), "{byte}");
        }
        for length in [40, 64] {
            let id = ObjectId::from_hex("A".repeat(length)).unwrap();
            assert_eq!(id.to_string(), "a".repeat(length));
        }
    }
}
