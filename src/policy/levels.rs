//! `[ack]`: how much an ACK must prove.

use std::collections::BTreeMap;

use super::error::{Place, nearest};
use super::protect::POLICY_CLASS;
use super::raw::{RawAck, RawRequire, Table, Text, Texts};
use super::validate::{known_party, level};
use super::{Ack, Party, PolicyError, parties};

pub(super) fn ack(
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
                known_class(place, "ack.require", &key, protect, &["default", "parties"])?;
                ack.classes.insert(name.to_owned(), level(place, offset, &word)?);
            }
        }
    }
    Ok(ack)
}

/// Checks that the key of a table is a class: one that every policy has, or that `[protect]` names. `others` may stand in
/// the table too.
pub(super) fn known_class(
    place: &Place<'_>,
    table: &str,
    key: &Text,
    protect: &Table<Texts>,
    others: &[&str],
) -> Result<(), PolicyError> {
    let (name, classes) = (key.get_ref().as_str(), ["adapter", "schema", "licence", POLICY_CLASS]);
    if classes.contains(&name) || protect.keys().any(|class| class.get_ref() == name) {
        return Ok(());
    }
    let error = place.error(key.span().start, format!("`{table}` names an unknown class `{name}`"));
    Err(PolicyError { help: nearest(name, classes.into_iter().chain(others.iter().copied())), ..error })
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
