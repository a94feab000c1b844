//! The commands of a session.

use clap::{Args, Subcommand, ValueEnum};

use crate::handoff::Role;

/// What to do with a session.
#[derive(Debug, Subcommand)]
pub enum SessionCommand {
    /// Show the required reading with what has changed in it, the log's new entries and the other party's last handoff; take
    /// all of it as read
    Begin(Begin),
    /// Show the open session, and what has changed since it began
    Status,
    /// End the open session
    End,
}

/// A session that begins.
#[derive(Debug, Args)]
pub struct Begin {
    /// What it is for
    #[arg(long, value_enum, value_name = "ROLE")]
    pub role: RoleName,
    /// The slice that it is about
    #[arg(long, value_name = "S")]
    pub slice: Option<String>,
}

/// A role.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum RoleName {
    /// Finds out what is there
    Scout,
    /// Writes the plan
    Planner,
    /// Does what the plan says
    Executor,
}

impl From<RoleName> for Role {
    fn from(name: RoleName) -> Role {
        match name {
            RoleName::Scout => Role::Scout,
            RoleName::Planner => Role::Planner,
            RoleName::Executor => Role::Executor,
        }
    }
}
