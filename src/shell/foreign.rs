//! The log of another repository: as it is now, or as the commit that is judged pins it.

use std::cell::RefCell;
use std::collections::{BTreeMap, HashSet};
use std::rc::Rc;

use crate::case::{Elsewhere, LogCase, Pins, Reading};
use crate::change::ObjectId;
use crate::log::{Gate, Log, State, closed_since, still_agreed};
use crate::policy::Select;
use crate::shell::Error;
use crate::shell::git::{FileAt, OtherLog, Repo, fetch, fetched, is_ancestor, new_commits, worktree_file};
use crate::shell::law::short;
use crate::shell::logs::{Logs, Source};
use crate::shell::trust::shared_default;

/// Where the canonical log is read, if no pin says otherwise.
struct Canonical<'a> {
    repo: &'a Repo,
    tip: ObjectId,
    /// What it is called.
    place: String,
    /// How its repository is brought up to date.
    refresh: String,
}

/// What the default branch of the judged repository has, once it was looked at.
#[derive(Default)]
pub(super) struct Held(RefCell<Option<Rc<HashSet<ObjectId>>>>);

impl Logs {
    /// The log that judges a step, in the repository of another party.
    pub(super) fn other(&self, source: &Source<'_>) -> Result<LogCase, Error> {
        let policy = source.policy;
        let owner = &policy.log.owner;
        if let Some(url) = &policy.log.url {
            let reference = policy.log.reference.as_deref();
            let tip = match source.may_fetch {
                true => fetch(source.repo, url, reference)?,
                false => fetched(source.repo, url)?.ok_or_else(|| {
                    Error::new(format!("the log of {owner} has not been fetched yet"))
                        .hint("run `verify-gate log --fetch`")
                })?,
            };
            let (place, refresh) = (format!("{owner}, as fetched"), "run `verify-gate log --fetch`".to_owned());
            return self.foreign(source, &Canonical { repo: source.repo, tip, place, refresh }, || Ok(Vec::new()));
        }
        let other = self.locate(source)?;
        let canonical = Canonical {
            repo: &other.repo,
            tip: other.commit,
            place: format!("{owner}, at {}", other.place),
            refresh: format!("run `git fetch` in {}", other.place),
        };
        let mut case = self.foreign(source, &canonical, || self.elsewhere_other(source, &other))?;
        if let LogCase::Read(reading) = &mut case
            && reading.commit.as_ref() == Some(&other.commit)
        {
            reading.behind = self.behind(&other, policy, &reading.log);
        }
        Ok(case)
    }

    fn foreign(
        &self,
        source: &Source<'_>,
        canonical: &Canonical<'_>,
        elsewhere: impl FnOnce() -> Result<Vec<Elsewhere>, Error>,
    ) -> Result<LogCase, Error> {
        let Canonical { repo, tip, place, .. } = canonical;
        let (path, policy) = (&source.policy.log.path, source.policy);
        let now = self.at(repo, Some(tip), path, policy, source.extent)?;
        let mut pins = source.pins.clone();
        if let Some(pin) = pins.log {
            match self.pinned(source, canonical, &pin, now.as_ref())? {
                Pinned::Read(reading) => return Ok(LogCase::Read(Box::new(reading.pinned(&pins)))),
                Pinned::Bad(why) => pins.bad.push(why),
                // There is no log that could tell whether the gate is still open.
                Pinned::Lost => {}
            }
        }
        let Some(log) = now else {
            let help = format!("it belongs into the repository of {}: commit and push it there", policy.log.owner);
            return Ok(LogCase::Missing { place: format!("`{path}` ({place})"), help });
        };
        let log = if source.reopened { Rc::new(log.reopened()) } else { log };
        let reading = Reading {
            path: path.to_string(),
            place: place.clone(),
            commit: Some(*tip),
            since: Vec::new(),
            now: None,
            elsewhere: if source.explains(&log) { elsewhere()? } else { Vec::new() },
            behind: None,
            history: BTreeMap::new(),
            pins,
            by_party: BTreeMap::new(),
            log,
        };
        Ok(LogCase::Read(Box::new(self.told((repo, Some(tip)), path, policy, source.past, reading)?)))
    }

    /// The log at the commit that a pin names, as long as that is part of the canonical log's history. What it opens must
    /// still be open in the log as it is now, unless the default branch has the judged commit already: then it was made
    /// and taken in its time, and what closed the gate came after it.
    fn pinned(
        &self,
        source: &Source<'_>,
        canonical: &Canonical<'_>,
        pin: &ObjectId,
        now: Option<&Rc<Log>>,
    ) -> Result<Pinned, Error> {
        let Canonical { repo, tip, place, .. } = canonical;
        let (path, policy) = (&source.policy.log.path, source.policy);
        if let Some(bad) = not_in_history(canonical, pin, source.commit)? {
            return Ok(Pinned::Bad(bad));
        }
        let Some(log) = self.at(repo, Some(pin), path, policy, source.extent)? else {
            return Ok(Pinned::Bad(format!("`Gate-Log:` pins {}, where there is no log at `{path}` yet", short(pin))));
        };
        let reading = Reading {
            path: path.to_string(),
            place: format!("{place}, as pinned at {}", short(pin)),
            commit: Some(*pin),
            since: Vec::new(),
            now: None,
            elsewhere: Vec::new(),
            behind: None,
            history: BTreeMap::new(),
            pins: Pins::default(),
            by_party: BTreeMap::new(),
            log,
        };
        let mut reading = self.told((repo, Some(pin)), path, policy, source.past, reading)?;
        if pin != tip {
            match now {
                None if self.is_held(source)? => {}
                None => return Ok(Pinned::Lost),
                Some(now) => {
                    self.ended_since(source, canonical, &mut reading, now, now)?;
                    for (party, reading) in &mut reading.by_party {
                        self.ended_since(source, canonical, reading, now, &Rc::new(now.answered_by(party)))?;
                    }
                    if source.explains(&reading.log) {
                        let help = "amend the commit so that its `Gate-Log:` names a commit that has the ACK, or take the \
                                    trailer out";
                        let place = format!("in the log as it is now ({place})");
                        reading.elsewhere.push(Elsewhere { place, help: help.to_owned(), log: Rc::clone(now) });
                    }
                }
            }
        }
        Ok(Pinned::Read(Box::new(reading)))
    }

    /// Adds to a pinned reading the log as it is `now`, where that has closed what it opens; `heard` is that log as the
    /// party answered whose reading it is.
    fn ended_since(
        &self,
        source: &Source<'_>,
        canonical: &Canonical<'_>,
        reading: &mut Reading,
        now: &Rc<Log>,
        heard: &Rc<Log>,
    ) -> Result<(), Error> {
        let Canonical { repo, tip, place, .. } = canonical;
        let (path, policy) = (&source.policy.log.path, source.policy);
        let (_, ended) = self.history((repo, Some(tip)), path, policy, heard, source.past)?;
        let is_over = !ended.is_empty() || closes(&reading.log, now, policy.select);
        if is_over && !self.is_held(source)? {
            reading.since.push((Rc::clone(now), place.clone()));
            reading.since.extend(ended);
            reading.now = Some((Rc::clone(now), place.clone()));
        }
        Ok(())
    }

    /// Whether the default branch, as others have it, holds the commit that is judged. A branch of this clone alone
    /// vouches for nothing.
    fn is_held(&self, source: &Source<'_>) -> Result<bool, Error> {
        let Some(commit) = source.commit else { return Ok(false) };
        if let Some(held) = &*self.held.0.borrow() {
            return Ok(held.contains(commit));
        }
        let tips: Vec<ObjectId> = shared_default(source.repo)?.into_iter().map(|branch| branch.commit).collect();
        let held: HashSet<ObjectId> = new_commits(source.repo, &tips, &[])?.commits.into_iter().collect();
        let is_held = held.contains(commit);
        *self.held.0.borrow_mut() = Some(Rc::new(held));
        Ok(is_held)
    }

    /// Later copies in the other repository: its HEAD, its work tree.
    fn elsewhere_other(&self, source: &Source<'_>, other: &OtherLog) -> Result<Vec<Elsewhere>, Error> {
        let mut found = Vec::new();
        let (policy, extent) = (source.policy, source.extent);
        let (path, owner) = (&policy.log.path, &policy.log.owner);
        if let Some(head) = other.repo.head()?.filter(|head| *head != other.commit)
            && let Some(log) = self.at(&other.repo, Some(&head), path, policy, extent)?
        {
            let help = format!("push it there, and fetch: the log is read at {}", other.place);
            found.push(Elsewhere { place: format!("at HEAD of the repository of {owner}"), help, log });
        }
        if other.repo.root().is_some()
            && let FileAt::File { id, bytes } = worktree_file(&other.repo, path)?
            && let Ok(log) = self.file(id, bytes, policy, extent)
        {
            let help = format!("commit the log in the repository of {owner} first");
            found.push(Elsewhere { place: format!("in the work tree of the repository of {owner}"), help, log });
        }
        Ok(found)
    }
}

/// What became of a pin.
enum Pinned {
    /// The log as it was there.
    Read(Box<Reading>),
    /// It does not hold: why.
    Bad(String),
    /// It would hold, but the log is not there any more.
    Lost,
}

/// Why a pinned commit is not one of the canonical log's history, if it is not.
fn not_in_history(
    canonical: &Canonical<'_>,
    pin: &ObjectId,
    judged: Option<&ObjectId>,
) -> Result<Option<String>, Error> {
    let Canonical { repo, tip, place, refresh } = canonical;
    if pin.as_bytes().len() != tip.as_bytes().len() || !repo.contains(pin)? {
        let of = judged.map(|id| format!(" of {}", short(id))).unwrap_or_default();
        return Err(Error::new(format!(
            "the commit {pin} that `Gate-Log:`{of} pins is not in the log's repository ({place})"
        ))
        .hint("push the log first, if the commit is only in the clone where it was made")
        .hint(refresh.clone())
        .hint(AMEND));
    }
    if !repo.is_commit(pin)? {
        return Ok(Some(format!("`Gate-Log:` pins {pin}, which is no commit")));
    }
    let is_part = is_ancestor(repo, pin, tip).map_err(|error| {
        Error::new(format!("cannot tell whether the log's history ({place}) has the commit that is pinned: {error}"))
            .hint("run `git fetch --unshallow` in that repository")
            .hint(AMEND)
    })?;
    let why =
        || format!("`Gate-Log:` pins {}, which is not part of the log's history ({place}, {})", short(pin), short(tip));
    Ok((!is_part).then(why))
}

/// Whether the log as it is now has closed, changed or lost an ACKed gate of the log as it was.
fn closes(then: &Log, now: &Log, select: Select) -> bool {
    let mut acked = then.gates.iter().filter(|gate| gate.state == State::Acked);
    acked.any(|gate: &Gate| {
        !still_agreed(then, gate, now) || closed_since(then, gate, now, select == Select::Latest).is_some()
    })
}

/// What else is done about a pin that cannot be judged.
const AMEND: &str = "else take the trailer out of the message (`git commit --amend`, `git rebase -i`): the log as it is now judges then";
