//! How far the copy of another repository's log that is read lies behind what its remote was last known to have.

use std::collections::HashSet;

use crate::case::Behind;
use crate::log::Log;
use crate::policy::Policy;
use crate::shell::Error;
use crate::shell::git::{OtherLog, Repo, new_commits, upstream_of};
use crate::shell::logs::{Extent, Logs};

impl Logs {
    /// How far `log`, as it was read there, lies behind; `None` where it does not, or where that cannot be told.
    pub(super) fn behind(&self, other: &OtherLog, policy: &Policy, log: &Log) -> Option<Behind> {
        // Advice alone: the log that judges has been read, and what cannot be told here opens and closes nothing.
        self.lies_behind(other, policy, log).ok().flatten()
    }

    fn lies_behind(&self, other: &OtherLog, policy: &Policy, log: &Log) -> Result<Option<Behind>, Error> {
        let Some(branch) = branch_read(&other.repo, policy.log.reference.as_deref())? else { return Ok(None) };
        let Some((name, tip)) = followed(&other.repo, &branch)?.filter(|(_, tip)| *tip != other.commit) else {
            return Ok(None);
        };
        let Some(there) = self.at(&other.repo, Some(&tip), &policy.log.path, policy, Extent::Whole)? else {
            return Ok(None);
        };
        let known: HashSet<&str> = log.whole().entries.iter().map(|entry| entry.text.as_str()).collect();
        let entries = there.entries.iter().filter(|entry| !known.contains(entry.text.as_str())).count();
        if entries == 0 {
            return Ok(None);
        }
        let commits = new_commits(&other.repo, &[tip], std::slice::from_ref(&other.commit))?.commits.len();
        let name = name.strip_prefix("refs/remotes/").unwrap_or(&name).to_owned();
        Ok(Some(Behind { place: other.place.clone(), name, entries, commits }))
    }
}

/// The local branch that the log is read at, by its full name; `HEAD` where none is checked out. `None` where it is read at
/// what the remote has, or at no branch.
fn branch_read(repo: &Repo, reference: Option<&str>) -> Result<Option<String>, Error> {
    let head = || Ok(Some(repo.head_branch()?.unwrap_or_else(|| "HEAD".to_owned())));
    match reference {
        None if repo.reference("refs/remotes/origin/HEAD")?.is_some() => Ok(None),
        None | Some("HEAD") => head(),
        Some(name) => {
            let is_there = |full: &str| Ok::<_, Error>(repo.reference(full)?.is_some());
            let branch = match name.strip_prefix("refs/heads/") {
                Some(_) => name.to_owned(),
                None if is_there(&format!("refs/remotes/{name}"))? => return Ok(None),
                None => format!("refs/heads/{name}"),
            };
            Ok(is_there(&branch)?.then_some(branch))
        }
    }
}

/// What a remote was last known to have of a branch: what it follows, else the branch of that name, else the default one.
fn followed(repo: &Repo, branch: &str) -> Result<Option<(String, crate::change::ObjectId)>, Error> {
    if let Some(found) = upstream_of(repo, branch)?.filter(|(name, _)| name.starts_with("refs/remotes/")) {
        return Ok(Some(found));
    }
    let short = branch.strip_prefix("refs/heads/").unwrap_or(branch);
    match repo.reference(&format!("refs/remotes/origin/{short}"))? {
        None => repo.reference("refs/remotes/origin/HEAD"),
        found => Ok(found),
    }
}
