//! Three parties, and what opens under each form of `gate.acks`.

use std::rc::Rc;

use jiff::civil::date;
use proptest::prelude::*;

use crate::case::{Case, LogCase};
use crate::change::{Change, RepoPath};
use crate::check::check;
use crate::policy::{Policy, Workspace, parse};
use crate::report::Severity;

fn policy(acks: &str) -> Policy {
    let text = format!(
        "version = 1\nparty = \"A\"\n[log]\npath = \"log.md\"\nowner = \"A\"\n[parties.A]\nrepositories = [\"a\"]\n\
         [parties.B]\nrepositories = [\"b\"]\n[parties.C]\naliases = [\"Cee\"]\nrepositories = [\"c\"]\n\
         [protect]\nadapter = [\"x/**\"]\nschema = [\"s/**\"]\n[gate]\nacks = {acks}\n"
    );
    parse(text.as_bytes(), "ackgate.toml").unwrap().policy.unwrap()
}

/// The errors on a change of these paths, with the slices that cover them.
fn judged(acks: &str, log: &str, paths: &[&str]) -> (Vec<(&'static str, String)>, Vec<Option<String>>) {
    let policy = policy(acks);
    let change = |path: &&str| Change { path: RepoPath::from(*path), old: None, new: None, seen: false };
    let changes: Vec<Change> = paths.iter().map(change).collect();
    let protected = Workspace::single(policy.clone()).classify(&changes);
    let log = LogCase::given(Rc::new(crate::log::read(log, &policy.writers())), "log.md", &policy);
    let mut case = Case { changes: &changes, ..Case::without_change(&policy, log, date(2026, 1, 1)) };
    case.place(&protected, |_| false);
    let report = check(&case, "staged");
    let errors = report.findings.into_iter().filter(|finding| finding.severity == Severity::Error);
    let covered = report.protected.into_iter().map(|path| path.covered_by).collect();
    (errors.map(|finding| (finding.code, finding.message)).collect(), covered)
}

fn opens(acks: &str, log: &str, paths: &[&str]) -> bool {
    let (errors, covered) = judged(acks, log, paths);
    assert_eq!(errors.is_empty(), covered.iter().all(Option::is_some), "{acks}: {errors:?}\n{log}");
    errors.is_empty()
}

const GATE: &str = "## A (alignment gate: one)\n\n- What we will change: `x/`, `s/`\n\n";

fn logged(entries: &[&str]) -> String {
    entries.iter().fold(GATE.to_owned(), |log, entry| format!("{log}## {entry}\n\n"))
}

#[test]
fn each_form_opens_when_those_it_asks_have_acked() {
    let forms =
        ["\"any-other\"", "\"all-others\"", "[\"B\"]", "[\"A\"]", "{ schema = \"all-others\", default = [\"C\"] }"];
    for (entries, opened) in [
        (&[][..], [false; 5]),
        (&["B (ACK)"], [true, false, true, false, false]),
        (&["Cee (ACK)"], [true, false, false, false, false]),
        (&["B (ACK)", "Cee (ACK)"], [true, true, true, false, true]),
        (&["Cee (ACK)", "B (ACK)"], [true, true, true, false, true]),
        (&["A (ACK)", "B (ACK)"], [true, false, true, false, false]),
        (&["B (NACK)", "C (ACK)"], [true, false, false, false, false]),
        (&["C (NACK)", "B (ACK)"], [true, false, false, false, false]),
        (&["C (NACK)", "B (ACK)", "C (ACK)"], [true, true, true, false, true]),
        (&["C (ACK with edits)", "B (ACK)"], [true, false, false, false, false]),
        (&["B (ACK)", "C (ACK)", "B (WITHDRAWN)"], [true, false, false, false, false]),
        (&["B (ACK)", "C (ACK)", "C (WITHDRAWN)"], [false; 5]),
        (&["C (ACK)", "B (ACK)", "A (landed)"], [false; 5]),
        (&["C (ACK)", "B (ACK)", "A (WITHDRAWN)"], [false; 5]),
    ] {
        for (acks, expected) in forms.iter().zip(opened) {
            assert_eq!(opens(acks, &logged(entries), &["x/a", "s/b"]), expected, "{acks} {entries:?}");
        }
    }
}

#[test]
fn a_class_asks_for_its_own() {
    let acks = "{ schema = \"all-others\", policy = [\"C\"] }";
    let log = logged(&["B (ACK)"]);
    assert!(opens(acks, &log, &["x/a"]));
    let (errors, covered) = judged(acks, &log, &["x/a", "s/b"]);
    assert_eq!(covered, [Some("one".to_owned()), None]);
    assert_eq!(
        errors,
        [("AG102", "`s/b` (schema) is protected, and gate `one` (as given) waits for the ACK of C".to_owned())]
    );
}

#[test]
fn what_is_missing_is_said_of_each_party() {
    for (acks, entries, expected) in [
        (
            "\"all-others\"",
            &[][..],
            "AG102: `x/a` (adapter) is protected, and gate `one` (as given) waits for the ACK of B and C",
        ),
        (
            "\"all-others\"",
            &["B (ACK)"],
            "AG102: `x/a` (adapter) is protected, and gate `one` (as given) waits for the ACK of C",
        ),
        ("\"all-others\"", &["B (NACK)", "C (ACK)"], "AG108: gate `one` (as given) was rejected by B"),
        (
            "\"all-others\"",
            &["B (ACK with edits)", "C (ACK)"],
            "AG106: the reply of B to gate `one` (as given) asks for changes",
        ),
        ("[\"B\"]", &["B (ACK)", "C (NACK)", "B (ACK)"], "AG108: gate `one` (as given) was rejected by C"),
        (
            "\"all-others\"",
            &["B (ACK)", "C (ACK)", "B (WITHDRAWN)"],
            "AG108: gate `one` (as given) or its ACK was withdrawn by B",
        ),
        (
            "\"all-others\"",
            &["B (ACK)", "A (landed)"],
            "AG109: gate `one` (as given) has landed: the next slice needs its own",
        ),
        (
            "[\"A\"]",
            &["B (ACK)"],
            "AG102: `x/a` (adapter) is protected, and gate `one` (as given) is A's own, whom alone `gate.acks` asks",
        ),
    ] {
        let (errors, _) = judged(acks, &logged(entries), &["x/a"]);
        let [(code, message)] = errors.as_slice() else { panic!("{entries:?}: {errors:?}") };
        let found = format!("{code}: {message}");
        assert!(found.starts_with(expected), "{found}");
    }
}

#[test]
fn an_ack_to_another_digest_is_void_for_its_party_alone() {
    let log = crate::log::read(GATE, &policy("\"all-others\"").writers());
    let good = format!("B (ACK: one)\n\nGate: sha256:{}", log.entries[0].digest());
    let bad = format!("C (ACK: one)\n\nGate: sha256:{}", "0".repeat(64));
    let later = format!("B (ACK: one)\n\nYes.\n\nGate: sha256:{}", log.entries[0].digest());
    assert!(opens("\"any-other\"", &logged(&[&bad, &good]), &["x/a"]));
    let (errors, _) = judged("\"all-others\"", &logged(&[&bad, &later]), &["x/a"]);
    assert!(matches!(errors.as_slice(), [("AG111", message)] if message.contains("its ACK of C")), "{errors:?}");
}

/// An entry of anyone, about either gate or none by name.
fn entry() -> impl Strategy<Value = String> {
    let party = prop::sample::select(&["A", "B", "C", "Cee", "Nobody"][..]);
    let said = prop::sample::select(
        &[
            "(ACK)",
            "(ACK)",
            "(ACK: one)",
            "(ACK: two)",
            "(NACK)",
            "(NACK: one)",
            "(ACK with edits)",
            "(WITHDRAWN)",
            "(WITHDRAWN: one)",
            "(landed: one)",
            "(landed)",
            "(alignment gate: one)\n\n- What we will change: `x/`, `s/`",
            "(alignment gate: two)\n\n- What we will change: `x/`, `s/`",
            "(note)\n\nACK",
            "\n\nWITHDRAWN\n",
        ][..],
    );
    (party, said).prop_map(|(party, said)| format!("## {party} {said}\n\n"))
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 1024, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn asking_all_opens_nothing_that_asking_any_keeps_shut(entries in prop::collection::vec(entry(), 0..8)) {
        let log = format!("{GATE}{}", entries.concat());
        let [any, all, some, mixed] = ["\"any-other\"", "\"all-others\"", "[\"C\", \"B\"]", "{ schema = [\"B\", \"C\"] }"]
            .map(|acks| opens(acks, &log, &["x/a", "s/b"]));
        prop_assert!(any || !(all || some || mixed), "{any} {all} {some} {mixed}\n{log}");
        prop_assert!(some || !all, "{log}");
        for party in ["B", "C"] {
            let gate = crate::log::read(&log, &policy("\"any-other\"").writers());
            let by = gate.latest().map(|gate| gate.party.clone());
            let named = opens(&format!("[\"{party}\"]"), &log, &["x/a"]);
            prop_assert!(!all || named || by.as_deref() == Some(party), "{party}\n{log}");
            // Each refusal that stands shuts, whoever was asked.
            let refused = gate.latest().is_some_and(|gate| gate.answers.iter().any(|a| a.state != crate::log::State::Acked));
            prop_assert!(!(refused && (named || all || some)), "{party}\n{log}");
        }
    }
}
