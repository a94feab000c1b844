//! Ids of objects, of either length.

use std::fmt;

use git2::ObjectType;
use sha1::Sha1;
use sha2::{Digest, Sha256};

use crate::change::ObjectId;
use crate::report::escape;
use crate::shell::Error;

/// The id of an object, whose length says by which hash.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) enum Oid {
    Sha1([u8; 20]),
    Sha256([u8; 32]),
}

/// The hash that a repository names its objects by.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Format {
    Sha1,
    Sha256,
}

impl Format {
    /// The id of an object of this content.
    pub(super) fn hash(self, kind: ObjectType, content: &[u8]) -> Oid {
        let header = format!("{kind} {}\0", content.len());
        match self {
            Format::Sha1 => Oid::Sha1(Sha1::new().chain_update(header).chain_update(content).finalize().into()),
            Format::Sha256 => Oid::Sha256(Sha256::new().chain_update(header).chain_update(content).finalize().into()),
        }
    }

    /// The id that stands for no object.
    pub(super) fn zero(self) -> Oid {
        match self {
            Format::Sha1 => Oid::Sha1([0; 20]),
            Format::Sha256 => Oid::Sha256([0; 32]),
        }
    }
}

impl Oid {
    /// The hash that made it.
    pub(super) fn format(&self) -> Format {
        match self {
            Oid::Sha1(_) => Format::Sha1,
            Oid::Sha256(_) => Format::Sha256,
        }
    }

    pub(super) fn as_bytes(&self) -> &[u8] {
        match self {
            Oid::Sha1(bytes) => bytes,
            Oid::Sha256(bytes) => bytes,
        }
    }

    pub(super) fn from_bytes(bytes: &[u8]) -> Option<Oid> {
        let sha1 = || bytes.try_into().map(Oid::Sha1);
        sha1().or_else(|_| bytes.try_into().map(Oid::Sha256)).ok()
    }

    /// Reads a full id; no shorter one will do.
    pub(super) fn from_hex(text: &[u8]) -> Option<Oid> {
        let mut bytes = [0; 32];
        let bytes = bytes.get_mut(..text.len() / 2).filter(|_| text.len().is_multiple_of(2))?;
        for (byte, pair) in bytes.iter_mut().zip(text.chunks_exact(2)) {
            *byte = match pair {
                [high, low] => digit(*high)? << 4 | digit(*low)?,
                _ => return None,
            };
        }
        Oid::from_bytes(bytes)
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

impl fmt::Display for Oid {
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

impl From<git2::Oid> for Oid {
    fn from(id: git2::Oid) -> Self {
        let mut bytes = [0; 20];
        bytes.iter_mut().zip(id.as_bytes()).for_each(|(to, from)| *to = *from);
        Oid::Sha1(bytes)
    }
}

/// The id as the rest of the crate knows it.
pub(super) fn object_id(id: Oid) -> ObjectId {
    ObjectId(id.to_string())
}

/// The id as this room knows it; only a full one will do.
pub(super) fn oid(id: &ObjectId) -> Result<Oid, Error> {
    Oid::from_hex(id.0.as_bytes()).ok_or_else(|| Error::new(format!("`{}` is not a full object id", escape(&id.0))))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hashes_as_git_does() {
        // `git hash-object -t tree /dev/null`, in a repository of either format.
        let empty = |format: Format| format.hash(ObjectType::Tree, b"").to_string();
        assert_eq!(empty(Format::Sha1), "4b825dc642cb6eb9a060e54bf8d69288fbee4904");
        assert_eq!(empty(Format::Sha256), "6ef19b41225c5369f1c104d45d8d85efa9b057b53b14b4b9b939dd74decc5321");
    }

    #[test]
    fn takes_full_ids_alone() {
        for length in [0, 1, 39, 41, 63, 65] {
            assert_eq!(Oid::from_hex("a".repeat(length).as_bytes()), None, "{length}");
        }
        assert_eq!(Oid::from_hex("g".repeat(40).as_bytes()), None);
        for length in [40, 64] {
            let id = Oid::from_hex("A".repeat(length).as_bytes()).unwrap();
            assert_eq!(id.to_string(), "a".repeat(length));
        }
    }
}
