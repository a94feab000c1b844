//! The command line of `plan` and `handoff`.

use std::path::PathBuf;

use clap::{Args, Subcommand};

/// What to do with plans.
#[derive(Debug, Subcommand)]
pub enum PlanCommand {
    /// Draft the plan of a slice from the policy's reading list and the slice's gate; never overwrites one
    New(PlanNew),
    /// Check that a slice has a plan, and that it has its three parts (AG501, AG502)
    Check(PlanCheck),
    /// List all dated plans: what each has, and what it lacks
    List,
}

/// A plan to be drafted.
#[derive(Debug, Args)]
pub struct PlanNew {
    /// The slice, as the name of the file has it
    #[arg(long, value_name = "S")]
    pub slice: String,
    /// The date in the file's name, YYYY-MM-DD; today, in UTC, unless it is named
    #[arg(long, value_name = "D")]
    pub date: Option<String>,
}

/// A plan to be checked.
#[derive(Debug, Args)]
pub struct PlanCheck {
    /// The plan, instead of the newest of the slice
    #[arg(value_name = "FILE", conflicts_with = "slice")]
    pub file: Option<PathBuf>,
    #[command(flatten)]
    pub slice: Slice,
}

/// Which slice is meant.
#[derive(Debug, Args)]
pub struct Slice {
    /// The slice, instead of the one that this party's latest gate names, else the newest plan's
    #[arg(long, value_name = "S")]
    pub slice: Option<String>,
}

/// What is handed over.
#[derive(Debug, Args)]
pub struct HandoffArgs {
    #[command(flatten)]
    pub slice: Slice,
    /// Draft what is lacking of the pointer in progress.md, the entry in docs/SESSION_HANDOFF.md and the log's “Ready for
    /// ACK” from what is known, show it, and write it
    #[arg(long)]
    pub write: bool,
    /// Do not ask: the drafts may be written
    #[arg(long, requires = "write")]
    pub yes: bool,
    /// Commit the log, and nothing else
    #[arg(long, requires = "write")]
    pub commit: bool,
}
