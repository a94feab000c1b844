//! The commit-msg hook: judges what is staged once more, and pins in the message what allows it.

use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};

use crate::message::{Pin, Trailer, comment, is_aborted, trailers, with_pins};
use crate::report::Verdict;
use crate::shell::git::Repo;
use crate::shell::judge::Judge;
use crate::shell::steps::check_staged;
use crate::shell::terminal::{Outcome, show_hook};
use crate::shell::world::World;
use crate::shell::{Error, files};

/// Judges what is staged, as the pre-commit hook does, which `SKIP=` may have passed over; where a gate covers something
/// protected of it, the message in `file` pins gate and log. Else the file is left as it is. A hook runner whose filters
/// keep the file back leaves nothing to pin in.
pub fn pin_message(repo: &Repo, world: &World, file: Option<&Path>) -> Result<Outcome, Error> {
    let read = |file: &Path| fs::read(file).map_err(|error| files::failed("read", file, &error));
    let message = file.map(read).transpose()?.unwrap_or_default();
    // The pins of a commit that is amended are made anew; what only looks like one would be refused at the push.
    let broken = |trailer: &Trailer| Pin::read(trailer).is_none_or(|pin| pin.is_err());
    let trailers = trailers(&message).into_iter().filter(broken).collect();
    let mut report = check_staged(&Judge::new(repo, world, false), repo, world, true, trailers)?;
    if report.verdict() == Verdict::Block {
        return show_hook(&report);
    }
    // Warnings are pre-commit's to show; once is enough.
    if report.pins.is_empty() {
        return Ok(Outcome::Pass);
    }
    let Some(file) = file else {
        report.note([NO_FILE.to_owned()]);
        return show_hook(&report);
    };
    let mark = configured(repo, &["--get-regexp", r"^core\.comment(char|string)$"])?;
    let comment = comment(mark.as_deref(), &message);
    let template = configured(repo, &["--type=path", "--get-regexp", r"^commit\.template$"])?;
    // One that git could not read either is none that was left untouched.
    let template = template.and_then(|path| fs::read(path).ok());
    if !is_aborted(&message, &comment, template.as_deref()) {
        files::replace(file, &with_pins(&message, &comment, &report.pins))?;
    }
    Ok(Outcome::Pass)
}

const NO_FILE: &str = "the hook runner did not pass on the file with the message (`ackgate-commit-msg \"$1\"`), so that the \
                       commit pins neither gate nor log";

/// The last of the values that the user's own git has (`git -c` as well, of which libgit2 does not know).
fn configured(repo: &Repo, question: &[&str]) -> Result<Option<String>, Error> {
    let mut command = Command::new("git");
    command.arg("--git-dir").arg(repo.git_dir()).args(["config", "--null"]).args(question);
    let output = command.stdin(Stdio::null()).output();
    let output = output.map_err(|error| Error::new(format!("cannot start git: {error}")))?;
    match output.status.code() {
        Some(0) => {}
        Some(1) => return Ok(None),
        _ => return Err(Error::new("`git config` failed").hint("see what `git config --list` says")),
    }
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    let last = text.split_terminator('\0').next_back();
    Ok(last.map(|entry| entry.split_once('\n').map_or(entry, |(_, value)| value).to_owned()))
}
