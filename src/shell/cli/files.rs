//! The command lines of what looks at files by themselves: contracts, licences, baselines.

use std::path::PathBuf;

use clap::{Args, Subcommand};

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

const LICENCE: &str = "A program may decide signatures instead, with `git config ackgate.verifier PROGRAM` or `[licence] verifier` of --config FILE.\n\
Exit status: 0 all good, 1 refused, 2 cannot decide.";

/// What to do with a baseline.
#[derive(Debug, Subcommand)]
pub enum ExtendsCommand {
    /// Show the baseline of the policy that judges here, and each setting that loosens it
    Show,
    /// Write a snapshot of a baseline and its digest into ackgate.toml; what makes no valid policy is not written
    Update(ExtendsUpdate),
}

/// Where a baseline comes from.
#[derive(Debug, Args)]
#[command(after_help = EXTENDS)]
pub struct ExtendsUpdate {
    /// A file, of which nothing is recorded but its digest
    #[arg(long, value_name = "FILE", conflicts_with_all = ["git", "rev", "path"])]
    pub from: Option<PathBuf>,
    /// The repository that keeps it: https://, ssh://, user@host:path or a local path
    #[arg(long, value_name = "URL")]
    pub git: Option<String>,
    /// The commit there, by its full id
    #[arg(long, value_name = "ID")]
    pub rev: Option<String>,
    /// The file there
    #[arg(long, value_name = "FILE")]
    pub path: Option<String>,
    /// Where the snapshot is kept, below the folder of ackgate.toml; .ackgate/baseline.toml without
    #[arg(long, value_name = "FILE")]
    pub file: Option<String>,
}

const EXTENDS: &str = "What is not said is as ackgate.toml has recorded it. A commit that is not here is fetched, if `git config ackgate.fetch true` says so;\n\
nothing is ever fetched where a change is judged.";
