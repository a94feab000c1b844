//! `install --runner` in real repositories.

use std::fs;
use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};

use ackgate::runner::Runner;
use ackgate::shell::install::{install_runner, uninstall_runner};

use crate::support::Scratch;

const BOTH: &str = "installed merge driver ackgate-log\nnext: lefthook install\nthen: commit these files, and see that it holds: verify-gate doctor\n";

/// The folder of the programs under test.
fn binaries() -> PathBuf {
    Path::new(env!("CARGO_BIN_EXE_verify-gate")).parent().unwrap().to_owned()
}

fn run(put: bool, repository: &Path, runner: Runner) -> Result<String, String> {
    let mut out = Vec::new();
    let done = match put {
        true => install_runner(repository, &binaries(), runner, &mut out),
        false => uninstall_runner(repository, runner, &mut out),
    };
    let said = String::from_utf8(out).unwrap();
    // Whether the programs are on PATH is the machine's.
    let lines = said.lines().filter(|line| !line.starts_with("note: ")).map(|line| format!("{line}\n"));
    done.map(|()| lines.collect()).map_err(|error| format!("{error}; {}", error.hints().join("; ")))
}

#[test]
fn the_file_that_is_there_gets_them_once_and_loses_them_again() {
    let scratch = Scratch::new();
    let old = "# ours\npre-commit:\n  jobs:\n    - run: lint\n";
    scratch.write(".lefthook.yml", old);
    let path = scratch.root().join(".lefthook.yml");
    assert_eq!(run(true, scratch.root(), Runner::Lefthook).unwrap(), format!("updated .lefthook.yml\n{BOTH}"));
    let new = fs::read_to_string(&path).unwrap();
    assert_eq!(
        run(true, scratch.root(), Runner::Lefthook).unwrap(),
        format!("unchanged .lefthook.yml\n{}", BOTH.replace("installed merge", "unchanged merge"))
    );
    assert_eq!(fs::read_to_string(&path).unwrap(), new);
    assert_eq!(run(false, scratch.root(), Runner::Lefthook).unwrap(), "updated .lefthook.yml\n");
    assert_eq!(fs::read_to_string(&path).unwrap(), old);
}

#[test]
fn files_that_are_ackgates_alone_come_and_go() {
    let scratch = Scratch::new();
    let said = run(true, scratch.root(), Runner::Husky).unwrap();
    assert!(said.starts_with("installed .husky/pre-commit\ninstalled .husky/pre-merge-commit\n"), "{said}");
    run(false, scratch.root(), Runner::Husky).unwrap();
    assert_eq!(fs::read_dir(scratch.root().join(".husky")).unwrap().count(), 0);
}

#[test]
fn where_one_file_cannot_be_changed_none_is() {
    let scratch = Scratch::new();
    scratch.write(".husky/pre-push", "exec git lfs pre-push\n");
    scratch.write(".husky/commit-msg", "exit 0\n");
    let error = run(true, scratch.root(), Runner::Husky).unwrap_err();
    assert!(error.starts_with(".husky/commit-msg:1: ") && error.contains("docs/clients/husky.md"), "{error}");
    assert!(!scratch.root().join(".husky/pre-commit").exists());
    assert_eq!(fs::read_to_string(scratch.root().join(".husky/pre-push")).unwrap(), "exec git lfs pre-push\n");
}

#[test]
fn what_lies_elsewhere_or_is_no_text_stays() {
    let scratch = Scratch::new();
    scratch.write("kept.yaml", "repos: []\n");
    symlink("kept.yaml", scratch.root().join(".pre-commit-config.yaml")).unwrap();
    let error = run(true, scratch.root(), Runner::PreCommit).unwrap_err();
    assert!(error.contains("is a link"), "{error}");
    assert_eq!(fs::read_to_string(scratch.root().join("kept.yaml")).unwrap(), "repos: []\n");

    scratch.write("lefthook.yml", b"pre-commit: \xff\n");
    let error = run(true, scratch.root(), Runner::Lefthook).unwrap_err();
    assert!(error.contains("is not UTF-8"), "{error}");
}
