//! A push, seen by the repository that receives it: git's pre-receive hook.

use std::io::Read;

use crate::change::ObjectId;
use crate::report::{Report, escape};
use crate::shell::Error;
use crate::shell::git::{Repo, branches_and_tags, commit_at};
use crate::shell::judge::{Judge, Scope};
use crate::shell::push::{Ref, read_id, read_refs};
use crate::shell::range::check_commits;
use crate::shell::trust::{Trusted, trusted_on_server};

/// Reads git's lines: `<old sha> <new sha> <ref>` (githooks, pre-receive).
///
/// # Errors
/// A line that is none of git's; no line at all, which git never sends; a repository that is only seen in part.
pub fn read_received(input: impl Read, variable: impl Fn(&str) -> Option<String>) -> Result<Vec<Ref>, Error> {
    let refs = read_refs(input, parse)?;
    if refs.is_empty() {
        return Err(Error::new("git's list of refs is empty, so what is being pushed is not known")
            .hint("see that no other hook reads standard input first: `verify-gate install` gives each all of it"));
    }
    if let Some(namespace) = variable("GIT_NAMESPACE") {
        let shown = escape(&namespace);
        return Err(Error::new(format!("what was agreed in the namespace `{shown}` of this repository is not known"))
            .hint("serve it as a repository of its own"));
    }
    Ok(refs)
}

/// Where ackgate keeps what it fetched.
const OWN: &str = "refs/ackgate/";

/// Judges what is received. Each ref is judged by what was there before the push, whatever the others bring: what the
/// branches and tags hold was judged when it came, and the policy that counts is that of the branch, else of the default
/// branch.
///
/// What a ref holds is asked of the repository, not taken from git's line, whose old id is what the other side says. git
/// refuses the ref by itself if the two differ.
pub fn check_receive(judge: &Judge<'_>, repo: &Repo, refs: &[Ref]) -> Result<Report, Error> {
    let known = branches_and_tags(repo)?;
    let mut report = Report::new(Scope::Receive.as_str());
    if let Some(own) = refs.iter().find(|one| one.name.starts_with(OWN)) {
        return Err(Error::new(format!(
            "`{}` is not to be pushed: the log that was fetched here is kept there",
            escape(&own.name)
        ))
        .hint("push branches and tags alone"));
    }
    for one in refs {
        let Some(new) = &one.local else { continue };
        // A tag may name a file or a folder: no branch can be made of that.
        let Some(tip) = repo.peel_to_commit(new)? else { continue };
        let held = commit_at(repo, &one.name)?;
        let branch = one.name.strip_prefix("refs/heads/");
        let old = held.as_ref().zip(branch).map(|(id, branch)| Trusted::old(*id, escape(branch)));
        let trusted = trusted_on_server(repo, old)?;
        let hidden: Vec<ObjectId> = known.iter().cloned().chain(held).collect();
        report.absorb(check_commits(judge, repo, Scope::Receive, &[tip], &hidden, trusted.as_ref())?);
    }
    report.sort();
    Ok(report)
}

fn parse(line: &str) -> Option<Ref> {
    let mut words = line.splitn(3, ' ');
    let (old, new, name) = (words.next()?, words.next()?, words.next()?);
    Some(Ref { local: read_id(new)?, name: name.to_owned(), remote: read_id(old)? })
}

#[cfg(test)]
mod tests {
    use super::*;

    const A: &str = "1111111111111111111111111111111111111111";
    const ZERO: &str = "0000000000000000000000000000000000000000";

    fn read(input: &str) -> Result<Vec<Ref>, Error> {
        read_received(input.as_bytes(), |_| None)
    }

    #[test]
    fn reads_gits_lines() {
        let id = || ObjectId::from_hex(A);
        let one = |old, new, name: &str| Ref { local: new, name: name.to_owned(), remote: old };
        assert_eq!(
            read(&format!("{ZERO} {A} refs/heads/x\n{A} {ZERO} refs/tags/y\n")).unwrap(),
            [one(None, id(), "refs/heads/x"), one(id(), None, "refs/tags/y")]
        );
    }

    #[test]
    fn nothing_and_what_is_no_line_of_gits_are_not_passed() {
        for input in ["", "\n", "x", &format!("{A} {A}"), &format!("{A} zz refs/heads/x"), &format!("{A}0 {A} x")] {
            assert!(read(input).is_err(), "{input}");
        }
    }

    #[test]
    fn a_namespace_is_a_part_of_a_repository() {
        let line = format!("{ZERO} {A} refs/heads/x\n");
        assert!(read_received(line.as_bytes(), |name| (name == "GIT_NAMESPACE").then(|| "x".to_owned())).is_err());
    }
}
