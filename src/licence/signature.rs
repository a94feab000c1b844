//! Whether a signature holds: by a key of the bundle, or by a verifier that the user chose.

use base64ct::{Base64, Encoding};
use ed25519_dalek::Signature;

use super::bundle::Bundle;
use super::{Reason, Refusal};

/// Bytes, and who is said to have signed them.
#[derive(Debug, Clone, Copy)]
pub struct Signed<'a> {
    /// What was signed.
    pub message: &'a [u8],
    /// The key's id.
    pub key_id: &'a str,
    /// The signature as it is written.
    pub signature: &'a str,
}

/// What decides whether a signature holds.
///
/// # Errors
/// The inner result is the decision; the outer error says why there is none.
pub trait Verifier {
    /// Why nothing could be decided.
    type Error;

    /// Decides.
    fn verify(&self, signed: &Signed<'_>) -> Result<Result<(), Refusal>, Self::Error>;
}

/// The keys of a bundle, at a moment.
#[derive(Debug, Clone, Copy)]
pub struct Ring<'a> {
    /// The bundle.
    pub bundle: &'a Bundle,
    /// Unix seconds.
    pub now: i64,
}

impl Verifier for Ring<'_> {
    type Error = std::convert::Infallible;

    fn verify(&self, signed: &Signed<'_>) -> Result<Result<(), Refusal>, Self::Error> {
        Ok(self.holds(signed))
    }
}

impl Ring<'_> {
    /// Whether a signature holds, by RFC 8032 with the strict checks of `verify_strict`: no small order, no second form of a
    /// signature.
    ///
    /// # Errors
    /// A key that is not there or not valid now; a signature that is not 64 bytes in base64 or does not hold.
    pub fn holds(&self, signed: &Signed<'_>) -> Result<(), Refusal> {
        let id = signed.key_id;
        let key = self.bundle.key(id);
        let key = key.ok_or_else(|| Refusal::new(Reason::UnknownKey, 1, format!("the bundle has no key `{id}`")))?;
        if !key.counts_at(self.now) {
            return Err(Refusal::new(Reason::UnknownKey, 1, format!("key `{id}` is not valid at that time")));
        }
        let bad = |why: &str| Refusal::new(Reason::BadSignature, 1, why);
        let mut raw = [0; 64];
        if Base64::decode(signed.signature, &mut raw).map(|read| read.len()) != Ok(64) {
            return Err(bad("the signature is not 64 bytes in base64 with its padding"));
        }
        key.key
            .verify_strict(signed.message, &Signature::from_bytes(&raw))
            .map_err(|_| bad(&format!("the signature does not hold with key `{id}`")))
    }
}

/// Whether a text may be an argument of a verifier: printable ASCII, 1 to 1024 bytes, no option.
pub fn may_be_passed_on(text: &str) -> bool {
    (1..=1024).contains(&text.len()) && !text.starts_with('-') && text.bytes().all(|byte| (b' '..=b'~').contains(&byte))
}
