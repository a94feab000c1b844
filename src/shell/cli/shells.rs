//! The command lines of what the tool says of itself.

use std::path::PathBuf;

use clap::{Args, ValueEnum};

/// How to list the rules.
#[derive(Debug, Args)]
pub struct RulesArgs {
    /// With the page of each, as Markdown
    #[arg(long)]
    pub markdown: bool,
}

/// A shell.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum ShellName {
    /// `eval "$(verify-gate completions bash)"` in ~/.bashrc
    Bash,
    /// Into a file `_verify-gate` in a folder of $fpath
    Zsh,
    /// Into ~/.config/fish/completions/verify-gate.fish
    Fish,
}

/// Which man pages, and where to.
#[derive(Debug, Args)]
pub struct ManArgs {
    /// The page, such as verify-gate-check or ackgate-pre-push; verify-gate without
    #[arg(value_name = "PAGE", conflicts_with = "output")]
    pub page: Option<String>,
    /// Write all pages into this folder
    #[arg(long, value_name = "DIR")]
    pub output: Option<PathBuf>,
}
