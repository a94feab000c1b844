//! What the rules look at: one change, judged on its base.

use std::collections::HashSet;

use jiff::ToSpan;
use jiff::civil::Date;

mod asked;
mod contract;
mod delivered;
mod evidence;
mod found;
mod licence;
mod log;
mod overriding;
mod pins;
mod planned;
mod proof;
mod session;

pub use contract::ContractChange;
pub use delivered::{Delivered, Failed};
pub use evidence::{BundleCase, EvidenceCase};
pub use found::{Draft, Found};
pub use licence::{LicenceRole, RefusedFile};
pub use log::{Behind, Brought, Elsewhere, GateHistory, LogCase, Reading};
pub use pins::Pins;
pub use planned::{Left, Planned};
pub use proof::{Proof, Unproven};
pub use session::{Began, Beginning, Stale};

use crate::change::{Change, RepoPath};
use crate::coverage::{Coverage, Folders};
use crate::log::{Closed, Consent, Entry, Gate, State, closed_since, still_agreed};
use crate::message::{GatePin, LogPin, Pin};
use crate::policy::{Policy, PolicyError, Protected, Select, Setting};
use crate::proof::{KeyRings, Override, Who};
use crate::report::{GateView, ReplyView};

/// One change under one policy.
pub struct Case<'a> {
    /// The base's policy that governs the touched paths.
    pub policy: &'a Policy,
    /// The policy's folder and what the base holds there.
    pub folders: Folders,
    /// The day: now for a staged change, the committer's for a commit.
    pub today: Date,
    /// Whether this is a commit about to be made: what AG202 looks for.
    pub at_commit: bool,
    /// Whether the gates that cover it are to be named, as a message pins them: for what has no message yet, and to show.
    pub names_gates: bool,
    /// All that the change touches.
    pub changes: &'a [Change],
    /// The protected paths among them that this policy governs.
    pub touched: Vec<Touched>,
    /// The log, where a protected path is touched.
    pub log: LogCase,
    /// Where the log lies in this repository, if it does.
    pub log_here: Option<RepoPath>,
    /// The log that the change brings, and how many of its entries the base has: read where the change touches it.
    pub brought: Option<Brought>,
    /// Why the policy would be invalid after this change.
    pub invalid: Option<PolicyError>,
    /// What the adoption of a policy changes, where this is one.
    pub adoption: Option<String>,
    /// Who makes the change, where the policy asks for it and it can be told.
    pub who: Option<Who>,
    /// The keys of the parties, where the policy asks for signatures.
    pub keys: KeyRings,
    /// The contracts among what is touched, as they were and are.
    pub contracts: Vec<ContractChange>,
    /// What is wrong with key bundles and licences, after the change, among what is touched.
    pub licences: Vec<RefusedFile>,
    /// The commit that is judged, abbreviated.
    pub commit: Option<String>,
    /// The emergency override that the commit asks for, or why it does not count; `None` where it asks for none.
    pub overriding: Option<Result<Override, String>>,
    /// Required reading that the open session read otherwise: looked for at a commit that touches something protected.
    pub stale: Vec<Stale>,
    /// The session that begins, where one does.
    pub beginning: Option<Beginning>,
    /// What a slice touched, where that is asked for.
    pub delivered: Option<Delivered>,
    /// The evidence of a slice, where that is asked for.
    pub evidence: Option<EvidenceCase>,
    /// The bundle of a slice, where that is asked for.
    pub bundle: Option<BundleCase>,
    /// The slice's plan and what a session leaves, where that is asked for.
    pub planned: Option<Planned>,
}

/// A protected path and the gate that counts for it.
#[derive(Debug, Clone)]
pub struct Touched {
    /// From the repository's root.
    pub path: RepoPath,
    /// From the policy's folder.
    pub below: RepoPath,
    /// Its class.
    pub class: String,
    /// The gate that counts, an index into the log's gates.
    pub gate: Option<usize>,
    /// Whether that gate lists the path.
    pub listed: bool,
    /// The policy file that this very commit adopts.
    pub adopted: bool,
}

impl<'a> Case<'a> {
    /// A log under a policy, without a change.
    pub fn without_change(policy: &'a Policy, log: LogCase, today: Date) -> Self {
        Case {
            policy,
            folders: Folders::default(),
            today,
            at_commit: false,
            names_gates: false,
            changes: &[],
            touched: Vec::new(),
            log,
            log_here: None,
            brought: None,
            invalid: None,
            adoption: None,
            who: None,
            keys: KeyRings::new(),
            contracts: Vec::new(),
            licences: Vec::new(),
            commit: None,
            overriding: None,
            stale: Vec::new(),
            beginning: None,
            delivered: None,
            evidence: None,
            bundle: None,
            planned: None,
        }
    }

    /// Chooses for each touched path the gate that counts, and whether that gate lists it.
    pub fn place(&mut self, protected: &[Protected], adopted: impl Fn(&RepoPath) -> bool) {
        let coverages = self.coverages();
        for one in protected {
            let Some(change) = self.changes.get(one.change) else { continue };
            let path = change.path.clone();
            let (gate, listed) = choose(&coverages, &path, &one.path);
            let adopted = adopted(&path);
            self.touched.push(Touched {
                path,
                below: one.path.clone(),
                class: one.class.clone(),
                gate,
                listed,
                adopted,
            });
        }
    }

    /// The log, where it was read.
    pub fn reading(&self) -> Option<&Reading> {
        match &self.log {
            LogCase::Read(reading) => Some(reading),
            LogCase::NotNeeded | LogCase::Missing { .. } => None,
        }
    }

    /// The gates that count for a touched path which is not being adopted, each once, with the first such path.
    pub fn counting(&self) -> Vec<(Option<usize>, &Touched)> {
        let mut found: Vec<(Option<usize>, &Touched)> = Vec::new();
        for touched in self.touched.iter().filter(|t| !t.adopted) {
            if !found.iter().any(|(gate, _)| *gate == touched.gate) {
                found.push((touched.gate, touched));
            }
        }
        found
    }

    /// The gates of [`Case::counting`] that are there.
    pub fn counting_gates(&self) -> Vec<(&Reading, usize, &Gate, &Touched)> {
        let Some(reading) = self.reading() else { return Vec::new() };
        let gates = self.counting().into_iter().filter_map(|(gate, touched)| {
            let index = gate?;
            Some((reading, index, reading.log.gates.get(index)?, touched))
        });
        gates.collect()
    }

    /// How the trusted tip, or another parent of a merge, closed a gate since, if one did.
    pub fn closed_since<'r>(&self, reading: &'r Reading, gate: &Gate) -> Option<(Closed, &'r str)> {
        let latest_only = self.policy.select == Select::Latest;
        let closed = |log| closed_since(&reading.log, gate, log, latest_only);
        reading.since.iter().find_map(|(log, name)| closed(log).map(|closed| (closed, name.as_str())))
    }

    /// What the log is called as it is now, where it does not have a gate, or its ACK, any more that a pin opens.
    pub fn lost_since<'r>(&self, reading: &'r Reading, gate: &Gate) -> Option<&'r str> {
        let (now, name) = reading.now.as_ref()?;
        (!still_agreed(&reading.log, gate, now)).then_some(name.as_str())
    }

    /// The last day of a gate's timeline: D+2, from its own date, else from the commit that brought it.
    pub fn expires(&self, index: usize) -> Option<Date> {
        self.posted(index)?.checked_add(2.days()).ok()
    }

    /// The day on which a gate was posted: its own date, else that of the commit that brought it.
    pub fn posted(&self, index: usize) -> Option<Date> {
        let reading = self.reading()?;
        let gate = reading.log.gates.get(index)?;
        let dated = reading.log.entry_of(gate).and_then(|e| e.date);
        dated.or_else(|| reading.history.get(&index).and_then(|h| h.posted))
    }

    /// Whether a gate's timeline is over.
    pub fn is_expired(&self, index: usize) -> bool {
        self.expires(index).is_some_and(|last| self.today > last)
    }

    /// Whether the policy makes the end of the timeline an error.
    pub fn expiry_blocks(&self) -> bool {
        self.policy.severity_of("AG110") == Some(Setting::Error)
    }

    /// Whether a gate opens what it covers of a class.
    pub fn opens(&self, index: usize, class: &str) -> bool {
        let heard = self.heard(index, class);
        !heard.is_empty() && heard.into_iter().all(|reading| self.is_open(reading, index))
    }

    /// Whether a gate is open, as it stands in a reading.
    fn is_open(&self, reading: &Reading, index: usize) -> bool {
        let Some(gate) = reading.log.gates.get(index) else { return false };
        let consent = reading.history.get(&index).map(|h| h.consent);
        gate.state == State::Acked
            && self.closed_since(reading, gate).is_none()
            && self.lost_since(reading, gate).is_none()
            && !reading.pins.mean_another(&reading.log, gate)
            && consent != Some(Consent::Changed)
            && reading.log.reply_names_gate(gate) != Some(false)
            && !(self.expiry_blocks() && self.is_expired(index))
    }

    /// The slice of the gate that covers a touched path.
    pub fn covered_by(&self, touched: &Touched) -> Option<&str> {
        let class = touched.class.as_str();
        let opens = |gate: &usize| touched.listed && self.opens(*gate, class) && self.unproven(*gate, class).is_empty();
        let gate = touched.gate.filter(opens)?;
        self.reading()?.log.gates.get(gate).map(|g| g.slice.as_str())
    }

    /// What the message of a commit pins that these gates cover: them, and the log they stand in; nothing where no gate is to be named.
    pub fn pins(&self, covering: impl Iterator<Item = usize>) -> Vec<Pin> {
        let Some(reading) = self.reading().filter(|_| self.names_gates) else { return Vec::new() };
        let mut pins = Vec::new();
        for gate in covering.filter_map(|gate| reading.log.gates.get(gate)) {
            let digest = reading.log.entry_of(gate).map(Entry::digest).unwrap_or_default();
            let pin = Pin::Gate(GatePin { slice: gate.slice.clone(), digest });
            if !pins.contains(&pin) {
                pins.push(pin);
            }
        }
        let owner = self.policy.party(&self.policy.log.owner);
        let repository = owner.and_then(|owner| owner.repositories.first());
        if let (false, Some(repository), Some(commit)) = (pins.is_empty(), repository, &reading.commit) {
            pins.push(Pin::Log(LogPin { repository: repository.clone(), commit: *commit }));
        }
        pins
    }

    /// The entries that warnings are for: from the gate that counts on, and those that the change adds; each with the
    /// log's path.
    pub fn entries_in_question(&self) -> Vec<(&str, &Entry)> {
        let mut found = Vec::new();
        let first = self.counting_gates().iter().map(|(_, _, gate, _)| gate.entry).min();
        if let (Some(reading), Some(first)) = (self.reading(), first) {
            found.extend(reading.log.entries.iter().skip(first).map(|entry| (reading.path.as_str(), entry)));
        }
        if let Some(brought) = &self.brought {
            let known: HashSet<&str> =
                brought.before.iter().flat_map(|log| &log.entries).map(|e| e.text.as_str()).collect();
            let new = brought.log.entries.iter().filter(|e| !known.contains(e.text.as_str()));
            found.extend(new.map(|entry| (brought.path.as_str(), entry)));
        }
        found
    }

    /// What a gate's list covers here.
    pub fn coverage(&self, gate: &Gate) -> Coverage {
        Coverage::of(gate, self.policy, &self.folders)
    }

    /// A gate as reports show it.
    pub fn view(&self, index: usize) -> Option<GateView> {
        let reading = self.reading()?;
        let gate = reading.log.gates.get(index)?;
        let reply = gate.reply.and_then(|r| reading.log.entries.get(r)).and_then(|entry| {
            Some(ReplyView { party: entry.party.clone()?, line: entry.line, kind: entry.kind.as_str() })
        });
        let (state, answers) = match self.answers(index) {
            Some((state, answers)) => (state, Some(answers)),
            None => (gate.state.as_str(), None),
        };
        let expired = state == State::Acked.as_str() && self.expiry_blocks() && self.is_expired(index);
        Some(GateView {
            slice: gate.slice.clone(),
            line: gate.line,
            party: gate.party.clone(),
            state: if expired { "expired" } else { state },
            paths: gate.paths.iter().filter(|p| !p.excluded).map(|p| p.text.clone()).collect(),
            fields: gate.fields.clone(),
            reply,
            answers,
            expires: self.expires(index),
        })
    }

    fn coverages(&self) -> Vec<(usize, Coverage)> {
        let Some(reading) = self.reading() else { return Vec::new() };
        let mut gates = reading.log.gates.iter().enumerate();
        match self.policy.select {
            Select::Latest => gates.next_back().map(|(i, gate)| (i, self.coverage(gate))).into_iter().collect(),
            Select::LatestCovering => gates.map(|(i, gate)| (i, self.coverage(gate))).collect(),
        }
    }
}

/// The gate that counts for a path, of those that may: the latest that lists it, else the latest.
fn choose(coverages: &[(usize, Coverage)], path: &RepoPath, below: &RepoPath) -> (Option<usize>, bool) {
    let covering = coverages.iter().rev().find(|(_, coverage)| coverage.covers(path, below)).map(|(i, _)| *i);
    match covering {
        Some(gate) => (Some(gate), true),
        None => (coverages.last().map(|(latest, _)| *latest), false),
    }
}
