//! `verify-gate report`: the log and its repositories as one page.

mod brought;
mod commits;
mod gather;
mod proofs;
mod repository;

use std::io::Write;
use std::path::Path;

use serde_json::json;

use crate::page::{MARK, Page, render};
use crate::report::human::{HELP, paint, several};
use crate::report::json as document;
use crate::shell::cli::{Common, Format, ReportArgs};
use crate::shell::terminal::{Outcome, finish, look};
use crate::shell::{Error, files, output};

/// How much of a file is looked at to tell whether it is a report.
const HEAD: usize = 2048;

/// Writes the page, whole or not at all; with `-` on standard output.
pub fn report(common: &Common, arguments: &ReportArgs) -> Result<Outcome, Error> {
    let file = &arguments.html;
    let is_file = file.as_os_str() != "-";
    if is_file && !arguments.force {
        allow(file)?;
    }
    let page = gather::page(common, arguments.commits)?;
    let html = render(&page);
    let mut out = std::io::stdout().lock();
    if !is_file {
        finish(out.write_all(html.as_bytes()))?;
        return Ok(Outcome::Pass);
    }
    output::put(file, html.as_bytes())?;
    finish(show(&mut out, common, &page, file))?;
    Ok(Outcome::Pass)
}

/// Refuses to take the place of a file that is no report.
fn allow(file: &Path) -> Result<(), Error> {
    if !file.symlink_metadata().is_ok_and(|found| found.is_file()) {
        return Ok(());
    }
    let head = files::read_at_most(file, HEAD)?;
    match String::from_utf8_lossy(&head).contains(MARK) || head.is_empty() {
        true => Ok(()),
        false => Err(Error::new(format!("{} is there already, and is no report", files::shown(file)))
            .hint("name another file with --html, or put it in the place of what is there with --force")),
    }
}

fn show(out: &mut dyn Write, common: &Common, page: &Page, file: &Path) -> std::io::Result<()> {
    let look = look(common);
    let commits: usize = page.repositories.iter().map(|one| one.judged).sum();
    match common.format {
        Format::Json => document::document(
            out,
            json!({"version": 1, "output": file.to_string_lossy(), "gates": page.gates.len(), "commits": commits}),
        ),
        Format::Human | Format::For(_) if look.quiet => Ok(()),
        Format::Human | Format::For(_) => writeln!(
            out,
            "{}: {} and {} in {}",
            paint("report", HELP, look.color),
            several(page.gates.len(), "gate"),
            several(commits, "commit"),
            files::shown(file)
        ),
    }
}
