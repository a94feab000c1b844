//! A throwaway clone with the repository's own hooks, and a bare repository that it pushes to.

use std::ffi::{OsStr, OsString};
use std::fs::{self, File, OpenOptions};
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Duration;

use super::hooks::Hooks;
use super::log::{other_log, ups};
use super::sparse;
use crate::change::{ObjectId, RepoPath};
use crate::shell::child::wait;
use crate::shell::git::{FileAt, Repo, scrub, worktree_file};
use crate::shell::install::locate::{Place, git_path, run};
use crate::shell::law::Law;
use crate::shell::throwaway::Throwaway;
use crate::shell::world::World;
use crate::shell::{Error, files};

/// The branch that canaries are committed on.
pub(super) const BRANCH: &str = "ackgate-canary";

/// Of what git's commands print, as much as is looked at.
const MOST: usize = 1 << 20;

/// What a run inside a hook runner's own hook would hand on.
const RUNNERS_OWN: &[&str] = &[
    "PRE_COMMIT",
    "PRE_COMMIT_FROM_REF",
    "PRE_COMMIT_TO_REF",
    "PRE_COMMIT_LOCAL_BRANCH",
    "PRE_COMMIT_REMOTE_BRANCH",
    "PRE_COMMIT_REMOTE_NAME",
    "PRE_COMMIT_REMOTE_URL",
];

/// Says where the person's own git configuration lies.
const KEPT: &[&str] = &["GIT_CONFIG_GLOBAL", "GIT_CONFIG_SYSTEM", "GIT_CONFIG_NOSYSTEM"];

/// What the person's configuration must not do here: sign, work in the background.
const SETTINGS: &[&str] = &[
    "commit.gpgSign=false",
    "tag.gpgSign=false",
    "push.gpgSign=false",
    "gc.auto=0",
    "maintenance.auto=false",
    "core.fsmonitor=false",
    "commit.template=",
    "push.recurseSubmodules=no",
    "advice.detachedHead=false",
];

/// How a command of git's ended.
#[derive(Debug)]
pub(super) struct Said {
    /// Whether with status 0; `None` where it took too long.
    pub(super) success: Option<bool>,
    /// All that it and its hooks printed.
    pub(super) text: String,
}

/// The clone; gone when dropped.
pub(super) struct Sandbox {
    folder: Throwaway,
    /// The clone's work tree.
    pub(super) work: PathBuf,
    remote: PathBuf,
    /// The branch that others build on.
    pub(super) branch: String,
    /// What canaries are planted on.
    base: ObjectId,
    hooks: Hooks,
    /// The one hook that is on; `None` for all that git runs.
    pub(super) only: Option<&'static str>,
    /// Where the log is, for a repository that looks for it by `ACKGATE_LOG_REPO`.
    pub(super) log_repo: Option<OsString>,
    /// Whether it has some of the files alone.
    pub(super) sparse: bool,
    /// The rules of `[session] push`, which any push may be refused by.
    pub(super) asked_at_push: Vec<&'static str>,
    /// How long one command may take.
    patience: Duration,
}

impl Sandbox {
    /// Makes the clone, of what `base` has, and puts the hooks in place that git runs in the repository at `place`.
    pub(super) fn new(
        repo: &Repo,
        world: &World,
        law: &Law,
        base: &ObjectId,
        place: &Place,
        patience: Duration,
    ) -> Result<Sandbox, Error> {
        let mut folder = Throwaway::new("doctor")?;
        let root = folder.root().canonicalize().map_err(|error| files::failed("find", folder.root(), &error))?;
        let mut inner = root.join("in");
        // Deep enough that what a relative `log.repo` leads to lies within.
        for _ in 0..ups(law) {
            inner.push("in");
        }
        files::make_folder(&inner)?;
        let (work, remote) = (inner.join("work"), root.join("remote.git"));
        let hooks = Hooks::read(place)?;
        let log_repo = other_log(repo, world, law, &work)?;
        folder.occupied(None);
        let branch = default_branch(repo, place)?;
        let (base, asked_at_push) = (*base, Vec::new());
        let mut sandbox = Sandbox {
            folder,
            work,
            remote,
            branch,
            base,
            hooks,
            only: None,
            log_repo,
            sparse: false,
            asked_at_push,
            patience,
        };
        sandbox.make(place)?;
        Ok(sandbox)
    }

    fn make(&mut self, place: &Place) -> Result<(), Error> {
        let (objects, format) = (git_path(&place.root, &["--git-path", "objects"])?, object_format(&place.root)?);
        let (work, remote, root) = (self.work.clone(), self.remote.clone(), self.folder.root().to_owned());
        let format = format!("--object-format={format}");
        let branch = self.branch.clone();
        let initial = format!("--initial-branch={branch}");
        for (bare, at) in [(true, &remote), (false, &work)] {
            let mut arguments: Vec<&OsStr> = ["init", "--quiet", "--template="].map(OsStr::new).to_vec();
            arguments.extend([OsStr::new(&format), OsStr::new(&initial)]);
            if bare {
                arguments.push(OsStr::new("--bare"));
            }
            arguments.push(at.as_os_str());
            self.must(&root, &arguments)?;
            let git_dir = if bare { at.clone() } else { at.join(".git") };
            borrow(&git_dir, &objects, &place.common)?;
            self.must(at, &["update-ref", &format!("refs/heads/{branch}"), &self.base.to_string()])?;
        }
        let (base, remote_name) = (self.base.to_string(), remote.into_os_string());
        self.must(&work, &[OsStr::new("remote"), OsStr::new("add"), OsStr::new("origin"), &remote_name])?;
        for arguments in [
            &["update-ref", &format!("refs/remotes/origin/{branch}"), &base][..],
            &["symbolic-ref", "refs/remotes/origin/HEAD", &format!("refs/remotes/origin/{branch}")],
            &["symbolic-ref", "HEAD", &format!("refs/heads/{BRANCH}")],
            &["update-ref", &format!("refs/heads/{BRANCH}"), &base],
            &["update-ref", "-d", &format!("refs/heads/{branch}")],
            &["config", "ackgate.fetch", "false"],
        ] {
            self.must(&work, arguments)?;
        }
        self.copy_fetched_logs(place)?;
        if let Some(cone) = sparse::cone(&place.root)? {
            sparse::copy(&place.root, &work.join(".git"))?;
            let cone = if cone.is_empty() { "false" } else { &cone };
            self.must(&work, &["config", "core.sparseCheckoutCone", cone])?;
            self.must(&work, &["config", "core.sparseCheckout", "true"])?;
            self.sparse = true;
        }
        self.reset()
    }

    /// Makes the clone as it was, with the hooks.
    pub(super) fn reset(&mut self) -> Result<(), Error> {
        let (work, base) = (self.work.clone(), self.base.to_string());
        self.must(&work, &["symbolic-ref", "HEAD", &format!("refs/heads/{BRANCH}")])?;
        self.must(&work, &["reset", "--quiet", "--hard", &base])?;
        let remote = self.remote.clone();
        self.must(&remote, &["update-ref", &format!("refs/heads/{}", self.branch), &base])?;
        let git_dir = if self.hooks.are_bare() { self.remote.clone() } else { work.join(".git") };
        self.hooks.copy(&work, &git_dir, self.folder.root(), self.only)
    }

    /// Runs git with the hooks on.
    pub(super) fn git(&mut self, arguments: &[&str]) -> Result<Said, Error> {
        let mut settings = Vec::new();
        if let Some(path) = self.hooks.setting(&self.work, self.folder.root()) {
            settings.push("-c".into());
            let mut setting = OsString::from("core.hooksPath=");
            setting.push(path);
            settings.push(setting);
        }
        let work = self.work.clone();
        self.run(&work, settings.into_iter().chain(arguments.iter().map(OsString::from)))
    }

    /// The commit that HEAD is at.
    pub(super) fn head(&self) -> Result<ObjectId, Error> {
        Ok(Repo::open_other(&self.work)?.head()?.unwrap_or(self.base))
    }

    /// Runs git without any hook, where it has no reason to fail.
    pub(super) fn must(&mut self, dir: &Path, arguments: &[impl AsRef<OsStr>]) -> Result<(), Error> {
        let words = arguments.iter().map(|word| word.as_ref().to_owned());
        let off: [OsString; 2] = ["-c".into(), "core.hooksPath=/dev/null".into()];
        let said = self.run(dir, off.into_iter().chain(words))?;
        match said.success {
            Some(true) => Ok(()),
            Some(false) => Err(Error::new(format!("the throwaway clone cannot be made: {}", said.text.trim()))),
            None => Err(self.too_long()),
        }
    }

    /// Says that a command took too long.
    pub(super) fn too_long(&self) -> Error {
        Error::new(format!("a command of git's took longer than {} s in the throwaway clone", self.patience.as_secs()))
            .hint("verify-gate doctor --patience 600, once the hook runner has installed what it needs")
    }

    /// Whether the branch of canaries is where it began.
    pub(super) fn is_untouched(&self) -> Result<bool, Error> {
        Ok(self.head()? == self.base)
    }

    /// The bytes at a path of the clone; `None` for what is no regular file.
    pub(super) fn bytes(&self, path: &RepoPath) -> Result<Option<Vec<u8>>, Error> {
        match worktree_file(&Repo::open_other(&self.work)?, path)? {
            FileAt::File { bytes, .. } => Ok(Some(bytes)),
            FileAt::Missing | FileAt::NotAFile(_) => Ok(None),
        }
    }

    /// Writes a file of the clone; nothing outside of it, be there links on the way.
    pub(super) fn write(&self, path: &RepoPath, bytes: &[u8]) -> Result<(), Error> {
        let file = self.work.join(files::path_from(path.as_bytes().to_vec())?);
        let is_link = |path: &Path| path.symlink_metadata().is_ok_and(|found| found.is_symlink());
        let on_the_way = file.ancestors().take_while(|folder| *folder != self.work);
        if on_the_way.into_iter().any(is_link) {
            return Err(Error::new(format!("{path} lies behind a link")));
        }
        if let Some(folder) = file.parent() {
            files::make_folder(folder)?;
        }
        let written = OpenOptions::new().create(true).write(true).truncate(true).open(&file);
        written.and_then(|mut file| file.write_all(bytes)).map_err(|error| files::failed("write", &file, &error))
    }

    /// Removes all of it.
    pub(super) fn remove(self) -> Result<(), Error> {
        self.folder.remove()
    }

    /// Logs of other repositories that were fetched.
    fn copy_fetched_logs(&mut self, place: &Place) -> Result<(), Error> {
        let output = run(&place.root, ["for-each-ref", "--format=%(objectname) %(refname)", "refs/ackgate/"])?;
        let (text, work) = (String::from_utf8_lossy(&output.stdout).into_owned(), self.work.clone());
        for (id, name) in text.lines().filter_map(|line| line.split_once(' ')) {
            self.must(&work, &["update-ref", name, id])?;
        }
        Ok(())
    }

    fn run(&mut self, dir: &Path, arguments: impl Iterator<Item = OsString>) -> Result<Said, Error> {
        let output = self.folder.root().join("output");
        let file = File::create(&output).map_err(|error| files::failed("write", &output, &error))?;
        let second = file.try_clone().map_err(|error| files::failed("write", &output, &error))?;
        let mut command = Command::new("git");
        self.surround(&mut command);
        for setting in SETTINGS {
            command.args(["-c", setting]);
        }
        command.current_dir(dir).args(arguments).stdin(Stdio::null()).stdout(file).stderr(second);
        #[cfg(unix)]
        std::os::unix::process::CommandExt::process_group(&mut command, 0);
        let child = command.spawn().map_err(|error| {
            Error::new(format!("cannot run git: {error}"))
                .hint("canaries are planted with your own git: put git on PATH")
        })?;
        let group = child.id();
        self.folder.occupied(Some(group));
        let ended = wait(child, self.patience);
        self.folder.occupied(None);
        let (status, _) = ended?;
        if status.is_none() {
            // git is gone; what its hooks have started goes with it.
            let mut kill = Command::new("kill");
            kill.args(["-s", "KILL", "--", &format!("-{group}")]).stdout(Stdio::null()).stderr(Stdio::null());
            drop(kill.status());
        }
        let bytes = files::read_at_most(&output, MOST)?;
        Ok(Said { success: status.map(|status| status.success()), text: String::from_utf8_lossy(&bytes).into_owned() })
    }

    /// The person's own surroundings, which hook runners need, without what leads git to another repository.
    fn surround(&self, command: &mut Command) {
        scrub(command);
        for name in KEPT {
            if let Some(value) = std::env::var_os(name) {
                command.env(name, value);
            }
        }
        for name in RUNNERS_OWN {
            command.env_remove(name);
        }
        for role in ["AUTHOR", "COMMITTER"] {
            command.env(format!("GIT_{role}_NAME"), "ackgate doctor");
            command.env(format!("GIT_{role}_EMAIL"), "canary@ackgate.invalid");
        }
        command.env("GIT_TERMINAL_PROMPT", "0").env("GIT_LFS_SKIP_SMUDGE", "1").env("NO_COLOR", "1");
        if let Some(place) = &self.log_repo {
            command.env("ACKGATE_LOG_REPO", place);
        }
    }
}

/// Has the clone read the objects of the repository, as far as that one has them.
fn borrow(git_dir: &Path, objects: &Path, common: &Path) -> Result<(), Error> {
    let bytes = objects.as_os_str().as_encoded_bytes();
    if bytes.contains(&b'\n') || bytes.starts_with(b"\"") || bytes.starts_with(b"#") {
        return Err(Error::new(format!("git cannot borrow objects from {}", files::shown(objects))));
    }
    let file = git_dir.join("objects/info/alternates");
    if let Some(folder) = file.parent() {
        files::make_folder(folder)?;
    }
    fs::write(&file, [bytes, b"\n"].concat()).map_err(|error| files::failed("write", &file, &error))?;
    let shallow = common.join("shallow");
    if shallow.is_file() {
        fs::copy(&shallow, git_dir.join("shallow")).map_err(|error| files::failed("read", &shallow, &error))?;
    }
    Ok(())
}

fn object_format(root: &Path) -> Result<String, Error> {
    let output = run(root, ["rev-parse", "--show-object-format"])?;
    let said = String::from_utf8_lossy(&output.stdout).trim().to_owned();
    match said.as_str() {
        "sha1" | "sha256" => Ok(said),
        _ => Err(Error::new("git does not say which hash the repository has")),
    }
}

/// The name of the branch that others build on.
fn default_branch(repo: &Repo, place: &Place) -> Result<String, Error> {
    let named = match place.bare {
        true => repo.head_branch()?,
        false => repo.reference("refs/remotes/origin/HEAD")?.map(|(name, _)| name),
    };
    let short = |name: String| {
        let short = name.strip_prefix("refs/heads/").or(name.strip_prefix("refs/remotes/origin/"));
        short.map(str::to_owned)
    };
    Ok(named.and_then(short).filter(|name| name != BRANCH).unwrap_or_else(|| "main".to_owned()))
}
