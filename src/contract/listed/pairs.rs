//! Edits of one contract in Markdown, of each kind, and what is said of them.

use super::super::{compare, read};

const CONTRACT: &str = "`usage.v1` is the snapshot of one model.\n\n\
    * `model`: string (such as `small`).\n\
    * `tokens`: int; `share`: float; `open`: bool.\n\
    * `flags`: `{ warn: bool, cause: \"long|short\" }` — set late.\n\
    * `speeds`:\n\n  * `up`, `down`: float.\n  * `hours[24]`: int[].\n\
    * `events`: counters — `lost`, `late`.\n";

#[test]
fn every_kind_of_edit_of_markdown() {
    for (from, to, is_additive, expected) in [
        // Written otherwise.
        ("* ", "- ", true, &[][..]),
        ("\n", "\r\n", true, &[]),
        ("set late", "set early: never", true, &[]),
        ("such as `small`", "required", true, &[]),
        ("\"long|short\"", "short|long", true, &[]),
        ("int; ", "integer; ", true, &[]),
        ("`{ warn: bool, cause: \"long|short\" }`", "\n  * cause: long|short\n  * `warn`: boolean\n", true, &[]),
        // Added.
        ("`open`: bool", "`open`: bool; `n`: int", true, &["/n field-added"]),
        ("warn: bool,", "warn: bool, n: int,", true, &["/flags/n field-added"]),
        ("`up`, ", "`up`, `n`, ", true, &["/speeds/n field-added"]),
        ("`lost`, ", "`lost`, `n`, ", true, &["/events/n field-added"]),
        ("* `events`", "* `n`: int (required)\n* `events`", false, &["/n field-added-required"]),
        // Removed, renamed, moved.
        ("; `share`: float", "", false, &["/share field-removed"]),
        ("* `model`: string (such as `small`).\n", "", false, &["/model field-removed"]),
        ("`share`", "`part`", false, &["/part field-added", "/share field-removed"]),
        ("`down`", "`back`", false, &["/speeds/back field-added", "/speeds/down field-removed"]),
        ("`lost`, ", "", false, &["/events/lost field-removed"]),
        ("`open`: bool", "`state`: `{ open: bool }`", false, &["/open field-removed", "/state field-added"]),
        ("* `model`: string", "* ~~`model`: string~~", false, &["/model field-removed"]),
        // Retyped, and in its presence.
        ("int; ", "float; ", false, &["/tokens type-changed"]),
        ("`share`: float", "`share`: int", false, &["/share type-changed"]),
        ("`share`: float", "`share`: float|null", false, &["/share type-changed"]),
        ("`down`: float", "`down`: int", false, &["/speeds/down type-changed", "/speeds/up type-changed"]),
        ("`share`: float", "`share`: float (optional)", false, &["/share now-optional"]),
        ("warn: bool", "warn?: bool", false, &["/flags/warn now-optional"]),
        // Values.
        ("long|short", "long|short|none", true, &["/flags/cause enum-grown"]),
        ("long|short", "long", false, &["/flags/cause enum-shrunk"]),
        ("\"long|short\"", "string", true, &["/flags/cause relaxed"]),
        ("`model`: string", "`model`: small|large", false, &["/model narrowed"]),
        ("[24]", "[12]", false, &["/speeds/hours narrowed", "/speeds/hours relaxed"]),
        // Which contract it is.
        ("usage.v1", "usage.v2", false, &[" identity-changed"]),
        ("usage.v1", "other.v1", false, &[" identity-changed"]),
    ] {
        let new = CONTRACT.replace(from, to);
        assert_ne!(new, CONTRACT, "{from}");
        let (old, after) = (read("x.md", CONTRACT.as_bytes()).unwrap(), read("x.md", new.as_bytes()).unwrap());
        let found = compare(Some(("x.md", &old)), Some(("x.md", &after)));
        let mut said: Vec<String> =
            found.changes.iter().map(|change| format!("{} {}", change.pointer, change.kind.as_str())).collect();
        said.sort();
        assert_eq!(
            (found.is_additive(), said),
            (is_additive, expected.iter().map(ToString::to_string).collect()),
            "{new}"
        );
    }
}
