//! What a working tree looks like: folders that want protecting, and a log.

use std::collections::VecDeque;
use std::fs;
use std::io::ErrorKind;
use std::path::Path;

use crate::shell::{Error, files};

/// How many folders deep the survey goes.
const DEPTH: usize = 4;
/// How many folders it looks into at most: a guess is not worth more.
const FOLDERS: usize = 4000;

/// Folders of other people's files, of what is built, and of tests.
const PASSED_OVER: &[&str] = &[
    "node_modules",
    "vendor",
    "third_party",
    "target",
    "build",
    "dist",
    "out",
    "venv",
    "env",
    "__pycache__",
    "test",
    "tests",
    "testdata",
    "fixtures",
    "examples",
];

/// Words for folders that a class holds.
const CLASSES: &[(&str, &[&str])] = &[
    ("adapter", &["adapter", "adapters", "integrations", "connectors"]),
    ("schema", &["schema", "schemas", "contract", "contracts", "proto", "protos"]),
    ("licence", &["licence", "licences", "license", "licenses", "licensing", "legal"]),
];

/// What was found, nearest to the root first.
#[derive(Debug, Default)]
pub(super) struct Survey {
    /// Globs by class; every class is there.
    pub(super) protect: Vec<(String, Vec<String>)>,
    /// Paths of files that are called like a log of agents.
    pub(super) logs: Vec<String>,
}

/// Looks through the folders of a working tree. Links and other repositories in it are passed over.
pub(super) fn survey(root: &Path) -> Result<Survey, Error> {
    let mut found = Survey {
        protect: CLASSES.iter().map(|(class, _)| ((*class).to_owned(), Vec::new())).collect(),
        logs: Vec::new(),
    };
    let mut waiting = VecDeque::from([(String::new(), 0)]);
    let mut seen = 0;
    while let Some((folder, depth)) = waiting.pop_front() {
        seen += 1;
        if seen > FOLDERS {
            break;
        }
        for (name, is_folder) in listed(&root.join(&folder))? {
            let path = if folder.is_empty() { name.clone() } else { format!("{folder}/{name}") };
            if !is_folder {
                if is_log(&name) {
                    found.logs.push(path);
                }
            } else if let Some(class) = class_of(&name) {
                let globs = found.protect.iter_mut().find(|(known, _)| known == class);
                globs.into_iter().for_each(|(_, globs)| globs.push(format!("{}/**", literally(&path))));
            } else if depth + 1 < DEPTH && !is_passed_over(&name) && !root.join(&path).join(".git").exists() {
                waiting.push_back((path, depth + 1));
            }
        }
    }
    Ok(found)
}

/// Files and folders in a folder, sorted by name; no links, and no names that a policy could not hold.
pub(super) fn listed(folder: &Path) -> Result<Vec<(String, bool)>, Error> {
    let failed = |error| files::failed("read", folder, &error);
    let mut all = Vec::new();
    let entries = match fs::read_dir(folder) {
        Ok(entries) => entries,
        // Another user's, a database's say: git cannot track what is in it either.
        Err(error) if error.kind() == ErrorKind::PermissionDenied => return Ok(all),
        Err(error) => return Err(failed(error)),
    };
    for entry in entries {
        let entry = entry.map_err(failed)?;
        let kind = entry.file_type().map_err(failed)?;
        if let Ok(name) = entry.file_name().into_string()
            && (kind.is_dir() || kind.is_file())
        {
            all.push((name, kind.is_dir()));
        }
    }
    all.sort();
    Ok(all)
}

/// `CCC_AGENT_CHAT.md` and its like.
fn is_log(name: &str) -> bool {
    name.to_lowercase().replace('-', "_").ends_with("agent_chat.md")
}

fn class_of(name: &str) -> Option<&'static str> {
    let name = name.to_lowercase();
    CLASSES.iter().find(|(_, words)| words.contains(&name.as_str())).map(|(class, _)| *class)
}

/// Whether a folder of this name holds other people's files, what is built, or tests.
pub(in crate::shell) fn is_passed_over(name: &str) -> bool {
    name.starts_with('.') || PASSED_OVER.contains(&name.to_lowercase().as_str())
}

/// The path as a glob that means it alone.
pub(super) fn literally(path: &str) -> String {
    let mut out = String::with_capacity(path.len());
    for c in path.chars() {
        if matches!(c, '*' | '?' | '[' | ']' | '{' | '}' | '\\') {
            out.push('\\');
        }
        out.push(c);
    }
    out
}
