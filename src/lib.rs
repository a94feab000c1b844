//! ackgate makes a written protocol between two repositories hold.

pub mod change;
pub mod log;
pub mod markdown;
pub mod policy;
pub mod report;
pub mod rules;
#[expect(clippy::disallowed_methods, reason = "the shell is the one room that touches the world")]
pub mod shell;
