//! `verify-gate handoff --write`: what is drafted is shown, written whole, and read back as it is meant.

use std::fs;
use std::process::Output;

use serde_json::Value;

use crate::boundary::{ADAPTER, LOG, Team, VERIFY, text};

const PLAN: &str = "plans/2000-01-01_r4.plan.md";
const NEXT: &str = "plans/2000-01-02_r5.plan.md";
const PROGRESS: &str = "progress.md";
const HANDOFF: &str = "docs/SESSION_HANDOFF.md";

/// A slice whose work is done and validated, and nothing of it handed over.
fn team() -> Team {
    let team = Team::bare_of_hooks();
    team.here.write(".gitignore", "artifacts/\n");
    team.here.commit("ignore");
    team.gate("r4", "`agentos/integrations/`");
    team.ack();
    team.here.write(ADAPTER, "two\n");
    team.here.commit("Read the `cost` <b>");
    team.here.write(
        PLAN,
        "# Plan\n\n## Required Reading\n- a\n\n## Tasks\n- b\n\n## Validation Matrix\n- `echo \"a ``b``\"`\n",
    );
    team.here.write(NEXT, "# Plan\n- Scope: more\n- Budget: a day\n");
    team.here.commit("plans");
    assert!(run(&team, &["validate"]).status.success());
    team
}

fn run(team: &Team, args: &[&str]) -> Output {
    team.here.command(team.here.root(), VERIFY).args(args).output().unwrap()
}

#[track_caller]
fn written(team: &Team) -> String {
    let output = run(team, &["handoff", "--write", "--yes", "--commit"]);
    assert_eq!(output.status.code(), Some(0), "{}", text(&output));
    text(&output)
}

/// What is lacking of pointer, entry, “Ready for ACK” and next plan.
fn lacking(team: &Team) -> Vec<String> {
    let output = run(team, &["handoff", "--format", "json"]);
    let found: Value = serde_json::from_slice(&output.stdout).unwrap_or_else(|_| panic!("{}", text(&output)));
    let lines = found["lines"].as_array().unwrap().iter().skip(5).filter(|line| line["state"] != "done");
    lines.map(|line| line["what"].as_str().unwrap().to_owned()).collect()
}

fn read(team: &Team, path: &str) -> String {
    fs::read_to_string(team.here.root().join(path)).unwrap_or_default()
}

#[test]
fn what_is_lacking_is_drafted_from_what_is_known_and_passes() {
    let team = team();
    assert_eq!(lacking(&team), ["progress pointer", "handoff entry", "ready entry"]);
    let before = (read(&team, PROGRESS), read(&team, HANDOFF), read(&team, LOG));
    // Nobody can be asked.
    let output = run(&team, &["handoff", "--write"]);
    let said = text(&output);
    assert!(output.status.code() == Some(2) && said.contains("--yes"), "{said}");
    assert!(said.contains("+ - Plan of slice r4") && said.contains("+ ## AgentOS"), "{said}");
    assert_eq!((read(&team, PROGRESS), read(&team, HANDOFF), read(&team, LOG)), before);
    let said = written(&team);
    assert!(said.contains("progress.md (a new file)\n+ ## "), "{said}");
    assert_eq!(lacking(&team), [""; 0]);
    let entry = read(&team, HANDOFF);
    for line in [
        " – Executor: r4\n- Slice: r4\n- Plan: `plans/2000-01-01_r4.plan.md`\n",
        "\n- Work summary: Read the `cost` <b>\n",
        "\n- Touched: `agentos/integrations/ccc_client.py`\n",
        "\n  - ``` echo \"a ``b``\" ```: passed\n",
        "\n  - evidence: `artifacts/test_runs/r4/",
        "\n- Next: `plans/2000-01-02_r5.plan.md`\n",
    ] {
        assert!(entry.contains(line), "{line}: {entry}");
    }
    assert!(read(&team, LOG).contains("Ready for ACK — slice: r4"));
    let once = (entry, read(&team, PROGRESS), read(&team, LOG));
    // There is nothing more to draft.
    assert!(written(&team).contains("nothing is lacking that could be drafted"));
    assert_eq!((read(&team, HANDOFF), read(&team, PROGRESS), read(&team, LOG)), once);
    for folder in ["", "docs"] {
        let names = fs::read_dir(team.here.root().join(folder)).unwrap();
        assert!(!names.into_iter().any(|n| n.unwrap().file_name().to_string_lossy().contains("ackgate-tmp")));
    }
}

#[test]
fn what_is_not_known_is_left_open_and_refused_until_it_is_said() {
    let team = team();
    fs::remove_file(team.here.root().join(NEXT)).unwrap();
    team.here.write(ADAPTER, "three\n");
    let said = written(&team);
    assert!(said.contains("by hand: say what is left open") && said.contains("plan new --slice NEXT"), "{said}");
    let entry = read(&team, HANDOFF);
    assert!(entry.contains("- Validation: [fill in: ") && entry.contains("- Next: [fill in: "), "{entry}");
    assert_eq!(lacking(&team), ["handoff entry", "next plan"]);
    let shown = text(&run(&team, &["handoff"]));
    let line = 1 + entry.lines().position(|line| line.contains("[fill in")).unwrap();
    assert!(shown.contains(&format!("{HANDOFF}:{line}: the entry about slice `r4` leaves something open")), "{shown}");
    // It is not drafted a second time.
    let said = written(&team);
    assert!(said.contains(&format!("say what is left open, from line {line} on")), "{said}");
    assert_eq!(read(&team, HANDOFF), entry);
    let filled: String =
        entry.lines().map(|line| line.split("[fill in").next().unwrap().to_owned() + "said\n").collect();
    team.here.write(HANDOFF, filled);
    team.here.write(NEXT, "# Plan\n- Scope: more\n- Budget: a day\n");
    assert_eq!(lacking(&team), [""; 0]);
}

#[test]
fn files_keep_what_they_have() {
    let team = team();
    let old = "# Log\r\n\r\n## 2000-01-01 – Planner: r4\r\n- Slice: r4";
    team.here.write(HANDOFF, old);
    team.here.write(PROGRESS, "# Progress\n- one");
    written(&team);
    let (entry, pointer) = (read(&team, HANDOFF), read(&team, PROGRESS));
    assert!(entry.starts_with(&format!("{old}\r\n\r\n## ")), "{entry:?}");
    assert_eq!(entry.matches('\n').count(), entry.matches("\r\n").count());
    assert!(pointer.starts_with("# Progress\n- one\n\n## ") && !pointer.contains('\r'), "{pointer:?}");
    assert_eq!(lacking(&team), [""; 0]);
}

#[test]
fn what_would_be_misread_or_lies_elsewhere_is_not_written() {
    let outside = |team: &Team| team.here.beside("outside.md");
    for (path, text_before, wanted) in [
        (HANDOFF, Some("# Log\n```\nopen\n"), "would not be read as it is meant"),
        (PROGRESS, Some("<!-- open\n"), "would not be read as it is meant"),
        (PROGRESS, None, "no regular file"),
        (HANDOFF, None, "no regular file"),
    ] {
        let team = team();
        let file = team.here.root().join(path);
        match text_before {
            Some(text) => team.here.write(path, text),
            None => {
                fs::write(outside(&team), "theirs\n").unwrap();
                fs::create_dir_all(file.parent().unwrap()).unwrap();
                std::os::unix::fs::symlink(outside(&team), &file).unwrap();
            }
        }
        let log = read(&team, LOG);
        let output = run(&team, &["handoff", "--write", "--yes", "--commit"]);
        assert!(output.status.code() == Some(2) && text(&output).contains(wanted), "{path}: {}", text(&output));
        assert_eq!(read(&team, LOG), log);
        match text_before {
            Some(text) => assert_eq!(read(&team, path), text),
            None => assert_eq!(fs::read_to_string(outside(&team)).unwrap(), "theirs\n"),
        }
    }
}

#[test]
fn a_planner_s_session_hands_no_slice_over() {
    let team = team();
    team.here.write(HANDOFF, "# Log\n\n## 2000-01-01 – Scout: r4\n- Slice: r4\n");
    for path in ["INTEGRATION-ROADMAP-and-EXECUTION", "CCC_ADAPTER_PROPOSALS", "CROSS_REPO_SYNC_PROTOCOL"] {
        team.here.write(format!("docs/integration/{path}.md"), "x\n");
    }
    let output = run(&team, &["session", "begin", "--role", "planner", "--slice", "r4"]);
    assert!(output.status.success(), "{}", text(&output));
    let before = read(&team, HANDOFF);
    let said = written(&team);
    assert!(said.contains("the session that is open is the planner's"), "{said}");
    assert_eq!(read(&team, HANDOFF), before);
}

#[test]
fn where_the_log_cannot_be_committed_the_rest_stands_and_is_said() {
    let team = team();
    team.here.hook("pre-commit", "exit 1");
    let log = read(&team, LOG);
    let output = run(&team, &["handoff", "--write", "--yes", "--commit"]);
    assert_eq!(output.status.code(), Some(2), "{}", text(&output));
    assert!(text(&output).contains("run it again for the log alone"), "{}", text(&output));
    assert_eq!(read(&team, LOG), log);
    assert_eq!(lacking(&team), ["ready entry"]);
}
