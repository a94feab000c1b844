//! Integration tests: real repositories, real git.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::string_slice,
    clippy::disallowed_methods,
    reason = "a test may stop where it fails, and touches the world"
)]

mod acks;
mod additive;
mod agent;
mod attack;
mod authored;
mod behind;
mod both_ways;
mod boundary;
mod bundle;
mod contract;
mod demo;
mod doctor;
mod extends;
mod formats;
mod git_changes;
mod git_graph;
mod git_hooks;
mod git_other;
mod git_repository;
mod handoff;
mod handoff_write;
mod indexes;
mod init;
mod install;
mod install_runner;
mod kinds;
mod legit;
mod licence;
mod literate;
mod log_formats;
mod merge;
mod overrides;
mod pages;
mod pins;
mod plan;
mod range;
mod receive;
mod report;
mod rules;
mod same;
mod server;
mod session;
mod shallow;
mod shells;
mod sign;
mod signed;
mod slice;
mod support;
mod trailers;
mod validate;
mod write;
