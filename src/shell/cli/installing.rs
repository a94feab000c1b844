//! The command lines of what is put into a repository, and of what looks at it.

use std::path::PathBuf;

use clap::{Args, ValueEnum};

use crate::agent::config::Agent;
use crate::runner::Runner;

/// A hook of git's, or of an agent's.
#[allow(clippy::enum_variant_names, reason = "the names are git's")]
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Hook {
    /// Also pre-merge-commit
    PreCommit,
    /// With the file that holds the message
    CommitMsg,
    /// With git's lines on standard input
    PrePush,
    /// The same, where they are received
    PreReceive,
    /// With a coding agent's payload on standard input
    Agent,
}

impl Hook {
    /// All of them.
    pub const ALL: [Hook; 5] = [Hook::PreCommit, Hook::CommitMsg, Hook::PrePush, Hook::PreReceive, Hook::Agent];

    /// Its own binary.
    pub fn binary(self) -> &'static str {
        match self {
            Hook::PreCommit => "ackgate-pre-commit",
            Hook::CommitMsg => "ackgate-commit-msg",
            Hook::PrePush => "ackgate-pre-push",
            Hook::PreReceive => "ackgate-pre-receive",
            Hook::Agent => "ackgate-agent",
        }
    }

    /// What it does, in a line, and what it is called with.
    pub fn about(self) -> (&'static str, &'static str) {
        match self {
            Hook::PreCommit => (
                "Refuses a commit that touches a protected path which no ACKed gate covers",
                "git's pre-commit and pre-merge-commit hook. It takes no arguments and judges the index against HEAD, \
                 honouring GIT_INDEX_FILE.",
            ),
            Hook::CommitMsg => (
                "Pins the gate that covers a commit, and the log, in its message",
                "git's commit-msg hook. Its one argument is the file with the message, to which it adds the trailers \
                 Gate: and Gate-Log:.",
            ),
            Hook::PrePush => (
                "Refuses a push of commits that touch a protected path which no ACKed gate covers",
                "git's pre-push hook. It takes the remote's name and address, and git's lines on standard input; without \
                 them, what pre-commit says in PRE_COMMIT_*.",
            ),
            Hook::PreReceive => (
                "Refuses such a push where it is received",
                "git's pre-receive hook, on a server. It takes no arguments, and git's lines on standard input.",
            ),
            Hook::Agent => (
                "Tells a coding agent what it may not write, and what it should know",
                "The hook of Claude Code, Codex, Gemini CLI and Cursor: JSON on standard input, exit status 2 to refuse. It is \
                 advice; git's hooks and CI decide.",
            ),
        }
    }
}

/// How thorough a look at a repository is.
#[derive(Debug, Args)]
#[command(after_help = DOCTOR)]
pub struct DoctorArgs {
    /// Only look: plant nothing, and run no hook
    #[arg(long)]
    pub no_canaries: bool,
    /// How long one git command with its hooks may take in the throwaway clone
    #[arg(long, value_name = "SECONDS", default_value_t = 60)]
    pub patience: u64,
}

const DOCTOR: &str = "The violations are real commits and pushes, to a throwaway bare repository, with the hooks that git runs here (those that \
decide; none that run afterwards). Nothing of this repository is changed. A hook runner may install its environments meanwhile.\n\n\
Exit status: 0 healthy, 1 something is missing, bypassed or let through, 2 cannot tell.";

/// Where hooks go.
#[derive(Debug, Args)]
pub struct InstallArgs {
    /// The project settings of this coding agent, in the place of git's hooks: it is told at once what a commit would
    /// refuse, and whose turn it is when a session starts. This is advice, which an agent can get around; git's hooks
    /// and CI decide
    #[arg(long, value_enum, value_name = "NAME")]
    pub agent: Option<AgentName>,
    /// The file that this hook runner goes by, which names the hooks for everybody who clones; git's own hooks without
    #[arg(long, value_enum, value_name = "NAME", conflicts_with = "agent")]
    pub runner: Option<RunnerName>,
}

/// What calls the hooks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum RunnerName {
    /// git itself: scripts in its hooks folder
    Git,
    /// pre-commit: .pre-commit-config.yaml
    PreCommit,
    /// prek: prek.toml, or pre-commit's file
    Prek,
    /// Lefthook: lefthook.yml
    Lefthook,
    /// Husky: .husky/
    Husky,
}

impl RunnerName {
    /// The runner, where it is not git.
    pub fn runner(self) -> Option<Runner> {
        match self {
            RunnerName::Git => None,
            RunnerName::PreCommit => Some(Runner::PreCommit),
            RunnerName::Prek => Some(Runner::Prek),
            RunnerName::Lefthook => Some(Runner::Lefthook),
            RunnerName::Husky => Some(Runner::Husky),
        }
    }
}

/// A coding agent.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum AgentName {
    /// Claude Code: .claude/settings.json
    Claude,
    /// Codex: .codex/hooks.json
    Codex,
    /// Gemini CLI: .gemini/settings.json
    Gemini,
    /// Cursor: .cursor/hooks.json
    Cursor,
}

impl From<AgentName> for Agent {
    fn from(name: AgentName) -> Agent {
        match name {
            AgentName::Claude => Agent::Claude,
            AgentName::Codex => Agent::Codex,
            AgentName::Gemini => Agent::Gemini,
            AgentName::Cursor => Agent::Cursor,
        }
    }
}

/// What `init` cannot guess.
#[derive(Debug, Clone, Args)]
pub struct InitArgs {
    /// Whose repository this is
    #[arg(long, value_name = "NAME")]
    pub party: Option<String>,
    /// The other party
    #[arg(long, value_name = "NAME")]
    pub other: Option<String>,
    /// The party whose repository holds the log
    #[arg(long, value_name = "NAME")]
    pub log_owner: Option<String>,
    /// Write instead what a coding agent has to know into FILE, between markers; AGENTS.md without FILE
    #[arg(long, value_name = "FILE", num_args = 0..=1, require_equals = true, default_missing_value = "AGENTS.md",
        conflicts_with_all = ["party", "other", "log_owner"])]
    pub agents_md: Option<PathBuf>,
}
