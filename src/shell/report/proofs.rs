//! What the ACKs of a log prove.

use jiff::civil::Date;

use crate::case::{Case, LogCase, Proof};
use crate::change::ObjectId;
use crate::page::PROOFS;
use crate::policy::{Ack, Level, Policy, Select, Workspace};
use crate::proof::KeyRings;
use crate::report::escape;
use crate::shell::Error;
use crate::shell::judge::Judge;
use crate::shell::keys::key_rings;
use crate::shell::logs::home;

/// What the ACK of each gate proves, in the log's order; `None` for a gate that was not ACKed,
/// or whose ACK is too old to be looked at. What could not be read of keys
/// is added to `notes`.
///
/// # Errors
/// A log, or a past of it, that cannot be read.
pub(super) fn proofs(
    judge: &Judge<'_>,
    tip: &ObjectId,
    workspace: &Workspace,
    member: Option<usize>,
    notes: &mut Vec<String>,
) -> Result<Vec<Option<Proof>>, Error> {
    let Some(policy) = workspace.policy_of(member) else { return Ok(Vec::new()) };
    let home = home(workspace, member, policy);
    let keys = key_rings(judge.repo, Some(tip), workspace, member, policy).unwrap_or_else(|error| {
        notes.push(escape(&error.to_string()));
        KeyRings::new()
    });
    // So that the past of every ACK is read, and of its signatures; what is asked of an ACK is another matter.
    let ack = Ack { default: Level::Signed, ..policy.ack.clone() };
    let policy = Policy { select: Select::LatestCovering, ack, ..policy.clone() };
    let Some(reading) = judge.reopened(tip, &policy, &home, PROOFS)? else { return Ok(Vec::new()) };
    let count = reading.log.gates.len();
    let pasts: Vec<usize> = reading.history.keys().copied().collect();
    let has_past = |gate: usize| pasts.contains(&gate);
    let case = Case { keys, ..Case::without_change(&policy, LogCase::Read(reading), Date::MIN) };
    Ok((0..count).map(|gate| case.proof(gate).filter(|_| has_past(gate))).collect())
}
