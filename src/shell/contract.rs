//! `verify-gate contract`.

use std::io::Write;
use std::path::Path;

use serde_json::{Map, Value, json};

use crate::case::{Case, ContractChange, LogCase};
use crate::change::RepoPath;
use crate::check::check;
use crate::contract::{self, Change, Comparison, Judged, LARGEST, Side, judge};
use crate::policy::{Fit, Policy, choose};
use crate::report::human::{ERROR, HELP, Look, paint, several};
use crate::report::results::{self, Results};
use crate::report::{Finding, Severity, escape, human, json as document};
use crate::shell::by_hand::ByHand;
use crate::shell::cli::{Common, ContractArgs, Format};
use crate::shell::git::{FileAt, Repo};
use crate::shell::pager::Pager;
use crate::shell::rooted::{below_root, rooted};
use crate::shell::terminal::{Outcome, look};
use crate::shell::world::World;
use crate::shell::{Error, files};

/// Where nothing is.
const NOTHING: &str = "/dev/null";

/// A contract's file as it was named.
struct File {
    /// What it is asked for a version: as given, behind its place in its repository where that is known.
    path: String,
    bytes: Vec<u8>,
}

/// Compares two contracts.
pub fn contract(common: &Common, arguments: &ContractArgs) -> Result<Outcome, Error> {
    let (old, new) = (file(common, &arguments.old)?, file(common, &arguments.new)?);
    if old.is_none() && new.is_none() {
        return Err(Error::new("there is nothing to compare").hint(format!("only one of the two may be {NOTHING}")));
    }
    let judged = judge(old.as_ref().map(File::side), new.as_ref().map(File::side));
    let Judged::Compared(comparison) = &judged else {
        return Err(unreadable(&judged, old.as_ref(), new.as_ref(), arguments));
    };
    if let (None, Some(File { path, bytes })) = (&new, &old) {
        // What goes has to be a contract all the same.
        contract::read(path, bytes).map_err(|error| cannot_read(&arguments.old, &error))?;
    }
    let name = RepoPath::from(if new.is_some() { arguments.new.as_str() } else { arguments.old.as_str() });
    let policy = match ByHand::read(common)?.config {
        Some(policy) => policy,
        None => profile()?,
    };
    let change = ContractChange { path: name.clone(), below: name, judged: vec![judged.clone()], is_by_hand: true };
    let mut case = Case::without_change(&policy, LogCase::NotNeeded, World::new().today);
    case.contracts.push(change);
    let findings = check(&case, "contract").findings;
    let mut out = Pager::start(common);
    let written = match common.format {
        Format::Json => document::document(&mut out, value(comparison, &findings)),
        Format::For(form) => {
            let findings = rooted(&findings);
            let what = format!("contract ({} to {})", escape(&arguments.old), escape(&arguments.new));
            let results = Results { what, findings: &findings, quiet: common.quiet, ..Results::default() };
            results::write(form, &results, &mut out)
        }
        Format::Human => show(comparison, &findings, arguments, look(common), &mut out),
    };
    out.end(written)?;
    let fails = findings.iter().any(|finding| finding.severity == Severity::Error);
    Ok(if comparison.is_additive() && !fails { Outcome::Pass } else { Outcome::Blocked })
}

impl File {
    fn side(&self) -> Side<'_> {
        Side { path: &self.path, bytes: &self.bytes }
    }
}

/// The rules weigh as they do without a policy.
fn profile() -> Result<Policy, Error> {
    match choose(true, false) {
        Ok(Fit::One(policy)) => Ok(*policy),
        Ok(Fit::None | Fit::Both(_)) => Err(Error::new("no built-in profile fits")),
        Err(error) => Err(Error::new(error.to_string())),
    }
}

/// A file on disk, else `REV:path`; `None` for what is not there on purpose.
fn file(common: &Common, name: &str) -> Result<Option<File>, Error> {
    if name == NOTHING {
        return Ok(None);
    }
    let path = Path::new(name);
    if std::fs::metadata(path).is_ok() {
        return on_disk(path, name).map(Some);
    }
    let missing = || {
        Error::new(format!("there is no file `{name}`")).hint("say a file, or `REV:path` from the repository's root")
    };
    let (rev, path) =
        name.split_once(':').filter(|(rev, path)| !rev.is_empty() && !path.is_empty()).ok_or_else(missing)?;
    let repo = Repo::open(common.repo.as_deref())?;
    let commit = repo.resolve(rev)?;
    match repo.file_at(Some(&commit), &RepoPath::from(path))? {
        FileAt::File { bytes, .. } => Ok(Some(File { path: path.to_owned(), bytes })),
        FileAt::Missing => Err(missing()),
        FileAt::NotAFile(_) => Err(Error::new(format!("`{name}` is not a file"))),
    }
}

fn on_disk(path: &Path, name: &str) -> Result<File, Error> {
    let bytes = files::read_at_most(path, LARGEST)?;
    let rooted = below_root(path).and_then(|path| path.to_str().map(str::to_owned));
    let path = rooted.map_or(name.to_owned(), |rooted| format!("{rooted}/{name}"));
    Ok(File { path: path.replace('\\', "/"), bytes })
}

fn unreadable(judged: &Judged, old: Option<&File>, new: Option<&File>, arguments: &ContractArgs) -> Error {
    match judged {
        Judged::Unreadable { is_new, error } => {
            cannot_read(if *is_new { &arguments.new } else { &arguments.old }, error)
        }
        Judged::NoContract => {
            let files = [(old, &arguments.old), (new, &arguments.new)];
            let why = files.into_iter().find_map(|(file, name)| {
                let file = file?;
                contract::read(&file.path, &file.bytes).err().map(|error| cannot_read(name, &error))
            });
            why.unwrap_or_else(|| Error::new("neither is a contract"))
        }
        Judged::Prose | Judged::Compared(_) => Error::new("no field is named in what there is to compare")
            .hint("a field is a list item such as `- name: type`, or a row of a table with a column `Field`"),
    }
}

fn cannot_read(name: &str, error: &contract::ContractError) -> Error {
    Error::new(format!("`{name}` {error}"))
}

fn value(comparison: &Comparison, findings: &[Finding]) -> Value {
    let change = |change: &Change| {
        let mut map = Map::new();
        map.insert("pointer".to_owned(), change.pointer.as_str().into());
        map.insert("kind".to_owned(), change.kind.as_str().into());
        map.insert("breaking".to_owned(), change.kind.is_breaking().into());
        map.insert("message".to_owned(), change.message.as_str().into());
        if let Some(line) = change.line {
            map.insert("line".to_owned(), line.into());
        }
        Value::Object(map)
    };
    json!({
        "version": 1,
        "additive": comparison.is_additive(),
        "changes": comparison.changes.iter().map(change).collect::<Vec<_>>(),
        "diagnostics": document::diagnostics(findings),
    })
}

/// A table of old and new side by side, then what else there is to say.
fn show(
    comparison: &Comparison,
    findings: &[Finding],
    arguments: &ContractArgs,
    look: Look,
    out: &mut dyn Write,
) -> std::io::Result<()> {
    let changes: Vec<&Change> =
        comparison.changes.iter().filter(|change| !look.quiet || change.kind.is_breaking()).collect();
    if !changes.is_empty() {
        table(&changes, arguments, look, out)?;
    }
    // Those of AG301 stand in the table.
    for finding in findings.iter().filter(|finding| finding.code != "AG301") {
        if !look.quiet || finding.severity == Severity::Error {
            human::finding(finding, look, out)?;
        }
    }
    let breaking = comparison.changes.iter().filter(|change| change.kind.is_breaking()).count();
    let total = several(comparison.changes.len(), "change");
    match breaking {
        0 if look.quiet => Ok(()),
        0 => writeln!(out, "{}: {total}", paint("additive", HELP, look.color)),
        _ => {
            let not = paint("not additive", ERROR, look.color);
            writeln!(out, "{not}: {total}, {breaking} breaking (verify-gate explain AG301)")
        }
    }
}

fn table(changes: &[&Change], arguments: &ContractArgs, look: Look, out: &mut dyn Write) -> std::io::Result<()> {
    let cell = |text: Option<&String>| text.map_or("-".to_owned(), |text| escape(text));
    let head = ["where", "change", "old", "new"].map(str::to_owned);
    let names = [String::new(), String::new(), escape(&arguments.old), escape(&arguments.new)];
    let rows = changes.iter().map(|change| {
        let pointer = if change.pointer.is_empty() { "the contract".to_owned() } else { escape(&change.pointer) };
        [pointer, change.kind.as_str().to_owned(), cell(change.old.as_ref()), cell(change.new.as_ref())]
    });
    let rows: Vec<[String; 4]> = rows.collect();
    let width = |column: fn(&[String; 4]) -> &String| {
        let lengths = rows.iter().chain([&head, &names]).map(|row| column(row).chars().count());
        lengths.max().unwrap_or(0).min(WIDEST)
    };
    let widths = [width(|row| &row[0]), width(|row| &row[1]), width(|row| &row[2])];
    let line = |[pointer, kind, old, new]: &[String; 4]| {
        let [first, second, third] = widths;
        format!("{pointer:<first$}  {kind:<second$}  {old:<third$}  {new}").trim_end().to_owned()
    };
    writeln!(out, "  {}", line(&head))?;
    writeln!(out, "  {}", line(&names))?;
    for (change, row) in changes.iter().zip(&rows) {
        let breaks = change.kind.is_breaking();
        let (sign, color) = if breaks { ("!", ERROR) } else { ("+", HELP) };
        writeln!(out, "{} {}", paint(sign, color, look.color), line(row))?;
        if breaks {
            writeln!(out, "    {}", change.message)?;
        }
    }
    writeln!(out)
}

/// Characters that a column may take; a longer text pushes what follows to the right.
const WIDEST: usize = 60;
