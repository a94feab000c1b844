//! Programs that a script names, as far as a look at its words can tell.

use std::path::{Path, PathBuf};

use crate::report::escape;
use crate::shell::files;
use crate::shell::install::locate::Place;

/// What a script says of a program.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Named {
    /// It names one that is there.
    Runs(PathBuf),
    /// It names one, and where that is only the shell can tell.
    Unclear(String),
    /// It names one that is not there.
    Missing(String),
    /// It names none.
    Nowhere,
}

/// Looks for `program`, or for `verify-gate`, among the words of a script.
pub(super) fn named(content: &[u8], program: &str, place: &Place) -> Named {
    let text = String::from_utf8_lossy(content);
    let mut found = Named::Nowhere;
    for line in text.lines().filter(|line| !line.trim_start().starts_with('#')) {
        for word in words(line) {
            let name = word.rsplit('/').next().unwrap_or_default();
            if name != program && name != "verify-gate" {
                continue;
            }
            if word.contains(['$', '~', '`']) {
                return Named::Unclear(escape(word));
            }
            let path = match word.contains('/') {
                // A relative path starts where git stands when it runs the hook.
                true => Some(place.root.join(word)).filter(|path| files::is_program(path)),
                false => on_path(word),
            };
            match path {
                Some(path) => return Named::Runs(path),
                None => found = Named::Missing(escape(word)),
            }
        }
    }
    found
}

/// The program that a shell finds by this name.
pub(super) fn on_path(name: &str) -> Option<PathBuf> {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let file = format!("{name}{}", std::env::consts::EXE_SUFFIX);
    std::env::split_paths(&path).map(|folder| folder.join(Path::new(&file))).find(|path| files::is_program(path))
}

/// The words of a line, with quotes taken off; a quoted path may hold spaces.
fn words(line: &str) -> Vec<&str> {
    let mut found = Vec::new();
    for (index, part) in line.split(['\'', '"']).enumerate() {
        match index % 2 {
            1 => found.push(part.trim()),
            _ => found.extend(part.split(|c: char| c.is_whitespace() || "|&;()<>=".contains(c))),
        }
    }
    // A command line within quotes, as in `sh -c '…'`.
    let inner: Vec<&str> = found.iter().flat_map(|word| word.split_whitespace()).collect();
    found.extend(inner);
    found.retain(|word| !word.is_empty());
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_what_a_shell_would_run() {
        for (line, word) in [
            ("exec '/a b/ackgate-pre-commit' \"$@\"", "/a b/ackgate-pre-commit"),
            ("x && ackgate-pre-commit||exit 1", "ackgate-pre-commit"),
            ("sh -c 'cd x; /bin/verify-gate check'", "/bin/verify-gate"),
            ("if ! verify-gate; then exit 1; fi", "verify-gate"),
        ] {
            assert!(words(line).contains(&word), "{line}: {:?}", words(line));
        }
    }
}
