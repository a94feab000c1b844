//! What each of three parties answers by itself.

use super::*;

fn three() -> Writers {
    let third = Speaker { name: "Third".into(), aliases: vec!["3P".into()], repositories: vec!["third".into()] };
    let mut three = writers();
    three.speakers.push(third);
    three
}

/// A log with the gate and these entries; `c`, `t` and `a` before the words tell whose they are.
fn said(entries: &str) -> Log {
    let entry = |said: &str| {
        let (party, words) = said.split_once(' ').unwrap();
        let party = match party {
            "c" => "CCP",
            "t" => "3P",
            "a" => "AgentOS",
            other => panic!("{other} is nobody"),
        };
        match words {
            "gate" => format!("## {party} (alignment gate: own)\n\nx\n\n"),
            words => format!("## {party} ({words})\n\n"),
        }
    };
    read(&format!("{GATE}{}", entries.split_terminator("; ").map(entry).collect::<String>()), &three())
}

#[test]
fn each_partys_last_answer_stands_by_itself() {
    use State::{Acked, ChangesRequested, Landed, Pending, Rejected, Withdrawn};
    for (entries, last, ccc, third) in [
        ("", Pending, Pending, Pending),
        ("c ACK", Acked, Acked, Pending),
        ("c ACK; t ACK", Acked, Acked, Acked),
        ("c NACK; t ACK", Acked, Rejected, Acked),
        ("c NACK; t ACK; c ACK", Acked, Acked, Acked),
        ("c ACK with edits; t ACK", Acked, ChangesRequested, Acked),
        ("a ACK", Pending, Pending, Pending),
        ("c ACK; a NACK", Acked, Acked, Pending),
        ("c ACK; a landed", Landed, Landed, Landed),
        ("c ACK; t ACK; c ACK: nothing", Acked, Acked, Acked),
        // The last to answer takes the gate with it; another takes back what it said itself, for good.
        ("c ACK; c WITHDRAWN", Withdrawn, Withdrawn, Withdrawn),
        ("c ACK; t ACK; c WITHDRAWN", Acked, Withdrawn, Acked),
        ("c ACK; t ACK; c WITHDRAWN: r4-adapter", Acked, Withdrawn, Acked),
        ("c ACK; t ACK; c WITHDRAWN; c ACK", Acked, Withdrawn, Acked),
        ("c NACK; t ACK; c WITHDRAWN", Acked, Withdrawn, Acked),
        ("t ACK; c WITHDRAWN", Acked, Pending, Acked),
    ] {
        let log = said(entries);
        let gate = &log.gates[0];
        let states = (gate.state, gate.stand(Some("CCC")).0, gate.stand(Some("Third")).0);
        assert_eq!(states, (last, ccc, third), "{entries}");
        for party in ["CCC", "Third"] {
            let view = log.answered_by(party);
            assert_eq!((view.gates[0].state, view.gates[0].reply), gate.stand(Some(party)), "{entries}");
            let reply = view.gates[0].reply.map(|reply| view.entries[reply].party.as_deref());
            assert!(gate.state.is_final() || reply.is_none_or(|by| by == Some(party)), "{entries}");
        }
    }
}

#[test]
fn what_is_taken_back_by_no_name_may_be_the_answer_to_the_latest_gate() {
    // The other party's own gate is open as well: the word may mean either.
    for (withdrawn, ccc) in [("WITHDRAWN", State::Withdrawn), ("WITHDRAWN: own", State::Acked)] {
        let log = read(
            &format!(
                "## CCC (alignment gate: own)\n\nx\n\n{GATE}## CCC (ACK)\n\n## 3P (ACK)\n\n## CCC ({withdrawn})\n"
            ),
            &three(),
        );
        let states: Vec<State> = log.gates.iter().map(|gate| gate.state).collect();
        assert_eq!(states, [State::Withdrawn, State::Acked], "{withdrawn}");
        assert_eq!(log.gates[1].stand(Some("CCC")).0, ccc, "{withdrawn}");
    }
}

#[test]
fn who_has_refused_is_known_after_its_ack() {
    for (entries, refused) in [("c ACK", false), ("c NACK; c ACK", true), ("c ACK with edits; t ACK; c ACK", true)] {
        let log = said(entries);
        assert_eq!(log.gates[0].answer_of("CCC").unwrap().has_refused, refused, "{entries}");
    }
}

#[test]
fn a_party_closes_for_itself_and_anyone_by_a_refusal() {
    for (base, trusted, party, closed) in [
        ("c ACK; t ACK", "c ACK; t ACK", "CCC", None),
        ("c ACK", "c ACK; t NACK; c ACK: r4-adapter", "CCC", Some((State::Rejected, 2))),
        ("c ACK; t ACK", "c ACK; t ACK; c NACK; t ACK: r4-adapter", "CCC", Some((State::Rejected, 3))),
        ("c NACK; c ACK", "c NACK", "CCC", None),
        ("c ACK; t ACK", "c ACK; t ACK; c WITHDRAWN", "Third", Some((State::Withdrawn, 3))),
        ("c ACK", "c ACK; a landed", "CCC", Some((State::Landed, 2))),
        ("c ACK", "c ACK; a gate", "CCC", Some((State::Pending, 2))),
    ] {
        let (base, trusted) = (said(base).answered_by(party), said(trusted));
        let expected = closed.map(|(state, entry): (State, usize)| Closed { state, line: trusted.entries[entry].line });
        assert_eq!(closed_since(&base, &base.gates[0], &trusted, true), expected, "{trusted:?}");
    }
    let last = said("c ACK; t NACK; c ACK: r4-adapter");
    let base = said("c ACK");
    assert_eq!(closed_since(&base, &base.gates[0], &last, true), None, "the last answer alone");
    for (later, agreed) in [("c ACK; t ACK", true), ("c ACK", false), ("t ACK", true), ("", false)] {
        let then = said("t ACK").answered_by("Third");
        assert_eq!(still_agreed(&then, &then.gates[0], &said(later)), agreed, "{later}");
    }
}
