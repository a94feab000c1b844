//! AG402: required reading was read as it is now.

use crate::case::{Case, Draft, Found, Stale};

rule! {
    /// # What it warns of
    ///
    /// A commit on a protected path, and a new gate, while a session is open (`verify-gate session begin`) whose required
    /// reading has changed since: a document is not as it was read, neither in the work tree nor at HEAD, or others posted
    /// in the log, be it not an answer to a gate. Where no session is open nothing is compared. What was read is known on
    /// this machine alone, so nothing is asked at push.
    ///
    /// # Why
    ///
    /// “Alternate repos between sessions so each agent always inherits the other’s latest context.”
    ///
    /// # How to go on
    ///
    /// `verify-gate session begin --role ROLE` shows what has changed, and takes it as read; `verify-gate session end` ends the
    /// session.
    ///
    /// # Configuration
    ///
    /// `[session] reading` is the list; `[rules] reading-stale = "off"` silences it, `"error"` makes it block.
    READING_STALE: "AG402", "reading-stale", Warning, "… and was read as it is now", check
}

fn check(case: &Case<'_>, found: &mut Found<'_>) {
    for stale in &case.stale {
        let draft = match stale {
            Stale::Document(path) => {
                Draft::new(format!("`{path}` is not as it was read when the session began")).path(path)
            }
            Stale::Entries(count, place) => {
                let new = if *count == 1 { "a new entry".to_owned() } else { format!("{count} new entries") };
                let message = format!("the log has {new} of others since the session began");
                Draft::new(message).log(&place.path, place.line)
            }
        };
        found.add(
            draft.help("read what is new: `verify-gate session begin --role ROLE` shows it, and takes it as read"),
        );
    }
}
