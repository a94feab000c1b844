//! AG405: slices take one or two days.

use jiff::ToSpan;

use crate::case::{Case, Draft, Found};
use crate::report::escape;

rule! {
    /// # What it warns of
    ///
    /// A session that begins on a slice more than two days after the first day of work on it: the earliest date of an entry
    /// about it in `docs/SESSION_HANDOFF.md` or by this party in the chat log, or the day on which its gate was posted. The
    /// slice is the one that `--slice` names, else that of this party's latest gate, until it lands. Days are those of UTC.
    ///
    /// # Why
    ///
    /// “Keep slices 1–2 days (D+1/D+2).”
    ///
    /// # How to go on
    ///
    /// Land what is done, and post a new gate for what is left.
    ///
    /// # Configuration
    ///
    /// `[rules] slice-too-long = "off"` silences it, `"error"` keeps the session from beginning.
    SLICE_TOO_LONG: "AG405", "slice-too-long", Warning, "1–2 days", check
}

fn check(case: &Case<'_>, found: &mut Found<'_>) {
    let Some(began) = case.beginning.as_ref().and_then(|session| session.began.as_ref()) else { return };
    if began.date.checked_add(2.days()).is_ok_and(|last| case.today > last) {
        let (slice, date) = (escape(&began.slice), began.date);
        let message = format!("work on slice `{slice}` began on {date}: a slice takes one or two days");
        let draft = Draft::new(message).log(&began.place.path, began.place.line);
        found.add(draft.help("land what is done, and post a new gate for what is left"));
    }
}
