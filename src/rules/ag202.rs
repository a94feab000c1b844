//! AG202: single canonical log, no second copy.

use crate::case::{Case, Draft, Found};
use crate::policy::same_name;

rule! {
    /// # What it refuses
    ///
    /// A commit that adds a file with the log's name anywhere but where the log is. Only a commit about to be made is
    /// looked at.
    ///
    /// # Why
    ///
    /// “Single Canonical Log”: with two, each side may read another.
    ///
    /// # How to go on
    ///
    /// Leave the copy out, or give it another name.
    ///
    /// # Configuration
    ///
    /// `[log] path` says where the log is; `[rules] log-duplicated = "off"` allows copies.
    LOG_DUPLICATED: "AG202", "log-duplicated", Error, "single canonical log: a second copy elsewhere", check
}

fn check(case: &Case<'_>, found: &mut Found<'_>) {
    if !case.at_commit {
        return;
    }
    let name = case.policy.log.path.file_name();
    for change in case.changes.iter().filter(|c| c.is_addition() && c.new.is_some()) {
        if same_name(change.path.file_name(), name) && case.log_here.as_ref() != Some(&change.path) {
            let message = format!("`{}` would be a second copy of the canonical log", change.path);
            let owner = crate::report::escape(&case.policy.log.owner);
            let help = format!("leave it out; the log is `{}` in the repository of {owner}", case.policy.log.path);
            found.add(Draft::new(message).path(&change.path).help(help));
        }
    }
}
