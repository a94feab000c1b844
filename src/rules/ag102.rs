//! AG102: and only after its explicit ACK.

use super::next_step;
use crate::case::{Case, Draft, Found};
use crate::log::State;

rule! {
    /// # What it refuses
    ///
    /// A change on a protected path while the gate that counts has no ACK.
    ///
    /// # Why
    ///
    /// “No implementation change begins without an explicit ACK to the latest ‘alignment gate’ entry in this file.”
    ///
    /// # How to go on
    ///
    /// The other party appends an entry that opens with the word ACK, and commits it. An ACK has to stand in the log of
    /// the commit that the change builds on. `verify-gate log` says of every entry what it was taken for, and why.
    ///
    /// # Configuration
    ///
    /// `[gate] select` says which gate counts: `latest`, or `latest-covering` for the latest that lists the path.
    ACK_MISSING: "AG102", "ack-missing", Error, "coding starts only after an explicit ACK to the gate", check
}

fn check(case: &Case<'_>, found: &mut Found<'_>) {
    for (reading, index, gate, touched) in case.counting_gates() {
        if gate.state == State::Pending {
            let what = next_step::touched(case, Some(index));
            let message = format!("{what}, and {} has no ACK yet", next_step::named(reading, gate));
            let draft = Draft::new(message).path(&touched.path).log(&reading.path, gate.line);
            found.add(draft.help(next_step::ack_wanted(case, gate)));
        }
    }
}
