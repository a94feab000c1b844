//! `verify-gate doctor` on real repositories: each disease by itself, and what is healthy.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::Output;

use serde_json::Value;

use crate::boundary::{ADAPTER, LOG, PRE_COMMIT, PRE_PUSH, Team, VERIFY, policy, text};
use crate::support::{Scratch, executable};

const MESSAGE: &str = env!("CARGO_BIN_EXE_ackgate-commit-msg");

/// What doctor says of a repository.
struct Said {
    status: Option<i32>,
    value: Value,
}

impl Said {
    fn item(&self, subject: &str) -> (&str, &str) {
        let items = self.value["checks"].as_array().unwrap();
        let item = items.iter().find(|item| item["subject"] == subject);
        let item = item.unwrap_or_else(|| panic!("nothing about `{subject}`: {:#}", self.value));
        (item["state"].as_str().unwrap(), item["message"].as_str().unwrap())
    }

    fn state(&self, subject: &str) -> &str {
        self.item(subject).0
    }

    fn help(&self, subject: &str) -> &str {
        let items = self.value["checks"].as_array().unwrap();
        items.iter().find(|item| item["subject"] == subject).unwrap()["help"].as_str().unwrap()
    }

    /// The subjects in a state.
    fn all(&self, state: &str) -> Vec<&str> {
        let items = self.value["checks"].as_array().unwrap();
        let of = items.iter().filter(|item| item["state"] == state);
        of.map(|item| item["subject"].as_str().unwrap()).collect()
    }

    #[track_caller]
    fn is(&self, status: i32, verdict: &str) -> &Said {
        assert_eq!((self.status, &self.value["verdict"]), (Some(status), &verdict.into()), "{:#}", self.value);
        self
    }
}

fn run_in(here: &Scratch, folder: &Path, args: &[&str], env: &[(&str, &str)]) -> Output {
    let temporary = here.beside("temporary");
    fs::create_dir_all(&temporary).unwrap();
    let mut command = here.command(folder, VERIFY);
    let output = command.arg("doctor").args(args).env("TMPDIR", &temporary).envs(env.iter().copied()).output().unwrap();
    assert_eq!(fs::read_dir(&temporary).unwrap().count(), 0, "left behind");
    output
}

fn doctor_in(here: &Scratch, folder: &Path, args: &[&str], env: &[(&str, &str)]) -> Said {
    let output = run_in(here, folder, &[&["--format", "json"], args].concat(), env);
    let value = serde_json::from_slice(&output.stdout).unwrap_or_else(|_| panic!("{}", text(&output)));
    Said { status: output.status.code(), value }
}

fn doctor(team: &Team, args: &[&str], env: &[(&str, &str)]) -> Said {
    doctor_in(&team.here, team.here.root(), args, env)
}

fn look(team: &Team) -> Said {
    doctor(team, &["--no-canaries"], &[])
}

/// A repository with an entry in its log, and ackgate installed.
fn installed() -> Team {
    let team = Team::bare_of_hooks();
    team.say("## CCC (note)\n\nHello.");
    let output = team.verify(&["install"]);
    assert!(output.status.success(), "{}", text(&output));
    team
}

fn hook(team: &Team, name: &str) -> PathBuf {
    team.here.root().join(".git/hooks").join(name)
}

/// Every file below a folder, with its content.
fn snapshot(folder: &Path) -> Vec<(PathBuf, Vec<u8>)> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        match path.is_dir() {
            true => found.extend(snapshot(&path)),
            false => found.push((path.clone(), fs::read(&path).unwrap())),
        }
    }
    found.sort();
    found
}

#[test]
fn what_is_installed_is_healthy_and_nothing_of_it_is_touched() {
    let team = installed();
    let origin = team.origin();
    team.here.write("readme.md", "not committed\n");
    team.here.write("staged.md", "staged\n");
    team.here.git(&["add", "staged.md"]);
    let before = (snapshot(team.here.root()), snapshot(&origin));
    let said = doctor(&team, &[], &[]);
    said.is(0, "healthy");
    assert!((snapshot(team.here.root()), snapshot(&origin)) == before, "something was touched");
    assert_eq!(said.value["version"], 1);
    assert_eq!(said.value["next"], Value::Null);
    for hook in ["pre-commit", "pre-merge-commit", "commit-msg", "pre-push"] {
        assert_eq!(said.state(hook), "ok");
    }
    for (subject, how) in [
        ("commit: harmless", "passes"),
        ("commit: adapter", "refused with AG101: a change of agentos/integrations/ccc_client.py"),
        ("commit: schema", "refused with AG101: a new file agentos/schemas/ackgate-canary.txt"),
        ("commit: licence", "refused with AG101"),
        ("commit: rename", "refused with AG101"),
        ("commit: own ACK", "refused with AG1"),
        ("commit: rewritten log", "refused with AG203"),
        ("commit: lost entry", "refused with AG203"),
        ("pre-commit alone", "refused with AG101"),
        ("commit-msg alone", "refused with AG101"),
        ("pre-merge-commit alone", "refused with AG203"),
        ("push: harmless", "passes"),
        ("push: licence", "refused with AG101"),
    ] {
        let (state, message) = said.item(subject);
        assert!(state == "ok" && message.starts_with(how), "{subject}: {message}");
    }
}

#[test]
fn people_read_one_line_a_thing_and_what_to_do_first() {
    let team = installed();
    let output = run_in(&team.here, team.here.root(), &["--no-canaries"], &[]);
    let said = text(&output);
    assert!(said.contains("✓    pre-commit") && said.contains("healthy: "), "{said}");
    fs::remove_file(hook(&team, "pre-push")).unwrap();
    let said = text(&run_in(&team.here, team.here.root(), &["--no-canaries", "-q"], &[]));
    let expected = "✗    pre-push  git runs no such hook here\n     help: verify-gate install\nnot healthy: 1 problem\nnext: verify-gate install\n";
    assert_eq!(said, expected);
}

#[test]
fn with_nothing_installed_every_violation_gets_through() {
    let team = Team::bare_of_hooks();
    team.here.write("ackgate.toml", POLICY);
    team.here.commit("adopt");
    let said = doctor(&team, &[], &[]);
    said.is(1, "unhealthy");
    assert_eq!(said.value["next"], "verify-gate install");
    for subject in ["pre-commit", "pre-push", "commit: adapter", "commit: policy", "commit: own ACK", "push: policy"] {
        assert_eq!(said.state(subject), "problem", "{subject}");
    }
    assert_eq!(said.state("commit: harmless"), "ok");
    team.verify(&["install"]);
    let said = doctor(&team, &[], &[]);
    assert!(said.is(0, "healthy").item("commit: policy").1.starts_with("refused with AG101"), "{:#}", said.value);
}

const POLICY: &str = "version = 1\nparty = \"AgentOS\"\n[log]\npath = \"docs/integration/CCC_AGENT_CHAT.md\"\n\
    owner = \"AgentOS\"\n[parties.AgentOS]\n[parties.CCC]\naliases = [\"CCP maintainer\"]\n\
    [protect]\nadapter = [\"agentos/integrations/**\"]\n";

#[test]
fn hooks_that_git_looks_for_elsewhere() {
    let team = installed();
    fs::create_dir(team.here.beside("elsewhere")).unwrap();
    let elsewhere = team.here.beside("elsewhere");
    let set = |value: &str| team.here.git(&["config", "core.hooksPath", value]);
    set(elsewhere.to_str().unwrap());
    let said = doctor(&team, &[], &[]);
    assert_eq!(said.is(1, "unhealthy").state("hooks folder"), "note");
    assert_eq!((said.state("pre-commit"), said.state("commit: adapter")), ("problem", "problem"));
    set("/dev/null");
    let said = look(&team);
    assert!(said.is(1, "unhealthy").item("hooks folder").1.contains("not a folder"), "{:#}", said.value);
    assert!(said.help("hooks folder").contains("core.hooksPath"));
    // A folder of the work tree, which is as good as any.
    set(".githooks");
    assert_eq!(look(&team).state("pre-commit"), "problem");
    team.verify(&["install"]);
    doctor(&team, &[], &[]).is(0, "healthy");
    assert!(team.here.root().join(".githooks/pre-commit").exists());
    // One that the person has for every repository.
    team.here.git(&["config", "--unset", "core.hooksPath"]);
    let global = team.here.beside("global");
    fs::write(&global, format!("[core]\nhooksPath = {}\n", elsewhere.display())).unwrap();
    let said = doctor(&team, &[], &[("GIT_CONFIG_GLOBAL", global.to_str().unwrap())]);
    assert_eq!((said.state("hooks folder"), said.state("push: licence")), ("note", "problem"));
    for name in ["pre-commit", "pre-merge-commit"] {
        executable(&elsewhere.join(name), &format!("exec '{PRE_COMMIT}' \"$@\""));
    }
    executable(&elsewhere.join("commit-msg"), &format!("exec '{MESSAGE}' \"$@\""));
    executable(&elsewhere.join("pre-push"), &format!("exec '{PRE_PUSH}' \"$@\""));
    doctor(&team, &[], &[("GIT_CONFIG_GLOBAL", global.to_str().unwrap())]).is(0, "healthy");
}

#[test]
fn hooks_that_git_passes_over_or_that_call_what_is_not_there() {
    let team = installed();
    let path = hook(&team, "pre-commit");
    let good = fs::read(&path).unwrap();
    let mode = |mode| fs::set_permissions(&path, fs::Permissions::from_mode(mode)).unwrap();
    mode(0o644);
    let said = doctor(&team, &[], &[]);
    assert!(said.is(1, "unhealthy").item("pre-commit").1.contains("not executable"));
    assert!(said.help("pre-commit").starts_with("chmod +x "));
    assert_eq!(said.all("problem"), ["pre-commit"], "the hook that looks at the message refuses for it");

    executable(&path, "exec /nowhere/ackgate-pre-commit \"$@\"");
    let said = doctor(&team, &[], &[]);
    assert!(said.is(1, "unhealthy").item("pre-commit").1.contains("/nowhere/ackgate-pre-commit, which is not there"));
    assert_eq!(said.state("commit: harmless"), "unknown", "what cannot run refuses, and not by ackgate's word");

    fs::remove_file(&path).unwrap();
    std::os::unix::fs::symlink("/nowhere/pre-commit", &path).unwrap();
    assert!(look(&team).item("pre-commit").1.contains("is a link to /nowhere/pre-commit"));
    fs::remove_file(&path).unwrap();
    fs::create_dir(&path).unwrap();
    assert_eq!(look(&team).is(1, "unhealthy").all("problem"), ["pre-commit"]);
    fs::remove_dir(&path).unwrap();

    // ackgate's own script, whose binary was moved away.
    let moved = String::from_utf8(good.clone()).unwrap().replace(PRE_COMMIT, "/nowhere/ackgate-pre-commit");
    fs::write(&path, moved).unwrap();
    mode(0o755);
    let said = look(&team);
    let (state, message) = said.item("pre-commit");
    assert!(state == "problem" && message.contains("neither at /nowhere/ackgate-pre-commit nor on PATH"), "{message}");
    // Of another version, and still good.
    fs::write(&path, [good.as_slice(), b"# more\n"].concat()).unwrap();
    assert_eq!(look(&team).is(0, "healthy").state("pre-commit"), "note");
}

#[test]
fn hooks_of_others() {
    let team = installed();
    let path = hook(&team, "pre-commit");
    executable(&path, "exit 0");
    let said = doctor(&team, &[], &[]);
    assert!(said.is(1, "unhealthy").item("pre-commit").1.contains("does not name ackgate"));
    assert_eq!((said.state("pre-commit alone"), said.state("commit: adapter")), ("problem", "ok"));
    assert_eq!(look(&team).is(1, "unhealthy").all("problem"), ["pre-commit"]);
    // One that has it run by a way of its own.
    fs::create_dir(hook(&team, "pre-commit.d")).unwrap();
    executable(&hook(&team, "pre-commit.d/10"), &format!("exec '{PRE_COMMIT}'"));
    executable(&path, "for step in \"${0%/*}\"/pre-commit.d/*; do \"$step\" || exit; done");
    let said = doctor(&team, &[], &[]);
    assert!(said.is(0, "healthy").item("pre-commit").1.contains("has it run all the same"));
    // By its name.
    executable(&path, &format!("'{PRE_COMMIT}' \"$@\" || exit"));
    doctor(&team, &[], &[]).is(0, "healthy");
    executable(&path, &format!("\"{VERIFY}\" --staged"));
    doctor(&team, &[], &[]).is(0, "healthy");
}

#[test]
fn what_something_else_refuses_is_no_refusal_of_ackgates() {
    let team = Team::bare_of_hooks();
    executable(&hook(&team, "pre-commit"), "echo 'lint: no' >&2; exit 1");
    team.verify(&["install"]);
    let said = doctor(&team, &[], &[]);
    assert_eq!(said.is(2, "unknown").item("commit: adapter"), said.item("commit: adapter"));
    for subject in ["commit: harmless", "commit: adapter", "pre-commit alone"] {
        let (state, message) = said.item(subject);
        assert!(state == "unknown" && message.contains("something other than ackgate (lint: no)"), "{message}");
    }
    assert_eq!(said.state("push: licence"), "ok");
    // And what refuses all is not healthy for that.
    executable(&hook(&team, "pre-commit.ackgate-chained"), "echo 'error[AG101]: no' >&2; exit 1");
    let said = doctor(&team, &[], &[]);
    assert_eq!(said.is(1, "unhealthy").all("problem"), ["commit: harmless"]);
}

#[test]
fn what_every_push_is_asked_is_no_refusal_of_a_canary() {
    let team = installed();
    team.here.write("ackgate.toml", format!("session.push = [\"AG401\"]\n{}", policy("")));
    team.here.commit("ask");
    let said = doctor(&team, &[], &[]);
    let (state, message) = said.is(0, "healthy").item("push: harmless");
    assert!(state == "note" && message.starts_with("refused with AG401, which `[session] push`"), "{message}");
    assert!(said.item("push: policy").1.starts_with("refused with AG101"), "{:#}", said.value);
    // Nothing else is refused by that rule.
    executable(&hook(&team, "pre-push"), "echo 'error[AG401]: no' >&2; exit 1");
    let said = doctor(&team, &[], &[]);
    let (state, message) = said.is(2, "unknown").item("push: policy");
    assert!(state == "unknown" && message.starts_with("cannot tell: refused with AG401"), "{message}");
    executable(&hook(&team, "pre-push"), "echo 'error[AG501]: no' >&2; exit 1");
    assert_eq!(doctor(&team, &[], &[]).is(1, "unhealthy").state("push: harmless"), "problem");
}

#[test]
fn a_hook_that_does_not_end_is_not_waited_for() {
    let team = installed();
    executable(&hook(&team, "pre-commit"), "exec tail -f /dev/null # ackgate-pre-commit");
    let said = doctor(&team, &["--patience", "1"], &[]);
    assert!(said.is(1, "unhealthy").item("commit: harmless").1.contains("took too long"));
    assert_eq!(said.state("canaries"), "unknown");
}

#[test]
fn a_hook_runner() {
    let team = installed();
    fs::remove_dir_all(team.here.root().join(".git/hooks")).unwrap();
    let config = "repos:\n- repo: x\n  hooks:\n  - id: ackgate-pre-commit\n  - id: ackgate-commit-msg\n  - id: ackgate-pre-push\n";
    team.here.write(".pre-commit-config.yaml", config);
    team.here.commit("runner");
    let said = look(&team);
    assert_eq!(said.is(1, "unhealthy").state(".pre-commit-config.yaml"), "note");
    assert!(said.help("pre-commit").starts_with("pre-commit install"), "{:#}", said.value);
    // What pre-commit puts there, as far as git is concerned.
    let stub = |name: &str, run: &str| {
        let body = format!(
            "# File generated by pre-commit: https://pre-commit.com\ntest -f .pre-commit-config.yaml || exit 1\n{run}"
        );
        executable(&hook(&team, name), &body);
    };
    let all =
        [("pre-commit", PRE_COMMIT), ("pre-merge-commit", PRE_COMMIT), ("commit-msg", MESSAGE), ("pre-push", PRE_PUSH)];
    for (name, program) in all {
        // As pre-commit does: the words of the runner, and those of the hook.
        stub(name, &format!("echo 'ackgate....Failed'; '{program}' \"$@\""));
    }
    let said = doctor(&team, &[], &[]);
    assert_eq!(said.is(0, "healthy").state(".pre-commit-config.yaml"), "ok");
    assert!(said.item("pre-push").1.contains("as .pre-commit-config.yaml says"));
    // It runs, and does not run ackgate.
    stub("pre-commit", "exit 0");
    assert_eq!(doctor(&team, &[], &[]).is(1, "unhealthy").all("problem"), ["pre-commit alone"]);
    team.here.write(".pre-commit-config.yaml", "repos:\n- repo: x\n  hooks:\n  - id: ackgate-pre-commit\n");
    let said = look(&team);
    assert_eq!(said.is(1, "unhealthy").all("problem"), ["commit-msg", "pre-push"]);
    assert!(said.item("pre-push").1.contains("does not name ackgate-pre-push"));
}

#[test]
fn husky_runs_what_is_here_not_what_was_committed() {
    let team = installed();
    let husky = |name: &str| team.here.root().join(".husky").join(name);
    for (name, program) in
        [("pre-commit", PRE_COMMIT), ("pre-merge-commit", PRE_COMMIT), ("commit-msg", MESSAGE), ("pre-push", PRE_PUSH)]
    {
        // As husky 9 does.
        let run = "n=$(basename \"$0\"); s=$(dirname \"$(dirname \"$0\")\")/$n; [ ! -f \"$s\" ] || sh -e \"$s\" \"$@\"";
        team.here.write(format!(".husky/_/{name}"), "");
        executable(&husky("_").join(name), run);
        team.here.write(format!(".husky/{name}"), format!(". \"${{0%/*}}/common\"\n'{program}' \"$@\"\n"));
    }
    for (name, text) in [("_/h", ""), ("_/.gitignore", "*"), ("common", ":\n")] {
        team.here.write(format!(".husky/{name}"), text);
    }
    team.here.git(&["config", "core.hooksPath", ".husky/_"]);
    // Nothing of it is committed yet.
    let said = doctor(&team, &[], &[]);
    assert!(said.is(0, "healthy").item("pre-push").1.contains("husky's pre-push runs"), "{:#}", said.value);
    team.here.git(&["add", "-A"]);
    team.here.git(&["commit", "-q", "--no-verify", "-m", "husky"]);
    team.here.write(".husky/common", "exit 0\n");
    let said = doctor(&team, &[], &[]);
    assert_eq!((said.is(1, "unhealthy").state("commit: adapter"), said.state("push: licence")), ("problem", "problem"));
    fs::remove_file(husky("pre-commit")).unwrap();
    let said = doctor(&team, &[], &[]);
    assert!(said.item("pre-commit").1.contains("has no pre-commit of its own"), "{:#}", said.value);
    assert_eq!(said.state("pre-commit alone"), "problem");
}

#[test]
fn variables_that_bypass() {
    let team = installed();
    for (name, value) in [
        ("SKIP", "flake8,ackgate-pre-commit"),
        ("PREK_SKIP", "ackgate-pre-push"),
        ("LEFTHOOK", "0"),
        ("LEFTHOOK_EXCLUDE", "ackgate"),
        ("HUSKY", "0"),
        ("HUSKY_SKIP_HOOKS", "1"),
        ("PRE_COMMIT_ALLOW_NO_CONFIG", "1"),
        ("GIT_CONFIG_PARAMETERS", "'core.hooksPath'='/dev/null'"),
    ] {
        let said = doctor(&team, &["--no-canaries"], &[(name, value)]);
        assert_eq!(said.is(1, "unhealthy").all("problem"), [name]);
    }
    let counted = [("GIT_CONFIG_COUNT", "1"), ("GIT_CONFIG_KEY_0", "core.hooksPath"), ("GIT_CONFIG_VALUE_0", "/x")];
    assert_eq!(doctor(&team, &["--no-canaries"], &counted).is(1, "unhealthy").all("problem"), ["GIT_CONFIG_KEY_0"]);
    for (name, value) in [("SKIP", "flake8"), ("LEFTHOOK", "1"), ("HUSKY", "2")] {
        doctor(&team, &["--no-canaries"], &[(name, value)]).is(0, "healthy");
    }
}

#[test]
fn policies_that_have_no_say() {
    let plain = Scratch::new();
    plain.write("a", "a\n");
    plain.commit("base");
    let at = |args: &[&str]| doctor_in(&plain, plain.root(), args, &[]);
    let said = at(&[]);
    assert_eq!((said.is(1, "unhealthy").state("policy"), &said.value["next"]), ("problem", &"verify-gate init".into()));
    plain.write("ackgate.toml", POLICY);
    assert!(at(&[]).help("policy").starts_with("git add ackgate.toml"));
    plain.write("ackgate.toml", "version = 2\n");
    assert!(at(&[]).item("ackgate.toml").1.starts_with("AG902"));
    plain.commit("invalid");
    let said = at(&[]);
    assert!(said.is(1, "unhealthy").item("policy").1.contains("is invalid"), "{:#}", said.value);

    let team = installed();
    team.here.write("ackgate.toml", POLICY);
    team.here.write("projects/ccc/ackgate.toml", POLICY);
    team.here.write("tests/fixtures/ackgate.toml", POLICY);
    team.here.commit("adopt");
    let said = look(&team);
    assert_eq!(said.is(1, "unhealthy").all("problem"), ["projects/ccc/ackgate.toml"]);
    assert_eq!(said.state("tests/fixtures/ackgate.toml"), "note");
    assert!(said.help("projects/ccc/ackgate.toml").contains("`projects/ccc`"));
}

#[test]
fn logs_that_are_missing_twice_there_or_behind() {
    let team = installed();
    team.here.write("copy/ccc_agent_chat.md", "# Log\n");
    team.here.commit("copy");
    let said = look(&team);
    assert_eq!(said.is(1, "unhealthy").all("problem"), ["copy/ccc_agent_chat.md"]);
    team.here.write("ackgate.toml", format!("{POLICY}[rules]\nlog-duplicated = \"off\"\n"));
    team.here.commit("adopt");
    look(&team).is(0, "healthy");
    team.here.git(&["rm", "-q", LOG]);
    team.here.commit("gone");
    let said = look(&team);
    assert!(said.is(1, "unhealthy").item("log").1.starts_with("AG201"));

    // In another repository, which is behind its remote.
    let ccc = Scratch::new();
    let policy = POLICY
        .replace("party = \"AgentOS\"", "party = \"CCC\"")
        .replace("owner = \"AgentOS\"\n", "owner = \"AgentOS\"\nrepo = \"../AgentOS\"\n");
    ccc.write("ackgate.toml", policy.replace("agentos/integrations/**", "cmd/**"));
    ccc.write("cmd/x.go", "x\n");
    ccc.commit("base");
    let verify = |args: &[&str]| ccc.command(ccc.root(), VERIFY).args(args).output().unwrap();
    assert!(verify(&["install"]).status.success());
    let said = doctor_in(&ccc, ccc.root(), &["--no-canaries"], &[]);
    assert!(said.is(1, "unhealthy").item("log").1.contains("no log repository at"), "{:#}", said.value);
    let agentos = ccc.beside("AgentOS");
    let log = agentos.join(LOG);
    fs::create_dir_all(log.parent().unwrap()).unwrap();
    ccc.git_in(&agentos, &["init", "-q", "-b", "main"]);
    let say = |text: &str| {
        fs::write(&log, text).unwrap();
        ccc.git_in(&agentos, &["add", "-A"]);
        ccc.git_in(&agentos, &["commit", "-qm", "log"]);
    };
    say("# Log\n");
    let said = doctor_in(&ccc, ccc.root(), &[], &[]);
    assert!(said.is(0, "healthy").item("commit: adapter").1.starts_with("refused with AG101"), "{:#}", said.value);
    say("# Log\n\n## CCC (note)\n\nHello.\n");
    ccc.git_in(&agentos, &["update-ref", "refs/remotes/origin/main", "HEAD"]);
    ccc.git_in(&agentos, &["reset", "-q", "--hard", "HEAD~1"]);
    let said = doctor_in(&ccc, ccc.root(), &["--no-canaries"], &[]);
    let stale = said.value["checks"].as_array().unwrap().iter().find(|item| item["check"] == "log-stale").unwrap();
    assert!(said.status == Some(1) && stale["message"].as_str().unwrap().starts_with("AG206"), "{stale}");
}

#[test]
fn merge_driver_and_agents() {
    let team = installed();
    assert_eq!(look(&team).is(0, "healthy").state("merge driver"), "note", "no attribute names it");
    team.here.write(".gitattributes", format!("/{LOG} merge=ackgate-log\n"));
    assert!(look(&team).is(0, "healthy").item("merge driver").1.contains(VERIFY));
    team.here.git(&[
        "config",
        "merge.ackgate-log.driver",
        "'/nowhere/verify-gate' merge-log %O %A %B --marker-size=%L --path=%P",
    ]);
    assert!(look(&team).is(1, "unhealthy").item("merge driver").1.contains("/nowhere/verify-gate is not there"));
    team.here.git(&["config", "--unset-all", "merge.ackgate-log.driver"]);
    assert_eq!(look(&team).is(1, "unhealthy").all("problem"), ["merge driver"]);
    team.verify(&["install"]);

    team.here.write(".cursor/hooks.json", "{}\n");
    assert_eq!(look(&team).state("Cursor"), "note");
    team.verify(&["install", "--agent", "claude"]);
    assert_eq!(look(&team).is(0, "healthy").state("Claude Code"), "ok");
    let file = team.here.root().join(".claude/settings.json");
    let settings =
        fs::read_to_string(&file).unwrap().replace(Path::new(VERIFY).parent().unwrap().to_str().unwrap(), "/nowhere");
    fs::write(&file, settings).unwrap();
    assert_eq!(look(&team).is(1, "unhealthy").all("problem"), ["Claude Code"]);
}

#[test]
fn a_server() {
    let team = Team::bare_of_hooks();
    team.say("## CCC (note)\n\nHello.");
    let origin = team.origin();
    let at = |args: &[&str]| doctor_in(&team.here, &origin, args, &[]);
    let said = at(&[]);
    assert_eq!(said.is(1, "unhealthy").state("pre-receive"), "problem");
    assert_eq!((said.state("push: adapter"), said.state("push: harmless")), ("problem", "ok"));
    let before = (snapshot(&origin), team.receives(true)).0;
    let said = at(&[]);
    said.is(0, "healthy");
    for subject in ["push: adapter", "push: rewritten log", "push: own ACK", "new branch: licence"] {
        assert!(said.item(subject).1.starts_with("refused with AG"), "{subject}");
    }
    team.receives(false);
    assert!(snapshot(&origin) == before, "something was touched");
    let empty = Scratch::bare();
    doctor_in(&empty, empty.root(), &[], &[]).is(1, "unhealthy");
}

#[test]
fn an_open_gate_and_repositories_of_every_kind() {
    // What a gate covers now is no violation: another path is found, or it is said.
    let team = installed();
    team.gate("r4", "`agentos/integrations/`, `agentos/licensing/`");
    team.ack();
    let said = doctor(&team, &[], &[]);
    said.is(0, "healthy");
    assert_eq!(said.item("canaries"), ("note", "licence: an open gate covers all that was tried"));
    assert!(said.item("commit: adapter").1.contains("a new file agentos/tools/backfill_ccp.py"));
    assert!(said.item("commit: schema").1.starts_with("refused with AG104"));
    // A linked work tree, on no branch.
    let linked = team.here.beside("linked");
    team.here.git(&["worktree", "add", "-q", "--detach", linked.to_str().unwrap()]);
    doctor_in(&team.here, &linked, &[], &[]).is(0, "healthy");
    // A shallow clone, and one with another hash.
    let shallow = team.here.beside("shallow");
    let source = format!("file://{}", team.here.root().display());
    team.here.git(&["clone", "-q", "--depth=1", &source, shallow.to_str().unwrap()]);
    team.here.command(&shallow, VERIFY).arg("install").output().unwrap();
    let said = doctor_in(&team.here, &shallow, &[], &[]);
    assert_eq!(said.all("problem"), [] as [&str; 0], "{:#}", said.value);
    let other = Scratch::with(&["init", "-q", "-b", "main", "--object-format=sha256"]);
    let said = doctor_in(&other, other.root(), &[], &[]);
    assert_eq!(said.is(1, "unhealthy").state("policy"), "problem", "nothing is committed yet");
    other.write(LOG, "# Log\n");
    other.write(ADAPTER, "one\n");
    other.commit("base");
    other.command(other.root(), VERIFY).arg("install").output().unwrap();
    doctor_in(&other, other.root(), &[], &[]).is(0, "healthy");
}

#[test]
fn a_partial_clone_that_has_some_files_alone() {
    let team = installed();
    team.here.write("large/file", "large\n");
    team.here.commit("large");
    team.here.git(&["config", "uploadpack.allowFilter", "true"]);
    let partial = team.here.beside("partial");
    let source = format!("file://{}", team.here.root().display());
    team.here.git(&["clone", "-q", "--filter=blob:none", "--sparse", &source, partial.to_str().unwrap()]);
    team.here.git_in(&partial, &["sparse-checkout", "set", "docs", "agentos/schemas"]);
    team.here.command(&partial, VERIFY).arg("install").output().unwrap();
    let said = doctor_in(&team.here, &partial, &[], &[]);
    for subject in ["commit: schema", "commit: adapter", "push: licence"] {
        assert!(said.is(0, "healthy").item(subject).1.starts_with("refused with AG101"), "{:#}", said.value);
    }
    assert!(team.here.git_in(&partial, &["rev-list", "--objects", "--all", "--missing=print"]).contains("\n?"));
}

#[test]
fn no_repository_is_an_error() {
    let here = Scratch::new();
    fs::create_dir(here.beside("nothing")).unwrap();
    let output = run_in(&here, &here.beside("nothing"), &[], &[]);
    assert_eq!(output.status.code(), Some(2));
}
