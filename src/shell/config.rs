//! `verify-gate schema` and `--explain-config`: what may stand in `ackgate.toml`, and what counts here.

use std::io::{self, Write};

use serde_json::{Value, json};

use crate::change::{ObjectId, RepoPath};
use crate::policy::{self, Explained, Origin, Policy, Source};
use crate::report::human::{NOTE, paint};
use crate::report::{escape, json as document};
use crate::shell::Error;
use crate::shell::by_hand::ByHand;
use crate::shell::cli::{Common, Format};
use crate::shell::git::{FileAt, Repo};
use crate::shell::judge::Judge;
use crate::shell::law::{Law, short};
use crate::shell::pager::Pager;
use crate::shell::status::member_here;
use crate::shell::terminal::{Outcome, finish, look};
use crate::shell::trust::trusted_for_head;
use crate::shell::world::World;

/// Prints the JSON Schema of the policy file.
pub fn schema() -> Result<Outcome, Error> {
    finish(document::document(&mut io::stdout().lock(), policy::schema()))?;
    Ok(Outcome::Pass)
}

/// Shows each setting by which a commit made now is judged, and where it comes from.
pub fn explain_config(common: &Common) -> Result<Outcome, Error> {
    let (repo, policy, base) = policy_here(common)?;
    let policy = &policy;
    let (file, text, from) = match (&policy.source, &common.config, &base) {
        (Source::Profile(name), _, _) => (String::new(), String::new(), format!("the built-in profile `{name}`")),
        (Source::File { path }, Some(config), _) => {
            let text = std::fs::read_to_string(config)
                .map_err(|error| Error::new(format!("cannot read {}: {error}", config.display())))?;
            (path.clone(), text, format!("`{}`", escape(path)))
        }
        (Source::File { path }, None, Some(base)) => {
            let FileAt::File { bytes, .. } = repo.file_at(Some(base), &RepoPath::from(path.as_str()))? else {
                return Err(Error::new(format!("{} is not in {}", escape(path), short(base))));
            };
            (
                path.clone(),
                String::from_utf8_lossy(&bytes).into_owned(),
                format!("`{}` of {}", escape(path), short(base)),
            )
        }
        (Source::File { path }, None, None) => return Err(Error::new(format!("{} is in no commit", escape(path)))),
    };
    let all = policy::explain(policy, &file, &text).map_err(|error| Error::new(error.to_string()))?;
    let mut out = Pager::start(common);
    let written = match common.format {
        Format::Json => document::document(&mut out, value(&all, policy)),
        Format::Human | Format::For(_) => show(&mut out, common, &all, policy, &from),
    };
    out.end(written)?;
    Ok(Outcome::Pass)
}

/// The policy by which a commit made now is judged, in the folder that a person stands in, and the commit that it is of.
pub(super) fn policy_here(common: &Common) -> Result<(Repo, Policy, Option<ObjectId>), Error> {
    let world = World::new();
    let by_hand = ByHand::read(common)?;
    let repo = Repo::open(common.repo.as_deref())?;
    let judge = Judge::new(&repo, &world, false).by_hand(&by_hand);
    let (head, trusted) = (repo.head()?, trusted_for_head(&repo)?);
    let law = judge.law(head.as_ref(), trusted.as_ref().map(|trusted| &trusted.id))?;
    let workspace = match &*law {
        Law::Policy(workspace) => workspace,
        Law::Ambiguous(_) => return Err(Error::new("both built-in profiles fit this repository").hint(INIT)),
        Law::None => {
            return Err(Error::new("there is no ackgate.toml at HEAD, and no built-in profile fits").hint(INIT));
        }
    };
    let policy = workspace.policy_of(member_here(&repo, workspace)).cloned();
    let policy = policy.ok_or_else(|| Error::new("the workspace has no members"))?;
    let base = workspace.base;
    Ok((repo, policy, base))
}

const INIT: &str = "write one with `verify-gate init` and commit it";

fn show(out: &mut dyn Write, common: &Common, all: &[Explained], policy: &Policy, from: &str) -> io::Result<()> {
    let color = look(common).color;
    writeln!(out, "# {from}: what a commit made now is judged by")?;
    for one in all.iter().filter(|one| !common.quiet || one.origin != Origin::Default) {
        let origin = paint(&format!("# {}", origin(one, policy)), NOTE, color);
        match (&one.value, one.unset) {
            (Some(value), _) => writeln!(out, "{} = {}  {origin}", escape(&one.key), escape(value))?,
            (None, Some(unset)) => writeln!(out, "# {} is not set: {unset}  {origin}", escape(&one.key))?,
            (None, None) => writeln!(out, "# {} is not set  {origin}", escape(&one.key))?,
        }
    }
    Ok(())
}

fn origin(one: &Explained, policy: &Policy) -> String {
    match (one.origin, &policy.source) {
        (Origin::Default, _) => "default".to_owned(),
        (Origin::Profile(name), _) => format!("profile {name}"),
        (Origin::Line(line), Source::File { path }) => format!("{}:{line}", escape(path)),
        (Origin::Baseline(line), _) => format!("{}:{line}", escape(baseline(policy).unwrap_or_default())),
        (Origin::Line(line), Source::Profile(name)) => format!("profile {name}:{line}"),
    }
}

fn value(all: &[Explained], policy: &Policy) -> Value {
    let one = |one: &Explained| {
        let (from, file, line) = match (one.origin, &policy.source) {
            (Origin::Line(line), Source::File { path }) => ("file", Some(path.as_str()), Some(line)),
            (Origin::Baseline(line), _) => ("baseline", baseline(policy), Some(line)),
            (Origin::Profile(_) | Origin::Line(_), _) => ("profile", None, None),
            (Origin::Default, _) => ("default", None, None),
        };
        json!({"key": one.key, "value": one.value, "from": from, "file": file, "line": line, "unset": one.unset})
    };
    let profile = match policy.source {
        Source::Profile(name) => Some(name),
        Source::File { .. } => None,
    };
    json!({"version": 1, "profile": profile, "settings": all.iter().map(one).collect::<Vec<_>>()})
}

/// The name of the baseline that it extends.
fn baseline(policy: &Policy) -> Option<&str> {
    policy.extends.as_ref().map(|extends| extends.name.as_str())
}
