//! AG312: licences that verify.

use crate::case::{Case, Found, LicenceRole};

rule! {
    /// # What it refuses
    ///
    /// A change after which a licence pack does not hold: a JSON file of class `licence` that is `{"license": {…},
    /// "signature": "…"}`, or a license whose signature lies beside it (`FILE.sig`, or `.sig` for `.json`). It must be of the
    /// schema `ccp.license.v1` with `kid`, `plan`, `features` and `exp`, signed by a key of the bundle, and not over on the
    /// day of the commit. The bundle is the `PUBKEYS.json` in the pack's folder or above it, else in `docs/LEGAL`, as the
    /// change leaves it; where there is none, only the pack's form is looked at, and one that is not good verifies nothing. A
    /// JSON file of the class that cannot be read is refused too.
    ///
    /// # Why
    ///
    /// “Licensing: local Ed25519 verification”: a pack that does not verify is found when it is written, not by who uses it.
    ///
    /// # How to go on
    ///
    /// Sign the pack again, or put the key into the bundle; `verify-gate licence --bundle FILE --pack FILE` says what is wrong.
    ///
    /// # Configuration
    ///
    /// `[protect] licence` says where key bundles and packs are.
    LICENCE_INVALID: "AG312", "licence-invalid", Error, "local Ed25519 verification", check
}

fn check(case: &Case<'_>, found: &mut Found<'_>) {
    let help = "check it with `verify-gate licence --bundle PUBKEYS.json --pack FILE`";
    super::licence::add(case, LicenceRole::Pack, help, found);
}
