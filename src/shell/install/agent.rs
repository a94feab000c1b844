//! `verify-gate install --agent`: ackgate's hook in the project settings of a coding agent.

use std::io::Write;
use std::path::{Path, PathBuf};

use super::{locate, say};
use crate::agent::config::{Agent, ConfigError, PROGRAM, with_hook, without_hook};
use crate::shell::files::{self, Present};
use crate::shell::{Error, install::script};

/// Puts ackgate's hook into the settings that the agent keeps in the repository at `repo_dir`, and says on `out` what it
/// did. All else in them stays as it is. `binaries` is the folder of the running program.
///
/// # Errors
///
/// A missing binary, settings that cannot be read or hold what would be lost, a link in their place.
pub fn install_agent(repo_dir: &Path, binaries: &Path, agent: Agent, out: &mut dyn Write) -> Result<(), Error> {
    let binaries = std::path::absolute(binaries).map_err(|error| files::failed("find", binaries, &error))?;
    let program = binaries.join(format!("{PROGRAM}{}", std::env::consts::EXE_SUFFIX));
    if !files::is_program(&program) {
        return Err(Error::new(format!("there is no program {}", files::shown(&program)))
            .hint("build all of them: cargo build --release --bins")
            .hint("or install them: cargo install --path ."));
    }
    let settings = Settings::read(repo_dir, agent)?;
    let (command, is_named) = command(&program)?;
    let text = settings.text()?;
    match with_hook(agent, text.as_deref(), &command).map_err(|error| settings.refused(&error, Some(&command)))? {
        None => say(out, &format!("unchanged {}", settings.file))?,
        Some(text) => {
            settings.put(&text)?;
            let done = if settings.present.is_some() { "updated" } else { "installed" };
            say(out, &format!("{done} {} ({})", settings.file, agent.name()))?;
        }
    }
    if !is_named {
        let why = "names a program of this machine: put it on PATH and install again to share these settings";
        say(out, &format!("note: {} {why}", settings.file))?;
    }
    agent.caveat().map_or(Ok(()), |caveat| say(out, &format!("note: {caveat}")))?;
    say(out, "note: this is advice to the agent; git's hooks (`verify-gate install`) and CI decide")
}

/// Takes ackgate's hook out of the agent's settings, and the file away where nothing else is in it.
///
/// # Errors
///
/// Settings that cannot be read or changed.
pub fn uninstall_agent(repo_dir: &Path, agent: Agent, out: &mut dyn Write) -> Result<(), Error> {
    let settings = Settings::read(repo_dir, agent)?;
    let Some(text) = settings.text()? else { return say(out, &format!("no {}", settings.file)) };
    match without_hook(agent, &text).map_err(|error| settings.refused(&error, None))? {
        None => say(out, &format!("unchanged {}", settings.file)),
        Some(text) if text.is_empty() => {
            files::remove(&settings.path)?;
            say(out, &format!("removed {}", settings.file))
        }
        Some(text) => {
            settings.put(&text)?;
            say(out, &format!("updated {}", settings.file))
        }
    }
}

/// An agent's settings in a repository.
struct Settings {
    /// From the root, to be shown.
    file: &'static str,
    path: PathBuf,
    present: Option<Present>,
}

impl Settings {
    fn read(repo_dir: &Path, agent: Agent) -> Result<Settings, Error> {
        let (root, _) = locate::root(repo_dir)?;
        let (file, path) = (agent.file(), root.join(agent.file()));
        if root.join(".git").symlink_metadata().is_err() {
            return Err(
                Error::new("a bare repository has no project settings").hint("name a work tree with --repo DIR")
            );
        }
        if !locate::is_within(&path, &root)? {
            return Err(Error::new(format!("{file} lies outside of the repository, where others use it too"))
                .hint("put the hook there by hand, if it is meant for every repository"));
        }
        let present = files::look(&path)?;
        if present.as_ref().is_some_and(|present| present.link.is_some()) {
            return Err(Error::new(format!("{file} is a link")).hint("put the hook into the file it leads to, by hand"));
        }
        Ok(Settings { file, path, present })
    }

    fn text(&self) -> Result<Option<String>, Error> {
        let text = self.present.as_ref().map(|present| String::from_utf8(present.content.clone())).transpose();
        text.map_err(|_| Error::new(format!("{} is not UTF-8", self.file)).hint("mend the file first"))
    }

    fn put(&self, text: &str) -> Result<(), Error> {
        if let Some(folder) = self.path.parent() {
            files::make_folder(folder)?;
            files::remove_unfinished(folder)?;
        }
        match &self.present {
            Some(_) => files::replace(&self.path, text.as_bytes()),
            None => files::put_new(&self.path, text.as_bytes()),
        }
    }

    fn refused(&self, error: &ConfigError, command: Option<&str>) -> Error {
        let refused = Error::new(format!("{} {error}", self.file));
        match command {
            Some(command) => {
                refused.hint(format!("mend the file, or name `{command}` in it by hand as the agent's hook"))
            }
            None => refused.hint("take the hook out by hand"),
        }
    }
}

/// How the settings name the program, and whether that is the same on every machine: its name alone where a shell finds this
/// very program by it.
fn command(program: &Path) -> Result<(String, bool), Error> {
    let real = |path: &Path| path.canonicalize().ok();
    let path = std::env::var_os("PATH").unwrap_or_default();
    let name = program.file_name().unwrap_or_default();
    let first = std::env::split_paths(&path).map(|folder| folder.join(name)).find(|path| files::is_program(path));
    if first.is_some_and(|first| real(&first).is_some() && real(&first) == real(program)) {
        return Ok((PROGRAM.to_owned(), true));
    }
    let quoted = String::from_utf8(script::quoted(program.as_os_str()))
        .map_err(|_| Error::new(format!("{} is not UTF-8, as JSON must be", files::shown(program))))?;
    let plain = program.to_string_lossy();
    let is_plain = plain.chars().all(|c| c.is_ascii_alphanumeric() || "/._-+".contains(c));
    Ok((if is_plain { plain.into_owned() } else { quoted }, false))
}
