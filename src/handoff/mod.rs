//! What a session leaves for the next: entries in `docs/SESSION_HANDOFF.md`, pointers in `progress.md`.
//!
//! Both are prose. An entry is what its heading starts, whatever else people write there; a date, a role, a plan that
//! it does not name is `None`.

mod docs;
mod draft;
mod entry;
mod progress;

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

pub use docs::needs_nothing;
pub use draft::{Done, entry, pointer, with_entry, with_pointer};
pub use entry::{read, role_of};
pub use progress::{Pointer, latest, pointers};

/// The handoff log, from the folder that the policy governs.
pub const HANDOFF_LOG: &str = "docs/SESSION_HANDOFF.md";

/// The progress log, from the folder that the policy governs.
pub const PROGRESS: &str = "progress.md";

/// An entry of the handoff log, in the file's order: which is the newest, only its date tells.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// The heading's line, from 1.
    pub line: usize,
    /// The last line that belongs to it.
    pub end: usize,
    /// The heading, as written.
    pub heading: String,
    /// The date that the heading names.
    pub date: Option<Date>,
    /// The role that the heading names: `## 2025-11-05 – Planner: Task`.
    pub role: Option<Role>,
    /// The heading without date and role.
    pub title: String,
    /// What its line `Plan:` points at.
    pub plan: Option<String>,
    /// The slice that its line `Slice:` names, else the one in the name of its plan.
    pub slice: Option<String>,
    /// What stands under the heading, as written.
    pub body: String,
}

impl Entry {
    /// Whether it is about a slice: names it in its heading, in a line `Slice:` or by its plan, or as a code span.
    pub fn is_about(&self, slice: &str) -> bool {
        self.slice.as_deref() == Some(slice)
            || self::entry::names(&self.heading, slice)
            || self.body.contains(&format!("`{slice}`"))
            || self.body.lines().flat_map(crate::plan::pointed_at).any(|path| slice_of(path) == Some(slice))
    }

    /// The first line that a draft left open, `[fill in: …]`.
    pub fn open_line(&self) -> Option<usize> {
        let is_open = |line: &str| line.to_lowercase().contains(crate::plan::PLACEHOLDER);
        self.body.lines().position(is_open).map(|below| self.line + 1 + below)
    }
}

/// A role of the protocol: Scout → Planner → Executor.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Role {
    /// Finds out.
    Scout,
    /// Plans.
    Planner,
    /// Does what was planned.
    Executor,
}

impl Role {
    /// All, in the order in which they follow each other.
    pub const ALL: [Role; 3] = [Role::Scout, Role::Planner, Role::Executor];

    /// The role's name, as headings have it.
    pub fn as_str(self) -> &'static str {
        match self {
            Role::Scout => "Scout",
            Role::Planner => "Planner",
            Role::Executor => "Executor",
        }
    }
}

/// The slice in the name of a plan.
fn slice_of(path: &str) -> Option<&str> {
    crate::plan::named(path).map(|(_, slice)| slice)
}
