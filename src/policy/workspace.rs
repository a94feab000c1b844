//! A monorepo's policies: the root's own, and one a member's folder.

use super::error::Place;
use super::protect::{POLICY_CLASS, POLICY_FILE, same_name};
use super::raw::RawWorkspace;
use super::validate::relative_path;
use super::{Deviation, Policy, PolicyError, fold};
use crate::change::{Change, Kind, ObjectId, RepoPath};

/// All policies of a repository.
#[derive(Debug, Clone, Default)]
pub struct Workspace {
    /// The root's own.
    pub root: Option<Policy>,
    /// The members', in the order the root names them.
    pub members: Vec<Member>,
    /// The commit that they were read from, if it was one: what they name is read there too.
    pub base: Option<ObjectId>,
}

/// A folder with a policy of its own.
#[derive(Debug, Clone)]
pub struct Member {
    /// From the root, without a trailing slash.
    pub folder: String,
    /// What governs it.
    pub policy: Policy,
}

/// The policy that has a say on a path.
#[derive(Debug, Clone)]
pub struct Governor<'a> {
    /// Which policy.
    pub policy: &'a Policy,
    /// The member's index; `None` for the root.
    pub member: Option<usize>,
    /// The path below the policy's folder; as from the root where the path is not below it, see [`Workspace::governing`].
    pub path: RepoPath,
    /// Whether it is the workspace itself that the path bears on: the root's policy file, or the place of a member's
    /// folder. Such a path is of class `policy`.
    pub is_structure: bool,
}

/// A change to a protected path.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Protected {
    /// Which of the changes.
    pub change: usize,
    /// The member that governs it; `None` for the root.
    pub member: Option<usize>,
    /// As [`Governor::path`].
    pub path: RepoPath,
    /// Its class.
    pub class: String,
}

impl Workspace {
    /// A repository with one policy.
    pub fn single(policy: Policy) -> Workspace {
        Workspace { root: Some(policy), members: Vec::new(), base: None }
    }

    /// The root's own policy, if it has one, and the members'.
    pub fn policies(&self) -> impl Iterator<Item = &Policy> {
        self.root.iter().chain(self.members.iter().map(|member| &member.policy))
    }

    /// A member's policy; the root's own for `None`.
    pub fn policy_of(&self, member: Option<usize>) -> Option<&Policy> {
        match member {
            None => self.root.as_ref(),
            Some(index) => self.members.get(index).map(|member| &member.policy),
        }
    }

    /// A member's folder; empty for `None`, which is the root.
    pub fn folder_of(&self, member: Option<usize>) -> &str {
        member.and_then(|index| self.members.get(index)).map_or("", |member| member.folder.as_str())
    }

    /// Who governs a path; `None` where nobody does.
    ///
    /// A member governs what lies below its folder, the root's policy all else; case and Unicode form of the folder
    /// do not count, since a file system that ignores them puts the file there. Where the root only names members,
    /// its `ackgate.toml` is governed by the first of them, and what takes the place of a member's folder, or of a
    /// folder above it, by the first member that it would put aside: somebody must be asked before a line of
    /// configuration switches a policy off.
    pub fn governing(&self, path: &RepoPath) -> Option<Governor<'_>> {
        for (index, member) in self.members.iter().enumerate() {
            if let Some(rest) = below(path, &member.folder) {
                let member = Some(index);
                return Some(Governor {
                    policy: &self.members.get(index)?.policy,
                    member,
                    path: rest,
                    is_structure: false,
                });
            }
        }
        let displaced = self.members.iter().position(|member| takes_place_of(path, &member.folder));
        let is_file = same_name(path.as_bytes(), POLICY_FILE.as_bytes());
        let is_structure = displaced.is_some() || is_file;
        if let Some(policy) = &self.root {
            return Some(Governor { policy, member: None, path: path.clone(), is_structure });
        }
        let index = displaced.or_else(|| is_file.then_some(0))?;
        let policy = &self.members.get(index)?.policy;
        Some(Governor { policy, member: Some(index), path: path.clone(), is_structure })
    }

    /// The policy files, from the root, and the files that are as much policy as what names them: the snapshots of what
    /// they extend, and the files that hold keys of parties.
    pub fn files(&self) -> Vec<RepoPath> {
        let mut files = vec![RepoPath::from(POLICY_FILE)];
        let root = self.root.iter().map(|policy| ("", policy));
        let members = self.members.iter().map(|member| (member.folder.as_str(), &member.policy));
        files.extend(self.members.iter().map(|member| RepoPath::from(POLICY_FILE).under(&member.folder)));
        for (folder, policy) in root.chain(members) {
            let snapshot = policy.extends.iter().map(|extends| &extends.file);
            let keys = policy.parties.values().flat_map(|party| party.allowed_signers.iter().chain(&party.bundle));
            files.extend(snapshot.chain(keys).map(|file| file.under(folder)));
        }
        files
    }

    /// What of its policies loosens the baselines that they extend.
    pub fn deviations(&self) -> impl Iterator<Item = &Deviation> {
        self.policies().flat_map(Policy::deviations)
    }

    /// The changes that touch protected paths, in their order.
    pub fn classify(&self, changes: &[Change]) -> Vec<Protected> {
        let mut all = Vec::new();
        for (index, change) in changes.iter().enumerate() {
            let Some(governor) = self.governing(&change.path) else { continue };
            let kinds: Vec<Kind> = [&change.old, &change.new].into_iter().flatten().map(|side| side.kind).collect();
            let class = match governor.is_structure {
                true => Some(POLICY_CLASS),
                false => governor.policy.protect.class_of(&governor.path, &kinds),
            };
            if let Some(class) = class {
                let class = class.to_owned();
                all.push(Protected { change: index, member: governor.member, path: governor.path, class });
            }
        }
        all
    }
}

/// Reads the folders that a root names.
pub(super) fn members(place: &Place<'_>, raw: &RawWorkspace) -> Result<Vec<String>, PolicyError> {
    let mut all: Vec<String> = Vec::new();
    for text in &raw.members {
        let offset = text.span().start;
        let written = text.get_ref();
        let folder = written.strip_suffix('/').unwrap_or(written);
        relative_path(folder).map_err(|why| place.error(offset, format!("workspace member `{written}` {why}")))?;
        for other in &all {
            let nested = |one: &str, other: &str| below(&RepoPath::from(one), other).is_some();
            if fold::text(folder) == fold::text(other) {
                return Err(place.error(offset, format!("workspace member `{folder}` is named twice")));
            }
            if nested(folder, other) || nested(other, folder) {
                let message = format!("workspace members `{folder}` and `{other}` lie in each other");
                return Err(place.error(offset, message).with_help("each path has one policy"));
            }
        }
        all.push(folder.to_owned());
    }
    Ok(all)
}

/// What follows the folder, if the path lies below it; the folder's case and form do not count.
pub(super) fn below(path: &RepoPath, folder: &str) -> Option<RepoPath> {
    let count = folder.split('/').count();
    let mut names = path.as_bytes().splitn(count + 1, |byte| *byte == b'/');
    let head: Vec<_> = names.by_ref().take(count).collect();
    let rest = names.next()?;
    same_name(&head.join(&b'/'), folder.as_bytes()).then(|| RepoPath::new(rest))
}

/// Whether the path is the folder's own or that of a folder above it.
fn takes_place_of(path: &RepoPath, folder: &str) -> bool {
    let count = path.as_bytes().split(|byte| *byte == b'/').count();
    let names: Vec<_> = folder.split('/').take(count).collect();
    names.len() == count && same_name(names.join("/").as_bytes(), path.as_bytes())
}

#[cfg(test)]
mod tests {
    use super::super::validate::tests::{complete, failure, policy};
    use super::*;
    use crate::change::{ObjectId, Side};

    fn workspace(root: bool) -> Workspace {
        let member = |folder: &str, glob: &str| Member {
            folder: folder.to_owned(),
            policy: policy(&complete(&format!("[protect]\nschema = [\"{glob}\"]\n"))),
        };
        Workspace {
            base: None,
            root: root.then(|| policy(&complete("[protect]\nadapter = [\"tools/**\", \"projects/**\"]\n"))),
            members: vec![member("projects/AgentOS", "schemas/**"), member("projects/ccc", "docs/**")],
        }
    }

    fn classify(workspace: &Workspace, path: &str) -> Option<(Option<usize>, String, String)> {
        let change = Change::named(RepoPath::from(path));
        let found = workspace.classify(&[Change::named(RepoPath::from("README.md")), change]);
        let found = found.into_iter().next()?;
        assert_eq!(found.change, 1);
        Some((found.member, found.path.to_string(), found.class))
    }

    #[test]
    fn each_member_governs_its_folder() {
        for (path, alone, with_root) in [
            ("projects/AgentOS/schemas/x", Some((Some(0), "schemas/x", "schema")), None),
            ("Projects/agentos/Schemas/x", Some((Some(0), "Schemas/x", "schema")), None),
            ("projects/AgentOS/ackgate.toml", Some((Some(0), "ackgate.toml", "policy")), None),
            ("projects/ccc/docs/x", Some((Some(1), "docs/x", "schema")), None),
            ("projects/ccc/docs", Some((Some(1), "docs", "schema")), None),
            ("projects/AgentOS/docs/x", None, None),
            ("projects/AgentOSx/schemas/x", None, Some((None, "projects/AgentOSx/schemas/x", "adapter"))),
            ("tools/x", None, Some((None, "tools/x", "adapter"))),
            ("schemas/x", None, None),
            ("ackgate.toml", Some((Some(0), "ackgate.toml", "policy")), Some((None, "ackgate.toml", "policy"))),
            ("AckGate.toml", Some((Some(0), "AckGate.toml", "policy")), Some((None, "AckGate.toml", "policy"))),
            ("projects", Some((Some(0), "projects", "policy")), Some((None, "projects", "policy"))),
            ("projects/CCC", Some((Some(1), "projects/CCC", "policy")), Some((None, "projects/CCC", "policy"))),
            ("projects/other", None, Some((None, "projects/other", "adapter"))),
        ] {
            let owned = |found: Option<(Option<usize>, &str, &str)>| {
                found.map(|(member, path, class)| (member, path.to_owned(), class.to_owned()))
            };
            assert_eq!(classify(&workspace(false), path), owned(alone), "{path}");
            // Below a member the root has no say.
            assert_eq!(classify(&workspace(true), path), owned(with_root.or(alone)), "{path} with a root policy");
        }
        assert!(classify(&Workspace::default(), "ackgate.toml").is_none());
        assert!(classify(&Workspace::single(policy(&complete(""))), "ACKGATE.toml").is_some());
    }

    #[test]
    fn kinds_of_both_sides_count() {
        let single = Workspace::single(policy(&complete("[protect]\nschema = [\"w/*/x/**\"]\n")));
        let side = |kind| Some(Side { kind, id: ObjectId::Sha1([0; 20]) });
        for (old, new, protected) in [
            (side(Kind::File), side(Kind::File), false),
            (side(Kind::Symlink), None, true),
            (side(Kind::File), side(Kind::Submodule), true),
        ] {
            let change = Change { path: RepoPath::from("w/k"), old, new, seen: true };
            assert_eq!(!single.classify(std::slice::from_ref(&change)).is_empty(), protected, "{change:?}");
        }
    }

    #[test]
    fn members_are_folders_apart() {
        for (members, message) in [
            ("\"/a\"", "is absolute"),
            ("\"a/../b\"", "`..`"),
            ("\"\"", "is empty"),
            ("\".\"", "`.`"),
            ("\"a/*\"", "is a glob"),
            ("\"a\", \"A/\"", "twice"),
            ("\"a\", \"A/b\"", "in each other"),
            ("\"a/b\", \"a\"", "in each other"),
        ] {
            let error = failure(&format!("version = 1\n[workspace]\nmembers = [{members}]\n"));
            assert!(error.message.contains(message), "{members}: {error}");
            assert_eq!(error.line, 3);
        }
        policy(&complete("[workspace]\nmembers = [\"a/\", \"ab\"]\n"));
    }
}
