//! `log.format`: logs whose entries are lines, through real commits.

use std::fs;
use std::process::Output;

use crate::boundary::{ADAPTER, LOG, Team, policy, text};

/// A team whose log is written in a format.
fn team(format: &str) -> Team {
    let team = Team::bare_of_hooks();
    team.here.write("ackgate.toml", policy("").replace("[log]", &format!("[log]\nformat = \"{format}\"")));
    team.here.commit("adopt");
    team.origin();
    team.hooks();
    team
}

/// What both sides say, in one format after the other: the gate, its ACK, a NACK, another ACK, and that it landed.
const SAID: [(&str, [&str; 5]); 2] = [
    (
        "lines",
        [
            "[2099-01-01T14:05:05Z] [AgentOS] CLAIM r4-adapter | Files: agentos/integrations/ | Goal: the cap | Tests: yes",
            "[2099-01-01T15:00:00Z] [CCC] ACK r4-adapter | as agreed | Tests: yes",
            "[2099-01-01T15:10:00Z] [CCC] NACK | the cap is too low",
            "[2099-01-01T15:20:00Z] [CCC] ACK | it is high enough",
            "[2099-01-02T09:00:00Z] [AgentOS] DONE r4-adapter",
        ],
    ),
    (
        "records",
        [
            "MSG | 2099-01-01 14:05:05 +01:00 | AgentOS | to:CCC | type:request | slice:r4-adapter | locks:agentos/integrations/ | note:the cap",
            "MSG | 2099-01-01 15:00:00 +01:00 | CCC | to:AgentOS | type:ack | slice:r4-adapter | note:as agreed",
            "MSG | 2099-01-01 15:10:00 +01:00 | CCC | to:AgentOS | type:nack | note:the cap is too low",
            "MSG | 2099-01-01 15:20:00 +01:00 | CCC | to:AgentOS | type:ack | note:it is good",
            "MSG | 2099-01-02 09:00:00 +01:00 | AgentOS | to:all | type:release | slice:r4-adapter | locks:none",
        ],
    ),
];

fn says(output: &Output, wanted: &str) {
    assert!(text(output).contains(wanted), "no “{wanted}”: {}", text(output));
}

#[test]
fn commits_are_judged_by_logs_of_lines() {
    for (format, [gate, ack, nack, again, landed]) in SAID {
        let team = team(format);
        team.stage(ADAPTER, "two\n");
        team.refused(&["commit", "-qm", "bold"], "AG101");
        for (said, state, code) in [
            (gate, "pending", Some("AG102")),
            (ack, "acked", None),
            (nack, "rejected", Some("AG108")),
            (again, "acked", None),
            (landed, "landed", Some("AG109")),
        ] {
            team.say(said);
            assert_eq!(team.state(), state, "{said}");
            let staged = team.verify_both_ways(&[]);
            match code {
                Some(code) => says(&staged, &format!("\"{code}\"")),
                None => assert!(staged.status.success(), "{}", text(&staged)),
            }
            if state == "acked" {
                team.passes(&["commit", "-qm", "covered"]);
                team.passes(&["push", "-q", "origin", "main"]);
                team.stage(ADAPTER, &format!("after {said}\n"));
            }
        }
        team.refused(&["commit", "-qm", "late"], "AG109");
        let log = team.verify(&["log"]);
        for kind in ["gate", "ack", "nack", "landed"] {
            says(&log, kind);
        }
    }
}

#[test]
fn an_ack_counts_only_for_the_gate_as_it_was() {
    for (format, [gate, ack, ..]) in SAID {
        let team = team(format);
        team.say(gate);
        team.say(ack);
        let log = fs::read_to_string(team.here.root().join(LOG)).unwrap();
        team.here.write(LOG, log.replace("the cap", "all of it").replacen("integrations/", "**", 1));
        team.here.git(&["commit", "-qam", "edit", "--no-verify"]);
        team.stage(ADAPTER, "two\n");
        team.refused(&["commit", "-qm", "edited"], "AG111");
    }
}

#[test]
fn a_log_in_another_format_is_an_error_that_names_it() {
    for (format, said) in SAID {
        let other = if format == "lines" { "records" } else { "headings" };
        let team = team(other);
        team.say(said[0]);
        team.say(said[1]);
        team.stage(ADAPTER, "two\n");
        for output in [team.verify(&[]), team.verify(&["status"])] {
            assert_eq!(output.status.code(), Some(2), "{}", text(&output));
            says(&output, &format!("no entry of a party in the format `{other}`, and seems to be in `{format}`"));
            says(&output, &format!("write `format = \"{format}\"` under `[log]`"));
        }
    }
    let team = Team::new();
    team.here.write("ackgate.toml", policy("").replace("[log]", "[log]\nformat = \"line\""));
    team.here.commit("adopt");
    let output = team.verify(&["status"]);
    assert_eq!(output.status.code(), Some(2), "{}", text(&output));
    says(&output, "one of: headings, lines, records");
}

#[test]
fn commands_that_post_say_what_to_write() {
    for (format, [gate, ..]) in SAID {
        let team = team(format);
        team.say(gate);
        let before = fs::read(team.here.root().join(LOG)).unwrap();
        let output = team.verify(&["gate", "new", "--slice", "r5", "--path", "agentos/x.py", "--yes"]);
        assert_eq!(output.status.code(), Some(2), "{}", text(&output));
        says(&output, &format!("written in the format `{format}`, which no command writes"));
        says(&output, "append a line to it by hand, such as");
        assert_eq!(fs::read(team.here.root().join(LOG)).unwrap(), before);
    }
}
