//! From raw to validated: the one place that says what a policy file may mean.

use std::collections::BTreeMap;

use serde::Deserialize;
use toml::Spanned;
use toml::de::{DeTable, Deserializer};

use super::error::{Place, nearest};
use super::extends::{self, Baseline, Extends, Snapshot, Wanted};
use super::protect::{POLICY_FILE, same_name};
use super::raw::{RawDocument, RawLog, Table, Text};
use super::{Document, Level, Log, Party, Policy, PolicyError, Select, Setting, Source};
use super::{acks, classes, levels, parties, sections, slices, workspace};
use crate::change::RepoPath;
use crate::log::{FORMATS, Format};
use crate::rules::names::NAMES;

/// The largest policy file that is read, in bytes.
pub(super) const MAX_FILE: usize = 1 << 20;

/// Reads an `ackgate.toml` that extends nothing; `file` is what errors call it.
///
/// # Errors
/// The first thing that is wrong, with its place; that it extends a baseline.
pub fn parse(bytes: &[u8], file: &str) -> Result<Document, PolicyError> {
    parse_extending(bytes, file, |_| Ok(Snapshot::OutOfReach))
}

/// Reads an `ackgate.toml` and the snapshot of a baseline that it extends, which `read` finds below the file's folder;
/// `file` is what errors call it.
///
/// # Errors
/// The first thing that is wrong with either, with its place; what the baseline forbids; what `read` fails with.
pub fn parse_extending<E: From<PolicyError>>(
    bytes: &[u8],
    file: &str,
    read: impl FnOnce(&Wanted) -> Result<Snapshot, E>,
) -> Result<Document, E> {
    let own = Place::of(file, text(bytes, file)?);
    let own_table = table(&own, own.text(), 0)?;
    let Some(wanted) = extends::wanted(&own, own_table.get_ref())? else {
        return Ok(document(&own, raw(&own, own_table)?, None)?);
    };
    let snapshot = read(&wanted)?;
    let text = wanted.text(&own, snapshot)?;
    let place = own.over(&wanted.name, &text);
    let padded = padded(&own, &text);
    let baseline = Baseline::read(&place, &padded)?;
    let span = own_table.span();
    let own_table = own_table.into_inner();
    let both = Spanned::new(span, extends::merged(baseline.table.clone(), own_table.clone()));
    let mut document = document(&place, raw(&place, both)?, Some(&wanted))?;
    if let Some(policy) = &mut document.policy {
        let deviations = extends::deviations(&place, &baseline, &own_table, policy)?;
        let Wanted { file, name, sha256, revision, .. } = wanted.clone();
        policy.extends = Some(Extends { file, name, text: text.clone(), sha256, revision, deviations });
    }
    Ok(document)
}

/// Reads only `[licence] verifier`, from a file that somebody named on the command line and that may hold nothing else.
///
/// # Errors
/// Where the file is not TOML of the right shape, or the verifier names no program.
pub fn parse_verifier(bytes: &[u8], file: &str) -> Result<Option<Vec<String>>, PolicyError> {
    let place = Place::of(file, text(bytes, file)?);
    let raw = raw(&place, table(&place, place.text(), 0)?)?;
    verifier(&place, &raw)
}

/// The table that a text is; `start` is where the file begins in it.
pub(super) fn table<'i>(place: &Place<'_>, text: &'i str, start: usize) -> Result<Spanned<DeTable<'i>>, PolicyError> {
    let table = DeTable::parse(text).map_err(|error| place.toml(&error))?;
    version(place, table.get_ref(), start)?;
    Ok(table)
}

/// A baseline's text behind as much room as the file that extends it takes: so an offset tells of which it is.
pub(super) fn padded(own: &Place<'_>, baseline: &str) -> String {
    format!("{:width$}{baseline}", "", width = own.end())
}

/// A rule's code, by code or name.
pub(super) fn rule_code(key: &str) -> Option<&'static str> {
    NAMES.iter().find(|(code, name)| *code == key || *name == key).map(|(code, _)| *code)
}

/// A level, by its word.
pub(super) fn level(place: &Place<'_>, offset: usize, word: &str) -> Result<Level, PolicyError> {
    let levels = [("declared", Level::Declared), ("authored", Level::Authored), ("signed", Level::Signed)];
    choice(place, offset, "level", word, &levels)
}

/// Whether a text is a path below a folder, to the letter.
pub fn is_relative(text: &str) -> bool {
    relative_path(text).is_ok()
}

/// Whether a text is a path below a folder; the error says why not.
pub(super) fn relative_path(text: &str) -> Result<(), &'static str> {
    if text.trim().is_empty() {
        return Err("is empty");
    }
    if text.starts_with('/') {
        return Err("is absolute");
    }
    if text.contains(char::is_control) {
        return Err("has a control character");
    }
    if text.contains('\\') {
        return Err("has a backslash; folders are separated by `/`");
    }
    if text.contains(['*', '?', '[', ']', '{', '}']) {
        return Err("is a glob; name one path");
    }
    if text.split('/').any(|name| name == "..") {
        return Err("has `..` as a component");
    }
    if text.split('/').any(|name| name.is_empty() || name == ".") {
        return Err("has an empty component or `.`; write it without");
    }
    Ok(())
}

pub(super) fn text<'a>(bytes: &'a [u8], file: &str) -> Result<&'a str, PolicyError> {
    let text = match std::str::from_utf8(bytes) {
        Ok(text) => text,
        Err(error) => {
            let valid = bytes.get(..error.valid_up_to()).unwrap_or_default();
            let text = std::str::from_utf8(valid).unwrap_or_default();
            return Err(Place::of(file, text).error(text.len(), "is not UTF-8"));
        }
    };
    if text.len() > MAX_FILE {
        return Err(Place::of(file, text).error(0, format!("is larger than {MAX_FILE} bytes")));
    }
    Ok(text)
}

fn raw(place: &Place<'_>, table: Spanned<DeTable<'_>>) -> Result<RawDocument, PolicyError> {
    RawDocument::deserialize(Deserializer::from(table)).map_err(|error| place.toml(&error))
}

/// Asked first: a later version may have keys that this one does not know.
fn version(place: &Place<'_>, table: &DeTable<'_>, start: usize) -> Result<(), PolicyError> {
    let Some(version) = table.get("version") else {
        return Err(place.error(start, "`version` is missing").with_help("write `version = 1` at the top"));
    };
    let number = version.get_ref().as_integer().map(|number| i64::from_str_radix(number.as_str(), number.radix()));
    if number != Some(Ok(1)) {
        let error = place.error(version.span().start, "`version` is not 1");
        return Err(error.with_help("this ackgate reads version 1 only"));
    }
    Ok(())
}

fn document(place: &Place<'_>, raw: RawDocument, wanted: Option<&Wanted>) -> Result<Document, PolicyError> {
    if let Some(baseline) = &raw.baseline {
        let error =
            place.error(baseline.span().start, "`[baseline]` makes this a baseline, and no policy of a repository");
        return Err(error.with_help("take it out, or name the file in `[extends]` of a policy"));
    }
    let members = match &raw.workspace {
        Some(raw) => workspace::members(place, raw)?,
        None => Vec::new(),
    };
    if let Some(Wanted { file, at, .. }) = wanted
        && members.iter().any(|member| workspace::below(file, member).is_some())
    {
        let error = place.error(at.0, "`extends.file` lies in the folder of a member, whose policy governs it");
        return Err(error.with_help("keep it outside of all members"));
    }
    let is_bare = raw.workspace.is_some() && wanted.is_none() && has_no_policy(&raw);
    let policy = if is_bare { None } else { Some(policy(place, raw, wanted)?) };
    Ok(Document { policy, members })
}

/// Whether nothing stands beside `version` and `[workspace]`.
fn has_no_policy(raw: &RawDocument) -> bool {
    let RawDocument {
        _version, _extends, baseline: _, party, log, parties, protect, ack, gate, contract, session, ..
    } = raw;
    let RawDocument { bdd, docs, overrides, licence, rules, workspace: _, .. } = raw;
    let first = party.is_none() && log.is_none() && parties.is_none() && protect.is_none() && ack.is_none();
    let second = gate.is_none() && contract.is_none() && session.is_none() && overrides.is_none();
    let third = bdd.is_none() && docs.is_none();
    first && second && third && licence.is_none() && rules.is_none()
}

fn policy(place: &Place<'_>, raw: RawDocument, wanted: Option<&Wanted>) -> Result<Policy, PolicyError> {
    let verifier = verifier(place, &raw)?;
    let missing = |what: &str| place.error(0, format!("{what} is missing"));
    let raw_party = raw.party.ok_or_else(|| missing("`party`"))?;
    let raw_log = raw.log.ok_or_else(|| missing("`[log]`"))?;
    let raw_parties = raw.parties.ok_or_else(|| missing("`[parties]`"))?;
    let parties_at = raw_parties.span().start;
    let files = classes::policy_files(place, raw_parties.get_ref(), wanted);
    let parties = parties::parties(place, raw_parties.into_inner())?;
    let party = known_party(place, "party", &raw_party, &parties)?;
    if parties.len() < 2 {
        let error = place.error(parties_at, "`[parties]` names fewer than two parties");
        return Err(error.with_help("an ACK is the other party's; name it"));
    }
    let log = log(place, raw_log, &party, &parties)?;
    let owned = (log.owner == party).then(|| log.path.clone());
    let raw_protect = raw.protect.unwrap_or_default();
    let ack = levels::ack(place, raw.ack.unwrap_or_default(), &raw_protect, &parties)?;
    let raw_gate = raw.gate.unwrap_or_default();
    let acks = acks::acks(place, raw_gate.acks, &raw_protect, &parties)?;
    let select = match raw_gate.select {
        None => Select::default(),
        Some(word) => {
            let choices = [("latest", Select::Latest), ("latest-covering", Select::LatestCovering)];
            choice(place, word.span().start, "choice for `gate.select`", word.get_ref(), &choices)?
        }
    };
    let override_keys = parties::keys(place, &raw.overrides.unwrap_or_default().keys)?;
    Ok(Policy {
        source: Source::File { path: place.file().to_owned() },
        extends: None,
        party,
        log,
        protect: classes::protect(place, raw_protect, files, owned)?,
        ack,
        select,
        acks,
        severities: severities(place, raw.rules.unwrap_or_default(), !override_keys.is_empty())?,
        contract: sections::contract(place, raw.contract.unwrap_or_default())?,
        session: sections::session(place, raw.session.unwrap_or_default())?,
        bdd: raw.bdd.map(|raw| slices::bdd(place, raw)).transpose()?,
        docs: slices::docs(place, raw.docs.unwrap_or_default())?,
        override_keys,
        verifier,
        parties,
    })
}

fn verifier(place: &Place<'_>, raw: &RawDocument) -> Result<Option<Vec<String>>, PolicyError> {
    let Some(command) = raw.licence.as_ref().and_then(|licence| licence.verifier.as_ref()) else { return Ok(None) };
    let empty = command.get_ref().first().is_none_or(|program| program.trim().is_empty());
    if empty || command.get_ref().iter().any(|word| word.contains('\0')) {
        return Err(place.error(command.span().start, "`licence.verifier` names no program"));
    }
    Ok(Some(command.get_ref().clone()))
}

pub(super) fn known_party(
    place: &Place<'_>,
    key: &str,
    name: &Text,
    parties: &BTreeMap<String, Party>,
) -> Result<String, PolicyError> {
    if parties.contains_key(name.get_ref()) {
        return Ok(name.get_ref().clone());
    }
    let error = place.error(name.span().start, format!("`{key}` is `{name}`, which `[parties]` does not name"));
    let help = nearest(name.get_ref(), parties.keys().map(String::as_str));
    let known = || format!("known parties: {}", parties.keys().cloned().collect::<Vec<_>>().join(", "));
    Err(error.with_help(help.unwrap_or_else(known)))
}

fn log(
    place: &Place<'_>,
    raw: toml::Spanned<RawLog>,
    party: &str,
    parties: &BTreeMap<String, Party>,
) -> Result<Log, PolicyError> {
    let at = raw.span().start;
    let RawLog { path, owner, repo, url, reference, format } = raw.into_inner();
    let path = path.ok_or_else(|| place.error(at, "`log.path` is missing"))?;
    let owner = owner.ok_or_else(|| place.error(at, "`log.owner` is missing"))?;
    relative_path(path.get_ref())
        .map_err(|why| place.error(path.span().start, format!("`log.path` `{path}` {why}")))?;
    if same_name(path.get_ref().as_bytes(), POLICY_FILE.as_bytes()) {
        return Err(place.error(path.span().start, "`log.path` is the policy file"));
    }
    let owner = known_party(place, "log.owner", &owner, parties)?;
    for (key, value) in [("repo", &repo), ("url", &url), ("ref", &reference)] {
        let Some(value) = value else { continue };
        let text = value.get_ref();
        // A leading dash would be an option where git is called.
        let odd = text.trim().is_empty() || text.starts_with('-') || text.contains(char::is_control);
        if odd || (key == "ref" && (text.contains(char::is_whitespace) || text.contains(".."))) {
            return Err(place.error(value.span().start, format!("`log.{key}` cannot be `{text}`")));
        }
        if key != "ref" && owner == party {
            let message = format!("`log.{key}` is set, but this is the repository of the log's owner");
            return Err(place.error(value.span().start, message).with_help("remove it, or correct `log.owner`"));
        }
    }
    if let (Some(_), Some(url)) = (&repo, &url) {
        return Err(place.error(url.span().start, "`log.repo` and `log.url` are both set").with_help("choose one"));
    }
    let format = match format {
        None => Format::default(),
        Some(word) => {
            let choices: Vec<(&str, Format)> = FORMATS.iter().map(|format| (format.name, *format)).collect();
            choice(place, word.span().start, "`log.format`", word.get_ref(), &choices)?
        }
    };
    let text = |value: Option<Text>| value.map(toml::Spanned::into_inner);
    let path = RepoPath::new(path.into_inner());
    Ok(Log { path, owner, repo: text(repo), url: text(url), reference: text(reference), format })
}

fn severities(
    place: &Place<'_>,
    raw: Table<Text>,
    has_override: bool,
) -> Result<BTreeMap<&'static str, Setting>, PolicyError> {
    let settings = [("error", Setting::Error), ("warning", Setting::Warning), ("off", Setting::Off)];
    let mut all = BTreeMap::new();
    // In the order of the file, so that the second of two is the one that is too many.
    let mut raw: Vec<_> = raw.into_iter().collect();
    raw.sort_by_key(|(key, _)| key.span().start);
    for (key, value) in raw {
        let offset = key.span().start;
        let Some(code) = rule_code(key.get_ref()) else {
            let error = place.error(offset, format!("unknown rule `{key}`"));
            let names = NAMES.iter().flat_map(|(code, name)| [*code, *name]);
            let help = nearest(key.get_ref(), names).unwrap_or_else(|| "`verify-gate rules` lists them".to_owned());
            return Err(error.with_help(help));
        };
        let setting = choice(place, value.span().start, "severity", value.get_ref(), &settings)?;
        if code == "AG115" && setting == Setting::Off {
            return Err(place.error(value.span().start, "`override-used` cannot be silenced"));
        }
        if code == "AG115" && setting == Setting::Error && has_override {
            let error = place.error(value.span().start, "`override-used` blocks what `[override] keys` lets pass");
            return Err(error.with_help("leave it a warning, or take the keys out"));
        }
        if all.insert(code, setting).is_some() {
            return Err(place.error(offset, format!("rule `{key}` is set twice, by its code and by its name")));
        }
    }
    Ok(all)
}

pub(super) fn choice<T: Clone>(
    place: &Place<'_>,
    offset: usize,
    what: &str,
    word: &str,
    choices: &[(&str, T)],
) -> Result<T, PolicyError> {
    if let Some((_, value)) = choices.iter().find(|(name, _)| *name == word) {
        return Ok(value.clone());
    }
    let names: Vec<_> = choices.iter().map(|(name, _)| *name).collect();
    Err(place.error(offset, format!("unknown {what} `{word}`")).with_help(format!("one of: {}", names.join(", "))))
}

#[cfg(test)]
#[path = "validate_tests.rs"]
pub(super) mod tests;
