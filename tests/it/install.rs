//! `install` and `uninstall` in real repositories, with recording programs in the place of ackgate's binaries.

#![expect(clippy::disallowed_methods, reason = "these tests work on real files and run real git")]
#![expect(clippy::unwrap_used, reason = "a test that cannot prepare its case has failed")]

use std::ffi::{OsStr, OsString};
use std::fs;
use std::io::Write;
use std::os::unix::ffi::OsStringExt;
use std::os::unix::fs::{PermissionsExt, symlink};
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

const MARKER: &str = "# installed by ackgate (verify-gate install); remove with: verify-gate uninstall";

/// Writes what it was given to `$RECORD`: its label, its arguments, its standard input; then ends as it is told to.
fn recorder(label: &str) -> String {
    format!(
        "#!/bin/sh\n{{ printf '{label}'; for a; do printf ' [%s]' \"$a\"; done; printf '\\n'; cat; }} >>\"$RECORD\"\n\
         exit \"${{EXIT_{label}:-0}}\"\n"
    )
}

/// A repository with its own home, configuration, `PATH` and binaries.
struct Scratch {
    temp: tempfile::TempDir,
    repo: PathBuf,
    bin: PathBuf,
    env: Vec<(OsString, OsString)>,
}

impl Scratch {
    fn new() -> Self {
        Self::with_bin("bin")
    }

    fn with_bin(bin: impl AsRef<Path>) -> Self {
        let temp = tempfile::tempdir().unwrap();
        // Git names real paths; on some systems the temporary folder is a link.
        let root = temp.path().canonicalize().unwrap();
        let (repo, bin) = (root.join("repo"), root.join(bin));
        fs::create_dir(&bin).unwrap();
        let mut scratch = Scratch { temp, repo, bin, env: Vec::new() };
        let date = "2025-01-02T03:04:05Z";
        for (name, value) in [
            ("PATH", path_without_ackgate()),
            ("HOME", root.clone().into()),
            ("RECORD", root.join("record").into()),
            ("GIT_CONFIG_NOSYSTEM", "1".into()),
            ("GIT_CONFIG_GLOBAL", root.join("gitconfig").into()),
            ("GIT_AUTHOR_DATE", date.into()),
            ("GIT_COMMITTER_DATE", date.into()),
        ] {
            scratch.set(name, value);
        }
        scratch.program("ackgate-pre-commit", "commit");
        scratch.program("ackgate-pre-push", "push");
        executable(&scratch.bin.join("ackgate-commit-msg"), b"#!/bin/sh\ntest -f \"$1\"\n");
        scratch.program("verify-gate", "merge");
        fs::write(root.join("gitconfig"), "[user]\nname = A\nemail = a@example.org\n[init]\ndefaultBranch = main\n")
            .unwrap();
        scratch.ok(&root, &["init", "-q", "repo"]);
        scratch
    }

    fn root(&self) -> PathBuf {
        self.temp.path().canonicalize().unwrap()
    }

    fn set(&mut self, name: &str, value: impl Into<OsString>) {
        self.env.retain(|(known, _)| known != name);
        self.env.push((name.into(), value.into()));
    }

    fn program(&self, name: &str, label: &str) {
        executable(&self.bin.join(name), recorder(label).as_bytes());
    }

    fn command(&self, program: impl AsRef<OsStr>, dir: &Path) -> Command {
        let mut command = Command::new(program);
        command.env_clear().envs(self.env.iter().cloned()).current_dir(dir).stdin(Stdio::null());
        command
    }

    fn git(&self, dir: &Path, arguments: &[&str]) -> Output {
        self.command("git", dir).args(arguments).output().unwrap()
    }

    fn ok(&self, dir: &Path, arguments: &[&str]) -> String {
        let output = self.git(dir, arguments);
        assert!(output.status.success(), "git {arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
        String::from_utf8(output.stdout).unwrap()
    }

    fn commit(&self, dir: &Path) -> Output {
        self.git(dir, &["commit", "-q", "--allow-empty", "-m", "work"])
    }

    /// What the hooks have recorded since this was last asked.
    fn recorded(&self) -> String {
        let record = self.root().join("record");
        let text = fs::read_to_string(&record).unwrap_or_default();
        let _ = fs::remove_file(record);
        text
    }

    fn hook(&self, name: &str) -> PathBuf {
        self.repo.join(".git/hooks").join(name)
    }

    fn try_run(&self, what: &str, dir: &Path) -> Result<String, String> {
        run_child(self.command(std::env::current_exe().unwrap(), dir), what, &self.bin, &self.root())
    }

    fn install(&self) -> String {
        self.try_run("install", &self.repo).unwrap()
    }

    fn uninstall(&self) -> String {
        self.try_run("uninstall", &self.repo).unwrap()
    }
}

/// The library reads the environment of its process: so it is called in one of its own, this binary again.
fn run_child(mut command: Command, what: &str, bin: &Path, root: &Path) -> Result<String, String> {
    let answer = root.join("answer");
    let _ = fs::remove_file(&answer);
    command.args(["install::in_a_process_of_its_own", "--exact"]);
    command.env("ACKGATE_TEST_DO", what).env("ACKGATE_TEST_BIN", bin).env("ACKGATE_TEST_ANSWER", &answer);
    let output = command.output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stdout));
    let text = fs::read_to_string(answer).unwrap();
    match text.strip_prefix("error: ") {
        Some(error) => Err(error.to_owned()),
        None => Ok(text),
    }
}

#[test]
fn in_a_process_of_its_own() {
    let variable = std::env::var_os;
    let (Some(what), Some(bin), Some(answer)) =
        (variable("ACKGATE_TEST_DO"), variable("ACKGATE_TEST_BIN"), variable("ACKGATE_TEST_ANSWER"))
    else {
        return;
    };
    let mut out = Vec::new();
    let done = match what.to_str() {
        Some("install") => ackgate::shell::install::install(Path::new("."), Path::new(&bin), &mut out),
        _ => ackgate::shell::install::uninstall(Path::new("."), &mut out),
    };
    if let Err(error) = done {
        out = format!("error: {error}\n{}", error.hints().join("\n")).into_bytes();
    }
    fs::write(answer, out).unwrap();
}

fn path_without_ackgate() -> OsString {
    let path = std::env::var_os("PATH").unwrap();
    let has = |folder: &Path| folder.join("ackgate-pre-commit").exists() || folder.join("ackgate-pre-push").exists();
    std::env::join_paths(std::env::split_paths(&path).filter(|folder| !has(folder))).unwrap()
}

fn executable(path: &Path, content: &[u8]) {
    fs::write(path, content).unwrap();
    fs::set_permissions(path, fs::Permissions::from_mode(0o755)).unwrap();
}

/// Every name in a folder with its mode, target or content, and the time of its last change.
fn snapshot(folder: &Path) -> Vec<(OsString, u32, Vec<u8>, std::time::SystemTime)> {
    let mut all: Vec<_> = fs::read_dir(folder)
        .unwrap()
        .map(|entry| {
            let path = entry.unwrap().path();
            let metadata = fs::symlink_metadata(&path).unwrap();
            let content = match fs::read_link(&path) {
                Ok(target) => target.into_os_string().into_vec(),
                Err(_) => fs::read(&path).unwrap(),
            };
            let name = path.file_name().unwrap().to_owned();
            (name, metadata.permissions().mode(), content, metadata.modified().unwrap())
        })
        .collect();
    all.sort();
    all
}

fn mode(path: &Path) -> u32 {
    fs::metadata(path).unwrap().permissions().mode() & 0o7777
}

fn stderr(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

#[test]
fn ackgate_decides_over_commit_merge_and_push() {
    let mut scratch = Scratch::new();
    let told = "installed pre-commit\ninstalled pre-merge-commit\ninstalled commit-msg\ninstalled pre-push\n\
                installed merge driver ackgate-log\n";
    assert_eq!(scratch.install(), told);
    for hook in ["pre-commit", "pre-merge-commit", "commit-msg", "pre-push"] {
        assert_eq!(mode(&scratch.hook(hook)), 0o755);
        assert_eq!(fs::read_to_string(scratch.hook(hook)).unwrap().lines().nth(1), Some(MARKER));
    }
    assert!(scratch.commit(&scratch.repo).status.success());
    assert_eq!(scratch.recorded(), "commit\n");

    scratch.ok(&scratch.repo, &["switch", "-q", "-c", "side", "main"]);
    assert!(scratch.commit(&scratch.repo).status.success());
    scratch.ok(&scratch.repo, &["switch", "-q", "main"]);
    scratch.recorded();
    scratch.ok(&scratch.repo, &["merge", "-q", "--no-ff", "--no-edit", "side"]);
    assert_eq!(scratch.recorded(), "commit\n", "a clean merge asks too");

    scratch.set("EXIT_commit", "1");
    assert!(!scratch.commit(&scratch.repo).status.success());
    scratch.ok(&scratch.root(), &["init", "-q", "--bare", "there.git"]);
    scratch.set("EXIT_push", "1");
    assert!(!scratch.git(&scratch.repo, &["push", "../there.git", "main"]).status.success());
    scratch.set("EXIT_push", "0");
    scratch.ok(&scratch.repo, &["push", "-q", "../there.git", "main"]);
}

#[test]
fn a_commit_hook_that_was_there_runs_first_and_has_its_say() {
    let mut scratch = Scratch::new();
    let theirs = format!("#!/bin/sh\necho staged >new && git add new\n{}", recorder("theirs"));
    executable(&scratch.hook("pre-commit"), theirs.as_bytes());
    // What ackgate sees must be what theirs left in the index.
    let sees = "#!/bin/sh\ngit diff --cached --name-only >>\"$RECORD\"\n";
    executable(&scratch.bin.join("ackgate-pre-commit"), sees.as_bytes());
    assert!(scratch.install().starts_with("installed pre-commit (chains the hook that was there)\n"));
    assert!(scratch.commit(&scratch.repo).status.success());
    assert_eq!(scratch.recorded(), "theirs\nnew\n");

    let called =
        scratch.command(scratch.hook("pre-commit"), &scratch.repo).args(["one two", "", "*"]).output().unwrap();
    assert!(called.status.success());
    assert!(scratch.recorded().starts_with("theirs [one two] [] [*]\n"));

    scratch.uninstall();
    // Theirs may rewrite the message; what ackgate puts into it comes after that.
    executable(&scratch.hook("commit-msg"), b"#!/bin/sh\necho theirs >>\"$1\"\n");
    executable(&scratch.bin.join("ackgate-commit-msg"), b"#!/bin/sh\necho ackgate >>\"$1\"\n");
    scratch.install();
    assert!(scratch.commit(&scratch.repo).status.success());
    assert!(scratch.ok(&scratch.repo, &["log", "-1", "--format=%B"]).trim_end().ends_with("theirs\nackgate"));
    scratch.recorded();

    scratch.set("EXIT_theirs", "7");
    let called = scratch.command(scratch.hook("pre-commit"), &scratch.repo).status().unwrap();
    assert_eq!(called.code(), Some(7), "its status is passed on");
    assert!(!scratch.recorded().contains("new"), "ackgate has nothing to judge then");
}

#[test]
fn a_chained_hook_that_cannot_run_or_is_killed_refuses() {
    for theirs in ["#!/no/such/interpreter\n", "#!/bin/sh\nkill -9 $$\n"] {
        let scratch = Scratch::new();
        executable(&scratch.hook("pre-commit"), theirs.as_bytes());
        executable(&scratch.hook("pre-push"), theirs.as_bytes());
        scratch.install();
        assert!(!scratch.commit(&scratch.repo).status.success(), "{theirs}");
        let mut push = scratch.command(scratch.hook("pre-push"), &scratch.repo);
        assert!(!push.args(["origin", "url"]).status().unwrap().success(), "{theirs}");
    }
}

#[test]
fn both_push_hooks_get_every_line_and_argument() {
    let mut scratch = Scratch::new();
    executable(&scratch.hook("pre-push"), recorder("theirs").as_bytes());
    scratch.install();
    let feed = |scratch: &Scratch, input: &str| {
        let mut hook = scratch.command(scratch.hook("pre-push"), &scratch.repo);
        let mut child = hook.args(["my remote", "u'r\"l"]).stdin(Stdio::piped()).spawn().unwrap();
        child.stdin.take().unwrap().write_all(input.as_bytes()).unwrap();
        (child.wait().unwrap().code(), scratch.recorded())
    };
    let long: String = (0..20_000).map(|n| format!("refs/heads/{n} 0 $(x) `y` \\\n")).collect();
    for input in ["", "a b c d\n", "a b c d\n(delete) $HOME 'x' \"\\n\n", "\n\n\n", &long] {
        let expected = format!("push [my remote] [u'r\"l]\n{input}theirs [my remote] [u'r\"l]\n{input}");
        let (status, recorded) = feed(&scratch, input);
        assert!(status == Some(0) && recorded == expected, "{:.100}", recorded);
    }
    scratch.set("EXIT_theirs", "9");
    assert_eq!(feed(&scratch, "a\n").0, Some(9));
    scratch.set("EXIT_push", "1");
    let (status, recorded) = feed(&scratch, "a\n");
    assert_eq!(status, Some(1));
    assert!(!recorded.contains("theirs"), "what is refused is not uploaded by the other hook either");
}

#[test]
fn input_that_cannot_be_read_is_no_empty_push() {
    let mut scratch = Scratch::new();
    executable(&scratch.hook("pre-push"), b"#!/bin/sh\n");
    scratch.install();
    scratch.set("PATH", "/nonexistent");
    let output = scratch.command(scratch.hook("pre-push"), &scratch.repo).output().unwrap();
    assert!(!output.status.success() && stderr(&output).contains("cannot read"), "{}", stderr(&output));
}

#[test]
fn without_its_binary_a_hook_looks_on_the_path_and_else_refuses() {
    let mut scratch = Scratch::new();
    scratch.install();
    let elsewhere = scratch.root().join("elsewhere");
    fs::rename(&scratch.bin, &elsewhere).unwrap();
    let output = scratch.commit(&scratch.repo);
    assert!(!output.status.success());
    for said in [
        "ackgate-pre-commit",
        "bin/ackgate-pre-commit",
        "cargo install",
        "verify-gate install",
        ".git/hooks/pre-commit",
    ] {
        assert!(stderr(&output).contains(said), "{said} in {}", stderr(&output));
    }
    let output = scratch.command(scratch.hook("pre-push"), &scratch.repo).output().unwrap();
    assert!(!output.status.success());

    let path = [elsewhere.into_os_string(), path_without_ackgate()].join(OsStr::new(":"));
    scratch.set("PATH", path);
    assert!(scratch.commit(&scratch.repo).status.success());
    assert_eq!(scratch.recorded(), "commit\n");
}

#[test]
fn a_missing_binary_stops_install_before_anything_changes() {
    let scratch = Scratch::new();
    fs::remove_file(scratch.bin.join("ackgate-pre-push")).unwrap();
    let before = snapshot(&scratch.hook(""));
    let error = scratch.try_run("install", &scratch.repo).unwrap_err();
    assert!(error.contains("ackgate-pre-push") && error.contains("cargo build --release --bins"), "{error}");
    assert_eq!(snapshot(&scratch.hook("")), before);
}

#[test]
fn binaries_may_lie_in_a_folder_of_any_name() {
    let scratch = Scratch::with_bin(OsString::from_vec(b"it's \"$HOME\" `x`\n@HOOK@ \\ \xff".to_vec()));
    scratch.install();
    assert!(scratch.commit(&scratch.repo).status.success());
    assert_eq!(scratch.recorded(), "commit\n");
}

#[test]
fn installing_twice_changes_nothing_and_uninstalling_restores_everything() {
    let scratch = Scratch::new();
    executable(&scratch.hook("pre-commit"), &(0..=255).chain([0, 255, 10, 10]).collect::<Vec<u8>>());
    fs::set_permissions(scratch.hook("pre-commit"), fs::Permissions::from_mode(0o4751)).unwrap();
    fs::create_dir(scratch.repo.join("tools")).unwrap();
    executable(&scratch.repo.join("tools/push"), recorder("theirs").as_bytes());
    symlink("../../tools/push", scratch.hook("pre-push")).unwrap();
    fs::write(scratch.hook("pre-merge-commit"), "not executable").unwrap();
    let before = snapshot(&scratch.hook(""));

    scratch.install();
    let installed = snapshot(&scratch.hook(""));
    let told = "unchanged pre-commit\nunchanged pre-merge-commit\nunchanged commit-msg\nunchanged pre-push\n\
                unchanged merge driver ackgate-log\n";
    assert_eq!(scratch.install(), told);
    assert_eq!(snapshot(&scratch.hook("")), installed);

    scratch.uninstall();
    assert_eq!(snapshot(&scratch.hook("")), before);
    let said = scratch.uninstall();
    assert_eq!(said.lines().next(), Some("left pre-commit, which is not ackgate's"));
    assert!(fs::symlink_metadata(scratch.hook("pre-push")).unwrap().is_symlink());

    let scratch = Scratch::new();
    scratch.install();
    let told = "removed pre-commit\nremoved pre-merge-commit\nremoved commit-msg\nremoved pre-push\n\
                removed merge driver ackgate-log\n";
    assert_eq!(scratch.uninstall(), told);
    assert_eq!(
        scratch.uninstall(),
        "nothing to do for pre-commit\nnothing to do for pre-merge-commit\nnothing to do for commit-msg\nnothing to do for pre-push\n\
         nothing to do for merge driver ackgate-log\n"
    );
}

#[test]
fn a_linked_hook_goes_on_being_run() {
    let scratch = Scratch::new();
    executable(&scratch.root().join("shared-hook"), recorder("theirs").as_bytes());
    symlink("../../../shared-hook", scratch.hook("pre-commit")).unwrap();
    symlink("pre-commit", scratch.hook("pre-merge-commit")).unwrap();
    scratch.install();
    assert!(scratch.commit(&scratch.repo).status.success());
    assert_eq!(scratch.recorded(), "theirs\ncommit\n");
    let merge = scratch.command(scratch.hook("pre-merge-commit"), &scratch.repo).status().unwrap();
    assert!(merge.success());
    assert_eq!(scratch.recorded(), "theirs\ncommit\ncommit\n", "the link leads to ackgate's pre-commit");
    scratch.uninstall();
    assert_eq!(fs::read_link(scratch.hook("pre-merge-commit")).unwrap(), Path::new("pre-commit"));
}

#[test]
fn a_chained_link_that_comes_to_lead_to_ackgate_does_not_run_itself() {
    let scratch = Scratch::new();
    executable(&scratch.root().join("shared-hook"), recorder("theirs").as_bytes());
    symlink("../../../shared-hook", scratch.hook("pre-commit")).unwrap();
    scratch.install();
    fs::copy(scratch.hook("pre-commit"), scratch.root().join("shared-hook")).unwrap();
    assert!(scratch.commit(&scratch.repo).status.success());
    assert_eq!(scratch.recorded(), "commit\ncommit\n");

    let scratch = Scratch::new();
    scratch.install();
    fs::rename(scratch.hook("pre-commit"), scratch.root().join("shared-hook")).unwrap();
    symlink("../../../shared-hook", scratch.hook("pre-commit")).unwrap();
    assert!(scratch.install().starts_with("unchanged pre-commit (a link to a hook of ackgate's)\n"));
}

#[test]
fn a_hook_that_is_not_executable_stays_off() {
    let scratch = Scratch::new();
    fs::write(scratch.hook("pre-commit"), recorder("theirs")).unwrap();
    fs::set_permissions(scratch.hook("pre-commit"), fs::Permissions::from_mode(0o644)).unwrap();
    symlink("nowhere", scratch.hook("pre-push")).unwrap();
    assert!(
        scratch.install().contains("installed pre-commit (the hook that was there stays off: it is not executable)")
    );
    assert!(scratch.commit(&scratch.repo).status.success());
    assert_eq!(scratch.recorded(), "commit\n");
    scratch.uninstall();
    assert_eq!(mode(&scratch.hook("pre-commit")), 0o644);
    assert_eq!(fs::read_link(scratch.hook("pre-push")).unwrap(), Path::new("nowhere"));
}

#[test]
fn an_older_script_of_ackgates_is_replaced_and_not_chained() {
    let scratch = Scratch::new();
    executable(&scratch.hook("pre-commit"), format!("#!/bin/sh\n{MARKER}\nexit 3\n").as_bytes());
    assert!(scratch.install().starts_with("updated pre-commit\n"));
    assert!(!scratch.hook("pre-commit.ackgate-chained").exists());
    fs::set_permissions(scratch.hook("pre-push"), fs::Permissions::from_mode(0o644)).unwrap();
    assert!(scratch.install().contains("updated pre-push\n"));
    assert_eq!(mode(&scratch.hook("pre-push")), 0o755);
}

#[test]
fn a_hook_that_replaced_ackgates_is_not_lost() {
    let scratch = Scratch::new();
    executable(&scratch.hook("pre-commit"), recorder("first").as_bytes());
    scratch.install();
    executable(&scratch.hook("pre-commit"), recorder("second").as_bytes());
    let before = snapshot(&scratch.hook(""));
    let error = scratch.try_run("install", &scratch.repo).unwrap_err();
    assert!(error.contains("replaced") && error.contains("pre-commit.ackgate-chained"), "{error}");
    assert_eq!(snapshot(&scratch.hook("")), before);
    assert!(scratch.uninstall().starts_with("left pre-commit, which is not ackgate's, and pre-commit.ackgate-chained"));
    assert_eq!(fs::read_to_string(scratch.hook("pre-commit.ackgate-chained")).unwrap(), recorder("first"));

    fs::remove_file(scratch.hook("pre-commit")).unwrap();
    assert!(scratch.uninstall().starts_with("left pre-commit.ackgate-chained"));
    assert!(scratch.install().starts_with("installed pre-commit (chains pre-commit.ackgate-chained)\n"));
}

#[test]
fn an_install_that_was_cut_short_is_taken_up_again() {
    let scratch = Scratch::new();
    executable(&scratch.hook("pre-commit"), recorder("theirs").as_bytes());
    fs::hard_link(scratch.hook("pre-commit"), scratch.hook("pre-commit.ackgate-chained")).unwrap();
    fs::write(scratch.hook(".ackgate-tmp-pre-commit-1"), "#!/bin/s").unwrap();
    scratch.install();
    assert!(!scratch.hook(".ackgate-tmp-pre-commit-1").exists());
    assert!(scratch.commit(&scratch.repo).status.success());
    assert_eq!(scratch.recorded(), "theirs\ncommit\n");

    scratch.uninstall();
    fs::hard_link(scratch.hook("pre-commit"), scratch.hook("pre-commit.ackgate-chained")).unwrap();
    scratch.uninstall();
    assert_eq!(fs::read_to_string(scratch.hook("pre-commit")).unwrap(), recorder("theirs"));
    assert!(!scratch.hook("pre-commit.ackgate-chained").exists());
}

#[test]
fn pre_commit_may_come_before_or_after() {
    let runs_legacy = "#!/bin/sh\n# File generated by pre-commit: https://pre-commit.com\necho shim >>\"$RECORD\"\n\
                       ! [ -x \"$0.legacy\" ] || exec \"$0.legacy\"\n";
    let scratch = Scratch::new();
    executable(&scratch.hook("pre-commit"), recorder("theirs").as_bytes());
    scratch.install();
    fs::rename(scratch.hook("pre-commit"), scratch.hook("pre-commit.legacy")).unwrap();
    executable(&scratch.hook("pre-commit"), runs_legacy.as_bytes());
    assert!(scratch.install().starts_with("unchanged pre-commit (runs from pre-commit.legacy)\n"));
    assert!(scratch.commit(&scratch.repo).status.success());
    assert_eq!(scratch.recorded(), "shim\ntheirs\ncommit\n");
    scratch.uninstall();
    assert_eq!(fs::read_to_string(scratch.hook("pre-commit.legacy")).unwrap(), recorder("theirs"));
    assert!(!scratch.hook("pre-commit.ackgate-chained").exists());

    // pre-commit, ackgate, pre-commit again: each would run the other.
    let scratch = Scratch::new();
    executable(&scratch.hook("pre-commit"), runs_legacy.as_bytes());
    scratch.install();
    fs::rename(scratch.hook("pre-commit"), scratch.hook("pre-commit.legacy")).unwrap();
    executable(&scratch.hook("pre-commit"), runs_legacy.as_bytes());
    assert!(scratch.install().starts_with("installed pre-commit (chains pre-commit.ackgate-chained)\n"));
    assert!(!scratch.hook("pre-commit.legacy").exists());
}

#[test]
fn linked_worktrees_share_the_hooks_of_their_repository() {
    let scratch = Scratch::new();
    assert!(scratch.commit(&scratch.repo).status.success());
    scratch.ok(&scratch.repo, &["worktree", "add", "-q", "../linked"]);
    let linked = scratch.root().join("linked");
    executable(&scratch.hook("pre-commit"), recorder("theirs").as_bytes());
    scratch.try_run("install", &linked).unwrap();
    assert!(scratch.hook("pre-push").exists());
    for dir in [&linked, &scratch.repo] {
        assert!(scratch.commit(dir).status.success());
        assert_eq!(scratch.recorded(), "theirs\ncommit\n");
    }
    scratch.ok(&scratch.root(), &["clone", "-q", "--bare", "repo", "bare.git"]);
    let bare = scratch.root().join("bare.git");
    scratch.program("ackgate-pre-receive", "receive");
    scratch.try_run("install", &bare.join("refs")).unwrap();
    assert!(bare.join("hooks/pre-receive").exists() && !bare.join("hooks/pre-push").exists());
}

#[test]
fn a_hooks_path_of_the_repositorys_own_is_respected() {
    let scratch = Scratch::new();
    for name in ["my hooks", "it's \"so\""] {
        scratch.ok(&scratch.repo, &["config", "core.hooksPath", name]);
        let sub = scratch.repo.join("sub");
        fs::create_dir_all(&sub).unwrap();
        fs::create_dir(scratch.repo.join(name)).unwrap();
        executable(&scratch.repo.join(name).join("pre-commit"), recorder("theirs").as_bytes());
        scratch.try_run("install", &sub).unwrap();
        assert!(scratch.commit(&sub).status.success());
        assert_eq!(scratch.recorded(), "theirs\ncommit\n");
        assert_eq!(scratch.ok(&scratch.repo, &["config", "core.hooksPath"]).trim_end(), name);
        scratch.try_run("uninstall", &sub).unwrap();
        assert!(!scratch.repo.join(name).join("pre-push").exists());
    }
    assert!(!scratch.hook("pre-commit").exists());
    let outside = scratch.root().join("outside");
    scratch.ok(&scratch.repo, &["config", "core.hooksPath", outside.to_str().unwrap()]);
    assert!(scratch.install().contains("note: ") && outside.join("pre-push").exists());
}

#[test]
fn a_hooks_path_of_every_repository_or_of_nobody_is_refused() {
    let scratch = Scratch::new();
    let shared = scratch.root().join("shared");
    fs::create_dir(&shared).unwrap();
    scratch.ok(&scratch.repo, &["config", "--global", "core.hooksPath", shared.to_str().unwrap()]);
    let error = scratch.try_run("install", &scratch.repo).unwrap_err();
    assert!(error.contains("every repository") && error.contains("git config core.hooksPath"), "{error}");
    assert_eq!(fs::read_dir(&shared).unwrap().count(), 0);

    scratch.ok(&scratch.repo, &["config", "--global", "core.hooksPath", ".githooks"]);
    scratch.install();
    assert!(scratch.repo.join(".githooks/pre-commit").exists(), "a relative one is each repository's own");

    scratch.ok(&scratch.repo, &["config", "core.hooksPath", "/dev/null"]);
    let error = scratch.try_run("install", &scratch.repo).unwrap_err();
    assert!(error.contains("/dev/null, which is not a folder") && error.contains("core.hooksPath"), "{error}");

    let husky = scratch.repo.join(".husky/_");
    fs::create_dir_all(&husky).unwrap();
    fs::write(husky.join("h"), "").unwrap();
    scratch.ok(&scratch.repo, &["config", "core.hooksPath", ".husky/_"]);
    let error = scratch.try_run("install", &scratch.repo).unwrap_err();
    assert!(error.contains("verify-gate install --runner husky"), "{error}");
}

#[test]
fn the_environment_of_a_hook_and_the_umask_change_nothing() {
    let mut scratch = Scratch::new();
    scratch.ok(&scratch.root(), &["init", "-q", "other"]);
    fs::remove_dir_all(scratch.hook("")).unwrap();
    let other = scratch.root().join("other/.git");
    scratch.set("GIT_DIR", &other);
    scratch.set("GIT_CONFIG_PARAMETERS", "'core.hookspath'='/dev/null'");
    let mut masked = scratch.command("sh", &scratch.repo);
    masked.args(["-c", "umask 077; exec \"$0\" \"$@\""]).arg(std::env::current_exe().unwrap());
    run_child(masked, "install", &scratch.bin, &scratch.root()).unwrap();
    assert_eq!(mode(&scratch.hook("pre-commit")), 0o755);
    assert!(!other.join("hooks/pre-commit").exists());
}

#[test]
fn what_is_no_repository_or_no_file_is_an_error() {
    let scratch = Scratch::new();
    let error = scratch.try_run("install", &scratch.root()).unwrap_err();
    assert!(error.contains("not a git repository"), "{error}");
    let error = scratch.try_run("install", &scratch.repo.join(".git")).unwrap_err();
    assert!(error.contains("work tree"), "{error}");
    fs::create_dir(scratch.hook("pre-push")).unwrap();
    let error = scratch.try_run("install", &scratch.repo).unwrap_err();
    assert!(error.contains("is not a file"), "{error}");
    assert!(!scratch.hook("pre-commit").exists(), "found out before anything is changed");
}

#[test]
fn hooks_that_chaining_may_disturb_are_pointed_out() {
    let scratch = Scratch::new();
    executable(&scratch.hook("pre-commit"), b"#!/bin/sh\nrun \"$(basename \"$0\")\"\n");
    executable(&scratch.hook("pre-push"), b"#!/bin/sh\ntest $LEFTHOOK = 0\n");
    let said = scratch.install();
    assert!(said.contains("asks for its own file name") && said.contains("lefthook.yml"), "{said}");
}

#[test]
fn the_merge_driver_goes_into_the_repositorys_own_configuration() {
    let scratch = Scratch::with_bin(OsString::from("it's 100%A"));
    let config = |arguments: &[&str]| {
        let all = [&["config", "--local"], arguments].concat();
        String::from_utf8(scratch.git(&scratch.repo, &all).stdout).unwrap()
    };
    let before = fs::read_to_string(scratch.repo.join(".git/config")).unwrap();
    scratch.install();
    let driver = config(&["merge.ackgate-log.driver"]);
    assert!(driver.ends_with("100%%A/verify-gate' merge-log %O %A %B --marker-size=%L --path=%P\n"), "{driver}");
    assert_eq!(config(&["merge.ackgate-log.recursive"]), "binary\n");

    // It is what git runs.
    fs::write(scratch.repo.join(".gitattributes"), "log merge=ackgate-log\n").unwrap();
    for (branch, text) in [("main", "base\n"), ("side", "side\n"), ("main", "main\n")] {
        scratch.git(&scratch.repo, &["switch", "-q", "-c", branch]);
        scratch.git(&scratch.repo, &["switch", "-q", branch]);
        fs::write(scratch.repo.join("log"), text).unwrap();
        scratch.ok(&scratch.repo, &["add", "-A"]);
        scratch.ok(&scratch.repo, &["commit", "-q", "-m", "log"]);
    }
    scratch.recorded();
    scratch.ok(&scratch.repo, &["merge", "-q", "--no-edit", "side"]);
    let recorded = scratch.recorded();
    assert!(recorded.starts_with("merge [merge-log] [.merge_file_"), "{recorded}");
    assert!(recorded.contains(" [--marker-size=7] [--path=log]\n"), "{recorded}");

    // An older one is brought up to date, one that is not ackgate's is left.
    config(&["merge.ackgate-log.driver", "'/old/verify-gate' merge-log %O %A %B --marker-size=%L --path=%P"]);
    assert!(scratch.install().ends_with("updated merge driver ackgate-log\n"));
    assert_eq!(config(&["merge.ackgate-log.driver"]), driver);
    scratch.uninstall();
    assert_eq!(fs::read_to_string(scratch.repo.join(".git/config")).unwrap(), before, "byte for byte");
    config(&["merge.ackgate-log.driver", "mine %O %A %B"]);
    config(&["merge.ackgate-log.name", "mine"]);
    let theirs = fs::read_to_string(scratch.repo.join(".git/config")).unwrap();
    for told in [scratch.install(), scratch.uninstall()] {
        assert!(told.contains("left merge driver ackgate-log, which is not ackgate's"), "{told}");
    }
    assert_eq!(fs::read_to_string(scratch.repo.join(".git/config")).unwrap(), theirs);
}

#[test]
fn quiet_says_nothing() {
    let scratch = crate::support::Scratch::new();
    for args in [["install", "-q"], ["uninstall", "-q"]] {
        let output = scratch.command(scratch.root(), env!("CARGO_BIN_EXE_verify-gate")).args(args).output().unwrap();
        assert!(output.status.success() && output.stdout.is_empty() && output.stderr.is_empty(), "{output:?}");
    }
    assert!(!scratch.root().join(".git/hooks/pre-commit").exists());
}
