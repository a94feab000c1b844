//! GitLab's code quality report: one issue a finding.
//!
//! Source: GitLab's documentation of the format: description, check name, fingerprint, severity, and a location.

use std::io::{self, Write};

use serde_json::{Value, json};

use super::fingerprint::{fingerprint_of, fingerprints};
use super::json::document;
use super::results::{Results, UNDECIDED, shown_at, undecided_text};
use super::{Finding, Severity};
use crate::policy::POLICY_FILE;

/// Writes the issues.
pub(super) fn write(results: &Results<'_>, out: &mut dyn Write) -> io::Result<()> {
    let mut issues: Vec<Value> = results
        .findings
        .iter()
        .zip(fingerprints(results.findings))
        .map(|(finding, print)| issue(finding, &print))
        .collect();
    for undecided in &results.undecided {
        let text = undecided_text(undecided);
        let print = fingerprint_of(&format!("{UNDECIDED} {} {}", results.what, undecided.message));
        issues.push(value(UNDECIDED, &text, "blocker", &print, (POLICY_FILE.to_owned(), None)));
    }
    document(out, Value::Array(issues))
}

fn issue(finding: &Finding, fingerprint: &str) -> Value {
    let severity = match finding.severity {
        Severity::Error => "blocker",
        Severity::Warning => "minor",
        Severity::Note => "info",
    };
    // GitLab wants a file: what is about the whole is shown at the policy.
    let place = shown_at(finding).unwrap_or_else(|| (POLICY_FILE.to_owned(), None));
    let description = format!("{}: {}", finding.code, finding.message);
    value(finding.code, &description, severity, fingerprint, place)
}

fn value(check: &str, text: &str, severity: &str, fingerprint: &str, (path, line): (String, Option<usize>)) -> Value {
    json!({
        "type": "issue",
        "check_name": check,
        "description": text,
        "fingerprint": fingerprint,
        "severity": severity,
        "location": {"path": path, "lines": {"begin": line.unwrap_or(1)}},
    })
}

#[cfg(test)]
mod tests {
    use super::super::results::Form;
    use super::super::results::tests::{hostile, nothing, same, written};

    #[test]
    fn every_finding_is_an_issue_at_a_line() {
        assert_eq!(nothing(Form::Gitlab), "[]\n");
        same("gitlab.json", &written(Form::Gitlab, &hostile()));
    }
}
