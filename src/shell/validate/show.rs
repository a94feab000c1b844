//! The matrix and a run, for people and as JSON.

use std::io::Write;

use serde_json::json;

use super::archive::Archive;
use super::progress::line;
use crate::evidence::{Manifest, Outcome, Ran, Status};
use crate::plan::matrix::{Condition, Matrix};
use crate::report::human::{ERROR, HELP, WARNING, paint, several};
use crate::report::results::{self, Results, Undecided};
use crate::report::{Finding, Severity, escape, json as document};
use crate::rules::find;
use crate::shell::Error;
use crate::shell::cli::{Common, Format};
use crate::shell::terminal::{self, finish, look};

/// Shows a matrix, and what of it would be run.
pub(super) fn list(
    common: &Common,
    slice: &str,
    source: &str,
    matrix: &Matrix,
    wanted: &[Outcome],
) -> Result<terminal::Outcome, Error> {
    let mut out = std::io::stdout().lock();
    let checks = || matrix.checks.iter().zip(wanted);
    let written = match common.format {
        Format::Json => {
            let checks: Vec<_> = checks()
                .map(|(check, what)| {
                    json!({"command": check.command, "label": check.label, "line": check.line,
                        "condition": check.condition.as_ref().map(Condition::as_str), "runs": *what == Outcome::Passed})
                })
                .collect();
            let manual: Vec<_> = matrix.manual.iter().map(|m| json!({"line": m.line, "text": m.text})).collect();
            document::document(
                &mut out,
                json!({"version": 1, "slice": slice, "matrix": source, "checks": checks, "manual": manual, "nothing": matrix.nothing}),
            )
        }
        Format::Human | Format::For(_) => (|| {
            writeln!(out, "slice `{}`, matrix from {}", escape(slice), escape(source))?;
            for (check, what) in checks() {
                let word = match (what, &check.condition) {
                    (Outcome::Passed, _) => "run    ".to_owned(),
                    (Outcome::Skipped, Some(Condition::Elsewhere(party))) => {
                        format!("skip    (for {}) ", escape(party))
                    }
                    (Outcome::Skipped, Some(condition)) => format!("skip    (--{}) ", condition.as_str()),
                    _ => "leave  ".to_owned(),
                };
                writeln!(out, "{word} {}", escape(&check.command))?;
                if let Some(label) = &check.label {
                    writeln!(out, "        {}", escape(label))?;
                }
            }
            manual(&mut out, matrix.manual.iter().map(|m| m.text.as_str()))?;
            matrix.nothing.iter().try_for_each(|words| writeln!(out, "nothing to run: {}", escape(words)))
        })(),
    };
    finish(written)?;
    Ok(terminal::Outcome::Pass)
}

/// Shows what a run came to.
pub(super) fn ran(common: &Common, manifest: &Manifest, archive: &Archive, notes: &[String]) -> Result<(), Error> {
    let mut out = std::io::stdout().lock();
    let green = manifest.is_green() && !manifest.changed_the_tree();
    let written = match common.format {
        Format::Json => {
            let mut value = serde_json::to_value(manifest).unwrap_or_default();
            if let Some(map) = value.as_object_mut() {
                map.insert("green".to_owned(), green.into());
                map.insert("folder".to_owned(), archive.name.clone().into());
                map.insert("notes".to_owned(), notes.into());
            }
            document::document(&mut out, value)
        }
        Format::For(form) => {
            let findings: Vec<Finding> = manifest.checks.iter().filter_map(|ran| red(ran, &archive.name)).collect();
            let green = manifest.checks.iter().filter(|ran| ran.outcome == Outcome::Passed);
            let good = green.map(|ran| escape(&ran.command)).collect();
            let what = format!("validate `{}`", escape(&manifest.slice));
            let undecided = undecided(manifest).into_iter().collect();
            let results = Results {
                what,
                findings: &findings,
                good,
                undecided,
                notes,
                quiet: common.quiet,
                ..Results::default()
            };
            results::write(form, &results, &mut out)
        }
        Format::Human => as_text(&mut out, common, (manifest, green), archive, notes),
    };
    finish(written)
}

/// A command that failed, as a finding of the rule that wants it green.
fn red(ran: &Ran, archive: &str) -> Option<Finding> {
    let how = match ran.outcome {
        Outcome::Failed => ran.exit.map_or("failed".to_owned(), |exit| format!("failed with status {exit}")),
        Outcome::TimedOut => "took too long".to_owned(),
        Outcome::Passed | Outcome::Interrupted | Outcome::Skipped | Outcome::NotRun => return None,
    };
    let log = ran.log.as_ref().map(|log| format!("what it said is in {}/{}", escape(archive), escape(log)));
    let rule = find("AG505")?;
    let message = format!("`{}` {how}", escape(&ran.command));
    let (code, name) = (rule.code, rule.name);
    Some(Finding {
        code,
        name,
        severity: Severity::Error,
        message,
        path: None,
        line: None,
        log: None,
        help: log,
        commit: None,
    })
}

/// Why a run does not count.
fn undecided(manifest: &Manifest) -> Option<Undecided> {
    if manifest.status != Status::Complete {
        return Some(Undecided { message: "the run was interrupted and does not count".to_owned(), help: None });
    }
    let message = "the commands changed the tree that they were to check".to_owned();
    manifest.changed_the_tree().then(|| Undecided { message, help: Some(CHANGED.to_owned()) })
}

/// What to do about commands that change the tree.
const CHANGED: &str = "let git ignore what they write (`git status` shows it), and run them again";

fn as_text(
    out: &mut dyn Write,
    common: &Common,
    (manifest, green): (&Manifest, bool),
    archive: &Archive,
    notes: &[String],
) -> std::io::Result<()> {
    let look = look(common);
    if !look.quiet {
        for ran in manifest.checks.iter().filter(|ran| !ran.outcome.has_run()) {
            out.write_all(line(ran, look.color).as_bytes())?;
        }
        manual(out, manifest.manual.iter().map(String::as_str))?;
        notes.iter().try_for_each(|note| writeln!(out, "{}: {note}", paint("warning", WARNING, look.color)))?;
    }
    if manifest.changed_the_tree() {
        writeln!(out, "{}: the commands changed the tree that they were to check", paint("error", ERROR, look.color))?;
        writeln!(out, "  {} {CHANGED}", paint("help:", HELP, look.color))?;
    }
    let count = |wanted: fn(Outcome) -> bool| manifest.checks.iter().filter(|ran| wanted(ran.outcome)).count();
    let (run, red) = (count(Outcome::has_run), count(|what| what.has_run() && what != Outcome::Passed));
    let place = escape(&archive.name);
    match (manifest.status, green) {
        (Status::Complete, true) if look.quiet => Ok(()),
        (Status::Complete, true) => {
            let left = manifest.checks.len() - run;
            let rest = if left == 0 { String::new() } else { format!(", {left} not run") };
            writeln!(
                out,
                "{}: {}{rest}; evidence in {place}",
                paint("green", HELP, look.color),
                several(run, "command")
            )
        }
        (Status::Complete, false) => {
            writeln!(
                out,
                "{}: {red} of {} failed; logs in {place}",
                paint("red", ERROR, look.color),
                several(run, "command")
            )
        }
        _ => writeln!(out, "{}: the run does not count; logs in {place}", paint("interrupted", ERROR, look.color)),
    }
}

fn manual<'a>(out: &mut dyn Write, mut texts: impl Iterator<Item = &'a str>) -> std::io::Result<()> {
    texts.try_for_each(|text| writeln!(out, "by hand {}", escape(text)))
}
