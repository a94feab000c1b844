//! One change on its base → a report. Every boundary comes through here.

use std::collections::BTreeSet;
use std::rc::Rc;

use jiff::civil::Date;

use crate::case::{Brought, Case, LogCase, Pins};
use crate::change::{Change, ObjectId, RepoPath};
use crate::check::check;
use crate::coverage::Folders;
use crate::message::Trailer;
use crate::policy::{LOG_PATH, Level, POLICY_FILE, Policy, Protected, Reach, Select, Workspace};
use crate::proof::{KeyRings, Override, Who, override_reason, overriding};
use crate::report::Report;
use crate::shell::Error;
use crate::shell::after::is_folder_after;
use crate::shell::by_hand::ByHand;
use crate::shell::git::{FileAt, Opener, Repo, maker};
use crate::shell::keys::{asks_for, key_rings};
use crate::shell::law::{Law, short};
use crate::shell::laws::{Base, Laws};
use crate::shell::licences::PYPROJECT;
use crate::shell::logs::{Extent, Home, Logs, Source, home, read_text};
use crate::shell::session::stale;
use crate::shell::trust::Trusted;
use crate::shell::world::World;

/// A change that is judged.
pub struct Step {
    /// The first parent: what the change builds on.
    pub parent: Option<ObjectId>,
    /// The other parents of a merge.
    pub others: Vec<ObjectId>,
    /// Who made it; `None` for a change that is not committed yet.
    pub who: Option<Who>,
    /// The commit; `None` for a change that is not committed yet.
    pub commit: Option<ObjectId>,
    /// The trailers of its message, as far as there is one yet.
    pub trailers: Vec<Trailer>,
    /// What it touches; of a merge, what differs from every parent.
    pub changes: Vec<Change>,
    /// Of a merge, all that differs from the first parent.
    pub merged: Vec<Change>,
    /// The day it is judged for.
    pub date: Date,
    /// What it is.
    pub scope: Scope,
    /// Whether the gates that cover it are to be named, as a message pins them.
    pub names_gates: bool,
}

/// What is judged, which decides where new content is read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Scope {
    /// What a commit made now would change.
    Staged,
    /// The work tree.
    Worktree,
    /// Paths by name.
    Paths,
    /// A commit of a range.
    Range,
    /// A commit of a push.
    Push,
    /// A commit of a push, where it is received.
    Receive,
}

impl Scope {
    /// The word that reports use.
    pub fn as_str(self) -> &'static str {
        match self {
            Scope::Staged => "staged",
            Scope::Worktree => "worktree",
            Scope::Paths => "paths",
            Scope::Range => "range",
            Scope::Push => "push",
            Scope::Receive => "receive",
        }
    }
}

/// Judges steps in one repository; what was read once is kept.
pub struct Judge<'a> {
    pub(super) repo: &'a Repo,
    pub(super) world: &'a World,
    pub(super) logs: Logs,
    /// The log of another repository may be fetched.
    pub(super) may_fetch: bool,
    by_hand: Option<&'a ByHand>,
    /// Another judge asks for the same, and alone looks into other repositories.
    is_beside: bool,
    pub(super) laws: Laws,
}

impl<'a> Judge<'a> {
    /// A judge for a repository.
    pub fn new(repo: &'a Repo, world: &'a World, may_fetch: bool) -> Self {
        let (logs, laws) = (Logs::new(world.reads_all), Laws::default());
        Judge { repo, world, logs, may_fetch, by_hand: None, is_beside: false, laws }
    }

    /// One beside another, in a thread of its own: what needs the log of another repository is undecided.
    pub fn beside(repo: &'a Repo, world: &'a World) -> Self {
        Judge { is_beside: true, ..Judge::new(repo, world, false) }
    }

    /// What opens the repository for others beside this one; `None` where all has to be judged in its own order.
    pub fn opener(&self) -> Option<Opener> {
        let is_given = self.by_hand.is_some_and(|by_hand| by_hand.log.is_some() || by_hand.config.is_some());
        self.repo.opener().filter(|_| !is_given && !self.world.reads_all)
    }

    /// The same judge with what a person put in the base's place.
    pub fn by_hand(self, by_hand: &'a ByHand) -> Self {
        Judge { by_hand: Some(by_hand), ..self }
    }

    /// The log of a policy at a commit, without a change.
    pub fn log_at(
        &self,
        commit: Option<&ObjectId>,
        trusted: Option<&Trusted>,
        workspace: &Workspace,
        member: Option<usize>,
        extent: Extent,
    ) -> Result<LogCase, Error> {
        let Some(policy) = workspace.policy_of(member) else { return Err(Error::new("there is no policy")) };
        let home = home(workspace, member, policy);
        let source = Source::of(self.repo, self.world, policy, &home);
        self.logs.case(&Source { parent: commit, trusted, may_fetch: self.may_fetch, extent, ..source })
    }

    /// The law for a change on `parent`.
    pub fn law(&self, parent: Option<&ObjectId>, trusted: Option<&ObjectId>) -> Result<Rc<Law>, Error> {
        match self.by_hand.and_then(ByHand::workspace) {
            Some(workspace) => Ok(Rc::new(Law::Policy(Box::new(workspace)))),
            None => self.laws.of(self.repo, parent, trusted),
        }
    }

    /// Takes note that a commit changes nothing where the law of its only parent has a say, unless that was given by hand.
    pub fn leaves_as_it_is(&self, commit: &ObjectId, base: Base, law: &Law) {
        if self.by_hand.is_none_or(|by_hand| by_hand.config.is_none()) {
            self.laws.leaves_as_it_is(self.repo, commit, base, law);
        }
    }

    /// Where a law has a say on commits.
    pub fn reach(&self, law: &Law) -> Reach {
        match law {
            Law::Policy(workspace) if !self.world.reads_all => Reach::of(workspace, &[PYPROJECT]),
            Law::Policy(_) | Law::Ambiguous(_) | Law::None => Reach::EVERYWHERE,
        }
    }

    /// Judges one change. On its base, and on the trusted tip.
    pub fn step(&self, step: &Step, trusted: Option<&Trusted>) -> Result<Report, Error> {
        let mut report = Report::new(step.scope.as_str());
        if step.changes.is_empty() && step.others.is_empty() {
            return Ok(report);
        }
        let law = self.law(step.parent.as_ref(), trusted.map(|t| &t.id))?;
        let adopts = !law.is_written() && touches(&step.changes, POLICY_FILE, true);
        if !law.is_written() && is_folder_after(&step.changes, POLICY_FILE) {
            return self.adopt(step, report);
        }
        match &*law {
            Law::None if adopts => return self.adopt(step, report),
            Law::None => {
                report.note([NO_POLICY.to_owned()]);
                return Ok(report);
            }
            Law::Ambiguous(protect) => {
                let kinds = |c: &Change| c.old.iter().chain(&c.new).map(|s| s.kind).collect::<Vec<_>>();
                let touched = step.changes.iter().find(|c| {
                    !(adopts && c.path.as_bytes() == POLICY_FILE.as_bytes())
                        && (protect.class_of(&c.path, &kinds(c)).is_some() || takes_away(c, LOG_PATH))
                });
                match touched {
                    Some(change) => return Err(ambiguous(change)),
                    None if adopts => return self.adopt(step, report),
                    None => return Ok(report),
                }
            }
            Law::Policy(workspace) => {
                report.deviate(workspace.deviations());
                let protected = workspace.classify(&step.changes);
                let mut members: Vec<Option<usize>> = protected.iter().map(|p| p.member).collect();
                members.extend(self.concerned(workspace, step));
                members.sort();
                members.dedup();
                for member in members {
                    let protected: Vec<Protected> = protected.iter().filter(|p| p.member == member).cloned().collect();
                    report.absorb(self.member(step, trusted, workspace, member, &protected, adopts)?);
                }
                self.look_after(step, workspace, &protected, &mut report)?;
            }
        }
        report.sort();
        Ok(report)
    }

    /// Policies that have a say although nothing protected of theirs is touched: on their log and copies of it, and on what
    /// their package needs.
    fn concerned(&self, workspace: &Workspace, step: &Step) -> Vec<Option<usize>> {
        let root = workspace.root.iter().map(|policy| (None, policy));
        let members = workspace.members.iter().enumerate().map(|(i, m)| (Some(i), &m.policy));
        let concerned = root.chain(members).filter(|(member, policy)| {
            let name = policy.log.path.file_name();
            let log = match home(workspace, *member, policy) {
                Home::Here(path) => Some(path),
                Home::Other => None,
            };
            let named =
                |c: &Change| Some(&c.path) == log.as_ref() || crate::policy::same_name(c.path.file_name(), name);
            let packages = RepoPath::from(PYPROJECT).under(workspace.folder_of(*member));
            // What a merge leaves of the log is looked at even where it is as one parent has it.
            step.changes.iter().any(|c| named(c) || c.path == packages) || (!step.others.is_empty() && log.is_some())
        });
        concerned.map(|(member, _)| member).collect()
    }

    fn member(
        &self,
        step: &Step,
        trusted: Option<&Trusted>,
        workspace: &Workspace,
        member: Option<usize>,
        protected: &[Protected],
        adopts: bool,
    ) -> Result<Report, Error> {
        let Some(policy) = workspace.policy_of(member) else { return Ok(Report::new(step.scope.as_str())) };
        let home = home(workspace, member, policy);
        let adopted = |path: &RepoPath| adopts && path.as_bytes() == POLICY_FILE.as_bytes();
        let needs_log = protected.iter().any(|p| step.changes.get(p.change).is_some_and(|c| !adopted(&c.path)));
        let pins = pins(step, workspace, policy, &home);
        let source = Source {
            extent: match policy.select == Select::Latest && pins == Pins::default() {
                true => Extent::Latest,
                false => Extent::Whole,
            },
            repo: self.repo,
            world: self.world,
            policy,
            home: &home,
            parent: step.parent.as_ref(),
            others: &step.others,
            trusted,
            commit: step.commit.as_ref(),
            pins,
            changes: &step.changes,
            is_worktree: step.scope == Scope::Worktree,
            may_fetch: self.may_fetch,
            reopened: false,
            past: usize::MAX,
        };
        let log = match self.by_hand.and_then(|b| b.log.as_ref()) {
            _ if !needs_log => LogCase::NotNeeded,
            Some((name, bytes)) => LogCase::given(Rc::new(read_text(bytes, name, policy)?), name, policy),
            None if self.is_beside && matches!(home, Home::Other) => {
                return Err(Error::new("the log of another repository is looked for once"));
            }
            None => self.logs.case(&source)?,
        };
        let log_here = match &home {
            Home::Here(path) => Some(path.clone()),
            Home::Other => None,
        };
        let mut case = Case {
            policy,
            folders: self.folders(step.parent.as_ref(), workspace.folder_of(member))?,
            today: step.date,
            at_commit: step.scope == Scope::Staged,
            names_gates: step.names_gates,
            changes: &step.changes,
            touched: Vec::new(),
            log,
            brought: self.brought(step, policy, log_here.as_ref())?,
            log_here,
            invalid: if touches_policy(protected) { self.invalid(step)? } else { None },
            adoption: if adopts { Some(self.adoption(step, Some(policy))?) } else { None },
            keys: match needs_log && asks_for(policy, Level::Signed) {
                true => key_rings(self.repo, step.parent.as_ref(), workspace, member, policy)?,
                false => KeyRings::new(),
            },
            who: if asks_for(policy, Level::Authored) { step.who.clone().or_else(|| maker(self.repo)) } else { None },
            contracts: self.contracts(step, policy, protected)?,
            licences: self.licences(step, protected, workspace.folder_of(member))?,
            commit: step.commit.as_ref().map(short),
            planned: None,
            overriding: if needs_log { self.overriding(step, policy)? } else { None },
            stale: Vec::new(),
            beginning: None,
            delivered: None,
            evidence: None,
            bundle: None,
        };
        if needs_log && step.scope == Scope::Staged {
            let log = case.reading().map(|reading| (reading.path.as_str(), &*reading.log));
            case.stale = stale(self.repo, workspace.folder_of(member), policy, log);
        }
        case.place(protected, adopted);
        Ok(check(&case, step.scope.as_str()))
    }

    /// The emergency override that a commit asks for, or why it does not count.
    fn overriding(&self, step: &Step, policy: &Policy) -> Result<Option<Result<Override, String>>, Error> {
        let (Some(commit), Some(reason)) = (&step.commit, override_reason(&step.trailers)) else { return Ok(None) };
        Ok(Some(overriding(reason, &self.repo.commit_object(commit)?, &policy.override_keys)))
    }

    /// What coverage has to know of the base's tree.
    pub(super) fn folders(&self, base: Option<&ObjectId>, member: &str) -> Result<Folders, Error> {
        let names = match base {
            Some(base) => self.repo.folders(base, member)?,
            None => BTreeSet::new(),
        };
        Ok(Folders { member: member.to_owned(), names })
    }

    /// The log as the change leaves it, and as each parent has it, where the change touches it.
    fn brought(&self, step: &Step, policy: &Policy, path: Option<&RepoPath>) -> Result<Option<Brought>, Error> {
        let touched =
            |path: &&RepoPath| !step.others.is_empty() || step.changes.iter().any(|c| c.path == **path && c.seen);
        let Some(path) = path.filter(touched) else { return Ok(None) };
        let bytes = match self.file_after(step, path)? {
            FileAt::File { bytes, .. } => bytes,
            // Taking the log away is another rule's matter, but in a merge, where one side may never have had it.
            FileAt::Missing | FileAt::NotAFile(_) if step.others.is_empty() => return Ok(None),
            FileAt::Missing | FileAt::NotAFile(_) => Vec::new(),
        };
        let mut before = Vec::new();
        for parent in step.parent.iter().chain(&step.others) {
            before.push(self.logs.as_far_as_readable(self.repo, parent, path, policy)?);
        }
        let log = crate::log::read(&String::from_utf8_lossy(&bytes), &policy.writers());
        let is_utf8 = std::str::from_utf8(&bytes).is_ok();
        Ok(Some(Brought { log: Rc::new(log), is_utf8, before, path: path.to_string() }))
    }
}

/// What a commit pins of a policy's log. In the owner's own repository its pins are records: there the log of the first
/// parent judges, and a rebase makes old ids meaningless.
fn pins(step: &Step, workspace: &Workspace, policy: &Policy, home: &Home) -> Pins {
    if matches!(home, Home::Here(_)) {
        return Pins::default();
    }
    let is_owners = |name: &str| policy.repository_party(name).is_some_and(|party| party.name == policy.log.owner);
    let policies = || workspace.root.iter().chain(workspace.members.iter().map(|m| &m.policy));
    let is_known = |name: &str| policies().any(|policy| policy.repository_party(name).is_some());
    Pins::of(&step.trailers, is_owners, is_known, policies().count() > 1)
}

const NO_POLICY: &str = "no ackgate.toml and no built-in profile that fits: nothing is protected here";

/// Whether nothing is left at a path where something was.
fn takes_away(change: &Change, path: &str) -> bool {
    change.path.as_bytes() == path.as_bytes() && change.is_deletion()
}

fn touches(changes: &[Change], path: &str, added: bool) -> bool {
    changes.iter().any(|c| c.path.as_bytes() == path.as_bytes() && (!added || c.new.is_some() || !c.seen))
}

/// Whether a policy file, or one that is as much policy, is among what is touched.
pub(super) fn touches_policy(protected: &[Protected]) -> bool {
    protected.iter().any(|one| one.class == crate::policy::POLICY_CLASS)
}

fn ambiguous(change: &Change) -> Error {
    Error::new(format!("`{}` is protected by a built-in profile, but both profiles fit this repository", change.path))
        .hint(format!("add an `{POLICY_FILE}` that says which party's repository this is: `verify-gate init`"))
}
