//! `gate.acks`: three parties, and whose ACK opens what.

mod since;

use std::path::PathBuf;
use std::process::Output;

use crate::boundary::{LOG, PRE_COMMIT, Team, VERIFY, gate_text, text};
use crate::support::Scratch;

const ADAPTER: &str = "src/adapter.py";
const SCHEMA: &str = "schemas/usage.md";
const PATHS: &str = "`src/`, `schemas/`, `ackgate.toml`";

fn policy(party: &str, more: &str) -> String {
    format!(
        "version = 1\nparty = \"{party}\"\n[log]\npath = \"{LOG}\"\nowner = \"AgentOS\"\n\
         [parties.AgentOS]\naliases = [\"AgentOS executor\"]\nrepositories = [\"work\"]\nemails = [\"*@agentos.example\"]\n\
         [parties.CCC]\naliases = [\"CCP\"]\nrepositories = [\"ccc\"]\nemails = [\"*@ccc.example\"]\n\
         [parties.Third]\naliases = [\"3P\"]\nrepositories = [\"third\"]\nemails = [\"*@third.example\"]\n\
         [protect]\nadapter = [\"src/**\"]\nschema = [\"schemas/**\"]\n{more}\n"
    )
}

/// AgentOS's repository under this policy, with a gate on all that is protected and a change of it staged.
fn team(more: &str) -> Team {
    let here = Scratch::new();
    here.write(LOG, "# Log\n");
    here.write(ADAPTER, "one\n");
    here.write(SCHEMA, "# Usage\n");
    here.write("ackgate.toml", policy("AgentOS", more));
    here.commit("adopt");
    let team = Team { here };
    team.hooks();
    team.gate("r4", PATHS);
    team.stage(ADAPTER, "two\n");
    team
}

fn all() -> Team {
    team("[gate]\nacks = \"all-others\"")
}

/// The change that is staged: what a commit of it says, without one being made.
fn judged(team: &Team) -> String {
    text(&team.verify_both_ways(&["--staged"]))
}

fn refused(team: &Team, code: &str, words: &str) {
    let output = team.git(&["commit", "-qm", "x"]);
    let said = text(&output);
    assert!(!output.status.success() && said.contains(&format!("[{code}]")), "{said}");
    assert!(said.contains(words), "lacks “{words}”: {said}");
    assert!(judged(team).contains("\"verdict\": \"block\""), "{}", judged(team));
}

fn passes(team: &Team) {
    assert!(judged(team).contains("\"verdict\": \"pass\""), "{}", judged(team));
    team.passes(&["commit", "-qm", "x"]);
}

fn status(team: &Team) -> serde_json::Value {
    serde_json::from_slice(&team.verify_both_ways(&["status"]).stdout).unwrap()
}

#[test]
fn any_other_party_opens_where_nothing_is_asked() {
    for more in ["", "[gate]\nacks = \"any-other\""] {
        let team = team(more);
        refused(&team, "AG102", "has no ACK yet");
        team.say("## CCP (NACK)");
        refused(&team, "AG108", "was rejected\n");
        team.say("## 3P (ACK)");
        let shown = status(&team);
        assert_eq!((&shown["gate"]["state"], shown["gate"].get("awaits")), (&"acked".into(), None));
        passes(&team);
    }
}

#[test]
fn all_others_are_waited_for_by_name() {
    let team = all();
    refused(&team, "AG102", "waits for the ACK of CCC and Third");
    let shown = status(&team);
    assert_eq!((&shown["turn"], &shown["gate"]["state"]), (&"CCC or Third".into(), &"pending".into()));
    assert_eq!(shown["gate"]["awaits"], serde_json::json!(["CCC", "Third"]));
    // By an alias.
    team.say("## CCP (ACK)");
    refused(&team, "AG102", "waits for the ACK of Third\n");
    refused(&team, "AG102", "Third has to append an entry such as `## Third (ACK: r4)`");
    let shown = status(&team);
    assert_eq!((&shown["turn"], &shown["gate"]["state"]), (&"Third".into(), &"pending".into()));
    assert_eq!(shown["gate"]["awaits"], serde_json::json!(["Third"]));
    assert_eq!(shown["gate"]["answers"], serde_json::json!([{"party": "CCC", "line": 15, "kind": "ack"}]));
    let human = text(&team.verify(&["status"]));
    assert!(human.contains("acks:   CCC ack, line 15; Third awaited\n"), "{human}");
    assert!(
        human.contains("Third answers gate `r4`: `## Third (ACK: r4)`, or `verify-gate ack --slice r4`"),
        "{human}"
    );
    // Its own party, and one who is nobody, are not waited for.
    team.say("## AgentOS executor (ACK)\n\n## Fourth (ACK)");
    refused(&team, "AG102", "waits for the ACK of Third\n");
    team.say("## Third (ACK)");
    assert_eq!((status(&team)["turn"].as_str(), team.state().as_str()), (Some("AgentOS"), "acked"));
    passes(&team);
}

#[test]
fn a_nack_is_lifted_by_its_own_party_alone() {
    let team = all();
    team.say("## CCC (NACK)");
    team.say("## Third (ACK)");
    refused(&team, "AG108", "was rejected by CCC");
    let shown = status(&team);
    assert_eq!((shown["gate"]["state"].as_str(), shown["turn"].as_str()), (Some("rejected"), Some("AgentOS")));
    assert_eq!(shown["why"], "CCC said NACK to gate `r4`");
    team.say("## CCC (ACK with edits)\n\nRename it.");
    team.say("## Third (ACK)");
    refused(&team, "AG106", "the reply of CCC to gate `r4`");
    team.say("## CCC (ACK)");
    passes(&team);
}

#[test]
fn a_list_asks_those_it_names_and_who_has_refused() {
    let team = team("[gate]\nacks = [\"CCC\", \"AgentOS\"]");
    team.say("## Third (ACK)");
    refused(&team, "AG102", "waits for the ACK of CCC\n");
    team.say("## CCC (ACK)");
    team.say("## Third (NACK)");
    refused(&team, "AG108", "was rejected by Third");
    team.say("## CCC (ACK)");
    refused(&team, "AG108", "was rejected by Third");
    team.say("## Third (ACK)");
    passes(&team);
    // Whoever is asked, the party of the gate is not.
    team.gate("r5", PATHS);
    team.say("## AgentOS executor (landed: r4)");
    let text = gate_text("r6", "AgentOS: `src/`").replace("AgentOS executor", "CCC");
    team.say(&text);
    team.stage(ADAPTER, "three\n");
    refused(&team, "AG102", "waits for the ACK of AgentOS\n");
    let nobody = self::team("[gate]\nacks = [\"AgentOS\"]");
    nobody.say("## CCC (ACK)");
    refused(&nobody, "AG102", "is AgentOS's own, whom alone `gate.acks` asks");
    assert_eq!(status(&nobody)["gate"]["awaits"], serde_json::json!([]));
}

#[test]
fn each_class_asks_for_its_own() {
    let team = team("[gate]\nacks = { default = \"any-other\", schema = \"all-others\", policy = [\"Third\"] }");
    team.say("## CCC (ACK)");
    passes(&team);
    team.stage(SCHEMA, "# Usage\n\nMore.\n");
    refused(&team, "AG102", "`schemas/usage.md` (schema) is protected");
    team.here.git(&["reset", "-q", "--hard"]);
    team.stage("ackgate.toml", &policy("AgentOS", "[gate]\nacks = \"any-other\""));
    refused(&team, "AG901", "no ACKed gate covers it");
    team.say("## Third (ACK)");
    team.stage("ackgate.toml", &policy("AgentOS", "[gate]\nacks = \"any-other\""));
    team.stage(SCHEMA, "# Usage\n\nMore.\n");
    passes(&team);
}

#[test]
fn a_gate_edited_after_one_ack_lacks_that_one() {
    let team = all();
    team.say("## CCC (ACK)");
    let log = std::fs::read_to_string(team.here.root().join(LOG)).unwrap();
    team.here.write(LOG, log.replace("`src/`", "`src/`, `other/`"));
    team.here.git(&["commit", "-q", "--no-verify", "-m", "edit", "--", LOG]);
    team.say("## Third (ACK)");
    refused(&team, "AG111", "was edited after its ACK of CCC, which voids the ACK");
    assert!(!judged(&team).contains("its ACK of Third"), "{}", judged(&team));
    team.say("## CCC (ACK)\n\nAs it reads now.");
    passes(&team);
}

#[test]
fn what_is_taken_back_or_posted_again_needs_a_new_gate() {
    let team = all();
    team.say("## CCC (ACK)");
    team.say("## Third (ACK)");
    assert!(judged(&team).contains("\"verdict\": \"pass\""));
    team.say("## CCC (WITHDRAWN: r4)");
    refused(&team, "AG108", "or its ACK was withdrawn by CCC");
    team.say("## CCC (ACK: r4)");
    refused(&team, "AG108", "or its ACK was withdrawn by CCC");
    // The same gate again: no earlier ACK is one to it.
    team.gate("r4", PATHS);
    refused(&team, "AG102", "waits for the ACK of CCC and Third");
    team.say("## Third (ACK: r4)");
    refused(&team, "AG102", "waits for the ACK of CCC\n");
    team.say("## CCC (ACK: r4)");
    passes(&team);
    team.say("## AgentOS executor (landed: r4)");
    team.stage(ADAPTER, "three\n");
    refused(&team, "AG109", "has landed");
    assert_eq!(judged(&team).matches("AG109").count(), 1);
}

/// Appends an entry as somebody of a party.
fn say_as(team: &Team, email: &str, entry: &str) {
    let log = std::fs::read_to_string(team.here.root().join(LOG)).unwrap();
    team.here.write(LOG, format!("{log}\n{entry}\n"));
    let env = [
        ("GIT_AUTHOR_NAME", "X"),
        ("GIT_COMMITTER_NAME", "X"),
        ("GIT_AUTHOR_EMAIL", email),
        ("GIT_COMMITTER_EMAIL", email),
    ];
    let output = team.here.git_env(&env, &["commit", "-q", "--no-verify", "-m", "log", "--", LOG]);
    assert!(output.status.success(), "{}", text(&output));
}

#[test]
fn each_needed_ack_proves_what_is_asked() {
    let more = "[ack]\nrequire = { default = \"authored\" }\n[gate]\nacks = \"all-others\"";
    for (ccc, third, of) in [
        ("c@ccc.example", "t@third.example", None),
        ("c@ccc.example", "c@ccc.example", Some("Third")),
        ("t@third.example", "t@third.example", Some("CCC")),
        ("ada@agentos.example", "t@third.example", Some("CCC")),
    ] {
        let team = team(more);
        say_as(&team, ccc, "## CCC (ACK)");
        say_as(&team, third, "## Third (ACK)");
        match of {
            None => passes(&team),
            Some(party) => refused(&team, "AG113", &format!("the ACK of {party} to gate `r4`")),
        }
    }
    // A forged ACK lifts no NACK of one who was not asked.
    let team = team("[ack]\nrequire = \"authored\"\n[gate]\nacks = [\"CCC\"]");
    say_as(&team, "t@third.example", "## Third (NACK)");
    say_as(&team, "c@ccc.example", "## CCC (ACK)");
    say_as(&team, "c@ccc.example", "## Third (ACK)");
    refused(&team, "AG113", "the ACK of Third to gate `r4`");
    say_as(&team, "t@third.example", "## Third (ACK)\n\nIndeed.");
    passes(&team);
    // One that nobody needs proves nothing, and spoils nothing.
    let team = self::team("[ack]\nrequire = \"authored\"\n[gate]\nacks = [\"CCC\"]");
    say_as(&team, "c@ccc.example", "## CCC (ACK)");
    say_as(&team, "c@ccc.example", "## Third (ACK)");
    passes(&team);
}

#[test]
fn an_ack_that_is_not_in_the_base_is_missed_by_name() {
    let team = all();
    team.say("## CCC (ACK)");
    let log = std::fs::read_to_string(team.here.root().join(LOG)).unwrap();
    team.here.write(LOG, format!("{log}\n## Third (ACK)\n"));
    team.here.git(&["add", LOG]);
    refused(&team, "AG114", "the ACK of Third to gate `r4` stands in the index");
    let output = team.git(&["commit", "-q", "--no-verify", "-m", "both"]);
    assert!(output.status.success());
    let range = text(&team.verify_both_ways(&["--range", "HEAD~1..HEAD"]));
    assert!(range.contains("AG102") && range.contains("the ACK of Third"), "{range}");
}

#[test]
fn what_the_trusted_branch_has_refused_since_is_refused() {
    for (acks, entry, code) in [
        ("\"all-others\"", "## CCC (NACK: r4)\n\n## Third (ACK: r4)", "AG108"),
        ("[\"CCC\"]", "## Third (NACK: r4)\n\n## CCC (ACK: r4)", "AG108"),
        ("[\"CCC\"]", "## Third (ACK with edits: r4)\n\nRename.\n\n## CCC (ACK: r4)", "AG106"),
        ("[\"CCC\"]", "## CCC (ACK: r4)", ""),
    ] {
        let team = team(&format!("[gate]\nacks = {acks}"));
        team.say("## CCC (ACK)");
        team.say("## Third (ACK)");
        team.origin();
        team.here.git(&["stash", "-q"]);
        team.here.git(&["checkout", "-qb", "side"]);
        team.say(entry);
        team.here.git(&["push", "-q", "--no-verify", "origin", "side:main"]);
        team.here.git(&["checkout", "-q", "main"]);
        team.here.git(&["fetch", "-q", "origin"]);
        team.here.git(&["stash", "pop", "-q"]);
        team.here.git(&["add", "-A"]);
        let found = judged(&team);
        assert_eq!(found.contains("\"verdict\": \"pass\""), code.is_empty(), "{acks} {entry}: {found}");
        assert!(found.contains(code), "{found}");
    }
}

/// Another party's repository beside.
fn beside(here: &Scratch, name: &str, party: &str, more: &str) -> PathBuf {
    let root = here.beside(name);
    let at = root.to_str().unwrap();
    here.git(&["init", "-q", "-b", "main", at]);
    std::fs::create_dir_all(root.join("src")).unwrap();
    std::fs::write(root.join("src/client.py"), "one\n").unwrap();
    std::fs::write(root.join("ackgate.toml"), policy(party, more)).unwrap();
    here.git(&["-C", at, "add", "-A"]);
    here.git(&["-C", at, "commit", "-qm", "adopt"]);
    root
}

/// Three repositories side by side, each party's own, with the log in AgentOS's.
#[test]
fn three_repositories_write_and_read_one_log() {
    let more = "[gate]\nacks = \"all-others\"";
    let team = all();
    let here = &team.here;
    let (ccc, third) = (beside(here, "ccc", "CCC", more), beside(here, "third", "Third", more));
    let run = |root: &std::path::Path, program: &str, args: &[&str]| -> Output {
        here.command(root, program).args(args).env("ACKGATE_LOG_REPO", here.root()).output().unwrap()
    };
    let ack = |root: &std::path::Path| run(root, VERIFY, &["ack", "--slice", "r4", "--commit", "--yes"]);
    refused(&team, "AG102", "CCC and Third");
    let said = text(&ack(&ccc));
    assert!(said.contains("## CCC (ACK: r4)") || said.contains("## CCP (ACK: r4)"), "{said}");
    refused(&team, "AG102", "waits for the ACK of Third\n");
    let human = text(&run(&third, VERIFY, &["status"]));
    assert!(human.contains("turn:   Third: gate `r4` of AgentOS waits for the ACK of Third; CCC said ACK"), "{human}");
    let output = ack(&third);
    assert!(output.status.success(), "{}", text(&output));
    // One takes its ACK back although the other has answered since.
    let output = run(&ccc, VERIFY, &["withdraw", "--slice", "r4", "--commit"]);
    assert!(output.status.success(), "{}", text(&output));
    refused(&team, "AG108", "was withdrawn by CCC");
    let told = text(&team.verify(&["log"]));
    assert!(told.contains("(WITHDRAWN: r4)") && told.contains("takes back what CCC answered"), "{told}");
    // In another party's repository the log judges alike.
    team.say(&gate_text("r7", "`src/`").replace("AgentOS executor", "Third"));
    std::fs::write(third.join("src/client.py"), "two\n").unwrap();
    here.git(&["-C", third.to_str().unwrap(), "add", "-A"]);
    let judged = |pass: bool, words: &str| {
        let output = run(&third, PRE_COMMIT, &[]);
        assert_eq!(output.status.success(), pass, "{}", text(&output));
        assert!(text(&output).contains(words), "{}", text(&output));
    };
    judged(false, "waits for the ACK of AgentOS and CCC");
    team.say("## CCC (ACK: r7)");
    judged(false, "waits for the ACK of AgentOS\n");
    team.say("## AgentOS executor (ACK: r7)");
    judged(true, "");
}
