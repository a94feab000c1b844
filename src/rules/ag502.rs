//! AG502: a plan has its three parts.

use crate::case::{Case, Draft, Found};
use crate::plan::Lack;

rule! {
    /// # What it refuses
    ///
    /// A plan without a heading for each of Required Reading, Tasks and Validation Matrix, with nothing under one of them, or
    /// with what a draft left open (`[fill in: …]`, an item that is `TODO` or `TBD`). A heading may say more
    /// (`## Tasks (D+1)`), be numbered, be of any level, and stand several times; `Validation Checklist` and
    /// `Tests & Validation` will do. A matrix may say that there is nothing to run (`N/A (process slice)`).
    ///
    /// # Why
    ///
    /// “Plan file: `plans/YYYY-MM-DD_<slice>.plan.md` with Required Reading, Tasks, and Validation Matrix.”
    ///
    /// # How to go on
    ///
    /// Add what is named, at the line that is named; then `verify-gate plan check`.
    ///
    /// # Configuration
    ///
    /// `[rules] plan-incomplete = "warning"` or `"off"`.
    PLAN_INCOMPLETE: "AG502", "plan-incomplete", Error, "Required Reading, Tasks, Validation Matrix", check
}

fn check(case: &Case<'_>, found: &mut Found<'_>) {
    let Some((path, plan)) = case.planned.as_ref().and_then(|planned| planned.plan()) else { return };
    for lack in plan.lacks() {
        let (what, line, help) = said(&lack);
        found.add(Draft::new(format!("the plan {what}")).path(path).line(line).help(help));
    }
}

/// What is lacking, where, and what to do.
pub(super) fn said(lack: &Lack) -> (String, Option<usize>, String) {
    match lack {
        Lack::Missing(part) => {
            let title = part.title();
            (format!("has no {title}"), None, format!("add a heading `## {title}` and its items"))
        }
        Lack::Empty { part, line } => {
            let title = part.title();
            (format!("says nothing under {title}"), Some(*line), format!("write the items of {title} below this line"))
        }
        Lack::Placeholder { part, line } => {
            let title = part.title();
            (format!("leaves something open in {title}"), Some(*line), "say it, or take the line out".to_owned())
        }
    }
}
