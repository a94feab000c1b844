//! Entries of one line, with time and party in brackets and fields between bars:
//! `[2026-02-13T14:05:05Z] [Codex] CLAIM r4-adapter | Files: a.py, b/ | Goal: …`.

use super::{Format, Message, Verb, entries, fields, labelled};
use crate::log::{Kind, date_of};

pub(super) const FORMAT: Format = Format {
    name: "lines",
    reply: |party, kind, slice| {
        let said = match kind {
            Kind::Landed => "DONE".to_owned(),
            kind => kind.as_str().to_uppercase(),
        };
        format!("[YYYY-MM-DDThh:mm:ssZ] [{party}] {said} {slice}")
    },
    gate: |party, slice, parts| {
        format!("[YYYY-MM-DDThh:mm:ssZ] [{party}] CLAIM {slice}{}\n", fields(parts, "files", " "))
    },
    cut: |text, _, _| entries(text, message),
};

/// A line whose first brackets hold a time, and its second ones a name.
fn message(line: &str) -> Option<Message<'_>> {
    let (time, rest) = bracket(line)?;
    let date = time.get(..10).filter(|date| date_of(date).is_some())?;
    let (party, rest) = bracket(rest)?;
    let (start, _) = line.split_once('|').unwrap_or((line, ""));
    let (head, said) = rest.split_once('|').map_or((rest, None), |(head, said)| (head, Some(said)));
    let (verb, about) = match bracket(head) {
        Some(found) => found,
        None => {
            let head = head.trim();
            head.split_once([' ', '\t', ':']).unwrap_or((head, ""))
        }
    };
    let about = about.trim_start_matches([':', ' ', '\t']).trim_end();
    let fields = said.map(|said| said.split('|').map(labelled).collect()).unwrap_or_default();
    Some(Message { start, date, party, verb: Verb::of(verb), about, of: None, fields })
}

/// What stands in the brackets that a text begins with, and what follows them.
fn bracket(text: &str) -> Option<(&str, &str)> {
    let (inside, rest) = text.trim_start().strip_prefix('[')?.split_once(']')?;
    Some((inside.trim(), rest))
}
