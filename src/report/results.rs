//! What a command found, in the forms that other tools read.

use std::io::{self, Write};

use super::{Finding, Report, Severity, github, gitlab, junit, sarif};
use crate::policy::Deviation;

/// A form that another tool reads.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Form {
    /// SARIF 2.1.0, for code scanning and editors.
    Sarif,
    /// Workflow commands, which GitHub shows as annotations.
    Github,
    /// GitLab's code quality report.
    Gitlab,
    /// JUnit's XML, for whatever shows results of tests.
    Junit,
}

/// What a command found.
#[derive(Debug, Clone, Default)]
pub struct Results<'a> {
    /// The command, with what it judged: `check (staged)`.
    pub what: String,
    /// What is wrong.
    pub findings: &'a [Finding],
    /// What was looked at and is good.
    pub good: Vec<String>,
    /// What could not be decided: exit status 2.
    pub undecided: Vec<Undecided>,
    /// What else is worth a line.
    pub notes: &'a [String],
    /// What loosens the baseline that the policy extends.
    pub deviations: &'a [Deviation],
    /// Errors alone, where the form is for people as well.
    pub quiet: bool,
}

/// Something that could not be decided.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Undecided {
    /// What, in one sentence.
    pub message: String,
    /// What to do about it.
    pub help: Option<String>,
}

/// The code of what could not be decided.
pub const UNDECIDED: &str = "AG000";
/// Its name.
pub const CANNOT_DECIDE: &str = "cannot-decide";

impl<'a> Results<'a> {
    /// What a report says.
    pub fn of(report: &'a Report, quiet: bool) -> Results<'a> {
        let covered = report.protected.iter().filter_map(|path| {
            let slice = path.covered_by.as_deref()?;
            Some(format!("{} ({}): covered by `{}`", path.path, path.class, super::escape(slice)))
        });
        Results {
            what: report.scope.clone(),
            findings: &report.findings,
            good: covered.collect(),
            undecided: Vec::new(),
            notes: &report.notes,
            deviations: &report.deviations,
            quiet,
        }
    }

    /// All that is about the run as a whole, a line each.
    pub(super) fn lines(&self) -> impl Iterator<Item = String> {
        self.notes.iter().cloned().chain(self.deviations.iter().map(|one| format!("deviation: {one}")))
    }
}

/// Writes results in a form.
///
/// # Errors
/// What writing fails with.
pub fn write(form: Form, results: &Results<'_>, out: &mut dyn Write) -> io::Result<()> {
    match form {
        Form::Sarif => sarif::write(results, out),
        Form::Github => github::write(results, out),
        Form::Gitlab => gitlab::write(results, out),
        Form::Junit => junit::write(results, out),
    }
}

/// The code, and the name where it says more.
pub(super) fn title(finding: &Finding) -> String {
    if finding.name.is_empty() || finding.name == finding.code {
        return finding.code.to_owned();
    }
    format!("{} {}", finding.code, finding.name)
}

/// All that there is to say below the title, on lines of its own.
pub(super) fn text(finding: &Finding) -> String {
    let mut text = finding.message.clone();
    if let Some(log) = finding.log.as_ref().filter(|_| finding.path.is_some()) {
        text.push_str(&format!("\nlog {}:{}", super::escape(&log.path), log.line));
    }
    if let Some(commit) = &finding.commit {
        text.push_str(&format!("\ncommit {}", super::escape(commit)));
    }
    if let Some(help) = &finding.help {
        text.push_str(&format!("\nhelp: {}", help.trim_end()));
    }
    text
}

/// Of what could not be decided.
pub(super) fn undecided_text(undecided: &Undecided) -> String {
    match &undecided.help {
        Some(help) => format!("{}\nhelp: {help}", undecided.message),
        None => undecided.message.clone(),
    }
}

/// The file and line that a finding is shown at: its path, else the log.
pub(super) fn shown_at(finding: &Finding) -> Option<(String, Option<usize>)> {
    match (&finding.path, &finding.log) {
        (Some(path), _) => Some((path.to_string(), finding.line)),
        (None, Some(log)) => Some((super::escape(&log.path), Some(log.line))),
        (None, None) => None,
    }
}

/// Whether quiet leaves this out.
pub(super) fn is_loud(results: &Results<'_>, severity: Severity) -> bool {
    !results.quiet || severity == Severity::Error
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;
    use crate::change::RepoPath;
    use crate::report::LogPlace;

    /// Findings with everything that could break a form.
    pub(in crate::report) fn hostile() -> Vec<Finding> {
        let finding = Finding {
            code: "AG104",
            name: "path-not-covered",
            severity: Severity::Error,
            message: "`a` 100%,:: <b>&\"'\r\n::error::forged\u{1b}[2J ]]> [x](http://evil)".to_owned(),
            path: Some(RepoPath::new(*b"d%2F: \xff/\n,x#?.py")),
            line: Some(7),
            log: Some(LogPlace { path: "docs/chat log,a:b.md".to_owned(), line: 3 }),
            help: Some("first\n\n## second".to_owned()),
            commit: Some("0123456789".to_owned()),
        };
        vec![
            finding.clone(),
            Finding {
                severity: Severity::Warning,
                path: None,
                line: None,
                commit: None,
                help: None,
                ..finding.clone()
            },
            Finding {
                code: "AG206",
                name: "log-stale",
                severity: Severity::Note,
                message: "\u{0}\u{fffe}\u{202e} Größe 👍".to_owned(),
                path: None,
                line: None,
                log: None,
                help: None,
                commit: None,
            },
        ]
    }

    /// A form of all that a command can say.
    pub(in crate::report) fn written(form: Form, findings: &[Finding]) -> String {
        let undecided = Undecided { message: "cannot read `%\n::x`".to_owned(), help: Some("mend,it".to_owned()) };
        let results = Results {
            what: "check (<staged>)".to_owned(),
            findings,
            good: vec!["a.py (adapter): covered by `r4`".to_owned()],
            undecided: vec![undecided],
            notes: &["a note\n::warning::forged".to_owned()],
            deviations: &[],
            quiet: false,
        };
        let mut out = Vec::new();
        write(form, &results, &mut out).unwrap();
        String::from_utf8(out).unwrap()
    }

    /// Compares with a file beside this one; with `ACKGATE_UPDATE=1` writes it instead.
    #[expect(clippy::disallowed_methods, reason = "a test of the project's own files")]
    pub(in crate::report) fn same(name: &str, text: &str) {
        let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("src/report/snapshots").join(name);
        if std::env::var_os("ACKGATE_UPDATE").is_some() {
            return std::fs::write(path, text).unwrap();
        }
        let old = std::fs::read_to_string(path).unwrap_or_default();
        assert_eq!(old, text, "{name}: run `ACKGATE_UPDATE=1 cargo test --lib report` and look at the diff");
    }

    /// The least that a command can say.
    pub(in crate::report) fn nothing(form: Form) -> String {
        let mut out = Vec::new();
        write(form, &Results { what: "staged".to_owned(), ..Results::default() }, &mut out).unwrap();
        String::from_utf8(out).unwrap()
    }
}
