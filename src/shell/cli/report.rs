//! The command line of `report`.

use std::path::PathBuf;

use clap::Args;

/// What to write, and how much goes into it.
#[derive(Debug, Args)]
#[command(after_help = REPORT)]
pub struct ReportArgs {
    /// Where to write the page; `-` for standard output
    #[arg(long, value_name = "FILE", required = true)]
    pub html: PathBuf,
    /// How many commits of each repository are judged, the newest first
    #[arg(long, value_name = "N", default_value_t = 300)]
    pub commits: usize,
    /// Put it in the place of a file that is no report
    #[arg(long)]
    pub force: bool,
}

const REPORT: &str = "The page is one file that needs nothing else: no network, no script. It shows what is committed: gates, answers, \
turns, and each commit judged on its own base. The repository of the other party is looked at where it lies beside this one.\n\
Exit status: 0 written, 2 not.";
