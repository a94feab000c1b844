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
    /// Whether a gate's ACK proves what the policy asks for on a class of paths, or why not. A gate without an ACK has
    /// nothing to prove.
    pub fn proven(&self, index: usize, class: &str) -> Result<(), String> {
        let Some((reading, gate, reply)) = self.acked(index) else { return Ok(()) };
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

    /// What a gate's ACK proves by itself; `None` where it has none by a party.
    pub fn proof(&self, index: usize) -> Option<Proof> {
        let (reading, gate, reply) = self.acked(index)?;
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

    /// What the policy asks of a gate's ACK on a class of paths, where it has one by a party.
    pub fn level(&self, index: usize, class: &str) -> Option<Level> {
        let (_, _, reply) = self.acked(index)?;
        Some(self.policy.ack.level_for(class, reply.party.as_deref()?))
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

    /// A gate that is ACKed, and its ACK.
    fn acked(&self, index: usize) -> Option<(&Reading, &Gate, &Entry)> {
        let reading = self.reading()?;
        let gate = reading.log.gates.get(index).filter(|g| g.state == State::Acked)?;
        Some((reading, gate, reading.log.entries.get(gate.reply?)?))
    }
}
