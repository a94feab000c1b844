//! The temporary folder, the repositories in it, and git cut off from the machine's configuration.

use std::fs::{self, OpenOptions};
use std::io::Write;
use std::path::PathBuf;
use std::process::{Command, Stdio};

use crate::report::escape;
use crate::shell::git::scrub;
use crate::shell::throwaway::Throwaway;
use crate::shell::{Error, files};

/// All configuration there is. No work in the background: it would write into the folder while that is removed.
const GIT_CONFIG: &str = "\
[init]
\tdefaultBranch = main
[user]
\tuseConfigOnly = true
[gc]
\tauto = 0
[receive]
\tautogc = false
[maintenance]
\tauto = false
[core]
\tautocrlf = false
\tfsmonitor = false
[push]
\tdefault = simple
";

/// Says to the hooks which program to run: this one, whatever it is called and wherever it lies.
const PROGRAM: &str = "ACKGATE_DEMO_PROGRAM";

/// The folder, in the temporary folder, of everything else: git's home.
const HOME: &str = "home";

/// Who acts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Party {
    AgentOs,
    Ccc,
}

impl Party {
    /// The name in the log and in commits.
    pub(super) fn name(self) -> &'static str {
        match self {
            Party::AgentOs => "AgentOS",
            Party::Ccc => "CCC",
        }
    }

    fn email(self) -> &'static str {
        match self {
            Party::AgentOs => "executor@agentos.example",
            Party::Ccc => "maintainer@ccc.example",
        }
    }
}

/// Where it happens.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Repository {
    AgentOs,
    ClaudeCodeProxy,
}

impl Repository {
    /// The folder's name, which is what the profiles call it.
    pub(super) fn name(self) -> &'static str {
        match self {
            Repository::AgentOs => "AgentOS",
            Repository::ClaudeCodeProxy => "ClaudeCodeProxy",
        }
    }

    /// Whose it is.
    pub(super) fn owner(self) -> Party {
        match self {
            Repository::AgentOs => Party::AgentOs,
            Repository::ClaudeCodeProxy => Party::Ccc,
        }
    }
}

/// How a command of git's ended.
#[derive(Debug)]
pub(super) struct Said {
    /// Whether with status 0.
    pub(super) success: bool,
    /// All that it printed, the hooks' part included.
    pub(super) text: String,
}

/// A temporary folder with the repositories; gone when dropped.
#[derive(Debug)]
pub(super) struct Stage {
    root: Throwaway,
    program: PathBuf,
}

impl Stage {
    /// Makes a folder that only this user may enter.
    pub(super) fn new() -> Result<Self, Error> {
        let program = std::env::current_exe()
            .map_err(|error| Error::new(format!("cannot tell where this program is: {error}")))?;
        let stage = Stage { root: Throwaway::new("demo")?, program };
        let home = stage.root.root().join(HOME);
        fs::create_dir(&home).map_err(|error| files::failed("make the folder", &home, &error))?;
        let config = home.join(".gitconfig");
        fs::write(&config, GIT_CONFIG).map_err(|error| files::failed("write", &config, &error))?;
        Ok(stage)
    }

    /// Removes the folder and all in it.
    pub(super) fn remove(self) -> Result<(), Error> {
        self.root.remove()
    }

    /// Makes an empty repository without anything from git's templates.
    pub(super) fn init(&self, repository: Repository) -> Result<(), Error> {
        let folder = self.folder(repository);
        fs::create_dir(&folder).map_err(|error| files::failed("make the folder", &folder, &error))?;
        self.must(repository, &["init", "--template="])
    }

    /// Gives the log's repository a bare one to push to.
    pub(super) fn add_remote(&self) -> Result<(), Error> {
        // A relative address: it is the one that git prints.
        for arguments in [
            &["init", "--template=", "--bare", "../AgentOS.git"] as &[&str],
            &["remote", "add", "origin", "../AgentOS.git"],
            &["push", "--set-upstream", "origin", "main"],
        ] {
            self.must(Repository::AgentOs, arguments)?;
        }
        Ok(())
    }

    /// Puts the hooks in place. Not by `install`, which names the hook binaries: `cargo run --bin verify-gate` builds
    /// this program alone, and would leave those of an older build lying beside it.
    pub(super) fn put_hooks(&self, repository: Repository) -> Result<(), Error> {
        let hooks = self.folder(repository).join(".git").join("hooks");
        files::make_folder(&hooks)?;
        for hook in ["pre-commit", "pre-push"] {
            let script = format!("#!/bin/sh\nexec \"${PROGRAM}\" hook {hook} \"$@\"\n");
            files::put(&hooks.join(hook), script.as_bytes())?;
        }
        Ok(())
    }

    /// Adds text to the end of a file, which is made if it is not there.
    pub(super) fn append(&self, repository: Repository, path: &str, text: &str) -> Result<(), Error> {
        let file = self.folder(repository).join(path);
        if let Some(folder) = file.parent() {
            files::make_folder(folder)?;
        }
        let written = OpenOptions::new().create(true).append(true).open(&file);
        written
            .and_then(|mut file| file.write_all(text.as_bytes()))
            .map_err(|error| files::failed("write", &file, &error))
    }

    /// What git has where a command of the story can change it: `HEAD`, and the remote's branch.
    pub(super) fn tips(&self, repository: Repository) -> Result<[String; 2], Error> {
        let tip = |arguments: &[&str]| {
            let said = self.git(repository.owner(), repository, arguments)?;
            if said.success { Ok(said.text) } else { Err(self.failed(arguments, &said)) }
        };
        let remote = match repository {
            Repository::AgentOs => tip(&["ls-remote", "../AgentOS.git", "refs/heads/main"])?,
            Repository::ClaudeCodeProxy => String::new(),
        };
        Ok([tip(&["rev-parse", "--verify", "HEAD"])?, remote])
    }

    /// Runs git where it has no reason to fail.
    pub(super) fn must(&self, repository: Repository, arguments: &[&str]) -> Result<(), Error> {
        let said = self.git(repository.owner(), repository, arguments)?;
        if said.success { Ok(()) } else { Err(self.failed(arguments, &said)) }
    }

    /// Runs git as the party.
    pub(super) fn git(&self, party: Party, repository: Repository, arguments: &[&str]) -> Result<Said, Error> {
        let mut command = Command::new("git");
        self.isolate(&mut command);
        for role in ["AUTHOR", "COMMITTER"] {
            command.env(format!("GIT_{role}_NAME"), party.name()).env(format!("GIT_{role}_EMAIL"), party.email());
        }
        command.current_dir(self.folder(repository)).args(arguments).stdin(Stdio::null());
        let output = command.output().map_err(|error| {
            Error::new(format!("cannot run git: {error}")).hint("the demo works with your own git: put git on PATH")
        })?;
        let text = [output.stdout, output.stderr].concat();
        Ok(Said { success: output.status.success(), text: String::from_utf8_lossy(&text).into_owned() })
    }

    /// Text with the paths of this folder as seen from one of the repositories.
    pub(super) fn shown(&self, text: &str) -> String {
        let mut text = text.to_owned();
        for root in [self.root.root().canonicalize().unwrap_or_default(), self.root.root().to_owned()] {
            let mut root = root.to_string_lossy().into_owned();
            if !root.is_empty() {
                root.push(std::path::MAIN_SEPARATOR);
                text = text.replace(&escape(&root), "../").replace(&root, "../");
            }
        }
        text
    }

    fn folder(&self, repository: Repository) -> PathBuf {
        self.root.root().join(repository.name())
    }

    /// Neither the user's settings nor a hook or runner around this program may have a say.
    fn isolate(&self, command: &mut Command) {
        scrub(command);
        for (name, _) in std::env::vars_os() {
            let bytes = name.as_encoded_bytes();
            if bytes.starts_with(b"ACKGATE_") || bytes.starts_with(b"PRE_COMMIT") {
                command.env_remove(&name);
            }
        }
        // By HOME too, and not by the variable alone: that is also where git looks for ignored files, and where libgit2
        // looks for everything.
        let home = self.root.root().join(HOME);
        command.env("GIT_CONFIG_GLOBAL", home.join(".gitconfig")).env("GIT_CONFIG_NOSYSTEM", "1");
        command.env("XDG_CONFIG_HOME", &home).env("HOME", home);
        command.env("GIT_TERMINAL_PROMPT", "0").env(PROGRAM, &self.program);
    }

    fn failed(&self, arguments: &[&str], said: &Said) -> Error {
        let text = self.shown(&said.text);
        Error::new(format!("git {} failed: {}", arguments.first().unwrap_or(&""), escape(text.trim())))
            .hint("see that `git --version` is 2.31 or newer")
    }
}
