//! AG507: the progress log points at the plan.

use crate::case::{Case, Draft, Found};
use crate::handoff::PROGRESS;
use crate::plan::named;
use crate::report::escape;

rule! {
    /// # What it refuses
    ///
    /// A handoff where `progress.md` does not name the path of the slice's plan, in prose, a code span or a link.
    ///
    /// # Why
    ///
    /// “Each session ends with: updated plan pointer in `progress.md`, `docs/SESSION_HANDOFF.md` entry, and a new chat entry
    /// with ‘Ready for ACK’.”
    ///
    /// # How to go on
    ///
    /// `verify-gate handoff --write` adds it. Or add a line with the plan's path under the day's heading.
    ///
    /// # Configuration
    ///
    /// `[rules] progress-pointer = "warning"` or `"off"`.
    PROGRESS_POINTER: "AG507", "progress-pointer", Error, "`progress.md` points at the plan", check
}

fn check(case: &Case<'_>, found: &mut Found<'_>) {
    let Some(planned) = &case.planned else { return };
    let Some(left) = &planned.left else { return };
    let slice = escape(&planned.slice);
    let path = planned.plan().and_then(|(path, _)| path.below(&planned.folder));
    let fits = |said: &str| match &path {
        Some(path) => path.to_str() == Some(said),
        None => named(said).is_some_and(|(_, slice)| slice == planned.slice),
    };
    let message = match &left.pointers {
        None => format!("there is no `{PROGRESS}`"),
        Some(pointers) if pointers.iter().any(|pointer| fits(&pointer.path)) => return,
        Some(_) => format!("`{PROGRESS}` does not point at the plan of slice `{slice}`"),
    };
    let help = match &path {
        Some(path) => format!("add a line there: - Plan of slice {slice}: `{path}`"),
        None => format!("draft the plan, then name its path there: verify-gate plan new --slice {slice}"),
    };
    found.add(Draft::new(message).path(&planned.path(PROGRESS)).help(help));
}
