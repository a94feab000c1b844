//! For scripts: `"version": 1`, stable, keys only ever added.

use std::io::{self, Write};

use serde_json::{Map, Value, json};

use super::results::{CANNOT_DECIDE, UNDECIDED};
use super::{AnswersView, Finding, GateView, ReplyView, Report, UsedOverride, Verdict};
use crate::policy::Deviation;

/// Writes a report.
pub fn report(report: &Report, out: &mut dyn Write) -> io::Result<()> {
    let verdict = match report.verdict() {
        Verdict::Pass => "pass",
        Verdict::Block => "block",
    };
    let protected: Vec<Value> = report
        .protected
        .iter()
        .map(|p| json!({"path": p.path.to_string(), "class": p.class, "covered_by": p.covered_by}))
        .collect();
    document(
        out,
        json!({
            "version": 1,
            "verdict": verdict,
            "scope": report.scope,
            "protected": protected,
            "gate": report.gate.as_ref().map(gate),
            "diagnostics": diagnostics(&report.findings),
            "overrides": overrides(&report.overrides),
            "deviations": deviations(&report.deviations),
            "notes": report.notes,
        }),
    )
}

/// Writes that nothing could be decided: exit status 2.
pub fn error(scope: &str, message: &str, hints: &[String], out: &mut dyn Write) -> io::Result<()> {
    let help = hints.join("; ");
    let mut diagnostic = json!({"code": UNDECIDED, "name": CANNOT_DECIDE, "severity": "error", "message": message});
    if let (false, Some(map)) = (help.is_empty(), diagnostic.as_object_mut()) {
        map.insert("help".to_owned(), help.into());
    }
    let value = json!({"version": 1, "verdict": "error", "scope": scope, "protected": [], "gate": null, "diagnostics": [diagnostic]});
    document(out, value)
}

/// A gate as every document shows it.
pub fn gate(gate: &GateView) -> Value {
    let mut value = json!({
        "slice": gate.slice,
        "line": gate.line,
        "party": gate.party,
        "state": gate.state,
        "paths": gate.paths,
        "fields": gate.fields,
        "reply": gate.reply.as_ref().map(reply),
    });
    if let (Some(answers), Some(map)) = (&gate.answers, value.as_object_mut()) {
        self::answers(answers, map);
    }
    if let (Some(expires), Some(map)) = (gate.expires, value.as_object_mut()) {
        map.insert("expires".to_owned(), expires.to_string().into());
    }
    value
}

/// Adds the answers to a gate that needs those of several.
pub fn answers(answers: &AnswersView, map: &mut Map<String, Value>) {
    let said: Vec<Value> = answers.said.iter().map(reply).collect();
    map.insert("answers".to_owned(), said.into());
    map.insert("awaits".to_owned(), answers.awaits.clone().into());
}

fn reply(reply: &ReplyView) -> Value {
    json!({"party": reply.party, "line": reply.line, "kind": reply.kind})
}

/// Emergency overrides as every document shows them.
pub fn overrides(overrides: &[UsedOverride]) -> Vec<Value> {
    let shown = |used: &UsedOverride| {
        let paths: Vec<String> = used.paths.iter().map(ToString::to_string).collect();
        json!({"commit": used.commit, "reason": used.reason, "by": used.by, "date": used.date.to_string(), "paths": paths})
    };
    overrides.iter().map(shown).collect()
}

/// What loosens a baseline, as every document shows it.
pub fn deviations(deviations: &[Deviation]) -> Vec<Value> {
    let shown = |one: &Deviation| {
        let Deviation { setting, baseline, here, file, line, message } = one;
        json!({"setting": setting, "baseline": baseline, "here": here, "file": file, "line": line, "message": message})
    };
    deviations.iter().map(shown).collect()
}

/// Findings as every document shows them.
pub fn diagnostics(findings: &[Finding]) -> Vec<Value> {
    findings.iter().map(diagnostic).collect()
}

/// Writes one document and a line end.
pub fn document(out: &mut dyn Write, value: Value) -> io::Result<()> {
    serde_json::to_writer_pretty(&mut *out, &value)?;
    writeln!(out)
}

fn diagnostic(finding: &Finding) -> Value {
    let mut map = Map::new();
    map.insert("code".to_owned(), finding.code.into());
    map.insert("name".to_owned(), finding.name.into());
    map.insert("severity".to_owned(), finding.severity.as_str().into());
    map.insert("message".to_owned(), finding.message.clone().into());
    if let Some(path) = &finding.path {
        map.insert("path".to_owned(), path.to_string().into());
    }
    if let Some(line) = finding.line {
        map.insert("line".to_owned(), line.into());
    }
    if let Some(log) = &finding.log {
        map.insert("log".to_owned(), json!({"path": log.path, "line": log.line}));
    }
    if let Some(help) = &finding.help {
        map.insert("help".to_owned(), help.clone().into());
    }
    if let Some(commit) = &finding.commit {
        map.insert("commit".to_owned(), commit.clone().into());
    }
    Value::Object(map)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pass_has_every_key() {
        let mut out = Vec::new();
        super::report(&Report::new("paths"), &mut out).unwrap();
        let value: Value = serde_json::from_slice(&out).unwrap();
        let expected = json!({"version": 1, "verdict": "pass", "scope": "paths", "protected": [], "gate": null, "diagnostics": [], "overrides": [], "deviations": [], "notes": []});
        assert_eq!(value, expected);
    }
}
