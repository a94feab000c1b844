//! `verify-gate handoff`: the definition of done, line by line.

mod write;

use std::io::{self, Write};
use std::time::Duration;

use serde_json::{Value, json};

pub use self::write::write;
use crate::bundle::Flaw;
use crate::case::{BundleCase, Case, Delivered, Failed, Left, Planned};
use crate::change::{Kind, RepoPath};
use crate::check::asked;
use crate::handoff::{HANDOFF_LOG, PROGRESS, pointers, read};
use crate::plan::Chosen;
use crate::policy::{Deviation, Setting};
use crate::report::human::{self, ERROR, HELP, WARNING, paint};
use crate::report::results::{self, CANNOT_DECIDE, Results, UNDECIDED, Undecided};
use crate::report::{Finding, Severity, escape, json as document};
use crate::shell::Error;
use crate::shell::bundle::{Touched, of_slice};
use crate::shell::cli::{Common, Format, HandoffArgs};
use crate::shell::plan::by;
use crate::shell::plans::Desk;
use crate::shell::terminal::{Outcome, finish, look};
use crate::shell::validate::{Held, Subject, once};

/// A line of the definition of done.
struct Line {
    /// What has to be done.
    what: &'static str,
    /// The rules that say whether it is.
    codes: &'static [&'static str],
}

/// The definition of done, in the order in which it is worked off.
const LINES: &[Line] = &[
    Line { what: "plan", codes: &["AG501", "AG502"] },
    Line { what: "validation", codes: &["AG505"] },
    Line { what: "BDD parity", codes: &["AG503"] },
    Line { what: "docs", codes: &["AG504"] },
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
    /// Why it cannot be told.
    unknown: Option<String>,
    /// What else there is to say of it, safe to print.
    note: Option<String>,
}

impl Checked {
    fn state(&self) -> &'static str {
        match self.findings.iter().map(|finding| finding.severity).max() {
            Some(Severity::Error) => "lacking",
            _ if self.unknown.is_some() => "unchecked",
            Some(_) => "warning",
            None => "done",
        }
    }
}

/// Shows what is done and what is not.
pub fn handoff(common: &Common, arguments: &HandoffArgs) -> Result<Outcome, Error> {
    let mut desk = Desk::open(common)?;
    let chosen = desk.chosen(arguments.slice.slice.as_deref())?;
    let mut unread = Vec::new();
    let left = Left {
        pointers: readable(desk.text(PROGRESS), &["AG507"], &mut unread).map(|text| pointers(&text)),
        entries: readable(desk.text(HANDOFF_LOG), &["AG504", "AG508"], &mut unread).map(|text| read(&text)),
    };
    // It may be the one for the next agent.
    unread.extend(desk.unreadable.iter().map(|plan| ("AG510", plan.why.to_string())));
    let planned = Planned {
        slice: chosen.slice.clone(),
        plans: std::mem::take(&mut desk.plans),
        folder: desk.standing.folder.clone(),
        left: Some(left),
    };
    let subject = Subject::find(common, Some(&chosen.slice))?;
    let mut case = desk.case(planned);
    case.folders.member.clone_from(&desk.standing.folder);
    let held = Held::find(&subject)?;
    case.evidence = Some(held.case(&subject));
    let (mut packed, mut unknown) = (None, None);
    match of_slice(common, &subject) {
        Ok(handed) => {
            case.bundle = Some(handed.bundle);
            packed = handed.note;
            // Last, since it may write what it likes.
            case.delivered = Some(delivered(&subject, &handed.touched)?);
        }
        Err(error) => {
            let why = error.to_string();
            case.bundle = Some(BundleCase { path: String::new(), flaws: vec![Flaw::Unknown(why.clone())] });
            unknown = Some(why);
        }
    }
    let checked = |line: &'static Line| {
        let mut findings = asked(&case, line.codes);
        let mut why = unknown.clone().filter(|_| needs_the_slice(line, &case));
        // What could not be read is not said to be lacking.
        if let Some((_, unread)) = unread.iter().find(|(code, _)| findings.iter().any(|found| found.code == *code)) {
            findings.clear();
            why = Some(unread.clone());
        }
        let note = packed.clone().filter(|_| line.codes == ["AG506"]);
        Checked { line, findings, unknown: why, note }
    };
    let lines: Vec<Checked> = LINES.iter().map(checked).collect();
    let mut out = io::stdout().lock();
    let deviations = case.policy.deviations();
    finish(match common.format {
        Format::Json => document::document(&mut out, value(&chosen, &lines, deviations)),
        Format::For(form) => {
            let findings = found(&lines);
            let results = Results { deviations, ..results(&chosen, &lines, &findings, common.quiet) };
            results::write(form, &results, &mut out)
        }
        Format::Human => show(&mut out, common, &chosen, &lines, deviations),
    })?;
    Ok(outcome(&lines))
}

/// The text of a file that is there; why it cannot be read goes to the rules that look at it.
fn readable(
    text: Result<Option<String>, Error>,
    codes: &[&'static str],
    unread: &mut Vec<(&'static str, String)>,
) -> Option<String> {
    text.unwrap_or_else(|error| {
        let hints: String = error.hints().iter().map(|hint| format!("; {hint}")).collect();
        unread.extend(codes.iter().map(|code| (*code, format!("{error}{hints}"))));
        None
    })
}

/// How long the check of the features may take.
const LIMIT: Duration = Duration::from_secs(300);

/// What the slice brings along. The features are checked where there are any.
fn delivered(subject: &Subject, touched: &Touched) -> Result<Delivered, Error> {
    let folder = subject.folder();
    let below = |(path, kind): (RepoPath, Kind)| Some((path.below(folder)?, kind));
    let mut delivered = Delivered { touched: touched.paths().into_iter().filter_map(below).collect(), failed: None };
    let is_asked = subject.policy().severity_of("AG503") != Some(Setting::Off);
    let Some(bdd) = subject.policy().bdd.as_ref().filter(|_| is_asked) else { return Ok(delivered) };
    let is_feature = |path: &RepoPath| path.below(folder).is_some_and(|path| bdd.is_feature(&path));
    if let Some(command) = bdd.check.as_ref().filter(|_| touched.kept().any(is_feature)) {
        delivered.failed = once(subject.root(), command, LIMIT)?.map(|(ended, said)| Failed {
            command: command.clone(),
            ended,
            said: said.lines().map(str::trim).rfind(|line| !line.is_empty()).unwrap_or_default().to_owned(),
        });
    }
    Ok(delivered)
}

/// Whether a line cannot be told where it is not known what the slice touched. Of the bundle, its rule says so.
fn needs_the_slice(line: &Line, case: &Case<'_>) -> bool {
    let on = |code: &str| case.policy.severity_of(code) != Some(Setting::Off);
    match line.codes {
        ["AG503"] => case.policy.bdd.is_some() && on("AG503"),
        ["AG504"] => !case.policy.docs.is_empty() && on("AG504"),
        _ => false,
    }
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

fn show(
    out: &mut dyn Write,
    common: &Common,
    chosen: &Chosen,
    lines: &[Checked],
    deviations: &[Deviation],
) -> io::Result<()> {
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
        let note = match &line.unknown {
            Some(why) => format!("cannot be told: {}", escape(why)),
            None => line.note.clone().unwrap_or_default(),
        };
        writeln!(out, "{}", format!("{} {:<17} {note}", paint(mark, color, look.color), line.line.what).trim_end())?;
        for finding in &line.findings {
            writeln!(out, "    {} {}", finding.code, said(finding))?;
            if let Some(help) = &finding.help {
                writeln!(out, "    {} {help}", paint("help:", HELP, look.color))?;
            }
        }
    }
    if !look.quiet {
        human::deviations(deviations, look.color, out)?;
    }
    let count = |state: &str| lines.iter().filter(|line| line.state() == state).count();
    let lacking = human::several(count("lacking"), "line");
    match outcome(lines) {
        Outcome::Pass => writeln!(out, "{}: ready to be handed over", paint("pass", HELP, look.color)),
        Outcome::Blocked => writeln!(out, "{}: {lacking} to be mended", paint("blocked", ERROR, look.color)),
        Outcome::Undecided => writeln!(
            out,
            "{}: {} that cannot be told",
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

fn found(lines: &[Checked]) -> Vec<Finding> {
    lines.iter().flat_map(|line| line.findings.clone()).collect()
}

fn results<'a>(chosen: &Chosen, lines: &[Checked], findings: &'a [Finding], quiet: bool) -> Results<'a> {
    let of = |state: &'static str| lines.iter().filter(move |line| line.state() == state);
    let undecided = of("unchecked").map(|line| Undecided {
        message: format!("{}: cannot be told", line.line.what),
        help: line.unknown.as_deref().map(escape),
    });
    Results {
        what: format!("handoff `{}`", escape(&chosen.slice)),
        findings,
        good: of("done").map(|line| line.line.what.to_owned()).collect(),
        undecided: undecided.collect(),
        quiet,
        ..Results::default()
    }
}

fn value(chosen: &Chosen, lines: &[Checked], deviations: &[Deviation]) -> Value {
    let verdict = match outcome(lines) {
        Outcome::Pass => "pass",
        Outcome::Blocked => "block",
        Outcome::Undecided => "error",
    };
    let shown: Vec<Value> = lines
        .iter()
        .map(|line| json!({"what": line.line.what, "state": line.state(), "codes": line.line.codes, "note": line.note}))
        .collect();
    let mut findings = found(lines);
    if outcome(lines) == Outcome::Undecided {
        let open: Vec<&str> = lines.iter().filter(|l| l.state() == "unchecked").map(|l| l.line.what).collect();
        findings.push(Finding {
            code: UNDECIDED,
            name: CANNOT_DECIDE,
            severity: Severity::Error,
            message: format!("cannot be told: {}", open.join(", ")),
            path: None,
            line: None,
            log: None,
            help: lines.iter().find_map(|line| line.unknown.as_deref()).map(escape),
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
        "deviations": document::deviations(deviations),
    })
}
