//! A session for people, agents and scripts.

use std::io::{self, Write};

use jiff::Timestamp;
use serde_json::{Map, Value, json};

use super::inherit::Inherited;
use crate::case::Reading;
use crate::handoff::HANDOFF_LOG;
use crate::report::escape;
use crate::report::human::several;
use crate::session::{Document, Excerpt, MOST, Open, State, excerpts};

/// How many bytes of a handoff are shown.
const MOST_HANDOFF: usize = 16 * 1024;

/// Headings beyond these are counted.
const HEADINGS: usize = 6;

/// A document in one line, with what has become of it since it was read.
pub(super) fn line(document: &Document, has_record: bool) -> String {
    let State::There { path, read, changes, .. } = &document.state else {
        let names: Vec<String> = document.one_of.iter().map(ToString::to_string).collect();
        return format!("{} (not there)", names.join(" or "));
    };
    match (read, changes) {
        (None, _) if !has_record => path.to_string(),
        (None, _) => format!("{path} (not read yet)"),
        (Some(at), None) => format!("{path} (as it was read, {})", moment(*at)),
        (Some(at), Some(changes)) => {
            let under = match changes.headings.as_slice() {
                [] => String::new(),
                headings => {
                    let shown: Vec<String> =
                        headings.iter().take(HEADINGS).map(|heading| format!("“{}”", escape(heading))).collect();
                    let more = headings.len().saturating_sub(HEADINGS);
                    let more = if more > 0 { format!(" and {more} more") } else { String::new() };
                    format!(", under {}{more}", shown.join(", "))
                }
            };
            let lines = match changes.lines {
                Some((added, removed)) => format!("{} added, {removed} removed{under}", several(added, "line")),
                None => "what was read is not in git any more, so read it anew".to_owned(),
            };
            format!("{path} (changed since {}: {lines})", moment(*at))
        }
    }
}

/// The documents as JSON has them.
pub(super) fn documents(documents: &[Document]) -> Vec<Value> {
    let shown = |document: &Document| {
        let one_of: Vec<String> = document.one_of.iter().map(ToString::to_string).collect();
        let mut map = Map::new();
        map.insert("one_of".to_owned(), one_of.into());
        let State::There { path, read, changes, .. } = &document.state else {
            map.insert("path".to_owned(), Value::Null);
            map.insert("state".to_owned(), "missing".into());
            return Value::Object(map);
        };
        let state = match (read, changes) {
            (None, _) => "unread",
            (Some(_), None) => "unchanged",
            (Some(_), Some(_)) => "changed",
        };
        map.insert("path".to_owned(), path.to_string().into());
        map.insert("state".to_owned(), state.into());
        map.insert("read".to_owned(), read.map(moment).into());
        if let Some(changes) = changes {
            let lines = changes.lines.map(|(added, removed)| json!({"added": added, "removed": removed}));
            map.insert("lines".to_owned(), lines.into());
            map.insert("headings".to_owned(), changes.headings.clone().into());
        }
        Value::Object(map)
    };
    documents.iter().map(shown).collect()
}

/// The log's new entries in full, as far as there is room; what is cut, and how to read the rest.
pub(super) fn entries(out: &mut dyn Write, reading: &Reading, unread: &[usize], whole: &str) -> io::Result<()> {
    let (shown, left_out) = excerpts(&reading.log, unread, MOST);
    let new = match unread.len() {
        0 => "no new entry".to_owned(),
        1 => "1 new entry".to_owned(),
        more => format!("{more} new entries"),
    };
    let all = reading.log.entries.len();
    writeln!(out, "Log {} ({}): {new} of {all}", escape(&reading.path), escape(&reading.place))?;
    if left_out > 0 {
        writeln!(out, "the {left_out} earlier of them are too much to be shown here: read them with `{whole}`")?;
    }
    for Excerpt { entry, text, left_out } in &shown {
        let at = reading.log.entries.get(*entry).map_or(0, |entry| entry.line);
        writeln!(out, "line {at}:")?;
        quoted(out, text)?;
        if *left_out > 0 {
            writeln!(out, "{left_out} bytes of this entry are cut: read it whole with `{whole}`")?;
        }
    }
    Ok(())
}

/// The same as JSON has it.
pub(super) fn log(reading: &Reading, unread: &[usize], whole: &str) -> Value {
    let (shown, left_out) = excerpts(&reading.log, unread, MOST);
    let entry = |excerpt: &Excerpt<'_>| {
        let entry = reading.log.entries.get(excerpt.entry)?;
        Some(json!({
            "index": excerpt.entry + 1,
            "line": entry.line,
            "heading": entry.heading,
            "party": entry.party,
            "kind": entry.kind.as_str(),
            "text": excerpt.text,
            "cut": excerpt.left_out,
        }))
    };
    let shown: Vec<Value> = shown.iter().filter_map(entry).collect();
    json!({
        "path": reading.path,
        "place": reading.place,
        "commit": reading.commit.as_ref().map(ToString::to_string),
        "entries": reading.log.entries.len(),
        "unread": unread.len(),
        "new": shown,
        "left_out": left_out,
        "whole": whole,
    })
}

/// What another party left.
pub(super) fn handoff(out: &mut dyn Write, inherited: &Inherited) -> io::Result<()> {
    let Inherited { party, place, entry } = inherited;
    let (party, place) = (escape(party), escape(place));
    writeln!(out, "{party}’s last handoff ({HANDOFF_LOG}, line {}, {place}):", entry.line)?;
    let (shown, left_out) = cut(&entry.body);
    quoted(out, &format!("## {}\n{}", entry.heading, shown.trim_end()))?;
    if left_out > 0 {
        writeln!(out, "{left_out} bytes of it are cut: read {HANDOFF_LOG} there")?;
    }
    Ok(())
}

/// The same as JSON has it.
pub(super) fn handoffs(all: &[Inherited]) -> Vec<Value> {
    let shown = |inherited: &Inherited| {
        let entry = &inherited.entry;
        let (text, left_out) = cut(&entry.body);
        json!({
            "party": inherited.party,
            "place": inherited.place,
            "path": HANDOFF_LOG,
            "line": entry.line,
            "heading": entry.heading,
            "date": entry.date.map(|date| date.to_string()),
            "text": text,
            "cut": left_out,
        })
    };
    all.iter().map(shown).collect()
}

/// An open session as JSON has it.
pub(super) fn open(open: &Open) -> Value {
    json!({"role": open.role.word(), "slice": open.slice, "since": moment(open.since)})
}

/// An open session in a phrase.
pub(super) fn phrase(open: &Open) -> String {
    let slice = open.slice.as_deref().map(|slice| format!(" on slice `{}`", escape(slice))).unwrap_or_default();
    format!("{}{slice}, since {}", open.role.word(), moment(open.since))
}

/// What others wrote, each line marked, so that none can pass for one of this program.
fn quoted(out: &mut dyn Write, text: &str) -> io::Result<()> {
    text.lines().try_for_each(|line| writeln!(out, "| {}", escape(line)))
}

fn cut(text: &str) -> (&str, usize) {
    let end = text.char_indices().map(|(at, c)| at + c.len_utf8()).take_while(|end| *end <= MOST_HANDOFF).last();
    let shown = text.get(..end.unwrap_or_default()).unwrap_or_default();
    (shown, text.len() - shown.len())
}

fn moment(seconds: i64) -> String {
    Timestamp::from_second(seconds).map_or_else(|_| "at no time".to_owned(), |time| time.to_string())
}
