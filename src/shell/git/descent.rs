//! The graph of commits: what descends from what.

use std::cell::RefCell;
use std::collections::{BinaryHeap, HashMap, HashSet};

use super::graph::{Node, node};
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
        Some(commit) => Ok(commit),
        None => Err(Error::new(format!("{id} is not a commit"))),
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
        let message = format!("history is too shallow to tell whether {descendant} builds on {ancestor}");
        return Err(Error::new(message).hint("run `git fetch --unshallow`"));
    }
    Ok(false)
}

/// What is known of who builds on whom. Asked of commits after their parents, it looks at each commit once.
#[derive(Default)]
pub struct Descent {
    /// By ancestor.
    known: RefCell<HashMap<ObjectId, HashMap<ObjectId, bool>>>,
}

impl Descent {
    /// As [`is_ancestor`].
    ///
    /// # Errors
    /// As for [`is_ancestor`].
    pub fn is_ancestor(&self, repo: &Repo, ancestor: &ObjectId, descendant: &ObjectId) -> Result<bool, Error> {
        let (goal, start) = (*ancestor, *descendant);
        let told = match self.told(goal, start) {
            None if repo.remembers() => self.told_by_parents(repo, goal, start)?,
            told => told,
        };
        if let Some(told) = told {
            return Ok(told);
        }
        let found = is_ancestor(repo, ancestor, descendant)?;
        self.known.borrow_mut().entry(goal).or_default().insert(start, found);
        Ok(found)
    }

    fn told(&self, goal: ObjectId, start: ObjectId) -> Option<bool> {
        self.known.borrow().get(&goal)?.get(&start).copied()
    }

    /// A commit builds on what one of its parents builds on, or is it itself.
    fn told_by_parents(&self, repo: &Repo, goal: ObjectId, start: ObjectId) -> Result<Option<bool>, Error> {
        // Where history is cut off, a walk must say how far it sees.
        if goal == start || repo.is_shallow()? {
            return Ok(None);
        }
        let Ok(commit) = repo.raw_commit(start) else { return Ok(None) };
        let parents = &commit.parents;
        let told: Vec<Option<bool>> = parents.iter().map(|parent| self.told(goal, *parent)).collect();
        let found = match told.contains(&Some(true)) {
            true => Some(true),
            false => (!told.is_empty() && !told.contains(&None)).then_some(false),
        };
        if let Some(found) = found {
            self.known.borrow_mut().entry(goal).or_default().insert(start, found);
        }
        Ok(found)
    }
}

struct Walk<'repo> {
    repo: &'repo Repo,
    seen: HashMap<ObjectId, Seen>,
    queue: BinaryHeap<(i64, ObjectId)>,
    /// Those in the queue that are not known to be above the goal: only they may lead to it.
    open: HashSet<ObjectId>,
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
    parents: Vec<ObjectId>,
    side: Side,
    /// It has a parent beyond the edge of a shallow history.
    cut_off: bool,
}

impl Walk<'_> {
    fn side(&self, id: ObjectId) -> Side {
        self.seen.get(&id).map_or(Side { above: false, below: false }, |seen| seen.side)
    }

    fn reach(&mut self, id: ObjectId, from: Side) -> Result<(), Error> {
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

    fn enter(&mut self, id: ObjectId, side: Side) -> Result<i64, Error> {
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
