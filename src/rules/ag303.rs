//! AG303: unknown fields are tolerated.

use crate::case::{Case, Draft, Found};
use crate::report::{Severity, escape};

rule! {
    /// # What it refuses
    ///
    /// An object of a contract that lets in no names but those it declares (`additionalProperties` or
    /// `unevaluatedProperties` is `false`), where the base's contract has no such object in that place. Where it was closed
    /// already, that is a warning.
    ///
    /// # Why
    ///
    /// “Unknown fields must be tolerated.” A reader that refuses them breaks with the next field that is added.
    ///
    /// # How to go on
    ///
    /// Leave `additionalProperties` out, or say `true`.
    ///
    /// # Configuration
    ///
    /// None.
    CONTRACT_CLOSED: "AG303", "contract-closed", Error, "unknown fields are tolerated", check
}

fn check(case: &Case<'_>, found: &mut Found<'_>) {
    for contract in &case.contracts {
        let comparisons = contract.comparisons();
        let Some((first, others)) = comparisons.split_first() else { continue };
        for (site, is_new) in &first.closed {
            // Where some parent of a merge had it, it is not new.
            let known = others.iter().any(|other| other.closed.contains(&(site.clone(), false)));
            let is_new = *is_new && !known;
            let (said, severity) =
                if is_new { ("would refuse", Severity::Error) } else { ("still refuses", Severity::Warning) };
            let message = format!("the contract {said} unknown fields at `{}`", escape(&site.pointer));
            let draft = Draft::new(message).path(&contract.path).line(Some(site.line)).at_most(severity);
            found.add(draft.help("leave it out, or say `true`: a reader has to tolerate names that it does not know"));
        }
    }
}
