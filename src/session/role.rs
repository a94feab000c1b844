//! The roles of a session, and the order they come in.

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use crate::log::Log;
use crate::report::LogPlace;

/// What a session is for: “Scout → Planner → Executor per repo.”
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Role {
    /// Finds out what is there.
    Scout,
    /// Writes the plan.
    Planner,
    /// Does what the plan says.
    Executor,
}

impl Role {
    /// All, in the order they come in.
    pub const ALL: [Role; 3] = [Role::Scout, Role::Planner, Role::Executor];

    /// The word that records and JSON use.
    pub fn as_str(self) -> &'static str {
        match self {
            Role::Scout => "scout",
            Role::Planner => "planner",
            Role::Executor => "executor",
        }
    }

    /// The role that a word names; case does not count.
    pub fn named(word: &str) -> Option<Role> {
        Role::ALL.into_iter().find(|role| role.as_str().eq_ignore_ascii_case(word))
    }

    /// The one that comes before it.
    pub fn before(self) -> Option<Role> {
        match self {
            Role::Scout => None,
            Role::Planner => Some(Role::Scout),
            Role::Executor => Some(Role::Planner),
        }
    }
}

/// A session of the past, as an entry of a log tells of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Held {
    /// In what role.
    pub role: Option<Role>,
    /// On which slice.
    pub slice: Option<String>,
    /// On which day.
    pub date: Option<Date>,
    /// Where that stands.
    pub place: LogPlace,
}

impl Held {
    /// The sessions that a party's own entries of the chat log tell of: those that name a slice. An `executor` is often part
    /// of a party's name there, so it says nothing.
    pub fn said(log: &Log, path: &str, party: &str) -> Vec<Held> {
        let own = log.entries.iter().filter(|entry| entry.party.as_deref() == Some(party));
        let said = own.filter_map(|entry| {
            let answered = entry.answers.and_then(|gate| log.gates.get(gate));
            let slice = entry.slice.clone().or_else(|| answered.map(|gate| gate.slice.clone()))?;
            let role = entry.role.as_deref().and_then(Role::named).filter(|role| *role != Role::Executor);
            let place = LogPlace { path: path.to_owned(), line: entry.line };
            Some(Held { role, slice: Some(slice), date: entry.date, place })
        });
        said.collect()
    }

    fn is_of(&self, slice: &str) -> bool {
        self.slice.as_deref().is_some_and(|own| own.eq_ignore_ascii_case(slice))
    }
}

/// A role that comes too early.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Skipped {
    /// What has to come first.
    pub wanted: Role,
    /// The session before, of those that could tell.
    pub last: Option<Held>,
}

/// What a session in this role leaves out, going by the sessions held before it, in the order of the log that tells of
/// them. To stay in a role, or to go back to an earlier one, is allowed. Where no session of the past has a role, nothing
/// can be told.
///
/// Of a named slice, those sessions count that name it, and those since the last executor's that name none.
pub fn skipped(handoffs: &[Held], said: &[Held], role: Role, slice: Option<&str>) -> Option<Skipped> {
    let last = handoffs.iter().rev().find(|held| held.role.is_some())?;
    let wanted = role.before()?;
    let Some(slice) = slice else {
        return last.role.is_some_and(|last| last < wanted).then(|| Skipped { wanted, last: Some(last.clone()) });
    };
    let since = handoffs.iter().rposition(|held| held.role == Some(Role::Executor)).map_or(0, |at| at + 1);
    let loose = handoffs.iter().skip(since).filter(|held| held.slice.is_none());
    let named = handoffs.iter().chain(said).filter(|held| held.is_of(slice));
    let counting: Vec<&Held> = loose.chain(named).filter(|held| held.role.is_some()).collect();
    let is_there = counting.iter().any(|held| held.role >= Some(wanted));
    (!is_there).then(|| Skipped { wanted, last: counting.last().map(|held| (*held).clone()) })
}

/// The first day that a slice was worked on, and where that stands.
pub fn began<'a>(held: impl IntoIterator<Item = &'a Held>, slice: &str) -> Option<(Date, &'a Held)> {
    let dated = held.into_iter().filter(|held| held.is_of(slice)).filter_map(|held| Some((held.date?, held)));
    dated.min_by_key(|(date, _)| *date)
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    /// `scout`, `planner r4`, `- r4`.
    fn held(text: &str) -> Vec<Held> {
        let one = |(line, words): (usize, &str)| {
            let (role, slice) = words.trim().split_once(' ').unwrap_or((words.trim(), ""));
            Held {
                role: Role::named(role),
                slice: (!slice.is_empty()).then(|| slice.to_owned()),
                date: None,
                place: LogPlace { path: "h".to_owned(), line: line + 1 },
            }
        };
        text.split(',').filter(|text| !text.is_empty()).enumerate().map(one).collect()
    }

    #[test]
    fn roles_come_one_after_the_other() {
        use Role::{Executor, Planner, Scout};
        for (past, role, slice, wanted) in [
            // Nothing is known yet.
            ("", Executor, None, None),
            ("- r4", Executor, Some("r4"), None),
            ("scout", Scout, None, None),
            ("scout", Planner, None, None),
            ("scout", Executor, None, Some(Planner)),
            ("scout,planner", Executor, None, None),
            ("scout,planner", Planner, None, None),
            ("scout,planner,executor", Executor, None, None),
            ("scout,planner,executor", Planner, None, None),
            ("executor,scout", Executor, None, Some(Planner)),
            ("executor,scout,-", Executor, None, Some(Planner)),
            // Within a slice.
            ("scout r4,planner r4", Executor, Some("R4"), None),
            ("scout r4,planner r4", Executor, Some("r5"), Some(Planner)),
            ("scout,planner r4", Executor, Some("r4"), None),
            ("scout,planner r4", Planner, Some("r5"), None),
            ("scout,planner,executor r4", Planner, Some("r5"), Some(Scout)),
            ("scout,planner r5,executor r4", Executor, Some("r5"), None),
            ("executor r4", Planner, Some("r4"), None),
            ("executor r4", Scout, Some("r5"), None),
        ] {
            let found = skipped(&held(past), &[], role, slice);
            assert_eq!(found.map(|skipped| skipped.wanted), wanted, "{past}: {role:?} {slice:?}");
        }
        let last = skipped(&held("scout r4"), &[], Executor, Some("r4")).unwrap().last.unwrap();
        assert_eq!((last.role, last.place.line), (Some(Scout), 1));
        assert_eq!(skipped(&held("executor r4"), &held("planner r5"), Executor, Some("r5")), None);
    }

    #[test]
    fn the_chat_log_tells_of_slices_and_not_of_executors() {
        let text = "## AgentOS planner (alignment gate: r4) 2025-11-05\n\n## AgentOS executor 2025-11-04 (landed: r4)\n\n\
                    ## CCC scout (slice r4)\n\n## AgentOS scout\n";
        let log = crate::log::read(text, &crate::log::two_parties());
        let said = Held::said(&log, "log.md", "AgentOS");
        let roles: Vec<_> = said.iter().map(|held| (held.role, held.place.line)).collect();
        assert_eq!(roles, [(Some(Role::Planner), 1), (None, 3)]);
        let (first, held) = began(&said, "r4").unwrap();
        assert_eq!((first, held.place.line), (date(2025, 11, 4), 3));
        assert_eq!(began(&said, "r5"), None);
    }
}
