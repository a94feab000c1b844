//! An emergency override: a commit that says why it cannot wait, signed with a key that the policy lists for it.

use super::commit::{Signer, commit_signer};
use crate::message::Trailer;

/// The trailer that gives the reason.
pub const OVERRIDE_TRAILER: &str = "Gate-Override";

/// An override that counts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Override {
    /// Why it could not wait, as the trailer says it.
    pub reason: String,
    /// Whose key signed it.
    pub by: Signer,
}

/// The reason that a commit's trailers give for an override, empty where they give none; `None` where they ask for none.
pub fn override_reason(trailers: &[Trailer]) -> Option<String> {
    let mut asked = trailers.iter().filter(|trailer| trailer.is(OVERRIDE_TRAILER)).peekable();
    asked.peek()?;
    let reasons: Vec<&str> = asked.map(|trailer| trailer.value.as_str()).filter(|reason| says_why(reason)).collect();
    Some(reasons.join("; "))
}

/// The override that a commit asks for, under a policy that lists these keys; `commit` is the object as git stores it.
///
/// # Errors
/// Why it does not count, in words.
pub fn overriding(reason: String, commit: &[u8], keys: &[String]) -> Result<Override, String> {
    if keys.is_empty() {
        return Err("the policy of its base lists no key under `[override]`, so there is none".to_owned());
    }
    if reason.is_empty() {
        return Err(format!("its trailer `{OVERRIDE_TRAILER}` gives no reason"));
    }
    Ok(Override { by: commit_signer(commit, keys)?, reason })
}

/// Whether there is a word in it.
fn says_why(reason: &str) -> bool {
    reason.chars().any(char::is_alphanumeric)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::message::trailers;

    const COMMIT: &str = include_str!("fixtures/commit_ed25519.txt");

    fn reason(trailers_of: &str) -> Option<String> {
        override_reason(&trailers(format!("Mend it\n\n{trailers_of}\n").as_bytes()))
    }

    #[test]
    fn a_reason_is_a_trailer_with_a_word_in_it() {
        for (text, wanted) in [
            ("Gate-Override: the meter is down", Some("the meter is down")),
            ("gate-override:x", Some("x")),
            ("Gate-Override: one\nGate: r4\nGate-Override: two", Some("one; two")),
            ("Gate-Override:", Some("")),
            ("Gate-Override: \u{200b}", Some("")),
            ("Gate-Override: --", Some("")),
            ("Gate-Override: one\n\nNo trailer.", None),
            ("Gate-Overrides: one", None),
            ("Gate: r4", None),
        ] {
            assert_eq!(reason(text).as_deref(), wanted, "{text}");
        }
    }

    #[test]
    fn it_takes_a_reason_a_key_and_a_signature() {
        let keys = [include_str!("fixtures/commit_ed25519.pub").trim().to_owned()];
        let other = [include_str!("fixtures/commit_rsa2048.pub").trim().to_owned()];
        let found = overriding("why".to_owned(), COMMIT.as_bytes(), &keys).unwrap();
        assert_eq!((found.reason.as_str(), found.by.comment.as_str()), ("why", "ed25519@agentos.example"));
        for (reason, keys, why) in
            [("why", &[][..], "lists no key"), ("", &keys, "gives no reason"), ("why", &other, "none of those")]
        {
            assert!(overriding(reason.to_owned(), COMMIT.as_bytes(), keys).unwrap_err().contains(why), "{why}");
        }
    }
}
