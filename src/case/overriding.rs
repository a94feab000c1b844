//! An emergency override: what it stands in for, and what a gate after the fact has to cover.

use super::{Case, Reading, Touched};
use crate::change::RepoPath;
use crate::log::Gate;
use crate::report::{Finding, UsedOverride};

impl Case<'_> {
    /// The override as reports show it, where it counts and lifted something: on the paths that no gate covers, and on
    /// those that something was found of.
    pub fn used(&self, lifted: &[Finding]) -> Option<UsedOverride> {
        let claim = self.overriding.as_ref()?.as_ref().ok().filter(|_| !lifted.is_empty())?;
        let found_on = |path: &RepoPath| lifted.iter().any(|finding| finding.path.as_ref() == Some(path));
        let is_meant = |t: &&Touched| self.covered_by(t).is_none() || found_on(&t.path);
        let (meant, others): (Vec<&Touched>, Vec<&Touched>) =
            self.touched.iter().filter(|t| !t.adopted).partition(is_meant);
        // What is found of a gate as a whole is found of all that it covers.
        let paths = if meant.is_empty() { others } else { meant };
        Some(UsedOverride {
            commit: self.commit.clone()?,
            reason: claim.reason.clone(),
            by: claim.by.to_string(),
            date: self.today,
            paths: paths.into_iter().map(|t| t.path.clone()).collect(),
        })
    }

    /// Whether one gate, of those that `counts`, lists all that is touched and has an ACK that proves enough for it.
    pub fn is_covered_by_one(&self, counts: impl Fn(&Reading, usize, &Gate) -> bool) -> bool {
        let Some(reading) = self.reading() else { return false };
        let mut gates = reading.log.gates.iter().enumerate();
        gates.any(|(index, gate)| {
            let coverage = self.coverage(gate);
            counts(reading, index, gate)
                && self.touched.iter().all(|t| coverage.covers(&t.path, &t.below))
                && self.touched.iter().all(|t| self.opens(index, &t.class))
                && self.touched.iter().all(|t| self.unproven(index, &t.class).is_empty())
        })
    }
}
