//! `verify-gate init`: a first `ackgate.toml`, and the log where this party keeps it.

mod agents;
mod attributes;
mod plan;
pub(in crate::shell) mod runners;
mod sibling;
pub(in crate::shell) mod survey;

use std::io::Write;
use std::path::{Path, PathBuf};

pub use self::agents::agents_md;
use self::attributes::attributes;
use self::plan::Plan;
use crate::change::RepoPath;
use crate::log::preamble;
use crate::policy::{Document, POLICY_FILE, Policy, parse};
use crate::report::escape;
use crate::shell::by_hand::{document, refused};
use crate::shell::git::{Entry, Repo};
use crate::shell::install::locate::is_within;
use crate::shell::{Error, files};

/// What the command line says; all else is looked for.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Options {
    /// `--party`: whose repository this is.
    pub party: Option<String>,
    /// `--other`: the other party.
    pub other: Option<String>,
    /// `--log-owner`: the one of the two whose repository holds the log.
    pub log_owner: Option<String>,
}

/// Writes `ackgate.toml` at the root of the repository that `repo_dir` lies in (the working directory's without one), and
/// where this party keeps the log its opening and, in `.gitattributes`, how git merges it. What is there stays as it is. Says on `out`
/// what was written and what comes next.
///
/// # Errors
///
/// When there is no working tree, when the names given or found make no policy, when a file cannot be read or written, or
/// when a file is missing that `HEAD` has. Each file is written whole or not at all.
pub fn init(repo_dir: Option<&Path>, options: &Options, out: &mut dyn Write) -> Result<(), Error> {
    let home = Home::open(repo_dir)?;
    let file = home.root.join(POLICY_FILE);
    match files::look(&file)? {
        Some(present) => {
            let lines = complete(&home, &present.content, options)?;
            say(out, &lines)
        }
        None => {
            let lines = begin(&home, options)?;
            say(out, &lines)
        }
    }
}

/// The repository that gets its files.
struct Home {
    repo: Repo,
    root: PathBuf,
}

impl Home {
    fn open(dir: Option<&Path>) -> Result<Home, Error> {
        let repo = Repo::open(dir)?;
        let Some(root) = repo.root().map(Path::to_owned) else {
            return Err(Error::new("this repository has no working tree to write ackgate.toml to")
                .hint("run it in a clone, and push what it writes"));
        };
        Ok(Home { repo, root })
    }

    /// Whether the last commit has a file at this path.
    fn is_committed(&self, path: &RepoPath) -> Result<bool, Error> {
        let Some(head) = self.repo.head()? else { return Ok(false) };
        Ok(matches!(self.repo.entry(&head, path)?, Some(Entry::Item(_))))
    }

    /// Whether there is a file at this path, in the last commit or the working tree.
    fn holds(&self, path: &str) -> Result<bool, Error> {
        Ok(self.root.join(path).is_file() || self.is_committed(&RepoPath::from(path))?)
    }

    /// Writes a file where nothing is. What lies behind a link to elsewhere is not this repository's to change.
    fn write(&self, path: &str, content: &str) -> Result<(), Error> {
        let file = self.root.join(path);
        let folder = file.parent().unwrap_or(&self.root);
        if !is_within(folder, &self.root)? {
            return Err(Error::new(format!("{} lies outside of this repository", files::shown(&file)))
                .hint("a folder on the way is a link: put a folder in its place, or name another `log.path`"));
        }
        files::make_folder(folder)?;
        files::remove_unfinished(folder)?;
        files::put_new(&file, content.as_bytes())
    }
}

/// A repository without a policy file.
fn begin(home: &Home, options: &Options) -> Result<Vec<String>, Error> {
    if home.is_committed(&RepoPath::from(POLICY_FILE))? {
        return Err(Error::new(format!("{POLICY_FILE} is in HEAD, but not in the working tree"))
            .hint(format!("bring it back: git restore {POLICY_FILE}")));
    }
    let Plan { draft, mut notes } = plan::plan(home, options)?;
    let text = draft.to_toml();
    // Whatever names were found or given: what is written is a policy, or nothing is written.
    let policy = match parse(text.as_bytes(), POLICY_FILE) {
        Ok(Document { policy: Some(policy), .. }) => policy,
        Ok(Document { policy: None, .. }) => return Err(Error::new("what was found makes no policy")),
        Err(error) => {
            return Err(Error::new(format!("cannot make an {POLICY_FILE} of these names: {}", error.message))
                .hint("name both parties: verify-gate init --party NAME --other NAME"));
        }
    };
    // The log first: a policy file whose log could not be written would be in the way of the next run.
    let mut lines = log(home, &policy)?;
    lines.append(&mut attributes(home, &policy)?);
    home.write(POLICY_FILE, &text)?;
    lines.push(format!("wrote {POLICY_FILE}"));
    lines.append(&mut notes);
    lines.append(&mut next(&policy));
    Ok(lines)
}

/// A repository that has a policy file: it stays; its log may be missing.
fn complete(home: &Home, content: &[u8], options: &Options) -> Result<Vec<String>, Error> {
    let mut lines = vec![format!("unchanged {POLICY_FILE}")];
    match document(&home.root.join(POLICY_FILE), POLICY_FILE, content).map_err(refused)?.policy {
        Some(policy) => {
            agrees(&policy, options)?;
            lines.append(&mut log(home, &policy)?);
            lines.append(&mut attributes(home, &policy)?);
        }
        None => lines.push("note: it names a workspace, whose members have policies and logs of their own".to_owned()),
    }
    Ok(lines)
}

/// Whether a policy that is there says what was asked for: it is never overwritten.
fn agrees(policy: &Policy, options: &Options) -> Result<(), Error> {
    let has = |name: &String| policy.parties.contains_key(name);
    let asked = [
        ("--party", options.party.as_ref().filter(|party| **party != policy.party)),
        ("--other", options.other.as_ref().filter(|other| !has(other) || **other == policy.party)),
        ("--log-owner", options.log_owner.as_ref().filter(|owner| **owner != policy.log.owner)),
    ];
    let Some((option, Some(name))) = asked.into_iter().find(|(_, name)| name.is_some()) else { return Ok(()) };
    Err(Error::new(format!("{POLICY_FILE} is there, and says something else than `{option} {}`", escape(name)))
        .hint(format!("change it by hand; before it is committed, `rm {POLICY_FILE}` and run this again does too")))
}

/// Sees to the log, where it is this party's, and says what was done.
fn log(home: &Home, policy: &Policy) -> Result<Vec<String>, Error> {
    let path = &policy.log.path;
    let Some(text) = path.to_str().filter(|_| policy.is_log_owner()) else { return Ok(Vec::new()) };
    let shown = escape(text);
    if files::look(&home.root.join(text))?.is_some() {
        return Ok(vec![format!("unchanged {shown}")]);
    }
    if home.is_committed(path)? {
        // A sparse checkout, say: a new one in its place would take all entries out.
        return Ok(vec![format!("left {shown} alone: HEAD has it, though the working tree does not")]);
    }
    let others: Vec<_> = policy.parties.keys().filter(|name| **name != policy.party).map(String::as_str).collect();
    home.write(text, &preamble(&policy.party, &others.join(" or ")))?;
    Ok(vec![format!("wrote {shown}")])
}

fn next(policy: &Policy) -> Vec<String> {
    let (party, owner, log) = (escape(&policy.party), escape(&policy.log.owner), policy.log.path.to_string());
    let others: Vec<_> = policy.parties.keys().filter(|name| **name != policy.party).map(|name| escape(name)).collect();
    let others = others.join(" and ");
    let (commit, post) = match policy.is_log_owner() {
        true => (
            format!("commit {POLICY_FILE}, {} and {log} together, and nothing else with them", attributes::FILE),
            String::new(),
        ),
        false => (format!("commit {POLICY_FILE}, and nothing else with it"), format!(" in {owner}'s repository")),
    };
    vec![
        String::new(),
        format!("This is {party}'s repository, the other side is {others}, and {owner} keeps the log: {log}"),
        "Next:".to_owned(),
        format!("  1. read {POLICY_FILE} through, above all what [protect] lists"),
        format!("  2. {commit}"),
        "  3. put the hooks and the log's merge driver in place, in every clone: verify-gate install".to_owned(),
        "  4. before anything protected changes: verify-gate gate new --slice SLICE --path PATH --commit".to_owned(),
        format!("     or write the entry at the end of {log}{post} by hand, as its opening shows, and commit it"),
        "     what comes next, at any time: verify-gate status".to_owned(),
        "  5. tell coding agents in AGENTS.md: verify-gate init --agents-md (or --agents-md=CLAUDE.md)".to_owned(),
    ]
}

fn say(out: &mut dyn Write, lines: &[String]) -> Result<(), Error> {
    let written = lines.iter().try_for_each(|line| writeln!(out, "{line}"));
    written.map_err(|error| Error::new(format!("cannot write what was done: {error}")))
}
