//! An SSH signature in its armour, as `ssh-keygen -Y sign` writes it (OpenSSH's PROTOCOL.sshsig).

use base64ct::{Base64, Encoding};
use ssh_key::public::KeyData;
use ssh_key::{Algorithm, PublicKey, SshSig};

use super::block::{BEGIN, END};

/// The version of the format that there is. It is not among what is signed.
const VERSION: u32 = 1;

/// Longer than any signature.
const MOST_LINES: usize = 200;

/// Checks a signature over `message` in a namespace; `allows` says whether its key counts, and as what.
///
/// # Errors
/// Why it does not hold, in words.
pub(super) fn verify<T>(
    armour: &[&str],
    namespace: &str,
    message: &[u8],
    allows: impl FnOnce(&KeyData) -> Result<T, String>,
) -> Result<T, String> {
    let signature = read(armour)?;
    if signature.namespace() != namespace {
        return Err(format!("it is signed for the namespace `{}`, not `{namespace}`", signature.namespace()));
    }
    let allowed = allows(signature.public_key())?;
    let key = PublicKey::from(signature.public_key().clone());
    key.verify(namespace, message, &signature)
        .map_err(|_| "its signature does not fit what it is said to be of".to_owned())?;
    Ok(allowed)
}

/// Whether a text is an armoured signature over `message` by a key of the ring, in the namespace of ACKs.
#[cfg(any(test, fuzzing))]
pub(crate) fn is_signature_of(text: &str, message: &str, ring: &super::KeyRing) -> bool {
    let armour: Vec<&str> = text.lines().collect();
    verify(&armour, super::NAMESPACE, message.as_bytes(), |key| ring.allows(key, &[0])).is_ok()
}

fn read(armour: &[&str]) -> Result<SshSig, String> {
    let (first, last) = (armour.first(), armour.last());
    let body = armour.get(1..armour.len().saturating_sub(1)).unwrap_or_default();
    let plain = |line: &&str| {
        !line.is_empty() && line.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'+' | b'/' | b'='))
    };
    if first != Some(&BEGIN) || last != Some(&END) || body.len() > MOST_LINES || !body.iter().all(plain) {
        return Err(format!("its signature is not whole: from `{BEGIN}` to `{END}`, and nothing below it"));
    }
    let text = format!("{}\n", armour.join("\n"));
    let signature = SshSig::from_pem(text)
        .map_err(|error| format!("its signature cannot be read as one by a plain SSH key: {error}"))?;
    if signature.version() != VERSION {
        return Err(format!("its signature is of version {}, not {VERSION}", signature.version()));
    }
    // The library forgives lengths that do not fit; `ssh-keygen` does not.
    if Base64::decode_vec(&body.concat()).ok() != encode(&signature) {
        return Err("its signature is not encoded as OpenSSH encodes it".to_owned());
    }
    Ok(signature)
}

/// A signature's bytes, as PROTOCOL.sshsig orders them; those of a security key end with flags and a counter.
fn encode(signature: &SshSig) -> Option<Vec<u8>> {
    let algorithm = signature.algorithm();
    let raw = signature.signature_bytes();
    let is_hardware = matches!(algorithm, Algorithm::SkEd25519 | Algorithm::SkEcdsaSha2NistP256);
    let (raw, trailer) = raw.split_at_checked(raw.len().checked_sub(if is_hardware { 5 } else { 0 })?)?;
    let inner = [&string(algorithm.as_str().as_bytes())?, &string(raw)?, trailer].concat();
    let key = PublicKey::from(signature.public_key().clone()).to_bytes().ok()?;
    let mut bytes = b"SSHSIG".to_vec();
    bytes.extend(VERSION.to_be_bytes());
    let hash = signature.hash_alg();
    for part in [&key, signature.namespace().as_bytes(), signature.reserved(), hash.as_str().as_bytes(), &inner] {
        bytes.extend(string(part)?);
    }
    Some(bytes)
}

/// Bytes behind their length (RFC 4251, section 5).
fn string(bytes: &[u8]) -> Option<Vec<u8>> {
    let length = u32::try_from(bytes.len()).ok()?;
    Some([&length.to_be_bytes(), bytes].concat())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::NAMESPACE;
    use super::super::keys::KeyRing;
    use super::*;
    use crate::policy::Party;

    const MESSAGE: &str = "ackgate-ack-v1\n";

    /// Keys and signatures of `ssh-keygen` over [`MESSAGE`].
    const MADE: [(&str, &str); 4] = [
        (include_str!("fixtures/ed25519.pub"), include_str!("fixtures/ed25519.sig")),
        (include_str!("fixtures/ecdsa256.pub"), include_str!("fixtures/ecdsa256.sig")),
        (include_str!("fixtures/ecdsa521.pub"), include_str!("fixtures/ecdsa521.sig")),
        (include_str!("fixtures/rsa2048.pub"), include_str!("fixtures/rsa2048.sig")),
    ];

    fn ring(keys: &[&str]) -> KeyRing {
        let party = Party {
            name: "CCC".to_owned(),
            aliases: Vec::new(),
            repositories: Vec::new(),
            emails: Vec::new(),
            keys: keys.iter().map(|key| key.trim().to_owned()).collect(),
            allowed_signers: None,
            bundle: None,
            require: None,
        };
        KeyRing::inline(&party, "ackgate.toml").unwrap()
    }

    fn verdict(armour: &str, message: &str, ring: &KeyRing) -> Result<(), String> {
        let armour: Vec<&str> = armour.lines().collect();
        verify(&armour, NAMESPACE, message.as_bytes(), |key| ring.allows(key, &[0]))
    }

    #[test]
    fn each_kind_of_key_verifies_its_own_signature_and_no_other() {
        for (n, (public, armour)) in MADE.into_iter().enumerate() {
            assert_eq!(verdict(armour, MESSAGE, &ring(&[public])), Ok(()));
            assert!(verdict(armour, "ackgate-ack-v2\n", &ring(&[public])).unwrap_err().contains("does not fit"));
            let others: Vec<&str> = MADE.iter().map(|made| made.0).filter(|key| *key != public).collect();
            assert!(verdict(armour, MESSAGE, &ring(&others)).unwrap_err().contains("none of the party's"), "{n}");
        }
    }

    /// A security key signs over digests, its flags and a counter (OpenSSH's PROTOCOL.u2f).
    #[test]
    fn a_security_key_counts_too() {
        use ed25519_dalek::Signer;
        use sha2::{Digest, Sha256};
        use ssh_key::public::{Ed25519PublicKey, SkEd25519};
        use ssh_key::{HashAlg, Signature};

        let key = ed25519_dalek::SigningKey::from_bytes(&[7; 32]);
        let public = SkEd25519::from(Ed25519PublicKey(key.verifying_key().to_bytes()));
        let signed = SshSig::signed_data(NAMESPACE, HashAlg::Sha512, MESSAGE.as_bytes()).unwrap();
        let trailer = [1, 0, 0, 0, 9];
        let message =
            [Sha256::digest(public.application()).as_slice(), &trailer, Sha256::digest(signed).as_slice()].concat();
        let raw = [key.sign(&message).to_bytes().as_slice(), &trailer].concat();
        let signature = Signature::new(Algorithm::SkEd25519, raw).unwrap();
        let data = ssh_key::public::KeyData::SkEd25519(public);
        let sshsig = SshSig::new(data.clone(), NAMESPACE, HashAlg::Sha512, signature).unwrap();
        let armour = sshsig.to_pem(ssh_key::LineEnding::LF).unwrap();
        let ring = ring(&[&PublicKey::from(data).to_openssh().unwrap()]);
        assert_eq!(verdict(&armour, MESSAGE, &ring), Ok(()));
        assert!(verdict(&armour, "ackgate-ack-v2\n", &ring).is_err());
    }

    #[test]
    fn the_armour_is_whole_and_alone() {
        let (public, armour) = MADE[0];
        let ring = ring(&[public]);
        for (text, why) in [
            (String::new(), "not whole"),
            (BEGIN.to_owned(), "not whole"),
            (format!("{BEGIN}\n{END}"), "cannot be read"),
            (armour.replace(END, ""), "not whole"),
            (format!("{armour}x"), "not whole"),
            (format!(" {armour}"), "not whole"),
            (armour.replacen('\n', "\n\n", 2), "not whole"),
            (armour.replace("U1NI", "U1N*"), "not whole"),
            (armour.replace("U1NI", "U1NJ"), "cannot be read"),
            (format!("{BEGIN}\n{}{END}", "AAAA\n".repeat(500)), "not whole"),
        ] {
            let said = verdict(&text, MESSAGE, &ring).unwrap_err();
            assert!(said.contains(why), "{text}: {said}");
        }
    }

    #[test]
    fn the_version_counts_although_it_is_not_signed() {
        let (public, armour) = MADE[0];
        // SSHSIG and a version of 0 and 2 in place of 1.
        for version in ["AAAAAAA", "AAAAAgA"] {
            let text = armour.replace("U1NIU0lHAAAAAQA", &format!("U1NIU0lH{version}"));
            assert_ne!(text, armour);
            assert!(verdict(&text, MESSAGE, &ring(&[public])).is_err(), "{version}");
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(512))]

        #[test]
        fn no_byte_of_a_signature_can_be_another(which in 0..2usize, at: prop::sample::Index, flip in 1..=255u8) {
            let (public, armour) = MADE[which];
            let mut bytes = armour.trim_end().as_bytes().to_vec();
            let at = at.index(bytes.len());
            bytes[at] ^= flip;
            let text = String::from_utf8_lossy(&bytes).into_owned();
            prop_assert!(verdict(&text, MESSAGE, &ring(&[public])).is_err(), "{}", text);
        }

        #[test]
        fn no_armour_makes_it_panic(body in "[A-Za-z0-9+/=\n]{0,400}") {
            let text = format!("{BEGIN}\nU1NIU0lHAAAAAQAAAD{body}\n{END}");
            prop_assert!(verdict(&text, MESSAGE, &ring(&[MADE[0].0])).is_err());
        }
    }
}
