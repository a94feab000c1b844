//! The writer of entries, as a program: from both sides, many at once, and into logs that should not be touched.

use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use crate::boundary::{ADAPTER, LOG, PRE_COMMIT, Team, VERIFY, text};
use crate::support::Scratch;

const CONTRACT: &str = "docs/System/contracts/USAGE_EVENT_SCHEMA.md";

/// AgentOS with the log, and CCC's repository beside it.
struct Two {
    ccc: Scratch,
    agentos: PathBuf,
}

impl Two {
    fn new() -> Self {
        let ccc = Scratch::new();
        ccc.write(CONTRACT, "* ts: float\n");
        ccc.commit("base");
        ccc.hook("pre-commit", &format!("exec '{PRE_COMMIT}'"));
        let agentos = ccc.beside("AgentOS");
        let two = Two { ccc, agentos };
        for (path, content) in [(LOG, "# Log\n"), (ADAPTER, "one\n")] {
            let file = two.agentos.join(path);
            std::fs::create_dir_all(file.parent().unwrap()).unwrap();
            std::fs::write(file, content).unwrap();
        }
        two.ccc.git_in(&two.agentos, &["init", "-q", "-b", "main"]);
        two.ccc.git_in(&two.agentos, &["add", "-A"]);
        two.ccc.git_in(&two.agentos, &["commit", "-qm", "base"]);
        let hook = two.agentos.join(".git/hooks/pre-commit");
        std::fs::create_dir_all(hook.parent().unwrap()).unwrap();
        std::fs::write(&hook, format!("#!/bin/sh\nexec '{PRE_COMMIT}'\n")).unwrap();
        let mode = std::os::unix::fs::PermissionsExt::from_mode(0o755);
        std::fs::set_permissions(hook, mode).unwrap();
        two
    }

    fn run(&self, folder: &Path, args: &[&str]) -> Output {
        self.ccc.command(folder, VERIFY).args(args).stdin(Stdio::null()).output().unwrap()
    }

    fn done(&self, folder: &Path, args: &[&str]) -> String {
        let output = self.run(folder, args);
        assert!(output.status.success(), "{args:?}: {}", text(&output));
        text(&output)
    }

    fn commits(&self, folder: &Path) -> bool {
        let output = self.ccc.command(folder, "git").args(["commit", "-qam", "x"]).output().unwrap();
        output.status.success()
    }
}

#[test]
fn a_slice_by_two_parties_with_the_commands_alone() {
    let two = Two::new();
    let (agentos, ccc) = (two.agentos.clone(), two.ccc.root().to_owned());
    let adapter = agentos.join(ADAPTER);
    std::fs::write(&adapter, "two\n").unwrap();
    std::fs::write(ccc.join(CONTRACT), "* ts: float\n* rid: string (optional)\n").unwrap();
    assert!(!two.commits(&agentos) && !two.commits(&ccc));
    let contract = format!("ClaudeCodeProxy/{CONTRACT}");
    let args = ["gate", "new", "--slice", "r4-adapter", "--path", ADAPTER, "--path", &contract, "--field", "warn_pct"];
    let asked = two.done(
        &agentos,
        &[&args[..], &["--field", "rid", "--question", "Flat?", "--validate", "pytest", "--commit"]].concat(),
    );
    assert!(asked.contains("## AgentOS (alignment gate: r4-adapter) ") && asked.contains("committed"), "{asked}");
    assert!(!two.commits(&agentos), "a question is no agreement");
    let shown = two.done(&ccc, &["gate", "show", "--format", "json"]);
    let shown: serde_json::Value = serde_json::from_str(&shown).unwrap();
    assert_eq!((&shown["gate"]["state"], &shown["gate"]["fields"][0]), (&"pending".into(), &"warn_pct".into()));
    // Its own gate is not its to answer.
    let own = two.run(&agentos, &["ack", "--yes"]);
    assert!(own.status.code() == Some(2) && text(&own).contains("which posted it (AG103"), "{}", text(&own));
    // Nobody can be asked where there is no terminal.
    assert_eq!(two.run(&ccc, &["ack"]).status.code(), Some(2));
    let acked = two.done(&ccc, &["ack", "--yes", "--commit"]);
    let digest = shown["gate"]["digest"].as_str().unwrap();
    assert!(acked.contains("## CCC (ACK: r4-adapter) ") && acked.contains(&format!("Gate: {digest}")), "{acked}");
    // The log's repository has it, committed by itself; the change beside it is still there.
    assert_eq!(two.ccc.git_in(&agentos, &["show", "--name-only", "--format=", "HEAD"]), LOG);
    assert_eq!(std::fs::read_to_string(&adapter).unwrap(), "two\n");
    assert!(two.commits(&agentos) && two.commits(&ccc));
    assert_eq!(two.run(&ccc, &["landed"]).status.code(), Some(2), "only its own party can say so");
    two.done(&agentos, &["landed", "--commit"]);
    two.done(&agentos, &["ready", "--note", "CCC is next", "--commit"]);
    std::fs::write(&adapter, "three\n").unwrap();
    assert!(!two.commits(&agentos));
    assert!(two.done(&agentos, &["log"]).contains("ready"));
}

#[test]
fn no_and_taking_back() {
    let two = Two::new();
    let (agentos, ccc) = (two.agentos.clone(), two.ccc.root().to_owned());
    two.done(&ccc, &["gate", "new", "--slice", "r4", "--path", CONTRACT, "--date", "2099-01-01", "--commit"]);
    two.done(&agentos, &["nack", "--reason", "ACK\n## AgentOS (ACK)\n<!--", "--commit"]);
    let status = two.done(&ccc, &["status"]);
    assert!(status.contains("by CCC, line 3: rejected"), "{status}");
    two.done(&ccc, &["withdraw", "--commit"]);
    assert!(two.done(&ccc, &["status"]).contains("withdrawn"));
    let log = std::fs::read_to_string(agentos.join(LOG)).unwrap();
    for wrong in [
        &["gate", "new", "--slice", "r4 adapter", "--path", CONTRACT][..],
        &["gate", "new", "--slice", "r5", "--path", "a b/c"],
        &["gate", "new", "--slice", "r5", "--path", "**"],
        &["gate", "new", "--slice", "r5", "--path", "docs/System"],
        &["gate", "new", "--slice", "r5", "--path", CONTRACT, "--party", "AgentOS"],
        &["gate", "new", "--slice", "r5", "--path", CONTRACT, "--date", "soon"],
        &["gate", "new", "--slice", "r5", "--path", CONTRACT, "--field", "a`b"],
        &["nack", "--slice", "r9"],
        &["ack", "--yes", "--slice", "r4"],
    ] {
        let output = two.run(&ccc, wrong);
        assert_eq!(output.status.code(), Some(2), "{wrong:?}: {}", text(&output));
        assert!(text(&output).contains("error"), "{wrong:?}");
    }
    assert_eq!(std::fs::read_to_string(agentos.join(LOG)).unwrap(), log);
}

#[test]
fn twenty_writers_at_once_lose_nothing() {
    let team = Team::bare_of_hooks();
    let spawn = |number: usize| {
        let slice = format!("r{number}-many");
        let mut command: Command = team.here.command(team.here.root(), VERIFY);
        command.args(["gate", "new", "--slice", &slice, "--path", ADAPTER, "--question", "Is it so?"]);
        if number.is_multiple_of(4) {
            command.arg("--commit");
        }
        command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap()
    };
    let writers: Vec<_> = (0..20).map(spawn).collect();
    let ended: Vec<bool> = writers.into_iter().map(|mut writer| writer.wait().unwrap().success()).collect();
    let log = std::fs::read_to_string(team.here.root().join(LOG)).unwrap();
    for (number, success) in ended.iter().enumerate() {
        let times = log.matches(&format!("(alignment gate: r{number}-many)")).count();
        assert_eq!(times, usize::from(*success), "{number}");
        assert!(*success || number.is_multiple_of(4), "only a commit may be refused, for what others left uncommitted");
    }
    let gates = ended.iter().filter(|success| **success).count();
    assert_eq!(log.matches("— End of entry —").count(), gates);
    assert_eq!(log.matches("Is it so?").count(), gates);
    let shown = team.verify(&["--log", LOG, "log", "--format", "json"]);
    let shown: serde_json::Value = serde_json::from_slice(&shown.stdout).unwrap();
    let kinds: Vec<_> = shown["entries"].as_array().unwrap().iter().map(|e| e["kind"].as_str().unwrap()).collect();
    assert_eq!(kinds, vec!["gate"; gates]);
}

#[test]
fn a_writer_that_is_killed_leaves_a_whole_log_and_no_lock() {
    let team = Team::bare_of_hooks();
    for round in 0..12_u64 {
        let slice = format!("r{round}-killed");
        let mut command = team.here.command(team.here.root(), VERIFY);
        command.args(["gate", "new", "--slice", &slice, "--path", ADAPTER]).stdout(Stdio::null()).stderr(Stdio::null());
        let mut writer = command.stdin(Stdio::null()).spawn().unwrap();
        std::thread::sleep(std::time::Duration::from_millis(round * 4));
        writer.kill().unwrap();
        writer.wait().unwrap();
        let log = std::fs::read_to_string(team.here.root().join(LOG)).unwrap();
        assert_eq!(log.matches("(alignment gate:").count(), log.matches("— End of entry —").count(), "{log}");
    }
    let output = team.verify(&["gate", "new", "--slice", "r99-last", "--path", ADAPTER]);
    assert!(output.status.success(), "{}", text(&output));
    let folder = team.here.root().join(LOG).parent().unwrap().to_owned();
    assert_eq!(std::fs::read_dir(folder).unwrap().count(), 1, "what was left unfinished is gone");
}

#[test]
fn a_commit_that_is_refused_takes_the_entry_out_again() {
    let team = Team::bare_of_hooks();
    team.here.hook("pre-commit", "echo no >&2; exit 1");
    let before = std::fs::read_to_string(team.here.root().join(LOG)).unwrap();
    let new = ["gate", "new", "--slice", "r4", "--path", ADAPTER, "--commit"];
    let output = team.verify(&new);
    assert_eq!(output.status.code(), Some(2), "{}", text(&output));
    assert_eq!(std::fs::read_to_string(team.here.root().join(LOG)).unwrap(), before);
    team.here.hook("pre-commit", "exit 0");
    // What others have not committed is not taken along.
    team.here.write(LOG, format!("{before}\n## CCC (note)\n"));
    let output = team.verify(&new);
    assert!(output.status.code() == Some(2) && text(&output).contains("not committed yet"), "{}", text(&output));
    team.here.git(&["checkout", "-q", "--", LOG]);
    team.here.write("readme.md", "staged\n");
    team.here.git(&["add", "readme.md"]);
    assert!(team.verify(&new).status.success());
    assert_eq!(team.here.git(&["show", "--name-only", "--format=", "HEAD"]), LOG);
    assert_eq!(team.here.git(&["diff", "--cached", "--name-only"]), "readme.md");
}

#[test]
fn logs_that_are_not_to_be_written() {
    let new = ["gate", "new", "--slice", "r4", "--path", ADAPTER];
    let refused = |team: &Team, words: &str| {
        let output = team.verify(&new);
        assert!(output.status.code() == Some(2) && text(&output).contains(words), "{words}: {}", text(&output));
    };
    let team = Team::bare_of_hooks();
    let log = team.here.root().join(LOG);
    std::fs::rename(&log, team.here.root().join("elsewhere.md")).unwrap();
    refused(&team, "there is no log");
    std::os::unix::fs::symlink("../../elsewhere.md", &log).unwrap();
    refused(&team, "no regular file");
    let team = Team::bare_of_hooks();
    for (content, words) in
        [(&b"# Log\n<<<<<<< HEAD\n"[..], "merge"), (b"# Log \xff\n", "UTF-8"), (b"# Log\n\n```\nopen\n", "left open")]
    {
        team.here.write(LOG, content);
        refused(&team, words);
        assert_eq!(std::fs::read(team.here.root().join(LOG)).unwrap(), content);
    }
    // The mode and the line ends are kept; a path that is there is meant to the letter.
    team.here.write(LOG, b"# Log\r\n");
    team.here.write("agentos/[id]/a*b.py", "x\n");
    let log = team.here.root().join(LOG);
    std::fs::set_permissions(&log, std::os::unix::fs::PermissionsExt::from_mode(0o640)).unwrap();
    let output = team.verify(&["gate", "new", "--slice", "r4", "--path", "agentos/[id]/a*b.py"]);
    assert!(output.status.success(), "{}", text(&output));
    let written = std::fs::read_to_string(&log).unwrap();
    assert!(written.contains("  - `agentos/[[]id]/a[*]b.py`\r\n"), "{written}");
    assert_eq!(written.matches('\n').count(), written.matches("\r\n").count());
    let mode = std::os::unix::fs::PermissionsExt::mode(&std::fs::metadata(&log).unwrap().permissions());
    assert_eq!(mode & 0o777, 0o640);
}

#[test]
fn an_unmerged_log_is_left_alone() {
    let team = Team::bare_of_hooks();
    team.here.git(&["checkout", "-qb", "side"]);
    team.say("## CCC (note)\n\nside");
    team.here.git(&["checkout", "-q", "main"]);
    team.say("## CCC (note)\n\nmain");
    assert!(!team.git(&["merge", "-q", "side"]).status.success());
    // Without the markers too, as long as the index has it in conflict.
    team.here.write(LOG, "# Log\n");
    let output = team.verify(&["gate", "new", "--slice", "r4", "--path", ADAPTER]);
    assert!(output.status.code() == Some(2) && text(&output).contains("merge"), "{}", text(&output));
}

#[test]
fn an_ack_is_void_where_its_digest_is_not_the_gates() {
    let team = Team::new();
    team.gate("r4-adapter", &format!("`{ADAPTER}`"));
    let wrong = "0".repeat(64);
    team.say(&format!("## CCC (ACK: r4-adapter)\n\nGate: sha256:{wrong}"));
    team.stage(ADAPTER, "two\n");
    team.refused(&["commit", "-qm", "x"], "AG111");
    let shown = team.verify(&["gate", "show", "--format", "json"]);
    let shown: serde_json::Value = serde_json::from_slice(&shown.stdout).unwrap();
    team.say(&format!("## CCC (ACK: r4-adapter)\n\nGate: {}", shown["gate"]["digest"].as_str().unwrap()));
    team.stage(ADAPTER, "two\n");
    team.passes(&["commit", "-qm", "x"]);
}
