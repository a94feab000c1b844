//! What says which contract this is, and in which version.

use super::model::{Contract, Said};

/// The first `name.vN` in a text, such as `ccp.usage.v1`; a path (`/v1/usage`) is none.
pub(super) fn marker(text: &str) -> Option<&str> {
    let is_part = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '_' | '-' | '/' | ':');
    text.split(|c| !is_part(c)).map(|word| word.trim_end_matches(['.', ':', '-'])).find(|word| is_marker(word))
}

fn is_marker(word: &str) -> bool {
    let named = |name: &str| name.starts_with(|c: char| c.is_ascii_alphabetic()) && !name.contains(['/', ':']);
    word.rsplit_once('.').is_some_and(|(name, version)| named(name) && is_version(version))
}

/// Whether a word is `v1`, `v12`.
fn is_version(word: &str) -> bool {
    let number = word.strip_prefix(['v', 'V']).unwrap_or_default();
    !number.is_empty() && number.bytes().all(|b| b.is_ascii_digit())
}

/// The `vN` component of a path: a folder's, or one of a file's name (`usage.v1.json`).
pub(super) fn version_in_path(path: &str) -> Option<&str> {
    path.split('/').flat_map(|name| name.split('.')).find(|part| is_version(part))
}

impl Contract {
    /// Whether something in it says its version.
    pub(super) fn says_version(&self) -> bool {
        let by_id = |id: &Said| version_in_path(&id.text.replace([':', '#', '?'], "/")).is_some();
        self.identity.has_version_key
            || !self.identity.markers.is_empty()
            || self.identity.id.as_ref().is_some_and(by_id)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn knows_a_name_with_a_version() {
        for (text, expected) in [
            ("ccp.usage.v1", Some("ccp.usage.v1")),
            ("Usage event (usage_event.v12), stable.", Some("usage_event.v12")),
            ("see usage.v2.", Some("usage.v2")),
            ("/v1/usage", None),
            ("https://x.example/a.v1", None),
            ("v1", None),
            ("Cost v1", None),
            ("a.vx b.v", None),
            ("1.v1", None),
        ] {
            assert_eq!(marker(text), expected, "{text}");
        }
    }

    #[test]
    fn knows_a_version_in_a_path() {
        for (path, expected) in [
            ("schemas/v1/cost.json", Some("v1")),
            ("v2.json", Some("v2")),
            ("a/usage.v1.json", Some("v1")),
            ("schemas/cost.json", None),
            ("schemas/v1x/cost.json", None),
            ("dev1/cost.json", None),
        ] {
            assert_eq!(version_in_path(path), expected, "{path}");
        }
    }
}
