//! Which slice is meant.

use jiff::civil::Date;

use crate::log::{Gate, Log};

/// The slice that is meant, and what says so.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Chosen {
    /// The slice.
    pub slice: String,
    /// What says so.
    pub by: ChosenBy,
}

/// What says which slice is meant.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ChosenBy {
    /// The command line.
    Named,
    /// A gate of the log, on this line.
    Gate {
        /// The gate's line.
        line: usize,
        /// Whose gate it is, where it is not the log's latest.
        of: Option<String>,
    },
    /// The newest plan.
    Plan {
        /// Its path.
        path: String,
    },
}

impl Chosen {
    /// Where it comes from, as a phrase.
    pub fn why(&self) -> String {
        match &self.by {
            ChosenBy::Named => "named with --slice".to_owned(),
            ChosenBy::Gate { line, of: None } => format!("of the log's latest gate, line {line}"),
            ChosenBy::Gate { line, of: Some(party) } => {
                format!("of the latest gate of {}, line {line}", crate::report::escape(party))
            }
            ChosenBy::Plan { path } => {
                format!("of the newest plan, `{}`: no gate of this party names one", crate::report::escape(path))
            }
        }
    }
}

/// The slice that is meant: the one that is named, else the one that the latest gate of this party names (of several, one
/// that is still open), else the newest plan's, else that of the log's latest gate, whoever posted it. `plans` are the date,
/// the slice and the path of each.
pub fn choose<'p>(
    named: Option<&str>,
    log: Option<&Log>,
    own: &str,
    plans: impl IntoIterator<Item = (Date, &'p str, &'p str)>,
) -> Option<Chosen> {
    if let Some(slice) = named {
        return Some(Chosen { slice: slice.to_owned(), by: ChosenBy::Named });
    }
    let gates = log.map(|log| log.gates.as_slice()).unwrap_or_default();
    let chosen = |gate: &Gate| {
        let is_latest = gates.last().is_some_and(|latest| latest.line == gate.line);
        let of = (!is_latest).then(|| gate.party.clone());
        Chosen { slice: gate.slice.clone(), by: ChosenBy::Gate { line: gate.line, of } }
    };
    // The log calls a gate that names no slice `gate-N`, by its number.
    let named = |at: usize, gate: &Gate| gate.slice != format!("gate-{}", at + 1);
    let numbered = || gates.iter().enumerate().rev();
    let of_own = |is_wanted: fn(&Gate) -> bool| {
        let latest = numbered().find(|(_, gate)| gate.party == own && is_wanted(gate));
        latest.filter(|(at, gate)| named(*at, gate)).map(|(_, gate)| chosen(gate))
    };
    let newest = || plans.into_iter().max_by_key(|(date, slice, _)| (*date, *slice));
    let planned = |(_, slice, path): (Date, &str, &str)| Chosen {
        slice: slice.to_owned(),
        by: ChosenBy::Plan { path: path.to_owned() },
    };
    of_own(|gate| !gate.state.is_final())
        .or_else(|| of_own(|_| true))
        .or_else(|| newest().map(planned))
        .or_else(|| numbered().next().filter(|(at, gate)| named(*at, gate)).map(|(_, gate)| chosen(gate)))
}

/// The other party's gate that is open, where none of this party's is: its slice may be this party's to work on, and only a
/// person can say so.
pub fn only_theirs<'l>(log: &'l Log, own: &str) -> Option<&'l Gate> {
    let is_open = |gate: &&Gate| !gate.state.is_final();
    if log.gates.iter().filter(is_open).any(|gate| gate.party == own) {
        return None;
    }
    log.latest().filter(is_open)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::log::{read, two_parties};

    #[test]
    fn the_command_line_then_the_log_then_the_newest_plan() {
        let date = |text: &str| text.parse::<Date>().unwrap();
        let plans = [(date("2025-11-06"), "new", "plans/n"), (date("2025-11-05"), "old", "plans/o")];
        let log = |text: &str| read(text, &two_parties());
        let gate = log("## AgentOS (alignment gate: r4)\n\n## CCC (ACK)\n");
        let unnamed = log("## AgentOS (alignment gate)\n");
        let chosen =
            |named, log| choose(named, log, "AgentOS", plans).map(|chosen| (chosen.slice.clone(), chosen.why()));
        assert_eq!(chosen(Some("x"), Some(&gate)).unwrap(), ("x".into(), "named with --slice".into()));
        assert_eq!(chosen(None, Some(&gate)).unwrap(), ("r4".into(), "of the log's latest gate, line 1".into()));
        for log in [None, Some(&unnamed)] {
            assert_eq!(chosen(None, log).unwrap().0, "new");
        }
        assert_eq!(choose(None, None, "AgentOS", []), None);
    }
    #[test]
    fn the_slice_of_this_party_is_meant() {
        let plans = [("2025-11-06".parse::<Date>().unwrap(), "new", "plans/n")];
        let own = "## AgentOS (alignment gate: r4)\n\n## CCC (ACK)\n\n";
        let theirs = "## CCC (alignment gate: r5)\n\n";
        let landed = "## AgentOS (landed: r4)\n\n";
        let chosen = |text: &str| {
            let log = read(text, &two_parties());
            let chosen = choose(None, Some(&log), "AgentOS", plans).unwrap();
            (chosen.slice.clone(), chosen.why(), only_theirs(&log, "AgentOS").map(|gate| gate.slice.clone()))
        };
        let r4 = ("r4".to_owned(), "of the latest gate of AgentOS, line 1".to_owned());
        assert_eq!(chosen(&format!("{own}{theirs}")), (r4.0.clone(), r4.1.clone(), None));
        assert_eq!(chosen(&format!("{own}{landed}{theirs}")), (r4.0, r4.1, Some("r5".to_owned())));
        let (slice, why, theirs) = chosen(theirs);
        assert_eq!((slice.as_str(), theirs.as_deref()), ("new", Some("r5")), "{why}");
        let log = read("## CCC (alignment gate: r5)\n", &two_parties());
        assert_eq!(choose(None, Some(&log), "AgentOS", []).unwrap().slice, "r5");
    }
}
