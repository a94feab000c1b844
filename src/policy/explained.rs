//! Each setting with the value that counts and where that comes from.

use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::draft::text as quoted;
use super::error::Place;
use super::setting::{Kind, SETTINGS, Setting, Unset};
use super::{Draft, Policy, PolicyError, Source};
use crate::rules::RULES;
use crate::rules::names::NAMES;

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
    let place = Place { file, text };
    let root = DeTable::parse(text).map_err(|error| place.toml(&error))?;
    let mut all = Vec::new();
    for setting in SETTINGS {
        let mut found = Vec::new();
        let keys: Vec<&str> = setting.key.split('.').collect();
        match setting.kind {
            Kind::Severity => rules(root.get_ref(), &mut found),
            _ => values(root.get_ref(), &keys, String::new(), &mut found),
        }
        for Found { key, value, offset, default } in found {
            let default = default.or(setting.default());
            let origin = match (offset, profile) {
                (None, _) => Origin::Default,
                (Some(_), Some(_)) if value.as_deref() == default => Origin::Default,
                (Some(_), Some(name)) => Origin::Profile(name),
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

impl Setting {
    fn default(&self) -> Option<&'static str> {
        match self.unset {
            Unset::Value(value) => Some(value),
            Unset::Never | Unset::Words(_) => None,
        }
    }
}

/// What stands in the file for a setting.
struct Found {
    key: String,
    value: Option<String>,
    /// Where in the file.
    offset: Option<usize>,
    /// What counts otherwise, where the setting does not know.
    default: Option<&'static str>,
}

/// Collects the values at a key; a `*` stands for each name that is there.
fn values(table: &DeTable<'_>, keys: &[&str], prefix: String, found: &mut Vec<Found>) {
    let Some((key, rest)) = keys.split_first() else { return };
    let path = |name: &str| if prefix.is_empty() { name.to_owned() } else { format!("{prefix}.{name}") };
    if *key == "*" {
        for (name, value) in table.iter() {
            let path = path(&super::draft::key(name.get_ref()));
            match (rest, value.get_ref()) {
                ([], _) => leaves(path, name.span().start, value, found),
                (_, DeValue::Table(inner)) => values(inner, rest, path, found),
                _ => {}
            }
        }
        return;
    }
    let there = table.iter().find(|(name, _)| name.get_ref() == *key);
    match (rest, there) {
        ([], Some((name, value))) => leaves(path(key), name.span().start, value, found),
        (_, Some((_, value))) => {
            if let DeValue::Table(inner) = value.get_ref() {
                values(inner, rest, path(key), found);
            }
        }
        // Of a name that nobody chose there is nothing to say.
        (rest, None) if rest.contains(&"*") => {}
        (rest, None) => {
            let whole = [&[*key], rest].concat().join(".");
            found.push(Found { key: path(&whole), value: None, offset: None, default: None });
        }
    }
}

/// A value; of a table, each in it.
fn leaves(key: String, offset: usize, value: &Spanned<DeValue<'_>>, found: &mut Vec<Found>) {
    let DeValue::Table(table) = value.get_ref() else {
        found.push(Found { key, value: Some(shown(value.get_ref())), offset: Some(offset), default: None });
        return;
    };
    for (name, value) in table.iter() {
        leaves(format!("{key}.{}", super::draft::key(name.get_ref())), name.span().start, value, found);
    }
}

/// The severity of each rule, by its name.
fn rules(root: &DeTable<'_>, found: &mut Vec<Found>) {
    let table = root.iter().find(|(name, _)| name.get_ref() == "rules").map(|(_, value)| value.get_ref());
    let table = match table {
        Some(DeValue::Table(table)) => Some(table),
        _ => None,
    };
    for (code, name) in NAMES {
        let said =
            table.and_then(|table| table.iter().find(|(key, _)| key.get_ref() == *name || key.get_ref() == *code));
        let default = RULES.iter().find(|rule| rule.code == *code).map(|rule| match rule.severity {
            crate::report::Severity::Error => "\"error\"",
            crate::report::Severity::Warning => "\"warning\"",
            crate::report::Severity::Note => "\"note\"",
        });
        found.push(Found {
            key: format!("rules.{name}"),
            value: said.map(|(_, value)| shown(value.get_ref())),
            offset: said.map(|(key, _)| key.span().start),
            default,
        });
    }
}

/// A value as TOML on one line.
fn shown(value: &DeValue<'_>) -> String {
    match value {
        DeValue::String(text) => quoted(text),
        DeValue::Integer(number) => number.to_string(),
        DeValue::Float(number) => number.to_string(),
        DeValue::Boolean(truth) => truth.to_string(),
        DeValue::Datetime(date) => date.to_string(),
        DeValue::Array(all) => {
            format!("[{}]", all.iter().map(|one| shown(one.get_ref())).collect::<Vec<_>>().join(", "))
        }
        DeValue::Table(table) => {
            let pair = |(key, value): (&Spanned<_>, &Spanned<DeValue<'_>>)| {
                let key: &std::borrow::Cow<'_, str> = key.get_ref();
                format!("{} = {}", super::draft::key(key), shown(value.get_ref()))
            };
            format!("{{ {} }}", table.iter().map(pair).collect::<Vec<_>>().join(", "))
        }
    }
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
