//! Scratch repositories, made by real git, cut off from the machine's configuration and clock.

use std::ffi::{OsStr, OsString};
use std::fs;
use std::os::unix::ffi::OsStrExt;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use ackgate::change::{Change, Kind, ObjectId, RepoPath};
use ackgate::shell::git::Repo;
use tempfile::TempDir;

/// A temporary folder of repositories, gone when dropped.
pub(crate) struct Scratch {
    folder: TempDir,
    root: PathBuf,
    time: std::cell::Cell<i64>,
}

impl Scratch {
    /// A new repository `here` with branch `main` and no commit.
    pub(crate) fn new() -> Self {
        Self::with(&["init", "-q", "-b", "main"])
    }

    /// A new bare repository `here`.
    pub(crate) fn bare() -> Self {
        Self::with(&["init", "-q", "--bare", "-b", "main"])
    }

    /// A new repository `here`, made by this.
    pub(crate) fn with(init: &[&str]) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let root = folder.path().canonicalize().unwrap().join("here");
        fs::create_dir(&root).unwrap();
        let scratch = Scratch { folder, root, time: std::cell::Cell::new(1_700_000_000) };
        scratch.git(init);
        scratch
    }

    /// The repository's root.
    pub(crate) fn root(&self) -> &Path {
        &self.root
    }

    /// A path beside the repository.
    pub(crate) fn beside(&self, name: &str) -> PathBuf {
        self.folder.path().canonicalize().unwrap().join(name)
    }

    /// The same scratch folder, seen from another folder in it.
    pub(crate) fn git_in(&self, folder: &Path, args: &[&str]) -> String {
        let output = self.command(folder, "git").args(args).output().unwrap();
        said(args, output)
    }

    /// Runs git in the repository; gives its output without the last line end; panics if it fails.
    pub(crate) fn git(&self, args: &[&str]) -> String {
        self.git_in(&self.root, args)
    }

    /// Runs git with these in its environment; gives everything, also of a failure.
    pub(crate) fn git_env(&self, env: &[(&str, &str)], args: &[&str]) -> Output {
        self.command(&self.root, "git").args(args).envs(env.iter().copied()).output().unwrap()
    }

    /// A program in a clean environment: fixed identity and date, no configuration but the repository's.
    pub(crate) fn command(&self, folder: &Path, program: impl AsRef<OsStr>) -> Command {
        let date = format!("{} +0000", self.time.get());
        let mut command = Command::new(program);
        command.current_dir(folder).env_clear();
        command.env("PATH", std::env::var_os("PATH").unwrap()).env("HOME", self.folder.path()).env("LC_ALL", "C");
        command.env("GIT_CONFIG_GLOBAL", "/dev/null").env("GIT_CONFIG_SYSTEM", "/dev/null");
        command.env("GIT_CONFIG_NOSYSTEM", "1").env("GIT_TERMINAL_PROMPT", "0");
        command.env("GIT_AUTHOR_NAME", "Ada").env("GIT_AUTHOR_EMAIL", "ada@agentos.example");
        command.env("GIT_COMMITTER_NAME", "Ada").env("GIT_COMMITTER_EMAIL", "ada@agentos.example");
        command.env("GIT_AUTHOR_DATE", &date).env("GIT_COMMITTER_DATE", date);
        command
    }

    /// Sets the Unix time of the commits to come.
    pub(crate) fn set_time(&self, time: i64) {
        self.time.set(time);
    }

    /// Writes a file, with the folders it needs.
    pub(crate) fn write(&self, path: impl AsRef<OsStr>, text: impl AsRef<[u8]>) {
        let file = self.root.join(path.as_ref());
        fs::create_dir_all(file.parent().unwrap()).unwrap();
        fs::write(file, text).unwrap();
    }

    /// Writes a file whose name need not be UTF-8.
    pub(crate) fn write_bytes(&self, path: &[u8], text: &str) {
        self.write(OsStr::from_bytes(path), text);
    }

    /// Writes a hook that runs this shell text.
    pub(crate) fn hook(&self, name: &str, script: &str) {
        let file = PathBuf::from(self.git(&["rev-parse", "--path-format=absolute", "--git-path", "hooks"])).join(name);
        executable(&file, script);
    }

    /// Stages everything and commits it (an empty commit if there is nothing), a minute after the last; its id.
    pub(crate) fn commit(&self, message: &str) -> ObjectId {
        self.git(&["add", "-A"]);
        self.commit_staged(message)
    }

    /// Commits what is staged; its id.
    pub(crate) fn commit_staged(&self, message: &str) -> ObjectId {
        self.time.set(self.time.get() + 60);
        self.git(&["commit", "-q", "--allow-empty", "--no-verify", "-m", message]);
        self.id("HEAD")
    }

    /// Makes a key pair beside the repository, with `ssh-keygen`; its comment is the name.
    pub(crate) fn ssh_key(&self, name: &str, kind: &[&str]) {
        let file = self.beside(name);
        let args = ["-q", "-N", "", "-C", name, "-f", file.to_str().unwrap()];
        let output = self.ssh_keygen(&[kind, &args].concat());
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    }

    /// The public half of such a pair, as one line.
    pub(crate) fn ssh_public(&self, name: &str) -> String {
        fs::read_to_string(self.beside(&format!("{name}.pub"))).unwrap().trim().to_owned()
    }

    /// Runs `ssh-keygen`.
    pub(crate) fn ssh_keygen(&self, args: &[&str]) -> Output {
        self.command(&self.root, "ssh-keygen").args(args).output().unwrap()
    }

    /// The id that a revision names.
    pub(crate) fn id(&self, rev: &str) -> ObjectId {
        ObjectId::from_hex(self.git(&["rev-parse", "--verify", rev])).unwrap()
    }

    /// The repository as ackgate opens it by folder.
    pub(crate) fn repo(&self) -> Repo {
        Repo::open_other(&self.root).unwrap()
    }
}

/// Writes a program of this shell text.
pub(crate) fn executable(file: &Path, script: &str) {
    fs::create_dir_all(file.parent().unwrap()).unwrap();
    fs::write(file, format!("#!/bin/sh\n{script}\n")).unwrap();
    fs::set_permissions(file, fs::Permissions::from_mode(0o755)).unwrap();
}

/// A deterministic stream of numbers (a 64-bit linear congruential generator).
pub(crate) struct Dice(u64);

impl Dice {
    pub(crate) fn new(seed: u64) -> Self {
        Dice(seed)
    }

    pub(crate) fn below(&mut self, limit: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(self.0 >> 33).unwrap() % limit
    }
}

/// Names of the environment as the crate's functions take them.
pub(crate) fn names(names: &[&str]) -> Vec<OsString> {
    names.iter().map(OsString::from).collect()
}

/// Changes as short text: `A path`, `D path`, `M path`, `T path` for another mode.
pub(crate) fn short(changes: &[Change]) -> Vec<String> {
    let letter = |change: &Change| match (&change.old, &change.new) {
        (None, _) => 'A',
        (_, None) => 'D',
        (Some(old), Some(new)) if old.kind != new.kind => 'T',
        _ => 'M',
    };
    changes.iter().map(|change| format!("{} {}", letter(change), change.path)).collect()
}

/// The kind that a change leaves at a path.
pub(crate) fn new_kind(changes: &[Change], path: &str) -> Kind {
    let found = changes.iter().find(|change| change.path == RepoPath::from(path)).unwrap();
    found.new.as_ref().unwrap().kind
}

fn said(args: &[&str], output: Output) -> String {
    let errors = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "git {args:?}: {errors}");
    String::from_utf8(output.stdout).unwrap().trim_end_matches('\n').to_owned()
}
