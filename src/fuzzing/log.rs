//! The log: read, added to, composed and merged.

use super::{halves, text};
use crate::compose::{self, Wish, Writer, compose as composed, draft, read_draft};
use crate::log::{Entry, FORMATS, Kind, Log, Speaker, State, Writers, read, read_latest};
use crate::merge::{Order, Reader, Texts, marked, merge as joined};

/// A log's text.
pub fn log(data: &[u8]) {
    let writers = writers();
    let unix = text(data).replace("\r\n", "\n").replace('\r', "\n");
    let log = read(&unix, &writers);
    assert_eq!(log, read(&unix.replace('\n', "\r\n"), &writers), "CRLF reads as LF does");
    if !unix.starts_with('\u{feff}') {
        assert_eq!(log, read(&format!("\u{feff}{unix}"), &writers), "a byte order mark says nothing");
    }
    holds_together(&log, unix.matches('\n').count() + 1);
    for format in FORMATS.iter().filter(|format| !format.is_headings()) {
        let log = read(&unix, &Writers { format: *format, ..writers.clone() });
        holds_together(&log, unix.matches('\n').count() + 1);
    }
}

/// A log's text: read from its latest gate on, it says what it says read as a whole.
pub fn latest(data: &[u8]) {
    let writers = writers();
    let (text, mut whole) = (text(data), read(&text(data), &writers));
    let latest = read_latest(text.into_owned(), &writers);
    assert_eq!(*latest.whole(), whole, "the whole log is what it is");
    let Some(above) = &latest.above else {
        return assert_eq!(latest, whole, "a log that was read as a whole is what it is");
    };
    for entry in &whole.entries {
        let times = |entries: &[Entry]| entries.iter().filter(|other| other.text == entry.text).count();
        let read = whole.entries.len() - latest.entries.len();
        assert_eq!(above.count(&entry.text), times(whole.entries.get(..read).unwrap_or_default()), "{}", entry.text);
    }
    let entries = whole.entries.len() - latest.entries.len();
    let gates = whole.gates.len() - latest.gates.len();
    whole.entries.drain(..entries);
    whole.gates.drain(..gates);
    for entry in &mut whole.entries {
        assert!(entry.answers.is_none_or(|gate| gate >= gates), "what is answered was read");
        entry.answers = entry.answers.map(|gate| gate - gates);
    }
    for gate in &mut whole.gates {
        gate.entry -= entries;
        gate.reply = gate.reply.map(|reply| reply - entries);
        gate.answers.iter_mut().for_each(|answer| answer.entry -= entries);
        gate.self_acks.iter_mut().for_each(|reply| *reply -= entries);
    }
    assert_eq!((&latest.entries, &latest.gates), (&whole.entries, &whole.gates), "the end of a log is as in the whole");
}

/// A log, NUL, and what follows a party's name in an entry that is added to it.
pub fn append(data: &[u8]) {
    let writers = writers();
    let (above, entry) = halves(data);
    let above = text(above).replace("\r\n", "\n").replace('\r', "\n");
    let before = read(&above, &writers);
    for party in ["AgentOS", "CCC"] {
        let added = format!("## {party} {}", text(entry));
        let after = read(&format!("{above}\n\n{added}"), &writers);
        let new = after.entries.get(before.entries.len()..).unwrap_or_default();
        if new.iter().any(|entry| entry.party.as_deref().is_some_and(|by| by != party)) {
            continue;
        }
        // What goes on with an entry that was left open rewrites that entry (AG203).
        if before.entries.iter().zip(&after.entries).any(|(old, now)| old.text != now.text) {
            continue;
        }
        for (index, gate) in before.gates.iter().enumerate().filter(|(_, gate)| gate.party == party) {
            let state = after.gates.get(index).map(|gate| gate.state);
            assert!(state != Some(State::Acked) || gate.state == State::Acked, "a party opened its own gate");
        }
        let latest = |log: &Log| log.latest().map(|gate| (gate.party.clone(), gate.state));
        if latest(&after).is_some_and(|(by, state)| by == party && state == State::Acked) {
            assert_eq!(latest(&before), latest(&after), "a party's entry made its gate the one that counts");
        }
        let line = above.matches('\n').count() + 3;
        let is_entry = new.first().is_some_and(|entry| entry.line == line);
        // Between tags an entry says less than it did.
        if is_entry && !above.contains('<') {
            assert_eq!(Some(before.entries.as_slice()), after.entries.get(..before.entries.len()), "it says more");
        }
    }
}

/// The text of a gate that is being edited.
pub fn compose(data: &[u8]) {
    let writers = writers();
    let Ok(Some(read_first)) = read_draft(&text(data)) else { return };
    // White space between words is one space from then on.
    let Ok(Some(wish)) = read_draft(&draft(&read_first, &[])) else { return };
    assert_eq!(read_draft(&draft(&wish, &["note".to_owned()])), Ok(Some(wish.clone())), "a draft is read as written");
    let writer = Writer { writers: &writers, party: "AgentOS", alias: "AgentOS", date: None, each: false };
    let mut wish = wish;
    wish.paths.retain_mut(|path| compose::path(path, false).map(|said| *path = said).is_ok());
    let Ok(composed) = composed(&writer, &Wish::Gate(wish.clone()), "# Log\n") else { return };
    let log = read(&composed.log, &writers);
    let gate = log.latest();
    assert_eq!(gate.map(|gate| (gate.slice.as_str(), gate.state)), Some((wish.slice.as_str(), State::Pending)));
    assert_eq!(log.entries.len(), 1, "one entry was composed");
}

/// Three logs, NUL between them: what both grew out of, ours and theirs.
pub fn merge(data: &[u8]) {
    let writers = writers();
    let reader = Reader { writers: writers.clone(), each: true };
    let (base, rest) = halves(data);
    let (ours, theirs) = halves(rest);
    marked(ours, theirs, 7);
    let (base, ours, theirs) = (text(base), text(ours), text(theirs));
    for order in [Order::OursFirst, Order::Either] {
        let Ok(merged) = joined(Texts { base: &base, ours: &ours, theirs: &theirs }, &reader, order) else {
            continue;
        };
        let (merged, sides) = (read(&merged, &writers), [&ours, &theirs].map(|side| read(side, &writers)));
        for entry in sides.iter().flat_map(|side| &side.entries) {
            assert!(merged.entries.iter().any(|found| found.text == entry.text), "an entry is lost");
        }
        let is_open = |log: &Log| log.latest().is_some_and(|gate| gate.state == State::Acked);
        assert!(!is_open(&merged) || sides.iter().any(is_open), "a merge opened what both sides keep shut");
    }
}

/// What must hold of every log.
fn holds_together(log: &Log, lines: usize) {
    assert!(log.entries.is_sorted_by(|one, next| one.line < next.line), "entries are in order");
    assert!(log.entries.iter().all(|entry| entry.line >= 1 && entry.line <= lines), "lines are those of the file");
    for gate in &log.gates {
        let asked = log.entry_of(gate);
        assert!(
            asked.is_some_and(|e| e.kind == Kind::Gate && e.party.as_ref() == Some(&gate.party)),
            "a gate is an entry"
        );
        let reply = gate.reply.and_then(|reply| log.entries.get(reply));
        if gate.state == State::Acked {
            let by_other = |reply: &crate::log::Entry| {
                reply.kind == Kind::Ack && reply.party.as_ref().is_some_and(|by| *by != gate.party)
            };
            assert!(reply.is_some_and(by_other), "an ACK is the other party's");
        }
        assert_eq!(reply.is_none(), gate.state == State::Pending, "a reply makes the state");
    }
}

pub(super) fn writers() -> Writers {
    let speaker = |name: &str, aliases: [&str; 2], repository: &str| Speaker {
        name: name.to_owned(),
        aliases: aliases.map(str::to_owned).into(),
        repositories: vec![repository.to_owned()],
    };
    let speakers = vec![
        speaker("AgentOS", ["AgentOS", "AgentOS executor"], "AgentOS"),
        speaker("CCC", ["CCP", "CCP maintainer"], "ClaudeCodeProxy"),
    ];
    Writers { speakers, ..Writers::default() }
}
