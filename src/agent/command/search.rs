//! `find`: where it looks, what it looks for, and what it does with it.

use super::expand::Field;
use crate::agent::act::How;

/// A search for files.
pub(super) struct Search {
    /// Where it looks.
    pub(super) folders: Vec<Field>,
    /// Which files it finds, as far as that can be told.
    pub(super) how: How,
    /// The command that it runs on each (`-exec`).
    pub(super) command: Option<Vec<Field>>,
    /// Whether it removes them.
    pub(super) deletes: bool,
}

/// Reads the arguments of `find`.
pub(super) fn search(arguments: &[Field]) -> Search {
    let is_expression = |field: &&Field| field.text.starts_with('-') || matches!(field.text.as_str(), "(" | ")" | "!");
    let start = arguments.iter().position(|field| is_expression(&field)).unwrap_or(arguments.len());
    let (folders, expression) = arguments.split_at(start);
    let mut folders = folders.to_vec();
    if folders.is_empty() {
        folders.push(Field { text: ".".to_owned(), pattern: None, is_known: true });
    }
    let (mut names, mut all, mut command, mut deletes) = (Vec::new(), true, None, false);
    let mut words = expression.iter();
    while let Some(word) = words.next() {
        match word.text.as_str() {
            "-name" | "-iname" => names.extend(words.next().map(|name| name.text.clone())),
            "-type" => all &= words.next().is_some_and(|kind| kind.text == "f"),
            "-exec" | "-execdir" | "-ok" | "-okdir" => {
                let own: Vec<Field> = words.by_ref().take_while(|w| w.text != ";" && w.text != "+").cloned().collect();
                command = Some(own);
            }
            "-delete" => deletes = true,
            "-print" | "-print0" => {}
            // Anything else chooses in a way that the names do not show.
            _ => all = false,
        }
    }
    let only = match names.as_slice() {
        [one] => Some(one.clone()),
        _ => None,
    };
    Search { folders, how: How::Below { all: all && names.len() < 2, only }, command, deletes }
}
