//! The matrix and a run, for people and as JSON.

use std::io::Write;

use serde_json::json;

use super::archive::Archive;
use super::progress::line;
use crate::evidence::{Manifest, Outcome, Status};
use crate::plan::matrix::{Condition, Matrix};
use crate::report::human::{ERROR, HELP, WARNING, paint, several};
use crate::report::{escape, json as document};
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
        Format::Human => (|| {
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
        Format::Human => as_text(&mut out, common, (manifest, green), archive, notes),
    };
    finish(written)
}

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
        let help = "let git ignore what they write (`git status` shows it), and run them again";
        writeln!(out, "  {} {help}", paint("help:", HELP, look.color))?;
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
