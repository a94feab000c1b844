//! What a session should know as it starts: the gate, whose turn it is, what to do next and what to read.

use std::io::Write;
use std::path::Path;

use super::place::{Site, home_of};
use crate::shell::cli::{Color, Common, Format};
use crate::shell::world::World;
use crate::shell::{Error, session};

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
        no_pager: true,
    };
    let mut text = Vec::new();
    // Into memory, where nothing fails.
    drop(writeln!(
        text,
        "This repository is under ackgate: protected paths change only under an ACKed alignment gate."
    ));
    session::briefing(&mut text, &common, &world)?;
    drop(writeln!(
        text,
        "`verify-gate --paths P…` says whether you may write P; `verify-gate explain CODE` says why not."
    ));
    Ok(Some(String::from_utf8_lossy(&text).into_owned()))
}
