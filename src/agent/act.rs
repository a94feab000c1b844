//! What is about to happen, as far as it can be seen.

/// One thing that an agent is about to do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Act {
    /// It writes.
    Write(Write),
    /// It would keep the gate from seeing what comes next.
    Around(Around),
}

/// A path that would be written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Write {
    /// As it is named: absolute, or from `folder`.
    pub path: String,
    /// Whether `path` is a pattern of the shell's, to be matched against what is there.
    pub is_pattern: bool,
    /// Where the command stands, from the session's folder; empty there.
    pub folder: String,
    /// What writes, to be shown: a tool's or a program's name.
    pub by: String,
    /// In which way.
    pub how: How,
}

impl Write {
    /// A file that a tool writes, seen from the session's folder.
    pub fn file(path: impl Into<String>, by: impl Into<String>) -> Write {
        Write { path: path.into(), is_pattern: false, folder: String::new(), by: by.into(), how: How::Into }
    }
}

/// In which way a path is written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum How {
    /// Into the file, through a link.
    Into,
    /// What stands there goes or changes with all that is below it: a link itself, not what it leads to.
    Tree,
    /// At the path; where that is a folder, in it under these names.
    Place(Vec<String>),
    /// Files below the folder.
    Below {
        /// Only files of names that match this pattern.
        only: Option<String>,
        /// Whether each of them is written, or only some that cannot be told.
        all: bool,
    },
}

/// A way around the gate.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Around {
    /// Where, from the session's folder.
    pub folder: String,
    /// What it is, to be shown.
    pub by: String,
}

/// `path` from `folder`, unless it is absolute.
pub fn join(folder: &str, path: &str) -> String {
    match (folder, path) {
        (_, path) if path.starts_with('/') => path.to_owned(),
        ("", path) => path.to_owned(),
        (folder, "") => folder.to_owned(),
        (folder, path) => format!("{}/{path}", folder.trim_end_matches('/')),
    }
}
