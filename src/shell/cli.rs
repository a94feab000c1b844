//! The command line of `verify-gate`.

use std::ffi::OsString;
use std::path::PathBuf;

use clap::{Args, CommandFactory, FromArgMatches, Parser, Subcommand};

mod common;
mod entries;
mod examples;
mod files;
mod installing;
mod plans;
mod report;
mod session;
mod shells;
mod validating;

pub use common::{Color, Common, Format};
pub use entries::{Answer, GateCommand, GateNew, Nack, Ready, Writing};
pub use examples::{command, described};
pub use files::{ContractArgs, ExtendsCommand, ExtendsUpdate, LicenceArgs};
pub use installing::{DoctorArgs, Hook, InitArgs, InstallArgs, RunnerName};
pub use plans::{HandoffArgs, PlanCheck, PlanCommand, PlanNew};
pub use report::ReportArgs;
pub use session::{Begin, SessionCommand};
pub use shells::{ManArgs, RulesArgs, ShellName};
pub use validating::{BundleArgs, ValidateArgs};

/// Checks a change against the alignment gates in the shared log.
#[derive(Debug, Parser)]
#[command(name = "verify-gate", version, about, propagate_version = true, after_help = AFTER)]
pub struct Cli {
    #[command(flatten)]
    pub common: Common,
    #[command(subcommand)]
    pub command: Command,
}

impl Cli {
    /// Reads a command line.
    ///
    /// # Errors
    /// Bad usage, and a wish for help or the version.
    pub fn read(arguments: impl IntoIterator<Item = OsString>) -> Result<Cli, clap::Error> {
        let arguments = with_default_command(arguments);
        // Help alone shows examples, and comes as an error.
        let whole = |command: clap::Command| Cli::from_arg_matches(&command.try_get_matches_from(&arguments)?);
        match Often::try_parse_from(&arguments) {
            Ok(Often { common, command: OftenAsked::Check(arguments) }) => {
                Ok(Cli { common, command: Command::Check(arguments) })
            }
            Ok(Often { common, command: OftenAsked::Status }) => Ok(Cli { common, command: Command::Status }),
            Err(_) => whole(Cli::command()).or_else(|_| whole(command())),
        }
    }
}

/// The command line of what scripts and prompts ask for at every turn: with no other commands to be told apart, it is read in a
/// fifth of the time.
#[derive(Debug, Parser)]
struct Often {
    #[command(flatten)]
    common: Common,
    #[command(subcommand)]
    command: OftenAsked,
}

#[derive(Debug, Subcommand)]
enum OftenAsked {
    Check(CheckArgs),
    Status,
}

const AFTER: &str = "Without a command, `check` is meant: `verify-gate --range origin/main..HEAD`.\n\
Exit status: 0 pass, 1 blocked, 2 cannot decide.";

/// What to do.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Decide whether a change is covered (the default)
    Check(CheckArgs),
    /// Show the gate, its state, whose turn it is and what to do next
    Status,
    /// Show what every entry of the log was taken for, and why
    Log(LogArgs),
    /// Write gates, answers, turns and commits of both repositories as one page, for people to look at
    Report(ReportArgs),
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
    Rules(RulesArgs),
    /// Explain a rule by its code or name
    Explain {
        /// Such as AG102 or ack-missing
        code: String,
    },
    /// Print the JSON Schema of ackgate.toml, for editors and linters
    Schema,
    /// Show how the policy loosens the baseline that it extends, or take another snapshot of that
    Extends {
        #[command(subcommand)]
        command: ExtendsCommand,
    },
    /// Print what a shell completes this command line with
    Completions {
        /// The shell
        shell: ShellName,
    },
    /// Print a man page, or write all of them into a folder
    Man(ManArgs),
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

impl Command {
    /// Whether it finds anything that a form for other tools could hold.
    pub fn has_findings(&self) -> bool {
        match self {
            Command::Check(arguments) => !arguments.explain_config,
            Command::Log(_) | Command::Handoff(_) | Command::Contract(_) => true,
            Command::Licence(_) | Command::Doctor(_) => true,
            Command::Session { command } => matches!(command, SessionCommand::Begin(_)),
            Command::Plan { command } => matches!(command, PlanCommand::Check(_)),
            Command::Validate(arguments) => !arguments.list,
            Command::Bundle(arguments) => arguments.check,
            Command::Status | Command::Gate { .. } | Command::Ack(_) | Command::Nack(_) | Command::Withdraw(_) => false,
            Command::Landed(_) | Command::Ready(_) | Command::Rules(_) | Command::Explain { .. } => false,
            Command::Extends { .. } => false,
            Command::Schema | Command::Completions { .. } | Command::Man(_) | Command::Init(_) => false,
            Command::MergeLog(_) | Command::Install(_) | Command::Uninstall(_) | Command::Demo => false,
            Command::Hook { .. } | Command::Report(_) => false,
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
    /// Judge nothing: show each setting that a commit made now is judged by, and where it comes from
    #[arg(long, group = "scope")]
    pub explain_config: bool,
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

/// The arguments with `check` put in where no command is named.
fn with_default_command(arguments: impl IntoIterator<Item = OsString>) -> Vec<OsString> {
    let mut all: Vec<OsString> = arguments.into_iter().collect();
    let mut at = 1;
    while let Some(argument) = all.get(at).and_then(|a| a.to_str()) {
        match argument {
            "-h" | "--help" | "-V" | "--version" => return all,
            "--repo" | "--log" | "--config" | "--format" | "--color" => at += 2,
            "-q" | "-v" | "--quiet" | "--verbose" | "--no-pager" => at += 1,
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
        Cli::command().debug_assert();
        Often::command().debug_assert();
    }

    #[test]
    fn what_is_asked_often_is_read_as_all_is() {
        let mut read = 0;
        for given in [
            "",
            "check --range a..b",
            "--range=-a..b -q",
            "--paths a b --format json",
            "--repo x status --no-pager",
            "status --color never",
            "status --repo x -v",
            "check --staged --worktree",
            "status -q -v",
            "status x",
            "stat",
            "chec",
            "status --help",
            "--version",
            "help status",
            "rules",
        ] {
            let words: Vec<OsString> =
                ["verify-gate"].into_iter().chain(given.split_whitespace()).map(Into::into).collect();
            let whole = Cli::try_parse_from(with_default_command(words.clone()));
            let often = Often::try_parse_from(with_default_command(words.clone()));
            read += usize::from(often.is_ok());
            assert!(often.is_err() || whole.is_ok(), "{given}");
            match (Cli::read(words), whole) {
                (Ok(one), Ok(other)) => assert_eq!(format!("{one:?}"), format!("{other:?}"), "{given}"),
                (Err(one), Err(other)) => assert_eq!(one.kind(), other.kind(), "{given}"),
                (one, other) => panic!("{given}: {one:?} {other:?}"),
            }
        }
        assert_eq!(read, 7);
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
            ("verify-gate --no-pager rules", "verify-gate --no-pager rules"),
            ("verify-gate --help", "verify-gate --help"),
            ("verify-gate explain AG101", "verify-gate explain AG101"),
        ] {
            let words = with_default_command(given.split(' ').map(OsString::from));
            assert_eq!(words.join(" ".as_ref()).to_str().unwrap(), expected);
        }
    }
}
