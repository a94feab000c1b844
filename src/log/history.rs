//! What the log's own history tells of a gate and its ACK.

use std::rc::Rc;

use jiff::civil::Date;

use super::{Entry, Gate, Log, State};
use crate::proof::{Origin, Who};

/// The log at one commit that changed it, and at that commit's parents.
#[derive(Debug, Clone)]
pub struct Version {
    /// What the commit is called.
    pub name: String,
    /// The log there.
    pub log: Rc<Log>,
    /// The log in each parent; `None` where a shallow history does not reach.
    pub parents: Vec<Option<Rc<Log>>>,
    /// The committer's date.
    pub date: Date,
    /// The same in Unix seconds.
    pub time: i64,
    /// Who made the commit.
    pub who: Who,
}

/// Whether the gate is still what the ACK was given to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Consent {
    /// The gate stands as it stood when the ACK came.
    Same,
    /// The gate was edited after its ACK.
    Changed,
    /// A shallow history does not reach back to the ACK.
    Unknown,
}

/// Whether the gate still reads as it did in every commit that *brought* its ACK: the entry stands in that commit's
/// log and in none of its parents'. Where the same text stands several times, each is told by its number: the ACK of a
/// gate that has landed is none to the same gate posted again.
pub fn consent(now: &Log, gate: &Gate, versions: &[Version]) -> Consent {
    let Some(ack) = gate.reply.and_then(|r| now.entries.get(r)) else { return Consent::Unknown };
    let Some(asked) = now.entry_of(gate) else { return Consent::Unknown };
    let number = number_of(now, ack);
    let mut found = Consent::Unknown;
    for version in versions {
        let Some(brought) = brings(version, &ack.text, number) else { continue };
        let then = nth(&version.log, &ack.text, number);
        let asked_then = then.and_then(|(log, ack)| Some((log, log.entry_of(log.gates.get(ack.answers?)?)?)));
        let same = asked_then
            .is_some_and(|(log, then)| then.text == asked.text && number_of(log, then) == number_of(now, asked));
        match (brought, same) {
            (_, false) => return Consent::Changed,
            (true, true) => found = Consent::Same,
            (false, true) => {}
        }
    }
    found
}

/// The committer's date of the first commit that brought the gate, where the history reaches it.
pub fn posted(now: &Log, gate: &Gate, versions: &[Version]) -> Option<Date> {
    let asked = now.entry_of(gate)?;
    let number = number_of(now, asked);
    versions.iter().filter(|v| brings(v, &asked.text, number) == Some(true)).map(|v| v.date).min()
}

/// Who brought a gate and the reply that counts for it.
pub fn origin(now: &Log, gate: &Gate, versions: &[Version]) -> Origin {
    let ack = gate.reply.and_then(|r| now.entries.get(r));
    let (Some(ack), Some(asked)) = (ack, now.entry_of(gate)) else { return Origin::default() };
    let (mut is_known, mut found) = (true, Origin::default());
    for (entry, makers, times) in [(ack, &mut found.ack, Some(&mut found.times)), (asked, &mut found.gate, None)] {
        let number = number_of(now, entry);
        let brought = versions.iter().filter_map(|v| Some((v, brings(v, &entry.text, number)?)));
        let (versions, surely): (Vec<&Version>, Vec<bool>) = brought.unzip();
        is_known &= surely.into_iter().all(|surely| surely);
        makers.extend(versions.iter().map(|version| version.who.clone()));
        if let Some(times) = times {
            times.extend(versions.iter().map(|version| version.time));
        }
    }
    Origin { is_known, ..found }
}

/// Whether an entry of `now` stands in an earlier version of the log. Where the same text stands several times, each is
/// told by its number.
pub fn stood(now: &Log, entry: &Entry, then: &Log) -> bool {
    nth(then, &entry.text, number_of(now, entry)).is_some()
}

/// How another log closed a gate since: what it made of it, and the line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Closed {
    /// What the other log made of the gate; [`State::Pending`] for a gate that a later one superseded.
    pub state: State,
    /// The line that did it.
    pub line: usize,
}

/// Whether `trusted` knows a gate of `base` and has closed it since: landed, withdrawn, or rejected, or asked for
/// changes, or put aside by a later gate, in an entry that `base` does not have. Of a gate as one party answered it
/// ([`Gate::answered_by`]) it is what that party made of it there, and a refusal by anyone.
pub fn closed_since(base: &Log, gate: &Gate, trusted: &Log, latest_only: bool) -> Option<Closed> {
    let asked = base.entry_of(gate)?;
    let (trusted, known) = nth(trusted, &asked.text, number_of(base, asked))?;
    let there = trusted.gates.iter().find(|g| trusted.entry_of(g).is_some_and(|e| std::ptr::eq(e, known)))?;
    let (state, reply) = there.stand(gate.answerer.as_deref());
    let entry = |reply: usize| trusted.entries.get(reply);
    let unheard = |entry: &&Entry| nth(base, &entry.text, number_of(trusted, entry)).is_none();
    match state {
        State::Landed | State::Withdrawn => {
            let reply = reply.and_then(entry);
            return Some(Closed { state, line: reply.map_or(there.line, |r| r.line) });
        }
        State::Rejected | State::ChangesRequested => {
            if let Some(reply) = reply.and_then(entry).filter(unheard) {
                return Some(Closed { state, line: reply.line });
            }
        }
        State::Pending | State::Acked => {}
    }
    // Where each party's answer counts, that of one which nobody asked closes it too.
    for answer in there.answers.iter().filter(|answer| gate.answerer.is_some() && answer.state != State::Acked) {
        if let Some(reply) = entry(answer.entry).filter(unheard) {
            return Some(Closed { state: answer.state, line: reply.line });
        }
    }
    let latest = trusted.latest().filter(|g| latest_only && !std::ptr::eq(*g, there))?;
    Some(Closed { state: State::Pending, line: latest.line })
}

/// Whether a later log still has a gate as it reads, ACKed or closed since. What was edited is another gate, and with its ACK
/// taken out nobody agrees any more.
pub fn still_agreed(then: &Log, gate: &Gate, later: &Log) -> bool {
    let there = then.entry_of(gate).and_then(|asked| nth(later, &asked.text, number_of(then, asked)));
    let agreed = there.is_some_and(|(later, there)| {
        let is_it = |g: &&Gate| later.entry_of(g).is_some_and(|entry| std::ptr::eq(entry, there));
        later.gates.iter().find(is_it).is_some_and(|g| g.stand(gate.answerer.as_deref()).0 == State::Acked)
    });
    // What closed it since is said as such; a NACK that it was ACKed after is none of that.
    agreed || closed_since(then, gate, later, false).is_some()
}

/// A past version that closed a gate in an entry that counts for it no more, be it taken out, moved, or parted from the
/// gate by a merge: what has landed stays so, whatever became of the log.
pub fn ended<'v>(now: &Log, gate: &Gate, versions: &'v [Version]) -> Option<&'v Version> {
    versions.iter().find(|version| closed_since(now, gate, &version.log, false).is_some())
}

/// Whether a version brings the `number`-th entry of this text: `Some(true)` if it surely does, `Some(false)` if only
/// a parent out of reach could have had it, `None` if a parent has it or it is not there.
fn brings(version: &Version, text: &str, number: usize) -> Option<bool> {
    nth(&version.log, text, number)?;
    let has = |log: &Rc<Log>| nth(log, text, number).is_some();
    if version.parents.iter().flatten().any(has) {
        return None;
    }
    Some(version.parents.iter().all(Option::is_some))
}

/// The how manieth entry of its text an entry is, from 0.
fn number_of(log: &Log, entry: &Entry) -> usize {
    let above = log.above.as_ref().map_or(0, |above| above.count(&entry.text));
    above + log.entries.iter().take_while(|e| !std::ptr::eq(*e, entry)).filter(|e| e.text == entry.text).count()
}

/// The `number`-th entry of a text, and the log as far as it was read for it.
fn nth<'l>(log: &'l Log, text: &str, number: usize) -> Option<(&'l Log, &'l Entry)> {
    let above = log.above.as_ref().map_or(0, |above| above.count(text));
    let (log, number) = match number.checked_sub(above) {
        Some(number) => (log, number),
        None => (log.whole(), number),
    };
    log.entries.iter().filter(|e| e.text == text).nth(number).map(|entry| (log, entry))
}
