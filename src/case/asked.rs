//! Whose answers open a gate: `gate.acks`.

use std::collections::BTreeSet;

use super::{Case, Reading, Touched};
use crate::log::{Gate, State};
use crate::policy::Asked;
use crate::report::{AnswersView, ReplyView};

impl Case<'_> {
    /// The parties that each have to have ACKed a gate before it opens paths of a class; `None` where the last answer of
    /// any other party counts. Nobody, where the policy asks only the gate's own party. Who has refused is asked as well:
    /// no other party lifts that.
    pub fn needed(&self, gate: &Gate, class: &str) -> Option<Vec<String>> {
        let asked: Vec<&String> = match self.policy.acks.of(class) {
            Asked::AnyOther => return None,
            Asked::AllOthers => self.policy.parties.keys().collect(),
            Asked::Named(names) => names.iter().collect(),
        };
        let mut needed: Vec<String> = asked.into_iter().filter(|name| **name != gate.party).cloned().collect();
        if needed.is_empty() {
            return Some(needed);
        }
        for answer in gate.answers.iter().filter(|answer| answer.has_refused) {
            if !needed.contains(&answer.party) {
                needed.push(answer.party.clone());
            }
        }
        Some(needed)
    }

    /// The log as each party answered it whose ACK a gate needs for a class, all of which have to open it: the log itself
    /// where the last answer counts. None at all where nobody can open it.
    pub fn heard(&self, index: usize, class: &str) -> Vec<&Reading> {
        let Some(reading) = self.reading() else { return Vec::new() };
        let Some(gate) = reading.log.gates.get(index) else { return Vec::new() };
        match self.needed(gate, class) {
            None => vec![reading],
            Some(needed) => {
                let heard: Option<Vec<&Reading>> = needed.iter().map(|party| reading.by_party.get(party)).collect();
                heard.unwrap_or_default()
            }
        }
    }

    /// The gates that count for what is touched, each as each party answered it whose ACK it needs there; with the first
    /// such path.
    pub fn counting_answers(&self) -> Vec<(&Reading, usize, &Gate, &Touched)> {
        let mut found: Vec<(&Reading, usize, &Gate, &Touched)> = Vec::new();
        for touched in self.touched.iter().filter(|t| !t.adopted) {
            let Some(index) = touched.gate else { continue };
            for reading in self.heard(index, &touched.class) {
                let Some(gate) = reading.log.gates.get(index) else { continue };
                if !found.iter().any(|(_, known, other, _)| *known == index && other.answerer == gate.answerer) {
                    found.push((reading, index, gate, touched));
                }
            }
        }
        found
    }

    /// What stands of a gate, and who said what and is waited for, where the policy asks for the answers of several on what
    /// it may be used for; `None` where the last answer counts.
    pub(super) fn answers(&self, index: usize) -> Option<(&'static str, AnswersView)> {
        let reading = self.reading()?;
        let gate = reading.log.gates.get(index)?;
        let mut needed: Option<Vec<String>> = None;
        for class in self.classes_of(index, gate) {
            if let Some(more) = self.needed(gate, &class) {
                let known = needed.get_or_insert_default();
                more.into_iter().for_each(|party| {
                    if !known.contains(&party) {
                        known.push(party)
                    }
                });
            }
        }
        let needed = needed?;
        let states: Vec<State> = needed.iter().map(|party| gate.stand(Some(party)).0).collect();
        let worst = [State::Rejected, State::Withdrawn, State::ChangesRequested, State::Pending];
        let worst =
            worst.into_iter().find(|state| states.contains(state) || (*state == State::Pending && states.is_empty()));
        let state = if gate.state.is_final() { gate.state } else { worst.unwrap_or(State::Acked) };
        let said = gate.answers.iter().filter_map(|answer| {
            let entry = reading.log.entries.get(answer.entry)?;
            Some(ReplyView { party: answer.party.clone(), line: entry.line, kind: entry.kind.as_str() })
        });
        let awaits = needed.iter().zip(&states).filter(|(_, state)| **state == State::Pending);
        let awaits = awaits.map(|(party, _)| party.clone()).collect();
        Some((state.as_str(), AnswersView { said: said.collect(), awaits }))
    }

    /// The classes that a gate is used for: of what is touched; else of what it may cover here; else all.
    fn classes_of(&self, index: usize, gate: &Gate) -> BTreeSet<String> {
        let of_touched = self.touched.iter().filter(|t| t.gate == Some(index)).map(|t| t.class.clone());
        let mut classes: BTreeSet<String> = of_touched.collect();
        if classes.is_empty() {
            let covered = self.coverage(gate).classes(self.policy, &self.folders);
            classes = covered.into_iter().map(str::to_owned).collect();
        }
        if classes.is_empty() {
            classes = self.policy.protect.classes().map(|(class, _)| class.to_owned()).collect();
        }
        classes
    }
}

#[cfg(test)]
#[path = "asked_tests.rs"]
mod tests;
