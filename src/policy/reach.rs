//! Where in a tree a policy has a say, so that nothing else of it has to be looked at.

use super::{CONTRACT_PATH, LOG_PATH, POLICY_FILE, Workspace, fold};
use crate::change::RepoPath;

/// Paths, folded, at, above or below which everything lies that a workspace's policies look at.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Reach {
    /// `None` where it may be anywhere.
    paths: Option<Vec<Vec<u8>>>,
}

impl Reach {
    /// All paths.
    pub const EVERYWHERE: Reach = Reach { paths: None };

    /// What the root's policy protects, and what it names `also`; the policy file, files of keys, logs, what the profiles go
    /// by; and all that the members' folders hold.
    pub fn of(workspace: &Workspace, also: &[&str]) -> Reach {
        let mut paths: Vec<RepoPath> = [POLICY_FILE, LOG_PATH, CONTRACT_PATH].map(RepoPath::from).to_vec();
        paths.extend(workspace.files());
        paths.extend(workspace.policies().map(|policy| policy.log.path.clone()));
        paths.extend(workspace.members.iter().map(|member| RepoPath::from(member.folder.as_str())));
        if let Some(policy) = &workspace.root {
            let Some(prefixes) = policy.protect.prefixes() else { return Reach::EVERYWHERE };
            paths.extend(prefixes.iter().map(|prefix| RepoPath::from(prefix.as_str())));
            paths.extend(also.iter().map(|name| RepoPath::from(*name)));
        }
        let mut paths: Vec<Vec<u8>> = paths.iter().map(|path| fold::bytes(path.as_bytes())).collect();
        paths.sort();
        paths.dedup();
        Reach { paths: Some(paths) }
    }

    /// Whether a path is one of these, or above or below one.
    pub fn touches(&self, path: &[u8]) -> bool {
        let Some(paths) = &self.paths else { return true };
        let path = fold::bytes(path);
        paths.iter().any(|own| is_at_or_below(own, &path) || is_at_or_below(&path, own))
    }
}

fn is_at_or_below(path: &[u8], folder: &[u8]) -> bool {
    path.strip_prefix(folder).is_some_and(|rest| rest.is_empty() || rest.starts_with(b"/"))
}

#[cfg(test)]
mod tests {
    use super::super::{Fit, Member, Policy, choose};
    use super::*;

    fn profile() -> Policy {
        let Fit::One(policy) = choose(true, false).unwrap() else { panic!("no profile") };
        *policy
    }

    #[test]
    fn what_lies_elsewhere_is_not_looked_at() {
        let reach = Reach::of(&Workspace::single(profile()), &["pyproject.toml"]);
        for (path, expected) in [
            ("agentos/schemas/x", true),
            ("AgentOS/Schemas", true),
            ("agentos", true),
            ("agentos/other/x", false),
            ("agentos2", false),
            ("docs", true),
            ("docs/integration/CCC_AGENT_CHAT.md", true),
            ("docs/integration/CCC_AGENT_CHAT.md/x", true),
            ("docs/integration/other.md", false),
            ("ackgate.toml", true),
            ("pyproject.toml", true),
            ("src/pyproject.toml", false),
            ("src", false),
        ] {
            assert_eq!(reach.touches(path.as_bytes()), expected, "{path}");
        }
        assert!(Reach::EVERYWHERE.touches(b"src"));
    }

    #[test]
    fn members_are_looked_at_in_their_folders() {
        let member = Member { folder: "projects/One".to_owned(), policy: profile() };
        let workspace = Workspace { root: None, members: vec![member], base: None };
        let reach = Reach::of(&workspace, &["pyproject.toml"]);
        for (path, expected) in [
            ("projects/one/agentos/schemas/x", true),
            ("projects", true),
            ("projects/One/src", true),
            ("projects/two", false),
            ("agentos/schemas/x", false),
        ] {
            assert_eq!(reach.touches(path.as_bytes()), expected, "{path}");
        }
    }
}
