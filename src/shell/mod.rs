//! Everything that touches the world: repositories, files, processes, the clock, the terminal.

mod after;
mod agent;
mod at_push;
mod behind;
mod bundle;
mod by_hand;
mod child;
mod cli;
mod commit_msg;
mod contract;
mod contracts;
mod demo;
mod doctor;
mod error;
mod explain;
mod files;
mod foreign;
#[cfg(any(test, fuzzing))]
pub mod fuzzing;
pub mod git;
mod handoff;
pub mod init;
pub mod install;
mod judge;
mod keys;
mod law;
mod laws;
mod licence;
mod licences;
mod lock;
mod logs;
mod merge_log;
mod overrides;
mod past;
mod plan;
mod plans;
mod push;
mod receive;
mod run;
mod session;
mod status;
mod steps;
mod terminal;
mod throwaway;
mod trust;
mod validate;
#[cfg(test)]
mod work_tests;
mod world;
mod write;

pub use error::Error;
pub use run::{agent, commit_msg, pre_commit, pre_push, pre_receive, verify_gate};
