//! The merge driver for the log, in the repository's own configuration.

use std::ffi::{OsStr, OsString};
use std::path::{Path, PathBuf};

use super::locate::{failed, run};
use super::script::{quoted, unquoted};
use crate::merge::DRIVER;
use crate::shell::{Error, files};

/// The program behind it.
pub(super) const PROGRAM: &str = "verify-gate";

/// What follows the program in every driver that ackgate writes.
const ARGUMENTS: &str = " merge-log %O %A %B --marker-size=%L --path=%P";

/// What git shows of it.
const NAME: &str = "ackgate: joins what both branches added to the log";

/// How git merges what two branches have in common where that is itself a merge: not at all, and what both have added
/// since then counts once.
const RECURSIVE: &str = "binary";

/// What is to be done about the driver, and what to say of it.
#[derive(Debug)]
pub(super) struct Plan {
    /// What git config is called with.
    steps: Vec<Vec<OsString>>,
    pub(super) line: String,
}

impl Plan {
    /// Does it. Each value is set wholly or not at all.
    pub(super) fn take(&self, dir: &Path) -> Result<(), Error> {
        for arguments in &self.steps {
            let output = config(dir, arguments)?;
            if !output.status.success() {
                return Err(failed("config", &output.stderr));
            }
        }
        Ok(())
    }
}

/// What to do so that git merges logs with the program at `location`.
pub(super) fn installing(dir: &Path, location: &Path) -> Result<Plan, Error> {
    let wanted = command(location);
    let present = values(dir, "driver")?;
    let set = |key: &str, value: &OsStr| vec!["--replace-all".into(), self::key(key), value.into()];
    // The driver comes last: it is what counts, and by it a run that was cut short is told.
    let steps = vec![
        set("name", NAME.as_ref()),
        set("recursive", RECURSIVE.as_ref()),
        set("driver", &files::os_string(wanted.clone())?),
    ];
    Ok(match present.as_slice() {
        [] => Plan { steps, line: format!("installed merge driver {DRIVER}") },
        [only] if *only == wanted => Plan { steps: Vec::new(), line: format!("unchanged merge driver {DRIVER}") },
        all if all.iter().all(|value| is_ours(value)) => Plan { steps, line: format!("updated merge driver {DRIVER}") },
        _ => foreign(),
    })
}

/// What to do so that git knows of no such driver.
pub(super) fn uninstalling(dir: &Path) -> Result<Plan, Error> {
    let driver = values(dir, "driver")?;
    if !driver.iter().all(|value| is_ours(value)) {
        return Ok(foreign());
    }
    let mut steps = Vec::new();
    for (key, ours) in [("driver", None), ("recursive", Some(RECURSIVE)), ("name", Some(NAME))] {
        let present = values(dir, key)?;
        if !present.is_empty() && ours.is_none_or(|ours| present.iter().all(|value| value == ours.as_bytes())) {
            steps.push(vec!["--unset-all".into(), self::key(key)]);
        }
    }
    let done = if steps.is_empty() { "nothing to do for" } else { "removed" };
    Ok(Plan { steps, line: format!("{done} merge driver {DRIVER}") })
}

fn foreign() -> Plan {
    let line = format!("left merge driver {DRIVER}, which is not ackgate's: git config merge.{DRIVER}.driver");
    Plan { steps: Vec::new(), line }
}

/// The command as git expands it, and hands it to a shell.
fn command(location: &Path) -> Vec<u8> {
    let mut command = Vec::new();
    for byte in quoted(location.as_os_str()) {
        command.push(byte);
        if byte == b'%' {
            command.push(byte);
        }
    }
    command.extend_from_slice(ARGUMENTS.as_bytes());
    command
}

/// Whether ackgate wrote it, with the program at whatever place. What a person put around it is theirs.
fn is_ours(value: &[u8]) -> bool {
    let program = format!("/{PROGRAM}{}'", std::env::consts::EXE_SUFFIX);
    let quoted = value.strip_suffix(ARGUMENTS.as_bytes());
    quoted.is_some_and(|quoted| quoted.starts_with(b"'") && quoted.ends_with(program.as_bytes()))
}

/// What git merges logs with here, wherever that is configured.
#[derive(Debug)]
pub(in crate::shell) enum Effective {
    /// Nothing.
    None,
    /// ackgate's driver, with this program.
    Ours(PathBuf),
    /// A command that ackgate did not write.
    Theirs(Vec<u8>),
}

/// What git merges logs with in the repository at `dir`.
pub(in crate::shell) fn effective(dir: &Path) -> Result<Effective, Error> {
    let output = run(dir, ["config".into(), "--null".into(), "--get".into(), key("driver")])?;
    match output.status.code() {
        Some(0) => {
            let value = output.stdout.strip_suffix(b"\0").unwrap_or(&output.stdout);
            let word = Some(value).filter(|value| is_ours(value)).and_then(unquoted);
            let program = word.and_then(|(word, _)| files::path_from(undoubled(&word)).ok());
            Ok(program.map_or_else(|| Effective::Theirs(value.to_vec()), Effective::Ours))
        }
        Some(1) => Ok(Effective::None),
        _ => Err(failed("config", &output.stderr)),
    }
}

/// What [`command`] doubled for git, as it was.
fn undoubled(word: &[u8]) -> Vec<u8> {
    let mut out = Vec::new();
    let mut bytes = word.iter();
    while let Some(byte) = bytes.next() {
        out.push(*byte);
        if *byte == b'%' {
            bytes.next();
        }
    }
    out
}

fn key(name: &str) -> OsString {
    format!("merge.{DRIVER}.{name}").into()
}

/// What the repository's own configuration has under a key.
fn values(dir: &Path, name: &str) -> Result<Vec<Vec<u8>>, Error> {
    let output = config(dir, &["--null".into(), "--get-all".into(), key(name)])?;
    match output.status.code() {
        Some(0) => {
            let mut values: Vec<Vec<u8>> = output.stdout.split(|byte| *byte == 0).map(<[u8]>::to_vec).collect();
            // Each ends with a NUL.
            values.pop();
            Ok(values)
        }
        Some(1) => Ok(Vec::new()),
        _ => Err(failed("config", &output.stderr)),
    }
}

fn config(dir: &Path, arguments: &[OsString]) -> Result<std::process::Output, Error> {
    let start = ["config", "--local"].map(OsStr::new);
    run(dir, start.into_iter().chain(arguments.iter().map(OsString::as_os_str)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_driver_is_known_again_wherever_its_program_lies() {
        for place in ["/opt/ackgate/verify-gate", "/it's/100%O/verify-gate"] {
            let command = command(Path::new(place));
            assert!(is_ours(&command));
            assert_eq!(undoubled(&unquoted(&command).unwrap().0), place.as_bytes());
            assert!(
                !is_ours(&[b"nice ", command.as_slice()].concat()) && !is_ours(&[command.as_slice(), b" x"].concat())
            );
        }
        let command = String::from_utf8(command(Path::new("/it's/100%O/verify-gate"))).unwrap();
        assert_eq!(command, format!("'/it'\\''s/100%%O/verify-gate'{ARGUMENTS}"));
        assert!(!is_ours(b"git merge-file %A %O %B"));
    }
}
