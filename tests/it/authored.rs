//! `ack.require = "authored"`: who brought the ACK, in one repository and in two, through merges and services.

use crate::boundary::{ADAPTER, LOG, Team, gate_text, policy, text};

const BOB: [(&str, &str); 4] = [
    ("GIT_AUTHOR_NAME", "Bob"),
    ("GIT_AUTHOR_EMAIL", "bob@ccc.example"),
    ("GIT_COMMITTER_NAME", "Bob"),
    ("GIT_COMMITTER_EMAIL", "bob@ccc.example"),
];

/// A repository whose policy asks for authored ACKs, with a gate by Ada.
fn team() -> Team {
    let team = Team::bare_of_hooks();
    let text = policy("")
        .replace("[protect]", "[ack]\nrequire = \"authored\"\ncommitters = [\"web@host.example\"]\n[protect]");
    let text =
        text.replace("repositories = [\"AgentOS\"]", "repositories = [\"AgentOS\"]\nemails = [\"*@agentos.example\"]");
    let text =
        text.replace("[\"ClaudeCodeProxy\", \"CCC\"]", "[\"ClaudeCodeProxy\", \"CCC\"]\nemails = [\"*@ccc.example\"]");
    team.here.write("ackgate.toml", text);
    team.here.commit("adopt");
    team.hooks();
    team.gate("r4", &format!("`{ADAPTER}`"));
    team
}

fn ack(team: &Team, env: &[(&str, &str)]) {
    let log = std::fs::read_to_string(team.here.root().join(LOG)).unwrap();
    team.here.write(LOG, format!("{log}\n## CCC (ACK)\n"));
    let output = team.here.git_env(env, &["commit", "-q", "--no-verify", "-m", "ack", "--", LOG]);
    assert!(output.status.success(), "{}", text(&output));
}

#[test]
fn only_the_other_partys_commit_opens() {
    let with = |author: &'static str, committer: &'static str| {
        [BOB[0], ("GIT_AUTHOR_EMAIL", author), BOB[2], ("GIT_COMMITTER_EMAIL", committer)]
    };
    for (author, committer, opens) in [
        ("bob@ccc.example", "bob@ccc.example", true),
        ("bob@ccc.example", "web@host.example", true),
        ("bob@ccc.example", "ada@agentos.example", false),
        ("ada@agentos.example", "bob@ccc.example", false),
        ("mallory@elsewhere.example", "bob@ccc.example", false),
        ("bob@ccc.example.elsewhere.example", "bob@ccc.example", false),
    ] {
        let team = team();
        ack(&team, &with(author, committer));
        team.stage(ADAPTER, "two\n");
        match opens {
            true => team.passes(&["commit", "-qm", "x"]),
            false => team.refused(&["commit", "-qm", "x"], "AG113"),
        }
    }
}

#[test]
fn the_one_who_acks_neither_posts_the_gate_nor_makes_the_change() {
    let team = team();
    ack(&team, &BOB);
    team.stage(ADAPTER, "two\n");
    let output = team.here.git_env(&BOB, &["commit", "-qm", "by Bob"]);
    assert!(text(&output).contains("[AG113]"), "{}", text(&output));
    team.refused(&["commit", "-qm", "x", "--author", "Bob <bob@ccc.example>"], "AG113");
    team.here.git_env(&BOB, &["commit", "-q", "--no-verify", "-m", "by Bob"]);
    let output = team.verify(&["--range", "HEAD~1..HEAD"]);
    assert!(text(&output).contains("[AG113]"), "{}", text(&output));
    let team = self::team();
    let log = std::fs::read_to_string(team.here.root().join(LOG)).unwrap();
    team.here.write(LOG, format!("{log}\n{}\n", gate_text("r5", &format!("`{ADAPTER}`"))));
    team.here.git_env(&BOB, &["commit", "-qam", "gate by Bob in the name of AgentOS", "--no-verify"]);
    ack(&team, &BOB);
    team.stage(ADAPTER, "two\n");
    team.refused(&["commit", "-qm", "x"], "AG113");
}

#[test]
fn a_merge_keeps_who_brought_the_ack() {
    let team = team();
    team.here.git(&["checkout", "-qb", "answer"]);
    ack(&team, &BOB);
    team.here.git(&["checkout", "-q", "main"]);
    team.here.write("readme.md", "y\n");
    team.here.commit("else");
    team.here.git(&["merge", "-q", "--no-edit", "answer"]);
    team.stage(ADAPTER, "two\n");
    team.passes(&["commit", "-qm", "x"]);
}

#[test]
fn an_ack_that_is_committed_anew_by_another_is_anothers() {
    let team = team();
    team.here.git(&["checkout", "-qb", "answer"]);
    ack(&team, &BOB);
    team.here.git(&["checkout", "-q", "main"]);
    team.here.write("readme.md", "y\n");
    team.here.commit("else");
    // A cherry-pick keeps the author; its committer is whoever picks.
    team.here.git(&["cherry-pick", "answer"]);
    team.stage(ADAPTER, "two\n");
    team.refused(&["commit", "-qm", "x"], "AG113");
}
