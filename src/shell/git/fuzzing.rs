//! What git says in its own forms: listings with NULs, objects, settings.

use super::commit::RawCommit;
use super::id::{Format, Oid};
use super::listing::{parse_added, parse_entries, parse_stats};
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
            if let Some(id) = Oid::from_hex(data) {
                assert!(id.to_string().as_bytes().eq_ignore_ascii_case(data), "an id is read whole");
            }
        }
    }
}
