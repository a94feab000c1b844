//! Key bundles, licence packs and what holds them together: Ed25519, verified here and nowhere else.
//!
//! “Licensing: local Ed25519 verification via bundle `PUBKEYS.json`; callback supported air-gapped.”

mod bundle;
mod canonical;
mod dependency;
mod file;
mod pack;
mod signature;

pub use bundle::{Bundle, BundleKey, strong_key};
pub use canonical::canonical;
pub use dependency::needs_cryptography;
pub use file::{BUNDLE_NAME, FileKind, file_kind, pack_refusals, signature_names};
pub use pack::{License, Pack, Wanted, detached, judge};
pub use signature::{Ring, Signed, Verifier, may_be_passed_on};

use crate::json::{self, Data, Value};

/// Larger bundles, packs and signatures are refused, in bytes.
pub const MAX_BYTES: usize = 1 << 20;

/// Why a bundle, a pack or a signature is refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reason {
    /// It is not of the form that it should have.
    Malformed,
    /// It is larger than anything of its kind.
    TooLarge,
    /// Two keys of a bundle have one id.
    DuplicateId,
    /// A key is of another kind than Ed25519.
    KeyType,
    /// A key is no point that can prove anything.
    KeyBytes,
    /// There is no signature.
    Unsigned,
    /// The key is not in the bundle, is not valid at that time, or is not the one that is asked for.
    UnknownKey,
    /// The signature does not hold.
    BadSignature,
    /// The license has another `schema`.
    WrongSchema,
    /// Its time is over.
    Expired,
    /// It is for another device.
    WrongDevice,
}

impl Reason {
    /// The word that reports use.
    pub fn as_str(self) -> &'static str {
        match self {
            Reason::Malformed => "malformed",
            Reason::TooLarge => "too-large",
            Reason::DuplicateId => "duplicate-id",
            Reason::KeyType => "key-type",
            Reason::KeyBytes => "key-bytes",
            Reason::Unsigned => "unsigned",
            Reason::UnknownKey => "unknown-key",
            Reason::BadSignature => "bad-signature",
            Reason::WrongSchema => "wrong-schema",
            Reason::Expired => "expired",
            Reason::WrongDevice => "wrong-device",
        }
    }
}

/// What is refused, and why.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct Refusal {
    /// The reason, as a word.
    pub reason: Reason,
    /// The line that it is about, from 1.
    pub line: usize,
    /// One sentence. Holds text of the file: to be escaped where it is shown.
    pub message: String,
}

impl Refusal {
    pub(crate) fn new(reason: Reason, line: usize, message: impl Into<String>) -> Refusal {
        Refusal { reason, line, message: message.into() }
    }
}

/// Reads a document of ours: no more than [`MAX_BYTES`], JSON, an object, its numbers such as a double can hold.
fn document(bytes: &[u8]) -> Result<Value, Refusal> {
    if bytes.len() > MAX_BYTES {
        return Err(Refusal::new(Reason::TooLarge, 1, format!("is larger than {MAX_BYTES} bytes")));
    }
    let malformed = |line, why: &str| Refusal::new(Reason::Malformed, line, why);
    let text = std::str::from_utf8(bytes).map_err(|error| {
        let good = bytes.get(..error.valid_up_to()).unwrap_or_default();
        malformed(good.iter().filter(|byte| **byte == b'\n').count() + 1, "is not UTF-8")
    })?;
    let value = json::parse(text).map_err(|error| malformed(error.line, &format!("is no JSON: {}", error.why)))?;
    if let Some(line) = infinite(&value) {
        return Err(malformed(line, "has a number that is not finite"));
    }
    match value.members() {
        Some(_) => Ok(value),
        None => Err(malformed(value.line, "is no JSON object")),
    }
}

/// The line of a number that is no integer and too large for a double: where one reader sees infinity, another stops.
fn infinite(value: &Value) -> Option<usize> {
    match &value.data {
        Data::Number(number) => {
            let text = number.written();
            let fits = !text.contains(['.', 'e', 'E']) || text.parse::<f64>().is_ok_and(f64::is_finite);
            (!fits).then_some(value.line)
        }
        Data::Array(items) => items.iter().find_map(infinite),
        Data::Object(members) => members.iter().find_map(|(_, member)| infinite(&member.value)),
        Data::Null | Data::Bool(_) | Data::String(_) => None,
    }
}

#[cfg(test)]
mod vectors;
