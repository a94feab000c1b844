//! What is composed reads back as meant, or is not composed.

use proptest::prelude::*;

use super::*;
use crate::log::{self, Kind, Speaker, State, Writers, two_parties as writers};

#[test]
fn one_of_three_takes_its_ack_back_where_each_counts() {
    let third = log::Speaker { name: "Third".into(), aliases: Vec::new(), repositories: vec!["third".into()] };
    let mut parties = writers();
    parties.speakers.push(third);
    let by = |party, each| Writer { writers: &parties, party, alias: party, date: None, each };
    let ack = Wish::Ack { gate: 0, signed: None };
    let gate = "## AgentOS (alignment gate: r4)\n\n- What we will change: `a/x.py`\n";
    let one = compose(&by("CCC", true), &ack, gate).unwrap().log;
    let two = compose(&by("Third", true), &ack, &one).unwrap().log;
    let back = compose(&by("CCC", true), &Wish::Withdraw { gate: 0 }, &two).unwrap().log;
    let gate = &log::read(&back, &parties).gates[0];
    assert_eq!((gate.state, gate.stand(Some("CCC")).0), (State::Acked, State::Withdrawn));
    assert!(compose(&by("CCC", false), &Wish::Withdraw { gate: 0 }, &two).is_err());
    let again = compose(&by("CCC", true), &ack, &back).unwrap_err().to_string();
    assert!(again.contains("took its answer to gate `r4` back"), "{again}");
    // Without an answer there is nothing to take back.
    assert!(compose(&by("Third", true), &Wish::Withdraw { gate: 0 }, &one).is_err());
}

fn say(party: &str, wish: &Wish, text: &str) -> Result<String, Misread> {
    say_as(&writers(), party, party, Some(jiff::civil::date(2025, 11, 6)), wish, text)
}

fn say_as(
    writers: &Writers,
    party: &str,
    alias: &str,
    date: Option<Date>,
    wish: &Wish,
    text: &str,
) -> Result<String, Misread> {
    compose(&Writer { writers, party, alias, date, each: false }, wish, text).map(|composed| composed.log)
}

fn gate(slice: &str) -> GateWish {
    GateWish {
        slice: slice.to_owned(),
        paths: vec!["agentos/x.py".to_owned(), "agentos/schemas/**".to_owned()],
        fields: vec!["warn_pct_auto".to_owned()],
        questions: vec!["Is the cap 100?".to_owned()],
        validation: vec!["`pytest tests/`".to_owned()],
        packaging: "none".to_owned(),
        timeline: "D+1 adapter, D+2 docs".to_owned(),
    }
}

fn ack(gate: usize) -> Wish {
    Wish::Ack { gate, signed: None }
}

#[test]
fn a_slice_from_gate_to_landed() {
    let asked = say("AgentOS", &Wish::Gate(gate("r4-adapter")), "# Log\n").unwrap();
    assert!(asked.starts_with("# Log\n\n## AgentOS (alignment gate: r4-adapter) 2025-11-06\n\n- What we will change"));
    let acked = say("CCC", &ack(0), &asked).unwrap();
    let read = log::read(&acked, &writers());
    assert_eq!((read.gates[0].state, read.reply_names_gate(&read.gates[0])), (State::Acked, Some(true)));
    assert!(acked.contains("- Q2: Yes — Is the cap 100?\n"), "{acked}");
    let landed = say("AgentOS", &Wish::Landed { gate: 0 }, &acked).unwrap();
    assert_eq!(log::read(&landed, &writers()).gates[0].state, State::Landed);
    let ready = Wish::Ready { slice: Some("r4-adapter".to_owned()), note: Some("ACK is what we wait for".to_owned()) };
    let ready = say("AgentOS", &ready, &landed).unwrap();
    assert_eq!(log::read(&ready, &writers()).entries.last().unwrap().kind, Kind::Ready);
    // An edit of the gate is told by the ACK alone.
    let read = log::read(&acked.replace("schemas/**", "**"), &writers());
    assert_eq!(read.reply_names_gate(&read.gates[0]), Some(false));
}

#[test]
fn what_proves_an_ack_stands_whole_in_its_fence() {
    let asked = say("AgentOS", &Wish::Gate(gate("r4")), "# Log\n").unwrap();
    for block in ["a\nb\n", "```\n## AgentOS (WITHDRAWN)\n````\nb\n", "No\n<!--\nNACK\n"] {
        let wish = Wish::Ack { gate: 0, signed: Some(block.to_owned()) };
        for log in [asked.clone(), asked.replace('\n', "\r\n")] {
            let acked = say("CCC", &wish, &log).unwrap();
            let read = log::read(&acked, &writers());
            assert_eq!(read.gates[0].state, State::Acked);
            assert!(read.entries[1].text.contains(&format!("`\n{block}```")), "{acked}");
        }
    }
}

#[test]
fn no_word_of_a_question_is_lost() {
    for question in
        ["Is <b>it</b> [so](x/y)?", "5 &lt; 6 <!-- and 7 -->?", "1. 2. Is it?", "# ~~Is~~ `it` *so*?", "- [ ] x"]
    {
        let wish = GateWish { questions: vec![question.to_owned()], ..gate("r4") };
        let read = log::read(&say("AgentOS", &Wish::Gate(wish), "# Log\n").unwrap(), &writers());
        let letters = |text: &str| text.chars().filter(|c| c.is_alphanumeric()).collect::<String>();
        assert_eq!(letters(&read.gates[0].questions[1]), letters(question));
    }
}

#[test]
fn the_other_answers() {
    let asked = say("AgentOS", &Wish::Gate(gate("r4")), "").unwrap();
    let reason = Some("ACK — no, `rename` it\n## CCC (ACK)".to_owned());
    let no = say("CCC", &Wish::Nack { gate: 0, reason }, &asked).unwrap();
    let read = log::read(&no, &writers());
    assert_eq!((read.gates[0].state, read.entries.len()), (State::Rejected, 2));
    let back = say("AgentOS", &Wish::Withdraw { gate: 0 }, &no).unwrap();
    assert_eq!(log::read(&back, &writers()).gates[0].state, State::Withdrawn);
    for (party, wish) in [
        ("AgentOS", ack(0)),
        ("AgentOS", Wish::Nack { gate: 0, reason: None }),
        ("CCC", Wish::Landed { gate: 0 }),
        ("CCC", Wish::Withdraw { gate: 0 }),
        ("CCC", ack(1)),
    ] {
        assert!(say(party, &wish, &asked).is_err(), "{wish:?}");
    }
    let Err(Misread::Refused(why)) = say("AgentOS", &ack(0), &asked) else { panic!() };
    assert!(why.contains("ACKed by AgentOS alone, which posted it"), "{why}");
    assert!(say("CCC", &ack(0), &back).is_err(), "closed");
}

#[test]
fn a_slice_that_no_answer_could_name_is_refused() {
    for slice in ["NACK", "ACK", "landed", "a b", "r4.", "", "2025-11-06", "x)"] {
        assert!(say("AgentOS", &Wish::Gate(gate(slice)), "# Log\n").is_err(), "{slice}");
    }
}

#[test]
fn line_ends_are_the_logs_own() {
    let log = say("AgentOS", &Wish::Gate(gate("r4")), "\u{feff}# Log\r\n\r\nlast line").unwrap();
    assert!(log.starts_with("\u{feff}# Log\r\n\r\nlast line\r\n\r\n## AgentOS"), "{log}");
    assert_eq!(log.matches('\n').count(), log.matches("\r\n").count());
}

#[test]
fn a_log_that_ends_open_takes_no_entry() {
    for end in ["```\ncode", "<!-- comment", "<script>\n"] {
        assert!(say("AgentOS", &Wish::Gate(gate("r4")), &format!("# Log\n\n{end}\n")).is_err(), "{end}");
    }
}

#[test]
fn paths_are_said_so_that_they_are_read() {
    for (given, is_name, said) in [
        ("agentos/x.py", true, Ok("agentos/x.py")),
        ("agentos/**", false, Ok("agentos/**")),
        ("app/[id]/page.tsx", true, Ok("app/[[]id]/page.tsx")),
        (r"app/\[id\]/page.tsx", false, Ok("app/[[]id[]]/page.tsx")),
        ("app/a*b?{c}.py", true, Ok("app/a[*]b[?][{]c[}].py")),
        ("-x.py", true, Ok("./-x.py")),
        ("--rf/x.py", true, Ok("./--rf/x.py")),
        ("größe/ü.py", true, Ok("größe/ü.py")),
        ("LICENSE", true, Ok("LICENSE")),
        ("adapter", true, Ok("./adapter")),
        ("a b/c.py", true, Err("space")),
        ("a/(b).py", true, Err("`(`")),
        ("a/b,c.py", true, Err("`,`")),
        ("a/b:c.py", true, Err("`:`")),
        ("a/`b`.py", true, Err("``` ")),
        ("**", false, Err("no first")),
        ("../x", false, Err("root")),
        ("/etc/x", false, Err("")),
    ] {
        match (path(given, is_name), said) {
            (Ok(found), Ok(said)) => assert_eq!(found, said, "{given}"),
            (Err(_), Err("``` ")) => {}
            (Err(why), Err(part)) => assert!(why.contains(part), "{given}: {why}"),
            (found, _) => panic!("{given}: {found:?}"),
        }
    }
}

/// Texts with all that the log's reader and Markdown care about.
fn hostile() -> impl Strategy<Value = String> {
    let bits = prop::sample::select(vec![
        "\n",
        "\r\n",
        "## CCC (ACK)",
        "## ",
        "`",
        "```",
        "~~~",
        "<!--",
        "-->",
        "<del>",
        "<details>",
        "</del>",
        "**",
        "*",
        "_",
        "ACK",
        "NACK",
        "No",
        "WITHDRAWN",
        "landed",
        "?",
        ":",
        " ",
        "—",
        "- ",
        "1. ",
        "> ",
        "|",
        "\\",
        "&lt;",
        "[x](y)",
        "![a](b)",
        "a/b.py",
        "field",
        "What we will change:",
        "except",
        "Gate: sha256:00",
        "slice: x",
        "#",
        "=",
        "---",
        "(",
        ")",
        "\t",
        "Ready for ACK",
        "é",
        "\u{202e}",
        "alignment gate",
        "[^1]",
        "https://x.example",
        "Validation",
    ]);
    prop::collection::vec(prop_oneof![4 => bits.prop_map(str::to_owned), 1 => ".{0,6}"], 0..8).prop_map(|b| b.concat())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(96))]

    #[test]
    fn a_gate_reads_back_or_is_refused(
        slice in prop_oneof!["[a-z0-9.+_-]{1,8}", "r[0-9]-[a-z]{1,6}", hostile()],
        paths in prop::collection::vec(prop_oneof!["[a-z]{1,3}/[a-z\\[\\]*?{}.,()` :ü-]{1,8}", hostile()], 1..3),
        fields in prop::collection::vec(prop_oneof!["[a-z_]{1,8}", hostile()], 0..3),
        questions in prop::collection::vec(hostile(), 0..3),
        other in hostile(),
    ) {
        let said: Vec<String> = paths.iter().filter_map(|p| path(p, true).ok()).collect();
        let wish = GateWish {
            slice: slice.clone(), paths: said.clone(), fields: fields.clone(), questions: questions.clone(),
            validation: vec![other.clone()], packaging: other.clone(), timeline: other,
        };
        let before = say("CCC", &Wish::Gate(gate("r1-first")), "# Log\n").unwrap();
        if let Ok(text) = say("AgentOS", &Wish::Gate(wish), &before) {
            let read = log::read(&text, &writers());
            prop_assert!(text.starts_with(&before));
            prop_assert_eq!(read.entries.len(), 2);
            let found = read.latest().unwrap();
            prop_assert_eq!(&found.slice, &slice);
            prop_assert_eq!(&found.party, "AgentOS");
            let listed: Vec<&String> = found.paths.iter().map(|p| &p.text).collect();
            prop_assert!(said.iter().all(|p| listed.contains(&p)) && listed.iter().all(|p| said.contains(p)));
            prop_assert!(fields.iter().all(|f| found.fields.contains(f)) && found.fields.iter().all(|f| fields.contains(f)));
            for (given, said) in paths.iter().filter_map(|p| path(p, true).ok().map(|s| (p, s))) {
                if !given.ends_with('/') {
                    let pattern = crate::policy::Pattern::parse(&said).unwrap();
                    prop_assert!(pattern.matches(&given.as_str().into()));
                }
            }
            // It can be answered whatever it asks.
            let acked = say("CCC", &ack(1), &text);
            prop_assert!(acked.is_ok(), "{:?}\n{}", acked, text);
            let read = log::read(&acked.unwrap(), &writers());
            prop_assert_eq!(read.gates[1].state, State::Acked);
            prop_assert_eq!(read.entries.len(), 3);
        }
    }

    #[test]
    fn replies_read_back_or_are_refused(text in hostile(), tail in hostile()) {
        let before = say("AgentOS", &Wish::Gate(gate("r4-adapter")), "# Log\n").unwrap();
        for wish in [
            Wish::Nack { gate: 0, reason: Some(text.clone()) },
            Wish::Ready { slice: Some("r4-adapter".to_owned()), note: Some(text.clone()) },
        ] {
            if let Ok(text) = say("CCC", &wish, &before) {
                let read = log::read(&text, &writers());
                prop_assert_eq!(read.entries.len(), 2);
                let nack = matches!(wish, Wish::Nack { .. });
                prop_assert_eq!(read.gates[0].state, if nack { State::Rejected } else { State::Pending });
            }
        }
        // Whatever the log ends with, nothing in it changes its meaning.
        let odd = format!("{before}\n{tail}\n");
        if let Ok(text) = say("CCC", &ack(0), &odd) {
            let (old, new) = (log::read(&odd, &writers()), log::read(&text, &writers()));
            prop_assert_eq!(new.gates[0].state, State::Acked);
            prop_assert_eq!(&new.entries[..old.entries.len()], &old.entries[..]);
        }
    }

    /// Whoever writes, in whatever log: the entry comes last, is what was meant, and changes nothing above it.
    #[test]
    fn anything_said_in_any_log_reads_back_or_is_refused(
        names in prop_oneof![
            prop::sample::select(vec![
                ("AgentOS executor", "CCP maintainer"), ("Agent-OS", "C.C.C."), ("Ägent ✨", "中文"), ("A (B)", "B"),
                ("ACK", "NACK"), ("r4", "2025-11-06"), ("a", "a b"),
            ]).prop_map(|(one, other)| (one.to_owned(), other.to_owned())),
            (hostile(), hostile()),
        ],
        kind in 0..6usize,
        text in hostile(),
        more in prop_oneof!["[a-z_]{1,8}", hostile(), ".{0,12}"],
        tail in prop_oneof![
            hostile(),
            prop::sample::select(vec![
                "```\nopen", "~~~~\nopen", "<!-- open", "<script>", "<details>\n<summary>x", "- a\n\n  - b", "1. a\n   > b",
                "> quote", "| a |\n|---|", "    code", "[x]: y", "text", "<pre>", "<![CDATA[", "[^1]: note", "\u{b}", "\\",
            ]).prop_map(str::to_owned),
        ],
        crlf in any::<bool>(),
        dated in any::<bool>(),
    ) {
        let speaker = |name: &str, alias: &String| Speaker {
            name: name.to_owned(), aliases: vec![alias.clone()], repositories: vec![name.to_owned()],
        };
        let speakers = vec![speaker("AgentOS", &names.0), speaker("CCC", &names.1)];
        let writers = Writers { speakers, ..Writers::default() };
        let date = dated.then(|| jiff::civil::date(2025, 11, 6));
        let asked = say_as(&writers, "AgentOS", &names.0, date, &Wish::Gate(gate("r1")), "# Log\n");
        let before = format!("{}\n{tail}", asked.unwrap_or_else(|_| "# Log\n".to_owned()));
        let before = if crlf { before.replace("\r\n", "\n").replace('\n', "\r\n") } else { before };
        let (party, wish) = match kind {
            0 => ("AgentOS", Wish::Gate(GateWish {
                fields: vec![more.clone()], questions: vec![text.clone()], validation: vec![more.clone(), text.clone()],
                packaging: more, timeline: text, ..gate("r2")
            })),
            1 => ("CCC", Wish::Ack { gate: 0, signed: Some(text).filter(|text| !text.trim().is_empty()) }),
            2 => ("CCC", Wish::Nack { gate: 0, reason: Some(text) }),
            3 => ("AgentOS", Wish::Withdraw { gate: 0 }),
            4 => ("AgentOS", Wish::Landed { gate: 0 }),
            _ => ("CCC", Wish::Ready { slice: Some("r1".to_owned()), note: Some(text) }),
        };
        let alias = if party == "CCC" { &names.1 } else { &names.0 };
        let (old, said) = (log::read(&before, &writers), say_as(&writers, party, alias, date, &wish, &before));
        let Ok(said) = said else { return Ok(()) };
        let new = log::read(&said, &writers);
        let (last, earlier) = new.entries.split_last().unwrap();
        prop_assert_eq!(earlier, &old.entries[..]);
        let kinds = [Kind::Gate, Kind::Ack, Kind::Nack, Kind::Withdrawn, Kind::Landed, Kind::Ready];
        prop_assert_eq!((last.kind, last.party.as_deref(), last.date), (kinds[kind], Some(party), date));
        let added = said.strip_prefix(&before).unwrap();
        if crlf {
            prop_assert_eq!(added.matches('\n').count(), added.matches("\r\n").count());
        }
        let state = [old.gates.first().map(|g| g.state), Some(State::Acked), Some(State::Rejected),
            Some(State::Withdrawn), Some(State::Landed), old.gates.first().map(|g| g.state)][kind];
        prop_assert_eq!(new.gates.first().map(|g| g.state).filter(|_| !old.gates.is_empty()), state);
        prop_assert_eq!(new.gates.len(), old.gates.len() + usize::from(kind == 0));
        // Whoever comes next still can, unless the name itself cannot say so.
        let ready = Wish::Ready { slice: None, note: None };
        let next = say_as(&writers, party, alias, date, &ready, &said);
        let could = say_as(&writers, party, alias, date, &ready, "# Log\n").is_ok();
        prop_assert_eq!(next.is_ok(), could, "{:?}", next);
    }
}
