//! Contracts that only grow: what a schema file says, and how it changed.
//!
//! A contract is written as JSON Schema or as Markdown, and read into one model ([`Contract`]); two of them are compared
//! ([`compare`]) into changes that each have a place, a kind and a reason. The protocol: “versioned, additive only; flat
//! keys …; unknown fields must be tolerated”.

mod diff;
mod error;
mod identity;
mod judged;
mod listed;
mod model;
mod nested;
mod pattern;
mod schema;

pub use diff::{Change, Kind};
pub use error::ContractError;
pub use judged::{Judged, Side, is_same_version, judge};
pub use model::{Contract, Form};

use diff::closing;
use model::Id;

/// Bytes beyond which a file is not read.
pub const LARGEST: usize = 4 << 20;

/// Fields of a Markdown contract beyond which it is not read; several names of one object each have its members.
pub const MOST_FIELDS: usize = 100_000;

/// How two contracts differ, and what else the protocol asks of the new one.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Comparison {
    /// Every change, in the order of lines.
    pub changes: Vec<Change>,
    /// New fields that are objects or arrays of objects.
    pub nested: Vec<Site>,
    /// Objects of the new contract that let in no other names, and whether that is new.
    pub closed: Vec<(Site, bool)>,
    /// Whether the old contract said its version, if there is one.
    pub was_versioned: Option<bool>,
    /// Whether the new contract says its version, if there is one.
    pub is_versioned: Option<bool>,
}

/// A place in the new contract.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Site {
    /// The pointer.
    pub pointer: String,
    /// From 1.
    pub line: usize,
}

impl Comparison {
    /// Whether no change breaks.
    pub fn is_additive(&self) -> bool {
        self.changes.iter().all(|change| !change.kind.is_breaking())
    }
}

/// Reads a contract: `.json` is JSON Schema, `.md` and `.markdown` are Markdown, anything else JSON if it parses.
///
/// # Errors
/// Bytes that are too many, not UTF-8 or not JSON with one meaning; a root that is no schema; an unknown draft.
pub fn read(path: &str, bytes: &[u8]) -> Result<Contract, ContractError> {
    if bytes.len() > LARGEST {
        return Err(ContractError::TooLarge);
    }
    let text = std::str::from_utf8(bytes).map_err(|_| ContractError::NotUtf8)?;
    match ending(path).as_str() {
        "md" | "markdown" => listed::read(text),
        _ => schema::read(path.rsplit('/').next().unwrap_or(path), text),
    }
}

/// Compares two contracts, at most one of which is not there. The paths are asked for a version.
pub fn compare(old: Option<(&str, &Contract)>, new: Option<(&str, &Contract)>) -> Comparison {
    let versioned = |side: Option<(&str, &Contract)>| {
        side.map(|(path, contract)| identity::version_in_path(path).is_some() || contract.says_version())
    };
    let (was_versioned, is_versioned) = (versioned(old), versioned(new));
    let diff = match (old, new) {
        (Some((_, old)), Some((_, new))) => diff::diff(old, new),
        (None, Some((_, new))) => diff::all_new(new),
        (_, None) => diff::all_gone(),
    };
    let mut comparison = Comparison { was_versioned, is_versioned, ..Comparison::default() };
    if let Some((_, new)) = new {
        comparison.nested =
            diff.added.iter().filter(|id| nested::is_nested(new, **id)).map(|id| site(new, *id)).collect();
        for id in new.reached([Id::ROOT]) {
            let is_new = diff.was_closed.get(&id) != Some(&true);
            comparison.closed.extend(closing(new, id).map(|by| (site(new, by), is_new)));
        }
        comparison.nested.sort_by_key(|site| site.line);
        comparison.nested.dedup();
        comparison.closed.sort_by_key(|(site, _)| site.line);
    }
    comparison.changes = diff.changes;
    comparison
}

fn site(contract: &Contract, id: Id) -> Site {
    let schema = contract.schema(id);
    Site { pointer: schema.pointer.clone(), line: schema.line }
}

/// A path's ending, in small letters.
fn ending(path: &str) -> String {
    let name = path.rsplit('/').next().unwrap_or(path);
    name.rsplit_once('.').map_or(String::new(), |(_, ending)| ending.to_ascii_lowercase())
}

#[cfg(test)]
mod pairs;
#[cfg(test)]
mod tests;
