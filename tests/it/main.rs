//! Integration tests: real repositories, real git.
