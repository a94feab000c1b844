//! The other party's last handoff: “each agent always inherits the other’s latest context”.

use std::rc::Rc;

use crate::change::{ObjectId, RepoPath};
use crate::handoff::{self, HANDOFF_LOG};
use crate::policy::Party;
use crate::session::latest;
use crate::shell::Error;
use crate::shell::git::{FileAt, OtherLog, Repo, fetched, sibling, worktree_file};
use crate::shell::law::Law;
use crate::shell::logs::{Home, Logs, Source, home};
use crate::shell::status::Standing;
use crate::shell::world::World;

/// A handoff of another party.
pub(super) struct Inherited {
    pub(super) party: String,
    /// Where its repository is.
    pub(super) place: String,
    pub(super) entry: handoff::Entry,
}

/// The handoff log of this party, as the work tree has it; empty where there is none.
pub(super) fn own(repo: &Repo, folder: &str) -> Result<Vec<handoff::Entry>, Error> {
    Ok(match worktree_file(repo, &RepoPath::from(HANDOFF_LOG).under(folder))? {
        FileAt::File { bytes, .. } => handoff::read(&String::from_utf8_lossy(&bytes)),
        FileAt::Missing | FileAt::NotAFile(_) => Vec::new(),
    })
}

/// The last handoff of each other party; for those that cannot be shown, why.
pub(super) fn inherited(repo: &Repo, world: &World, standing: &Standing) -> (Vec<Inherited>, Vec<String>) {
    let (mut found, mut notes) = (Vec::new(), Vec::new());
    for party in standing.policy.parties.values().filter(|party| party.name != standing.policy.party) {
        let name = &party.name;
        match text(repo, world, standing, party) {
            Ok(Some((text, place))) => match latest(&handoff::read(&text)).cloned() {
                Some(entry) => found.push(Inherited { party: name.clone(), place, entry }),
                None => notes.push(format!("the {HANDOFF_LOG} of {name} ({place}) has no entry yet")),
            },
            Ok(None) => {
                notes.push(format!("{name} has no {HANDOFF_LOG} that is there: its last handoff cannot be shown"))
            }
            Err(error) => notes.push(format!("the last handoff of {name} cannot be shown: {error}")),
        }
    }
    (found, notes)
}

/// A party's handoff log, and where it was read: in its member of the workspace, in the repository that the chat log is read
/// in where it holds that, else in the repository beside this one that is named like one of the party's.
fn text(repo: &Repo, world: &World, standing: &Standing, party: &Party) -> Result<Option<(String, String)>, Error> {
    let policy = &standing.policy;
    if let Some(law) = &standing.law
        && let Law::Policy(workspace) = &**law
    {
        let root = workspace.root.as_ref().map(|policy| ("", policy));
        let members = workspace.members.iter().map(|member| (member.folder.as_str(), &member.policy));
        if let Some((folder, _)) = root.into_iter().chain(members).find(|(_, policy)| policy.party == party.name) {
            let place = if folder.is_empty() { "here".to_owned() } else { format!("in {folder}/") };
            return Ok(at(repo, repo.head()?.as_ref(), folder)?.map(|text| (text, place)));
        }
    }
    if party.name == policy.log.owner {
        if let Some(url) = &policy.log.url {
            let tip = fetched(repo, url)?;
            return Ok(at(repo, tip.as_ref(), "")?.map(|text| (text, "as fetched".to_owned())));
        }
        if let Some(other) = elsewhere(repo, world, standing)? {
            return there(&other);
        }
    }
    match sibling(repo, &party.repositories)? {
        Some(other) => there(&other),
        None => Ok(None),
    }
}

/// The repository that the chat log is read in, where that is another one on this machine.
pub(in crate::shell) fn elsewhere(
    repo: &Repo,
    world: &World,
    standing: &Standing,
) -> Result<Option<Rc<OtherLog>>, Error> {
    let policy = &standing.policy;
    let Some(law) = &standing.law else { return Ok(None) };
    let Law::Policy(workspace) = &**law else { return Ok(None) };
    match home(workspace, standing.member, policy) {
        Home::Other if policy.log.url.is_none() => {
            Logs::default().locate(&Source::of(repo, world, policy, &Home::Other)).map(Some)
        }
        Home::Other | Home::Here(_) => Ok(None),
    }
}

fn there(other: &OtherLog) -> Result<Option<(String, String)>, Error> {
    Ok(at(&other.repo, Some(&other.commit), "")?.map(|text| (text, other.place.clone())))
}

fn at(repo: &Repo, commit: Option<&ObjectId>, folder: &str) -> Result<Option<String>, Error> {
    Ok(match repo.file_at(commit, &RepoPath::from(HANDOFF_LOG).under(folder))? {
        FileAt::File { bytes, .. } => Some(String::from_utf8_lossy(&bytes).into_owned()),
        FileAt::Missing | FileAt::NotAFile(_) => None,
    })
}
