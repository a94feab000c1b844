//! git's pre-push hook.

use std::process::ExitCode;

fn main() -> ExitCode {
    ackgate::shell::pre_push()
}
