//! What is joined means what it meant, or is not joined.

use proptest::prelude::*;

use super::*;
use crate::log::{Entry, Log, read, two_parties as writers};

const GATE: &str = "## AgentOS (alignment gate: r4)\n\n- What we will change: `a/x.py`\n";

fn reader() -> Reader {
    Reader { writers: writers(), each: false }
}

/// Merges what both sides add to the same log.
fn both(base: &str, ours: &str, theirs: &str, order: Order) -> Result<String, Conflict> {
    let (ours, theirs) = (format!("{base}{ours}"), format!("{base}{theirs}"));
    merge(Texts { base, ours: &ours, theirs: &theirs }, &reader(), order)
}

fn either(base: &str, ours: &str, theirs: &str) -> Result<String, Conflict> {
    both(base, ours, theirs, Order::Either)
}

fn headings(text: &str) -> Vec<String> {
    read(text, &writers()).entries.iter().map(|entry| entry.heading.clone()).collect()
}

fn states(text: &str) -> Vec<(String, State)> {
    read(text, &writers()).gates.iter().map(|gate| (gate.slice.clone(), gate.state)).collect()
}

#[test]
fn what_a_party_refuses_on_one_side_is_not_joined_into_its_ack() {
    let third = crate::log::Speaker { name: "Third".into(), aliases: Vec::new(), repositories: vec!["third".into()] };
    let mut parties = writers();
    parties.speakers.push(third);
    let (refused, acked) = ("\n## CCC (NACK: r4)\n\n## Third (ACK: r4)\n", "\n## CCC (ACK: r4)\n");
    for (ours, theirs) in [(refused, acked), (acked, refused)] {
        let (ours, theirs) = (format!("{GATE}{ours}"), format!("{GATE}{theirs}"));
        let texts = Texts { base: GATE, ours: &ours, theirs: &theirs };
        let reader = Reader { writers: parties.clone(), each: true };
        let merged = read(&merge(texts, &reader, Order::Either).unwrap(), &parties);
        assert_eq!(merged.gates[0].stand(Some("CCC")).0, State::Rejected);
        assert_eq!(merged.entries.len(), 4);
        // Where ours must come first, only the order in which the refusal is last will do.
        let rebased = merge(texts, &reader, Order::OursFirst);
        assert_eq!(rebased.is_ok(), ours.ends_with(acked), "{rebased:?}");
        assert!(merge(texts, &Reader { each: false, ..reader }, Order::OursFirst).is_ok());
    }
    // Of two orders that will do, the one that leaves the gate shut also where the last answer counts.
    let (ours, theirs) = (format!("{GATE}\n## CCC (NACK: r4)\n"), format!("{GATE}\n## Third (ACK: r4)\n"));
    for each in [false, true] {
        let (texts, reader) =
            (Texts { base: GATE, ours: &ours, theirs: &theirs }, Reader { writers: parties.clone(), each });
        let merged = read(&merge(texts, &reader, Order::Either).unwrap(), &parties);
        assert_eq!(merged.gates[0].state, State::Rejected);
    }
}

#[test]
fn what_both_added_stands_whole_ours_first() {
    let merged = both("# Log\n\n## A\n\none\n", "\n## B\n\ntwo\n", "\n## C\n\nthree\n", Order::OursFirst).unwrap();
    assert_eq!(merged, "# Log\n\n## A\n\none\n\n## B\n\ntwo\n\n## C\n\nthree\n");
    // What stood close together stays so, and an end without a line end gets one where something follows.
    let merged = either("## A\none", "\n## B\ntwo", "\n\n## C\n## D").unwrap();
    assert_eq!(merged, "## A\none\n## B\ntwo\n\n## C\n## D");
    let merged = either("# Log\n", "## B", "## C\n").unwrap();
    assert_eq!(merged, "# Log\n## B\n\n## C\n");
    assert_eq!(either("\u{feff}", "## B", "## C\n").unwrap(), "\u{feff}## B\n\n## C\n");
    assert_eq!(either("", "", "## C\n").unwrap(), "## C\n");
}

#[test]
fn closing_decoration_stays_with_its_entry() {
    let end = "\n— End of entry —\n\n---\n";
    let merged = either(&format!("## A\n\na\n{end}"), &format!("\n## B\n\nb\n{end}"), &format!("\n## C\n\nc\n{end}"));
    assert_eq!(merged.unwrap(), format!("## A\n\na\n{end}\n## B\n\nb\n{end}\n## C\n\nc\n{end}"));
    // A rule right below a last line would underline it, and the party's name make an entry of it.
    let merged = either("## A\n", "\n## B\nCCC says", "\n---\n\n## C\n").unwrap();
    assert_eq!(merged, "## A\n\n---\n\n## B\nCCC says\n\n## C\n");
}

#[test]
fn line_ends_merge_like_the_rest() {
    let dos = |text: &str| text.replace('\n', "\r\n");
    let (base, ours, theirs) = ("## A\n\na\n", "## A\n\na\n\n## B\n", "## A\n\na\n\n## C\n");
    let whole = "## A\n\na\n\n## B\n\n## C\n";
    let merged =
        |base: &str, ours: &str, theirs: &str| merge(Texts { base, ours, theirs }, &reader(), Order::Either).unwrap();
    assert_eq!(merged(&dos(base), &dos(ours), &dos(theirs)), dos(whole));
    assert_eq!(merged(base, &dos(ours), theirs), dos(whole), "ours changed them");
    assert_eq!(merged(base, ours, &dos(theirs)), dos(whole), "theirs changed them");
    assert_eq!(merged(&dos(base), ours, &dos(theirs)), whole);
    let mixed = "## A\r\n\na\n";
    assert_eq!(
        merged(mixed, &format!("{mixed}## B\n"), &format!("{mixed}## C\r\n")),
        "## A\r\n\na\n## B\n\r\n## C\r\n"
    );
}

#[test]
fn what_both_added_alike_counts_once() {
    let ack = "\n## CCC (ACK: r4)\n";
    let merged = either(GATE, &format!("{ack}\n## B\n"), &format!("{ack}\n## C\n")).unwrap();
    assert_eq!(headings(&merged), ["AgentOS (alignment gate: r4)", "CCC (ACK: r4)", "B", "C"]);
    let merged = either("", "## B\n\n## X\n", "## C\n\n## X\n\n## D\n").unwrap();
    assert_eq!(headings(&merged), ["B", "C", "X", "D"]);
    for (ours, theirs) in [("## B\n## C\n", "## C\n## B\n"), ("## B\n## B\n", "## B\n")] {
        assert!(matches!(either("", ours, theirs), Err(Conflict::Twice { .. })), "{ours}{theirs}");
    }
    let (base, ours, theirs) = ("## A\n", "## X\n## A\n", "## A\n## X\n");
    let merged = merge(Texts { base, ours, theirs }, &reader(), Order::Either);
    assert!(matches!(merged, Err(Conflict::Twice { .. })), "{merged:?}");
}

#[test]
fn a_side_that_lost_an_entry_is_named() {
    let base = "## A\n\n## B\n\nb\n";
    for (ours, theirs, side, heading) in [
        ("## A\n\n## B\n\nchanged\n", "## A\n\n## B\n\nb\n## C\n", "ours", "B"),
        ("## A\n\n## B\n\nb\n## C\n", "## B\n\nb\n", "theirs", "A"),
        ("## A\n\n## B\n\nb\n## C\n", "## B\n\nb\n## A\n", "theirs", "B"),
        ("", "## A\n\n## B\n\nb\n## C\n", "ours", "A"),
    ] {
        let Err(Conflict::Lost { side: found, heading: lost, .. }) =
            merge(Texts { base, ours, theirs }, &reader(), Order::Either)
        else {
            panic!("{ours} {theirs}")
        };
        assert_eq!((found, lost.as_str()), (side, heading));
    }
}

#[test]
fn what_stands_above_merges_where_one_side_changed_it() {
    let merged = |base: &str, ours: &str, theirs: &str| merge(Texts { base, ours, theirs }, &reader(), Order::Either);
    assert_eq!(merged("# L\n", "# Log\n\n## A\n", "# L\n\n## B\n").unwrap(), "# Log\n\n## A\n\n## B\n");
    assert_eq!(merged("# L\n", "# L\n\n## A\n", "# Log\n## B\n").unwrap(), "# Log\n\n## A\n\n## B\n");
    assert_eq!(merged("# L\n", "# Log\n\n## A\n", "# Log\n## B\n").unwrap(), "# Log\n\n## A\n\n## B\n");
    assert_eq!(merged("# L\n", "# One\n## A\n", "# Two\n## B\n"), Err(Conflict::Opening));
}

#[test]
fn a_bare_ack_answers_the_gate_that_it_answered() {
    let base = format!("{GATE}\n");
    let (gate, ack) = ("\n## AgentOS (alignment gate: r5)\n\n- What we will change: `b/`\n", "\n## CCC (ACK)\n");
    for (ours, theirs) in [(gate, ack), (ack, gate)] {
        let merged = either(&base, ours, theirs).unwrap();
        let wanted = [("r4".to_owned(), State::Acked), ("r5".to_owned(), State::Pending)];
        assert_eq!(states(&merged), wanted, "{merged}");
    }
    // What may only be appended cannot go above the new gate.
    let why = both(&base, gate, ack, Order::OursFirst).unwrap_err().to_string();
    assert!(why.contains("“CCC (ACK)” would answer gate `r5`, and not gate `r4`"), "{why}");
    both(&base, gate, "\n## CCC (ACK: r4)\n", Order::OursFirst).unwrap();
    let (base, ours, theirs) = ("## A\n", "## A\n## B\n", "## X\n## A\n");
    let why = merge(Texts { base, ours, theirs }, &reader(), Order::OursFirst).unwrap_err();
    assert!(why.to_string().contains("would not be appended"), "{why}");
    let merged = merge(Texts { base, ours, theirs }, &reader(), Order::Either).unwrap();
    assert_eq!(headings(&merged), ["X", "A", "B"]);
    let base = format!("{GATE}\n");
    // A reply to what is not there yet does not begin to answer it.
    let merged = either(&base, "\n## AgentOS (alignment gate: r5)\n", "\n## CCC (ACK: r5)\n").unwrap();
    assert_eq!(headings(&merged)[1], "CCC (ACK: r5)");
    // Both speak of the same gate, and each has a bare answer to a gate of its own.
    let crossed =
        either(&base, &format!("{ack}{gate}\n## CCC (NACK)\n"), &format!("\n## CCC (NACK)\n\nNo.\n{gate}x\n"));
    assert!(matches!(crossed, Err(Conflict::Meaning(_))), "{crossed:?}");
}

#[test]
fn what_either_side_closes_is_closed() {
    let base = format!("{GATE}\n## CCC (ACK: r4)\n");
    let ack = "\n## CCC (ACK: r4)\n\nAgain.\n";
    for (closes, state) in [
        ("\n## CCC (NACK: r4)\n", State::Rejected),
        ("\n## CCC (ACK: r4)\n\nACK, but rename it.\n", State::ChangesRequested),
        ("\n## CCC (WITHDRAWN: r4)\n", State::Withdrawn),
        ("\n## AgentOS (WITHDRAWN: r4)\n", State::Withdrawn),
        ("\n## AgentOS (landed: r4)\n", State::Landed),
    ] {
        for (ours, theirs) in
            [(closes, ack), (ack, closes), (closes, "\n## CCC\n\nHi.\n"), ("\n## CCC\n\nHi.\n", closes)]
        {
            let merged = either(&base, ours, theirs).unwrap();
            assert_eq!(states(&merged), [("r4".to_owned(), state)], "{merged}");
        }
        // Where only the end is free, an ACK that would come behind is not taken.
        assert!(both(&base, closes, ack, Order::OursFirst).is_err(), "{closes}");
        both(&base, ack, closes, Order::OursFirst).unwrap();
    }
    // An ACK lifts what the base rejected.
    let base = format!("{GATE}\n## CCC (NACK: r4)\n");
    let merged = either(&base, "\n## CCC\n\nHi.\n", ack).unwrap();
    assert_eq!(states(&merged), [("r4".to_owned(), State::Acked)]);
}

#[test]
fn of_two_new_gates_the_one_that_is_not_acked_comes_last() {
    let acked = "## AgentOS (alignment gate: r5)\n\n## CCC (ACK)\n";
    let asked = "## CCC (alignment gate: r6)\n";
    for (ours, theirs) in [(acked, asked), (asked, acked)] {
        let merged = either(GATE, ours, theirs).unwrap();
        let wanted = [("r4", State::Pending), ("r5", State::Acked), ("r6", State::Pending)];
        assert_eq!(states(&merged), wanted.map(|(slice, state)| (slice.to_owned(), state)), "{merged}");
    }
}

#[test]
fn a_gate_by_number_keeps_its_name() {
    let (named, numbered) = ("\n## AgentOS (alignment gate: r5)\n", "\n## CCC (alignment gate)\n");
    for (ours, theirs) in [(named, numbered), (numbered, named)] {
        let merged = either(GATE, ours, theirs).unwrap();
        assert_eq!(states(&merged)[1].0, "gate-2", "{merged}");
    }
    let both = either(GATE, numbered, "\n## AgentOS (alignment gate)\n");
    assert!(both.unwrap_err().to_string().contains("`gate-3`, and not `gate-2`"));
}

#[test]
fn what_is_left_open_swallows_nothing() {
    for open in ["```\ncode", "<!-- comment", "<script>\n"] {
        let (ours, theirs) = (format!("\n## CCC\n\n{open}\n"), "\n## CCC (NACK: r4)\n");
        let merged = either(GATE, &ours, theirs).unwrap();
        assert_eq!(states(&merged), [("r4".to_owned(), State::Rejected)], "{open}");
        assert!(both(GATE, &ours, theirs, Order::OursFirst).is_err(), "{open}");
        let open_too = format!("\n## AgentOS\n\n{open}\n");
        assert!(either(GATE, &ours, &open_too).is_err(), "{open}");
    }
    // A link's target far below makes a link of a path, and a slice's name an answer of a note.
    for (ours, theirs) in [
        ("\n## CCC\n\nACK [on r4] please\n", "\n## CCC\n\n[on r4]: https://x.example\n"),
        ("\n## AgentOS (alignment gate: r5)\n\n- What we will change: [b/y.py]\n", "\n## CCC\n\n[b/y.py]: #x\n"),
        ("\n## CCC (ACK tomorrow)\n", "\n## AgentOS (alignment gate: tomorrow)\n"),
    ] {
        if let Ok(merged) = either(GATE, ours, theirs) {
            let alone = read(&format!("{GATE}{ours}"), &writers());
            let entry = |log: &Log, heading: &str| log.entries.iter().find(|e| e.heading == heading).cloned().unwrap();
            let heading = &alone.entries[1].heading;
            let (then, now) = (entry(&alone, heading), entry(&read(&merged, &writers()), heading));
            assert_eq!((then.kind, then.almost), (now.kind, now.almost));
        }
    }
}

#[test]
fn markers_stand_around_whole_entries() {
    let base = "# Log\n\n## A\n\na\n";
    let ours = format!("{base}\n## CCC (ACK)\n\nours\n\n---\n");
    let theirs = format!("{base}\n## CCC (ACK)\n\ntheirs\n\n---\n");
    let text =
        |ours: &str, theirs: &str, size| String::from_utf8(marked(ours.as_bytes(), theirs.as_bytes(), size)).unwrap();
    assert_eq!(
        text(&ours, &theirs, 7),
        format!(
            "{base}\n<<<<<<< ours\n## CCC (ACK)\n\nours\n\n---\n=======\n## CCC (ACK)\n\ntheirs\n\n---\n>>>>>>> theirs\n"
        )
    );
    assert_eq!(
        text("## A\n\none\n\n## B\n", "## A\n\ntwo\n\n## B\n", 3),
        "<<< ours\n## A\n\none\n\n===\n## A\n\ntwo\n\n>>> theirs\n## B\n"
    );
    assert_eq!(text("a", "b\r\n", 7), "<<<<<<< ours\na\n=======\nb\r\n>>>>>>> theirs\n");
    assert_eq!(marked(b"\xff\r\n", b"\xfe", 1), b"< ours\r\n\xff\r\n=\r\n\xfe\r\n> theirs\r\n");
    assert_eq!(text("same\n", "same\n", 1), "same\n< ours\n=\n> theirs\n");
}

/// Entries that the log's reader and Markdown care about.
fn entry() -> impl Strategy<Value = String> {
    let headings = prop::sample::select(vec![
        "AgentOS (alignment gate: r4)",
        "CCC (alignment gate: r5)",
        "AgentOS (alignment gate)",
        "CCC (alignment gate)",
        "CCC (ACK)",
        "AgentOS (ACK)",
        "CCC (ACK: r4)",
        "AgentOS (ACK: r5)",
        "CCC (ACK on gate-2)",
        "CCC (NACK)",
        "CCC (NACK: r4)",
        "AgentOS (WITHDRAWN)",
        "CCC (WITHDRAWN: r4)",
        "AgentOS (landed)",
        "AgentOS (landed: r4)",
        "CCC (reply)",
        "Nobody",
    ]);
    let bodies = prop::sample::select(vec![
        "",
        "text",
        "- What we will change: `a/x.py`",
        "ACK",
        "ACK, but rename it.",
        "```\nopen",
        "```\nshut\n```",
        "<!-- open",
        "<details>",
        "</details>",
        "[ACK]: #x",
        "CCC says",
        "- item\n\n  more",
        "## CCC (ACK)",
    ]);
    let ends = prop::sample::select(vec!["", "\n", "\n\n", "\n\n— End of entry —\n\n---\n\n", "\n---\n", "\r\n"]);
    (headings, bodies, ends).prop_map(|(heading, body, end)| format!("## {heading}\n\n{body}{end}"))
}

fn entries() -> impl Strategy<Value = String> {
    prop::collection::vec(entry(), 0..4).prop_map(|entries| entries.join("\n"))
}

/// The entries of `then`, in their order, among those of `now`.
fn in_order(then: &Log, now: &Log) -> bool {
    let mut rest = now.entries.iter();
    then.entries.iter().all(|entry| rest.any(|e| e.digest() == entry.digest()))
}

fn answered(log: &Log, entry: &Entry) -> Option<String> {
    entry.answers.and_then(|gate| log.entry_of(&log.gates[gate])).map(Entry::digest)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 256, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn what_is_joined_means_what_it_meant(
        opening in prop::sample::select(vec!["", "# Log\n\n", "# Log\n\n~~~\n## CCC (ACK)\n~~~\n"]),
        base in entries(), ours in entries(), theirs in entries(), dos in 0..4usize, append in any::<bool>(),
    ) {
        let base = format!("{opening}{base}");
        let texts = [base.clone(), format!("{base}\n{ours}"), format!("{base}\n{theirs}")];
        let [base, ours, theirs] = &texts.map(|text| if dos == 0 { text.replace('\n', "\r\n") } else { text });
        let order = if append { Order::OursFirst } else { Order::Either };
        if let Ok(text) = merge(Texts { base, ours, theirs }, &reader(), order) {
            let [merged, ours, theirs] = [&text, ours, theirs].map(|text| read(text, &writers()));
            prop_assert!(in_order(&ours, &merged) && in_order(&theirs, &merged), "{}", text);
            if append {
                let known = merged.entries.iter().map(|e| &e.text).zip(ours.entries.iter().map(|e| &e.text));
                prop_assert!(known.count() == ours.entries.len() && in_order(&ours, &merged));
                prop_assert!(ours.entries.iter().zip(&merged.entries).all(|(one, other)| one.text == other.text));
            }
            for side in [&ours, &theirs] {
                let mut rest = merged.entries.iter();
                for entry in &side.entries {
                    let says = |e: &&Entry| (e.text.clone(), e.kind, e.party.clone(), e.slice.clone());
                    let found = rest.find(|e| says(e) == says(&entry) && answered(&merged, e) == answered(side, entry));
                    prop_assert!(found.is_some(), "{}\n{}", entry.heading, text);
                }
            }
            for gate in merged.gates.iter().filter(|gate| gate.state == State::Acked) {
                let text_of = |log: &Log, gate: &log::Gate| log.entry_of(gate).unwrap().text.clone();
                let open = |log: &Log| log.gates.iter().any(|g| text_of(log, g) == text_of(&merged, gate) && g.state == State::Acked);
                prop_assert!(open(&ours) || open(&theirs), "{}", text);
            }
            prop_assert!(merged.entries.len() <= ours.entries.len() + theirs.entries.len());
        }
    }
}
