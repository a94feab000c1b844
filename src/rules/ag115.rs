//! AG115: an emergency override was used.

use crate::case::{Case, Draft, Found};
use crate::report::{Severity, escape};

rule! {
    /// # What it warns of
    ///
    /// A commit that passed without the gate or the ACK it needs, because somebody whom the policy names overrode that: its
    /// trailer `Gate-Override: REASON` says why, and the commit is signed with one of the keys of `[override]` in the policy
    /// of its base. The warning says who, why, and what was lifted.
    ///
    /// An override stands in for an ACKed gate, and for nothing else: it lifts AG101 to AG114 and AG901. What no gate could
    /// allow stays refused: a log that is missing or rewritten, a contract that is broken, a policy that cannot be read. So
    /// does what cannot be decided. The paths stay uncovered (`covered_by` is null).
    ///
    /// # Why
    ///
    /// “No implementation change begins without an explicit ACK”: an emergency is an exception that somebody answers for,
    /// and that the next reader must see.
    ///
    /// # How to go on
    ///
    /// Post a gate that lists what was changed, and let it be ACKed. Until then `verify-gate --range` and `verify-gate status`
    /// list the override.
    ///
    /// To use one: `git commit -S --no-verify --trailer 'Gate-Override: REASON'`, with `gpg.format = ssh` and
    /// `user.signingKey` set to the key. The commit hook sees neither message nor signature and refuses, hence
    /// `--no-verify`; push, receive and CI see both. A signature is over the whole commit, so what is amended or rebased
    /// has to be signed again. OpenPGP and X.509 signatures do not count. A key that signs whatever it commits or rebases
    /// signs the trailers of others too: keep one for this.
    ///
    /// # Configuration
    ///
    /// `[override] keys` lists OpenSSH public keys (Ed25519, ECDSA, RSA, and those of security keys); without any, which is
    /// the default, there is no override. Where there are keys, the warning can be neither silenced nor made an error.
    OVERRIDE_USED: "AG115", "override-used", Warning, "an override is signed, and seen until a gate covers it", check
}

/// The most paths that are named.
const MOST: usize = 5;

fn check(case: &Case<'_>, found: &mut Found<'_>) {
    let Some(used) = case.used(found.lifted()) else { return };
    let mut codes: Vec<&str> = found.lifted().iter().map(|finding| finding.code).collect();
    codes.sort_unstable();
    codes.dedup();
    let mut paths: Vec<String> = used.paths.iter().take(MOST).map(|path| format!("`{path}`")).collect();
    if let Some(more @ [_, ..]) = used.paths.get(MOST..) {
        paths.push(format!("{} more", more.len()));
    }
    let message = format!(
        "commit {} was made by an emergency override of {}: “{}”; it lifts {} on {}",
        used.commit,
        escape(&used.by),
        escape(&used.reason),
        codes.join(", "),
        paths.join(", ")
    );
    let draft = Draft::new(message).at_most(Severity::Warning).help(
        "post a gate that lists these paths and let it be ACKed: until then CI and `verify-gate status` list the override",
    );
    found.add(match used.paths.first() {
        Some(path) => draft.path(path),
        None => draft,
    });
}
