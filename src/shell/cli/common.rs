//! The options of every command.

use std::path::PathBuf;

use clap::builder::PossibleValue;
use clap::{Args, ValueEnum};

use crate::report::results::Form;

/// Options of every command.
#[derive(Debug, Args)]
#[command(next_help_heading = "Options of every command")]
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
    /// Do not show long output in a pager, as is done on a terminal
    #[arg(long, global = true)]
    pub no_pager: bool,
}

/// A form of output.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    /// For people and agents.
    Human,
    /// For scripts.
    Json,
    /// For a tool that shows findings.
    For(Form),
}

/// By hand: clap derives it for words without a value alone.
impl ValueEnum for Format {
    fn value_variants<'a>() -> &'a [Self] {
        &[
            Format::Human,
            Format::Json,
            Format::For(Form::Sarif),
            Format::For(Form::Github),
            Format::For(Form::Gitlab),
            Format::For(Form::Junit),
        ]
    }

    fn to_possible_value(&self) -> Option<PossibleValue> {
        let (name, help) = match self {
            Format::Human => ("human", "For people and agents"),
            Format::Json => ("json", "For scripts"),
            Format::For(Form::Sarif) => ("sarif", "Findings as SARIF 2.1.0, for code scanning and editors"),
            Format::For(Form::Github) => ("github", "Findings as GitHub's annotations"),
            Format::For(Form::Gitlab) => ("gitlab", "Findings as GitLab's code quality report"),
            Format::For(Form::Junit) => ("junit", "Findings as JUnit's XML"),
        };
        Some(PossibleValue::new(name).help(help))
    }
}

/// When to use colours.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Color {
    /// On a terminal, unless NO_COLOR, CLICOLOR=0 or TERM=dumb says otherwise; anywhere with CLICOLOR_FORCE=1
    Auto,
    /// Always
    Always,
    /// Never
    Never,
}
