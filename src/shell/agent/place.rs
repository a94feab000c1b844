//! Where an act belongs: the repository of a path, and what of it is judged.

use std::path::{Path, PathBuf};

use super::sight::{matching, real};
use crate::agent::act::join;
use crate::agent::{How, Write, wildcard};
use crate::change::RepoPath;
use crate::report::{Report, Severity, Verdict};
use crate::shell::Error;
use crate::shell::git::{Repo, tracked};
use crate::shell::judge::Judge;
use crate::shell::law::Law;
use crate::shell::steps::check_paths;
use crate::shell::trust::trusted_for_head;
use crate::shell::world::World;

/// A new file's name, to see what would hold for any in its folder.
const ANY: &str = "ackgate-any-file";

/// Of a folder, files beyond these are not tried one by one.
const MOST_TRIED: usize = 200;

/// What is asked about in one repository.
pub(super) struct Asked {
    /// A path in it, without links.
    path: PathBuf,
    by: String,
    reach: Reach,
}

/// How far an act reaches from its path.
enum Reach {
    /// The path itself.
    Path,
    /// All that is tracked below it, and itself where it is no folder.
    Tree,
    /// Of what is below it, files with such a name.
    Below { only: Option<String>, all: bool },
}

/// What a repository says to it.
pub(super) struct Found {
    pub(super) report: Report,
    /// What would write.
    pub(super) by: Vec<String>,
    /// Ways around the gate: writes to git's own folder.
    pub(super) around: Vec<String>,
}

/// A repository with a policy.
pub(super) struct Site<'w> {
    repo: Repo,
    root: PathBuf,
    world: &'w World,
}

/// The root of the repository that a path lies in; `None` where it lies in none.
pub(super) fn home_of(path: &Path) -> Result<Option<PathBuf>, Error> {
    let path = real(path, true);
    Ok(path.ancestors().find(|folder| folder.join(".git").symlink_metadata().is_ok()).map(Path::to_owned))
}

/// What a write asks, with the repository it asks it in. Outside of repositories nothing is asked.
pub(super) fn asked(folder: &Path, write: &Write) -> Result<Vec<(PathBuf, Asked)>, Error> {
    let folder = folder.join(&write.folder);
    let named = match write.is_pattern {
        true => matching(&folder, &write.path),
        false => vec![folder.join(&write.path)],
    };
    let mut found = Vec::new();
    for path in named {
        for (path, reach) in reached(&path, &write.how) {
            if let Some(root) = home_of(&path)? {
                found.push((root, Asked { path, by: write.by.clone(), reach }));
            }
        }
    }
    Ok(found)
}

/// The paths that are really meant, and how far each act goes there.
fn reached(path: &Path, how: &How) -> Vec<(PathBuf, Reach)> {
    let target = real(path, true);
    let is_folder = target.is_dir();
    match how {
        // A folder is no file: nothing will be written.
        How::Into if is_folder => Vec::new(),
        How::Into => vec![(target, Reach::Path)],
        How::Tree => vec![(real(path, false), Reach::Tree)],
        How::Place(names) if is_folder => {
            let placed = names.iter().flat_map(|name| {
                let path = PathBuf::from(join(&target.to_string_lossy(), name));
                // A folder that goes into one that is there.
                let below = How::Below { only: None, all: false };
                reached(&path, if path.is_dir() { &below } else { &How::Into })
            });
            placed.collect()
        }
        How::Place(_) => vec![(target, Reach::Path)],
        How::Below { only, all } if is_folder => {
            vec![(target, Reach::Below { only: only.clone(), all: *all })]
        }
        How::Below { .. } => vec![(target, Reach::Path)],
    }
}

impl<'w> Site<'w> {
    /// Opens a repository, if it has a policy: one without is nobody's business.
    pub(super) fn open(root: &Path, world: &'w World) -> Result<Option<Site<'w>>, Error> {
        let repo = Repo::open(Some(root))?;
        let Some(own) = repo.root().map(Path::to_owned) else { return Ok(None) };
        let trusted = trusted_for_head(&repo)?;
        let has_policy = {
            let judge = Judge::new(&repo, world, false);
            !matches!(*judge.law(repo.head()?.as_ref(), trusted.as_ref().map(|t| &t.id))?, Law::None)
        };
        Ok(has_policy.then_some(Site { repo, root: own, world }))
    }

    /// Judges what is asked.
    pub(super) fn judge(&self, asked: &[Asked]) -> Result<Found, Error> {
        let judge = Judge::new(&self.repo, self.world, false);
        let mut found = Found { report: Report::new("edit"), by: Vec::new(), around: Vec::new() };
        for one in asked {
            if self.is_gits_own(&one.path) {
                found.around.push(format!("{} {}", one.by, one.path.display()));
                continue;
            }
            let report = self.one(&judge, one)?;
            if report.verdict() == Verdict::Block {
                found.by.push(one.by.clone());
                found.report.absorb(report);
            }
        }
        found.report.sort();
        Ok(found)
    }

    fn one(&self, judge: &Judge<'_>, asked: &Asked) -> Result<Report, Error> {
        let own = asked.path.strip_prefix(&self.root).unwrap_or(&asked.path);
        let own = RepoPath::new(own.as_os_str().as_encoded_bytes());
        let certain = match &asked.reach {
            Reach::Tree if asked.path.is_dir() && !asked.path.is_symlink() => self.below(&own, None)?,
            Reach::Path | Reach::Tree => vec![own],
            Reach::Below { only, all: true } => self.below(&own, only.as_deref())?,
            Reach::Below { only, all: false } => return self.some_of(judge, &own, only.as_deref()),
        };
        let report = check_paths(judge, &self.repo, self.world, &certain)?;
        match certain.as_slice() {
            // What git ignores will be in no commit.
            [one] if report.verdict() == Verdict::Block && self.repo.is_ignored(one)? => Ok(Report::new("edit")),
            _ => Ok(report),
        }
    }

    /// Some files of a folder are written, and which cannot be told: refused only if none of them may be.
    fn some_of(&self, judge: &Judge<'_>, folder: &RepoPath, only: Option<&str>) -> Result<Report, Error> {
        let mut tried = match only {
            None => vec![RepoPath::from(ANY).under(&folder.to_str().map(str::to_owned).unwrap_or_default())],
            Some(_) => Vec::new(),
        };
        tried.extend(self.below(folder, only)?.into_iter().take(MOST_TRIED));
        let mut report = Report::new("edit");
        for path in tried {
            let own = check_paths(judge, &self.repo, self.world, &[path])?;
            if own.verdict() == Verdict::Pass {
                return Ok(own);
            }
            report.absorb(own);
        }
        // The name that stood for any is not there, and is not spoken of where another finding says the same.
        let is_any = |finding: &crate::report::Finding| {
            finding.path.as_ref().is_some_and(|path| path.file_name() == ANY.as_bytes())
        };
        if report.findings.iter().any(|f| f.severity == Severity::Error && !is_any(f)) {
            report.findings.retain(|finding| !is_any(finding));
        }
        Ok(report)
    }

    /// The tracked files below a folder, with names that match.
    fn below(&self, folder: &RepoPath, only: Option<&str>) -> Result<Vec<RepoPath>, Error> {
        let mut prefix = folder.as_bytes().to_vec();
        if !prefix.is_empty() {
            prefix.push(b'/');
        }
        let matches = |path: &RepoPath| {
            only.is_none_or(|only| wildcard::matches(only, &String::from_utf8_lossy(path.file_name())))
        };
        let mut all = tracked(&self.repo)?;
        all.retain(|path| path.as_bytes().starts_with(&prefix) && matches(path));
        Ok(all)
    }

    /// Whether a path says which hooks git runs: the hooks themselves, git's configuration, or all of git's folder.
    fn is_gits_own(&self, path: &Path) -> bool {
        [self.repo.git_dir(), self.repo.common_dir()].into_iter().any(|folder| {
            let folder = real(folder, true);
            let own = path.strip_prefix(&folder).ok().map(|own| own.components().next());
            own.is_some_and(|first| {
                first.is_none_or(|first| {
                    ["hooks", "config", "config.worktree"].iter().any(|name| first.as_os_str() == *name)
                })
            })
        })
    }
}
