//! The command lines of `validate` and `bundle`.

use std::path::PathBuf;

use clap::Args;

/// What to run, and how.
#[derive(Debug, Args)]
#[command(after_help = VALIDATE)]
pub struct ValidateArgs {
    /// The slice; without, that of this party's latest gate, else that of the newest plan
    #[arg(long, value_name = "NAME", allow_hyphen_values = true)]
    pub slice: Option<String>,
    /// Run nothing: say whether the evidence that is there stands for the work tree (AG505)
    #[arg(long, conflicts_with_all = ["list", "only", "jobs", "timeout", "log_limit"])]
    pub check: bool,
    /// Run nothing: show the matrix and what would be run
    #[arg(long)]
    pub list: bool,
    /// Run also what the matrix asks for when online
    #[arg(long)]
    pub online: bool,
    /// Run also what the matrix asks for when available
    #[arg(long)]
    pub available: bool,
    /// Run also what the matrix asks for as applicable, or calls optional
    #[arg(long)]
    pub applicable: bool,
    /// Run only commands that hold this text, in themselves or in their label; may be said more than once
    #[arg(long, value_name = "TEXT", allow_hyphen_values = true)]
    pub only: Vec<String>,
    /// How many commands to run at a time
    #[arg(long, value_name = "N", default_value_t = 1, value_parser = clap::value_parser!(u16).range(1..=256))]
    pub jobs: u16,
    /// How long one command may take, in seconds
    #[arg(long, value_name = "SECONDS", default_value_t = 1800, value_parser = clap::value_parser!(u32).range(1..))]
    pub timeout: u32,
    /// How much of what one command says is kept, in MiB
    #[arg(long, value_name = "MIB", default_value_t = 16, value_parser = clap::value_parser!(u16).range(1..))]
    pub log_limit: u16,
}

const VALIDATE: &str = "The commands are those of the plan, else of the gate, else of `[session] validation`. Each is run by \
`sh -c` in the policy's folder, as it is written: read a plan that others wrote (--list) before you run it.\n\
Exit status: 0 all green, 1 red, 2 cannot run.";

/// What to pack.
#[derive(Debug, Default, Args)]
pub struct BundleArgs {
    /// The slice; without, that of this party's latest gate, else that of the newest plan
    #[arg(long, value_name = "NAME", allow_hyphen_values = true)]
    pub slice: Option<String>,
    /// The commit that the slice builds on; without, the one that brought its gate
    #[arg(long, value_name = "REV")]
    pub since: Option<String>,
    /// Where to put the zip; without, ~/Downloads/<repository>_<slice>_bundle.zip
    #[arg(long, value_name = "FILE")]
    pub output: Option<PathBuf>,
    /// Pack this file too, though git does not keep it or the slice did not touch it; may be said more than once
    #[arg(long, value_name = "FILE")]
    pub include: Vec<PathBuf>,
    /// Put it in the place of a file that is no bundle of this slice
    #[arg(long)]
    pub force: bool,
    /// Pack nothing: say what is wrong with the bundle that is there (AG506)
    #[arg(long, conflicts_with = "force")]
    pub check: bool,
}
