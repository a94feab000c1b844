//! `signed`: the ACK carries an SSH signature by a key of the party that its heading names.
//!
//! It stands in a fenced code block of the ACK: the lines of [`Terms`], and right below them the armour. Whoever commits
//! the ACK does not matter then. What was signed names the log, the gate as it read and the commit at which it was read, so
//! that it is good for no other log, for no gate that was edited, and for none that was posted, or answered, later on.

use std::collections::BTreeMap;
use std::rc::Rc;

use super::block::blocks;
use super::keys::KeyRing;
use super::signature::verify;
use super::{Block, Origin};
use crate::log::{Entry, Gate, Kind, Log, stood};

/// The namespace of signatures (`ssh-keygen -Y sign -n ackgate`): one made for anything else is none.
pub const NAMESPACE: &str = "ackgate";

/// What an ACK's signature is over.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Terms<'a> {
    /// The first name of the repository of the log's owner.
    pub log: &'a str,
    /// The gate's slice.
    pub slice: &'a str,
    /// The digest of the gate's entry.
    pub gate: &'a str,
    /// The log's commit at which the gate was read.
    pub at: &'a str,
    /// The name of the party that ACKs.
    pub party: &'a str,
}

impl Terms<'_> {
    /// The lines, without their ends.
    pub fn lines(&self) -> [String; 7] {
        let Terms { log, slice, gate, at, party } = self;
        [
            "ackgate-ack-v1".to_owned(),
            format!("log: {log}"),
            format!("slice: {slice}"),
            format!("gate: sha256:{gate}"),
            format!("at: {at}"),
            "verdict: ACK".to_owned(),
            format!("party: {party}"),
        ]
    }

    /// The bytes that are signed: the lines, each ended by `\n`.
    pub fn message(&self) -> String {
        self.lines().iter().flat_map(|line| [line.as_str(), "\n"]).collect()
    }
}

/// An ACK that has to be signed, and what is known of it.
pub struct Claim<'a> {
    /// The first name of the repository of the log's owner.
    pub owner: Option<&'a str>,
    /// The party that the ACK's heading names.
    pub party: &'a str,
    /// The log at the base.
    pub log: &'a Log,
    /// The gate.
    pub gate: &'a Gate,
    /// Its ACK.
    pub ack: &'a Entry,
    /// Who brought it, and when.
    pub origin: &'a Origin,
    /// The log at each commit that the ACK says the gate was read at, if the base's log builds on that commit.
    pub read_at: &'a BTreeMap<String, Rc<Log>>,
    /// The party's keys.
    pub keys: Option<&'a KeyRing>,
}

/// Whether an ACK is *signed*. Of several signatures in it one is enough.
///
/// # Errors
/// Why it is not, in words.
pub fn signed(claim: &Claim<'_>) -> Result<(), String> {
    let Claim { origin, party, .. } = claim;
    let Some(keys) = claim.keys.filter(|keys| !keys.is_empty()) else {
        return Err(format!("a signature is asked for, and the policy lists no key of {party}"));
    };
    let blocks = blocks(&claim.ack.text);
    if blocks.is_empty() {
        return Err("it carries no signature in a fenced code block".to_owned());
    }
    if !origin.is_known || origin.times.is_empty() {
        return Err("the history does not reach back to the commits that brought the gate and its ACK".to_owned());
    }
    let mut why = None;
    for block in &blocks {
        match claim.fits(block, keys) {
            Ok(()) => return Ok(()),
            Err(reason) => why = why.or(Some(reason)),
        }
    }
    Err(why.unwrap_or_default())
}

impl Claim<'_> {
    fn fits(&self, block: &Block<'_>, keys: &KeyRing) -> Result<(), String> {
        let asked = self.log.entry_of(self.gate).ok_or("its gate is not there")?;
        let owner = self.owner.ok_or("the policy names no repository of the log's owner")?;
        let at = block.said.get(4).and_then(|line| line.strip_prefix("at: ")).unwrap_or("COMMIT");
        let digest = asked.digest();
        let terms = Terms { log: owner, slice: &self.gate.slice, gate: &digest, at, party: self.party };
        let lines = terms.lines();
        if lines.iter().any(|line| line.contains(char::is_control)) {
            return Err("a name in what would be signed has a control character".to_owned());
        }
        for (n, wanted) in lines.iter().enumerate() {
            match block.said.get(n) {
                Some(line) if line == wanted => {}
                Some(line) => return Err(format!("what is signed has `{line}` where `{wanted}` is wanted")),
                None => return Err(format!("what is signed lacks the line `{wanted}`")),
            }
        }
        if block.said.len() != lines.len() {
            return Err("there are more lines above the signature than are signed".to_owned());
        }
        was_read(self.log, self.gate, self.ack, at, self.read_at.get(at).map(Rc::as_ref))?;
        verify(&block.armour, NAMESPACE, terms.message().as_bytes(), |key| keys.allows(key, &self.origin.times))
    }
}

/// Checks that a gate stood in the log at the commit `at`, this very one and not an older one of the same text, and with it
/// every answer up to its ACK that was no yes: an ACK from before a NACK is not given again by copying it. `then` is the
/// log there, where the log builds on that commit.
///
/// # Errors
/// Why the gate cannot have been read there as it stands, in words.
pub fn was_read(log: &Log, gate: &Gate, ack: &Entry, at: &str, then: Option<&Log>) -> Result<(), String> {
    let then = then.ok_or_else(|| format!("`at: {at}` is no commit that the log builds on"))?;
    let asked = log.entry_of(gate).ok_or("its gate is not there")?;
    if !stood(log, asked, then) {
        return Err(format!("at the commit {at} the log has no such gate"));
    }
    let above = log.entries.iter().take_while(|entry| !std::ptr::eq(*entry, ack));
    let answers = above.skip(gate.entry).filter(|entry| {
        matches!(entry.kind, Kind::Nack | Kind::ChangesRequested | Kind::Withdrawn)
            && entry.answers.is_some_and(|answered| log.gates.get(answered).is_some_and(|g| g.entry == gate.entry))
    });
    for answer in answers {
        if !stood(log, answer, then) {
            return Err(format!("it was signed before the answer of line {}", answer.line));
        }
    }
    Ok(())
}
