//! From a log's text to its gates: which entry counts for which, and what stands of each gate.

use std::collections::HashMap;

use super::entry::{Read, Worded};
use super::format::{Raw, likely};
use super::gate::content;
use super::meant::{is_meant_for_the_gate, is_of_a_gate};
use super::object::{Names, Object, alias_tokens};
use super::paths::Place;
use super::recent::Sought;
use super::stray::between_tags;
use super::text::normalised;
use super::{Above, Entry, Gate, Kind, Log, Speaker, State, Writers};
use crate::markdown::{self, Body, Unclosed};

/// Reads a log. Nothing in it is an error: what cannot be read as a gate or reply is a note.
pub fn read(text: &str, writers: &Writers) -> Log {
    read_unix(&markdown::unix(text), writers)
}

/// Reads a log whose lines end with `\n`.
pub(super) fn read_unix(text: &str, writers: &Writers) -> Log {
    let mut log = fold(text, 0, writers, None);
    if log.entries.iter().all(|entry| entry.party.is_none()) {
        log.likely = likely(text, writers, &names(&writers.speakers));
    }
    log
}

/// Reads a log, or what of it stands below so many lines, the first entry being a gate then.
pub(super) fn fold(text: &str, lines_above: usize, writers: &Writers, above: Option<Above>) -> Log {
    let mut names = names(&writers.speakers);
    let raw = writers.format.cut(text, lines_above, &names);
    let worded: Vec<Worded> = raw.iter().map(|raw| Worded::new(raw, &names)).collect();
    let first: Vec<Option<Read>> = worded.iter().map(|entry| entry.read_first(&names)).collect();
    let slices = slices(&first, above.as_ref());
    names.above.clone_from(&above);
    // A reply may name a slice that is a plain word, which only the gates above it can tell.
    // What opens with no verb stays a note whatever the gates are called.
    let may_change = |read: &Read| read.kind != Kind::Gate && (read.kind != Kind::Note || read.almost.is_some());
    let mut reads = Vec::with_capacity(first.len());
    for ((first, entry), slice) in first.into_iter().zip(&worded).zip(&slices) {
        let is_alone = names.slices.is_empty() && names.above.is_none();
        let stays = first.filter(|first| is_alone || !may_change(first));
        reads.push(stays.unwrap_or_else(|| entry.read(&names)));
        if let Some(slice) = slice {
            names.slices.insert(slice.to_ascii_lowercase());
            names.latest = Some(slice.clone());
        }
    }
    let lines: Vec<&str> = text.split('\n').collect();
    let places = places(&writers.speakers);
    let mut fold = Fold::default();
    fold.log.above = above;
    for (i, (raw, read)) in raw.iter().zip(reads).enumerate() {
        let first = raw.line.saturating_sub(lines_above + 1);
        let end = raw.next.saturating_sub(lines_above + 1).min(lines.len());
        let entry_text = normalised(lines.get(first..end).unwrap_or_default());
        let gate = (read.kind == Kind::Gate)
            .then(|| if raw.in_html { Default::default() } else { content(&raw.blocks, &places) });
        let mut read = read;
        let is_mute = read.kind == Kind::Note && read.almost.is_none() && read.party.is_some();
        if is_mute && writers.format.is_headings() {
            read.almost = between_tags(&entry_text, &names);
        }
        fold.entry(i, raw, read, entry_text, gate.zip(slices.get(i).cloned().flatten()));
    }
    if let (true, Some(last), Some(raw)) = (writers.format.is_headings(), fold.log.entries.last_mut(), raw.last()) {
        last.left_open = left_open(raw, &lines, lines_above);
    }
    fold.log
}

/// What the last entry leaves open: only a block of which nothing is said can be.
fn left_open(raw: &Raw, lines: &[&str], lines_above: usize) -> Option<Unclosed> {
    let last = raw.blocks.last().filter(|block| block.body == Body::Shown)?;
    let above = last.line.saturating_sub(1);
    let open = markdown::left_open(&lines.get(above.checked_sub(lines_above)?..)?.join("\n"))?;
    Some(Unclosed { line: open.line + above, ..open })
}

pub(super) fn names(speakers: &[Speaker]) -> Names {
    let all = speakers
        .iter()
        .flat_map(|s| std::iter::once(&s.name).chain(&s.aliases).map(|alias| (alias_tokens(alias), s.name.clone())));
    Names { aliases: all.collect(), ..Names::default() }
}

fn places(speakers: &[Speaker]) -> Vec<Place> {
    let all = speakers.iter().flat_map(|s| {
        let names = std::iter::once(&s.name).chain(&s.aliases).chain(&s.repositories);
        names.map(|name| Place { name: name.clone(), party: s.name.clone() })
    });
    all.collect()
}

/// For each entry that is a gate, the slice it names, else `gate-N`.
fn slices(reads: &[Option<Read>], above: Option<&Above>) -> Vec<Option<String>> {
    let gates = || reads.iter().map(|read| read.as_ref().filter(|read| read.kind == Kind::Gate));
    let unnamed = gates().flatten().any(|gate| gate.slice.is_none());
    let mut number = above.filter(|_| unnamed).map_or(0, Above::gates);
    let mut name = |gate: &Read| {
        number += 1;
        gate.slice.clone().unwrap_or_else(|| format!("gate-{number}"))
    };
    gates().map(|gate| gate.map(&mut name)).collect()
}

#[derive(Default)]
struct Fold {
    log: Log,
    /// The latest gate of each slice, in lower case.
    by_slice: HashMap<String, usize>,
    /// The latest gate of each party.
    by_party: HashMap<String, usize>,
}

impl Fold {
    fn entry(
        &mut self,
        index: usize,
        raw: &Raw,
        read: Read,
        text: String,
        gate: Option<(super::gate::Content, String)>,
    ) {
        let mut entry = Entry {
            line: raw.line,
            heading: raw.heading.clone(),
            party: read.party.clone(),
            role: read.role.clone(),
            date: read.date,
            slice: read.slice.clone(),
            kind: read.kind,
            answers: None,
            why: read.why.clone(),
            almost: read.almost.clone(),
            left_open: None,
            text,
        };
        if let (Some((content, slice)), Some(party)) = (gate, entry.party.clone()) {
            entry.slice = Some(slice.clone());
            self.by_slice.insert(slice.to_ascii_lowercase(), self.log.gates.len());
            self.by_party.insert(party.clone(), self.log.gates.len());
            self.log.gates.push(Gate {
                entry: index,
                line: raw.line,
                slice,
                party,
                state: State::Pending,
                reply: None,
                answers: Vec::new(),
                answerer: None,
                self_acks: Vec::new(),
                paths: content.paths,
                fields: content.fields,
                parts: content.parts,
                questions: content.questions,
                validation: content.validation,
            });
        } else if let Some(party) = entry.party.clone() {
            match self.reply(index, &party, &read) {
                Some(Ok((gate, note))) => {
                    entry.why.push_str(&note);
                    entry.answers = Some(gate);
                    entry.slice = self.log.gates.get(gate).map(|g| g.slice.clone()).or(entry.slice);
                }
                Some(Err(why)) => {
                    let meant = self.target(&party, State::Acked, &read.object);
                    let is_lost = meant.and_then(|found| self.unless_unclear(found, &read)).is_err();
                    let verb = match read.kind {
                        Kind::Ack if is_meant_for_the_gate(&read) => Some("ACK"),
                        Kind::Nack => Some("NACK"),
                        _ => None,
                    };
                    if let Some(verb) = verb.filter(|_| is_lost) {
                        entry.almost = Some(format!("{why}; `({verb}: SLICE)` answers that slice's gate"));
                    }
                    entry.why = format!("{}, but {why}", entry.why);
                }
                None => {}
            }
        }
        self.log.entries.push(entry);
    }

    /// Lets a reply take effect. The gate that it counts for and what else is to say of that, or why it counts for none;
    /// `None` for no reply.
    fn reply(&mut self, index: usize, party: &str, read: &Read) -> Option<Result<(usize, String), String>> {
        let state = match read.kind {
            Kind::Ack => State::Acked,
            Kind::Nack => State::Rejected,
            Kind::ChangesRequested => State::ChangesRequested,
            Kind::Withdrawn => State::Withdrawn,
            Kind::Landed => State::Landed,
            Kind::Gate | Kind::Ready | Kind::Note => return None,
        };
        let target = self.target(party, state, &read.object).and_then(|found| self.unless_unclear(found, read));
        if state == State::Withdrawn && matches!(read.object, Object::Bare | Object::Gate { date: None, party: None }) {
            self.take_back(index, party);
        }
        let mut first = target.and_then(|(target, note)| Ok((self.put(index, party, state, target)?, note)));
        if matches!(state, State::Rejected | State::ChangesRequested) {
            for named in &read.also {
                // What it refuses besides may be anything: with no gate of that name it is the latest that is meant.
                let target = self.target(party, State::Rejected, named);
                let put = target.and_then(|(target, note)| Ok((self.put(index, party, state, target)?, note)));
                first = first.or(put);
            }
        }
        Some(first)
    }

    /// Puts a gate into the state that a reply asks for.
    fn put(&mut self, index: usize, party: &str, state: State, target: usize) -> Result<usize, String> {
        let taken_back = self.acked_by(target, party);
        let Some(gate) = self.log.gates.get_mut(target) else { return Err("there is no such gate".to_owned()) };
        let own = gate.party == party;
        let refused = if own && matches!(state, State::Acked) {
            gate.self_acks.push(index);
            Some("a party cannot ACK its own gate")
        } else if own && matches!(state, State::Rejected | State::ChangesRequested) {
            Some("a party cannot answer its own gate; WITHDRAWN takes it back")
        } else if !own && state == State::Landed {
            Some("only the gate's own party can say that it landed")
        } else if !own && state == State::Withdrawn && !taken_back {
            Some("this party has no gate or ACK here to take back")
        } else if gate.state.is_final() {
            Some("the gate is closed already: only a new gate opens again")
        } else {
            None
        };
        // An ACK that another's stands over counts for its party all the same, and so does taking it back.
        if !own && !gate.state.is_final() && state != State::Landed {
            gate.heard(party, state, index);
        }
        if let Some(why) = refused {
            return Err(why.to_owned());
        }
        gate.state = state;
        gate.reply = Some(index);
        Ok(target)
    }

    /// What is taken back by no name may be the party's answer to the latest gate, whatever else it may be.
    fn take_back(&mut self, index: usize, party: &str) {
        if let Some(gate) = self.log.gates.last_mut().filter(|gate| gate.party != party && !gate.state.is_final()) {
            gate.heard(party, State::Withdrawn, index);
        }
    }

    /// An ACK by no name may be for another gate that it speaks of, and that waits for an answer as well.
    fn unless_unclear(&self, found: (usize, String), read: &Read) -> Result<(usize, String), String> {
        let waits = |slice: &&String| {
            let gate = self.called(slice).filter(|gate| *gate != found.0);
            gate.and_then(|gate| self.log.gates.get(gate)).is_some_and(|gate| gate.state == State::Pending)
        };
        match read.beside.iter().find(waits) {
            Some(slice) => Err(format!("it names no gate, and speaks of “{slice}”, which waits for an answer too")),
            None => Ok(found),
        }
    }

    /// The gate that a reply means, and what else is to say of that. A refusal of what no gate is called is one of the
    /// latest gate, unless it is of something else altogether: it never leaves open what it may have meant.
    fn target(&self, party: &str, state: State, object: &Object) -> Result<(usize, String), String> {
        let latest = self.log.gates.len().checked_sub(1).ok_or_else(|| "there is no gate above it".to_owned())?;
        let found = match object {
            Object::Bare => Ok(self.own(party, state, latest)),
            Object::Gate { date: None, party: None } => Ok(self.own(party, state, latest)),
            Object::Gate { date, party: of } => self.described(*date, of.as_deref()),
            Object::Slice(slice) => self.called(slice).ok_or_else(|| format!("no gate above it is called “{slice}”")),
            Object::Part(what) => Err(format!("“{what}” is not the whole gate")),
            Object::Other(what) => Err(format!("it answers something else: “{what}”")),
        };
        let refuses = match state {
            State::Rejected => !matches!(object, Object::Other(what) if !is_of_a_gate(what)),
            State::ChangesRequested => !matches!(object, Object::Part(_) | Object::Other(_)),
            _ => false,
        };
        match found {
            Err(why) if refuses => {
                let others = |gate: &Gate| gate.party != party && !gate.state.is_final();
                let sought = Sought::OfOthersThan(party.to_owned());
                let gate = self.or_above(self.log.gates.iter().rposition(others), sought).unwrap_or(latest);
                Ok((gate, format!(", for the latest gate ({why})")))
            }
            found => found.map(|gate| (gate, String::new())),
        }
    }

    /// For an entry that names nothing: the latest gate above it; to close one, the party's own latest.
    fn own(&self, party: &str, state: State, latest: usize) -> usize {
        let own = || {
            let sought = Sought::Of { date: None, party: Some(party.to_owned()) };
            let own = self.or_above(self.by_party.get(party).copied(), sought);
            own.filter(|own| self.is_open(*own)).unwrap_or(latest)
        };
        match state {
            State::Landed => own(),
            State::Withdrawn if !self.acked_by(latest, party) => own(),
            _ => latest,
        }
    }

    fn is_open(&self, gate: usize) -> bool {
        self.log.gates.get(gate).is_some_and(|g| !g.state.is_final())
    }

    /// Whether the reply that counts for a gate is this party's.
    fn acked_by(&self, gate: usize, party: &str) -> bool {
        let reply = self.log.gates.get(gate).and_then(|g| g.reply).and_then(|r| self.log.entries.get(r));
        reply.is_some_and(|r| r.party.as_deref() == Some(party))
    }

    /// The latest gate of a date or party.
    fn described(&self, date: Option<jiff::civil::Date>, party: Option<&str>) -> Result<usize, String> {
        let sought = Sought::Of { date, party: party.map(str::to_owned) };
        let fits = |gate: &Gate| {
            let dated = self.log.entries.get(gate.entry).and_then(|e| e.date);
            sought.fits(&gate.party, dated)
        };
        let found = self.log.gates.iter().rposition(fits);
        self.or_above(found, sought).ok_or_else(|| "no gate above it fits what it names".to_owned())
    }

    /// The latest gate of a slice.
    fn called(&self, slice: &str) -> Option<usize> {
        let slice = slice.to_ascii_lowercase();
        let found = self.by_slice.get(&slice).copied();
        if let (None, Some(above)) = (found, &self.log.above)
            && above.knows(&slice)
        {
            above.ask();
        }
        found
    }

    /// What was found among the gates that were read, else there may be one above.
    fn or_above(&self, found: Option<usize>, sought: Sought) -> Option<usize> {
        if let (None, Some(above)) = (found, &self.log.above) {
            above.ask_for(sought);
        }
        found
    }
}
