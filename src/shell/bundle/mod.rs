//! `verify-gate bundle`: all files that a slice touched, in one zip.

mod base;
mod made;
mod zip;

use std::collections::BTreeMap;
use std::io::Write;
use std::path::Path;

use serde_json::Value;

use self::made::Made;
use self::zip::Zip;
use crate::bundle::{Contents, File, Flaw, MANIFEST, Said, flaws, is_safe, manifest};
use crate::case::{BundleCase, Case, LogCase};
use crate::change::{Kind, ObjectId, RepoPath, Side};
use crate::check::report_of;
use crate::digest::sha256;
use crate::evidence::FOLDER;
use crate::report::human::{HELP, paint, several};
use crate::report::{escape, json as document};
use crate::shell::cli::{BundleArgs, Common, Format};
use crate::shell::git::{Snapshot, Take, sides_at};
use crate::shell::law::short;
use crate::shell::terminal::{self, Outcome, finish, look};
use crate::shell::validate::Subject;
use crate::shell::{Error, files, output};

/// Packs the bundle, or says what is wrong with the one that is there.
pub fn bundle(common: &Common, arguments: &BundleArgs) -> Result<Outcome, Error> {
    let subject = Subject::find(common, arguments.slice.as_deref())?;
    let output = made::output(&subject, arguments.output.as_deref())?;
    let made = Made::asked(arguments)?;
    if arguments.check {
        let mut case = Case::without_change(subject.policy(), LogCase::NotNeeded, subject.desk.world.today);
        let made = if made.is_plain() { Made::of_file(&subject, &output)? } else { made };
        let touched = touched(common, &subject, &made)?;
        case.bundle = Some(touched.packed_before(&output)?);
        let mut report = report_of(&case, "bundle", &["AG506"]);
        report.holds = Some(format!(
            "{} holds what slice `{}` touched: {}{}",
            files::shown(&output),
            escape(&subject.slice),
            several(touched.contents.files.len(), "file"),
            made.note().map(|note| format!(", packed {note}")).unwrap_or_default()
        ));
        return terminal::show(&report, common);
    }
    let touched = touched(common, &subject, &made)?;
    if touched.paths().is_empty() {
        let since = touched.base.as_ref().map(|id| format!(" since {}", short(id))).unwrap_or_default();
        return Err(Error::new(format!("slice `{}` has touched nothing{since}", escape(&subject.slice))).hint(
            "add to git what belongs to it, name files with --include, or the commit that it builds on with --since",
        ));
    }
    if !arguments.force {
        made::allow(&output, &touched.manifest)?;
    }
    let packed = touched.pack()?;
    output::put(&output, &packed)?;
    show(common, &touched, &output, &packed, &touched.untracked(&subject))?;
    Ok(Outcome::Pass)
}

/// What a slice touched, for the work tree as it is now, and its bundle at the usual place.
pub(super) struct Handed {
    /// From its gate; from the commit that the bundle names where that cannot be told.
    pub(super) touched: Touched,
    pub(super) bundle: BundleCase,
    /// With what it was packed.
    pub(super) note: Option<String>,
}

/// Finds it.
pub(super) fn of_slice(common: &Common, subject: &Subject) -> Result<Handed, Error> {
    let output = made::output(subject, None)?;
    let made = Made::of_file(subject, &output)?;
    let plain = touched(common, subject, &Made::default());
    let note = made.note();
    if made.is_plain() {
        let touched = plain?;
        return Ok(Handed { bundle: touched.packed_before(&output)?, touched, note });
    }
    let packed = touched(common, subject, &made)?;
    let bundle = packed.packed_before(&output)?;
    Ok(Handed { touched: plain.unwrap_or(packed), bundle, note })
}

/// What a slice touched, with its content.
pub(super) struct Touched {
    contents: Contents,
    snapshot: Snapshot,
    /// Where the slice begins; `None` where it builds on nothing.
    pub(super) base: Option<ObjectId>,
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

    /// What is gone, from the root.
    pub(super) fn is_gone(&self, path: &RepoPath) -> bool {
        path.to_str().is_some_and(|path| self.contents.deleted.iter().any(|gone| gone == path))
    }

    /// All that git keeps of the work tree, from the root.
    pub(super) fn kept(&self) -> impl Iterator<Item = &RepoPath> {
        self.snapshot.sides.keys()
    }

    /// The files that git does not keep and does not ignore, which are not packed, but for evidence.
    fn untracked(&self, subject: &Subject) -> Result<Vec<RepoPath>, Error> {
        let all = Snapshot::take(&subject.repo, Take::Everything)?.sides;
        let is_left = |path: &RepoPath| {
            let below = path.below(subject.folder());
            !self.snapshot.sides.contains_key(path) && below.is_some_and(|path| path.below(FOLDER).is_none())
        };
        Ok(all.into_keys().filter(is_left).collect())
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

fn touched(common: &Common, subject: &Subject, made: &Made) -> Result<Touched, Error> {
    let base = base::base(common, subject, made.since.as_deref())?;
    let before = base.as_ref().map(|base| sides_at(&subject.repo, base)).transpose()?.unwrap_or_default();
    let snapshot = Snapshot::take(&subject.repo, Take::Tracked(&made.include))?;
    let root = subject.repo.root().unwrap_or(Path::new("")).canonicalize();
    let root = root.map_err(|error| Error::new(format!("cannot find the work tree: {error}")))?;
    let mut named = Vec::new();
    for file in &made.include {
        let path = file.strip_prefix(&root).ok().map(|path| RepoPath::new(path.as_os_str().as_encoded_bytes()));
        match path.filter(|path| snapshot.sides.contains_key(path)) {
            Some(path) => named.push(path),
            None => {
                return Err(Error::new(format!("{} cannot be packed: git can keep no such file", files::shown(file)))
                    .hint(
                        "name files of the work tree with --include, none of git's own folder or of another repository",
                    ));
            }
        }
    }
    let folder = subject.folder();
    let is_touched = |path: &RepoPath, side: Option<&Side>, old: Option<&Side>| {
        (side != old && path.below(folder).is_some()) || (side.is_some() && named.contains(path))
    };
    let mut contents = Contents::default();
    for (path, side) in snapshot.sides.iter().filter(|(path, side)| is_touched(path, Some(side), before.get(path))) {
        let path = text(path)?;
        if side.kind == Kind::Submodule {
            contents.submodules.insert(path, side.id);
        } else {
            let content = snapshot.read(&side.id)?;
            let file = File { kind: side.kind, id: side.id, bytes: content.len() as u64, sha256: sha256(&content) };
            contents.files.insert(path, file);
        }
    }
    let gone =
        before.iter().filter(|(path, side)| !snapshot.sides.contains_key(path) && is_touched(path, None, Some(side)));
    contents.deleted = gone.map(|(path, _)| text(path)).collect::<Result<_, _>>()?;
    let said = Said { since: made.since.is_some(), included: named.iter().map(text).collect::<Result<_, _>>()? };
    let manifest = manifest(&made::repository(subject), &subject.slice, base.as_ref(), &said, &contents);
    Ok(Touched { contents, snapshot, base, manifest })
}

/// A path as a zip can have it.
fn text(path: &RepoPath) -> Result<String, Error> {
    let text = std::str::from_utf8(path.as_bytes()).ok().filter(|text| is_safe(text) && *text != MANIFEST);
    text.map(str::to_owned).ok_or_else(|| {
        Error::new(format!("`{path}` cannot be packed so that everybody unpacks it under that name"))
            .hint("rename it: UTF-8, no `\\`, no `:`, no control characters, and not the name of the bundle's manifest")
    })
}

fn of_file(touched: &Touched, output: &Path) -> Result<Vec<Flaw>, Error> {
    if output.symlink_metadata().is_err() {
        return Ok(vec![Flaw::NotThere]);
    }
    let bytes = files::read_at_most(output, made::LARGEST)?;
    if bytes.len() > made::LARGEST {
        return Ok(vec![Flaw::Unreadable(format!("it is larger than {} bytes", made::LARGEST))]);
    }
    Ok(match zip::read(&bytes) {
        Ok((members, found)) => flaws(&touched.contents, &members, found.as_ref(), &touched.manifest),
        Err(why) => vec![Flaw::Unreadable(why)],
    })
}

fn show(
    common: &Common,
    touched: &Touched,
    output: &Path,
    packed: &[u8],
    untracked: &Result<Vec<RepoPath>, Error>,
) -> Result<(), Error> {
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
                    ("untracked".to_owned(), untracked.iter().flatten().map(RepoPath::to_string).collect()),
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
            notes(&mut out, untracked)?;
            let files = several(contents.files.len(), "file");
            writeln!(out, "{}: {files} in {}", paint("bundle", HELP, look.color), files::shown(output))
        })(),
    };
    finish(written)
}

/// How many files that git does not keep are named.
const NAMED: usize = 10;

fn notes(out: &mut dyn Write, untracked: &Result<Vec<RepoPath>, Error>) -> std::io::Result<()> {
    let untracked = match untracked {
        Ok(untracked) => untracked,
        Err(error) => {
            return writeln!(out, "note: which files git does not keep cannot be told: {}", escape(&error.to_string()));
        }
    };
    for path in untracked.iter().take(NAMED) {
        writeln!(
            out,
            "note: {path} is not packed, since git does not keep it: `git add` it, or pack it with --include"
        )?;
    }
    match untracked.len().saturating_sub(NAMED) {
        0 => Ok(()),
        more => writeln!(out, "note: nor are {more} more that `git status` shows"),
    }
}
