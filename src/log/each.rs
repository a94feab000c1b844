//! Each party's own answer to a gate, for policies that ask for the ACKs of several.

use super::{Gate, Log, State};

/// What one party says of another's gate: its last answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answer {
    /// Who says it.
    pub party: String,
    /// [`State::Acked`], [`State::ChangesRequested`] or [`State::Rejected`]; [`State::Withdrawn`] once it took an answer
    /// back, and that stays so.
    pub state: State,
    /// Its entry, an index into [`Log::entries`].
    pub entry: usize,
    /// Whether this or an earlier answer of it was no plain ACK: then its own ACK alone lifts that.
    pub has_refused: bool,
}

impl Gate {
    /// The last answer of a party, if it gave one.
    pub fn answer_of(&self, party: &str) -> Option<&Answer> {
        self.answers.iter().find(|answer| answer.party == party)
    }

    /// What stands of it, and the reply that made it so, an index into [`Log::entries`]: by whoever answered last, or with
    /// `answerer` by what that party answered. Landed and withdrawn it is for everyone.
    pub fn stand(&self, answerer: Option<&str>) -> (State, Option<usize>) {
        match answerer {
            Some(party) if !self.state.is_final() => {
                let answer = self.answer_of(party);
                (answer.map_or(State::Pending, |answer| answer.state), answer.map(|answer| answer.entry))
            }
            _ => (self.state, self.reply),
        }
    }

    /// The same gate as one party answered it.
    pub fn answered_by(&self, party: &str) -> Gate {
        let (state, reply) = self.stand(Some(party));
        Gate { state, reply, answerer: Some(party.to_owned()), ..self.clone() }
    }

    /// Notes an answer of another party.
    pub(super) fn heard(&mut self, party: &str, state: State, entry: usize) {
        let refuses = state != State::Acked;
        match self.answers.iter_mut().find(|answer| answer.party == party) {
            // What was taken back stays so, as a gate does.
            Some(answer) if answer.state == State::Withdrawn => {}
            Some(answer) => {
                (answer.state, answer.entry) = (state, entry);
                answer.has_refused |= refuses;
            }
            // Nothing was said yet that could be taken back.
            None if state == State::Withdrawn => {}
            None => self.answers.push(Answer { party: party.to_owned(), state, entry, has_refused: refuses }),
        }
    }
}

impl Log {
    /// The same log, where an entry that takes back its party's own answer says so although another party answered since:
    /// for policies that count each party's answer.
    pub fn with_taken_back(&self) -> Log {
        let mut log = self.clone();
        for (index, gate) in self.gates.iter().enumerate() {
            for answer in gate.answers.iter().filter(|answer| answer.state == State::Withdrawn) {
                if let Some(entry) = log.entries.get_mut(answer.entry).filter(|entry| entry.answers.is_none()) {
                    let what = format!("it takes back what {} answered to gate `{}`", answer.party, gate.slice);
                    (entry.answers, entry.why) = (Some(index), what);
                }
            }
        }
        log
    }

    /// The same log, where each gate stands as one party answered it.
    pub fn answered_by(&self, party: &str) -> Log {
        Log { gates: self.gates.iter().map(|gate| gate.answered_by(party)).collect(), ..self.clone() }
    }
}
