//! The baseline: a part of a policy, and what of it may be loosened.

use serde::Deserialize;
use toml::Spanned;
use toml::de::{DeTable, Deserializer};

use super::super::PolicyError;
use super::super::draft::key as quoted_key;
use super::super::error::{Place, nearest};
use super::super::raw::{RawDocument, Text};
use super::super::setting::{Kind, SETTINGS};
use super::super::validate::{rule_code, table};
use crate::rules::names::NAMES;

/// A baseline, read as far as it can be by itself.
#[derive(Debug, Clone)]
pub(in super::super) struct Baseline<'i> {
    /// What it says, without `[baseline]`.
    pub(in super::super) table: DeTable<'i>,
    forbid: Vec<String>,
    allow: Vec<String>,
}

impl<'i> Baseline<'i> {
    /// Reads one. `text` has as many bytes before it as the text of the file that extends it, and one more: so an offset
    /// tells of which of the two it is.
    pub(in super::super) fn read(place: &Place<'_>, text: &'i str) -> Result<Baseline<'i>, PolicyError> {
        let start = place.end();
        let whole = table(place, text, start)?;
        for (key, why) in REFUSED {
            if let Some((key, _)) = whole.get_ref().get_key_value(*key) {
                let error = place.error(key.span().start, format!("`{}` cannot be in a baseline", key.get_ref()));
                return Err(error.with_help(*why));
            }
        }
        let RawDocument { baseline: raw, .. } =
            RawDocument::deserialize(Deserializer::from(whole.clone())).map_err(|error| place.toml(&error))?;
        let Some(raw) = raw.map(Spanned::into_inner) else {
            let error = place.error(start, "has no `[baseline]`, so it is none");
            return Err(
                error.with_help("a file that others may extend says so: write `[baseline]`, with nothing in it")
            );
        };
        let mut table = whole.into_inner();
        table.remove("baseline");
        let read = |name: &str, all: &[Text]| -> Result<Vec<String>, PolicyError> {
            all.iter().map(|text| setting(place, name, text)).collect()
        };
        let (forbid, allow) = (read("forbid", &raw.forbid)?, read("allow", &raw.allow)?);
        if let Some((twice, _)) = raw.allow.iter().zip(&allow).find(|(_, one)| forbid.contains(one)) {
            let message = format!("`{twice}` is in `baseline.forbid` and in `baseline.allow`");
            return Err(place.error(twice.span().start, message));
        }
        Ok(Baseline { table, forbid, allow })
    }

    /// Whether a setting must not be loosened. Of several that name it, the narrowest counts.
    pub(super) fn forbids(&self, key: &str) -> bool {
        let narrowest = |all: &[String]| all.iter().filter(|one| holds(one, key)).map(String::len).max();
        narrowest(&self.forbid) > narrowest(&self.allow)
    }
}

const REFUSED: &[(&str, &str)] = &[
    ("extends", "a baseline extends no other: put what that one says into this one"),
    ("workspace", "the folders of a workspace are each repository's own"),
    ("licence", "which program is run is not for another repository to say"),
];

/// Whether a setting is the one that is named, or in the table that is; all are in the root, which is named by nothing.
fn holds(named: &str, key: &str) -> bool {
    named.is_empty() || key.strip_prefix(named).is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
}

/// A setting or a table of them, as keys of settings are said; empty for `*`.
fn setting(place: &Place<'_>, list: &str, text: &Text) -> Result<String, PolicyError> {
    if text.get_ref() == "*" {
        return Ok(String::new());
    }
    let unknown = || {
        let error = place.error(text.span().start, format!("`{text}` in `baseline.{list}` is no setting"));
        let known = SETTINGS.iter().map(|setting| setting.key);
        let help = nearest(text.get_ref(), known);
        error.with_help(help.unwrap_or_else(|| "such as `rules.gate-expired`, `ack.require` or `*`".to_owned()))
    };
    let mut names = names(text.get_ref()).ok_or_else(unknown)?;
    if let [table, rule] = names.as_mut_slice()
        && table == "rules"
    {
        let code = rule_code(rule).ok_or_else(unknown)?;
        *rule =
            NAMES.iter().find(|(known, _)| *known == code).map(|(_, name)| (*name).to_owned()).ok_or_else(unknown)?;
    }
    let fits = |key: &str, kind: Kind| {
        let keys: Vec<&str> = key.split('.').collect();
        let meets = keys.iter().zip(&names).all(|(key, name)| *key == "*" || key == name);
        meets && (names.len() <= keys.len() || matches!(kind, Kind::Require | Kind::Acks))
    };
    let is_own = |key: &str| key == "version" || REFUSED.iter().any(|(table, _)| key.starts_with(table));
    match SETTINGS.iter().any(|setting| !is_own(setting.key) && fits(setting.key, setting.kind)) {
        true => Ok(names.iter().map(|name| quoted_key(name)).collect::<Vec<_>>().join(".")),
        false => Err(unknown()),
    }
}

/// The names of a dotted key of TOML.
fn names(text: &str) -> Option<Vec<String>> {
    if text.contains(['\n', '\r', '=', '#']) {
        return None;
    }
    let text = format!("{text} = 0");
    let mut table = DeTable::parse(&text).ok()?.into_inner();
    let mut names = Vec::new();
    loop {
        let (name, value) = table.into_iter().next()?;
        names.push(name.into_inner().into_owned());
        match value.into_inner() {
            toml::de::DeValue::Table(inner) => table = inner,
            _ => return Some(names),
        }
    }
}
