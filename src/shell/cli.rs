//! The command line of `verify-gate`.

use std::ffi::OsString;
use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum};

mod entries;
mod plans;
mod session;
mod validating;

pub use entries::{Answer, GateCommand, GateNew, Nack, Ready, Writing};
pub use plans::{HandoffArgs, PlanCheck, PlanCommand, PlanNew};
pub use session::{Begin, SessionCommand};
pub use validating::{BundleArgs, ValidateArgs};

use crate::agent::config::Agent;

/// Checks a change against the alignment gates in the shared log.
#[derive(Debug, Parser)]
#[command(name = "verify-gate", version, about, propagate_version = true, after_help = AFTER)]
pub struct Cli {
    #[command(flatten)]
    pub common: Common,
    #[command(subcommand)]
    pub command: Command,
}

const AFTER: &str = "Without a command, `check` is meant: `verify-gate --range origin/main..HEAD`.\n\
Exit status: 0 pass, 1 blocked, 2 cannot decide.";

/// Options of every command.
#[derive(Debug, Args)]
pub struct Common {
    /// The repository, instead of the one that holds the current folder
    #[arg(long, global = true, value_name = "DIR")]
    pub repo: Option<PathBuf>,
    /// Read the log from this file, instead of from the base
    #[arg(long, global = true, value_name = "FILE")]
    pub log: Option<PathBuf>,
    /// Read the policy from this file, instead of from the base
    #[arg(long, global = true, value_name = "FILE")]
    pub config: Option<PathBuf>,
    /// How to report
    #[arg(long, global = true, value_enum, default_value_t = Format::Human)]
    pub format: Format,
    /// When to use colours
    #[arg(long, global = true, value_enum, default_value_t = Color::Auto)]
    pub color: Color,
    /// Show errors alone
    #[arg(short, long, global = true, conflicts_with = "verbose")]
    pub quiet: bool,
    /// Show also what passed
    #[arg(short, long, global = true)]
    pub verbose: bool,
}

/// A form of output.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Format {
    /// For people and agents
    Human,
    /// For scripts
    Json,
}

/// When to use colours.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Color {
    /// On a terminal, unless NO_COLOR is set
    Auto,
    /// Always
    Always,
    /// Never
    Never,
}

/// What to do.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Decide whether a change is covered (the default)
    Check(CheckArgs),
    /// Show the gate, its state, whose turn it is and what to do next
    Status,
    /// Show what every entry of the log was taken for, and why
    Log(LogArgs),
    /// Post a gate, or show one
    Gate {
        #[command(subcommand)]
        command: GateCommand,
    },
    /// Agree to a gate: shows it in full, asks, and answers each of its questions
    Ack(Answer),
    /// Reject a gate
    Nack(Nack),
    /// Take this party's own gate or ACK back
    Withdraw(Writing),
    /// Say that the slice is done, which closes its gate
    Landed(Writing),
    /// Post a “Ready for ACK”
    Ready(Ready),
    /// Begin a session with what must be read, look at it, or end it
    Session {
        #[command(subcommand)]
        command: SessionCommand,
    },
    /// Draft, check and list plans
    Plan {
        #[command(subcommand)]
        command: PlanCommand,
    },
    /// Show what a handoff of the slice still lacks, and the command that mends each; or draft what is lacking
    Handoff(HandoffArgs),
    /// Show how a contract changed, and whether that is only additive
    Contract(ContractArgs),
    /// Check a key bundle, a licence pack, or a signature by itself
    Licence(LicenceArgs),
    /// Run the Validation Matrix of a slice and archive what it says as evidence
    Validate(ValidateArgs),
    /// Pack all files that a slice touched into one zip
    Bundle(BundleArgs),
    /// List the rules
    Rules,
    /// Explain a rule by its code or name
    Explain {
        /// Such as AG102 or ack-missing
        code: String,
    },
    /// Write an ackgate.toml, and the log and its line in .gitattributes where this party owns it
    Init(InitArgs),
    /// Join what two branches added to the log: git's merge driver, which `install` sets up
    MergeLog(MergeLog),
    /// Put the hooks and the log's merge driver into this repository, beside what is there; of hooks, a bare one gets that
    /// which receives pushes. Or put one into an agent's settings
    Install(InstallArgs),
    /// Take the hooks and the merge driver out again and put back what was there
    Uninstall(InstallArgs),
    /// Say whether the hooks here refuse what they should: looks at what is installed, and plants known violations in a
    /// throwaway clone that has this repository's hooks and configuration
    Doctor(DoctorArgs),
    /// Show the whole protocol on two throwaway repositories
    Demo,
    /// Do what a hook's own binary does: the demo's hooks call this program, which may be the only one that is built
    #[command(hide = true)]
    Hook {
        /// Which one
        name: Hook,
        /// What git passed on
        #[arg(trailing_var_arg = true, allow_hyphen_values = true)]
        arguments: Vec<OsString>,
    },
}

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

/// What to judge.
#[derive(Debug, Default, Args)]
pub struct CheckArgs {
    /// What a commit made now would change (the default)
    #[arg(long, group = "scope")]
    pub staged: bool,
    /// The work tree against HEAD
    #[arg(long, group = "scope")]
    pub worktree: bool,
    /// Every commit that is in B and not in A, each on its own base
    #[arg(long, group = "scope", value_name = "A..B", allow_hyphen_values = true)]
    pub range: Option<String>,
    /// Paths about to be written
    #[arg(long, group = "scope", value_name = "P", num_args = 1..)]
    pub paths: Option<Vec<PathBuf>>,
}

/// Two contracts.
#[derive(Debug, Args)]
pub struct ContractArgs {
    /// The contract as it was: JSON Schema or Markdown, a file or `REV:path`; /dev/null for none
    #[arg(value_name = "OLD")]
    pub old: String,
    /// The contract as it is
    #[arg(value_name = "NEW")]
    pub new: String,
}

/// How to show the log.
#[derive(Debug, Args)]
pub struct LogArgs {
    /// Fetch the log of the other repository first, if the policy names it by `log.url`
    #[arg(long)]
    pub fetch: bool,
}

/// What git hands to a merge driver.
#[derive(Debug, Args)]
pub struct MergeLog {
    /// The log that both grew out of (git's %O)
    #[arg(value_name = "BASE")]
    pub base: PathBuf,
    /// The log that is merged into, which takes the result (git's %A)
    #[arg(value_name = "OURS")]
    pub ours: PathBuf,
    /// The log that is merged (git's %B)
    #[arg(value_name = "THEIRS")]
    pub theirs: PathBuf,
    /// Where the log lies in the repository (git's %P); without, the log of the policy here
    #[arg(long, value_name = "PATH")]
    pub path: Option<PathBuf>,
    /// How long conflict markers are (git's %L)
    #[arg(long, value_name = "N", default_value_t = 7)]
    pub marker_size: usize,
}

/// What is checked with which keys.
#[derive(Debug, Args)]
#[command(after_help = LICENCE)]
pub struct LicenceArgs {
    /// The key bundle, a PUBKEYS.json
    #[arg(long, value_name = "FILE")]
    pub bundle: PathBuf,
    /// A licence pack, or a license with its signature beside it (FILE.sig)
    #[arg(long, value_name = "FILE", conflicts_with = "file")]
    pub pack: Option<PathBuf>,
    /// Any file, to be checked against --signature
    #[arg(long, value_name = "FILE", requires = "signature")]
    pub file: Option<PathBuf>,
    /// The signature of --file, in base64
    #[arg(long, value_name = "FILE", requires = "file")]
    pub signature: Option<PathBuf>,
    /// The key that must have signed
    #[arg(long, value_name = "ID", allow_hyphen_values = true)]
    pub key_id: Option<String>,
    /// The device that the licence is to run on
    #[arg(long, value_name = "ID", allow_hyphen_values = true)]
    pub device: Option<String>,
    /// The moment that counts; now without
    #[arg(long, value_name = "RFC3339")]
    pub at: Option<String>,
}

const LICENCE: &str = "Examples:\n  verify-gate licence --bundle docs/LEGAL/PUBKEYS.json --pack trial.json\n  \
verify-gate licence --bundle PUBKEYS.json --file policy.json --signature policy.json.sig --key-id default\n\n\
A program may decide signatures instead, with `git config ackgate.verifier PROGRAM` or `[licence] verifier` of --config FILE.\n\
Exit status: 0 all good, 1 refused, 2 cannot decide.";

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
}

/// The arguments with `check` put in where no command is named.
pub fn with_default_command(arguments: impl IntoIterator<Item = OsString>) -> Vec<OsString> {
    let mut all: Vec<OsString> = arguments.into_iter().collect();
    let mut at = 1;
    while let Some(argument) = all.get(at).and_then(|a| a.to_str()) {
        match argument {
            "-h" | "--help" | "-V" | "--version" => return all,
            "--repo" | "--log" | "--config" | "--format" | "--color" => at += 2,
            "-q" | "-v" | "--quiet" | "--verbose" => at += 1,
            other
                if ["--repo=", "--log=", "--config=", "--format=", "--color="].iter().any(|o| other.starts_with(o)) =>
            {
                at += 1
            }
            other if other.starts_with('-') => break,
            _ => return all,
        }
    }
    all.insert(at.min(all.len()), "check".into());
    all
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_command_line_is_well_formed() {
        use clap::CommandFactory;
        Cli::command().debug_assert();
    }

    #[test]
    fn check_is_the_default_command() {
        for (given, expected) in [
            ("verify-gate", "verify-gate check"),
            ("verify-gate --range a..b", "verify-gate check --range a..b"),
            ("verify-gate --repo x --staged", "verify-gate --repo x check --staged"),
            ("verify-gate --format=json", "verify-gate --format=json check"),
            ("verify-gate --repo x status", "verify-gate --repo x status"),
            ("verify-gate --paths status", "verify-gate check --paths status"),
            ("verify-gate --help", "verify-gate --help"),
            ("verify-gate explain AG101", "verify-gate explain AG101"),
        ] {
            let words = with_default_command(given.split(' ').map(OsString::from));
            assert_eq!(words.join(" ".as_ref()).to_str().unwrap(), expected);
        }
    }
}
