//! What git's listings say, above all those of the index: each taken at its exact shape or not at all.

use std::collections::{HashMap, HashSet};

use super::reader::{IndexEntry, Stat};
use crate::change::{ObjectId, RepoPath};

/// Reads `git ls-files --stage -t -z`. `added` are the paths that differ from nothing: what is staged and not among
/// them is only intended to be added. `None` for anything else, also where the two do not belong together.
pub(super) fn parse_entries(listing: &[u8], added: &HashSet<RepoPath>) -> Option<Vec<IndexEntry>> {
    let mut entries = Vec::new();
    let mut real = 0;
    for record in records(listing)? {
        let (fields, path) = split_at_tab(record)?;
        let fields: Vec<&str> = std::str::from_utf8(fields).ok()?.split(' ').collect();
        let [tag @ ("H" | "S" | "M"), mode, id, stage] = fields.as_slice() else { return None };
        let path = RepoPath::new(path);
        let stage = stage.parse().ok().filter(|stage| *stage <= 3)?;
        let is_real = added.contains(&path);
        real += usize::from(is_real && stage == 0);
        entries.push(IndexEntry {
            mode: u32::from_str_radix(mode, 8).ok()?,
            id: ObjectId::from_hex(id.as_bytes())?,
            stage,
            intent_to_add: stage == 0 && !is_real,
            skip_worktree: *tag == "S",
            path,
        });
    }
    (real == added.len()).then_some(entries)
}

/// Reads `git diff-index --cached --raw -z` against nothing: the paths that are added, which leaves out those in
/// conflict and those that are only intended to be added.
pub(super) fn parse_added(listing: &[u8]) -> Option<HashSet<RepoPath>> {
    let mut added = HashSet::new();
    let mut records = records(listing)?;
    while let Some(record) = records.next() {
        let (path, fields) = (records.next()?, std::str::from_utf8(record).ok()?);
        match fields.split(' ').collect::<Vec<_>>().as_slice() {
            [":000000", _, _, _, "A"] if added.insert(RepoPath::new(path)) => {}
            [":000000", "000000", _, _, "U"] => {}
            _ => return None,
        }
    }
    Some(added)
}

/// Reads `git ls-files --stage --debug -z`, whose shape git does not promise.
pub(super) fn parse_stats(listing: &[u8]) -> Option<HashMap<RepoPath, Stat>> {
    let mut stats = HashMap::new();
    let mut rest = listing;
    while !rest.is_empty() {
        let (record, after) = split(rest, 0)?;
        let (fields, path) = split_at_tab(record)?;
        let (changed, after) = split(after, b'\n')?;
        let (modified, after) = split(after, b'\n')?;
        let (_, after) = split(after, b'\n')?;
        let (_, after) = split(after, b'\n')?;
        let (size, after) = split(after, b'\n')?;
        let stat = Stat {
            changed: time(changed.strip_prefix(b"  ctime: ")?)?,
            modified: time(modified.strip_prefix(b"  mtime: ")?)?,
            size: number(split_at_tab(size)?.0.strip_prefix(b"  size: ")?)?.try_into().ok()?,
        };
        if fields.ends_with(b" 0") {
            stats.insert(RepoPath::new(path), stat);
        }
        rest = after;
    }
    Some(stats)
}

/// What lies between NUL and NUL; the last one has to end the listing.
pub(super) fn records(listing: &[u8]) -> Option<impl Iterator<Item = &[u8]>> {
    let ended = listing.is_empty() || listing.ends_with(&[0]);
    ended.then(|| listing.split(|byte| *byte == 0).filter(|record| !record.is_empty()))
}

fn split_at_tab(record: &[u8]) -> Option<(&[u8], &[u8])> {
    split(record, b'\t')
}

fn split(text: &[u8], at: u8) -> Option<(&[u8], &[u8])> {
    let end = text.iter().position(|byte| *byte == at)?;
    Some((text.get(..end)?, text.get(end + 1..)?))
}

/// `seconds:nanoseconds`.
fn time(text: &[u8]) -> Option<(i64, i64)> {
    let (seconds, nanoseconds) = split(text, b':')?;
    Some((number(seconds)?, number(nanoseconds)?))
}

fn number(text: &[u8]) -> Option<i64> {
    std::str::from_utf8(text).ok()?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    const ID: &str = "e69de29bb2d1d6434b8b29ae775ad8c2e48c5391";

    fn added(paths: &[&str]) -> HashSet<RepoPath> {
        paths.iter().map(|path| RepoPath::from(*path)).collect()
    }

    #[test]
    fn reads_entries_with_odd_names() {
        let listing = format!("H 100644 {ID} 0\ta\tb\nc\0S 120000 {ID} 0\td\0M 100755 {ID} 2\te\0H 100644 {ID} 0\tn\0");
        let entries = parse_entries(listing.as_bytes(), &added(&["a\tb\nc", "d"])).unwrap();
        let seen = entries.iter().map(|e| (e.path.as_bytes(), e.mode, e.stage, e.intent_to_add, e.skip_worktree));
        let expected: [(&[u8], u32, u16, bool, bool); 4] = [
            (b"a\tb\nc", 0o100644, 0, false, false),
            (b"d", 0o120000, 0, false, true),
            (b"e", 0o100755, 2, false, false),
            (b"n", 0o100644, 0, true, false),
        ];
        assert!(seen.eq(expected));
    }

    #[test]
    fn refuses_what_git_would_not_say() {
        let whole = format!("H 100644 {ID} 0\ta\0");
        for listing in [
            whole.trim_end_matches('\0').to_owned(),
            whole.replace('H', "h"),
            whole.replace(" 0\t", " 4\t"),
            whole.replace('\t', " "),
            whole.replace("e69", "69"),
            whole.replace("100644 ", ""),
        ] {
            assert_eq!(parse_entries(listing.as_bytes(), &added(&["a"])), None, "{listing:?}");
        }
        // Listings of two moments.
        assert_eq!(parse_entries(whole.as_bytes(), &added(&["a", "b"])), None);
    }

    #[test]
    fn knows_what_is_added_and_what_is_in_conflict() {
        let line = |new: &str, letter: &str| format!(":000000 {new} {ID} {ID} {letter}\0");
        let listing = format!("{}a\0{}b\0", line("100644", "A"), line("000000", "U"));
        assert_eq!(parse_added(listing.as_bytes()), Some(added(&["a"])));
        for listing in [line("100644", "A"), format!("{}a\0", line("100644", "M"))] {
            assert_eq!(parse_added(listing.as_bytes()), None, "{listing:?}");
        }
    }

    #[test]
    fn reads_stats_or_none_at_all() {
        let stat = "  ctime: 3:4\n  mtime: 1:2\n  dev: 1\tino: 2\n  uid: 0\tgid: 0\n  size: 5\tflags: 0\n";
        let listing = format!("100644 {ID} 0\ta\0{stat}100644 {ID} 1\tb\0{stat}");
        let stats = parse_stats(listing.as_bytes()).unwrap();
        assert_eq!(stats.len(), 1);
        assert_eq!(stats[&RepoPath::from("a")], Stat { size: 5, modified: (1, 2), changed: (3, 4) });
        assert_eq!(parse_stats(listing.replace("mtime", "m").as_bytes()), None);
    }
}
