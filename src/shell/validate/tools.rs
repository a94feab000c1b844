//! Which programs the commands use, and their versions.

use std::collections::BTreeMap;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::Duration;

use crate::shell::child;
use crate::shell::git::scrub;

/// Programs that say their version, do nothing else, and how they are asked. Any other could do its work.
const KNOWN: [(&str, &str); 24] = [
    ("behave", "--version"),
    ("bun", "--version"),
    ("cargo", "--version"),
    ("cmake", "--version"),
    ("deno", "--version"),
    ("go", "version"),
    ("gradle", "--version"),
    ("java", "--version"),
    ("make", "--version"),
    ("mvn", "--version"),
    ("mypy", "--version"),
    ("node", "--version"),
    ("npm", "--version"),
    ("npx", "--version"),
    ("pnpm", "--version"),
    ("poetry", "--version"),
    ("pytest", "--version"),
    ("python", "--version"),
    ("python3", "--version"),
    ("ruby", "--version"),
    ("ruff", "--version"),
    ("rustc", "--version"),
    ("tox", "--version"),
    ("uv", "--version"),
];

/// How long a program may take to say its version.
const LIMIT: Duration = Duration::from_secs(10);

/// The versions of the known programs among the words of the commands, of ackgate and git.
pub(super) fn versions<'a>(root: &Path, commands: impl Iterator<Item = &'a str>) -> BTreeMap<String, String> {
    let mut versions = BTreeMap::from([("ackgate".to_owned(), env!("CARGO_PKG_VERSION").to_owned())]);
    let mut wanted = vec![("git", "--version")];
    for command in commands {
        let words: Vec<&str> = command.split(|c: char| c.is_whitespace() || "();&|".contains(c)).collect();
        wanted.extend(KNOWN.iter().filter(|(name, _)| words.contains(name)));
    }
    wanted.sort_unstable();
    wanted.dedup();
    for (name, argument) in wanted {
        versions.extend(version(root, name, argument).map(|version| (name.to_owned(), version)));
    }
    versions
}

fn version(root: &Path, name: &str, argument: &str) -> Option<String> {
    let mut command = Command::new("sh");
    scrub(&mut command);
    command.arg("-c").arg(format!("exec {name} {argument} 1>&2")).current_dir(root);
    let child = command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::piped()).spawn().ok()?;
    let (status, said) = child::wait(child, LIMIT).ok()?;
    let line = said.lines().find(|line| !line.trim().is_empty())?;
    status.is_some_and(|status| status.success()).then(|| line.trim().to_owned())
}
