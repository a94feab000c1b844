//! The log of another repository, as a throwaway clone finds it.

use std::ffi::OsString;
use std::path::{Component, Path, PathBuf};

use crate::shell::git::{Repo, locate};
use crate::shell::law::Law;
use crate::shell::logs::wanted;
use crate::shell::world::World;
use crate::shell::{Error, files};

/// How many folders up a relative `log.repo` leads at most.
pub(super) fn ups(law: &Law) -> usize {
    let Law::Policy(workspace) = law else { return 0 };
    let count = |place: &String| Path::new(place).components().filter(|part| *part == Component::ParentDir).count();
    workspace.policies().filter_map(|policy| policy.log.repo.as_ref()).map(count).max().unwrap_or(0)
}

/// Has the clone find the log's repository where the policy looks for it. Gives the value of `ACKGATE_LOG_REPO`, where that is
/// what says so.
pub(super) fn other_log(repo: &Repo, world: &World, law: &Law, work: &Path) -> Result<Option<OsString>, Error> {
    let Law::Policy(workspace) = law else { return Ok(None) };
    let mut variable = None;
    for policy in workspace.policies().filter(|policy| !policy.is_log_owner() && policy.log.url.is_none()) {
        // One that is not found has been said; here it is not found either.
        let Ok(found) = locate(repo, &wanted(policy, world)) else { continue };
        let real = found.repo.root().unwrap_or(found.repo.git_dir()).to_owned();
        match &policy.log.repo {
            Some(place) if Path::new(place).is_absolute() => {}
            Some(place) => link(&real, &beside(work, Path::new(place)))?,
            None => variable = Some(real.into_os_string()),
        }
    }
    Ok(variable)
}

/// A relative path from a folder, without `..`.
fn beside(folder: &Path, relative: &Path) -> PathBuf {
    let mut path = folder.to_owned();
    for part in relative.components() {
        match part {
            Component::ParentDir => drop(path.pop()),
            Component::Normal(name) => path.push(name),
            Component::CurDir | Component::RootDir | Component::Prefix(_) => {}
        }
    }
    path
}

fn link(target: &Path, link: &Path) -> Result<(), Error> {
    if link.symlink_metadata().is_ok() {
        return Ok(());
    }
    if let Some(folder) = link.parent() {
        files::make_folder(folder)?;
    }
    files::link_to(target, link).map_err(|error| files::failed("write", link, &error))
}
