//! Key bundles: `{"version": …, "keys": [{"id": …, "type": "ed25519", "base64": …}]}`, as in a `PUBKEYS.json`.

use base64ct::{Base64, Encoding};
use serde::Deserialize;
use ssh_key::PublicKey;
use ssh_key::public::{Ed25519PublicKey, KeyData};

use super::keys::{Key, KeyError, fit};

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Bundle {
    #[serde(rename = "version")]
    _version: String,
    keys: Vec<Entry>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Entry {
    id: String,
    #[serde(rename = "type")]
    kind: String,
    base64: String,
}

/// Reads the keys of a bundle, as strictly as can be: what is not exactly as above is an error.
pub(super) fn read(bytes: &[u8], file: &str) -> Result<Vec<Key>, KeyError> {
    let bundle: Bundle = serde_json::from_slice(bytes)
        .map_err(|error| KeyError::new(file, error.line().max(1), format!("is no key bundle: {error}")))?;
    let mut keys: Vec<Key> = Vec::new();
    for entry in &bundle.keys {
        let error = |message: &str| {
            KeyError::new(file, line_of(bytes, &entry.base64), format!("key `{}`: {message}", entry.id))
        };
        if entry.kind != "ed25519" {
            return Err(error(&format!("its type is `{}`, not `ed25519`", entry.kind)));
        }
        let mut raw = [0; 32];
        let read = Base64::decode(&entry.base64, &mut raw).map(|read| read.len());
        if read != Ok(32) {
            return Err(error("`base64` is not 32 bytes in base64 with its padding"));
        }
        let data = KeyData::Ed25519(Ed25519PublicKey(raw));
        fit(&data).map_err(|why| error(&why))?;
        let place = format!("key `{}` of `{file}`", entry.id);
        if keys.iter().any(|known| known.place == place) {
            return Err(error("its `id` stands twice"));
        }
        keys.push(Key { public: PublicKey::from(data), place, after: None, before: None, unfit: None });
    }
    Ok(keys)
}

/// The line that a text first stands on.
fn line_of(bytes: &[u8], text: &str) -> usize {
    let text = String::from_utf8_lossy(bytes).split_once(text).map(|(before, _)| before.matches('\n').count());
    text.unwrap_or(0) + 1
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bundle_is_read_strictly() {
        let base64 = "N8hXyQ0B2dS6b0wfbjr5SyYwXf8T3I4QjTg1mGSe4P0=";
        let good = "sz6u836i33yqAQ3v3qNOJB9l8bUppPQ+0UMn9cVKq2I=";
        let one = |fields: &str| format!("{{\"version\": \"1\",\n\"keys\": [\n{{{fields}}}]}}");
        let fields =
            |id: &str, kind: &str, key: &str| format!("\"id\": \"{id}\", \"type\": \"{kind}\", \"base64\": \"{key}\"");
        let keys = read(one(&fields("default", "ed25519", good)).as_bytes(), "PUBKEYS.json").unwrap();
        assert_eq!(keys.len(), 1);
        assert_eq!(
            keys[0].public.to_openssh().unwrap(),
            "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAILM+rvN+ot98qgEN796jTiQfZfG1KaT0PtFDJ/XFSqti"
        );
        assert!(read(b"{\"version\": \"1\", \"keys\": []}", "f").unwrap().is_empty());
        for (text, why, line) in [
            (one(&fields("x", "rsa", good)), "its type", 3),
            (one(&fields("x", "ed25519", "AAAA")), "32 bytes", 3),
            (one(&fields("x", "ed25519", good.trim_end_matches('='))), "32 bytes", 3),
            (one(&fields("x", "ed25519", &base64.replace("N8", "N "))), "32 bytes", 3),
            (one(&fields("x", "ed25519", "AQAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=")), "small order", 3),
            (one(&format!("{}, \"x\": 1", fields("x", "ed25519", good))), "no key bundle", 3),
            (one(&format!("{}, \"id\": \"y\"", fields("x", "ed25519", good))), "no key bundle", 3),
            (one(&fields("x", "ed25519", good)).replace("\"version\": \"1\",", ""), "no key bundle", 3),
            (one(&format!("{0}}}, {{{0}", fields("x", "ed25519", good))), "twice", 3),
            ("[]".to_owned(), "no key bundle", 1),
            ("{} {}".to_owned(), "no key bundle", 1),
        ] {
            let error = read(text.as_bytes(), "f").err().unwrap_or_else(|| panic!("{text} is read"));
            assert!(error.message.contains(why), "{text}: {error}");
            assert_eq!(error.line, line, "{text}: {error}");
        }
    }
}
