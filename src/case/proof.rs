//! What the ACK of a gate proves: what the policy asks for, or all that can be told of it.

use super::{Case, Reading};
use crate::log::{Entry, Gate, State};
use crate::policy::{Level, Party};
use crate::proof::{Claim, Origin, Who, authored, brought_by, carries_signature, signed};

/// What an ACK proves by itself, whoever makes a change under it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Proof {
    /// Whose it is, by its heading.
    pub party: String,
    /// Who made the commits that brought it.
    pub brought: Vec<Who>,
    /// Whether its author is of that party and did not make the gate, or why not.
    pub authored: Result<(), String>,
    /// Whether a key of that party signed it, or why not.
    pub signed: Result<(), String>,
    /// Whether it carries anything that could be a signature.
    pub carries_signature: bool,
}

/// An ACK that proves too little.
#[derive(Clone)]
pub struct Unproven<'r> {
    /// The log, as the party answered whose ACK it is.
    pub reading: &'r Reading,
    /// The gate in it.
    pub gate: &'r Gate,
    /// The ACK.
    pub reply: &'r Entry,
    /// What is asked of it; `None` for one that is nobody's.
    pub level: Option<Level>,
    /// Why it does not prove that.
    pub why: String,
}

impl Proof {
    /// The most that it proves.
    pub fn level(&self) -> Level {
        match self {
            _ if self.signed.is_ok() => Level::Signed,
            _ if self.authored.is_ok() => Level::Authored,
            _ => Level::Declared,
        }
    }

    /// Whether it proves so much.
    pub fn meets(&self, level: Level) -> bool {
        match level {
            Level::Declared => true,
            Level::Authored => self.authored.is_ok(),
            Level::Signed => self.signed.is_ok(),
        }
    }
}

impl Case<'_> {
    /// The ACKs of a gate that do not prove what the policy asks for on a class of paths, and why not. A gate without an
    /// ACK has nothing to prove.
    pub fn unproven(&self, index: usize, class: &str) -> Vec<Unproven<'_>> {
        let acked = self.heard(index, class).into_iter().filter_map(|reading| acked(reading, index));
        let unproven = acked.filter_map(|acked| {
            let why = self.proven(index, class, acked).err()?;
            let (reading, gate, reply) = acked;
            let level = reply.party.as_deref().map(|party| self.policy.ack.level_for(class, party));
            Some(Unproven { reading, gate, reply, level, why })
        });
        unproven.collect()
    }

    fn proven(&self, index: usize, class: &str, (reading, gate, reply): Acked<'_>) -> Result<(), String> {
        let Some(party) = self.party_of(reply) else {
            return Err("it is nobody's".to_owned());
        };
        match self.policy.ack.level_for(class, &party.name) {
            Level::Declared => Ok(()),
            Level::Authored => {
                let unknown = Origin::default();
                let origin = reading.history.get(&index).map_or(&unknown, |h| &h.origin);
                authored(self.policy, party, origin, self.who.as_ref())
            }
            Level::Signed => self.signed(index, reading, gate, reply, party),
        }
    }

    /// What a gate's ACK proves by itself; `None` where it has none by a party. Of several that it needs, on whatever
    /// class, the one that proves least.
    pub fn proof(&self, index: usize) -> Option<Proof> {
        let mut heard: Vec<&Reading> = Vec::new();
        for reading in self.policy.protect.classes().flat_map(|(class, _)| self.heard(index, class)) {
            if !heard.iter().any(|known| std::ptr::eq(*known, reading)) {
                heard.push(reading);
            }
        }
        let proofs: Option<Vec<Proof>> =
            heard.into_iter().map(|reading| self.proof_of(index, acked(reading, index)?)).collect();
        proofs?.into_iter().min_by_key(Proof::level)
    }

    fn proof_of(&self, index: usize, (reading, gate, reply): Acked<'_>) -> Option<Proof> {
        let party = self.party_of(reply)?;
        let unknown = Origin::default();
        let origin = reading.history.get(&index).map_or(&unknown, |h| &h.origin);
        Some(Proof {
            party: party.name.clone(),
            brought: origin.ack.clone(),
            authored: brought_by(self.policy, party, origin),
            signed: self.signed(index, reading, gate, reply, party),
            carries_signature: carries_signature(&reply.text),
        })
    }

    /// What the policy asks of a gate's ACK on a class of paths, where it has one by a party; of several that it needs, the
    /// most.
    pub fn level(&self, index: usize, class: &str) -> Option<Level> {
        let levels = self.heard(index, class).into_iter().map(|reading| {
            let (_, _, reply) = acked(reading, index)?;
            Some(self.policy.ack.level_for(class, reply.party.as_deref()?))
        });
        levels.collect::<Option<Vec<Level>>>()?.into_iter().max()
    }

    fn signed(&self, index: usize, reading: &Reading, gate: &Gate, ack: &Entry, party: &Party) -> Result<(), String> {
        let Some(history) = reading.history.get(&index) else {
            return Err("there is no history of the log that could tell when it was signed".to_owned());
        };
        let owner = self.policy.party(&self.policy.log.owner);
        signed(&Claim {
            owner: owner.and_then(|owner| owner.repositories.first()).map(String::as_str),
            party: &party.name,
            log: &reading.log,
            gate,
            ack,
            origin: &history.origin,
            read_at: &history.read_at,
            keys: self.keys.get(&party.name),
        })
    }

    fn party_of(&self, reply: &Entry) -> Option<&Party> {
        reply.party.as_deref().and_then(|name| self.policy.party(name))
    }
}

type Acked<'r> = (&'r Reading, &'r Gate, &'r Entry);

/// A gate that is ACKed, and its ACK.
fn acked(reading: &Reading, index: usize) -> Option<Acked<'_>> {
    let gate = reading.log.gates.get(index).filter(|g| g.state == State::Acked)?;
    Some((reading, gate, reading.log.entries.get(gate.reply?)?))
}
