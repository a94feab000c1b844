//! The log: text → entries → gates and replies.
//!
//! The log is prose, written by people and models. It is read for what it says, never guessed at in favour of
//! opening: what is no plain ACK by another party leaves a gate shut.

mod answer;
mod asks;
mod body;
mod each;
mod entry;
mod fold;
mod format;
mod gate;
mod heading;
mod history;
mod label;
mod meant;
mod named;
mod object;
mod paths;
#[cfg(test)]
mod properties;
mod recent;
mod reserve;
mod sentence;
mod slice;
mod statement;
mod stray;
mod template;
#[cfg(test)]
mod tests;
mod text;
mod tokens;
mod verdict;

use jiff::civil::Date;

use crate::markdown::{Block, Unclosed};

pub use each::Answer;
pub use fold::read;
pub use format::{FORMAT_NAMES, FORMATS, Format};
pub(crate) use heading::date_of;
pub use history::{Closed, Consent, Version, closed_since, consent, ended, origin, posted, still_agreed, stood};
pub use label::Part;
pub(crate) use label::{part_of, unnumbered};
pub use paths::{Listed, looks_like_path};
pub use recent::{Above, Latest, read_latest};
pub use template::preamble;
pub(crate) use text::is_decoration;
pub(crate) use tokens::{Token, words};

/// A party, as far as the log needs to know it.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Speaker {
    /// The party's name.
    pub name: String,
    /// Names that start its entries' headings.
    pub aliases: Vec<String>,
    /// Names of its repositories.
    pub repositories: Vec<String>,
}

/// Who writes in a log, and how.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash)]
pub struct Writers {
    /// The parties.
    pub speakers: Vec<Speaker>,
    /// How its entries are written.
    pub format: Format,
}

/// A log that has been read.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Log {
    /// All entries, in the file's order, which is the order that counts.
    pub entries: Vec<Entry>,
    /// All gates by a party, in the same order.
    pub gates: Vec<Gate>,
    /// What stands above the first entry, where the log was not read from its beginning ([`read_latest`]).
    pub above: Option<Above>,
    /// Where no party says anything in it: the format in which one would.
    pub likely: Option<Format>,
}

impl Log {
    /// The latest gate, which is the one that counts.
    pub fn latest(&self) -> Option<&Gate> {
        self.gates.last()
    }

    /// The entry of a gate.
    pub fn entry_of(&self, gate: &Gate) -> Option<&Entry> {
        self.entries.get(gate.entry)
    }

    /// The log as if nothing had landed: each gate that did is ACKed still, if it was when it landed.
    pub fn reopened(&self) -> Log {
        let mut log = self.clone();
        for (index, gate) in log.gates.iter_mut().enumerate().filter(|(_, gate)| gate.state == State::Landed) {
            let landed = gate.reply.unwrap_or_default();
            let before = self.entries.iter().enumerate().take(landed);
            if let Some((ack, entry)) = before.rev().find(|(_, entry)| entry.answers == Some(index))
                && entry.kind == Kind::Ack
            {
                (gate.state, gate.reply) = (State::Acked, Some(ack));
            }
        }
        log
    }

    /// Whether the reply that counts for a gate names the digest of what it answers, and whether that is the gate as it
    /// stands; `None` where it names none.
    pub fn reply_names_gate(&self, gate: &Gate) -> Option<bool> {
        let reply = gate.reply.and_then(|r| self.entries.get(r))?;
        let mut named = named::named_digests(&reply.text).peekable();
        named.peek()?;
        let digest = self.entry_of(gate)?.digest();
        Some(named.all(|name| name.eq_ignore_ascii_case(&digest)))
    }
}

/// One message of the log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// Its line, from 1.
    pub line: usize,
    /// The heading's text, as written.
    pub heading: String,
    /// The party that wrote it; `None` if no party's name starts the heading.
    pub party: Option<String>,
    /// The role that the heading names.
    pub role: Option<String>,
    /// The date that the heading names.
    pub date: Option<Date>,
    /// The slice that it names.
    pub slice: Option<String>,
    /// What it says by itself.
    pub kind: Kind,
    /// The gate that it counts for, an index into [`Log::gates`].
    pub answers: Option<usize>,
    /// Why it was taken for what it is.
    pub why: String,
    /// Why it looks like a gate or a reply and is none.
    pub almost: Option<String>,
    /// What the log's last entry leaves open at its end (its line is the log's): what is appended becomes part of the entry.
    pub left_open: Option<Unclosed>,
    /// Its lines from the heading to the last with content, without white space at their ends and without the closing
    /// decoration: what a digest is taken of, and what makes two entries the same.
    pub text: String,
}

impl Entry {
    /// The digest of the entry, which signatures and pins name: SHA-256, in lower-case hexadecimal, over its
    /// [`text`](Entry::text) as UTF-8. That is its lines from the heading to the last with content, each without white
    /// space at its end and ended by one `\n`; an empty line, a thematic break and `— End of entry —` below the last line
    /// with content are left out.
    pub fn digest(&self) -> String {
        text::digest(&self.text)
    }
}

/// What an entry says by itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Kind {
    /// Asks for agreement.
    Gate,
    /// Agrees.
    Ack,
    /// Rejects.
    Nack,
    /// Agrees with a reserve.
    ChangesRequested,
    /// Takes the writer's own gate or ACK back.
    Withdrawn,
    /// Says that the slice is done.
    Landed,
    /// “Ready for ACK”.
    Ready,
    /// Anything else.
    Note,
}

impl Kind {
    /// The word that JSON uses.
    pub fn as_str(self) -> &'static str {
        match self {
            Kind::Gate => "gate",
            Kind::Ack => "ack",
            Kind::Nack => "nack",
            Kind::ChangesRequested => "changes-requested",
            Kind::Withdrawn => "withdrawn",
            Kind::Landed => "landed",
            Kind::Ready => "ready",
            Kind::Note => "note",
        }
    }
}

/// A gate and what the entries below it made of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Gate {
    /// Its entry, an index into [`Log::entries`].
    pub entry: usize,
    /// Its line in the log.
    pub line: usize,
    /// The slice it names, else `gate-N`.
    pub slice: String,
    /// The party that posted it.
    pub party: String,
    /// What stands of it now.
    pub state: State,
    /// The reply that made it so, an index into [`Log::entries`].
    pub reply: Option<usize>,
    /// The last answer of each other party, in the order of their first ones.
    pub answers: Vec<Answer>,
    /// Whose answers alone `state` and `reply` tell of ([`Gate::answered_by`]); `None`: whoever answered last.
    pub answerer: Option<String>,
    /// ACKs by the gate's own party, which do not count.
    pub self_acks: Vec<usize>,
    /// The paths under *what we will change*.
    pub paths: Vec<Listed>,
    /// The fields under *what we will change* and *field names*.
    pub fields: Vec<String>,
    /// The parts of the template that it has.
    pub parts: Vec<Part>,
    /// What it asks for Yes or No: each paragraph or item under *field names*.
    pub questions: Vec<String>,
    /// What stands under *validation matrix and acceptance*.
    pub validation: Vec<Block>,
}

/// What stands of a gate.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum State {
    /// No reply counts yet.
    Pending,
    /// The other party agreed: the only state that opens anything.
    Acked,
    /// The other party agreed with a reserve.
    ChangesRequested,
    /// The other party said NACK.
    Rejected,
    /// The gate, or its ACK, was taken back.
    Withdrawn,
    /// The slice is done.
    Landed,
}

impl State {
    /// The word that JSON uses.
    pub fn as_str(self) -> &'static str {
        match self {
            State::Pending => "pending",
            State::Acked => "acked",
            State::ChangesRequested => "changes-requested",
            State::Rejected => "rejected",
            State::Withdrawn => "withdrawn",
            State::Landed => "landed",
        }
    }

    /// Landed and withdrawn gates stay so: only a new gate opens again.
    pub fn is_final(self) -> bool {
        matches!(self, State::Landed | State::Withdrawn)
    }
}

/// Two parties for the tests of other rooms.
#[cfg(test)]
pub(crate) fn two_parties() -> Writers {
    let speakers = [("AgentOS", "AgentOS"), ("CCC", "ClaudeCodeProxy")].map(|(name, repository)| Speaker {
        name: name.to_owned(),
        aliases: vec![name.to_owned()],
        repositories: vec![repository.to_owned()],
    });
    Writers { speakers: speakers.into(), format: Format::default() }
}
