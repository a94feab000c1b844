//! What a command hands to the next one in its pipeline.

use super::{Fed, Walk};
use crate::agent::act::How;
use crate::agent::command::expand::Field;
use crate::agent::command::writers::{Given, SOME_BELOW, part};

impl Walk<'_> {
    /// What the next command in the pipeline is fed with: the names that this one was given, and what it says.
    pub(super) fn handed(&self, name: &str, given: &Given<'_>, fed: &Fed) -> Fed {
        let names = given.operands(&[]);
        match name {
            "echo" | "printf" => {
                let texts = vec![names.iter().map(|field| field.text.as_str()).collect::<Vec<_>>().join(" ")];
                let split = |field: &Field| {
                    let parts: Vec<Field> = field.text.split_whitespace().map(|t| part(field, t)).collect();
                    parts
                };
                Fed { files: names.iter().flat_map(split).map(|field| (field, How::Into)).collect(), texts }
            }
            "cat" | "tee" if !fed.texts.is_empty() => Fed { files: Vec::new(), texts: fed.texts.clone() },
            "head" | "tail" | "sort" | "uniq" | "xargs" | "tr" | "grep" | "awk" | "sed" if !fed.files.is_empty() => {
                // Some of those that it was fed with.
                let some = |(field, how): &(Field, How)| match how {
                    How::Below { only, .. } => (field.clone(), How::Below { only: only.clone(), all: false }),
                    _ => (field.clone(), How::Into),
                };
                Fed { files: fed.files.iter().map(some).collect(), texts: Vec::new() }
            }
            "ls" | "fd" | "fdfind" | "git" => below(names),
            "grep" | "egrep" | "fgrep" | "rg" | "ag" if lists_files(given) => below(names),
            _ => Fed::default(),
        }
    }
}

/// Names of files below these.
fn below(names: Vec<Field>) -> Fed {
    Fed { files: names.into_iter().map(|field| (field, SOME_BELOW)).collect(), texts: Vec::new() }
}

/// Whether a search says in which files it found something, and not what.
fn lists_files(given: &Given<'_>) -> bool {
    given.arguments.iter().any(|field| match field.text.strip_prefix('-') {
        Some(letters) if !letters.starts_with('-') => letters.contains(['l', 'L']),
        Some(long) => long.starts_with("-files"),
        None => false,
    })
}
