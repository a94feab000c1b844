//! What of a file loosens the baseline that it extends.

use std::collections::{BTreeMap, BTreeSet};

use toml::de::{DeTable, DeValue};

use super::super::draft::key as quoted_key;
use super::super::error::Place;
use super::super::setting::{ACKS, Kind, Looser, SETTINGS, Setting};
use super::super::validate::rule_code;
use super::super::values::{Found, found, shown};
use super::super::{Policy, PolicyError};
use super::Baseline;
use crate::report::escape;

/// A setting that lets pass what the baseline would not.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Deviation {
    /// Its key.
    pub setting: String,
    /// What the baseline says, or what counts where it says nothing, as TOML; `None` for nothing.
    pub baseline: Option<String>,
    /// What counts here, as TOML.
    pub here: String,
    /// The file that says so.
    pub file: String,
    /// Its line, from 1.
    pub line: usize,
    /// In one sentence, safe to print.
    pub message: String,
}

impl std::fmt::Display for Deviation {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}:{}: {}", escape(&self.file), self.line, self.message)
    }
}

/// What loosens the baseline, in the order of the settings; `policy` is what both come to.
///
/// # Errors
/// What the baseline forbids; a word of the baseline that is none.
pub(in super::super) fn deviations(
    place: &Place<'_>,
    baseline: &Baseline<'_>,
    own: &DeTable<'_>,
    policy: &Policy,
) -> Result<Vec<Deviation>, PolicyError> {
    let compared = Compared { place, baseline: &baseline.table, own };
    let mut loose = compared.strangers();
    let strangers: Vec<String> = loose.iter().map(|one| format!("{}.", one.key)).collect();
    // Who the parties are is the own file's matter where the baseline names none.
    let names_parties = parties(&baseline.table).is_some_and(|parties| !parties.is_empty());
    for setting in SETTINGS.iter().filter(|setting| names_parties || !setting.key.starts_with("parties.")) {
        let all = compared.setting(setting)?;
        loose.extend(all.into_iter().filter(|one| !strangers.iter().any(|party| one.key.starts_with(party.as_str()))));
    }
    loose.extend(compared.log(policy));
    let mut deviations = Vec::new();
    for Loose { key, baseline: says, here, offset, message } in loose {
        let at = place.error(offset, message);
        if baseline.forbids(&key) {
            let message = format!("{}, which the baseline forbids", at.message);
            return Err(PolicyError { message, ..at }.with_help(FORBIDDEN));
        }
        deviations.push(Deviation {
            setting: key,
            baseline: says,
            here,
            file: place.file().to_owned(),
            line: at.line,
            message: at.message,
        });
    }
    Ok(deviations)
}

const FORBIDDEN: &str = "take it out; or have whoever keeps the baseline name it in `[baseline] allow`, and take that \
    baseline by `verify-gate extends update`";

/// A setting that loosens.
struct Loose {
    key: String,
    baseline: Option<String>,
    here: String,
    offset: usize,
    message: String,
}

struct Compared<'a, 'i> {
    place: &'a Place<'a>,
    baseline: &'a DeTable<'i>,
    own: &'a DeTable<'i>,
}

/// A value with its place.
type Said<'t, 'i> = (&'t DeValue<'i>, usize);

impl<'i> Compared<'_, 'i> {
    /// Parties that a baseline which names parties does not name: their ACKs open gates.
    fn strangers(&self) -> Vec<Loose> {
        let Some(known) = parties(self.baseline).filter(|known| !known.is_empty()) else { return Vec::new() };
        let Some(own) = parties(self.own) else { return Vec::new() };
        let strangers = own.iter().filter(|(name, _)| !known.contains_key(&**name.get_ref()));
        let all = strangers.map(|(name, value)| Loose {
            key: format!("parties.{}", quoted_key(name.get_ref())),
            baseline: None,
            here: shown(value.get_ref()),
            offset: name.span().start,
            message: format!("the baseline names parties, and `{}` is none of them", name.get_ref()),
        });
        all.collect()
    }

    /// A log among what the baseline protects: as the log it is open to all who write entries.
    fn log(&self, policy: &Policy) -> Option<Loose> {
        let path = found(self.own, SETTINGS.iter().find(|setting| setting.key == "log.path")?).pop()?;
        let is_said = table(self.baseline, "log").is_some_and(|log| log.contains_key("path"));
        let class = policy.protect.class_below_log()?.to_owned();
        let message = format!("`log.path` is `{}`, which the baseline protects as {class}", policy.log.path);
        let (value, offset) = path.value.zip(path.offset).filter(|_| !is_said)?;
        Some(Loose { key: path.key, baseline: None, here: shown(value), offset, message })
    }

    /// What loosens of one setting.
    fn setting(&self, setting: &Setting) -> Result<Vec<Loose>, PolicyError> {
        let theirs: BTreeMap<String, Said<'_, 'i>> = said(self.baseline, setting).collect();
        let mut loose = Vec::new();
        for Found { key, value, offset, default } in found(self.own, setting) {
            let (Some(value), Some(offset)) = (value, offset) else { continue };
            let key = level_key(key, setting);
            let mut baseline = theirs.get(&key).copied();
            if matches!(setting.kind, Kind::Require | Kind::Acks) && !key.starts_with("ack.require.parties.") {
                baseline = baseline.or_else(|| theirs.get(&format!("{}.default", setting.key)).copied());
            }
            let default = if key.starts_with("ack.require.parties.") { None } else { default };
            let text = baseline.map(|(value, _)| shown(value)).or_else(|| default.map(str::to_owned));
            if let Some(how) = self.looser(setting, &key, (value, offset), baseline, text.as_deref())? {
                let message = format!("`{key}` {how}");
                loose.push(Loose { key, baseline: text, here: shown(value), offset, message });
            }
        }
        Ok(loose)
    }

    /// How a value is looser than the baseline's, in words; `None` if it is not. `text` is the baseline's as TOML, or what
    /// counts where that says nothing.
    fn looser(
        &self,
        setting: &Setting,
        key: &str,
        ours: Said<'_, 'i>,
        theirs: Option<Said<'_, 'i>>,
        text: Option<&str>,
    ) -> Result<Option<String>, PolicyError> {
        let here = shown(ours.0);
        let differs = |text: &str| (here != text).then(|| format!("is {here} here and {text} in the baseline"));
        Ok(match (setting.looser, text) {
            (Looser::Nothing, _) => None,
            (Looser::Before(words), text) => {
                let rank = |text: &str, offset: usize| {
                    let rank = words.iter().position(|word| text == format!("\"{word}\""));
                    rank.ok_or_else(|| self.place.error(offset, format!("`{key}` cannot be {text}")))
                };
                let Some(text) = text else { return Ok(None) };
                let theirs = rank(text, theirs.map_or(ours.1, |(_, offset)| offset))?;
                (rank(&here, ours.1)? < theirs).then(|| differs(text)).flatten()
            }
            (Looser::Otherwise, None) => None,
            (Looser::Otherwise | Looser::Any, Some(text)) => differs(text),
            (Looser::Any, None) => Some(format!("is {here} here and not set in the baseline")),
            (Looser::FewerAcks, Some(text)) => {
                let words = |value: &DeValue<'_>, offset: usize| match value {
                    DeValue::String(word) if !ACKS.contains(&word.as_ref()) => {
                        Err(self.place.error(offset, format!("`{key}` cannot be {}", shown(value))))
                    }
                    DeValue::String(word) => Ok(Some(word.to_string())),
                    _ => Ok(None),
                };
                let (here, there) = (words(ours.0, ours.1)?, theirs.map(|(value, at)| words(value, at)).transpose()?);
                let is_looser = match (here.as_deref(), there.as_ref().map_or(Some("any-other"), Option::as_deref)) {
                    (_, Some("any-other")) | (Some("all-others"), _) => false,
                    (None, None) => !items(setting, theirs, None).is_subset(&items(setting, Some(ours), None)),
                    _ => true,
                };
                is_looser.then(|| differs(text)).flatten()
            }
            (Looser::FewerAcks, None) => None,
            (Looser::More, text) => {
                let known = items(setting, theirs, text);
                let more = items(setting, Some(ours), None).difference(&known).cloned().collect::<Vec<_>>();
                (!more.is_empty()).then(|| format!("has here what it has not in the baseline: {}", more.join(", ")))
            }
            (Looser::Fewer, text) => {
                let known = items(setting, theirs, text);
                let fewer = known.difference(&items(setting, Some(ours), None)).cloned().collect::<Vec<_>>();
                (!fewer.is_empty()).then(|| format!("has not here what it has in the baseline: {}", fewer.join(", ")))
            }
        })
    }
}

fn table<'t, 'i>(root: &'t DeTable<'i>, key: &str) -> Option<&'t DeTable<'i>> {
    root.get(key)?.get_ref().as_table()
}

fn parties<'t, 'i>(root: &'t DeTable<'i>) -> Option<&'t DeTable<'i>> {
    table(root, "parties")
}

/// What a file says of a setting, by key.
fn said<'t, 'i>(root: &'t DeTable<'i>, setting: &'t Setting) -> impl Iterator<Item = (String, Said<'t, 'i>)> {
    found(root, setting).into_iter().filter_map(|one| Some((level_key(one.key, setting), one.value.zip(one.offset)?)))
}

/// The key of a level: one by itself is the default of a table.
fn level_key(key: String, setting: &Setting) -> String {
    match setting.kind {
        Kind::Require | Kind::Acks if key == setting.key => format!("{key}.default"),
        _ => key,
    }
}

/// What is in a list, each as TOML; a value that is none is the only one in it.
fn items(setting: &Setting, said: Option<Said<'_, '_>>, text: Option<&str>) -> BTreeSet<String> {
    let one = |value: &DeValue<'_>| match (setting.kind, value) {
        (Kind::Rules, DeValue::String(name)) => rule_code(name).map_or_else(|| shown(value), str::to_owned),
        _ => shown(value),
    };
    let all = |value: &DeValue<'_>| match value {
        DeValue::Array(all) => all.iter().map(|item| one(item.get_ref())).collect(),
        value => BTreeSet::from([one(value)]),
    };
    match (said, text) {
        (Some((value, _)), _) => all(value),
        (None, Some(text)) => DeValue::parse(text).map(|value| all(value.get_ref())).unwrap_or_default(),
        (None, None) => BTreeSet::new(),
    }
}
