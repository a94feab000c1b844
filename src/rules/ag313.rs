//! AG313: no dependency for the sake of licences.

use crate::case::{Case, Found, LicenceRole};

rule! {
    /// # What it refuses
    ///
    /// A change of the policy's `pyproject.toml` after which whoever installs the package gets `cryptography` too, where that
    /// was not so before: in `[project] dependencies`, or in Poetry's without `optional = true`. Extras and groups of
    /// dependencies are fine.
    ///
    /// # Why
    ///
    /// “Optional `cryptography` extra in AgentOS; callback supported air-gapped.”
    ///
    /// # How to go on
    ///
    /// List it under `[project.optional-dependencies]`.
    ///
    /// # Configuration
    ///
    /// `[rules] licence-dependency = "off"` where the package is needed for something else.
    LICENCE_DEPENDENCY: "AG313", "licence-dependency", Error, "`cryptography` stays an optional extra", check
}

fn check(case: &Case<'_>, found: &mut Found<'_>) {
    let help = "list it under `[project.optional-dependencies]`";
    super::licence::add(case, LicenceRole::Dependencies, help, found);
}
