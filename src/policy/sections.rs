//! The policy's smaller sections: contracts and sessions.

use super::PolicyError;
use super::error::{Place, nearest};
use super::fold;
use super::glob::{self, Glob, Globs};
use super::raw::{OneOf, RawContract, RawSession, Texts};
use super::validate::{relative_path, rule_code};
use crate::change::RepoPath;

/// `[contract]`.
#[derive(Debug, Clone)]
pub struct Contract {
    flat: Globs,
    retired: Globs,
}

impl Contract {
    /// Whether new fields of this contract must be flat (AG302). Case and Unicode form do not count.
    pub fn is_flat(&self, path: &RepoPath) -> bool {
        self.flat.is_match(&fold::bytes(path.as_bytes()))
    }

    /// Whether this contract may be removed. To the letter, since it lets pass.
    pub fn is_retired(&self, path: &RepoPath) -> bool {
        self.retired.is_match(path.as_bytes())
    }
}

/// `[session]`.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Session {
    /// What a session must read, besides the log; `None` where the policy does not say and the profile's list holds.
    pub reading: Option<Vec<Reading>>,
    /// Codes of the rules that are also asked for at push and receive.
    pub push: Vec<&'static str>,
    /// The commands that validate a slice whose plan and gate name none.
    pub validation: Vec<String>,
}

/// A document to be read, or several of which one will do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reading {
    /// Paths below the policy's folder; at least one.
    pub one_of: Vec<RepoPath>,
}

pub(super) fn contract(place: &Place<'_>, raw: RawContract) -> Result<Contract, PolicyError> {
    let flat: Vec<_> = match raw.flat {
        Some(flat) => globs(place, "contract.flat", &flat)?,
        None => glob::parse_relative("**").map_err(|error| place.error(0, error.to_string()))?,
    };
    let flat: Vec<_> = flat.iter().map(Glob::folded).collect();
    let retired = globs(place, "contract.retired", &raw.retired)?;
    let compile = |globs: &[Glob]| Globs::new(globs, "?").map_err(|error| place.error(0, error.to_string()));
    Ok(Contract { flat: compile(&flat)?, retired: compile(&retired)? })
}

/// Reads globs of the policy file, each relative to its folder.
pub(super) fn globs(place: &Place<'_>, key: &str, texts: &Texts) -> Result<Vec<Glob>, PolicyError> {
    let mut all = Vec::new();
    for text in texts {
        let globs = glob::parse_relative(text.get_ref())
            // Compiled once by itself, so that the place of a glob that cannot be is known.
            .and_then(|globs| Globs::new(&globs, "?").map(|_| globs))
            .map_err(|error| place.error(text.span().start, format!("bad glob in `{key}`: `{text}` {error}")))?;
        all.extend(globs);
    }
    Ok(all)
}

pub(super) fn session(place: &Place<'_>, raw: RawSession) -> Result<Session, PolicyError> {
    let reading = match raw.reading {
        Some(items) => Some(items.into_iter().map(|item| reading(place, item)).collect::<Result<_, _>>()?),
        None => None,
    };
    let mut push = Vec::new();
    for key in &raw.push {
        let offset = key.span().start;
        let code = rule_code(key.get_ref()).ok_or_else(|| {
            let error = place.error(offset, format!("unknown rule `{key}` in `session.push`"));
            PolicyError { help: nearest(key.get_ref(), rule_names()), ..error }
        })?;
        if let Some(help) = not_at_push(code) {
            return Err(place.error(offset, format!("`{key}` cannot be asked for at push")).with_help(help));
        }
        if push.contains(&code) {
            return Err(place.error(offset, format!("`{key}` is named twice in `session.push`")));
        }
        push.push(code);
    }
    let mut validation = Vec::new();
    for command in raw.validation {
        let offset = command.span().start;
        let command = command.into_inner();
        if command.trim().is_empty() || command.contains(['\n', '\0']) || validation.contains(&command) {
            return Err(place.error(offset, "`session.validation` wants commands of one line, each once"));
        }
        validation.push(command);
    }
    Ok(Session { reading, push, validation })
}

/// Why a rule cannot be asked for at push, where only the pushed tree, its log and its day are known.
fn not_at_push(code: &str) -> Option<&'static str> {
    match code {
        "AG401" | "AG403" | "AG405" | "AG501" | "AG502" | "AG507" | "AG508" | "AG509" | "AG510" => None,
        "AG402" => Some("what was read is known on the machine that read it alone"),
        "AG404" => Some("the push that hands the turn over would be refused: it is asked when a session begins"),
        "AG503" => Some("a hook runs no command of a policy: `verify-gate handoff` checks it"),
        "AG504" => Some("what a slice touched is more than what is pushed: `verify-gate handoff` checks it"),
        "AG505" => Some("evidence need not be committed: `verify-gate handoff` checks it"),
        "AG506" => Some("the bundle lies on the machine that packed it: `verify-gate handoff` checks it"),
        _ => Some("what is asked for at push besides is of AG4xx and AG5xx; all other rules are always asked"),
    }
}

fn rule_names() -> impl Iterator<Item = &'static str> {
    crate::rules::names::NAMES.iter().map(|(_, name)| *name)
}

fn reading(place: &Place<'_>, item: toml::Spanned<OneOf>) -> Result<Reading, PolicyError> {
    let offset = item.span().start;
    let paths = match item.into_inner() {
        OneOf::One(path) => vec![path],
        OneOf::Several(paths) => paths,
    };
    if paths.is_empty() {
        return Err(place.error(offset, "an entry of `session.reading` names no path"));
    }
    for path in &paths {
        relative_path(path).map_err(|why| place.error(offset, format!("`session.reading`: `{path}` {why}")))?;
    }
    Ok(Reading { one_of: paths.into_iter().map(RepoPath::new).collect() })
}

#[cfg(test)]
mod tests {
    use super::super::validate::tests::{complete, failure, policy};
    use crate::change::RepoPath;

    #[test]
    fn contracts_are_flat_unless_said_and_retire_to_the_letter() {
        let silent = policy(&complete(""));
        assert!(silent.contract.is_flat(&RepoPath::from("a/b.json")));
        assert!(!silent.contract.is_retired(&RepoPath::from("a/b.json")));
        let said = policy(&complete("[contract]\nflat = [\"A/*\"]\nretired = [\"A/old.json\"]\n"));
        for (path, flat, retired) in
            [("a/x", true, false), ("b/x", false, false), ("A/old.json", true, true), ("a/OLD.json", true, false)]
        {
            assert_eq!(said.contract.is_flat(&RepoPath::from(path)), flat, "{path}");
            assert_eq!(said.contract.is_retired(&RepoPath::from(path)), retired, "{path}");
        }
    }

    #[test]
    fn sessions_name_documents_and_rules() {
        let said = policy(&complete(
            "[session]\nreading = [\"a.md\", [\"b.md\", \"c.md\"]]\npush = [\"plan-incomplete\", \"AG501\"]\nvalidation = [\"pytest\"]\n",
        ));
        let reading = said.session.reading.unwrap();
        assert_eq!(reading[1].one_of, [RepoPath::from("b.md"), RepoPath::from("c.md")]);
        assert_eq!(said.session.push, ["AG502", "AG501"]);
        assert_eq!(said.session.validation, ["pytest"]);
        for (section, message) in [
            ("push = [\"bundle-incomplete\"]", "cannot be asked for"),
            ("push = [\"AG101\"]", "cannot be asked for"),
            ("push = [\"AG402\"]", "cannot be asked for"),
            ("push = [\"AG404\"]", "cannot be asked for"),
            ("push = [\"bdd-parity\"]", "cannot be asked for"),
            ("push = [\"AG504\"]", "cannot be asked for"),
            ("push = [\"AG505\"]", "cannot be asked for"),
            ("push = [\"AG999\"]", "unknown rule"),
            ("push = [\"AG501\", \"plan-missing\"]", "twice"),
            ("validation = [\" \"]", "one line"),
            ("validation = [\"a\", \"a\"]", "each once"),
            ("reading = [\"/a\"]", "absolute"),
            ("reading = [[]]", "no path"),
            ("reading = [1]", "a path, or several"),
        ] {
            let error = failure(&complete(&format!("[session]\n{section}\n")));
            assert!(error.message.contains(message), "{section}: {error}");
        }
    }
}
