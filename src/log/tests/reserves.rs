//! What holds an ACK back, and what does not.

use super::*;

#[test]
fn a_reserve_asks_for_changes() {
    for body in [
        "ACK with edits",
        "ACK, but rename x",
        "ACK pending tests",
        "ACK except question 3",
        "ACK once green",
        "ACK if flat",
        "ACK — unless you object.",
        "ACK subject to review",
        "ACK, partial",
        "ACK — not yet for D+2",
        "ACK on the gate, except packaging",
        "ACK on all but packaging",
        "ACK. But rename x.",
        "ACK.\nHowever, rename x.",
        "ACK\n\n1) Yes\n2) No\n",
        "ACK\n\n- Use flat names: No\n",
        "ACK\n\n- Keep rid? **No**, use ts\n",
        "ACK\n\n- 3 — No.\n",
        "ACK, provided that tests pass",
        "ACK — as long as it stays flat",
        "ACK — in principle",
        "ACK with two small edits",
        "ACK conditional on tests",
        "ACK modulo naming",
        "ACK!, only D+1",
        "ACK — e.g. for D+1, but not D+2",
        "ACK — proceed.\n\nACK, but not on packaging.",
        "ACK, then NACK",
        "ACK\n| q | a |\n|---|---|\n| 1 | No |\n",
        "ACK — wait for tests",
        "ACK, though we’d rename x",
        "ACK; we won't publish",
        "ACK\nbut rename",
        "ACK on the gate with edits",
        "ACK on the gate once green",
        "ACK r4-adapter with edits",
        "ACK (w/ edits)",
        "ACK + edits below",
        "ACK — maybe",
        "ACK — blocked",
        "ACK — revoked",
        "ACK — up to question 3",
        "ACK — just D+1",
        "ACK — as soon as green",
        "ACK — dont start",
        "ACK\n\nbut not D+2",
        "ACK\n\n- but not D+2",
        "ACK\n\nHowever, rename x.",
        "ACK\n\n- flat names → No",
        "ACK\n\n- flat names (No)",
        "ACK\n\n- ❌ No",
        "ACK\n\n- flat?\n\n  No",
        "ACK\n\n- “No”",
        "ACK\n\n- [ ] No",
        "ACK\n\n- Q3 No",
        "ACK\n\n- flat: no; rid: yes",
        "ACK.\n2) No\n",
        "ACK\n\n**Q2:** No\n",
        "Changes requested: rename x",
        "ACK. Only D+1.",
        "ACK. Once tests are green.",
        "ACK. If the tests pass.",
        "ACK.\nWhen CI is green.",
        "ACK. Not before CI is green.",
        "ACK. As long as the names stay.",
        "ACK. On condition that names stay.",
        "ACK. Contingent on CI.",
        "ACK. Fine with the names. Assuming CI is green.",
        "ACK. NACK on packaging.",
        "ACK\n\n- flat = No",
    ] {
        assert_eq!(state(&format!("## CCP maintainer (reply)\n{body}\n")), State::ChangesRequested, "{body}");
    }
    assert_eq!(state("## CCC (ACK)\n\nNot yet.\n"), State::ChangesRequested);
    assert_eq!(state("## CCC (ACK)\n\n- Q1: Yes\n- Q2: No\n"), State::ChangesRequested);
}

#[test]
fn a_no_that_stands_in_nothings_way_refuses_nothing() {
    for said in [
        "- No further questions.",
        "- rename: Yes, no change",
        "- Confirmed, no changes.",
        "- No objections",
        "- No concerns on our side.",
        "- No further changes",
        "- No changes needed",
        "- No open questions from us.",
        "1. Yes\n2. No concerns",
        "Packaging: no change",
        "- Packaging: no change",
        "- Packaging/licensing impacts: no changes",
        "- [x] No further comments",
    ] {
        for entry in [format!("## CCC (ACK)\n\n{said}\n"), format!("## CCC (reply)\n\nACK — proceed.\n\n{said}\n")] {
            assert_eq!(state(&entry), State::Acked, "{entry}");
        }
    }
    for said in ["ACK. Any network calls? No.", "ACK. Thanks. But see our note below on docs.", "ACK. But no rush."] {
        assert_eq!(state(&format!("## CCC (reply)\n\n{said}\n")), State::Acked, "{said}");
    }
}

#[test]
fn a_no_that_may_be_the_answer_to_the_gate_refuses() {
    for said in [
        "- Alignment: no",
        "- The ACK? No.",
        "- Approved — not yet",
        "- Approved: no change",
        "- Rename rid → no change",
        "- Any network calls? Not yet.",
        "- ACK: no",
        "- Approved: no",
        "- Any chance of an ACK? No.",
        "- Any of these fine? No.",
        "- Anything we can approve? No.",
        "- May any field be dropped? No.",
        "- All questions: no",
        "- Questions 1–3: no",
        "- Use any name you like: no",
        "- Rename rid? No change.",
        "- Rename rid to id: no changes",
        "- May we rename? No changes, please.",
        "- No changes to the schema allowed",
        "- No objections, but rename rid",
        "- No flat names",
        "- No more",
        "- No longer agreed",
        "- Packaging/licensing impacts: No",
        "- Validation matrix: no",
        "- Any network calls? No, rename them.",
        "- Any breaking change? No\n- flat names: no",
        "2. No",
        "2. No change",
        "2. Flat names: no",
        "- Compatible: no",
        "- Is it safe? No.",
        "- No.",
        // Whatever is asked: the letter of it is kept, since a reader cannot weigh what was asked.
        "- Breaking changes: no",
        "- Breaking changes — No",
        "- Breaking changes (no)",
        "- Further changes: No.",
        "- Any network calls? No.",
        "- Q4: Any network calls? No.",
        "- Is anything else needed? No",
        "- Does this break any client? No.",
        "- Will it affect CI? No.",
        "- Risks: no",
        "| Objections: no |\n|---|\n| Any risk? No. |",
    ] {
        for entry in [format!("## CCC (ACK)\n\n{said}\n"), format!("## CCC (reply)\n\nACK — proceed.\n\n{said}\n")] {
            assert_eq!(state(&entry), State::ChangesRequested, "{entry}");
        }
    }
    for said in ["ACK. But see the edits below.", "ACK. But note that rid is renamed if flat.", "ACK. Flat names? No."]
    {
        assert_eq!(state(&format!("## CCC (reply)\n\n{said}\n")), State::ChangesRequested, "{said}");
    }
}
