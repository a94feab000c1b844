//! Entries of the log from what a person wants to say: text in, text out.
//!
//! What is composed is read back with the log's own reader before anybody may write it: it must be what was asked for,
//! and change nothing else in the log. Free text is tried as it was given, then with its marks escaped.

mod body;
mod checked;
mod draft;
mod path;
#[cfg(test)]
mod tests;

use jiff::civil::Date;

pub use checked::{Composed, Misread, compose, target};
pub use draft::{Unreadable, draft, read_draft};
pub use path::path;

use crate::log::Writers;

/// Who writes, when, and into what.
#[derive(Debug, Clone)]
pub struct Writer<'a> {
    /// All parties and the format, as the log's reader knows them.
    pub writers: &'a Writers,
    /// The party that writes.
    pub party: &'a str,
    /// The name that its headings start with.
    pub alias: &'a str,
    /// The date of the heading.
    pub date: Option<Date>,
    /// Each party's own answer counts, and not the last one alone (`gate.acks`).
    pub each: bool,
}

/// What an entry is to say.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Wish {
    /// A gate.
    Gate(GateWish),
    /// Yes to a gate.
    Ack {
        /// An index into the log's gates.
        gate: usize,
        /// What proves it: the lines that are signed and the signature below them.
        signed: Option<String>,
    },
    /// No to a gate.
    Nack {
        /// An index into the log's gates.
        gate: usize,
        /// Why.
        reason: Option<String>,
    },
    /// The writer's own gate or ACK is taken back.
    Withdraw {
        /// An index into the log's gates.
        gate: usize,
    },
    /// The slice is done.
    Landed {
        /// An index into the log's gates.
        gate: usize,
    },
    /// “Ready for ACK”.
    Ready {
        /// The slice.
        slice: Option<String>,
        /// What else there is to say.
        note: Option<String>,
    },
}

/// The parts of a gate.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct GateWish {
    /// Its slice.
    pub slice: String,
    /// Paths and globs as a gate can list them: see [`path`].
    pub paths: Vec<String>,
    /// Exact names of fields.
    pub fields: Vec<String>,
    /// Questions to be answered Yes or No.
    pub questions: Vec<String>,
    /// What shows that it is done.
    pub validation: Vec<String>,
    /// Packaging and licensing impacts.
    pub packaging: String,
    /// The days.
    pub timeline: String,
}
