//! The branch whose word counts: the default branch, as far as a clone can tell it.

use super::open::Repo;
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
    if repo.is_bare() {
        return served_branch(repo);
    }
    if let Some(found) = configured(repo)? {
        return Ok(Some(found));
    }
    let known = ["refs/remotes/origin/HEAD", "refs/remotes/origin/main", "refs/remotes/origin/master"];
    if let Some(found) = first_of(repo, known)? {
        return Ok(Some(found));
    }
    if !references(repo, "refs/remotes/")?.is_empty() {
        return Err(cannot_tell());
    }
    local_default(repo)
}

/// The default branch of a repository that is pushed to: `git config ackgate.trustedRef`, else what its own `HEAD` names.
/// `None` where it has no branch yet.
///
/// # Errors
/// A configured revision that does not resolve; a `HEAD` that names a branch which is not there, beside others that are;
/// references that cannot be read.
pub fn served_branch(repo: &Repo) -> Result<Option<DefaultBranch>, Error> {
    if let Some(found) = configured(repo)? {
        return Ok(Some(found));
    }
    let named = repo.head_branch()?;
    match repo.head()? {
        Some(commit) => Ok(Some(DefaultBranch { name: named.unwrap_or_else(|| "HEAD".to_owned()), commit })),
        None if references(repo, "refs/heads/")?.is_empty() => Ok(None),
        None => Err(Error::new(format!(
            "HEAD of the repository that is pushed to names {}, which is not there",
            crate::report::escape(&named.unwrap_or_default())
        ))
        .hint("there, run `git symbolic-ref HEAD refs/heads/NAME` with the default branch's name")),
    }
}

/// The commits of all branches and tags of this repository.
///
/// # Errors
/// References that cannot be read.
pub fn branches_and_tags(repo: &Repo) -> Result<Vec<ObjectId>, Error> {
    Ok([commits_of(repo, "refs/heads/", |_| true)?, commits_of(repo, "refs/tags/", |_| true)?].concat())
}

/// The commit that the reference of this full name leads to; `None` where it leads to something else, or nowhere.
///
/// # Errors
/// References that cannot be read.
pub fn commit_at(repo: &Repo, name: &str) -> Result<Option<ObjectId>, Error> {
    let Some((folder, _)) = name.rsplit_once('/') else { return Ok(None) };
    Ok(commits_of(repo, &format!("{folder}/"), |found| found == name.as_bytes())?.pop())
}

fn commits_of(repo: &Repo, prefix: &str, is_meant: impl Fn(&[u8]) -> bool) -> Result<Vec<ObjectId>, Error> {
    let mut found = Vec::new();
    for reference in repo.ask(|reader| reader.references(prefix))?.into_iter().filter(|one| is_meant(&one.name)) {
        found.extend(repo.peel_to_commit(&reference.target)?);
    }
    Ok(found)
}

/// What the current branch follows, by the full name of the remote-tracking reference; `None` if it follows nothing,
/// or what it follows is not (or no longer) there.
///
/// # Errors
/// References or configuration that cannot be read.
pub fn upstream(repo: &Repo) -> Result<Option<(String, ObjectId)>, Error> {
    // What has a name that is not UTF-8 is followed by nothing that could be asked for by name.
    let head = repo.ask(|reader| reader.head_branch())?;
    let Some(Ok(branch)) = head.as_deref().map(std::str::from_utf8) else { return Ok(None) };
    upstream_of(repo, branch)
}

/// The same for a branch by its full name.
///
/// # Errors
/// As for [`upstream`].
pub fn upstream_of(repo: &Repo, branch: &str) -> Result<Option<(String, ObjectId)>, Error> {
    match repo.ask(|reader| reader.upstream(branch))? {
        Some(name) => repo.reference(&name),
        None => Ok(None),
    }
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

fn configured(repo: &Repo) -> Result<Option<DefaultBranch>, Error> {
    let Some(name) = repo.config("ackgate.trustedRef")? else { return Ok(None) };
    let commit = repo.resolve_branch(&name).map_err(|error| {
        Error::new(format!("`ackgate.trustedRef`: {error}")).hint("run `git config ackgate.trustedRef origin/NAME`")
    })?;
    Ok(Some(DefaultBranch { name, commit }))
}

fn branches_below(repo: &Repo, prefix: &str) -> Result<Vec<(String, ObjectId)>, Error> {
    let mut found = Vec::new();
    for reference in repo.ask(|reader| reader.references(prefix))? {
        let Ok(name) = String::from_utf8(reference.name) else { continue };
        match repo.peel_to_commit(&reference.target)? {
            Some(commit) => found.push((name, commit)),
            None => return Err(Error::new(format!("reference {name} does not lead to a commit"))),
        }
    }
    Ok(found)
}

fn remote_name(repo: &Repo, remote: &str) -> Result<String, Error> {
    for name in repo.ask(|reader| reader.remotes())? {
        let urls = [repo.config(&format!("remote.{name}.url"))?, repo.config(&format!("remote.{name}.pushurl"))?];
        if name != remote && urls.into_iter().flatten().any(|url| url == remote) {
            return Ok(name);
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
    let branches = references(repo, "refs/heads/")?;
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

fn references(repo: &Repo, prefix: &str) -> Result<Vec<String>, Error> {
    let found = repo.ask(|reader| reader.references(prefix))?;
    Ok(found.into_iter().map(|reference| String::from_utf8_lossy(&reference.name).into_owned()).collect())
}

fn cannot_tell() -> Error {
    Error::new("cannot tell the default branch")
        .hint("run `git remote set-head origin -a`")
        .hint("or `git config ackgate.trustedRef origin/NAME`")
}
