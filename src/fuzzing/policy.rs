//! The policy file, and the paths and globs of policies and gates.

use std::sync::OnceLock;

use super::{is_plain, text};
use crate::change::{Kind, RepoPath};
use crate::coverage::{Coverage, Folders};
use crate::digest::sha256;
use crate::log::{looks_like_path, read};
use crate::policy::{
    Draft, Fit, POLICY_CLASS, Pattern, Pinned, Policy, PolicyError, Record, Setting, Snapshot, adoption, choose,
    explain, parse, parse_extending, parse_verifier, same_name,
};

/// An `ackgate.toml`; below a line `%` a baseline that it extends.
pub fn policy(data: &[u8]) {
    if let Some(at) = data.windows(3).position(|window| window == b"\n%\n") {
        let (own, baseline) = data.split_at(at);
        return extending(own, baseline.get(3..).unwrap_or_default());
    }
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

/// A file that extends a baseline: what that protects stays protected, and as the same; what is refused is refused in words.
fn extending(own: &[u8], baseline: &[u8]) {
    let (own, baseline) = (text(own), text(baseline));
    let digest = sha256(baseline.as_bytes());
    let extending = format!("{own}\n[extends]\nfile = \"b.toml\"\nsha256 = \"{digest}\"\n");
    let snapshot = || Snapshot::File(baseline.as_bytes().to_vec());
    let read = |own: &str| parse_extending(own.as_bytes(), "ackgate.toml", |_| Ok::<_, PolicyError>(snapshot()));
    let pinned = Pinned { file: "c.toml".to_owned(), sha256: digest, revision: None };
    if let Ok(edited) = pinned.put_into(extending.as_bytes(), "ackgate.toml") {
        let record = Record::read(edited.as_bytes(), "ackgate.toml").map(|record| record.file);
        assert_eq!(record.ok().flatten().as_deref(), Some("c.toml"));
    }
    let policy = match read(&extending) {
        Ok(document) => document.policy,
        Err(error) => return assert!(is_plain(&error.message) && error.line > 0 && error.column > 0),
    };
    let Some(policy) = policy else { return };
    assert!(policy.deviations().iter().all(|one| is_plain(&one.message) && one.line > 0));
    drop(explain(&policy, "ackgate.toml", &extending));
    for path in ["b.toml", "B.toml", "ackgate.toml"] {
        assert_eq!(policy.protect.class_of(&RepoPath::from(path), &[]), Some(POLICY_CLASS), "{path}");
    }
    // The baseline by itself, as far as it says all that a policy has to say.
    let least = format!(
        "version = 1\nparty = \"{}\"\n[extends]\nfile = \"b.toml\"\nsha256 = \"{}\"\n",
        policy.party,
        sha256(baseline.as_bytes())
    );
    let Some(alone) = read(&least).ok().and_then(|document| document.policy) else { return };
    let is_told = |key: &str| policy.deviations().iter().any(|one| one.setting.starts_with(key));
    for path in ["agentos/schemas/v1.json", "docs/x", "a", "agentos/integrations/x.py"] {
        let path = RepoPath::from(path);
        let (before, after) = (alone.protect.class_of(&path, &[]), policy.protect.class_of(&path, &[]));
        assert!(
            before.is_none() || before == after || is_told("log") || is_told("party"),
            "{path} is {after:?} for {before:?}"
        );
    }
    for (code, before) in alone.severities.iter().filter(|(_, before)| **before == Setting::Error) {
        assert!(policy.severity_of(code) == Some(*before) || is_told("rules."), "{code} weighs less");
    }
    assert!(policy.ack.default >= alone.ack.default || is_told("ack.require"));
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
    let log = read(&format!("## AgentOS (alignment gate: r4)\n\n- What we will change: {listed}\n"), &policy.writers());
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
