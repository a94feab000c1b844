//! Each setting with the value that counts and where that comes from.

use super::error::Place;
use super::extends::{Baseline, merged};
use super::setting::{SETTINGS, Unset};
use super::validate::{padded, table};
use super::values::{Found, found, shown};
use super::{Draft, Policy, PolicyError, Source};

/// A setting.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Explained {
    /// From the root of the file.
    pub key: String,
    /// As TOML, on one line and safe to print; `None` where it has none.
    pub value: Option<String>,
    /// Where it comes from.
    pub origin: Origin,
    /// What happens without a value.
    pub unset: Option<&'static str>,
}

/// Where a value comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Origin {
    /// Nobody said otherwise.
    Default,
    /// The built-in profile of this name.
    Profile(&'static str),
    /// The policy file, at this line, from 1.
    Line(usize),
    /// The baseline that it extends, at this line; of a list in `[protect]` that both have a part in, the own file.
    Baseline(usize),
}

/// Explains a policy by the text of its file, which a built-in profile does not need.
///
/// # Errors
/// Text that is no TOML.
pub fn explain(policy: &Policy, file: &str, text: &str) -> Result<Vec<Explained>, PolicyError> {
    let drafted;
    let (text, profile) = match policy.source {
        Source::File { .. } => (text, None),
        Source::Profile(name) => {
            drafted = Draft::of(policy).map(|draft| draft.to_toml()).unwrap_or_default();
            (drafted.as_str(), Some(name))
        }
    };
    let own = Place::of(file, text);
    let padded = policy.extends.as_ref().map(|extends| padded(&own, &extends.text));
    let place = policy.extends.as_ref().map_or(own, |extends| own.over(&extends.name, &extends.text));
    let mut root = table(&own, text, 0)?.into_inner();
    if let Some(padded) = &padded {
        root = merged(Baseline::read(&place, padded)?.table, root);
    }
    let mut all = Vec::new();
    for setting in SETTINGS.iter().filter(|setting| !setting.key.starts_with("baseline.")) {
        for Found { key, value, offset, default } in found(&root, setting) {
            let value = value.map(shown);
            let origin = match (offset, profile) {
                (None, _) => Origin::Default,
                (Some(_), Some(_)) if value.as_deref() == default => Origin::Default,
                (Some(_), Some(name)) => Origin::Profile(name),
                (Some(offset), None) if place.is_baseline(offset) => Origin::Baseline(place.error(offset, "").line),
                (Some(offset), None) => Origin::Line(place.error(offset, "").line),
            };
            let unset = match setting.unset {
                Unset::Words(words) => Some(words),
                Unset::Never | Unset::Value(_) => None,
            };
            let value = value.or_else(|| default.map(str::to_owned));
            let unset = unset.filter(|_| value.is_none());
            all.push(Explained { key, value, origin, unset });
        }
    }
    Ok(all)
}

#[cfg(test)]
mod tests {
    use super::super::{Fit, choose, parse};
    use super::*;

    fn of<'a>(all: &'a [Explained], key: &str) -> &'a Explained {
        all.iter().find(|one| one.key == key).unwrap_or_else(|| panic!("no {key} in {all:?}"))
    }

    #[test]
    fn each_value_has_its_line() {
        let text = "version = 1\nparty = \"A\"\n[log]\npath = \"log.md\"\nowner = \"A\"\n[parties.A]\naliases = [\n  \"x\", # why\n  \"y\",\n]\n\
                    [parties.\"B C\"]\n[protect]\nadapter = [\"a/**\"]\n[ack]\nrequire = { default = \"declared\", adapter = \"signed\" }\n[rules]\nAG110 = \"off\"\n";
        let policy = parse(text.as_bytes(), "ackgate.toml").unwrap().policy.unwrap();
        let all = explain(&policy, "ackgate.toml", text).unwrap();
        for (key, value, origin) in [
            ("version", Some("1"), Origin::Line(1)),
            ("log.path", Some("\"log.md\""), Origin::Line(4)),
            ("log.ref", None, Origin::Default),
            ("parties.A.aliases", Some("[\"x\", \"y\"]"), Origin::Line(7)),
            ("parties.\"B C\".aliases", Some("[]"), Origin::Default),
            ("protect.adapter", Some("[\"a/**\"]"), Origin::Line(13)),
            ("ack.require.adapter", Some("\"signed\""), Origin::Line(15)),
            ("gate.select", Some("\"latest\""), Origin::Default),
            ("rules.gate-expired", Some("\"off\""), Origin::Line(17)),
            ("rules.ack-missing", Some("\"error\""), Origin::Default),
        ] {
            let found = of(&all, key);
            assert_eq!((found.value.as_deref(), found.origin), (value, origin), "{key}");
        }
        assert!(of(&all, "log.ref").unset.unwrap().contains("origin/HEAD"));
    }

    #[test]
    fn what_a_profile_says_is_told_from_what_nobody_says() {
        let Fit::One(policy) = choose(false, true).unwrap() else { panic!("no profile") };
        let all = explain(&policy, "", "").unwrap();
        assert_eq!(of(&all, "party").origin, Origin::Profile("ccc"));
        assert_eq!(of(&all, "session.reading").origin, Origin::Profile("ccc"));
        assert_eq!(of(&all, "ack.require").origin, Origin::Default);
        assert_eq!(of(&all, "gate.select").origin, Origin::Default);
    }
}
