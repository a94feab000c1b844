//! What the log's past tells: who brought a gate and its ACK, and whether the gate is still what was ACKed.

use std::cell::RefCell;
use std::collections::{BTreeMap, HashMap};
use std::rc::Rc;

use crate::case::{GateHistory, Reading};
use crate::change::{Kind, ObjectId, RepoPath, Side};
use crate::log::{self, Gate, Log, State, Version};
use crate::policy::{Level, Policy, Select};
use crate::proof::{Who, read_at};
use crate::shell::Error;
use crate::shell::git::{Commit, Entry, Repo, is_ancestor, versions};
use crate::shell::keys::asks_for;
use crate::shell::law::short;
use crate::shell::logs::{Extent, Incoming, Key, Logs, Named};
use crate::shell::world::date_of;

impl Logs {
    /// What history tells of the ACKed gates that could count, of at most so many, the newest, and past logs that closed one of them for good.
    pub(super) fn history(
        &self,
        (repo, tip): (&Repo, Option<&ObjectId>),
        path: &RepoPath,
        policy: &Policy,
        log: &Rc<Log>,
        most: usize,
    ) -> Result<(BTreeMap<usize, GateHistory>, Vec<Named>), Error> {
        let headings = headings(log, &wanted(policy, log, most));
        self.history_under((repo, tip), path, policy, log, most, headings)
    }

    /// The same from past versions that have one of `headings`, among which are those of `log`.
    fn history_under(
        &self,
        (repo, tip): (&Repo, Option<&ObjectId>),
        path: &RepoPath,
        policy: &Policy,
        log: &Rc<Log>,
        most: usize,
        headings: Vec<String>,
    ) -> Result<(BTreeMap<usize, GateHistory>, Vec<Named>), Error> {
        let (mut found, mut ended) = (BTreeMap::new(), Vec::new());
        let wanted = wanted(policy, log, most);
        let Some(tip) = tip.filter(|_| !wanted.is_empty()) else { return Ok((found, ended)) };
        let known = self.versions(repo, tip, path, policy, headings)?;
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

    /// A reading with what history tells of its log, and the same of that log as each party answered it.
    pub(super) fn told(
        &self,
        at: (&Repo, Option<&ObjectId>),
        path: &RepoPath,
        policy: &Policy,
        most: usize,
        reading: Reading,
    ) -> Result<Reading, Error> {
        let each: Vec<(String, Reading)> = reading.each(policy).collect();
        // All at once, so that the past is gone through once.
        let logs = std::iter::once(&reading.log).chain(each.iter().map(|(_, reading)| &reading.log));
        let all: Vec<Vec<String>> = logs
            .map(|log| (log, wanted(policy, log, most)))
            .filter(|(_, wanted)| !wanted.is_empty())
            .map(|(log, wanted)| headings(log, &wanted))
            .collect();
        let is_known = all.iter().all(|headings| !headings.is_empty());
        let mut headings: Vec<String> = if is_known { all.concat() } else { Vec::new() };
        headings.sort();
        headings.dedup();
        let told = |mut reading: Reading| -> Result<Reading, Error> {
            let (history, ended) = self.history_under(at, path, policy, &reading.log, most, headings.clone())?;
            reading.since.extend(ended);
            Ok(Reading { history, ..reading })
        };
        let each = each.into_iter().map(|(party, reading)| Ok((party, told(reading)?)));
        let by_party = each.collect::<Result<BTreeMap<_, _>, Error>>()?;
        Ok(Reading { by_party, ..told(reading)? })
    }

    /// The past versions of a log, each read as far as it has an entry under one of `headings`: one that has none is
    /// empty here. Commits that leave the log alone have the past of their parents.
    fn versions(
        &self,
        repo: &Repo,
        tip: &ObjectId,
        path: &RepoPath,
        policy: &Policy,
        headings: Vec<String>,
    ) -> Result<Rc<Vec<Version>>, Error> {
        let key =
            (repo.git_dir().to_owned(), path.clone(), self.anchors.of(repo, tip, path)?, policy.writers(), headings);
        if let Some(known) = self.pasts.borrow().get(&key) {
            return Ok(Rc::clone(known));
        }
        let (_, _, anchor, _, headings) = &key;
        let mut found = Vec::new();
        for version in versions(repo, anchor, path)? {
            let log = self.past_with(repo, version.blob.as_ref(), policy, headings, Extent::Latest)?;
            let parents = version.parent_blobs.iter().map(|parent| match parent {
                None => Ok(None),
                Some(blob) => self.past_with(repo, blob.as_ref(), policy, headings, Extent::Latest).map(Some),
            });
            let parents = parents.collect::<Result<Vec<_>, Error>>()?;
            let Commit { id, .. } = version.commit;
            let who = Who { author: version.commit.author().email, committer: version.commit.committer().email };
            let (name, date, time) = (short(&id), date_of(version.commit.time()), version.commit.time());
            found.push(Version { name, log, parents, date, time, who });
        }
        let found = Rc::new(found);
        self.pasts.borrow_mut().insert(key, Rc::clone(&found));
        Ok(found)
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
        match gate.reply.and_then(|reply| log.entries.get(reply)) {
            Some(reply) => self.read_at_said(repo, tip, path, policy, &reply.text),
            None => Ok(BTreeMap::new()),
        }
    }

    /// The log at the commits that the signatures of an entry name, of those that `tip` builds on.
    pub fn read_at_said(
        &self,
        repo: &Repo,
        tip: &ObjectId,
        path: &RepoPath,
        policy: &Policy,
        entry: &str,
    ) -> Result<BTreeMap<String, Rc<Log>>, Error> {
        let mut found = BTreeMap::new();
        for at in read_at(entry) {
            // What anyone may have written: a full commit id, or nothing.
            let Some(id) = ObjectId::from_hex(&at).filter(|id| id.to_string() == at) else { continue };
            if !repo.is_commit(&id)? || !is_ancestor(repo, &id, tip)? {
                continue;
            }
            found.insert(at, self.as_far_as_readable(repo, &id, path, policy)?);
        }
        Ok(found)
    }

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
        self.past_with(repo, blob, policy, &[], Extent::Whole)
    }

    /// A past version of the log, if one of `headings` stands in it, or there are none; else an empty one. One that was not
    /// UTF-8 is read as far as it is, so that a spoilt version hides no edit.
    fn past_with(
        &self,
        repo: &Repo,
        blob: Option<&ObjectId>,
        policy: &Policy,
        headings: &[String],
        extent: Extent,
    ) -> Result<Rc<Log>, Error> {
        let Some(blob) = blob else { return Ok(Rc::new(Log::default())) };
        let key = (*blob, policy.writers(), self.extent(extent));
        // One that was read to its end is the same as far as it is UTF-8.
        let known = |logs: &RefCell<HashMap<Key, Rc<Log>>>| logs.borrow().get(&key).map(Rc::clone);
        if let Some(known) = known(&self.past).or_else(|| known(&self.read)) {
            return Ok(known);
        }
        let lacks = (*blob, headings.to_vec());
        if self.lacking.borrow().contains(&lacks) {
            return Ok(Rc::new(Log::default()));
        }
        let text = String::from_utf8(repo.read(blob)?);
        let text = text.unwrap_or_else(|error| String::from_utf8_lossy(error.as_bytes()).into_owned());
        let is_asked = headings.is_empty() || headings.iter().any(|heading| text.contains(heading));
        if !is_asked && repo.remembers() {
            self.lacking.borrow_mut().insert(lacks);
            return Ok(Rc::new(Log::default()));
        }
        let log = Rc::new(Incoming::new(key.2, policy).read(text));
        self.past.borrow_mut().insert(key, Rc::clone(&log));
        Ok(log)
    }
}

/// The ACKed gates that could count, of at most so many, the newest.
fn wanted(policy: &Policy, log: &Log, most: usize) -> Vec<usize> {
    let acked = (0..log.gates.len()).filter(|i| log.gates.get(*i).is_some_and(|g| g.state == State::Acked));
    let wanted: Vec<usize> = match policy.select {
        Select::Latest => acked.filter(|i| i + 1 == log.gates.len()).collect(),
        Select::LatestCovering => acked.collect(),
    };
    wanted.get(wanted.len().saturating_sub(most)..).unwrap_or_default().to_vec()
}

/// The lines that gates and the replies that count for them begin with: where none of them stands, none of these entries
/// does. None at all where one of them has no such line.
fn headings(log: &Log, gates: &[usize]) -> Vec<String> {
    let gates = gates.iter().filter_map(|gate| log.gates.get(*gate));
    let entries = gates.flat_map(|gate| [Some(gate.entry), gate.reply]).flatten().filter_map(|i| log.entries.get(i));
    let lines = entries.map(|entry| entry.text.lines().next().filter(|line| !line.is_empty()).map(str::to_owned));
    let mut lines: Vec<String> = lines.collect::<Option<_>>().unwrap_or_default();
    lines.sort();
    lines.dedup();
    lines
}
