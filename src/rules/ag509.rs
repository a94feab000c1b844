//! AG509: the log says “Ready for ACK”.

use crate::case::{Case, Draft, Found};
use crate::log::Kind;
use crate::report::escape;

rule! {
    /// # What it refuses
    ///
    /// A handoff where the latest entry of this party in the log, as it is committed, does not say “Ready for ACK”.
    ///
    /// # Why
    ///
    /// “Each session ends with: updated plan pointer in `progress.md`, `docs/SESSION_HANDOFF.md` entry, and a new chat entry
    /// with ‘Ready for ACK’.”
    ///
    /// # How to go on
    ///
    /// `verify-gate ready --commit` writes the entry.
    ///
    /// # Configuration
    ///
    /// `[rules] ready-entry = "warning"` or `"off"`.
    READY_ENTRY: "AG509", "ready-entry", Error, "a new entry with “Ready for ACK”", check
}

fn check(case: &Case<'_>, found: &mut Found<'_>) {
    if case.planned.as_ref().is_none_or(|planned| planned.left.is_none()) {
        return;
    }
    let help = "write one: verify-gate ready --commit";
    let Some(reading) = case.reading() else {
        return found.add(Draft::new("there is no log that could say “Ready for ACK”").help(help));
    };
    let party = case.policy.party.as_str();
    let latest = reading.log.entries.iter().rev().find(|entry| entry.party.as_deref() == Some(party));
    match latest {
        Some(entry) if entry.kind == Kind::Ready => {}
        Some(entry) => {
            let message = format!("the latest entry of {} does not say “Ready for ACK”", escape(party));
            found.add(Draft::new(message).log(&reading.path, entry.line).help(help));
        }
        None => found.add(Draft::new(format!("the log has no entry of {}", escape(party))).help(help)),
    }
}
