//! The same content in each format.

use super::super::{FORMATS, Format, Kind, Log, Speaker, State, Writers, read};

fn writers(format: &str) -> Writers {
    let speaker = |name: &str, repository: &str| Speaker {
        name: name.to_owned(),
        aliases: vec![name.to_owned()],
        repositories: vec![repository.to_owned()],
    };
    let speakers = vec![speaker("AgentOS", "AgentOS"), speaker("CCC", "ClaudeCodeProxy")];
    Writers { speakers, format: Format::named(format).unwrap() }
}

/// What one party says, as each format writes it.
struct Said(&'static str, &'static str, &'static str);

const GATE: Said = Said(
    "## AgentOS (alignment gate: r4-adapter) 2026-02-13\n\n- What we will change: agentos/x.py, `agentos/y/`, CCC: docs/z.md\n- Validation: pytest\n",
    "[2026-02-13T14:05:05Z] [AgentOS] CLAIM r4-adapter | Files: agentos/x.py, `agentos/y/`, CCC: docs/z.md | Validation: pytest\n",
    "MSG | 2026-02-13 14:05:05 +01:00 | AgentOS | to:all | type:request | slice:r4-adapter | locks:agentos/x.py, `agentos/y/`, CCC: docs/z.md | validation:pytest\n",
);
const OTHER: Said = Said(
    "## AgentOS (alignment gate: r5)\n\n- What we will change: `agentos/q.py`\n",
    "[2026-02-13T14:05:06Z] [AgentOS] [CLAIM]: r5 | Files: `agentos/q.py`\n",
    "MSG | 2026-02-13 14:05:06 +01:00 | AgentOS | to:CCC | type:request | slice:r5 | locks:`agentos/q.py`\n",
);
const ACK: Said = Said(
    "## CCC (ACK: r4-adapter)\n\nAs agreed.\n",
    "[2026-02-13T15:00:00Z] [CCC] ACK r4-adapter | as agreed\n",
    "MSG | 2026-02-13 15:00:00 +01:00 | CCC | to:AgentOS | type:ack | slice:r4-adapter | note:as agreed\n",
);
const BARE: Said = Said(
    "## CCC (ACK)\n",
    "[2026-02-13T15:00:00Z] [CCC] ACK\n",
    "MSG | 2026-02-13 15:00:00 +01:00 | CCC | to:AgentOS | type:ack\n",
);
const RESERVE: Said = Said(
    "## CCC\n\nACK r4-adapter, but only once the tests pass.\n",
    "[2026-02-13T15:00:00Z] [CCC] ACK r4-adapter | ETA: 10m | Note: but only once the tests pass\n",
    "MSG | 2026-02-13 15:00:00 +01:00 | CCC | to:AgentOS | type:ack | slice:r4-adapter | note:but only once the tests pass\n",
);
const BLOCKED: Said = Said(
    "## CCC\n\nACK r4-adapter, pending clean tests.\n",
    "[2026-02-13T15:00:00Z] [CCC] ACK r4-adapter | Blockers: clean tests\n",
    "MSG | 2026-02-13 15:00:00 +01:00 | CCC | to:AgentOS | type:ack | slice:r4-adapter | blockers:clean tests\n",
);
const NACK: Said = Said(
    "## CCC (NACK: r4-adapter)\n\nToo wide.\n",
    "[2026-02-13T15:10:00Z] [CCC] nack: r4-adapter | too wide\n",
    "MSG | 2026-02-13 15:10:00 +01:00 | CCC | to:AgentOS | type:nack | slice:r4-adapter | note:too wide\n",
);
const OWN: Said = Said(
    "## AgentOS (ACK: r4-adapter)\n",
    "[2026-02-13T15:10:00Z] [AgentOS] ACK r4-adapter\n",
    "MSG | 2026-02-13 15:10:00 +01:00 | AgentOS | to:all | type:ack | slice:r4-adapter\n",
);
const NOBODY: Said = Said(
    "## Codex (ACK: r4-adapter)\n",
    "[2026-02-13T15:10:00Z] [Codex] ACK r4-adapter\n",
    "MSG | 2026-02-13 15:10:00 +01:00 | Codex | to:all | type:ack | slice:r4-adapter\n",
);
const LANDED: Said = Said(
    "## AgentOS (landed: r4-adapter)\n\nMerged.\n",
    "[2026-02-14T09:00:00Z] [AgentOS] DONE r4-adapter | merged\n",
    "MSG | 2026-02-14 09:00:00 +01:00 | AgentOS | to:all | type:release | slice:r4-adapter | note:merged\n",
);
const BACK: Said = Said(
    "## AgentOS (WITHDRAWN: r4-adapter)\n",
    "[2026-02-14T09:00:00Z] [AgentOS] WITHDRAWN: r4-adapter\n",
    "MSG | 2026-02-14 09:00:00 +01:00 | AgentOS | to:all | type:withdraw | slice:r4-adapter\n",
);
const NOTE: Said = Said(
    "## CCC\n\nLooking at it.\n",
    "[2026-02-14T09:00:00Z] [CCC] INFO | looking at it; will ACK later\n",
    "MSG | 2026-02-14 09:00:00 +01:00 | CCC | to:all | type:info | note:looking at it; will ACK later\n",
);

/// What a log says of its gates, apart from how it is written.
fn gates(log: &Log) -> Vec<String> {
    let one = |gate: &super::super::Gate| {
        let kind = gate.reply.and_then(|reply| log.entries.get(reply)).map(|entry| (entry.kind, entry.party.clone()));
        let date = log.entry_of(gate).and_then(|entry| entry.slice.clone());
        format!(
            "{} {} {:?} {kind:?} {date:?} {:?} {:?} {:?} {}",
            gate.slice,
            gate.party,
            gate.state,
            gate.paths,
            gate.fields,
            gate.parts,
            gate.self_acks.len()
        )
    };
    log.gates.iter().map(one).collect()
}

fn in_all(said: &[&Said]) -> [Log; 3] {
    let text = |which: fn(&Said) -> &str| said.iter().map(|one| format!("{}\n", which(one))).collect::<String>();
    [
        read(&format!("# Log\n\n{}", text(|one| one.0)), &writers("headings")),
        read(&format!("# Log\n\n{}", text(|one| one.1)), &writers("lines")),
        read(&format!("# Log\n\n{}", text(|one| one.2)), &writers("records")),
    ]
}

#[test]
fn the_same_content_gives_the_same_gates() {
    use State::{Acked, ChangesRequested, Landed, Pending, Rejected, Withdrawn};
    for (said, state) in [
        (&[][..], Pending),
        (&[&ACK], Acked),
        (&[&BARE], Acked),
        (&[&NOTE, &ACK, &NOTE], Acked),
        (&[&RESERVE], ChangesRequested),
        (&[&BLOCKED], ChangesRequested),
        (&[&ACK, &NACK], Rejected),
        (&[&NACK, &ACK], Acked),
        (&[&OWN], Pending),
        (&[&NOBODY], Pending),
        (&[&ACK, &LANDED], Landed),
        (&[&ACK, &BACK], Withdrawn),
        (&[&LANDED, &ACK], Landed),
        (&[&OTHER, &ACK], Acked),
        (&[&OTHER, &BARE], Pending),
        (&[&ACK, &OTHER], Acked),
    ] {
        let said: Vec<&Said> = [&GATE].into_iter().chain(said.iter().copied()).collect();
        let [headings, lines, records] = in_all(&said);
        assert_eq!(headings.gates[0].state, state, "{}", headings.gates.len());
        let kinds = |log: &Log| log.entries.iter().map(|entry| entry.kind).collect::<Vec<Kind>>();
        for other in [&lines, &records] {
            assert_eq!(gates(other), gates(&headings));
            assert_eq!(kinds(other), kinds(&headings));
        }
    }
}

#[test]
fn entries_are_named_as_they_are_written() {
    let text = "# Live entries\n\n[2026-02-13T14:05:05Z] [AgentOS] CLAIM r4-adapter | Files: a.py\nand b.py\n\nprose\n- [2026-02-13T14:05:06Z] [CCC] ACK | go\n";
    let log = read(text, &writers("lines"));
    let entries: Vec<_> = log.entries.iter().map(|e| (e.line, e.heading.as_str(), e.text.as_str())).collect();
    let claim = "[2026-02-13T14:05:05Z] [AgentOS] CLAIM r4-adapter";
    assert_eq!(
        entries,
        [
            (3, claim, "[2026-02-13T14:05:05Z] [AgentOS] CLAIM r4-adapter | Files: a.py\nand b.py\n\nprose\n"),
            (7, "[2026-02-13T14:05:06Z] [CCC] ACK", "- [2026-02-13T14:05:06Z] [CCC] ACK | go\n"),
        ]
    );
    assert_eq!(log.gates[0].state, State::Acked);
    assert_eq!(log.entries[0].date.map(|date| date.to_string()).as_deref(), Some("2026-02-13"));
}

#[test]
fn what_nobody_says_opens_nothing() {
    let claim = "[2026-02-13T14:05:05Z] [AgentOS] CLAIM r4 | Files: a.py\n\n";
    let ack = "[2026-02-13T14:05:06Z] [CCC] ACK r4";
    for hidden in [
        format!("```\n{ack}\n```\n"),
        format!("> {ack}\n"),
        format!("<!--\n{ack}\n-->\n"),
        format!("<del>\n\n{ack}\n\n</del>\n"),
        format!("a ~~b\n{ack}\nc~~\n"),
        format!("a `b\n{ack}\nc`\n"),
        format!("a <!-- b\n{ack}\n-->\n"),
        format!("[l]: u \"\n{ack}\n\"\n"),
        format!("    {ack}\n"),
        ack.replace("ACK", "~~ACK~~"),
        ack.replace("ACK", "`ACK`"),
        ack.replace("ACK", "ack"),
        ack.replace("ACK", "RESUME_ACK"),
        ack.replace("ACK", "ACK?"),
        ack.replace("ACK", "please ACK"),
        ack.replace("[CCC]", "[CCC, AgentOS]"),
        ack.replace("[CCC]", "[CCC (ACK)]").replace("ACK r4", "INFO"),
        ack.replace("[CCC]", "[CCC: ACK]").replace("ACK r4", "INFO"),
        ack.replace("[2026-02-13T14:05:06Z] ", ""),
        format!("{ack} | pending review\n"),
        format!("{ack}\nunless the tests fail\n"),
    ] {
        let log = read(&format!("{claim}{hidden}\n"), &writers("lines"));
        assert_ne!(log.latest().unwrap().state, State::Acked, "{hidden}");
    }
    assert_eq!(read(&format!("{claim}{ack}\n"), &writers("lines")).latest().unwrap().state, State::Acked);
}

#[test]
fn what_refuses_is_heard_in_many_words() {
    let claim = "[2026-02-13T14:05:05Z] [AgentOS] CLAIM r4 | Files: a.py\n[2026-02-13T14:05:06Z] [CCC] ACK r4 | Blockers: None.\n";
    let state = |party: &str, verb: &str| {
        let log = read(&format!("{claim}[2026-02-13T15:00:00Z] [{party}] {verb} | x\n"), &writers("lines"));
        log.latest().unwrap().state
    };
    for verb in ["NACK", "reject", "Blocked", "STOP", "HOLD", "CONFLICT", "veto"] {
        assert_eq!((state("CCC", verb), state("AgentOS", verb)), (State::Rejected, State::Acked), "{verb}");
    }
    for verb in ["WITHDRAWN", "retract", "UNACK", "Cancel"] {
        assert_eq!((state("CCC", verb), state("AgentOS", verb)), (State::Withdrawn, State::Withdrawn), "{verb}");
    }
    assert_eq!((state("CCC", "PROGRESS"), state("CCC", "HEARTBEAT")), (State::Acked, State::Acked));
}

#[test]
fn an_ack_that_is_sent_to_a_party_is_for_its_gate() {
    let gate = |party: &str, slice: &str| {
        format!("MSG | 2026-02-13 14:05:05 +01:00 | {party} | to:all | type:request | slice:{slice} | locks:a.py\n")
    };
    let states = |to: &str| {
        let text = format!(
            "{}{}MSG | 2026-02-13 15:00:00 +01:00 | CCC | to:{to} | type:ack\n",
            gate("AgentOS", "r4"),
            gate("CCC", "r5")
        );
        read(&text, &writers("records")).gates.iter().map(|gate| gate.state).collect::<Vec<_>>()
    };
    assert_eq!(states("AgentOS"), [State::Acked, State::Pending]);
    for to in ["all", "CCC", "Codex"] {
        assert_eq!(states(to), [State::Pending, State::Pending], "{to}");
    }
}

#[test]
fn a_log_in_another_format_is_told() {
    for (written, which) in
        [(|one: &Said| one.0) as fn(&Said) -> &str, |one| one.1, |one| one.2].into_iter().zip(FORMATS)
    {
        let text: String = [&GATE, &ACK].iter().map(|one| format!("{}\n", written(one))).collect();
        for format in FORMATS {
            let likely = read(&format!("# Log\n\n{text}"), &writers(format.name)).likely;
            assert_eq!(likely, Some(*which).filter(|which| which != format), "{} in {}", which.name, format.name);
        }
    }
    for text in ["", "# Log\n\nnothing yet\n", "```\n## CCC (ACK)\n```\n", "## Codex (ACK)\n"] {
        assert!(FORMATS.iter().all(|format| read(text, &writers(format.name)).likely.is_none()), "{text}");
    }
}
