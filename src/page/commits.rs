//! Commits that touch something protected: how each stands, and those that no gate covers.

use super::html::Html;
use super::{CommitRow, Page};

impl CommitRow {
    /// Whether judging it on its base refuses it.
    pub(super) fn is_refused(&self) -> bool {
        !self.refused.is_empty()
    }

    /// Whether it touches something protected that no gate covers.
    pub(super) fn is_loose(&self) -> bool {
        self.touched.iter().any(|(_, covered_by)| covered_by.is_none())
    }

    /// How it stands, as a colour and a word.
    pub(super) fn standing(&self) -> (&'static str, &'static str) {
        match self {
            _ if self.is_refused() => ("bad", "refused"),
            _ if !self.overrides.is_empty() => ("warn", "override"),
            _ if self.is_loose() => ("plain", "no gate needed"),
            _ if self.touched.is_empty() => ("plain", "nothing protected"),
            _ => ("good", "covered"),
        }
    }
}

pub(super) fn show(out: &mut Html, page: &Page) {
    out.section("commits", |out| {
        out.raw(
            "<p>Each commit is judged on its own base, as <code>verify-gate --range</code> judges it. <em>Refused</em> says what \
             that finds; such a commit was made before the rules held, or past the hooks. Where the log is in another \
             repository, it is read as the trailer <code>Gate-Log:</code> pins it, else as it is now.</p>\n",
        );
        let mut none = true;
        for repository in &page.repositories {
            let rows: Vec<&CommitRow> =
                repository.commits.iter().rev().filter(|c| c.is_loose() || c.is_refused()).collect();
            if rows.is_empty() {
                continue;
            }
            none = false;
            let caption = format!("{}: protected changes without a gate, newest first", repository.name);
            out.table(&caption, &["Commit", "Protected paths", "What judging it says"], &rows, |out, column, commit| {
                match column {
                    0 => name(out, commit),
                    1 => paths(out, commit),
                    _ => says(out, commit),
                }
            });
        }
        if none {
            out.raw("<p>None.</p>\n");
        }
    });
}

/// What a commit is: its id, day, author and subject.
pub(super) fn name(out: &mut Html, commit: &CommitRow) {
    out.code(&commit.id).raw(" ").said(&commit.subject);
    out.raw(&format!("<span class=\"more\"><time datetime=\"{0}\">{0}</time> · ", commit.date));
    out.said(&commit.author).raw("</span>");
}

/// The protected paths that it touches.
pub(super) fn paths(out: &mut Html, commit: &CommitRow) {
    let paths: Vec<String> = commit.touched.iter().map(|(path, _)| path.to_string()).collect();
    out.codes(paths.iter().map(String::as_str));
}

fn says(out: &mut Html, commit: &CommitRow) {
    let (class, word) = commit.standing();
    out.badge(class, word);
    for used in &commit.overrides {
        out.raw("<span class=\"more\">“").said(&used.reason).raw("”, ").said(&used.by).raw("</span>");
    }
    if commit.is_refused() {
        out.raw("<ul class=\"says\">");
        for (code, message) in &commit.refused {
            out.within("li", "", |out| {
                out.raw("<b>").text(code).raw("</b> ").prose(message);
            });
        }
        out.raw("</ul>");
    }
}
