//! Reading the files of keys that a policy names: from the base, like the policy itself.

use crate::change::{Change, ObjectId, RepoPath};
use crate::policy::{Level, POLICY_CLASS, POLICY_FILE, Policy, Source, Workspace};
use crate::proof::{KeyError, KeyRing, KeyRings, shared_key};
use crate::report::escape;
use crate::shell::Error;
use crate::shell::git::{FileAt, Repo};
use crate::shell::law::short;

/// Whether any ACK under a policy has to prove at least so much.
pub fn asks_for(policy: &Policy, least: Level) -> bool {
    let levels = policy.ack.classes.values().chain(policy.ack.parties.values()).chain([&policy.ack.default]);
    levels.copied().any(|level| level >= least)
}

/// The keys of all parties of a policy, from the commit that it was read from; `parent` where it was read by hand.
///
/// # Errors
/// A file that is not there, that the policy does not protect, or that cannot be read; a key that two parties have.
pub fn key_rings(
    repo: &Repo,
    parent: Option<&ObjectId>,
    workspace: &Workspace,
    member: Option<usize>,
    policy: &Policy,
) -> Result<KeyRings, Error> {
    let base = workspace.base.as_ref().or(parent);
    let folder = workspace.folder_of(member);
    let source = match &policy.source {
        Source::File { path } => path.as_str(),
        Source::Profile(_) => POLICY_FILE,
    };
    let mut rings = KeyRings::new();
    for party in policy.parties.values() {
        let mut ring = KeyRing::inline(party, source).map_err(|error| unreadable(&error, base))?;
        if let Some(file) = &party.allowed_signers {
            let path = file.under(folder);
            let bytes = bytes(repo, base, workspace, &path)?;
            ring.add_allowed_signers(&bytes, &path.to_string(), party).map_err(|error| unreadable(&error, base))?;
        }
        if let Some(file) = &party.bundle {
            let path = file.under(folder);
            let bytes = bytes(repo, base, workspace, &path)?;
            ring.add_bundle(&bytes, &path.to_string()).map_err(|error| unreadable(&error, base))?;
        }
        rings.insert(party.name.clone(), ring);
    }
    if let Some((key, one, other)) = shared_key(&rings) {
        let message = format!("the key {key} is of party `{}` and of party `{}`", escape(one), escape(other));
        return Err(
            Error::new(message).hint("a key must mean one party: list it for one of them, or by its principals")
        );
    }
    Ok(rings)
}

fn bytes(repo: &Repo, base: Option<&ObjectId>, workspace: &Workspace, path: &RepoPath) -> Result<Vec<u8>, Error> {
    let place = base.map_or("no commit".to_owned(), short);
    // A file that anyone may change would let anyone sign; the log, and what another member governs, is not protected.
    let guarded = workspace.classify(&[Change::named(path.clone())]);
    if !guarded.iter().any(|one| one.class == POLICY_CLASS) {
        let message = format!("`{path}` holds keys, and the policy that names it does not protect it");
        return Err(Error::new(message).hint("keep it in a folder that this policy governs"));
    }
    match repo.file_at(base, path)? {
        FileAt::File { bytes, .. } => Ok(bytes),
        FileAt::Missing => {
            Err(Error::new(format!("`{path}`, which the policy names for keys, is not there ({place})"))
                .hint("commit it, or take its name out of `[parties]`")
                .hint(MEND))
        }
        FileAt::NotAFile(_) => {
            Err(Error::new(format!("`{path}`, which the policy names for keys, is no regular file ({place})"))
                .hint(MEND))
        }
    }
}

fn unreadable(error: &KeyError, base: Option<&ObjectId>) -> Error {
    let place = base.map_or("no commit".to_owned(), short);
    Error::new(format!("the keys of the base ({place}) cannot be read: {error}")).hint(MEND)
}

const MEND: &str = "mend the file in a commit of its own, made with `git commit --no-verify`, and have it reviewed";
