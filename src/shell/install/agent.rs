//! `verify-gate install --agent`: ackgate's hook in the project settings of a coding agent.

use std::io::Write;
use std::path::Path;

use super::settings::Settings;
use super::{is_on_path, say};
use crate::agent::config::{Agent, ConfigError, PROGRAM, with_hook, without_hook};
use crate::shell::files;
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
    let settings = Settings::read(repo_dir, agent.file())?;
    let (command, is_named) = command(&program)?;
    let text = settings.text()?;
    match with_hook(agent, text.as_deref(), &command).map_err(|error| refused(&settings, &error, Some(&command)))? {
        None => say(out, &format!("unchanged {}", settings.file))?,
        Some(text) => {
            let done = settings.put(&text)?;
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
    let settings = Settings::read(repo_dir, agent.file())?;
    let Some(text) = settings.text()? else { return say(out, &format!("no {}", settings.file)) };
    match without_hook(agent, &text).map_err(|error| refused(&settings, &error, None))? {
        None => say(out, &format!("unchanged {}", settings.file)),
        Some(text) => {
            let done = settings.put(&text)?;
            say(out, &format!("{done} {}", settings.file))
        }
    }
}

/// Why settings could not be changed, and how to go on.
fn refused(settings: &Settings, error: &ConfigError, command: Option<&str>) -> Error {
    let refused = Error::new(format!("{} {error}", settings.file));
    match command {
        Some(command) => refused.hint(format!("mend the file, or name `{command}` in it by hand as the agent's hook")),
        None => refused.hint("take the hook out by hand"),
    }
}

/// How the settings name the program, and whether that is the same on every machine: its name alone where a shell finds this
/// very program by it.
fn command(program: &Path) -> Result<(String, bool), Error> {
    if is_on_path(program) {
        return Ok((PROGRAM.to_owned(), true));
    }
    let quoted = String::from_utf8(script::quoted(program.as_os_str()))
        .map_err(|_| Error::new(format!("{} is not UTF-8, as JSON must be", files::shown(program))))?;
    let plain = program.to_string_lossy();
    let is_plain = plain.chars().all(|c| c.is_ascii_alphanumeric() || "/._-+".contains(c));
    Ok((if is_plain { plain.into_owned() } else { quoted }, false))
}
