//! Where git looks for hooks, asked of git itself.

use std::ffi::OsStr;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use crate::shell::{Error, files};

/// Says where the person's own git configuration lies, and names no repository.
const KEPT: &[&str] = &["GIT_CONFIG_GLOBAL", "GIT_CONFIG_SYSTEM", "GIT_CONFIG_NOSYSTEM"];

/// The folder git runs a repository's hooks from.
#[derive(Debug)]
pub(super) struct Folder {
    /// Its absolute path; there need not be anything there yet.
    pub(super) path: PathBuf,
    /// Whether it lies outside of the repository, so that others may use it too.
    pub(super) shared: bool,
    /// Whether the repository has no work tree.
    pub(super) bare: bool,
}

/// Where git looks for the hooks of a repository, and why there.
#[derive(Debug)]
pub(in crate::shell) struct Place {
    /// Where git stands when it runs them.
    pub(in crate::shell) root: PathBuf,
    /// What git keeps of the repository, shared by its work trees.
    pub(in crate::shell) common: PathBuf,
    /// Whether the repository has no work tree.
    pub(in crate::shell) bare: bool,
    /// The folder's absolute path; there need not be anything there yet.
    pub(in crate::shell) path: PathBuf,
    /// Whether it lies outside of the repository, so that others may use it too.
    pub(in crate::shell) shared: bool,
    /// `core.hooksPath`, where it is set.
    pub(in crate::shell) setting: Option<Setting>,
}

/// Asks git where it looks for the hooks of the repository at `dir`.
pub(in crate::shell) fn hooks_place(dir: &Path) -> Result<Place, Error> {
    let (root, bare) = root(dir)?;
    let setting = setting(&root)?;
    let path = match (git_path(&root, &["--git-path", "hooks"]), &setting) {
        (Ok(path), _) => path,
        (Err(error), Some(setting)) => {
            return Err(error.hint(format!("core.hooksPath is set in {}: see that it names a folder", setting.origin)));
        }
        (Err(error), None) => return Err(error),
    };
    if path.exists() && !path.is_dir() {
        return Err(not_a_folder(&path, setting.as_ref()));
    }
    let common = git_path(&root, &["--git-common-dir"])?;
    let shared = !is_within(&path, &root)? && !is_within(&path, &common)?;
    Ok(Place { root, common, bare, path, shared, setting })
}

/// Where git looks for the hooks of the repository at `dir`; refuses a folder that is not this repository's to change.
pub(super) fn hooks_folder(dir: &Path) -> Result<Folder, Error> {
    let Place { bare, path, shared, setting, .. } = hooks_place(dir)?;
    match setting {
        Some(setting) if shared && setting.for_every_repository() => Err(Error::new(format!(
            "core.hooksPath, in {}, has every repository use the hooks in {}; ackgate installs into one repository",
            setting.origin,
            files::shown(&path)
        ))
        .hint("give this one hooks of its own: git config core.hooksPath \"$(git rev-parse --git-common-dir)/hooks\"")
        .hint(match bare {
            true => "or call ackgate-pre-receive from the shared pre-receive hook by hand",
            false => "or call ackgate-pre-commit, ackgate-commit-msg and ackgate-pre-push, each with \"$@\", from the shared hooks by hand",
        })),
        _ => Ok(Folder { path, shared, bare }),
    }
}

fn not_a_folder(path: &Path, setting: Option<&Setting>) -> Error {
    let error = Error::new(format!("git looks for hooks in {}, which is not a folder", files::shown(path)));
    match setting {
        Some(Setting { origin, .. }) => error.hint(format!(
            "core.hooksPath, in {origin}, says so, and turns every hook off: take it out, or set it for this repository"
        )),
        None => error.hint("move it away: git keeps hooks in a folder"),
    }
}

/// Where git stands when it runs the hooks, which is what a relative `core.hooksPath` starts from; and whether that is a
/// bare repository.
pub(in crate::shell) fn root(dir: &Path) -> Result<(PathBuf, bool), Error> {
    match git(dir, &["rev-parse", "--is-inside-work-tree", "--is-bare-repository"])?.as_slice() {
        b"true\nfalse\n" => Ok((git_path(dir, &["--show-toplevel"])?, false)),
        b"false\ntrue\n" => Ok((git_path(dir, &["--git-dir"])?, true)),
        _ => Err(Error::new(format!("{} is inside of a repository's own folder", files::shown(dir)))
            .hint("name the work tree: verify-gate --repo DIR install")),
    }
}

/// A value of `core.hooksPath`.
#[derive(Debug)]
pub(in crate::shell) struct Setting {
    scope: String,
    /// The file that it is in, to be shown.
    pub(in crate::shell) origin: String,
}

impl Setting {
    fn for_every_repository(&self) -> bool {
        matches!(self.scope.as_str(), "system" | "global")
    }
}

fn setting(root: &Path) -> Result<Option<Setting>, Error> {
    let output = run(root, ["config", "--null", "--show-scope", "--show-origin", "--get", "core.hooksPath"])?;
    match output.status.code() {
        Some(0) => {}
        Some(1) => return Ok(None),
        _ => return Err(failed("config", &output.stderr)),
    }
    let mut fields = output.stdout.split(|byte| *byte == 0).map(|field| String::from_utf8_lossy(field).into_owned());
    match (fields.next(), fields.next()) {
        (Some(scope), Some(origin)) => {
            let origin = crate::report::escape(origin.strip_prefix("file:").unwrap_or(&origin));
            Ok(Some(Setting { scope, origin }))
        }
        _ => Err(Error::new("git config --show-scope gave no scope").hint("ackgate needs git 2.31 or newer")),
    }
}

/// Whether `path`, or what there is of it, lies in `folder` once every link is followed.
pub(in crate::shell) fn is_within(path: &Path, folder: &Path) -> Result<bool, Error> {
    let real = |path: &Path| path.canonicalize().map_err(|error| files::failed("find", path, &error));
    let existing = path.ancestors().find(|ancestor| ancestor.exists()).unwrap_or(path);
    Ok(real(existing)?.starts_with(real(folder)?))
}

pub(in crate::shell) fn git_path(dir: &Path, arguments: &[&str]) -> Result<PathBuf, Error> {
    let mut line = git(dir, &[&["rev-parse", "--path-format=absolute"], arguments].concat())?;
    if line.pop() != Some(b'\n') || line.is_empty() {
        return Err(Error::new("git rev-parse printed no path").hint("ackgate needs git 2.31 or newer"));
    }
    files::path_from(line)
}

fn git(dir: &Path, arguments: &[&str]) -> Result<Vec<u8>, Error> {
    let output = run(dir, arguments)?;
    if output.status.success() {
        Ok(output.stdout)
    } else {
        Err(failed(arguments.first().unwrap_or(&""), &output.stderr))
    }
}

pub(in crate::shell) fn failed(command: &str, stderr: &[u8]) -> Error {
    let said = String::from_utf8_lossy(stderr);
    Error::new(format!("git {command}: {}", crate::report::escape(said.trim())))
}

/// Runs git in `dir` without the names through which a hook or an alias would lead it to another repository.
pub(in crate::shell) fn run(
    dir: &Path,
    arguments: impl IntoIterator<Item = impl AsRef<OsStr>>,
) -> Result<std::process::Output, Error> {
    let mut command = Command::new("git");
    for (name, _) in std::env::vars_os() {
        let inherited = name.as_encoded_bytes().starts_with(b"GIT_");
        if inherited && !KEPT.iter().any(|kept| name == *kept) {
            command.env_remove(&name);
        }
    }
    command.arg("-C").arg(dir).args(arguments).env("LC_ALL", "C").stdin(Stdio::null());
    command.output().map_err(|error| {
        Error::new(format!("cannot run git: {error}")).hint("ackgate asks git where the hooks are: put git on PATH")
    })
}
