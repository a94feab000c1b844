//! `[protect]`: the classes of paths, and the files that are policy by themselves.

use std::collections::BTreeMap;

use toml::Spanned;

use super::error::Place;
use super::extends::Wanted;
use super::protect::{POLICY_CLASS, POLICY_FILE, Written};
use super::raw::{RawParty, Table, Texts};
use super::{PolicyError, Protect, sections};
use crate::change::RepoPath;

/// The files that are policy by themselves, with the places that name them. That of keys are: who may write them may write
/// any signature.
pub(super) fn policy_files(
    place: &Place<'_>,
    parties: &Table<RawParty>,
    wanted: Option<&Wanted>,
) -> BTreeMap<String, usize> {
    let files = parties.values().flat_map(|party| party.allowed_signers.iter().chain(&party.bundle));
    let mut all = BTreeMap::new();
    for file in files {
        let at = all.entry(file.get_ref().clone()).or_default();
        *at = file.span().start.max(*at);
    }
    // These two are what every baseline protects.
    let first = if wanted.is_some() { place.end() } else { 0 };
    all.insert(POLICY_FILE.to_owned(), first);
    all.extend(wanted.and_then(|wanted| Some((wanted.file.to_str()?.to_owned(), first))));
    all
}

pub(super) fn protect(
    place: &Place<'_>,
    raw: Table<Texts>,
    files: BTreeMap<String, usize>,
    log: Option<RepoPath>,
) -> Result<Protect, PolicyError> {
    let mut classes = Vec::new();
    let own = files.iter().map(|(name, at)| Spanned::new(*at..*at, name.clone()));
    let mut own: Texts = own.collect();
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
        classes.extend(class(place, name.get_ref(), texts)?);
    }
    classes.extend(class(place, POLICY_CLASS, own)?);
    let protect = Protect::new(classes, log).map_err(|error| place.error(0, format!("`[protect]`: {error}")))?;
    for (file, at) in files.iter().filter(|_| place.extends()) {
        match protect.class_of(&RepoPath::from(file.as_str()), &[]) {
            Some(POLICY_CLASS) => {}
            Some(class) => {
                let message = format!("`{file}` is policy, and the baseline protects it as {class}");
                return Err(place.error(*at, message).with_help("keep it elsewhere"));
            }
            None => return Err(place.error(*at, format!("`{file}` is policy, and cannot be the log"))),
        }
    }
    Ok(protect)
}

/// A class as it is written; where a baseline has a part in it, that by itself, since what it protects keeps its class.
fn class(place: &Place<'_>, name: &str, texts: Texts) -> Result<Vec<Written>, PolicyError> {
    let (first, second): (Texts, Texts) = texts.into_iter().partition(|text| place.is_baseline(text.span().start));
    let is_shared = !first.is_empty();
    let mut all = Vec::new();
    for (is_first, texts) in [(true, first), (false, second)] {
        if texts.is_empty() && (is_first || is_shared) {
            continue;
        }
        let globs = sections::globs(place, &format!("protect.{name}"), &texts)?;
        let written = texts.into_iter().map(Spanned::into_inner).collect();
        all.push(Written { name: name.to_owned(), written, globs, is_first });
    }
    Ok(all)
}

fn is_class(name: &str) -> bool {
    name.starts_with(|c: char| c.is_ascii_lowercase())
        && name.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-')
        && !matches!(name, "default" | "parties")
}
