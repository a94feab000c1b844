//! The bundle: a zip of all files that a slice touched, and what is wrong with one.

mod flaw;

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Value, json};

use crate::change::{Kind, ObjectId};

pub use flaw::{Flaw, Packed, flaws};

/// The file of a bundle that says what is in it.
pub const MANIFEST: &str = "ackgate-bundle.json";

/// What a slice touched, as it is to be handed over. Paths are from the repository's root.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Contents {
    /// Files and links that are there.
    pub files: BTreeMap<String, File>,
    /// What is gone.
    pub deleted: Vec<String>,
    /// Submodules, by path, and the commit that they are at.
    pub submodules: BTreeMap<String, ObjectId>,
}

/// A file or link.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct File {
    /// What it is; never a submodule.
    pub kind: Kind,
    /// Its blob.
    pub id: ObjectId,
    /// The size of its content, or of a link's target.
    pub bytes: u64,
    /// The SHA-256 of that, in hexadecimal.
    pub sha256: String,
}

impl File {
    /// The mode that a zip has for it, that of git.
    pub fn mode(&self) -> u32 {
        match self.kind {
            Kind::Executable => 0o100_755,
            Kind::Symlink => 0o120_777,
            Kind::File | Kind::Submodule => 0o100_644,
        }
    }
}

/// What a person said of a bundle, which nobody could find out again.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Said {
    /// The slice builds on its base by that person's word, not by its gate.
    pub since: bool,
    /// The files that were asked for besides, by path from the root.
    pub included: BTreeSet<String>,
}

/// The manifest of a bundle: nothing of the machine or the moment is in it, so the same slice has the same.
pub fn manifest(repository: &str, slice: &str, base: Option<&ObjectId>, said: &Said, contents: &Contents) -> Value {
    let files: Vec<Value> = (contents.files.iter())
        .map(|(path, file)| {
            json!({"path": path, "mode": format!("{:o}", file.mode()), "bytes": file.bytes, "sha256": file.sha256})
        })
        .collect();
    let submodules: Vec<Value> =
        contents.submodules.iter().map(|(path, commit)| json!({"path": path, "commit": commit.to_string()})).collect();
    json!({
        "version": 1,
        "repository": repository,
        "slice": slice,
        "base": base.map(ObjectId::to_string),
        "since": said.since,
        "included": said.included,
        "files": files,
        "deleted": contents.deleted,
        "submodules": submodules,
    })
}

/// Whether a path can be packed so that every program unpacks it to the same place below a folder: relative, of plain
/// components, without what some system takes for a separator or a drive.
pub fn is_safe(path: &str) -> bool {
    let is_plain = |name: &str| !matches!(name, "" | "." | "..") && !name.contains(['\\', ':', '\0']);
    path.split('/').all(is_plain) && !path.chars().any(char::is_control)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_paths_below_a_folder_are_safe() {
        for path in ["a", "a/b.c", "ä ö/✓", "-x", ".github/x", "a..b"] {
            assert!(is_safe(path), "{path}");
        }
        for path in ["", "/a", "a/", "a//b", "..", "a/../b", "./a", "..\\a", "C:a", "a\nb", "a\0b", "\u{9b}"] {
            assert!(!is_safe(path), "{path}");
        }
    }
}
