//! AG508: the handoff log has an entry.

use jiff::civil::Date;

use crate::case::{Case, Draft, Found};
use crate::handoff::{Entry, HANDOFF_LOG, Role};
use crate::report::escape;

rule! {
    /// # What it refuses
    ///
    /// A handoff where `docs/SESSION_HANDOFF.md` has no entry about the slice, dated on the day of its plan or later. An entry
    /// is about a slice that its heading names, its line `Slice:`, the path of its plan, or a code span. What a Scout or a
    /// Planner left is not the handoff of what came after them, nor is an entry that still has what a draft left open
    /// (`[fill in: …]`).
    ///
    /// # Why
    ///
    /// “Each session ends with: updated plan pointer in `progress.md`, `docs/SESSION_HANDOFF.md` entry, and a new chat entry
    /// with ‘Ready for ACK’.”
    ///
    /// # How to go on
    ///
    /// `verify-gate handoff --write` drafts it from what is known. Or add an entry `## YYYY-MM-DD – Executor: Task` with a line
    /// `- Plan:` that names the plan's path.
    ///
    /// # Configuration
    ///
    /// `[rules] handoff-entry = "warning"` or `"off"`.
    HANDOFF_ENTRY: "AG508", "handoff-entry", Error, "`docs/SESSION_HANDOFF.md`", check
}

fn check(case: &Case<'_>, found: &mut Found<'_>) {
    let Some(planned) = &case.planned else { return };
    let Some(left) = &planned.left else { return };
    let slice = escape(&planned.slice);
    let since = planned.plan().map(|(_, plan)| plan.date);
    let (message, line) = match &left.entries {
        None => (format!("there is no `{HANDOFF_LOG}`"), None),
        Some(entries) => {
            let about: Vec<&Entry> = entries.iter().filter(|entry| entry.is_about(&planned.slice)).collect();
            let refused: Vec<_> =
                about.iter().map(|entry| (refused(entry, since), entry.open_line().unwrap_or(entry.line))).collect();
            if refused.iter().any(|(why, _)| why.is_none()) {
                return;
            }
            match refused.into_iter().next_back() {
                Some((Some(why), line)) => (format!("the entry about slice `{slice}` {why}"), Some(line)),
                _ => (format!("`{HANDOFF_LOG}` has no entry about slice `{slice}`"), None),
            }
        }
    };
    let plan = planned.plan().and_then(|(path, _)| path.below(&planned.folder));
    let plan = plan.map(|path| format!(", with a line `- Plan: {path}`")).unwrap_or_default();
    let help = match message.ends_with(OPEN) {
        true => "say it, or take the line out".to_owned(),
        false => format!("add an entry there: ## {} – Executor: {slice}{plan}", case.today),
    };
    found.add(Draft::new(message).path(&planned.path(HANDOFF_LOG)).line(line).help(help));
}

const OPEN: &str = "leaves something open";

/// Why an entry about the slice is not its handoff.
fn refused(entry: &Entry, since: Option<Date>) -> Option<String> {
    if let Some(role @ (Role::Scout | Role::Planner)) = entry.role {
        return Some(format!("is the {}'s", role.as_str()));
    }
    match (entry.date, since) {
        (None, _) => Some("names no date".to_owned()),
        (Some(date), Some(since)) if date < since => Some(format!("is of {date}, before its plan of {since}")),
        _ => entry.open_line().map(|_| OPEN.to_owned()),
    }
}
