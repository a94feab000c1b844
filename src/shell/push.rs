//! A push: every commit of every ref that the remote lacks.

use std::ffi::OsString;
use std::io::Read;

use crate::change::ObjectId;
use crate::report::{Report, escape};
use crate::shell::Error;
use crate::shell::git::{Repo, known_of, local_branches};
use crate::shell::judge::{Judge, Scope};
use crate::shell::range::check_commits;
use crate::shell::trust::{Trusted, nothing_adopted, trusted_for};

/// What git or a hook runner says of a push.
pub struct Push {
    /// The remote's name or address, as git's first argument.
    pub remote: Option<String>,
    /// The refs, if git's lines came through.
    pub refs: Vec<Ref>,
    /// What a runner says that took git's lines.
    pub runner: Option<Runner>,
}

/// One line of git's: `<local ref> <local sha> <remote ref> <remote sha>` (githooks, pre-push), or
/// `<old sha> <new sha> <ref>` (pre-receive, which stands on the remote's side).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ref {
    /// What is pushed; `None` for a deletion.
    pub local: Option<ObjectId>,
    /// The remote's ref.
    pub name: String,
    /// What the remote has there; `None` for a new ref.
    pub remote: Option<ObjectId>,
}

/// What pre-commit and prek say of the one ref that they tell of.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Runner {
    /// `PRE_COMMIT_FROM_REF`.
    pub from: Option<String>,
    /// `PRE_COMMIT_TO_REF`.
    pub to: Option<String>,
    /// `PRE_COMMIT_REMOTE_NAME`.
    pub remote: Option<String>,
}

impl Push {
    /// Reads git's lines from `input`; if there are none and git gave no arguments, or a runner says that it took them,
    /// what the runner's variables say.
    pub fn read(
        arguments: &[OsString],
        input: impl Read,
        variable: impl Fn(&str) -> Option<String>,
    ) -> Result<Push, Error> {
        let refs = read_refs(input, parse)?;
        let remote = arguments.first().and_then(|a| a.to_str()).map(str::to_owned);
        let took = refs.is_empty() && (remote.is_none() || variable("PRE_COMMIT").is_some());
        let runner = took.then(|| Runner {
            from: variable("PRE_COMMIT_FROM_REF"),
            to: variable("PRE_COMMIT_TO_REF"),
            remote: variable("PRE_COMMIT_REMOTE_NAME"),
        });
        Ok(Push { remote, refs, runner })
    }
}

/// Reads git's lines, each as `parse` takes it apart.
pub fn read_refs(mut input: impl Read, parse: impl Fn(&str) -> Option<Ref>) -> Result<Vec<Ref>, Error> {
    let mut text = Vec::new();
    input.read_to_end(&mut text).map_err(|error| Error::new(format!("cannot read git's list of refs: {error}")))?;
    // Names need not be UTF-8, and only ASCII ones mean anything here.
    let text = String::from_utf8_lossy(&text);
    let lines = text.lines().filter(|line| !line.trim().is_empty());
    lines.map(|line| parse(line).ok_or_else(|| malformed(line))).collect()
}

/// An object id of git's lines; all zeros stand for none. `None` if it is no id.
pub fn read_id(text: &str) -> Option<Option<ObjectId>> {
    ObjectId::from_hex(text).map(|id| Some(id).filter(|id| id.as_bytes().iter().any(|byte| *byte != 0)))
}

/// Judges a push.
pub fn check_push(judge: &Judge<'_>, repo: &Repo, push: &Push) -> Result<Report, Error> {
    match &push.runner {
        None => {
            let known = push.remote.as_deref().map_or(Ok(Vec::new()), |remote| known_of(repo, remote))?;
            check_refs(judge, repo, &push.refs, &known)
        }
        Some(runner) => check_runner(judge, repo, runner),
    }
}

fn check_refs(judge: &Judge<'_>, repo: &Repo, refs: &[Ref], known: &[(String, ObjectId)]) -> Result<Report, Error> {
    let mut report = Report::new(Scope::Push.as_str());
    let mut hidden: Vec<ObjectId> = known.iter().map(|(_, id)| *id).collect();
    for old in refs.iter().filter_map(|r| r.remote.as_ref()) {
        if repo.contains(old)?
            && let Some(commit) = repo.peel_to_commit(old)?
        {
            hidden.push(commit);
        }
    }
    for one in refs {
        let Some(local) = &one.local else { continue };
        // A tag may name a file or a folder: no branch can be made of that.
        let Some(tip) = repo.peel_to_commit(local)? else { continue };
        let old = old_tip(repo, one, known)?;
        let unseen = old.is_none() && one.remote.is_some() && one.name.starts_with("refs/heads/");
        let trusted = trusted_for(repo, old)?;
        if unseen && !trusted.as_ref().is_some_and(|t| t.shared) && !nothing_adopted(repo)? {
            return Err(unfetched(&one.name));
        }
        let mut hidden = hidden.clone();
        hidden.extend(trusted.iter().filter(|t| t.name.starts_with("refs/remotes/")).map(|t| t.id));
        report.absorb(check_commits(judge, repo, Scope::Push, &[tip], &hidden, trusted.as_ref())?);
    }
    report.sort();
    Ok(report)
}

/// What the remote has at a branch: as git says, else as this clone last saw it.
fn old_tip(repo: &Repo, one: &Ref, known: &[(String, ObjectId)]) -> Result<Option<Trusted>, Error> {
    let Some(branch) = one.name.strip_prefix("refs/heads/") else { return Ok(None) };
    let Some(old) = &one.remote else { return Ok(None) };
    if repo.contains(old)?
        && let Some(commit) = repo.peel_to_commit(old)?
    {
        return Ok(Some(Trusted::old(commit, format!("the remote's {branch}"))));
    }
    let seen = known.iter().find(|(name, _)| {
        name.strip_prefix("refs/remotes/").and_then(|n| n.split_once('/')).is_some_and(|(_, b)| b == branch)
    });
    Ok(seen.map(|(name, id)| Trusted::old(*id, name.clone())))
}

/// A runner took git's lines and tells of one ref alone: by hand that range is judged; in a push every local branch's
/// commits that the remote lacks, since any of them may be on its way.
fn check_runner(judge: &Judge<'_>, repo: &Repo, runner: &Runner) -> Result<Report, Error> {
    let to = runner.to.as_deref().map(|to| repo.resolve_branch(to)).transpose()?;
    if let (None, Some(to)) = (&runner.remote, &to) {
        let from = runner.from.as_deref().map(|from| repo.resolve_branch(from)).transpose()?;
        let trusted = trusted_for(repo, from.map(|id| Trusted::old(id, runner.from.clone().unwrap_or_default())))?;
        let hidden: Vec<ObjectId> = from.into_iter().collect();
        return check_commits(judge, repo, Scope::Push, std::slice::from_ref(to), &hidden, trusted.as_ref());
    }
    let remote = runner.remote.as_deref().unwrap_or("origin");
    let known = known_of(repo, remote)?;
    let mut refs: Vec<Ref> =
        local_branches(repo)?.into_iter().map(|(name, id)| local_ref(remote, name, id, &known)).collect();
    if let Some(to) = to.filter(|to| !refs.iter().any(|r| r.local.as_ref() == Some(to))) {
        refs.push(Ref { local: Some(to), name: "refs/heads/?".to_owned(), remote: None });
    }
    let mut report = check_refs(judge, repo, &refs, &known)?;
    report.note([format!(
        "the hook runner keeps git's list of refs to itself, so every local branch was judged against what `{}` is known to have; \
         a tag or an expression may be missed: `verify-gate --range` in CI has the last word",
        escape(remote)
    )]);
    Ok(report)
}

fn local_ref(remote: &str, name: String, id: ObjectId, known: &[(String, ObjectId)]) -> Ref {
    let branch = name.strip_prefix("refs/heads/").unwrap_or(&name);
    let tracking = format!("refs/remotes/{remote}/{branch}");
    let old = known.iter().find(|(name, _)| *name == tracking).map(|(_, id)| *id);
    Ref { local: Some(id), name, remote: old }
}

fn parse(line: &str) -> Option<Ref> {
    let mut words = line.rsplitn(4, ' ');
    let (old, name, new) = (words.next()?, words.next()?, words.next()?);
    Some(Ref { local: read_id(new)?, name: name.to_owned(), remote: read_id(old)? })
}

/// A branch that is there already, has never been fetched, and nothing else says what was agreed.
fn unfetched(name: &str) -> Error {
    Error::new(format!("what the remote has at {} is not here, so what was agreed there is not known", escape(name)))
        .hint("run `git fetch` for that branch first")
}

fn malformed(line: &str) -> Error {
    Error::new(format!("this is no line of git's list of refs: `{}`", escape(line)))
        .hint("let git call this program as its hook: `verify-gate install`")
}

#[cfg(test)]
mod tests {
    use super::*;

    const A: &str = "1111111111111111111111111111111111111111";
    const ZERO: &str = "0000000000000000000000000000000000000000";

    fn read(arguments: &[&str], input: &str, variables: &[(&str, &str)]) -> Result<Push, Error> {
        let arguments: Vec<OsString> = arguments.iter().map(OsString::from).collect();
        let variable = |name: &str| variables.iter().find(|(n, _)| *n == name).map(|(_, v)| (*v).to_owned());
        Push::read(&arguments, input.as_bytes(), variable)
    }

    #[test]
    fn reads_gits_lines() {
        let push = read(
            &["origin", "url"],
            &format!("HEAD~1 {A} refs/heads/x {ZERO}\n(delete) {ZERO} refs/heads/y {A}\n"),
            &[],
        )
        .unwrap();
        let id = || ObjectId::from_hex(A);
        let name = |n: &str| format!("refs/heads/{n}");
        assert_eq!(
            push.refs,
            [Ref { local: id(), name: name("x"), remote: None }, Ref { local: None, name: name("y"), remote: id() }]
        );
        assert!(push.runner.is_none());
    }

    #[test]
    fn nothing_to_push_is_not_a_runner_that_took_the_lines() {
        assert!(read(&["origin", "url"], "", &[]).unwrap().runner.is_none());
        assert!(read(&[], "", &[]).unwrap().runner.is_some());
        assert!(read(&["origin", "url"], "", &[("PRE_COMMIT", "1")]).unwrap().runner.is_some());
    }

    #[test]
    fn refuses_what_is_no_line_of_gits() {
        for line in ["x", "a b c", "refs/heads/a zz refs/heads/a zz", &format!("a {A} b {A}0")] {
            assert!(read(&["origin", "url"], line, &[]).is_err(), "{line}");
        }
    }
}
