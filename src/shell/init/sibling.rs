//! Repositories beside this one, which may be the other party's.

use std::fs;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use super::{Home, Options};
use crate::policy::{POLICY_FILE, Party, Policy, same_name};
use crate::report::escape;
use crate::shell::by_hand::document;
use crate::shell::{Error, files};

/// A repository in a folder beside this one.
#[derive(Debug)]
pub(super) struct Sibling {
    /// Its folder's name.
    pub(super) name: String,
    /// Its root.
    pub(super) root: PathBuf,
}

/// A sibling's policy that names this repository's party.
#[derive(Debug)]
pub(super) struct Neighbour<'a> {
    /// Where the policy is.
    pub(super) sibling: &'a Sibling,
    /// What it says.
    pub(super) policy: Policy,
    /// Who we are in it.
    pub(super) we: String,
}

/// What a repository is called: its folder's name, or that of the main worktree where this is a linked one.
pub(super) fn name_of(home: &Home) -> Option<String> {
    main_worktree(home).file_name()?.to_str().map(str::to_owned)
}

/// The repositories beside this one.
pub(super) fn siblings(home: &Home) -> Result<Vec<Sibling>, Error> {
    let main = main_worktree(home);
    let Some(folder) = main.parent() else { return Ok(Vec::new()) };
    let failed = |error| files::failed("read", folder, &error);
    let entries = match fs::read_dir(folder) {
        Ok(entries) => entries,
        // A folder that is not ours to look into holds no repository of ours either.
        Err(error) if error.kind() == ErrorKind::PermissionDenied => return Ok(Vec::new()),
        Err(error) => return Err(failed(error)),
    };
    let mut all = Vec::new();
    for entry in entries {
        let entry = entry.map_err(failed)?;
        let root = entry.path();
        if let Ok(name) = entry.file_name().into_string()
            && root != main
            && root != home.root
            && root.join(".git").exists()
        {
            all.push(Sibling { name, root });
        }
    }
    all.sort_by(|one, other| one.name.cmp(&other.name));
    Ok(all)
}

/// The sibling whose policy names this repository, or the party that `--party` names; notes go to `notes`.
///
/// The one that keeps the log comes first; of several that do not agree none is chosen.
pub(super) fn neighbour<'a>(
    siblings: &'a [Sibling],
    own_name: Option<&str>,
    options: &Options,
    notes: &mut Vec<String>,
) -> Result<Option<Neighbour<'a>>, Error> {
    let mut found = Vec::new();
    for sibling in siblings {
        let file = sibling.root.join(POLICY_FILE);
        if !file.is_file() {
            continue;
        }
        let content = match fs::read(&file) {
            Ok(content) => content,
            Err(error) => {
                notes.push(format!("note: passed over a policy: {}", files::failed("read", &file, &error)));
                continue;
            }
        };
        let policy = match document(&file, &files::shown(&file), &content) {
            Ok(document) => document.policy,
            Err(error) => {
                notes.push(format!("note: passed over a policy that is broken: {error}"));
                None
            }
        };
        if let Some(policy) = policy
            && let Some(we) = us(&policy, own_name, options)
        {
            found.push(Neighbour { sibling, policy, we });
        }
    }
    if found.iter().any(|one| one.policy.is_log_owner()) {
        found.retain(|one| one.policy.is_log_owner());
    }
    let chosen = found.pop();
    match (&chosen, found.is_empty()) {
        (Some(last), false) => {
            let names: Vec<_> = found.iter().chain([last]).map(|one| escape(&one.sibling.name)).collect();
            Err(Error::new(format!(
                "the policies of several repositories beside this one name it: {}",
                names.join(", ")
            ))
            .hint("say who is who: verify-gate init --party NAME --other NAME --log-owner NAME"))
        }
        _ => Ok(chosen),
    }
}

/// The party that this repository is, as another's policy has it; `None` where that names somebody else, or where the
/// command line names parties it does not know.
fn us(policy: &Policy, own_name: Option<&str>, options: &Options) -> Option<String> {
    let is_called = |party: &Party, name: &str| same_name(party.name.as_bytes(), name.as_bytes());
    let known = |name: &Option<String>| {
        name.as_ref().is_none_or(|name| policy.parties.values().any(|party| is_called(party, name)))
    };
    if !known(&options.other) || !known(&options.log_owner) {
        return None;
    }
    if options.log_owner.as_ref().is_some_and(|owner| !same_name(owner.as_bytes(), policy.log.owner.as_bytes())) {
        return None;
    }
    let has = |party: &Party, name: &str| {
        party.repositories.iter().any(|repository| same_name(repository.as_bytes(), name.as_bytes()))
    };
    let mut others = policy.parties.values().filter(|party| party.name != policy.party);
    let we = others.find(|party| match (&options.party, own_name) {
        (Some(name), _) => is_called(party, name),
        (None, Some(name)) => has(party, name),
        (None, None) => false,
    })?;
    Some(we.name.clone())
}

fn main_worktree(home: &Home) -> PathBuf {
    let common = home.repo.common_dir();
    let is_dot_git = common.file_name().is_some_and(|name| name == ".git");
    common.parent().filter(|_| is_dot_git).map_or_else(|| home.root.clone(), Path::to_owned)
}
