//! AG102: and only after its explicit ACK.

use super::next_step;
use crate::case::{Case, Draft, Found, Touched};
use crate::log::State;
use crate::report::escape;

rule! {
    /// # What it refuses
    ///
    /// A change on a protected path while the gate that counts has no ACK, or lacks that of a party whose ACK it needs.
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
    /// `[gate] select` says which gate counts: `latest`, or `latest-covering` for the latest that lists the path. `[gate]
    /// acks` says whose ACK it needs: that of `"any-other"` party, of `"all-others"`, or of each in a list of parties; or by
    /// class. Under the last two each party's own last answer counts, and who has refused has to ACK too.
    ACK_MISSING: "AG102", "ack-missing", Error, "coding starts only after an explicit ACK to the gate", check
}

fn check(case: &Case<'_>, found: &mut Found<'_>) {
    let mut said = Vec::new();
    let answers = case.counting_answers();
    let pending = || answers.iter().filter(|(_, _, gate, _)| gate.state == State::Pending);
    for (reading, index, gate, touched) in pending() {
        let awaited = pending().filter(|(_, other, ..)| other == index);
        let awaited: Vec<&str> = awaited.filter_map(|(_, _, gate, _)| gate.answerer.as_deref()).collect();
        let named = next_step::named(reading, gate);
        let message = match &gate.answerer {
            None => format!("{}, and {named} has no ACK yet", next_step::touched(case, Some(*index))),
            // All that are waited for are said at once.
            Some(_) if said.contains(index) => continue,
            Some(_) => {
                said.push(*index);
                let what = next_step::touched_by(case, |t| {
                    let needed = case.needed(gate, &t.class).unwrap_or_default();
                    t.gate == Some(*index) && needed.iter().any(|party| awaited.contains(&party.as_str()))
                });
                format!("{what}, and {named} waits for the ACK of {}", next_step::all_of(&awaited))
            }
        };
        let draft = Draft::new(message).path(&touched.path).log(&reading.path, gate.line);
        let awaited = if gate.answerer.is_some() { awaited } else { Vec::new() };
        found.add(draft.help(next_step::ack_wanted(case, gate, &awaited)));
    }
    nobody(case, found);
}

/// Gates that nobody can ACK.
fn nobody(case: &Case<'_>, found: &mut Found<'_>) {
    for (reading, index, gate, _) in case.counting_gates() {
        let is_it = |t: &&Touched| !t.adopted && t.gate == Some(index) && case.heard(index, &t.class).is_empty();
        let Some(first) = case.touched.iter().find(is_it) else { continue };
        let message = format!(
            "{}, and {} is {}'s own, whom alone `gate.acks` asks for an ACK there: nobody can answer it",
            next_step::touched_by(case, |t| is_it(&t)),
            next_step::named(reading, gate),
            escape(&gate.party)
        );
        let draft = Draft::new(message).path(&first.path).log(&reading.path, gate.line);
        found.add(draft.help(format!(
            "let another party post the gate; or name others under `[gate] acks` (its class is `{}`), which is a change of policy",
            first.class
        )));
    }
}
