//! `verify-gate handoff`: the definition of done, line by line.

use std::io::{self, Write};

use serde_json::{Value, json};

use crate::bundle::Flaw;
use crate::case::{BundleCase, Left, Planned};
use crate::check::asked;
use crate::handoff::{HANDOFF_LOG, PROGRESS, pointers, read};
use crate::plan::Chosen;
use crate::report::human::{self, ERROR, HELP, WARNING, paint};
use crate::report::{Finding, Severity, escape, json as document};
use crate::shell::Error;
use crate::shell::bundle::packed_before;
use crate::shell::cli::{BundleArgs, Common, Format, Slice};
use crate::shell::plan::by;
use crate::shell::plans::Desk;
use crate::shell::terminal::{Outcome, finish, look};
use crate::shell::validate::{Subject, evidence};

/// A line of the definition of done.
struct Line {
    /// What has to be done.
    what: &'static str,
    /// The rules that say whether it is. None of them where this version does not check it.
    codes: &'static [&'static str],
}

/// The definition of done, in the order in which it is worked off.
const LINES: &[Line] = &[
    Line { what: "plan", codes: &["AG501", "AG502"] },
    Line { what: "validation", codes: &["AG505"] },
    Line { what: "BDD parity", codes: &[] },
    Line { what: "docs", codes: &[] },
    Line { what: "bundle", codes: &["AG506"] },
    Line { what: "progress pointer", codes: &["AG507"] },
    Line { what: "handoff entry", codes: &["AG508"] },
    Line { what: "ready entry", codes: &["AG509"] },
    Line { what: "next plan", codes: &["AG510"] },
];

/// What came of a line.
struct Checked {
    line: &'static Line,
    findings: Vec<Finding>,
}

impl Checked {
    fn state(&self) -> &'static str {
        match self.findings.iter().map(|finding| finding.severity).max() {
            _ if self.line.codes.is_empty() => "unchecked",
            Some(Severity::Error) => "lacking",
            Some(_) => "warning",
            None => "done",
        }
    }
}

/// Shows what is done and what is not.
pub fn handoff(common: &Common, arguments: &Slice) -> Result<Outcome, Error> {
    let mut desk = Desk::open(common)?;
    let chosen = desk.chosen(arguments.slice.as_deref())?;
    let left = Left {
        pointers: desk.text(PROGRESS)?.map(|text| pointers(&text)),
        entries: desk.text(HANDOFF_LOG)?.map(|text| read(&text)),
    };
    let planned = Planned {
        slice: chosen.slice.clone(),
        plans: std::mem::take(&mut desk.plans),
        folder: desk.standing.folder.clone(),
        left: Some(left),
    };
    let subject = Subject::find(common, Some(&chosen.slice))?;
    let mut case = desk.case(planned);
    case.evidence = Some(evidence(&subject)?);
    case.bundle = Some(bundled(common, &subject));
    let lines: Vec<Checked> = LINES.iter().map(|line| Checked { line, findings: asked(&case, line.codes) }).collect();
    let mut out = io::stdout().lock();
    finish(match common.format {
        Format::Json => document::document(&mut out, value(&chosen, &lines)),
        Format::Human => show(&mut out, common, &chosen, &lines),
    })?;
    Ok(outcome(&lines))
}

/// The bundle at its usual place; where it cannot be told what belongs in it, that is what is wrong.
fn bundled(common: &Common, subject: &Subject) -> BundleCase {
    let found = packed_before(common, subject, &BundleArgs::default());
    found.unwrap_or_else(|error| BundleCase { path: String::new(), flaws: vec![Flaw::Unknown(error.to_string())] })
}

/// What nobody has checked is not done.
fn outcome(lines: &[Checked]) -> Outcome {
    let any = |state: &str| lines.iter().any(|line| line.state() == state);
    match (any("lacking"), any("unchecked")) {
        (true, _) => Outcome::Blocked,
        (false, true) => Outcome::Undecided,
        (false, false) => Outcome::Pass,
    }
}

fn show(out: &mut dyn Write, common: &Common, chosen: &Chosen, lines: &[Checked]) -> io::Result<()> {
    let look = look(common);
    writeln!(out, "{} `{}`, {}", paint("slice:", HELP, look.color), escape(&chosen.slice), chosen.why())?;
    for line in lines {
        let (mark, color) = match line.state() {
            "done" => ("✓", HELP),
            "warning" => ("!", WARNING),
            "lacking" => ("✗", ERROR),
            _ => ("?", WARNING),
        };
        if look.quiet && line.state() == "done" {
            continue;
        }
        let note = if line.state() == "unchecked" { "not checked by this version" } else { "" };
        writeln!(out, "{}", format!("{} {:<17} {note}", paint(mark, color, look.color), line.line.what).trim_end())?;
        for finding in &line.findings {
            writeln!(out, "    {} {}", finding.code, said(finding))?;
            if let Some(help) = &finding.help {
                writeln!(out, "    {} {help}", paint("help:", HELP, look.color))?;
            }
        }
    }
    let count = |state: &str| lines.iter().filter(|line| line.state() == state).count();
    let lacking = human::several(count("lacking"), "line");
    match outcome(lines) {
        Outcome::Pass => writeln!(out, "{}: ready to be handed over", paint("pass", HELP, look.color)),
        Outcome::Blocked => writeln!(out, "{}: {lacking} to be mended", paint("blocked", ERROR, look.color)),
        Outcome::Undecided => writeln!(
            out,
            "{}: {} not checked: see to these by hand",
            paint("cannot decide", ERROR, look.color),
            human::several(count("unchecked"), "line")
        ),
    }
}

/// A finding and where it is, on one line.
fn said(finding: &Finding) -> String {
    let place = match (&finding.path, finding.line, &finding.log) {
        (Some(path), Some(line), _) => format!("{path}:{line}: "),
        (Some(path), None, _) => format!("{path}: "),
        (None, _, Some(log)) => format!("{}:{}: ", escape(&log.path), log.line),
        (None, _, None) => String::new(),
    };
    format!("{place}{}", finding.message)
}

fn value(chosen: &Chosen, lines: &[Checked]) -> Value {
    let verdict = match outcome(lines) {
        Outcome::Pass => "pass",
        Outcome::Blocked => "block",
        Outcome::Undecided => "error",
    };
    let shown: Vec<Value> = lines
        .iter()
        .map(|line| json!({"what": line.line.what, "state": line.state(), "codes": line.line.codes}))
        .collect();
    let mut findings: Vec<Finding> = lines.iter().flat_map(|line| line.findings.clone()).collect();
    if outcome(lines) == Outcome::Undecided {
        let open: Vec<&str> = lines.iter().filter(|l| l.state() == "unchecked").map(|l| l.line.what).collect();
        findings.push(Finding {
            code: "AG000",
            name: "cannot-decide",
            severity: Severity::Error,
            message: format!("not checked by this version: {}", open.join(", ")),
            path: None,
            line: None,
            log: None,
            help: Some("see to these by hand".to_owned()),
            commit: None,
        });
    }
    json!({
        "version": 1,
        "verdict": verdict,
        "slice": chosen.slice,
        "slice_from": by(chosen),
        "lines": shown,
        "diagnostics": document::diagnostics(&findings),
    })
}
