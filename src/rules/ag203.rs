//! AG203: entries are only ever appended.

use super::next_step;
use crate::case::{Brought, Case, Draft, Found};
use crate::log::{Entry, Log, is_decoration};
use crate::report::escape;

rule! {
    /// # What it refuses
    ///
    /// A change of the log after which an earlier entry is not there any more, reads otherwise, or stands elsewhere; a
    /// merge after which an entry of any parent is missing or out of its order; a log that is not UTF-8. White space at
    /// the ends of lines, the closing decoration and what stands above the first entry may change; and an entry that leaves a
    /// fence or a comment open may be closed by that one line.
    ///
    /// # Why
    ///
    /// “Single Canonical Log”: what was agreed is what was written, so entries are only ever appended.
    ///
    /// # How to go on
    ///
    /// Put the log back and append an entry that says what has changed: `WITHDRAWN` takes a gate or an ACK back.
    ///
    /// # Configuration
    ///
    /// `[rules] log-rewritten = "warning"` lets a log be cleaned up once.
    LOG_REWRITTEN: "AG203", "log-rewritten", Error, "entries are only ever appended", check
}

fn check(case: &Case<'_>, found: &mut Found<'_>) {
    let Some(brought) = &case.brought else { return };
    let path = brought.path.as_str().into();
    let help = "put it back as it was, and append an entry that says what has changed";
    if !brought.is_utf8 {
        let draft = Draft::new(format!("`{path}`, the canonical log, would not be UTF-8")).path(&path);
        found.add(draft.help("save it as UTF-8"));
    }
    for before in &brought.before {
        if let Some(lost) = first_lost(before, brought) {
            let message = format!("the log's entry “{}” is changed, moved or taken out", next_step::heading(lost));
            let draft = match &lost.left_open {
                // What was appended is sound, and has become part of what stands open above it.
                Some(open) => {
                    let closer = escape(&open.closer);
                    let message = format!("{message}: line {} opens what no `{closer}` closes", open.line);
                    let help = format!("put a line `{closer}` below that entry, then what is appended");
                    Draft::new(message).path(&path).log(&brought.path, open.line).help(help)
                }
                None => Draft::new(message).path(&path).log(&brought.path, lost.line).help(help),
            };
            found.add(draft);
        }
    }
}

/// The first entry of `before` that is not where it was: at the same place for a plain change, still in order for a
/// merge, where the other parent's entries may stand between.
fn first_lost<'l>(before: &'l Log, brought: &Brought) -> Option<&'l Entry> {
    let mut after = brought.log.entries.iter();
    // What was no UTF-8 has to change before the log can be read again.
    let same = |now: &Entry, then: &Entry| now.text == then.text || then.text.contains('\u{fffd}') || closes(now, then);
    before.entries.iter().find(|entry| match brought.before.len() {
        0 | 1 => after.next().is_none_or(|e| !same(e, entry)),
        _ => !after.any(|e| same(e, entry)),
    })
}

/// Whether an entry only closes at its end what it had left open.
fn closes(now: &Entry, then: &Entry) -> bool {
    let open = then.left_open.as_ref();
    // What closes an entry (a rule, “End of entry”) may stand before the line.
    let is_closer = |rest: &str, closer: &str| {
        let rest = rest.trim_end();
        let (before, last) = rest.rsplit_once('\n').unwrap_or(("", rest));
        last.trim() == closer && before.lines().all(is_decoration)
    };
    open.is_some_and(|open| now.text.strip_prefix(&then.text).is_some_and(|rest| is_closer(rest, &open.closer)))
}
