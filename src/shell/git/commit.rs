//! Commits, parsed from the raw object: neither grafts nor replace refs have a say in who a commit's parents are.

use std::collections::{HashMap, HashSet};
use std::fs;
use std::io::ErrorKind;
use std::sync::Arc;

use git2::ObjectType;

use super::id::full_id;
use super::open::{Repo, kept};
use super::reader::unresolved;
use super::work::read_object;
use crate::change::ObjectId;
use crate::shell::Error;

/// How many bytes of commits are kept in memory; more are read again.
const KEPT: usize = 4 << 20;

/// Commits that were read.
#[derive(Default)]
pub(super) struct Kept {
    commits: HashMap<ObjectId, Arc<RawCommit>>,
    bytes: usize,
}

/// A commit as its object says it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Commit {
    /// Its id.
    pub id: ObjectId,
    /// Its root tree.
    pub tree: ObjectId,
    /// Its parents, in order.
    pub parents: Vec<Parent>,
    raw: Arc<RawCommit>,
}

/// One parent of a commit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Parent {
    /// A commit of this repository.
    Known(ObjectId),
    /// Beyond the edge of a shallow repository: its id is known, its content is not.
    Unknown(ObjectId),
}

/// An author or committer line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Identity {
    /// The name; bytes that are not UTF-8 are replaced.
    pub name: String,
    /// What stands in angle brackets; empty if nothing does.
    pub email: String,
    /// Unix seconds; 0 where the line has none that can be read, as in git.
    pub time: i64,
}

impl Commit {
    /// Who wrote it.
    pub fn author(&self) -> Identity {
        identity(&self.raw.author)
    }

    /// Who committed it.
    pub fn committer(&self) -> Identity {
        identity(&self.raw.committer)
    }

    /// When it was committed, in Unix seconds; 0 where its line has none that can be read, as in git.
    pub fn time(&self) -> i64 {
        self.raw.time()
    }

    /// Its message, byte for byte.
    pub fn message(&self) -> &[u8] {
        &self.raw.message
    }

    /// The first parent; `None` for a root.
    pub fn first_parent(&self) -> Option<&Parent> {
        self.parents.first()
    }
}

impl Repo {
    /// The commit of this id.
    ///
    /// # Errors
    /// No such object, another kind of object, or one that is malformed.
    pub fn commit(&self, id: &ObjectId) -> Result<Commit, Error> {
        let raw = self.raw_commit(*id)?;
        let parents = raw.parents.iter().map(|parent| self.parent(raw.id, *parent)).collect::<Result<_, _>>()?;
        Ok(Commit { id: *id, tree: raw.tree, parents, raw })
    }

    /// A commit as git stores it: headers, an empty line and the message. What its signature is over.
    ///
    /// # Errors
    /// No such object, or another kind of object.
    pub fn commit_object(&self, id: &ObjectId) -> Result<Vec<u8>, Error> {
        self.commit_data(*id)
    }

    /// The commit that an object is or, as an annotated tag, leads to; `None` for a tree or blob.
    ///
    /// # Errors
    /// An object that is missing or malformed.
    pub fn peel_to_commit(&self, id: &ObjectId) -> Result<Option<ObjectId>, Error> {
        let mut at = *id;
        loop {
            if kept(&self.commits).commits.contains_key(&at) {
                return Ok(Some(at));
            }
            let (kind, data) = self.object(at)?;
            match kind {
                ObjectType::Commit => {
                    // What is wrong with it, is said where it is read.
                    drop(self.keep(at, &data));
                    return Ok(Some(at));
                }
                ObjectType::Tag => at = header_id(data.split(|b| *b == b'\n').next(), b"object ", at)?,
                _ => return Ok(None),
            }
        }
    }

    /// The commit that a revision as git writes it (`main`, `v1~2`, an id) names.
    ///
    /// # Errors
    /// A revision that names nothing, or no commit; one that starts with `-`, or searches for a message; one that steps
    /// through history where grafts would bend the way.
    pub fn resolve(&self, rev: &str) -> Result<ObjectId, Error> {
        let shown = crate::report::escape(rev);
        if rev.is_empty() || rev.starts_with('-') {
            return Err(Error::new(format!("`{shown}` is not a revision")));
        }
        // Which commit that is, libgit2 and git do not agree on.
        if rev.starts_with(":/") || rev.contains("^{/") {
            return Err(Error::new(format!("`{shown}` searches for a message")).hint("name the commit by its id"));
        }
        if rev.contains(['~', '^', ':']) && self.has_grafts()? {
            return Err(Error::new(format!("`{shown}` cannot be resolved in a repository with grafts"))
                .hint("name the commit by its id, or remove `info/grafts`"));
        }
        let shallow = !self.boundary()?.is_empty();
        let object = self.ask(|reader| reader.revision(rev)).map_err(|error| match shallow {
            true => {
                error.hint("this clone is shallow: run `git fetch --unshallow` (in CI, check out with full history)")
            }
            false => error,
        })?;
        let commit = self.peel_to_commit(&object)?;
        commit.ok_or_else(|| Error::new(format!("`{shown}` is not a commit")))
    }

    /// As [`Repo::resolve`], for a name whose word is to be trusted: a branch (a remote's before a local one) goes
    /// before a tag of the same name, which anyone who may push tags could have put there. A repository without a work tree
    /// is pushed to: there `origin/main` is its own `main`, and what lies below `refs/remotes` is anybody's.
    ///
    /// # Errors
    /// As for [`Repo::resolve`].
    pub fn resolve_branch(&self, name: &str) -> Result<ObjectId, Error> {
        let (base, steps) = name.split_at_checked(name.find(['~', '^']).unwrap_or(name.len())).unwrap_or((name, ""));
        let is_id = matches!(base.len(), 40 | 64) && base.bytes().all(|byte| byte.is_ascii_hexdigit());
        let (remote, own) = (format!("refs/remotes/{base}"), format!("refs/heads/{base}"));
        let named = match base {
            "HEAD" | "@" => Vec::new(),
            _ if is_id => Vec::new(),
            _ if base.starts_with("refs/") => vec![base.to_owned()],
            _ if self.is_bare() => vec![format!("refs/heads/{}", base.strip_prefix("origin/").unwrap_or(base))],
            _ => vec![remote, own],
        };
        for full in named {
            if git2::Reference::is_valid_name(&full)
                && let Some((_, commit)) = self.reference(&full)?
            {
                return if steps.is_empty() { Ok(commit) } else { self.resolve(&format!("{commit}{steps}")) };
            }
        }
        if self.is_bare() && base.starts_with("origin/") {
            return Err(unresolved(name, "a repository that is pushed to has no such branch of its own"));
        }
        self.resolve(name)
    }

    /// Whether the repository has a commit of this id; one that is cut off by a shallow history is not there.
    ///
    /// # Errors
    /// An object database that cannot be read.
    pub fn is_commit(&self, id: &ObjectId) -> Result<bool, Error> {
        Ok(kept(&self.commits).commits.contains_key(id)
            || self.ask(|reader| reader.kind(*id))? == Some(ObjectType::Commit))
    }

    /// Whether the repository has an object of this id.
    ///
    /// # Errors
    /// An object database that cannot be read.
    pub fn contains(&self, id: &ObjectId) -> Result<bool, Error> {
        self.has(*id)
    }

    /// Whether history is cut off at this commit (`git clone --depth`).
    ///
    /// # Errors
    /// A `shallow` file that cannot be read.
    pub fn is_shallow_boundary(&self, id: &ObjectId) -> Result<bool, Error> {
        Ok(self.boundary()?.contains(id))
    }

    /// Whether history is cut off anywhere.
    pub(super) fn is_shallow(&self) -> Result<bool, Error> {
        Ok(!self.boundary()?.is_empty())
    }

    /// A commit's header fields.
    pub(super) fn raw_commit(&self, id: ObjectId) -> Result<Arc<RawCommit>, Error> {
        if let Some(kept) = kept(&self.commits).commits.get(&id) {
            return Ok(Arc::clone(kept));
        }
        self.keep(id, &self.commit_data(id)?)
    }

    /// Keeps a commit of this content.
    fn keep(&self, id: ObjectId, data: &[u8]) -> Result<Arc<RawCommit>, Error> {
        let commit = Arc::new(RawCommit::parse(id, data)?);
        let mut kept = kept(&self.commits);
        if kept.bytes >= KEPT {
            *kept = Kept::default();
        }
        kept.bytes += data.len();
        kept.commits.insert(id, Arc::clone(&commit));
        Ok(commit)
    }

    fn commit_data(&self, id: ObjectId) -> Result<Vec<u8>, Error> {
        match self.object(id)? {
            (ObjectType::Commit, data) => Ok(data),
            (kind, _) => Err(Error::new(format!("object {id} is a {kind}, not a commit"))),
        }
    }

    /// A parent as `child` names it.
    pub(super) fn parent(&self, child: ObjectId, parent: ObjectId) -> Result<Parent, Error> {
        let known = !self.boundary()?.contains(&child) || self.has(parent)?;
        Ok(if known { Parent::Known(parent) } else { Parent::Unknown(parent) })
    }

    /// Any object, with its kind.
    pub(super) fn object(&self, id: ObjectId) -> Result<(ObjectType, Vec<u8>), Error> {
        let (kind, data) = self.ask(|reader| reader.object(id))?;
        read_object(data.len());
        Ok((kind, data))
    }

    fn has(&self, id: ObjectId) -> Result<bool, Error> {
        Ok(self.ask(|reader| reader.kind(id))?.is_some())
    }

    fn has_grafts(&self) -> Result<bool, Error> {
        let file = self.common_dir().join("info/grafts");
        file.try_exists().map_err(|error| Error::new(format!("cannot look for {}: {error}", file.display())))
    }

    /// The commits at which a shallow history ends.
    fn boundary(&self) -> Result<&HashSet<ObjectId>, Error> {
        if let Some(known) = self.boundary.get() {
            return Ok(known);
        }
        let file = self.common_dir().join("shallow");
        let text = match fs::read_to_string(&file) {
            Ok(text) => text,
            Err(error) if error.kind() == ErrorKind::NotFound => String::new(),
            Err(error) => return Err(Error::new(format!("cannot read {}: {error}", file.display()))),
        };
        let ids = text.lines().map(|line| full_id(line.trim().as_bytes())).collect::<Result<_, _>>()?;
        Ok(self.boundary.get_or_init(|| ids))
    }
}

/// A commit's object, taken apart.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct RawCommit {
    pub(super) id: ObjectId,
    pub(super) tree: ObjectId,
    pub(super) parents: Vec<ObjectId>,
    author: Vec<u8>,
    committer: Vec<u8>,
    message: Vec<u8>,
}

impl RawCommit {
    pub(super) fn parse(id: ObjectId, data: &[u8]) -> Result<RawCommit, Error> {
        let mut lines = data.split(|b| *b == b'\n').peekable();
        let tree = header_id(lines.next(), b"tree ", id)?;
        let mut parents = Vec::new();
        while lines.peek().is_some_and(|line| line.starts_with(b"parent ")) {
            parents.push(header_id(lines.next(), b"parent ", id)?);
        }
        let author = header(lines.next(), b"author ", id)?.to_vec();
        let committer = header(lines.next(), b"committer ", id)?.to_vec();
        // Other headers may follow; the message is what comes after the first empty line.
        let blank = data.windows(2).position(|two| two == b"\n\n");
        let message = blank.and_then(|blank| data.get(blank + 2..)).unwrap_or_default().to_vec();
        Ok(RawCommit { id, tree, parents, author, committer, message })
    }

    /// The committer's Unix seconds.
    pub(super) fn time(&self) -> i64 {
        time(&self.committer)
    }
}

fn header<'line>(line: Option<&'line [u8]>, name: &[u8], of: ObjectId) -> Result<&'line [u8], Error> {
    line.and_then(|line| line.strip_prefix(name))
        .ok_or_else(|| Error::new(format!("object {of} is malformed")).hint("run `git fsck`"))
}

fn header_id(line: Option<&[u8]>, name: &[u8], of: ObjectId) -> Result<ObjectId, Error> {
    full_id(header(line, name, of)?)
}

/// Reads `Name <email> seconds zone`: the e-mail is what stands between the first `<` and the next `>`, the time
/// what follows the last `>`, as git splits it.
fn identity(line: &[u8]) -> Identity {
    let text = String::from_utf8_lossy(line);
    let (name, rest) = text.split_once('<').unwrap_or((&text, ""));
    let email = rest.split('>').next().unwrap_or_default();
    Identity { name: name.trim().to_owned(), email: email.trim().to_owned(), time: time(line) }
}

/// The seconds of such a line.
fn time(line: &[u8]) -> i64 {
    let dates = line.rsplit(|byte| *byte == b'>').next().filter(|dates| dates.len() < line.len()).unwrap_or_default();
    let mut words = dates.split(|byte| byte.is_ascii_whitespace()).filter(|word| !word.is_empty());
    words.next().and_then(|word| std::str::from_utf8(word).ok()?.parse().ok()).unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_identities_as_git_splits_them() {
        let seen = identity(b"A <B> C <a@b> 12 +0000");
        assert_eq!((seen.name.as_str(), seen.email.as_str(), seen.time), ("A", "B", 12));
        let none = identity(b"nobody");
        assert_eq!((none.name.as_str(), none.email.as_str(), none.time), ("nobody", "", 0));
    }
}
