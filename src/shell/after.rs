//! What a change leaves: its files, and the policies among them.

use crate::change::{Change, RepoPath};
use crate::policy::{Deviation, POLICY_FILE, Policy, PolicyError, Protected, Workspace, adoption};
use crate::report::{Finding, Report, Severity};
use crate::shell::Error;
use crate::shell::git::{FileAt, worktree_file};
use crate::shell::judge::{Judge, Scope, Step, touches_policy};
use crate::shell::law::{Unreadable, read_workspace, short};

impl Judge<'_> {
    /// What the adoption of a policy changes against what judged before.
    pub(super) fn adoption(&self, step: &Step, before: Option<&Policy>) -> Result<String, Error> {
        let after = if step.scope == Scope::Paths { None } else { self.workspace_after(step)?.ok().flatten() };
        Ok(adoption::describe(before, after.and_then(|workspace| workspace.root).as_ref()))
    }

    /// The policies as the change leaves them, or why they cannot be read.
    fn workspace_after(&self, step: &Step) -> Result<Result<Option<Workspace>, PolicyError>, Error> {
        match read_workspace(|path: &RepoPath| self.file_after(step, path)) {
            Ok(workspace) => Ok(Ok(workspace)),
            Err(Unreadable::Policy(error)) => Ok(Err(error)),
            Err(Unreadable::Shell(error)) => Err(error),
        }
    }

    /// Why the policy would be invalid after the change.
    pub(super) fn invalid(&self, step: &Step) -> Result<Option<PolicyError>, Error> {
        if step.scope == Scope::Paths {
            return Ok(None);
        }
        Ok(self.workspace_after(step)?.err())
    }

    /// A file as the change leaves it.
    pub(super) fn file_after(&self, step: &Step, path: &RepoPath) -> Result<FileAt, Error> {
        if step.scope == Scope::Worktree {
            return worktree_file(self.repo, path);
        }
        if let Some(commit) = &step.commit {
            return self.repo.file_at(Some(commit), path);
        }
        let changes = if step.others.is_empty() { &step.changes } else { &step.merged };
        if path.to_str().is_some_and(|path| is_folder_after(changes, path)) {
            return Ok(FileAt::NotAFile(None));
        }
        match changes.iter().find(|c| c.path == *path).map(|c| &c.new) {
            None => self.repo.file_at(step.parent.as_ref(), path),
            Some(None) => Ok(FileAt::Missing),
            Some(Some(side)) => match side.kind {
                crate::change::Kind::File | crate::change::Kind::Executable => {
                    Ok(FileAt::File { id: side.id, bytes: self.repo.read(&side.id)? })
                }
                kind => Ok(FileAt::NotAFile(Some(kind))),
            },
        }
    }

    /// What a change of policy leaves: of a merge, whether that can be read, since what it takes of its parents need not fit
    /// together; and what of it loosens a baseline that did not do so before.
    pub(super) fn look_after(
        &self,
        step: &Step,
        before: &Workspace,
        protected: &[Protected],
        report: &mut Report,
    ) -> Result<(), Error> {
        let merges = !step.others.is_empty() && touches_policy(&before.classify(&step.merged));
        if step.scope == Scope::Paths || !(merges || touches_policy(protected)) {
            return Ok(());
        }
        match self.workspace_after(step)? {
            Err(error) if !report.findings.iter().any(|finding| finding.code == "AG902") => {
                report.findings.push(invalid_policy(step, &error));
            }
            Err(_) | Ok(None) => {}
            Ok(Some(after)) => report.note(new_deviations(before, &after)),
        }
        Ok(())
    }

    /// The commit that brings the first policy, where no profile judges.
    pub(super) fn adopt(&self, step: &Step, mut report: Report) -> Result<Report, Error> {
        if step.scope != Scope::Paths {
            match self.workspace_after(step)? {
                Err(error) => report.findings.push(invalid_policy(step, &error)),
                Ok(after) => {
                    let before = Workspace::default();
                    report.note(after.iter().flat_map(|after| new_deviations(&before, after)));
                }
            }
        }
        let message = self.adoption(step, None)?;
        report.findings.push(of_policy(step, ("AG901", "policy-changed"), Severity::Warning, message, None));
        Ok(report)
    }
}

/// What a policy that takes the place of another one loosens besides.
fn new_deviations(before: &Workspace, after: &Workspace) -> Vec<String> {
    let same = |one: &Deviation, other: &Deviation| {
        (&one.file, &one.setting, &one.here, &one.baseline)
            == (&other.file, &other.setting, &other.here, &other.baseline)
    };
    let new = after.deviations().filter(|one| !before.deviations().any(|other| same(one, other)));
    new.map(|one| format!("this change loosens the baseline: {one}")).collect()
}

fn invalid_policy(step: &Step, error: &PolicyError) -> Finding {
    of_policy(step, ("AG902", "policy-invalid"), Severity::Error, error.to_string(), error.help.clone())
}

fn of_policy(
    step: &Step,
    (code, name): (&'static str, &'static str),
    severity: Severity,
    message: String,
    help: Option<String>,
) -> Finding {
    let path = Some(POLICY_FILE.into());
    let commit = step.commit.as_ref().map(short);
    Finding { code, name, severity, message, path, line: None, log: None, help, commit }
}

/// Whether a change puts something below a path, which makes it a folder.
pub(super) fn is_folder_after(changes: &[Change], path: &str) -> bool {
    changes.iter().any(|c| c.seen && c.new.is_some() && c.path.below(path).is_some())
}
