//! Sessions in real repositories, from either side of the log.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Output;

use serde_json::Value;

use crate::boundary::{ADAPTER, LOG, Team, VERIFY, gate_text, policy, text};
use crate::support::Scratch;

const READING: [&str; 3] = [
    "docs/integration/INTEGRATION-ROADMAP-and-EXECUTION.md",
    "docs/integration/CCC_ADAPTER_PROPOSALS.md",
    "docs/integration/CROSS_REPO_SYNC_PROTOCOL.md",
];
const HANDOFF: &str = "docs/SESSION_HANDOFF.md";

/// A repository of AgentOS that has what is to be read.
fn team() -> Team {
    let team = Team::new();
    for path in READING {
        team.here.write(path, "# Title\n\n## One\na\n\n## Two\nb\n");
    }
    team.here.commit("reading");
    team
}

/// CCC's repository beside it.
fn ccc(team: &Team) -> PathBuf {
    let folder = team.here.beside("ClaudeCodeProxy");
    for (path, text) in [
        ("docs/System/contracts/USAGE_EVENT_SCHEMA.md", "# Contract\n"),
        ("docs/System/integration/agentos-ccc-integration-plan.md", "# Plan\n"),
        (
            HANDOFF,
            "# Handoff\n\n## 2025-11-05 – Scout: first\n- Next: x\n\n## 2025-11-06 – Planner: second\n- Next: y\u{1b}[2J\n",
        ),
    ] {
        let file = folder.join(path);
        fs::create_dir_all(file.parent().unwrap()).unwrap();
        fs::write(file, text).unwrap();
    }
    team.here.git_in(&folder, &["init", "-q", "-b", "main"]);
    commit(team, &folder);
    folder
}

fn commit(team: &Team, folder: &Path) {
    team.here.git_in(folder, &["add", "-A"]);
    team.here.git_in(folder, &["commit", "-q", "--no-verify", "-m", "x"]);
}

fn run(here: &Scratch, folder: &Path, args: &[&str]) -> Output {
    // The log is in `here`, which is not called AgentOS.
    here.command(folder, VERIFY).env("ACKGATE_LOG_REPO", here.root()).arg("session").args(args).output().unwrap()
}

fn json(here: &Scratch, folder: &Path, args: &[&str]) -> Value {
    let output = run(here, folder, &[args, &["--format", "json"]].concat());
    serde_json::from_slice(&output.stdout).unwrap_or_else(|error| panic!("{error}: {}", text(&output)))
}

/// The record, as git says where it is.
fn record(here: &Scratch, folder: &Path) -> PathBuf {
    let path = here.git_in(folder, &["rev-parse", "--path-format=absolute", "--git-path", "ackgate/session.json"]);
    PathBuf::from(path)
}

#[test]
fn a_session_shows_what_is_new_since_the_last() {
    let team = team();
    let root = team.here.root();
    ccc(&team);
    team.say(&gate_text("r4-adapter", &format!("`{ADAPTER}`")));
    let output = run(&team.here, root, &["begin", "--role", "scout"]);
    let said = text(&output);
    assert!(output.status.success(), "{said}");
    for part in [
        &format!("- {}\n", READING[0])[..],
        &format!("Log {LOG} (HEAD): 1 new entry of 1\nline 3:\n| ## AgentOS executor (alignment gate: r4-adapter)"),
        "CCC’s last handoff (docs/SESSION_HANDOFF.md, line 6, ",
        "| ## 2025-11-06 – Planner: second\n| - Next: y\\u{1b}[2J\n",
        "gate:   `r4-adapter` by AgentOS, line 3: pending",
        "turn:   CCC: gate `r4-adapter` of AgentOS waits for an answer",
        "next:   answer gate",
        "warning[AG404]",
        "session: AgentOS, scout; all of the above counts as read",
    ] {
        assert!(said.contains(part), "{part}: {said}");
    }
    assert!(!said.contains('\u{1b}'), "{said}");
    // Nothing of it is in the tree.
    assert_eq!(team.here.git(&["status", "--porcelain"]), "");
    let open = json(&team.here, root, &["status"]);
    assert_eq!((open["open"]["role"].as_str(), open["unread"].as_u64()), (Some("scout"), Some(0)));
    assert_eq!(open["reading"][1]["state"], "unchanged");

    team.ack();
    team.here.write(READING[1], "# Title\n\n## One\na\nmore\n\n## Three\nB\n");
    team.here.commit("changed");
    let begun = json(&team.here, root, &["begin", "--role", "scout", "--slice", "r4-adapter"]);
    assert_eq!((&begun["version"], &begun["begun"], &begun["slice"]), (&1.into(), &true.into(), &"r4-adapter".into()));
    let changed = &begun["reading"][1];
    assert_eq!(changed["state"], "changed");
    assert_eq!(changed["lines"], serde_json::json!({"added": 3, "removed": 2}));
    assert_eq!(changed["headings"], serde_json::json!(["One", "Three", "Two"]));
    let new = begun["log"]["new"].as_array().unwrap();
    assert_eq!((new.len(), new[0]["kind"].as_str(), begun["log"]["left_out"].as_u64()), (1, Some("ack"), Some(0)));
    assert_eq!(new[0]["text"], "## CCP maintainer (ACK)\n\nACK — proceed.\n");
    assert_eq!(begun["handoffs"][0]["heading"], "2025-11-06 – Planner: second");
    assert!(begun["notes"][0].as_str().unwrap().contains("is over"), "{begun}");
    // In words the same.
    team.here.write(READING[2], "# Title\n\n## One\n\n## Two\nb\n");
    let said = text(&run(&team.here, root, &["status"]));
    assert!(said.contains("0 lines added, 1 removed, under “One”)"), "{said}");

    let ended = text(&run(&team.here, root, &["end"]));
    assert!(
        ended.contains("session: ended: scout on slice `r4-adapter`, since ") && ended.contains("verify-gate handoff")
    );
    let status = json(&team.here, root, &["status"]);
    assert_eq!((&status["open"], &status["reading"][0]["state"]), (&Value::Null, &"unchanged".into()));
    assert!(text(&run(&team.here, root, &["end"])).contains("none was open"));
}

#[test]
fn the_other_side_reads_the_log_where_it_is() {
    let team = team();
    let folder = ccc(&team);
    team.here.write(HANDOFF, "## 2025-11-04 – Executor: r3\n- Next: CCC takes over\n");
    team.here.commit("handoff");
    team.say(&gate_text("r4-adapter", &format!("`{ADAPTER}`")));
    let begun = json(&team.here, &folder, &["begin", "--role", "planner"]);
    assert_eq!((begun["party"].as_str(), begun["begun"].as_bool()), (Some("CCC"), Some(true)), "{begun}");
    assert_eq!(begun["reading"][1]["path"], "docs/System/contracts/USAGE_EVENT_SCHEMA.md");
    assert_eq!((begun["log"]["unread"].as_u64(), begun["turn"].as_str()), (Some(1), Some("CCC")));
    assert_eq!(begun["handoffs"][0]["text"], "- Next: CCC takes over\n");
    let whole = begun["log"]["whole"].as_str().unwrap();
    assert!(whole.starts_with(&format!("git -C {} show ", team.here.root().display())), "{whole}");
    assert_eq!(begun["diagnostics"], serde_json::json!([]));
    // The PRO twin does as well.
    let twin = "docs/System/contracts/USAGE_EVENT_SCHEMA.PRO.md";
    fs::write(folder.join("ackgate.toml"), CCC_POLICY).unwrap();
    commit(&team, &folder);
    fs::rename(folder.join("docs/System/contracts/USAGE_EVENT_SCHEMA.md"), folder.join(twin)).unwrap();
    let status = json(&team.here, &folder, &["status"]);
    assert_eq!((&status["reading"][1]["path"], &status["reading"][1]["state"]), (&twin.into(), &"unread".into()));
}

const CCC_POLICY: &str = "version = 1\nparty = \"CCC\"\n[log]\npath = \"docs/integration/CCC_AGENT_CHAT.md\"\nowner = \"AgentOS\"\n\
    [parties.AgentOS]\nrepositories = [\"AgentOS\"]\n[parties.CCC]\naliases = [\"CCP\", \"CCP maintainer\"]\n\
    [protect]\nschema = [\"docs/System/contracts/**\"]\n";

#[test]
fn what_does_not_begin_leaves_nothing_behind() {
    let team = team();
    let root = team.here.root();
    team.here.git(&["rm", "-q", READING[1]]);
    team.here.commit("gone");
    let output = run(&team.here, root, &["begin", "--role", "scout"]);
    assert_eq!(output.status.code(), Some(1));
    let said = text(&output);
    assert!(said.contains("error[AG401]") && said.contains("session: not begun"), "{said}");
    assert!(said.contains(&format!("- {} (not there)", READING[1])), "{said}");
    assert!(!record(&team.here, root).exists());
    // A gate's own rules do not change for that.
    team.here.write("src/x.py", "x");
    team.here.git(&["add", "-A"]);
    team.passes(&["commit", "-qm", "x"]);
    for args in [&["begin"][..], &["begin", "--role", "reviewer"], &[]] {
        assert_eq!(run(&team.here, root, args).status.code(), Some(2), "{args:?}");
    }
    let plain = Scratch::new();
    plain.commit("x");
    assert_eq!(run(&plain, plain.root(), &["begin", "--role", "scout"]).status.code(), Some(2));
}

#[test]
fn a_damaged_record_counts_as_nothing_read() {
    let team = team();
    let root = team.here.root();
    team.gate("r4-adapter", "`agentos/integrations/`");
    team.ack();
    assert!(run(&team.here, root, &["begin", "--role", "scout"]).status.success());
    let file = record(&team.here, root);
    let whole = fs::read(&file).unwrap();
    for damaged in [&whole[..whole.len() / 2], b"", b"{\"version\":9}", b"\xff\xfe"] {
        fs::write(&file, damaged).unwrap();
        let status = json(&team.here, root, &["status"]);
        let note = status["notes"][0].as_str().unwrap();
        assert!(note.contains("is damaged") && note.contains("nothing counts as read"), "{note}");
        assert_eq!((&status["open"], &status["unread"]), (&Value::Null, &2.into()));
        // Nobody is kept from a commit by it.
        team.here.write(ADAPTER, format!("{damaged:?}\n"));
        team.here.git(&["add", "-A"]);
        team.passes(&["commit", "-qm", "x"]);
        assert!(text(&run(&team.here, root, &["begin", "--role", "scout"])).contains("is damaged"));
        assert!(!text(&run(&team.here, root, &["status"])).contains("is damaged"));
    }
    // What a killed run left is cleared away.
    fs::write(file.with_file_name(".ackgate-tmp-session.json-0"), "{").unwrap();
    assert!(run(&team.here, root, &["end"]).status.success());
    let left: Vec<_> = fs::read_dir(file.parent().unwrap()).unwrap().map(|e| e.unwrap().file_name()).collect();
    assert_eq!(left.len(), 2, "{left:?}");
}

#[test]
fn what_others_brought_since_is_warned_of_at_a_commit_and_with_a_gate() {
    let team = team();
    let root = team.here.root();
    let staged = |content: &str| {
        team.here.write(ADAPTER, content);
        team.here.git(&["add", "-A"]);
    };
    team.gate("r4-adapter", "`agentos/integrations/`");
    assert!(run(&team.here, root, &["begin", "--role", "scout"]).status.success());
    // The answer that it waits for is nothing that it missed.
    team.ack();
    staged("two\n");
    let output = team.git(&["commit", "-qm", "x"]);
    assert!(output.status.success() && !text(&output).contains("AG402"), "{}", text(&output));
    team.say("## CCP maintainer (note)\n\nThe contract moves next week.");
    staged("three\n");
    let output = team.git(&["commit", "-qm", "x"]);
    let said = text(&output);
    assert!(output.status.success(), "{said}");
    assert!(said.contains("warning[AG402]: the log has a new entry of others since the session began"), "{said}");
    // Taken note of.
    assert!(run(&team.here, root, &["begin", "--role", "scout"]).status.success());
    staged("four\n");
    assert!(!text(&team.git(&["commit", "-qm", "x"])).contains("AG402"));
    team.here.write(READING[0], "changed\n");
    team.here.commit("changed");
    staged("five\n");
    let said = text(&team.git(&["commit", "-qm", "x"]));
    assert!(said.contains(&format!("warning[AG402]: `{}` is not as it was read", READING[0])), "{said}");
    let gate = ["gate", "new", "--slice", "r5", "--path", ADAPTER, "--yes"];
    assert!(text(&team.verify(&gate)).contains("warning[AG402]"));
    // An edit and a push see no session; an ended one is over.
    staged("six\n");
    assert!(!text(&team.verify(&["--paths", ADAPTER])).contains("AG402"));
    assert!(run(&team.here, root, &["end"]).status.success());
    assert!(!text(&team.verify(&["--staged"])).contains("AG402"));
}

#[test]
fn each_work_tree_has_its_own_reading() {
    let team = team();
    let root = team.here.root();
    let linked = team.here.beside("linked");
    team.here.git(&["worktree", "add", "-q", "-b", "other", linked.to_str().unwrap()]);
    assert!(run(&team.here, &linked, &["begin", "--role", "scout"]).status.success());
    assert_eq!(json(&team.here, root, &["status"])["open"], Value::Null);
    assert_eq!(json(&team.here, &linked, &["status"])["open"]["role"], "scout");
    assert!(record(&team.here, &linked).exists() && !record(&team.here, root).exists());
    // From a folder below, it is the same session.
    let below = linked.join("docs/integration");
    assert_eq!(json(&team.here, &below, &["status"])["open"]["role"], "scout");
}

#[test]
fn a_long_log_is_cut_with_a_word_on_how_to_read_the_rest() {
    let team = team();
    let root = team.here.root();
    let long: String = (0..2000).map(|n| format!("line {n} of a long entry\n")).collect();
    for _ in 0..3 {
        team.say(&format!("## CCP maintainer (note)\n\n{long}"));
    }
    let begun = json(&team.here, root, &["begin", "--role", "scout"]);
    assert_eq!((begun["log"]["unread"].as_u64(), begun["log"]["left_out"].as_u64()), (Some(3), Some(2)));
    assert_eq!(begun["log"]["new"].as_array().unwrap().len(), 1);
    let command: Vec<&str> = begun["log"]["whole"].as_str().unwrap().split(' ').skip(1).collect();
    assert!(team.here.git(&command).contains("line 1999"));
    team.say(&format!("## CCP maintainer (note)\n\n{long}{long}"));
    let said = text(&run(&team.here, root, &["begin", "--role", "scout"]));
    assert!(said.contains("bytes of this entry are cut: read it whole with `git show "), "{said}");
}

#[test]
fn members_of_a_workspace_inherit_from_each_other() {
    let here = Scratch::new();
    here.write("ackgate.toml", "version = 1\n[workspace]\nmembers = [\"a\", \"c\"]\n");
    here.write(
        "a/ackgate.toml",
        policy("[session]\nreading = [\"r.md\"]\n")
            .replace("[protect]\n[session]", "[protect]\nadapter = [\"x/**\"]\n[session]"),
    );
    here.write("c/ackgate.toml", CCC_POLICY);
    here.write(format!("a/{LOG}"), "# Log\n\n## CCP (note)\n\nhello\n");
    here.write("a/r.md", "x\n");
    here.write(format!("c/{HANDOFF}"), "## 2025-11-05 – Scout: c\n- Next: a\n");
    here.commit("base");
    let member = here.root().join("a");
    let begun = json(&here, &member, &["begin", "--role", "scout"]);
    assert_eq!((begun["party"].as_str(), begun["log"]["unread"].as_u64()), (Some("AgentOS"), Some(1)), "{begun}");
    assert_eq!(begun["handoffs"][0]["place"], "in c/");
    // The other member has read nothing by that.
    let other = json(&here, &here.root().join("c"), &["status"]);
    assert_eq!((&other["open"], &other["unread"], &other["party"]), (&Value::Null, &1.into(), &"CCC".into()));
}

#[test]
fn what_could_not_be_shown_does_not_count_as_read() {
    let team = team();
    let root = team.here.root().to_owned();
    let status = || json(&team.here, &root, &["status"])["open"].clone();
    let begin = |script: &str| {
        let mut command = team.here.command(&root, "sh");
        command.args(["-c", script, VERIFY]).env("ACKGATE_LOG_REPO", &root).output().unwrap()
    };
    for script in [
        "exec \"$0\" session begin --role scout >/dev/full",
        "exec \"$0\" session begin --role scout --format json >/dev/full",
    ] {
        let output = begin(script);
        assert_eq!(output.status.code(), Some(2), "{}", text(&output));
        assert!(text(&output).contains("nothing counts as read"), "{}", text(&output));
        assert_eq!(status(), Value::Null, "{script}");
    }
    assert_eq!(begin("exec \"$0\" session begin --role scout >/dev/null").status.code(), Some(0));
    assert_ne!(status(), Value::Null);
}
