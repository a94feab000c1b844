//! The contracts that a change touches, as they were and as they will be.

use crate::case::ContractChange;
use crate::change::{Change, Kind, RepoPath};
use crate::contract::{Judged, Side, is_same_version, judge};
use crate::policy::{Policy, Protected};
use crate::shell::Error;
use crate::shell::git::FileAt;
use crate::shell::judge::{Judge, Step};

/// The class of contracts.
const SCHEMA: &str = "schema";

/// A file of class `schema` that is touched.
struct Touched<'a> {
    path: &'a RepoPath,
    below: &'a RepoPath,
    /// What each parent has there.
    before: Vec<Option<Vec<u8>>>,
    after: Option<Vec<u8>>,
}

impl Judge<'_> {
    /// Reads and compares the contracts that a change touches; nothing where it touches none.
    pub(super) fn contracts(
        &self,
        step: &Step,
        policy: &Policy,
        protected: &[Protected],
    ) -> Result<Vec<ContractChange>, Error> {
        let mut touched = Vec::new();
        for one in protected.iter().filter(|one| one.class == SCHEMA) {
            if let Some(change) = step.changes.get(one.change).filter(|change| change.seen) {
                touched.push(self.touched(step, change, &one.path)?);
            }
        }
        Ok(compared(touched, policy))
    }

    fn touched<'c>(&self, step: &Step, change: &'c Change, below: &'c RepoPath) -> Result<Touched<'c>, Error> {
        let first = match &change.old {
            Some(side) if matches!(side.kind, Kind::File | Kind::Executable) => Some(self.repo.read(&side.id)?),
            _ => None,
        };
        let mut before = vec![first];
        for parent in &step.others {
            before.push(content(self.repo.file_at(Some(parent), &change.path)?));
        }
        let after = content(self.file_after(step, &change.path)?);
        Ok(Touched { path: &change.path, below, before, after })
    }
}

/// A file's content; a link or a folder in its place takes it away.
fn content(file: FileAt) -> Option<Vec<u8>> {
    match file {
        FileAt::File { bytes, .. } => Some(bytes),
        FileAt::Missing | FileAt::NotAFile(_) => None,
    }
}

fn compared(mut touched: Vec<Touched<'_>>, policy: &Policy) -> Vec<ContractChange> {
    let mut changes = Vec::new();
    while let Some((gone, came)) = moved(&touched, policy) {
        let came_last = came > gone;
        let (first, second) = if came_last { (came, gone) } else { (gone, came) };
        // The later one first, so that the other keeps its number.
        let (one, other) = (touched.remove(first), touched.remove(second));
        changes.push(if came_last { (other, Some(one)) } else { (one, Some(other)) });
    }
    changes.extend(touched.into_iter().map(|one| (one, None)));
    let judged = changes.into_iter().map(|(one, came)| {
        let to = came.as_ref().unwrap_or(&one);
        let (from, path) = (one.path.to_string(), to.path.to_string());
        let new = to.after.as_deref().map(|bytes| Side { path: &path, bytes });
        let sides = one.before.iter().map(|before| before.as_deref().map(|bytes| Side { path: &from, bytes }));
        let judged: Vec<Judged> =
            sides.filter(|old| old.is_some() || new.is_some()).map(|old| judge(old, new)).collect();
        ContractChange { path: to.path.clone(), below: to.below.clone(), judged, is_by_hand: false }
    });
    judged.filter(|change| change.judged.iter().any(|judged| *judged != Judged::NoContract)).collect()
}

/// Whether one contract may have come in the place of another that is gone.
type Fits<'f> = dyn Fn(&Touched<'_>, &Touched<'_>) -> bool + 'f;

/// A contract that is gone and one that came in its place: the same content, else the same name, else the only two.
/// Under another version it is another contract, and one that may go is not looked for.
fn moved(touched: &[Touched<'_>], policy: &Policy) -> Option<(usize, usize)> {
    let all = || touched.iter().enumerate();
    let goes = |one: &Touched<'_>| one.after.is_none() && !policy.contract.is_retired(one.below);
    let gone = || all().filter(|(_, one)| goes(one) && one.before.iter().any(Option::is_some));
    let came = || all().filter(|(_, one)| one.after.is_some() && one.before.iter().all(Option::is_none));
    let only = gone().count() == 1 && came().count() == 1;
    let fits: [&Fits; 3] = [
        &|gone, came| gone.before.contains(&came.after),
        &|gone, came| gone.path.file_name() == came.path.file_name(),
        &|_, _| only,
    ];
    let version =
        |one: &Touched<'_>, other: &Touched<'_>| is_same_version(&one.path.to_string(), &other.path.to_string());
    fits.iter().find_map(|fits| {
        gone().find_map(|(from, one)| {
            came().find(|(_, other)| version(one, other) && fits(one, other)).map(|(to, _)| (from, to))
        })
    })
}
