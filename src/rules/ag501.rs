//! AG501: a slice has a plan.

use crate::case::{Case, Draft, Found};
use crate::report::escape;

rule! {
    /// # What it refuses
    ///
    /// A slice without a plan of its name: `plan check` and `handoff` look for `plans/YYYY-MM-DD_<slice>.plan.md` in the
    /// work tree, below the folder that the policy governs. The slice is the one named with `--slice`, else that of the
    /// log's latest gate, else the newest plan's.
    ///
    /// # Why
    ///
    /// “Plan file: `plans/YYYY-MM-DD_<slice>.plan.md` with Required Reading, Tasks, and Validation Matrix.”
    ///
    /// # How to go on
    ///
    /// `verify-gate plan new --slice SLICE` drafts it from what is known. `verify-gate plan list` shows the plans that are
    /// there, by the names of their slices.
    ///
    /// # Configuration
    ///
    /// `[rules] plan-missing = "warning"` or `"off"`.
    PLAN_MISSING: "AG501", "plan-missing", Error, "`plans/YYYY-MM-DD_<slice>.plan.md`", check
}

fn check(case: &Case<'_>, found: &mut Found<'_>) {
    let Some(planned) = case.planned.as_ref().filter(|planned| planned.plan().is_none()) else { return };
    let slice = escape(&planned.slice);
    found.add(
        Draft::new(format!("slice `{slice}` has no plan `plans/YYYY-MM-DD_{slice}.plan.md`"))
            .help(format!("draft one: verify-gate plan new --slice {slice}")),
    );
}
