//! What is wrong with a bundle.

use std::collections::BTreeMap;

use serde_json::Value;

use super::{Contents, MANIFEST, is_safe};
use crate::report::escape;

/// A member of a zip, read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Packed {
    /// Its path, as it stands there; what is not UTF-8 is replaced.
    pub path: String,
    /// Its mode, where the zip says one.
    pub mode: Option<u32>,
    /// The SHA-256 of its content, or why that cannot be read.
    pub sha256: Result<String, String>,
}

/// Something that is wrong with a bundle.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Flaw {
    /// There is none at this place.
    NotThere,
    /// It is no zip that can be read.
    Unreadable(String),
    /// A file that was touched is not in it.
    Missing(String),
    /// A file is in it that was not touched.
    Extra(String),
    /// A path is in it twice.
    Twice(String),
    /// A path would be unpacked outside of the folder.
    Unsafe(String),
    /// A file is not as it is in the tree.
    Differs(String),
    /// A file has another mode than in the tree.
    Mode(String),
    /// Its manifest is of something else.
    Manifest,
    /// It cannot be told what belongs in it, and why.
    Unknown(String),
}

/// What of the members of a zip, folders left out, is not as it should be. The manifest need not be in it; where it is, it
/// is that of these contents.
pub fn flaws(contents: &Contents, packed: &[Packed], found: Option<&Value>, wanted: &Value) -> Vec<Flaw> {
    let mut flaws = Vec::new();
    let mut seen: BTreeMap<&str, &Packed> = BTreeMap::new();
    for member in packed {
        if !is_safe(&member.path) {
            flaws.push(Flaw::Unsafe(member.path.clone()));
        } else if seen.insert(&member.path, member).is_some() {
            flaws.push(Flaw::Twice(member.path.clone()));
        }
    }
    for (path, file) in &contents.files {
        match seen.get(path.as_str()) {
            None => flaws.push(Flaw::Missing(path.clone())),
            Some(member) if member.sha256.as_ref() != Ok(&file.sha256) => flaws.push(Flaw::Differs(path.clone())),
            Some(member) => {
                // Which bits beyond git's are set is up to who packed it.
                let is_same = |mode: u32| match file.mode() {
                    0o120_777 => mode & 0o170_000 == 0o120_000,
                    wanted => matches!(mode & 0o170_000, 0 | 0o100_000) && (mode & 0o100 != 0) == (wanted & 0o100 != 0),
                };
                if member.mode.is_some_and(|mode| !is_same(mode)) {
                    flaws.push(Flaw::Mode(path.clone()));
                }
            }
        }
    }
    let extra = seen.keys().filter(|path| **path != MANIFEST && !contents.files.contains_key(**path));
    flaws.extend(extra.map(|path| Flaw::Extra((*path).to_owned())));
    if seen.contains_key(MANIFEST) && found != Some(wanted) {
        flaws.push(Flaw::Manifest);
    }
    flaws
}

impl Flaw {
    /// What is wrong, in one sentence, safe to print.
    pub fn message(&self) -> String {
        let q = |text: &str| format!("`{}`", escape(text));
        match self {
            Flaw::NotThere => "there is no bundle of the slice".to_owned(),
            Flaw::Unreadable(why) => format!("the bundle cannot be read: {}", escape(why)),
            Flaw::Missing(path) => format!("the slice touched {}, which is not in the bundle", q(path)),
            Flaw::Extra(path) => format!("{} is in the bundle, and the slice did not touch it", q(path)),
            Flaw::Twice(path) => format!("{} is in the bundle twice", q(path)),
            Flaw::Unsafe(path) => format!("{} in the bundle would be unpacked to another place", q(path)),
            Flaw::Differs(path) => format!("{} in the bundle is not as it is in the tree", q(path)),
            Flaw::Mode(path) => format!("{} in the bundle has another mode than in the tree", q(path)),
            Flaw::Unknown(why) => format!("what belongs in the bundle is not known: {}", escape(why)),
            Flaw::Manifest => format!("`{MANIFEST}` in the bundle is not that of this slice and base"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::{File, Said, manifest};
    use super::*;
    use crate::change::{Kind, ObjectId};

    fn file(kind: Kind, sha256: &str) -> File {
        File { kind, id: ObjectId::Sha1([1; 20]), bytes: 1, sha256: sha256.to_owned() }
    }

    fn packed(path: &str, sha256: &str, mode: Option<u32>) -> Packed {
        Packed { path: path.to_owned(), mode, sha256: Ok(sha256.to_owned()) }
    }

    #[test]
    fn a_bundle_holds_what_was_touched_as_it_is_and_nothing_else() {
        let mut contents = Contents::default();
        contents.files.insert("a".to_owned(), file(Kind::File, "A"));
        contents.files.insert("run".to_owned(), file(Kind::Executable, "R"));
        contents.files.insert("link".to_owned(), file(Kind::Symlink, "L"));
        let wanted = manifest("AgentOS", "r4", None, &Said::default(), &contents);
        let good =
            [packed("a", "A", Some(0o100_600)), packed("run", "R", Some(0o755)), packed("link", "L", Some(0o120_777))];
        assert_eq!(flaws(&contents, &good, None, &wanted), []);
        let with =
            |more: Packed, found: Option<&Value>| flaws(&contents, &[&good[..], &[more]].concat(), found, &wanted);
        assert_eq!(with(packed(MANIFEST, "x", None), Some(&wanted)), []);
        assert_eq!(with(packed(MANIFEST, "x", None), None), [Flaw::Manifest]);
        assert_eq!(with(packed("b", "x", None), None), [Flaw::Extra("b".to_owned())]);
        assert_eq!(with(packed("a", "A", None), None), [Flaw::Twice("a".to_owned())]);
        assert_eq!(with(packed("../a", "A", None), None), [Flaw::Unsafe("../a".to_owned())]);
        assert_eq!(flaws(&contents, &good[1..], None, &wanted), [Flaw::Missing("a".to_owned())]);
        for (at, member, flaw) in [
            (0, packed("a", "B", None), Flaw::Differs("a".to_owned())),
            (0, Packed { sha256: Err("CRC".to_owned()), ..packed("a", "", None) }, Flaw::Differs("a".to_owned())),
            (0, packed("a", "A", Some(0o100_755)), Flaw::Mode("a".to_owned())),
            (1, packed("run", "R", Some(0o100_644)), Flaw::Mode("run".to_owned())),
            (2, packed("link", "L", Some(0o100_644)), Flaw::Mode("link".to_owned())),
        ] {
            let mut members = good.clone();
            members[at] = member;
            assert_eq!(flaws(&contents, &members, None, &wanted), [flaw]);
        }
    }
}
