//! ackgate makes a written protocol between two repositories hold.

pub mod case;
pub mod change;
pub mod check;
pub mod coverage;
pub mod log;
pub mod markdown;
pub mod policy;
pub mod proof;
pub mod report;
pub mod rules;
#[expect(clippy::disallowed_methods, reason = "the shell is the one room that touches the world")]
pub mod shell;
