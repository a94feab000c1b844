//! GitHub's workflow commands: `::error file=…,line=…,title=…::message`, one a line on standard output.
//!
//! Source: GitHub's documentation of workflow commands, and the runner's escaping of data and properties.

use std::io::{self, Write};

use super::results::{CANNOT_DECIDE, Results, UNDECIDED, is_loud, shown_at, text, title, undecided_text};
use super::{Finding, Severity};

/// Writes one annotation a finding.
pub(super) fn write(results: &Results<'_>, out: &mut dyn Write) -> io::Result<()> {
    for finding in results.findings.iter().filter(|finding| is_loud(results, finding.severity)) {
        annotation(finding, out)?;
    }
    for undecided in &results.undecided {
        let title = property(&format!("{UNDECIDED} {CANNOT_DECIDE}"));
        writeln!(out, "::error title={title}::{}", data(&undecided_text(undecided)))?;
    }
    for note in results.lines().filter(|_| !results.quiet) {
        writeln!(out, "::notice title=verify-gate::{}", data(&note))?;
    }
    Ok(())
}

fn annotation(finding: &Finding, out: &mut dyn Write) -> io::Result<()> {
    let command = match finding.severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
        Severity::Note => "notice",
    };
    let mut properties = Vec::new();
    if let Some((file, line)) = shown_at(finding) {
        properties.push(format!("file={}", property(&file)));
        properties.extend(line.map(|line| format!("line={line}")));
    }
    properties.push(format!("title={}", property(&title(finding))));
    writeln!(out, "::{command} {}::{}", properties.join(","), data(&text(finding)))
}

fn data(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '%' => out.push_str("%25"),
            '\r' => out.push_str("%0D"),
            '\n' => out.push_str("%0A"),
            // The log of the run is a terminal of a kind.
            c if c.is_control() => out.extend(c.escape_unicode()),
            c => out.push(c),
        }
    }
    out
}

fn property(text: &str) -> String {
    data(text).replace(':', "%3A").replace(',', "%2C")
}

#[cfg(test)]
mod tests {
    use super::super::results::Form;
    use super::super::results::tests::{hostile, nothing, same, written};

    #[test]
    fn nothing_that_others_wrote_is_a_command() {
        assert_eq!(nothing(Form::Github), "");
        let text = written(Form::Github, &hostile());
        same("github.txt", &text);
        assert_eq!(text.lines().count(), 5);
        assert!(text.lines().all(|line| line.starts_with("::")), "{text}");
    }
}
