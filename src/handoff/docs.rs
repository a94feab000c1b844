//! What an entry says of documents.

use crate::markdown::{parse, said_lines};

/// What an entry says of a document that stays as it is.
const NOTHING: &str = "nothing to update";

/// Whether an entry's body says that a document needs nothing: a line or item with its path, the last part of that, the
/// same without its ending, or `Docs`, a colon, and “nothing to update”. Case and marks of emphasis do not count.
pub fn needs_nothing(body: &str, path: &str) -> bool {
    let file = path.rsplit('/').next().unwrap_or(path);
    let stem = file.rsplit_once('.').map_or(file, |(stem, _)| stem);
    let document = parse(body);
    said_lines(&document, body).into_iter().any(|(_, line)| {
        [path, file, stem, "docs"].into_iter().filter(|name| !name.is_empty()).any(|name| {
            let is_mark = |c: char| c.is_whitespace() || matches!(c, '-' | '*' | '+' | '_' | '`');
            let rest = without(line.trim_start_matches(is_mark), name);
            let rest = rest.and_then(|rest| rest.trim_start_matches(is_mark).strip_prefix(':'));
            rest.is_some_and(|rest| without(rest.trim_start_matches(is_mark), NOTHING).is_some())
        })
    })
}

/// What follows this at the start of a text, in any case.
fn without<'t>(text: &'t str, start: &str) -> Option<&'t str> {
    let (found, rest) = text.split_at_checked(start.len())?;
    found.eq_ignore_ascii_case(start).then_some(rest)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_document_that_needs_nothing_is_named() {
        for (line, says) in [
            ("- README: nothing to update", true),
            ("- **README.md:** Nothing to update, the flags are as they were", true),
            ("* `docs/README.md`: nothing to update", true),
            ("readme : nothing to update", true),
            ("- Docs: nothing to update", true),
            ("- README: updated", false),
            ("- README nothing to update", false),
            ("- READMES: nothing to update", false),
            ("- other/README.md: nothing to update", false),
            ("- SOP: nothing to update", false),
            ("    - README: nothing to update", false),
            ("> README: nothing to update", false),
            ("nothing to update", false),
            ("é", false),
        ] {
            assert_eq!(needs_nothing(&format!("\n{line}\n"), "docs/README.md"), says, "{line}");
        }
        assert!(needs_nothing("- Plan: `x`\n- SOP: nothing to update\n", "docs/SOP.md"));
    }
}
