//! The cache tree of an index: the trees of the folders in which nothing was staged since they were written
//! (`gitformat-index`, "Cache tree"). `git commit` takes these trees as they stand and never looks at the entries below.

use crate::change::ObjectId;
use std::str;

/// Folders in folders beyond which it is not read.
const DEEPEST: usize = 512;

/// A folder of the index.
#[derive(Debug, Default, PartialEq, Eq)]
pub(in super::super) struct CacheTree {
    /// The tree that it would be written as, and the number of entries below it; unknown where something was staged.
    pub(in super::super) tree: Option<(ObjectId, u64)>,
    /// The folders in it that are listed, by name; none where the tree is known.
    folders: Vec<(Vec<u8>, CacheTree)>,
}

impl CacheTree {
    /// Reads the extension's content; `None` where it is not what git writes.
    pub(super) fn parse(mut content: &[u8], id_length: usize) -> Option<CacheTree> {
        let (name, tree) = folder(&mut content, id_length, true, 0)?;
        (name.is_empty() && content.is_empty()).then_some(tree)
    }

    /// The folder of this name, as far as it is listed.
    pub(in super::super) fn folder(&self, name: &[u8]) -> Option<&CacheTree> {
        let at = self.folders.iter().position(|(have, _)| have == name)?;
        self.folders.get(at).map(|(_, folder)| folder)
    }
}

/// `NAME NUL ENTRIES SP FOLDERS LF [ID]`, then its folders; the number of entries of what is not known is -1.
fn folder<'a>(rest: &mut &'a [u8], id_length: usize, keep: bool, depth: usize) -> Option<(&'a [u8], CacheTree)> {
    if depth > DEEPEST {
        return None;
    }
    let name = until(rest, 0)?;
    let entries = str::from_utf8(until(rest, b' ')?).ok()?;
    let count: usize = number(str::from_utf8(until(rest, b'\n')?).ok()?)?;
    let tree = match entries {
        "-1" => None,
        entries => {
            let (id, after) = rest.split_at_checked(id_length)?;
            *rest = after;
            Some((ObjectId::from_bytes(id)?, number(entries)?))
        }
    };
    let keep = keep && tree.is_none();
    let mut folders: Vec<(Vec<u8>, CacheTree)> = Vec::new();
    for _ in 0..count {
        let (name, below) = folder(rest, id_length, keep, depth + 1)?;
        if name.is_empty() || name.contains(&b'/') {
            return None;
        }
        if keep {
            folders.push((name.to_vec(), below));
        }
    }
    // git finds a folder by halving: two of one name would be one or the other.
    folders.sort_by(|(one, _), (two, _)| one.cmp(two));
    let twice = folders.windows(2).any(|pair| matches!(pair, [(one, _), (two, _)] if one == two));
    (!twice).then_some((name, CacheTree { tree, folders }))
}

fn until<'a>(rest: &mut &'a [u8], end: u8) -> Option<&'a [u8]> {
    let at = rest.iter().position(|byte| *byte == end)?;
    let (found, after) = rest.split_at_checked(at)?;
    *rest = after.get(1..)?;
    Some(found)
}

/// A number as git writes it: digits alone.
fn number<T: str::FromStr>(text: &str) -> Option<T> {
    text.bytes().all(|byte| byte.is_ascii_digit()).then(|| text.parse().ok()).flatten()
}

#[cfg(test)]
mod tests {
    use super::*;

    const ID: [u8; 20] = [7; 20];

    fn parse(parts: &[&[u8]]) -> Option<CacheTree> {
        CacheTree::parse(&parts.concat(), 20)
    }

    #[test]
    fn folders_are_known_or_not() {
        let tree = parse(&[b"\0-1 2\n", b"a\x003 1\n", &ID, b"in a\x001 0\n", &ID, b"b\0-1 0\n"]).unwrap();
        assert_eq!(tree.tree, None);
        assert_eq!(tree.folder(b"a").unwrap().tree, Some((ObjectId::Sha1(ID), 3)));
        assert_eq!(tree.folder(b"a").unwrap().folder(b"in a"), None, "what is below a known tree is in the tree");
        assert_eq!(tree.folder(b"b"), Some(&CacheTree::default()));
        assert_eq!(tree.folder(b"c"), None);
    }

    #[test]
    fn what_git_does_not_write_is_refused() {
        let good: &[&[u8]] = &[b"\x003 1\n", &ID, b"a\x001 0\n", &ID];
        assert!(parse(good).is_some());
        let whole = good.concat();
        for length in 0..whole.len() {
            assert_eq!(CacheTree::parse(&whole[..length], 20), None, "{length}");
        }
        for bad in [
            &[b"x\0-1 0\n".as_slice()][..],
            &[b"\0-2 0\n"],
            &[b"\0+1 0\n", &ID],
            &[b"\0 1 0\n", &ID],
            &[b"\x00-1 -1\n"],
            &[b"\0-1 0\n", b"more"],
            &[b"\0-1 1\n", b"\0-1 0\n"],
            &[b"\0-1 1\n", b"a/b\0-1 0\n"],
            &[b"\0-1 2\n", b"a\0-1 0\n", b"a\0-1 0\n"],
            &[b"\x0099999999999999999999 0\n", &ID],
        ] {
            assert_eq!(parse(bad), None, "{bad:?}");
        }
        let deep = [b"\0-1 1\n".to_vec(), b"a\0-1 1\n".repeat(100_000)].concat();
        assert_eq!(CacheTree::parse(&deep, 20), None);
    }
}
