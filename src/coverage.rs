//! Which paths a gate covers.

use std::collections::BTreeSet;

use crate::change::RepoPath;
use crate::log::{Gate, Listed};
use crate::policy::{Pattern, Policy};

/// What coverage has to know of the base's tree: in a workspace, and where a gate starts a path with its own
/// repository's name, a path can be meant in two ways.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Folders {
    /// The member's folder from the root; empty where the root's own policy governs.
    pub member: String,
    /// The folders right below the policy's folder.
    pub names: BTreeSet<String>,
}

/// A gate's list, placed in this repository.
#[derive(Debug, Clone)]
pub struct Coverage {
    listed: Vec<Placed>,
    excluded: Vec<Placed>,
    /// Something that the gate takes out could not be read: nobody can tell what is left.
    unclear: bool,
    /// Patterns that are too broad to open anything, as written.
    pub too_broad: Vec<String>,
    /// Paths that could not be read as a pattern, and why.
    pub unreadable: Vec<(String, String)>,
    /// Patterns of a workspace member that could be meant in two ways, as written.
    pub ambiguous: Vec<String>,
}

#[derive(Debug, Clone)]
struct Placed {
    pattern: Pattern,
    /// It is said in a workspace's member.
    in_member: bool,
    /// In a workspace: it can only be meant from the root.
    from_root: bool,
    /// In a workspace: it starts with the member's folder.
    may_be_from_root: bool,
}

impl Coverage {
    /// Places what a gate lists in the repository that `policy` governs.
    pub fn of(gate: &Gate, policy: &Policy, folders: &Folders) -> Self {
        let mut coverage = Coverage {
            listed: Vec::new(),
            excluded: Vec::new(),
            unclear: false,
            too_broad: Vec::new(),
            unreadable: Vec::new(),
            ambiguous: Vec::new(),
        };
        for listed in &gate.paths {
            coverage.add(listed, gate, policy, folders);
        }
        coverage
    }

    /// Whether nothing that the gate lists lies in this repository.
    pub fn is_empty(&self) -> bool {
        self.listed.is_empty()
    }

    /// Whether a path is covered: some pattern fits it in exactly one of the two ways it can be said, and nothing that
    /// the gate takes out fits it or cannot be read. `below` is the path below the member's folder, the path itself
    /// elsewhere.
    pub fn covers(&self, path: &RepoPath, below: &RepoPath) -> bool {
        let listed = |placed: &Placed| placed.fits(path, below, |p, path| p.matches(path) || is_named(p, path));
        let excluded = |placed: &Placed| placed.fits(path, below, |p, path| p.fits(path) || is_named(p, path));
        !self.unclear
            && self.listed.iter().any(|p| matches!(listed(p), (true, false) | (false, true)))
            && !self.excluded.iter().any(|p| matches!(excluded(p), (true, _) | (_, true)))
    }

    /// The classes of the policy of which a covered path may be.
    pub fn classes<'p>(&self, policy: &'p Policy, folders: &Folders) -> BTreeSet<&'p str> {
        let mut found = BTreeSet::new();
        for placed in &self.listed {
            if !placed.from_root {
                found.extend(policy.protect.classes_of(&placed.pattern));
            }
            if placed.from_root || placed.may_be_from_root {
                let depth = folders.member.split('/').count();
                let below = |pattern: Option<Pattern>, _| pattern.and_then(|p| p.without_first_component());
                let pattern = (0..depth).fold(Some(placed.pattern.clone()), below);
                found.extend(pattern.iter().flat_map(|pattern| policy.protect.classes_of(pattern)));
            }
        }
        found
    }

    fn add(&mut self, listed: &Listed, gate: &Gate, policy: &Policy, folders: &Folders) {
        let pattern = match Pattern::parse(&listed.text) {
            Ok(pattern) => pattern,
            Err(error) => {
                self.unclear |= listed.excluded;
                return self.unreadable.push((listed.text.clone(), error.to_string()));
            }
        };
        let Some(pattern) = place(pattern, listed, gate, policy, folders) else { return };
        // What is taken out may be as broad as it likes.
        if pattern.is_too_broad() && !listed.excluded {
            return self.too_broad.push(listed.text.clone());
        }
        let member = &folders.member;
        let from_root = pattern.is_rooted() && !member.is_empty();
        let may_be_from_root = !member.is_empty() && RepoPath::from(pattern.text()).below(member).is_some();
        let inner = pattern.first_component().is_some_and(|first| folders.names.contains(&first));
        if may_be_from_root && inner && !from_root && !listed.excluded {
            return self.ambiguous.push(listed.text.clone());
        }
        let placed = Placed { pattern, in_member: !member.is_empty(), from_root, may_be_from_root };
        if listed.excluded { self.excluded.push(placed) } else { self.listed.push(placed) }
    }
}

/// Whether the pattern is the path itself, to the letter: `[id].tsx` is a class of characters, and the name of a file.
fn is_named(pattern: &Pattern, path: &RepoPath) -> bool {
    pattern.text().strip_prefix("./").unwrap_or(pattern.text()).as_bytes() == path.as_bytes()
}

impl Placed {
    /// Whether the pattern fits the path as said from the policy's folder, and as said from the root.
    fn fits(&self, path: &RepoPath, below: &RepoPath, fits: fn(&Pattern, &RepoPath) -> bool) -> (bool, bool) {
        if path == below {
            // In a workspace that is a path above the members: `ackgate.toml` would be the member's own as well.
            return (fits(&self.pattern, path) && (self.from_root || !self.in_member), false);
        }
        let from_member = !self.from_root && fits(&self.pattern, below);
        (from_member, (self.from_root || self.may_be_from_root) && fits(&self.pattern, path))
    }
}

/// The pattern as it reads in this repository, or `None` if the gate places it in another one: a party's or
/// repository's name before a colon, or another party's repository as the first component, says where; else it is the
/// gate's own party's. Its own name is dropped where the base has no such folder.
fn place(pattern: Pattern, listed: &Listed, gate: &Gate, policy: &Policy, folders: &Folders) -> Option<Pattern> {
    let first = pattern.first_component();
    let named = first.as_deref().and_then(|name| policy.repository_party(name));
    let is_folder = first.as_ref().is_some_and(|name| folders.names.contains(name));
    if let Some(party) = &listed.party {
        // “CCC: ClaudeCodeProxy/docs” says it twice.
        let twice = named.is_some_and(|p| p.name == *party) && !is_folder;
        let pattern = if twice { pattern.without_first_component() } else { Some(pattern) };
        return pattern.filter(|_| *party == policy.party);
    }
    match named {
        Some(party) if party.name != gate.party => {
            (party.name == policy.party).then(|| pattern.without_first_component()).flatten()
        }
        // What is taken out without a name may be meant for any repository that the gate speaks of.
        _ if gate.party != policy.party => listed.excluded.then_some(pattern),
        Some(_) if !is_folder => pattern.without_first_component(),
        _ => Some(pattern),
    }
}
