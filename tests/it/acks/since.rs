//! Several ACKs and what became of the log since they were given: pins, edits, merges, signatures.

use std::path::Path;

use super::{ADAPTER, all, beside, passes, policy, refused, team};
use crate::boundary::{LOG, VERIFY, gate_text, text};

/// A commit that pins the log where all have ACKed is judged by what the log has become since.
#[test]
fn a_pinned_log_is_held_against_what_each_has_said_since() {
    let ack = "## CCC (ACK: r7)\n\n## AgentOS executor (ACK: r7)\n";
    for (acks, since, code, words) in [
        ("\"all-others\"", "## Third (note)\n\nNothing.", "", ""),
        ("\"all-others\"", "## CCC (NACK: r7)\n\n## AgentOS executor (ACK: r7)", "AG108", "was rejected since"),
        ("[\"AgentOS\"]", "## CCC (NACK: r7)\n\n## AgentOS executor (ACK: r7)", "AG108", "was rejected since"),
        ("[\"AgentOS\"]", "## CCC (WITHDRAWN: r7)", "AG108", "or its ACK was withdrawn since"),
        ("\"all-others\"", "-## CCC (ACK: r7)\n", "AG111", "or its ACK of CCC taken out"),
        ("[\"AgentOS\"]", "-## CCC (ACK: r7)\n", "", ""),
    ] {
        let more = format!("[gate]\nacks = {acks}");
        let team = team(&more);
        team.here.git(&["reset", "-q", "--hard"]);
        let third = beside(&team.here, "third", "Third", &more);
        team.say(&gate_text("r7", "`src/`").replace("AgentOS executor", "Third"));
        team.say(ack);
        let pin = team.here.git(&["rev-parse", "HEAD"]);
        let at = third.to_str().unwrap();
        std::fs::write(third.join("src/client.py"), "two\n").unwrap();
        team.here.git(&["-C", at, "commit", "-qam", &format!("x\n\nGate-Log: work@{pin}")]);
        match since.strip_prefix('-') {
            None => team.say(since),
            Some(taken_out) => {
                let log = std::fs::read_to_string(team.here.root().join(LOG)).unwrap();
                team.here.write(LOG, log.replacen(taken_out, "", 1));
                team.here.git(&["commit", "-q", "--no-verify", "-m", "take out", "--", LOG]);
            }
        }
        for all in ["0", "1"] {
            let mut command = team.here.command(&third, VERIFY);
            command.args(["--range", "HEAD~1..HEAD"]).env("ACKGATE_LOG_REPO", team.here.root());
            let command = if all == "1" { command.env("ACKGATE_READ_ALL", all) } else { &mut command };
            let output = command.output().unwrap();
            let said = text(&output);
            assert_eq!(output.status.success(), code.is_empty(), "{acks} {since}: {said}");
            assert!(said.contains(code) && said.contains(words), "{acks} {since}: {said}");
        }
    }
}

#[test]
fn a_nack_that_was_taken_out_of_the_log_still_shuts() {
    for (acks, shuts) in [("\"all-others\"", true), ("[\"CCC\"]", true), ("\"any-other\"", false)] {
        let team = team(&format!("[gate]\nacks = {acks}"));
        let before = std::fs::read_to_string(team.here.root().join(LOG)).unwrap();
        team.say("## Third (NACK)\n\n## CCC (ACK)");
        team.here.write(LOG, format!("{before}\n## CCC (ACK)\n"));
        team.here.git(&["commit", "-q", "--no-verify", "-m", "take out", "--", LOG]);
        team.say("## Third (ACK)");
        match shuts {
            true => refused(&team, "AG108", "was rejected since"),
            false => passes(&team),
        }
    }
}

/// Both answer on branches of their own; git merges the log with the merge driver.
#[test]
fn answers_of_two_branches_are_merged_whole() {
    for (ours, theirs, opens) in [
        ("## CCC (ACK: r4)", "## Third (ACK: r4)", true),
        ("## CCC (NACK: r4)", "## Third (ACK: r4)", false),
        ("## CCC (ACK: r4)", "## CCC (NACK: r4)\n\n## Third (ACK: r4)", false),
        ("## CCC (NACK: r4)\n\n## Third (ACK: r4)", "## CCC (ACK: r4)", false),
    ] {
        let team = all();
        team.here.git(&["reset", "-q", "--hard"]);
        team.here.write(".gitattributes", format!("{LOG} merge=ackgate-log\n"));
        team.here.commit("attributes");
        team.here.git(&["config", "merge.ackgate-log.driver", &format!("'{VERIFY}' merge-log --path %P %O %A %B")]);
        team.here.git(&["checkout", "-qb", "side"]);
        team.say(theirs);
        team.here.git(&["checkout", "-q", "main"]);
        team.say(ours);
        let output = team.git(&["merge", "-q", "--no-edit", "side"]);
        assert!(output.status.success(), "{}", text(&output));
        let log = std::fs::read_to_string(team.here.root().join(LOG)).unwrap();
        for entry in ours.split("\n\n").chain(theirs.split("\n\n")) {
            assert!(log.contains(entry), "{log}");
        }
        team.stage(ADAPTER, "two\n");
        match opens {
            true => passes(&team),
            false => refused(&team, "AG108", "was rejected by CCC"),
        }
    }
}

#[test]
fn each_needed_ack_is_signed() {
    let more = "[ack]\nrequire = \"signed\"\n[gate]\nacks = \"all-others\"";
    let team = team(more);
    let here = &team.here;
    here.git(&["reset", "-q", "--hard"]);
    let keyed = |party: &str| {
        let key = |text: String, name: &str| {
            let repositories = format!("repositories = [\"{name}\"]");
            text.replace(&repositories, &format!("{repositories}\nkeys = [\"{}\"]", here.ssh_public(name)))
        };
        ["ccc", "third"].into_iter().fold(policy(party, more), key)
    };
    let adopt = |root: &Path, party: &str| {
        std::fs::write(root.join("ackgate.toml"), keyed(party)).unwrap();
        here.git_in(root, &["commit", "-q", "--no-verify", "-am", "keys"]);
    };
    here.ssh_key("ccc", &["-t", "ed25519"]);
    here.ssh_key("third", &["-t", "ed25519"]);
    std::fs::rename(here.beside("ccc"), here.beside("ccc.key")).unwrap();
    std::fs::rename(here.beside("third"), here.beside("third.key")).unwrap();
    let (ccc, third) = (beside(here, "ccc", "CCC", more), beside(here, "third", "Third", more));
    adopt(here.root(), "AgentOS");
    adopt(&ccc, "CCC");
    adopt(&third, "Third");
    let sign = |root: &Path, key: &str| {
        let key = format!("--sign={}", here.beside(key).display());
        let mut command = here.command(root, VERIFY);
        command.args(["ack", "--slice", "r4", "--commit", "--yes", &key]).env("ACKGATE_LOG_REPO", here.root());
        let output = command.output().unwrap();
        assert!(output.status.success(), "{}", text(&output));
    };
    sign(&ccc, "ccc.key");
    team.stage(ADAPTER, "two\n");
    refused(&team, "AG102", "waits for the ACK of Third\n");
    team.say("## Third (ACK: r4)");
    refused(&team, "AG113", "the ACK of Third to gate `r4`");
    // Whoever answers last, the other's ACK has to be signed.
    team.say("## CCC (ACK: r4)");
    sign(&third, "third.key");
    refused(&team, "AG113", "the ACK of CCC to gate `r4`");
    sign(&ccc, "ccc.key");
    passes(&team);
}
