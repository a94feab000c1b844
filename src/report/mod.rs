//! A finding as data, and the text it becomes: one renderer a format.

mod escape;
mod finding;
mod fingerprint;
mod github;
mod gitlab;
pub mod human;
pub mod json;
mod junit;
pub mod results;
mod sarif;

pub use escape::escape;
pub(crate) use escape::is_invisible;
pub use finding::{
    AnswersView, Finding, GateView, LogPlace, ProtectedPath, ReplyView, Report, Severity, UsedOverride, Verdict,
};
