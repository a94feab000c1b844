//! Real commits and pushes through the real hook binaries.

use std::path::{Path, PathBuf};
use std::process::Output;

use crate::support::{Scratch, executable};

pub(crate) const LOG: &str = "docs/integration/CCC_AGENT_CHAT.md";
pub(crate) const ADAPTER: &str = "agentos/integrations/ccc_client.py";

const PARTS: &str = "- Exact field names: `a`\n- Validation matrix: pytest\n- Packaging: none\n- D+1/D+2: two days\n";

/// A repository of AgentOS with hooks, whose log the built-in profile finds.
pub(crate) struct Team {
    pub(crate) here: Scratch,
}

impl Team {
    pub(crate) fn new() -> Self {
        let team = Team::bare_of_hooks();
        team.hooks();
        team
    }

    /// Without hooks yet.
    pub(crate) fn bare_of_hooks() -> Self {
        let here = Scratch::new();
        here.write(LOG, "# Log\n");
        here.write(ADAPTER, "one\n");
        here.write("readme.md", "x\n");
        here.commit("base");
        Team { here }
    }

    pub(crate) fn hooks(&self) {
        for (hook, binary) in [("pre-commit", PRE_COMMIT), ("pre-merge-commit", PRE_COMMIT), ("pre-push", PRE_PUSH)] {
            self.here.hook(hook, &format!("exec '{binary}' \"$@\""));
        }
    }

    /// Appends to the log and commits it, past the hooks.
    pub(crate) fn say(&self, entry: &str) {
        let text = std::fs::read_to_string(self.here.root().join(LOG)).unwrap();
        self.here.write(LOG, format!("{text}\n{entry}\n"));
        self.here.git(&["commit", "-q", "--no-verify", "-m", "log", "--", LOG]);
    }

    pub(crate) fn gate(&self, slice: &str, paths: &str) {
        self.say(&gate_text(slice, paths));
    }

    pub(crate) fn ack(&self) {
        self.say("## CCP maintainer (ACK)\n\nACK — proceed.");
    }

    /// Writes a file and stages it.
    pub(crate) fn stage(&self, path: &str, text: &str) {
        self.here.write(path, text);
        self.here.git(&["add", "-A"]);
    }

    /// Runs git with the hooks on.
    pub(crate) fn git(&self, args: &[&str]) -> Output {
        self.here.git_env(&[], args)
    }

    pub(crate) fn refused(&self, args: &[&str], code: &str) {
        let output = self.git(args);
        let text = text(&output);
        assert!(!output.status.success(), "git {args:?} passed: {text}");
        assert!(text.contains(&format!("[{code}]")), "git {args:?} lacks {code}: {text}");
    }

    pub(crate) fn passes(&self, args: &[&str]) {
        let output = self.git(args);
        assert!(output.status.success(), "git {args:?} failed: {}", text(&output));
    }

    pub(crate) fn verify(&self, args: &[&str]) -> Output {
        self.here.command(self.here.root(), VERIFY).args(args).output().unwrap()
    }

    /// What `verify-gate` decides is the same, byte for byte, where it reads all that it could leave unread.
    pub(crate) fn verify_both_ways(&self, args: &[&str]) -> Output {
        let args = [args, &["--format", "json"]].concat();
        let all =
            self.here.command(self.here.root(), VERIFY).args(&args).env("ACKGATE_READ_ALL", "1").output().unwrap();
        let found = self.verify(&args);
        assert_eq!((text(&found), found.status), (text(&all), all.status), "{args:?}");
        found
    }

    pub(crate) fn state(&self) -> String {
        let output = self.verify(&["status", "--format", "json"]);
        let value: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
        value["gate"]["state"].as_str().unwrap_or("none").to_owned()
    }

    /// The same, with the hook that receives.
    pub(crate) fn server(&self) -> PathBuf {
        let bare = self.origin();
        self.receives(true);
        bare
    }

    /// Puts the hook that receives into `origin`, or takes it away.
    pub(crate) fn receives(&self, on: bool) {
        let hook = self.here.beside("origin.git").join("hooks/pre-receive");
        match on {
            true => executable(&hook, &format!("exec '{PRE_RECEIVE}' \"$@\"")),
            false => std::fs::remove_file(hook).unwrap(),
        }
    }

    /// Pushes past this side's hook.
    pub(crate) fn push(&self, refs: &[&str]) -> Output {
        self.git(&[&["push", "-q", "--no-verify", "origin"], refs].concat())
    }

    /// A bare repository beside, as `origin`, with what main has.
    pub(crate) fn origin(&self) -> PathBuf {
        let bare = self.here.beside("origin.git");
        let name = bare.to_str().unwrap().to_owned();
        self.here.git(&["init", "-q", "--bare", "-b", "main", &name]);
        self.here.git(&["remote", "add", "origin", &name]);
        self.here.git(&["push", "-q", "--no-verify", "-u", "origin", "main"]);
        bare
    }
}

pub(crate) const PRE_COMMIT: &str = env!("CARGO_BIN_EXE_ackgate-pre-commit");
pub(crate) const PRE_PUSH: &str = env!("CARGO_BIN_EXE_ackgate-pre-push");
pub(crate) const PRE_RECEIVE: &str = env!("CARGO_BIN_EXE_ackgate-pre-receive");
pub(crate) const VERIFY: &str = env!("CARGO_BIN_EXE_verify-gate");

pub(crate) fn gate_text(slice: &str, paths: &str) -> String {
    format!(
        "## AgentOS executor (alignment gate: {slice}) 2099-01-01\n\n- What we will change: {paths}\n{PARTS}\n— End of entry —\n\n---"
    )
}

pub(crate) fn text(output: &Output) -> String {
    format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr))
}

#[test]
fn a_commit_waits_for_gate_and_ack_and_ends_with_landed() {
    let team = Team::new();
    team.stage(ADAPTER, "two\n");
    team.refused(&["commit", "-qm", "x"], "AG101");
    team.gate("r4-adapter", &format!("`{ADAPTER}`"));
    assert_eq!(team.state(), "pending");
    team.stage(ADAPTER, "two\n");
    team.refused(&["commit", "-qm", "x"], "AG102");
    team.say("## AgentOS planner (ACK)");
    team.stage(ADAPTER, "two\n");
    team.refused(&["commit", "-qm", "x"], "AG103");
    team.ack();
    assert_eq!(team.state(), "acked");
    team.stage(ADAPTER, "two\n");
    team.passes(&["commit", "-qm", "x"]);
    team.stage("agentos/integrations/other.py", "two\n");
    team.refused(&["commit", "-qm", "x"], "AG104");
    team.here.git(&["rm", "-qf", "agentos/integrations/other.py"]);
    team.say("## AgentOS executor (landed; ready for JOINT UAT)");
    assert_eq!(team.state(), "landed");
    team.stage(ADAPTER, "three\n");
    team.refused(&["commit", "-qm", "x"], "AG109");
}

#[test]
fn every_way_to_commit_is_seen() {
    let team = Team::new();
    let paths = || team.here.write(ADAPTER, "two\n");
    paths();
    team.refused(&["commit", "-qam", "x"], "AG101");
    team.refused(&["commit", "-qm", "x", "--", ADAPTER], "AG101");
    team.here.git(&["add", "-A"]);
    team.refused(&["commit", "-q", "--amend", "-m", "x"], "AG101");
    team.refused(&["-C", "docs", "commit", "-qm", "x"], "AG101");
    team.refused(&["-C", "docs", "commit", "-qm", "x", "--", "../agentos"], "AG101");
    let tree = team.here.beside("linked");
    team.here.git(&["reset", "-q", "--hard"]);
    team.here.git(&["worktree", "add", "-q", "-b", "other", tree.to_str().unwrap()]);
    std::fs::write(tree.join(ADAPTER), "two\n").unwrap();
    let linked = tree.to_str().unwrap();
    team.refused(&["-C", linked, "commit", "-qam", "x"], "AG101");
    let (git_dir, work_tree) = (team.here.root().join(".git"), team.here.root());
    paths();
    let args =
        ["--git-dir", git_dir.to_str().unwrap(), "--work-tree", work_tree.to_str().unwrap(), "commit", "-qam", "x"];
    team.refused(&args, "AG101");
    // Part of the change is no part of this commit.
    team.here.write("readme.md", "y\n");
    team.passes(&["commit", "-qm", "x", "--", "readme.md"]);
}

#[test]
fn what_a_gate_covers_may_move_mode_and_go() {
    let team = Team::new();
    team.gate("r4-adapter", "`agentos/integrations/`");
    team.ack();
    team.here.git(&["mv", ADAPTER, "agentos/integrations/new.py"]);
    team.passes(&["commit", "-qm", "moved"]);
    team.here.git(&["mv", "agentos/integrations/new.py", "elsewhere.py"]);
    team.passes(&["commit", "-qm", "moved out"]);
    team.here.git(&["mv", "elsewhere.py", "agentos/metrics.py"]);
    team.passes(&["commit", "-qm", "not protected"]);
}

#[test]
fn renames_deletions_links_and_folders_put_in_place_are_refused() {
    for change in [
        &["mv", ADAPTER, "elsewhere.py"][..],
        &["rm", "-q", ADAPTER],
        &["update-index", "--chmod=+x", ADAPTER],
        &["rm", "-rq", "agentos"],
        &["mv", "agentos", "AgentOS2"],
    ] {
        let team = Team::new();
        team.here.git(change);
        team.refused(&["commit", "-qm", "x"], "AG101");
    }
    let team = Team::new();
    team.here.git(&["rm", "-rq", "agentos"]);
    std::os::unix::fs::symlink("elsewhere", team.here.root().join("agentos")).unwrap();
    team.here.git(&["add", "-A"]);
    team.refused(&["commit", "-qm", "x"], "AG101");
    let team = Team::new();
    team.stage("AgentOS/Integrations/new.py", "case does not hide it\n");
    team.refused(&["commit", "-qm", "x"], "AG101");
}

#[test]
fn a_change_gains_nothing_from_the_log_or_policy_it_brings() {
    let team = Team::new();
    team.here.write(LOG, format!("# Log\n\n{}\n\n## CCC (ACK)\n", gate_text("r4", &format!("`{ADAPTER}`"))));
    team.stage(ADAPTER, "two\n");
    team.refused(&["commit", "-qm", "all at once"], "AG114");
    team.refused(&["commit", "-qm", "all at once"], "AG101");
    let team = Team::new();
    team.here.write("ackgate.toml", policy(""));
    team.stage(ADAPTER, "two\n");
    team.refused(&["commit", "-qm", "adopt and change"], "AG101");
    team.here.git(&["reset", "-q", "--", ADAPTER]);
    team.passes(&["commit", "-qm", "adopt"]);
    team.here.write("ackgate.toml", policy("adapter = [\"nothing/**\"]\n"));
    team.stage(ADAPTER, "two\n");
    team.refused(&["commit", "-qm", "loosen and change"], "AG901");
    team.here.git(&["reset", "-q", "--", ADAPTER]);
    team.refused(&["commit", "-qm", "loosen"], "AG901");
}

/// A policy like the built-in profile's, with these protected.
pub(crate) fn policy(protect: &str) -> String {
    let protect = if protect.is_empty() { "adapter = [\"agentos/integrations/**\"]\n" } else { protect };
    format!(
        "version = 1\nparty = \"AgentOS\"\n[log]\npath = \"{LOG}\"\nowner = \"AgentOS\"\n\
         [parties.AgentOS]\naliases = [\"AgentOS executor\"]\nrepositories = [\"AgentOS\"]\n\
         [parties.CCC]\naliases = [\"CCP\", \"CCP maintainer\"]\nrepositories = [\"ClaudeCodeProxy\", \"CCC\"]\n[protect]\n{protect}"
    )
}

#[test]
fn the_log_cannot_be_taken_away() {
    let team = Team::new();
    team.here.git(&["rm", "-q", LOG]);
    team.refused(&["commit", "-qm", "x"], "AG201");
    let team = Team::new();
    team.here.git(&["mv", LOG, "docs/CCC_AGENT_CHAT.md"]);
    team.refused(&["commit", "-qm", "x"], "AG202");
    let team = Team::new();
    team.here.write("docs/ccc_agent_chat.md", "# copy\n");
    team.here.git(&["add", "-A"]);
    team.refused(&["commit", "-qm", "x"], "AG202");
}

#[test]
fn a_gate_edited_after_its_ack_is_void() {
    let team = Team::new();
    team.gate("r4-adapter", "`agentos/integrations/a.py`");
    team.ack();
    let text = std::fs::read_to_string(team.here.root().join(LOG)).unwrap();
    team.here.write(LOG, text.replace("integrations/a.py", "integrations/**"));
    team.here.git(&["add", "-A"]);
    team.here.commit_staged("edit the gate");
    team.stage(ADAPTER, "two\n");
    team.refused(&["commit", "-qm", "x"], "AG111");
    team.here.write(LOG, text.replace("- Packaging: none", "- Packaging: none  "));
    team.here.git(&["commit", "-q", "--no-verify", "-m", "put it back", "--", LOG]);
    team.here.git(&["reset", "-q", "--hard"]);
    team.stage("agentos/integrations/a.py", "two\n");
    team.passes(&["commit", "-qm", "white space at a line's end does not count"]);
}

#[test]
fn merges_count_where_they_differ_from_every_parent() {
    let team = Team::new();
    team.here.git(&["checkout", "-qb", "feature"]);
    team.here.write("readme.md", "feature\n");
    team.here.commit("feature");
    team.here.git(&["checkout", "-q", "main"]);
    team.gate("r4-adapter", &format!("`{ADAPTER}`"));
    team.ack();
    team.stage(ADAPTER, "covered\n");
    team.passes(&["commit", "-qm", "covered"]);
    team.say("## AgentOS executor (landed)");
    team.here.git(&["checkout", "-q", "feature"]);
    // What main brings was judged there.
    team.passes(&["merge", "-q", "--no-edit", "main"]);
    // An evil merge changes what neither side has.
    team.here.git(&["checkout", "-qb", "evil", "main~1"]);
    team.here.write("readme.md", "evil\n");
    team.here.commit("evil");
    team.here.git_env(&[], &["merge", "--no-commit", "--no-ff", "main"]);
    team.stage(ADAPTER, "evil\n");
    let output = team.git(&["commit", "-qm", "evil merge"]);
    assert!(!output.status.success(), "{}", text(&output));
}

#[test]
fn a_conflicted_merge_is_judged_on_its_resolution() {
    let team = Team::new();
    team.here.git(&["checkout", "-qb", "feature"]);
    team.here.write(ADAPTER, "feature\n");
    team.here.commit("feature");
    team.here.git(&["checkout", "-q", "main"]);
    team.here.write(ADAPTER, "main\n");
    team.here.commit("main");
    assert!(!team.git(&["merge", "-q", "feature"]).status.success());
    team.stage(ADAPTER, "both\n");
    team.refused(&["commit", "-qm", "resolved"], "AG101");
    team.here.git(&["checkout", "-q", "--theirs", ADAPTER]);
    team.here.write(ADAPTER, "feature\n");
    team.here.git(&["add", "-A"]);
    team.passes(&["commit", "-qm", "took one side"]);
}

#[test]
fn first_commits_and_orphans() {
    let fresh = Scratch::new();
    fresh.hook("pre-commit", &format!("exec '{PRE_COMMIT}'"));
    fresh.write(LOG, "# Log\n");
    fresh.write(ADAPTER, "one\n");
    fresh.git(&["add", "-A"]);
    assert!(fresh.git_env(&[], &["commit", "-qm", "first"]).status.success());
    // An orphan branch in a repository with a past is no fresh start.
    let team = Team::new();
    team.here.git(&["checkout", "-q", "--orphan", "x"]);
    team.here.write(ADAPTER, "two\n");
    team.here.git(&["add", "-A"]);
    let output = team.git(&["commit", "-qm", "orphan"]);
    assert!(!output.status.success(), "{}", text(&output));
}

#[test]
fn an_unprotected_change_needs_no_log() {
    let team = Team::new();
    team.here.write(LOG, b"\xff\xfe broken");
    team.here.commit("break the log");
    team.stage("readme.md", "y\n");
    team.passes(&["commit", "-qm", "x"]);
    team.stage(ADAPTER, "two\n");
    let output = team.git(&["commit", "-qm", "x"]);
    assert!(!output.status.success() && text(&output).contains("not UTF-8"), "{}", text(&output));
    assert_eq!(team.verify(&["--staged"]).status.code(), Some(2));
}

#[test]
fn ccc_is_judged_by_the_log_beside_it() {
    let ccc = Scratch::new();
    let contract = "docs/System/contracts/USAGE_EVENT_SCHEMA.md";
    ccc.write(contract, "* ts: float\n");
    ccc.commit("base");
    ccc.hook("pre-commit", &format!("exec '{PRE_COMMIT}'"));
    ccc.write(contract, "* ts: float\n* rid: string (optional)\n");
    ccc.git(&["add", "-A"]);
    let commit = || {
        let output = ccc.git_env(&[("GIT_DIR", ".git")], &["commit", "-qm", "x"]);
        (output.status.success(), text(&output))
    };
    let (passed, said) = commit();
    assert!(!passed && said.contains("ACKGATE_LOG_REPO"), "{said}");
    let agentos: &Path = &ccc.beside("AgentOS");
    let log = agentos.join(LOG);
    std::fs::create_dir_all(log.parent().unwrap()).unwrap();
    ccc.git_in(agentos, &["init", "-q", "-b", "main"]);
    let say = |text: &str| {
        std::fs::write(&log, text).unwrap();
        ccc.git_in(agentos, &["add", "-A"]);
        ccc.git_in(agentos, &["commit", "-qm", "log"]);
    };
    let gate = format!("# Log\n\n{}\n", gate_text("r4-schema", "`ClaudeCodeProxy/docs/System/contracts/**`, `rid`"));
    say(&gate);
    assert!(commit().1.contains("[AG102]"));
    let acked = format!("{gate}\n## CCC (ACK)\n");
    std::fs::write(&log, &acked).unwrap();
    assert!(commit().1.contains("[AG114]"), "an ACK in the work tree is not there yet");
    say(&acked);
    let (passed, said) = commit();
    assert!(passed, "{said}");
    say(&format!("{acked}\n## AgentOS executor (landed)\n"));
    ccc.write(contract, "* ts: float\n");
    ccc.git(&["add", "-A"]);
    assert!(commit().1.contains("[AG109]"));
    say(&acked);
    assert!(commit().1.contains("[AG109]"), "what has landed stays so");
}

#[test]
fn a_push_judges_every_commit_of_every_ref() {
    let team = Team::new();
    let bare = team.origin();
    team.here.write(ADAPTER, "past the hook\n");
    team.here.commit("past the hook");
    team.here.write(ADAPTER, "one\n");
    team.here.commit("undone: the commit still counts");
    team.refused(&["push", "-q", "origin", "main"], "AG101");
    team.here.git(&["branch", "bad"]);
    team.here.git(&["reset", "-q", "--hard", "origin/main"]);
    team.here.git(&["branch", "good"]);
    team.refused(&["push", "-q", "origin", "good", "bad"], "AG101");
    team.refused(&["push", "-q", "origin", "bad:refs/heads/new"], "AG101");
    team.refused(&["push", "-q", "origin", "bad~1:refs/heads/new"], "AG101");
    team.here.git(&["tag", "-a", "-m", "x", "v1", "bad"]);
    team.refused(&["push", "-q", "origin", "v1"], "AG101");
    team.passes(&["push", "-q", "origin", "good"]);
    team.passes(&["push", "-q", "origin", "--delete", "good"]);
    team.passes(&["push", "-q", "origin", "main"]);
    team.refused(&["push", "-q", bare.to_str().unwrap(), "bad"], "AG101");
    team.here.git(&["checkout", "-q", "--orphan", "root"]);
    team.here.git(&["commit", "-q", "--no-verify", "-m", "another root"]);
    assert!(!team.git(&["push", "-q", "origin", "root"]).status.success());
    team.here.git(&["checkout", "-qf", "main"]);
    team.gate("r4", &format!("`{ADAPTER}`"));
    team.ack();
    team.here.write(ADAPTER, "covered\n");
    team.here.commit("covered");
    team.passes(&["push", "-q", "origin", "main"]);
    team.here.git(&["reset", "-q", "--hard", "HEAD~1"]);
    team.here.write(ADAPTER, "covered otherwise\n");
    team.here.commit("covered otherwise");
    team.refused(&["push", "-q", "--force", "origin", "main:main", "bad:bad"], "AG101");
    team.passes(&["push", "-q", "--force", "origin", "main"]);
}

#[test]
fn old_forks_gain_nothing() {
    let team = Team::new();
    team.here.git(&["branch", "old"]);
    team.gate("r4", &format!("`{ADAPTER}`"));
    team.ack();
    team.here.git(&["branch", "acked"]);
    team.say("## AgentOS executor (landed)");
    team.here.write("ackgate.toml", policy(""));
    team.here.commit("adopt");
    team.origin();
    // A fork from before adoption, with a lax policy of its own.
    team.here.git(&["checkout", "-q", "old"]);
    team.here.write("ackgate.toml", policy("adapter = [\"nothing/**\"]\n"));
    team.here.git(&["add", "-A"]);
    team.refused(&["commit", "-qm", "lax"], "AG901");
    team.here.commit("lax");
    team.stage(ADAPTER, "two\n");
    assert!(!team.git(&["commit", "-qm", "x"]).status.success());
    // The same, made to descend from the trusted tip by a merge that keeps the fork's tree.
    team.here.git(&["reset", "-q", "--hard"]);
    team.here.git(&["merge", "-q", "--no-verify", "-s", "ours", "--no-edit", "main"]);
    team.here.write(ADAPTER, "two\n");
    team.here.commit("after the merge");
    team.refused(&["push", "-q", "origin", "HEAD:refs/heads/x"], "AG901");
    // An old approval, landed since on the branch that it goes to.
    team.here.git(&["checkout", "-q", "-f", "acked"]);
    team.stage(ADAPTER, "replayed\n");
    team.refused(&["commit", "-qm", "x"], "AG109");
}

#[test]
fn ranges_judge_each_commit_and_say_which() {
    let team = Team::new();
    team.here.write(ADAPTER, "two\n");
    let bad = team.here.commit("bad");
    team.gate("r4", &format!("`{ADAPTER}`"));
    team.ack();
    let output = team.verify(&["--range", "HEAD~3..HEAD", "--format", "json"]);
    let value: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(output.status.code(), Some(1));
    assert_eq!(value["diagnostics"][0]["code"], "AG101");
    assert!(bad.to_string().starts_with(value["diagnostics"][0]["commit"].as_str().unwrap()));
    assert_eq!(team.verify(&["--range", "HEAD~2..HEAD"]).status.code(), Some(0));
    for range in ["HEAD", "..HEAD", "HEAD..", "HEAD...HEAD", "nothing..HEAD", "-x..HEAD", ""] {
        assert_eq!(team.verify(&["--range", range]).status.code(), Some(2), "{range}");
    }
}

#[test]
fn entries_are_only_ever_appended() {
    let team = Team::new();
    team.gate("r4", &format!("`{ADAPTER}`"));
    team.say("## CCP maintainer (reply)\n\nThanks.");
    let text = std::fs::read_to_string(team.here.root().join(LOG)).unwrap();
    for (rewritten, refused) in [
        (text.replace("Thanks.", "No thanks."), true),
        (text.replace("## CCP maintainer (reply)\n\nThanks.\n", ""), true),
        (text.replace("## CCP", "## AgentOS (landed)\n\n## CCP"), true),
        (format!("<!--\n{text}"), true),
        (text.replace("# Log", "# Log\n\nLast updated: today"), false),
        (format!("{text}— End of entry —\n\n---\n\n## CCC (ACK)\n"), false),
    ] {
        team.stage(LOG, &rewritten);
        match refused {
            true => team.refused(&["commit", "-qm", "x"], "AG203"),
            false => team.passes(&["commit", "-qm", "x"]),
        }
        team.here.git(&["reset", "-q", "--hard"]);
        if !refused {
            team.here.git(&["reset", "-q", "--hard", "HEAD~1"]);
        }
    }
    team.here.write(LOG, b"\xff");
    team.here.git(&["add", "-A"]);
    team.refused(&["commit", "-qm", "x"], "AG203");
}

#[test]
fn merges_keep_the_entries_of_every_parent() {
    let team = Team::new();
    team.here.git(&["checkout", "-qb", "feature"]);
    team.say("## CCC (note)\n\nFrom the branch.");
    team.here.git(&["checkout", "-q", "main"]);
    team.say("## AgentOS (note)\n\nFrom main.");
    team.origin();
    assert!(!team.git(&["merge", "-q", "feature"]).status.success());
    team.stage(LOG, "# Log\n\n## AgentOS (note)\n\nFrom main.\n");
    team.refused(&["commit", "-qm", "merged"], "AG203");
    team.stage(LOG, "# Log\n\n## CCC (note)\n\nFrom the branch.\n\n## AgentOS (note)\n\nFrom main.\n");
    team.passes(&["commit", "-qm", "merged"]);
    team.passes(&["push", "-q", "origin", "main"]);
    team.here.git(&["checkout", "-q", "feature"]);
    team.refused(&["merge", "-q", "-s", "ours", "--no-edit", "main"], "AG203");
    team.here.git(&["commit", "-q", "--no-verify", "-m", "ours"]);
    team.refused(&["push", "-q", "origin", "feature"], "AG203");
}
