//! (log, change, policy) → report. The only loop over the catalogue.

use crate::case::{Case, Found};
use crate::policy::Setting;
use crate::report::{Finding, ProtectedPath, Report, Severity, escape};
use crate::rules::{OVERRIDE_USED, RULES, Rule, asks_for_a_gate};

/// Judges one change under one policy.
pub fn check(case: &Case<'_>, scope: &str) -> Report {
    let mut report = Report::new(scope);
    report.deviate(case.policy.deviations());
    for rule in RULES {
        look(case, rule, &[], &mut report.findings);
    }
    lift(case, &mut report);
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

/// What the rules about the log say of it by itself.
pub fn warnings(case: &Case<'_>) -> Vec<Finding> {
    let mut findings = Vec::new();
    for rule in RULES.iter().filter(|rule| matches!(rule.code, "AG204" | "AG205" | "AG206")) {
        look(case, rule, &[], &mut findings);
    }
    findings
}

/// What the rules with these codes find, most severe first.
pub fn asked(case: &Case<'_>, codes: &[&str]) -> Vec<Finding> {
    let mut findings = Vec::new();
    for rule in RULES.iter().filter(|rule| codes.contains(&rule.code)) {
        look(case, rule, &[], &mut findings);
    }
    findings.sort_by_key(|finding| std::cmp::Reverse(finding.severity));
    findings
}

/// The same, as a report.
pub fn report_of(case: &Case<'_>, scope: &str, codes: &[&str]) -> Report {
    let mut report = Report::new(scope);
    report.deviate(case.policy.deviations());
    report.findings = asked(case, codes);
    report.sort();
    report
}

/// Adds what a rule finds.
fn look(case: &Case<'_>, rule: &'static Rule, lifted: &[Finding], findings: &mut Vec<Finding>) {
    if let Some(severity) = severity(case, rule) {
        let commit = case.commit.as_deref();
        (rule.check)(case, &mut Found { rule, severity, commit, lifted, findings });
    }
}

/// Takes away what an emergency override stands in for, and says that it did. Where none counts, says why, and where one
/// could be made, how.
fn lift(case: &Case<'_>, report: &mut Report) {
    let is_liftable = |finding: &Finding| finding.severity == Severity::Error && asks_for_a_gate(finding.code);
    if !report.findings.iter().any(is_liftable) {
        return;
    }
    match &case.overriding {
        Some(Ok(_)) => {
            let lifted: Vec<Finding> = report.findings.iter().filter(|f| is_liftable(f)).cloned().collect();
            let Some(used) = case.used(&lifted) else { return };
            report.findings.retain(|finding| !is_liftable(finding));
            report.overrides.push(used);
            look(case, OVERRIDE_USED, &lifted, &mut report.findings);
        }
        Some(Err(why)) => {
            let commit = case.commit.as_deref().unwrap_or_default();
            report.note([format!("the emergency override of {commit} does not count: {}", escape(why))]);
        }
        None if case.at_commit && !case.policy.override_keys.is_empty() => report.note([EMERGENCY.to_owned()]),
        None => {}
    }
}

const EMERGENCY: &str = "in an emergency, who holds a key of `[override]` can sign the commit and say why: `git -c gpg.format=ssh \
    -c user.signingKey=KEY commit -S --no-verify --trailer 'Gate-Override: REASON'` (`verify-gate explain AG115`)";

/// How much a rule weighs under a policy; `None` if the policy turns it off.
fn severity(case: &Case<'_>, rule: &Rule) -> Option<Severity> {
    match case.policy.severity_of(rule.code) {
        None => Some(rule.severity),
        Some(Setting::Error) => Some(Severity::Error),
        Some(Setting::Warning) => Some(Severity::Warning),
        Some(Setting::Off) => None,
    }
}
