//! The trusted tip: what is known to have been agreed, whatever the change builds on.

use crate::change::ObjectId;
use crate::shell::Error;
use crate::shell::git::{
    DefaultBranch, Repo, branches_and_tags, default_branch, remote_branches, served_branch, upstream,
};
use crate::shell::law::{Law, fits_a_profile, has_policy};
use crate::shell::laws::Laws;

/// A trusted tip.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Trusted {
    /// The commit.
    pub id: ObjectId,
    /// What it is called.
    pub name: String,
    /// Whether it stands for what others have: a branch of this clone alone says which policy judges, but closes no
    /// gate.
    pub shared: bool,
    /// What is trusted instead for a commit that this tip already holds, where that is another one: no commit vouches
    /// for itself.
    pub before: Option<Box<Trusted>>,
}

impl Trusted {
    /// The old tip of the branch that is pushed to, or the start of a range.
    pub fn old(id: ObjectId, name: impl Into<String>) -> Self {
        Trusted { id, name: name.into(), shared: true, before: None }
    }
}

/// What HEAD's branch is pushed to, as far as this clone knows it; where that is new or has no policy, the default
/// branch.
pub fn trusted_for_head(repo: &Repo) -> Result<Option<Trusted>, Error> {
    let followed = upstream(repo)?.filter(|(name, _)| name.starts_with("refs/remotes/"));
    trusted_for(repo, followed.map(|(name, id)| Trusted::old(id, name)))
}

/// The old tip of a branch; where there is none or it has no policy, the default branch. A tip that a built-in profile
/// fits has a policy too, as long as the default branch has no policy file.
///
/// Where the default branch cannot be told, nothing is decided, unless no branch has ever heard of a policy: a hook
/// that is installed everywhere harms nobody.
pub fn trusted_for(repo: &Repo, old: Option<Trusted>) -> Result<Option<Trusted>, Error> {
    if repo.is_bare() {
        return trusted_on_server(repo, old);
    }
    first_with_policy(repo, old, default_branch, nothing_adopted, is_shared)
}

/// As [`trusted_for`], in a repository that is pushed to: its own branches are what others have.
pub fn trusted_on_server(repo: &Repo, old: Option<Trusted>) -> Result<Option<Trusted>, Error> {
    first_with_policy(repo, old, served_branch, |repo| nothing_at(repo, branches_and_tags(repo)?), |_| true)
}

/// The default branch, where it stands for what others have and is not a branch of this clone alone.
pub fn shared_default(repo: &Repo) -> Result<Option<DefaultBranch>, Error> {
    match repo.is_bare() {
        true => served_branch(repo),
        false => Ok(default_branch(repo)?.filter(|branch| is_shared(&branch.name))),
    }
}

fn is_shared(name: &str) -> bool {
    !name.starts_with("refs/heads/")
}

/// Whether neither HEAD nor any remote branch has a policy, or holds what a built-in profile goes by.
pub fn nothing_adopted(repo: &Repo) -> Result<bool, Error> {
    let remote = remote_branches(repo)?.into_iter().map(|(_, id)| id);
    nothing_at(repo, repo.head()?.into_iter().chain(remote))
}

fn first_with_policy(
    repo: &Repo,
    old: Option<Trusted>,
    default: impl FnOnce(&Repo) -> Result<Option<DefaultBranch>, Error>,
    nothing_adopted: impl FnOnce(&Repo) -> Result<bool, Error>,
    shared: impl FnOnce(&str) -> bool,
) -> Result<Option<Trusted>, Error> {
    if let Some(old) = &old
        && has_policy(repo, &old.id)?
    {
        return Ok(Some(old.clone()));
    }
    let default = match default(repo) {
        Ok(default) => default,
        Err(_) if nothing_adopted(repo)? => None,
        Err(error) => return Err(error),
    };
    let Some(DefaultBranch { name, commit }) = default else { return Ok(old) };
    if let Some(old) = &old
        && !has_policy(repo, &commit)?
        && fits_a_profile(repo, &old.id)?
    {
        return Ok(Some(old.clone()));
    }
    let shared = shared(&name);
    Ok(Some(Trusted { id: commit, name, shared, before: old.map(Box::new) }))
}

fn nothing_at(repo: &Repo, tips: impl IntoIterator<Item = ObjectId>) -> Result<bool, Error> {
    let laws = Laws::default();
    for tip in tips {
        if !matches!(*laws.of(repo, Some(&tip), None)?, Law::None) {
            return Ok(false);
        }
    }
    Ok(true)
}
