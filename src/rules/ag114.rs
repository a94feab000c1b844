//! AG114: no change begins without it.

use crate::case::{Case, Draft, Found};
use crate::log::{State, closed_since};
use crate::policy::Select;
use crate::report::escape;

rule! {
    /// # What it refuses
    ///
    /// A change on a protected path whose ACK is not yet in the log of the commit it builds on: it is only in the work
    /// tree, in the index, in the very commit, or on another branch.
    ///
    /// # Why
    ///
    /// “No implementation change begins without an explicit ACK”: the ACK comes first, so it is there before the change.
    ///
    /// # How to go on
    ///
    /// Commit the log by itself, then the change. If the ACK is on another branch, merge that branch or rebase onto it.
    ///
    /// # Configuration
    ///
    /// `[log] ref` says at which ref the log of another repository is read.
    ACK_NOT_IN_BASE: "AG114", "ack-not-in-base", Error, "no change begins without an ACK", check
}

fn check(case: &Case<'_>, found: &mut Found<'_>) {
    let Some(reading) = case.reading() else { return };
    for (gate, touched) in case.counting() {
        let base = gate.and_then(|g| reading.log.gates.get(g));
        if base.is_some_and(|g| g.state == State::Acked) {
            continue;
        }
        let acked = reading.elsewhere.iter().find_map(|copy| {
            let gate = copy.log.latest().filter(|g| g.state == State::Acked)?;
            let reply = gate.reply.and_then(|r| copy.log.entries.get(r))?;
            // The base may be ahead of that copy: a merge would not open what has landed or been superseded here.
            if closed_since(&copy.log, gate, &reading.log, case.policy.select == Select::Latest).is_some() {
                return None;
            }
            Some((copy, gate, reply))
        });
        if let Some((copy, gate, reply)) = acked {
            let message = format!(
                "the ACK to gate `{}` stands {}, not in the log that this change builds on ({})",
                escape(&gate.slice),
                escape(&copy.place),
                escape(&reading.place),
            );
            found.add(Draft::new(message).path(&touched.path).log(&reading.path, reply.line).help(copy.help.clone()));
        }
    }
}
