//! What happened, in the log's order: its entries by turns, with the commits of all repositories in between.

use super::html::{Html, color, word};
use super::{CommitRow, Page};
use crate::log::{Entry, Kind, Log};

pub(super) fn show(out: &mut Html, page: &Page) {
    out.section("timeline", |out| {
        let log = match &page.log {
            Ok(log) => log,
            Err(help) => {
                out.within("p", "", |out| {
                    out.raw("There is no log: ").prose(help);
                });
                return;
            }
        };
        let events = events(page, log);
        if events.is_empty() {
            out.raw("<p>Nothing has been posted yet.</p>\n");
            return;
        }
        out.raw(FILTER);
        out.raw("<ol class=\"turns\">\n");
        let mut number = 0;
        for turn in turns(&events) {
            number += usize::from(turn.party.is_some());
            show_turn(out, page, log, number, turn);
        }
        out.raw("</ol>\n");
    });
}

/// What of the timeline is shown. The style does it, so that it needs no script.
const FILTER: &str = "<fieldset class=\"filter\">\n<legend>Show</legend>\n\
<label><input type=\"radio\" name=\"show\" id=\"show-all\" checked> everything</label>\n\
<label><input type=\"radio\" name=\"show\" id=\"show-gates\"> gates and answers</label>\n\
<label><input type=\"radio\" name=\"show\" id=\"show-commits\"> gates, answers and commits</label>\n\
</fieldset>\n";

enum Event<'p> {
    Entry(usize, &'p Entry),
    Commit(&'p str, &'p CommitRow),
}

/// One or more events in which one party has the word.
struct Turn<'p> {
    party: Option<&'p str>,
    events: &'p [Event<'p>],
}

fn events<'p>(page: &'p Page, log: &'p Log) -> Vec<Event<'p>> {
    let mut commits: Vec<(&str, &CommitRow)> = page.commits().collect();
    commits.sort_by_key(|(_, commit)| (commit.after.min(log.entries.len()), commit.date));
    let mut commits = commits.into_iter().peekable();
    let mut events = Vec::new();
    for before in 0..=log.entries.len() {
        while let Some((name, commit)) = commits.next_if(|(_, commit)| commit.after <= before) {
            events.push(Event::Commit(name, commit));
        }
        events.extend(log.entries.get(before).map(|entry| Event::Entry(before, entry)));
    }
    events
}

/// The events by who has the word: a commit, and an entry that is nobody's, stand where they are.
fn turns<'p>(events: &'p [Event<'p>]) -> Vec<Turn<'p>> {
    let mut turns: Vec<Turn<'p>> = Vec::new();
    let (mut start, mut party) = (0, None);
    for (at, event) in events.iter().enumerate() {
        let Event::Entry(_, Entry { party: Some(by), .. }) = event else { continue };
        // What stands above the first entry is nobody's turn.
        if at > start && party != Some(by.as_str()) {
            turns.push(Turn { party, events: events.get(start..at).unwrap_or_default() });
            start = at;
        }
        party = Some(by.as_str());
    }
    turns.push(Turn { party, events: events.get(start..).unwrap_or_default() });
    turns
}

fn show_turn(out: &mut Html, page: &Page, log: &Log, number: usize, turn: Turn<'_>) {
    let says = |event: &Event<'_>| matches!(event, Event::Entry(_, entry) if entry.kind != Kind::Note);
    let is_commit = |event: &Event<'_>| matches!(event, Event::Commit(..));
    // The filter leaves out a turn of which nothing is left.
    let class = match turn.events {
        events if events.iter().any(says) => "",
        events if events.iter().any(is_commit) => " class=\"commit\"",
        _ => " class=\"note\"",
    };
    out.raw(&format!("<li{class}>\n<h3>"));
    match turn.party {
        Some(party) => out.raw(&format!("Turn {number}: ")).said(party),
        None => out.raw("Before the first turn"),
    };
    out.raw("</h3>\n<ol class=\"events\">\n");
    for event in turn.events {
        match event {
            Event::Entry(index, entry) => show_entry(out, page, log, *index, entry),
            Event::Commit(name, commit) => show_commit(out, page, name, commit),
        }
    }
    out.raw("</ol>\n</li>\n");
}

fn show_entry(out: &mut Html, page: &Page, log: &Log, index: usize, entry: &Entry) {
    let kind = entry.kind.as_str();
    let class = if entry.kind == Kind::Note { "note" } else { "said" };
    out.raw(&format!("<li class=\"{class} edge-{}\" id=\"entry-{}\">\n<p>", color(kind), index + 1));
    out.badge(color(kind), word(kind)).raw(" ").said(&entry.heading).raw("</p>\n<p class=\"more\">");
    out.raw(&format!("Line {}", entry.line));
    when(out, page, index, entry);
    let gate = log.gates.iter().position(|gate| gate.entry == index);
    if let Some(gate) = gate {
        out.raw(" · gate ").gate(page.gate(gate));
    }
    if let Some(answered) = entry.answers {
        out.raw(" · answers ").gate(page.gate(answered));
    } else if matches!(entry.kind, Kind::Ack | Kind::Nack | Kind::ChangesRequested | Kind::Withdrawn | Kind::Landed) {
        out.raw(" · counts for no gate");
    }
    out.raw(" · ").prose(&entry.why);
    out.raw("</p>\n</li>\n");
}

/// The day that an entry names, else that of the commit that brought it.
pub(super) fn when(out: &mut Html, page: &Page, index: usize, entry: &Entry) {
    let brought = page.brought.get(index).and_then(Option::as_ref);
    match (entry.date, brought) {
        (Some(date), _) => {
            out.raw(&format!(" · <time datetime=\"{date}\">{date}</time>"));
        }
        (None, Some(one)) => {
            out.raw(&format!(" · committed <time datetime=\"{0}\">{0}</time>", one.date));
        }
        (None, None) => {}
    }
    if let Some(one) = brought {
        out.raw(" in ").code(&one.commit);
    }
}

fn show_commit(out: &mut Html, page: &Page, name: &str, commit: &CommitRow) {
    let edge = if commit.is_refused() { "edge-bad" } else { "edge-plain" };
    out.raw(&format!("<li class=\"commit {edge}\">\n<p>"));
    let (class, word) = commit.standing();
    out.badge("plain", "commit")
        .raw(" ")
        .badge(class, word)
        .raw(" ")
        .said(&commit.subject)
        .raw("</p>\n<p class=\"more\">");
    out.code(&commit.id).raw(" in ").said(name).raw(&format!(" · <time datetime=\"{0}\">{0}</time> · ", commit.date));
    out.said(&commit.author);
    if !commit.gates.is_empty() {
        out.raw(" · under ");
        for (at, gate) in commit.gates.iter().enumerate() {
            out.raw(if at > 0 { ", " } else { "" }).gate(page.gate(*gate));
        }
    }
    out.raw("</p>\n</li>\n");
}
