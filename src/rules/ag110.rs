//! AG110: D+1/D+2.

use super::next_step;
use crate::case::{Case, Draft, Found};
use crate::log::State;

rule! {
    /// # What it warns of
    ///
    /// A change on a protected path more than two days after its gate was posted. The gate's day is the date in its
    /// heading, else that of the commit that brought it; the change's is now, and for a commit its committer's date.
    /// Days are those of UTC.
    ///
    /// # Why
    ///
    /// “Keep slices 1–2 days (D+1/D+2).”
    ///
    /// # How to go on
    ///
    /// Post a new gate for what is left of the slice.
    ///
    /// # Configuration
    ///
    /// `[rules] gate-expired = "error"` makes it block; the gate's state is then `expired`.
    GATE_EXPIRED: "AG110", "gate-expired", Warning, "D+1/D+2", check
}

fn check(case: &Case<'_>, found: &mut Found<'_>) {
    for (reading, index, gate, touched) in case.counting_gates() {
        if let (State::Acked, true, Some(last)) = (gate.state, case.is_expired(index), case.expires(index)) {
            let message = format!("the timeline of {} ended on {last} (D+2)", next_step::named(reading, gate));
            let draft = Draft::new(message).path(&touched.path).log(&reading.path, gate.line);
            found.add(draft.help("post a new gate for what is left of the slice"));
        }
    }
}
