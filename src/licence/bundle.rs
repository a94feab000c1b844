//! Key bundles: `{"version": …, "keys": [{"id": …, "type": "ed25519", "base64": …}]}`, as in a `PUBKEYS.json`.

use base64ct::{Base64, Encoding};
use ed25519_dalek::VerifyingKey;
use jiff::Timestamp;

use super::{Reason, Refusal, document};
use crate::json::Value;

/// A bundle, every key of which is good.
#[derive(Debug, Clone, PartialEq)]
pub struct Bundle {
    /// Its `version`.
    pub version: String,
    /// At least one.
    pub keys: Vec<BundleKey>,
}

/// One key of a bundle.
#[derive(Debug, Clone, PartialEq)]
pub struct BundleKey {
    /// Its name, which no other key of the bundle has.
    pub id: String,
    /// The key.
    pub key: VerifyingKey,
    /// Unix seconds before which it does not count: `not_before`, RFC 3339.
    pub not_before: Option<i64>,
    /// Unix seconds after which it does not count: `not_after`, RFC 3339.
    pub not_after: Option<i64>,
    /// Its line in the file.
    pub line: usize,
}

impl BundleKey {
    /// Whether the key counts at a moment, in Unix seconds; both ends of its time do.
    pub fn counts_at(&self, moment: i64) -> bool {
        self.not_before.is_none_or(|first| moment >= first) && self.not_after.is_none_or(|last| moment <= last)
    }
}

impl Bundle {
    /// Reads a bundle. Members that are not known are let be.
    ///
    /// # Errors
    /// One bad key refuses the whole bundle.
    pub fn read(bytes: &[u8]) -> Result<Bundle, Refusal> {
        let value = document(bytes)?;
        let version = text(&value, "version", "the bundle")?;
        let keys = value.get("keys").ok_or_else(|| malformed(value.line, "the bundle has no `keys`"))?;
        let items = keys.items().ok_or_else(|| malformed(keys.line, "`keys` is no array"))?;
        if items.is_empty() {
            return Err(malformed(keys.line, "`keys` is empty"));
        }
        let mut read: Vec<BundleKey> = Vec::new();
        for item in items {
            let key = one(item)?;
            if read.iter().any(|known| known.id == key.id) {
                let message = format!("key `{}`: its `id` stands twice", key.id);
                return Err(Refusal::new(Reason::DuplicateId, key.line, message));
            }
            read.push(key);
        }
        Ok(Bundle { version, keys: read })
    }

    /// The key of this name.
    pub fn key(&self, id: &str) -> Option<&BundleKey> {
        self.keys.iter().find(|key| key.id == id)
    }
}

fn one(item: &Value) -> Result<BundleKey, Refusal> {
    let id = text(item, "id", "a key")?;
    let whose = format!("key `{id}`");
    let kind = text(item, "type", &whose)?;
    let base64 = item.get("base64").ok_or_else(|| malformed(item.line, format!("{whose} has no `base64`")))?;
    let encoded = base64.text().ok_or_else(|| malformed(base64.line, format!("{whose}: `base64` is no string")))?;
    if kind != "ed25519" {
        let message = format!("{whose}: its type is `{kind}`, not `ed25519`");
        return Err(Refusal::new(Reason::KeyType, item.line, message));
    }
    let bad = |why: &str| Refusal::new(Reason::KeyBytes, base64.line, format!("{whose}: {why}"));
    let mut raw = [0; 32];
    let read = Base64::decode(encoded, &mut raw).map(|read| read.len());
    if read != Ok(32) {
        return Err(bad("`base64` is not 32 bytes in base64 with its padding"));
    }
    let key = strong_key(&raw).map_err(|why| bad(&format!("it {why}")))?;
    let (not_before, not_after) = (moment(item, "not_before", &whose)?, moment(item, "not_after", &whose)?);
    Ok(BundleKey { id, key, not_before, not_after, line: item.line })
}

/// An Ed25519 public key that can prove something (RFC 8032, 5.1.3): its bytes are the one encoding of a point on the
/// curve, and that point is not of small order, for which anybody could sign. The error completes “the key …”.
///
/// # Errors
/// Any other 32 bytes.
pub fn strong_key(bytes: &[u8; 32]) -> Result<VerifyingKey, &'static str> {
    let key = VerifyingKey::from_bytes(bytes).map_err(|_| "is no Ed25519 public key")?;
    if key.to_edwards().compress().as_bytes() != bytes {
        return Err("is not the canonical form of an Ed25519 public key");
    }
    if key.is_weak() { Err("is an Ed25519 key of small order") } else { Ok(key) }
}

fn text(value: &Value, name: &str, whose: &str) -> Result<String, Refusal> {
    let member = value.get(name).ok_or_else(|| malformed(value.line, format!("{whose} has no `{name}`")))?;
    match member.text() {
        Some("") => Err(malformed(member.line, format!("{whose}: `{name}` is empty"))),
        Some(text) => Ok(text.to_owned()),
        None => Err(malformed(member.line, format!("{whose}: `{name}` is no string"))),
    }
}

fn moment(item: &Value, name: &str, whose: &str) -> Result<Option<i64>, Refusal> {
    let Some(member) = item.get(name) else { return Ok(None) };
    let time: Option<Timestamp> = member.text().and_then(|text| text.parse().ok());
    match time {
        Some(time) => Ok(Some(time.as_second())),
        None => Err(malformed(member.line, format!("{whose}: `{name}` is no time such as 2026-01-31T00:00:00Z"))),
    }
}

fn malformed(line: usize, message: impl Into<String>) -> Refusal {
    Refusal::new(Reason::Malformed, line, message)
}
