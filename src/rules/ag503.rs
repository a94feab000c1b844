//! AG503: an adapter comes with its feature, and every step is defined.

use crate::case::{Case, Draft, Found};
use crate::report::escape;

rule! {
    /// # What it refuses
    ///
    /// A handoff of a slice that touches a path of the class `adapter` and no feature that the policy's `[bdd] features` names;
    /// and one where there is a feature and `[bdd] check` fails, which it does where a step is not defined. What a slice touched
    /// is what its bundle holds (AG506). A policy without `[bdd]` asks for no feature; of the built-in profiles, `agentos` has
    /// one.
    ///
    /// The check is run by `verify-gate handoff` alone, by `sh -c` in the folder of the policy, for five minutes at most.
    ///
    /// # Why
    ///
    /// “BDD parity: feature + steps, green locally (`pytest`, `behave`).”
    ///
    /// # How to go on
    ///
    /// Write the scenario that shows what the adapter does now; define the steps that the check calls undefined.
    ///
    /// # Configuration
    ///
    /// `[bdd] features = ["features/*.feature"]`, `check = "behave --dry-run"`; without `check` nothing is run.
    /// `[rules] bdd-parity = "warning"` or `"off"`.
    BDD_PARITY: "AG503", "bdd-parity", Error, "feature and steps", check
}

fn check(case: &Case<'_>, found: &mut Found<'_>) {
    let (Some(delivered), Some(bdd)) = (&case.delivered, &case.policy.bdd) else { return };
    let is_adapter = |(path, kind): &&(_, _)| case.policy.protect.class_of(path, &[*kind]) == Some("adapter");
    let mut adapters = delivered.touched.iter().filter(is_adapter);
    if let Some((first, _)) = adapters.next()
        && !delivered.touched.iter().any(|(path, _)| bdd.is_feature(path))
    {
        let more = match adapters.count() {
            0 => String::new(),
            more => format!(" and {more} more of class adapter"),
        };
        let globs: Vec<String> = bdd.written.iter().map(|glob| format!("`{}`", escape(glob))).collect();
        found.add(
            Draft::new(format!("the slice touches `{first}`{more}, and no feature"))
                .path(&first.under(&case.folders.member))
                .help(format!("write or extend the scenario that shows it, in {}", globs.join(" or "))),
        );
    }
    if let Some(failed) = &delivered.failed {
        let command = escape(&failed.command);
        let said = if failed.said.is_empty() { String::new() } else { format!(": {}", escape(&failed.said)) };
        let help = match failed.ended.ends_with("status 127") {
            true => "the program is not there: install it, or name another command in `[bdd] check` of ackgate.toml"
                .to_owned(),
            false => format!("run `{command}`, and define the steps that it calls undefined"),
        };
        found.add(Draft::new(format!("`{command}` {}{said}", failed.ended)).help(help));
    }
}
