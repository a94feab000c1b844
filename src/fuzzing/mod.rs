//! What is fuzzed: for each target, bytes go in, and what must hold of the reading is asserted.
//!
//! `fuzz/` holds a program for each of these and a corpus; the test below runs every file of that. It is compiled for
//! tests and for the fuzzer (`--cfg fuzzing`) alone, and is no part of the library's interface.

mod agent;
mod contract;
mod log;
mod policy;
mod proof;

use std::borrow::Cow;

pub use self::agent::{agent, command, settings};
pub use self::contract::{contract, json, licence};
pub use self::log::{append, compose, log, merge};
pub use self::policy::{paths, policy};
pub use self::proof::{message, proof};
pub use crate::shell::fuzzing::{git, refs};

/// All targets, by name.
pub const TARGETS: &[(&str, fn(&[u8]))] = &[
    ("agent", agent),
    ("append", append),
    ("command", command),
    ("compose", compose),
    ("contract", contract),
    ("git", git),
    ("json", json),
    ("licence", licence),
    ("log", log),
    ("merge", merge),
    ("message", message),
    ("paths", paths),
    ("policy", policy),
    ("proof", proof),
    ("refs", refs),
    ("settings", settings),
];

/// What stands before and behind the first NUL.
fn halves(data: &[u8]) -> (&[u8], &[u8]) {
    let at = data.iter().position(|byte| *byte == 0).unwrap_or(data.len());
    (data.get(..at).unwrap_or_default(), data.get(at + 1..).unwrap_or_default())
}

fn text(data: &[u8]) -> Cow<'_, str> {
    String::from_utf8_lossy(data)
}

/// Whether a text could move a terminal's cursor.
fn is_plain(text: &str) -> bool {
    !text.contains(char::is_control)
}

#[cfg(test)]
#[expect(clippy::disallowed_methods, reason = "reads the corpus")]
mod tests {
    use std::fs;
    use std::path::Path;

    use super::*;

    /// The package that is published leaves the corpus out.
    #[test]
    fn every_file_of_the_corpus_is_read_as_it_must_be() {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("fuzz");
        if !folder.exists() {
            return;
        }
        for (name, target) in TARGETS {
            let manifest = fs::read_to_string(folder.join("Cargo.toml")).unwrap();
            assert!(manifest.contains(&format!("name = \"{name}\"")), "fuzz/Cargo.toml has no target {name}");
            let mut files: Vec<_> = fs::read_dir(folder.join("corpus").join(name)).unwrap().flatten().collect();
            files.sort_by_key(|file| file.path());
            assert!(!files.is_empty(), "{name} has no corpus");
            for file in files {
                println!("{}", file.path().display());
                let data = fs::read(file.path()).unwrap();
                target(&data);
                // Where a text ends is what parsers forget to ask.
                (0..4).for_each(|part| target(data.get(..data.len() * part / 4).unwrap_or_default()));
            }
        }
    }
}
