//! The trusted tip: what is known to have been agreed, whatever the change builds on.

use crate::change::ObjectId;
use crate::shell::Error;
use crate::shell::git::{DefaultBranch, Repo, default_branch, remote_branches, upstream};
use crate::shell::law::{Law, has_policy, law};

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
}

impl Trusted {
    /// The old tip of the branch that is pushed to, or the start of a range.
    pub fn old(id: ObjectId, name: impl Into<String>) -> Self {
        Trusted { id, name: name.into(), shared: true }
    }
}

/// What HEAD's branch is pushed to, as far as this clone knows it; where that is new or has no policy, the default
/// branch.
pub fn trusted_for_head(repo: &Repo) -> Result<Option<Trusted>, Error> {
    let followed = upstream(repo)?.filter(|(name, _)| name.starts_with("refs/remotes/"));
    trusted_for(repo, followed.map(|(name, id)| Trusted::old(id, name)))
}

/// The old tip of a branch; where there is none or it has no policy, the default branch.
///
/// Where the default branch cannot be told, nothing is decided, unless no branch has ever heard of a policy: a hook
/// that is installed everywhere harms nobody.
pub fn trusted_for(repo: &Repo, old: Option<Trusted>) -> Result<Option<Trusted>, Error> {
    if let Some(old) = &old
        && has_policy(repo, &old.id)?
    {
        return Ok(Some(old.clone()));
    }
    let default = match default_branch(repo) {
        Ok(default) => default,
        Err(_) if nothing_adopted(repo)? => None,
        Err(error) => return Err(error),
    };
    let default = default.map(|DefaultBranch { name, commit }| {
        let shared = repo.is_bare() || !name.starts_with("refs/heads/");
        Trusted { id: commit, name, shared }
    });
    Ok(default.or(old))
}

/// Whether neither HEAD nor any remote branch has a policy, or holds what a built-in profile goes by.
fn nothing_adopted(repo: &Repo) -> Result<bool, Error> {
    let remote = remote_branches(repo)?.into_iter().map(|(_, id)| id);
    for tip in repo.head()?.into_iter().chain(remote) {
        if !matches!(law(repo, Some(&tip), None)?, Law::None) {
            return Ok(false);
        }
    }
    Ok(true)
}
