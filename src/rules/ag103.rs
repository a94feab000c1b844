//! AG103: the ACK is the other party's.

use super::next_step;
use crate::case::{Case, Draft, Found};
use crate::log::State;
use crate::report::escape;

rule! {
    /// # What it refuses
    ///
    /// A change on a protected path whose gate was ACKed by nobody but the party that posted it.
    ///
    /// # Why
    ///
    /// “No implementation change begins without an explicit ACK to the latest ‘alignment gate’ entry”: an agreement
    /// takes two.
    ///
    /// # How to go on
    ///
    /// Ask the other party to answer. An entry counts for the party whose name starts its heading.
    ///
    /// # Configuration
    ///
    /// `[parties.NAME] aliases` says which names in headings belong to which party.
    SELF_ACK: "AG103", "self-ack", Error, "the ACK is the other party's", check
}

fn check(case: &Case<'_>, found: &mut Found<'_>) {
    for (reading, _, gate, touched) in case.counting_gates() {
        let own = gate.self_acks.last().and_then(|e| reading.log.entries.get(*e));
        if let (State::Pending, Some(ack)) = (gate.state, own) {
            let message = format!(
                "{} is ACKed by {} alone, which posted it",
                next_step::named(reading, gate),
                escape(&gate.party)
            );
            let draft = Draft::new(message).path(&touched.path).log(&reading.path, ack.line);
            found.add(draft.help(next_step::ack_wanted(case, gate, &[])));
        }
    }
}
