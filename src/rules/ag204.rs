//! AG204: an entry that looks like a gate or reply and is neither.

use super::next_step;
use crate::case::{Case, Draft, Found};
use crate::report::escape;

rule! {
    /// # What it warns of
    ///
    /// An entry, from the gate that counts on or one that the change adds, that looks like a gate or a reply and cannot
    /// be read as one: `ack`, `ACK?`, `ACK requested`, look-alike letters, `Verdict: ACK`. And the
    /// last entry, where it leaves a fence or a comment open, which would swallow the next.
    ///
    /// # Why
    ///
    /// “An explicit ACK”: the log is never guessed at in favour of opening, so its writer should know.
    ///
    /// # How to go on
    ///
    /// Append an entry that says it plainly: `ACK` in capitals, opening the parentheses of the heading or the first
    /// sentence. Entries are never edited.
    ///
    /// # Configuration
    ///
    /// `[rules] entry-unreadable = "off"` silences it.
    ENTRY_UNREADABLE: "AG204", "entry-unreadable", Warning, "an entry that looks like a gate or reply and is neither", check
}

fn check(case: &Case<'_>, found: &mut Found<'_>) {
    for (path, entry) in case.entries_in_question() {
        if let Some(why) = &entry.almost {
            let message = format!(
                "“{}” looks like a gate or a reply and counts as none: {}",
                next_step::heading(entry),
                escape(why)
            );
            let help = "append an entry that says it plainly; `verify-gate log` shows what each was taken for";
            found.add(Draft::new(message).log(path, entry.line).help(help));
        }
        if let Some(open) = &entry.left_open {
            let message = format!(
                "“{}” leaves `{}` to close what it opens here, so whatever is appended becomes part of it",
                next_step::heading(entry),
                escape(&open.closer)
            );
            let help = format!("append a line `{}`, before anything else is appended", escape(&open.closer));
            found.add(Draft::new(message).log(path, open.line).help(help));
        }
    }
}
