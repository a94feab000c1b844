//! AG505: evidence is there, complete, green, unedited, and of the tree that is handed over.

use crate::case::{Case, Draft, Found};

rule! {
    /// # What it refuses
    ///
    /// A handoff of a tree for which no evidence stands: there is no run below `artifacts/test_runs/<slice>/`; it is of another
    /// tree, did not come to its end, or a command of the Validation Matrix failed or was not run on this tree; a log was
    /// edited, emptied, removed or added; the commands changed the tree that they were to check. A command that the matrix asks
    /// for *when online*, *when available* or *as applicable* need not have run; if it did, it has to have passed. The runs of
    /// one tree count together, and of each command the latest.
    ///
    /// “This tree” is what git would commit of the whole work tree, without evidence, plans, the chat log, `progress.md` and
    /// `docs/SESSION_HANDOFF.md`, which a handoff itself changes.
    ///
    /// # Why
    ///
    /// “Evidence: archive logs, outputs under `artifacts/test_runs/<slice>/`”, and “All acceptance checks pass”. Logs of a tree
    /// that nobody hands over show nothing.
    ///
    /// # How to go on
    ///
    /// `verify-gate validate` runs the matrix and archives what it said; `verify-gate validate --check` says what is missing.
    /// What commands write (caches, reports) is best ignored by git, or each run changes the tree it checks.
    ///
    /// # Configuration
    ///
    /// `[session] validation` names the commands of a slice whose plan and gate name none.
    EVIDENCE_MISSING: "AG505", "evidence-missing", Error,
        "logs under `artifacts/test_runs/<slice>/`, green, of this tree", check
}

fn check(case: &Case<'_>, found: &mut Found<'_>) {
    let Some(evidence) = &case.evidence else { return };
    for lack in &evidence.lacks {
        found.add(Draft::new(lack.message()).path(&evidence.folder).help(lack.help()));
    }
}
