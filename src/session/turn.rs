//! Whose turn it is, why, and what comes next.

use crate::case::LogCase;
use crate::log::{Entry, Kind, Log};
use crate::policy::Policy;
use crate::report::{AnswersView, GateView, ReplyView};

/// Who is to act.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Turn {
    /// Any of these parties; none where that cannot be told.
    pub parties: Vec<String>,
    /// Why it is theirs.
    pub why: Option<String>,
    /// What to do next.
    pub next: String,
}

impl Turn {
    /// The parties in a phrase; `None` where it cannot be told.
    pub fn party(&self) -> Option<String> {
        (!self.parties.is_empty()).then(|| self.parties.join(" or "))
    }

    /// Whether it is known to be others' turn and not this party's.
    pub fn is_of_others(&self, party: &str) -> bool {
        !self.parties.is_empty() && self.parties.iter().all(|name| name != party)
    }
}

/// Tells it from the latest gate and from what was posted since it landed. “Alternate repos between sessions”: who handed
/// over last waits.
pub fn turn(policy: &Policy, log: &LogCase, gate: Option<&GateView>) -> Turn {
    if let LogCase::Missing { place, help } = log {
        return Turn { next: format!("there is no log at {place}: {help}"), ..Turn::default() };
    }
    let text = match log {
        LogCase::Read(reading) => Some(&*reading.log),
        LogCase::NotNeeded | LogCase::Missing { .. } => None,
    };
    let format = policy.log.format;
    let others = |party: &str| policy.parties.keys().filter(|name| *name != party).cloned().collect::<Vec<_>>();
    let handed = text.and_then(handed_over);
    let Some(gate) = gate else {
        let own = &policy.party;
        let (parties, why) = match handed {
            Some((entry, by)) => (others(by), ready(entry, by)),
            None => (vec![own.clone()], "no gate has been posted yet".to_owned()),
        };
        let next = format!(
            "post an alignment gate: `{}`{}",
            (format.gate)(own, "SLICE", &[]).trim_end(),
            format.or_command("verify-gate gate new --slice SLICE --path …")
        );
        return Turn { parties, why: Some(why), next };
    };
    let (slice, party) = (&gate.slice, gate.party.as_str());
    let said = gate.answers.as_ref().map(|answers| answers.said.as_slice());
    let replied = match gate.reply.as_ref() {
        None => "the other party".to_owned(),
        Some(reply) => match said {
            None => reply.party.clone(),
            // Who made the gate what it is, of all that answered.
            Some(said) => by_kind(said, gate.state).unwrap_or_else(|| reply.party.clone()),
        },
    };
    let (parties, why, next) = match gate.state {
        "pending" if let Some(answers) = &gate.answers => several(policy, gate, answers),
        "pending" => {
            let answering = others(party);
            let next = format!(
                "answer gate `{slice}`: `{}`{}",
                (format.reply)(&answering.join(" or "), Kind::Ack, slice),
                format.or_command(&format!("verify-gate ack --slice {slice}"))
            );
            (answering, format!("gate `{slice}` of {party} waits for an answer"), next)
        }
        "acked" => (
            vec![party.to_owned()],
            format!("{replied} said ACK to gate `{slice}`"),
            format!(
                "change what gate `{slice}` lists, push it, then post `{}`{}",
                (format.reply)(party, Kind::Landed, slice),
                format.or_command(&format!("verify-gate landed --slice {slice}"))
            ),
        ),
        "changes-requested" => (
            vec![party.to_owned()],
            format!("{replied} asked for changes to gate `{slice}`"),
            "post a gate that takes the changes up, or ask for a plain ACK".to_owned(),
        ),
        "landed" => {
            let (parties, why) = match handed {
                Some((entry, by)) if by != party => (others(by), ready(entry, by)),
                _ => (others(party), format!("gate `{slice}` of {party} has landed, and the repositories alternate")),
            };
            (parties, why, "the repositories alternate: the next slice needs its own gate".to_owned())
        }
        "rejected" => {
            (vec![party.to_owned()], format!("{replied} said NACK to gate `{slice}`"), "post a new gate".to_owned())
        }
        state => (vec![party.to_owned()], format!("gate `{slice}` is {state}"), "post a new gate".to_owned()),
    };
    Turn { parties, why: Some(why), next }
}

/// The parties whose answer made a gate what it is.
fn by_kind(said: &[ReplyView], state: &str) -> Option<String> {
    let kind = match state {
        "acked" | "expired" => "ack",
        "rejected" => "nack",
        state => state,
    };
    let parties: Vec<&str> = said.iter().filter(|one| one.kind == kind).map(|one| one.party.as_str()).collect();
    (!parties.is_empty()).then(|| parties.join(" and "))
}

/// The turn where a gate needs the ACKs of several.
fn several(policy: &Policy, gate: &GateView, answers: &AnswersView) -> (Vec<String>, String, String) {
    let (slice, party) = (&gate.slice, &gate.party);
    if answers.awaits.is_empty() {
        let why = format!("gate `{slice}` is {party}'s own, whom alone `gate.acks` asks: nobody can answer it");
        let next = "let another party post the gate, or name others under `[gate] acks`".to_owned();
        return (vec![party.clone()], why, next);
    }
    let headings: Vec<String> = answers
        .awaits
        .iter()
        .map(|name| {
            let alias = policy.party(name).and_then(|party| party.aliases.first()).unwrap_or(name);
            format!("`## {alias} (ACK: {slice})`")
        })
        .collect();
    let said = match by_kind(&answers.said, "acked") {
        Some(acked) => format!("; {acked} said ACK"),
        None => String::new(),
    };
    let why = format!("gate `{slice}` of {party} waits for the ACK of {}{said}", answers.awaits.join(" and "));
    let answer = if answers.awaits.len() > 1 { " each answer" } else { " answers" };
    let next = format!(
        "{}{answer} gate `{slice}`: {}, or `verify-gate ack --slice {slice}` in a repository of theirs",
        answers.awaits.join(" and "),
        headings.join(" and ")
    );
    (answers.awaits.clone(), why, next)
}

/// The last “Ready for ACK” since the latest gate got its last reply, and whose it is.
fn handed_over(log: &Log) -> Option<(&Entry, &str)> {
    let since = log.latest().map_or(0, |gate| gate.reply.unwrap_or(gate.entry) + 1);
    let entries = log.entries.iter().skip(since).rev();
    entries.filter(|entry| entry.kind == Kind::Ready).find_map(|entry| Some((entry, entry.party.as_deref()?)))
}

fn ready(entry: &Entry, by: &str) -> String {
    format!("{by} ended a session with “Ready for ACK” (line {})", entry.line)
}

#[cfg(test)]
mod tests {
    use std::rc::Rc;

    use jiff::civil::date;

    use super::*;
    use crate::case::Case;
    use crate::policy::{Fit, choose};

    /// `party: why`, as AgentOS sees it.
    fn told(text: &str) -> String {
        let Fit::One(policy) = choose(true, false).unwrap() else { panic!("no profile") };
        let log = LogCase::given(Rc::new(crate::log::read(text, &crate::log::two_parties())), "log.md", &policy);
        let case = Case::without_change(&policy, log, date(2025, 11, 6));
        let gate = case.reading().and_then(|r| r.log.gates.len().checked_sub(1)).and_then(|gate| case.view(gate));
        let turn = turn(&policy, &case.log, gate.as_ref());
        format!("{}: {}", turn.party().unwrap(), turn.why.unwrap())
    }

    #[test]
    fn who_is_waited_for_has_the_turn() {
        let gate = "## AgentOS (alignment gate: r4)\n\nx\n\n";
        for (entries, expected) in [
            ("", "CCC: gate `r4` of AgentOS waits for an answer"),
            ("## CCC (ACK)\n", "AgentOS: CCC said ACK to gate `r4`"),
            ("## CCC (ACK)\n\nACK, but rename it.\n", "AgentOS: CCC asked for changes to gate `r4`"),
            ("## CCC (NACK)\n", "AgentOS: CCC said NACK to gate `r4`"),
            ("## AgentOS (WITHDRAWN)\n", "AgentOS: gate `r4` is withdrawn"),
            (
                "## CCC (ACK)\n\n## AgentOS (landed)\n",
                "CCC: gate `r4` of AgentOS has landed, and the repositories alternate",
            ),
            (
                "## CCC (ACK)\n\n## AgentOS (landed)\n\n## AgentOS\n\nReady for ACK\n",
                "CCC: gate `r4` of AgentOS has landed, and the repositories alternate",
            ),
            (
                "## CCC (ACK)\n\n## AgentOS (landed)\n\n## CCC\n\nReady for ACK\n",
                "AgentOS: CCC ended a session with “Ready for ACK” (line 9)",
            ),
        ] {
            assert_eq!(told(&format!("{gate}{entries}")), expected, "{entries}");
        }
        assert_eq!(told("# Log\n"), "AgentOS: no gate has been posted yet");
        assert_eq!(told("## AgentOS\n\nReady for ACK\n"), "CCC: AgentOS ended a session with “Ready for ACK” (line 1)");
    }

    #[test]
    fn a_party_waits_only_where_it_is_known_to_be_the_others_turn() {
        let turn =
            |parties: &[&str]| Turn { parties: parties.iter().map(|p| (*p).to_owned()).collect(), ..Turn::default() };
        assert!(!turn(&[]).is_of_others("A") && turn(&["B", "C"]).is_of_others("A"));
        assert!(!turn(&["A", "B"]).is_of_others("A"));
    }
}
