//! `verify-gate validate`: commands that are really run, and what their evidence is worth.

use std::fs;
use std::io::Read;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use serde_json::Value;

use crate::boundary::{ADAPTER, Team, VERIFY, text};

const PLAN: &str = "plans/2025-11-06_r4.plan.md";
const RUNS: &str = "artifacts/test_runs/r4";

/// A team with a plan of this matrix, an item a line.
fn team(matrix: &str) -> Team {
    let team = Team::bare_of_hooks();
    plan(&team, matrix);
    team.here.commit("plan");
    team
}

fn plan(team: &Team, matrix: &str) {
    team.here.write(
        PLAN,
        format!("# Plan\n\n## Tasks\n- x\n\n## Validation Matrix\n{matrix}\n\n## Acceptance\n- `false`\n"),
    );
}

fn command(team: &Team, args: &[&str]) -> Command {
    let mut command = team.here.command(team.here.root(), VERIFY);
    command.args(["validate", "--slice", "r4"]).args(args);
    command
}

fn validate(team: &Team, args: &[&str]) -> Output {
    command(team, args).output().unwrap()
}

fn status(output: &Output) -> i32 {
    output.status.code().unwrap()
}

#[track_caller]
fn green(team: &Team, args: &[&str]) -> PathBuf {
    let output = validate(team, args);
    assert_eq!(status(&output), 0, "{}", text(&output));
    latest(team)
}

/// The folders of the runs, oldest first.
fn runs(team: &Team) -> Vec<PathBuf> {
    let Ok(entries) = fs::read_dir(team.here.root().join(RUNS)) else { return Vec::new() };
    let mut runs: Vec<PathBuf> = entries.map(|entry| entry.unwrap().path()).collect();
    runs.sort();
    runs
}

fn latest(team: &Team) -> PathBuf {
    runs(team).pop().unwrap()
}

fn manifest(folder: &Path) -> Value {
    serde_json::from_slice(&fs::read(folder.join("manifest.json")).unwrap()).unwrap()
}

/// What `--check` finds, message by message; empty if the evidence stands.
fn check(team: &Team) -> String {
    let output = validate(team, &["--check", "--format", "json"]);
    let value: Value = serde_json::from_slice(&output.stdout).unwrap_or_else(|_| panic!("{}", text(&output)));
    let found = value["diagnostics"].as_array().unwrap();
    assert_eq!(status(&output), i32::from(!found.is_empty()), "{value}");
    assert!(found.iter().all(|one| one["code"] == "AG505"), "{value}");
    found.iter().map(|one| one["message"].as_str().unwrap()).collect::<Vec<_>>().join("\n")
}

#[test]
fn a_green_run_is_archived_and_stands_for_the_tree_that_is_handed_over() {
    let team = team("- Unit: `echo unit; echo err >&2`\n- `GREETING=hi sh -c 'echo $GREETING'`\n- by hand");
    let index = fs::read(team.here.root().join(".git/index")).unwrap();
    assert!(check(&team).contains("no evidence"));
    let folder = green(&team, &[]);
    let first = manifest(&folder);
    assert_eq!((&first["status"], &first["slice"]), (&"complete".into(), &"r4".into()));
    assert_eq!(first["commit"], team.here.git(&["rev-parse", "HEAD"]));
    assert_eq!(first["matrix"], format!("plan: {PLAN}"));
    assert_eq!(first["checks"][0]["label"], "Unit");
    assert_eq!(first["checks"][0]["exit"], 0);
    assert_eq!(first["manual"][0], "by hand");
    assert!(first["tools"]["git"].as_str().unwrap().starts_with("git version"));
    let log = fs::read_to_string(folder.join("01-echo.log")).unwrap();
    assert_eq!(log, "$ echo unit; echo err >&2\nunit\nerr\n");
    assert!(fs::read_to_string(folder.join("02-sh.log")).unwrap().ends_with("\nhi\n"));
    assert_eq!(check(&team), "");
    assert_eq!(fs::read(team.here.root().join(".git/index")).unwrap(), index, "the index is left alone");
    // What a handoff changes is not what was checked.
    for path in [PLAN, "progress.md", "docs/SESSION_HANDOFF.md", "docs/integration/CCC_AGENT_CHAT.md", "plans/next.md"]
    {
        let before = fs::read_to_string(team.here.root().join(path)).unwrap_or_default();
        team.here.write(path, format!("{before}\nmore\n"));
        assert_eq!(check(&team), "", "{path}");
    }
    team.here.commit("handed over");
    assert_eq!(check(&team), "");
    // No run is written over.
    let second = green(&team, &[]);
    assert_ne!(second, folder);
    assert_eq!(manifest(&folder), first);
    // Another tree, be it by a file that git does not know yet.
    team.here.write("new.py", "x\n");
    assert!(check(&team).contains("another tree"));
    team.here.write(".gitignore", "new.py\n.gitignore\n");
    assert_eq!(check(&team), "", "what git ignores is no part of it");
}

#[test]
fn the_tree_has_the_id_that_git_gives_it() {
    let team = team("- `true`");
    team.here.write("dir/x.sh", "#!/bin/sh\n");
    team.here.git(&["add", "-A"]);
    team.here.git(&["update-index", "--chmod=+x", "dir/x.sh"]);
    team.here.write(".gitattributes", "*.txt text eol=lf\n");
    team.here.write("a.txt", "one\r\n");
    let folder = green(&team, &[]);
    team.here.commit("all");
    team.here.git(&["rm", "-rq", "--cached", "plans", "artifacts", "docs/integration/CCC_AGENT_CHAT.md"]);
    assert_eq!(manifest(&folder)["tree"], team.here.git(&["write-tree"]));
}

#[test]
fn each_thing_that_is_wrong_with_evidence_is_said() {
    let team = team("- `echo a`\n- `cat file`\n- When online: `false`");
    team.here.write("file", "x\n");
    let folder = green(&team, &[]);
    assert_eq!(check(&team), "");
    let log = folder.join("01-echo.log");
    let kept = fs::read(&log).unwrap();
    for (text, wanted) in [(&b"$ echo a\nb\n"[..], "not as it was archived"), (b"", "is empty")] {
        fs::write(&log, text).unwrap();
        assert!(check(&team).contains(wanted), "{wanted}: {}", check(&team));
    }
    fs::remove_file(&log).unwrap();
    assert!(check(&team).contains("is not there"));
    fs::write(&log, &kept).unwrap();
    fs::write(folder.join("more.log"), "x").unwrap();
    assert!(check(&team).contains("no part of what was archived"));
    fs::remove_file(folder.join("more.log")).unwrap();
    assert_eq!(check(&team), "");
    // A command that the matrix names now and did not then.
    plan(&team, "- `echo a`\n- `cat file`\n- `echo c`");
    assert!(check(&team).contains("`echo c` of the Validation Matrix has not been run"));
    // By itself will do.
    let output = validate(&team, &["--only", "ECHO C", "--format", "json"]);
    let value: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!((status(&output), &value["green"]), (0, &true.into()));
    assert_eq!(check(&team), "");
    // A red run, a program that is not there, and what was asked for.
    plan(&team, "- `echo a`\n- `cat file`\n- `no-such-program --x`\n- When online: `false`");
    let output = validate(&team, &["--online"]);
    assert_eq!(status(&output), 1, "{}", text(&output));
    assert!(
        text(&output).contains("no such program") && text(&output).contains("no-such-program: "),
        "{}",
        text(&output)
    );
    let said = check(&team);
    assert!(said.contains("`no-such-program --x` failed with status 127") && said.contains("`false` failed"), "{said}");
    // Another tree.
    team.here.write("file", "y\n");
    assert!(check(&team).contains("another tree"));
    fs::remove_file(latest(&team).join("manifest.json")).unwrap();
    assert!(check(&team).contains("no manifest"));
}

#[test]
fn commands_that_change_the_tree_do_not_show_what_they_checked() {
    let team = team("- `date +%N >> made`");
    let output = validate(&team, &[]);
    assert_eq!(status(&output), 1, "{}", text(&output));
    assert!(text(&output).contains("changed the tree"));
    team.here.git(&["clean", "-fdq", "made"]);
    assert!(check(&team).contains("changed the tree"));
    team.here.write(".gitignore", "made\n");
    green(&team, &[]);
    assert_eq!(check(&team), "");
}

#[test]
fn conditions_are_asked_for_and_the_matrix_is_shown() {
    let team = team(
        "- `echo a`\n- Smoke (when online): `echo b` calls `/x`\n- When available: `echo c`\n- `go test ./...` (CCC)",
    );
    let shown = |args: &[&str]| {
        let output = validate(&team, &[&["--list", "--format", "json"], args].concat());
        let value: Value = serde_json::from_slice(&output.stdout).unwrap();
        let checks = value["checks"].as_array().unwrap().clone();
        checks
            .iter()
            .filter(|c| c["runs"] == true)
            .map(|c| c["command"].as_str().unwrap().to_owned())
            .collect::<Vec<_>>()
    };
    assert_eq!(shown(&[]), ["echo a"]);
    assert_eq!(shown(&["--online"]), ["echo a", "echo b"]);
    assert_eq!(shown(&["--available", "--online", "--applicable"]), ["echo a", "echo b", "echo c"]);
    assert!(runs(&team).is_empty(), "nothing was run");
    let folder = green(&team, &[]);
    assert_eq!(manifest(&folder)["checks"][1]["outcome"], "skipped");
    assert_eq!(check(&team), "");
    let output = validate(&team, &["--only", "nothing like it"]);
    assert_eq!(status(&output), 2);
    let output = validate(&team, &["--list"]);
    assert!(text(&output).contains("(--online)") && text(&output).contains("(for CCC)"), "{}", text(&output));
}

#[test]
fn a_gate_or_the_policy_names_the_matrix_where_no_plan_does() {
    let team = Team::bare_of_hooks();
    team.say("## AgentOS executor (alignment gate: r4)\n\n- What we will change: `agentos/integrations/`\n- **Validation matrix and acceptance**:\n  - Unit: `echo gate`\n  - E2E (when online): `false`\n- Packaging: none\n");
    let folder = green(&team, &[]);
    assert_eq!(manifest(&folder)["checks"][0]["command"], "echo gate");
    assert_eq!(manifest(&folder)["checks"][1]["outcome"], "skipped");
    assert!(manifest(&folder)["matrix"].as_str().unwrap().starts_with("gate"));
    team.here.write("ackgate.toml", "version = 1\nparty = \"AgentOS\"\n[log]\npath = \"docs/integration/CCC_AGENT_CHAT.md\"\nowner = \"AgentOS\"\n\
        [parties.AgentOS]\naliases = [\"AgentOS\"]\n[parties.CCC]\naliases = [\"CCC\"]\n[protect]\nadapter = [\"agentos/**\"]\n\
        [session]\nvalidation = [\"echo policy\"]\n");
    team.here.commit("policy");
    let output =
        team.here.command(team.here.root(), VERIFY).args(["validate", "--slice", "other", "--list"]).output().unwrap();
    assert!(text(&output).contains("echo policy"), "{}", text(&output));
    // Without one, said and not guessed.
    team.here.git(&["revert", "-n", "HEAD"]);
    team.here.commit("no policy");
    let output = team.here.command(team.here.root(), VERIFY).args(["validate", "--slice", "other"]).output().unwrap();
    assert!(status(&output) == 2 && text(&output).contains("has no plan"), "{}", text(&output));
}

#[test]
fn secrets_of_the_environment_are_not_archived() {
    let team = team("- `printf '%s' \"${API_TOKEN%%-*}\"; printf '%s\\n' \"-${API_TOKEN#*-}\"; echo $HARMLESS; false`");
    let output = command(&team, &[]).env("API_TOKEN", "hunter2-hunter2").env("HARMLESS", "shown").output().unwrap();
    let log = fs::read_to_string(latest(&team).join("01-printf.log")).unwrap();
    assert!(log.ends_with("\n***\nshown\n"), "{log}");
    assert!(!text(&output).contains("hunter2-hunter2"), "{}", text(&output));
}

#[test]
fn what_never_ends_is_ended_with_all_it_started() {
    let team = team(
        "- `sleep 600 & echo $! > ../child; echo $$ > ../leader; wait`\n- `trap '' TERM; echo $$ > ../deaf; while :; do sleep 600; done`\n- `sleep 600 > /dev/null 2>&1 & echo $! > ../stray`",
    );
    let output = validate(&team, &["--timeout", "1", "--jobs", "3"]);
    assert_eq!(status(&output), 1, "{}", text(&output));
    let value = manifest(&latest(&team));
    let outcomes: Vec<&str> = (0..3).map(|at| value["checks"][at]["outcome"].as_str().unwrap()).collect();
    assert_eq!(outcomes, ["timed-out", "timed-out", "passed"]);
    gone(&team, &["child", "leader", "deaf", "stray"]);
    assert!(check(&team).contains("took too long"));
}

/// The processes whose numbers stand in these files are no more.
#[track_caller]
fn gone(team: &Team, names: &[&str]) {
    for name in names {
        let id = fs::read_to_string(team.here.beside(name)).unwrap();
        let state = fs::read_to_string(format!("/proc/{}/stat", id.trim())).unwrap_or_default();
        // What nobody has reaped yet has ended all the same.
        let ended =
            state.rsplit(')').next().is_none_or(|rest| rest.is_empty() || rest.trim_start().starts_with(['Z', 'X']));
        assert!(ended, "{name}: {state}");
    }
}

/// Starts a run and waits until its command has said so.
fn begun(team: &Team, args: &[&str]) -> std::process::Child {
    let fifo = team.here.beside("fifo");
    assert!(team.here.command(team.here.root(), "mkfifo").arg(&fifo).status().unwrap().success());
    let child = command(team, args).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    let mut said = String::new();
    fs::File::open(&fifo).unwrap().read_to_string(&mut said).unwrap();
    child
}

#[test]
fn an_interrupt_ends_everything_and_leaves_evidence_that_is_never_green() {
    for signal in ["-TERM", "-INT"] {
        let team = team(
            "- `echo before`\n- `sleep 600 & echo $! > ../child; echo $$ > ../leader; echo go > ../fifo; wait`\n- `echo after`",
        );
        let child = begun(&team, &[]);
        let id = child.id().to_string();
        assert!(team.here.command(team.here.root(), "kill").args([signal, &id]).status().unwrap().success());
        let output = child.wait_with_output().unwrap();
        assert_eq!(status(&output), 2, "{}", text(&output));
        let value = manifest(&latest(&team));
        let outcomes: Vec<&str> = (0..3).map(|at| value["checks"][at]["outcome"].as_str().unwrap()).collect();
        assert_eq!((&value["status"], outcomes), (&"interrupted".into(), vec!["passed", "interrupted", "not-run"]));
        gone(&team, &["child", "leader"]);
        assert!(check(&team).contains("did not come to its end"));
    }
}

#[test]
fn a_run_that_is_killed_is_not_complete() {
    let team = team("- `echo $$ > ../leader; echo go > ../fifo; sleep 600`");
    let mut child = begun(&team, &[]);
    child.kill().unwrap();
    child.wait().unwrap();
    assert_eq!(manifest(&latest(&team))["status"], "running");
    assert!(check(&team).contains("did not come to its end"));
    // What it leaves is in nobody's way once another run has come to its end.
    plan(&team, "- `echo shorter`");
    green(&team, &[]);
    assert_eq!(check(&team), "");
    fs::create_dir(team.here.root().join(RUNS).join("00000000T000000Z")).unwrap();
    assert_eq!(check(&team), "", "a folder without a manifest");
    fs::write(latest(&team).join("more.log"), "x").unwrap();
    assert!(check(&team).contains("no part of what was archived"));
    let leader = fs::read_to_string(team.here.beside("leader")).unwrap();
    let group = format!("-{}", leader.trim());
    team.here.command(team.here.root(), "kill").args(["-KILL", "--", &group]).status().unwrap();
}

#[test]
fn what_says_too_much_is_cut_and_where_there_is_no_room_nothing_is_green() {
    let team = team("- `yes | head -c 100000000`");
    let folder = green(&team, &["--log-limit", "1"]);
    let log = fs::read(folder.join("01-yes.log")).unwrap();
    assert!(log.len() < (1 << 20) + (65 << 10), "{}", log.len());
    assert!(String::from_utf8_lossy(&log).contains("[ackgate: 98"), "it says what is left out");
    assert_eq!(check(&team), "");
    team.here.write("other", "x");
    let script = "trap '' XFSZ; ulimit -f 64; exec \"$0\" validate --slice r4";
    let output = team.here.command(team.here.root(), "sh").args(["-c", script, VERIFY]).output().unwrap();
    assert!(status(&output) == 2 && text(&output).contains("cannot write"), "{}", text(&output));
    assert!(!text(&output).contains("green"), "{}", text(&output));
    assert_eq!(manifest(&latest(&team))["status"], "running");
    assert!(check(&team).contains("did not come to its end"));
}

#[test]
fn commands_run_side_by_side_where_that_is_asked_for() {
    let team = team("- `mkfifo ../meet; echo x > ../meet`\n- `until [ -p ../meet ]; do :; done; cat ../meet`");
    let folder = green(&team, &["--jobs", "2", "--timeout", "120"]);
    assert!(fs::read_to_string(folder.join("02-until.log")).unwrap().ends_with("\nx\n"));
}

#[test]
fn evidence_stays_in_its_folder() {
    let team = team("- `true`");
    let odd = |slice: &str| {
        let path = format!("plans/2025-11-06_{slice}.plan.md");
        team.here.write(&path, "## Validation Matrix\n- `true`\n");
        let output = team.here.command(team.here.root(), VERIFY).args(["validate", "--slice", slice]).output().unwrap();
        assert_eq!(status(&output), 0, "{}", text(&output));
    };
    for slice in ["..", "a b", "é", "-x"] {
        odd(slice);
    }
    let names: Vec<_> = fs::read_dir(team.here.root().join("artifacts/test_runs")).unwrap().collect();
    assert_eq!(names.len(), 4);
    fs::remove_dir_all(team.here.root().join("artifacts")).unwrap();
    let outside = team.here.beside("outside");
    fs::create_dir(&outside).unwrap();
    std::os::unix::fs::symlink(&outside, team.here.root().join("artifacts")).unwrap();
    let output = validate(&team, &[]);
    assert!(status(&output) == 2 && text(&output).contains("is not a folder"), "{}", text(&output));
    assert_eq!(fs::read_dir(&outside).unwrap().count(), 0);
}

#[test]
fn where_nothing_is_to_be_run_the_matrix_says_so() {
    let team = team("- N/A (process slice).");
    assert_eq!(check(&team), "");
    green(&team, &[]);
    plan(&team, "- look at it");
    let output = validate(&team, &[]);
    assert!(status(&output) == 2 && text(&output).contains("names no command"), "{}", text(&output));
    assert!(check(&team).contains("names no command"));
}

#[test]
fn where_nothing_would_run_nothing_is_green() {
    let team = team("- When online: `echo a`\n- `go test ./...` (CCC)");
    let output = validate(&team, &[]);
    let said = text(&output);
    assert_eq!(status(&output), 2, "{said}");
    assert!(said.contains("`echo a` runs with --online") && said.contains("`go test ./...` is for CCC"), "{said}");
    assert!(runs(&team).is_empty() && check(&team).contains("no evidence"));
    assert_eq!(status(&validate(&team, &["--only", "go test"])), 2);
    green(&team, &["--online"]);
    assert_eq!(check(&team), "");
    // A run that was made before that was asked.
    let folder = latest(&team);
    let text = fs::read_to_string(folder.join("manifest.json")).unwrap().replace("\"passed\"", "\"skipped\"");
    fs::write(folder.join("manifest.json"), text).unwrap();
    assert!(check(&team).contains("nothing has been run on this tree"), "{}", check(&team));
}

#[test]
fn a_gate_that_names_no_validation_leaves_the_policy_s() {
    let team = Team::bare_of_hooks();
    team.here.write(
        "ackgate.toml",
        "version = 1\nparty = \"AgentOS\"\n[log]\npath = \"docs/integration/CCC_AGENT_CHAT.md\"\nowner = \"AgentOS\"\n\
        [parties.AgentOS]\naliases = [\"AgentOS\"]\n[parties.CCC]\naliases = [\"CCC\"]\n[protect]\nadapter = [\"agentos/**\"]\n\
        [session]\nvalidation = [\"echo policy\"]\n",
    );
    team.here.commit("policy");
    let gate = |slice: &str, more: &[&str]| {
        let args = [&["gate", "new", "--yes", "--commit", "--slice", slice, "--path", ADAPTER], more].concat();
        let output = team.here.command(team.here.root(), VERIFY).args(args).output().unwrap();
        assert!(output.status.success(), "{}", text(&output));
    };
    gate("r4", &[]);
    let folder = green(&team, &[]);
    let found = manifest(&folder);
    assert_eq!((&found["matrix"], &found["checks"][0]["command"]), (&"policy".into(), &"echo policy".into()));
    let output = validate(&team, &["--check"]);
    assert!(text(&output).contains("stands for this tree: 1 command green"), "{}", text(&output));
    assert!(!text(&output).contains("protected path"), "{}", text(&output));
    // Said outright, there is nothing to run.
    gate("process", &["--validate", "N/A (process slice)"]);
    let ask = ["validate", "--slice", "process", "--check"];
    let output = team.here.command(team.here.root(), VERIFY).args(ask).output().unwrap();
    assert!(status(&output) == 0 && text(&output).contains("has nothing to run: N/A"), "{}", text(&output));
}

#[test]
fn the_other_party_s_slice_is_run_only_by_name() {
    let team = Team::bare_of_hooks();
    team.say("## CCP maintainer (alignment gate: r5)\n\n- What we will change: `AgentOS:agentos/integrations/`\n- **Validation matrix and acceptance**:\n  - `touch ../ran`\n");
    for args in [&["validate"][..], &["handoff"], &["bundle"], &["plan", "check"]] {
        let output = team.here.command(team.here.root(), VERIFY).args(args).output().unwrap();
        assert_eq!(status(&output), 2, "{}", text(&output));
        assert!(text(&output).contains("`r5` (line 3 of the log), is CCC's") && text(&output).contains("--slice r5"));
    }
    assert!(!team.here.beside("ran").exists());
    let output = team.here.command(team.here.root(), VERIFY).args(["validate", "--slice", "r5"]).output().unwrap();
    assert!(status(&output) == 0 && team.here.beside("ran").exists(), "{}", text(&output));
}
