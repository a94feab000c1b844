//! The commands that write entries of the log.

use std::ffi::OsString;
use std::path::PathBuf;

use clap::{Args, Subcommand};

/// What to do with a gate.
#[derive(Debug, Subcommand)]
pub enum GateCommand {
    /// Post an alignment gate
    New(GateNew),
    /// Show a gate in full, its state and its digest
    Show {
        /// Its slice; the latest gate without
        #[arg(long, value_name = "S")]
        slice: Option<String>,
    },
}

/// What a gate asks for.
#[derive(Debug, Args)]
pub struct GateNew {
    /// The slice's name, such as r4-adapter
    #[arg(long, value_name = "S")]
    pub slice: Option<String>,
    /// A path or glob that will change, from the policy's folder; what is there under that very name is meant to the letter
    #[arg(long = "path", value_name = "P", allow_hyphen_values = true)]
    pub paths: Vec<String>,
    /// Write it in git's editor, on a text filled from what is staged and from the newest plan; also where slice or path
    /// is missing on a terminal
    #[arg(long)]
    pub edit: bool,
    /// The exact name of a field
    #[arg(long = "field", value_name = "F", allow_hyphen_values = true)]
    pub fields: Vec<String>,
    /// A question to be answered Yes or No
    #[arg(long = "question", value_name = "Q", allow_hyphen_values = true)]
    pub questions: Vec<String>,
    /// What shows that it is done; a command, which `validate` runs, in a code span: '`pytest tests`'
    #[arg(long = "validate", value_name = "V", allow_hyphen_values = true)]
    pub validation: Vec<String>,
    /// Packaging and licensing impacts
    #[arg(long, value_name = "T", allow_hyphen_values = true)]
    pub packaging: Option<String>,
    /// What is done by D+1 and D+2
    #[arg(long, value_name = "T", allow_hyphen_values = true)]
    pub timeline: Option<String>,
    /// Who posts it: the party whose repository this is, which is also the default
    #[arg(long, value_name = "NAME")]
    pub party: Option<String>,
    /// The gate's date, or `none`; today without
    #[arg(long, value_name = "YYYY-MM-DD")]
    pub date: Option<String>,
    /// Commit the log, and nothing else
    #[arg(long)]
    pub commit: bool,
    /// Do not ask
    #[arg(long)]
    pub yes: bool,
}

/// What is common to entries about a gate.
#[derive(Debug, Args)]
pub struct Writing {
    /// The gate's slice; without, the latest gate, or this party's latest where only that can be meant
    #[arg(long, value_name = "S")]
    pub slice: Option<String>,
    /// Commit the log, and nothing else
    #[arg(long)]
    pub commit: bool,
}

/// An ACK.
#[derive(Debug, Args)]
pub struct Answer {
    #[command(flatten)]
    pub writing: Writing,
    /// Do not ask: the gate has been read
    #[arg(long)]
    pub yes: bool,
    /// Sign it with ssh-keygen, by a private or public key's file or a line `key::ssh-ed25519 …`; without KEY, by git's
    /// user.signingKey, else by a key of this party that the SSH agent holds
    #[arg(long, value_name = "KEY", num_args = 0..=1, require_equals = true, default_missing_value = "")]
    pub sign: Option<OsString>,
    /// Print what would be signed, to sign it elsewhere: `ssh-keygen -Y sign -n ackgate -f KEY FILE`
    #[arg(long, conflicts_with_all = ["sign", "signed", "commit", "yes"])]
    pub print_terms: bool,
    /// Take what --print-terms printed from FILE, and its signature from FILE.sig
    #[arg(long, value_name = "FILE", conflicts_with = "sign")]
    pub signed: Option<PathBuf>,
}

/// A NACK.
#[derive(Debug, Args)]
pub struct Nack {
    #[command(flatten)]
    pub writing: Writing,
    /// Why
    #[arg(long, value_name = "T", allow_hyphen_values = true)]
    pub reason: Option<String>,
}

/// “Ready for ACK”.
#[derive(Debug, Args)]
pub struct Ready {
    #[command(flatten)]
    pub writing: Writing,
    /// What else there is to say
    #[arg(long, value_name = "T", allow_hyphen_values = true)]
    pub note: Option<String>,
}
