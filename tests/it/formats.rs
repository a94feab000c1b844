//! `--format`: every command that finds something says it in each form, and the others refuse.

use std::process::Output;

use serde_json::Value;

use crate::boundary::{ADAPTER, LOG, Team, text};

const FORMS: [&str; 4] = ["sarif", "github", "gitlab", "junit"];

fn said(output: &Output) -> String {
    String::from_utf8(output.stdout.clone()).unwrap()
}

fn json(output: &Output) -> Value {
    serde_json::from_slice(&output.stdout).unwrap_or_else(|error| panic!("{error}: {}", text(output)))
}

/// A team that is about to change an adapter without a gate.
fn bold() -> Team {
    let team = Team::bare_of_hooks();
    team.stage(ADAPTER, "two\n");
    team
}

#[test]
fn a_refusal_is_the_same_in_every_form() {
    let team = bold();
    for form in FORMS {
        let output = team.verify(&["--format", form]);
        assert_eq!(output.status.code(), Some(1), "{form}: {}", text(&output));
        let said = said(&output);
        assert!(said.contains("AG101") && said.contains("ccc_client.py"), "{form}: {said}");
    }
    let sarif = json(&team.verify(&["--format", "sarif"]));
    let run = &sarif["runs"][0];
    assert_eq!(run["results"][0]["ruleId"], "AG101");
    assert_eq!(run["tool"]["driver"]["rules"][0]["id"], "AG101");
    assert_eq!(run["results"][0]["locations"][0]["physicalLocation"]["artifactLocation"]["uri"], ADAPTER);
    let annotation = said(&team.verify(&["--format", "github"]));
    assert!(annotation.starts_with(&format!("::error file={ADAPTER},title=AG101 gate-missing::")), "{annotation}");
    assert_eq!(json(&team.verify(&["--format", "gitlab"]))[0]["location"]["path"], ADAPTER);
    let suite = said(&team.verify(&["--format", "junit"]));
    assert!(suite.contains("<testsuite name=\"staged\" tests=\"1\" failures=\"1\" errors=\"0\""), "{suite}");
}

#[test]
fn fingerprints_outlive_what_is_added_to_log_and_file() {
    let team = bold();
    team.gate("r4", "`other/`");
    team.ack();
    let print = |team: &Team| {
        let sarif = json(&team.verify(&["--format", "sarif"]));
        let result = &sarif["runs"][0]["results"][0];
        assert_eq!(result["ruleId"], "AG104");
        let line = result["relatedLocations"][0]["physicalLocation"]["region"]["startLine"].clone();
        (result["partialFingerprints"]["ackgate/v1"].clone(), line)
    };
    let (before, first) = print(&team);
    let log = std::fs::read_to_string(team.here.root().join(LOG)).unwrap();
    team.here.write(LOG, log.replacen("# Log\n", "# Log\n\nA line\n\nand another.\n", 1));
    team.here.git(&["commit", "-q", "--no-verify", "-m", "log", "--", LOG]);
    team.stage(ADAPTER, "one\ntwo\nthree\n");
    let (after, second) = print(&team);
    assert_eq!(before, after);
    assert_ne!(first, second);
}

#[test]
fn what_cannot_be_decided_is_said_in_each_form() {
    let team = bold();
    let broken = ["--config", "nowhere.toml"];
    for form in FORMS {
        let output = team.verify(&[&broken[..], &["--format", form]].concat());
        assert_eq!(output.status.code(), Some(2), "{form}");
        let said = said(&output);
        assert!(said.contains("nowhere.toml"), "{form}: {}", text(&output));
        assert!(said.contains(if form == "sarif" { "\"executionSuccessful\": false" } else { "AG000" }), "{said}");
    }
}

#[test]
fn commands_without_findings_refuse_before_they_do_anything() {
    let team = bold();
    let before = std::fs::read(team.here.root().join(LOG)).unwrap();
    let writes = ["gate", "new", "--slice", "r4", "--path", ADAPTER, "--yes"];
    for args in [&["status"][..], &["rules"], &["plan", "list"], &["session", "status"], &writes] {
        let output = team.verify(&[args, &["--format", "junit"]].concat());
        assert_eq!(output.status.code(), Some(2), "{args:?}: {}", text(&output));
        assert!(text(&output).contains("no findings to show in that form"), "{args:?}: {}", text(&output));
    }
    assert_eq!(std::fs::read(team.here.root().join(LOG)).unwrap(), before);
}

#[test]
fn commands_with_findings_take_every_form() {
    let team = bold();
    team.here.write("old.json", r#"{"properties": {"a": {"type": "string"}}}"#);
    team.here.write("sub/new.json", r#"{"properties": {"a": {"type": "number"}}}"#);
    team.here.write("keys.json", "{}");
    let commands: [(&[&str], i32, &str); 7] = [
        (&["contract", "../old.json", "new.json"], 1, "sub/new.json"),
        (&["licence", "--bundle", "../keys.json"], 1, "keys.json"),
        (&["plan", "check", "--slice", "r4"], 1, "AG501"),
        (&["handoff", "--slice", "r4"], 1, "AG501"),
        (&["session", "begin", "--role", "scout"], 1, "AG401"),
        (&["doctor", "--no-canaries"], 1, "pre-commit"),
        (&["log"], 0, ""),
    ];
    for (args, status, holds) in commands {
        for form in FORMS {
            let mut command = team.here.command(&team.here.root().join("sub"), crate::boundary::VERIFY);
            let output = command.args(args).args(["--format", form]).output().unwrap();
            assert_eq!(output.status.code(), Some(status), "{args:?} {form}: {}", text(&output));
            let said = said(&output);
            assert!(said.contains(holds), "{args:?} {form}: {said}");
            match form {
                "sarif" => assert_eq!(json(&output)["version"], "2.1.0"),
                "gitlab" => assert!(json(&output).is_array()),
                "junit" => assert!(said.starts_with("<?xml") && said.ends_with("</testsuites>\n"), "{said}"),
                _ => assert!(said.lines().all(|line| line.starts_with("::")), "{said}"),
            }
        }
    }
}

#[test]
fn a_run_of_the_matrix_is_a_suite_of_its_commands() {
    let team = bold();
    team.here.write("plans/2025-11-06_r4.plan.md", "# Plan\n\n## Validation Matrix\n- `true`\n- `exit 3`\n");
    let output = team.verify(&["validate", "--slice", "r4", "--format", "junit"]);
    let said = said(&output);
    assert_eq!(output.status.code(), Some(1), "{}", text(&output));
    assert!(said.contains("tests=\"2\" failures=\"1\" errors=\"0\""), "{said}");
    assert!(said.contains("`exit 3` failed with status 3") && said.contains("name=\"true\""), "{said}");
}
