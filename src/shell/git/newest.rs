//! The newest commits of a history.

use std::collections::{BinaryHeap, HashSet};

use super::graph::node;
use super::open::Repo;
use crate::change::ObjectId;
use crate::shell::Error;

/// The newest commits, and whether there are others.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Newest {
    /// Parents before children, as far as the committers' dates say so.
    pub commits: Vec<ObjectId>,
    /// Whether there are older ones.
    pub more: bool,
    /// Whether the history is cut off below one of them.
    pub shallow: bool,
}

/// At most so many of the commits that are reachable from `tip`, the newest by their committers' dates; no more than these
/// and their parents are read.
///
/// # Errors
/// An object that is missing or malformed.
pub fn newest(repo: &Repo, tip: &ObjectId, most: usize) -> Result<Newest, Error> {
    let start = *tip;
    let mut found = Newest { commits: Vec::new(), more: false, shallow: false };
    let (mut seen, mut queue) = (HashSet::from([start]), BinaryHeap::new());
    queue.push((node(repo, start)?.time, start));
    while let Some((_, id)) = queue.pop() {
        if found.commits.len() == most {
            found.more = true;
            break;
        }
        found.commits.push(id);
        let commit = node(repo, id)?;
        found.shallow |= commit.cut_off;
        for parent in commit.parents.into_iter().filter(|parent| seen.insert(*parent)) {
            queue.push((node(repo, parent)?.time, parent));
        }
    }
    found.commits.reverse();
    Ok(found)
}
