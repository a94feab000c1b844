//! Many commits, each judged on its own base: where there are very many, in several threads.

use std::collections::HashSet;
use std::mem::ManuallyDrop;
use std::rc::Rc;
use std::thread;

use crate::change::ObjectId;
use crate::policy::Reach;
use crate::report::Report;
use crate::shell::Error;
use crate::shell::git::{Opener, Parent, Repo, Work, add_work, new_commits, take_work};
use crate::shell::judge::{Judge, Scope};
use crate::shell::law::Law;
use crate::shell::steps::commit_step;
use crate::shell::trust::Trusted;
use crate::shell::world::World;

/// How many commits are worth a thread, which opens the repository and reads policies and logs for itself. In tests as few as are
/// told apart.
const WORTH: usize = if cfg!(test) { 40 } else { 250 };

/// As many bytes of stack as the first thread has: trees of a commit may lie deep in each other.
const STACK: usize = 8 << 20;

/// Judges every commit that is reachable from `tips` and not from `hidden`, each on its own base; and where there are any,
/// the tips, as `[session] push` asks.
pub fn check_commits(
    judge: &Judge<'_>,
    repo: &Repo,
    scope: Scope,
    tips: &[ObjectId],
    hidden: &[ObjectId],
    trusted: Option<&Trusted>,
) -> Result<Report, Error> {
    let new = new_commits(repo, tips, hidden)?;
    if new.shallow {
        return Err(
            Error::new("the history is too shallow to tell which commits are new").hint("run `git fetch --unshallow`")
        );
    }
    let range = Range { scope, trusted, free: free_of(repo, trusted, tips, hidden)? };
    let mut report = match range.judge_beside(judge, &new.commits) {
        Some(report) => report,
        None => range.judge(judge, &new.commits)?,
    };
    for tip in tips.iter().filter(|_| !new.commits.is_empty()) {
        report.absorb(judge.pushed(tip, trusted, scope)?);
    }
    report.sort();
    Ok(report)
}

/// The new commits that the trusted tip does not hold; `None` where it holds none of them. It holds some in a first push of a whole
/// repository, and in CI that judges a range after its branch has moved: they are judged by what was trusted before them.
fn free_of(
    repo: &Repo,
    trusted: Option<&Trusted>,
    tips: &[ObjectId],
    hidden: &[ObjectId],
) -> Result<Option<HashSet<ObjectId>>, Error> {
    let Some(tip) = trusted.filter(|tip| !hidden.contains(&tip.id)) else { return Ok(None) };
    let hidden: Vec<ObjectId> = hidden.iter().chain([&tip.id]).copied().collect();
    Ok(Some(new_commits(repo, tips, &hidden)?.commits.into_iter().collect()))
}

/// What is the same for all commits.
struct Range<'r> {
    scope: Scope,
    trusted: Option<&'r Trusted>,
    free: Option<HashSet<ObjectId>>,
}

impl Range<'_> {
    /// Judges commits, parents before children.
    fn judge(&self, judge: &Judge<'_>, commits: &[ObjectId]) -> Result<Report, Error> {
        let mut report = Report::new(self.scope.as_str());
        let mut reaches = Reaches::default();
        for id in commits {
            let commit = judge.repo.commit(id)?;
            let trusted = match self.trusted {
                Some(tip) if self.free.as_ref().is_some_and(|free| !free.contains(id)) => tip.before.as_deref(),
                other => other,
            };
            let parent = match commit.first_parent() {
                Some(Parent::Known(parent)) => Some(parent),
                Some(Parent::Unknown(_)) | None => None,
            };
            let base = (parent.copied(), trusted.map(|tip| tip.id));
            let law = judge.law(parent, base.1.as_ref())?;
            let reach = reaches.of(judge, Rc::clone(&law));
            let step = commit_step(judge.repo, &judge.laws, &commit, self.scope, trusted, &reach)?;
            if commit.parents.len() == 1 && step.changes.is_empty() {
                judge.leaves_as_it_is(id, base, &law);
            }
            report.absorb(judge.step(&step, trusted)?);
        }
        Ok(report)
    }

    /// The same in several threads, of which each judges commits that follow each other. `None` where these are too few, or one
    /// thread has to tell: for what cannot be decided, and for the log of another repository, which is fetched once.
    fn judge_beside(&self, judge: &Judge<'_>, commits: &[ObjectId]) -> Option<Report> {
        let most = commits.len() / WORTH;
        let threads = if most > 1 { judge.world.threads().min(most) } else { 1 };
        let opener = judge.opener().filter(|_| threads > 1)?;
        let mut rows = commits.chunks(commits.len().div_ceil(threads));
        let first = rows.next()?;
        thread::scope(|scope| {
            let begin = |row| {
                let (world, opener) = (judge.world, opener.clone());
                let thread = thread::Builder::new().stack_size(STACK);
                thread.spawn_scoped(scope, move || self.judge_apart(world, opener, row)).ok()
            };
            let others: Vec<_> = rows.map(begin).collect();
            let mut report = self.judge(judge, first).ok();
            for other in others {
                let (found, work) = other?.join().ok()?;
                add_work(work);
                report = report.zip(found).map(|(mut report, found)| {
                    report.absorb(found);
                    report
                });
            }
            report
        })
    }

    /// Judges commits in a thread of their own.
    fn judge_apart(&self, world: &World, opener: Opener, commits: &[ObjectId]) -> (Option<Report>, Work) {
        let judged = opener.open().and_then(|repo| {
            // What was read is not taken apart again: the process ends soon.
            let repo = ManuallyDrop::new(repo);
            self.judge(&ManuallyDrop::new(Judge::beside(&repo, world)), commits)
        });
        (judged.ok(), take_work())
    }
}

/// Where the law that judged last has a say: most commits are judged by the law of those before them.
#[derive(Default)]
struct Reaches(Option<(Rc<Law>, Rc<Reach>)>);

impl Reaches {
    fn of(&mut self, judge: &Judge<'_>, law: Rc<Law>) -> Rc<Reach> {
        match &self.0 {
            Some((known, reach)) if Rc::ptr_eq(known, &law) => Rc::clone(reach),
            _ => {
                let reach = Rc::new(judge.reach(&law));
                self.0 = Some((law, Rc::clone(&reach)));
                reach
            }
        }
    }
}
