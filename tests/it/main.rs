//! Integration tests: real repositories, real git.

mod git_changes;
mod git_graph;
mod git_hooks;
mod git_other;
mod git_repository;
mod init;
mod install;
mod support;
