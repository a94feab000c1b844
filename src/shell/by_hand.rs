//! What a person may put in the base's place: another log, another policy.

use std::path::Path;

use crate::policy::{self, Document, Policy, PolicyError, Snapshot, Wanted, Workspace};
use crate::shell::Error;
use crate::shell::cli::Common;
use crate::shell::files::read_at_most;

/// The files that `--log` and `--config` name, read.
#[derive(Debug, Default)]
pub struct ByHand {
    /// The log's name and bytes.
    pub log: Option<(String, Vec<u8>)>,
    /// The policy.
    pub config: Option<Policy>,
}

impl ByHand {
    /// Reads the files that the command line names.
    pub fn read(common: &Common) -> Result<ByHand, Error> {
        let log =
            common.log.as_deref().map(|path| Ok::<_, Error>((path.display().to_string(), bytes(path)?))).transpose()?;
        let config = common.config.as_deref().map(config).transpose()?;
        Ok(ByHand { log, config })
    }

    /// The policy as a workspace of its own.
    pub fn workspace(&self) -> Option<Workspace> {
        self.config.clone().map(Workspace::single)
    }
}

fn config(path: &Path) -> Result<Policy, Error> {
    let document = document(path, &path.display().to_string(), &bytes(path)?).map_err(refused)?;
    document
        .policy
        .ok_or_else(|| Error::new(format!("{} names workspace members and is no policy itself", path.display())))
}

/// What is wrong with a policy file, as what keeps ackgate from going on.
pub fn refused(error: PolicyError) -> Error {
    let refused = Error::new(error.to_string());
    match error.help {
        Some(help) => refused.hint(help),
        None => refused,
    }
}

/// Reads the bytes of a policy file that lies at `path`, with the snapshot of what it extends below its folder; errors call
/// it `name`.
///
/// # Errors
/// The first thing that is wrong with either.
pub fn document(path: &Path, name: &str, bytes: &[u8]) -> Result<Document, PolicyError> {
    policy::parse_extending(bytes, name, |wanted| Ok(snapshot(path, wanted)))
}

/// The snapshot that a policy file wants which lies at `path`.
pub fn snapshot(path: &Path, wanted: &Wanted) -> Snapshot {
    let folder = path.parent().unwrap_or(Path::new(""));
    let Some(file) = wanted.file.to_str().map(|file| folder.join(file)) else { return Snapshot::Missing };
    match read_at_most(&file, LARGEST) {
        Ok(bytes) => Snapshot::File(bytes),
        Err(_) if file.exists() => Snapshot::NotAFile,
        Err(_) => Snapshot::Missing,
    }
}

fn bytes(path: &Path) -> Result<Vec<u8>, Error> {
    std::fs::read(path).map_err(|error| Error::new(format!("cannot read {}: {error}", path.display())))
}

/// More than any policy file may have, in bytes.
const LARGEST: usize = 1 << 20;
