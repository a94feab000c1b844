//! The lines of a text as they are written, and whether they are said.

use std::collections::HashMap;
use std::ops::Range;

use pulldown_cmark::{Event, Tag, TagEnd};

use super::build::{events, hidden_by_html};
use super::html;

/// One line as it is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Line<'t> {
    /// From 1.
    pub number: usize,
    /// Without white space at its ends and without the mark of a list's item before it.
    pub text: &'t str,
    /// Its first word is text of the page: it stands in no code, quote, footnote, link target or comment.
    pub is_said: bool,
    /// It stands between HTML tags, or is struck out: whatever it says, nobody says it.
    pub is_hidden: bool,
}

/// All lines of a document whose entries are lines.
pub fn written_lines(text: &str) -> Vec<Line<'_>> {
    let hidden = hidden_by_html(text);
    let starts = text_starts(text);
    let mut offset = 0;
    let mut lines = Vec::new();
    for (number, line) in (1..).zip(text.split('\n')) {
        let bare = without_bullet(line.trim());
        let at = offset + line.find(bare).filter(|_| !bare.is_empty()).unwrap_or_default();
        let struck = starts.get(&at).copied();
        lines.push(Line {
            number,
            text: bare,
            is_said: struck.is_some(),
            is_hidden: struck == Some(true) || html::covers(&hidden, at),
        });
        offset += line.len() + 1;
    }
    lines
}

/// Where text begins that is said, or a code span or a piece of it that is marked; and whether it is struck out.
fn text_starts(text: &str) -> HashMap<usize, bool> {
    let mut found = HashMap::new();
    let (mut shown, mut struck, mut images) = (0_usize, 0_usize, 0_usize);
    let mut add = |range: &Range<usize>, is_struck: bool| {
        found.entry(range.start).and_modify(|known| *known |= is_struck).or_insert(is_struck);
    };
    for (event, range) in events(text) {
        match event {
            Event::Start(Tag::BlockQuote(_) | Tag::FootnoteDefinition(_) | Tag::CodeBlock(_) | Tag::HtmlBlock) => {
                shown += 1
            }
            Event::End(TagEnd::BlockQuote(_) | TagEnd::FootnoteDefinition | TagEnd::CodeBlock | TagEnd::HtmlBlock) => {
                shown = shown.saturating_sub(1)
            }
            _ if shown > 0 => {}
            Event::Start(Tag::Image { .. }) => images += 1,
            Event::End(TagEnd::Image) => images = images.saturating_sub(1),
            _ if images > 0 => {}
            Event::Start(Tag::Strikethrough) => {
                struck += 1;
                add(&range, true);
            }
            Event::End(TagEnd::Strikethrough) => struck = struck.saturating_sub(1),
            Event::Text(_) | Event::Code(_) | Event::Start(Tag::Link { .. } | Tag::Strong | Tag::Emphasis) => {
                add(&range, struck > 0);
            }
            _ => {}
        }
    }
    found
}

/// A line without the mark of a list's item that it begins with.
fn without_bullet(line: &str) -> &str {
    let rest = line.strip_prefix(['-', '*', '+']).or_else(|| {
        let digits = line.len() - line.trim_start_matches(|c: char| c.is_ascii_digit()).len();
        line.get(digits..).filter(|_| (1..=9).contains(&digits))?.strip_prefix(['.', ')'])
    });
    rest.filter(|rest| rest.starts_with([' ', '\t'])).map_or(line, str::trim_start)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_tell_whether_they_are_said() {
        let text = "x a\n\n    x d\n\n- x b\n  1. x c\n\n```\nx e\n```\n\n> x f\nx g\n\n<!--\nx h\n-->\n\nq `a\nx i\nb` q\n\nq <!--\nx j\n-->\n\n\
             [l]: u \"t\nx k\n\"\n\n[l](u \"t\nx m\n\")\n\nq ~~a\nx n\nb~~\n\n<del>\n\nx o\n\n</del>\n\nx p\n\n![l\nx q\n](u)\n\nx r\n---\n\nx s | t\n--|--\nx u | v\n";
        let lines = written_lines(text);
        let x = |line: &&Line<'_>| line.text.starts_with("x ");
        let is = |hidden: bool| -> String {
            let said = lines.iter().filter(x).filter(|line| line.is_said && line.is_hidden == hidden);
            said.filter_map(|line| line.text.chars().nth(2)).collect()
        };
        assert_eq!((is(false).as_str(), is(true).as_str()), ("abcprsu", "no"));
        assert_eq!(lines.iter().find(|line| line.text == "x p").map(|line| line.number), Some(45));
        assert_eq!(lines.len(), text.split('\n').count());
    }
}
