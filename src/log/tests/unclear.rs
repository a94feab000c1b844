//! Which gate an ACK is for, and where its writer is told that it is for none.

use super::*;

#[test]
fn an_ack_of_one_slice_opens_no_other() {
    let two = format!("{GATE}## AgentOS executor (alignment gate: r5-b)\n\n- What we will change: `agentos/y.py`\n\n");
    for entry in [
        "## CCC 2026-11-22 r4-adapter (ACK)\n",
        "## CCC (reply to r4-adapter)\n\nACK\n",
        "## CCC (r4-adapter)\n\nACK\n",
        "## CCC — r4-adapter\n\nACK — proceed\n",
        "## CCC (ACK)\n\nSlice: r4-adapter\n",
        "## CCC (ACK)\n\nGate: r4-adapter\n",
        "## CCC (ACK)\n\nRe: `r4-adapter`\n",
        "## CCC (ACK)\n\nFor r4-adapter.\n",
        "## CCC (ACK)\n\nr4-adapter: proceed\n",
    ] {
        let read = log(&format!("{two}{entry}"));
        assert_eq!(read.gates[1].state, State::Pending, "{entry}");
        assert_eq!(read.entries[2].slice.as_deref(), Some("r4-adapter"), "{entry}");
    }
    for entry in
        ["## CCC 2026-11-22 r5-b (ACK)\n", "## CCC (ACK)\n\nSlice: r5-b\n", "## CCC (ACK)\n\nAs in r4-adapter.\n"]
    {
        assert_eq!(log(&format!("{two}{entry}")).gates[1].state, State::Acked, "{entry}");
    }
}

#[test]
fn an_ack_that_speaks_of_another_gate_is_not_for_the_latest() {
    let two = format!("{GATE}## AgentOS executor (alignment gate: r5-b)\n\n- What we will change: `agentos/y.py`\n\n");
    for (said, states) in [
        ("ACK. This is about r4-adapter only.", (State::Acked, State::Pending)),
        ("ACK. This is for r4-adapter.", (State::Acked, State::Pending)),
        ("ACK\n\nIt goes to `r4-adapter` alone.", (State::Acked, State::Pending)),
        ("ACK on the gate. I mean r4-adapter.", (State::Acked, State::Pending)),
        ("ACK. Thanks for r4-adapter!", (State::Pending, State::Pending)),
        ("ACK. The names of r4-adapter are fine.", (State::Pending, State::Pending)),
        ("ACK. We only use r4-adapter today.", (State::Pending, State::Pending)),
        ("ACK\n\nThe only consumer is r4-adapter.", (State::Pending, State::Pending)),
        ("ACK. As in r4-adapter, names are flat.", (State::Pending, State::Acked)),
        ("ACK. Unlike r4-adapter it is small.", (State::Pending, State::Acked)),
        ("ACK. This is for r5-b and r4-adapter.", (State::Pending, State::Acked)),
    ] {
        let log = log(&format!("{two}## CCC (reply)\n\n{said}\n"));
        assert_eq!((log.gates[0].state, log.gates[1].state), states, "{said}");
        let unclear = states == (State::Pending, State::Pending);
        assert_eq!(log.entries[2].almost.is_some(), unclear, "{said}");
    }
    // What was refused is not agreed to by the way.
    let refused = format!(
        "{GATE}## CCC (NACK)\n\n## AgentOS (alignment gate: r5-b)\n\n## CCC (reply)\n\nACK. We only use r4-adapter today.\n"
    );
    assert_eq!(super::log(&refused).gates[0].state, State::Rejected);
    // What has been answered is spoken of as what was.
    let landed =
        format!("{GATE}## CCC (ACK)\n\n## AgentOS (alignment gate: r5-b)\n\n## CCC (ACK)\n\nThanks for r4-adapter.\n");
    assert_eq!(super::log(&landed).gates[1].state, State::Acked);
}

#[test]
fn an_ack_that_is_not_heard_says_so() {
    for entry in [
        "CCC — ACK",
        "CCC: ACK",
        "CCC (reply 6: ACK)",
        "CCC (reply)\n\nVerdict: **ACK**",
        "CCC (reply)\n\n### ACK",
        "CCC (reply)\n\nThanks. ACK",
        "CCC (reply)\n\nThanks.\n\nACK — proceed",
        "CCC (reply)\n\nWe ACK the gate.",
        "CCC (reply)\n\n- [x] ACK",
        "CCC (reply)\n\n| Verdict |\n|---|\n| ACK |",
        "CCC (reply)\n\nACK to the plan",
        "CCC (reply)\n\nACK to all",
        "CCC (ACK: r9-typo)",
        "CCC (reply)\n\nOn reflection: ACK",
        "CCC (reply)\n\nHOLD on the gate",
        "CCC (rejected)",
        "CCC (reply)\n\n<p>ACK</p>",
        "CCC (reply)\n\n<p>\nNACK\n</p>",
        "CCC (reply)\n\n<b>NACK</b>",
        "CCC (reply)\n\nPossible answers:\n\n- ACK\n- NACK",
    ] {
        let log = log(&format!("{GATE}## {entry}\n"));
        assert_eq!(log.gates[0].state, State::Pending, "{entry}");
        assert!(log.entries[1].almost.is_some(), "{entry}");
    }
    for entry in [
        "CCC (reply)\n\nACK on the research reports",
        "CCC (reply)\n\nWe wait for your ACK.",
        "CCC (reply)\n\n<!-- ACK -->\n\nThanks.",
        "CCC (reply)\n\n> ACK",
        "CCC (reply)\n\nHold on, we look into it.",
        "CCC (reply)\n\n```\nACK\n```",
        "CCC (reply)\n\nThe ACK of last week stands.",
        "AgentOS (ACK)",
        "AgentOS (ACK: r4-adapter)",
    ] {
        assert_eq!(log(&format!("{GATE}## {entry}\n")).entries[1].almost, None, "{entry}");
    }
}

#[test]
fn the_last_entry_says_what_it_leaves_open() {
    for (entry, open) in [
        ("CCC (note)\n\n```\ncode\n", Some((7, "```"))),
        ("CCC (note)\n\n<!-- later\n", Some((7, "-->"))),
        ("CCC (note)\n\n```\ncode\n```\n", None),
        ("CCC (note)\n\n```\n\n## AgentOS (ACK)\n", Some((7, "```"))),
        ("CCC (note)\n\ntext\n", None),
    ] {
        let log = log(&format!("{GATE}## {entry}"));
        let found = log.entries[1].left_open.as_ref().map(|open| (open.line, open.closer.as_str()));
        assert_eq!(found, open, "{entry}");
    }
}
