//! Emergency overrides in a history: those that no gate has covered after the fact.

use std::collections::BTreeMap;
use std::io::Write;
use std::rc::Rc;

use jiff::civil::Date;

use crate::case::{Case, LogCase, Reading, Touched};
use crate::change::{ObjectId, RepoPath};
use crate::log::{Log, stood};
use crate::message::trailers;
use crate::policy::{Level, POLICY_FILE, Policy, Reach, Select, Workspace};
use crate::proof::override_reason;
use crate::report::human::{NOTE, WARNING, paint, several};
use crate::report::{Finding, Report, UsedOverride, escape};
use crate::rules::OVERRIDE_USED;
use crate::shell::Error;
use crate::shell::git::{Commit, is_ancestor, new_commits, versions};
use crate::shell::judge::{Judge, Scope, Step};
use crate::shell::keys::{asks_for, key_rings};
use crate::shell::law::{Law, short};
use crate::shell::logs::{Home, Source, home};
use crate::shell::steps::commit_step;
use crate::shell::trust::Trusted;

/// What a history has of overrides that no gate covers.
#[derive(Debug, Default)]
pub struct Uncovered {
    /// The overrides, newest first.
    pub overrides: Vec<UsedOverride>,
    /// What AG115 says of them.
    pub findings: Vec<Finding>,
    /// What could not be told.
    pub notes: Vec<String>,
}

impl Uncovered {
    /// Shows them to people; nothing where there are none.
    ///
    /// # Errors
    /// Output that cannot be written.
    pub fn show(&self, out: &mut dyn Write, color: bool) -> std::io::Result<()> {
        if !self.overrides.is_empty() {
            let count = several(self.overrides.len(), "emergency override");
            writeln!(out, "{} {count} that no gate has covered since:", paint("overrides:", WARNING, color))?;
        }
        for used in &self.overrides {
            let paths: Vec<String> = used.paths.iter().map(|path| format!("`{path}`")).collect();
            let (by, reason) = (escape(&used.by), escape(&used.reason));
            writeln!(out, "  {} {} {by}: “{reason}”, on {}", used.commit, used.date, paths.join(", "))?;
        }
        self.notes.iter().try_for_each(|note| writeln!(out, "{}: {note}", paint("note", NOTE, color)))
    }
}

/// Adds to the report of a range, from `start` to `tip`, the overrides before it that no gate has covered.
///
/// # Errors
/// A history that cannot be read.
pub fn add_uncovered(judge: &Judge<'_>, report: &mut Report, tip: &ObjectId, start: &ObjectId) -> Result<(), Error> {
    // Where the range leaves a policy that cannot be read, or takes the keys away, the one that it starts from says.
    let laws = [judge.law(Some(tip), Some(start)), judge.law(Some(start), None)];
    let Some(law) = laws.into_iter().flatten().find(|law| law.knows_overrides()) else { return Ok(()) };
    let known: Vec<String> = report.overrides.iter().map(|used| used.commit.clone()).collect();
    let found = uncovered(judge, tip, &law, &known)?;
    report.overrides.extend(found.overrides);
    report.findings.extend(found.findings);
    report.note(found.notes);
    report.sort();
    Ok(())
}

/// The overrides in the history of `tip`, each judged on its own base, that no gate has covered since; `law` is that of
/// `tip`. Those in `known` are left out.
///
/// # Errors
/// A history that cannot be read.
pub fn uncovered(judge: &Judge<'_>, tip: &ObjectId, law: &Law, known: &[String]) -> Result<Uncovered, Error> {
    let mut found = Uncovered::default();
    let Law::Policy(workspace) = law else { return Ok(found) };
    if !law.knows_overrides() {
        return Ok(found);
    }
    let history = new_commits(judge.repo, std::slice::from_ref(tip), &[])?;
    for id in history.commits.iter().rev().filter(|id| !known.contains(&short(id))) {
        let commit = judge.repo.commit(id)?;
        if override_reason(&trailers(commit.message())).is_none() {
            continue;
        }
        match judge.still_open(&commit, tip, workspace) {
            Ok(Some(report)) => {
                found.overrides.extend(report.overrides);
                found.findings.extend(report.findings.into_iter().filter(|f| f.code == OVERRIDE_USED.code));
            }
            Ok(None) => {}
            // A listing blocks nothing; what it cannot tell it says.
            Err(error) => found.notes.push(format!(
                "cannot tell whether {} is an override that no gate has covered: {}",
                short(id),
                escape(&error.to_string())
            )),
        }
    }
    if history.shallow {
        found.notes.push(
            "the history is cut off, so that older overrides are not seen: `git fetch --unshallow` gets it".to_owned(),
        );
    }
    Ok(found)
}

impl Judge<'_> {
    /// What judging a commit on its base says, if it used an override that no gate has covered up to `tip`.
    fn still_open(&self, commit: &Commit, tip: &ObjectId, workspace: &Workspace) -> Result<Option<Report>, Error> {
        let (step, report) = self.overridden(commit, tip, workspace)?;
        if report.overrides.is_empty() {
            return Ok(None);
        }
        let mut by_member: BTreeMap<Option<usize>, Vec<Touched>> = BTreeMap::new();
        for path in report.overrides.iter().flat_map(|used| &used.paths) {
            // What nobody governs any more nobody can agree to.
            let Some(governor) = workspace.governing(path) else { return Ok(Some(report)) };
            let class = report.protected.iter().find(|one| one.path == *path).map(|one| one.class.clone());
            by_member.entry(governor.member).or_default().push(Touched {
                path: path.clone(),
                below: governor.path,
                class: class.unwrap_or_default(),
                gate: None,
                listed: false,
                adopted: false,
            });
        }
        for (member, touched) in by_member {
            if !self.is_covered_since(&step, touched, tip, workspace, member)? {
                return Ok(Some(report));
            }
        }
        Ok(None)
    }

    /// What judging a commit said when it came: under the policy of its base, or where that was a fork from before a
    /// policy that had been agreed on by then, under that one.
    fn overridden(&self, commit: &Commit, tip: &ObjectId, workspace: &Workspace) -> Result<(Step, Report), Error> {
        let step = commit_step(self.repo, &self.laws, commit, Scope::Range, None, &Reach::EVERYWHERE)?;
        let report = self.step(&step, None)?;
        if !report.overrides.is_empty() {
            return Ok((step, report));
        }
        let folders = workspace.members.iter().map(|member| member.folder.as_str());
        for folder in std::iter::once("").chain(folders) {
            for version in versions(self.repo, tip, &RepoPath::from(POLICY_FILE).under(folder))? {
                let agreed = version.commit.id;
                if is_ancestor(self.repo, &agreed, &commit.id)? || is_ancestor(self.repo, &commit.id, &agreed)? {
                    continue;
                }
                let trusted = Trusted { name: short(&agreed), id: agreed, shared: false, before: None };
                let step =
                    commit_step(self.repo, &self.laws, commit, Scope::Range, Some(&trusted), &Reach::EVERYWHERE)?;
                let report = self.step(&step, Some(&trusted))?;
                if !report.overrides.is_empty() {
                    return Ok((step, report));
                }
            }
        }
        Ok((step, report))
    }

    /// The log at `tip` as if nothing had landed, with the past of at most so many ACKs, the newest; `None` where there is
    /// none.
    pub(super) fn reopened(
        &self,
        tip: &ObjectId,
        policy: &Policy,
        home: &Home,
        past: usize,
    ) -> Result<Option<Box<Reading>>, Error> {
        let log = self.logs.case(&Source {
            parent: Some(tip),
            commit: Some(tip),
            may_fetch: self.may_fetch,
            reopened: true,
            past,
            ..Source::of(self.repo, self.world, policy, home)
        })?;
        let LogCase::Read(mut reading) = log else { return Ok(None) };
        // That it has landed is no matter here, nor how long it took.
        reading.since.clear();
        reading.by_party.values_mut().for_each(|reading| reading.since.clear());
        Ok(Some(reading))
    }

    /// Whether the log at `tip` has a gate posted after a commit was judged that covers these paths, with an ACK that
    /// proves enough. It may have landed since.
    fn is_covered_since(
        &self,
        step: &Step,
        touched: Vec<Touched>,
        tip: &ObjectId,
        workspace: &Workspace,
        member: Option<usize>,
    ) -> Result<bool, Error> {
        let Some(policy) = workspace.policy_of(member) else { return Ok(false) };
        let policy = Policy { select: Select::LatestCovering, ..policy.clone() };
        let home = home(workspace, member, &policy);
        let Some(reading) = self.reopened(tip, &policy, &home, usize::MAX)? else { return Ok(false) };
        let before = match (&home, &step.parent) {
            (Home::Here(path), Some(parent)) => Some(self.logs.as_far_as_readable(self.repo, parent, path, &policy)?),
            (Home::Here(_), None) => Some(Rc::new(Log::default())),
            (Home::Other, _) => None,
        };
        let keys = match asks_for(&policy, Level::Signed) {
            true => key_rings(self.repo, Some(tip), workspace, member, &policy)?,
            false => Default::default(),
        };
        let case = Case {
            folders: self.folders(Some(tip), workspace.folder_of(member))?,
            touched,
            who: step.who.clone(),
            keys,
            ..Case::without_change(&policy, LogCase::Read(reading), Date::MIN)
        };
        Ok(case.is_covered_by_one(|reading, index, gate| match &before {
            Some(before) => reading.log.entry_of(gate).is_some_and(|entry| !stood(&reading.log, entry, before)),
            // The log of another repository tells by its days alone what came after.
            None => reading.history.get(&index).and_then(|h| h.posted).is_some_and(|day| day >= step.date),
        }))
    }
}
