//! What keeps ackgate from deciding. Each of these ends a command with exit status 2.

use std::fmt;

/// Something that could not be read or decided, in words for the person who has to mend it.
#[derive(Debug)]
pub struct Error {
    message: String,
    hints: Vec<String>,
}

impl Error {
    /// What went wrong, in one sentence without a full stop.
    pub fn new(message: impl Into<String>) -> Self {
        Error { message: message.into(), hints: Vec::new() }
    }

    /// Adds what to do about it.
    pub fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hints.push(hint.into());
        self
    }

    /// Adds what to do about another error that is part of this one.
    pub fn hints_of(mut self, other: &Error) -> Self {
        let new: Vec<_> = other.hints.iter().filter(|hint| !self.hints.contains(hint)).cloned().collect();
        self.hints.extend(new);
        self
    }

    /// What to do about it, most useful first.
    pub fn hints(&self) -> &[String] {
        &self.hints
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for Error {}

impl From<git2::Error> for Error {
    fn from(error: git2::Error) -> Self {
        Error::new(format!("git repository: {}", error.message()))
    }
}
