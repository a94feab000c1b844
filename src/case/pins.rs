//! What a commit's trailers pin of one policy's log.

use crate::change::ObjectId;
use crate::log::{Gate, Log};
use crate::message::{GatePin, LogPin, Pin, Trailer};
use crate::report::escape;

/// The pins of a commit that is judged by the log of another repository.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Pins {
    /// The gates it names.
    pub gates: Vec<GatePin>,
    /// The commit at which it says that the log was read.
    pub log: Option<ObjectId>,
    /// Why a pin does not hold, each as a clause.
    pub bad: Vec<String>,
    /// Whether some of the gates may be another log's: the workspace has several policies.
    pub is_shared: bool,
}

impl Pins {
    /// Reads them. `is_owners` and `is_known` say whether a repository's name is one of the log owner's, and whether it is
    /// anybody's. Where a pin of the log is bad, none counts.
    pub fn of(
        trailers: &[Trailer],
        is_owners: impl Fn(&str) -> bool,
        is_known: impl Fn(&str) -> bool,
        is_shared: bool,
    ) -> Pins {
        let mut pins = Pins { is_shared, ..Pins::default() };
        let mut logs: Vec<ObjectId> = Vec::new();
        let mut is_sound = true;
        for pin in trailers.iter().filter_map(Pin::read) {
            match pin {
                Ok(Pin::Gate(gate)) => pins.gates.push(gate),
                Ok(Pin::Log(LogPin { repository, commit })) if is_owners(&repository) => {
                    if !logs.contains(&commit) {
                        logs.push(commit);
                    }
                }
                Ok(Pin::Log(LogPin { repository, .. })) if is_known(&repository) => {}
                Ok(Pin::Log(LogPin { repository, .. })) => {
                    is_sound = false;
                    pins.bad.push(format!("`Gate-Log:` names `{}`, a repository of no party", escape(&repository)));
                }
                Err(error) => {
                    is_sound &= !matches!(error, crate::message::PinError::Log(_));
                    pins.bad.push(escape(&error.to_string()));
                }
            }
        }
        match logs.as_slice() {
            [] => {}
            [one] if is_sound => pins.log = Some(*one),
            [_] => {}
            _ => pins.bad.push("`Gate-Log:` pins the log at several commits".to_owned()),
        }
        pins
    }

    /// Whether gates of this slice are pinned, and all of them with another digest than this gate's.
    pub fn mean_another(&self, log: &Log, gate: &Gate) -> bool {
        let mut named = self.gates.iter().filter(|pin| pin.slice == gate.slice).peekable();
        if named.peek().is_none() {
            return false;
        }
        let digest = log.entry_of(gate).map(crate::log::Entry::digest);
        named.all(|pin| Some(&pin.digest) != digest.as_ref())
    }

    /// The pinned gates that the log does not have.
    pub fn unknown<'p>(&'p self, log: &'p Log) -> impl Iterator<Item = &'p GatePin> {
        let is_there = |pin: &GatePin| {
            let same = |gate: &Gate| {
                gate.slice == pin.slice && log.entry_of(gate).is_some_and(|entry| entry.digest() == pin.digest)
            };
            log.gates.iter().any(same)
        };
        self.gates.iter().filter(move |pin| !self.is_shared && !is_there(pin))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pins(lines: &[String]) -> Pins {
        let message = format!("Title\n\n{}\n", lines.join("\n"));
        let trailers = crate::message::trailers(message.as_bytes());
        assert_eq!(trailers.len(), lines.len());
        Pins::of(&trailers, |name| name == "AgentOS" || name == "AgentOS-old", |name| name != "Nobodys", false)
    }

    #[test]
    fn one_commit_of_the_owners_repository_is_pinned() {
        let (one, two) = ("1".repeat(40), "2".repeat(40));
        let log = |name: &str, id: &str| format!("Gate-Log: {name}@{id}");
        for (lines, pinned, bad) in [
            (vec![log("AgentOS", &one)], true, 0),
            (vec![log("AgentOS", &one), log("gate-log: AgentOS-old", &one).replace("Gate-Log: ", "")], true, 0),
            (vec![log("AgentOS", &one), log("CCC", &two)], true, 0),
            (vec![log("CCC", &two)], false, 0),
            (vec![log("AgentOS", &one), log("AgentOS-old", &two)], false, 1),
            (vec![log("AgentOS", &one), log("Nobodys", &one)], false, 1),
            (vec![log("AgentOS", &one), log("AgentOS", "HEAD")], false, 1),
            (vec![log("AgentOS", &one), "Gate: r4".to_owned()], true, 1),
            (vec![log("agentos", &one)], false, 0),
        ] {
            let found = pins(&lines);
            assert_eq!((found.log.is_some(), found.bad.len()), (pinned, bad), "{lines:?}: {found:?}");
        }
    }
}
