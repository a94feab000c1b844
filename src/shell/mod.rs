//! Everything that touches the world: repositories, files, processes, the clock, the terminal.

mod error;
mod files;
pub mod git;
pub mod init;
pub mod install;

pub use error::Error;
