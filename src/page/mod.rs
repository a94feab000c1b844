//! What a log and its repositories come to, as one HTML page: what `verify-gate report --html` writes.
//!
//! The page needs nothing but itself: no network, no script, a style that its own policy names by digest. Everything in it
//! comes from the judged data, so that the same data make the same bytes. Text from logs, paths and commits is escaped twice,
//! for people ([`escape`](crate::report::escape)) and for HTML, and no link is made of it.

mod commits;
mod files;
mod gates;
mod html;
mod now;
mod overrides;
mod read;
#[cfg(test)]
mod tests;
mod timeline;

use std::rc::Rc;

use jiff::civil::Date;

use self::html::Html;
use crate::case::Proof;
use crate::change::RepoPath;
use crate::log::Log;
use crate::policy::Level;
use crate::report::{GateView, UsedOverride};
use crate::session::Turn;

/// What stands in the head of every page, by which one is told from other files.
pub const MARK: &str = "<meta name=\"generator\" content=\"ackgate report\">";

/// Of how many ACKs, the newest, a page says what they prove: each has to be looked for in the past of the log.
pub const PROOFS: usize = 12;

/// All that a page shows.
#[derive(Debug, Clone)]
pub struct Page {
    /// The party whose repository was asked.
    pub party: String,
    /// All parties, in the policy's order.
    pub parties: Vec<String>,
    /// Which policy judges, as `verify-gate status` says it.
    pub policy: String,
    /// The log's path.
    pub log_path: String,
    /// What the log was read from.
    pub log_place: String,
    /// The day that time limits are reckoned for; `None` where there is no commit.
    pub day: Option<Date>,
    /// The log, or what to do where there is none.
    pub log: Result<Rc<Log>, String>,
    /// The commit that brought each of its entries, where that could be told.
    pub brought: Vec<Option<Brought>>,
    /// Its gates, in the log's order.
    pub gates: Vec<GateCard>,
    /// Whose turn it is.
    pub turn: Turn,
    /// The repositories that were looked at, the asked one first.
    pub repositories: Vec<Repository>,
    /// What could not be read or told.
    pub notes: Vec<String>,
}

/// The commit that brought an entry into the log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Brought {
    /// Its id, abbreviated.
    pub commit: String,
    /// The committer's day.
    pub date: Date,
}

/// A gate, and what became of it.
#[derive(Debug, Clone)]
pub struct GateCard {
    /// As other reports show it.
    pub view: GateView,
    /// The gate's entry, an index into the log's entries.
    pub entry: usize,
    /// Whether it opens anything now.
    pub open: bool,
    /// The paths that it takes out.
    pub excluded: Vec<String>,
    /// What it asks for Yes or No.
    pub questions: Vec<String>,
    /// The digest of its entry.
    pub digest: String,
    /// What its ACK proves, where it has one.
    pub proof: Option<Proof>,
    /// What the policy asks of that ACK, by the classes that the gate may cover.
    pub asked: Vec<(String, Level)>,
}

/// One repository.
#[derive(Debug, Clone, Default)]
pub struct Repository {
    /// Its name.
    pub name: String,
    /// The commit at which it was read, abbreviated; `None` where it has none.
    pub tip: Option<String>,
    /// How many commits were judged.
    pub judged: usize,
    /// Whether there are older ones that were not.
    pub more: bool,
    /// Its protected files.
    pub files: Vec<File>,
    /// The commits that touch something protected, name a gate or used an override; parents before children.
    pub commits: Vec<CommitRow>,
    /// The overrides that no gate has covered since, wherever in the history they are.
    pub uncovered: Vec<UsedOverride>,
    /// What could not be read or told.
    pub notes: Vec<String>,
}

/// A protected file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct File {
    /// From the repository's root.
    pub path: RepoPath,
    /// Its class.
    pub class: String,
    /// The gate that opens it now, an index into [`Page::gates`].
    pub open: Option<usize>,
    /// The latest gate that lists it, whatever became of that; likewise.
    pub listed: Option<usize>,
}

/// A commit that matters to the protocol.
#[derive(Debug, Clone, Default)]
pub struct CommitRow {
    /// Its id, abbreviated.
    pub id: String,
    /// The committer's day.
    pub date: Date,
    /// The author's name.
    pub author: String,
    /// The first line of its message.
    pub subject: String,
    /// How many entries of the log came before it.
    pub after: usize,
    /// The protected paths that it touches, with the slice of the gate that covers each.
    pub touched: Vec<(RepoPath, Option<String>)>,
    /// The gates that cover something of it, or that its trailers name; indices into [`Page::gates`].
    pub gates: Vec<usize>,
    /// What judging it on its base refuses: codes and messages.
    pub refused: Vec<(&'static str, String)>,
    /// The overrides that let it pass.
    pub overrides: Vec<UsedOverride>,
}

/// The page, as UTF-8 text that ends with a line feed.
pub fn render(page: &Page) -> String {
    let mut out = Html::new();
    let title = format!("Alignment report: {}", page.parties.join(" and "));
    out.raw("<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n");
    out.raw("<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n");
    out.raw(&format!("<meta http-equiv=\"Content-Security-Policy\" content=\"{}\">\n", html::content_policy()));
    out.raw("<meta name=\"referrer\" content=\"no-referrer\">\n<meta name=\"color-scheme\" content=\"light dark\">\n");
    out.raw(MARK).raw("\n");
    out.within("title", "", |out| {
        out.text(&title);
    });
    out.raw("\n<style>").raw(html::STYLE).raw("</style>\n</head>\n<body>\n");
    out.raw("<a class=\"skip\" href=\"#main\">Skip to the report</a>\n<header>\n");
    out.within("h1", "", |out| {
        out.text(&title);
    });
    out.raw("\n<nav aria-label=\"Sections\">\n<ul>\n");
    for (id, name) in SECTIONS {
        out.raw(&format!("<li><a href=\"#{id}\">{name}</a></li>\n"));
    }
    out.raw("</ul>\n</nav>\n</header>\n<main id=\"main\" tabindex=\"-1\">\n");
    now::show(&mut out, page);
    timeline::show(&mut out, page);
    gates::show(&mut out, page);
    files::show(&mut out, page);
    overrides::show(&mut out, page);
    commits::show(&mut out, page);
    read::show(&mut out, page);
    out.raw("</main>\n</body>\n</html>\n");
    out.end()
}

/// The sections, by their ids and headings.
const SECTIONS: [(&str, &str); 7] = [
    ("now", "Now"),
    ("timeline", "Timeline"),
    ("gates", "Gates"),
    ("files", "Protected files"),
    ("overrides", "Overrides"),
    ("commits", "Commits without a gate"),
    ("read", "What was read"),
];

impl Page {
    /// A gate's number, as its anchor has it, and its slice.
    fn gate(&self, index: usize) -> Option<(usize, &str)> {
        self.gates.get(index).map(|gate| (index + 1, gate.view.slice.as_str()))
    }

    /// The commits of all repositories, each with the repository's name.
    fn commits(&self) -> impl Iterator<Item = (&str, &CommitRow)> {
        self.repositories.iter().flat_map(|one| one.commits.iter().map(|commit| (one.name.as_str(), commit)))
    }
}
