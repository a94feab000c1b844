//! HTML, written so that text cannot become anything else.

use base64ct::{Base64, Encoding};
use sha2::{Digest, Sha256};

use crate::report::escape;

/// The style of every page.
pub(super) const STYLE: &str = include_str!("style.css");

/// How many of a list are shown.
pub(super) const MOST: usize = 500;

/// How many characters of one text are shown.
const LONGEST: usize = 600;

/// What the page may load: its own style, known by its digest, and nothing else.
pub(super) fn content_policy() -> String {
    let digest = Base64::encode_string(&Sha256::digest(STYLE.as_bytes()));
    format!("default-src 'none'; style-src 'sha256-{digest}'; base-uri 'none'; form-action 'none'")
}

/// A page in the making.
pub(super) struct Html(String);

impl Html {
    pub(super) fn new() -> Self {
        Html(String::new())
    }

    pub(super) fn end(self) -> String {
        self.0
    }

    /// Adds markup of this room's own.
    pub(super) fn raw(&mut self, markup: &str) -> &mut Self {
        self.0.push_str(markup);
        self
    }

    /// Adds text, which may be anybody's; a long one is cut.
    pub(super) fn text(&mut self, text: &str) -> &mut Self {
        let shown = cut(text);
        for c in escape(shown).chars() {
            match c {
                '&' => self.0.push_str("&amp;"),
                '<' => self.0.push_str("&lt;"),
                '>' => self.0.push_str("&gt;"),
                '"' => self.0.push_str("&quot;"),
                '\'' => self.0.push_str("&#39;"),
                c => self.0.push(c),
            }
        }
        self.raw(if shown.len() < text.len() { "…" } else { "" })
    }

    /// Adds text of others, whose direction must not turn what stands around it.
    pub(super) fn said(&mut self, text: &str) -> &mut Self {
        self.raw("<bdi>").text(text).raw("</bdi>")
    }

    /// Adds a sentence of this program's, in which names from code stand between backticks.
    pub(super) fn prose(&mut self, text: &str) -> &mut Self {
        let is_paired = cut(text).len() == text.len() && text.matches('`').count().is_multiple_of(2);
        self.raw("<bdi dir=\"ltr\">");
        match is_paired {
            false => {
                self.text(text);
            }
            true => {
                for (at, part) in text.split('`').enumerate() {
                    match at % 2 {
                        0 => self.text(part),
                        _ => self.code(part),
                    };
                }
            }
        }
        self.raw("</bdi>")
    }

    /// Adds a name from code: a path, a field, the id of a commit.
    pub(super) fn code(&mut self, text: &str) -> &mut Self {
        self.raw("<code>").text(text).raw("</code>")
    }

    /// Adds an element; `attributes` are this room's own.
    pub(super) fn within(&mut self, name: &str, attributes: &str, content: impl FnOnce(&mut Self)) -> &mut Self {
        let space = if attributes.is_empty() { "" } else { " " };
        self.raw(&format!("<{name}{space}{attributes}>"));
        content(self);
        self.raw(&format!("</{name}>"))
    }

    /// Adds a word that says a state, of which `class` is the colour.
    pub(super) fn badge(&mut self, class: &str, word: &str) -> &mut Self {
        self.within("span", &format!("class=\"badge {class}\""), |out| {
            out.text(word);
        })
    }

    /// Adds a link to a gate of the page, by its number.
    pub(super) fn gate(&mut self, gate: Option<(usize, &str)>) -> &mut Self {
        let Some((number, slice)) = gate else { return self };
        self.within("a", &format!("href=\"#gate-{number}\""), |out| {
            out.code(slice);
        })
    }

    /// Begins a section with its heading.
    pub(super) fn section(&mut self, id: &str, content: impl FnOnce(&mut Self)) {
        let name = super::SECTIONS.iter().find(|(known, _)| *known == id).map_or("", |(_, name)| *name);
        self.raw(&format!("<section aria-labelledby=\"{id}\">\n<h2 id=\"{id}\">{name}</h2>\n"));
        content(self);
        self.raw("</section>\n");
    }

    /// Adds a table with a caption, whose first column names each row. `row` fills the cells, of which the first is a heading.
    pub(super) fn table<T>(
        &mut self,
        caption: &str,
        columns: &[&str],
        rows: &[T],
        mut cell: impl FnMut(&mut Self, usize, &T),
    ) {
        // A narrow window shows each row as a block, which must stay a row to those who do not see it: hence the roles.
        self.raw("<table role=\"table\">\n");
        self.within("caption", "", |out| {
            out.text(caption);
        });
        self.raw("\n<thead role=\"rowgroup\"><tr role=\"row\">");
        for column in columns {
            self.within("th", "scope=\"col\" role=\"columnheader\"", |out| {
                out.text(column);
            });
        }
        self.raw("</tr></thead>\n<tbody role=\"rowgroup\">\n");
        for row in rows.iter().take(MOST) {
            self.raw("<tr role=\"row\">");
            for (at, column) in columns.iter().enumerate() {
                match at {
                    0 => self.within("th", "scope=\"row\" role=\"rowheader\"", |out| cell(out, at, row)),
                    _ => {
                        self.within("td", &format!("role=\"cell\" data-column=\"{column}\""), |out| cell(out, at, row))
                    }
                };
            }
            self.raw("</tr>\n");
        }
        self.raw("</tbody>\n</table>\n");
        self.more(rows.len());
    }

    /// Adds a list of names from code.
    pub(super) fn codes<'t>(&mut self, all: impl ExactSizeIterator<Item = &'t str>) {
        let count = all.len();
        self.raw("<ul class=\"codes\">");
        for one in all.take(MOST) {
            self.within("li", "", |out| {
                out.code(one);
            });
        }
        self.raw("</ul>\n");
        self.more(count);
    }

    /// Says how many of a list are left out.
    fn more(&mut self, count: usize) {
        if let Some(more @ 1..) = count.checked_sub(MOST) {
            self.raw(&format!("<p>{more} more are not shown.</p>\n"));
        }
    }
}

/// As much of a text as is shown.
fn cut(text: &str) -> &str {
    text.char_indices().nth(LONGEST).and_then(|(at, _)| text.get(..at)).unwrap_or(text)
}

/// Which colour a state, or an entry's kind, has.
pub(super) fn color(state: &str) -> &'static str {
    match state {
        "acked" | "ack" => "good",
        "pending" | "gate" | "ready" => "wait",
        "rejected" | "nack" | "expired" => "bad",
        "changes-requested" | "withdrawn" => "warn",
        "landed" => "done",
        _ => "plain",
    }
}

/// A state, or an entry's kind, in words.
pub(super) fn word(state: &str) -> &str {
    match state {
        "ack" => "ACK",
        "acked" => "ACKed",
        "nack" => "NACK",
        "changes-requested" => "changes requested",
        "ready" => "ready for ACK",
        other => other,
    }
}
