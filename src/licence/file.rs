//! What a file of a repository is: a key bundle, a licence pack, or neither.

use super::pack::{Pack, Wanted, judge};
use super::signature::Ring;
use super::{Bundle, Reason, Refusal};
use crate::json::{self, Value};

/// The name that key bundles go by.
pub const BUNDLE_NAME: &str = "PUBKEYS.json";

/// What is to be checked of a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FileKind {
    /// A key bundle: it has the name, or `keys` and a `version`.
    Bundle,
    /// A licence pack, or a license without its signature; also a `.json` that cannot be read.
    Pack,
}

const JSON: &[u8] = b".json";

/// The files that the signature of a bare license may lie in, the first that is there: `FILE.sig`, else for `X.json` also
/// `X.sig`.
pub fn signature_names(path: &[u8]) -> Vec<Vec<u8>> {
    let with = |stem: &[u8]| [stem, b".sig"].concat();
    [Some(path), path.strip_suffix(JSON)].into_iter().flatten().map(with).collect()
}

/// What a file is, by its name and content; `None` for any other file.
pub fn file_kind(name: &[u8], bytes: &[u8]) -> Option<FileKind> {
    if name.eq_ignore_ascii_case(BUNDLE_NAME.as_bytes()) {
        return Some(FileKind::Bundle);
    }
    let Some(value) = std::str::from_utf8(bytes).ok().and_then(|text| json::parse(text).ok()) else {
        // What cannot be read may be a pack, and is refused as one.
        return name.ends_with(JSON).then_some(FileKind::Pack);
    };
    let is_license = |value: &Value| {
        value.get("schema").and_then(Value::text).is_some_and(|schema| schema.starts_with("ccp.license."))
    };
    if value.get("keys").and_then(Value::items).is_some() && value.get("version").is_some() {
        Some(FileKind::Bundle)
    } else if value.get("license").and_then(Value::members).is_some() || is_license(&value) {
        Some(FileKind::Pack)
    } else {
        None
    }
}

/// What is wrong with a pack that a repository holds, at a moment in Unix seconds; nobody can say for which device. Without
/// a bundle nothing is verified, and only its form is looked at; with one that is refused, the pack is.
pub fn pack_refusals(
    bytes: &[u8],
    beside: Option<&[u8]>,
    bundle: Option<Result<&Bundle, &Refusal>>,
    now: i64,
) -> Vec<Refusal> {
    let pack = match Pack::read(bytes, beside) {
        Ok(pack) => pack,
        Err(refusal) => return vec![refusal],
    };
    let wanted = Wanted { key_id: None, device: None, now };
    match bundle {
        Some(Err(refusal)) => {
            let message = format!("its key bundle verifies nothing: {}", refusal.message);
            vec![Refusal::new(Reason::UnknownKey, 1, message)]
        }
        Some(Ok(bundle)) => {
            let Ok((_, refusals)) = judge(&pack, &wanted, &Ring { bundle, now });
            refusals
        }
        None if pack.is_signed() => Vec::new(),
        None => vec![Refusal::new(Reason::Unsigned, 1, "it has no signature")],
    }
}
