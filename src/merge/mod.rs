//! Two logs that grew out of one, joined: text in, text out.
//!
//! What both sides added is joined whole, entry by entry. Position decides what an entry answers, so what is joined is
//! read back: every entry must read as it does on its own side, and no gate may be open that a reply of either side
//! closes. Where no order of the two does that, there is no merge, and a person decides.

mod attribute;
mod cut;
mod join;
mod markers;
mod reading;
#[cfg(test)]
mod tests;

pub use self::attribute::{DRIVER, attribute};
use self::cut::{Cut, with_one_line_end};
use self::join::{First, Joined};
pub use self::markers::marked;
use self::reading::reads_the_same;
use crate::log::{self, Gate, State, Writers};

/// The three texts of a merge.
#[derive(Debug, Clone, Copy)]
pub struct Texts<'a> {
    /// What both grew out of; empty where they have nothing in common.
    pub base: &'a str,
    /// What is merged into.
    pub ours: &'a str,
    /// What is merged.
    pub theirs: &'a str,
}

/// Who reads the log, and what counts for them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reader {
    /// The parties, and how they write.
    pub writers: Writers,
    /// Each party's own answer counts, and not the last one alone (`gate.acks`).
    pub each: bool,
}

/// Which side's entries may come first.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Order {
    /// Ours alone: a commit that only builds on ours, as of a rebase, may append to it and nothing else.
    OursFirst,
    /// Either: a merge commit builds on both.
    Either,
}

/// Why two logs cannot be joined.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Conflict {
    /// A side does not have an entry any more that both grew out of.
    #[error("{side} has changed, moved or taken out the entry “{heading}” (line {line} of what both grew out of)")]
    Lost {
        /// The side.
        side: &'static str,
        /// The entry's heading.
        heading: String,
        /// Its line in the base.
        line: usize,
    },
    /// Both sides changed what stands above the entries.
    #[error("both sides have changed what stands above the first entry")]
    Opening,
    /// Both sides added the same entries, in different orders.
    #[error("both sides have added the entry “{heading}”, at different places among their entries")]
    Twice {
        /// The heading of one of them.
        heading: String,
    },
    /// In no order does every entry mean what it did.
    #[error("{0}")]
    Meaning(String),
}

/// Joins what both sides added. Of two orders that both will do, it is the one that leaves the latest gate shut, else
/// ours first. The lines of each entry stay as they are, but for one kind of line end where each text has one.
///
/// # Errors
/// Why it takes a person to merge them.
pub fn merge(texts: Texts<'_>, reader: &Reader, order: Order) -> Result<String, Conflict> {
    let writers = &reader.writers;
    let [base, ours, theirs] = with_one_line_end([texts.base, texts.ours, texts.theirs]);
    let [base, ours, theirs] = [&base, &ours, &theirs].map(|text| Cut::new(text, writers));
    let joined = Joined::new(&base, &ours, &theirs)?;
    let opening = join::opening(&base, &ours, &theirs)?;
    let (mut found, mut reasons) = (Vec::new(), Vec::new());
    let orders: &[First] = match order {
        Order::OursFirst => &[First::Ours],
        Order::Either => &[First::Ours, First::Theirs],
    };
    for first in orders {
        let items = joined.items(*first);
        if order == Order::OursFirst && !items.iter().take(ours.entries.len()).all(|item| item.ours.is_some()) {
            reasons.push("an entry of theirs stands above one of ours, so it would not be appended".to_owned());
            continue;
        }
        let text = joined.text(opening, &items);
        let merged = log::read(&text, writers);
        match reads_the_same(&merged, &items, &ours.log, &theirs.log, reader.each) {
            Ok(()) => found.push((merged.latest().map_or((false, 0), |gate| open(gate, reader.each)), text)),
            Err(why) => reasons.push(format!("{first}, {why}")),
        }
    }
    // The first of those that are equal.
    let best = found.into_iter().min_by_key(|(open, _)| *open);
    best.map(|(_, text)| text).ok_or_else(|| Conflict::Meaning(reasons.join("; ")))
}

/// How far a gate is open: whether its last answer is an ACK, and how many parties' are where each counts.
fn open(gate: &Gate, each: bool) -> (bool, usize) {
    let acks = gate.answers.iter().filter(|answer| each && answer.state == State::Acked);
    (gate.state == State::Acked, acks.count())
}

/// A heading as a message quotes it.
fn quoted(heading: &str) -> String {
    let most = 80;
    match heading.char_indices().nth(most) {
        Some((end, _)) => format!("{}…", heading.get(..end).unwrap_or_default()),
        None => heading.to_owned(),
    }
}
