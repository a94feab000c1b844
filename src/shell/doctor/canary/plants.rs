//! Known violations of a repository's own policy, and something harmless.

use super::sandbox::Sandbox;
use crate::change::{Change, RepoPath};
use crate::log::{Kind, Part};
use crate::policy::{POLICY_CLASS, POLICY_FILE, Policy, Workspace};
use crate::report::{Verdict, escape};
use crate::rules::asks_for_a_gate;
use crate::shell::Error;
use crate::shell::git::{Repo, tracked};
use crate::shell::judge::Judge;
use crate::shell::logs::{Home, home};
use crate::shell::steps::check_paths;
use crate::shell::world::World;

/// How many protected paths are tried at most.
const MOST: usize = 8;
/// How many paths of a class are looked at for one that no gate covers.
const LOOKED_AT: usize = 50;

/// The name of files that are planted.
const NAME: &str = "ackgate-canary.txt";

/// A protected path that no gate covers now.
#[derive(Debug, Clone)]
pub(super) struct Target {
    pub(super) path: RepoPath,
    pub(super) class: String,
    member: Option<usize>,
    /// From the policy's folder.
    below: RepoPath,
    /// Whether the base has it.
    there: bool,
}

/// What is planted.
#[derive(Debug, Clone)]
pub(super) enum Plant {
    /// An unprotected file.
    Harmless(RepoPath),
    /// A protected path is changed, or made.
    Change(Target),
    /// A protected path is renamed to one that is not.
    Rename(Target, RepoPath),
    /// A gate, its ACK and the change in one commit.
    OwnAck(Target, RepoPath, String),
    /// The log without its entries.
    Rewritten(RepoPath, Vec<u8>),
    /// An entry of the log that a merge leaves out.
    Merge(RepoPath, String),
}

impl Plant {
    /// What it is, for people; part of the JSON output.
    pub(super) fn what(&self) -> String {
        match self {
            Plant::Harmless(_) => "harmless".to_owned(),
            Plant::Change(target) => escape(&target.class),
            Plant::Rename(..) => "rename".to_owned(),
            Plant::OwnAck(..) => "own ACK".to_owned(),
            Plant::Rewritten(..) => "rewritten log".to_owned(),
            Plant::Merge(..) => "lost entry".to_owned(),
        }
    }

    /// What it does, as a phrase.
    pub(super) fn deed(&self) -> String {
        match self {
            Plant::Harmless(path) => format!("{path}, which is not protected"),
            Plant::Change(Target { path, class, there: true, .. }) => {
                format!("a change of {path} ({}) that no gate covers", escape(class))
            }
            Plant::Change(Target { path, class, .. }) => {
                format!("a new file {path} ({}) that no gate covers", escape(class))
            }
            Plant::Rename(Target { path, class, .. }, _) => {
                format!("{path} ({}) renamed to where nothing is protected", escape(class))
            }
            Plant::OwnAck(Target { path, .. }, ..) => format!("gate, ACK and change of {path} in one commit"),
            Plant::Rewritten(log, _) => format!("{log} without its entries"),
            Plant::Merge(log, _) => format!("a merge that loses an entry of {log}"),
        }
    }

    /// Whether a rule, by its code, refuses it for what it is; something harmless is refused by whatever is not asked of every
    /// push.
    pub(super) fn is_refused_by(&self, code: &str, asked_at_push: &[&str]) -> bool {
        match self {
            Plant::Harmless(_) => !asked_at_push.contains(&code),
            // A line more may also break what the file is: a contract, a key bundle, a policy.
            Plant::Change(_) | Plant::Rename(..) | Plant::OwnAck(..) => {
                asks_for_a_gate(code) || code.starts_with("AG3") || code == "AG902"
            }
            Plant::Rewritten(..) | Plant::Merge(..) => matches!(code, "AG201" | "AG202" | "AG203"),
        }
    }

    /// Puts it into the clone, and stages it.
    pub(super) fn put(&self, sandbox: &mut Sandbox) -> Result<(), Error> {
        let work = sandbox.work.clone();
        let mut stage: Vec<String> = ["--literal-pathspecs", "add", "--force"].map(str::to_owned).into();
        stage.extend(sandbox.sparse.then(|| "--sparse".to_owned()));
        stage.push("--".to_owned());
        match self {
            Plant::Harmless(path) => {
                sandbox.write(path, b"a canary\n")?;
                stage.push(text(path)?);
            }
            Plant::Change(target) => {
                target.change(sandbox)?;
                stage.push(text(&target.path)?);
            }
            Plant::Rename(target, to) => {
                let bytes = sandbox.bytes(&target.path)?.unwrap_or_default();
                sandbox.write(to, &bytes)?;
                let remove = ["--literal-pathspecs", "rm", "--quiet", "--cached", "--", &text(&target.path)?];
                sandbox.must(&work, &remove)?;
                stage.push(text(to)?);
            }
            Plant::OwnAck(target, log, entries) => {
                let mut bytes = sandbox.bytes(log)?.unwrap_or_default();
                bytes.extend_from_slice(entries.as_bytes());
                sandbox.write(log, &bytes)?;
                target.change(sandbox)?;
                stage.extend([text(log)?, text(&target.path)?]);
            }
            Plant::Merge(log, entry) => {
                let mut bytes = sandbox.bytes(log)?.unwrap_or_default();
                bytes.extend_from_slice(entry.as_bytes());
                sandbox.write(log, &bytes)?;
                stage.push(text(log)?);
            }
            Plant::Rewritten(log, bytes) => {
                sandbox.write(log, bytes)?;
                stage.push(text(log)?);
            }
        }
        sandbox.must(&work, &stage)
    }
}

impl Target {
    fn change(&self, sandbox: &Sandbox) -> Result<(), Error> {
        let mut bytes = sandbox.bytes(&self.path)?.unwrap_or_default();
        bytes.extend_from_slice(b"\n# a canary of verify-gate doctor\n");
        sandbox.write(&self.path, &bytes)
    }
}

/// Chooses what to plant, by the policy that judges there; and says what could not be chosen.
pub(super) fn choose(
    sandbox: &Sandbox,
    world: &World,
    workspace: &Workspace,
    notes: &mut Vec<String>,
) -> Result<Vec<Plant>, Error> {
    let repo = Repo::open_other(&sandbox.work)?;
    let files = tracked(&repo)?;
    let world = World { log_repo: sandbox.log_repo.clone().or(world.log_repo.clone()), ..world.clone() };
    let judge = Judge::new(&repo, &world, false);
    let mut plants = Vec::new();
    let harmless = unprotected(workspace, NAME).or_else(|| unprotected(workspace, "ackgate/canary"));
    plants.extend(harmless.clone().map(Plant::Harmless));
    if harmless.is_none() {
        notes.push("every path is protected: there is nothing harmless to try".to_owned());
    }
    let mut targets: Vec<Target> = Vec::new();
    for member in members(workspace) {
        let Some(policy) = workspace.policy_of(member) else { continue };
        for (class, globs) in policy.protect.classes().filter(|(_, globs)| !globs.is_empty()) {
            let candidates = candidates(workspace, member, class, globs, &files);
            let mut blocked = None;
            let any = !candidates.is_empty();
            for target in candidates.into_iter().take(LOOKED_AT) {
                let is_file = !target.there || sandbox.bytes(&target.path)?.is_some();
                // What cannot be decided does not pass either.
                let judged = check_paths(&judge, &repo, &world, std::slice::from_ref(&target.path));
                if is_file && judged.map_or(true, |report| report.verdict() == Verdict::Block) {
                    blocked = Some(target);
                    break;
                }
            }
            match blocked {
                // A class of the policy and of its baseline may come to the same.
                Some(target) if targets.iter().any(|known| known.path == target.path) => {}
                Some(target) => targets.push(target),
                None if any => notes.push(format!("{}: an open gate covers all that was tried", escape(class))),
                None if class == POLICY_CLASS => {}
                None => notes.push(format!("{}: no path of this class could be thought of", escape(class))),
            }
        }
    }
    if targets.len() > MOST {
        notes.push(format!("{} of {} classes are tried", MOST, targets.len()));
        targets.truncate(MOST);
    }
    let first = targets.iter().find(|target| target.class != POLICY_CLASS).or(targets.first()).cloned();
    let moved = targets.iter().find(|target| target.there && target.class != POLICY_CLASS).cloned();
    plants.extend(targets.into_iter().map(Plant::Change));
    plants.extend(moved.zip(harmless).map(|(target, to)| Plant::Rename(target, to)));
    if let Some(target) = first {
        plants.extend(own_ack(sandbox, workspace, target)?);
    }
    plants.extend(rewritten(sandbox, workspace)?);
    plants.extend(lost_by_a_merge(sandbox, workspace)?);
    Ok(plants)
}

/// An entry for a merge to lose, where the log is here.
fn lost_by_a_merge(sandbox: &Sandbox, workspace: &Workspace) -> Result<Option<Plant>, Error> {
    for member in members(workspace) {
        let Some(policy) = workspace.policy_of(member) else { continue };
        if let Some(log) = log_here(sandbox, workspace, member, policy)? {
            return Ok(Some(Plant::Merge(log, format!("\n## {} (note)\n\nA canary.\n", policy.party))));
        }
    }
    Ok(None)
}

/// The root and the members.
fn members(workspace: &Workspace) -> impl Iterator<Item = Option<usize>> {
    let members = (0..workspace.members.len()).map(Some);
    workspace.root.iter().map(|_| None).chain(members)
}

/// A path of this name that nobody protects.
fn unprotected(workspace: &Workspace, name: &str) -> Option<RepoPath> {
    let path = RepoPath::from(name);
    workspace.classify(&[Change::named(path.clone())]).is_empty().then_some(path)
}

/// Protected paths of a class: those that are there, and what its globs name.
fn candidates(
    workspace: &Workspace,
    member: Option<usize>,
    class: &str,
    globs: &[String],
    files: &[RepoPath],
) -> Vec<Target> {
    let folder = workspace.folder_of(member);
    // Of policy files, the one that a line more does not break.
    let is_fit = |path: &&RepoPath| class != POLICY_CLASS || path.file_name() == POLICY_FILE.as_bytes();
    let there = files.iter().filter(is_fit).map(|path| (path.clone(), true));
    let named = globs.iter().filter(|_| class != POLICY_CLASS).filter_map(|glob| named(glob));
    let named = named.map(|path| (RepoPath::from(path.as_str()).under(folder), false));
    let named: Vec<_> = named.filter(|(path, _)| !files.contains(path)).collect();
    let mut found = Vec::new();
    for (path, there) in there.chain(named) {
        let Some(protected) = workspace.classify(&[Change::named(path.clone())]).pop() else { continue };
        if protected.class == class && protected.member == member {
            let below = protected.path;
            found.push(Target { path, class: class.to_owned(), member, below, there });
        }
    }
    found
}

/// A path that a glob names, where it is as plain as `folder/**` or `folder/name`.
fn named(glob: &str) -> Option<String> {
    let folder = glob.strip_suffix("/**").or_else(|| glob.strip_suffix("/*")).or_else(|| glob.strip_suffix('/'));
    let path = match folder {
        Some(folder) => format!("{folder}/{NAME}"),
        None => glob.to_owned(),
    };
    let path = path.strip_prefix("./").map_or(path.clone(), str::to_owned);
    (!path.contains(['*', '?', '[', '{', '\\'])).then_some(path)
}

fn own_ack(sandbox: &Sandbox, workspace: &Workspace, target: Target) -> Result<Option<Plant>, Error> {
    let Some(policy) = workspace.policy_of(target.member) else { return Ok(None) };
    let (Some(log), Some(other)) = (log_here(sandbox, workspace, target.member, policy)?, another(policy)) else {
        return Ok(None);
    };
    let format = policy.log.format;
    let gate = (format.gate)(&policy.party, "ackgate-canary", &[(Part::Change, format!("`{}`", target.below))]);
    let entries = format!("\n{gate}\n{}\n", (format.reply)(other, Kind::Ack, "ackgate-canary"));
    let entries = entries.replace("YYYY-MM-DD", "2999-12-31").replace("hh:mm:ss", "00:00:00");
    Ok(Some(Plant::OwnAck(target, log, entries)))
}

fn another(policy: &Policy) -> Option<&str> {
    policy.parties.keys().map(String::as_str).find(|name| *name != policy.party)
}

fn log_here(
    sandbox: &Sandbox,
    workspace: &Workspace,
    member: Option<usize>,
    policy: &Policy,
) -> Result<Option<RepoPath>, Error> {
    match home(workspace, member, policy) {
        Home::Here(log) if sandbox.bytes(&log)?.is_some() => Ok(Some(log)),
        Home::Here(_) | Home::Other => Ok(None),
    }
}

/// The log without its entries, where it has any.
fn rewritten(sandbox: &Sandbox, workspace: &Workspace) -> Result<Option<Plant>, Error> {
    for member in members(workspace) {
        let Some(policy) = workspace.policy_of(member) else { continue };
        let Some(log) = log_here(sandbox, workspace, member, policy)? else { continue };
        let bytes = sandbox.bytes(&log)?.unwrap_or_default();
        let Ok(read) = crate::shell::logs::read_text(&bytes, "the log", policy) else { continue };
        let Some(first) = read.entries.first() else { continue };
        let before: Vec<&[u8]> = bytes.split_inclusive(|byte| *byte == b'\n').take(first.line - 1).collect();
        return Ok(Some(Plant::Rewritten(log, before.concat())));
    }
    Ok(None)
}

fn text(path: &RepoPath) -> Result<String, Error> {
    path.to_str().map(str::to_owned).ok_or_else(|| Error::new(format!("{path} is not UTF-8")))
}
