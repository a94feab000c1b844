//! From raw to validated: the one place that says what a policy file may mean.

use std::collections::{BTreeMap, BTreeSet};

use super::error::{Place, nearest};
use super::protect::{POLICY_CLASS, POLICY_FILE, Written, same_name};
use super::raw::{RawAck, RawDocument, RawLog, RawRequire, RawVersion, Table, Text, Texts};
use super::{Ack, Document, Level, Log, Party, Policy, PolicyError, Protect, Select, Setting, Source};
use super::{parties, sections, slices, workspace};
use crate::change::RepoPath;
use crate::rules::names::NAMES;

/// The largest policy file that is read, in bytes.
const MAX_FILE: usize = 1 << 20;

/// Reads an `ackgate.toml`; `file` is what errors call it.
///
/// # Errors
/// The first thing that is wrong, with its place.
pub fn parse(bytes: &[u8], file: &str) -> Result<Document, PolicyError> {
    let (place, raw) = read(bytes, file)?;
    let members = match &raw.workspace {
        Some(raw) => workspace::members(&place, raw)?,
        None => Vec::new(),
    };
    let policy = if raw.workspace.is_some() && has_no_policy(&raw) { None } else { Some(policy(&place, raw)?) };
    Ok(Document { policy, members })
}

/// Reads only `[licence] verifier`, from a file that somebody named on the command line and that may hold nothing else.
///
/// # Errors
/// Where the file is not TOML of the right shape, or the verifier names no program.
pub fn parse_verifier(bytes: &[u8], file: &str) -> Result<Option<Vec<String>>, PolicyError> {
    let (place, raw) = read(bytes, file)?;
    verifier(&place, &raw)
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

fn read<'a>(bytes: &'a [u8], file: &'a str) -> Result<(Place<'a>, RawDocument), PolicyError> {
    let text = match std::str::from_utf8(bytes) {
        Ok(text) => text,
        Err(error) => {
            let valid = bytes.get(..error.valid_up_to()).unwrap_or_default();
            let text = std::str::from_utf8(valid).unwrap_or_default();
            return Err(Place { file, text }.error(text.len(), "is not UTF-8"));
        }
    };
    let place = Place { file, text };
    if text.len() > MAX_FILE {
        return Err(place.error(0, format!("is larger than {MAX_FILE} bytes")));
    }
    version(&place)?;
    let raw = toml::from_str(text).map_err(|error| place.toml(&error))?;
    Ok((place, raw))
}

fn version(place: &Place<'_>) -> Result<(), PolicyError> {
    let raw: RawVersion = toml::from_str(place.text).map_err(|error| place.toml(&error))?;
    let Some(version) = raw.version else {
        return Err(place.error(0, "`version` is missing").with_help("write `version = 1` at the top"));
    };
    if version.get_ref().as_integer() != Some(1) {
        let error = place.error(version.span().start, "`version` is not 1");
        return Err(error.with_help("this ackgate reads version 1 only"));
    }
    Ok(())
}

/// Whether nothing stands beside `version` and `[workspace]`.
fn has_no_policy(raw: &RawDocument) -> bool {
    let RawDocument { _version, party, log, parties, protect, ack, gate, contract, session, .. } = raw;
    let RawDocument { bdd, docs, overrides, licence, rules, workspace: _, .. } = raw;
    let first = party.is_none() && log.is_none() && parties.is_none() && protect.is_none() && ack.is_none();
    let second = gate.is_none() && contract.is_none() && session.is_none() && overrides.is_none();
    let third = bdd.is_none() && docs.is_none();
    first && second && third && licence.is_none() && rules.is_none()
}

fn policy(place: &Place<'_>, raw: RawDocument) -> Result<Policy, PolicyError> {
    let verifier = verifier(place, &raw)?;
    let missing = |what: &str| place.error(0, format!("{what} is missing"));
    let raw_party = raw.party.ok_or_else(|| missing("`party`"))?;
    let raw_log = raw.log.ok_or_else(|| missing("`[log]`"))?;
    let raw_parties = raw.parties.ok_or_else(|| missing("`[parties]`"))?;
    let parties_at = raw_parties.span().start;
    let parties = parties::parties(place, raw_parties.into_inner())?;
    let party = known_party(place, "party", &raw_party, &parties)?;
    if parties.len() < 2 {
        let error = place.error(parties_at, "`[parties]` names fewer than two parties");
        return Err(error.with_help("an ACK is the other party's; name it"));
    }
    let log = log(place, raw_log, &party, &parties)?;
    let owned = (log.owner == party).then(|| log.path.clone());
    let raw_protect = raw.protect.unwrap_or_default();
    let ack = ack(place, raw.ack.unwrap_or_default(), &raw_protect, &parties)?;
    let select = match raw.gate.unwrap_or_default().select {
        None => Select::default(),
        Some(word) => {
            let choices = [("latest", Select::Latest), ("latest-covering", Select::LatestCovering)];
            choice(place, word.span().start, "choice for `gate.select`", word.get_ref(), &choices)?
        }
    };
    let override_keys = parties::keys(place, &raw.overrides.unwrap_or_default().keys)?;
    Ok(Policy {
        source: Source::File { path: place.file.to_owned() },
        party,
        log,
        protect: protect(place, raw_protect, &parties, owned)?,
        ack,
        select,
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

fn known_party(
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
    let RawLog { path, owner, repo, url, reference } = raw.into_inner();
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
    let text = |value: Option<Text>| value.map(toml::Spanned::into_inner);
    let path = RepoPath::new(path.into_inner());
    Ok(Log { path, owner, repo: text(repo), url: text(url), reference: text(reference) })
}

fn protect(
    place: &Place<'_>,
    raw: Table<Texts>,
    parties: &BTreeMap<String, Party>,
    log: Option<RepoPath>,
) -> Result<Protect, PolicyError> {
    let mut classes = Vec::new();
    // Files of keys are policy: who may write them may write any signature.
    let files = parties.values().flat_map(|party| party.allowed_signers.iter().chain(&party.bundle));
    let mut own: BTreeSet<&str> = files.filter_map(RepoPath::to_str).collect();
    own.insert(POLICY_FILE);
    let mut own: Texts = own.into_iter().map(|name| toml::Spanned::new(0..0, name.to_owned())).collect();
    for (name, texts) in raw {
        if !is_class(name.get_ref()) {
            let error = place.error(name.span().start, format!("`{name}` cannot be the name of a class"));
            return Err(
                error.with_help("small letters, digits and `-`, beginning with a letter; not `default` or `parties`")
            );
        }
        if name.get_ref() == POLICY_CLASS {
            own.extend(texts);
            continue;
        }
        classes.push(class(place, name.get_ref(), &texts)?);
    }
    classes.push(class(place, POLICY_CLASS, &own)?);
    Protect::new(classes, log).map_err(|error| place.error(0, format!("`[protect]`: {error}")))
}

fn class(place: &Place<'_>, name: &str, texts: &Texts) -> Result<Written, PolicyError> {
    let globs = sections::globs(place, &format!("protect.{name}"), texts)?;
    let written = texts.iter().map(|text| text.get_ref().clone()).collect();
    Ok(Written { name: name.to_owned(), written, globs })
}

fn is_class(name: &str) -> bool {
    name.starts_with(|c: char| c.is_ascii_lowercase())
        && name.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-')
        && !matches!(name, "default" | "parties")
}

fn ack(
    place: &Place<'_>,
    raw: RawAck,
    protect: &Table<Texts>,
    parties: &BTreeMap<String, Party>,
) -> Result<Ack, PolicyError> {
    let mut ack = Ack { committers: parties::emails(place, &raw.committers)?, ..Ack::default() };
    ack.parties = parties.values().filter_map(|party| Some((party.name.clone(), party.require?))).collect();
    let Some(require) = raw.require else { return Ok(ack) };
    let at = require.span().start;
    let table = match require.into_inner() {
        RawRequire::Level(word) => {
            ack.default = level(place, at, &word)?;
            return Ok(ack);
        }
        RawRequire::Table(table) => table,
    };
    for (key, value) in table {
        let offset = value.span().start;
        match (key.get_ref().as_str(), value.into_inner()) {
            ("parties", RawRequire::Table(table)) => require_of_parties(place, table, parties, &mut ack)?,
            ("parties", RawRequire::Level(_)) => return Err(place.error(offset, "`parties` is a table of levels")),
            (_, RawRequire::Table(_)) => return Err(place.error(offset, format!("`{key}` asks for one level"))),
            ("default", RawRequire::Level(word)) => ack.default = level(place, offset, &word)?,
            (name, RawRequire::Level(word)) => {
                let mut known = ["adapter", "schema", "licence", POLICY_CLASS].into_iter();
                if !known.any(|class| class == name) && !protect.keys().any(|class| class.get_ref() == name) {
                    let error = place.error(key.span().start, format!("`ack.require` names an unknown class `{name}`"));
                    let classes = ["adapter", "schema", "licence", POLICY_CLASS, "default", "parties"];
                    return Err(PolicyError { help: nearest(name, classes), ..error });
                }
                ack.classes.insert(name.to_owned(), level(place, offset, &word)?);
            }
        }
    }
    Ok(ack)
}

fn require_of_parties(
    place: &Place<'_>,
    table: Table<toml::Spanned<RawRequire>>,
    parties: &BTreeMap<String, Party>,
    ack: &mut Ack,
) -> Result<(), PolicyError> {
    for (key, value) in table {
        let name = known_party(place, "ack.require.parties", &key, parties)?;
        let RawRequire::Level(word) = value.get_ref() else {
            return Err(place.error(value.span().start, format!("`{key}` asks for one level")));
        };
        let asked = level(place, value.span().start, word)?;
        let known = ack.parties.entry(name).or_default();
        *known = asked.max(*known);
    }
    Ok(())
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

fn choice<T: Copy>(
    place: &Place<'_>,
    offset: usize,
    what: &str,
    word: &str,
    choices: &[(&str, T)],
) -> Result<T, PolicyError> {
    if let Some((_, value)) = choices.iter().find(|(name, _)| *name == word) {
        return Ok(*value);
    }
    let names: Vec<_> = choices.iter().map(|(name, _)| *name).collect();
    Err(place.error(offset, format!("unknown {what} `{word}`")).with_help(format!("one of: {}", names.join(", "))))
}

#[cfg(test)]
#[path = "validate_tests.rs"]
pub(super) mod tests;
