//! What the policies that can be seen here ask of an ACK, and whether it will count.

use std::collections::BTreeMap;
use std::io::Write;

use super::place::Place;
use crate::change::ObjectId;
use crate::coverage::{Coverage, Folders};
use crate::log::{self, Entry, Gate, Log};
use crate::policy::{Level, Policy, Workspace};
use crate::proof::{Claim, KeyRing, KeyRings, Origin, Terms, signed, was_read};
use crate::report::escape;
use crate::shell::Error;
use crate::shell::git::{Repo, maker};
use crate::shell::judge::Judge;
use crate::shell::keys::{asks_for, key_rings};
use crate::shell::law::Law;
use crate::shell::logs::Logs;
use crate::shell::trust::trusted_for_head;
use crate::shell::world::World;

/// What is asked of an ACK by the policies that judge what its gate lists, as far as they can be seen: those of the
/// repository that the command was called in, and of the log's.
pub(super) struct Asked<'a> {
    place: &'a Place,
    now: i64,
    /// The party that ACKs.
    party: String,
    /// It is going to sign.
    signs: bool,
    judges: Vec<Judging>,
}

/// A policy that has a say on the ACK.
struct Judging {
    policy: Policy,
    keys: KeyRing,
    /// It judges a path that the gate lists, of a class that asks for a signature.
    asks: bool,
    /// It is none of those that judge what the gate lists.
    is_other: bool,
}

/// What is to be signed.
pub(super) struct Signing {
    message: String,
    keys: KeyRing,
}

impl Signing {
    /// The bytes.
    pub(super) fn message(&self) -> &str {
        &self.message
    }

    /// Whether a public key counts now.
    pub(super) fn has(&self, line: &str, now: i64) -> bool {
        self.keys.has(line, now)
    }
}

impl<'a> Asked<'a> {
    /// Finds out. `acked` is the log with the ACK as its last entry.
    pub(super) fn of(place: &'a Place, world: &World, acked: &str, signs: bool) -> Result<Self, Error> {
        let mut asked = Asked { place, now: world.now, party: place.own().to_owned(), signs, judges: Vec::new() };
        let head = place.here.head()?;
        if let Law::Policy(workspace) = &*place.law {
            asked.add(&place.here, head.as_ref(), workspace, acked)?;
        }
        match asked.add_owner(world, acked) {
            // Nothing is judged there then; to say yes is allowed all the same.
            Err(error) if !signs => {
                let owner = escape(&place.policy.log.owner);
                note(&format!(
                    "what the policy of {owner} asks of an ACK cannot be seen: {}",
                    escape(&error.to_string())
                ));
            }
            added => added?,
        }
        Ok(asked)
    }

    /// The policies of the log's repository, where that is another one.
    fn add_owner(&mut self, world: &World, acked: &str) -> Result<(), Error> {
        let Some(other) = &self.place.other else { return Ok(()) };
        let (repo, head) = (&other.repo, other.repo.head()?);
        let trusted = trusted_for_head(repo)?;
        let judge = Judge::new(repo, world, false);
        match &*judge.law(head.as_ref(), trusted.as_ref().map(|t| &t.id))? {
            Law::Policy(workspace) => self.add(repo, head.as_ref(), workspace, acked),
            Law::Ambiguous(_) | Law::None => Ok(()),
        }
    }

    /// Refuses an ACK without a signature where it would open nothing.
    pub(super) fn allow_unsigned(&self) -> Result<(), Error> {
        if let Some(judging) = self.judges.iter().find(|j| j.asks) {
            let (party, judge) = (escape(&self.party), escape(&judging.policy.party));
            return Err(Error::new(format!(
                "the policy of {judge} asks {party} for a signed ACK to what this gate lists (AG113)"
            ))
            .hint("sign it: add --sign, or --sign=KEY"));
        }
        // The policy that judges the change is out of sight; what the parties agreed on here may hold there too.
        let unseen = self.judges.iter().all(|j| j.is_other);
        if unseen && self.judges.iter().any(|j| asks_for(&j.policy, Level::Signed)) {
            note("where this change is judged, a signed ACK may be asked for; then add --sign");
        }
        Ok(())
    }

    /// Says so where an ACK that is committed here would be by nobody of the party, although some policy asks who it is by.
    pub(super) fn note_author(&self) {
        let repo = self.place.repo();
        let Some(judging) = self.judges.iter().find(|j| asks_for(&j.policy, Level::Authored)) else { return };
        let (Some(party), Some(who)) = (judging.policy.party(&self.party), maker(repo)) else { return };
        if let Some(address) = [&who.author, &who.committer].into_iter().find(|address| !party.has_email(address)) {
            let (address, party, root) = (escape(address), escape(&self.party), self.place.root());
            note(&format!(
                "a commit made here is by `{address}`, which is no address of {party}: where `authored` is asked for, such an ACK \
                 does not count (AG113); run `git -C {root} config user.email ADDRESS` first"
            ));
        }
    }

    /// What is to be signed for the log that has the ACK as its last entry, not signed yet.
    pub(super) fn signing(&self, acked: &str) -> Result<Signing, Error> {
        let judging = self.judging()?;
        let Some(at) = self.place.repo().head()? else {
            return Err(Error::new("the log's repository has no commit yet: there is no log that was read"));
        };
        let log = log::read(acked, &judging.policy.writers());
        let (gate, ack, party) = answer(&log)?;
        let read = at.to_string();
        let then = Logs::default().as_far_as_readable(self.place.repo(), &at, &self.place.path, &judging.policy)?;
        was_read(&log, gate, ack, &read, Some(&then)).map_err(|why| {
            Error::new(format!("nothing can be signed yet: {}", escape(&why)))
                .hint("what is answered must be committed first, in the log's repository")
        })?;
        let owner = owner(&judging.policy).ok_or_else(|| {
            Error::new("the policy names no repository of the log's owner, and a signature names one")
                .hint("list it under `repositories` of that party")
        })?;
        let digest = log.entry_of(gate).map(Entry::digest).unwrap_or_default();
        let terms = Terms { log: owner, slice: &gate.slice, gate: &digest, at: &read, party };
        Ok(Signing { message: terms.message(), keys: judging.keys.clone() })
    }

    /// Checks that the log's last entry, a signed ACK, counts with the policies that ask for it.
    pub(super) fn prove(&self, acked: &str) -> Result<(), Error> {
        let (first, repo) = (self.judging()?, self.place.repo());
        for judging in self.judges.iter().filter(|j| j.asks || std::ptr::eq(*j, first)) {
            let log = log::read(acked, &judging.policy.writers());
            let (gate, ack, party) = answer(&log)?;
            let known = match repo.head()? {
                Some(head) => {
                    Logs::default().read_at_said(repo, &head, &self.place.path, &judging.policy, &ack.text)?
                }
                None => BTreeMap::new(),
            };
            let origin = Origin { times: vec![self.now], is_known: true, ..Origin::default() };
            let claim = Claim {
                owner: owner(&judging.policy),
                party,
                log: &log,
                gate,
                ack,
                origin: &origin,
                read_at: &known,
                keys: Some(&judging.keys),
            };
            signed(&claim).map_err(|why| self.refused(judging, party, &why))?;
        }
        Ok(())
    }

    fn refused(&self, judging: &Judging, party: &str, why: &str) -> Error {
        let judge = escape(&judging.policy.party);
        let error = Error::new(format!("the ACK would not count with the policy of {judge}: {}", escape(why)))
            .hint(format!("nothing was written: sign with a key that `[parties.{}]` lists there", escape(party)));
        let has_bundle = judging.policy.party(party).is_some_and(|p| p.bundle.is_some());
        match has_bundle {
            true => error.hint(
                "of the keys in its `bundle`, ssh-keygen signs only with one whose private half it has in OpenSSH's format",
            ),
            false => error,
        }
    }

    /// The policy whose names are signed: the first that asks, else the first that lists a key of the party.
    fn judging(&self) -> Result<&Judging, Error> {
        let keyed = || self.judges.iter().filter(|j| !j.keys.is_empty()).min_by_key(|j| j.is_other);
        self.judges.iter().find(|j| j.asks).or_else(keyed).ok_or_else(|| {
            let party = escape(&self.party);
            Error::new(format!("no policy here lists a key of {party}: a signature would prove nothing"))
                .hint(format!("list the key under `[parties.{party}] keys` and commit that, or leave out --sign"))
        })
    }

    fn add(&mut self, repo: &Repo, head: Option<&ObjectId>, workspace: &Workspace, acked: &str) -> Result<(), Error> {
        let root = workspace.root.iter().map(|policy| (None, "", policy));
        let members = workspace.members.iter().enumerate().map(|(i, m)| (Some(i), m.folder.as_str(), &m.policy));
        for (member, folder, policy) in root.chain(members) {
            let log = log::read(acked, &policy.writers());
            // Where it is no ACK to the gate, it opens nothing, signed or not.
            let Ok((gate, _, party)) = answer(&log) else { continue };
            let names = head.map(|head| repo.folders(head, folder)).transpose()?.unwrap_or_default();
            let folders = Folders { member: folder.to_owned(), names };
            let coverage = Coverage::of(gate, policy, &folders);
            let classes = coverage.classes(policy, &folders);
            let asks = classes.iter().any(|class| policy.ack.level_for(class, party) == Level::Signed);
            let mut keys = match self.signs {
                true => key_rings(repo, head, workspace, member, policy)?,
                false => KeyRings::new(),
            };
            let keys = keys.remove(party).unwrap_or_default();
            self.judges.push(Judging { policy: policy.clone(), keys, asks, is_other: coverage.is_empty() });
        }
        Ok(())
    }
}

fn note(text: &str) {
    drop(writeln!(std::io::stderr(), "note: {text}"));
}

/// The log's last entry, which answers a gate, and its party.
fn answer(log: &Log) -> Result<(&Gate, &Entry, &str), Error> {
    let found = log.entries.last().and_then(|ack| {
        let gate = ack.answers.and_then(|gate| log.gates.get(gate))?;
        Some((gate, ack, ack.party.as_deref()?))
    });
    found.ok_or_else(|| Error::new("the entry would not be read as an ACK to the gate"))
}

/// What signatures call the log's repository.
fn owner(policy: &Policy) -> Option<&str> {
    policy.party(&policy.log.owner)?.repositories.first().map(String::as_str)
}
