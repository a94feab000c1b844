//! AG311: the keys that licences are verified with.

use crate::case::{Case, Found, LicenceRole};

rule! {
    /// # What it refuses
    ///
    /// A change after which a key bundle cannot be used: a file of class `licence` called `PUBKEYS.json`, or a JSON file there
    /// with `version` and `keys`. A bundle is `{"version": …, "keys": [{"id": …, "type": "ed25519", "base64": …}]}`, with
    /// perhaps `not_before` and `not_after` (RFC 3339) for each key. No id stands twice; each key is 32 bytes, the one
    /// encoding of a point of the curve, and of no small order, for which anybody could sign. One bad key refuses the bundle.
    ///
    /// # Why
    ///
    /// “Licensing: local Ed25519 verification via bundle `PUBKEYS.json`.”
    ///
    /// # How to go on
    ///
    /// Mend the key that the message names; `verify-gate licence --bundle FILE` checks a bundle by itself.
    ///
    /// # Configuration
    ///
    /// `[protect] licence` says where key bundles and packs are.
    KEY_BUNDLE_INVALID: "AG311", "key-bundle-invalid", Error, "PUBKEYS.json", check
}

fn check(case: &Case<'_>, found: &mut Found<'_>) {
    super::licence::add(case, LicenceRole::Bundle, "check it with `verify-gate licence --bundle FILE`", found);
}
