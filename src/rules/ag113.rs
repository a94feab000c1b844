//! AG113: an ACK that proves itself.

use super::next_step;
use crate::case::{Case, Draft, Found};
use crate::report::escape;

rule! {
    /// # What it refuses
    ///
    /// A change on a protected path whose ACK does not prove what the policy asks for. `authored`: the author of the commit
    /// that brought the ACK is an identity of the party that its heading names, and neither author nor committer of the
    /// gate or of the change; its committer is of that party, or one of `ack.committers`.
    ///
    /// # Why
    ///
    /// “No implementation change begins without an explicit ACK”: anyone who can commit to the log can write any heading.
    ///
    /// # How to go on
    ///
    /// Let somebody of the other party commit the ACK with an address that the policy lists for that party. In a shallow
    /// clone, `git fetch --unshallow`.
    ///
    /// # Configuration
    ///
    /// `[ack] require = "declared" | "authored"`, or a level for each class; `[parties.NAME] require` asks for more of one
    /// party; the strictest wins. `[parties.NAME] emails` lists the identities, `[ack] committers` the services.
    ACK_UNPROVEN: "AG113", "ack-unproven", Error, "an ACK proves what the policy asks for", check
}

fn check(case: &Case<'_>, found: &mut Found<'_>) {
    for touched in case.touched.iter().filter(|t| !t.adopted && t.listed) {
        let Some(reading) = case.reading() else { continue };
        let Some((index, gate)) = touched.gate.and_then(|i| Some((i, reading.log.gates.get(i)?))) else { continue };
        let line = gate.reply.and_then(|r| reading.log.entries.get(r)).map_or(gate.line, |r| r.line);
        if let Err(why) = case.proven(index, &touched.class) {
            let named = next_step::named(reading, gate);
            let message =
                format!("{}: the ACK to {named} proves too little: {}", next_step::shown(touched), escape(&why));
            let help =
                "let somebody of the other party commit the ACK, with an address that `[parties.NAME] emails` lists";
            found.add(Draft::new(message).path(&touched.path).log(&reading.path, line).help(help));
        }
    }
}
