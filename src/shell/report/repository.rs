//! One repository: its protected files, and the commits that matter to the protocol.

use std::rc::Rc;

use super::commits::commits;
use super::proofs::proofs;
use crate::case::Case;
use crate::change::{Change, ObjectId};
use crate::coverage::Coverage;
use crate::log::{Gate, Log};
use crate::page::{File, GateCard, Repository};
use crate::policy::{Level, Protected, Workspace};
use crate::report::escape;
use crate::shell::Error;
use crate::shell::git::sides_at;
use crate::shell::judge::Judge;
use crate::shell::law::{Law, short};
use crate::shell::logs::Extent;
use crate::shell::overrides::uncovered;
use crate::shell::trust::{Trusted, trusted_for_head};

/// A repository that is looked at.
pub(super) struct Place<'p> {
    pub(super) judge: Judge<'p>,
    pub(super) name: String,
    /// The commit at which it is read.
    pub(super) tip: Option<ObjectId>,
}

/// What the page already knows.
pub(super) struct Known<'p> {
    pub(super) log: Option<&'p Log>,
    pub(super) gates: &'p [GateCard],
    /// When each entry was committed, in Unix seconds.
    pub(super) times: Vec<Option<i64>>,
    /// Where repositories lie on this machine, and what they are called.
    pub(super) places: Vec<(String, String)>,
}

impl Known<'_> {
    /// The page's gate of this slice and digest; of several the last.
    pub(super) fn gate(&self, slice: &str, digest: &str) -> Option<usize> {
        self.gates.iter().rposition(|gate| gate.view.slice == slice && gate.digest == digest)
    }

    /// A sentence without where a repository lies on this machine.
    pub(super) fn anywhere(&self, text: &str) -> String {
        let mut text = text.to_owned();
        for (place, name) in &self.places {
            text = text.replace(&format!(", at {place}"), "").replace(place.as_str(), name);
        }
        text
    }

    fn same(&self, log: &Log, gate: &Gate) -> Option<usize> {
        self.gate(&gate.slice, &log.entry_of(gate)?.digest())
    }
}

/// Looks at one. What cannot be told is a note: a page blocks nothing.
pub(super) fn look(place: &Place<'_>, known: &Known<'_>, most: usize) -> Repository {
    let mut found = Repository { name: place.name.clone(), ..Repository::default() };
    let Some(tip) = &place.tip else {
        found.notes.push("it has no commit yet".to_owned());
        return found;
    };
    found.tip = Some(short(tip));
    if let Err(error) = fill(place, tip, known, most, &mut found) {
        found.notes.push(escape(&error.to_string()));
    }
    for note in &mut found.notes {
        *note = known.anywhere(note);
    }
    found
}

fn fill(
    place: &Place<'_>,
    tip: &ObjectId,
    known: &Known<'_>,
    most: usize,
    found: &mut Repository,
) -> Result<(), Error> {
    let judge = &place.judge;
    let trusted = trusted_for_head(judge.repo)?;
    let law = judge.law(Some(tip), trusted.as_ref().map(|tip| &tip.id))?;
    commits(judge, tip, &law, known, most, found)?;
    let Law::Policy(workspace) = &*law else {
        found.notes.push("no ackgate.toml and no built-in profile that fits: nothing is protected there".to_owned());
        return Ok(());
    };
    files(judge, tip, trusted.as_ref(), workspace, known, found)?;
    let open = uncovered(judge, tip, &law, &[])?;
    found.uncovered = open.overrides;
    found.notes.extend(open.notes);
    Ok(())
}

fn files(
    judge: &Judge<'_>,
    tip: &ObjectId,
    trusted: Option<&Trusted>,
    workspace: &Workspace,
    known: &Known<'_>,
    found: &mut Repository,
) -> Result<(), Error> {
    let sides = sides_at(judge.repo, tip)?;
    let changes: Vec<Change> =
        sides.into_iter().map(|(path, side)| Change { path, old: None, new: Some(side), seen: true }).collect();
    let protected = workspace.classify(&changes);
    let mut members: Vec<Option<usize>> = protected.iter().map(|one| one.member).collect();
    members.sort();
    members.dedup();
    for member in members {
        let Some(policy) = workspace.policy_of(member) else { continue };
        let own: Vec<Protected> = protected.iter().filter(|one| one.member == member).cloned().collect();
        let log = judge.log_at(Some(tip), trusted, workspace, member, Extent::Whole)?;
        let proofs = proofs(judge, tip, workspace, member, &mut found.notes)?;
        let mut case = Case {
            changes: &changes,
            folders: judge.folders(Some(tip), workspace.folder_of(member))?,
            ..Case::without_change(policy, log, judge.world.today)
        };
        case.place(&own, |_| false);
        let log = case.reading().map(|reading| Rc::clone(&reading.log)).unwrap_or_default();
        let coverages: Vec<Coverage> = log.gates.iter().map(|gate| case.coverage(gate)).collect();
        let same: Vec<Option<usize>> = log.gates.iter().map(|gate| known.same(&log, gate)).collect();
        let page_gate = |gate: usize| same.get(gate).copied().flatten();
        let is_proven = |gate: usize, class: &str| match case.level(gate, class) {
            Some(Level::Declared) => true,
            Some(level) => proofs.get(gate).and_then(Option::as_ref).is_some_and(|proof| proof.meets(level)),
            None => false,
        };
        for touched in &case.touched {
            let open = touched
                .gate
                .filter(|gate| touched.listed && case.opens(*gate, &touched.class) && is_proven(*gate, &touched.class));
            let listed = coverages.iter().rposition(|coverage| coverage.covers(&touched.path, &touched.below));
            found.files.push(File {
                path: touched.path.clone(),
                class: touched.class.clone(),
                open: open.and_then(page_gate),
                listed: listed.and_then(page_gate),
            });
        }
    }
    Ok(())
}
