//! A repository read by the user's git, for what libgit2 cannot open or read: ids of SHA-256, reftable, split and sparse
//! indexes, whatever extension comes next.
//!
//! Plumbing alone, with no configuration, hook, helper or variable of the environment that could change what it says,
//! nor anything that writes or asks the network. What it says is taken at its exact shape, or not at all; and an object
//! is hashed again, so that it is what its id says.

use std::cell::{OnceCell, RefCell};
use std::collections::HashMap;
use std::ffi::{OsStr, OsString};
use std::os::unix::ffi::OsStrExt;
use std::path::PathBuf;
use std::process::{Command, Output, Stdio};

use git2::ObjectType;

use super::conversation::Conversation;
use super::fetch::scrub;
use super::id::Format;
use super::listing::{parse_added, parse_entries, parse_stats};
use super::reader::{
    IndexEntry, LINE_END_ATTRIBUTES, Reader, Reference, Stat, leads_nowhere, missing, not_its_id, unreadable_index,
    unresolved,
};
use super::settings::Settings;
use super::work::started_child;
use crate::change::{ObjectId, RepoPath};
use crate::report::escape;
use crate::shell::Error;

/// What git may not do while it reads, whatever its configuration says.
const RESTRAINTS: [&str; 6] = [
    "core.hooksPath=/dev/null",
    "core.fsmonitor=false",
    "core.untrackedCache=false",
    "core.commitGraph=false",
    "index.sparse=false",
    "submodule.recurse=false",
];

/// What makes git read the repository as it is, without asking the network for what is missing.
const SOBER: [(&str, &str); 5] = [
    ("GIT_NO_REPLACE_OBJECTS", "1"),
    ("GIT_GRAFT_FILE", "/dev/null"),
    ("GIT_OPTIONAL_LOCKS", "0"),
    ("GIT_NO_LAZY_FETCH", "1"),
    ("GIT_ALLOW_PROTOCOL", "none"),
];

/// git's view of a repository. No program runs before something is asked.
pub(super) struct Program {
    pub(super) format: Format,
    /// What says which repository, worktree and index are meant: `GIT_DIR` and its like, and no other `GIT_*`.
    names: Vec<(&'static str, OsString)>,
    pub(super) root: Option<PathBuf>,
    pub(super) index_file: PathBuf,
    objects: RefCell<Option<Conversation>>,
    attributes: RefCell<Option<Conversation>>,
    settings: OnceCell<Settings>,
}

impl Program {
    pub(super) fn new(
        format: Format,
        names: Vec<(&'static str, OsString)>,
        root: Option<PathBuf>,
        index_file: PathBuf,
    ) -> Self {
        let (objects, attributes, settings) = (RefCell::default(), RefCell::default(), OnceCell::new());
        Program { format, names, root, index_file, objects, attributes, settings }
    }

    fn git(&self, arguments: &[&str]) -> Command {
        let mut command = plumbing(arguments);
        command.envs(self.names.iter().map(|(name, value)| (name, value)));
        command
    }

    /// What git says of the index and the worktree: from the root, so that it speaks of all of them.
    fn listing(&self, arguments: &[&str]) -> Result<Vec<u8>, Error> {
        let mut command = self.git(arguments);
        if let Some(root) = &self.root {
            command.current_dir(root);
        }
        let output = run(&mut command)?;
        if output.status.success() {
            return Ok(output.stdout);
        }
        Err(unreadable_index(&self.index_file, &words(&output)))
    }

    /// An object that is what its id says; `None` if it is not there.
    fn look_up(&self, id: ObjectId) -> Result<Option<(ObjectType, Vec<u8>)>, Error> {
        // In a repository of the other format this would be a name, or the beginning of an id.
        if Format::of(id) != self.format {
            return Ok(None);
        }
        let start = || self.git(&["cat-file", "--batch"]);
        let Some((kind, data)) = Conversation::ask(&self.objects, start, |git| git.object(id))? else {
            return Ok(None);
        };
        if self.format.hash(kind, &data) != id {
            return Err(not_its_id(id));
        }
        Ok(Some((kind, data)))
    }

    /// The references of this name, or below it.
    fn list(&self, name: &[u8]) -> Result<(Vec<Reference>, Output), Error> {
        let format = "--format=%(objectname)%00%(refname)%00%(symref)";
        let output = run(self.git(&["for-each-ref", format]).arg(OsStr::from_bytes(name)))?;
        if !output.status.success() {
            return Err(failed("for-each-ref", &output));
        }
        let mut found = Vec::new();
        for line in lines(&output.stdout) {
            let fields: Vec<&[u8]> = line.split(|byte| *byte == 0).collect();
            let reference = match fields.as_slice() {
                [id, name, direct] => self.id(id).map(|target| Reference {
                    name: name.to_vec(),
                    direct: if direct.is_empty() { name.to_vec() } else { direct.to_vec() },
                    target,
                }),
                _ => None,
            };
            found.push(reference.ok_or_else(|| strange("for-each-ref", line))?);
        }
        Ok((found, output))
    }

    /// The reference of this name and no other; `None` also for a symbolic one that leads nowhere.
    fn exact(&self, name: &[u8]) -> Result<Option<Reference>, Error> {
        let (found, output) = self.list(name)?;
        let found = found.into_iter().find(|reference| reference.name == name);
        // git leaves a broken reference out of the list, and says so.
        if found.is_none() && lines(&output.stderr).any(|line| line.ends_with(name)) {
            return Err(failed("for-each-ref", &output).hint("run `git fsck`"));
        }
        Ok(found)
    }

    fn strange_index(&self) -> Error {
        unreadable_index(&self.index_file, "git lists it in a way that is not known")
    }

    /// An id as this repository has them.
    fn id(&self, text: &[u8]) -> Option<ObjectId> {
        ObjectId::from_hex(text).filter(|id| Format::of(*id) == self.format)
    }

    fn settings(&self) -> Result<&Settings, Error> {
        if let Some(known) = self.settings.get() {
            return Ok(known);
        }
        let output = run(&mut self.git(&["config", "--list", "--null"]))?;
        if !output.status.success() {
            return Err(failed("config", &output));
        }
        let settings = Settings::parse(&output.stdout).ok_or_else(|| strange("config", &output.stdout))?;
        Ok(self.settings.get_or_init(|| settings))
    }
}

impl Reader for Program {
    fn object(&self, id: ObjectId) -> Result<(ObjectType, Vec<u8>), Error> {
        self.look_up(id)?.ok_or_else(|| missing(id))
    }

    fn kind(&self, id: ObjectId) -> Result<Option<ObjectType>, Error> {
        Ok(self.look_up(id)?.map(|(kind, _)| kind))
    }

    fn revision(&self, rev: &str) -> Result<ObjectId, Error> {
        let output = run(&mut self.git(&["rev-parse", "--verify", rev]))?;
        let id = if output.status.success() { lines(&output.stdout).next().and_then(|id| self.id(id)) } else { None };
        id.ok_or_else(|| unresolved(rev, "git knows no such object"))
    }

    fn head(&self) -> Result<Option<ObjectId>, Error> {
        if let Some(branch) = self.head_branch()? {
            return Ok(self.exact(&branch)?.map(|reference| reference.target));
        }
        let output = run(&mut self.git(&["show-ref", "--verify", "--hash", "HEAD"]))?;
        let id = if output.status.success() { lines(&output.stdout).next().and_then(|id| self.id(id)) } else { None };
        id.map(Some).ok_or_else(|| failed("show-ref", &output).hint("run `git fsck`"))
    }

    fn head_branch(&self) -> Result<Option<Vec<u8>>, Error> {
        let output = run(&mut self.git(&["symbolic-ref", "--quiet", "HEAD"]))?;
        match (output.status.code(), lines(&output.stdout).next()) {
            (Some(0), Some(name)) if name.starts_with(b"refs/") => Ok(Some(name.to_vec())),
            (Some(0), _) => Err(strange("symbolic-ref", &output.stdout)),
            (Some(1), None) => Ok(None),
            _ => Err(failed("symbolic-ref", &output)),
        }
    }

    fn reference(&self, name: &str) -> Result<Option<Reference>, Error> {
        if !git2::Reference::is_valid_name(name) {
            return Err(Error::new(format!("`{}` is not the name of a reference", escape(name))));
        }
        if let Some(found) = self.exact(name.as_bytes())? {
            return Ok(Some(found));
        }
        // git does not list a symbolic reference to nothing.
        let symbolic = run(&mut self.git(&["symbolic-ref", "--quiet", name]))?;
        if symbolic.status.success() { Err(leads_nowhere(name, "it names one that is not there")) } else { Ok(None) }
    }

    fn references(&self, prefix: &str) -> Result<Vec<Reference>, Error> {
        Ok(self.list(prefix.as_bytes())?.0)
    }

    fn config(&self, key: &str) -> Result<Option<String>, Error> {
        self.settings()?.value(key)
    }

    fn remotes(&self) -> Result<Vec<String>, Error> {
        Ok(self.settings()?.remotes())
    }

    fn upstream(&self, branch: &str) -> Result<Option<String>, Error> {
        self.settings()?.upstream(branch)
    }

    fn index(&self) -> Result<Vec<IndexEntry>, Error> {
        let staged = self.listing(&["ls-files", "--stage", "-t", "-z"])?;
        let empty = self.format.hash(ObjectType::Tree, b"").to_string();
        let real = self.listing(&[
            "diff-index",
            "--cached",
            "--raw",
            "-z",
            "--no-abbrev",
            "--no-renames",
            "--ignore-submodules=none",
            "--ita-invisible-in-index",
            &empty,
        ])?;
        let entries = parse_entries(&staged, &parse_added(&real).ok_or_else(|| self.strange_index())?);
        let entries = entries.filter(|entries| entries.iter().all(|entry| Format::of(entry.id) == self.format));
        entries.ok_or_else(|| self.strange_index())
    }

    fn stats(&self) -> Result<HashMap<RepoPath, Stat>, Error> {
        // git may say this in another way one day: then files are read to see whether they are as staged.
        Ok(parse_stats(&self.listing(&["ls-files", "--stage", "--debug", "-z"])?).unwrap_or_default())
    }

    fn untracked(&self) -> Result<Vec<RepoPath>, Error> {
        let listing = self.listing(&["ls-files", "--others", "--exclude-standard", "-z"])?;
        let paths = listing.split(|byte| *byte == 0).filter(|path| !path.is_empty());
        Ok(paths.map(|path| RepoPath::new(path.strip_suffix(b"/").unwrap_or(path))).collect())
    }

    fn is_ignored(&self, path: &RepoPath) -> Result<bool, Error> {
        let (Some(name), Some(root)) = (path.to_str(), &self.root) else { return Ok(false) };
        // git takes a name that starts with a colon for more than a name.
        let name = format!("./{name}");
        let output = run(self.git(&["check-ignore", "--quiet", "--no-index", "--", &name]).current_dir(root))?;
        match output.status.code() {
            Some(0) => Ok(true),
            Some(1) => Ok(false),
            _ => Err(failed("check-ignore", &output)),
        }
    }

    fn has_line_end_attributes(&self, path: &RepoPath) -> Result<bool, Error> {
        let start = || {
            let mut command = self.git(&["check-attr", "--stdin", "-z"]);
            command.args(LINE_END_ATTRIBUTES);
            if let Some(root) = &self.root {
                command.current_dir(root);
            }
            command
        };
        Conversation::ask(&self.attributes, start, |git| git.has_attributes(path, &LINE_END_ATTRIBUTES))
    }
}

/// git with these arguments, and nothing in its environment that could bend what it says.
pub(super) fn plumbing(arguments: &[&str]) -> Command {
    let mut command = Command::new("git");
    scrub(&mut command).envs(SOBER).stdin(Stdio::null());
    for restraint in RESTRAINTS {
        command.args(["-c", restraint]);
    }
    command.args(arguments);
    command
}

/// Runs git to its end.
pub(super) fn run(command: &mut Command) -> Result<Output, Error> {
    started_child();
    command.output().map_err(|error| cannot_run(&error))
}

/// git that is not there, or does not start.
pub(super) fn cannot_run(error: &std::io::Error) -> Error {
    Error::new(format!("cannot run git: {error}")).hint("put git on PATH")
}

/// What git said of its failure, safe to print.
pub(super) fn words(output: &Output) -> String {
    escape(String::from_utf8_lossy(&output.stderr).trim())
}

/// The lines of what git said, without an end that is empty.
pub(super) fn lines(text: &[u8]) -> impl Iterator<Item = &[u8]> {
    text.strip_suffix(b"\n").unwrap_or(text).split(|byte| *byte == b'\n').filter(|line| !line.is_empty())
}

fn failed(what: &str, output: &Output) -> Error {
    Error::new(format!("git {what} failed: {}", words(output)))
}

fn strange(what: &str, said: &[u8]) -> Error {
    Error::new(format!("git {what} says what is not understood: `{}`", escape(&String::from_utf8_lossy(said))))
}
