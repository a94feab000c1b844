//! AG107: the gate template's five parts.

use super::next_step;
use crate::case::{Case, Draft, Found};
use crate::log::Part;

rule! {
    /// # What it warns of
    ///
    /// A gate that lacks one of the template's five parts.
    ///
    /// # Why
    ///
    /// “Post in `CCC_AGENT_CHAT.md` before coding: What we will change (paths + fields). Exact field names/contracts
    /// (Yes/No confirms). Validation matrix and acceptance. Packaging/licensing impacts. D+1/D+2 timeline.”
    ///
    /// # How to go on
    ///
    /// Name each part in the next gate: as a sub-heading, a bold label or a list item. A part that has nothing to say
    /// says “none”.
    ///
    /// # Configuration
    ///
    /// `[rules] gate-incomplete = "error"` makes it block.
    GATE_INCOMPLETE: "AG107", "gate-incomplete", Warning, "the gate template's five parts", check
}

fn check(case: &Case<'_>, found: &mut Found<'_>) {
    for (reading, _, gate, _) in case.counting_gates() {
        let missing: Vec<String> =
            Part::ALL.iter().filter(|p| !gate.parts.contains(p)).map(|p| format!("“{}”", p.title())).collect();
        if !missing.is_empty() && !gate.state.is_final() {
            let message = format!("{} lacks {}", next_step::named(reading, gate), missing.join(", "));
            let help = "name each part in the next gate; one that has nothing to say says “none”";
            found.add(Draft::new(message).log(&reading.path, gate.line).help(help));
        }
    }
}
