//! AG205: an entry by nobody.

use super::next_step;
use crate::case::{Case, Draft, Found};
use crate::report::escape;

rule! {
    /// # What it warns of
    ///
    /// An entry, from the gate that counts on or one that the change adds, whose heading no party's name starts.
    ///
    /// # Why
    ///
    /// The log is where “AgentOS and CCC agents coordinate”; an entry by nobody counts for nobody.
    ///
    /// # How to go on
    ///
    /// Start the heading with a party's name: `## AgentOS executor (reply)`.
    ///
    /// # Configuration
    ///
    /// `[parties.NAME] aliases` lists the names; `[rules] party-unknown = "off"` silences it.
    PARTY_UNKNOWN: "AG205", "party-unknown", Warning, "an entry belongs to a party", check
}

fn check(case: &Case<'_>, found: &mut Found<'_>) {
    for (path, entry) in case.entries_in_question() {
        if entry.party.is_none() {
            let message = match entry.heading.is_empty() {
                false => format!("no party's name starts the heading “{}”", next_step::heading(entry)),
                true => {
                    "an entry's heading is empty or stands between HTML tags, so no party's name starts it".to_owned()
                }
            };
            let names: Vec<String> = case.policy.parties.values().flat_map(|p| &p.aliases).map(|a| escape(a)).collect();
            let help = format!("start it with one of: {}", names.join(", "));
            found.add(Draft::new(message).log(path, entry.line).help(help));
        }
    }
}
