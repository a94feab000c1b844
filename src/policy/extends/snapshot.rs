//! What `[extends]` names, and the text that is found there.

use serde::Deserialize;
use toml::de::{DeTable, ValueDeserializer};

use super::super::PolicyError;
use super::super::error::Place;
use super::super::protect::{POLICY_FILE, same_name};
use super::super::raw::{RawExtends, Text};
use super::super::validate::{MAX_FILE, relative_path};
use crate::change::RepoPath;
use crate::digest::sha256;

/// What is found where a snapshot should be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Snapshot {
    /// Nothing.
    Missing,
    /// A link, a folder or a submodule.
    NotAFile,
    /// A file of these bytes.
    File(Vec<u8>),
    /// Where this text comes from, no other file can be read.
    OutOfReach,
}

/// Where a snapshot comes from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Revision {
    /// The repository's address or path.
    pub git: String,
    /// The commit's full id.
    pub rev: String,
    /// The file in it.
    pub path: String,
}

/// What a file extends.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Wanted {
    /// The snapshot, below the file's folder.
    pub file: RepoPath,
    /// What it is called in messages: from where the policy file is called what it is.
    pub name: String,
    /// Its SHA-256, in hexadecimal.
    pub sha256: String,
    /// Where it comes from.
    pub revision: Option<Revision>,
    /// Where in the file its name and its digest stand.
    pub(in super::super) at: (usize, usize),
}

/// What a file extends; `None` if nothing.
pub(in super::super) fn wanted(place: &Place<'_>, table: &DeTable<'_>) -> Result<Option<Wanted>, PolicyError> {
    let Some((key, value)) = table.iter().find(|(key, _)| key.get_ref() == "extends") else { return Ok(None) };
    let at = key.span().start;
    let raw = RawExtends::deserialize(ValueDeserializer::from(value.clone())).map_err(|error| place.toml(&error))?;
    let missing = |what: &str| place.error(at, format!("`extends.{what}` is missing")).with_help(UPDATE);
    let file = path(place, "file", raw.file.as_ref().ok_or_else(|| missing("file"))?)?;
    let offset = raw.file.as_ref().map_or(at, |file| file.span().start);
    if same_name(file.as_bytes(), POLICY_FILE.as_bytes()) {
        return Err(place.error(offset, "`extends.file` is the policy file itself"));
    }
    let digest = raw.sha256.ok_or_else(|| missing("sha256"))?;
    if !is_hex(digest.get_ref(), &[64]) {
        let error = place.error(digest.span().start, "`extends.sha256` is no SHA-256: 64 digits and letters a to f");
        return Err(error.with_help(UPDATE));
    }
    let revision = match (raw.git, raw.rev, raw.path) {
        (None, None, None) => None,
        (Some(git), Some(rev), Some(path)) => Some(revision(place, git, rev, &path)?),
        _ => {
            let error = place.error(at, "`extends` has not all of `git`, `rev` and `path`");
            return Err(error.with_help("say where the snapshot comes from with all three, or with none"));
        }
    };
    let name = match place.file().rsplit_once('/') {
        Some((folder, _)) => format!("{folder}/{file}"),
        None => file.to_string(),
    };
    let at = (offset, digest.span().start);
    Ok(Some(Wanted { file, name, sha256: digest.into_inner(), revision, at }))
}

impl Wanted {
    /// The snapshot's text, if it is the one that is pinned.
    pub(in super::super) fn text(&self, place: &Place<'_>, found: Snapshot) -> Result<String, PolicyError> {
        let (file, digest) = self.at;
        let bytes = match found {
            Snapshot::File(bytes) => bytes,
            Snapshot::Missing => {
                let error = place.error(file, format!("extends `{}`, which is not there", self.name));
                return Err(error.with_help("commit the snapshot beside it; `verify-gate extends update` writes it"));
            }
            Snapshot::NotAFile => {
                let error = place.error(file, format!("extends `{}`, a link, a folder or a submodule", self.name));
                return Err(error.with_help("a snapshot is a regular file"));
            }
            Snapshot::OutOfReach => {
                return Err(place.error(file, format!("extends `{}`, which cannot be read from here", self.name)));
            }
        };
        if bytes.len() > MAX_FILE {
            return Err(Place::of(&self.name, "").error(0, format!("is larger than {MAX_FILE} bytes")));
        }
        let has = sha256(&bytes);
        if has != self.sha256 {
            let message = format!("`{}` is not what `extends.sha256` pins: it has {has}", self.name);
            return Err(place.error(digest, message).with_help(CHANGED));
        }
        String::from_utf8(bytes).map_err(|error| Place::of(&self.name, "").error(0, format!("is not UTF-8: {error}")))
    }
}

const UPDATE: &str = "`verify-gate extends update` writes it";
const CHANGED: &str = "put the snapshot back as it was, or take another by agreement, with both files under a gate: \
    `verify-gate extends update`";

fn revision(place: &Place<'_>, git: Text, rev: Text, path: &Text) -> Result<Revision, PolicyError> {
    let address = git.get_ref();
    // A leading dash would be an option where git is called.
    if address.trim().is_empty() || address.starts_with('-') || address.contains(char::is_control) {
        return Err(place.error(git.span().start, format!("`extends.git` cannot be `{address}`")));
    }
    if !is_hex(rev.get_ref(), &[40, 64]) {
        let error = place.error(rev.span().start, format!("`extends.rev` is `{rev}`, which is not a commit's full id"));
        return Err(
            error.with_help("branches, tags and short ids may come to mean another commit: `git rev-parse REV`")
        );
    }
    self::path(place, "path", path)?;
    Ok(Revision { git: git.into_inner(), rev: rev.into_inner(), path: path.get_ref().clone() })
}

fn path(place: &Place<'_>, key: &str, text: &Text) -> Result<RepoPath, PolicyError> {
    relative_path(text.get_ref())
        .map_err(|why| place.error(text.span().start, format!("`extends.{key}` `{text}` {why}")))?;
    Ok(RepoPath::from(text.get_ref().as_str()))
}

fn is_hex(text: &str, lengths: &[usize]) -> bool {
    lengths.contains(&text.len()) && text.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'))
}
