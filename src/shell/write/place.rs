//! Where entries are written: the log in the work tree of its owner's repository, wherever the command was called.

use std::ffi::OsStr;
use std::os::unix::ffi::OsStrExt;
use std::path::{Path, PathBuf};
use std::rc::Rc;

use crate::case::Stale;
use crate::change::RepoPath;
use crate::compose;
use crate::log::Log;
use crate::policy::Policy;
use crate::report::escape;
use crate::shell::by_hand::ByHand;
use crate::shell::cli::Common;
use crate::shell::git::{FileAt, OtherLog, Repo, is_unmerged, worktree_file};
use crate::shell::judge::Judge;
use crate::shell::law::Law;
use crate::shell::logs::{Home, Logs, Source, home};
use crate::shell::status::member_here;
use crate::shell::terminal::word;
use crate::shell::trust::trusted_for_head;
use crate::shell::world::World;
use crate::shell::{Error, session};

/// The log that is written to, and the policy of the repository that the command was called in.
pub(in crate::shell) struct Place {
    pub(super) policy: Policy,
    /// All policies there.
    pub(super) law: Rc<Law>,
    /// Where the command was called.
    pub(super) here: Repo,
    /// The workspace's member there; `None` for the root's own policy.
    pub(super) member: Option<usize>,
    /// Its folder; empty for the root's own policy.
    folder: String,
    /// The owner's repository, where it is another one.
    pub(in crate::shell) other: Option<Rc<OtherLog>>,
    /// The log in the owner's repository.
    pub(in crate::shell) path: RepoPath,
    root: PathBuf,
}

/// Finds it.
pub(in crate::shell) fn place(common: &Common, world: &World) -> Result<Place, Error> {
    if common.log.is_some() {
        return Err(Error::new("entries are written into the policy's own log, not into a file by hand")
            .hint("leave out --log, or copy the entry over"));
    }
    let by_hand = ByHand::read(common)?;
    let repo = Repo::open(common.repo.as_deref())?;
    let head = repo.head()?;
    let trusted = trusted_for_head(&repo)?;
    let law = Judge::new(&repo, world, false).by_hand(&by_hand).law(head.as_ref(), trusted.as_ref().map(|t| &t.id))?;
    let Law::Policy(workspace) = &*law else {
        return Err(Error::new("there is no policy at HEAD that says who writes, and where the log is")
            .hint("write one with `verify-gate init` and commit it"));
    };
    let index = member_here(&repo, workspace);
    let member = index.and_then(|index| workspace.members.get(index));
    let policy = member.map(|m| &m.policy).or(workspace.root.as_ref()).cloned();
    let policy = policy.ok_or_else(|| Error::new("the workspace has no members"))?;
    let home = home(workspace, index, &policy);
    let (other, path) = match &home {
        Home::Here(path) => (None, path.clone()),
        Home::Other => {
            let owner = &policy.log.owner;
            if policy.log.url.is_some() {
                return Err(Error::new(format!(
                    "the log is only fetched here (`log.url`), and entries are written in the repository of {owner}"
                ))
                .hint(format!(
                    "run the command in a clone of {owner}'s repository, with `--config` naming this policy"
                )));
            }
            let source = Source::of(&repo, world, &policy, &home);
            (Some(Logs::default().locate(&source)?), policy.log.path.clone())
        }
    };
    let folder = member.map(|m| m.folder.clone()).unwrap_or_default();
    let root = other.as_ref().map_or(&repo, |o| &o.repo).root().map(PathBuf::from);
    let root = root.ok_or_else(|| {
        Error::new("the log's repository is bare: there is no work tree to write in").hint("run the command in a clone")
    })?;
    Ok(Place { policy, law: Rc::clone(&law), here: repo, member: index, folder, other, path, root })
}

impl Place {
    /// The party that writes.
    pub(super) fn own(&self) -> &str {
        &self.policy.party
    }

    /// The required reading that the open session read otherwise.
    pub(super) fn stale(&self, log: &Log) -> Vec<Stale> {
        session::stale(&self.here, &self.folder, &self.policy, Some((&self.path.to_string(), log)))
    }

    /// The party of this name, which must be the one whose repository this is.
    pub(super) fn party(&self, name: &str) -> Result<String, Error> {
        let is_own = self.policy.party(self.own()).is_some_and(|p| p.aliases.iter().any(|a| a == name));
        if name == self.own() || is_own {
            return Ok(self.own().to_owned());
        }
        Err(Error::new(format!("this is a repository of {}, so `{}` does not write here", self.own(), escape(name)))
            .hint("run the command in a repository of that party"))
    }

    /// A path of the command line as the gate lists it. What is there under that very name is meant to the letter.
    pub(super) fn path(&self, text: &str) -> Result<String, Error> {
        let is_rooted = text.starts_with("./");
        let found = self.found(text);
        let is_name = found.is_some();
        if found.is_some_and(|found| found.is_dir()) && !text.ends_with('/') {
            return Err(Error::new(format!(
                "`{}` is a folder, and a gate that lists it covers only that name",
                escape(text)
            ))
            .hint("end it with `/` to mean all that is below it"));
        }
        let said = compose::path(text, is_name)
            .map_err(|why| Error::new(format!("the path `{}` {}", escape(text), escape(&why))))?;
        if said.starts_with("./") && !is_rooted && !self.folder.is_empty() {
            return Err(Error::new(format!("the path `{}` would be read from the workspace's root", escape(text))));
        }
        // A folder of this repository that is called like another party's repository would be read as that repository.
        let first = text.split('/').next().unwrap_or_default();
        let elsewhere = self.policy.repository_party(first).is_some_and(|party| party.name != self.policy.party);
        Ok(if is_name && elsewhere { format!("{}:{said}", self.policy.party) } else { said })
    }

    /// Whether something is there under that very name.
    pub(super) fn is_there(&self, text: &str) -> bool {
        self.found(text).is_some()
    }

    fn found(&self, text: &str) -> Option<std::fs::Metadata> {
        // With `./` it is said from the root, also in a workspace's member.
        let folder = if text.starts_with("./") { self.here.root()?.to_owned() } else { self.folder_here() };
        folder.join(text).symlink_metadata().ok()
    }

    /// The folder that the policy governs, where the command was called.
    pub(super) fn folder_here(&self) -> PathBuf {
        self.here.root().unwrap_or(self.here.git_dir()).join(&self.folder)
    }

    /// The owner's repository.
    pub(super) fn repo(&self) -> &Repo {
        self.other.as_ref().map_or(&self.here, |other| &other.repo)
    }

    /// Its work tree.
    pub(super) fn folder(&self) -> &Path {
        &self.root
    }

    /// The log's path below it.
    pub(super) fn below(&self) -> &Path {
        Path::new(OsStr::from_bytes(self.path.as_bytes()))
    }

    /// The log's file.
    pub(super) fn file(&self) -> PathBuf {
        self.root.join(self.below())
    }

    /// The log as the work tree has it.
    pub(super) fn text(&self) -> Result<String, Error> {
        let shown = self.shown();
        let bytes = match worktree_file(self.repo(), &self.path)? {
            FileAt::File { bytes, .. } => bytes,
            FileAt::Missing => {
                return Err(Error::new(format!("there is no log at {shown}")).hint("`verify-gate init` writes one"));
            }
            FileAt::NotAFile(_) => {
                return Err(Error::new(format!("{shown} is no regular file")).hint("put the log itself there"));
            }
        };
        let text = String::from_utf8(bytes)
            .map_err(|_| Error::new(format!("the log ({shown}) is not UTF-8")).hint("save it as UTF-8"))?;
        let marked = |line: &str| ["<<<<<<< ", "||||||| ", ">>>>>>> "].iter().any(|mark| line.starts_with(mark));
        if text.lines().any(marked) || is_unmerged(self.repo(), &self.path)? {
            return Err(Error::new(format!("{shown} is in the middle of a merge"))
                .hint("resolve its conflicts first: keep the entries of both sides, whole"));
        }
        Ok(text)
    }

    /// The log's file, to be printed.
    pub(super) fn shown(&self) -> String {
        escape(&self.file().to_string_lossy())
    }

    /// The work tree, as a shell's word.
    pub(super) fn root(&self) -> String {
        word(&self.root.to_string_lossy())
    }

    /// The log's path, as a shell's word.
    pub(super) fn log_path(&self) -> String {
        word(&self.path.to_string())
    }
}
