//! AG114: no change begins without it.

use std::borrow::Cow;

use super::next_step;
use crate::case::{Case, Draft, Found, Reading};
use crate::log::{State, closed_since};
use crate::policy::Select;
use crate::report::escape;

rule! {
    /// # What it refuses
    ///
    /// A change on a protected path whose ACK is not yet in the log of the commit it builds on: it is only in the work
    /// tree, in the index, in the very commit, or on another branch.
    ///
    /// Where the log is in another repository, a commit may pin it, as `ackgate-commit-msg` does:
    ///
    /// ```text
    /// Gate: r4-adapter@sha256:DIGEST
    /// Gate-Log: AgentOS@COMMIT
    /// ```
    ///
    /// Then the log of that commit judges, as long as the log as it is now has not closed the gate since; what the default
    /// branch has already is not asked again. A pin that does not hold is refused: one that cannot be read, or names a
    /// commit that is not part of the log's history, several commits, a repository of no party, or a gate that the log does
    /// not have. In the log owner's own repository pins are records, and the log of the first parent judges.
    ///
    /// # Why
    ///
    /// “No implementation change begins without an explicit ACK”: the ACK comes first, so it is there before the change.
    ///
    /// # How to go on
    ///
    /// Commit the log by itself, then the change. If the ACK is on another branch, merge that branch or rebase onto it. Take
    /// a pin that does not hold out of the message (`git commit --amend`): the log as it is now judges then.
    ///
    /// # Configuration
    ///
    /// `[log] ref` says at which ref the log of another repository is read.
    ACK_NOT_IN_BASE: "AG114", "ack-not-in-base", Error, "no change begins without an ACK", check
}

fn check(case: &Case<'_>, found: &mut Found<'_>) {
    let Some(reading) = case.reading() else { return };
    check_pins(case, reading, found);
    let answers = case.counting_answers();
    // Without a gate at the base, the last answer in the copy tells enough.
    let without = case.counting().into_iter().filter(|(gate, _)| gate.is_none()).map(|(_, touched)| (None, touched));
    let with = answers.iter().map(|(_, _, gate, touched)| (Some(*gate), *touched));
    for (base, touched) in without.chain(with) {
        if base.is_some_and(|g| g.state == State::Acked) {
            continue;
        }
        let answerer = base.and_then(|gate| gate.answerer.as_deref());
        let acked = reading.elsewhere.iter().find_map(|copy| {
            let latest = copy.log.latest()?;
            let gate = answerer.map_or_else(|| Cow::Borrowed(latest), |party| Cow::Owned(latest.answered_by(party)));
            let reply = gate.reply.filter(|_| gate.state == State::Acked).and_then(|r| copy.log.entries.get(r))?;
            // The base may be ahead of that copy: a merge would not open what has landed or been superseded here.
            if closed_since(&copy.log, &gate, &reading.log, case.policy.select == Select::Latest).is_some() {
                return None;
            }
            Some((copy, gate, reply))
        });
        if let Some((copy, gate, reply)) = acked {
            let of = next_step::of_answerer(&gate, "of");
            let message = format!(
                "the ACK{of} to gate `{}` stands {}, not in the log that this change builds on ({})",
                escape(&gate.slice),
                escape(&copy.place),
                escape(&reading.place),
            );
            found.add(Draft::new(message).path(&touched.path).log(&reading.path, reply.line).help(copy.help.clone()));
        }
    }
}

/// Pins that do not hold. One that means another gate of the slice that counts is AG111's matter.
fn check_pins(case: &Case<'_>, reading: &Reading, found: &mut Found<'_>) {
    let counting = case.counting_gates();
    let Some((gate, touched)) = case.counting().into_iter().next() else { return };
    let counts = |slice: &str| counting.iter().any(|(_, _, gate, _)| gate.slice == slice);
    let unknown = reading.pins.unknown(&reading.log).filter(|pin| !counts(&pin.slice));
    let unknown = unknown.map(|pin| {
        format!(
            "`Gate:` names gate `{}`, and the log ({}) has none of that slice and digest",
            escape(&pin.slice),
            escape(&reading.place)
        )
    });
    for why in reading.pins.bad.iter().cloned().chain(unknown) {
        let what = next_step::touched(case, gate);
        found.add(Draft::new(format!("{what}, and {why}")).path(&touched.path).help(next_step::AMEND));
    }
}
