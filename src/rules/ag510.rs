//! AG510: the next agent finds a plan.

use super::ag502::said;
use crate::case::{Case, Draft, Found};
use crate::plan::Plan;

rule! {
    /// # What it refuses
    ///
    /// A handoff without a plan of another slice, dated on the day of this slice's plan or later, that names its scope and its
    /// budget: under headings (`## Scope`, `## Objectives`; `## Budget`, `## Target Budget`) or in lines `Scope: …` and
    /// `Budget: …`.
    ///
    /// # Why
    ///
    /// “Bundle produced, log updated, plan for next agent created with clear scope and budget.”
    ///
    /// # How to go on
    ///
    /// `verify-gate plan new --slice NEXT` drafts one, with both headings; fill them in.
    ///
    /// # Configuration
    ///
    /// `[rules] next-plan = "warning"` or `"off"`.
    NEXT_PLAN: "AG510", "next-plan", Error, "a plan for the next agent, with scope and budget", check
}

fn check(case: &Case<'_>, found: &mut Found<'_>) {
    let Some(planned) = case.planned.as_ref().filter(|planned| planned.left.is_some()) else { return };
    // Where the slice has no plan, AG501 says so, and there is no day to go by.
    let since = planned.plan().map(|(_, plan)| plan.date);
    let follows = |plan: &Plan| plan.slice != planned.slice && since.is_none_or(|since| plan.date >= since);
    let mut next = planned.plans.iter().filter(|(_, plan)| follows(plan)).rev();
    let Some((path, newest)) = next.clone().next() else {
        let day = since.map(|since| format!(", dated {since} or later")).unwrap_or_default();
        let message = format!("there is no plan for the next agent: one of another slice{day}");
        return found.add(Draft::new(message).help("draft one: verify-gate plan new --slice NEXT"));
    };
    if next.any(|(_, plan)| plan.lacks_for_the_next().is_empty()) {
        return;
    }
    for lack in newest.lacks_for_the_next() {
        let (what, line, help) = said(&lack);
        found.add(Draft::new(format!("the plan for the next agent {what}")).path(path).line(line).help(help));
    }
}
