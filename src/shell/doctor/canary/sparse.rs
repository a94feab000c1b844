//! A sparse checkout, as which the throwaway clone is made too: a partial clone has no other files.

use std::path::Path;

use crate::shell::install::locate::{git_path, run};
use crate::shell::{Error, files};

/// What `core.sparseCheckoutCone` says where a repository's checkout is sparse; `None` where it is not.
pub(super) fn cone(root: &Path) -> Result<Option<String>, Error> {
    let value = |name: &str| -> Result<String, Error> {
        let output = run(root, ["config", "--type=bool", "--get", name])?;
        Ok(String::from_utf8_lossy(&output.stdout).trim().to_owned())
    };
    let is_sparse = value("core.sparseCheckout")? == "true";
    Ok(if is_sparse { Some(value("core.sparseCheckoutCone")?) } else { None })
}

/// Has the clone check out what the repository at `root` does.
pub(super) fn copy(root: &Path, git_dir: &Path) -> Result<(), Error> {
    let (from, to) = (git_path(root, &["--git-path", "info/sparse-checkout"])?, git_dir.join("info/sparse-checkout"));
    if !from.is_file() {
        return Ok(());
    }
    to.parent().map_or(Ok(()), files::make_folder)?;
    std::fs::copy(&from, &to).map(drop).map_err(|error| files::failed("copy", &from, &error))
}
