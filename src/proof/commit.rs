//! A commit's own signature, as `git commit -S` makes it with an SSH key (`gpg.format = ssh`).
//!
//! It stands in the header `gpgsig` and is over the whole commit object without that header: tree, parents, people, dates
//! and message. So it is good for this one commit, and for nothing that an amend or a rebase makes of it.

use std::fmt;

use ssh_key::{HashAlg, PublicKey};

use super::block::BEGIN;
use super::keys::public_key;
use super::signature::verify;

/// The namespace that git signs in.
const NAMESPACE: &str = "git";

/// What every header for a signature starts with. `gpgsig-sha256` is for repositories with longer ids.
const HEADER: &[u8] = b"gpgsig";

/// The key that signed a commit, as the policy lists it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Signer {
    /// `SHA256:…`, as `ssh-keygen -l` shows it.
    pub fingerprint: String,
    /// What the policy says behind the key; may be empty.
    pub comment: String,
}

impl fmt::Display for Signer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.comment.as_str() {
            "" => f.write_str(&self.fingerprint),
            comment => write!(f, "{comment} ({})", self.fingerprint),
        }
    }
}

/// Which of these OpenSSH public keys signed a commit; `commit` is the object as git stores it.
///
/// # Errors
/// Why none did, in words.
pub fn commit_signer(commit: &[u8], keys: &[String]) -> Result<Signer, String> {
    let (signed, signature) = split(commit)?;
    let Some(signature) = signature else { return Err("the commit is not signed".to_owned()) };
    let signature = String::from_utf8_lossy(&signature);
    let armour: Vec<&str> = signature.strip_suffix('\n').unwrap_or(&signature).split('\n').collect();
    if armour.first() != Some(&BEGIN) {
        return Err("the commit is not signed with an SSH key".to_owned());
    }
    let keys = keys.iter().map(|key| public_key(key)).collect::<Result<Vec<PublicKey>, _>>()?;
    verify(&armour, NAMESPACE, &signed, |by| {
        let key = keys.iter().find(|key| key.key_data() == by);
        let fingerprint = by.fingerprint(HashAlg::Sha256).to_string();
        match key {
            Some(key) => Ok(Signer { fingerprint, comment: key.comment().to_owned() }),
            None => Err(format!("its key {fingerprint} is none of those that the policy lists")),
        }
    })
}

/// What a commit's signature is over, and the signature: the header's first line and those that follow it behind a space.
fn split(commit: &[u8]) -> Result<(Vec<u8>, Option<Vec<u8>>), String> {
    let mut signed = Vec::with_capacity(commit.len());
    let mut signature: Option<Vec<u8>> = None;
    let mut is_open = false;
    let mut lines = commit.split_inclusive(|byte| *byte == b'\n');
    for line in lines.by_ref() {
        match (line.strip_prefix(b" "), &mut signature) {
            (Some(more), Some(signature)) if is_open => {
                signature.extend_from_slice(more);
                continue;
            }
            _ => is_open = false,
        }
        if !line.starts_with(HEADER) {
            signed.extend_from_slice(line);
            // The message follows, and whatever it looks like is no header.
            if line == b"\n" {
                break;
            }
            continue;
        }
        let first = line.strip_prefix(HEADER).and_then(|rest| rest.strip_prefix(b" "));
        let (Some(first), None) = (first, &signature) else {
            return Err("the commit has more than one header for a signature, or an unknown one".to_owned());
        };
        signature = Some(first.to_vec());
        is_open = true;
    }
    lines.for_each(|line| signed.extend_from_slice(line));
    Ok((signed, signature))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Commits made by `git commit -S` with keys of `ssh-keygen`.
    const MADE: [(&str, &str); 3] = [
        (include_str!("fixtures/commit_ed25519.pub"), include_str!("fixtures/commit_ed25519.txt")),
        (include_str!("fixtures/commit_ecdsa256.pub"), include_str!("fixtures/commit_ecdsa256.txt")),
        (include_str!("fixtures/commit_rsa2048.pub"), include_str!("fixtures/commit_rsa2048.txt")),
    ];

    fn signer(commit: &str, key: &str) -> Result<Signer, String> {
        commit_signer(commit.as_bytes(), &[key.trim().to_owned()])
    }

    /// The signature's header in a commit.
    fn header(commit: &str) -> &str {
        let start = commit.find("gpgsig ").unwrap();
        let end = commit.find("SIGNATURE-----\n\n").unwrap() + "SIGNATURE-----\n".len();
        commit.get(start..end).unwrap()
    }

    #[test]
    fn a_commit_is_signed_by_its_key_and_by_no_other() {
        for (n, (key, commit)) in MADE.into_iter().enumerate() {
            let found = signer(commit, key).unwrap();
            assert!(found.fingerprint.starts_with("SHA256:"), "{found}");
            let other = MADE[(n + 1) % MADE.len()].0;
            assert!(signer(commit, other).unwrap_err().contains("none of those"));
            assert!(signer(commit, "ssh-ed25519 AAAA").unwrap_err().contains("no public key"));
            assert!(commit_signer(commit.as_bytes(), &[]).is_err());
        }
    }

    #[test]
    fn nothing_of_a_commit_can_be_changed() {
        let (key, commit) = MADE[0];
        let unsigned = commit.replace(header(commit), "");
        assert!(signer(&unsigned, key).unwrap_err().contains("not signed"));
        for (old, new) in
            [("tree ", "tree 0"), ("Ada", "Bob"), ("Gate-Override: ", "Gate-Override:  "), ("\n\n", "\n\n\n")]
        {
            assert_ne!(commit.replacen(old, new, 1), commit, "{old:?}");
            assert!(signer(&commit.replacen(old, new, 1), key).unwrap_err().contains("does not fit"), "{old:?}");
        }
        assert!(signer(&format!("{commit}\n"), key).unwrap_err().contains("does not fit"));
        assert!(signer(commit.trim_end(), key).unwrap_err().contains("does not fit"));
    }

    #[test]
    fn there_is_one_signature_in_one_header() {
        let (key, commit) = MADE[0];
        let header = header(commit);
        let unsigned = commit.replace(header, "");
        let with = |headers: &str| unsigned.replacen("\n\n", &format!("\n{headers}\n"), 1);
        assert_eq!(with(header), commit);
        let pgp = "gpgsig -----BEGIN PGP SIGNATURE-----\n \n AAAA\n -----END PGP SIGNATURE-----\n";
        for (headers, why) in [
            (format!("{header}{header}"), "more than one"),
            (format!("{pgp}{header}"), "more than one"),
            (header.replace("gpgsig ", "gpgsig-sha256 "), "unknown"),
            (format!("{header}{}", header.replace("gpgsig ", "gpgsig-sha256 ")), "unknown"),
            (pgp.to_owned(), "not signed with an SSH key"),
            ("gpgsig \n".to_owned(), "not signed with an SSH key"),
            (header.replace("gpgsig ", "mergetag "), "not signed"),
            (header.replace("-----\n ", "-----\n  "), "not whole"),
            (header.replace("\n -----END", "\n \n -----END"), "not whole"),
            (format!("{header} \n"), "not whole"),
            // A header more is a commit that nobody signed, wherever it stands.
            (format!("{header}note x\n"), "does not fit"),
            (format!("note x\n{header}"), "does not fit"),
        ] {
            let said = signer(&with(&headers), key).unwrap_err();
            assert!(said.contains(why), "{headers}: {said}");
        }
        // In the message it is text.
        assert!(signer(&format!("{unsigned}\n{header}"), key).unwrap_err().contains("not signed"));
    }
}
