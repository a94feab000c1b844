//! What an ACK has to prove, where the policy asks for more than its heading's word, and what a commit's own signature
//! proves.
//!
//! The only room that knows SSH keys and signatures. It works on text: the shell reads the files that hold keys.

mod allowed_signers;
mod authored;
mod block;
mod bundle;
mod commit;
mod keys;
mod overriding;
mod signature;
mod signed;

pub use authored::{authored, brought_by};
use block::Block;
pub use block::{carries_signature, read_at};
pub use commit::{Signer, commit_signer};
pub use keys::{KeyError, KeyRing, KeyRings, public_key, shared_key};
pub use overriding::{OVERRIDE_TRAILER, Override, override_reason, overriding};
#[cfg(any(test, fuzzing))]
pub(crate) use signature::is_signature_of;
pub use signed::{Claim, NAMESPACE, Terms, signed, was_read};

/// Who made a commit, by e-mail address.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Who {
    /// The author's address.
    pub author: String,
    /// The committer's address.
    pub committer: String,
}

/// Who brought an ACK and its gate into the log: the makers of the commits in whose log the entry stands, and in none of
/// whose parents' logs.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Origin {
    /// Of the ACK.
    pub ack: Vec<Who>,
    /// Of the gate.
    pub gate: Vec<Who>,
    /// When the ACK was brought: the committers' dates, in Unix seconds.
    pub times: Vec<i64>,
    /// Whether the history reaches back to both.
    pub is_known: bool,
}
