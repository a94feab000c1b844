//! A whole slice in two repositories, from the scout to the handoff: with the commands and the hooks alone.

use std::fs;

use serde_json::Value;

use crate::boundary::text;
use crate::slice::{ADA, ADAPTER, BOB, LOG, Sides};

const POLICY: &str = r#"version = 1
party = "AgentOS"
log = { path = "docs/integration/AGENT_CHAT.md", owner = "AgentOS" }
parties.AgentOS = { aliases = ["AgentOS"], repositories = ["AgentOS"] }
parties.CCC = { aliases = ["CCC"], repositories = ["CCC"] }
protect.adapter = ["adapter/**"]
rules.docs-not-updated = "error"
[session]
reading = ["README.md"]
push = ["AG401", "AG403", "AG405", "AG501", "AG502", "AG507", "AG508", "AG509", "AG510"]
[bdd]
features = ["features/*.feature"]
check = "! grep -n undefined features/*.feature"
[docs]
update = ["docs/SOP.md"]
"#;

const PLAN: &str = "plans/2025-11-06_r5.plan.md";
const NEXT: &str = "plans/2025-11-07_r6.plan.md";
const FEATURE: &str = "features/usage.feature";
const PROGRESS: &str = "progress.md";
const HANDOFF: &str = "docs/SESSION_HANDOFF.md";
const PLANNED: &str =
    "# Handoff\n\n## 2025-11-06 – Scout: r5\n- Slice: r5\n\n## 2025-11-06 – Planner: r5\n- Slice: r5\n";
const DONE: &str = "\n## 2025-11-06 – Executor: r5\n- Plan: `plans/2025-11-06_r5.plan.md`\n- SOP: nothing to update\n";
const LINES: [&str; 9] = [
    "plan",
    "validation",
    "BDD parity",
    "docs",
    "bundle",
    "progress pointer",
    "handoff entry",
    "ready entry",
    "next plan",
];

impl Sides {
    fn write(&self, path: &str, content: &str) {
        let file = self.root(ADA).join(path);
        fs::create_dir_all(file.parent().unwrap()).unwrap();
        fs::write(file, content).unwrap();
    }

    fn read(&self, path: &str) -> String {
        fs::read_to_string(self.root(ADA).join(path)).unwrap()
    }

    /// The lines of a handoff that are lacking, at this exit status.
    fn lacking(&self, status: i32) -> Vec<String> {
        let output = self.run(ADA, &["handoff", "--format", "json"]);
        assert_eq!(output.status.code(), Some(status), "{}", text(&output));
        let found: Value = serde_json::from_slice(&output.stdout).unwrap();
        let lines = found["lines"].as_array().unwrap();
        assert_eq!(lines.len(), LINES.len());
        let lacking = lines.iter().filter(|line| line["state"] == "lacking");
        lacking.map(|line| line["what"].as_str().unwrap().to_owned()).collect()
    }

    /// Git in AgentOS's repository; whether it passed, and what it said.
    fn ada(&self, args: &[&str]) -> (bool, String) {
        let output = self.command(ADA, "git", &self.root(ADA)).args(args).output().unwrap();
        (output.status.success(), text(&output))
    }

    fn commit_past_hooks(&self, message: &str) {
        assert!(self.ada(&["add", "-A"]).0);
        let (passed, said) = self.ada(&["commit", "-q", "--allow-empty", "--no-verify", "-m", message]);
        assert!(passed, "{said}");
    }

    /// From the scout to a change that was ACKed, pushed as far as the policy.
    fn executed() -> Sides {
        let sides = Sides::new("\"declared\"");
        sides.write("ackgate.toml", POLICY);
        sides.write("README.md", "# AgentOS\n");
        sides.write(".gitignore", "artifacts/\n");
        sides.commit_past_hooks("policy");
        assert!(sides.ada(&["push", "-q", "--no-verify"]).0);
        sides.done(ADA, &["session", "begin", "--role", "scout", "--slice", "r5"]);
        sides.write(HANDOFF, PLANNED);
        sides.done(ADA, &["session", "begin", "--role", "planner", "--slice", "r5"]);
        sides.commits(ADA, "scouted and planned");
        sides.done(
            ADA,
            &["gate", "new", "--slice", "r5", "--path", ADAPTER, "--validate", "test -f adapter/x.py", "--commit"],
        );
        sides.done(BOB, &["ack", "--yes", "--commit"]);
        sides.done(ADA, &["session", "begin", "--role", "executor", "--slice", "r5"]);
        sides.write(ADAPTER, "two\n");
        sides.commits(ADA, "the adapter");
        sides
    }

    /// All that a handoff wants but evidence and bundle.
    fn finish(&self) {
        self.done(ADA, &["plan", "new", "--slice", "r5", "--date", "2025-11-06"]);
        let commands = "## Validation Matrix\n- `test -f adapter/x.py`\n- `grep -q Scenario features/usage.feature`\n";
        self.write(PLAN, &format!("# Plan\n\n## Required Reading\n- `README.md`\n\n## Tasks\n- one\n\n{commands}"));
        self.write(FEATURE, "Feature: usage\n  Scenario: two\n");
        self.write(PROGRESS, &format!("# Progress\n- `{PLAN}`\n"));
        self.write(HANDOFF, &format!("{PLANNED}{DONE}"));
        self.write(NEXT, "# Plan\n- Scope: more\n- Budget: one day\n");
        self.commits(ADA, "handed over");
        self.done(ADA, &["ready", "--commit"]);
        // On the day of the scratch repositories' other commits.
        self.commit_past_hooks("end");
    }
}

#[test]
fn a_slice_from_scout_to_handoff_and_each_line_undone_by_itself() {
    let sides = Sides::executed();
    assert_eq!(sides.lacking(1), LINES);
    sides.finish();
    assert_eq!(sides.lacking(1), ["validation", "bundle"]);
    sides.done(ADA, &["validate"]);
    sides.done(ADA, &["bundle"]);
    assert_eq!(sides.lacking(0), [""; 0]);
    let shown = sides.done(ADA, &["handoff"]);
    assert!(shown.matches('✓').count() == 9 && shown.contains("ready to be handed over"), "{shown}");

    let without = |path: &str, words: &str| sides.read(path).replace(words, "");
    let log = format!("{}\n## AgentOS\n\nnot yet\n\n— End of entry —\n", sides.read(LOG));
    for (what, path, text) in [
        ("plan", PLAN, Some(without(PLAN, "- one\n"))),
        ("validation", ADAPTER, Some("three\n".to_owned())),
        ("BDD parity", FEATURE, Some("Feature: usage\n  Scenario: undefined\n".to_owned())),
        ("docs", HANDOFF, Some(without(HANDOFF, "- SOP: nothing to update\n"))),
        ("bundle", "README.md", Some("# AgentOS, more\n".to_owned())),
        ("progress pointer", PROGRESS, None),
        ("handoff entry", HANDOFF, Some(format!("{PLANNED}- SOP: nothing to update\n"))),
        ("ready entry", LOG, Some(log)),
        ("next plan", NEXT, None),
    ] {
        let before = sides.read(path);
        match &text {
            Some(text) => sides.write(path, text),
            None => fs::remove_file(sides.root(ADA).join(path)).unwrap(),
        }
        if what == "ready entry" {
            sides.commit_past_hooks("log");
        }
        if what != "validation" {
            sides.done(ADA, &["validate"]);
        }
        if what != "bundle" {
            sides.done(ADA, &["bundle"]);
        }
        assert_eq!(sides.lacking(1), [what], "{}", text.unwrap_or_default());
        if what == "ready entry" {
            assert!(sides.ada(&["reset", "-q", "--hard", "HEAD~1"]).0);
        }
        sides.write(path, &before);
    }
}

#[test]
fn where_the_slice_begins_unknown_nothing_is_taken_for_done() {
    let sides = Sides::executed();
    sides.write(
        POLICY_FILE,
        &format!("{POLICY}[rules]\nbundle-incomplete = \"off\"\n").replace("rules.docs-not-updated = \"error\"\n", ""),
    );
    sides.commit_past_hooks("policy");
    sides.write(
        PLAN.replace("r5", "r7").as_str(),
        "# Plan\n\n## Required Reading\n- a\n\n## Tasks\n- a\n\n## Validation Matrix\n- N/A (process)\n",
    );
    sides.write(PROGRESS, "`plans/2025-11-06_r7.plan.md`\n");
    sides.write(HANDOFF, "## 2025-11-06 – Executor: r7\n");
    sides.write(NEXT, "# Plan\n- Scope: more\n- Budget: one day\n");
    sides.done(ADA, &["ready", "--commit"]);
    let output = sides.run(ADA, &["handoff", "--slice", "r7"]);
    let said = text(&output);
    assert_eq!(output.status.code(), Some(2), "{said}");
    assert!(said.matches('?').count() >= 2 && said.contains("2 lines that cannot be told"), "{said}");
}

const POLICY_FILE: &str = "ackgate.toml";

#[test]
fn what_the_policy_names_is_asked_of_the_pushed_tip() {
    let sides = Sides::executed();
    let codes = || -> Vec<String> {
        let output = sides.run(ADA, &["--range", "origin/main..HEAD", "--format", "json"]);
        let found: Value = serde_json::from_slice(&output.stdout).unwrap();
        let mut codes: Vec<String> =
            found["diagnostics"].as_array().unwrap().iter().map(|d| d["code"].as_str().unwrap().to_owned()).collect();
        codes.sort();
        codes.dedup();
        codes
    };
    assert_eq!(codes(), ["AG501", "AG507", "AG508", "AG509", "AG510"]);
    let (passed, said) = sides.ada(&["push", "-q"]);
    assert!(!passed && said.contains("[AG501]") && said.contains("plan new --slice r5"), "{said}");
    // What the work tree has and the tip has not does not count.
    sides.finish();
    assert_eq!(codes(), [""; 0]);
    let planned = sides.read(HANDOFF);
    for (code, path, text) in [
        ("AG401", "README.md", None),
        ("AG403", HANDOFF, Some(planned.replace("Planner", "Scout"))),
        ("AG405", HANDOFF, Some(planned.replace("2025-11-06 – Scout", "2023-11-01 – Scout"))),
        ("AG502", PLAN, Some(sides.read(PLAN).replace("- one\n", ""))),
        ("AG507", PROGRESS, None),
        ("AG508", HANDOFF, Some(PLANNED.to_owned())),
        ("AG509", LOG, Some(format!("{}\n## AgentOS\n\nnot yet\n\n— End of entry —\n", sides.read(LOG)))),
        ("AG510", NEXT, None),
    ] {
        match text {
            Some(text) => sides.write(path, &text),
            None => fs::remove_file(sides.root(ADA).join(path)).unwrap(),
        }
        sides.commit_past_hooks("undone");
        sides.write(PROGRESS, &format!("`{PLAN}`\n"));
        assert_eq!(codes(), [code]);
        assert!(sides.ada(&["reset", "-q", "--hard", "HEAD~1"]).0);
    }
    // The receiving side asks the same.
    let bare = sides.scratch.beside("agentos.git");
    let install = sides.command(ADA, env!("CARGO_BIN_EXE_verify-gate"), &bare).arg("install").output().unwrap();
    assert!(install.status.success(), "{}", text(&install));
    fs::remove_file(sides.root(ADA).join(NEXT)).unwrap();
    sides.commit_past_hooks("undone");
    let (passed, said) = sides.ada(&["push", "-q", "--no-verify"]);
    assert!(!passed && said.contains("[AG510]"), "{said}");
    assert!(sides.ada(&["reset", "-q", "--hard", "HEAD~1"]).0);
    let (passed, said) = sides.ada(&["push", "-q"]);
    assert!(passed, "{said}");
}
