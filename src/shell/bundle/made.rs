//! Where a bundle is, how it was made, and whether another may take its place.

use std::path::{Path, PathBuf};

use serde_json::Value;

use super::zip;
use crate::bundle::is_safe;
use crate::change::ObjectId;
use crate::evidence::folder_name;
use crate::report::escape;
use crate::shell::cli::BundleArgs;
use crate::shell::validate::Subject;
use crate::shell::{Error, files};

/// Largest bundle that is read, in bytes.
pub(super) const LARGEST: usize = 2 << 30;

/// With what a bundle is made, beyond the slice.
#[derive(Debug, Default)]
pub(super) struct Made {
    /// The commit that the slice builds on.
    pub(super) since: Option<String>,
    /// The files that are packed besides, absolute.
    pub(super) include: Vec<PathBuf>,
}

impl Made {
    /// As a person asks for it.
    pub(super) fn asked(arguments: &BundleArgs) -> Result<Made, Error> {
        Ok(Made { since: arguments.since.clone(), include: named(&arguments.include)? })
    }

    /// As the bundle that is there says; with nothing, where there is none that can be read. What it says of commits and files
    /// that are not here any more is left out, and is then found to be missing.
    pub(super) fn of_file(subject: &Subject, output: &Path) -> Result<Made, Error> {
        let Some(manifest) = manifest_of(output)? else { return Ok(Made::default()) };
        let is_here = |id: &&str| ObjectId::from_hex(id).is_some_and(|id| subject.repo.commit(&id).is_ok());
        let base = manifest.get("base").and_then(Value::as_str).filter(is_here);
        let since = base.filter(|_| manifest.get("since") == Some(&Value::Bool(true))).map(str::to_owned);
        let root = subject.repo.root().unwrap_or(Path::new(""));
        let included =
            manifest.get("included").and_then(Value::as_array).into_iter().flatten().filter_map(Value::as_str);
        let files: Vec<PathBuf> = included.filter(|path| is_safe(path)).map(|path| root.join(path)).collect();
        let is_file = |path: &PathBuf| path.symlink_metadata().is_ok_and(|found| !found.is_dir());
        Ok(Made { since, include: named(&files.into_iter().filter(is_file).collect::<Vec<_>>())? })
    }

    /// With nothing beyond the slice.
    pub(super) fn is_plain(&self) -> bool {
        self.since.is_none() && self.include.is_empty()
    }

    /// With what, in words; safe to print.
    pub(super) fn note(&self) -> Option<String> {
        let since = self.since.iter().map(|rev| format!("--since {}", escape(rev)));
        let name = |path: &PathBuf| escape(&path.file_name().unwrap_or_default().to_string_lossy());
        let include = self.include.iter().map(|path| format!("--include {}", name(path)));
        (!self.is_plain()).then(|| format!("with {}", since.chain(include).collect::<Vec<_>>().join(" ")))
    }
}

/// Refuses to put a bundle in the place of what is none of this repository's slice.
pub(super) fn allow(output: &Path, manifest: &Value) -> Result<(), Error> {
    if !output.symlink_metadata().is_ok_and(|found| found.is_file()) {
        return Ok(());
    }
    let is_same = |found: &Value| ["repository", "slice"].iter().all(|key| found.get(key) == manifest.get(key));
    match manifest_of(output)? {
        Some(found) if is_same(&found) => Ok(()),
        found => {
            let what = match &found {
                Some(found) => format!(
                    "the bundle of slice `{}`",
                    escape(found.get("slice").and_then(Value::as_str).unwrap_or_default())
                ),
                None => "no bundle that says of which slice it is".to_owned(),
            };
            Err(Error::new(format!("{} is there already, and is {what}", files::shown(output)))
                .hint("name another place with --output, or put it in the place of what is there with --force"))
        }
    }
}

/// The manifest of the bundle at a place; `None` where there is none that can be read.
fn manifest_of(output: &Path) -> Result<Option<Value>, Error> {
    if !output.symlink_metadata().is_ok_and(|found| found.is_file()) {
        return Ok(None);
    }
    let bytes = files::read_at_most(output, LARGEST)?;
    Ok(zip::read(&bytes).ok().and_then(|(_, manifest)| manifest))
}

/// The files that are to be packed though git does not keep them, absolute.
fn named(paths: &[PathBuf]) -> Result<Vec<PathBuf>, Error> {
    let absolute = |path: &PathBuf| {
        let found = path.symlink_metadata().map_err(|error| files::failed("read", path, &error))?;
        let folder = match path.parent() {
            Some(folder) if !folder.as_os_str().is_empty() => folder,
            _ => Path::new("."),
        };
        match path.file_name() {
            Some(name) if !found.is_dir() => {
                Ok(folder.canonicalize().map_err(|error| files::failed("read", folder, &error))?.join(name))
            }
            _ => Err(Error::new(format!("{} is not a file", files::shown(path))).hint("name each file with --include")),
        }
    };
    paths.iter().map(absolute).collect()
}

/// Whose repository this is: the party's repository that is called like the root's folder, else its first one, else the
/// folder's name.
pub(super) fn repository(subject: &Subject) -> String {
    let folder = subject.root().file_name().unwrap_or_default().to_string_lossy().into_owned();
    let policy = subject.policy();
    let names = policy.party(&policy.party).map(|party| party.repositories.as_slice()).unwrap_or_default();
    names.iter().find(|name| **name == folder).or(names.first()).cloned().unwrap_or(folder)
}

/// Where the bundle of a slice is put: where a person says, else in the folder of downloads.
pub(super) fn output(subject: &Subject, named: Option<&Path>) -> Result<PathBuf, Error> {
    match named {
        Some(path) if path.extension().is_some_and(|extension| extension == "zip") => Ok(path.to_owned()),
        Some(path) => {
            Err(Error::new(format!("{} is not called like a zip", files::shown(path))).hint("let it end with `.zip`"))
        }
        None => {
            let home = std::env::var_os("HOME").filter(|home| !home.is_empty());
            let home = home.ok_or_else(|| {
                Error::new("HOME is not set, so there is no ~/Downloads").hint("name the bundle with --output")
            })?;
            let name = format!("{}_{}_bundle.zip", folder_name(&repository(subject)), folder_name(&subject.slice));
            Ok(PathBuf::from(home).join("Downloads").join(name))
        }
    }
}
