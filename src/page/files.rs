//! The protected files, and which gate opens or lists each.

use super::html::Html;
use super::{File, Page, Repository};
use crate::report::human::several;

pub(super) fn show(out: &mut Html, page: &Page) {
    out.section("files", |out| {
        out.raw(
            "<p><em>Open</em>: a commit made now may change the file, under that gate. <em>Last listed by</em>: the latest gate \
             that lists it, whatever became of that.</p>\n",
        );
        for repository in &page.repositories {
            show_repository(out, page, repository);
        }
        if page.repositories.iter().all(|one| one.files.is_empty()) {
            out.raw("<p>No protected file was read.</p>\n");
        }
    });
}

fn show_repository(out: &mut Html, page: &Page, repository: &Repository) {
    let mut classes: Vec<&str> = repository.files.iter().map(|file| file.class.as_str()).collect();
    classes.sort_unstable();
    classes.dedup();
    if !classes.is_empty() {
        out.within("h3", "", |out| {
            out.said(&repository.name);
        });
        out.raw("\n");
    }
    for class in classes {
        let files: Vec<&File> = repository.files.iter().filter(|file| file.class == class).collect();
        let open = files.iter().filter(|file| file.open.is_some()).count();
        let listed = files.iter().filter(|file| file.listed.is_some()).count();
        out.raw(if files.len() <= FEW || open > 0 { "<details open>\n<summary>" } else { "<details>\n<summary>" });
        out.within("b", "", |out| {
            out.text(class);
        });
        out.raw(&format!(": {}, {open} open, {listed} listed by a gate</summary>\n", several(files.len(), "file")));
        let caption = format!("{}: files of class {class}", repository.name);
        out.table(&caption, &["File", "Now", "Last listed by"], &files, |out, column, file| match column {
            0 => {
                out.code(&file.path.to_string());
            }
            1 => match file.open.and_then(|gate| page.gate(gate)) {
                Some(gate) => {
                    out.badge("good", "open").raw(" ").gate(Some(gate));
                }
                None => {
                    out.badge("plain", "shut");
                }
            },
            _ => match file.listed.and_then(|gate| page.gate(gate)) {
                Some(gate) => {
                    out.gate(Some(gate));
                }
                None => {
                    out.text("no gate");
                }
            },
        });
        out.raw("</details>\n");
    }
}

/// Up to how many files of a class are shown at once.
const FEW: usize = 20;
