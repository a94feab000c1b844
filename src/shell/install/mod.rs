//! `verify-gate install` and `uninstall`: ackgate's hooks beside those that are there.

mod agent;
mod locate;
mod place;
mod script;

use std::io::Write;
use std::path::Path;

pub use self::agent::{install_agent, uninstall_agent};
use self::place::{Place, Step};
use self::script::HOOKS;
use crate::shell::{Error, files};

/// Puts ackgate's hooks where git looks for the hooks of the repository at `repo_dir`, and says on `out` what it did, one
/// line a hook. A hook that is there is kept as `<hook>.ackgate-chained` and goes on being run, with git's arguments
/// and input.
///
/// `binaries` is the folder of the running program, which holds `ackgate-pre-commit` and the others.
///
/// # Errors
///
/// When a binary is missing, when the hooks folder is every repository's, or when a hook could not be kept. All of
/// that is found out before anything is changed. A run that ends halfway leaves each file as it was or as it shall be;
/// the next one goes on from there.
pub fn install(repo_dir: &Path, binaries: &Path, out: &mut dyn Write) -> Result<(), Error> {
    let binaries = std::path::absolute(binaries).map_err(|error| files::failed("find", binaries, &error))?;
    let folder = locate::hooks_folder(repo_dir)?;
    refuse_husky(&folder.path)?;
    let mut planned = Vec::new();
    for hook in HOOKS {
        let program = binaries.join(format!("{}{}", hook.program, std::env::consts::EXE_SUFFIX));
        if !files::is_program(&program) {
            return Err(Error::new(format!("there is no program {}", files::shown(&program)))
                .hint("build all of them: cargo build --release --bins")
                .hint("or install them: cargo install --path ."));
        }
        planned.push(Place::read(&folder.path, hook)?.installing(&hook.script(&program))?);
    }
    files::make_folder(&folder.path)?;
    files::remove_unfinished(&folder.path)?;
    take(&planned)?;
    report(&planned, out)?;
    if folder.shared {
        let note = "lies outside of this repository: others that use it run these hooks too";
        say(out, &format!("note: {} {note}", files::shown(&folder.path)))?;
    }
    Ok(())
}

/// Takes ackgate's hooks away and gives those that were there their names back, untouched. Says on `out` what it did.
///
/// # Errors
///
/// When the hooks folder cannot be found, read or changed.
pub fn uninstall(repo_dir: &Path, out: &mut dyn Write) -> Result<(), Error> {
    let folder = locate::hooks_folder(repo_dir)?;
    let mut planned = Vec::new();
    for hook in HOOKS {
        planned.push(Place::read(&folder.path, hook)?.uninstalling());
    }
    files::remove_unfinished(&folder.path)?;
    take(&planned)?;
    report(&planned, out)
}

/// What will be done for one hook, and what to say of it.
#[derive(Debug)]
struct Plan {
    steps: Vec<Step>,
    lines: Vec<String>,
}

fn take(planned: &[Plan]) -> Result<(), Error> {
    planned.iter().flat_map(|plan| &plan.steps).try_for_each(Step::take)
}

fn report(planned: &[Plan], out: &mut dyn Write) -> Result<(), Error> {
    planned.iter().flat_map(|plan| &plan.lines).try_for_each(|line| say(out, line))
}

fn say(out: &mut dyn Write, line: &str) -> Result<(), Error> {
    writeln!(out, "{line}").map_err(|error| Error::new(format!("cannot write what was done: {error}")))
}

/// Husky's own folder is not the place: husky writes it anew at every `npm install`, and its hooks go by their file
/// names, so that they would do nothing under another.
fn refuse_husky(folder: &Path) -> Result<(), Error> {
    let is_husky = folder.file_name().is_some_and(|name| name == "_")
        && ["h", "husky.sh"].iter().any(|script| folder.join(script).exists());
    if !is_husky {
        return Ok(());
    }
    let mut error = Error::new(format!("husky looks after {} and writes it anew", files::shown(folder)));
    for hook in HOOKS {
        let file = folder.with_file_name(hook.name);
        error = error.hint(format!("add this line to {}: {} \"$@\"", files::shown(&file), hook.program));
    }
    Err(error)
}
