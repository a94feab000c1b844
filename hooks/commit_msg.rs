//! git's commit-msg hook.

use std::process::ExitCode;

fn main() -> ExitCode {
    ackgate::shell::commit_msg()
}
