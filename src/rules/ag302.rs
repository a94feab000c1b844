//! AG302: flat keys.

use crate::case::{Case, Draft, Found};
use crate::report::escape;

rule! {
    /// # What it refuses
    ///
    /// A new field of a contract that is an object or an array of objects. A flat field that is added to an object which
    /// the contract has already is fine.
    ///
    /// # Why
    ///
    /// “Schema: versioned, additive only; flat keys for current R4 items.”
    ///
    /// # How to go on
    ///
    /// Name the members side by side: `warn_pct_auto` instead of `auto` in `warn_pct`.
    ///
    /// # Configuration
    ///
    /// `[contract] flat` lists the contracts for which this holds, by default all.
    CONTRACT_NOT_FLAT: "AG302", "contract-not-flat", Error, "flat keys", check
}

fn check(case: &Case<'_>, found: &mut Found<'_>) {
    for contract in case.contracts.iter().filter(|contract| case.policy.contract.is_flat(&contract.below)) {
        // What one parent of a merge has is not new.
        let comparisons = contract.comparisons();
        let Some((first, others)) = comparisons.split_first() else { continue };
        for site in first.nested.iter().filter(|site| others.iter().all(|other| other.nested.contains(site))) {
            let message = format!("the new field `{}` is an object, or an array of objects", escape(&site.pointer));
            let help = "name its members side by side, such as `warn_pct_auto` instead of `auto` in `warn_pct`";
            found.add(Draft::new(message).path(&contract.path).line(Some(site.line)).help(help));
        }
    }
}
