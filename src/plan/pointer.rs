//! Where a text points at a plan.

use super::{FOLDER, SUFFIX};

/// The paths `plans/….plan.md` in a line, in order, as they are written in prose, code spans and links. What continues
/// another path (`Other/plans/…`) lies elsewhere.
pub fn pointed_at(line: &str) -> Vec<&str> {
    let parts = line.split(|c: char| c.is_whitespace() || "`<>()[]{}\"'“”‘’|*,;!?#".contains(c));
    parts.filter_map(path).collect()
}

fn path(word: &str) -> Option<&str> {
    let word = word.trim_end_matches(['.', ':']);
    let word = word.strip_prefix("./").unwrap_or(word);
    let name = word.strip_prefix(FOLDER)?.strip_prefix('/')?.strip_suffix(SUFFIX)?;
    let plain = !name.is_empty() && !name.split('/').any(|part| matches!(part, "" | "." | ".."));
    plain.then_some(word)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_are_found_in_prose_code_and_links() {
        for (line, paths) in [
            ("- Plan: `plans/2025-11-05_tracker-cli.plan.md`", vec!["plans/2025-11-05_tracker-cli.plan.md"]),
            ("drafted plans/a.plan.md, then [b](./plans/b.plan.md#tasks).", vec!["plans/a.plan.md", "plans/b.plan.md"]),
            ("at plans/a.plan.md. Next", vec!["plans/a.plan.md"]),
            ("`ClaudeCodeProxy/plans/a.plan.md` ../plans/a.plan.md", vec![]),
            ("`plans/YYYY-MM-DD_<task>.plan.md` plans/*.plan.md plans/.plan.md plans/../a.plan.md", vec![]),
            ("plans/a.md docs/a.plan.md", vec![]),
        ] {
            assert_eq!(pointed_at(line), paths, "{line}");
        }
    }
}
