//! `verify-gate plan new|check|list`.

use std::io::{self, Write};
use std::path::Path;

use jiff::civil::Date;
use serde_json::{Value, json};

use crate::case::Planned;
use crate::change::RepoPath;
use crate::check::asked;
use crate::plan::matrix::{Matrix, Sides};
use crate::plan::{self, Chosen, ChosenBy, Known, Lack, Part, Plan, draft, gate_matrix, named};
use crate::policy::{Deviation, Policy};
use crate::report::human::{self, ERROR, HELP, paint, several};
use crate::report::results::{self, Results};
use crate::report::{Finding, Severity, escape, json as document};
use crate::session::required;
use crate::shell::cli::{Common, Format, PlanCheck, PlanCommand, PlanNew};
use crate::shell::plans::Desk;
use crate::shell::terminal::{Outcome, finish, look, show_error};
use crate::shell::{Error, files, folders};

/// Does what is asked with plans.
pub fn plan(common: &Common, command: &PlanCommand) -> Result<Outcome, Error> {
    let desk = Desk::open(common)?;
    match command {
        PlanCommand::New(arguments) => new(common, &desk, arguments),
        PlanCommand::Check(arguments) => check(common, desk, arguments),
        PlanCommand::List => list(common, &desk),
    }
}

fn new(common: &Common, desk: &Desk, arguments: &PlanNew) -> Result<Outcome, Error> {
    let slice = arguments.slice.as_str();
    let plain = |c: char| c.is_alphanumeric() || matches!(c, '-' | '_' | '.' | '+');
    if !slice.starts_with(char::is_alphanumeric) || !slice.chars().all(plain) {
        return Err(Error::new(format!("`{}` cannot be part of a file's name", escape(slice)))
            .hint("a slice is letters, digits, `-`, `_`, `.` and `+`, and starts with a letter or digit"));
    }
    let date = match &arguments.date {
        None => desk.world.today,
        Some(text) => text
            .parse::<Date>()
            .ok()
            .filter(|_| text.len() == 10)
            .ok_or_else(|| Error::new(format!("`{}` is no date", escape(text))).hint("say it as YYYY-MM-DD"))?,
    };
    let path = plan::path(date, slice);
    let file = desk.folder.join(&path);
    if file.symlink_metadata().is_ok() {
        return Err(Error::new(format!("{} is there already, and is left as it is", files::shown(&file)))
            .hint("edit it, or name another --date"));
    }
    folders::walk(&desk.folder, plan::FOLDER, true, "plans are kept in a folder of the work tree")?;
    files::put_new(&file, draft(slice, &known(desk, slice)?).as_bytes())?;
    let path = RepoPath::from(path.as_str()).under(&desk.standing.folder);
    let mut out = io::stdout().lock();
    finish(match common.format {
        Format::Json => document::document(
            &mut out,
            json!({"version": 1, "path": path.to_string(), "date": date.to_string(), "slice": slice}),
        ),
        Format::Human | Format::For(_) => writeln!(
            out,
            "{path}\n{} fill in what it leaves open, then: verify-gate plan check --slice {slice}",
            paint("next:", HELP, look(common).color)
        ),
    })?;
    Ok(Outcome::Pass)
}

/// What the policy and the slice's gate say of it.
fn known(desk: &Desk, slice: &str) -> Result<Known, Error> {
    let policy = &desk.standing.policy;
    let reading = required(policy).map_err(|error| Error::new(error.to_string()))?;
    let log = match policy.log.owner == policy.party {
        true => policy.log.path.to_string(),
        false => format!("{}: {}", policy.log.owner, policy.log.path),
    };
    let mut known = Known {
        reading: reading.iter().map(|one| one.one_of.iter().map(RepoPath::to_string).collect()).collect(),
        log,
        ..Known::default()
    };
    let gate = desk.log().and_then(|log| Some((log, log.gates.iter().rev().find(|gate| gate.slice == slice)?)));
    if let Some((log, gate)) = gate {
        known.paths = gate.paths.iter().filter(|path| !path.excluded).map(|path| path.text.clone()).collect();
        known.fields = gate.fields.clone();
        known.validation = log.entry_of(gate).map(|entry| gate_matrix(&entry.text)).unwrap_or_default();
    }
    Ok(known)
}

fn check(common: &Common, desk: Desk, arguments: &PlanCheck) -> Result<Outcome, Error> {
    let mut desk = desk;
    let chosen = match &arguments.file {
        None => desk.chosen(arguments.slice.slice.as_deref())?,
        Some(file) => {
            let path = dated(&desk, file)?;
            if let Some(plan) = desk.unreadable.iter().find(|plan| plan.path == path) {
                return Err(plan.again());
            }
            desk.plans.retain(|(known, _)| *known == path);
            let slice = desk.plans.first().map(|(_, plan)| plan.slice.clone()).unwrap_or_default();
            Chosen { slice, by: ChosenBy::Named }
        }
    };
    let planned = Planned {
        slice: chosen.slice.clone(),
        plans: std::mem::take(&mut desk.plans),
        folder: desk.standing.folder.clone(),
        left: None,
    };
    let path = planned.plan().map(|(path, _)| path.to_string());
    let case = desk.case(planned);
    let findings = asked(&case, &["AG501", "AG502"]);
    let blocks = findings.iter().any(|finding| finding.severity == Severity::Error);
    let mut out = io::stdout().lock();
    finish(match common.format {
        Format::Json => document::document(
            &mut out,
            json!({
                "version": 1,
                "verdict": if blocks { "block" } else { "pass" },
                "slice": chosen.slice,
                "slice_from": by(&chosen),
                "plan": path,
                "diagnostics": document::diagnostics(&findings),
                "deviations": document::deviations(case.policy.deviations()),
            }),
        ),
        Format::For(form) => {
            let good = path.iter().filter(|_| findings.is_empty()).map(|path| escape(path)).collect();
            let what = format!("plan `{}`", escape(&chosen.slice));
            let deviations = case.policy.deviations();
            let results =
                Results { what, findings: &findings, good, deviations, quiet: common.quiet, ..Results::default() };
            results::write(form, &results, &mut out)
        }
        Format::Human => show_check(&mut out, common, &chosen, path.as_deref(), &findings, case.policy.deviations()),
    })?;
    Ok(if blocks { Outcome::Blocked } else { Outcome::Pass })
}

/// The path of the plan that a person names, from the root.
fn dated(desk: &Desk, file: &Path) -> Result<RepoPath, Error> {
    let real = |path: &Path| path.canonicalize().map_err(|error| files::failed("read", path, &error));
    let (found, folder) = (real(file)?, real(&desk.folder)?);
    let below = found.strip_prefix(&folder).ok().and_then(Path::to_str).filter(|path| named(path).is_some());
    below.map(|path| RepoPath::from(path).under(&desk.standing.folder)).ok_or_else(|| {
        Error::new(format!("{} is not named as a plan is", files::shown(file)))
            .hint("a plan is `plans/YYYY-MM-DD_<slice>.plan.md` below the folder that the policy governs")
    })
}

/// What says which slice is meant, as JSON has it.
pub(super) fn by(chosen: &Chosen) -> &'static str {
    match chosen.by {
        ChosenBy::Named => "named",
        ChosenBy::Gate { .. } => "gate",
        ChosenBy::Plan { .. } => "plan",
    }
}

fn show_check(
    out: &mut dyn Write,
    common: &Common,
    chosen: &Chosen,
    path: Option<&str>,
    findings: &[Finding],
    deviations: &[Deviation],
) -> io::Result<()> {
    let look = look(common);
    let loud = findings.iter().filter(|finding| !look.quiet || finding.severity == Severity::Error);
    loud.into_iter().try_for_each(|finding| human::finding(finding, look, out))?;
    if !look.quiet {
        human::deviations(deviations, look.color, out)?;
    }
    let errors = findings.iter().filter(|finding| finding.severity == Severity::Error).count();
    let which = match chosen.by {
        ChosenBy::Named => String::new(),
        _ => format!(" (slice `{}`, {})", escape(&chosen.slice), chosen.why()),
    };
    match (errors, path) {
        (0, _) if look.quiet => Ok(()),
        (0, Some(path)) => writeln!(out, "{}: {path}{which}", paint("pass", HELP, look.color)),
        (0, None) => writeln!(out, "{}: slice `{}`{which}", paint("pass", HELP, look.color), escape(&chosen.slice)),
        (errors, _) => writeln!(out, "{}: {}{which}", paint("blocked", ERROR, look.color), several(errors, "error")),
    }
}

fn list(common: &Common, desk: &Desk) -> Result<Outcome, Error> {
    let policy = &desk.standing.policy;
    let mut out = io::stdout().lock();
    finish(match common.format {
        Format::Json => {
            let plans: Vec<Value> = desk.plans.iter().map(|(path, plan)| value(path, plan, policy)).collect();
            let unreadable: Vec<Value> = (desk.unreadable.iter())
                .map(|plan| {
                    let why = escape(&plan.why.to_string());
                    json!({"path": plan.path.to_string(), "date": plan.date.to_string(), "slice": plan.slice, "why": why})
                })
                .collect();
            document::document(&mut out, json!({"version": 1, "plans": plans, "unreadable": unreadable}))
        }
        Format::Human | Format::For(_) if desk.plans.is_empty() && desk.unreadable.is_empty() => {
            writeln!(out, "there is no plan `plans/YYYY-MM-DD_<slice>.plan.md`: verify-gate plan new --slice SLICE")
        }
        Format::Human | Format::For(_) => desk.plans.iter().try_for_each(|(path, plan)| {
            writeln!(out, "{}  {}  {path}", plan.date, paint(&escape(&plan.slice), "1", look(common).color))?;
            for part in Part::REQUIRED {
                writeln!(out, "            {:<18} {}", part.title(), shown(plan, part, policy))?;
            }
            Ok(())
        }),
    })?;
    drop(out);
    for plan in desk.unreadable.iter().filter(|_| common.format == Format::Human) {
        show_error(&plan.why, false, None);
    }
    Ok(if desk.unreadable.is_empty() { Outcome::Pass } else { Outcome::Undecided })
}

/// A part of a plan, on one line.
fn shown(plan: &Plan, part: Part, policy: &Policy) -> String {
    let at: Vec<String> =
        plan.of(part).map(|section| format!("line {} “{}”", section.line, escape(&section.heading))).collect();
    let at = at.join(", ");
    let lacks: Vec<Lack> = plan.lacks().into_iter().filter(|lack| part_of(lack) == part).collect();
    match lacks.first() {
        Some(Lack::Missing(_)) => "missing".to_owned(),
        Some(Lack::Empty { .. }) => format!("{at}: nothing under it"),
        Some(Lack::Placeholder { line, .. }) => format!("{at}: open at line {line}"),
        None if part == Part::Validation => format!("{at}: {}", several(matrix(plan, policy).checks.len(), "command")),
        None => at,
    }
}

fn part_of(lack: &Lack) -> Part {
    match lack {
        Lack::Missing(part) | Lack::Empty { part, .. } | Lack::Placeholder { part, .. } => *part,
    }
}

fn matrix(plan: &Plan, policy: &Policy) -> Matrix {
    let blocks: Vec<_> = plan.of(Part::Validation).flat_map(|section| section.blocks.iter().cloned()).collect();
    Matrix::read(&blocks, Sides { parties: &policy.writers().speakers, own: &policy.party })
}

fn value(path: &RepoPath, plan: &Plan, policy: &Policy) -> Value {
    let sections = |part: Part| -> Vec<Value> {
        plan.of(part).map(|section| json!({"heading": section.heading, "line": section.line})).collect()
    };
    let lacks: Vec<Value> = plan
        .lacks()
        .iter()
        .map(|lack| {
            let (what, line) = match lack {
                Lack::Missing(_) => ("missing", None),
                Lack::Empty { line, .. } => ("empty", Some(*line)),
                Lack::Placeholder { line, .. } => ("open", Some(*line)),
            };
            json!({"part": part_of(lack).title(), "what": what, "line": line})
        })
        .collect();
    json!({
        "path": path.to_string(),
        "date": plan.date.to_string(),
        "slice": plan.slice,
        "reading": sections(Part::Reading),
        "tasks": sections(Part::Tasks),
        "validation": sections(Part::Validation),
        "commands": matrix(plan, policy).checks.len(),
        "lacks": lacks,
    })
}
