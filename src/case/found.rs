//! What a rule finds, as it words it.

use crate::change::RepoPath;
use crate::report::{Finding, LogPlace, Severity};
use crate::rules::Rule;

/// Where a rule puts what it finds.
pub struct Found<'a> {
    pub(crate) rule: &'static Rule,
    pub(crate) severity: Severity,
    pub(crate) commit: Option<&'a str>,
    pub(crate) lifted: &'a [Finding],
    pub(crate) findings: &'a mut Vec<Finding>,
}

impl<'a> Found<'a> {
    /// What an emergency override took away of what other rules found.
    pub fn lifted(&self) -> &'a [Finding] {
        self.lifted
    }

    /// Adds a finding, as severe as the policy says.
    pub fn add(&mut self, draft: Draft) {
        let finding = self.finding(draft);
        self.findings.push(finding);
    }

    /// The same, unless it was added already: of a gate that needs several ACKs the same may be found for each.
    pub fn add_once(&mut self, draft: Draft) {
        let finding = self.finding(draft);
        if !self.findings.contains(&finding) {
            self.findings.push(finding);
        }
    }

    fn finding(&self, draft: Draft) -> Finding {
        Finding {
            code: self.rule.code,
            name: self.rule.name,
            severity: draft.at_most.map_or(self.severity, |most| most.min(self.severity)),
            message: draft.message,
            path: draft.path,
            line: draft.line,
            log: draft.log,
            help: draft.help,
            commit: self.commit.map(str::to_owned),
        }
    }
}

/// A finding as a rule words it.
#[derive(Debug, Clone)]
pub struct Draft {
    message: String,
    path: Option<RepoPath>,
    line: Option<usize>,
    log: Option<LogPlace>,
    help: Option<String>,
    at_most: Option<Severity>,
}

impl Draft {
    /// One sentence: what is wrong.
    pub fn new(message: impl Into<String>) -> Self {
        Draft { message: message.into(), path: None, line: None, log: None, help: None, at_most: None }
    }

    /// The path that it is about.
    pub fn path(self, path: &RepoPath) -> Self {
        Draft { path: Some(path.clone()), ..self }
    }

    /// The line of that path's file.
    pub fn line(self, line: Option<usize>) -> Self {
        Draft { line, ..self }
    }

    /// The line of the log that it is about.
    pub fn log(self, path: &str, line: usize) -> Self {
        Draft { log: Some(LogPlace { path: path.to_owned(), line }), ..self }
    }

    /// What to do next.
    pub fn help(self, help: impl Into<String>) -> Self {
        Draft { help: Some(help.into()), ..self }
    }

    /// Never more severe than this, whatever the policy says.
    pub fn at_most(self, severity: Severity) -> Self {
        Draft { at_most: Some(severity), ..self }
    }
}
