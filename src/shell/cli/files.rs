//! The command lines of what looks at files by themselves: contracts, licences.

use std::path::PathBuf;

use clap::Args;

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
