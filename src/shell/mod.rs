//! Everything that touches the world: repositories, files, processes, the clock, the terminal.

mod error;
pub mod git;
pub mod install;

pub use error::Error;
