//! Ids of objects, of either length.

use git2::ObjectType;
use sha1::Sha1;
use sha2::{Digest, Sha256};

use crate::change::ObjectId;
use crate::report::escape;
use crate::shell::Error;

/// The hash that a repository names its objects by.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Format {
    Sha1,
    Sha256,
}

impl Format {
    /// That of an id.
    pub(super) fn of(id: ObjectId) -> Format {
        match id {
            ObjectId::Sha1(_) => Format::Sha1,
            ObjectId::Sha256(_) => Format::Sha256,
        }
    }

    /// The id of an object of this content.
    pub(super) fn hash(self, kind: ObjectType, content: &[u8]) -> ObjectId {
        let mut hasher = self.hasher(kind, content.len());
        hasher.add(content);
        hasher.id()
    }

    /// What tells the id of an object of so many bytes, which are added to it.
    pub(super) fn hasher(self, kind: ObjectType, size: usize) -> Hasher {
        // Not formatted, which would take half as long as the hash of a small object.
        let header = [kind.str().as_bytes(), b" ", size.to_string().as_bytes(), b"\0"].concat();
        match self {
            Format::Sha1 => Hasher::Sha1(Sha1::new_with_prefix(header)),
            Format::Sha256 => Hasher::Sha256(Sha256::new_with_prefix(header)),
        }
    }

    /// The id that stands for no object.
    pub(super) fn zero(self) -> ObjectId {
        match self {
            Format::Sha1 => ObjectId::Sha1([0; 20]),
            Format::Sha256 => ObjectId::Sha256([0; 32]),
        }
    }
}

/// Hashes the content of an object.
pub(super) enum Hasher {
    Sha1(Sha1),
    Sha256(Sha256),
}

impl Hasher {
    /// The bytes that come next.
    pub(super) fn add(&mut self, content: &[u8]) {
        match self {
            Hasher::Sha1(hasher) => hasher.update(content),
            Hasher::Sha256(hasher) => hasher.update(content),
        }
    }

    /// The id of what was added.
    pub(super) fn id(self) -> ObjectId {
        match self {
            Hasher::Sha1(hasher) => ObjectId::Sha1(hasher.finalize().into()),
            Hasher::Sha256(hasher) => ObjectId::Sha256(hasher.finalize().into()),
        }
    }
}

impl From<git2::Oid> for ObjectId {
    fn from(id: git2::Oid) -> Self {
        let mut bytes = [0; 20];
        bytes.iter_mut().zip(id.as_bytes()).for_each(|(to, from)| *to = *from);
        ObjectId::Sha1(bytes)
    }
}

/// Reads an id that has to be a full one.
pub(super) fn full_id(text: &[u8]) -> Result<ObjectId, Error> {
    let shown = || escape(&String::from_utf8_lossy(text));
    ObjectId::from_hex(text).ok_or_else(|| Error::new(format!("`{}` is not a full object id", shown())))
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
}
