//! A shell command → what it would write, and ways around the gate.
//!
//! The script is split as a shell splits it (`lexer`), its words are expanded as far as the text tells (`expand`), and
//! each command is looked up: which of its words it writes (`writers`, `git`), which are scripts of their own (`bash -c`,
//! `$(…)`, here-documents), which are programs in another language (`code`).

mod code;
mod expand;
mod git;
mod lexer;
mod prefix;
mod search;
mod simple;
mod walk;
mod writers;

pub use expand::Known;
pub use walk::acts;

#[cfg(test)]
mod tests;
