//! For people and agents, in rustc's manner: what, where, why, and what to do next.

use std::io::{self, Write};

use super::{AnswersView, Finding, Report, Severity, Verdict, escape};
use crate::policy::Deviation;

/// How to show a report.
#[derive(Debug, Clone, Copy, Default)]
pub struct Look {
    /// With colours.
    pub color: bool,
    /// Errors alone.
    pub quiet: bool,
    /// With what passed.
    pub verbose: bool,
    /// Say nothing about a pass: a hook's way.
    pub silent_pass: bool,
}

/// Writes a report. Names and text that others wrote are escaped where the findings were made.
pub fn report(report: &Report, look: Look, out: &mut dyn Write) -> io::Result<()> {
    for finding in &report.findings {
        if look.quiet && finding.severity != Severity::Error {
            continue;
        }
        self::finding(finding, look, out)?;
    }
    if !look.quiet {
        for note in &report.notes {
            writeln!(out, "{}: {note}", paint("note", NOTE, look.color))?;
        }
        // A hook that lets pass is silent, until it has something to say.
        let is_silent = look.silent_pass && report.verdict() == Verdict::Pass && report.findings.is_empty();
        if !is_silent {
            deviations(&report.deviations, look.color, out)?;
        }
    }
    if look.verbose {
        for path in &report.protected {
            let covered =
                path.covered_by.as_ref().map_or("not covered".to_owned(), |s| format!("covered by `{}`", escape(s)));
            writeln!(out, "  {} ({}): {covered}", path.path, escape(&path.class))?;
        }
    }
    summary(report, look, out)
}

/// Writes what loosens a baseline.
pub fn deviations(deviations: &[Deviation], color: bool, out: &mut dyn Write) -> io::Result<()> {
    deviations.iter().try_for_each(|one| writeln!(out, "{}: {one}", paint("deviation", WARNING, color)))
}

/// Writes one finding.
pub fn finding(finding: &Finding, look: Look, out: &mut dyn Write) -> io::Result<()> {
    let color = match finding.severity {
        Severity::Error => ERROR,
        Severity::Warning => WARNING,
        Severity::Note => NOTE,
    };
    let head = format!("{}[{}]", finding.severity.as_str(), finding.code);
    writeln!(out, "{}: {}", paint(&head, color, look.color), finding.message)?;
    if let Some(path) = &finding.path {
        match finding.line {
            Some(line) => writeln!(out, "  --> {path}:{line}")?,
            None => writeln!(out, "  --> {path}")?,
        }
    }
    if let Some(log) = &finding.log {
        writeln!(out, "  log {}:{}", escape(&log.path), log.line)?;
    }
    if let Some(commit) = &finding.commit {
        writeln!(out, "  commit {}", escape(commit))?;
    }
    if let Some(help) = &finding.help {
        let mut lines = help.trim_end().lines();
        writeln!(out, "  {} {}", paint("help:", HELP, look.color), lines.next().unwrap_or_default())?;
        for line in lines {
            if line.is_empty() { writeln!(out)? } else { writeln!(out, "      {line}")? }
        }
    }
    writeln!(out, "  why:  verify-gate explain {}", finding.code)?;
    writeln!(out)
}

fn summary(report: &Report, look: Look, out: &mut dyn Write) -> io::Result<()> {
    let count = |severity| report.findings.iter().filter(|f| f.severity == severity).count();
    let (errors, warnings) = (count(Severity::Error), count(Severity::Warning));
    let warned = if warnings > 0 { format!(", {}", several(warnings, "warning")) } else { String::new() };
    match report.verdict() {
        Verdict::Block => {
            let blocked = paint("blocked", ERROR, look.color);
            writeln!(out, "{blocked}: {}{warned} ({})", several(errors, "error"), escape(&report.scope))
        }
        Verdict::Pass if look.silent_pass || look.quiet => Ok(()),
        Verdict::Pass => {
            let what = match report.protected.len() {
                _ if let Some(holds) = report.holds.as_ref().filter(|_| report.findings.is_empty()) => holds.clone(),
                0 if report.holds.is_some() => "nothing that blocks".to_owned(),
                0 => "no protected path is touched".to_owned(),
                n => {
                    let mut slices: Vec<&str> =
                        report.protected.iter().filter_map(|p| p.covered_by.as_deref()).collect();
                    slices.dedup();
                    let gates = slices.iter().map(|s| format!("`{}`", escape(s))).collect::<Vec<_>>().join(", ");
                    let covered = if gates.is_empty() { String::new() } else { format!(", covered by {gates}") };
                    format!("{}{covered}", several(n, "protected path"))
                }
            };
            writeln!(out, "{}: {what}{warned} ({})", paint("pass", HELP, look.color), escape(&report.scope))
        }
    }
}

/// The answers to a gate that needs those of several, on one line.
pub fn answers(answers: &AnswersView) -> String {
    let said = answers.said.iter().map(|one| format!("{} {}, line {}", escape(&one.party), one.kind, one.line));
    let awaited = answers.awaits.iter().map(|party| format!("{} awaited", escape(party)));
    said.chain(awaited).collect::<Vec<_>>().join("; ")
}

/// A number and its noun.
pub fn several(count: usize, noun: &str) -> String {
    let plural = if count == 1 { "" } else { "s" };
    format!("{count} {noun}{plural}")
}

/// Text in a colour, or as it is.
pub fn paint(text: &str, code: &str, color: bool) -> String {
    if color { format!("\u{1b}[{code}m{text}\u{1b}[0m") } else { text.to_owned() }
}

/// Red, for what blocks.
pub const ERROR: &str = "1;31";
/// Yellow, for warnings.
pub const WARNING: &str = "1;33";
/// Blue, for notes.
pub const NOTE: &str = "1;34";
/// Green, for what helps.
pub const HELP: &str = "1;32";

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::LogPlace;

    fn blocked() -> Report {
        let mut report = Report::new("staged");
        report.findings.push(Finding {
            code: "AG102",
            name: "ack-missing",
            severity: Severity::Error,
            message: "`a` (adapter) is protected".to_owned(),
            path: Some("a".into()),
            line: None,
            log: Some(LogPlace { path: "log.md".to_owned(), line: 3 }),
            help: Some("first\n\n## second".to_owned()),
            commit: None,
        });
        report
    }

    #[test]
    fn says_what_where_why_and_what_next() {
        let mut out = Vec::new();
        super::report(&blocked(), Look::default(), &mut out).unwrap();
        let expected = "error[AG102]: `a` (adapter) is protected\n  --> a\n  log log.md:3\n  help: first\n\n      ## second\n  why:  verify-gate explain AG102\n\nblocked: 1 error (staged)\n";
        assert_eq!(String::from_utf8(out).unwrap(), expected);
    }

    #[test]
    fn a_hook_says_nothing_about_a_pass() {
        let mut out = Vec::new();
        super::report(&Report::new("staged"), Look { silent_pass: true, ..Look::default() }, &mut out).unwrap();
        assert!(out.is_empty());
    }
}
