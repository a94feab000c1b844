//! How things stand: the latest gate, whose turn it is, what comes next, and how much there is of everything.

use super::html::{Html, color, word};
use super::{File, GateCard, Page};
use crate::report::human::several;

pub(super) fn show(out: &mut Html, page: &Page) {
    out.section("now", |out| {
        out.raw("<dl class=\"facts\">\n");
        fact(out, "Latest gate", |out| match page.gates.last() {
            Some(gate) => latest(out, gate, page.gates.len()),
            None => {
                out.text("none");
            }
        });
        if let Some(party) = page.turn.party() {
            fact(out, "Turn", |out| {
                out.within("strong", "", |out| {
                    out.said(&party);
                });
                if let Some(why) = &page.turn.why {
                    out.raw(": ").prose(why);
                }
            });
        }
        fact(out, "Next", |out| {
            out.prose(&page.turn.next);
        });
        if let Some(day) = page.day {
            fact(out, "As of", |out| {
                out.raw(&format!("{day}, the day of the newest commit that was read"));
            });
        }
        out.raw("</dl>\n<ul class=\"counts\" aria-label=\"In numbers\">\n");
        for (count, what) in counts(page) {
            out.raw(&format!("<li><b>{count}</b> {what}</li>\n"));
        }
        out.raw("</ul>\n");
    });
}

pub(super) fn fact(out: &mut Html, name: &str, value: impl FnOnce(&mut Html)) {
    out.raw("<div>");
    out.within("dt", "", |out| {
        out.text(name);
    });
    out.within("dd", "", value);
    out.raw("</div>\n");
}

fn latest(out: &mut Html, gate: &GateCard, number: usize) {
    let view = &gate.view;
    out.gate(Some((number, &view.slice))).raw(" by ").said(&view.party).raw(" ");
    out.badge(color(view.state), word(view.state));
    if let Some(reply) = &view.reply {
        out.raw(" ").text(word(reply.kind)).raw(" by ").said(&reply.party).raw(&format!(", line {}", reply.line));
    }
    let expires = view.expires.filter(|_| view.state == "acked");
    if let Some(expires) = expires {
        out.raw(&format!(", until {expires} (D+2)"));
    }
    if view.state == "acked" && !gate.open {
        out.raw(". It opens nothing as it stands.");
    }
}

fn counts(page: &Page) -> Vec<(usize, String)> {
    let files: Vec<&File> = page.repositories.iter().flat_map(|one| &one.files).collect();
    let open = files.iter().filter(|file| file.open.is_some()).count();
    let covered = page.commits().filter(|(_, commit)| !commit.gates.is_empty() && !commit.is_loose()).count();
    let refused = page.commits().filter(|(_, commit)| commit.is_refused()).count();
    let uncovered = page.repositories.iter().map(|one| one.uncovered.len()).sum();
    let entries = page.log.as_ref().map_or(0, |log| log.entries.len());
    let noun = |count: usize, noun: &str| several(count, noun).split_once(' ').map_or(noun, |(_, n)| n).to_owned();
    vec![
        (entries, noun(entries, "entry").replace("entrys", "entries")),
        (page.gates.len(), noun(page.gates.len(), "gate")),
        (files.len(), format!("{}, {open} of them open now", noun(files.len(), "protected file"))),
        (covered, format!("{} under a gate", noun(covered, "commit"))),
        (refused, format!("{} refused on their base", noun(refused, "commit"))),
        (uncovered, format!("{} that no gate has covered since", noun(uncovered, "override"))),
    ]
}
