//! A document of many hands, read section by section.

use super::build::{Footnotes, hidden_by_html, outline, read};
use super::{Block, Body, Document, html};

/// Reads a document whose sections are written one after the other, each by itself: neither a tag that a section leaves
/// open nor the target that it gives a link (`[ACK]: …`) or a footnote changes what another one says. So nothing that is
/// appended takes back what stands above it, or says it anew.
///
/// `opens` tells which level-2 headings begin a section. One that stands between tags all the same, the first in a section
/// above it and the second in one below, says so ([`Body::Heading`]). The mark of a footnote is text here, `[^1]`, as it is
/// where there is no such footnote.
pub fn parse_apart(text: &str, lines_above: usize, opens: impl Fn(&Block) -> bool) -> Document {
    // Nothing else reaches from one section into another.
    if !text.contains('<') && !text.contains("]:") {
        return read(text, lines_above, Footnotes::Said);
    }
    let hidden = hidden_by_html(text);
    let is_start = |source: &str| read(source, 0, Footnotes::Said).blocks.first().is_some_and(&opens);
    let starts = outline(text).into_iter().filter(|heading| is_start(text.get(heading.clone()).unwrap_or_default()));
    let starts: Vec<usize> = starts.map(|heading| line_start(text, heading.start)).collect();
    let ends = starts.iter().copied().chain([text.len()]);
    let mut document = Document::default();
    let mut lines_above = lines_above;
    for (start, end) in [0].into_iter().chain(starts.iter().copied()).zip(ends) {
        let section = text.get(start..end).unwrap_or_default();
        let mut blocks = read(section, lines_above, Footnotes::Said).blocks;
        if let Some(Block { body: Body::Heading { in_html, .. }, .. }) = blocks.first_mut() {
            *in_html |= html::covers(&hidden, start);
        }
        document.blocks.append(&mut blocks);
        lines_above += section.matches('\n').count();
    }
    document
}

/// Where the line begins that holds the byte `at`.
fn line_start(text: &str, at: usize) -> usize {
    text.get(..at).and_then(|above| above.rfind('\n')).map_or(0, |end| end + 1)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::markdown::plain;

    fn said(text: &str) -> Vec<(usize, String, bool)> {
        let block = |block: &Block| match &block.body {
            Body::Heading { text, in_html, .. } => Some((block.line, plain(text), *in_html)),
            Body::Paragraph(spans) => Some((block.line, plain(spans), false)),
            _ => None,
        };
        parse_apart(text, 0, |_| true).blocks.iter().filter_map(block).collect()
    }

    fn shown(text: &str) -> Vec<String> {
        said(text)
            .into_iter()
            .map(|(line, text, in_html)| format!("{line} {text}{}", if in_html { " !" } else { "" }))
            .collect()
    }

    #[test]
    fn targets_are_those_of_the_section() {
        assert_eq!(shown("[x]: y\n\n[x]\n\n## [x] a\n\n[x]\n\n[x][z]\n\n[z]: y\n"), ["3 x", "5 [x] a", "7 [x]", "9 x"]);
        assert_eq!(shown("a[^1]\n\n## b[^1]\n\n[^1]: c\n"), ["1 a[^1]", "3 b[^1]"]);
    }

    #[test]
    fn tags_hide_within_their_section_alone_and_mark_the_headings_between_them() {
        assert_eq!(
            shown("<del>\n\na\n\n## b\n\nc\n\n## d\n\n</del>\n\ne\n\n## f\n\n<del>\n\ng\n\n</del>\n"),
            ["3 ", "5 b !", "7 c", "9 d !", "13 e", "15 f", "19 "]
        );
    }

    #[test]
    fn sections_begin_where_they_are_said_to() {
        let text = "## a\n\n[x]\n\nb\n---\n\n[x]: y\n";
        let atx = |block: &Block| matches!(block.body, Body::Heading { setext: false, .. });
        assert_eq!(plain_of(&parse_apart(text, 0, atx)), ["a", "x", "b"]);
        assert_eq!(plain_of(&parse_apart(text, 0, |_| true)), ["a", "[x]", "b"]);
    }

    fn plain_of(document: &Document) -> Vec<String> {
        let spans = document.blocks.iter().filter_map(|block| match &block.body {
            Body::Heading { text, .. } | Body::Paragraph(text) => Some(plain(text)),
            _ => None,
        });
        spans.collect()
    }
}
