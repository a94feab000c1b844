//! What a log's history tells: each log is written as one letter an entry.

use std::rc::Rc;

use jiff::civil::date;

use super::*;
use crate::proof::{Origin, Who};

/// A log of these entries: a gate `G`, the same gate edited `E`, another `O`; by the other party an ACK `A`, a NACK `N`,
/// changes requested `C`; by the gate's own party landed `L`, withdrawn `W`.
fn logged(letters: &str) -> Log {
    let entry = |letter| match letter {
        'G' => "## AgentOS (alignment gate: r4-adapter)\n\n- What we will change: `a/x.py`\n\n",
        'E' => "## AgentOS (alignment gate: r4-adapter)\n\n- What we will change: `a/**`\n\n",
        'O' => "## AgentOS (alignment gate: r5-hud)\n\n",
        'A' => "## CCC (ACK)\n\n",
        'N' => "## CCC (NACK)\n\n",
        'C' => "## CCC (reply)\n\nChanges requested: rename x\n\n",
        'L' => "## AgentOS (landed)\n\n",
        'W' => "## AgentOS (WITHDRAWN)\n\n",
        other => panic!("{other} is no entry"),
    };
    log(&letters.chars().map(entry).collect::<String>())
}

/// The log at a commit of this day of January 2099, and at its parents; `-` is a parent out of reach.
fn version((day, letters, parents): &(i8, &str, &[&str])) -> Version {
    let parent = |letters: &&str| (*letters != "-").then(|| Rc::new(logged(letters)));
    Version {
        name: day.to_string(),
        log: Rc::new(logged(letters)),
        parents: parents.iter().map(parent).collect(),
        date: date(2099, 1, *day),
        time: i64::from(*day),
        who: who(*day),
    }
}

fn who(day: i8) -> Who {
    Who { author: format!("author {day}"), committer: format!("committer {day}") }
}

type Versions<'a> = &'a [(i8, &'a str, &'a [&'a str])];

fn versions(of: Versions<'_>) -> Vec<Version> {
    of.iter().map(version).collect()
}

#[test]
fn consent_is_to_the_gate_as_it_stood() {
    let cases: &[(&str, Versions<'_>, Consent)] = &[
        ("GA", &[(1, "G", &[""]), (2, "GA", &["G"])], Consent::Same),
        ("GA", &[(2, "GA", &["G"]), (3, "GA", &["GA", "G"])], Consent::Same),
        ("GA", &[(3, "GA", &["GA", "G"])], Consent::Unknown),
        ("GA", &[(2, "GA", &["-"])], Consent::Unknown),
        ("GA", &[(2, "GA", &["G", "-"])], Consent::Unknown),
        ("GA", &[(1, "G", &[""])], Consent::Unknown),
        ("G", &[(1, "G", &[""])], Consent::Unknown),
        ("EA", &[(2, "GA", &["G"])], Consent::Changed),
        ("EA", &[(2, "GA", &["-"])], Consent::Changed),
        ("EA", &[(2, "GA", &["G"]), (3, "EA", &["E"])], Consent::Changed),
        // The same texts again are another gate and another ACK.
        ("GALGA", &[(2, "GA", &["G"]), (5, "GALGA", &["GALG"])], Consent::Same),
        ("GALGA", &[(3, "GAA", &["GA"])], Consent::Changed),
    ];
    for (now, of, expected) in cases {
        let now = logged(now);
        assert_eq!(consent(&now, now.latest().unwrap(), &versions(of)), *expected, "{of:?}");
    }
}

#[test]
fn a_gate_was_posted_by_the_first_commit_that_brought_it() {
    let cases: &[(&str, Versions<'_>, Option<i8>)] = &[
        ("GA", &[(3, "GA", &["G"]), (4, "G", &[""]), (2, "G", &[""]), (1, "", &[])], Some(2)),
        ("GA", &[(3, "GA", &["-"])], None),
        ("GALG", &[(1, "G", &[""]), (5, "GALG", &["GAL"])], Some(5)),
    ];
    for (now, of, day) in cases {
        let now = logged(now);
        assert_eq!(posted(&now, now.latest().unwrap(), &versions(of)), day.map(|day| date(2099, 1, day)), "{of:?}");
    }
}

/// A log, its versions; the days that brought its ACK and its gate, and whether that is known.
type Brought<'a> = (&'a str, Versions<'a>, &'a [i8], &'a [i8], bool);

#[test]
fn an_ack_and_its_gate_have_an_origin() {
    let cases: &[Brought<'_>] = &[
        ("GA", &[(1, "G", &[""]), (2, "GA", &["G"]), (3, "GAO", &["GA"])], &[2], &[1], true),
        ("GA", &[(1, "G", &[""]), (2, "GA", &["G"]), (3, "GA", &["G"])], &[2, 3], &[1], true),
        ("GA", &[(1, "G", &["-"]), (2, "GA", &["G"])], &[2], &[1], false),
        ("GA", &[(1, "G", &[""]), (2, "GA", &["-"])], &[2], &[1, 2], false),
        ("G", &[(1, "G", &[""])], &[], &[], false),
    ];
    for (now, of, ack, gate, is_known) in cases {
        let now = logged(now);
        let makers = |days: &[i8]| days.iter().map(|day| who(*day)).collect();
        let times = ack.iter().map(|day| i64::from(*day)).collect();
        let expected = Origin { ack: makers(ack), gate: makers(gate), times, is_known: *is_known };
        assert_eq!(origin(&now, now.latest().unwrap(), &versions(of)), expected, "{of:?}");
    }
}

#[test]
fn an_entry_stood_where_its_text_stood_as_often() {
    for (now, entry, then, expected) in
        [("GA", 0, "G", true), ("GA", 1, "G", false), ("GALGA", 1, "GAL", true), ("GALGA", 4, "GAL", false)]
    {
        let now = logged(now);
        assert_eq!(stood(&now, &now.entries[entry], &logged(then)), expected, "{entry} of {now:?} in {then}");
    }
}

#[test]
fn another_log_may_have_closed_a_gate() {
    for (base, trusted, latest_only, closed) in [
        ("GA", "GA", true, None),
        ("OGA", "OGA", true, None),
        ("GA", "GAL", false, Some((State::Landed, 2))),
        ("GAL", "GAL", false, Some((State::Landed, 2))),
        ("GA", "GAW", false, Some((State::Withdrawn, 2))),
        ("GA", "GAN", false, Some((State::Rejected, 2))),
        ("GA", "GAC", false, Some((State::ChangesRequested, 2))),
        ("GNA", "GN", false, None),
        ("GCA", "GC", false, None),
        ("GA", "GAO", true, Some((State::Pending, 2))),
        ("GA", "GAO", false, None),
        ("GA", "EAL", true, None),
        ("GA", "", true, None),
    ] {
        let (base, log) = (logged(base), logged(trusted));
        let expected = closed.map(|(state, entry): (State, usize)| Closed { state, line: log.entries[entry].line });
        assert_eq!(closed_since(&base, base.latest().unwrap(), &log, latest_only), expected, "{trusted}");
    }
}

#[test]
fn a_later_log_agrees_still_or_has_closed_the_gate() {
    for (then, later, expected) in [
        ("GA", "GA", true),
        ("GA", "GAO", true),
        ("GA", "GANA", true),
        ("GA", "GAL", true),
        ("GA", "GAN", true),
        ("GA", "G", false),
        ("GA", "EA", false),
        ("GA", "OA", false),
        ("GA", "", false),
        ("GNA", "GN", false),
    ] {
        let then = logged(then);
        assert_eq!(still_agreed(&then, then.latest().unwrap(), &logged(later)), expected, "{later}");
    }
}

#[test]
fn what_closed_a_gate_once_ended_it() {
    let now = logged("GA");
    let gate = now.latest().unwrap();
    let ended = |of: Versions<'_>| ended(&now, gate, &versions(of)).map(|version| version.name.clone());
    assert_eq!(ended(&[(1, "GA", &[]), (2, "GAO", &[])]), None);
    assert_eq!(ended(&[(1, "GA", &[]), (2, "GAL", &[]), (3, "GAW", &[])]), Some("2".to_owned()));
}

#[test]
fn a_log_is_reopened_up_to_the_ack_that_counted() {
    for (letters, state, reply) in [
        ("GAL", State::Acked, Some(1)),
        ("GNAL", State::Acked, Some(2)),
        ("GAOAL", State::Acked, Some(3)),
        ("GL", State::Landed, Some(1)),
        ("GANL", State::Landed, Some(3)),
        ("GAW", State::Withdrawn, Some(2)),
        ("GA", State::Acked, Some(1)),
        ("G", State::Pending, None),
    ] {
        let log = logged(letters).reopened();
        let gate = log.latest().unwrap();
        assert_eq!((gate.state, gate.reply), (state, reply), "{letters}");
    }
}

#[test]
fn a_reply_may_name_the_digest_of_its_gate() {
    let gate = logged("G");
    let (digest, text) = (gate.entries[0].digest(), &gate.entries[0].text);
    for (named, expected) in [
        (String::new(), None),
        (format!("Gate: sha256:{digest}"), Some(true)),
        (format!("Gate: sha256:{}", digest.to_uppercase()), Some(true)),
        (format!("Gate: sha256:{digest}0"), Some(false)),
        (format!("Gate: sha256:{digest}\n\nGate: sha256:00"), Some(false)),
    ] {
        let log = log(&format!("{text}\n## CCC (ACK)\n\n{named}\n"));
        assert_eq!(log.reply_names_gate(log.latest().unwrap()), expected, "{named}");
    }
    assert_eq!(gate.reply_names_gate(gate.latest().unwrap()), None);
    // `printf '## CCC (ACK)\n' | sha256sum`
    let ack = "a9a4ed010118bf0b992b053fd24e05c6175f876077a715f9d7333719d6a5a9f6";
    assert_eq!(logged("A").entries[0].digest(), ack);
}

#[test]
fn json_has_a_word_for_each_kind_and_state() {
    let words = |kinds: Vec<Entry>| kinds.iter().map(|entry| entry.kind.as_str()).collect::<Vec<_>>();
    let ready = log("## AgentOS (note)\n\nReady for ACK\n\n## AgentOS (note)\n\nHello.\n");
    assert_eq!(words(ready.entries), ["ready", "note"]);
    let all = ["gate", "ack", "nack", "changes-requested", "landed", "withdrawn"];
    assert_eq!(words(logged("GANCLW").entries), all);
    for (letters, word) in [
        ("G", "pending"),
        ("GA", "acked"),
        ("GN", "rejected"),
        ("GC", "changes-requested"),
        ("GL", "landed"),
        ("GW", "withdrawn"),
    ] {
        assert_eq!(logged(letters).gates[0].state.as_str(), word, "{letters}");
    }
}
