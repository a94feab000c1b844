//! When each entry of a log was committed: for people to read, nothing is decided by it.

use std::collections::HashMap;

use crate::change::{ObjectId, RepoPath};
use crate::log::Log;
use crate::page::Brought;
use crate::shell::Error;
use crate::shell::git::{Repo, versions};
use crate::shell::law::short;
use crate::shell::world::date_of;

/// How many versions of a log are looked at, the newest first.
const MOST: usize = 2000;

/// The commit that brought an entry, and its committer's time in Unix seconds.
pub(super) type When = Option<(Brought, i64)>;

/// The first commit, by its time, whose log has the line that an entry begins with; of several such lines, as many as there
/// are up to the entry. `None` for one that was there before the versions that are looked at.
pub(super) fn brought(repo: &Repo, tip: &ObjectId, path: &RepoPath, log: &Log) -> Result<Vec<When>, Error> {
    let mut seen: HashMap<&str, usize> = HashMap::new();
    let keys: Vec<(&str, usize)> = (log.entries.iter())
        .map(|entry| {
            let line = entry.text.lines().next().unwrap_or_default().trim();
            let number = seen.entry(line).or_default();
            *number += 1;
            (line, *number)
        })
        .collect();
    let all = versions(repo, tip, path)?;
    let mut found: Vec<When> = vec![None; keys.len()];
    for (at, version) in all.iter().take(MOST).enumerate() {
        let Some(blob) = &version.blob else { continue };
        let bytes = repo.read(blob)?;
        let text = String::from_utf8_lossy(&bytes);
        let mut counts: HashMap<&str, usize> = HashMap::new();
        for line in text.lines().map(str::trim).filter(|line| seen.contains_key(line)) {
            *counts.entry(line).or_default() += 1;
        }
        let is_edge = (at + 1 == MOST && all.len() > MOST) || version.has_unknown_parent();
        let time = version.commit.time();
        for (key, found) in keys.iter().zip(&mut found) {
            if counts.get(key.0).is_some_and(|count| *count >= key.1)
                && found.as_ref().is_none_or(|(_, known)| time <= *known)
            {
                let here = Brought { commit: short(&version.commit.id), date: date_of(time) };
                *found = (!is_edge).then_some((here, time));
            }
        }
    }
    Ok(found)
}
