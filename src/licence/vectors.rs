//! Keys and signatures of which verifiers disagree, made from the curve itself: what the public collections of Ed25519
//! cases are about (small order, mixed order, second encodings, second forms of a signature).

use base64ct::{Base64, Encoding};
use curve25519_dalek::constants::{ED25519_BASEPOINT_POINT, EIGHT_TORSION};
use curve25519_dalek::edwards::{CompressedEdwardsY, EdwardsPoint};
use curve25519_dalek::scalar::Scalar;
use curve25519_dalek::traits::Identity;
use sha2::{Digest, Sha512};

use super::{Bundle, Reason, Ring, Signed, strong_key};

const MESSAGE: &[u8] = b"ackgate";

/// The order of the base point, least byte first (RFC 8032, 5.1).
const L: [u8; 32] = [
    0xed, 0xd3, 0xf5, 0x5c, 0x1a, 0x63, 0x12, 0x58, 0xd6, 0x9c, 0xf7, 0xa2, 0xde, 0xf9, 0xde, 0x14, 0, 0, 0, 0, 0, 0,
    0, 0, 0, 0, 0, 0, 0, 0, 0, 0x10,
];

fn bundle(key: &[u8]) -> Result<Bundle, Reason> {
    let base64 = Base64::encode_string(key);
    let text =
        format!("{{\"version\":\"1\",\"keys\":[{{\"id\":\"k\",\"type\":\"ed25519\",\"base64\":\"{base64}\"}}]}}");
    Bundle::read(text.as_bytes()).map_err(|refusal| refusal.reason)
}

/// What is said of a signature as it is written.
fn said(key: &[u8; 32], message: &[u8], signature: &str) -> Result<(), Reason> {
    let bundle = bundle(key)?;
    let ring = Ring { bundle: &bundle, now: 0 };
    ring.holds(&Signed { message, key_id: "k", signature }).map_err(|refusal| refusal.reason)
}

fn holds(key: &[u8; 32], r: &[u8; 32], s: &[u8; 32]) -> Result<(), Reason> {
    said(key, MESSAGE, &Base64::encode_string(&[&r[..], s].concat()))
}

fn bytes(point: &EdwardsPoint) -> [u8; 32] {
    point.compress().to_bytes()
}

/// The scalar that binds R, key and message.
fn challenge(r: &[u8; 32], key: &[u8; 32], message: &[u8]) -> Scalar {
    let hash = Sha512::new().chain_update(r).chain_update(key).chain_update(message).finalize();
    Scalar::from_bytes_mod_order_wide(&hash.into())
}

fn secret() -> (Scalar, [u8; 32]) {
    let secret = Scalar::from(0x1234_5678_9abc_def1_u64);
    (secret, bytes(&(ED25519_BASEPOINT_POINT * secret)))
}

/// An honest signature with this nonce.
fn signed(nonce: u64) -> ([u8; 32], [u8; 32], [u8; 32]) {
    let (secret, key) = secret();
    let nonce = Scalar::from(nonce);
    let r = bytes(&(ED25519_BASEPOINT_POINT * nonce));
    (key, r, (nonce + challenge(&r, &key, MESSAGE) * secret).to_bytes())
}

/// Numbers of 32 bytes, least byte first.
fn sum(one: &[u8; 32], other: &[u8; 32]) -> [u8; 32] {
    let mut carry = 0;
    std::array::from_fn(|i| {
        let sum = u16::from(one[i]) + u16::from(other[i]) + carry;
        carry = sum >> 8;
        (sum & 0xff) as u8
    })
}

/// The prime and a small number more: a second encoding of that small y.
fn above_the_prime(y: u8) -> [u8; 32] {
    let mut bytes = [0xff; 32];
    bytes[0] = 0xed + y;
    bytes[31] = 0x7f;
    bytes
}

#[test]
fn honest_signatures_hold() {
    for nonce in [1, 2, 3, u64::MAX] {
        let (key, r, s) = signed(nonce);
        assert_eq!(holds(&key, &r, &s), Ok(()));
    }
    // RFC 8032, 7.1, tests 1 and 2.
    for (key, message, signature) in [
        (
            "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a",
            &b""[..],
            "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b",
        ),
        (
            "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c",
            b"\x72",
            "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00",
        ),
    ] {
        let raw = |hex: &str| -> Vec<u8> {
            hex.as_bytes().chunks(2).map(|two| u8::from_str_radix(str::from_utf8(two).unwrap(), 16).unwrap()).collect()
        };
        let key: [u8; 32] = raw(key).try_into().unwrap();
        let signature = Base64::encode_string(&raw(signature));
        assert_eq!(said(&key, message, &signature), Ok(()));
        assert_eq!(said(&key, b"x", &signature), Err(Reason::BadSignature));
    }
}

#[test]
fn a_signature_has_one_form() {
    let (key, r, s) = signed(5);
    // S and the order of the base point, once and more often: the same scalar.
    let mut more = s;
    for _ in 0..14 {
        more = sum(&more, &L);
        assert_eq!(holds(&key, &r, &more), Err(Reason::BadSignature));
    }
    for bit in 253..256 {
        let mut high = s;
        high[bit / 8] |= 1 << (bit % 8);
        assert_eq!(holds(&key, &r, &high), Err(Reason::BadSignature), "{bit}");
    }
    // Single bits.
    let whole = [r, s].concat();
    for bit in (0..512).step_by(7) {
        let mut other = whole.clone();
        other[bit / 8] ^= 1 << (bit % 8);
        let text = Base64::encode_string(&other);
        assert_eq!(said(&key, MESSAGE, &text), Err(Reason::BadSignature), "{bit}");
    }
    for length in (0..64).chain([65, 96, 128]) {
        let mut other = whole.clone();
        other.resize(length, 0);
        assert_eq!(said(&key, MESSAGE, &Base64::encode_string(&other)), Err(Reason::BadSignature), "{length}");
    }
    let text = Base64::encode_string(&whole);
    assert_eq!(said(&key, MESSAGE, &text), Ok(()));
    let (first, last) = text.split_at(85);
    let stray = format!("{first}{}==", (last.as_bytes()[0] + 1) as char);
    for other in [
        stray,
        text.trim_end_matches('=').to_owned(),
        format!("{text}\n"),
        format!(" {text}"),
        format!("{first}\n{last}"),
        format!("{text}{text}"),
        text.to_lowercase(),
    ] {
        assert_eq!(said(&key, MESSAGE, &other), Err(Reason::BadSignature), "{other}");
    }
    assert_eq!(holds(&key, &[0; 32], &[0; 32]), Err(Reason::BadSignature));
    assert_eq!(holds(&key, &r, &[0; 32]), Err(Reason::BadSignature));
    assert_eq!(holds(&key, &[0xff; 32], &[0xff; 32]), Err(Reason::BadSignature));
    assert_eq!(holds(&key, &r, &L), Err(Reason::BadSignature));
}

#[test]
fn an_r_of_small_order_is_refused_though_the_equation_holds() {
    let (secret, key) = secret();
    for point in EIGHT_TORSION {
        let r = bytes(&point);
        let s = (challenge(&r, &key, MESSAGE) * secret).to_bytes();
        assert_eq!(holds(&key, &r, &s), Err(Reason::BadSignature), "{r:02x?}");
    }
    // The neutral element in its other encodings: beyond the prime, and with the sign of an x that is zero.
    let neutral = bytes(&EdwardsPoint::identity());
    let mut signs = neutral;
    signs[31] |= 0x80;
    for r in [above_the_prime(1), signs] {
        let s = (challenge(&r, &key, MESSAGE) * secret).to_bytes();
        assert_eq!(holds(&key, &r, &s), Err(Reason::BadSignature), "{r:02x?}");
    }
}

#[test]
fn the_equation_holds_without_the_cofactor_or_not_at_all() {
    let (secret, key) = secret();
    let nonce = Scalar::from(77_u64);
    // Of order eight and of order two.
    for torsion in [&EIGHT_TORSION[1], &EIGHT_TORSION[4]] {
        // R with a part of small order: eight times both sides are the same, the sides are not.
        let r = bytes(&(ED25519_BASEPOINT_POINT * nonce + torsion));
        let s = (nonce + challenge(&r, &key, MESSAGE) * secret).to_bytes();
        assert_eq!(holds(&key, &r, &s), Err(Reason::BadSignature));

        // So has the key.
        let mixed = bytes(&(ED25519_BASEPOINT_POINT * secret + torsion));
        let mut found = [false; 2];
        for nonce in 1..40_u64 {
            let nonce = Scalar::from(nonce);
            let r = bytes(&(ED25519_BASEPOINT_POINT * nonce));
            let k = challenge(&r, &mixed, MESSAGE);
            let s = (nonce + k * secret).to_bytes();
            let is_exact = (torsion * k) == EdwardsPoint::identity();
            assert_eq!(holds(&mixed, &r, &s).is_ok(), is_exact);
            found[usize::from(is_exact)] = true;
        }
        assert_eq!(found, [true, true]);
    }
}

#[test]
fn keys_that_prove_nothing_are_no_keys() {
    let signed = |mut key: [u8; 32]| {
        key[31] ^= 0x80;
        key
    };
    let mut weak: Vec<[u8; 32]> = EIGHT_TORSION.iter().map(bytes).collect();
    weak.extend(weak.clone().into_iter().map(signed));
    weak.extend([0, 1].into_iter().flat_map(|y| [above_the_prime(y), signed(above_the_prime(y))]));
    for key in weak {
        assert_eq!(bundle(&key).err(), Some(Reason::KeyBytes), "{key:02x?}");
        assert!(strong_key(&key).is_err());
    }
    // Points of large order whose y is beyond the prime: they have an encoding, and this is not it.
    let (mut second, mut nowhere) = (0, 0);
    for y in 2..=18 {
        for key in [above_the_prime(y), signed(above_the_prime(y))] {
            second += usize::from(CompressedEdwardsY(key).decompress().is_some());
            assert_eq!(bundle(&key).err(), Some(Reason::KeyBytes), "{key:02x?}");
        }
        let mut plain = [0; 32];
        plain[0] = y;
        let is_point = CompressedEdwardsY(plain).decompress().is_some();
        nowhere += usize::from(!is_point);
        assert_eq!(bundle(&plain).is_ok(), is_point, "{y}");
    }
    assert!(second > 0 && nowhere > 0);
    let (_, key) = secret();
    for length in [0, 31, 33, 64] {
        let mut other = key.to_vec();
        other.resize(length, 0);
        assert_eq!(bundle(&other).err(), Some(Reason::KeyBytes), "{length}");
    }
}
