//! The graph of commits: what is new.

use std::collections::{BinaryHeap, HashMap, HashSet};

use super::commit::Parent;
use super::open::Repo;
use crate::change::ObjectId;
use crate::shell::Error;

/// How many commits are looked at after dates say that nothing can change any more: dates lie.
const SLOP: usize = 256;

/// The commits that something brings.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewCommits {
    /// Parents before children.
    pub commits: Vec<ObjectId>,
    /// Whether history is cut off below one of them, so that older new commits may be unseen.
    pub shallow: bool,
}

/// The commits reachable from `tips` and not from `hidden`. Annotated tags stand for their commit, those of trees
/// and blobs for nothing.
///
/// None is ever missed. With dates far out of order a commit that `hidden` reaches may be listed too: history is
/// read by committer's date and not to its end, so that a push of a few commits costs a few reads.
///
/// # Errors
/// An object that is missing or malformed.
pub fn new_commits(repo: &Repo, tips: &[ObjectId], hidden: &[ObjectId]) -> Result<NewCommits, Error> {
    let mut paint = Paint::new(repo);
    let tips = paint.start(tips, false)?;
    paint.start(hidden, true)?;
    paint.run()?;
    let shallow = paint.seen.values().any(|seen| !seen.hidden && seen.cut_off);
    Ok(NewCommits { commits: paint.parents_first(&tips), shallow })
}

/// Paints commits new or hidden, latest first.
struct Paint<'repo> {
    repo: &'repo Repo,
    seen: HashMap<ObjectId, Seen>,
    queue: BinaryHeap<(i64, ObjectId)>,
    /// How many in the queue are not hidden.
    new_in_queue: usize,
}

struct Seen {
    time: i64,
    parents: Vec<ObjectId>,
    hidden: bool,
    /// Its parents have been looked at.
    expanded: bool,
    /// It has a parent beyond the edge of a shallow history.
    cut_off: bool,
}

impl<'repo> Paint<'repo> {
    fn new(repo: &'repo Repo) -> Self {
        Paint { repo, seen: HashMap::new(), queue: BinaryHeap::new(), new_in_queue: 0 }
    }

    fn start(&mut self, ids: &[ObjectId], hidden: bool) -> Result<Vec<ObjectId>, Error> {
        let mut commits = Vec::new();
        for id in ids {
            if let Some(commit) = self.repo.peel_to_commit(id)? {
                self.reach(commit, hidden)?;
                commits.push(commit);
            }
        }
        Ok(commits)
    }

    /// Goes on until no more commit can turn out new.
    fn run(&mut self) -> Result<(), Error> {
        let mut spare = SLOP;
        let mut oldest = None;
        while let Some((time, id)) = self.queue.pop() {
            let hidden = self.is_hidden(id);
            if hidden && self.new_in_queue == 0 {
                let oldest = *oldest.get_or_insert_with(|| self.oldest_new());
                match oldest {
                    None => return Ok(()),
                    Some(oldest) if time < oldest => match spare.checked_sub(1) {
                        Some(left) => spare = left,
                        None => return Ok(()),
                    },
                    Some(_) => {}
                }
            }
            if !hidden {
                self.new_in_queue = self.new_in_queue.saturating_sub(1);
            }
            self.expand(id, hidden)?;
        }
        Ok(())
    }

    fn expand(&mut self, id: ObjectId, hidden: bool) -> Result<(), Error> {
        let Some(seen) = self.seen.get_mut(&id) else { return Ok(()) };
        seen.expanded = true;
        for parent in seen.parents.clone() {
            self.reach(parent, hidden)?;
        }
        Ok(())
    }

    /// Paints a commit; hiding one also hides what was reached from it before.
    fn reach(&mut self, id: ObjectId, hidden: bool) -> Result<(), Error> {
        let mut pending = vec![id];
        while let Some(id) = pending.pop() {
            match self.seen.get_mut(&id) {
                None => self.enter(id, hidden)?,
                Some(seen) if hidden && !seen.hidden => {
                    seen.hidden = true;
                    if seen.expanded {
                        pending.extend(&seen.parents);
                    } else {
                        self.new_in_queue = self.new_in_queue.saturating_sub(1);
                    }
                }
                Some(_) => {}
            }
        }
        Ok(())
    }

    fn enter(&mut self, id: ObjectId, hidden: bool) -> Result<(), Error> {
        let Node { time, parents, cut_off } = node(self.repo, id)?;
        self.seen.insert(id, Seen { time, parents, hidden, expanded: false, cut_off });
        self.queue.push((time, id));
        self.new_in_queue += usize::from(!hidden);
        Ok(())
    }

    fn is_hidden(&self, id: ObjectId) -> bool {
        self.seen.get(&id).is_some_and(|seen| seen.hidden)
    }

    fn oldest_new(&self) -> Option<i64> {
        self.seen.values().filter(|seen| !seen.hidden).map(|seen| seen.time).min()
    }

    /// The new commits below `tips`, each after its parents.
    fn parents_first(&self, tips: &[ObjectId]) -> Vec<ObjectId> {
        let (mut order, mut entered) = (Vec::new(), HashSet::new());
        let mut stack: Vec<(ObjectId, bool)> = tips.iter().rev().map(|tip| (*tip, false)).collect();
        while let Some((id, parents_done)) = stack.pop() {
            if parents_done {
                order.push(id);
                continue;
            }
            let Some(seen) = self.seen.get(&id).filter(|seen| !seen.hidden) else { continue };
            if entered.insert(id) {
                stack.push((id, true));
                stack.extend(seen.parents.iter().rev().map(|parent| (*parent, false)));
            }
        }
        order
    }
}

/// A commit as a walk needs it.
pub(super) struct Node {
    pub(super) time: i64,
    /// The parents that are here.
    pub(super) parents: Vec<ObjectId>,
    /// Whether a shallow history leaves some out.
    pub(super) cut_off: bool,
}

/// Reads a commit for a walk.
pub(super) fn node(repo: &Repo, id: ObjectId) -> Result<Node, Error> {
    let commit = repo.raw_commit(id)?;
    let mut parents = Vec::new();
    for parent in &commit.parents {
        if let Parent::Known(_) = repo.parent(id, *parent)? {
            parents.push(*parent);
        }
    }
    let cut_off = parents.len() < commit.parents.len();
    Ok(Node { time: commit.time(), parents, cut_off })
}
