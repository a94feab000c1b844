//! Integration tests: real repositories, real git.

mod install;
