//! AG108: rejected, or taken back.

use super::next_step;
use crate::case::{Case, Draft, Found};
use crate::log::State;
use crate::report::escape;

rule! {
    /// # What it refuses
    ///
    /// A change on a protected path whose gate was answered NACK, or whose gate or ACK was WITHDRAWN.
    ///
    /// # Why
    ///
    /// “Coding starts only after ‘ACK’.” A NACK is none, and what was taken back is none any more.
    ///
    /// # How to go on
    ///
    /// Post a new gate. A gate that was withdrawn stays so. Where `[gate] acks` asks for the ACKs of several, a NACK is lifted
    /// by an ACK of the same party alone, whether it was asked or not, and what a party took back stays so.
    ///
    /// # Configuration
    ///
    /// None.
    GATE_REJECTED: "AG108", "gate-rejected", Error, "NACK, or withdrawn", check
}

fn check(case: &Case<'_>, found: &mut Found<'_>) {
    for (reading, index, gate, touched) in case.counting_answers() {
        let named = || next_step::named(reading, gate);
        let closed = |state: State| match state {
            State::Rejected => Some("was rejected"),
            State::Withdrawn => Some("or its ACK was withdrawn"),
            _ => None,
        };
        let help = || next_step::gate_template(case, &reading.path);
        if let Some(what) = closed(gate.state) {
            let line = gate.reply.and_then(|r| reading.log.entries.get(r)).map_or(gate.line, |r| r.line);
            // What closed it for everyone is said once.
            let is_closed = case.reading().and_then(|r| r.log.gates.get(index)).is_some_and(|g| g.state.is_final());
            let by = if is_closed { String::new() } else { next_step::of_answerer(gate, "by") };
            let draft = Draft::new(format!("{} {what}{by}", named())).path(&touched.path);
            found.add_once(draft.log(&reading.path, line).help(help()));
        } else if let Some((since, tip)) = case.closed_since(reading, gate)
            && let Some(what) = closed(since.state)
        {
            let message = format!("{} {what} since, on {}", named(), escape(tip));
            found.add_once(Draft::new(message).path(&touched.path).log(&reading.path, since.line).help(help()));
        }
    }
}
