//! What an entry is taken for, which gate it counts for, and why.

use super::*;

/// Two gates of AgentOS.
const TWO: &str = "## AgentOS (alignment gate: one)\n\n## AgentOS (alignment gate: two)\n\n";
/// A gate of AgentOS, then one of CCC.
const EACH: &str = "## AgentOS (alignment gate: one)\n\n## CCC (alignment gate: two)\n\n";

fn last(text: &str) -> Entry {
    log(text).entries.pop().unwrap()
}

#[test]
fn an_entry_is_what_it_says() {
    for (entry, kind, why) in [
        ("CCC (ACK)\n\nThanks.", Kind::Ack, "the heading opens with ACK"),
        ("CCC (reply)\n\nACK", Kind::Ack, "its first sentence opens with ACK"),
        ("CCC (NACK)", Kind::Nack, "the heading opens with NACK"),
        ("CCC (ACK) but rename", Kind::ChangesRequested, "the heading opens with ACK, with a reserve: “but”"),
        ("CCC (Ready for ACK)", Kind::Ready, "it says “Ready for ACK”"),
        ("CCC (note)\n\nThe docs are ready for ACK.", Kind::Ready, "it says “Ready for ACK”"),
        ("CCC (note)\n\nReady for acceptance.", Kind::Note, "it neither asks for agreement nor answers"),
        ("CCC (note)\n\nWe wait for your ACK.", Kind::Note, "the word ACK stands in it"),
        ("CCC (why we may NACK)\n\nThanks.", Kind::Note, "the word ACK stands in it"),
        ("CCC (note)\n\nHello.", Kind::Note, "it neither asks for agreement nor answers"),
        ("CCC (note)\n\nChanges are under way.", Kind::Note, "it neither asks for agreement nor answers"),
        (
            "CCC (reply)\n\nACK — NACK",
            Kind::ChangesRequested,
            "its first sentence opens with ACK, with a reserve: it says two",
        ),
        ("CCC (alignment)", Kind::Note, "it neither asks for agreement nor answers"),
        ("CCC (OK)", Kind::Note, "it neither asks for agreement nor answers"),
        ("CCC (CA)", Kind::Note, "it neither asks for agreement nor answers"),
        ("CCC (Äck)", Kind::Note, "it neither asks for agreement nor answers"),
        ("CCC (gates)", Kind::Note, "it neither asks for agreement nor answers"),
        ("Nobody (ACK)", Kind::Note, "nobody's: no party's name starts the heading (else ack: "),
    ] {
        let found = last(&format!("{GATE}## {entry}\n"));
        assert_eq!((found.kind, found.almost), (kind, None), "{entry}");
        assert!(found.why.starts_with(why), "{entry}: {}", found.why);
    }
}

#[test]
fn an_entry_that_is_almost_one_says_why() {
    for (entry, kind, why) in [
        ("CCC (ack)", Kind::Note, "“ack” is not the whole word ACK in capitals"),
        ("CCC (reply)\n\nAcknowledged.", Kind::Note, "“Acknowledged” is not the word ACK"),
        ("CCC (\u{410}CK)", Kind::Note, "“\u{410}CK” is not ACK in plain letters"),
        ("CCC (ACKnowledge)", Kind::Note, "“ACKnowledge” is not the word ACK"),
        ("CCC (ACK_)", Kind::Note, "“ACK_” is not the whole word ACK in capitals"),
        ("CCC (the gate)", Kind::Note, "its heading speaks of a gate without being one"),
        ("CCC (alignment of gates)", Kind::Note, "its heading speaks of a gate without being one"),
        ("<details>\n\n## </details>CCC (ACK)", Kind::Note, "it stands between HTML tags"),
        ("CCC (alignment gate)\n\nACK", Kind::Gate, "a gate whose first sentence answers"),
        ("<details>\n\n## </details>CCC (alignment gate)", Kind::Gate, "the gate stands between HTML tags"),
    ] {
        let mark = if entry.starts_with('<') { "" } else { "## " };
        let found = last(&format!("{GATE}{mark}{entry}\n"));
        assert_eq!(found.kind, kind, "{entry}");
        assert!(found.almost.as_deref().is_some_and(|almost| almost.starts_with(why)), "{entry}: {:?}", found.almost);
    }
}

#[test]
fn a_reply_counts_for_the_gate_it_means() {
    for (before, entry, answers, why) in [
        (TWO, "CCC (ACK)", Some(1), ""),
        (TWO, "CCC (ACK: one)", Some(0), ""),
        // What heading and body name has to fit.
        (TWO, "CCC (ACK: one)\n\nACK on one", Some(0), ""),
        (TWO, "CCC (ACK)\n\nACK on one", Some(0), ""),
        (TWO, "CCC (ACK: one)\n\nACK", Some(0), ""),
        (TWO, "CCC (ACK on the gate)\n\nACK on one", Some(0), ""),
        (TWO, "CCC (ACK: one)\n\nACK on the gate", Some(0), ""),
        (TWO, "CCC (ACK: one)\n\nACK on two", None, "it answers something else"),
        (TWO, "CCC (NACK: one)\n\nACK", Some(0), ""),
        (TWO, "CCC (NACK)\n\nACK on one", Some(0), ""),
        (TWO, "CCC (ACK on the latest)", None, "it answers something else: “the latest”"),
        (TWO, "CCC (ACK: r3-none)", None, "no gate above it is called “r3-none”"),
        (TWO, "CCC (reply)\n\nACK one with edits", Some(0), ""),
        (TWO, "CCC (reply)\n\nACK on the reports with edits", None, "it answers something else: “the reports”"),
        // A remark may name a gate, or be about anything else.
        (TWO, "CCC (ACK — one)", Some(0), ""),
        (TWO, "CCC (ACK — one is fine)", Some(0), ""),
        (TWO, "CCC (ACK: foo-bar)", None, "no gate above it is called “foo-bar”"),
        (TWO, "CCC (ACK — foo-bar)", Some(1), ""),
        (TWO, "CCC (ACK — `rid`, `ts1` as in the gate)", Some(1), ""),
        (TWO, "CCC (ACK — `rid` and the gate as posted)", Some(1), ""),
        (TWO, "CCC (ACK — r3-none)", None, "no gate above it is called “r3-none”"),
        (TWO, "CCC (ACK — r3-none gate)", None, "no gate above it is called “r3-none”"),
        (TWO, "CCC (ACK — the foo-bar gate, as posted)", None, "no gate above it is called “foo-bar”"),
        (TWO, "CCC (ACK — gate r3-none)", None, "no gate above it is called “r3-none”"),
        (EACH, "CCC (ACK — the gate of AgentOS)", Some(0), ""),
        (EACH, "CCC (ACK on the gate of AgentOS)", Some(0), ""),
        (EACH, "CCC (ACK on the gate from AgentOS)", Some(0), ""),
        (EACH, "CCC (ACK on the gate by AgentOS)", Some(0), ""),
        (EACH, "CCC (ACK on the gate for one)", Some(0), ""),
        (TWO, "CCC (NACK “one”)", Some(0), ""),
        // The heading may name it beside what it says.
        (TWO, "CCC (one — ACK)", Some(0), ""),
        (TWO, "CCC — one (ACK)", Some(0), ""),
        (TWO, "CCC one (ACK)", Some(0), ""),
        (TWO, "CCC (one — NACK)", Some(0), ""),
        (TWO, "CCC — one (NACK)", Some(0), ""),
        (TWO, "AgentOS one (landed)", Some(0), ""),
        (TWO, "AgentOS (one — landed: two)", Some(1), ""),
        (TWO, "AgentOS — one (landed: two)", Some(1), ""),
        (TWO, "CCC (one — ACK: two)", Some(1), ""),
        (TWO, "CCC (r3-none — ACK)", None, "no gate above it is called “r3-none”"),
        (TWO, "AgentOS — r3-none (landed)", Some(1), ""),
        // What closes without a name is about one's own.
        (TWO, "AgentOS (landed)", Some(1), ""),
        (EACH, "AgentOS (landed)", Some(0), ""),
        (EACH, "CCC (landed)", Some(1), ""),
        (EACH, "AgentOS (WITHDRAWN)", Some(0), ""),
        (EACH, "AgentOS (ACK)\n\n## AgentOS (WITHDRAWN)", Some(1), ""),
        (EACH, "AgentOS (landed)\n\n## AgentOS (landed)", None, "only the gate's own party can say that it landed"),
        (EACH, "AgentOS (landed)\n\n## AgentOS (WITHDRAWN)", None, "this party has no gate or ACK here to take back"),
        (TWO, "AgentOS (landed)\n\n## AgentOS (landed)", None, "the gate is closed already"),
        (TWO, "AgentOS (ACK)", None, "a party cannot ACK its own gate"),
        (TWO, "AgentOS (NACK)", None, "a party cannot answer its own gate"),
        ("", "CCC (ACK)", None, "there is no gate above it"),
    ] {
        let text = format!("{before}## {entry}\n");
        let found = last(&text);
        assert_eq!(found.answers, answers, "{text}");
        let said = found.why.split_once(", but ").map_or("", |(_, but)| but);
        assert!(said.starts_with(why) && said.is_empty() == why.is_empty(), "{text}: {}", found.why);
    }
}

#[test]
fn a_reply_has_the_slice_that_it_names() {
    assert_eq!(last(&format!("{TWO}## CCC (ACK)\n\n## CCC (ACK: r3-none)\n")).slice.as_deref(), Some("r3-none"));
}

#[test]
fn a_gate_stays_one_whatever_the_slices_are_called() {
    let log = log("## AgentOS (alignment gate: adapter)\n\n## AgentOS (landed adapter — alignment gate: next)\n");
    assert_eq!(log.gates.iter().map(|gate| gate.slice.as_str()).collect::<Vec<_>>(), ["adapter", "next"]);
}

#[test]
fn an_entry_is_its_lines_up_to_the_next() {
    let log = log("# Log\n\n## AgentOS\nHello.\n\n---\n\n## CCC\n\nBye.\n\n");
    let entries: Vec<_> = log.entries.iter().map(|entry| (entry.line, entry.text.as_str())).collect();
    assert_eq!(entries, [(3, "## AgentOS\nHello.\n"), (8, "## CCC\n\nBye.\n")]);
}

#[test]
fn what_a_gate_says_stays_as_it_is_is_not_covered() {
    for body in [
        "- `a/x.py`\n- `a/no.py` (unchanged)",
        "- `a/x.py`, `a/no.py` (read-only)",
        "- `a/x.py`\n- `a/no.py` — not touched",
        "- `a/x.py`\n- `a/no.py` — stays as is.",
        "| Path | Change |\n|---|---|\n| `a/x.py` | rename |\n| `a/no.py` | unchanged |",
        "| Path | Change |\n|---|---|\n| `a/x.py` | rename |\n| `a/no.py` | none |",
        "- `a/x.py`\n\n  #### Not changing\n\n  - `a/no.py`",
        "- `a/x.py`\n- Not changing\n  ---\n  - `a/no.py`",
        "- `a/x.py`\n\n#### Not changing\n\n##### Tests\n\n- `a/no.py`",
    ] {
        let log = log(&format!("## AgentOS (alignment gate: s)\n\n### What we will change\n\n{body}\n"));
        let open: Vec<&str> = log.gates[0].paths.iter().filter(|p| !p.excluded).map(|p| p.text.as_str()).collect();
        assert_eq!(open, ["a/x.py"], "{body}");
    }
    // A remark on how something changes, and a heading beside the one that takes out.
    for body in [
        "- `a/x.py` (no new fields)",
        "- `a/x.py` — rename",
        "#### Not changing\n\n- docs\n\n#### Adapter\n\n- `a/x.py`",
    ] {
        let log = log(&format!("## AgentOS (alignment gate: s)\n\n### What we will change\n\n{body}\n"));
        let open: Vec<&str> = log.gates[0].paths.iter().filter(|p| !p.excluded).map(|p| p.text.as_str()).collect();
        assert_eq!(open, ["a/x.py"], "{body}");
    }
}
