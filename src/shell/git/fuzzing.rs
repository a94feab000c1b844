//! What git says in its own forms: listings with NULs, objects, packs of them, settings, an index.

use crate::change::ObjectId;
use std::path::{Path, PathBuf};
use std::{env, fs, process, thread};

use super::commit::RawCommit;
use super::id::Format;
use super::index_file::{Entry, Folders, IndexFile};
use super::library::open_index;
use super::listing::{parse_added, parse_entries, parse_stats};
use super::objects::Objects;
use super::settings::Settings;
use super::tree::{Tree, is_name};

/// What one of git's programs says, or an object holds; the first byte says which.
pub fn git(data: &[u8]) {
    let Some((which, data)) = data.split_first() else { return };
    let id = Format::Sha1.zero();
    match which {
        b'i' => {
            let end = data.windows(2).position(|two| two == b"\0\0").unwrap_or(data.len());
            let (staged, real) = data.split_at_checked(end + 1).unwrap_or((data, &[]));
            let added = parse_added(real.get(1..).unwrap_or_default()).unwrap_or_default();
            if let Some(entries) = parse_entries(staged, &added) {
                let real = entries.iter().filter(|entry| entry.stage == 0 && !entry.intent_to_add);
                assert_eq!(real.count(), added.len(), "every path that is staged is listed, once");
            }
        }
        b's' => drop(parse_stats(data)),
        b'c' => {
            if let Some(settings) = Settings::parse(data) {
                settings.remotes();
                for key in ["ackgate.fetch", "remote.origin.url", "branch.a.merge"] {
                    let values = settings.values(key);
                    assert!(
                        values.is_err()
                            || values.ok().and_then(|mut all| all.pop()) == settings.value(key).ok().flatten()
                    );
                }
                drop(settings.upstream("refs/heads/a"));
            }
        }
        b't' => {
            for id in [id, Format::Sha256.zero()] {
                let Ok(tree) = Tree::parse(id, data.to_vec()) else { continue };
                assert!(tree.entries().is_sorted_by(|(one, _), (next, _)| one < next), "no name stands twice");
                assert!(tree.entries().all(|(name, _)| is_name(name)));
            }
        }
        _ => {
            if let Ok(commit) = RawCommit::parse(id, data) {
                commit.time();
                let tree = data.split(|byte| *byte == b'\n').next().and_then(|line| line.strip_prefix(b"tree "));
                assert!(tree.is_some_and(|tree| tree.eq_ignore_ascii_case(commit.tree.to_string().as_bytes())));
            }
            if let Some(id) = ObjectId::from_hex(data) {
                assert!(id.to_string().as_bytes().eq_ignore_ascii_case(data), "an id is read whole");
            }
        }
    }
}

/// A pack and before it its index, of as many bytes as the first two say; each object that the index lists is asked for.
pub fn pack(data: &[u8]) {
    let Some((length, data)) = data.split_first_chunk() else { return };
    let (index, pack) = data.split_at_checked(usize::from(u16::from_be_bytes(*length))).unwrap_or((data, &[]));
    let folder = scratch().with_extension("objects");
    let written = fs::create_dir_all(folder.join("pack"))
        .and_then(|()| fs::write(folder.join("pack/one.idx"), index))
        .and_then(|()| fs::write(folder.join("pack/one.pack"), pack));
    assert!(written.is_ok(), "{written:?}");
    let objects = Objects::new(folder.clone(), None);
    for id in index.get(1032..).unwrap_or_default().as_chunks().0.iter().take(9) {
        let id = ObjectId::Sha1(*id);
        let kind = objects.kind(id);
        let mut found = None;
        let read = objects.read(id, &mut found);
        if let (Ok(Some(true)), Some((said, data))) = (read, found) {
            assert_eq!(Format::Sha1.hash(said, &data), id, "it is what its id says");
            assert_eq!(kind.ok().flatten(), Some(said), "its kind is told without its content");
        }
    }
    drop(fs::remove_dir_all(folder));
}

/// An index. Its hash is taken out, as `index.skipHash` does, so that libgit2 looks at it too.
pub fn index(data: &[u8]) {
    let (content, hash) = data.split_at_checked(data.len().saturating_sub(20)).unwrap_or_default();
    let path = scratch();
    let written = fs::write(&path, [content, &vec![0; hash.len()]].concat());
    assert!(written.is_ok(), "{written:?}");
    entries(&path, Format::Sha256);
    let ours = entries(&path, Format::Sha1);
    let theirs = open_index(&path);
    drop(fs::remove_file(&path));
    if let (Some(ours), Ok(theirs)) = (ours, theirs) {
        let theirs = theirs.iter().map(|entry| Staged {
            mode: entry.mode,
            id: ObjectId::from(entry.id),
            stage: entry.flags >> 12 & 3,
            intent_to_add: entry.flags_extended & 0x2000 != 0,
            path: entry.path,
        });
        assert_eq!(ours, theirs.collect::<Vec<_>>(), "the entries are those that libgit2 finds");
    }
}

#[derive(Debug, PartialEq)]
struct Staged {
    mode: u32,
    id: ObjectId,
    stage: u16,
    intent_to_add: bool,
    path: Vec<u8>,
}

/// The entries of an index; `None` where it is left to others to read.
fn entries(path: &Path, format: Format) -> Option<Vec<Staged>> {
    let index = IndexFile::open(path, format).ok()??;
    if let Folders::Known(folders) = &index.outline.folders {
        folders.folder(b"docs");
    }
    let mut entries = index.entries().ok()?;
    let mut found = Vec::new();
    while entries.advance().ok()? {
        let Some(Entry { mode, id, stage, intent_to_add }) = entries.current() else {
            assert_eq!(found.len(), index.outline.count as usize, "as many as it says");
            return Some(found);
        };
        found.push(Staged { mode, id, stage, intent_to_add, path: entries.path().to_vec() });
    }
    None
}

/// A file that no other run writes to.
fn scratch() -> PathBuf {
    let thread = format!("{:?}", thread::current().id()).replace(|c: char| !c.is_ascii_digit(), "");
    env::temp_dir().join(format!("ackgate-index-{}-{thread}", process::id()))
}
