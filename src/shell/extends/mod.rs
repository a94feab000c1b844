//! `verify-gate extends`: what the policy here loosens of its baseline, and another snapshot of that.

mod update;

use std::io::{self, Write};

use serde_json::{Value, json};

pub use update::update;

use crate::policy::{Extends, Policy};
use crate::report::human::{self, HELP, paint};
use crate::report::{escape, json as document};
use crate::shell::Error;
use crate::shell::cli::{Common, Format};
use crate::shell::config::policy_here;
use crate::shell::terminal::{Outcome, finish, look};

/// Shows what the policy that judges here extends, and how it loosens that.
pub fn show(common: &Common) -> Result<Outcome, Error> {
    let (_, policy, _) = policy_here(common)?;
    let mut out = io::stdout().lock();
    finish(match common.format {
        Format::Json => document::document(&mut out, value(&policy)),
        Format::Human | Format::For(_) => as_text(&mut out, common, &policy),
    })?;
    Ok(Outcome::Pass)
}

fn as_text(out: &mut dyn Write, common: &Common, policy: &Policy) -> io::Result<()> {
    let color = look(common).color;
    let label = |text: &str| paint(text, HELP, color);
    let Some(Extends { name, sha256, revision, deviations, .. }) = &policy.extends else {
        return writeln!(out, "the policy here extends nothing: `verify-gate extends update` begins it");
    };
    writeln!(out, "{} `{}`, SHA-256 {sha256}", label("baseline:"), escape(name))?;
    if let Some(from) = revision {
        writeln!(out, "{}     `{}` of {} at {}", label("from:"), escape(&from.path), escape(&from.git), from.rev)?;
    }
    human::deviations(deviations, color, out)?;
    match deviations.len() {
        0 => writeln!(out, "{}: nothing here loosens it", label("pass")),
        count => writeln!(out, "{} of it", human::several(count, "deviation")),
    }
}

fn value(policy: &Policy) -> Value {
    let extends = policy.extends.as_ref().map(|Extends { name, sha256, revision, .. }| {
        let from = revision.as_ref().map(|from| json!({"git": from.git, "rev": from.rev, "path": from.path}));
        json!({"file": name, "sha256": sha256, "from": from})
    });
    json!({"version": 1, "extends": extends, "deviations": document::deviations(policy.deviations())})
}
