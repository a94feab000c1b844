//! Records of one line, with fields between bars:
//! `MSG | 2026-02-12 21:56:42 +01:00 | codex | to:all | type:request | slice:r4-adapter | locks:a.py, b/ | note:…`.

use super::{Format, Message, Names, Verb, entries, fields, labelled};
use crate::log::object::alias_tokens;
use crate::log::{Kind, date_of};

pub(super) const FORMAT: Format = Format {
    name: "records",
    reply: |party, kind, slice| {
        let said = match kind {
            Kind::Landed => "release",
            kind => kind.as_str(),
        };
        format!("MSG | YYYY-MM-DD hh:mm:ss +00:00 | {party} | to:all | type:{said} | slice:{slice}")
    },
    gate: |party, slice, parts| {
        let start = format!("MSG | YYYY-MM-DD hh:mm:ss +00:00 | {party} | to:all | type:request | slice:{slice}");
        format!("{start}{}\n", fields(parts, "locks", ""))
    },
    cut: |text, _, names| entries(text, |line| message(line, names)),
};

/// A line of at least a time, a name and a type.
fn message<'t>(line: &'t str, names: &Names) -> Option<Message<'t>> {
    let mut fields = line.split('|').map(str::trim);
    if fields.next()? != "MSG" {
        return None;
    }
    let date = fields.next()?.get(..10).filter(|date| date_of(date).is_some())?;
    let party = fields.next()?;
    let start = line.match_indices('|').nth(2).and_then(|(bar, _)| line.get(..bar)).unwrap_or(line);
    let mut fields: Vec<_> = fields.map(labelled).collect();
    let at = fields.iter().position(|(label, _)| label.is_some_and(|label| label.eq_ignore_ascii_case("type")))?;
    let (_, kind) = fields.remove(at);
    // Its types are in lower case, so case tells nothing here.
    let verb = if kind.eq_ignore_ascii_case("ack") { Verb::Ack } else { Verb::of(kind) };
    let is_addressee = |label: &Option<&str>| label.is_some_and(|label| label.eq_ignore_ascii_case("to"));
    let to = fields.iter().find(|(label, _)| is_addressee(label)).map(|(_, to)| *to);
    let of = to.filter(|to| names.party(&alias_tokens(to)).is_some());
    fields.retain(|(label, _)| !is_addressee(label));
    Some(Message { start, date, party, verb, about: "", of, fields })
}
