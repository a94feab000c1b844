//! A session that begins, and what a change was read on.

use jiff::civil::Date;

use crate::change::RepoPath;
use crate::handoff::Role;
use crate::report::LogPlace;
use crate::session::{Document, Skipped, Turn};

/// A session that begins.
#[derive(Debug, Clone)]
pub struct Beginning {
    /// In what role.
    pub role: Role,
    /// On which slice, where it names one.
    pub slice: Option<String>,
    /// What it has to read.
    pub documents: Vec<Document>,
    /// The role that it leaves out.
    pub skipped: Option<Skipped>,
    /// Whose turn it is.
    pub turn: Turn,
    /// Since when that slice, or the one that its party has in hand, is worked on.
    pub began: Option<Began>,
}

/// The first day of work on a slice.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Began {
    /// The slice.
    pub slice: String,
    /// The day.
    pub date: Date,
    /// What tells it.
    pub place: LogPlace,
}

/// Required reading that is not as it was read when the open session began.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Stale {
    /// A document has changed, is gone, or came onto the list.
    Document(RepoPath),
    /// Others posted in the log: how many entries that answer no gate, and where the first of them stands.
    Entries(usize, LogPlace),
}
