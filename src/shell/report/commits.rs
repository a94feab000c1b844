//! The newest commits of a repository, each judged on its base.

use crate::change::{ObjectId, RepoPath};
use crate::log::Kind;
use crate::message::{GatePin, Pin, trailers};
use crate::page::{CommitRow, Repository};
use crate::policy::{Policy, Reach};
use crate::report::{Report, Severity, escape};
use crate::shell::Error;
use crate::shell::git::{Commit, Parent, newest};
use crate::shell::judge::{Judge, Scope, Step};
use crate::shell::law::{Law, short};
use crate::shell::logs::{Home, home};
use crate::shell::steps::commit_step;
use crate::shell::world::date_of;

use super::repository::Known;

/// Of how many commits it is said that they could not be judged.
const SAID: usize = 10;

/// Judges at most so many commits and keeps those that matter.
pub(super) fn commits(
    judge: &Judge<'_>,
    tip: &ObjectId,
    law: &Law,
    known: &Known<'_>,
    most: usize,
    found: &mut Repository,
) -> Result<(), Error> {
    let newest = newest(judge.repo, tip, most)?;
    (found.judged, found.more) = (newest.commits.len(), newest.more);
    if newest.shallow {
        found.notes.push("the history is cut off: `git fetch --unshallow` gets the rest".to_owned());
    }
    let log = log_here(law);
    let mut failed = 0;
    for id in &newest.commits {
        let commit = judge.repo.commit(id)?;
        match row(judge, &commit, log.as_ref(), known) {
            Ok(row) => found.commits.extend(row),
            Err(error) => {
                failed += 1;
                if failed <= SAID {
                    found.notes.push(format!("{} cannot be judged: {}", short(id), escape(&error.to_string())));
                }
            }
        }
    }
    if failed > SAID {
        found.notes.push(format!("{} more commits cannot be judged", failed - SAID));
    }
    Ok(())
}

fn row(
    judge: &Judge<'_>,
    commit: &Commit,
    log: Option<&(RepoPath, &Policy)>,
    known: &Known<'_>,
) -> Result<Option<CommitRow>, Error> {
    let step = commit_step(judge.repo, &judge.laws, commit, Scope::Range, None, &Reach::EVERYWHERE)?;
    let report = judge.step(&Step { names_gates: true, ..step }, None)?;
    let said: Vec<Pin> = trailers(commit.message()).iter().filter_map(Pin::read).flatten().collect();
    let mut gates: Vec<usize> = report.pins.iter().chain(&said).filter_map(|pin| gate(pin, known)).collect();
    gates.sort_unstable();
    gates.dedup();
    if report.protected.is_empty() && report.overrides.is_empty() && gates.is_empty() {
        return Ok(None);
    }
    let message = String::from_utf8_lossy(commit.message());
    let mut row = CommitRow {
        id: short(&commit.id),
        date: date_of(commit.time()),
        author: commit.author().name,
        subject: message.lines().next().unwrap_or_default().to_owned(),
        after: 0,
        touched: report.protected.iter().map(|one| (one.path.clone(), one.covered_by.clone())).collect(),
        gates,
        refused: refused(&report, known),
        overrides: report.overrides,
    };
    row.after = match (log, commit.first_parent()) {
        (Some((path, policy)), Some(Parent::Known(base))) => {
            judge.logs.as_far_as_readable(judge.repo, base, path, policy)?.entries.len()
        }
        (Some(_), _) => 0,
        (None, _) => by_time(commit.time(), &row.gates, known),
    };
    Ok(Some(row))
}

fn gate(pin: &Pin, known: &Known<'_>) -> Option<usize> {
    match pin {
        Pin::Gate(GatePin { slice, digest }) => known.gate(slice, digest),
        Pin::Log(_) => None,
    }
}

fn refused(report: &Report, known: &Known<'_>) -> Vec<(&'static str, String)> {
    let errors = report.findings.iter().filter(|finding| finding.severity == Severity::Error);
    errors.map(|finding| (finding.code, known.anywhere(&finding.message))).collect()
}

/// The log in this repository, and a policy to read it with.
fn log_here(law: &Law) -> Option<(RepoPath, &Policy)> {
    let Law::Policy(workspace) = law else { return None };
    let members = (0..workspace.members.len()).map(Some);
    members.chain([None]).find_map(|member| {
        let policy = workspace.policy_of(member)?;
        match home(workspace, member, policy) {
            Home::Here(path) => Some((path, policy)),
            Home::Other => None,
        }
    })
}

/// After how many entries of another repository's log a commit came: by the dates, but not before the ACK of a gate that
/// covers it, nor after what closed that.
fn by_time(time: i64, gates: &[usize], known: &Known<'_>) -> usize {
    let after = known.times.iter().rposition(|brought| brought.is_some_and(|brought| brought <= time));
    let mut after = after.map_or(0, |entry| entry + 1);
    for gate in gates {
        let answers = known.log.into_iter().flat_map(|log| log.entries.iter().enumerate());
        let answers = answers.filter(|(_, entry)| entry.answers == Some(*gate));
        for (at, entry) in answers {
            match entry.kind {
                Kind::Ack => after = after.max(at + 1),
                Kind::Landed | Kind::Withdrawn => after = after.min(at),
                _ => {}
            }
        }
    }
    after
}
