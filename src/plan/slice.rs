//! Which slice is meant.

use jiff::civil::Date;

use crate::log::Log;

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
    /// The log's latest gate, on this line.
    Gate {
        /// The gate's line.
        line: usize,
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
            ChosenBy::Gate { line } => format!("of the log's latest gate, line {line}"),
            ChosenBy::Plan { path } => {
                format!("of the newest plan, `{}`: the log's latest gate names none", crate::report::escape(path))
            }
        }
    }
}

/// The slice that is meant: the one that is named, else the one that the log's latest gate names, else the newest plan's.
/// `plans` are the date, the slice and the path of each.
pub fn choose<'p>(
    named: Option<&str>,
    log: Option<&Log>,
    plans: impl IntoIterator<Item = (Date, &'p str, &'p str)>,
) -> Option<Chosen> {
    if let Some(slice) = named {
        return Some(Chosen { slice: slice.to_owned(), by: ChosenBy::Named });
    }
    // The log calls a gate that names no slice `gate-N`, by its number.
    let named = |log: &'_ Log| log.latest().filter(|gate| gate.slice != format!("gate-{}", log.gates.len())).cloned();
    if let Some(gate) = log.and_then(named) {
        return Some(Chosen { slice: gate.slice.clone(), by: ChosenBy::Gate { line: gate.line } });
    }
    let newest = plans.into_iter().max_by_key(|(date, slice, _)| (*date, *slice));
    newest.map(|(_, slice, path)| Chosen { slice: slice.to_owned(), by: ChosenBy::Plan { path: path.to_owned() } })
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
        let chosen = |named, log| choose(named, log, plans).map(|chosen| (chosen.slice.clone(), chosen.why()));
        assert_eq!(chosen(Some("x"), Some(&gate)).unwrap(), ("x".into(), "named with --slice".into()));
        assert_eq!(chosen(None, Some(&gate)).unwrap(), ("r4".into(), "of the log's latest gate, line 1".into()));
        for log in [None, Some(&unnamed)] {
            assert_eq!(chosen(None, log).unwrap().0, "new");
        }
        assert_eq!(choose(None, None, []), None);
    }
}
