//! An entry that will be read as it is meant, or why there is none.

use super::body::{Ink, entry};
use super::{GateWish, Wish, Writer};
use crate::log::{self, Entry, Gate, Kind, Listed, Log, Part, State};
use crate::markdown::appended;

/// An entry and the log with it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Composed {
    /// The entry, with `\n` at its lines' ends.
    pub entry: String,
    /// The log with the entry appended, with the log's own line ends.
    pub log: String,
}

/// What would be misread, or cannot be said.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Misread {
    /// The writer may not say this here.
    #[error("{0}")]
    Refused(String),
    /// It would be read as something else.
    #[error("the entry would not be read as it is meant: {0}")]
    Otherwise(String),
}

/// Composes an entry for the end of the log `text`, and holds what the log's reader makes of it against the wish.
///
/// # Errors
/// What would be misread. Then nothing should be written.
pub fn compose(writer: &Writer<'_>, wish: &Wish, text: &str) -> Result<Composed, Misread> {
    let before = log::read(text, writer.writers);
    allowed(writer, wish, &before)?;
    let mut first = None;
    for ink in [Ink::Plain, Ink::Escaped] {
        let entry = entry(writer, wish, &before, ink);
        let log = appended(text, &entry);
        let meant = as_meant(writer, wish, &before, &log, &entry).and_then(|()| match wish {
            Wish::Gate(_) => answerable(writer, &entry),
            _ => Ok(()),
        });
        match meant {
            Ok(()) => return Ok(Composed { entry, log }),
            Err(why) => first = first.or(Some(why)),
        }
    }
    Err(Misread::Otherwise(first.unwrap_or_default()))
}

/// The gate that an entry of `kind` by `party` is about where none is named: the latest; to close one, the party's own
/// latest.
pub fn target(log: &Log, party: &str, kind: Kind, slice: Option<&str>) -> Option<usize> {
    if let Some(slice) = slice {
        return log.gates.iter().rposition(|g| g.slice.eq_ignore_ascii_case(slice));
    }
    let latest = log.gates.len().checked_sub(1)?;
    let own = || log.gates.iter().rposition(|g| g.party == party && !g.state.is_final());
    let replied =
        |gate: &Gate| gate.reply.and_then(|r| log.entries.get(r)).and_then(|e| e.party.as_deref()) == Some(party);
    let is_here = log.gates.get(latest).is_some_and(|g| g.party == party || (kind == Kind::Withdrawn && replied(g)));
    match kind {
        Kind::Landed | Kind::Withdrawn if !is_here => own().or(Some(latest)),
        _ => Some(latest),
    }
}

/// What no entry can say, in the words of the rule that would refuse it.
fn allowed(writer: &Writer<'_>, wish: &Wish, log: &Log) -> Result<(), Misread> {
    let refused = |text: String| Err(Misread::Refused(text));
    for text in texts(wish) {
        if let Some(c) =
            text.chars().find(|c| (c.is_control() && !c.is_whitespace()) || crate::report::is_invisible(*c))
        {
            return refused(format!("the text holds a character that cannot be seen: {}", c.escape_unicode()));
        }
    }
    let (gate, verb) = match wish {
        Wish::Gate(gate) => return whole(gate),
        Wish::Ready { .. } => return Ok(()),
        Wish::Ack { gate, .. } => (gate, "ACKed"),
        Wish::Nack { gate, .. } => (gate, "rejected"),
        Wish::Withdraw { gate } => (gate, "withdrawn"),
        Wish::Landed { gate } => (gate, "landed"),
    };
    let Some(gate) = log.gates.get(*gate) else { return refused("there is no gate to answer".to_owned()) };
    let own = gate.party == writer.party;
    let slice = &gate.slice;
    match wish {
        Wish::Ack { .. } if own => refused(format!(
            "gate `{slice}` would be ACKed by {} alone, which posted it (AG103: the ACK is the other party's)",
            gate.party
        )),
        Wish::Nack { .. } if own => {
            refused(format!("gate `{slice}` is {}'s own: `withdraw` takes it back", gate.party))
        }
        Wish::Landed { .. } if !own => refused(format!("only {} can say that gate `{slice}` landed", gate.party)),
        _ if writer.each && gate.answer_of(writer.party).is_some_and(|answer| answer.state == State::Withdrawn) => {
            refused(format!(
                "{} took its answer to gate `{slice}` back, which stays so: only a new gate opens again",
                writer.party
            ))
        }
        _ if gate.state.is_final() => refused(format!(
            "gate `{slice}` is {} already and cannot be {verb}: only a new gate opens again",
            gate.state.as_str()
        )),
        _ => Ok(()),
    }
}

fn whole(gate: &GateWish) -> Result<(), Misread> {
    if gate.paths.is_empty() {
        return Err(Misread::Refused("a gate that lists no path opens nothing: name what will change".to_owned()));
    }
    let code = gate.paths.iter().chain(&gate.fields);
    for text in code {
        if text.is_empty() || text.contains('`') || text.trim() != text || text.contains(char::is_control) {
            return Err(Misread::Refused(format!("`{}` cannot be said in a gate", crate::report::escape(text))));
        }
    }
    Ok(())
}

fn texts(wish: &Wish) -> Vec<&String> {
    match wish {
        Wish::Gate(g) => {
            let lists = [&g.paths, &g.fields, &g.questions, &g.validation];
            lists.into_iter().flatten().chain([&g.slice, &g.packaging, &g.timeline]).collect()
        }
        Wish::Nack { reason, .. } => reason.iter().collect(),
        Wish::Ready { slice, note } => slice.iter().chain(note).collect(),
        Wish::Ack { .. } | Wish::Withdraw { .. } | Wish::Landed { .. } => Vec::new(),
    }
}

/// What the log's reader makes of the log with the entry.
fn as_meant(writer: &Writer<'_>, wish: &Wish, before: &Log, text: &str, entry: &str) -> Result<(), String> {
    let after = log::read(text, writer.writers);
    let open = || "it would be a part of what the log ends with (a fence, a comment or a tag left open)".to_owned();
    let Some((last, earlier)) = after.entries.split_last() else { return Err(open()) };
    if let Some((old, new)) = before.entries.iter().zip(earlier).find(|(old, new)| old != new) {
        let what = if old.text == new.text { "would be read otherwise" } else { "would run into it" };
        return Err(format!("the entry at line {} {what}", new.line));
    }
    match after.entries.len().checked_sub(before.entries.len()) {
        Some(1) => {}
        Some(0) => return Err(open()),
        _ => return Err("it would be several entries".to_owned()),
    }
    if last.text != log::read(entry, writer.writers).entries.first().map_or("", |e| e.text.as_str()) {
        return Err("it would not stand by itself".to_owned());
    }
    said(writer, wish, before, &after, last)?;
    others_stand(writer, wish, before, &after)?;
    // What it leaves open must not swallow the entry that comes next.
    let probe = log::read(&format!("{text}\n## {}\n\nProbe\n", writer.alias), writer.writers);
    let holds = probe.entries.len() == after.entries.len() + 1
        && probe.entries.get(..after.entries.len()) == Some(&after.entries);
    if holds { Ok(()) } else { Err("the entry that comes next would run into it".to_owned()) }
}

/// Whether the other side can agree to a gate, and its own close it: a slice called `NACK` could not be ACKed by name.
fn answerable(writer: &Writer<'_>, gate: &str) -> Result<(), String> {
    let other =
        writer.writers.speakers.iter().find(|s| s.name != writer.party).ok_or("there is nobody to answer it")?;
    let alias = other.aliases.first().unwrap_or(&other.name);
    let other = Writer { party: &other.name, alias, ..writer.clone() };
    let unanswered =
        |_| "its slice's name cannot be answered, since it would be read as a word of the answer".to_owned();
    let acked = compose(&other, &Wish::Ack { gate: 0, signed: None }, gate).map_err(unanswered)?;
    compose(writer, &Wish::Landed { gate: 0 }, &acked.log).map(drop).map_err(unanswered)
}

fn said(writer: &Writer<'_>, wish: &Wish, before: &Log, after: &Log, last: &Entry) -> Result<(), String> {
    let (kind, answers, slice) = match wish {
        Wish::Gate(gate) => (Kind::Gate, None, Some(gate.slice.as_str())),
        Wish::Ack { gate, .. } => (Kind::Ack, Some(*gate), None),
        Wish::Nack { gate, .. } => (Kind::Nack, Some(*gate), None),
        Wish::Withdraw { gate } => (Kind::Withdrawn, Some(*gate), None),
        Wish::Landed { gate } => (Kind::Landed, Some(*gate), None),
        Wish::Ready { slice, .. } => (Kind::Ready, None, slice.as_deref()),
    };
    if last.kind != kind {
        return Err(format!("it would be read as {}: {}", last.kind.as_str(), last.why));
    }
    if last.party.as_deref() != Some(writer.party) {
        return Err(format!("it would be read as {}'s", last.party.as_deref().unwrap_or("nobody")));
    }
    if last.date != writer.date {
        return Err("its date would be read as another".to_owned());
    }
    if last.answers != answers && !takes_back_own(writer, wish, after) {
        let other = last.answers.and_then(|g| after.gates.get(g)).map(|g| format!("gate `{}`", g.slice));
        return Err(format!("it would answer {}: {}", other.unwrap_or_else(|| "nothing".to_owned()), last.why));
    }
    if answers.is_none() && last.slice.as_deref() != slice {
        return Err(format!("its slice would be read as `{}`", last.slice.as_deref().unwrap_or("none")));
    }
    if let Some(almost) = &last.almost {
        return Err(almost.clone());
    }
    match wish {
        Wish::Gate(gate) => gate_says(gate, after, before.gates.len()),
        _ => Ok(()),
    }
}

fn gate_says(wish: &GateWish, after: &Log, index: usize) -> Result<(), String> {
    let Some(gate) = after.gates.get(index) else { return Err("it would be no gate".to_owned()) };
    for wanted in &wish.paths {
        let listed = |l: &&Listed| !l.excluded && (l.text == *wanted || placed(l) == *wanted);
        if !gate.paths.iter().any(|l| listed(&l)) {
            return Err(format!("the path `{wanted}` would not be listed"));
        }
    }
    if let Some(more) =
        gate.paths.iter().find(|l| l.excluded || !wish.paths.iter().any(|w| *w == l.text || *w == placed(l)))
    {
        return Err(format!("it would list `{}`", more.text));
    }
    if let Some(field) = wish.fields.iter().find(|f| !gate.fields.contains(f)) {
        return Err(format!("the field `{field}` would not be read as one"));
    }
    if let Some(more) = gate.fields.iter().find(|f| !wish.fields.contains(f)) {
        return Err(format!("it would ask for a field `{more}`"));
    }
    if gate.questions.len() != wish.fields.len() + wish.questions.len() {
        return Err("its questions would be read as others".to_owned());
    }
    let asked = wish.fields.iter().chain(&wish.questions);
    if let Some((_, read)) = asked.zip(&gate.questions).find(|(asked, read)| !same_letters(asked, read)) {
        return Err(format!("a question would be read as `{read}`"));
    }
    if gate.parts != Part::ALL {
        return Err("it would lack a part of the template".to_owned());
    }
    Ok(())
}

/// Whether marks alone were lost in reading, and no word.
fn same_letters(asked: &str, read: &str) -> bool {
    let letters = |text: &str| text.chars().filter(|c| c.is_alphanumeric()).collect::<String>();
    letters(asked) == letters(read)
}

/// A listed path as it was written, with the name that places it.
fn placed(listed: &Listed) -> String {
    listed.party.as_ref().map_or_else(|| listed.text.clone(), |party| format!("{party}:{}", listed.text))
}

/// Whether the log's last entry takes back the writer's own answer to a gate, which another party has answered since.
fn takes_back_own(writer: &Writer<'_>, wish: &Wish, after: &Log) -> bool {
    let Wish::Withdraw { gate } = wish else { return false };
    let answer = after.gates.get(*gate).and_then(|gate| gate.answer_of(writer.party));
    writer.each && answer.is_some_and(|a| a.state == State::Withdrawn && a.entry + 1 == after.entries.len())
}

/// The states of the gates before and after.
fn others_stand(writer: &Writer<'_>, wish: &Wish, before: &Log, after: &Log) -> Result<(), String> {
    let (changed, state) = match wish {
        Wish::Gate(_) | Wish::Ready { .. } => (None, State::Pending),
        Wish::Ack { gate, .. } => (Some(*gate), State::Acked),
        Wish::Nack { gate, .. } => (Some(*gate), State::Rejected),
        Wish::Withdraw { gate } => (Some(*gate), State::Withdrawn),
        Wish::Landed { gate } => (Some(*gate), State::Landed),
    };
    // What another party said last stands for itself then.
    let changed = changed.filter(|gate| {
        let stands = before.gates.get(*gate).map(|gate| gate.state) == after.gates.get(*gate).map(|gate| gate.state);
        !(stands && takes_back_own(writer, wish, after))
    });
    for (index, (old, new)) in before.gates.iter().zip(&after.gates).enumerate() {
        let wanted = if Some(index) == changed { state } else { old.state };
        if new.state != wanted {
            return Err(format!("gate `{}` would be {} and not {}", new.slice, new.state.as_str(), wanted.as_str()));
        }
    }
    Ok(())
}
