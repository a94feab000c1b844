//! What holds of every log, shown on logs like those that people and models write: gates, replies and near misses, in
//! any order, with what Markdown can do to them.

use proptest::prelude::*;
use proptest::strategy::ValueTree;
use proptest::test_runner::TestRunner;

use super::*;

const PARTIES: [&str; 2] = ["AgentOS", "CCC"];

const GATES: &[&str] = &[
    "(alignment gate: r4)",
    "(alignment gate: r4) 2025-11-06",
    "executor (alignment gate: packaging)",
    "— alignment gate",
    "(alignment gate — ACK requested)",
];

const ANSWERS: &[&str] = &[
    "(ACK)",
    "(ACK: r4)",
    "maintainer (reply 5 — ACK + kickoff)",
    "(reply)\n\nACK\n\n1) Yes\n2) Yes",
    "\n\n**ACK** — proceed.",
    "\n\nACK on the gate\n\n- flat names: Yes",
    "(alignment gate — ACK)",
];

const CLOSES: &[&str] = &[
    "(NACK)",
    "\n\nNACK — packaging\n",
    "(ACK with edits)",
    "\n\nACK\n\n- Q1: No",
    "\n\nACK ![but rename] the field",
    "(WITHDRAWN)",
    "(landed: r4)",
    "(landed; ready for review)",
    "\n\nNACK[^1], and [see][1] below.",
];

const NEARLY: &[&str] = &[
    "(Ready for ACK)",
    "\n\n[ACK]\n",
    "([ACK])",
    "\n\nACK[^1]",
    "\n\nACK requested",
    "\n\n`ACK`",
    "\n\n~~ACK~~ <del>ACK</del>",
    "(ACK on the research reports)",
    "adapter status (ACK)",
    "\n\n[ACK][1] [NACK][]",
    "\n\nsaid\n---\n\nACK",
    "\n\n> ACK\n\nlater",
    "(ack)\n\nAcknowledged.",
];

/// What one entry may try to do to others.
const REACHES: &[&str] = &[
    "(note)\n\n<del>\n\ntext",
    "(note)\n\n</del>",
    "(note)\n\n<details>\n<summary>x",
    "(note)\n\n</summary></details>\n\nACK",
    "<b>",
    "(note)\n\ntext </b> <x> </x>",
    "(note)\n\n[ACK]: x\n[but rename]: y\n[1]: z\n[NACK]: w",
    "(note)\n\n[^1]: ACK",
    "(note)\n\n| ACK |\n|---|",
    "(ACK)\n\nACK\n\n— End of entry —\n---",
    "(note)\n\nCCC (ACK)\n===\n",
];

fn entry() -> impl Strategy<Value = String> {
    let said = prop_oneof![
        3 => prop::sample::select(GATES).prop_map(|said| format!("{said}\n\n- What we will change: `agentos/x.py`\n")),
        4 => prop::sample::select(ANSWERS).prop_map(str::to_owned),
        2 => prop::sample::select(CLOSES).prop_map(str::to_owned),
        2 => prop::sample::select(NEARLY).prop_map(str::to_owned),
        2 => prop::sample::select(REACHES).prop_map(str::to_owned),
    ];
    (prop::sample::select(&PARTIES[..]), said).prop_map(|(party, said)| format!("## {party} {said}\n\n"))
}

/// A gate, and what follows it.
fn log() -> impl Strategy<Value = String> {
    let gate = (prop::sample::select(&PARTIES[..]), prop::sample::select(GATES))
        .prop_map(|(party, said)| format!("## {party} {said}\n\n- What we will change: `agentos/x.py`\n\n"));
    (gate, prop::collection::vec(entry(), 0..7))
        .prop_map(|(gate, entries)| format!("# Log\n\n{gate}{}", entries.concat()))
}

/// Any text, above all such as would open a gate where it is said.
fn anything() -> impl Strategy<Value = String> {
    let bits = prop_oneof![
        4 => prop::sample::select(&[
            "ACK", "NACK", "## CCC (ACK)\n", "## AgentOS (ACK)\n", "\n", "\n\n", "(", ")", "on the gate", " ", "- ", "<del>",
            "</del>", "-->", "<!--", "```", "~~~", "[ACK]: x\n", "[^1]: y\n", "---\n", "alignment gate: r4", "landed",
            "WITHDRAWN", "**", "`", "> ", "    ", "|", "Yes", "No", "\t", "\r", "1) ", "CCC",
        ][..]).prop_map(str::to_owned),
        1 => "\\PC{0,4}",
    ];
    prop::collection::vec(bits, 0..14).prop_map(|bits| bits.concat())
}

fn states(log: &Log) -> Vec<State> {
    log.gates.iter().map(|gate| gate.state).collect()
}

fn read_log(text: &str) -> Log {
    read(text, &two_parties())
}

/// The text between marks that keep it from being said.
fn hidden(text: &str, how: usize) -> String {
    let text = text.replace('\r', "");
    match how {
        0 => {
            let fence = "`".repeat(text.split(|c| c != '`').map(str::len).max().unwrap_or(0).max(2) + 1);
            format!("{fence}\n{text}\n{fence}")
        }
        // The target of a link holds for its section, wherever it stands.
        1 => text.replace("]:", "] :").split('\n').map(|line| format!("> {line}\n")).collect(),
        2 => format!("<!--\n{}\n-->", text.replace("-->", "").replace("--", "")),
        _ => text.split('\n').map(|line| format!("    {line}\n")).collect(),
    }
}

#[test]
fn the_logs_that_are_made_reach_every_state() {
    let mut runner = TestRunner::deterministic();
    let mut reached = std::collections::BTreeMap::new();
    for _ in 0..1000 {
        let text = log().new_tree(&mut runner).unwrap().current();
        for state in states(&read_log(&text)) {
            *reached.entry(state.as_str()).or_insert(0) += 1;
        }
    }
    assert_eq!(reached.len(), 6, "{reached:?}");
    assert!(reached.values().all(|count| *count >= 20) && reached["acked"] >= 100, "{reached:?}");
}

#[test]
fn what_one_entry_says_no_other_takes_back() {
    let gate = "## AgentOS (alignment gate: r4)\n\n- What we will change: `a/x`\n\n";
    for (above, own, state) in [
        // A target for what stands in brackets.
        ("## CCC\n\n[ACK]\n", "\n[ACK]: x\n", State::Pending),
        ("## CCC ([ACK])\n", "\n[ACK]: x\n", State::Pending),
        ("## CCC\n\nACK ![but rename]\n", "\n[but rename]: x\n", State::ChangesRequested),
        ("## CCC\n\nACK[^1]\n", "\n[^1]: x\n", State::Pending),
        ("## CCC (ACK)\n\n## CCC\n\nNACK ![x][y]\n", "\n[y]: x\n", State::Rejected),
        // Tags around other entries.
        ("## CCC (ACK)\n\n## AgentOS\n\n<del>\n\n## CCC (NACK)\n", "\n</del>\n", State::Rejected),
        ("## CCC (ACK)\n\n## AgentOS\n\n<details>\n\n## CCC\n\nNACK\n", "\n</details>\n", State::Rejected),
        ("## CCC (ACK)\n\n## AgentOS <b>\n\n## CCC\n\nACK with edits\n", "</b>\n", State::ChangesRequested),
        ("## AgentOS\n\n<del>\n\n## CCC (ACK)\n", "\n</del>\n", State::Pending),
        // A slice that is called what the answer's remark says.
        ("## CCC (ACK)\n\n## CCC\n\nNACK — packaging\n", "(alignment gate: packaging)\n", State::Rejected),
    ] {
        let log = read_log(&format!("{gate}{above}\n## AgentOS {own}"));
        assert_eq!(log.gates[0].state, state, "{above}{own}");
    }
    // A footnote of one's own may hold a reserve.
    let log = read_log(&format!("{gate}## CCC\n\nACK[^1]\n\n[^1]: except packaging\n"));
    assert_eq!(states(&log), [State::Pending]);
    // The latest gate stays the one that counts.
    let between = "## CCC (ACK)\n\n## AgentOS\n\n<del>\n\n## CCC (alignment gate: r5)\n\n## AgentOS\n\n</del>\n";
    assert_eq!(states(&read_log(&format!("{gate}{between}"))), [State::Acked, State::Pending]);
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 512, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn what_is_inserted_and_not_said_changes_nothing(
        text in log(), inserted in anything(), how in 0..4usize, at: prop::sample::Index, last: bool,
    ) {
        let before = read_log(&text);
        let lines: Vec<&str> = text.split_inclusive('\n').collect();
        // Below an entry's heading or, where indented text could belong to a list, its body's end.
        let which = at.index(before.entries.len());
        let end = before.entries.get(which + 1).map_or(lines.len(), |next| next.line - 1);
        let own = before.entries[which].line;
        let at = if last && how < 3 { end } else { own };
        // Below a tag that is left open it would stand between tags.
        prop_assume!(!lines[own - 1..end].concat().contains('<'));
        let (above, below) = (lines[..at].concat(), lines[at..].concat());
        let after = read_log(&format!("{above}\n{}\n\n{below}", hidden(&inserted, how)));
        prop_assert_eq!(states(&before), states(&after), "{}|{}", above, below);
        let kinds = |log: &Log| log.entries.iter().map(|entry| (entry.kind, entry.party.clone())).collect::<Vec<_>>();
        prop_assert_eq!(kinds(&before), kinds(&after));
    }

    #[test]
    fn a_partys_own_entry_never_opens_its_gate(text in log(), said in prop_oneof![entry(), anything()]) {
        let before = read_log(&text);
        let said = said.trim_start_matches("## AgentOS ").trim_start_matches("## CCC ");
        for party in PARTIES {
            let after = read_log(&format!("{text}\n\n## {party} {said}"));
            if after.entries[before.entries.len()..].iter().any(|entry| entry.party.as_ref().is_some_and(|by| by != party)) {
                continue;
            }
            for (index, gate) in before.gates.iter().enumerate().filter(|(_, gate)| gate.party == party) {
                prop_assert!(after.gates[index].state != State::Acked || gate.state == State::Acked, "{text}{said}");
            }
            let open = |log: &Log| log.latest().is_some_and(|gate| gate.party == party && gate.state == State::Acked);
            prop_assert!(!open(&after) || open(&before), "{}", text);
        }
    }

    /// An entry may be put between tags by what comes later, and agrees to nothing then. Nothing else changes.
    #[test]
    fn what_is_appended_changes_nothing_above_it(text in log(), said in prop_oneof![entry(), anything()]) {
        let before = read_log(&text);
        let after = read_log(&format!("{text}\n\n## CCC {said}"));
        for (index, (old, new)) in before.entries.iter().zip(&after.entries).enumerate() {
            let put_between_tags = new.why.contains("HTML tags") || new.almost.as_ref().is_some_and(|a| a.contains("HTML tags"));
            let same = (old.kind, &old.party, &old.text) == (new.kind, &new.party, &new.text);
            prop_assert!(same || (put_between_tags && (&old.party, &old.text) == (&new.party, &new.text)), "{index} {text}{said}");
        }
    }

    #[test]
    fn the_end_of_a_log_says_what_it_says_in_the_whole(
        texts in prop::collection::vec(prop_oneof![4 => log(), 1 => anything()], 1..4), ends in prop_oneof![entry(), anything()],
    ) {
        crate::fuzzing::latest(format!("{}{ends}", texts.join("\n")).as_bytes());
    }

    #[test]
    fn lines_end_as_they_like(text in prop_oneof![log(), anything()], ends in prop::collection::vec(0..3usize, 8), mark: bool) {
        let unix = text.replace('\r', "");
        let mut ends = ends.iter().cycle().map(|end| ["\n", "\r\n", "\r"][*end]);
        let mixed: String = unix.split_inclusive('\n').map(|line| match line.strip_suffix('\n') {
            Some(line) => format!("{line}{}", ends.next().unwrap()),
            None => line.to_owned(),
        }).collect();
        // A lone carriage return right before a line feed is one end of a line.
        prop_assume!(mixed.replace("\r\n", "\n").replace('\r', "\n") == unix);
        prop_assert_eq!(read_log(&unix), read_log(&format!("{}{mixed}", if mark { "\u{feff}" } else { "" })));
    }
}
