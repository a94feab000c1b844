//! Trees and blobs.

use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;

use git2::ObjectType;

use super::open::{Repo, kept};
use super::reader::{Intake, missing};
use super::work::read_object;
use crate::change::{Kind, ObjectId, RepoPath, Side};
use crate::shell::Error;

/// How many bytes of trees are kept in memory; more are read again.
const KEPT: usize = 4 << 20;

/// As many bytes as a mode has, and the space behind it.
const LONGEST_MODE: usize = 8;

/// What a commit has at a path.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Entry {
    /// A folder, by its tree.
    Folder(ObjectId),
    /// A file, link or submodule.
    Item(Side),
}

/// A file's content at some commit, or why there is none.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum FileAt {
    /// Nothing is there.
    Missing,
    /// Something else is there: a link or submodule, or a folder (`None`).
    NotAFile(Option<Kind>),
    /// A regular file.
    File {
        /// The blob.
        id: ObjectId,
        /// Its content.
        bytes: Vec<u8>,
    },
}

impl Repo {
    /// What the commit has at `path`; the empty path is its root folder.
    ///
    /// # Errors
    /// An object that is missing or malformed.
    pub fn entry(&self, commit: &ObjectId, path: &RepoPath) -> Result<Option<Entry>, Error> {
        let tree = self.tree_of(commit)?;
        let found = self.node_at(tree, path)?;
        Ok(found.map(|node| match node.kind {
            NodeKind::Folder => Entry::Folder(node.id),
            NodeKind::Item(kind) => Entry::Item(Side { kind, id: node.id }),
        }))
    }

    /// The content of a blob.
    ///
    /// # Errors
    /// No such object, or another kind.
    pub fn read(&self, id: &ObjectId) -> Result<Vec<u8>, Error> {
        let (kind, data) = self.object(*id)?;
        if kind != ObjectType::Blob {
            return Err(no_file(id, kind));
        }
        Ok(data)
    }

    /// As [`Repo::read`], into what `begin` makes: `add` gives it what is there of the content, more and more, while it is read, and may
    /// be another's; what it has made of it by then is returned with the content.
    ///
    /// # Errors
    /// No such object, or another kind.
    pub fn read_into<T>(
        &self,
        id: &ObjectId,
        begin: impl Fn() -> T,
        add: impl Fn(&mut T, &[u8]),
    ) -> Result<(T, Vec<u8>), Error> {
        let content = self.ask(|reader| {
            let mut content = Content { made: begin(), add: &add, whole: None };
            reader.object_meanwhile(*id, &mut content)?;
            Ok(content)
        })?;
        match content.whole {
            Some((ObjectType::Blob, data)) => {
                read_object(data.len());
                Ok((content.made, data))
            }
            Some((kind, _)) => Err(no_file(id, kind)),
            None => Err(missing(*id)),
        }
    }

    /// The file that the commit has at `path`; nothing where there is no commit.
    ///
    /// # Errors
    /// An object that is missing or malformed.
    pub fn file_at(&self, commit: Option<&ObjectId>, path: &RepoPath) -> Result<FileAt, Error> {
        let Some(commit) = commit else { return Ok(FileAt::Missing) };
        match self.entry(commit, path)? {
            None => Ok(FileAt::Missing),
            Some(Entry::Folder(_)) => Ok(FileAt::NotAFile(None)),
            Some(Entry::Item(Side { kind: Kind::File | Kind::Executable, id })) => {
                let bytes = self.read(&id)?;
                Ok(FileAt::File { id, bytes })
            }
            Some(Entry::Item(Side { kind, .. })) => Ok(FileAt::NotAFile(Some(kind))),
        }
    }

    /// The names of the folders right below `folder`; none where there is no such folder. Names that are not UTF-8 are
    /// left out.
    ///
    /// # Errors
    /// An object that is missing or malformed.
    pub fn folders(&self, commit: &ObjectId, folder: &str) -> Result<BTreeSet<String>, Error> {
        let tree = self.tree_of(commit)?;
        let Some(node) = self.node_at(tree, &folder.into())?.filter(|node| node.kind == NodeKind::Folder) else {
            return Ok(BTreeSet::new());
        };
        let tree = self.tree(node.id)?;
        let folders = tree.entries().filter(|(_, node)| node.kind == NodeKind::Folder);
        Ok(folders.filter_map(|(name, _)| String::from_utf8(name.to_vec()).ok()).collect())
    }

    /// The tree of a commit.
    pub(super) fn tree_of(&self, commit: &ObjectId) -> Result<ObjectId, Error> {
        Ok(self.raw_commit(*commit)?.tree)
    }

    /// What lies at `path` below a tree.
    pub(super) fn node_at(&self, tree: ObjectId, path: &RepoPath) -> Result<Option<Node>, Error> {
        let mut at = Node { kind: NodeKind::Folder, id: tree };
        if path.as_bytes().is_empty() {
            return Ok(Some(at));
        }
        for name in path.as_bytes().split(|b| *b == b'/') {
            if at.kind != NodeKind::Folder {
                return Ok(None);
            }
            match self.tree(at.id)?.get(name) {
                Some(node) => at = node,
                None => return Ok(None),
            }
        }
        Ok(Some(at))
    }

    /// A tree's entries.
    pub(super) fn tree(&self, id: ObjectId) -> Result<Arc<Tree>, Error> {
        if let Some(kept) = kept(&self.trees).trees.get(&id) {
            return Ok(Arc::clone(kept));
        }
        let (kind, data) = self.object(id)?;
        if kind != ObjectType::Tree {
            return Err(Error::new(format!("object {id} is a {kind}, not a folder")));
        }
        let tree = Arc::new(Tree::parse(id, data)?);
        let mut kept = kept(&self.trees);
        if kept.bytes >= KEPT {
            *kept = Kept::default();
        }
        kept.bytes += tree.data.len();
        kept.trees.insert(id, Arc::clone(&tree));
        Ok(tree)
    }
}

/// Trees that were read.
#[derive(Default)]
pub(super) struct Kept {
    trees: HashMap<ObjectId, Arc<Tree>>,
    bytes: usize,
}

/// A folder's entries, sorted by the bytes of their names.
pub(super) struct Tree {
    data: Vec<u8>,
    id_length: usize,
    places: Vec<Place>,
    /// The object has the entries in this order too.
    in_order: bool,
}

/// The content of a blob, and what is made of it.
struct Content<T, A> {
    made: T,
    add: A,
    whole: Option<(ObjectType, Vec<u8>)>,
}

impl<T, A: Fn(&mut T, &[u8])> Intake for Content<T, A> {
    fn add(&mut self, so_far: &[u8]) {
        (self.add)(&mut self.made, so_far);
    }

    fn end(&mut self, kind: ObjectType, content: Vec<u8>) {
        self.whole = Some((kind, content));
    }
}

/// Where in a tree's object an entry's name stands, which a NUL and the id follow.
#[derive(Clone, Copy)]
struct Place {
    start: usize,
    end: usize,
    kind: NodeKind,
}

/// One entry of a tree.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Node {
    pub(super) kind: NodeKind,
    pub(super) id: ObjectId,
}

/// A folder, or what a change can be about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum NodeKind {
    Folder,
    Item(Kind),
}

impl Tree {
    /// The entries, sorted by the bytes of their names.
    pub(super) fn entries(&self) -> impl Iterator<Item = (&[u8], Node)> {
        self.places.iter().filter_map(|place| self.entry(place))
    }

    /// All entries but the `first` and the `last` ones.
    pub(super) fn entries_between(&self, first: usize, last: usize) -> impl Iterator<Item = (&[u8], Node)> {
        let between = self.places.get(first..self.places.len().saturating_sub(last)).unwrap_or_default();
        between.iter().filter_map(|place| self.entry(place))
    }

    /// The entry at a position.
    pub(super) fn at(&self, position: usize) -> Option<(&[u8], Node)> {
        self.entry(self.places.get(position)?)
    }

    fn entry(&self, place: &Place) -> Option<(&[u8], Node)> {
        let id = ObjectId::from_bytes(self.data.get(place.end + 1..place.end + 1 + self.id_length)?)?;
        Some((name(&self.data, place), Node { kind: place.kind, id }))
    }

    /// How many of the first entries, and of the last, two trees have alike: most of what differs differs in one entry.
    pub(super) fn alike(&self, other: &Tree) -> (usize, usize) {
        let (one, two) = (&self.places, &other.places);
        if !self.in_order || !other.in_order {
            return (0, 0);
        }
        let same = |(one, two): &(&u8, &u8)| one == two;
        let first = self.data.iter().zip(&other.data).take_while(same).count();
        let first = one.partition_point(|place| place.end + self.id_length < first).min(two.len());
        let rest = one.len().min(two.len()) - first;
        let last = self.data.iter().rev().zip(other.data.iter().rev()).take_while(same).count();
        // From where entries start at the same place before the end, they are read alike.
        let from_end = |tree: &Tree, place: &Place| tree.data.len() - place.start;
        let is_alike = |(one, two): &(&Place, &Place)| {
            let length = from_end(self, one);
            one.kind == two.kind && length == from_end(other, two) && length + LONGEST_MODE < last
        };
        (first, one.iter().rev().zip(two.iter().rev()).take(rest).take_while(is_alike).count())
    }

    fn get(&self, name: &[u8]) -> Option<Node> {
        self.at(self.position(name)?).map(|(_, node)| node)
    }

    /// Where among the entries a name is.
    pub(super) fn position(&self, wanted: &[u8]) -> Option<usize> {
        self.places.binary_search_by(|place| name(&self.data, place).cmp(wanted)).ok()
    }

    /// Reads `MODE SP NAME NUL ID` entries. A tree that git would not write (a name twice, or one that is no name of
    /// a file, such as `.`) is refused: it could show one thing here and another in a checkout.
    pub(super) fn parse(id: ObjectId, data: Vec<u8>) -> Result<Tree, Error> {
        let id_length = id.as_bytes().len();
        let mut places = Vec::with_capacity(data.len() / (id_length + 16));
        let (mut at, mut sorted) = (0, true);
        while at < data.len() {
            let (place, next) = tree_entry(&data, at, id_length).ok_or_else(|| malformed(id))?;
            sorted &= places.last().is_none_or(|last| name(&data, last) < name(&data, &place));
            places.push(place);
            at = next;
        }
        // git sorts a folder's name as if it ended with a slash.
        if !sorted {
            places.sort_by(|one, two| name(&data, one).cmp(name(&data, two)));
            let twice = |pair: &[Place]| matches!(pair, [one, two] if name(&data, one) == name(&data, two));
            if places.windows(2).any(twice) {
                return Err(malformed(id));
            }
        }
        Ok(Tree { data, id_length, places, in_order: sorted })
    }
}

fn name<'data>(data: &'data [u8], place: &Place) -> &'data [u8] {
    data.get(place.start..place.end).unwrap_or_default()
}

/// What a file mode says, as git reads it from trees and the index.
pub(super) fn node_kind(mode: u32) -> Option<NodeKind> {
    match mode & 0o170000 {
        0o040000 => Some(NodeKind::Folder),
        0o100000 if mode & 0o100 != 0 => Some(NodeKind::Item(Kind::Executable)),
        0o100000 => Some(NodeKind::Item(Kind::File)),
        0o120000 => Some(NodeKind::Item(Kind::Symlink)),
        0o160000 => Some(NodeKind::Item(Kind::Submodule)),
        _ => None,
    }
}

/// The entry that starts at `at`, and where the next one does.
fn tree_entry(data: &[u8], at: usize, id_length: usize) -> Option<(Place, usize)> {
    let rest = data.get(at..)?;
    let space = rest.iter().take(LONGEST_MODE).position(|b| *b == b' ')?;
    let kind = node_kind(mode(rest.get(..space)?)?)?;
    let start = at + space + 1;
    let length = data.get(start..)?.iter().position(|b| *b == 0)?;
    let end = start + length;
    let next = end + 1 + id_length;
    (is_name(data.get(start..end)?) && next <= data.len()).then_some((Place { start, end, kind }, next))
}

/// A mode in octal digits.
fn mode(digits: &[u8]) -> Option<u32> {
    let digit = |mode: u32, byte: &u8| matches!(byte, b'0'..=b'7').then(|| mode << 3 | u32::from(byte - b'0'));
    digits.iter().try_fold(0, digit).filter(|_| !digits.is_empty())
}

/// Whether git lets a file or folder be called that, as its `verify_path` has it.
pub(super) fn is_name(name: &[u8]) -> bool {
    !matches!(name, b"" | b"." | b"..") && !name.contains(&b'/') && !name.eq_ignore_ascii_case(b".git")
}

pub(super) fn no_file(id: &ObjectId, kind: ObjectType) -> Error {
    Error::new(format!("object {id} is a {kind}, not a file's content"))
}

fn malformed(tree: ObjectId) -> Error {
    Error::new(format!("tree {tree} is malformed")).hint("run `git fsck`")
}

#[cfg(test)]
mod tests {
    use super::super::id::Format;
    use super::*;

    fn tree(entries: &[(&str, &str, u8)]) -> Tree {
        let entry =
            |(mode, name, id): &(&str, &str, u8)| [mode.as_bytes(), b" ", name.as_bytes(), b"\0", &[*id; 20]].concat();
        Tree::parse(Format::Sha1.zero(), entries.iter().flat_map(entry).collect()).unwrap()
    }

    #[test]
    fn entries_that_are_alike_at_both_ends_are_told() {
        let (a, b, c) = (("100644", "a", b'1'), ("100644", "b", 2), ("40000", "c", 3));
        let whole = tree(&[a, b, c]);
        for (other, alike) in [
            (tree(&[a, b, c]), 3),
            (tree(&[a, ("100644", "b", 9), c]), 2),
            (tree(&[a, ("100755", "b", 2), c]), 2),
            (tree(&[a, c]), 2),
            (tree(&[b, c]), 1),
            (tree(&[a, b]), 2),
            (tree(&[a, b, ("40000", "c", 4)]), 2),
            (tree(&[a, b, ("120000", "c", 3)]), 2),
            (tree(&[]), 1),
            (tree(&[("40000", "b", 2), ("100644", "b.", 2), c]), 1),
        ] {
            let (first, last) = whole.alike(&other);
            let (back_first, back_last) = other.alike(&whole);
            // One may go unseen whose mode cannot be told from what stands before it.
            assert!((alike - 1..=alike).contains(&(first + last)), "{first} {last} {alike}");
            let same = |one: &Tree, two: &Tree, first: usize, last: usize| {
                let ends = |tree: &Tree| -> Vec<(Vec<u8>, Node)> {
                    let all: Vec<_> = tree.entries().map(|(name, node)| (name.to_vec(), node)).collect();
                    [&all[..first], &all[all.len() - last..]].concat()
                };
                assert_eq!(ends(one), ends(two));
            };
            same(&whole, &other, first, last);
            same(&other, &whole, back_first, back_last);
        }
    }
}
