//! What stands in a file for a setting: each value with its key and its place.

use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::draft::{key as quoted_key, text as quoted};
use super::setting::{Kind, Setting};
use crate::report::Severity;
use crate::rules::RULES;
use crate::rules::names::NAMES;

/// What stands there for a setting, or would.
pub(super) struct Found<'t, 'i> {
    /// From the root of the file, as TOML has it.
    pub(super) key: String,
    /// `None` where nothing does.
    pub(super) value: Option<&'t DeValue<'i>>,
    /// Where.
    pub(super) offset: Option<usize>,
    /// What counts otherwise, as TOML.
    pub(super) default: Option<&'static str>,
}

/// Collects what stands for a setting; a `*` in its key is each name that is there, of rules each that there is.
pub(super) fn found<'t, 'i>(root: &'t DeTable<'i>, setting: &Setting) -> Vec<Found<'t, 'i>> {
    let mut found = Vec::new();
    let keys: Vec<&str> = setting.key.split('.').collect();
    match setting.kind {
        Kind::Severity => rules(root, &mut found),
        _ => values(root, &keys, String::new(), &mut found),
    }
    for one in &mut found {
        one.default = one.default.or(setting.default());
    }
    found
}

/// A value as TOML on one line.
pub(super) fn shown(value: &DeValue<'_>) -> String {
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
                format!("{} = {}", quoted_key(key), shown(value.get_ref()))
            };
            format!("{{ {} }}", table.iter().map(pair).collect::<Vec<_>>().join(", "))
        }
    }
}

/// Collects the values at a key; a `*` stands for each name that is there.
fn values<'t, 'i>(table: &'t DeTable<'i>, keys: &[&str], prefix: String, found: &mut Vec<Found<'t, 'i>>) {
    let Some((key, rest)) = keys.split_first() else { return };
    let path = |name: &str| if prefix.is_empty() { name.to_owned() } else { format!("{prefix}.{name}") };
    if *key == "*" {
        for (name, value) in table.iter() {
            let path = path(&quoted_key(name.get_ref()));
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
fn leaves<'t, 'i>(key: String, offset: usize, value: &'t Spanned<DeValue<'i>>, found: &mut Vec<Found<'t, 'i>>) {
    let DeValue::Table(table) = value.get_ref() else {
        found.push(Found { key, value: Some(value.get_ref()), offset: Some(offset), default: None });
        return;
    };
    for (name, value) in table.iter() {
        leaves(format!("{key}.{}", quoted_key(name.get_ref())), name.span().start, value, found);
    }
}

/// The severity of each rule, by its name.
fn rules<'t, 'i>(root: &'t DeTable<'i>, found: &mut Vec<Found<'t, 'i>>) {
    let table = root.iter().find(|(name, _)| name.get_ref() == "rules").map(|(_, value)| value.get_ref());
    let table = match table {
        Some(DeValue::Table(table)) => Some(table),
        _ => None,
    };
    for (code, name) in NAMES {
        let said =
            table.and_then(|table| table.iter().find(|(key, _)| key.get_ref() == *name || key.get_ref() == *code));
        let default = RULES.iter().find(|rule| rule.code == *code).map(|rule| match rule.severity {
            Severity::Error => "\"error\"",
            Severity::Warning => "\"warning\"",
            Severity::Note => "\"note\"",
        });
        found.push(Found {
            key: format!("rules.{name}"),
            value: said.map(|(_, value)| value.get_ref()),
            offset: said.map(|(key, _)| key.span().start),
            default,
        });
    }
}
