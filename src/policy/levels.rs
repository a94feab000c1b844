//! `[ack]`: how much an ACK must prove.

use std::collections::BTreeMap;

use super::error::{Place, nearest};
use super::protect::POLICY_CLASS;
use super::raw::{RawAck, RawRequire, Table, Texts};
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
