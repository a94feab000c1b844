//! AG111: an ACK is to what was read.

use super::next_step;
use crate::case::{Case, Draft, Found};
use crate::log::{Consent, State};
use crate::report::{Severity, escape};

rule! {
    /// # What it refuses
    ///
    /// A change on a protected path whose gate reads otherwise than when its ACK came. White space at the ends of lines
    /// and the closing decoration do not count. An ACK that names a digest, in a line `Gate: sha256:…` as `verify-gate ack`
    /// writes it, is an ACK to the gate of that digest alone. So it is with a commit whose `Gate:` names another digest than
    /// the gate's, and with one whose `Gate-Log:` pins the log as it was before the gate was edited, or its ACK taken out.
    ///
    /// # Why
    ///
    /// “No implementation change begins without an explicit ACK to the latest ‘alignment gate’ entry”: an ACK is to what
    /// was read.
    ///
    /// # How to go on
    ///
    /// Put the gate back as it was, or post a new one. Where a shallow history does not reach back to the ACK, this is a
    /// warning, and `git fetch --unshallow` lets it be told.
    ///
    /// # Configuration
    ///
    /// None.
    GATE_CHANGED_AFTER_ACK: "AG111", "gate-changed-after-ack", Error, "an ACK is to what was read", check
}

fn check(case: &Case<'_>, found: &mut Found<'_>) {
    for (reading, index, gate, touched) in case.counting_answers() {
        if gate.state != State::Acked {
            continue;
        }
        let named = next_step::named(reading, gate);
        let of = next_step::of_answerer(gate, "of");
        let names_it = reading.log.reply_names_gate(gate);
        if names_it == Some(false) {
            let message =
                format!("{named} is not what its ACK{of} was given to: the ACK names another digest, which voids it");
            let draft = Draft::new(message).path(&touched.path).log(&reading.path, gate.line);
            found.add(
                draft.help("put the gate back as it was, or let it be ACKed anew: `verify-gate ack` names the digest"),
            );
            continue;
        }
        if reading.pins.mean_another(&reading.log, gate) {
            let message = format!("{named} is not the one that the commit's `Gate:` names: the digest is another");
            found
                .add_once(Draft::new(message).path(&touched.path).log(&reading.path, gate.line).help(next_step::AMEND));
            continue;
        }
        if let Some(now) = case.lost_since(reading, gate) {
            let message =
                format!("{named} was edited since, or its ACK{of} taken out: the log ({}) has it no more", escape(now));
            let draft = Draft::new(message).path(&touched.path).log(&reading.path, gate.line);
            found.add(draft.help("post the gate anew and let it be ACKed, then take `Gate-Log:` out of the message"));
            continue;
        }
        let Some(history) = reading.history.get(&index) else { continue };
        match history.consent {
            Consent::Same => {}
            // The ACK itself says what it was given to.
            Consent::Unknown if names_it == Some(true) => {}
            Consent::Changed => {
                let message = format!("{named} was edited after its ACK{of}, which voids the ACK");
                let draft = Draft::new(message).path(&touched.path).log(&reading.path, gate.line);
                found.add(draft.help("put the gate back as it was, or post a new one and let it be ACKed"));
            }
            Consent::Unknown => {
                let message = format!(
                    "cannot tell whether {named} was edited after its ACK{of}: the history does not reach back to it"
                );
                let draft = Draft::new(message).log(&reading.path, gate.line).at_most(Severity::Warning);
                found.add(draft.help("run `git fetch --unshallow` in the repository that holds the log"));
            }
        }
    }
}
