//! A session, from what must be read first to whose turn comes next: the pure parts.
//!
//! “Every session begins with Required Reading, then an Alignment Gate, then execution only after ACK.” What was read is
//! kept in a [`Record`]; roles come in an order, repositories alternate, and slices take one or two days.

mod excerpt;
mod reading;
mod record;
mod role;
mod turn;

pub use excerpt::{Excerpt, MOST, excerpts};
pub use reading::{Changes, Document, Edits, State, changes, required};
pub use record::{Open, Read, Record, Records};
pub use role::{Held, Skipped, began, latest, skipped};
pub use turn::{Turn, turn};
