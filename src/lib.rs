//! ackgate makes a written protocol between two repositories hold: before anything on a protected path changes, one
//! party posts an *alignment gate* in a shared Markdown log, and the other party answers *ACK* there.
//!
//! Data flows one way, from text and trees at the edge to text at the edge:
//!
//! ```text
//! a log's text      → markdown (blocks) → log (entries, gates, replies, states)  ┐
//! ackgate.toml      → policy (what is protected, who the parties are)            ├→ case → rules → report → text, JSON
//! a commit's trees  → change (paths, old and new)                                ┘     (check loops over the rules)
//! ```
//!
//! - [`markdown`] reads CommonMark, [`log`] what people and models write in it.
//! - [`policy`] reads `ackgate.toml`; where there is none, one of its built-in profiles may fit.
//! - [`contract`] reads schemas, JSON or Markdown, and says how one changed; [`json`] is JSON with one meaning, and lines.
//! - [`change`] is what a commit, push or edit touches, as plain data; [`message`] reads the trailers of a commit.
//! - [`case`] puts these together: one change, judged on its base. [`coverage`] says which paths a gate covers, [`proof`]
//!   what its ACK proves, or the signature of a commit that overrides it.
//! - [`session`] knows what a session has to read, what is new since, and whose turn it is.
//! - [`licence`] reads key bundles and licence packs, and verifies what they sign.
//! - [`rules`] is the catalogue, one file a rule; [`check`] the only loop over it; [`report`] what comes out, and [`page`] a
//!   whole history as one HTML page.
//! - [`compose`] makes entries of the log, [`merge`] joins what two branches added to it; both read back what they made.
//! - [`plan`] reads the plan of a slice, [`handoff`] what a session leaves for the next.
//! - [`evidence`] judges what a run of the plan's matrix archived, [`bundle`] a zip of what a slice touched.
//! - [`agent`] reads what a coding agent is about to do into paths that can be judged before it does it.
//! - [`shell`] touches the world: git, files, processes, the clock, the terminal. It finds the base of each change and
//!   reads policy and log from there, never from the change itself.

pub mod agent;
pub mod bundle;
pub mod case;
pub mod change;
pub mod check;
pub mod compose;
pub mod contract;
pub mod coverage;
mod digest;
pub mod evidence;
#[cfg(any(test, fuzzing))]
#[doc(hidden)]
pub mod fuzzing;
pub mod handoff;
pub mod json;
pub mod licence;
pub mod log;
pub mod markdown;
pub mod merge;
pub mod message;
pub mod page;
pub mod plan;
pub mod policy;
pub mod proof;
pub mod report;
pub mod rules;
pub mod runner;
pub mod session;
#[expect(clippy::disallowed_methods, reason = "the shell is the one room that touches the world")]
pub mod shell;
