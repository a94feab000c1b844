//! `[session] push`: rules about sessions and slices, asked of the tip that is pushed.

use crate::case::{Beginning, Case, Left, LogCase, Planned};
use crate::change::{Kind, ObjectId, RepoPath, Side};
use crate::check::asked;
use crate::handoff::{self, HANDOFF_LOG, PROGRESS};
use crate::plan::{self, Plan};
use crate::policy::{Policy, Workspace};
use crate::report::Report;
use crate::session::{Document, Held, State, Turn, required, skipped};
use crate::shell::Error;
use crate::shell::git::{Entry, FileAt, sides_at};
use crate::shell::judge::{Judge, Scope};
use crate::shell::law::{Law, short};
use crate::shell::logs::Extent;
use crate::shell::session::worked_on;
use crate::shell::trust::Trusted;
use crate::shell::world::date_of;

/// A tip under one policy.
struct Tip<'a> {
    judge: &'a Judge<'a>,
    id: &'a ObjectId,
    policy: &'a Policy,
    /// The policy's folder, from the root.
    folder: &'a str,
}

impl Judge<'_> {
    /// Asks what the trusted tip's policies want to be asked of a tip: of its tree, its log and its day. Nothing where
    /// nothing was agreed yet.
    pub fn pushed(&self, tip: &ObjectId, trusted: Option<&Trusted>, scope: Scope) -> Result<Report, Error> {
        let mut report = Report::new(scope.as_str());
        let Some(trusted) = trusted else { return Ok(report) };
        let law = self.law(Some(&trusted.id), Some(&trusted.id))?;
        let Law::Policy(workspace) = &*law else { return Ok(report) };
        let members = (0..workspace.members.len()).map(Some).chain([None]);
        for (member, policy) in members.filter_map(|member| Some((member, workspace.policy_of(member)?))) {
            if policy.session.push.is_empty() {
                continue;
            }
            let tip = Tip { judge: self, id: tip, policy, folder: workspace.folder_of(member) };
            report.findings.extend(asked(&tip.case(trusted, workspace, member)?, &policy.session.push));
        }
        Ok(report)
    }
}

impl<'a> Tip<'a> {
    fn asks(&self, codes: &[&str]) -> bool {
        self.policy.session.push.iter().any(|code| codes.contains(code))
    }

    fn case(&self, trusted: &Trusted, workspace: &Workspace, member: Option<usize>) -> Result<Case<'a>, Error> {
        // Of another repository's log, the reading list alone tells nothing.
        let needs_log = self.policy.is_log_owner() || self.policy.session.push.iter().any(|code| *code != "AG401");
        let log = match needs_log {
            true => self.judge.log_at(Some(self.id), Some(trusted), workspace, member, Extent::Whole)?,
            false => LogCase::NotNeeded,
        };
        let today = date_of(self.judge.repo.commit(self.id)?.time());
        let mut case = Case::without_change(self.policy, log, today);
        case.commit = Some(short(self.id));
        let entries = self.text(HANDOFF_LOG)?.map(|text| handoff::read(&text));
        case.beginning = Some(self.beginning(&case, entries.as_deref().unwrap_or_default())?);
        if self.asks(&["AG501", "AG502", "AG507", "AG508", "AG509", "AG510"]) {
            case.planned = Some(self.planned(&case, entries)?);
        }
        Ok(case)
    }

    /// The session that the tip's handoff log tells of last, as if it began now.
    fn beginning(&self, case: &Case<'_>, entries: &[handoff::Entry]) -> Result<Beginning, Error> {
        let handoffs = Held::handed(entries);
        let reading = case.reading();
        let said = reading.map(|r| Held::said(&r.log, &r.path, &self.policy.party)).unwrap_or_default();
        let last = handoffs.iter().enumerate().rev().find_map(|(at, held)| Some((at, held, held.role?)));
        let skipped = last.and_then(|(at, held, role)| {
            skipped(handoffs.get(..at).unwrap_or_default(), &said, role, held.slice.as_deref())
        });
        Ok(Beginning {
            role: last.map_or(handoff::Role::Scout, |(_, _, role)| role),
            slice: last.and_then(|(_, held, _)| held.slice.clone()),
            documents: if self.asks(&["AG401"]) { self.documents()? } else { Vec::new() },
            skipped,
            turn: Turn::default(),
            began: worked_on(case, self.policy, None, &handoffs, &said),
        })
    }

    /// What there is of the required reading. A link counts as what it leads to.
    fn documents(&self) -> Result<Vec<Document>, Error> {
        let required = required(self.policy).map_err(|error| Error::new(error.to_string()))?;
        let document = |reading: crate::policy::Reading| {
            let mut state = State::Missing;
            for path in &reading.one_of {
                let entry = self.judge.repo.entry(self.id, &path.under(self.folder))?;
                if let Some(Entry::Item(Side { kind: Kind::File | Kind::Executable | Kind::Symlink, id })) = entry {
                    state = State::There { path: path.clone(), id: id.to_string(), read: None, changes: None };
                    break;
                }
            }
            Ok(Document { one_of: reading.one_of, state })
        };
        required.into_iter().map(document).collect()
    }

    fn planned(&self, case: &Case<'_>, entries: Option<Vec<handoff::Entry>>) -> Result<Planned, Error> {
        let mut plans: Vec<(RepoPath, Plan)> = Vec::new();
        for (path, side) in sides_at(self.judge.repo, self.id)? {
            let below = path.below(self.folder);
            let Some((date, slice)) = below.as_ref().and_then(|path| plan::named(path.to_str()?)) else { continue };
            if matches!(side.kind, Kind::File | Kind::Executable) {
                let plan = Plan::read(date, slice, &utf8(self.judge.repo.read(&side.id)?, &path, self.id)?);
                plans.push((path, plan));
            }
        }
        let known: Vec<(RepoPath, &Plan)> =
            plans.iter().filter_map(|(path, plan)| Some((path.below(self.folder)?, plan))).collect();
        let known = known.iter().filter_map(|(path, plan)| Some((plan.date, plan.slice.as_str(), path.to_str()?)));
        let chosen = plan::choose(None, case.reading().map(|reading| &*reading.log), &self.policy.party, known).ok_or_else(|| {
            let push = self.policy.session.push.join(", ");
            Error::new(format!(
                "`[session] push` asks for {push}, but which slice {} is about cannot be told: its log has no gate that names one, and it has no plan",
                short(self.id)
            ))
            .hint("draft its plan and commit it: `verify-gate plan new --slice SLICE`")
        })?;
        let pointers = self.text(PROGRESS)?.map(|text| handoff::pointers(&text));
        let left = Some(Left { pointers, entries });
        Ok(Planned { slice: chosen.slice, plans, folder: self.folder.to_owned(), left })
    }

    /// A file of the tip's tree; `None` where it is not there.
    fn text(&self, path: &str) -> Result<Option<String>, Error> {
        let path = RepoPath::from(path).under(self.folder);
        match self.judge.repo.file_at(Some(self.id), &path)? {
            FileAt::File { bytes, .. } => utf8(bytes, &path, self.id).map(Some),
            FileAt::Missing | FileAt::NotAFile(_) => Ok(None),
        }
    }
}

fn utf8(bytes: Vec<u8>, path: &RepoPath, tip: &ObjectId) -> Result<String, Error> {
    String::from_utf8(bytes)
        .map_err(|_| Error::new(format!("`{path}` at {} is not UTF-8", short(tip))).hint("save it as UTF-8"))
}
