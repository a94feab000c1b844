//! `verify-gate plan` and `handoff`, on work trees.

use std::fs;
use std::process::Output;

use serde_json::Value;

use crate::boundary::VERIFY;
use crate::support::Scratch;

const LOG: &str = "docs/integration/CCC_AGENT_CHAT.md";
const GATE: &str = "# Log\n\n## AgentOS (alignment gate: r4-adapter)\n\n\
    - What we will change (paths + fields): `agentos/schemas/v1/turn.json`, `agentos/integrations/`\n\
    - Exact field names/contracts (Yes/No confirms):\n  - `warn_pct_auto`: yes?\n\
    - Validation matrix and acceptance:\n  - Unit: `pytest tests/x.py`\n  - `PYTHONPATH=src behave features`\n\
    - Packaging/licensing impacts: none\n- D+1/D+2 timeline: D+1\n\n— End of entry —\n";
const PLAN: &str = "# Plan\n\n## Required Reading\n- `a.md`\n\n## Tasks (D+1)\n- one\n\n## Tasks (D+2)\n- two\n\n\
    ## Validation Matrix\n| Command | Purpose |\n| --- | --- |\n| `pytest` | all |\n| `PYTHONPATH=src behave f` | BDD |\n";

struct Desk {
    scratch: Scratch,
}

impl Desk {
    fn new(files: &[(&str, &str)]) -> Desk {
        let scratch = Scratch::new();
        for (path, text) in files {
            scratch.write(path, text);
        }
        scratch.commit("base");
        Desk { scratch }
    }

    fn run(&self, args: &[&str]) -> Output {
        self.scratch.command(self.scratch.root(), VERIFY).args(args).output().unwrap()
    }

    /// Standard output, or error where there is none, of a run that ends so.
    fn ends(&self, status: i32, args: &[&str]) -> String {
        let output = self.run(args);
        let (out, err) = (String::from_utf8(output.stdout).unwrap(), String::from_utf8(output.stderr).unwrap());
        assert_eq!(output.status.code(), Some(status), "{args:?}\n{out}{err}");
        if out.is_empty() { err } else { out }
    }

    fn json(&self, status: i32, args: &[&str]) -> Value {
        serde_json::from_str(&self.ends(status, &[args, &["--format", "json"]].concat())).unwrap()
    }
}

#[test]
fn a_draft_is_filled_from_policy_and_gate_and_is_not_complete() {
    let desk = Desk::new(&[(LOG, GATE)]);
    let out = desk.ends(0, &["plan", "new", "--slice", "r4-adapter", "--date", "2025-11-06"]);
    assert!(out.starts_with("plans/2025-11-06_r4-adapter.plan.md\n"), "{out}");
    let file = desk.scratch.root().join("plans/2025-11-06_r4-adapter.plan.md");
    let text = fs::read_to_string(&file).unwrap();
    for line in [
        "- `docs/integration/CCC_ADAPTER_PROPOSALS.md`",
        "- `docs/integration/CCC_AGENT_CHAT.md` (the latest entries)",
        "- `agentos/integrations/`: [fill in: what changes there]",
        "- Fields: `warn_pct_auto`",
        "- Unit: `pytest tests/x.py`",
        "- `PYTHONPATH=src behave features`",
    ] {
        assert!(text.lines().any(|found| found == line), "{line}\n{text}");
    }
    let checked = desk.json(1, &["plan", "check"]);
    assert_eq!((&checked["slice"], &checked["slice_from"]), (&"r4-adapter".into(), &"gate".into()));
    assert!(checked["diagnostics"].as_array().unwrap().iter().all(|d| d["code"] == "AG502" && d["line"].is_u64()));

    let again = desk.ends(2, &["plan", "new", "--slice", "r4-adapter", "--date", "2025-11-06"]);
    assert!(again.contains("is there already"), "{again}");
    assert_eq!(fs::read_to_string(&file).unwrap(), text);

    let filled = text.replace("[fill in: what changes there]", "mirrored").replace("[fill in", "(said");
    fs::write(&file, filled).unwrap();
    let out = desk.ends(0, &["plan", "check"]);
    assert_eq!(
        out,
        "pass: plans/2025-11-06_r4-adapter.plan.md (slice `r4-adapter`, of the log's latest gate, line 3)\n"
    );
    desk.ends(0, &["plan", "check", "plans/2025-11-06_r4-adapter.plan.md"]);
}

#[test]
fn names_that_are_no_slice_or_no_date_write_nothing() {
    let desk = Desk::new(&[(LOG, GATE)]);
    for slice in ["../x", "a/b", "", ".x", "-x", "a b", "a\nb", "a`b"] {
        desk.ends(2, &["plan", "new", &format!("--slice={slice}")]);
    }
    for date in ["today", "2025-13-01", "2025-11-6", "20251106"] {
        desk.ends(2, &["plan", "new", "--slice", "x", "--date", date]);
    }
    assert!(!desk.scratch.root().join("plans").exists());
}

#[test]
fn the_list_says_what_is_there_and_what_is_missing() {
    let desk = Desk::new(&[
        (LOG, GATE),
        ("plans/2025-11-06_r4-adapter.plan.md", PLAN),
        ("plans/2025-11-05_old.plan.md", "# Plan\n\n## Phase 1\n- x\n\n## Tests & Validation\n1. `pytest`\n"),
        ("plans/001_next.plan.md", "# Plan\n"),
    ]);
    let listed = desk.json(0, &["plan", "list"]);
    let plans = listed["plans"].as_array().unwrap();
    let shown: Vec<_> = plans.iter().map(|p| (p["slice"].as_str().unwrap(), p["commands"].as_u64().unwrap())).collect();
    assert_eq!(shown, [("old", 1), ("r4-adapter", 2)]);
    assert_eq!(plans[0]["lacks"].as_array().unwrap().len(), 2);
    assert_eq!(plans[1]["tasks"][1], serde_json::json!({"heading": "Tasks (D+2)", "line": 9}));
    let out = desk.ends(0, &["plan", "list"]);
    assert!(out.contains("Required Reading   missing") && out.contains("2 commands"), "{out}");
}

#[test]
fn which_slice_is_meant_is_said() {
    let plans = [("plans/2025-11-05_one.plan.md", PLAN), ("plans/2025-11-06_two.plan.md", PLAN)];
    let unnamed = GATE.replace(": r4-adapter", "");
    let desk = Desk::new(&[(LOG, &unnamed), plans[0], plans[1]]);
    let slice = |args: &[&str]| {
        let found = desk.json(0, &[&["plan", "check"], args].concat());
        (found["slice"].as_str().unwrap().to_owned(), found["slice_from"].as_str().unwrap().to_owned())
    };
    assert_eq!(slice(&[]), ("two".into(), "plan".into()));
    assert_eq!(slice(&["--slice", "one"]), ("one".into(), "named".into()));
    let out = desk.ends(1, &["plan", "check", "--slice", "three"]);
    assert!(out.contains("error[AG501]") && out.contains("plan new --slice three"), "{out}");
    let desk = Desk::new(&[(LOG, &unnamed)]);
    assert!(desk.ends(2, &["plan", "check"]).contains("name it with --slice"));
}

#[test]
fn a_plan_that_cannot_be_read_is_an_error() {
    let desk = Desk::new(&[(LOG, GATE)]);
    desk.scratch.write("plans/2025-11-06_r4-adapter.plan.md", b"## Tasks\n\xff\n");
    desk.scratch.write("plans/2025-11-05_other.plan.md", PLAN);
    let output = desk.run(&["plan", "list"]);
    let said = crate::boundary::text(&output);
    assert_eq!(output.status.code(), Some(2), "{said}");
    assert!(said.contains("2025-11-05  other  plans/2025-11-05_other.plan.md"), "{said}");
    assert!(said.contains("r4-adapter.plan.md is not UTF-8 (line 2)") && said.contains("save it as UTF-8"), "{said}");
    let listed = desk.json(2, &["plan", "list"]);
    assert_eq!(listed["unreadable"][0]["slice"], "r4-adapter");
    for args in [&["plan", "check"][..], &["validate"], &["handoff"]] {
        let said = desk.ends(2, args);
        assert!(said.contains("r4-adapter.plan.md is not UTF-8 (line 2)") && said.contains("save it"), "{said}");
    }
    // Another slice's plan is in nobody's way.
    assert!(desk.ends(0, &["plan", "check", "--slice", "other"]).starts_with("pass"));
    fs::remove_file(desk.scratch.root().join("plans/2025-11-06_r4-adapter.plan.md")).unwrap();
    fs::create_dir(desk.scratch.root().join("plans/2025-11-06_r4-adapter.plan.md")).unwrap();
    assert!(desk.ends(2, &["plan", "check"]).contains("is not a file"));
}

#[test]
fn the_plans_of_a_member_are_in_its_folder() {
    let policy = "version = 1\nparty = \"AgentOS\"\nlog = { path = \"LOG.md\", owner = \"AgentOS\" }\n\
        parties.AgentOS.aliases = [\"AgentOS\"]\nparties.CCC.aliases = [\"CCC\"]\nprotect.adapter = [\"src/**\"]\n";
    let desk = Desk::new(&[
        ("ackgate.toml", "version = 1\n[workspace]\nmembers = [\"os\"]\n"),
        ("os/ackgate.toml", policy),
        ("os/LOG.md", GATE),
        ("plans/2025-11-06_r4-adapter.plan.md", PLAN),
    ]);
    desk.ends(1, &["plan", "check"]);
    desk.scratch.write("os/plans/2025-11-06_r4-adapter.plan.md", PLAN.replace("- one\n", "- TODO\n"));
    let found = desk.json(1, &["plan", "check"]);
    assert_eq!(found["diagnostics"][0]["path"], "os/plans/2025-11-06_r4-adapter.plan.md");
    assert_eq!(found["diagnostics"][0]["line"], 7);
    let out = desk.ends(0, &["plan", "new", "--slice", "r5", "--date", "2025-11-07"]);
    assert!(out.starts_with("os/plans/2025-11-07_r5.plan.md\n"), "{out}");
}

#[test]
fn each_line_of_a_handoff_is_lacking_on_its_own() {
    let plan = "plans/2025-11-06_r4-adapter.plan.md";
    let ready = format!("{GATE}\n## AgentOS (Ready for ACK)\n");
    let pointer = format!("# Progress\n\n## 2025-11-06\n- [plan]({plan})\n");
    let entry = format!("# Handoff\n\n## 2025-11-06 – Executor: adapter\n- Plan: `{plan}`\n");
    let next = "# Plan\n- Scope: the next fields\n- Budget: one day\n";
    let all = [
        (LOG, ready.as_str(), "ready entry"),
        (plan, PLAN, "plan"),
        ("progress.md", &pointer, "progress pointer"),
        ("docs/SESSION_HANDOFF.md", &entry, "handoff entry"),
        ("plans/2025-11-06_next.plan.md", next, "next plan"),
    ];
    let lacking = |desk: &Desk, status: i32| -> Vec<String> {
        let found = desk.json(status, &["handoff"]);
        let lines = found["lines"].as_array().unwrap().iter().filter(|line| line["state"] == "lacking");
        lines.map(|line| line["what"].as_str().unwrap().to_owned()).collect()
    };
    let files = |but: &str| -> Vec<(&str, &str)> {
        all.iter().filter(|(_, _, what)| *what != but).map(|(path, text, _)| (*path, *text)).collect()
    };
    // Nothing has been validated or packed.
    assert_eq!(lacking(&Desk::new(&files("")), 1), ["validation", "bundle"]);
    for (_, _, what) in all.iter().skip(1) {
        let found = lacking(&Desk::new(&files(what)), 1);
        assert_eq!(
            found.into_iter().filter(|line| !["validation", "bundle"].contains(&line.as_str())).collect::<Vec<_>>(),
            [*what]
        );
    }
    let mut without = files("ready entry");
    without.push((LOG, GATE));
    assert_eq!(lacking(&Desk::new(&without), 1), ["validation", "bundle", "ready entry"]);
    let nothing = Desk::new(&[(LOG, GATE)]);
    let out = nothing.ends(1, &["handoff"]);
    assert_eq!(out.matches('✗').count(), 7, "{out}");
    assert!(out.contains("! docs") && out.contains("✓ BDD parity"), "{out}");
}

#[test]
fn a_file_of_the_handoff_that_cannot_be_read_is_not_said_to_be_lacking() {
    let desk = Desk::new(&[(LOG, GATE), ("plans/2025-11-06_r4-adapter.plan.md", PLAN)]);
    desk.scratch.write("progress.md", b"# Progress\n\xff\n");
    desk.scratch.write("docs/SESSION_HANDOFF.md", b"\xff\n");
    desk.scratch.write("plans/2025-11-07_next.plan.md", b"\xff\n");
    let found = desk.json(1, &["handoff"]);
    let state = |what: &str| {
        let lines = found["lines"].as_array().unwrap();
        lines.iter().find(|line| line["what"] == what).unwrap()["state"].as_str().unwrap().to_owned()
    };
    for what in ["progress pointer", "handoff entry", "next plan"] {
        assert_eq!(state(what), "unchecked", "{found}");
    }
    let said = desk.ends(1, &["handoff"]);
    assert!(said.contains("progress.md is not UTF-8 (line 2); save it as UTF-8"), "{said}");
    assert!(desk.ends(2, &["handoff", "--write", "--yes"]).contains("progress.md is not UTF-8"));
}

#[test]
fn no_plan_is_written_through_a_link() {
    let desk = Desk::new(&[(LOG, GATE)]);
    let outside = desk.scratch.beside("outside");
    fs::create_dir(&outside).unwrap();
    std::os::unix::fs::symlink(&outside, desk.scratch.root().join("plans")).unwrap();
    let said = desk.ends(2, &["plan", "new", "--slice", "r4-adapter"]);
    assert!(said.contains("is not a folder, but a symbolic link") && said.contains("move it away"), "{said}");
    assert_eq!(fs::read_dir(&outside).unwrap().count(), 0);
}
