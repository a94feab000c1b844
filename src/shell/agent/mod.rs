//! `ackgate-agent`: what a coding agent is about to do, judged before it does it.

mod briefing;
mod place;
mod sight;

use std::collections::BTreeMap;
use std::io::{Read, Write};
use std::path::{Path, PathBuf};

use serde_json::Value;

use self::place::{Asked, Site, asked, home_of};
use crate::agent::{self, Act, Around, Dialect, Event, Payload, Tool, command};
use crate::report::{Report, Severity, Verdict, escape, human};
use crate::shell::Error;
use crate::shell::terminal::{Outcome, error_text};
use crate::shell::world::World;

/// No tool call is as long as this, in bytes.
const LONGEST: u64 = 64 << 20;

/// Findings beyond these are counted.
const SHOWN: usize = 5;

/// Reads a payload from `input`, judges it, answers on `out` in the agent's own form, and says on `err` why it refuses.
/// Agents let exit status 1 pass, so what is blocked ends like what cannot be decided.
pub fn hook(input: impl Read, out: &mut dyn Write, err: &mut dyn Write) -> Outcome {
    let (dialect, decided) = match read(input) {
        Ok(payload) => (payload.dialect, answer(&payload)),
        Err(error) => (Dialect::Claude, Err(error)),
    };
    let (refusal, context) = match decided {
        Ok(Answer::Pass) => (None, None),
        Ok(Answer::Context(text)) => (None, Some(dialect.context(&text))),
        Ok(Answer::Refuse(reason)) => (Some(reason), None),
        Err(error) => (Some(error_text(&error, true, false)), None),
    };
    // Where nobody listens, the exit status still says it.
    if let Some(reason) = &refusal {
        drop(err.write_all(reason.as_bytes()));
    }
    if let Some(json) = refusal.as_deref().map(|reason| dialect.deny(reason.trim_end())).or(context) {
        drop(writeln!(out, "{}", Value::to_string(&json)));
    }
    match refusal {
        None => Outcome::Pass,
        Some(_) => Outcome::Undecided,
    }
}

enum Answer {
    Pass,
    /// The agent should know this.
    Context(String),
    Refuse(String),
}

fn read(input: impl Read) -> Result<Payload, Error> {
    let mut bytes = Vec::new();
    let read = input.take(LONGEST + 1).read_to_end(&mut bytes);
    read.map_err(|error| Error::new(format!("cannot read the agent's payload: {error}")))?;
    if bytes.len() as u64 > LONGEST {
        return Err(Error::new("the agent's payload is too long to be read").hint("write less at a time"));
    }
    agent::read(&bytes).map_err(|error| {
        Error::new(error.to_string())
            .hint("ackgate-agent is a hook: an agent calls it, with JSON on standard input")
            .hint("see that the agent's hook is the one that `verify-gate install --agent NAME` writes")
    })
}

fn answer(payload: &Payload) -> Result<Answer, Error> {
    let own =
        std::env::current_dir().map_err(|error| Error::new(format!("cannot tell the current folder: {error}")))?;
    let folder = payload.folder.as_ref().map_or(own.clone(), |folder| own.join(folder));
    match &payload.event {
        Event::Other => Ok(Answer::Pass),
        Event::SessionStart => {
            // What a session is told, it is told from where it stands.
            let text = match std::env::set_current_dir(&folder) {
                Ok(()) => briefing::briefing(&folder),
                Err(error) => Err(Error::new(format!("cannot enter the session's folder: {error}"))),
            };
            Ok(match text {
                Ok(None) => Answer::Pass,
                Ok(Some(text)) => Answer::Context(text),
                // Nothing is refused at a start; the agent should know all the same.
                Err(error) => Answer::Context(error_text(&error, false, false)),
            })
        }
        Event::Tool(Tool::Reads) => Ok(Answer::Pass),
        Event::Tool(Tool::Writes(writes)) => judge(&folder, writes.iter().cloned().map(Act::Write).collect()),
        Event::Tool(Tool::Command { script, folder: own }) => {
            let folder = own.as_ref().map_or(folder.clone(), |own| folder.join(own));
            let acts = command::acts(script, &known(&folder)?);
            judge(&folder, acts)
        }
    }
}

fn known(folder: &Path) -> Result<command::Known, Error> {
    let text =
        |name: std::ffi::OsString, value: std::ffi::OsString| name.into_string().ok().zip(value.into_string().ok());
    let variables: BTreeMap<String, String> = std::env::vars_os().filter_map(|(n, v)| text(n, v)).collect();
    let top = home_of(folder)?.and_then(|root| root.to_str().map(str::to_owned));
    Ok(command::Known { variables, folder: folder.to_str().map(str::to_owned), top })
}

/// Judges all acts, each in the repository that it is about.
fn judge(folder: &Path, acts: Vec<Act>) -> Result<Answer, Error> {
    if acts.is_empty() {
        return Ok(Answer::Pass);
    }
    let mut asked_for: BTreeMap<PathBuf, Vec<Asked>> = BTreeMap::new();
    let mut arounds: BTreeMap<PathBuf, Vec<String>> = BTreeMap::new();
    for act in acts {
        match act {
            Act::Around(Around { folder: own, by }) => {
                if let Some(root) = home_of(&folder.join(own))? {
                    arounds.entry(root).or_default().push(by);
                }
            }
            Act::Write(write) => {
                for (root, asked) in asked(folder, &write)? {
                    asked_for.entry(root).or_default().push(asked);
                }
            }
        }
    }
    let world = World::new();
    let (mut report, mut ways, mut writers) = (Report::new("edit"), Vec::new(), Vec::new());
    let mut roots: Vec<PathBuf> = asked_for.keys().chain(arounds.keys()).cloned().collect();
    roots.sort();
    roots.dedup();
    for root in roots {
        let Some(site) = Site::open(&root, &world)? else { continue };
        let found = site.judge(asked_for.get(&root).map(Vec::as_slice).unwrap_or_default())?;
        report.absorb(found.report);
        writers.extend(found.by);
        ways.extend(found.around);
        ways.extend(arounds.remove(&root).unwrap_or_default());
    }
    if report.verdict() == Verdict::Pass && ways.is_empty() {
        return Ok(Answer::Pass);
    }
    Ok(Answer::Refuse(reason(report, &writers, &ways)))
}

/// Why it is refused, and how to go on.
fn reason(mut report: Report, writers: &[String], ways: &[String]) -> String {
    let mut text = Vec::new();
    report.findings.retain(|finding| finding.severity == Severity::Error);
    let more = report.findings.len().saturating_sub(SHOWN);
    report.findings.truncate(SHOWN);
    report.notes.clear();
    for finding in &report.findings {
        // Into memory, where nothing fails.
        drop(human::finding(finding, human::Look::default(), &mut text));
    }
    let mut text = String::from_utf8_lossy(&text).into_owned();
    if more > 0 {
        text.push_str(&format!("and {} more\n", human::several(more, "finding")));
    }
    for way in ways {
        text.push_str(&format!(
            "error: `{}` would keep ackgate's hooks from seeing what comes next\n  help: do it without that; what a hook \
             refuses, `verify-gate status` says how to go on with. Only a person should switch the gate off\n\n",
            escape(way)
        ));
    }
    if !report.findings.is_empty() {
        let mut names: Vec<String> = writers.iter().map(|by| format!("`{}`", escape(by))).collect();
        names.dedup();
        text.push_str(&format!(
            "refused: {} would write what no ACKed gate covers; nothing was done. Do what `help` says, or go on with what \
             is not protected: `verify-gate status` says whose turn it is\n",
            names.join(", ")
        ));
    }
    text
}
