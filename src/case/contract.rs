//! A contract that a change touches.

use std::collections::HashSet;

use crate::change::RepoPath;
use crate::contract::{Change, Comparison, Judged};

/// A contract's file, as it was and as it will be.
#[derive(Debug, Clone)]
pub struct ContractChange {
    /// Where it will be; where it was, if it will be gone. From the repository's root.
    pub path: RepoPath,
    /// The same from the policy's folder.
    pub below: RepoPath,
    /// What can be said of it; of a merge, against each parent.
    pub judged: Vec<Judged>,
    /// It is no change that is judged, but two files that somebody compares.
    pub is_by_hand: bool,
}

impl ContractChange {
    /// What was compared.
    pub fn comparisons(&self) -> Vec<&Comparison> {
        let compared = self.judged.iter().filter_map(|judged| match judged {
            Judged::Compared(comparison) => Some(comparison.as_ref()),
            Judged::Unreadable { .. } | Judged::Prose | Judged::NoContract => None,
        });
        compared.collect()
    }

    /// The changes that no parent has already.
    pub fn own_changes(&self) -> Vec<&Change> {
        let comparisons = self.comparisons();
        let Some((first, others)) = comparisons.split_first() else { return Vec::new() };
        let mut changes: Vec<&Change> = first.changes.iter().collect();
        for other in others {
            let known: HashSet<_> = other.changes.iter().map(|change| (&change.field, change.kind)).collect();
            changes.retain(|change| known.contains(&(&change.field, change.kind)));
        }
        changes
    }
}
