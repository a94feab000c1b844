//! Lines of a file, and those between ackgate's two comments.

use std::fmt;

use super::RunnerError;

const BEGIN: &str = "# ackgate: begin (by verify-gate install --runner)";
const END: &str = "# ackgate: end";

/// A file's lines, without their ends.
#[derive(Debug)]
pub(super) struct Text {
    pub(super) lines: Vec<String>,
    end: &'static str,
}

impl Text {
    pub(super) fn read(text: &str) -> Text {
        let end = if text.contains("\r\n") { "\r\n" } else { "\n" };
        Text { lines: text.lines().map(str::to_owned).collect(), end }
    }

    /// Whether a line that is no comment names the program.
    pub(super) fn mentions(&self, program: &str) -> bool {
        self.lines.iter().any(|line| !line.trim_start().starts_with('#') && line.contains(program))
    }

    /// Puts a block before the line at an index, which may be one past the last.
    pub(super) fn insert(&mut self, at: usize, indent: usize, block: &str) {
        let margin = " ".repeat(indent);
        let block = std::iter::once(BEGIN).chain(block.lines()).chain(std::iter::once(END));
        let block: Vec<String> = block.map(|line| format!("{margin}{line}")).collect();
        let at = at.min(self.lines.len());
        self.lines.splice(at..at, block);
    }
}

impl fmt::Display for Text {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.lines.iter().try_for_each(|line| write!(f, "{line}{}", self.end))
    }
}

/// A file's text without ackgate's blocks; all else byte for byte.
pub(super) fn without_blocks(text: &str) -> Result<String, RunnerError> {
    let mut left = String::new();
    let mut begun = None;
    for (index, line) in text.split_inclusive('\n').enumerate() {
        match (line.trim(), begun) {
            (BEGIN, None) => begun = Some(index),
            (END, Some(_)) => begun = None,
            (_, None) => left.push_str(line),
            _ => {}
        }
    }
    match begun {
        None => Ok(left),
        Some(index) => {
            Err(RunnerError::Shape { line: index + 1, what: format!("ackgate's block has no end, the line `{END}`") })
        }
    }
}
