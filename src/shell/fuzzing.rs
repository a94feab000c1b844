//! What the shell reads of git's, for the fuzzer and its corpus.

use super::push::Push;
use super::receive::read_received;

pub use super::git::fuzzing::{git, index, pack};

/// git's lines at a push, and at its other end.
pub fn refs(data: &[u8]) {
    if let Ok(push) = Push::read(&["origin".into()], data, |_| None) {
        let ids = push.refs.iter().flat_map(|one| [&one.local, &one.remote]).flatten();
        assert!(ids.into_iter().all(|id| id.as_bytes().iter().any(|byte| *byte != 0)));
    }
    if let Ok(refs) = read_received(data, |_| None) {
        assert!(!refs.is_empty(), "nothing was received");
    }
}
