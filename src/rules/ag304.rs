//! AG304: versioned.

use crate::case::{Case, Draft, Found};
use crate::report::Severity;

rule! {
    /// # What it refuses
    ///
    /// A contract that says nowhere which version it is: no `vN` in its path or `$id`, no name such as `usage.v1` in its
    /// title, name, a `schema` field, a heading or a code span, and no `version` key. A contract that said none before is a
    /// warning.
    ///
    /// # Why
    ///
    /// “Schema: versioned, additive only.” A contract without a version leaves no room for the next one.
    ///
    /// # How to go on
    ///
    /// Put it below a folder such as `v1`, or name it: `"title": "usage.v1"`.
    ///
    /// # Configuration
    ///
    /// None.
    CONTRACT_UNVERSIONED: "AG304", "contract-unversioned", Error, "versioned", check
}

fn check(case: &Case<'_>, found: &mut Found<'_>) {
    for contract in &case.contracts {
        let comparisons = contract.comparisons();
        let unversioned: Vec<_> = comparisons.iter().filter(|one| one.is_versioned == Some(false)).collect();
        if unversioned.is_empty() {
            continue;
        }
        let was_so = unversioned.iter().any(|one| one.was_versioned == Some(false)) && !contract.is_by_hand;
        let severity = if was_so { Severity::Warning } else { Severity::Error };
        let message = format!("`{}` is a contract that does not say its version", contract.path);
        let help = "put it below a folder such as `v1`, or name it in its title, such as `usage.v1`";
        found.add(Draft::new(message).path(&contract.path).at_most(severity).help(help));
    }
}
