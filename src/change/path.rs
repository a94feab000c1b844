//! A path inside a repository, as the bytes git has for it.

use std::fmt;

/// A path from the repository's root, `/` between components, as bytes: git does not ask for UTF-8.
///
/// `Display` escapes what a terminal could take for a command, so that a path is safe to print.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct RepoPath(Vec<u8>);

impl RepoPath {
    /// Takes the bytes as git has them.
    pub fn new(bytes: impl Into<Vec<u8>>) -> Self {
        RepoPath(bytes.into())
    }

    /// The bytes as git has them.
    pub fn as_bytes(&self) -> &[u8] {
        &self.0
    }

    /// The path as text, where it is UTF-8.
    pub fn to_str(&self) -> Option<&str> {
        std::str::from_utf8(&self.0).ok()
    }

    /// What follows `folder/`, if the path lies below that folder; the whole path for an empty `folder`.
    pub fn below(&self, folder: &str) -> Option<RepoPath> {
        if folder.is_empty() {
            return Some(self.clone());
        }
        let rest = self.0.strip_prefix(folder.as_bytes())?.strip_prefix(b"/")?;
        Some(RepoPath(rest.to_vec()))
    }

    /// This path below `folder`; unchanged for an empty `folder`.
    pub fn under(&self, folder: &str) -> RepoPath {
        if folder.is_empty() {
            return self.clone();
        }
        let mut bytes = folder.as_bytes().to_vec();
        bytes.push(b'/');
        bytes.extend_from_slice(&self.0);
        RepoPath(bytes)
    }

    /// The last component.
    pub fn file_name(&self) -> &[u8] {
        self.0.rsplit(|b| *b == b'/').next().unwrap_or(&self.0)
    }
}

impl From<&str> for RepoPath {
    fn from(text: &str) -> Self {
        RepoPath(text.as_bytes().to_vec())
    }
}

impl fmt::Display for RepoPath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for chunk in self.0.utf8_chunks() {
            f.write_str(&crate::report::escape(chunk.valid()))?;
            for byte in chunk.invalid() {
                write!(f, "\\x{byte:02x}")?;
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shows_controls_and_invalid_bytes_escaped() {
        assert_eq!(RepoPath::new(*b"a\n\x1b[31m\xff").to_string(), "a\\n\\u{1b}[31m\\xff");
    }

    #[test]
    fn below_wants_a_whole_component() {
        let path = RepoPath::from("ab/c");
        assert_eq!(path.below("a"), None);
        assert_eq!(path.below("ab"), Some(RepoPath::from("c")));
        assert_eq!(path.below(""), Some(path));
    }
}
