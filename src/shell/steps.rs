//! What each boundary judges: changes, each on its base.

use std::path::Path;

use crate::change::{Change, ObjectId, RepoPath, Side};
use crate::message::{Trailer, trailers};
use crate::policy::{CONTRACT_PATH, LOG_PATH, POLICY_FILE, Reach};
use crate::proof::Who;
use crate::report::Report;
use crate::shell::Error;
use crate::shell::git::{
    Commit, Entry, Parent, Repo, changes_within, commit_changes_within, githead_parents, merge_parents, staged,
    worktree,
};
use crate::shell::judge::{Judge, Scope, Step};
use crate::shell::law::{Law, short};
use crate::shell::laws::Laws;
use crate::shell::trust::{Trusted, trusted_for_head};
use crate::shell::world::{World, date_of};

/// Judges what a commit made now would change. In a merge, a path counts only where it differs from every parent:
/// `MERGE_HEAD`, or before git has written it what `GITHEAD_<id>` names. `trailers` are those that the message will have,
/// as far as they are known.
pub fn check_staged(
    judge: &Judge<'_>,
    repo: &Repo,
    world: &World,
    merging: bool,
    trailers: Vec<Trailer>,
) -> Result<Report, Error> {
    let mut others = merge_parents(repo)?;
    if others.is_empty() && merging {
        others = githead_parents(repo, world.variables.iter().cloned())?;
    }
    let head = repo.head()?;
    let mut changes = staged(repo, &others)?;
    let trusted = trusted_for_head(repo)?;
    let merged = if others.is_empty() { Vec::new() } else { staged(repo, &[])? };
    if !others.is_empty() {
        let after = |path: &RepoPath| match merged.iter().find(|c| c.path == *path) {
            Some(change) => Ok(change.new.clone()),
            None => side_at(repo, head.as_ref(), path),
        };
        let parents: Vec<ObjectId> = head.iter().chain(&others).cloned().collect();
        add_policy_of_merge(repo, &judge.laws, &mut changes, &parents, trusted.as_ref(), after)?;
    }
    let step = Step {
        parent: head,
        others,
        who: None,
        commit: None,
        trailers,
        changes,
        merged,
        date: world.today,
        scope: Scope::Staged,
        names_gates: true,
    };
    judge.step(&step, trusted.as_ref())
}

/// Judges the work tree against HEAD.
pub fn check_worktree(judge: &Judge<'_>, repo: &Repo, world: &World) -> Result<Report, Error> {
    let trusted = trusted_for_head(repo)?;
    let step = Step {
        parent: repo.head()?,
        others: Vec::new(),
        who: None,
        commit: None,
        trailers: Vec::new(),
        changes: worktree(repo)?,
        merged: Vec::new(),
        date: world.today,
        scope: Scope::Worktree,
        names_gates: true,
    };
    judge.step(&step, trusted.as_ref())
}

/// Judges paths by name: what writing them now would need.
pub fn check_paths(judge: &Judge<'_>, repo: &Repo, world: &World, paths: &[RepoPath]) -> Result<Report, Error> {
    let trusted = trusted_for_head(repo)?;
    let changes = paths.iter().cloned().map(Change::named).collect();
    let step = Step {
        parent: repo.head()?,
        others: Vec::new(),
        who: None,
        commit: None,
        trailers: Vec::new(),
        changes,
        merged: Vec::new(),
        date: world.today,
        scope: Scope::Paths,
        names_gates: true,
    };
    judge.step(&step, trusted.as_ref())
}

/// A commit as a change on its base, as far as `reach` goes.
///
/// # Errors
/// A parent that a shallow history does not have; objects that are missing or malformed.
pub fn commit_step(
    repo: &Repo,
    laws: &Laws,
    commit: &Commit,
    scope: Scope,
    trusted: Option<&Trusted>,
    reach: &Reach,
) -> Result<Step, Error> {
    let mut changes = commit_changes_within(repo, &commit.id, reach)?;
    let parents = known_parents(commit)?;
    let mut merged = Vec::new();
    if parents.len() > 1 {
        let after = |path: &RepoPath| side_at(repo, Some(&commit.id), path);
        add_policy_of_merge(repo, laws, &mut changes, &parents, trusted, after)?;
        merged = changes_within(repo, parents.first(), &commit.id, reach)?;
    }
    let date = date_of(commit.time());
    let is_looked_at = !changes.is_empty() || parents.len() > 1;
    Ok(Step {
        parent: parents.first().cloned(),
        others: parents.get(1..).unwrap_or_default().to_vec(),
        who: is_looked_at.then(|| Who { author: commit.author().email, committer: commit.committer().email }),
        commit: Some(commit.id),
        trailers: if is_looked_at { trailers(commit.message()) } else { Vec::new() },
        changes,
        merged,
        date,
        scope,
        names_gates: false,
    })
}

fn known_parents(commit: &Commit) -> Result<Vec<ObjectId>, Error> {
    let parents = commit.parents.iter().map(|parent| match parent {
        Parent::Known(id) => Ok(*id),
        Parent::Unknown(id) => Err(Error::new(format!(
            "the history is too shallow: the parent {} of {} is not here",
            short(id),
            short(&commit.id)
        ))
        .hint("run `git fetch --unshallow`")),
    });
    parents.collect()
}

/// A merge may take a policy file, what it extends, or a file of keys from any parent that descends from the trusted tip, and from no other: what an old
/// fork has is not what was agreed since, even if the merge leaves it as that fork had it.
fn add_policy_of_merge(
    repo: &Repo,
    laws: &Laws,
    changes: &mut Vec<Change>,
    parents: &[ObjectId],
    trusted: Option<&Trusted>,
    after: impl Fn(&RepoPath) -> Result<Option<Side>, Error>,
) -> Result<(), Error> {
    let Some(Trusted { id: trusted, .. }) = trusted else { return Ok(()) };
    let mut heirs = Vec::new();
    for parent in parents {
        if laws.descent.is_ancestor(repo, trusted, parent)? {
            heirs.push(parent);
        }
    }
    let Some(heir) = heirs.first() else { return Ok(()) };
    let law = laws.of(repo, Some(heir), Some(trusted))?;
    let mut files = match &*law {
        Law::Policy(workspace) => workspace.files(),
        Law::Ambiguous(_) | Law::None => vec![RepoPath::from(POLICY_FILE)],
    };
    if !law.is_written() {
        // What a built-in profile goes by may be changed, and not be lost.
        for path in [LOG_PATH, CONTRACT_PATH].map(RepoPath::from) {
            if after(&path)?.is_none() {
                files.push(path);
            }
        }
    }
    for path in files {
        let new = after(&path)?;
        let mut differs = true;
        for heir in &heirs {
            differs &= side_at(repo, Some(heir), &path)? != new;
        }
        if differs && !changes.iter().any(|c| c.path == path) {
            let old = side_at(repo, Some(heir), &path)?;
            changes.push(Change { path, old, new, seen: true });
        }
    }
    Ok(())
}

fn side_at(repo: &Repo, commit: Option<&ObjectId>, path: &RepoPath) -> Result<Option<Side>, Error> {
    let Some(commit) = commit else { return Ok(None) };
    Ok(match repo.entry(commit, path)? {
        Some(Entry::Item(side)) => Some(side),
        Some(Entry::Folder(_)) | None => None,
    })
}

/// A path as a person gives it: relative to where they stand, if that is in the work tree, else to its root.
pub fn repo_path(repo: &Repo, here: Option<&Path>, given: &Path) -> Result<RepoPath, Error> {
    let root = repo.root().ok_or_else(|| Error::new("a bare repository has no paths to edit"))?;
    let base = here.filter(|h| h.starts_with(root)).unwrap_or(root);
    let mut parts: Vec<std::ffi::OsString> = Vec::new();
    for part in base.join(given).components() {
        match part {
            std::path::Component::ParentDir => {
                parts.pop();
            }
            std::path::Component::Normal(name) => parts.push(name.to_owned()),
            std::path::Component::RootDir | std::path::Component::CurDir | std::path::Component::Prefix(_) => {}
        }
    }
    let absolute: std::path::PathBuf = std::iter::once(std::ffi::OsString::from("/")).chain(parts).collect();
    let relative = absolute.strip_prefix(root).map_err(|_| {
        Error::new(format!("`{}` lies outside of the repository", given.display())).hint("name paths inside of it")
    })?;
    Ok(RepoPath::new(relative.as_os_str().as_encoded_bytes()))
}
