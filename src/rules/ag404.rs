//! AG404: repositories alternate.

use crate::case::{Case, Draft, Found};
use crate::report::escape;

rule! {
    /// # What it warns of
    ///
    /// A session that begins where it is the other party's turn, as `verify-gate status` tells it from the chat log: a gate
    /// waits for the other's answer, this party's slice has landed, or this party was the last to say “Ready for ACK”.
    ///
    /// # Why
    ///
    /// “Alternate repos between sessions so each agent always inherits the other’s latest context.”
    ///
    /// # How to go on
    ///
    /// Wait for the other party; read, and change nothing that depends on its answer.
    ///
    /// # Configuration
    ///
    /// `[rules] turn-out-of-order = "off"` silences it, `"error"` keeps the session from beginning.
    TURN_OUT_OF_ORDER: "AG404", "turn-out-of-order", Warning, "repositories alternate", check
}

fn check(case: &Case<'_>, found: &mut Found<'_>) {
    let Some(turn) = case.beginning.as_ref().map(|session| &session.turn) else { return };
    if let Some(party) = turn.party().filter(|_| turn.is_of_others(&case.policy.party)) {
        let why = turn.why.as_deref().unwrap_or_default();
        let draft = Draft::new(format!("it is the turn of {}: {}", escape(&party), escape(why)));
        let line = case.reading().and_then(|reading| Some((reading.path.as_str(), reading.log.latest()?.line)));
        let draft = match line {
            Some((path, line)) => draft.log(path, line),
            None => draft,
        };
        found.add(draft.help(
            "the repositories alternate: wait for the other party, or prepare without changing what it waits for",
        ));
    }
}
