//! The graph of commits: what descends from what.

use std::collections::{BinaryHeap, HashMap, HashSet};

use super::graph::{Node, node};
use super::id::{Oid, oid};
use super::open::Repo;
use crate::change::ObjectId;
use crate::shell::Error;

/// Whether `ancestor` is `descendant` or one of the commits it builds on.
///
/// The answer does not hang on dates, which anyone can set: they only say where to look first. History is read until
/// all that is left to look at is older than `ancestor` itself, by its own account of its parents.
///
/// # Errors
/// An object that is missing or malformed; a history too shallow to tell.
pub fn is_ancestor(repo: &Repo, ancestor: &ObjectId, descendant: &ObjectId) -> Result<bool, Error> {
    let commit = |id: &ObjectId| match repo.peel_to_commit(id)? {
        Some(commit) => oid(&commit),
        None => Err(Error::new(format!("{} is not a commit", id.0))),
    };
    let (goal, start) = (commit(ancestor)?, commit(descendant)?);
    let mut walk = Walk { repo, seen: HashMap::new(), queue: BinaryHeap::new(), open: HashSet::new() };
    walk.reach(goal, Side { above: true, below: false })?;
    walk.reach(start, Side { above: false, below: true })?;
    while let Some((_, id)) = walk.queue.pop() {
        if walk.side(goal).below {
            return Ok(true);
        }
        walk.open.remove(&id);
        let side = walk.side(id);
        let parents = walk.seen.get(&id).map(|seen| seen.parents.clone()).unwrap_or_default();
        for parent in parents {
            walk.reach(parent, side)?;
        }
        if walk.open.is_empty() {
            break;
        }
    }
    if walk.side(goal).below {
        return Ok(true);
    }
    if walk.may_lead_on() {
        let message = format!("history is too shallow to tell whether {} builds on {}", descendant.0, ancestor.0);
        return Err(Error::new(message).hint("run `git fetch --unshallow`"));
    }
    Ok(false)
}

struct Walk<'repo> {
    repo: &'repo Repo,
    seen: HashMap<Oid, Seen>,
    queue: BinaryHeap<(i64, Oid)>,
    /// Those in the queue that are not known to be above the goal: only they may lead to it.
    open: HashSet<Oid>,
}

/// What a commit is reached from.
#[derive(Clone, Copy, PartialEq, Eq)]
struct Side {
    /// It is the goal, or the goal builds on it.
    above: bool,
    /// The descendant is it, or builds on it.
    below: bool,
}

struct Seen {
    time: i64,
    parents: Vec<Oid>,
    side: Side,
    /// It has a parent beyond the edge of a shallow history.
    cut_off: bool,
}

impl Walk<'_> {
    fn side(&self, id: Oid) -> Side {
        self.seen.get(&id).map_or(Side { above: false, below: false }, |seen| seen.side)
    }

    fn reach(&mut self, id: Oid, from: Side) -> Result<(), Error> {
        let before = self.side(id);
        let side = Side { above: before.above || from.above, below: before.below || from.below };
        if side == before {
            return Ok(());
        }
        let time = match self.seen.get_mut(&id) {
            Some(seen) => {
                seen.side = side;
                seen.time
            }
            None => self.enter(id, side)?,
        };
        self.queue.push((time, id));
        if side.above {
            self.open.remove(&id);
        } else {
            self.open.insert(id);
        }
        Ok(())
    }

    fn enter(&mut self, id: Oid, side: Side) -> Result<i64, Error> {
        let Node { time, parents, cut_off } = node(self.repo, id)?;
        self.seen.insert(id, Seen { time, parents, side, cut_off });
        Ok(time)
    }

    /// Whether the way from the descendant may lead on to the goal where this history is cut off.
    fn may_lead_on(&self) -> bool {
        let above = self.seen.values().filter(|seen| seen.side.above && !seen.side.below);
        let oldest = above.map(|seen| seen.time).min();
        let below = self.seen.values().filter(|seen| seen.side.below && !seen.side.above);
        oldest.is_some_and(|oldest| below.into_iter().any(|seen| seen.cut_off && seen.time >= oldest))
    }
}
