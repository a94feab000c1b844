//! `verify-gate`: for people and CI.

use std::process::ExitCode;

fn main() -> ExitCode {
    ackgate::shell::verify_gate()
}
