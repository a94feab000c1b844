//! `verify-gate bundle`: zips that other programs read, and what is wrong with them.

use std::fs;
use std::os::unix::fs::{PermissionsExt, symlink};
use std::path::{Path, PathBuf};
use std::process::Output;

use serde_json::Value;

use crate::boundary::{ADAPTER, LOG, Team, VERIFY, text};

/// A team whose slice r4 has its gate, and has touched what a slice can.
fn team() -> Team {
    let team = Team::bare_of_hooks();
    team.here.write("gone.py", "x\n");
    team.here.write("same.py", "x\n");
    team.here.write("sub/.keep", "");
    team.here.commit("more");
    team.gate("r4", "`agentos/integrations/`");
    team.ack();
    team.here.write(ADAPTER, "two\n");
    team.here.write("docs/größe ✓.md", "ä\n");
    team.here.write("tool.sh", "#!/bin/sh\n");
    fs::set_permissions(team.here.root().join("tool.sh"), fs::Permissions::from_mode(0o755)).unwrap();
    symlink("../../outside", team.here.root().join("docs/link")).unwrap();
    fs::remove_file(team.here.root().join("gone.py")).unwrap();
    let id = team.here.git(&["rev-parse", "HEAD"]);
    team.here.git(&["add", "-A"]);
    team.here.git(&["update-index", "--add", "--cacheinfo", &format!("160000,{id},module")]);
    team.here.commit_staged("work");
    fs::create_dir(team.here.root().join("module")).unwrap();
    // Not committed, and part of it all the same.
    team.here.write("tool.sh", "#!/bin/sh\nexit\n");
    team.here.write("untracked.py", "x\n");
    team.here.write(".gitignore", "ignored\n");
    team.here.write("ignored", "x\n");
    team
}

fn bundle(team: &Team, args: &[&str]) -> Output {
    team.here.command(team.here.root(), VERIFY).args(["bundle", "--slice", "r4"]).args(args).output().unwrap()
}

#[track_caller]
fn packed(team: &Team, args: &[&str]) -> Value {
    let output = bundle(team, &[&["--format", "json"], args].concat());
    assert_eq!(output.status.code(), Some(0), "{}", text(&output));
    serde_json::from_slice(&output.stdout).unwrap()
}

fn place(team: &Team) -> PathBuf {
    team.here.beside("Downloads/AgentOS_r4_bundle.zip")
}

fn paths(value: &Value) -> Vec<String> {
    value["files"].as_array().unwrap().iter().map(|file| file["path"].as_str().unwrap().to_owned()).collect()
}

/// What `--check` finds; empty if the bundle is whole.
fn check(team: &Team, args: &[&str]) -> String {
    let output = bundle(team, &[&["--check", "--format", "json"], args].concat());
    let value: Value = serde_json::from_slice(&output.stdout).unwrap_or_else(|_| panic!("{}", text(&output)));
    let found = value["diagnostics"].as_array().unwrap();
    assert_eq!(output.status.code(), Some(i32::from(!found.is_empty())), "{value}");
    assert!(found.iter().all(|one| one["code"] == "AG506"), "{value}");
    found.iter().map(|one| one["message"].as_str().unwrap()).collect::<Vec<_>>().join("\n")
}

#[test]
fn what_a_slice_touched_is_packed_and_nothing_else() {
    let team = team();
    assert!(check(&team, &[]).contains("no bundle"));
    let value = packed(&team, &[]);
    assert_eq!(paths(&value), [ADAPTER, "docs/größe ✓.md", LOG, "docs/link", "tool.sh"]);
    assert_eq!(value["deleted"], serde_json::json!(["gone.py"]));
    assert_eq!(value["submodules"][0]["path"], "module");
    assert_eq!(value["output"], place(&team).to_str().unwrap());
    assert_eq!(check(&team, &[]), "");
    let first = fs::read(place(&team)).unwrap();
    packed(&team, &["--output", team.here.beside("second.zip").to_str().unwrap()]);
    assert_eq!(fs::read(team.here.beside("second.zip")).unwrap(), first, "the same slice has the same bundle");
    // The same once it is committed.
    team.here.git(&["commit", "-q", "-a", "-m", "rest"]);
    packed(&team, &[]);
    assert_eq!(fs::read(place(&team)).unwrap(), first);
    assert_eq!(fs::read_dir(team.here.beside("Downloads")).unwrap().count(), 1, "nothing unfinished is left");
    // What is named comes too, whether git keeps it or not.
    let value = packed(&team, &["--include", "ignored", "--include", "untracked.py", "--include", "same.py"]);
    assert!(["ignored", "untracked.py", "same.py"].iter().all(|path| paths(&value).contains(&(*path).to_owned())));
    assert_eq!(value["included"], serde_json::json!(["ignored", "same.py", "untracked.py"]));
    // What it was packed with need not be said again.
    assert_eq!(check(&team, &[]), "");
    fs::remove_file(team.here.root().join("ignored")).unwrap();
    assert!(check(&team, &[]).contains("`ignored` is in the bundle, and the slice did not touch it"));
    let outside = bundle(&team, &["--include", team.here.beside("second.zip").to_str().unwrap()]);
    assert_eq!(outside.status.code(), Some(2), "{}", text(&outside));
}

#[test]
fn a_bundle_that_is_not_that_of_the_tree_is_refused() {
    let team = team();
    packed(&team, &[]);
    team.here.write(ADAPTER, "three\n");
    assert!(check(&team, &[]).contains("is not as it is in the tree"));
    team.here.write("more.py", "x\n");
    team.here.git(&["add", "more.py"]);
    assert!(check(&team, &[]).contains("touched `more.py`, which is not in the bundle"));
    let zip = place(&team);
    let good = fs::read(&zip).unwrap();
    for spoilt in [&b""[..], b"not a zip", &good[..good.len() / 2]] {
        fs::write(&zip, spoilt).unwrap();
        assert!(check(&team, &[]).contains("cannot be read"), "{}", check(&team, &[]));
    }
}

#[test]
fn other_programs_read_it_and_what_they_pack_is_read() {
    let team = team();
    packed(&team, &[]);
    let zip = place(&team);
    let folder = team.here.beside("unpacked");
    let python = "import sys, zipfile\nz = zipfile.ZipFile(sys.argv[1])\nassert z.testzip() is None\nz.extractall(sys.argv[2])\n\
        for i in z.infolist(): print(i.filename, oct(i.external_attr >> 16), *i.date_time[:3])\n";
    if let Some(said) = run(&team, "python3", &["-c", python, zip.to_str().unwrap(), folder.to_str().unwrap()]) {
        assert!(said.contains("docs/größe ✓.md 0o100644 1980 1 1"), "{said}");
        assert!(said.contains("tool.sh 0o100755 1980 1 1") && said.contains("docs/link 0o120777 1980 1 1"), "{said}");
        assert_eq!(fs::read_to_string(folder.join(ADAPTER)).unwrap(), "two\n");
        // Packed by somebody else, with compression and without a manifest.
        let repack = "import sys, zipfile\na = zipfile.ZipFile(sys.argv[1])\nb = zipfile.ZipFile(sys.argv[2], 'w', zipfile.ZIP_DEFLATED)\n\
            for i in a.infolist():\n  if i.filename != 'ackgate-bundle.json':\n    d = a.read(i); i.compress_type = zipfile.ZIP_DEFLATED; b.writestr(i, d)\n\
            for x in sys.argv[3:]: b.writestr(x, 'x')\n";
        let other = team.here.beside("other.zip");
        let (from, to) = (zip.to_str().unwrap(), other.to_str().unwrap());
        run(&team, "python3", &["-c", repack, from, to]).unwrap();
        assert_eq!(check(&team, &["--output", to]), "");
        for odd in ["../../escape", "/abs", "a\\b"] {
            run(&team, "python3", &["-c", repack, from, to, odd]).unwrap();
            assert!(check(&team, &["--output", to]).contains("another place"), "{odd}");
        }
    }
    let folder = team.here.beside("unzipped");
    let target = folder.to_str().unwrap();
    if run(&team, "unzip", &["-q", zip.to_str().unwrap(), "-d", target]).is_some() {
        assert_eq!(fs::read_link(folder.join("docs/link")).unwrap(), Path::new("../../outside"));
        assert_ne!(fs::metadata(folder.join("tool.sh")).unwrap().permissions().mode() & 0o100, 0);
        assert!(folder.join("docs").read_dir().unwrap().count() >= 2);
    }
}

/// What a program said; `None` where it is not there.
fn run(team: &Team, program: &str, args: &[&str]) -> Option<String> {
    let output = team.here.command(team.here.root(), program).env("PYTHONUTF8", "1").args(args).output().ok()?;
    assert!(output.status.success(), "{program}: {}", text(&output));
    Some(String::from_utf8(output.stdout).unwrap())
}

#[test]
fn no_path_is_packed_that_could_leave_the_folder() {
    let team = team();
    for odd in [&b"..\\x.py"[..], b"C:x.py", b"a\nb.py", b"\xff.py"] {
        team.here.write_bytes(odd, "x\n");
        team.here.git(&["add", "-A"]);
        let output = bundle(&team, &[]);
        assert!(output.status.code() == Some(2) && text(&output).contains("cannot be packed"), "{}", text(&output));
        assert!(!place(&team).exists());
        team.here.git(&["reset", "-q"]);
        team.here.git(&["clean", "-fdq"]);
    }
}

#[test]
fn where_a_slice_begins_is_its_gate_or_said() {
    let team = team();
    let output =
        team.here.command(team.here.root(), VERIFY).args(["bundle", "--slice", "unheard-of"]).output().unwrap();
    assert!(output.status.code() == Some(2) && text(&output).contains("--since REV"), "{}", text(&output));
    let odd = ["--slice", "unheard-of", "--since", "HEAD"];
    let run = |args: &[&str]| team.here.command(team.here.root(), VERIFY).args(args).output().unwrap();
    assert!(run(&[&["bundle"][..], &odd].concat()).status.success());
    assert!(run(&["bundle", "--check", "--slice", "unheard-of"]).status.success());
    let shown = text(&run(&["handoff", "--slice", "unheard-of"]));
    assert!(shown.contains("✓ bundle") && shown.contains("with --since") && !shown.contains('?'), "{shown}");
    let value = packed(&team, &["--since", "HEAD"]);
    assert_eq!(paths(&value), ["tool.sh"]);
    assert_eq!(value["base"], team.here.git(&["rev-parse", "HEAD"]));
    for (args, said) in
        [(["--since", "no-such"], "no-such"), (["--output", "x.txt"], ".zip"), (["--include", "docs"], "not a file")]
    {
        let output = bundle(&team, &args);
        assert!(output.status.code() == Some(2) && text(&output).contains(said), "{args:?} {}", text(&output));
    }
}

#[test]
fn what_is_not_packed_is_said_and_what_cannot_be_is_refused() {
    let team = team();
    team.here.write("artifacts/test_runs/r4/x/manifest.json", "{}");
    let output = bundle(&team, &[]);
    let said = text(&output);
    assert!(said.contains("note: untracked.py is not packed") && said.contains("--include"), "{said}");
    assert!(!said.contains("ignored is not") && !said.contains("artifacts"), "{said}");
    assert_eq!(packed(&team, &[])["untracked"], serde_json::json!([".gitignore", "untracked.py"]));
    for odd in [".git/config", ".git/HEAD"] {
        let output = bundle(&team, &["--include", odd]);
        assert!(output.status.code() == Some(2) && text(&output).contains(odd), "{}", text(&output));
    }
    team.here.git(&["reset", "-q", "--hard"]);
    let output = bundle(&team, &["--since", "HEAD", "--output", team.here.beside("none.zip").to_str().unwrap()]);
    assert!(output.status.code() == Some(2) && text(&output).contains("touched nothing"), "{}", text(&output));
    assert!(!team.here.beside("none.zip").exists());
}

#[test]
fn only_a_bundle_of_the_same_slice_is_replaced() {
    let team = team();
    let other = team.here.beside("holiday.zip");
    fs::write(&other, "photos").unwrap();
    let to = ["--output", other.to_str().unwrap()];
    let output = bundle(&team, &to);
    assert!(output.status.code() == Some(2) && text(&output).contains("--force"), "{}", text(&output));
    assert_eq!(fs::read(&other).unwrap(), b"photos");
    packed(&team, &[&to[..], &["--force"]].concat());
    packed(&team, &to);
    let next = ["bundle", "--slice", "r5", "--since", "HEAD~1", "--output", other.to_str().unwrap()];
    let output = team.here.command(team.here.root(), VERIFY).args(next).output().unwrap();
    assert!(output.status.code() == Some(2) && text(&output).contains("the bundle of slice `r4`"), "{}", text(&output));
    let output = bundle(&team, &[&to[..], &["--check"]].concat());
    assert!(text(&output).contains("holds what slice `r4` touched: 5 files"), "{}", text(&output));
    assert!(!text(&output).contains("protected path"));
}
