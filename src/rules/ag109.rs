//! AG109: the next slice needs its own gate.

use super::next_step;
use crate::case::{Case, Draft, Found};
use crate::log::State;
use crate::report::escape;

rule! {
    /// # What it refuses
    ///
    /// A change on a protected path whose gate has landed, here or on the branch that it goes to, or has been
    /// superseded there by a later gate.
    ///
    /// # Why
    ///
    /// “Keep slices 1–2 days (D+1/D+2).” A gate is for one slice; the next slice has its own.
    ///
    /// # How to go on
    ///
    /// Post a gate for the next slice. Push what a gate covers before its `landed` is posted.
    ///
    /// # Configuration
    ///
    /// None.
    GATE_CLOSED: "AG109", "gate-closed", Error, "landed: the next slice needs its own gate", check
}

fn check(case: &Case<'_>, found: &mut Found<'_>) {
    for (reading, _, gate, touched) in case.counting_answers() {
        let named = || next_step::named(reading, gate);
        let help = || next_step::gate_template(case, &reading.path);
        if gate.state == State::Landed {
            let line = gate.reply.and_then(|r| reading.log.entries.get(r)).map_or(gate.line, |r| r.line);
            let message = format!("{} has landed: the next slice needs its own", named());
            found.add_once(Draft::new(message).path(&touched.path).log(&reading.path, line).help(help()));
        } else if let Some((since, tip)) = case.closed_since(reading, gate) {
            let what = match since.state {
                State::Landed => "landed",
                State::Pending => "was superseded by a later gate",
                _ => continue,
            };
            let message = format!("{} {what} since, on {}", named(), escape(tip));
            found.add_once(Draft::new(message).path(&touched.path).log(&reading.path, since.line).help(help()));
        }
    }
}
