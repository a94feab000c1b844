//! What a change leaves: its files, and the policies among them.

use crate::change::{Change, RepoPath};
use crate::policy::{POLICY_FILE, Policy, PolicyError, Workspace, adoption};
use crate::report::{Finding, Report, Severity};
use crate::shell::Error;
use crate::shell::git::{FileAt, worktree_file};
use crate::shell::judge::{Judge, Scope, Step};
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
                    Ok(FileAt::File { id: side.id.clone(), bytes: self.repo.read(&side.id)? })
                }
                kind => Ok(FileAt::NotAFile(Some(kind))),
            },
        }
    }

    /// The commit that brings the first policy, where no profile judges.
    pub(super) fn adopt(&self, step: &Step, mut report: Report) -> Result<Report, Error> {
        let finding =
            |code: &'static str, name: &'static str, severity, message: String, help: Option<String>| Finding {
                code,
                name,
                severity,
                message,
                path: Some(POLICY_FILE.into()),
                line: None,
                log: None,
                help,
                commit: step.commit.as_ref().map(short),
            };
        if let Some(error) = self.invalid(step)? {
            report.findings.push(finding("AG902", "policy-invalid", Severity::Error, error.to_string(), error.help));
        }
        report.findings.push(finding("AG901", "policy-changed", Severity::Warning, self.adoption(step, None)?, None));
        Ok(report)
    }
}

/// Whether a change puts something below a path, which makes it a folder.
pub(super) fn is_folder_after(changes: &[Change], path: &str) -> bool {
    changes.iter().any(|c| c.seen && c.new.is_some() && c.path.below(path).is_some())
}
