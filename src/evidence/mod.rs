//! Evidence: what `verify-gate validate` archives of the commands it ran, and whether that stands for a tree.
//!
//! A run is a folder `artifacts/test_runs/<slice>/<time>/` with a log a command and `manifest.json`, which says what was
//! run, how it ended, of which tree, and the SHA-256 of each log.

mod judge;
mod manifest;
mod mask;
mod name;

pub use judge::{Found, Lack, Run, judge, shown, skipped};
pub use manifest::{Manifest, Outcome, Ran, Status};
pub use mask::{Masker, is_secret_name};
pub use name::{folder_name, log_name};

/// The folder of all evidence, from the folder that the policy governs.
pub const FOLDER: &str = "artifacts/test_runs";

/// The file that says what a run was.
pub const MANIFEST: &str = "manifest.json";
