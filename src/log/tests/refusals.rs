//! What closes a gate, and what a refusal holds for.

use super::*;

#[test]
fn replies_that_close() {
    for (entry, expected) in [
        ("## CCC (NACK)\n", State::Rejected),
        ("## CCC (NACK: r4-adapter)\n", State::Rejected),
        ("## CCC (reply)\nNACK — wrong names\n", State::Rejected),
        ("## CCC (reply)\n**NACK** on the gate\n", State::Rejected),
        ("## AgentOS (WITHDRAWN)\n", State::Withdrawn),
        ("## AgentOS (alignment gate withdrawn)\n", State::Withdrawn),
        ("## AgentOS (alignment gate — WITHDRAWN)\n", State::Withdrawn),
        ("## AgentOS executor (landed)\n", State::Landed),
        ("## AgentOS executor (landed; ready for JOINT UAT)\n", State::Landed),
        ("## AgentOS — landed\n", State::Landed),
        ("## AgentOS (note)\nLanded on main in 1a2b3c.\n", State::Landed),
        ("## AgentOS (landed: r4-adapter)\n", State::Landed),
        ("## AgentOS (note)\nLanded the docs polish.\n", State::Pending),
        ("## CCC (landed)\n", State::Pending),
        ("## CCC (WITHDRAWN)\n", State::Pending),
        ("## AgentOS (NACK)\n", State::Pending),
        ("## CCC (NACK on the research reports)\n", State::Pending),
        ("## CCC (`NACK`)\n", State::Pending),
        ("## CCC (NACK: r9-other)\n", State::Rejected),
        ("## CCC (ACK)\n\n## CCC (WITHDRAWN)\n", State::Withdrawn),
        ("## CCC (ACK)\n\n## CCC (WITHDRAWN)\n\n## CCC (ACK)\n", State::Withdrawn),
        ("## CCC (ACK)\n\n## AgentOS (landed)\n\n## CCC (ACK)\n", State::Landed),
        ("## CCC (ACK)\n\n## CCC (NACK)\n", State::Rejected),
        ("## CCC (ACK)\n\n## CCC (ACK) withdrawn\n", State::Withdrawn),
        ("## CCC (NACK) — really?\n", State::Rejected),
        ("## CCC (NACK — ACK)\n", State::ChangesRequested),
        ("## CCC (ACK)\n\n## CCC (ACK — WITHDRAWN)\n", State::Withdrawn),
        ("## AgentOS (NACK; landed)\n", State::Landed),
        ("## CCC (reply)\nNACK the docs.\n", State::Rejected),
        ("## CCC (reply)\nNack the docs.\n", State::Pending),
        ("## AgentOS (note)\nLANDED the docs.\n", State::Pending),
        ("## AgentOS (note)\nLanded today.\n", State::Landed),
        ("## AgentOS (note)\nLanded with the tests.\n", State::Landed),
        ("## AgentOS (landed) — WITHDRAWN\n", State::Landed),
        ("## CCC (NACK)\n\n## CCC (ACK)\n", State::Acked),
        ("## CCC (ACK)\n\n## CCC (reply)\nACK, but rename\n", State::ChangesRequested),
        ("## CCC (reply)\nACK with edits\n\n## CCC (ACK)\n", State::Acked),
    ] {
        assert_eq!(state(entry), expected, "{entry}");
    }
}

/// Two gates of AgentOS, both ACKed.
const ACKED: &str = "## AgentOS (alignment gate: r4-adapter)\n\n## AgentOS (alignment gate: r5-b)\n\n\
    ## CCC (ACK: r4-adapter)\n\n## CCC (ACK: r5-b)\n\n";

fn both_states(entry: &str) -> (State, State) {
    let log = log(&format!("{ACKED}{entry}\n"));
    (log.gates[0].state, log.gates[1].state)
}

#[test]
fn a_refusal_holds_for_every_slice_it_names() {
    use State::{Acked, ChangesRequested as Held, Rejected as No};
    for (entry, states) in [
        ("(NACK: r4-adapter)", (No, Acked)),
        ("(NACK: r4-adapter, r5-b)", (No, No)),
        ("(NACK: r5-b and r4-adapter)", (No, No)),
        ("(reply)\n\nNACK on r4-adapter and r5-b.", (No, No)),
        ("(reply)\n\nNACK on both r4-adapter and r5-b.", (No, No)),
        ("(reply)\n\nNACK r4-adapter / r5-b", (No, No)),
        ("(reply)\n\nNACK on the r4-adapter gate, the r5-b gate", (No, No)),
        ("(reply)\n\nNACK on r4-adapter. NACK on r5-b.", (No, No)),
        ("(reply)\n\nNACK: `r4-adapter`; `r5-b` too", (No, No)),
        ("(NACK: r4-adapter)\n\nNACK on r5-b", (No, No)),
        ("(NACK)\n\nr4-adapter: wrong names\n\nr5-b: too", (No, No)),
        ("(NACK)\n\nSlice: r4-adapter", (No, Acked)),
        ("(reply to r4-adapter)\n\nNACK", (No, Acked)),
        ("(reply)\n\nNACK on r5-b, other than r4-adapter", (Acked, No)),
        ("(reply)\n\nACK with edits on r4-adapter and r5-b", (Acked, Held)),
        ("(reply)\n\nACK on r4-adapter and r5-b with edits", (Held, Held)),
        ("(reply)\n\nChanges requested on r4-adapter", (Held, Acked)),
        ("(reply)\n\nChanges requested on r4-adapter and r5-b", (Held, Held)),
        ("(changes-requested: r4-adapter)", (Held, Acked)),
        // An entry that says two things at once opens neither.
        ("(reply)\n\nACK on r4-adapter. NACK on r5-b.", (Held, Held)),
        ("(reply)\n\nACK r4-adapter, NACK r5-b", (Held, Held)),
        ("(ACK: r4-adapter)\n\nNACK on r5-b", (Held, Held)),
        ("(ACK: r4-adapter)\n\n- Verdict on r5-b: NACK", (Held, Held)),
        ("(reply)\n\nACK on the schema, NACK on the adapter", (Acked, Held)),
        ("(reply)\n\nACK on the reports. NACK.", (Acked, Held)),
    ] {
        assert_eq!(both_states(&format!("## CCC {entry}")), states, "{entry}");
    }
}

#[test]
fn a_refusal_of_what_no_gate_is_called_is_one_of_the_latest() {
    for entry in [
        "(reply)\n\nNACK on the schema",
        "(reply)\n\nNACK foo-2",
        "(NACK: foo-2)",
        "(NACK on question 3)",
        "(NACK on the gate of 2024-01-01)",
        "(reply)\n\nACK foo-2 with edits",
        "(reply)\n\nChanges requested on foo-2",
    ] {
        let (first, second) = both_states(&format!("## CCC {entry}"));
        assert_eq!(first, State::Acked, "{entry}");
        assert!(matches!(second, State::Rejected | State::ChangesRequested), "{entry}");
    }
    // Of something else altogether, and its writer is told.
    let other = format!("{ACKED}## CCC (NACK on the research reports)\n");
    assert_eq!(both_states("## CCC (NACK on the research reports)"), (State::Acked, State::Acked));
    assert!(log(&other).entries[4].almost.is_some());
    // The latest of the other party: one cannot refuse one's own.
    let own = "## AgentOS (alignment gate: one)\n\n## CCC (ACK)\n\n## CCC (alignment gate: two)\n\n## CCC (NACK on the schema)\n";
    assert_eq!(log(own).gates[0].state, State::Rejected);
}

#[test]
fn a_refusal_is_heard_out_of_its_place() {
    for (entry, expected) in [
        ("### NACK", State::Rejected),
        ("### NACK: wrong names\n\nSee below.", State::Rejected),
        ("Thanks.\n\nNACK.", State::Rejected),
        ("Thanks. NACK on the gate.", State::Rejected),
        ("Verdict: **NACK**", State::Rejected),
        ("- Names: fine\n- Verdict: NACK", State::Rejected),
        ("❌ NACK", State::Rejected),
        ("We NACK this.", State::Rejected),
        ("NACK — can you rename it?", State::Rejected),
        ("NACK, why did you do it?", State::Rejected),
        ("Verdict: NACK — can you rename it?", State::Rejected),
        ("Thanks.\n\nNACK r4-adapter", State::Rejected),
        ("Verdict: nack", State::Rejected),
        ("### Nack", State::Rejected),
        ("| Verdict |\n|---|\n| NACK |", State::Rejected),
        ("### Changes requested\n\nrename x", State::ChangesRequested),
        // Words about it, and answers to choose from.
        ("NACK?", State::Acked),
        ("Thanks.\n\nNACK means that we start anew.", State::Acked),
        ("Options: ACK or NACK.", State::Acked),
        ("Possible answers:\n\n- ACK\n- NACK", State::Acked),
        ("Please answer: NACK or ACK", State::Acked),
        ("“NACK” is what we said.", State::Acked),
        ("All changes requested are in.", State::Acked),
        ("Thanks. No changes requested.", State::Acked),
        ("We may NACK it.", State::Acked),
        ("If it breaks: NACK", State::Acked),
        ("    NACK", State::Acked),
        ("> NACK", State::Acked),
        ("<p>NACK</p>", State::Acked),
    ] {
        assert_eq!(state(&format!("## CCC (ACK)\n\n## CCC (note)\n\n{entry}\n")), expected, "{entry}");
    }
    assert_eq!(state("## CCC (ACK)\n\n## CCC (reply 6: NACK)\n"), State::Rejected);
}
