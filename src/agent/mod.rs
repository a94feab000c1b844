//! What a coding agent is about to do, read from the payload of its hook: plain data, for the shell to judge.
//!
//! ```text
//! a payload (JSON)  → payload (event, folder) → tool → acts: paths that would be written, ways around the gate
//! a shell command   → command (words, redirects, nested scripts) ┘
//! a patch           → patch (the paths it names)                 ┘
//! ```
//!
//! Claude Code, Codex, Gemini CLI and Cursor have hooks of one kind: JSON on standard input, exit status 2 to refuse, and
//! an answer in JSON ([`answer`]). Names of events, tools and fields are those of their hook references (Claude Code
//! “Hooks reference”, Codex “Hooks”, Gemini CLI “Hooks reference”, Cursor “Hooks”). [`config`] writes their settings.
//!
//! An agent's command is prose of a kind: what it names can be seen, what it comes to cannot. So this room errs on the
//! side of letting pass. It is advice to the agent; git's hooks and CI see what it became.

pub mod act;
pub mod answer;
pub mod command;
pub mod config;
mod json_text;
pub mod page;
pub mod patch;
pub mod payload;
mod tool;
pub mod wildcard;

pub use act::{Act, Around, How, Write};
pub use answer::Dialect;
pub use payload::{Event, Payload, PayloadError, read};
pub use tool::Tool;
