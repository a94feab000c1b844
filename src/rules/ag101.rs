//! AG101: coding starts only after a gate.

use super::next_step;
use crate::case::{Case, Draft, Found};
use crate::report::escape;

rule! {
    /// # What it refuses
    ///
    /// A change on a protected path while the log has no alignment gate at all.
    ///
    /// # Why
    ///
    /// “Every session begins with Required Reading, then an Alignment Gate, then execution only after ACK.”
    ///
    /// # How to go on
    ///
    /// Post a gate: an entry whose heading is the party's name and `(alignment gate: SLICE)`, with the paths under
    /// *What we will change*. Commit it, and wait for the other party's ACK. `verify-gate status` shows where it stands.
    ///
    /// # Configuration
    ///
    /// `[protect]` says which paths are protected, `[log]` where the log is.
    GATE_MISSING: "AG101", "gate-missing", Error, "coding starts only after a gate", check
}

fn check(case: &Case<'_>, found: &mut Found<'_>) {
    let Some(reading) = case.reading() else { return };
    for (gate, touched) in case.counting() {
        if gate.is_none() {
            let what = next_step::touched(case, None);
            let message = format!("{what}, and the log ({}) has no alignment gate", escape(&reading.place));
            let draft = Draft::new(message).path(&touched.path);
            found.add(draft.help(next_step::gate_template(case, &reading.path)));
        }
    }
}
