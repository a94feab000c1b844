//! What a commit, push or edit touches: plain data, no git.
//!
//! A rename is two changes, the old path gone and the new one there: the protocol asks for both to be covered,
//! so neither side can hide behind git's guess of what was renamed.

mod id;
mod path;

pub use id::ObjectId;
pub use path::RepoPath;

/// What git stores at a path: its file mode.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Kind {
    /// A regular file (`100644`).
    File,
    /// A regular file with the run bit (`100755`).
    Executable,
    /// A symbolic link (`120000`).
    Symlink,
    /// A submodule's commit (`160000`).
    Submodule,
}

/// One side of a change: what is at the path before, or after.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Side {
    /// The file mode.
    pub kind: Kind,
    /// The blob, or for a submodule the commit.
    pub id: ObjectId,
}

/// One path that a change touches.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Change {
    /// Where, from the repository's root.
    pub path: RepoPath,
    /// What was there; `None` for an addition.
    pub old: Option<Side>,
    /// What will be there; `None` for a deletion.
    pub new: Option<Side>,
    /// Whether the sides are known: not so for a path that is only named (`--paths`, an edit about to happen).
    pub seen: bool,
}

impl Change {
    /// A path that is about to be written, whose content nobody has seen.
    pub fn named(path: RepoPath) -> Self {
        Change { path, old: None, new: None, seen: false }
    }

    /// The path was not there before.
    pub fn is_addition(&self) -> bool {
        self.seen && self.old.is_none()
    }

    /// The path will be gone.
    pub fn is_deletion(&self) -> bool {
        self.seen && self.new.is_none()
    }
}
