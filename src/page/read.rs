//! What the page was made of, and what could not be told.

use super::html::Html;
use super::now::fact;
use super::{Page, Repository};
use crate::report::human::several;

pub(super) fn show(out: &mut Html, page: &Page) {
    out.section("read", |out| {
        out.raw("<dl class=\"facts\">\n");
        fact(out, "Asked by", |out| {
            out.said(&page.party);
        });
        fact(out, "Policy", |out| {
            out.prose(&page.policy);
        });
        fact(out, "Log", |out| {
            out.code(&page.log_path).raw(" (").said(&page.log_place).raw(")");
        });
        for repository in &page.repositories {
            fact(out, &repository.name, |out| show_repository(out, repository));
        }
        out.raw("</dl>\n");
        let notes = page.repositories.iter().flat_map(|one| one.notes.iter().map(|note| (Some(&one.name), note)));
        let notes: Vec<_> = page.notes.iter().map(|note| (None, note)).chain(notes).collect();
        if !notes.is_empty() {
            out.raw("<h3>What could not be told</h3>\n<ul>\n");
            for (name, note) in notes {
                out.raw("<li>");
                if let Some(name) = name {
                    out.said(name).raw(": ");
                }
                out.prose(note).raw("</li>\n");
            }
            out.raw("</ul>\n");
        }
    });
}

fn show_repository(out: &mut Html, repository: &Repository) {
    let Some(tip) = &repository.tip else {
        out.text("not here");
        return;
    };
    let count = several(repository.judged, "commit");
    out.raw("read at ").code(tip).raw(&format!(", {count} judged, "));
    out.text(if repository.more {
        "the newest: older ones were not looked at (--commits N)"
    } else {
        "which is all of them"
    });
}
