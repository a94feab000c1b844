//! SARIF 2.1.0: what code scanning, editors and `sarif-tools` read.
//!
//! Source: OASIS, *Static Analysis Results Interchange Format (SARIF) Version 2.1.0*; sections are named where they decide.

use std::io::{self, Write};

use serde_json::{Map, Value, json};

use super::fingerprint::fingerprints;
use super::json::document;
use super::results::{CANNOT_DECIDE, Results, UNDECIDED, title, undecided_text};
use super::{Finding, LogPlace};
use crate::rules::find;

const SCHEMA: &str = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json";

/// What a path is relative to: the root of the repository that is judged, and that of the one that holds the log.
const SOURCES: &str = "SRCROOT";
const LOG: &str = "LOGROOT";

/// Writes one run.
pub(super) fn write(results: &Results<'_>, out: &mut dyn Write) -> io::Result<()> {
    let mut codes: Vec<&Finding> = Vec::new();
    for finding in results.findings {
        if !codes.iter().any(|known| known.code == finding.code) {
            codes.push(finding);
        }
    }
    let rules: Vec<Value> = codes.iter().map(|finding| rule(finding)).collect();
    let index = |code: &str| codes.iter().position(|known| known.code == code);
    let found: Vec<Value> = results
        .findings
        .iter()
        .zip(fingerprints(results.findings))
        .map(|(finding, print)| result(finding, index(finding.code), &print))
        .collect();
    let undecided = results.undecided.iter().map(|undecided| {
        json!({
            "level": "error",
            "descriptor": {"id": UNDECIDED, "index": 0},
            "message": {"text": message(&undecided_text(undecided))},
        })
    });
    let notes = results.lines().map(|note| json!({"level": "note", "message": {"text": message(&note)}}));
    let notifications: Vec<Value> = undecided.chain(notes).collect();
    let driver = json!({
        "name": "verify-gate",
        "version": env!("CARGO_PKG_VERSION"),
        "semanticVersion": env!("CARGO_PKG_VERSION"),
        "rules": rules,
        "notifications": [{
            "id": UNDECIDED,
            "name": CANNOT_DECIDE,
            "shortDescription": {"text": "What cannot be decided does not pass (exit status 2)."},
        }],
    });
    let run = json!({
        "tool": {"driver": driver},
        "automationDetails": {"description": {"text": format!("verify-gate: {}", results.what)}},
        "invocations": [{
            "executionSuccessful": results.undecided.is_empty(),
            "toolExecutionNotifications": notifications,
        }],
        "originalUriBaseIds": {
            SOURCES: {"description": {"text": "The root of the repository that is judged."}},
            LOG: {"description": {"text": "The root of the repository that holds the log."}},
        },
        "results": found,
    });
    document(out, json!({"$schema": SCHEMA, "version": "2.1.0", "runs": [run]}))
}

fn rule(finding: &Finding) -> Value {
    let mut value = Map::new();
    value.insert("id".to_owned(), finding.code.into());
    if finding.name != finding.code {
        value.insert("name".to_owned(), finding.name.into());
    }
    if let Some(rule) = find(finding.code) {
        let page = rule.page();
        value.insert("shortDescription".to_owned(), json!({"text": rule.summary}));
        value.insert("help".to_owned(), json!({"text": page, "markdown": page}));
        value.insert("defaultConfiguration".to_owned(), json!({"level": rule.severity.as_str()}));
    } else {
        value.insert("shortDescription".to_owned(), json!({"text": title(finding)}));
    }
    Value::Object(value)
}

fn result(finding: &Finding, index: Option<usize>, fingerprint: &str) -> Value {
    let mut value = Map::new();
    value.insert("ruleId".to_owned(), finding.code.into());
    if let Some(index) = index {
        value.insert("ruleIndex".to_owned(), index.into());
    }
    value.insert("level".to_owned(), finding.severity.as_str().into());
    let text = match &finding.help {
        Some(help) => format!("{}\n\nhelp: {}", finding.message, help.trim_end()),
        None => finding.message.clone(),
    };
    value.insert("message".to_owned(), json!({"text": message(&text)}));
    let log = finding.log.as_ref().map(log_location);
    let (first, related) = match &finding.path {
        Some(path) => (Some(location(path.as_bytes(), SOURCES, finding.line)), log),
        None => (log, None),
    };
    value.insert("locations".to_owned(), first.into_iter().collect());
    if let Some(mut related) = related {
        if let Some(map) = related.as_object_mut() {
            map.insert("message".to_owned(), json!({"text": "The entry of the log."}));
        }
        value.insert("relatedLocations".to_owned(), json!([related]));
    }
    value.insert("partialFingerprints".to_owned(), json!({"ackgate/v1": fingerprint}));
    if let Some(commit) = &finding.commit {
        value.insert("properties".to_owned(), json!({"commit": commit}));
    }
    Value::Object(value)
}

fn log_location(log: &LogPlace) -> Value {
    location(log.path.as_bytes(), LOG, Some(log.line))
}

fn location(path: &[u8], base: &str, line: Option<usize>) -> Value {
    let artifact = match path.strip_prefix(b"/") {
        Some(absolute) => json!({"uri": format!("file:///{}", encoded(absolute))}),
        None => json!({"uri": encoded(path), "uriBaseId": base}),
    };
    let mut physical = json!({"artifactLocation": artifact});
    // Lines count from 1 (3.30.5).
    if let (Some(line), Some(map)) = (line.filter(|line| *line > 0), physical.as_object_mut()) {
        map.insert("region".to_owned(), json!({"startLine": line}));
    }
    json!({"physicalLocation": physical})
}

/// A path as a relative reference (RFC 3986, section 4.2): all but what is unreserved, `:` too, is percent-encoded.
fn encoded(path: &[u8]) -> String {
    let mut out = String::with_capacity(path.len());
    for byte in path {
        match byte {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' | b'/' => out.push(char::from(*byte)),
            byte => out.push_str(&format!("%{byte:02X}")),
        }
    }
    out
}

/// Text in which `[text](target)` stays text: it would be a link (3.11.6).
fn message(text: &str) -> String {
    if text.contains("](") {
        text.replace('\\', "\\\\").replace('[', "\\[").replace(']', "\\]")
    } else {
        text.to_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::super::results::Form;
    use super::super::results::tests::{hostile, nothing, same, written};
    use super::*;

    #[test]
    fn a_run_has_rules_results_and_notifications() {
        let text = written(Form::Sarif, &hostile());
        let mut value: Value = serde_json::from_str(&text).unwrap();
        let run = &mut value["runs"][0];
        // The pages have their own tests, the version changes.
        for rule in run["tool"]["driver"]["rules"].as_array_mut().unwrap() {
            assert!(rule["help"]["markdown"].as_str().unwrap().starts_with("# What it "));
            rule.as_object_mut().unwrap().remove("help");
        }
        run["tool"]["driver"].as_object_mut().unwrap().retain(|key, _| !key.ends_with("ersion"));
        let shown = format!("{}\n", serde_json::to_string_pretty(&value).unwrap());
        same("sarif.json", &shown);
    }

    #[test]
    fn nothing_found_is_a_run_without_results() {
        let value: Value = serde_json::from_str(&nothing(Form::Sarif)).unwrap();
        assert_eq!(value["runs"][0]["results"], json!([]));
        assert_eq!(value["runs"][0]["invocations"][0]["executionSuccessful"], true);
    }

    #[test]
    fn a_path_is_a_relative_reference() {
        for (path, uri) in [("a b/ä", "a%20b/%C3%A4"), ("HEAD:x", "HEAD%3Ax"), ("a?b#c%", "a%3Fb%23c%25")] {
            assert_eq!(encoded(path.as_bytes()), uri);
        }
        let absolute = location(b"/tmp/x y", SOURCES, Some(0));
        assert_eq!(absolute, json!({"physicalLocation": {"artifactLocation": {"uri": "file:///tmp/x%20y"}}}));
    }
}
