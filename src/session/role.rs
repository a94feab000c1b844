//! The roles of a session, and the order they come in.

use jiff::civil::Date;

use crate::handoff::{self, Role, role_of};
use crate::log::Log;
use crate::report::LogPlace;

impl Role {
    /// The word that the command line, records and JSON use.
    pub fn word(self) -> &'static str {
        match self {
            Role::Scout => "scout",
            Role::Planner => "planner",
            Role::Executor => "executor",
        }
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
    /// The sessions that the handoff log tells of, the earliest first.
    pub fn handed(entries: &[handoff::Entry]) -> Vec<Held> {
        let held = |entry: &&handoff::Entry| Held {
            role: entry.role,
            slice: entry.slice.clone(),
            date: entry.date,
            place: LogPlace { path: handoff::HANDOFF_LOG.to_owned(), line: entry.line },
        };
        in_order(entries).iter().map(held).collect()
    }

    /// The sessions that a party's own entries of the chat log tell of: those that name a slice. An `executor` is often part
    /// of a party's name there, so it says nothing.
    pub fn said(log: &Log, path: &str, party: &str) -> Vec<Held> {
        let own = log.entries.iter().filter(|entry| entry.party.as_deref() == Some(party));
        let said = own.filter_map(|entry| {
            let answered = entry.answers.and_then(|gate| log.gates.get(gate));
            let slice = entry.slice.clone().or_else(|| answered.map(|gate| gate.slice.clone()))?;
            let role = entry.role.as_deref().and_then(role_of).filter(|role| *role != Role::Executor);
            let place = LogPlace { path: path.to_owned(), line: entry.line };
            Some(Held { role, slice: Some(slice), date: entry.date, place })
        });
        said.collect()
    }

    fn is_of(&self, slice: &str) -> bool {
        self.slice.as_deref().is_some_and(|own| own.eq_ignore_ascii_case(slice))
    }
}

/// The latest entry of a handoff log.
pub fn latest(entries: &[handoff::Entry]) -> Option<&handoff::Entry> {
    in_order(entries).pop()
}

/// Entries by their dates; those of a day, and one without a date, as they stand. A log that is written from its top is
/// read from its end.
fn in_order(entries: &[handoff::Entry]) -> Vec<&handoff::Entry> {
    let dates: Vec<Date> = entries.iter().filter_map(|entry| entry.date).collect();
    let is_falling = dates.windows(2).all(|pair| matches!(pair, [one, next] if one >= next));
    let mut entries: Vec<&handoff::Entry> = entries.iter().collect();
    if is_falling && dates.first() > dates.last() {
        entries.reverse();
    }
    let mut day = Date::MIN;
    entries.sort_by_cached_key(|entry| {
        day = entry.date.unwrap_or(day);
        day
    });
    entries
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
                role: role_of(role),
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
    fn the_handoff_log_is_read_by_its_dates() {
        for (headings, expected) in [
            ("2025-11-05 a,2025-11-06 b,2025-10-20 c", "c a b"),
            ("2025-11-05 a,notes b,2025-11-05 c", "a b c"),
            ("2025-11-05 a,2025-11-06 b,notes c,2025-10-20 d", "d a b c"),
            // Written from its top.
            ("2025-11-06 a,2025-11-06 b,2025-11-05 c", "c b a"),
            ("notes a,notes b", "a b"),
        ] {
            let text: String = headings.split(',').map(|heading| format!("## {heading}\n\n")).collect();
            let entries = handoff::read(&text);
            let found: Vec<&str> = in_order(&entries).iter().map(|e| e.heading.rsplit(' ').next().unwrap()).collect();
            assert_eq!(found.join(" "), expected, "{headings}");
            let last = latest(&entries).unwrap().heading.clone();
            assert!(last.ends_with(found[found.len() - 1]), "{last}");
        }
        assert_eq!(latest(&[]), None);
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
