//! What the rules about licences have in common.

use crate::case::{Case, Draft, Found, LicenceRole};
use crate::report::escape;

/// Adds what is wrong with files of one role.
pub(super) fn add(case: &Case<'_>, role: LicenceRole, help: &str, found: &mut Found<'_>) {
    for file in case.licences.iter().filter(|file| file.role == role) {
        let message = format!("`{}`: {}", file.path, escape(&file.refusal.message));
        found.add(Draft::new(message).path(&file.path).line(Some(file.refusal.line)).help(help));
    }
}
