//! `verify-gate install` and `uninstall`: ackgate's hooks beside those that are there, and the log's merge driver.

mod agent;
pub(in crate::shell) mod driver;
pub(in crate::shell) mod locate;
mod place;
mod runner;
pub(in crate::shell) mod script;
mod settings;

use std::io::Write;
use std::path::{Path, PathBuf};

pub use self::agent::{install_agent, uninstall_agent};
use self::place::{Place, Step};
pub use self::runner::{install_runner, uninstall_runner};
use self::script::{Hook, hooks};
use crate::shell::{Error, files};

/// Puts ackgate's hooks where git looks for the hooks of the repository at `repo_dir`, and says on `out` what it did, one
/// line a hook: those for commits and pushes, or in a bare repository the one that receives. A hook that is there is kept
/// as `<hook>.ackgate-chained` and goes on being run, with git's arguments and input. git's configuration of that repository gets the merge driver that `.gitattributes` names for the log; one of
/// that name that is not ackgate's stays.
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
    let driver = driver::installing(repo_dir, &program(&binaries, driver::PROGRAM)?)?;
    let planned = put_in(hooks(folder.bare), &folder.path, &binaries)?;
    report(&planned, out)?;
    driver.take(repo_dir)?;
    say(out, &driver.line)?;
    if folder.shared {
        let note = "lies outside of this repository: others that use it run these hooks too";
        say(out, &format!("note: {} {note}", files::shown(&folder.path)))?;
    }
    Ok(())
}

/// Takes ackgate's hooks and merge driver away and gives those that were there their names back, untouched. Says on `out` what it did.
///
/// # Errors
///
/// When the hooks folder or the repository's configuration cannot be found, read or changed.
pub fn uninstall(repo_dir: &Path, out: &mut dyn Write) -> Result<(), Error> {
    let folder = locate::hooks_folder(repo_dir)?;
    let driver = driver::uninstalling(repo_dir)?;
    report(&take_out(hooks(folder.bare), &folder.path)?, out)?;
    driver.take(repo_dir)?;
    say(out, &driver.line)
}

/// What will be done for one hook, and what to say of it.
#[derive(Debug)]
struct Plan {
    steps: Vec<Step>,
    lines: Vec<String>,
}

fn put_in(hooks: &[Hook], folder: &Path, binaries: &Path) -> Result<Vec<Plan>, Error> {
    let mut planned = Vec::new();
    for hook in hooks {
        let script = hook.script(&program(binaries, hook.program)?);
        planned.push(Place::read(folder, hook)?.installing(&script)?);
    }
    files::make_folder(folder)?;
    files::remove_unfinished(folder)?;
    take(&planned)?;
    Ok(planned)
}

fn take_out(hooks: &[Hook], folder: &Path) -> Result<Vec<Plan>, Error> {
    let mut planned = Vec::new();
    for hook in hooks {
        planned.push(Place::read(folder, hook)?.uninstalling());
    }
    files::remove_unfinished(folder)?;
    take(&planned)?;
    Ok(planned)
}

fn program(binaries: &Path, name: &str) -> Result<PathBuf, Error> {
    let program = binaries.join(format!("{name}{}", std::env::consts::EXE_SUFFIX));
    if files::is_program(&program) {
        return Ok(program);
    }
    Err(Error::new(format!("there is no program {}", files::shown(&program)))
        .hint("build all of them: cargo build --release --bins")
        .hint("or install them: cargo install --path ."))
}

/// Whether a shell finds this very program by its name.
fn is_on_path(program: &Path) -> bool {
    let real = |path: &Path| path.canonicalize().ok();
    let path = std::env::var_os("PATH").unwrap_or_default();
    let name = program.file_name().unwrap_or_default();
    let first = std::env::split_paths(&path).map(|folder| folder.join(name)).find(|path| files::is_program(path));
    first.is_some_and(|first| real(&first).is_some() && real(&first) == real(program))
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
    Err(Error::new(format!("husky looks after {} and writes it anew", files::shown(folder)))
        .hint("have husky's own files call ackgate: verify-gate install --runner husky"))
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;
    use std::fs;

    use super::*;
    use crate::shell::files::ending;

    const THEIRS: &str = "#!/bin/sh\nexit 0\n";

    /// Every file of a folder.
    fn all(folder: &Path) -> BTreeMap<String, String> {
        let entries = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap());
        let file =
            |entry: fs::DirEntry| (entry.file_name().into_string().unwrap(), fs::read_to_string(entry.path()).unwrap());
        entries.map(file).collect()
    }

    /// A hooks folder with hooks of theirs, and ackgate's binaries.
    fn scratch() -> tempfile::TempDir {
        let scratch = tempfile::tempdir().unwrap();
        for folder in ["hooks", "bin"] {
            fs::create_dir(scratch.path().join(folder)).unwrap();
        }
        let programs = super::hooks(false).iter().map(|hook| format!("bin/{}", hook.program));
        for name in ["hooks/pre-commit", "hooks/pre-push"].map(str::to_owned).into_iter().chain(programs) {
            files::put(&scratch.path().join(name), THEIRS.as_bytes()).unwrap();
        }
        scratch
    }

    /// Has `run` end at each of its moments, on a folder that `prepare` left; holds what is there against what was there
    /// and what shall be, and has it taken up again.
    fn at_any_moment(prepare: impl Fn(&Path, &Path), run: impl Fn(&Path, &Path)) {
        let folders = |scratch: &tempfile::TempDir| (scratch.path().join("hooks"), scratch.path().join("bin"));
        let mut n = 0;
        loop {
            let scratch = scratch();
            let (hooks, bin) = folders(&scratch);
            prepare(&hooks, &bin);
            let old = all(&hooks);
            let ended = ending::before(n, || run(&hooks, &bin));
            let cut = all(&hooks);
            run(&hooks, &bin);
            let new = all(&hooks);
            for (name, content) in cut.iter().filter(|(name, _)| !name.starts_with(".ackgate-tmp-")) {
                let whole = [old.get(name), new.get(name)].contains(&Some(content))
                    || (name.ends_with(".ackgate-chained") && content == THEIRS);
                assert!(whole, "moment {n}: {name}: {content}");
            }
            for name in old.keys().filter(|name| new.contains_key(*name)) {
                assert!(cut.contains_key(name), "moment {n}: {name} is gone");
            }
            assert!(!new.keys().any(|name| name.starts_with(".ackgate-tmp-")), "moment {n}: {new:?}");
            take_out(super::hooks(false), &hooks).unwrap();
            let theirs = ["pre-commit", "pre-push"].map(|name| (name.to_owned(), THEIRS.to_owned()));
            assert_eq!(all(&hooks), BTreeMap::from(theirs), "moment {n}");
            if ended {
                break;
            }
            n += 1;
        }
        assert!(n > 5, "{n}");
    }

    #[test]
    fn an_install_that_ends_at_any_moment_leaves_whole_files_and_is_taken_up_again() {
        at_any_moment(|_, _| (), |hooks, bin| drop(put_in(super::hooks(false), hooks, bin).unwrap()));
        // Hooks of an ackgate that lay elsewhere.
        let elsewhere = |hooks: &Path, bin: &Path| {
            let other = bin.with_file_name("other");
            fs::rename(bin, &other).unwrap();
            put_in(super::hooks(false), hooks, &other).unwrap();
            fs::rename(&other, bin).unwrap();
        };
        at_any_moment(elsewhere, |hooks, bin| drop(put_in(super::hooks(false), hooks, bin).unwrap()));
    }

    #[test]
    fn an_uninstall_that_ends_at_any_moment_does_too() {
        at_any_moment(
            |hooks, bin| drop(put_in(super::hooks(false), hooks, bin).unwrap()),
            |hooks, _| drop(take_out(super::hooks(false), hooks).unwrap()),
        );
    }
}
