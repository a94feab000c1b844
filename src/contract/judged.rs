//! A contract's file before and after a change → what can be said of it.

use super::{Comparison, Contract, ContractError, Form, compare, ending, identity, read};

/// A file on one side of a change.
#[derive(Debug, Clone, Copy)]
pub struct Side<'a> {
    /// Its path.
    pub path: &'a str,
    /// Its content.
    pub bytes: &'a [u8],
}

/// What can be said of a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Judged {
    /// Contracts, compared.
    Compared(Box<Comparison>),
    /// A contract on one side at least that cannot be read.
    Unreadable {
        /// Whether it is the new one.
        is_new: bool,
        /// Why.
        error: ContractError,
    },
    /// Markdown that says no field on either side.
    Prose,
    /// Neither side claims to be a contract.
    NoContract,
}

/// Judges a file, at most one side of which is not there.
pub fn judge(old: Option<Side<'_>>, new: Option<Side<'_>>) -> Judged {
    let sides = [old, new];
    let read_side = |side: Option<Side<'_>>| side.map(|side| read(side.path, side.bytes)).transpose();
    let claims = |side: &Side<'_>| matches!(ending(side.path).as_str(), "json" | "md" | "markdown");
    let is_schema = |side: &Side<'_>| claims(side) || read(side.path, side.bytes).is_ok();
    if !sides.iter().flatten().any(is_schema) {
        return Judged::NoContract;
    }
    if new.is_none() {
        // It goes either way, whether it can be read or not.
        let was_prose = read_side(old).ok().flatten().is_some_and(|contract| is_prose(&contract));
        return if was_prose { Judged::Prose } else { Judged::Compared(Box::new(compare(None, None))) };
    }
    let (before, after) = match (read_side(old), read_side(new)) {
        (Ok(before), Ok(after)) => (before, after),
        (_, Err(error)) => return Judged::Unreadable { is_new: true, error },
        (Err(error), Ok(_)) => return Judged::Unreadable { is_new: false, error },
    };
    if before.iter().chain(&after).all(is_prose) {
        return Judged::Prose;
    }
    let before = before.as_ref().map(|contract| (path(old), contract));
    let after = after.as_ref().map(|contract| (path(new), contract));
    // What was prose is a contract from now on.
    Judged::Compared(Box::new(match (before, after) {
        (Some((_, one)), Some(_)) if is_prose(one) => compare(None, after),
        (Some(_), Some((_, one))) if is_prose(one) => compare(before, None),
        sides => compare(sides.0, sides.1),
    }))
}

fn is_prose(contract: &Contract) -> bool {
    contract.form == Form::Markdown && !contract.has_fields()
}

fn path(side: Option<Side<'_>>) -> &str {
    side.map_or("", |side| side.path)
}

/// Whether two paths name the same version: a file that is put under another version is another contract.
pub fn is_same_version(one: &str, other: &str) -> bool {
    identity::version_in_path(one) == identity::version_in_path(other)
}
