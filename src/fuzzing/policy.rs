//! The policy file, and the paths and globs of policies and gates.

use std::sync::OnceLock;

use super::{is_plain, text};
use crate::change::{Kind, RepoPath};
use crate::coverage::{Coverage, Folders};
use crate::log::{Speaker, looks_like_path, read};
use crate::policy::{Draft, Fit, POLICY_CLASS, Pattern, Policy, adoption, choose, parse, parse_verifier, same_name};

/// An `ackgate.toml`.
pub fn policy(data: &[u8]) {
    drop(parse_verifier(data, "ackgate.toml"));
    let document = match parse(data, "ackgate.toml") {
        Ok(document) => document,
        Err(error) => return assert!(is_plain(&error.message) && error.line > 0 && error.column > 0),
    };
    let Some(policy) = document.policy else { return };
    assert_eq!(policy.protect.class_of(&RepoPath::from("AckGate.toml"), &[]), Some(POLICY_CLASS));
    assert!(policy.parties.contains_key(&policy.party) && policy.parties.contains_key(&policy.log.owner));
    let both = policy.protect.union(&policy.protect);
    for path in ["agentos/schemas/v1.json", "docs/x", "a", policy.log.path.to_str().unwrap_or_default()] {
        let path = RepoPath::from(path);
        let class = policy.protect.class_of(&path, &[Kind::File]);
        assert_eq!(both.class_of(&path, &[Kind::File]), class, "twice the same protects the same");
        if let (Some(_), Some(prefixes)) = (class, policy.protect.prefixes()) {
            assert!(prefixes.iter().any(|prefix| meets(prefix, &path)), "{path} is protected and looked for nowhere");
        }
    }
    drop(adoption::describe(profile(), Some(&policy)));
    if let Some(draft) = Draft::of(&policy) {
        let again = parse(draft.to_toml().as_bytes(), "ackgate.toml").map(|document| document.policy);
        let again = again.ok().flatten();
        assert_eq!(
            again.as_ref().map(|again| (&again.party, &again.log.path)),
            Some((&policy.party, &policy.log.path))
        );
    }
}

/// Lines: what a gate lists, and below it paths, one a line.
pub fn paths(data: &[u8]) {
    let Some(policy) = profile() else { return };
    let mut lines = data.split(|byte| *byte == b'\n');
    let listed = text(lines.next().unwrap_or_default()).into_owned();
    let paths: Vec<RepoPath> = lines.map(RepoPath::new).collect();
    assert!(paths.iter().all(|path| is_plain(&path.to_string())));
    looks_like_path(&listed, true);
    if let Ok(pattern) = Pattern::parse(&listed) {
        one(&pattern, &paths, policy);
    }
    let speaker = |party: &crate::policy::Party| Speaker {
        name: party.name.clone(),
        aliases: party.aliases.clone(),
        repositories: party.repositories.clone(),
    };
    let speakers: Vec<Speaker> = policy.parties.values().map(speaker).collect();
    let log = read(&format!("## AgentOS (alignment gate: r4)\n\n- What we will change: {listed}\n"), &speakers);
    for gate in &log.gates {
        for names in [&[][..], &["AgentOS", "agentos"]] {
            let folders =
                Folders { member: String::new(), names: names.iter().map(|name| (*name).to_owned()).collect() };
            let coverage = Coverage::of(gate, policy, &folders);
            let classes = coverage.classes(policy, &folders);
            for path in paths.iter().filter(|path| coverage.covers(path, path)) {
                let class = policy.protect.class_of(path, &[Kind::File]);
                assert!(class.is_none_or(|class| classes.contains(class)), "{path} is of a class that is not covered");
            }
        }
    }
}

fn one(pattern: &Pattern, paths: &[RepoPath], policy: &Policy) {
    let classes = policy.protect.classes_of(pattern);
    for path in paths {
        let matches = pattern.matches(path);
        assert!(!matches || (pattern.fits(path) && !pattern.is_too_broad()));
        let class = policy.protect.class_of(path, &[Kind::File]);
        assert!(!matches || class.is_none_or(|class| classes.contains(class)), "{path} is of none of its classes");
        assert!(same_name(path.as_bytes(), path.as_bytes()));
        if let (true, Some(first)) = (matches, pattern.first_component()) {
            assert!(path.below(&first).is_some() || path.as_bytes() == first.as_bytes(), "{path} starts with its name");
        }
    }
    if let Some(rest) = pattern.without_first_component() {
        // `{a,}/c` of `CCC/{a,}/c` cannot be written by itself.
        if let Ok(again) = Pattern::parse(rest.text()) {
            assert!(paths.iter().all(|path| again.fits(path) == rest.fits(path)), "the rest is what it is written as");
        }
    }
}

/// Whether a path is the prefix, is below it, or is a folder above it.
fn meets(prefix: &str, path: &RepoPath) -> bool {
    let folded = |bytes: &[u8]| bytes.split(|byte| *byte == b'/').map(<[u8]>::to_vec).collect::<Vec<_>>();
    folded(prefix.as_bytes()).iter().zip(folded(path.as_bytes())).all(|(one, other)| same_name(one, &other))
}

/// The built-in profile, which takes longer to read than most of what is fuzzed.
fn profile() -> Option<&'static Policy> {
    static PROFILE: OnceLock<Option<Policy>> = OnceLock::new();
    let read = || match choose(true, false) {
        Ok(Fit::One(policy)) => Some(*policy),
        _ => None,
    };
    PROFILE.get_or_init(read).as_ref()
}
