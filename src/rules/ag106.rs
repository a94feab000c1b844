//! AG106: exact names, Yes/No confirms.

use super::next_step;
use crate::case::{Case, Draft, Found};
use crate::log::State;

rule! {
    /// # What it refuses
    ///
    /// A change on a protected path whose gate was answered with a reserve: `ACK with edits`, `ACK, but …`, a question
    /// answered with No.
    ///
    /// # Why
    ///
    /// “Exact field names/contracts (Yes/No confirms).” If any answer is No, the plan is revised before coding.
    ///
    /// # How to go on
    ///
    /// Post a gate that takes the changes up, or ask the other party for a plain ACK. The last reply counts; where `[gate]
    /// acks` asks for several, the last of each party.
    ///
    /// # Configuration
    ///
    /// None.
    CHANGES_REQUESTED: "AG106", "changes-requested", Error, "exact names: Yes/No confirms", check
}

fn check(case: &Case<'_>, found: &mut Found<'_>) {
    for (reading, _, gate, touched) in case.counting_answers() {
        let named = next_step::named(reading, gate);
        let help = "post a new gate that takes them up, or ask for a plain ACK";
        if gate.state == State::ChangesRequested {
            let reply = gate.reply.and_then(|r| reading.log.entries.get(r));
            let why = reply.map_or(String::new(), |r| format!(": {}", crate::report::escape(&r.why)));
            let message = format!("the reply{} to {named} asks for changes{why}", next_step::of_answerer(gate, "of"));
            let draft = Draft::new(message).path(&touched.path).log(&reading.path, reply.map_or(gate.line, |r| r.line));
            found.add(draft.help(help));
        } else if let Some((closed, tip)) =
            case.closed_since(reading, gate).filter(|(c, _)| c.state == State::ChangesRequested)
        {
            let message = format!("{named} has since been answered with a reserve on {}", crate::report::escape(tip));
            found.add_once(Draft::new(message).path(&touched.path).log(&reading.path, closed.line).help(help));
        }
    }
}
