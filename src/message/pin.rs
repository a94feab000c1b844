//! Pins: trailers that name the gate and the log that a commit was made by.

use std::fmt;

use thiserror::Error;

use super::Trailer;
use crate::change::ObjectId;

/// A gate, as a commit message pins it: `Gate: <slice>@sha256:<digest>`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GatePin {
    /// Its slice.
    pub slice: String,
    /// The digest of its entry, in lower-case hexadecimal.
    pub digest: String,
}

/// The log, as a commit message pins it: `Gate-Log: <repository name>@<full commit id>`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LogPin {
    /// A repository of the log's owner, as the policy names it.
    pub repository: String,
    /// The commit at which the log was read there.
    pub commit: ObjectId,
}

/// A trailer of ackgate's.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Pin {
    /// Which gate covers the change.
    Gate(GatePin),
    /// Where the log stood.
    Log(LogPin),
}

/// Why a trailer is a pin that cannot be read.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum PinError {
    /// `Gate:` and no slice with a digest.
    #[error("`Gate: {0}` is not of the form `Gate: SLICE@sha256:DIGEST`, with 64 hexadecimal digits in lower case")]
    Gate(String),
    /// `Gate-Log:` and no repository with a commit.
    #[error(
        "`Gate-Log: {0}` is not of the form `Gate-Log: REPOSITORY@COMMIT`, with the commit's full id in lower case"
    )]
    Log(String),
}

impl Pin {
    /// Reads a trailer; `None` for one that is no pin.
    ///
    /// # Errors
    /// A `Gate:` or `Gate-Log:` that is not of its form to the letter.
    pub fn read(trailer: &Trailer) -> Option<Result<Pin, PinError>> {
        let value = &trailer.value;
        if trailer.is(GATE) {
            let pin = value.rsplit_once("@sha256:").filter(|(slice, digest)| is_name(slice) && is_hex(digest, &[64]));
            let pin = pin.map(|(slice, digest)| GatePin { slice: slice.to_owned(), digest: digest.to_owned() });
            Some(pin.map(Pin::Gate).ok_or_else(|| PinError::Gate(value.clone())))
        } else if trailer.is(GATE_LOG) {
            let pin = value.rsplit_once('@').filter(|(name, id)| is_name(name) && is_hex(id, &[40, 64]));
            let pin = pin
                .and_then(|(name, id)| Some(LogPin { repository: name.to_owned(), commit: ObjectId::from_hex(id)? }));
            Some(pin.map(Pin::Log).ok_or_else(|| PinError::Log(value.clone())))
        } else {
            None
        }
    }
}

/// As the line of a message.
impl fmt::Display for Pin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Pin::Gate(GatePin { slice, digest }) => write!(f, "{GATE}: {slice}@sha256:{digest}"),
            Pin::Log(LogPin { repository, commit }) => write!(f, "{GATE_LOG}: {repository}@{commit}"),
        }
    }
}

const GATE: &str = "Gate";
const GATE_LOG: &str = "Gate-Log";

fn is_name(text: &str) -> bool {
    !text.is_empty() && text.trim() == text
}

fn is_hex(text: &str, lengths: &[usize]) -> bool {
    lengths.contains(&text.len()) && text.bytes().all(|b| matches!(b, b'0'..=b'9' | b'a'..=b'f'))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(token: &str, value: &str) -> Option<Result<Pin, PinError>> {
        Pin::read(&Trailer { token: token.to_owned(), value: value.to_owned() })
    }

    #[test]
    fn pins_are_read_to_the_letter_and_written_as_they_are_read() {
        let (digest, sha1) = ("ab".repeat(32), "0f".repeat(20));
        for (token, value) in [
            ("Gate", format!("r4-adapter@sha256:{digest}")),
            ("Gate", format!("a@sha256:b@sha256:{digest}")),
            ("Gate-Log", format!("AgentOS@{sha1}")),
            ("Gate-Log", format!("me@home@{digest}")),
        ] {
            assert_eq!(read(token, &value).unwrap().unwrap().to_string(), format!("{token}: {value}"));
            assert!(read(&token.to_uppercase(), &value).unwrap().is_ok());
            for bad in [
                value.to_uppercase(),
                format!("{value}0"),
                format!("@{value}x"),
                value.replace('@', " "),
                String::new(),
            ] {
                assert!(read(token, &bad).unwrap().is_err(), "{token}: {bad}");
            }
        }
        assert!(read("Gate", &format!("@sha256:{digest}")).unwrap().is_err());
        assert!(read("Gate-Log", &format!(" @{sha1}")).unwrap().is_err());
        assert_eq!(read("Gate-Override", "x"), None);
        assert_eq!(read("Gat", "x"), None);
    }
}
