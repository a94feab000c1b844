//! Licence packs: `{"license": {…}, "signature": "…"}`, or a bare license with its signature beside it.

use super::canonical::canonical;
use super::signature::{Signed, Verifier};
use super::{Reason, Refusal, document};
use crate::json::{Data, Value};

/// The one `schema` of a license.
const SCHEMA: &str = "ccp.license.v1";

/// A pack as it was read: nothing in it is to be believed before its signature held.
#[derive(Debug, Clone)]
pub struct Pack {
    license: Value,
    message: Vec<u8>,
    signature: Option<String>,
    is_split: bool,
}

/// What is asked of a license.
#[derive(Debug, Clone, Copy)]
pub struct Wanted<'a> {
    /// It must be by this key.
    pub key_id: Option<&'a str>,
    /// Which device it is to run on: `None` where nobody can say, `Some(None)` where it is to run on any.
    pub device: Option<Option<&'a str>>,
    /// Unix seconds.
    pub now: i64,
}

/// What a license that held says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct License {
    /// `schema`.
    pub schema: String,
    /// `kid`, the key's id.
    pub kid: String,
    /// `plan`.
    pub plan: String,
    /// `features`.
    pub features: Vec<String>,
    /// `exp`, as it is written.
    pub exp: String,
    /// `device`, where there is one.
    pub device: Option<String>,
}

impl Pack {
    /// Reads either form. `beside` is what the signature file beside a bare license holds.
    ///
    /// # Errors
    /// What is no pack. One without a signature can be read.
    pub fn read(bytes: &[u8], beside: Option<&[u8]>) -> Result<Pack, Refusal> {
        let value = document(bytes)?;
        let Some(license) = value.get("license") else {
            let signature = beside.map(detached).transpose()?;
            return Ok(Pack { license: value, message: bytes.to_vec(), signature, is_split: true });
        };
        let signature = match value.get("signature") {
            None => None,
            Some(member) => match member.text() {
                Some(text) => Some(text.to_owned()),
                None => return Err(malformed(member.line, "`signature` is no string")),
            },
        };
        if license.members().is_none() {
            return Err(malformed(license.line, "`license` is no object"));
        }
        let message = canonical(license).into_bytes();
        Ok(Pack { license: license.clone(), message, signature, is_split: false })
    }

    /// Whether the signature is looked for beside the file.
    pub fn is_split(&self) -> bool {
        self.is_split
    }

    /// Whether there is a signature, which may not hold.
    pub fn is_signed(&self) -> bool {
        self.signature.is_some()
    }

    /// The key that is said to have signed.
    pub fn key_id(&self) -> Option<&str> {
        self.license.get("kid").and_then(Value::text)
    }
}

/// A signature file's text: white space around it does not count.
pub fn detached(bytes: &[u8]) -> Result<String, Refusal> {
    if bytes.len() > super::MAX_BYTES {
        return Err(Refusal::new(Reason::TooLarge, 1, "the signature file is larger than any signature"));
    }
    match std::str::from_utf8(bytes) {
        Ok(text) => Ok(text.trim_ascii().to_owned()),
        Err(_) => Err(Refusal::new(Reason::BadSignature, 1, "the signature file is not text")),
    }
}

/// Judges a pack: the license, where its signature held, and everything that is wrong.
///
/// # Errors
/// Where the verifier could not decide.
pub fn judge<V: Verifier>(
    pack: &Pack,
    wanted: &Wanted<'_>,
    verifier: &V,
) -> Result<(Option<License>, Vec<Refusal>), V::Error> {
    let line = pack.license.line;
    let Some(kid) = pack.key_id() else {
        return Ok((None, vec![malformed(line, "the license has no `kid` that is a string")]));
    };
    if let Some(asked) = wanted.key_id.filter(|asked| *asked != kid) {
        let message = format!("the license is by key `{kid}`, not by `{asked}`");
        return Ok((None, vec![Refusal::new(Reason::UnknownKey, line, message)]));
    }
    let Some(signature) = &pack.signature else {
        let message = if pack.is_split { "there is no signature beside the license" } else { "has no `signature`" };
        return Ok((None, vec![Refusal::new(Reason::Unsigned, line, message)]));
    };
    if let Err(refusal) = verifier.verify(&Signed { message: &pack.message, key_id: kid, signature })? {
        return Ok((None, vec![Refusal { line, ..refusal }]));
    }
    Ok(claims(&pack.license, kid, wanted))
}

/// What a license that held says, and what of it is not as it must be.
fn claims(license: &Value, kid: &str, wanted: &Wanted<'_>) -> (Option<License>, Vec<Refusal>) {
    let mut refusals = Vec::new();
    let schema = license.get("schema").and_then(Value::text);
    if schema != Some(SCHEMA) {
        let line = license.get("schema").map_or(license.line, |schema| schema.line);
        refusals.push(Refusal::new(Reason::WrongSchema, line, format!("its `schema` is not `{SCHEMA}`")));
    }
    let mut bad = |name: &str, what: &str| {
        let line = license.get(name).map_or(license.line, |member| member.line);
        refusals.push(malformed(line, format!("`{name}` of the license is not {what}")));
    };
    let plan = license.get("plan").and_then(Value::text).filter(|plan| !plan.is_empty());
    if plan.is_none() {
        bad("plan", "a string with something in it");
    }
    let features = license.get("features").and_then(Value::items);
    let features: Option<Vec<String>> =
        features.and_then(|items| items.iter().map(|item| item.text().map(str::to_owned)).collect());
    if features.is_none() {
        bad("features", "an array of strings");
    }
    let exp = match license.get("exp").map(|exp| &exp.data) {
        Some(Data::Number(number)) if !number.written().contains(['.', 'e', 'E']) => Some(number.written()),
        _ => None,
    };
    if exp.is_none() {
        bad("exp", "an integer");
    }
    let device = license.get("device");
    let named = device.and_then(Value::text);
    if device.is_some() && named.is_none() {
        bad("device", "a string");
    }
    if exp.is_some_and(|exp| is_over(exp, wanted.now)) {
        let line = license.get("exp").map_or(license.line, |exp| exp.line);
        refusals.push(Refusal::new(Reason::Expired, line, "the license has expired"));
    }
    if let (Some(asked), Some(named)) = (wanted.device, named.filter(|named| !named.is_empty()))
        && asked != Some(named)
    {
        let line = device.map_or(license.line, |device| device.line);
        refusals.push(Refusal::new(Reason::WrongDevice, line, format!("the license is for the device `{named}`")));
    }
    let license = match (schema, plan, features, exp) {
        (Some(schema), Some(plan), Some(features), Some(exp)) => Some(License {
            schema: schema.to_owned(),
            kid: kid.to_owned(),
            plan: plan.to_owned(),
            features,
            exp: exp.to_owned(),
            device: named.map(str::to_owned),
        }),
        _ => None,
    };
    (license, refusals)
}

/// Whether a moment has come: a license is over from the second of `exp` on. What is larger than any time is far off, or long ago.
fn is_over(exp: &str, now: i64) -> bool {
    exp.parse::<i64>().map_or(exp.starts_with('-'), |exp| now >= exp)
}

fn malformed(line: usize, message: impl Into<String>) -> Refusal {
    Refusal::new(Reason::Malformed, line, message)
}
