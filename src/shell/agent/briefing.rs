//! What a session should know as it starts: the gate, whose turn it is, what to do next and what to read.

use std::io::Write;
use std::path::Path;

use super::place::{Site, home_of};
use crate::case::LogCase;
use crate::policy::{self, Fit, Policy, Reading};
use crate::report::escape;
use crate::shell::Error;
use crate::shell::cli::{Color, Common, Format};
use crate::shell::git::Repo;
use crate::shell::status::{self, Standing};
use crate::shell::world::World;

/// The text for a session that starts in `folder`; `None` where nothing is protected.
pub(super) fn briefing(folder: &Path) -> Result<Option<String>, Error> {
    let world = World::new();
    let Some(root) = home_of(folder)? else { return Ok(None) };
    if Site::open(&root, &world)?.is_none() {
        return Ok(None);
    }
    let common = Common {
        repo: Some(folder.to_owned()),
        log: None,
        config: None,
        format: Format::Human,
        color: Color::Never,
        quiet: false,
        verbose: false,
    };
    let standing = status::standing(&common, &world, status::Asked::Log { fetch: false })?;
    let mut text = Vec::new();
    // Into memory, where nothing fails.
    drop(writeln!(
        text,
        "This repository is under ackgate: protected paths change only under an ACKed alignment gate."
    ));
    drop(status::show(&mut text, &common, &standing, &world));
    let root = Repo::open(Some(folder))?.root().map(|root| root.join(&standing.folder)).unwrap_or(root);
    drop(writeln!(text, "Required reading before you change anything:"));
    if let LogCase::Read(reading) = &standing.log {
        drop(writeln!(text, "- the latest entries of {} ({})", escape(&reading.path), escape(&reading.place)));
    }
    for reading in required(&standing)? {
        drop(writeln!(text, "- {}", line(&root, &reading)));
    }
    drop(writeln!(
        text,
        "`verify-gate --paths P…` says whether you may write P; `verify-gate explain CODE` says why not."
    ));
    Ok(Some(String::from_utf8_lossy(&text).into_owned()))
}

/// The policy's list, else the protocol's for the party that holds the log, or for the other.
fn required(standing: &Standing) -> Result<Vec<Reading>, Error> {
    let Policy { session, .. } = &standing.policy;
    if let Some(reading) = &session.reading {
        return Ok(reading.clone());
    }
    let owner = standing.policy.is_log_owner();
    match policy::choose(owner, !owner).map_err(|error| Error::new(error.to_string()))? {
        Fit::One(profile) => Ok(profile.session.reading.unwrap_or_default()),
        Fit::None | Fit::Both(_) => Ok(Vec::new()),
    }
}

/// One of the list, with what is there of it.
fn line(root: &Path, reading: &Reading) -> String {
    let there = |path: &&crate::change::RepoPath| path.to_str().is_some_and(|path| root.join(path).is_file());
    match reading.one_of.iter().find(there) {
        Some(path) => path.to_string(),
        None => {
            let names: Vec<String> = reading.one_of.iter().map(ToString::to_string).collect();
            format!("{} (not there)", names.join(" or "))
        }
    }
}
