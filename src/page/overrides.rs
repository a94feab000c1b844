//! Emergency overrides: those that were used, and whether a gate has covered them since.

use super::html::Html;
use super::{Page, Repository};
use crate::report::UsedOverride;

pub(super) fn show(out: &mut Html, page: &Page) {
    out.section("overrides", |out| {
        let mut none = true;
        for repository in &page.repositories {
            let rows = used(repository);
            if rows.is_empty() {
                continue;
            }
            none = false;
            let caption = format!("{}: emergency overrides", repository.name);
            let columns = ["Commit", "Reason", "Paths", "Covered since"];
            out.table(&caption, &columns, &rows, |out, column, (used, is_open)| match column {
                0 => {
                    out.code(&used.commit);
                    out.raw(&format!("<span class=\"more\"><time datetime=\"{0}\">{0}</time> · ", used.date));
                    out.said(&used.by).raw("</span>");
                }
                1 => {
                    out.raw("“").said(&used.reason).raw("”");
                }
                2 => {
                    let paths: Vec<String> = used.paths.iter().map(ToString::to_string).collect();
                    out.codes(paths.iter().map(String::as_str));
                }
                _ if *is_open => {
                    out.badge("bad", "by no gate");
                }
                _ => {
                    out.badge("good", "by a gate");
                }
            });
        }
        if none {
            out.raw("<p>None was used.</p>\n");
        }
    });
}

/// All overrides of a repository, those that no gate has covered first.
fn used(repository: &Repository) -> Vec<(&UsedOverride, bool)> {
    let open = repository.uncovered.iter();
    let is_open = |used: &&UsedOverride| repository.uncovered.iter().any(|one| one.commit == used.commit);
    let covered = repository.commits.iter().rev().flat_map(|commit| &commit.overrides).filter(|used| !is_open(used));
    open.map(|used| (used, true)).chain(covered.map(|used| (used, false))).collect()
}
