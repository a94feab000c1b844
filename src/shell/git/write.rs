//! What the writer of entries asks of a repository: is the path free to be changed, and one commit of it alone.

use std::ffi::{OsStr, OsString};
use std::os::unix::ffi::OsStringExt;
use std::path::Path;
use std::process::{Command, Stdio};

use super::fetch::scrub;
use super::index::index_contents;
use super::open::Repo;
use super::program::run;
use crate::change::RepoPath;
use crate::report::escape;
use crate::shell::Error;

/// Who the user is, and where the configuration is: not which repository is meant, so a repository that is not the one
/// this was called in may hear of it.
const PERSON: [&str; 7] = [
    "GIT_AUTHOR_NAME",
    "GIT_AUTHOR_EMAIL",
    "GIT_COMMITTER_NAME",
    "GIT_COMMITTER_EMAIL",
    "GIT_CONFIG_GLOBAL",
    "GIT_CONFIG_SYSTEM",
    "GIT_CONFIG_NOSYSTEM",
];

/// Whether the index has the path in conflict.
///
/// # Errors
/// An index that cannot be read.
pub fn is_unmerged(repo: &Repo, path: &RepoPath) -> Result<bool, Error> {
    Ok(index_contents(repo)?.conflicts.contains(path))
}

/// Whether HEAD, index and work tree have the same at the path, as git's own filters see it.
///
/// # Errors
/// git that cannot be run, or cannot tell.
pub fn is_committed(repo: &Repo, root: &Path, path: &Path) -> Result<bool, Error> {
    let mut command = git(repo, root);
    let output = run(command.args(["--literal-pathspecs", "diff", "--quiet", "HEAD", "--"]).arg(path))?;
    match output.status.code() {
        Some(0) => Ok(true),
        Some(1) => Ok(false),
        _ => Err(Error::new(format!("git diff failed: {}", escape(String::from_utf8_lossy(&output.stderr).trim())))),
    }
}

/// Commits what the work tree has at the path and nothing else, with the user's git and its hooks.
///
/// # Errors
/// git or a hook that says no, with their words.
pub fn commit_path(repo: &Repo, root: &Path, path: &Path, message: &str) -> Result<(), Error> {
    let mut command = git(repo, root);
    let output = run(command.args(["--literal-pathspecs", "commit", "--quiet", "-m", message, "--"]).arg(path))?;
    if output.status.success() {
        return Ok(());
    }
    let said = String::from_utf8_lossy(&output.stderr);
    Err(Error::new(format!("git commit failed: {}", escape(said.trim()))))
}

/// What the user's git configuration has under a name, `~` and the like as git reads them in paths; `None` where it has
/// nothing. With `preset`, that is read the same way instead.
///
/// # Errors
/// git that cannot be run, or cannot read its configuration.
pub fn configured_path(repo: &Repo, name: &str, preset: Option<&OsStr>) -> Result<Option<OsString>, Error> {
    // In the user's own environment: what `git -c` sets counts too.
    let mut command = Command::new("git");
    command.arg("--git-dir").arg(repo.git_dir()).stdin(Stdio::null());
    if let Some(value) = preset {
        let mut setting = OsString::from(format!("{name}="));
        setting.push(value);
        command.arg("-c").arg(setting);
    }
    let output = run(command.args(["config", "--type=path", "--null", "--get", name]))?;
    match output.status.code() {
        Some(0) => Ok(Some(OsString::from_vec(output.stdout.into_iter().take_while(|byte| *byte != 0).collect()))
            .filter(|value| !value.is_empty())),
        Some(1) => Ok(None),
        _ => {
            let said = String::from_utf8_lossy(&output.stderr);
            Err(Error::new(format!("cannot read `{name}` of git's configuration: {}", escape(said.trim()))))
        }
    }
}

/// The user's editor as git finds it, to be run on a file.
///
/// # Errors
/// git that cannot be run, or finds no editor.
pub fn editor(repo: &Repo) -> Result<Command, Error> {
    let mut command = Command::new("git");
    command.arg("--git-dir").arg(repo.git_dir()).stdin(Stdio::null());
    let output = run(command.args(["var", "GIT_EDITOR"]))?;
    let said = output.stdout.strip_suffix(b"\n").unwrap_or(&output.stdout);
    if !output.status.success() || said.is_empty() {
        let why = String::from_utf8_lossy(&output.stderr);
        return Err(Error::new(format!("git finds no editor: {}", escape(why.trim())))
            .hint("name one with `git config core.editor`, or say it with --slice and --path"));
    }
    // A command line for the shell, as git itself takes it.
    let name = OsString::from_vec(said.to_vec());
    let mut line = name.clone();
    line.push(" \"$@\"");
    let mut editor = Command::new("sh");
    editor.arg("-c").arg(line).arg(name);
    Ok(editor)
}

/// git, in the work tree, with the configuration of the person who calls.
pub(super) fn git(repo: &Repo, root: &Path) -> Command {
    let mut command = Command::new("git");
    scrub(&mut command);
    for name in PERSON {
        if let Some(value) = std::env::var_os(name) {
            command.env(name, value);
        }
    }
    command.env("GIT_TERMINAL_PROMPT", "0").current_dir(root).stdin(Stdio::null());
    if root.join(".git").symlink_metadata().is_err() {
        command.arg("--git-dir").arg(repo.git_dir()).arg("--work-tree").arg(root);
    }
    command
}
