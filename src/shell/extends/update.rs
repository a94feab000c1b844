//! Taking a snapshot of a baseline: both files are written, or none.

use std::io::Write;
use std::path::{Path, PathBuf};

use crate::change::{ObjectId, RepoPath};
use crate::digest::sha256;
use crate::policy::{self, POLICY_FILE, Pinned, PolicyError, Record, Revision, Snapshot, is_relative};
use crate::report::{escape, human};
use crate::shell::cli::{Common, ExtendsUpdate};
use crate::shell::files::{self, Present};
use crate::shell::git::{FileAt, Repo, fetch_commit};
use crate::shell::install::locate::is_within;
use crate::shell::terminal::{Outcome, finish, look, word};
use crate::shell::{Error, by_hand};

/// Where a snapshot is put unless the policy or the command line says.
const SNAPSHOT: &str = ".ackgate/baseline.toml";

/// Largest file that is taken for a baseline, in bytes.
const LARGEST: usize = 1 << 20;

/// Writes the snapshot and its digest, from a file or from a commit of another repository. What makes no valid policy is
/// not written.
///
/// # Errors
/// Where the baseline comes from is not said, or cannot be read or fetched; a policy that would be invalid; a file that
/// cannot be written, or lies outside of the repository.
pub fn update(common: &Common, arguments: &ExtendsUpdate) -> Result<Outcome, Error> {
    let repo = Repo::open(common.repo.as_deref())?;
    let root = repo.root().ok_or_else(|| Error::new("a bare repository has no work tree to write to"))?.to_owned();
    let file = match &common.config {
        Some(file) => file.clone(),
        None => nearest(&root)?,
    };
    let name = file.strip_prefix(&root).unwrap_or(&file).display().to_string();
    let old = regular(&file)?.ok_or_else(|| {
        Error::new(format!("there is no {POLICY_FILE} in {}", files::shown(&root))).hint("write one: verify-gate init")
    })?;
    let record = Record::read(&old, &name).map_err(refused)?;
    let snapshot = arguments.file.clone().or(record.file.clone()).unwrap_or_else(|| SNAPSHOT.to_owned());
    if !is_relative(&snapshot) {
        return Err(Error::new(format!("`{snapshot}` is no path below the folder of {name}")));
    }
    let revision = revision(arguments, &record)?;
    let pinned = |sha256: String| Pinned { file: snapshot.clone(), sha256, revision: revision.clone() };
    // Before anything is fetched: whether all this can be said at all.
    pinned(sha256(b"")).put_into(&old, &name).map_err(refused)?;
    let content = match (&arguments.from, &revision) {
        (Some(from), _) => files::read_at_most(from, LARGEST)?,
        (None, Some(revision)) => at_revision(&repo, revision)?,
        (None, None) => return Err(Error::new("where the baseline comes from is not said").hint(WHERE)),
    };
    let pinned = pinned(sha256(&content));
    let new = pinned.put_into(&old, &name).map_err(refused)?;
    let read = |_: &policy::Wanted| Ok::<_, PolicyError>(Snapshot::File(content.clone()));
    let document = policy::parse_extending(new.as_bytes(), &name, read).map_err(refused)?;
    let target = file.parent().unwrap_or(&root).join(&snapshot);
    let written = write(&root, (&target, &content), (&file, new.as_bytes(), &old))?;
    if !common.quiet {
        let mut out = std::io::stdout().lock();
        let folder = name.strip_suffix(POLICY_FILE).unwrap_or_default();
        finish((|| {
            let verb = |is_new: bool| if is_new { "wrote" } else { "unchanged" };
            let shown = format!("{folder}{snapshot}");
            writeln!(out, "{} {}, SHA-256 {}", verb(written.0), word(&shown), pinned.sha256)?;
            writeln!(out, "{} {}", verb(written.1), word(&name))?;
            let deviations = document.policy.as_ref().map(policy::Policy::deviations).unwrap_or_default();
            human::deviations(deviations, look(common).color, &mut out)?;
            match written {
                (false, false) => Ok(()),
                _ => writeln!(
                    out,
                    "next: commit both, and nothing else with them; where {name} is policy already, under a gate that lists both: git add -- {} {}",
                    word(&name),
                    word(&shown)
                ),
            }
        })())?;
    }
    Ok(Outcome::Pass)
}

const WHERE: &str = "--from FILE, or --git URL --rev ID --path FILE, which is recorded for the next time";

/// The policy file of the folder that a person stands in, or of the nearest one above.
fn nearest(root: &Path) -> Result<PathBuf, Error> {
    let here =
        std::env::current_dir().map_err(|error| Error::new(format!("cannot tell the current folder: {error}")))?;
    let here = if here.starts_with(root) { here.as_path() } else { root };
    let folders = here.ancestors().take_while(|folder| folder.starts_with(root));
    let found = folders.map(|folder| folder.join(POLICY_FILE)).find(|file| file.is_file());
    Ok(found.unwrap_or_else(|| root.join(POLICY_FILE)))
}

/// What the command line says of where the baseline comes from, else what the policy records; `None` for a file.
fn revision(arguments: &ExtendsUpdate, record: &Record) -> Result<Option<Revision>, Error> {
    if arguments.from.is_some() {
        return Ok(None);
    }
    let said = |said: &Option<String>, recorded: &Option<String>| said.clone().or_else(|| recorded.clone());
    match (said(&arguments.git, &record.git), said(&arguments.rev, &record.rev), said(&arguments.path, &record.path)) {
        (Some(git), Some(rev), Some(path)) => Ok(Some(Revision { git, rev, path })),
        _ => Err(Error::new("where the baseline comes from is not said").hint(WHERE)),
    }
}

/// The file of a commit, which is fetched where it is not here.
fn at_revision(repo: &Repo, revision: &Revision) -> Result<Vec<u8>, Error> {
    let not_full = || Error::new(format!("`{}` is not a commit's full id", escape(&revision.rev)));
    let commit = ObjectId::from_hex(&revision.rev).ok_or_else(not_full)?;
    let path = RepoPath::from(revision.path.as_str());
    let found = match repo.file_at(Some(&commit), &path) {
        Ok(found) => found,
        Err(_) => {
            fetch_commit(repo, &revision.git, &commit)?;
            repo.file_at(Some(&commit), &path)?
        }
    };
    match found {
        FileAt::File { bytes, .. } => Ok(bytes),
        FileAt::Missing | FileAt::NotAFile(_) => {
            Err(Error::new(format!("`{path}` is no file of {}", revision.rev)).hint("name the file with --path"))
        }
    }
}

/// The content of a regular file; `None` where nothing is. What lies behind a link is not this repository's to change.
fn regular(file: &Path) -> Result<Option<Vec<u8>>, Error> {
    match files::look(file)? {
        Some(Present { link: Some(_), .. }) => {
            Err(Error::new(format!("{} is a link", files::shown(file))).hint("put a regular file in its place"))
        }
        present => Ok(present.map(|present| present.content)),
    }
}

/// Writes the snapshot, then the policy; where that fails, the snapshot is again what it was. Says which were written.
fn write(
    root: &Path,
    (snapshot, content): (&Path, &[u8]),
    (file, new, old): (&Path, &[u8], &[u8]),
) -> Result<(bool, bool), Error> {
    for path in [snapshot, file] {
        if !is_within(path.parent().unwrap_or(path), root)? {
            return Err(Error::new(format!("{} lies outside of this repository", files::shown(path))));
        }
    }
    let before = regular(snapshot)?;
    let is_new = before.as_deref() != Some(content);
    match &before {
        _ if !is_new => {}
        Some(_) => files::replace(snapshot, content)?,
        None => {
            files::make_folder(snapshot.parent().unwrap_or(root))?;
            files::put_new(snapshot, content)?;
        }
    }
    if new == old {
        return Ok((is_new, false));
    }
    files::replace(file, new).inspect_err(|_| {
        // The first error is the one to be told.
        drop(match &before {
            _ if !is_new => Ok(()),
            Some(before) => files::replace(snapshot, before),
            None => files::remove(snapshot),
        });
    })?;
    Ok((is_new, true))
}

fn refused(error: PolicyError) -> Error {
    by_hand::refused(error).hint("nothing was written")
}
