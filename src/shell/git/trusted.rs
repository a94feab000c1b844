//! The branch whose word counts: the default branch, as far as a clone can tell it.

use git2::ErrorCode;

use super::open::{Repo, utf8};
use crate::change::ObjectId;
use crate::shell::Error;

/// The default branch and where it stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DefaultBranch {
    /// The full name of the reference, or the revision as `ackgate.trustedRef` has it.
    pub name: String,
    /// The commit.
    pub commit: ObjectId,
}

/// The default branch: `git config ackgate.trustedRef`; else, on a server, its `HEAD`; else `origin/HEAD`,
/// `origin/main`, `origin/master`; and where no remote has a branch, `main`, `master`, the branch that
/// `init.defaultBranch` names, or the only one there is. `None` where nothing has a past yet, or where HEAD is on one
/// of several branches of which none is the default.
///
/// # Errors
/// A configured revision that does not resolve; remote branches of which none is known to be the default; several
/// local ones likewise, where HEAD is on none of them; references that cannot be read.
pub fn default_branch(repo: &Repo) -> Result<Option<DefaultBranch>, Error> {
    if let Some(name) = repo.config("ackgate.trustedRef")? {
        let commit = repo.resolve_branch(&name).map_err(|error| {
            Error::new(format!("`ackgate.trustedRef`: {error}")).hint("run `git config ackgate.trustedRef origin/NAME`")
        })?;
        return Ok(Some(DefaultBranch { name, commit }));
    }
    if repo.is_bare() {
        let Some(commit) = repo.head()? else { return Ok(None) };
        let name = repo.head_branch()?.unwrap_or_else(|| "HEAD".to_owned());
        return Ok(Some(DefaultBranch { name, commit }));
    }
    let known = ["refs/remotes/origin/HEAD", "refs/remotes/origin/main", "refs/remotes/origin/master"];
    if let Some(found) = first_of(repo, known)? {
        return Ok(Some(found));
    }
    if !references(repo, "refs/remotes/*")?.is_empty() {
        return Err(cannot_tell());
    }
    local_default(repo)
}

/// What the current branch follows, by the full name of the remote-tracking reference; `None` if it follows nothing,
/// or what it follows is not (or no longer) there.
///
/// # Errors
/// References or configuration that cannot be read.
pub fn upstream(repo: &Repo) -> Result<Option<(String, ObjectId)>, Error> {
    let head = repo.inner.find_reference("HEAD")?;
    // What has a name that is not UTF-8 is followed by nothing that could be asked for by name.
    let Some(Ok(branch)) = head.symbolic_target_bytes().map(std::str::from_utf8) else { return Ok(None) };
    upstream_of(repo, branch)
}

/// The same for a branch by its full name.
///
/// # Errors
/// As for [`upstream`].
pub fn upstream_of(repo: &Repo, branch: &str) -> Result<Option<(String, ObjectId)>, Error> {
    let name = match repo.inner.branch_upstream_name(branch) {
        Ok(name) => utf8(&name, "the name of the upstream branch")?,
        // `branch.NAME.remote` may be an address (`git push -u URL`), of which there are no remote-tracking branches.
        Err(error) if matches!(error.code(), ErrorCode::NotFound | ErrorCode::InvalidSpec) => return Ok(None),
        Err(error) => return Err(error.into()),
    };
    repo.reference(&name)
}

/// What a remote is known to have: the commits of its remote-tracking branches. A remote given by its address is one
/// that is configured with that address.
///
/// # Errors
/// References that cannot be read.
pub fn known_of(repo: &Repo, remote: &str) -> Result<Vec<(String, ObjectId)>, Error> {
    let name = remote_name(repo, remote)?;
    if !git2::Remote::is_valid_name(&name) {
        return Ok(Vec::new());
    }
    branches_below(repo, &format!("refs/remotes/{name}/"))
}

/// The local branches and their commits.
///
/// # Errors
/// References that cannot be read.
pub fn local_branches(repo: &Repo) -> Result<Vec<(String, ObjectId)>, Error> {
    branches_below(repo, "refs/heads/")
}

/// The branches of all remotes, as this clone last saw them.
///
/// # Errors
/// References that cannot be read.
pub fn remote_branches(repo: &Repo) -> Result<Vec<(String, ObjectId)>, Error> {
    branches_below(repo, "refs/remotes/")
}

fn branches_below(repo: &Repo, prefix: &str) -> Result<Vec<(String, ObjectId)>, Error> {
    let mut found = Vec::new();
    for reference in references(repo, &format!("{prefix}*"))? {
        if let Some((_, id)) = repo.reference(&reference)? {
            found.push((reference, id));
        }
    }
    Ok(found)
}

fn remote_name(repo: &Repo, remote: &str) -> Result<String, Error> {
    let names = repo.inner.remotes()?;
    for name in names.iter() {
        let Some(name) = name? else { continue };
        let urls = [repo.config(&format!("remote.{name}.url"))?, repo.config(&format!("remote.{name}.pushurl"))?];
        if name != remote && urls.into_iter().flatten().any(|url| url == remote) {
            return Ok(name.to_owned());
        }
    }
    Ok(remote.to_owned())
}

fn local_default(repo: &Repo) -> Result<Option<DefaultBranch>, Error> {
    let configured = repo.config("init.defaultBranch")?.map(|name| format!("refs/heads/{name}"));
    let named = ["refs/heads/main", "refs/heads/master"].into_iter().chain(configured.as_deref());
    if let Some(found) = first_of(repo, named)? {
        return Ok(Some(found));
    }
    let branches = references(repo, "refs/heads/*")?;
    match branches.as_slice() {
        [] => Ok(None),
        [only] => first_of(repo, [only.as_str()]),
        several => {
            let current = repo.head_branch()?;
            let on_one = current.is_some_and(|current| several.contains(&current));
            if on_one { Ok(None) } else { Err(cannot_tell()) }
        }
    }
}

fn first_of<'name>(repo: &Repo, names: impl IntoIterator<Item = &'name str>) -> Result<Option<DefaultBranch>, Error> {
    for name in names {
        if !git2::Reference::is_valid_name(name) {
            continue;
        }
        if let Some((name, commit)) = repo.reference(name)? {
            return Ok(Some(DefaultBranch { name, commit }));
        }
    }
    Ok(None)
}

fn references(repo: &Repo, glob: &str) -> Result<Vec<String>, Error> {
    let mut found = Vec::new();
    for reference in repo.inner.references_glob(glob)? {
        found.push(String::from_utf8_lossy(reference?.name_bytes()).into_owned());
    }
    Ok(found)
}

fn cannot_tell() -> Error {
    Error::new("cannot tell the default branch")
        .hint("run `git remote set-head origin -a`")
        .hint("or `git config ackgate.trustedRef origin/NAME`")
}
