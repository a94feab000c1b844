//! Whether a name may match a pattern of JSON Schema.

use std::collections::HashMap;

use regex_automata::meta::Regex;
use regex_automata::util::syntax;

/// Patterns, compiled once.
#[derive(Default)]
pub(super) struct Patterns {
    compiled: HashMap<String, Option<Regex>>,
    steps: usize,
}

/// Patterns that are compiled; of further ones nobody can tell.
const MOST: usize = 1_000;

/// Bytes of a name that is looked at.
const LONGEST_NAME: usize = 1_000;

impl Patterns {
    /// Whether a name matches; `None` where nobody can tell.
    ///
    /// JSON Schema's patterns are those of ECMA 262. What the two dialects could read differently, and what is not
    /// ASCII, is not told.
    pub(super) fn matches(&mut self, pattern: &str, name: &str) -> Option<bool> {
        self.steps += 1;
        if name.len() > LONGEST_NAME || !name.bytes().all(|b| b.is_ascii_graphic() || b == b' ') {
            return None;
        }
        if !self.compiled.contains_key(pattern) {
            if self.compiled.len() >= MOST {
                return None;
            }
            self.steps += COMPILING;
            self.compiled.insert(pattern.to_owned(), compiled(pattern));
        }
        self.steps += name.len();
        self.compiled.get(pattern)?.as_ref().map(|regex| regex.is_match(name))
    }

    /// What was done so far, by bytes looked at.
    pub(super) fn steps(&self) -> usize {
        self.steps
    }

    /// Whether a name matches, or nobody can tell.
    pub(super) fn may_match(&mut self, pattern: &str, name: &str) -> bool {
        self.matches(pattern, name) != Some(false)
    }
}

/// Bytes that a compiled pattern may take.
const LARGEST: usize = 1 << 14;

/// Steps that it takes to compile one.
const COMPILING: usize = 200;

fn compiled(pattern: &str) -> Option<Regex> {
    let syntax = syntax::Config::new().unicode(false).utf8(false);
    let config = Regex::config().nfa_size_limit(Some(LARGEST));
    is_plain(pattern).then(|| Regex::builder().syntax(syntax).configure(config).build(pattern).ok()).flatten()
}

/// Whether it holds no more than characters and escapes that mean the same everywhere.
fn is_plain(pattern: &str) -> bool {
    let mut chars = pattern.chars();
    while let Some(c) = chars.next() {
        let plain = match c {
            '\\' => matches!(chars.next(), Some('d' | 'D' | 'w' | 'W' | '.' | '-' | '/' | '_' | '$' | '^' | '\\')),
            c => c.is_ascii_alphanumeric() || "^$.*+?()|[]{},-_:/ @=".contains(c),
        };
        if !plain {
            return false;
        }
    }
    // Groups with a flag, classes in classes or without an end, and counts without a start are read differently.
    let odd = ["(?", "--", "{,", "[]", "[^]"].iter().any(|odd| pattern.contains(odd));
    !odd && pattern.split('[').skip(1).all(|class| class.contains(']'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_every_dialect_reads_alike_is_told() {
        for (pattern, name, expected) in [
            ("^x-", "x-a", Some(true)),
            ("^x-", "ax-", Some(false)),
            ("b", "abc", Some(true)),
            ("^[a-z_]+$", "warn_pct", Some(true)),
            ("^[a-z_]+$", "warn1", Some(false)),
            ("^\\d+$", "12", Some(true)),
            ("^\\d+$", "a", Some(false)),
            ("", "a", Some(true)),
            ("^\\p{L}", "1", None),
            ("^(?!x)", "x", None),
            ("^ä", "a", None),
            ("^a", "ä", None),
            ("[", "a", None),
            ("^\\s", "a", None),
            ("^[a--b]", "a", None),
        ] {
            assert_eq!(Patterns::default().matches(pattern, name), expected, "{pattern} {name}");
        }
    }
}
