//! The keys that speak for a party, and from when to when.

use std::collections::BTreeMap;

use ssh_key::public::KeyData;
use ssh_key::{HashAlg, PublicKey};

use super::allowed_signers;
use super::bundle;
use crate::licence::strong_key;
use crate::policy::Party;
use crate::report::escape;

/// What is wrong with a file of keys, and where.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{file}:{line}: {message}")]
pub struct KeyError {
    /// The file, safe to print.
    pub file: String,
    /// Its line, from 1.
    pub line: usize,
    /// What is wrong; safe to print.
    pub message: String,
}

impl KeyError {
    pub(super) fn new(file: &str, line: usize, message: impl AsRef<str>) -> KeyError {
        KeyError { file: escape(file), line, message: escape(message.as_ref()) }
    }
}

/// The keys of each party, by its name.
pub type KeyRings = BTreeMap<String, KeyRing>;

/// The keys of a party.
#[derive(Debug, Clone, Default)]
pub struct KeyRing {
    keys: Vec<Key>,
}

/// A key, and what the file that lists it says of it.
#[derive(Debug, Clone)]
pub(super) struct Key {
    pub(super) public: PublicKey,
    /// Where it is listed, as a phrase: `line 3 of `k/signers``.
    pub(super) place: String,
    /// Unix seconds before which it does not count.
    pub(super) after: Option<i64>,
    /// Unix seconds after which it does not count.
    pub(super) before: Option<i64>,
    /// Why it signs no ACK of this party at all, although it is listed.
    pub(super) unfit: Option<String>,
}

impl KeyRing {
    /// The keys that the policy itself lists for a party.
    ///
    /// # Errors
    /// One that is no key; a policy that was parsed has none.
    pub fn inline(party: &Party, file: &str) -> Result<KeyRing, KeyError> {
        let mut keys = Vec::new();
        for text in &party.keys {
            let public = public_key(text).map_err(|why| KeyError::new(file, 1, format!("`{text}` {why}")))?;
            let place = format!("[parties.{}] keys", party.name);
            keys.push(Key { public, place, after: None, before: None, unfit: None });
        }
        Ok(KeyRing { keys })
    }

    /// Adds what an `allowed_signers` file lists for a party.
    ///
    /// # Errors
    /// A line that `ssh-keygen` would not read either.
    pub fn add_allowed_signers(&mut self, bytes: &[u8], file: &str, party: &Party) -> Result<(), KeyError> {
        self.keys.extend(allowed_signers::read(bytes, file, party)?);
        Ok(())
    }

    /// Adds the keys of a bundle.
    ///
    /// # Errors
    /// A file that is no bundle of Ed25519 keys.
    pub fn add_bundle(&mut self, bytes: &[u8], file: &str) -> Result<(), KeyError> {
        self.keys.extend(bundle::read(bytes, file)?);
        Ok(())
    }

    /// Whether no key is listed.
    pub fn is_empty(&self) -> bool {
        self.keys.is_empty()
    }

    /// Whether a public key, one line as OpenSSH writes it, may sign for the party at a moment (Unix seconds).
    pub fn has(&self, line: &str, moment: i64) -> bool {
        public_key(line).is_ok_and(|key| self.allows(key.key_data(), &[moment]).is_ok())
    }

    /// Checks that a key may sign for the party, at each of these moments (Unix seconds). A key that is listed twice
    /// needs one place that says so for all of them.
    pub(super) fn allows(&self, key: &KeyData, moments: &[i64]) -> Result<(), String> {
        let mut why = None;
        for known in self.keys.iter().filter(|known| known.public.key_data() == key) {
            match known.allows(moments) {
                Ok(()) => return Ok(()),
                Err(reason) => why = why.or(Some(reason)),
            }
        }
        Err(why.unwrap_or_else(|| format!("its key {} is none of the party's", key.fingerprint(HashAlg::Sha256))))
    }
}

impl Key {
    fn allows(&self, moments: &[i64]) -> Result<(), String> {
        let place = &self.place;
        if let Some(why) = &self.unfit {
            return Err(format!("its key ({place}) {why}"));
        }
        if moments.iter().any(|moment| self.after.is_some_and(|after| *moment < after)) {
            return Err(format!("its key ({place}) was not valid yet when the ACK was committed"));
        }
        if moments.iter().any(|moment| self.before.is_some_and(|before| *moment > before)) {
            return Err(format!("its key ({place}) was not valid any more when the ACK was committed"));
        }
        Ok(())
    }
}

/// A key that two parties have, and both their names: such a key proves nothing.
pub fn shared_key(rings: &KeyRings) -> Option<(String, &str, &str)> {
    let mut owners: BTreeMap<&KeyData, &str> = BTreeMap::new();
    for (party, ring) in rings {
        for key in ring.keys.iter().filter(|key| key.unfit.is_none()) {
            let owner = owners.entry(key.public.key_data()).or_insert(party);
            if *owner != party {
                return Some((key.public.fingerprint(HashAlg::Sha256).to_string(), owner, party));
            }
        }
    }
    None
}

/// Reads an OpenSSH public key: one line, as in `id_ed25519.pub`. The error says what is wrong with it.
///
/// # Errors
/// Text that is no such key, a key of a kind that signs no ACK, or one that is too weak to prove anything.
pub fn public_key(text: &str) -> Result<PublicKey, String> {
    let key = parse(text)?;
    fit(key.key_data())?;
    Ok(key)
}

pub(super) fn parse(text: &str) -> Result<PublicKey, String> {
    if text.contains(|c: char| c.is_control()) {
        return Err("is no public key: it has a control character".to_owned());
    }
    PublicKey::from_openssh(text).map_err(|error| format!("is no public key: {error}"))
}

/// Whether a key can prove anything.
pub(super) fn fit(key: &KeyData) -> Result<(), String> {
    match key {
        KeyData::Ed25519(key) => ed25519(&key.0),
        KeyData::SkEd25519(key) => ed25519(&key.public_key().0),
        KeyData::Ecdsa(_) | KeyData::SkEcdsaSha2NistP256(_) => Ok(()),
        KeyData::Rsa(key) => {
            let bits = key.n.as_positive_bytes().map_or(0, |bytes| bytes.len() * 8);
            if (RSA_BITS.0..=RSA_BITS.1).contains(&bits) {
                return Ok(());
            }
            Err(format!("is an RSA key of {bits} bits; {} to {} are wanted", RSA_BITS.0, RSA_BITS.1))
        }
        other => Err(format!("is of the kind `{}`, which signs no ACK", other.algorithm())),
    }
}

/// Shorter ones are no proof, longer ones are more than the library reads.
const RSA_BITS: (usize, usize) = (2048, 4096);

fn ed25519(bytes: &[u8; 32]) -> Result<(), String> {
    strong_key(bytes).map(|_| ()).map_err(str::to_owned)
}

#[cfg(test)]
mod tests {
    use super::*;

    const KEY: &str = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAILM+rvN+ot98qgEN796jTiQfZfG1KaT0PtFDJ/XFSqti ada";

    #[test]
    fn keys_that_prove_nothing_are_no_keys() {
        assert!(public_key(KEY).is_ok());
        for (text, why) in [
            ("", "no public key"),
            ("ssh-ed25519", "no public key"),
            ("ssh-ed25519 AAAA", "no public key"),
            ("ssh-rsa AAAAC3NzaC1lZDI1NTE5AAAAILM+rvN+ot98qgEN796jTiQfZfG1KaT0PtFDJ/XFSqti", "no public key"),
            // The neutral element and a point of order 4.
            ("ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIAEAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA", "small order"),
            ("ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA", "small order"),
        ] {
            let said = public_key(text).unwrap_err();
            assert!(said.contains(why), "{text}: {said}");
        }
        assert!(public_key(&format!("{KEY}\nssh-ed25519 AAAA")).is_err());
    }

    #[test]
    fn a_key_counts_in_its_time_both_ends_included() {
        let public = public_key(KEY).unwrap();
        let key = |after, before, unfit: Option<&str>| Key {
            public: public.clone(),
            place: "line 1".to_owned(),
            after,
            before,
            unfit: unfit.map(str::to_owned),
        };
        for (key, moments, why) in [
            (key(None, None, None), &[5][..], None),
            (key(Some(5), Some(7), None), &[5, 6, 7], None),
            (key(Some(5), Some(7), None), &[6, 8], Some("any more")),
            (key(Some(5), Some(7), None), &[4, 6], Some("not valid yet")),
            (key(None, None, Some("is a CA's")), &[5], Some("a CA's")),
        ] {
            let ring = KeyRing { keys: vec![key] };
            let found = ring.allows(public.key_data(), moments);
            assert_eq!(found.is_ok(), why.is_none(), "{moments:?}");
            assert!(why.is_none_or(|why| found.unwrap_err().contains(why)), "{moments:?}");
        }
        let twice = KeyRing { keys: vec![key(None, Some(3), None), key(Some(5), None, None)] };
        assert!(twice.allows(public.key_data(), &[2]).is_ok() && twice.allows(public.key_data(), &[6]).is_ok());
        assert!(twice.allows(public.key_data(), &[4]).is_err() && twice.allows(public.key_data(), &[2, 6]).is_err());
        assert!(KeyRing::default().allows(public.key_data(), &[2]).unwrap_err().contains("none of the party's"));
    }

    #[test]
    fn a_key_of_two_parties_is_found() {
        let public = public_key(KEY).unwrap();
        let ring = |unfit: Option<&str>| KeyRing {
            keys: vec![Key {
                public: public.clone(),
                place: String::new(),
                after: None,
                before: None,
                unfit: unfit.map(str::to_owned),
            }],
        };
        let rings = |one, other| KeyRings::from([("A".to_owned(), ring(one)), ("B".to_owned(), ring(other))]);
        let (both, one) = (rings(None, None), rings(None, Some("is nobody's")));
        assert_eq!(shared_key(&both).map(|(_, one, other)| (one, other)), Some(("A", "B")));
        assert!(shared_key(&one).is_none());
    }
}
