//! The hook of coding agents: Claude Code, Codex, Gemini CLI, Cursor.

use std::process::ExitCode;

fn main() -> ExitCode {
    ackgate::shell::agent()
}
