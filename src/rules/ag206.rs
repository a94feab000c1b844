//! AG206: the copy of the log that was read is behind its source.

use crate::case::{Case, Draft, Found};
use crate::report::escape;
use crate::report::human::several;

rule! {
    /// # What it warns of
    ///
    /// A log that is read in another repository on this machine, at a local branch that lacks entries which its remote was
    /// last known to have. The change is judged by the log as it was read.
    ///
    /// # Why
    ///
    /// “Each agent always inherits the other’s latest context”: a gate may have been answered, or closed, in the meantime.
    ///
    /// # How to go on
    ///
    /// Bring that repository up to date: `git -C PLACE pull`. Nothing is fetched for this, so what nobody has fetched there
    /// is not seen.
    ///
    /// # Configuration
    ///
    /// `[log] ref = "origin/main"` reads what the remote was last known to have; `[rules] log-stale = "off"` silences it.
    LOG_STALE: "AG206", "log-stale", Warning, "each agent inherits the other's latest context", check
}

fn check(case: &Case<'_>, found: &mut Found<'_>) {
    let Some((reading, behind)) = case.reading().and_then(|reading| Some((reading, reading.behind.as_ref()?))) else {
        return;
    };
    let (name, place) = (escape(&behind.name), escape(&behind.place));
    let entries = match behind.entries {
        1 => "an entry".to_owned(),
        more => format!("{more} entries"),
    };
    let message = format!(
        "the log that was read ({}) lacks {entries} which {name} has there, {} further on",
        escape(&reading.place),
        several(behind.commits, "commit"),
    );
    let help =
        format!("bring it up to date: `git -C {place} pull`; or read what its remote has: `log.ref = \"{name}\"`");
    found.add(Draft::new(message).help(help));
}
