//! Finding and reading the log a change needs.

use std::cell::RefCell;
use std::collections::{BTreeMap, HashMap};
use std::rc::Rc;

use crate::case::{Elsewhere, GateHistory, LogCase, Reading};
use crate::change::{Change, Kind, ObjectId, RepoPath, Side};
use crate::log::{self, Gate, Log, Speaker, State, Version};
use crate::policy::{Level, Policy, Workspace};
use crate::proof::{Who, read_at};
use crate::shell::Error;
use crate::shell::git::{
    Commit, Entry, FileAt, OtherLog, Repo, Wanted, fetch, fetched, is_ancestor, locate, versions, worktree_file,
};
use crate::shell::keys::asks_for;
use crate::shell::law::short;
use crate::shell::trust::Trusted;
use crate::shell::world::{World, date_of};

/// Where the log of a policy is.
pub enum Home {
    /// In this repository, at this path.
    Here(RepoPath),
    /// In another one.
    Other,
}

/// Where a policy's log is: in the owner's repository, or with the owner's member of the same workspace.
pub fn home(workspace: &Workspace, member: Option<usize>, policy: &Policy) -> Home {
    let folder = |m: Option<usize>| m.and_then(|m| workspace.members.get(m)).map_or("", |m| m.folder.as_str());
    if policy.is_log_owner() {
        return Home::Here(policy.log.path.under(folder(member)));
    }
    if let Some(owner) = workspace.members.iter().find(|m| m.policy.party == policy.log.owner) {
        return Home::Here(policy.log.path.under(&owner.folder));
    }
    if workspace.root.as_ref().is_some_and(|root| root.party == policy.log.owner) {
        return Home::Here(policy.log.path.clone());
    }
    Home::Other
}

/// The parties as the log's reader knows them.
pub fn speakers(policy: &Policy) -> Vec<Speaker> {
    let speaker = |p: &crate::policy::Party| Speaker {
        name: p.name.clone(),
        aliases: p.aliases.clone(),
        repositories: p.repositories.clone(),
    };
    policy.parties.values().map(speaker).collect()
}

/// A log's text, read. Logs are UTF-8.
pub fn read_text(bytes: &[u8], place: &str, policy: &Policy) -> Result<Log, Error> {
    let text = std::str::from_utf8(bytes).map_err(|error| {
        let line = bytes.get(..error.valid_up_to()).unwrap_or_default().iter().filter(|b| **b == b'\n').count() + 1;
        Error::new(format!("the log ({place}) is not UTF-8: line {line}")).hint("save it as UTF-8 and commit it")
    })?;
    Ok(log::read(text, &speakers(policy)))
}

/// A blob, and the names that a policy reads it with.
type Key = (ObjectId, Vec<String>);

/// A log, and what it is called.
type Named = (Rc<Log>, String);

/// Reads logs, each distinct blob once.
#[derive(Default)]
pub struct Logs {
    read: RefCell<HashMap<Key, Rc<Log>>>,
    others: RefCell<HashMap<String, Rc<OtherLog>>>,
}

/// Where the log of one step is read.
pub struct Source<'a> {
    /// The repository that is judged.
    pub repo: &'a Repo,
    /// What the world says.
    pub world: &'a World,
    /// The policy that judges.
    pub policy: &'a Policy,
    /// Where its log is.
    pub home: &'a Home,
    /// The first parent.
    pub parent: Option<&'a ObjectId>,
    /// The other parents of a merge.
    pub others: &'a [ObjectId],
    /// The trusted tip.
    pub trusted: Option<&'a Trusted>,
    /// The commit that is judged, if it is one.
    pub commit: Option<&'a ObjectId>,
    /// What it touches.
    pub changes: &'a [Change],
    /// Whether these are changes of the work tree, whose content is no object yet.
    pub is_worktree: bool,
    /// Whether the log of another repository may be fetched first.
    pub may_fetch: bool,
}

impl Logs {
    /// The log that judges a step.
    pub fn case(&self, source: &Source<'_>) -> Result<LogCase, Error> {
        match source.home {
            Home::Here(path) => self.here(source, path),
            Home::Other => self.other(source),
        }
    }

    fn here(&self, source: &Source<'_>, path: &RepoPath) -> Result<LogCase, Error> {
        let place = source.parent.map_or("no commit".to_owned(), |p| match source.commit {
            None => "HEAD".to_owned(),
            Some(_) => short(p),
        });
        let Some(log) = self.at(source.repo, source.parent, path, source.policy)? else {
            let help = "commit the log there first; `verify-gate init` writes one".to_owned();
            return Ok(LogCase::Missing { place: format!("`{path}` ({place})"), help });
        };
        let tip = match source.trusted.filter(|tip| Some(&tip.id) != source.parent) {
            Some(tip) => self.at(source.repo, Some(&tip.id), path, source.policy)?.map(|log| (log, tip)),
            None => None,
        };
        let elsewhere = if is_open(&log) { Vec::new() } else { self.elsewhere_here(source, path, tip.as_ref())? };
        let mut since: Vec<_> =
            tip.filter(|(_, tip)| tip.shared).map(|(log, tip)| (log, tip.name.clone())).into_iter().collect();
        for parent in source.others {
            since.extend(self.at(source.repo, Some(parent), path, source.policy)?.map(|log| (log, short(parent))));
        }
        let (history, ended) = self.history(source.repo, source.parent, path, source.policy, &log)?;
        since.extend(ended);
        Ok(LogCase::Read(Box::new(Reading { log, path: path.to_string(), place, since, elsewhere, history })))
    }

    fn other(&self, source: &Source<'_>) -> Result<LogCase, Error> {
        let policy = source.policy;
        let path = &policy.log.path;
        let owner = &policy.log.owner;
        if let Some(url) = &policy.log.url {
            let reference = policy.log.reference.as_deref();
            let tip = match source.may_fetch {
                true => fetch(source.repo, url, reference)?,
                false => fetched(source.repo, url)?.ok_or_else(|| {
                    Error::new(format!("the log of {owner} has not been fetched yet"))
                        .hint("run `verify-gate log --fetch`")
                })?,
            };
            let place = format!("{owner}, as fetched");
            return self.foreign(source.repo, &tip, path, &place, policy, Vec::new());
        }
        let other = self.locate(source)?;
        let place = format!("{owner}, at {}", other.place);
        let elsewhere = self.elsewhere_other(&other, path, policy)?;
        self.foreign(&other.repo, &other.commit, path, &place, policy, elsewhere)
    }

    fn foreign(
        &self,
        repo: &Repo,
        tip: &ObjectId,
        path: &RepoPath,
        place: &str,
        policy: &Policy,
        elsewhere: Vec<Elsewhere>,
    ) -> Result<LogCase, Error> {
        let Some(log) = self.at(repo, Some(tip), path, policy)? else {
            let help = format!("it belongs into the repository of {}: commit and push it there", policy.log.owner);
            return Ok(LogCase::Missing { place: format!("`{path}` ({place})"), help });
        };
        let (history, ended) = self.history(repo, Some(tip), path, policy, &log)?;
        let elsewhere = if is_open(&log) { Vec::new() } else { elsewhere };
        let place = place.to_owned();
        Ok(LogCase::Read(Box::new(Reading { log, path: path.to_string(), place, since: ended, elsewhere, history })))
    }

    /// The other repository, looked for once.
    pub fn locate(&self, source: &Source<'_>) -> Result<Rc<OtherLog>, Error> {
        let policy = source.policy;
        let owner = policy.party(&policy.log.owner);
        let key = format!("{}\0{}", policy.log.owner, policy.log.path);
        if let Some(known) = self.others.borrow().get(&key) {
            return Ok(Rc::clone(known));
        }
        let wanted = Wanted {
            path: policy.log.path.clone(),
            owner_repositories: owner.map(|p| p.repositories.clone()).unwrap_or_default(),
            configured: policy.log.repo.clone(),
            env: source.world.log_repo.clone(),
            reference: policy.log.reference.clone(),
        };
        let found = Rc::new(locate(source.repo, &wanted)?);
        self.others.borrow_mut().insert(key, Rc::clone(&found));
        Ok(found)
    }

    /// The log at a commit; `None` where there is no regular file.
    pub fn at(
        &self,
        repo: &Repo,
        commit: Option<&ObjectId>,
        path: &RepoPath,
        policy: &Policy,
    ) -> Result<Option<Rc<Log>>, Error> {
        let Some(commit) = commit else { return Ok(None) };
        match repo.file_at(Some(commit), path)? {
            FileAt::File { id, bytes } => {
                Ok(Some(self.parsed(&id, &bytes, &format!("`{path}` at {}", short(commit)), policy)?))
            }
            FileAt::Missing | FileAt::NotAFile(_) => Ok(None),
        }
    }

    fn parsed(&self, id: &ObjectId, bytes: &[u8], place: &str, policy: &Policy) -> Result<Rc<Log>, Error> {
        let key = (id.clone(), names(policy));
        if let Some(known) = self.read.borrow().get(&key) {
            return Ok(Rc::clone(known));
        }
        let log = Rc::new(read_text(bytes, place, policy)?);
        self.read.borrow_mut().insert(key, Rc::clone(&log));
        Ok(log)
    }

    /// Later copies in this repository: the trusted tip's, and the change's own.
    fn elsewhere_here(
        &self,
        source: &Source<'_>,
        path: &RepoPath,
        tip: Option<&(Rc<Log>, &Trusted)>,
    ) -> Result<Vec<Elsewhere>, Error> {
        let mut found = Vec::new();
        if let Some((log, Trusted { name, .. })) = tip {
            let help = format!("merge or rebase onto where the ACK is: `git rebase {name}`");
            found.push(Elsewhere { place: format!("on {name}"), help, log: Rc::clone(log) });
        }
        let staged = source.changes.iter().find(|c| c.path == *path).and_then(|c| c.new.as_ref());
        let (place, help) = match source.commit {
            Some(_) => ("in the same commit", "commit the log by itself, before the change that it allows".to_owned()),
            None => {
                ("in the index", format!("commit the log by itself first: `git commit -m 'Log the ACK' -- '{path}'`"))
            }
        };
        let mut copies = Vec::new();
        if let Some(side) = staged.filter(|_| !source.is_worktree) {
            copies.push((source.repo.read(&side.id)?, place));
        }
        if source.commit.is_none()
            && source.repo.root().is_some()
            && let FileAt::File { bytes, .. } = worktree_file(source.repo, path)?
        {
            copies.push((bytes, "in the work tree"));
        }
        for (bytes, place) in copies {
            // A copy that cannot be read cannot help to explain; what judges was read before.
            if let Ok(log) = read_text(&bytes, place, source.policy) {
                found.push(Elsewhere { place: place.to_owned(), help: help.clone(), log: Rc::new(log) });
            }
        }
        Ok(found)
    }

    /// Later copies in the other repository: its HEAD, its work tree.
    fn elsewhere_other(&self, other: &OtherLog, path: &RepoPath, policy: &Policy) -> Result<Vec<Elsewhere>, Error> {
        let mut found = Vec::new();
        let owner = &policy.log.owner;
        if let Some(head) = other.repo.head()?.filter(|head| *head != other.commit)
            && let Some(log) = self.at(&other.repo, Some(&head), path, policy)?
        {
            let help = format!("push it there, and fetch: the log is read at {}", other.place);
            found.push(Elsewhere { place: format!("at HEAD of the repository of {owner}"), help, log });
        }
        if other.repo.root().is_some()
            && let FileAt::File { bytes, .. } = worktree_file(&other.repo, path)?
            && let Ok(log) = read_text(&bytes, "work tree", policy)
        {
            let help = format!("commit the log in the repository of {owner} first");
            found.push(Elsewhere {
                place: format!("in the work tree of the repository of {owner}"),
                help,
                log: Rc::new(log),
            });
        }
        Ok(found)
    }

    /// What history tells of the ACKed gates that could count, and past logs that closed one of them for good.
    fn history(
        &self,
        repo: &Repo,
        tip: Option<&ObjectId>,
        path: &RepoPath,
        policy: &Policy,
        log: &Rc<Log>,
    ) -> Result<(BTreeMap<usize, GateHistory>, Vec<Named>), Error> {
        let (mut found, mut ended) = (BTreeMap::new(), Vec::new());
        let wanted: Vec<usize> =
            (0..log.gates.len()).filter(|i| log.gates.get(*i).is_some_and(|g| g.state == State::Acked)).collect();
        let wanted: Vec<usize> = match policy.select {
            crate::policy::Select::Latest => wanted.into_iter().filter(|i| i + 1 == log.gates.len()).collect(),
            crate::policy::Select::LatestCovering => wanted,
        };
        let Some(tip) = tip.filter(|_| !wanted.is_empty()) else { return Ok((found, ended)) };
        let mut known = Vec::new();
        for version in versions(repo, tip, path)? {
            let log = self.past(repo, version.blob.as_ref(), policy)?;
            let parents = version.parent_blobs.iter().map(|parent| match parent {
                None => Ok(None),
                Some(blob) => self.past(repo, blob.as_ref(), policy).map(Some),
            });
            let parents = parents.collect::<Result<Vec<_>, Error>>()?;
            let Commit { id, author, committer, .. } = version.commit;
            let who = Who { author: author.email, committer: committer.email };
            let (name, date, time) = (short(&id), date_of(committer.time), committer.time);
            known.push(Version { name, log, parents, date, time, who });
        }
        for index in wanted {
            if let Some(gate) = log.gates.get(index) {
                let consent = log::consent(log, gate, &known);
                let (posted, origin) = (log::posted(log, gate, &known), log::origin(log, gate, &known));
                let read_at = match asks_for(policy, Level::Signed) {
                    true => self.read_at(repo, tip, path, policy, log, gate)?,
                    false => BTreeMap::new(),
                };
                found.insert(index, GateHistory { consent, posted, origin, read_at });
                ended.extend(log::ended(log, gate, &known).map(|v| (Rc::clone(&v.log), v.name.clone())));
            }
        }
        Ok((found, ended))
    }

    /// The log at the commits that the signatures of a gate's reply name, of those that `tip` builds on.
    fn read_at(
        &self,
        repo: &Repo,
        tip: &ObjectId,
        path: &RepoPath,
        policy: &Policy,
        log: &Log,
        gate: &Gate,
    ) -> Result<BTreeMap<String, Rc<Log>>, Error> {
        let mut found = BTreeMap::new();
        let Some(reply) = gate.reply.and_then(|reply| log.entries.get(reply)) else { return Ok(found) };
        for at in read_at(&reply.text) {
            // What anyone may have written: a full commit id, or nothing.
            let is_id = matches!(at.len(), 40 | 64) && at.bytes().all(|b| matches!(b, b'0'..=b'9' | b'a'..=b'f'));
            let id = ObjectId(at.clone());
            if !is_id || !repo.is_commit(&id)? || !is_ancestor(repo, &id, tip)? {
                continue;
            }
            found.insert(at, self.as_far_as_readable(repo, &id, path, policy)?);
        }
        Ok(found)
    }
}

impl Logs {
    /// The log at a commit for comparison; empty where there is none.
    pub fn as_far_as_readable(
        &self,
        repo: &Repo,
        commit: &ObjectId,
        path: &RepoPath,
        policy: &Policy,
    ) -> Result<Rc<Log>, Error> {
        let entry = repo.entry(commit, path)?;
        let blob = match &entry {
            Some(Entry::Item(Side { kind: Kind::File | Kind::Executable, id })) => Some(id),
            _ => None,
        };
        self.past(repo, blob, policy)
    }

    /// A past version of the log. One that was not UTF-8 is read as far as it is, so that a spoilt version hides no
    /// edit.
    fn past(&self, repo: &Repo, blob: Option<&ObjectId>, policy: &Policy) -> Result<Rc<Log>, Error> {
        let Some(blob) = blob else { return Ok(Rc::new(Log::default())) };
        let key = (blob.clone(), names(policy));
        if let Some(known) = self.read.borrow().get(&key) {
            return Ok(Rc::clone(known));
        }
        let bytes = repo.read(blob)?;
        let log = Rc::new(log::read(&String::from_utf8_lossy(&bytes), &speakers(policy)));
        self.read.borrow_mut().insert(key, Rc::clone(&log));
        Ok(log)
    }
}

/// What a policy's reading of a log depends on.
fn names(policy: &Policy) -> Vec<String> {
    policy.parties.values().flat_map(|p| p.aliases.iter().chain(&p.repositories).cloned()).collect()
}

fn is_open(log: &Log) -> bool {
    log.latest().is_some_and(|g| g.state == State::Acked)
}
