//! Each gate: what it lists and asks, who answered, what the ACK proves, what it opens, which commits it covers.

use super::commits;
use super::html::{Html, color, word};
use super::now::fact;
use super::{CommitRow, GateCard, Page};
use crate::case::Proof;
use crate::log::{Entry, Kind, Log};
use crate::policy::Level;
use crate::report::human::several;

pub(super) fn show(out: &mut Html, page: &Page) {
    out.section("gates", |out| {
        let Some(log) = page.log.as_ref().ok().filter(|_| !page.gates.is_empty()) else {
            out.raw("<p>No gate has been posted yet.</p>\n");
            return;
        };
        out.raw("<p>Newest first.</p>\n");
        for (index, gate) in page.gates.iter().enumerate().rev() {
            show_gate(out, page, log, index, gate);
        }
    });
}

fn show_gate(out: &mut Html, page: &Page, log: &Log, index: usize, gate: &GateCard) {
    let (view, number) = (&gate.view, index + 1);
    let edge = color(view.state);
    out.raw(&format!(
        "<article class=\"gate edge-{edge}\" aria-labelledby=\"gate-{number}\">\n<h3 id=\"gate-{number}\">"
    ));
    out.code(&view.slice).raw(" ").badge(edge, word(view.state));
    if gate.open {
        out.raw(" ").badge("good", "open now");
    }
    out.raw("</h3>\n<p class=\"more\">By ").said(&view.party);
    out.raw(&format!(" · line {}", view.line));
    if let Some(entry) = log.entries.get(gate.entry) {
        super::timeline::when(out, page, gate.entry, entry);
    }
    out.raw(&format!(" · <a href=\"#entry-{}\">in the timeline</a></p>\n", gate.entry + 1));
    out.raw("<dl class=\"facts\">\n");
    fact(out, "Paths", |out| paths(out, gate));
    if !view.fields.is_empty() {
        fact(out, "Fields", |out| out.codes(view.fields.iter().map(String::as_str)));
    }
    fact(out, "Protected files", |out| files(out, page, index));
    fact(out, "Answers", |out| answers(out, page, log, index));
    if let Some(several) = view.answers.as_ref().filter(|several| !several.awaits.is_empty()) {
        fact(out, "Awaited", |out| {
            out.said(&several.awaits.join(" and "));
        });
    }
    let mut answers = log.entries.iter().filter(|entry| entry.answers == Some(index));
    if gate.proof.is_some() || answers.any(|entry| entry.kind == Kind::Ack) {
        fact(out, "Proof", |out| proof(out, gate));
    }
    if let Some(expires) = view.expires {
        fact(out, "Time", |out| {
            out.raw(&format!("until {expires} (D+2)"));
        });
    }
    fact(out, "Digest", |out| {
        out.code(&format!("sha256:{}", gate.digest));
    });
    out.raw("</dl>\n");
    if !gate.questions.is_empty() {
        out.raw("<details>\n<summary>").text(&several(gate.questions.len(), "question")).raw("</summary>\n<ul>");
        for question in gate.questions.iter().take(super::html::MOST) {
            out.within("li", "", |out| {
                out.said(question);
            });
        }
        out.raw("</ul>\n</details>\n");
    }
    under(out, page, index);
    out.raw("</article>\n");
}

fn paths(out: &mut Html, gate: &GateCard) {
    match gate.view.paths.as_slice() {
        [] => {
            out.text("none, so it opens nothing");
        }
        paths => out.codes(paths.iter().map(String::as_str)),
    }
    if !gate.excluded.is_empty() {
        out.raw("but not");
        out.codes(gate.excluded.iter().map(String::as_str));
    }
}

fn files(out: &mut Html, page: &Page, index: usize) {
    let mut parts = Vec::new();
    for repository in &page.repositories {
        let open = repository.files.iter().filter(|file| file.open == Some(index)).count();
        let last = repository.files.iter().filter(|file| file.listed == Some(index)).count();
        if open + last > 0 {
            parts.push(format!("{}: {open} open now, {last} listed by no later gate", repository.name));
        }
    }
    if parts.is_empty() {
        parts.push("none that is there now and that no later gate lists".to_owned());
    }
    out.said(&parts.join("; "));
}

fn answers(out: &mut Html, page: &Page, log: &Log, index: usize) {
    let answers: Vec<(usize, &Entry)> =
        log.entries.iter().enumerate().filter(|(_, entry)| entry.answers == Some(index)).collect();
    if answers.is_empty() {
        out.text("none yet");
        return;
    }
    out.raw("<ul class=\"bare\">");
    for (at, entry) in answers {
        out.raw("<li>").badge(color(entry.kind.as_str()), word(entry.kind.as_str())).raw(" ");
        out.said(entry.party.as_deref().unwrap_or("nobody"));
        out.raw(&format!(" · <a href=\"#entry-{}\">line {}</a>", at + 1, entry.line));
        super::timeline::when(out, page, at, entry);
        out.raw("</li>");
    }
    out.raw("</ul>");
}

fn proof(out: &mut Html, gate: &GateCard) {
    let Some(proof) = &gate.proof else {
        out.text(&format!(
            "not looked at: it is told of the newest {} ACKs that stand, or stood until they landed",
            super::PROOFS
        ));
        return;
    };
    let level = proof.level();
    out.badge(if level == Level::Declared { "plain" } else { "good" }, name(level)).raw(" by ").said(&proof.party);
    let makers: Vec<&str> = proof.brought.iter().map(|who| who.author.as_str()).collect();
    if !makers.is_empty() {
        out.raw(", committed by ").said(&makers.join(", "));
    }
    let asks = gate.asked.iter().any(|(_, level)| *level > Level::Declared);
    if let (Level::Declared, Err(why), true) = (level, &proof.authored, asks) {
        out.within("span", "class=\"more\"", |out| {
            out.raw("Not authored: ").prose(why);
        });
    }
    if let (Err(why), true) = (&proof.signed, proof.carries_signature) {
        out.within("span", "class=\"more\"", |out| {
            out.raw("Not signed: ").prose(why);
        });
    }
    asked(out, gate, proof);
}

fn asked(out: &mut Html, gate: &GateCard, proof: &Proof) {
    if gate.asked.iter().all(|(_, level)| *level == Level::Declared) {
        return;
    }
    out.raw("<ul class=\"bare\">");
    for (class, level) in &gate.asked {
        out.raw("<li>").text(class).raw(" asks for ").text(name(*level)).raw(" ");
        match proof.meets(*level) {
            true => out.badge("good", "met"),
            false => out.badge("bad", "not met"),
        };
        out.raw("</li>");
    }
    out.raw("</ul>");
}

fn name(level: Level) -> &'static str {
    match level {
        Level::Declared => "declared",
        Level::Authored => "authored",
        Level::Signed => "signed",
    }
}

fn under(out: &mut Html, page: &Page, index: usize) {
    let rows: Vec<(&str, &CommitRow)> = page.commits().filter(|(_, commit)| commit.gates.contains(&index)).collect();
    if rows.is_empty() {
        out.raw("<p class=\"more\">No commit under it was seen.</p>\n");
        return;
    }
    let caption =
        format!("{} under {}", several(rows.len(), "commit"), page.gate(index).map_or("", |(_, slice)| slice));
    out.table(
        &caption,
        &["Commit", "Repository", "Protected paths"],
        &rows,
        |out, column, (name, commit)| match column {
            0 => {
                commits::name(out, commit);
                if commit.is_refused() || commit.is_loose() {
                    let (class, word) = commit.standing();
                    out.raw(" ").badge(class, word);
                }
            }
            1 => {
                out.said(name);
            }
            _ => commits::paths(out, commit),
        },
    );
}
