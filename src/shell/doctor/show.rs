//! The findings as a table for people, or as JSON.

use std::io::{self, Write};

use serde_json::{Map, Value, json};

use super::item::{Item, State};
use crate::report::human::{ERROR, HELP, Look, NOTE, WARNING, paint, several};
use crate::report::json::document;
use crate::report::results::{self, Form, Results, Undecided};
use crate::report::{Finding, Severity};

/// The verdict on all of it: a problem outweighs what cannot be told.
pub(super) fn verdict(items: &[Item]) -> State {
    let has = |state| items.iter().any(|item| item.state == state);
    match () {
        () if has(State::Problem) => State::Problem,
        () if has(State::Unknown) => State::Unknown,
        () => State::Ok,
    }
}

/// What to do first.
pub(super) fn next(items: &[Item]) -> Option<&str> {
    let worst = verdict(items);
    let mut first = items.iter().filter(|item| worst != State::Ok && item.state == worst);
    first.find_map(|item| item.help.as_deref())
}

/// One line a thing, and what to do about it below; then the verdict, and what to do first.
pub(super) fn human(items: &[Item], look: Look, out: &mut dyn Write) -> io::Result<()> {
    let is_shown = |item: &&Item| !look.quiet || !matches!(item.state, State::Ok | State::Note);
    let shown: Vec<&Item> = items.iter().filter(is_shown).collect();
    let width = shown.iter().map(|item| item.subject.chars().count()).max().unwrap_or(0).min(34);
    for item in shown {
        let (mark, color) = match item.state {
            State::Ok => ("✓", HELP),
            State::Note => ("note", NOTE),
            State::Problem => ("✗", ERROR),
            State::Unknown => ("?", WARNING),
        };
        let mark = paint(&format!("{mark:<4}"), color, look.color);
        writeln!(out, "{mark} {:<width$}  {}", item.subject, item.message)?;
        if let Some(help) = item.help.as_deref().filter(|_| item.state != State::Ok) {
            writeln!(out, "     {} {help}", paint("help:", HELP, look.color))?;
        }
    }
    let count = |state| items.iter().filter(|item| item.state == state).count();
    let (problems, unknown) = (count(State::Problem), count(State::Unknown));
    let untold = if unknown > 0 { format!("; {} could not be told", several(unknown, "thing")) } else { String::new() };
    match verdict(items) {
        State::Problem => {
            writeln!(out, "{}: {}{untold}", paint("not healthy", ERROR, look.color), several(problems, "problem"))?;
        }
        State::Unknown => {
            writeln!(
                out,
                "{}: {} could not be told",
                paint("cannot tell", WARNING, look.color),
                several(unknown, "thing")
            )?;
        }
        State::Ok | State::Note if look.quiet => {}
        State::Ok | State::Note => {
            writeln!(
                out,
                "{}: {} as they should be",
                paint("healthy", HELP, look.color),
                several(count(State::Ok), "thing")
            )?;
        }
    }
    match next(items) {
        Some(next) => writeln!(out, "{} {next}", paint("next:", HELP, look.color)),
        None => Ok(()),
    }
}

/// For other tools: what is amiss as findings under the word of its check, what is well as such.
pub(super) fn results(items: &[Item], form: Form, quiet: bool, out: &mut dyn Write) -> io::Result<()> {
    let text = |item: &Item| format!("{}: {}", item.subject, item.message);
    let finding = |item: &Item| {
        let severity = match item.state {
            State::Problem => Severity::Error,
            State::Note => Severity::Note,
            State::Ok | State::Unknown => return None,
        };
        let (message, help) = (text(item), item.help.clone());
        Some(Finding {
            code: item.check,
            name: item.check,
            severity,
            message,
            path: None,
            line: None,
            log: None,
            help,
            commit: None,
        })
    };
    let findings: Vec<Finding> = items.iter().filter_map(finding).collect();
    let of = |state: State| items.iter().filter(move |item| item.state == state);
    let undecided = of(State::Unknown).map(|item| Undecided { message: text(item), help: item.help.clone() }).collect();
    let good = of(State::Ok).map(text).collect();
    results::write(
        form,
        &Results {
            what: "doctor".to_owned(),
            findings: &findings,
            good,
            undecided,
            notes: &[],
            deviations: &[],
            quiet,
        },
        out,
    )
}

/// `"version": 1`, stable, keys only ever added.
pub(super) fn json(items: &[Item], out: &mut dyn Write) -> io::Result<()> {
    let verdict = match verdict(items) {
        State::Problem => "unhealthy",
        State::Unknown => "unknown",
        State::Ok | State::Note => "healthy",
    };
    let checks: Vec<Value> = items.iter().map(item).collect();
    document(out, json!({"version": 1, "verdict": verdict, "checks": checks, "next": next(items)}))
}

fn item(item: &Item) -> Value {
    let mut map = Map::new();
    map.insert("check".to_owned(), item.check.into());
    map.insert("subject".to_owned(), item.subject.clone().into());
    map.insert("state".to_owned(), item.state.as_str().into());
    map.insert("message".to_owned(), item.message.clone().into());
    if let Some(help) = &item.help {
        map.insert("help".to_owned(), help.clone().into());
    }
    Value::Object(map)
}
