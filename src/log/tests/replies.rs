//! What a reply says: ACK, ACK with a reserve, NACK, WITHDRAWN, landed.

use super::*;

#[test]
fn an_ack_in_the_body() {
    for body in [
        "ACK",
        "ACK.",
        "ACK!",
        "**ACK**",
        "*ACK*",
        "__ACK__ — proceed",
        "ACK — proceed",
        "ACK – proceed with D+1.",
        "ACK - proceed",
        "ACK: proceed",
        "ACK, proceed.",
        "ACK; flat names confirmed.",
        "ACK on the gate",
        "ACK on the gate.",
        "ACK on the alignment gate",
        "ACK on alignment gate and D+1 kickoff.",
        "ACK to your gate",
        "ACK on the plan-of-record",
        "ACK on the plan of record.",
        "ACK r4-adapter",
        "ACK `r4-adapter`",
        "ACK on r4-adapter",
        "ACK on `r4-adapter`.",
        "ACK on the r4-adapter gate",
        "ACK on the r4-adapter slice",
        "ACK on the gate r4-adapter",
        "ACK on the gate for r4-adapter",
        "ACK — r4-adapter",
        "ACK: r4-adapter",
        "ACK on the AgentOS gate",
        "ACK ✅",
        "✅ ACK",
        "ACK 👍 go ahead",
        "ACK + quiet period",
        "ACK (all four: Yes)",
        "ACK\nFlat names confirmed.",
        "ACK  \nFlat names confirmed.",
        "ACK\n\nProceed.",
        "ACK — go ahead, no changes needed.",
        "ACK. No further changes.",
        "ACK — ping here when landed.",
        "- ACK\n- flat names: Yes",
        "> quoted\n\nACK",
        "ACK.\n\n1) Yes\n2) Yes — kept\n",
        "ACK — yes to all four.",
        "ACK on the gate as written",
        "ACK on the gate above",
        "ACK\non the gate",
        "ACK on\nthe gate",
        "ACK — no reservations.",
        "ACK, without changes",
        "ACK — please proceed",
        "ACK. Once your adapter lands, ping here.",
        "ACK. Once landed we update our side.",
        "ACK. If anything comes up ask here.",
        "ACK. When you land it tell us.",
        "ACK. After landing, the docs follow.",
        "ACK. Not a day too soon.",
        "ACK. As ever, flat names.",
        "ACK\n\nPending on our side: the docs.",
        "ACK ~~on the reports~~ on the gate",
        "ACK… proceed",
        "ACK — no further changes to D+1",
        "ACK\n\nProceed. However you land it, ping here.",
        "ACK on flat names, the gate and D+1",
        "ACK — by all means go ahead",
        "ACK\n\nAnything else? No.",
        "ACK\n\n- Keep rid? Yes. No, nothing else.",
        "ACK\n\nProceed.\n\nHowever you land it, ping here.",
    ] {
        assert_eq!(state(&format!("## CCP maintainer (reply)\n{body}\n")), State::Acked, "{body}");
    }
}

#[test]
fn an_ack_in_the_heading() {
    for heading in [
        "CCP maintainer (ACK)",
        "CCC (ACK)",
        "ccc (ACK)",
        "CCC (reply 5 — ACK + kickoff)",
        "CCC (ACK + quiet period)",
        "CCC (ACK on the gate)",
        "CCC (ACK: r4-adapter)",
        "CCC (ACK r4-adapter)",
        "CCC executor (ACK) 2025-11-06",
        "CCC 2025-11-06 (ACK)",
        "CCC — (ACK)",
        "CCC (reply - ACK)",
        "**CCC** (**ACK**)",
        "CCC (2025-11-06) (ACK)",
        "CCC (alignment gate — ACK)",
        "CCC (ACK — r4-adapter)",
        "CCC (ACK, 2025-11-06)",
        "CCC (ACK) (note)",
        "CCC (r4-adapter — ACK)",
        "CCC — r4-adapter (ACK)",
        "CCC (ACK) ✅",
        "CCC (✅ ACK)",
        "CCC (follow-up — ACK)",
    ] {
        assert_eq!(state(&format!("## {heading}\nThanks for the detail.\n")), State::Acked, "{heading}");
    }
}

#[test]
fn no_ack_in_the_heading() {
    for heading in [
        "AgentOS executor (ACK)",
        "CCC adapter status (ACK)",
        "The CCC (ACK)",
        "CCC (reply: ACK)",
        "CCC (Ready for ACK)",
        "CCC (awaiting — ACK)",
        "CCC (no — ACK)",
        "CCC (ack)",
        "CCC (Acknowledged)",
        "CCC (ACK?)",
        "CCC (ACK requested)",
        "CCC (ACK or NACK)",
        "CCC (`ACK`)",
        "CCC (~~ACK~~)",
        "CCC (“ACK”)",
        "CCC (ACKed)",
        "CCC (\u{410}CK)",
        "CCC (A\u{200b}CK)",
        "CCC (ACK on the research reports)",
        "CCC (ACK r5-other)",
        "CCC (ACK: r5-hud)",
        "CCC (please ACK)",
        "CCC (ACK; landed)",
        "CCC (ACK — NACK)",
        "CCC (ACK/NACK)",
        "CCC (ACK, but rename)",
        "CCC (ACK with edits)",
        "CCC (ACK (partial))",
        "CCC-bot (ACK)",
        "CCC's friend (ACK)",
        "`CCC` (ACK)",
        "CCC (<del>ACK</del>)",
        "CCC — ACK",
        "Nobody (ACK)",
        "CCC (ACK) — NACK",
        "CCC (ACK) withdrawn",
        "CCC (ACK) but rename",
        "CCC (ACK), partial",
        "CCC (ACK)?",
        "CCC (ACK) (draft)",
        "CCC (draft — ACK)",
        "CCC (ACK: changes requested)",
        "CCC (ACK) r5-other",
        "CCC — r5-other (ACK)",
        "CCC (r5-other — ACK)",
        "CCC r5-other (ACK)",
        "CCC ACK",
        "CCC 2 (ACK)",
        "CCC (ACK)\u{200b}",
    ] {
        assert_ne!(state(&format!("## {heading}\nThanks.\n")), State::Acked, "{heading}");
    }
}

#[test]
fn a_heading_with_too_many_marks_says_nothing() {
    for (marks, expected) in [(200, State::Acked), (201, State::Pending), (300, State::Pending)] {
        assert_eq!(state(&format!("## CCC (ACK) {}\n", ", ".repeat(marks))), expected, "{marks}");
    }
}

#[test]
fn no_ack_in_the_body() {
    for body in [
        "`ACK`",
        "\"ACK\"",
        "“ACK” they said",
        "'ACK'",
        "~~ACK~~",
        "<del>ACK</del>",
        "<b>ACK</b>",
        "<!-- ACK -->",
        "> ACK",
        "```\nACK\n```",
        "    ACK",
        "[x](ACK)",
        "<ACK:x>",
        "Ready for ACK",
        "awaiting ACK",
        "if ACK, go",
        "once ACKed we go",
        "no ACK",
        "not ACK",
        "ACK?",
        "please ACK",
        "we'll ACK",
        "ack",
        "Ack",
        "Acknowledged",
        "Acknowledged on R3.5.",
        "АCK",
        "AСK",
        "ACК",
        "A\u{200b}CK",
        "ACK\u{200b}",
        "\u{200b}ACK",
        "A\u{ad}CK",
        "ACK\u{301}",
        "ACK requested",
        "ACK tomorrow",
        "ACK or NACK",
        "ACK/NACK",
        "ACK's here",
        "ACK-proceed",
        "ACKed",
        "ACK_",
        "ACK2",
        "(ACK)",
        "[ACK]",
        "- [ ] ACK",
        "Thanks. ACK",
        "Thanks.\n\nACK",
        "1) Yes\n\nACK",
        "ACK on the research reports",
        "ACK on artifact list and bundle path.",
        "ACK on the gate tomorrow",
        "ACK on all points",
        "ACK on the first gate",
        "ACK on gate r5-other",
        "ACK on the CCC gate",
        "ACK on the r4-adapter docs",
        "ACK on the gate of 2024-01-01",
        "ACK to proceed later",
        "ACK and proceed",
        "ACK — proceed?",
        "ACK\nrequested",
        "![ACK](x.png)",
        "#### ACK\n\nlater",
        "<details>\n\nACK\n\n</details>",
        "<del>\n\nACK\n\n</del>",
        "ACK := yes",
        "ＡＣＫ",
        "ACK://x",
        "ACK=yes",
        "ACK \"later\"",
        "ACK — \u{202e}on",
        "&#8203;ACK",
        "[^1]\n\n[^1]: ACK",
        "| ACK |\n|---|\n| x |",
        "ACK!?",
        "ACK, please",
        "ACK — later",
        "ACK: requested",
        "ACK — tomorrow",
        "ACK: none",
        "ACK != yes",
        "ACK\n/NACK",
        "ACK “yes”",
        "ACK, by Friday",
        "ACK on the reports\nThe gate above",
        "ACK — the r5-other gate",
        "ACK~~ed~~",
        "ACK<b>ed</b>",
    ] {
        assert_ne!(state(&format!("## CCP maintainer (reply)\n{body}\n")), State::Acked, "{body}");
    }
}

#[test]
fn what_the_digest_leaves_out_says_nothing() {
    for body in [
        "ACK",
        "ACK\ntomorrow",
        "ACK\nFlat names confirmed.",
        "NACK: the names are wrong",
        "Changes requested: `x`",
        "ACK, but rename `x`",
        "- foo — no\n  thanks",
        "2) foo? No",
        "ACK\n\n- `x`? No",
        "Thanks.\n\nBut not the schemas.",
    ] {
        let as_it_is = log(&format!("{GATE}## CCC (reply)\n\n{body}\n"));
        for (what, other) in [
            ("a rule below", format!("{body}\n---")),
            ("a rule with a margin", format!("{body}\n  ---")),
            ("spaces", body.replace('\n', "  \n") + "  "),
            ("a tab", body.replace('\n', "\t\n") + "\t"),
            ("an end", format!("{body}\n\n— End of entry —\n---\n")),
        ] {
            let read = log(&format!("{GATE}## CCC (reply)\n\n{other}\n"));
            assert_eq!(read.gates[0].state, as_it_is.gates[0].state, "{body:?} and {what}");
            assert_eq!(read.entries[1].digest(), as_it_is.entries[1].digest(), "{body:?} and {what}");
        }
        // Other spaces are text to Markdown, and so to the digest.
        let read = log(&format!("{GATE}## CCC (reply)\n\n{body}\u{a0}\n"));
        assert_ne!(read.entries[1].digest(), as_it_is.entries[1].digest(), "{body:?}");
    }
    assert_eq!(state("## CCC (reply)\n\nNACK: the names are wrong\n---\n"), State::Rejected);
    assert_eq!(state("## CCC (reply)\n\nACK  \ntomorrow\n"), State::Pending);
}
