//! The keys of a bundle as keys of a party.

use ssh_key::PublicKey;
use ssh_key::public::{Ed25519PublicKey, KeyData};

use super::keys::{Key, KeyError};
use crate::licence::Bundle;

/// Reads the keys of a bundle.
pub(super) fn read(bytes: &[u8], file: &str) -> Result<Vec<Key>, KeyError> {
    let bundle = Bundle::read(bytes).map_err(|error| KeyError::new(file, error.line, &error.message))?;
    let key = |one: &crate::licence::BundleKey| Key {
        public: PublicKey::from(KeyData::Ed25519(Ed25519PublicKey(one.key.to_bytes()))),
        place: format!("key `{}` of `{file}`", one.id),
        after: one.not_before,
        before: one.not_after,
        unfit: None,
    };
    Ok(bundle.keys.iter().map(key).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn its_keys_are_the_partys_in_their_time() {
        let bundle = "{\"version\": \"1\", \"keys\": [\n{\"id\": \"default\", \"type\": \"ed25519\", \
            \"base64\": \"sz6u836i33yqAQ3v3qNOJB9l8bUppPQ+0UMn9cVKq2I=\", \"not_after\": \"1970-01-01T00:01:00Z\"}]}";
        let keys = read(bundle.as_bytes(), "PUBKEYS.json").unwrap();
        assert_eq!(
            keys[0].public.to_openssh().unwrap(),
            "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAILM+rvN+ot98qgEN796jTiQfZfG1KaT0PtFDJ/XFSqti"
        );
        assert_eq!((keys[0].after, keys[0].before), (None, Some(60)));
        let error = read(bundle.replace("ed25519", "rsa").as_bytes(), "f").unwrap_err();
        assert_eq!((error.line, error.to_string().contains("its type is `rsa`")), (2, true), "{error}");
    }
}
