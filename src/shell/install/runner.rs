//! `verify-gate install --runner`: ackgate's hooks in the file that a hook runner goes by.

use std::io::Write;
use std::path::Path;

use super::settings::Settings;
use super::{driver, is_on_path, locate, program, say};
use crate::runner::{HOOKS, Runner, RunnerError, with_hooks, without_hooks};
use crate::shell::Error;

/// Puts ackgate's hooks into the files that the runner goes by in the repository at `repo_dir`, and the log's merge driver into
/// git's configuration of this clone; says on `out` what it did and which command comes next. `binaries` is the folder of the running program.
///
/// # Errors
///
/// A missing binary, a file that cannot be read or changed without doubt, a link in its place. Nothing is changed then.
pub fn install_runner(repo_dir: &Path, binaries: &Path, runner: Runner, out: &mut dyn Write) -> Result<(), Error> {
    let mut elsewhere = None;
    for (_, name) in HOOKS {
        let program = program(binaries, name)?;
        if !is_on_path(&program) {
            elsewhere = Some(program);
        }
    }
    let driver = driver::installing(repo_dir, &program(binaries, driver::PROGRAM)?)?;
    change(repo_dir, runner, out, |settings, text| {
        with_hooks(runner, &settings.file, text).map_err(|error| refused(&settings.file, &error, runner))
    })?;
    driver.take(repo_dir)?;
    say(out, &driver.line)?;
    if let Some(program) = elsewhere {
        let folder = program.parent().unwrap_or(binaries);
        let note = "is not where a shell looks: put it on PATH, or the hooks refuse everything";
        say(out, &format!("note: {} {note}", crate::shell::files::shown(folder)))?;
    }
    say(out, &format!("next: {}", runner.command()))?;
    say(out, "then: commit these files, and see that it holds: verify-gate doctor")
}

/// Takes ackgate's hooks out of the runner's files, and those away that hold nothing else. The merge driver stays, which
/// `uninstall` by itself takes out: git's own hooks may be there as well.
///
/// # Errors
///
/// Files that cannot be read or changed.
pub fn uninstall_runner(repo_dir: &Path, runner: Runner, out: &mut dyn Write) -> Result<(), Error> {
    change(repo_dir, runner, out, |settings, text| match text {
        None => Ok(None),
        Some(text) => without_hooks(text).map_err(|error| refused(&settings.file, &error, runner)),
    })
}

fn change(
    repo_dir: &Path,
    runner: Runner,
    out: &mut dyn Write,
    edit: impl Fn(&Settings, Option<&str>) -> Result<Option<String>, Error>,
) -> Result<(), Error> {
    let (root, _) = locate::root(repo_dir)?;
    let mut planned = Vec::new();
    for file in runner.files(|file| root.join(file).symlink_metadata().is_ok()) {
        let settings = Settings::read(repo_dir, &file)?;
        let text = settings.text()?;
        let new = edit(&settings, text.as_deref())?;
        planned.push((settings, new));
    }
    for (settings, new) in planned {
        let done = new.map_or(Ok("unchanged"), |text| settings.put(&text))?;
        say(out, &format!("{done} {}", settings.file))?;
    }
    Ok(())
}

fn refused(file: &str, error: &RunnerError, runner: Runner) -> Error {
    let place = match error {
        RunnerError::Shape { line, what } => format!("{file}:{line}: {what}"),
        RunnerError::Format => format!("{file} {error}"),
    };
    let page = format!("docs/clients/{}.md", runner.name());
    Error::new(place).hint(format!("put the hooks in by hand, as {page} of ackgate's sources shows, or mend the line"))
}
