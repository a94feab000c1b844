//! Where a slice begins: the commit that brought its gate, or the last one here before the gate was posted elsewhere.

use crate::change::{Kind, ObjectId, RepoPath, Side};
use crate::log::{self, Log};
use crate::policy::Policy;
use crate::report::escape;
use crate::shell::Error;
use crate::shell::cli::Common;
use crate::shell::git::Parent;
use crate::shell::git::{Commit, Entry, Repo, versions};
use crate::shell::validate::Subject;
use crate::shell::world::World;
use crate::shell::write::place;

/// The commit that a slice builds on; `None` where it builds on nothing.
pub(super) fn base(common: &Common, subject: &Subject, since: Option<&str>) -> Result<Option<ObjectId>, Error> {
    if let Some(rev) = since {
        return subject.repo.resolve_branch(rev).map(Some);
    }
    let hint = "name the commit that the slice builds on with --since REV";
    let unknown =
        |why: &str| Error::new(format!("where slice `{}` begins is not known: {why}", escape(&subject.slice)));
    let (Some(log), Some(gate)) = (subject.log(), subject.gate()) else {
        return Err(unknown("the log has no gate of that name").hint(hint));
    };
    let Some(entry) = log.entry_of(gate) else { return Err(unknown("its gate is gone").hint(hint)) };
    let place = place(common, &World::new())?;
    let brought = |repo: &Repo, tip: &ObjectId| brought(repo, tip, &place.path, subject.policy(), log, entry);
    let own = subject.repo.head()?;
    match (&place.other, own) {
        (_, None) => Ok(None),
        (None, Some(head)) => match brought(&subject.repo, &head)? {
            Some(commit) => Ok(Some(commit.id)),
            None => Err(unknown("no commit of HEAD's history brought its gate").hint(hint)),
        },
        (Some(other), Some(head)) => match brought(&other.repo, &other.commit)? {
            Some(commit) => before(&subject.repo, head, commit.time())?
                .map(Some)
                .ok_or_else(|| unknown("all commits here are later than its gate").hint(hint)),
            None => Err(unknown("no commit of the log's history brought its gate").hint(hint)),
        },
    }
}

/// The first commit whose log has the entry.
fn brought(
    repo: &Repo,
    tip: &ObjectId,
    path: &RepoPath,
    policy: &Policy,
    now: &Log,
    entry: &log::Entry,
) -> Result<Option<Commit>, Error> {
    let writers = policy.writers();
    for version in versions(repo, tip, path)?.into_iter().rev() {
        let Some(Entry::Item(Side { kind: Kind::File | Kind::Executable, id })) =
            repo.entry(&version.commit.id, path)?
        else {
            continue;
        };
        let text = repo.read(&id)?;
        if log::stood(now, entry, &log::read(&String::from_utf8_lossy(&text), &writers)) {
            return Ok(Some(version.commit));
        }
    }
    Ok(None)
}

/// The latest commit that is not later than this, along first parents.
fn before(repo: &Repo, tip: ObjectId, time: i64) -> Result<Option<ObjectId>, Error> {
    let mut at = Some(tip);
    while let Some(id) = at {
        let commit = repo.commit(&id)?;
        if commit.time() <= time {
            return Ok(Some(commit.id));
        }
        at = match commit.first_parent() {
            Some(Parent::Known(parent)) => Some(*parent),
            Some(Parent::Unknown(_)) => {
                return Err(Error::new("history is shallow: it does not reach back to the slice's gate")
                    .hint("run `git fetch --unshallow`"));
            }
            None => None,
        };
    }
    Ok(None)
}
