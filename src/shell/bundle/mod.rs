//! `verify-gate bundle`: all files that a slice touched, in one zip.

mod base;
mod zip;

use std::collections::BTreeMap;
use std::io::Write;
use std::path::{Path, PathBuf};

use serde_json::Value;

use self::zip::{Zip, sha256};
use crate::bundle::{Contents, File, Flaw, MANIFEST, flaws, is_safe, manifest};
use crate::case::{BundleCase, Case, LogCase};
use crate::change::{Kind, RepoPath, Side};
use crate::check::report_of;
use crate::evidence::folder_name;
use crate::report::human::{HELP, paint, several};
use crate::report::{escape, json as document};
use crate::shell::cli::{BundleArgs, Common, Format};
use crate::shell::git::{Snapshot, Take, sides_at};
use crate::shell::terminal::{self, Outcome, finish, look};
use crate::shell::validate::Subject;
use crate::shell::{Error, files};

/// Largest bundle that is read, in bytes.
const LARGEST: usize = 2 << 30;

/// Packs the bundle, or says what is wrong with the one that is there.
pub fn bundle(common: &Common, arguments: &BundleArgs) -> Result<Outcome, Error> {
    let subject = Subject::find(common, arguments.slice.as_deref())?;
    if arguments.check {
        let mut case = Case::without_change(subject.policy(), LogCase::NotNeeded, subject.desk.world.today);
        let output = output(&subject, arguments)?;
        case.bundle = Some(touched(common, &subject, arguments)?.packed_before(&output)?);
        return terminal::show(&report_of(&case, "bundle", &["AG506"]), common);
    }
    let touched = touched(common, &subject, arguments)?;
    let output = output(&subject, arguments)?;
    let packed = touched.pack()?;
    put(&output, &packed)?;
    show(common, &touched, &output, &packed)?;
    Ok(Outcome::Pass)
}

/// What a slice touched, and what is wrong with the bundle at its usual place, for the work tree as it is now.
pub(super) fn of_slice(common: &Common, subject: &Subject) -> Result<(Touched, BundleCase), Error> {
    let arguments = BundleArgs::default();
    let touched = touched(common, subject, &arguments)?;
    let bundle = touched.packed_before(&output(subject, &arguments)?)?;
    Ok((touched, bundle))
}

/// What a slice touched, with its content.
pub(super) struct Touched {
    contents: Contents,
    snapshot: Snapshot,
    manifest: Value,
}

impl Touched {
    /// Every path of it, from the root, with what it is; what is gone was a file.
    pub(super) fn paths(&self) -> Vec<(RepoPath, Kind)> {
        let Contents { files, submodules, deleted, .. } = &self.contents;
        let files = files.iter().map(|(path, file)| (path.as_str(), file.kind));
        let submodules = submodules.keys().map(|path| (path.as_str(), Kind::Submodule));
        let deleted = deleted.iter().map(|path| (path.as_str(), Kind::File));
        files.chain(submodules).chain(deleted).map(|(path, kind)| (RepoPath::from(path), kind)).collect()
    }

    /// All that git keeps of the work tree, from the root.
    pub(super) fn kept(&self) -> impl Iterator<Item = &RepoPath> {
        self.snapshot.sides.keys()
    }

    fn packed_before(&self, output: &Path) -> Result<BundleCase, Error> {
        Ok(BundleCase { path: output.display().to_string(), flaws: of_file(self, output)? })
    }

    fn pack(&self) -> Result<Vec<u8>, Error> {
        let mut zip = Zip::new();
        let mut manifest = serde_json::to_vec_pretty(&self.manifest)
            .map_err(|error| Error::new(format!("cannot write the manifest: {error}")))?;
        manifest.push(b'\n');
        zip.add(MANIFEST, 0o100_644, &manifest)?;
        for (path, file) in &self.contents.files {
            zip.add(path, file.mode(), &self.snapshot.read(&file.id)?)?;
        }
        zip.finish()
    }
}

fn touched(common: &Common, subject: &Subject, arguments: &BundleArgs) -> Result<Touched, Error> {
    let named = named(&arguments.include)?;
    let base = base::base(common, subject, arguments.since.as_deref())?;
    let before = base.as_ref().map(|base| sides_at(&subject.repo, base)).transpose()?.unwrap_or_default();
    let snapshot = Snapshot::take(&subject.repo, Take::Tracked(&named))?;
    let root = subject.repo.root().unwrap_or(Path::new(""));
    let named: Vec<RepoPath> = named
        .iter()
        .filter_map(|path| path.strip_prefix(root).ok())
        .map(|path| RepoPath::new(path.as_os_str().as_encoded_bytes()))
        .collect();
    let folder = subject.folder();
    let is_touched = |path: &RepoPath, side: Option<&Side>, old: Option<&Side>| {
        (side != old && path.below(folder).is_some()) || (side.is_some() && named.contains(path))
    };
    let mut contents = Contents::default();
    for (path, side) in snapshot.sides.iter().filter(|(path, side)| is_touched(path, Some(side), before.get(path))) {
        let path = text(path)?;
        if side.kind == Kind::Submodule {
            contents.submodules.insert(path, side.id.clone());
        } else {
            let content = snapshot.read(&side.id)?;
            let file =
                File { kind: side.kind, id: side.id.clone(), bytes: content.len() as u64, sha256: sha256(&content) };
            contents.files.insert(path, file);
        }
    }
    let gone =
        before.iter().filter(|(path, side)| !snapshot.sides.contains_key(path) && is_touched(path, None, Some(side)));
    contents.deleted = gone.map(|(path, _)| text(path)).collect::<Result<_, _>>()?;
    let manifest = manifest(&repository(subject), &subject.slice, base.as_ref(), &contents);
    Ok(Touched { contents, snapshot, manifest })
}

/// A path as a zip can have it.
fn text(path: &RepoPath) -> Result<String, Error> {
    let text = std::str::from_utf8(path.as_bytes()).ok().filter(|text| is_safe(text) && *text != MANIFEST);
    text.map(str::to_owned).ok_or_else(|| {
        Error::new(format!("`{path}` cannot be packed so that everybody unpacks it under that name"))
            .hint("rename it: UTF-8, no `\\`, no `:`, no control characters, and not the name of the bundle's manifest")
    })
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
fn repository(subject: &Subject) -> String {
    let folder = subject.root().file_name().unwrap_or_default().to_string_lossy().into_owned();
    let policy = subject.policy();
    let names = policy.party(&policy.party).map(|party| party.repositories.as_slice()).unwrap_or_default();
    names.iter().find(|name| **name == folder).or(names.first()).cloned().unwrap_or(folder)
}

fn output(subject: &Subject, arguments: &BundleArgs) -> Result<PathBuf, Error> {
    match &arguments.output {
        Some(path) if path.extension().is_some_and(|extension| extension == "zip") => Ok(path.clone()),
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

/// The old bundle, or the new one, whole.
fn put(output: &Path, packed: &[u8]) -> Result<(), Error> {
    if let Some(folder) = output.parent().filter(|folder| !folder.as_os_str().is_empty()) {
        files::make_folder(folder)?;
    }
    match output.symlink_metadata() {
        Ok(found) if found.is_file() => files::replace(output, packed),
        Ok(_) => Err(Error::new(format!("{} is not a file", files::shown(output))).hint("move it away")),
        Err(_) => files::put_new(output, packed),
    }
}

fn of_file(touched: &Touched, output: &Path) -> Result<Vec<Flaw>, Error> {
    if output.symlink_metadata().is_err() {
        return Ok(vec![Flaw::NotThere]);
    }
    let bytes = files::read_at_most(output, LARGEST)?;
    if bytes.len() > LARGEST {
        return Ok(vec![Flaw::Unreadable(format!("it is larger than {LARGEST} bytes"))]);
    }
    Ok(match zip::read(&bytes) {
        Ok((members, found)) => flaws(&touched.contents, &members, found.as_ref(), &touched.manifest),
        Err(why) => vec![Flaw::Unreadable(why)],
    })
}

fn show(common: &Common, touched: &Touched, output: &Path, packed: &[u8]) -> Result<(), Error> {
    let mut out = std::io::stdout().lock();
    let contents = &touched.contents;
    let look = look(common);
    let written = match common.format {
        Format::Json => {
            let mut value = touched.manifest.clone();
            if let Some(map) = value.as_object_mut() {
                map.extend([
                    ("output".to_owned(), output.to_string_lossy().into_owned().into()),
                    ("sha256".to_owned(), sha256(packed).into()),
                ]);
            }
            document::document(&mut out, value)
        }
        Format::Human | Format::For(_) => (|| {
            if look.quiet {
                return Ok(());
            }
            let lines: BTreeMap<&str, &str> = (contents.files.keys().map(|path| (path.as_str(), "packed   ")))
                .chain(contents.deleted.iter().map(|path| (path.as_str(), "deleted  ")))
                .chain(contents.submodules.keys().map(|path| (path.as_str(), "submodule")))
                .collect();
            for (path, word) in lines {
                writeln!(out, "{word} {}", escape(path))?;
            }
            let files = several(contents.files.len(), "file");
            writeln!(out, "{}: {files} in {}", paint("bundle", HELP, look.color), files::shown(output))
        })(),
    };
    finish(written)
}
