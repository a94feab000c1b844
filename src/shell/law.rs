//! Which policy judges: read from the base and the trusted tip, never from the change.

use crate::change::{ObjectId, RepoPath};
use crate::policy::{
    self, CONTRACT_PATH, Deviation, Document, Fit, LOG_PATH, Member, POLICY_FILE, PolicyError, Protect, Snapshot,
    Source, Wanted, Workspace,
};
use crate::shell::Error;
use crate::shell::git::{Entry, FileAt, Repo};

/// What judges a change.
pub enum Law {
    /// Policy files, or the one built-in profile that fits.
    Policy(Box<Workspace>),
    /// Both profiles fit: whatever either protects cannot be decided.
    Ambiguous(Protect),
    /// Neither a policy nor a profile that fits: everything passes.
    None,
}

impl Law {
    /// Whether it was read from policy files.
    pub fn is_written(&self) -> bool {
        match self {
            Law::Policy(workspace) => workspace.policies().any(|p| matches!(p.source, Source::File { .. })),
            Law::Ambiguous(_) | Law::None => false,
        }
    }

    /// Whether any of its policies lists keys for an emergency override.
    pub fn knows_overrides(&self) -> bool {
        match self {
            Law::Policy(workspace) => workspace.policies().any(|policy| !policy.override_keys.is_empty()),
            Law::Ambiguous(_) | Law::None => false,
        }
    }

    /// What loosens the baselines that its policies extend.
    pub fn deviations(&self) -> Vec<Deviation> {
        match self {
            Law::Policy(workspace) => workspace.deviations().cloned().collect(),
            Law::Ambiguous(_) | Law::None => Vec::new(),
        }
    }

    /// The built-in profile's name, where one judges.
    pub fn profile(&self) -> Option<&'static str> {
        match self {
            Law::Policy(workspace) => workspace.root.as_ref().and_then(|p| match p.source {
                Source::Profile(name) => Some(name),
                Source::File { .. } => None,
            }),
            Law::Ambiguous(_) | Law::None => None,
        }
    }
}

/// Why policy files could not be read.
pub enum Unreadable {
    /// What they say is wrong.
    Policy(PolicyError),
    /// The repository.
    Shell(Error),
}

impl From<Error> for Unreadable {
    fn from(error: Error) -> Self {
        Unreadable::Shell(error)
    }
}

impl From<PolicyError> for Unreadable {
    fn from(error: PolicyError) -> Self {
        Unreadable::Policy(error)
    }
}

/// The policy files of a commit; `None` if its root has none.
pub fn written(repo: &Repo, commit: &ObjectId) -> Result<Option<Workspace>, Unreadable> {
    read_workspace(|path| repo.file_at(Some(commit), path))
}

/// Reads the root's policy file and those of the members it names; `None` if the root has none.
pub fn read_workspace(read: impl Fn(&RepoPath) -> Result<FileAt, Error>) -> Result<Option<Workspace>, Unreadable> {
    let Some(root) = read_document(&read, POLICY_FILE)? else { return Ok(None) };
    let mut workspace = Workspace { root: root.policy, members: Vec::new(), base: None };
    for folder in root.members {
        let file = format!("{folder}/{POLICY_FILE}");
        let invalid = |message: String, help: &str| PolicyError {
            file: POLICY_FILE.to_owned(),
            line: 1,
            column: 1,
            message,
            help: Some(help.to_owned()),
        };
        let Some(document) = read_document(&read, &file)? else {
            let message = format!("names the workspace member `{folder}`, and there is no `{file}`");
            return Err(invalid(message, "add the file, or take the member out of [workspace]").into());
        };
        let Some(policy) = document.policy.filter(|_| document.members.is_empty()) else {
            return Err(invalid(
                format!("`{file}` is not the policy of a member"),
                "a member has a policy and no members of its own",
            )
            .into());
        };
        workspace.members.push(Member { folder, policy });
    }
    Ok(Some(workspace))
}

/// Whether a built-in profile goes by what a commit holds.
pub fn fits_a_profile(repo: &Repo, commit: &ObjectId) -> Result<bool, Error> {
    Ok(holds_of_profiles(repo, commit)? != Holds::default())
}

/// Whether a commit holds something under the policy file's name at its root.
pub fn has_policy(repo: &Repo, commit: &ObjectId) -> Result<bool, Error> {
    Ok(!matches!(repo.file_at(Some(commit), &POLICY_FILE.into())?, FileAt::Missing))
}

fn read_document(
    read: &impl Fn(&RepoPath) -> Result<FileAt, Error>,
    file: &str,
) -> Result<Option<Document>, Unreadable> {
    let folder = file.strip_suffix(POLICY_FILE).unwrap_or_default().trim_end_matches('/');
    let snapshot = |wanted: &Wanted| match read(&wanted.file.under(folder))? {
        FileAt::Missing => Ok::<_, Unreadable>(Snapshot::Missing),
        FileAt::File { bytes, .. } => Ok(Snapshot::File(bytes)),
        FileAt::NotAFile(_) => Ok(Snapshot::NotAFile),
    };
    match read(&file.into())? {
        FileAt::Missing => Ok(None),
        FileAt::File { bytes, .. } => Ok(Some(policy::parse_extending(&bytes, file, snapshot)?)),
        FileAt::NotAFile(_) => Err(Unreadable::Policy(PolicyError {
            file: file.to_owned(),
            line: 1,
            column: 1,
            message: "is a link, a folder or a submodule".to_owned(),
            help: Some("a policy is a regular file".to_owned()),
        })),
    }
}

/// What the built-in profiles go by: whether a commit holds the log, and the contract.
pub(super) type Holds = (bool, bool);

/// What of it a commit holds.
pub(super) fn holds_of_profiles(repo: &Repo, commit: &ObjectId) -> Result<Holds, Error> {
    let holds =
        |path: &str| -> Result<bool, Error> { Ok(matches!(repo.entry(commit, &path.into())?, Some(Entry::Item(_)))) };
    Ok((holds(LOG_PATH)?, holds(CONTRACT_PATH)?))
}

/// The profile that goes by it.
pub(super) fn profile((log, contract): Holds) -> Result<Law, Error> {
    let fit = policy::choose(log, contract);
    Ok(match fit.map_err(|error| Error::new(error.to_string()))? {
        Fit::None => Law::None,
        Fit::One(policy) => Law::Policy(Box::new(Workspace::single(*policy))),
        Fit::Both(protect) => Law::Ambiguous(protect),
    })
}

/// A base's policy that cannot be read cannot judge: exit status 2.
pub(super) fn at_base(error: Unreadable, base: &ObjectId) -> Error {
    match error {
        Unreadable::Shell(error) => error,
        Unreadable::Policy(error) => {
            let mut out = Error::new(format!("the policy of the base ({}) is invalid: {error}", short(base)));
            if let Some(help) = error.help {
                out = out.hint(help);
            }
            out.hint("mend the file in a commit of its own, made with `git commit --no-verify`, and have it reviewed")
        }
    }
}

/// A commit's id as people read it.
pub fn short(id: &ObjectId) -> String {
    id.to_string().chars().take(10).collect()
}
