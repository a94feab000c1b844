//! (log, change, policy) → report. The only loop over the catalogue.

use crate::case::{Case, Found};
use crate::policy::Setting;
use crate::report::{Finding, ProtectedPath, Report, Severity};
use crate::rules::{RULES, Rule};

/// Judges one change under one policy.
pub fn check(case: &Case<'_>, scope: &str) -> Report {
    let mut report = Report::new(scope);
    for rule in RULES {
        if let Some(severity) = severity(case, rule) {
            let commit = case.commit.as_deref();
            (rule.check)(case, &mut Found { rule, severity, commit, findings: &mut report.findings });
        }
    }
    report.protected = case
        .touched
        .iter()
        .map(|touched| ProtectedPath {
            path: touched.path.clone(),
            class: touched.class.clone(),
            covered_by: case.covered_by(touched).map(str::to_owned),
        })
        .collect();
    report.gate = case.touched.iter().rev().find_map(|t| t.gate).and_then(|gate| case.view(gate));
    let touched = case.touched.iter().zip(&report.protected);
    let covered = touched.filter(|(touched, path)| !touched.adopted && path.covered_by.is_some());
    report.pins = case.pins(covered.filter_map(|(touched, _)| touched.gate));
    report.sort();
    report
}

/// What the rules about the log's entries say of a log by itself.
pub fn warnings(case: &Case<'_>) -> Vec<Finding> {
    let mut findings = Vec::new();
    for rule in RULES.iter().filter(|rule| matches!(rule.code, "AG204" | "AG205")) {
        if let Some(severity) = severity(case, rule) {
            (rule.check)(case, &mut Found { rule, severity, commit: None, findings: &mut findings });
        }
    }
    findings
}

/// How much a rule weighs under a policy; `None` if the policy turns it off.
fn severity(case: &Case<'_>, rule: &Rule) -> Option<Severity> {
    match case.policy.severity_of(rule.code) {
        None => Some(rule.severity),
        Some(Setting::Error) => Some(Severity::Error),
        Some(Setting::Warning) => Some(Severity::Warning),
        Some(Setting::Off) => None,
    }
}
