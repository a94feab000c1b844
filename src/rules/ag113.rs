//! AG113: an ACK that proves itself.

use super::next_step;
use crate::case::{Case, Draft, Found, Unproven};
use crate::policy::Level;
use crate::report::escape;

rule! {
    /// # What it refuses
    ///
    /// A change on a protected path whose ACK does not prove what the policy asks for. `authored`: the author of the commit
    /// that brought the ACK is an identity of the party that its heading names, and neither author nor committer of the
    /// gate or of the change; its committer is of that party, or one of `ack.committers`. `signed`: a fenced code block of
    /// the ACK holds these lines and right below them the SSH signature of a key of that party over them, in the namespace
    /// `ackgate`; who commits it does not matter then:
    ///
    /// ```text
    /// ackgate-ack-v1
    /// log: the first name under `repositories` of the log's owner
    /// slice: the gate's slice
    /// gate: sha256:the SHA-256 of the gate's entry
    /// at: the full id of the log's commit at which the gate was read
    /// verdict: ACK
    /// party: the party that ACKs, as the policy names it
    /// ```
    ///
    /// The entry is digested from its heading to the last line with content, each line without white space at its end and
    /// ended by a line feed, without `— End of entry —` and `---` below. The log must build on the commit of `at`, and
    /// the gate and every answer to it that was no yes must stand there; the key must have been valid when the
    /// ACK was committed.
    ///
    /// # Why
    ///
    /// “No implementation change begins without an explicit ACK”: anyone who can commit to the log can write any heading.
    ///
    /// # How to go on
    ///
    /// Let somebody of the other party commit the ACK with an address that the policy lists for that party. Where a
    /// signature is asked for, let them run `verify-gate ack --sign`, or `--sign=KEY`. With a key that lies elsewhere:
    /// `verify-gate ack --print-terms >FILE`, there `ssh-keygen -Y sign -n ackgate -f KEY FILE`, then `verify-gate ack
    /// --signed FILE`, which takes the signature from `FILE.sig`. In a shallow clone, `git fetch --unshallow`.
    ///
    /// # Configuration
    ///
    /// `[ack] require = "declared" | "authored" | "signed"`, or a level for each class; `[parties.NAME] require` asks for more of one
    /// party; the strictest wins. `[parties.NAME] emails` lists the identities, `[ack] committers` the services.
    ///
    /// `[parties.NAME] keys` lists OpenSSH public keys (Ed25519, ECDSA, RSA, and those of security keys), `allowed_signers`
    /// a file of them with their times (`ssh-keygen(1)`), `bundle` a `PUBKEYS.json` of Ed25519 keys. The files are read at the
    /// base from the policy's folder and are policy themselves. Of an `allowed_signers` file those lines count whose
    /// principals are `emails` or names of the party, or `*`; all, where the party lists no `emails`. Times are UTC.
    ACK_UNPROVEN: "AG113", "ack-unproven", Error, "an ACK proves what the policy asks for", check
}

const SIGN: &str = "let somebody of the other party sign it with a key of that party: `verify-gate ack --sign`, in a \
    repository of theirs";

fn check(case: &Case<'_>, found: &mut Found<'_>) {
    for touched in case.touched.iter().filter(|t| !t.adopted && t.listed) {
        let Some(index) = touched.gate else { continue };
        for Unproven { reading, gate, reply, level, why } in case.unproven(index, &touched.class) {
            let of = next_step::of_answerer(gate, "of");
            let named = next_step::named(reading, gate);
            let message =
                format!("{}: the ACK{of} to {named} proves too little: {}", next_step::shown(touched), escape(&why));
            let help = match level {
                Some(Level::Signed) => SIGN,
                _ => {
                    "let somebody of the other party commit the ACK, with an address that `[parties.NAME] emails` lists"
                }
            };
            found.add(Draft::new(message).path(&touched.path).log(&reading.path, reply.line).help(help));
        }
    }
}
