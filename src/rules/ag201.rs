//! AG201: single canonical log.

use crate::case::{Case, Draft, Found, LogCase};
use crate::change::Kind;
use crate::report::escape;

rule! {
    /// # What it refuses
    ///
    /// A change on a protected path while the log is not where the policy says; and any change that takes the log away
    /// or puts something else than a file in its place.
    ///
    /// # Why
    ///
    /// “Shared chat log lives in AgentOS at `docs/integration/CCC_AGENT_CHAT.md`.”
    ///
    /// # How to go on
    ///
    /// Put the log back, or commit it where the policy says. `verify-gate init` writes one with its preamble where this
    /// party owns it.
    ///
    /// # Configuration
    ///
    /// `[log] path` and `owner` say where it is; `repo`, `url` and `ref` where the other repository is.
    LOG_MISSING: "AG201", "log-missing", Error, "single canonical log", check
}

fn check(case: &Case<'_>, found: &mut Found<'_>) {
    if let (LogCase::Missing { place, help }, Some(touched)) = (&case.log, case.touched.iter().find(|t| !t.adopted)) {
        let message =
            format!("`{}` ({}) is protected, and there is no log at {}", touched.path, touched.class, escape(place));
        found.add(Draft::new(message).path(&touched.path).help(help.clone()));
    }
    let Some(log) = &case.log_here else { return };
    for change in case.changes.iter().filter(|c| c.path == *log && c.seen && c.old.is_some()) {
        let stays = change.new.as_ref().is_some_and(|side| matches!(side.kind, Kind::File | Kind::Executable));
        if !stays {
            let draft = Draft::new(format!("`{log}` is the canonical log, and this change takes it away")).path(log);
            found.add(draft.help(format!("leave it: `git restore --source=HEAD --staged --worktree -- '{log}'`")));
        }
    }
}
