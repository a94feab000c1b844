//! What a person may put in the base's place: another log, another policy.

use std::path::Path;

use crate::policy::{self, Policy, Workspace};
use crate::shell::Error;
use crate::shell::cli::Common;

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
    let document = policy::parse(&bytes(path)?, &path.display().to_string()).map_err(|error| {
        let shown = Error::new(error.to_string());
        match error.help {
            Some(help) => shown.hint(help),
            None => shown,
        }
    })?;
    document
        .policy
        .ok_or_else(|| Error::new(format!("{} names workspace members and is no policy itself", path.display())))
}

fn bytes(path: &Path) -> Result<Vec<u8>, Error> {
    std::fs::read(path).map_err(|error| Error::new(format!("cannot read {}: {error}", path.display())))
}
