//! Finding and reading the log a change needs.

use std::cell::RefCell;
use std::collections::{BTreeMap, HashMap, HashSet};
use std::path::PathBuf;
use std::rc::Rc;
use std::str::Utf8Error;

use crate::case::{Elsewhere, LogCase, Pins, Reading};
use crate::change::{Change, Kind, ObjectId, RepoPath, Side};
use crate::log::{self, Gate, Latest, Log, State, Version, Writers};
use crate::policy::{Policy, Workspace};
use crate::shell::Error;
use crate::shell::foreign::Held;
use crate::shell::git::{Anchors, Entry, FileAt, OtherLog, Repo, Wanted, locate, worktree_file};
use crate::shell::law::short;
use crate::shell::trust::Trusted;
use crate::shell::world::World;

/// Where the log of a policy is.
pub enum Home {
    /// In this repository, at this path.
    Here(RepoPath),
    /// In another one.
    Other,
}

/// Where a policy's log is: in the owner's repository, or with the owner's member of the same workspace.
pub fn home(workspace: &Workspace, member: Option<usize>, policy: &Policy) -> Home {
    if policy.is_log_owner() {
        return Home::Here(policy.log.path.under(workspace.folder_of(member)));
    }
    if let Some(owner) = workspace.members.iter().find(|m| m.policy.party == policy.log.owner) {
        return Home::Here(policy.log.path.under(&owner.folder));
    }
    if workspace.root.as_ref().is_some_and(|root| root.party == policy.log.owner) {
        return Home::Here(policy.log.path.clone());
    }
    Home::Other
}

/// A log's text, read. Logs are UTF-8.
pub fn read_text(bytes: &[u8], place: &str, policy: &Policy) -> Result<Log, Error> {
    let text = std::str::from_utf8(bytes).map_err(|error| not_utf8(bytes, place, error))?;
    in_its_format(log::read(text, &policy.writers()), place, policy)
}

/// A log, unless nobody says anything in it as its format has it, and in another somebody would.
fn in_its_format(log: Log, place: &str, policy: &Policy) -> Result<Log, Error> {
    let Some(likely) = log.likely else { return Ok(log) };
    let (name, likely) = (policy.log.format.name, likely.name);
    let why =
        format!("the log ({place}) has no entry of a party in the format `{name}`, and seems to be in `{likely}`");
    Err(Error::new(why).hint(format!("write `format = \"{likely}\"` under `[log]` in ackgate.toml")))
}

fn not_utf8(bytes: &[u8], place: &str, error: Utf8Error) -> Error {
    let line = bytes.get(..error.valid_up_to()).unwrap_or_default().iter().filter(|b| **b == b'\n').count() + 1;
    Error::new(format!("the log ({place}) is not UTF-8: line {line}")).hint("save it as UTF-8 and commit it")
}

/// How much of a log is read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Extent {
    /// All of it.
    Whole,
    /// What stands from the latest gate on ([`log::read_latest`]).
    Latest,
}

/// A log that comes in.
pub(super) enum Incoming {
    Whole(Writers),
    Latest(Box<Latest>),
}

impl Incoming {
    /// Nothing is there yet of a log that is to be read as far as that.
    pub(super) fn new(extent: Extent, policy: &Policy) -> Incoming {
        match extent {
            Extent::Whole => Incoming::Whole(policy.writers()),
            Extent::Latest => Incoming::Latest(Box::new(Latest::new(&policy.writers()))),
        }
    }

    /// Looks at what is there, if that is of use: what was there before, and more.
    fn add(&mut self, so_far: &[u8]) {
        if let Incoming::Latest(latest) = self {
            latest.add(so_far);
        }
    }

    /// Reads the log.
    pub(super) fn read(self, text: String) -> Log {
        match self {
            Incoming::Whole(writers) => log::read(&text, &writers),
            Incoming::Latest(latest) => latest.read(text),
        }
    }
}

/// A blob, how a policy reads it, and how much of it is read.
pub(super) type Key = (ObjectId, Writers, Extent);

/// A repository, a log in it, a commit, how a policy reads it, and the headings that are looked for.
pub(super) type PastKey = (PathBuf, RepoPath, ObjectId, Writers, Vec<String>);

/// A log, and what it is called.
pub(super) type Named = (Rc<Log>, String);

/// Reads logs, each distinct blob once.
#[derive(Default)]
pub struct Logs {
    pub(super) read: RefCell<HashMap<Key, Rc<Log>>>,
    /// Each log is read whole: what it says is the same.
    reads_all: bool,
    /// Past versions, which are read as far as they are UTF-8.
    pub(super) past: RefCell<HashMap<Key, Rc<Log>>>,
    pub(super) anchors: Anchors,
    /// Past versions in which none of these headings stands.
    pub(super) lacking: RefCell<HashSet<(ObjectId, Vec<String>)>>,
    /// All past versions at once.
    pub(super) pasts: RefCell<HashMap<PastKey, Rc<Vec<Version>>>>,
    others: RefCell<HashMap<String, Rc<OtherLog>>>,
    pub(super) held: Held,
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
    /// What its trailers pin of a log that is not here.
    pub pins: Pins,
    /// What it touches.
    pub changes: &'a [Change],
    /// Whether these are changes of the work tree, whose content is no object yet.
    pub is_worktree: bool,
    /// Whether the log of another repository may be fetched first.
    pub may_fetch: bool,
    /// Whether the log is read as if nothing had landed.
    pub reopened: bool,
    /// How much of the log is asked for.
    pub extent: Extent,
    /// Of how many ACKed gates, the newest, the past is looked at: of all, where anything is judged.
    pub past: usize,
}

impl<'a> Source<'a> {
    /// A policy's log at no commit, without a change.
    pub fn of(repo: &'a Repo, world: &'a World, policy: &'a Policy, home: &'a Home) -> Self {
        Source {
            repo,
            world,
            policy,
            home,
            parent: None,
            others: &[],
            trusted: None,
            commit: None,
            pins: Pins::default(),
            changes: &[],
            is_worktree: false,
            may_fetch: false,
            reopened: false,
            extent: Extent::Whole,
            past: usize::MAX,
        }
    }

    /// Whether copies of the log may explain why it does not allow the change.
    pub(super) fn explains(&self, log: &Log) -> bool {
        !self.changes.is_empty() && !is_open(log, self.policy)
    }
}

impl Logs {
    /// Nothing was read yet; `reads_all` for logs to be read whole where less would do.
    pub fn new(reads_all: bool) -> Logs {
        Logs { reads_all, ..Logs::default() }
    }

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
        let Some(log) = self.at(source.repo, source.parent, path, source.policy, source.extent)? else {
            let help = "commit the log there first; `verify-gate init` writes one".to_owned();
            return Ok(LogCase::Missing { place: format!("`{path}` ({place})"), help });
        };
        let log = if source.reopened { Rc::new(log.reopened()) } else { log };
        let tip = match source.trusted.filter(|tip| Some(&tip.id) != source.parent) {
            Some(tip) => self.at(source.repo, Some(&tip.id), path, source.policy, source.extent)?.map(|log| (log, tip)),
            None => None,
        };
        let elsewhere =
            if source.explains(&log) { self.elsewhere_here(source, path, tip.as_ref())? } else { Vec::new() };
        let mut since: Vec<_> =
            tip.filter(|(_, tip)| tip.shared).map(|(log, tip)| (log, tip.name.clone())).into_iter().collect();
        for parent in source.others {
            let log = self.at(source.repo, Some(parent), path, source.policy, source.extent)?;
            since.extend(log.map(|log| (log, short(parent))));
        }
        let reading = Reading {
            log,
            path: path.to_string(),
            place,
            commit: source.parent.cloned(),
            since,
            now: None,
            elsewhere,
            behind: None,
            history: BTreeMap::new(),
            pins: Pins::default(),
            by_party: BTreeMap::new(),
        };
        let at = (source.repo, source.parent);
        Ok(LogCase::Read(Box::new(self.told(at, path, source.policy, source.past, reading)?)))
    }

    /// The other repository, looked for once.
    pub fn locate(&self, source: &Source<'_>) -> Result<Rc<OtherLog>, Error> {
        let policy = source.policy;
        let key = format!("{}\0{}", policy.log.owner, policy.log.path);
        if let Some(known) = self.others.borrow().get(&key) {
            return Ok(Rc::clone(known));
        }
        let found = Rc::new(locate(source.repo, &wanted(policy, source.world))?);
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
        extent: Extent,
    ) -> Result<Option<Rc<Log>>, Error> {
        let Some(commit) = commit else { return Ok(None) };
        let Some(Entry::Item(Side { kind: Kind::File | Kind::Executable, id })) = repo.entry(commit, path)? else {
            return Ok(None);
        };
        self.blob(repo, id, policy, extent, || format!("`{path}` at {}", short(commit))).map(Some)
    }

    /// The log that is the content of a blob.
    fn blob(
        &self,
        repo: &Repo,
        id: ObjectId,
        policy: &Policy,
        extent: Extent,
        place: impl Fn() -> String,
    ) -> Result<Rc<Log>, Error> {
        self.once((id, policy.writers(), self.extent(extent)), policy, place, |key| {
            repo.read_into(&key.0, || Incoming::new(key.2, policy), Incoming::add)
        })
    }

    /// The log that a file in a work tree has.
    pub(super) fn file(&self, id: ObjectId, bytes: Vec<u8>, policy: &Policy, extent: Extent) -> Result<Rc<Log>, Error> {
        let place = || "in the work tree".to_owned();
        self.once((id, policy.writers(), self.extent(extent)), policy, place, |key| {
            Ok((Incoming::new(key.2, policy), bytes))
        })
    }

    /// The log of a key, for which `content` is asked once.
    fn once(
        &self,
        key: Key,
        policy: &Policy,
        place: impl Fn() -> String,
        content: impl FnOnce(&Key) -> Result<(Incoming, Vec<u8>), Error>,
    ) -> Result<Rc<Log>, Error> {
        if let Some(known) = self.read.borrow().get(&key) {
            return Ok(Rc::clone(known));
        }
        let (incoming, bytes) = content(&key)?;
        let text =
            String::from_utf8(bytes).map_err(|error| not_utf8(error.as_bytes(), &place(), error.utf8_error()))?;
        let log = Rc::new(in_its_format(incoming.read(text), &place(), policy)?);
        self.read.borrow_mut().insert(key, Rc::clone(&log));
        Ok(log)
    }

    pub(super) fn extent(&self, asked: Extent) -> Extent {
        if self.reads_all { Extent::Whole } else { asked }
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
        let (policy, extent) = (source.policy, source.extent);
        let mut copies = Vec::new();
        if let Some(side) = staged.filter(|_| !source.is_worktree) {
            copies.push((self.blob(source.repo, side.id, policy, extent, || place.to_owned()), place));
        }
        if source.commit.is_none()
            && source.repo.root().is_some()
            && let FileAt::File { id, bytes } = worktree_file(source.repo, path)?
        {
            copies.push((self.file(id, bytes, policy, extent), "in the work tree"));
        }
        for (log, place) in copies {
            // A copy that cannot be read cannot help to explain; what judges was read before.
            if let Ok(log) = log {
                found.push(Elsewhere { place: place.to_owned(), help: help.clone(), log });
            }
        }
        Ok(found)
    }
}

/// What is looked for where a policy's log is in another repository.
pub fn wanted(policy: &Policy, world: &World) -> Wanted {
    let owner = policy.party(&policy.log.owner);
    Wanted {
        path: policy.log.path.clone(),
        owner_repositories: owner.map(|p| p.repositories.clone()).unwrap_or_default(),
        configured: policy.log.repo.clone(),
        env: world.log_repo.clone(),
        reference: policy.log.reference.clone(),
    }
}

/// Whether the latest gate waits for no ACK, whoever is asked.
fn is_open(log: &Log, policy: &Policy) -> bool {
    let has_acked = |gate: &Gate, party: &String| *party == gate.party || gate.stand(Some(party)).0 == State::Acked;
    log.latest().is_some_and(|gate| {
        gate.state == State::Acked
            && (!policy.acks.count_each() || policy.parties.keys().all(|party| has_acked(gate, party)))
    })
}
