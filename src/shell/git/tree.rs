//! Trees and blobs.

use std::collections::{BTreeSet, HashMap};
use std::rc::Rc;

use git2::ObjectType;

use super::id::{Oid, object_id, oid};
use super::open::Repo;
use crate::change::{Kind, ObjectId, RepoPath, Side};
use crate::shell::Error;

/// How many bytes of trees are kept in memory; more are read again.
const KEPT: usize = 4 << 20;

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
            NodeKind::Folder => Entry::Folder(object_id(node.id)),
            NodeKind::Item(kind) => Entry::Item(Side { kind, id: object_id(node.id) }),
        }))
    }

    /// The content of a blob.
    ///
    /// # Errors
    /// No such object, or another kind.
    pub fn read(&self, id: &ObjectId) -> Result<Vec<u8>, Error> {
        let (kind, data) = self.object(oid(id)?)?;
        if kind != ObjectType::Blob {
            return Err(Error::new(format!("object {} is a {kind}, not a file's content", id.0)));
        }
        Ok(data)
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
    pub(super) fn tree_of(&self, commit: &ObjectId) -> Result<Oid, Error> {
        Ok(self.raw_commit(oid(commit)?)?.tree)
    }

    /// What lies at `path` below a tree.
    pub(super) fn node_at(&self, tree: Oid, path: &RepoPath) -> Result<Option<Node>, Error> {
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
    pub(super) fn tree(&self, id: Oid) -> Result<Rc<Tree>, Error> {
        if let Some(kept) = self.trees.borrow().trees.get(&id) {
            return Ok(Rc::clone(kept));
        }
        let (kind, data) = self.object(id)?;
        if kind != ObjectType::Tree {
            return Err(Error::new(format!("object {id} is a {kind}, not a folder")));
        }
        let tree = Rc::new(Tree::parse(id, data)?);
        let mut kept = self.trees.borrow_mut();
        if kept.bytes >= KEPT {
            *kept = Kept::default();
        }
        kept.bytes += tree.data.len();
        kept.trees.insert(id, Rc::clone(&tree));
        Ok(tree)
    }
}

/// Trees that were read.
#[derive(Default)]
pub(super) struct Kept {
    trees: HashMap<Oid, Rc<Tree>>,
    bytes: usize,
}

/// A folder's entries, sorted by the bytes of their names.
pub(super) struct Tree {
    data: Vec<u8>,
    id_length: usize,
    places: Vec<Place>,
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
    pub(super) id: Oid,
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

    /// The entry at a position.
    pub(super) fn at(&self, position: usize) -> Option<(&[u8], Node)> {
        self.entry(self.places.get(position)?)
    }

    fn entry(&self, place: &Place) -> Option<(&[u8], Node)> {
        let id = Oid::from_bytes(self.data.get(place.end + 1..place.end + 1 + self.id_length)?)?;
        Some((name(&self.data, place), Node { kind: place.kind, id }))
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
    pub(super) fn parse(id: Oid, data: Vec<u8>) -> Result<Tree, Error> {
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
        Ok(Tree { data, id_length, places })
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
    let space = rest.iter().position(|b| *b == b' ')?;
    let kind = node_kind(u32::from_str_radix(std::str::from_utf8(rest.get(..space)?).ok()?, 8).ok()?)?;
    let start = at + space + 1;
    let length = data.get(start..)?.iter().position(|b| *b == 0)?;
    let end = start + length;
    let next = end + 1 + id_length;
    (is_name(data.get(start..end)?) && next <= data.len()).then_some((Place { start, end, kind }, next))
}

/// Whether git lets a file or folder be called that, as its `verify_path` has it.
pub(super) fn is_name(name: &[u8]) -> bool {
    !matches!(name, b"" | b"." | b"..") && !name.contains(&b'/') && !name.eq_ignore_ascii_case(b".git")
}

fn malformed(tree: Oid) -> Error {
    Error::new(format!("tree {tree} is malformed")).hint("run `git fsck`")
}
