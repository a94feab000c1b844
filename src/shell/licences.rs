//! Key bundles, licence packs and `pyproject.toml`, as a change leaves them.

use jiff::tz::TimeZone;

use crate::case::{LicenceRole, RefusedFile};
use crate::change::{Change, RepoPath};
use crate::licence::{
    BUNDLE_NAME, Bundle, FileKind, Reason, Refusal, file_kind, needs_cryptography, pack_refusals, signature_names,
};
use crate::policy::Protected;
use crate::shell::Error;
use crate::shell::git::FileAt;
use crate::shell::judge::{Judge, Step};

/// The class of key bundles and packs.
const LICENCE: &str = "licence";

/// Where Python packages say what they need.
pub(super) const PYPROJECT: &str = "pyproject.toml";

/// Where the other bundles of a repository are.
const LEGAL: &str = "docs/LEGAL";

impl Judge<'_> {
    /// What is wrong with the touched files of class `licence`, and with the `pyproject.toml` of a policy's folder.
    pub(super) fn licences(
        &self,
        step: &Step,
        protected: &[Protected],
        folder: &str,
    ) -> Result<Vec<RefusedFile>, Error> {
        let mut refused = Vec::new();
        for one in protected.iter().filter(|one| one.class == LICENCE) {
            let Some(change) = step.changes.get(one.change).filter(|change| change.seen) else { continue };
            let path = pack_of(&change.path).unwrap_or_else(|| change.path.clone());
            if let FileAt::File { bytes, .. } = self.file_after(step, &path)? {
                refused.extend(self.refused(step, &path, &bytes, folder)?);
            }
        }
        let pyproject = RepoPath::from(PYPROJECT).under(folder);
        if let Some(change) = step.changes.iter().find(|change| change.path == pyproject && change.seen) {
            refused.extend(self.dependencies(step, change)?);
        }
        Ok(refused)
    }

    fn refused(&self, step: &Step, path: &RepoPath, bytes: &[u8], folder: &str) -> Result<Vec<RefusedFile>, Error> {
        let (role, refusals) = match file_kind(path.file_name(), bytes) {
            None => return Ok(Vec::new()),
            Some(FileKind::Bundle) => (LicenceRole::Bundle, Bundle::read(bytes).err().into_iter().collect()),
            Some(FileKind::Pack) => {
                let bundle = self.bundle_for(step, path, folder)?;
                let mut beside = None;
                for candidate in signature_names(path.as_bytes()) {
                    if let FileAt::File { bytes, .. } = self.file_after(step, &RepoPath::new(candidate))? {
                        beside = beside.or(Some(bytes));
                    }
                }
                let midnight = step.date.to_zoned(TimeZone::UTC).map(|day| day.timestamp().as_second());
                let now = midnight.map_err(|error| Error::new(format!("the day of the change is no day: {error}")))?;
                (LicenceRole::Pack, pack_refusals(bytes, beside.as_deref(), bundle.as_ref().map(Result::as_ref), now))
            }
        };
        let refused = refusals.into_iter().map(|refusal| RefusedFile { path: path.clone(), role, refusal });
        Ok(refused.collect())
    }

    /// The bundle that a pack is verified with, or why it is none: in the pack's folder or the nearest above, else the
    /// repository's.
    fn bundle_for(&self, step: &Step, pack: &RepoPath, folder: &str) -> Result<Option<Result<Bundle, Refusal>>, Error> {
        let path = pack.as_bytes();
        let ends = path.iter().enumerate().rev().filter(|(_, byte)| **byte == b'/').map(|(at, _)| at + 1);
        let above = ends.chain([0]).map(|end| {
            let folder = path.get(..end).unwrap_or_default();
            RepoPath::new([folder, BUNDLE_NAME.as_bytes()].concat().as_slice())
        });
        let legal = RepoPath::from(&*format!("{LEGAL}/{BUNDLE_NAME}")).under(folder);
        for candidate in above.chain([legal]) {
            if let FileAt::File { bytes, .. } = self.file_after(step, &candidate)? {
                return Ok(Some(Bundle::read(&bytes)));
            }
        }
        Ok(None)
    }

    fn dependencies(&self, step: &Step, change: &Change) -> Result<Option<RefusedFile>, Error> {
        let FileAt::File { bytes, .. } = self.file_after(step, &change.path)? else { return Ok(None) };
        let text = String::from_utf8_lossy(&bytes);
        let refused = |line, message: String| {
            let refusal = Refusal::new(Reason::Malformed, line, message);
            Some(RefusedFile { path: change.path.clone(), role: LicenceRole::Dependencies, refusal })
        };
        match needs_cryptography(&text) {
            Err(why) => {
                return Ok(refused(1, format!("it cannot be read, so that nobody can tell what it needs: {why}")));
            }
            Ok(false) => return Ok(None),
            Ok(true) => {}
        }
        let before = match self.repo.file_at(step.parent.as_ref(), &change.path)? {
            FileAt::File { bytes, .. } => needs_cryptography(&String::from_utf8_lossy(&bytes)).unwrap_or(false),
            FileAt::Missing | FileAt::NotAFile(_) => false,
        };
        let line = text.lines().position(|line| line.to_ascii_lowercase().contains("cryptography")).unwrap_or(0) + 1;
        Ok((!before).then(|| refused(line, "`cryptography` is not an optional extra any more".to_owned())).flatten())
    }
}

/// The license that a signature file belongs to.
fn pack_of(path: &RepoPath) -> Option<RepoPath> {
    let stem = path.as_bytes().strip_suffix(b".sig")?;
    match stem.ends_with(b".json") {
        true => Some(RepoPath::new(stem)),
        false => Some(RepoPath::new([stem, b".json"].concat().as_slice())),
    }
}
