//! Contracts, JSON, key bundles and licence packs.

use super::{halves, text};
use crate::contract::{Side, compare, judge, read};
use crate::json::parse;
use crate::licence::{
    Bundle, Pack, canonical, detached, file_kind, may_be_passed_on, needs_cryptography, pack_refusals, signature_names,
};

/// Two contracts, NUL between them.
pub fn contract(data: &[u8]) {
    let (old, new) = halves(data);
    for path in ["v1/usage.json", "docs/usage.md"] {
        let sides = [old, new].map(|bytes| Side { path, bytes });
        let [old, new] = sides;
        judge(Some(old), Some(new));
        judge(None, Some(new));
        judge(Some(old), None);
        for side in sides {
            let Ok(contract) = read(path, side.bytes) else { continue };
            let same = compare(Some((path, &contract)), Some((path, &contract)));
            assert!(same.is_additive(), "a contract that stays as it is breaks nothing: {:?}", same.changes);
            assert_eq!(same.nested, [], "nothing is new");
        }
    }
}

/// JSON.
pub fn json(data: &[u8]) {
    let text = text(data);
    let Ok(value) = parse(&text) else { return };
    let other = serde_json::from_str::<serde_json::Value>(&text);
    let beyond = |error: &serde_json::Error| error.to_string().contains("number out of range");
    assert!(other.as_ref().err().is_none_or(beyond), "strict JSON is JSON: {other:?}");
    // What is no number to a double is not signed either.
    if other.is_ok() {
        let once = canonical(&value);
        let twice = parse(&once).map(|value| canonical(&value));
        assert_eq!(twice.as_ref(), Ok(&once), "the canonical form is its own");
    }
}

/// A key bundle, a licence pack, a signature beside it (behind a NUL), or a `pyproject.toml`.
pub fn licence(data: &[u8]) {
    let (bytes, beside) = halves(data);
    drop(Bundle::read(data));
    drop(detached(data));
    may_be_passed_on(&text(data));
    drop(needs_cryptography(&text(data)));
    file_kind(b"x.json", data);
    signature_names(data);
    let known = Bundle::read(BUNDLE);
    assert!(known.is_ok());
    for beside in [None, Some(beside)] {
        drop(Pack::read(bytes, beside));
        // Nobody here has the private key.
        assert!(!pack_refusals(bytes, beside, Some(known.as_ref()), 0).is_empty(), "a signature was forged");
    }
}

const BUNDLE: &[u8] = br#"{"version": "1", "keys": [
{"id": "default", "type": "ed25519", "base64": "sz6u836i33yqAQ3v3qNOJB9l8bUppPQ+0UMn9cVKq2I="}]}"#;
