//! Real merges, rebases and cherry-picks of the log, with the driver that `install` sets up.

use std::fs;

use crate::boundary::{ADAPTER, LOG, Team, VERIFY, gate_text, text};

const ACK: &str = "## CCP maintainer (ACK)\n\nACK — proceed.";

/// A team with hooks and driver, and a branch `side` at the same commit.
fn team() -> Team {
    let team = Team::new();
    team.here.write(".gitattributes", format!("/{LOG} merge=ackgate-log\n"));
    team.gate("r4", &format!("`{ADAPTER}`"));
    team.here.commit("attributes");
    let driver = format!("'{VERIFY}' merge-log %O %A %B --marker-size=%L --path=%P");
    team.here.git(&["config", "merge.ackgate-log.driver", &driver]);
    team.here.git(&["config", "merge.ackgate-log.recursive", "binary"]);
    team.here.git(&["branch", "side"]);
    team
}

impl Team {
    fn on(&self, branch: &str, entries: &[&str]) {
        self.here.git(&["switch", "-q", branch]);
        entries.iter().for_each(|entry| self.say(entry));
    }

    fn log(&self) -> String {
        fs::read_to_string(self.here.root().join(LOG)).unwrap()
    }

    /// Each entry as kind and what it answers.
    fn entries(&self) -> Vec<String> {
        let output = self.verify(&["log", "--format", "json"]);
        let value: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
        let word = |value: &serde_json::Value| value.as_str().unwrap_or("nothing").to_owned();
        let entries = value["entries"].as_array().unwrap();
        entries.iter().map(|entry| format!("{} {}", word(&entry["kind"]), word(&entry["answers"]))).collect()
    }
}

#[test]
fn a_merge_reads_right_and_passes() {
    let team = team();
    team.on("side", &[ACK]);
    team.on("main", &[&gate_text("r5", "`agentos/integrations/b.py`"), "## CCC\n\nnote"]);
    // The ACK was given to r4, so it cannot come below r5.
    team.passes(&["merge", "-q", "--no-edit", "side"]);
    assert_eq!(team.entries(), ["gate nothing", "ack r4", "gate nothing", "note nothing"]);
    assert_eq!(team.state(), "pending");
    let log = team.log();
    assert!(log.contains("ACK — proceed.\n\n## AgentOS executor (alignment gate: r5)"), "{log}");
    assert!(team.verify(&["--range", "main~1..main"]).status.success());
    // The other way round it is the same.
    team.here.git(&["reset", "-q", "--hard", "main~1"]);
    team.on("side", &[]);
    team.passes(&["merge", "-q", "--no-edit", "main"]);
    assert_eq!(team.log(), log);
}

#[test]
fn what_cannot_be_joined_is_a_conflict() {
    let team = team();
    team.on("side", &["## AgentOS executor (landed: r4)\n\nside"]);
    team.on("main", &["## AgentOS executor (landed: r4)\n\nmain"]);
    let output = team.git(&["merge", "--no-edit", "side"]);
    let said = text(&output);
    assert_eq!(output.status.code(), Some(1), "{said}");
    assert!(said.contains("would answer no gate, and not gate `r4`") && said.contains("help:"), "{said}");
    let log = team.log();
    assert!(log.contains("<<<<<<< ours\n## AgentOS executor (landed: r4)\n\nmain\n"), "{log}");
    assert!(log.contains("=======\n## AgentOS executor (landed: r4)\n\nside\n"), "{log}");
    assert!(team.here.git(&["status", "--porcelain"]).contains(&format!("UU {LOG}")));
    // With its marks it is refused, by hand it passes.
    team.here.git(&["add", "-A"]);
    team.refused(&["commit", "-qm", "with marks"], "AG203");
    let unmarked: String = log.lines().filter(|l| !l.starts_with(['<', '=', '>'])).map(|l| format!("{l}\n")).collect();
    team.here.write(LOG, unmarked);
    team.here.git(&["add", "-A"]);
    team.passes(&["commit", "-qm", "by hand"]);
}

#[test]
fn a_rebase_and_a_cherry_pick_only_append() {
    let team = team();
    team.on("side", &["## CCP maintainer (ACK: r4)", "## CCC\n\nside"]);
    team.on("main", &["## AgentOS executor\n\nmain", &gate_text("r5", "`agentos/integrations/b.py`")]);
    let before = team.log();
    team.here.git(&["switch", "-q", "side"]);
    team.passes(&["rebase", "-q", "main"]);
    assert!(team.log().starts_with(&before), "{}", team.log());
    assert!(team.verify(&["--range", "main..side"]).status.success());
    team.here.git(&["switch", "-q", "main"]);
    team.passes(&["cherry-pick", "side~1"]);
    assert!(team.log().starts_with(&before) && team.log().ends_with("(ACK: r4)\n"), "{}", team.log());
    // What is picked already counts once.
    team.passes(&["merge", "-q", "--no-edit", "side"]);
    assert_eq!(team.log().matches("(ACK: r4)").count(), 1);

    let team = self::team();
    team.on("side", &[ACK]);
    team.on("main", &[&gate_text("r5", "`agentos/integrations/b.py`")]);
    team.here.git(&["switch", "-q", "side"]);
    let output = team.git(&["rebase", "main"]);
    assert!(!output.status.success());
    assert!(text(&output).contains("would answer gate `r5`, and not gate `r4`"), "{}", text(&output));
    assert!(text(&output).contains("must say by name what it answers"), "{}", text(&output));
    team.here.git(&["rebase", "--abort"]);
    // To take an entry out from below another is no merge either.
    team.on("side", &["## CCC\n\nlast"]);
    let output = team.git(&["revert", "--no-edit", "HEAD~1"]);
    assert!(!output.status.success());
    assert!(text(&output).contains("entries are only ever appended (AG203)"), "{}", text(&output));
}

#[test]
fn branches_that_crossed_merge_again() {
    let team = team();
    let landed = |who: &str| format!("## AgentOS executor (landed: r4)\n\n{who}");
    team.on("side", &[&landed("side")]);
    team.on("main", &[&landed("main")]);
    team.here.git(&["branch", "old-main"]);
    // Each merges what the other had, by hand, and comes to the same.
    let log = format!("{}\n{}\n", team.log(), landed("side"));
    for (branch, other) in [("main", "side"), ("side", "old-main")] {
        team.here.git(&["switch", "-q", branch]);
        assert!(!team.git(&["merge", other]).status.success());
        team.here.write(LOG, &log);
        team.here.git(&["add", "-A"]);
        team.passes(&["commit", "-qm", "crossed"]);
    }
    // What they have in common is no log that anybody wrote: what both have counts once all the same.
    team.on("side", &["## CCC\n\nside again"]);
    team.on("main", &["## AgentOS executor\n\nmain again"]);
    team.passes(&["merge", "-q", "--no-edit", "side"]);
    assert!(team.log().starts_with(&log));
    assert_eq!(team.log().matches("\n## ").count(), 5, "{}", team.log());
}

#[test]
fn without_a_work_tree_and_from_elsewhere() {
    let team = team();
    team.on("side", &["## CCC\n\nside"]);
    team.on("main", &["## AgentOS executor\n\nmain"]);
    let tree = team.here.git(&["merge-tree", "--write-tree", "main", "side"]);
    let merged = team.here.git(&["show", &format!("{tree}:{LOG}")]);
    assert!(merged.contains("main\n\n## CCC\n\nside"), "{merged}");
    // From a folder below, and in a linked work tree, with git's names in the environment.
    let linked = team.here.beside("linked");
    team.here.git(&["worktree", "add", "-q", "-b", "other", linked.to_str().unwrap(), "main"]);
    let docs = linked.join("docs");
    team.here.git_in(&docs, &["merge", "-q", "--no-edit", "side"]);
    assert!(fs::read_to_string(linked.join(LOG)).unwrap().contains("main\n\n## CCC\n\nside"));
    let bare = team.here.beside("bare.git");
    team.here.git(&["clone", "-q", "--bare", ".", bare.to_str().unwrap()]);
    let driver = team.here.git(&["config", "merge.ackgate-log.driver"]);
    team.here.git_in(&bare, &["config", "merge.ackgate-log.driver", &driver]);
    fs::write(bare.join("info/attributes"), format!("/{LOG} merge=ackgate-log\n")).unwrap();
    assert_eq!(team.here.git_in(&bare, &["merge-tree", "--write-tree", "main", "side"]), tree);
}

#[test]
fn what_nobody_can_read_is_not_joined() {
    let team = Team::bare_of_hooks();
    for (name, text) in [("base", "## A\n"), ("ours", "## A\n\n## B\n"), ("theirs", "## A\n\n## C\n")] {
        team.here.write(name, text);
    }
    let merge = |more: &[&str]| {
        team.here.write("ours", "## A\n\n## B\n");
        let output = team.verify(&[&["merge-log", "base", "ours", "theirs"], more].concat());
        (output.status.code(), text(&output), fs::read_to_string(team.here.root().join("ours")).unwrap())
    };
    let marked = "## A\n\n<<<<< ours\n## B\n=====\n## C\n>>>>> theirs\n";
    let (status, said, file) = merge(&["--path", "elsewhere.md", "--marker-size", "5"]);
    assert!(status == Some(1) && said.contains("no policy at HEAD names elsewhere.md"), "{said}");
    assert_eq!(file, marked);
    for more in [&["--path", LOG][..], &[]] {
        assert_eq!(merge(more), (Some(0), String::new(), "## A\n\n## B\n\n## C\n".to_owned()));
    }
    team.here.write("ackgate.toml", "version = 2\n");
    team.here.commit("broken");
    assert!(merge(&["--path", LOG]).1.contains("the policy of the base"));
    team.here.git(&["rm", "-q", "-f", "ackgate.toml"]);
    team.here.commit("mended");
    team.here.write("theirs", b"\xff\n");
    let (status, said, _) = merge_bytes(&team);
    assert!(status == Some(1) && said.contains("not UTF-8"), "{said}");
    fs::remove_file(team.here.root().join("theirs")).unwrap();
    let (status, said, _) = merge_bytes(&team);
    assert!(status == Some(2) && said.contains("cannot read theirs"), "{said}");
}

fn merge_bytes(team: &Team) -> (Option<i32>, String, Vec<u8>) {
    let output = team.verify(&["merge-log", "base", "ours", "theirs"]);
    (output.status.code(), text(&output), fs::read(team.here.root().join("ours")).unwrap())
}
