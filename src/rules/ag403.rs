//! AG403: Scout → Planner → Executor.

use crate::case::{Case, Draft, Found};
use crate::report::escape;

rule! {
    /// # What it refuses
    ///
    /// To begin a session as planner where no scout came before, or as executor where no planner did: in this repository, and
    /// where the session names a slice (`--slice`) within that slice. What was done before is read from the headings of
    /// `docs/SESSION_HANDOFF.md` (`## 2025-11-05 – Planner: Task`) by their dates, and for a slice also from this party's
    /// entries of the chat log. An entry is about the slice that its line `Slice:` or the name of its plan says; one that names
    /// none counts for any slice until the next executor's. To stay in a role, or to go back to an earlier one, is allowed;
    /// where no entry has a role, nothing is refused.
    ///
    /// # Why
    ///
    /// “Scout → Planner → Executor per repo.”
    ///
    /// # How to go on
    ///
    /// Begin in the role that is missing; where that was done, write its entry into the handoff log.
    ///
    /// # Configuration
    ///
    /// `[rules] role-out-of-order = "warning"` lets a session begin all the same.
    ROLE_OUT_OF_ORDER: "AG403", "role-out-of-order", Error, "Scout → Planner → Executor", check
}

fn check(case: &Case<'_>, found: &mut Found<'_>) {
    let Some((session, skipped)) = case.beginning.as_ref().and_then(|s| Some((s, s.skipped.as_ref()?))) else { return };
    let slice = session.slice.as_deref().map(|slice| format!(" on slice `{}`", escape(slice))).unwrap_or_default();
    let (role, wanted) = (session.role.word(), skipped.wanted.word());
    let before = match skipped.last.as_ref().and_then(|last| last.role) {
        Some(last) => format!("the session before was a {}’s", last.word()),
        None => format!("there was no {wanted}"),
    };
    let draft = Draft::new(format!("a {wanted} comes before the {role}{slice}: {before}"));
    let draft = match &skipped.last {
        Some(last) => draft.log(&last.place.path, last.place.line),
        None => draft,
    };
    found.add(draft.help(format!(
        "begin with `verify-gate session begin --role {wanted}`; if that was done, say so in docs/SESSION_HANDOFF.md"
    )));
}
