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
pub use self::log::{append, compose, latest, log, merge};
pub use self::policy::{paths, policy};
pub use self::proof::{message, proof};
pub use crate::shell::fuzzing::{git, index, pack, refs};

/// Takes what was made up, and panics where it is not read as it must be.
pub type Target = fn(&[u8]);

/// All targets, by name.
pub const TARGETS: &[(&str, Target)] = &[
    ("agent", agent),
    ("append", append),
    ("command", command),
    ("compose", compose),
    ("contract", contract),
    ("git", git),
    ("index", index),
    ("json", json),
    ("latest", latest),
    ("licence", licence),
    ("log", log),
    ("merge", merge),
    ("message", message),
    ("pack", pack),
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
    use std::collections::BTreeSet;
    use std::fs;
    use std::path::Path;

    use super::*;

    type Corpus = (&'static str, Target, Vec<Vec<u8>>);

    /// Each target with the files of its corpus. The package that is published leaves them out.
    fn corpora() -> Vec<Corpus> {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("fuzz");
        let targets = TARGETS.iter().filter(|_| folder.exists());
        let corpus = |(name, target): &(&'static str, Target)| {
            let mut files: Vec<_> = fs::read_dir(folder.join("corpus").join(name)).unwrap().flatten().collect();
            files.sort_by_key(|file| file.path());
            (*name, *target, files.iter().map(|file| fs::read(file.path()).unwrap()).collect())
        };
        targets.map(corpus).collect()
    }

    #[test]
    fn every_file_of_the_corpus_is_read_as_it_must_be() {
        let manifest = Path::new(env!("CARGO_MANIFEST_DIR")).join("fuzz/Cargo.toml");
        for (name, target, files) in corpora() {
            let manifest = fs::read_to_string(&manifest).unwrap();
            assert!(manifest.contains(&format!("name = \"{name}\"")), "fuzz/Cargo.toml has no target {name}");
            assert!(!files.is_empty(), "{name} has no corpus");
            for data in files {
                run(name, target, &data);
                // Where a text ends is what parsers forget to ask.
                (1..4).for_each(|part| run(name, target, data.get(..data.len() * part / 4).unwrap_or_default()));
            }
        }
    }

    /// Else the programs cannot be built as they were locked.
    #[test]
    fn the_lock_file_of_the_programs_knows_every_dependency() {
        let root = Path::new(env!("CARGO_MANIFEST_DIR"));
        let Ok(lock) = fs::read_to_string(root.join("fuzz/Cargo.lock")) else { return };
        let read = |text: &str| text.parse::<toml::Table>().unwrap();
        let manifest = read(&fs::read_to_string(root.join("Cargo.toml")).unwrap());
        let wanted: BTreeSet<&str> = manifest["dependencies"].as_table().unwrap().keys().map(String::as_str).collect();
        let lock = read(&lock);
        let package =
            lock["package"].as_array().unwrap().iter().find(|package| package["name"].as_str() == Some("ackgate"));
        let locked = package.unwrap()["dependencies"].as_array().unwrap().iter().filter_map(toml::Value::as_str);
        let locked: BTreeSet<&str> = locked.filter_map(|one| one.split(' ').next()).collect();
        assert_eq!(locked, wanted, "`cargo update --workspace --manifest-path fuzz/Cargo.toml` mends fuzz/Cargo.lock");
    }

    /// A short run without the fuzzer, the same each time: pieces are taken out, doubled, swapped with those of other
    /// files, and bytes changed.
    #[test]
    fn what_the_corpus_can_turn_into_is_read_as_it_must_be() {
        let mut state = 1_u64;
        let mut below = |bound: usize| {
            // SplitMix64.
            state = state.wrapping_add(0x9e37_79b9_7f4a_7c15);
            let mixed = (state ^ (state >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
            let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
            usize::try_from(mixed >> 33).unwrap() % bound.max(1)
        };
        for (name, target, files) in corpora() {
            for _ in 0..150 {
                let mut data = files[below(files.len())].clone();
                for _ in 0..=below(4) {
                    let other = &files[below(files.len())];
                    let (at, from) = (below(data.len() + 1), below(other.len() + 1));
                    let end = at + below((data.len() - at + 1).min(40));
                    let piece = other[from..from + below((other.len() - from + 1).min(60))].to_vec();
                    match below(4) {
                        0 => drop(data.drain(at..end)),
                        1 => drop(data.splice(at..at, data[at..end].to_vec())),
                        2 => drop(data.splice(at..end, piece)),
                        _ => data.get_mut(at).into_iter().for_each(|byte| *byte ^= 1 << below(8)),
                    }
                }
                run(name, target, &data);
            }
        }
    }

    /// Says which input it was that a target could not take.
    fn run(name: &str, target: Target, data: &[u8]) {
        let outcome = std::panic::catch_unwind(|| target(data));
        assert!(outcome.is_ok(), "{name}: {:?}", String::from_utf8_lossy(data));
    }
}
