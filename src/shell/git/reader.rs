//! What this room asks of a repository. libgit2 answers, and where it cannot, the user's git; all that is made of the
//! answers (walks, comparisons, verdicts) is there once, and does not know who answered.

use std::collections::HashMap;
use std::path::Path;

use git2::ObjectType;

use crate::change::{ObjectId, RepoPath};
use crate::report::escape;
use crate::shell::Error;

/// The attributes by which git converts line ends.
pub(super) const LINE_END_ATTRIBUTES: [&str; 3] = ["text", "eol", "crlf"];

/// Reads one repository. Each answer is that of a repository without replace refs and grafts.
pub(super) trait Reader {
    /// An object, with its kind; one that is not there is an error.
    fn object(&self, id: ObjectId) -> Result<(ObjectType, Vec<u8>), Error>;

    /// An object, which is given to `intake` while it is read; one that is not there is an error.
    fn object_meanwhile(&self, id: ObjectId, intake: &mut dyn Intake) -> Result<(), Error> {
        let (kind, data) = self.object(id)?;
        intake.end(kind, data);
        Ok(())
    }

    /// The kind of an object; `None` if it is not there.
    fn kind(&self, id: ObjectId) -> Result<Option<ObjectType>, Error>;

    /// The object that a revision names, which may be a tag.
    fn revision(&self, rev: &str) -> Result<ObjectId, Error>;

    /// What `HEAD` points to; `None` on a branch that has no commit yet.
    fn head(&self) -> Result<Option<ObjectId>, Error>;

    /// The full name of the branch that `HEAD` is on; `None` when detached.
    fn head_branch(&self) -> Result<Option<Vec<u8>>, Error>;

    /// The reference of this full name; one that leads nowhere is an error.
    fn reference(&self, name: &str) -> Result<Option<Reference>, Error>;

    /// The references whose full names start with `prefix`, which ends with `/`; but those that lead nowhere.
    fn references(&self, prefix: &str) -> Result<Vec<Reference>, Error>;

    /// The value of a key; a key without a value is `true`.
    fn config(&self, key: &str) -> Result<Option<String>, Error>;

    /// The names of the remotes that are configured.
    fn remotes(&self) -> Result<Vec<String>, Error>;

    /// The reference that a branch, by its full name, is configured to follow.
    fn upstream(&self, branch: &str) -> Result<Option<String>, Error>;

    /// What the index holds, in no particular order.
    fn index(&self) -> Result<Vec<IndexEntry>, Error>;

    /// What the index says of the files when they were staged, as far as it can be had.
    fn stats(&self) -> Result<HashMap<RepoPath, Stat>, Error>;

    /// Untracked paths that are not ignored; an untracked repository is one path.
    fn untracked(&self) -> Result<Vec<RepoPath>, Error>;

    /// Whether ignore rules leave a path out; one that is not UTF-8 is left in.
    fn is_ignored(&self, path: &RepoPath) -> Result<bool, Error>;

    /// Whether attributes say anything about the path's line ends.
    fn has_line_end_attributes(&self, path: &RepoPath) -> Result<bool, Error>;
}

/// Takes an object in while it is read.
pub(super) trait Intake {
    /// So much of it is there: what was before, and more. Whether it is what its id says, nobody knows yet.
    fn add(&mut self, so_far: &[u8]);

    /// All of it is there, and it is what its id says.
    fn end(&mut self, kind: ObjectType, content: Vec<u8>);
}

/// Takes an object when all of it is there.
impl Intake for Option<(ObjectType, Vec<u8>)> {
    fn add(&mut self, _: &[u8]) {}

    fn end(&mut self, kind: ObjectType, content: Vec<u8>) {
        *self = Some((kind, content));
    }
}

/// A reference and what it leads to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Reference {
    /// Its full name.
    pub(super) name: Vec<u8>,
    /// The name of the reference that it stands for, if it is symbolic; else its own.
    pub(super) direct: Vec<u8>,
    /// The object.
    pub(super) target: ObjectId,
}

/// An entry of the index.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct IndexEntry {
    pub(super) path: RepoPath,
    pub(super) mode: u32,
    pub(super) id: ObjectId,
    /// 0, or in a conflict 1 for the base, 2 for ours, 3 for theirs.
    pub(super) stage: u16,
    /// It is no part of a commit yet (`git add -N`).
    pub(super) intent_to_add: bool,
    /// A sparse checkout leaves the file out.
    pub(super) skip_worktree: bool,
}

/// Size and times of a file when it was staged.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Stat {
    pub(super) size: u64,
    /// Seconds and nanoseconds.
    pub(super) modified: (i64, i64),
    /// Seconds and nanoseconds.
    pub(super) changed: (i64, i64),
}

/// An object that should be there.
pub(super) fn missing(id: ObjectId) -> Error {
    Error::new(format!("incomplete repository: object {id} is not there"))
        .hint("run `git fetch --unshallow` in a shallow clone, `git fetch --refetch --no-filter` in a partial one")
        .hint("else see what `git fsck` says")
}

/// An object whose content is another.
pub(super) fn not_its_id(id: ObjectId) -> Error {
    Error::new(format!("object {id} is not what its id says")).hint("run `git fsck`")
}

/// A reference that is there in name only.
pub(super) fn leads_nowhere(name: &str, why: &str) -> Error {
    Error::new(format!("reference {name} leads nowhere: {why}"))
        .hint("run `git remote set-head origin -a` or `git fetch`")
}

/// A revision that names nothing.
pub(super) fn unresolved(rev: &str, why: &str) -> Error {
    Error::new(format!("cannot resolve `{}`: {why}", escape(rev)))
        .hint("fetch it, or name a revision that `git rev-parse --verify` knows")
}

/// An index that cannot be read.
pub(super) fn unreadable_index(file: &Path, why: &str) -> Error {
    Error::new(format!("cannot read the index {}: {why}", file.display()))
        .hint("run `git status`; if git cannot read it either, `git read-tree HEAD` makes it anew")
}
