//! The log, as a case needs it.

use std::collections::BTreeMap;
use std::rc::Rc;

use jiff::civil::Date;

use super::Pins;
use crate::change::ObjectId;
use crate::log::{Consent, Log};
use crate::policy::Policy;
use crate::proof::Origin;

/// The log, as far as it was needed.
#[derive(Clone)]
pub enum LogCase {
    /// No protected path is touched.
    NotNeeded,
    /// It is not where the policy says: where that is, and what to do.
    Missing {
        /// Its path and place.
        place: String,
        /// What to do.
        help: String,
    },
    /// It was read.
    Read(Box<Reading>),
}

impl LogCase {
    /// A log that a person named by hand: there is no history to it.
    pub fn given(log: Rc<Log>, name: &str, policy: &Policy) -> LogCase {
        let (path, place) = (name.to_owned(), "as given".to_owned());
        let reading = Reading {
            log,
            path,
            place,
            commit: None,
            since: Vec::new(),
            now: None,
            elsewhere: Vec::new(),
            behind: None,
            history: BTreeMap::new(),
            pins: Pins::default(),
            by_party: BTreeMap::new(),
        };
        let by_party = reading.each(policy).collect();
        LogCase::Read(Box::new(Reading { by_party, ..reading }))
    }
}

/// A log that was read, and what else is known of it.
#[derive(Clone)]
pub struct Reading {
    /// The log at the base.
    pub log: Rc<Log>,
    /// Its path in the repository that holds it.
    pub path: String,
    /// What it was read from: `HEAD`, `AgentOS at origin/HEAD`.
    pub place: String,
    /// The commit at which it was read; `None` for a file that a person named.
    pub commit: Option<ObjectId>,
    /// Logs that may have closed a gate since, and what they are called: the trusted tip's, a merge's other parents'.
    pub since: Vec<(Rc<Log>, String)>,
    /// Where a pin says which log is read: the log as it is now, which must not have lost the gate, and what it is called.
    pub now: Option<(Rc<Log>, String)>,
    /// Later copies, to tell where an ACK is that the base does not have.
    pub elsewhere: Vec<Elsewhere>,
    /// How far a copy in another repository lies behind; `None` also where a commit pins which log is read.
    pub behind: Option<Behind>,
    /// What history tells, by gate.
    pub history: BTreeMap<usize, GateHistory>,
    /// What the commit pins, where the log is another repository's.
    pub pins: Pins,
    /// The same as each party by itself answered, where the policy asks for the answers of several.
    pub by_party: BTreeMap<String, Reading>,
}

impl Reading {
    /// The same, and that of each party, under a commit's pins.
    pub fn pinned(mut self, pins: &Pins) -> Reading {
        self.by_party.values_mut().for_each(|reading| reading.pins.clone_from(pins));
        Reading { pins: pins.clone(), ..self }
    }

    /// The reading as each party by itself answered, without a history, where the policy asks for the answers of several.
    pub fn each(&self, policy: &Policy) -> impl Iterator<Item = (String, Reading)> {
        let parties = policy.parties.keys().filter(|_| policy.acks.count_each());
        parties.map(|party| {
            let (log, history) = (Rc::new(self.log.answered_by(party)), BTreeMap::new());
            (party.clone(), Reading { log, history, by_party: BTreeMap::new(), ..self.clone() })
        })
    }
}

/// A copy of the log that is not the base's.
#[derive(Clone)]
pub struct Elsewhere {
    /// Where it is, as a phrase: `in the index`, `on origin/main`.
    pub place: String,
    /// What brings it into the base.
    pub help: String,
    /// The log there.
    pub log: Rc<Log>,
}

/// How far a copy of the log lies behind what its remote was last known to have.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Behind {
    /// The repository with the copy.
    pub place: String,
    /// The remote's branch, such as `origin/main`.
    pub name: String,
    /// How many entries that has and the copy lacks.
    pub entries: usize,
    /// How many commits that has.
    pub commits: usize,
}

/// What history tells of a gate.
#[derive(Debug, Clone)]
pub struct GateHistory {
    /// Whether it is what was ACKed.
    pub consent: Consent,
    /// When it was posted.
    pub posted: Option<Date>,
    /// Who brought it and its reply.
    pub origin: Origin,
    /// The log at the commits that the reply's signatures say it was read at, of those that the log builds on.
    pub read_at: BTreeMap<String, Rc<Log>>,
}

/// The log as a change leaves it.
pub struct Brought {
    /// The log.
    pub log: Rc<Log>,
    /// Whether it is UTF-8 to its end.
    pub is_utf8: bool,
    /// The log in each parent.
    pub before: Vec<Rc<Log>>,
    /// Its path.
    pub path: String,
}
