//! AG902: a policy that cannot be read governs nothing.

use crate::case::{Case, Draft, Found};

rule! {
    /// # What it refuses
    ///
    /// A change that would leave the policy invalid: broken TOML, an unknown key, a bad glob, a contradiction, a
    /// member of the workspace without a policy, a snapshot of a baseline that is not the one that `[extends]` pins, or a
    /// setting that loosens what the baseline forbids to loosen. A base whose policy is invalid cannot be judged at all (exit status 2).
    ///
    /// # Why
    ///
    /// The protocol is there to “make alternating sessions predictable”: the policy is what every later change is judged
    /// by, so it has to be one that can be read.
    ///
    /// # How to go on
    ///
    /// Mend the file at the line and column given. Another snapshot is taken with its digest, by `verify-gate extends update`,
    /// under a gate that lists both files.
    ///
    /// # Configuration
    ///
    /// None.
    POLICY_INVALID: "AG902", "policy-invalid", Error, "a policy that can be read", check
}

fn check(case: &Case<'_>, found: &mut Found<'_>) {
    if let Some(error) = &case.invalid {
        let draft = Draft::new(error.to_string()).path(&error.file.as_str().into());
        found.add(match &error.help {
            Some(help) => draft.help(help.clone()),
            None => draft,
        });
    }
}
