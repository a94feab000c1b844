//! git's pre-receive hook.

use std::process::ExitCode;

fn main() -> ExitCode {
    ackgate::shell::pre_receive()
}
