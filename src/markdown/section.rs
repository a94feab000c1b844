//! A document cut at its headings.

use super::{Block, Body, Document, plain};

/// A heading and what stands under it, up to the next heading of its level or above: deeper headings and what they
/// hold are part of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Section {
    /// The heading's text, as written.
    pub heading: String,
    /// The heading's level, 1 to 6.
    pub level: u8,
    /// The heading's line, from 1.
    pub line: usize,
    /// The last line that belongs to it.
    pub end: usize,
    /// What stands under the heading; the lines of its blocks are those of the document.
    pub blocks: Vec<Block>,
}

/// The sections of a document that has so many lines, in order, each nested one after the one that holds it. A heading
/// between HTML tags is none.
pub fn sections(document: &Document, lines: usize) -> Vec<Section> {
    let blocks = document.blocks.iter().enumerate();
    let headings: Vec<(usize, u8, usize, String)> = blocks
        .filter_map(|(at, block)| match &block.body {
            Body::Heading { level, in_html: false, text, .. } => {
                Some((at, *level, block.line, plain(text).split_whitespace().collect::<Vec<_>>().join(" ")))
            }
            _ => None,
        })
        .collect();
    let cut = headings.iter().enumerate().map(|(i, (at, level, line, heading))| {
        let next = headings.iter().skip(i + 1).find(|(_, other, ..)| other <= level);
        let (until, end) = next.map_or((document.blocks.len(), lines), |(at, _, line, _)| (*at, line - 1));
        Section {
            heading: heading.clone(),
            level: *level,
            line: *line,
            end: end.max(*line),
            blocks: document.blocks.get(at + 1..until).unwrap_or_default().to_vec(),
        }
    });
    cut.collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::markdown::parse;

    #[test]
    fn a_section_ends_at_the_next_heading_of_its_level_or_above() {
        let text = "# One\n\n## Two\n- a\n### Three\nb\n\nFour\n----\n\n```\n## no\n```\n";
        let found = sections(&parse(text), text.lines().count());
        let shown: Vec<_> =
            found.iter().map(|s| (s.heading.as_str(), s.level, s.line, s.end, s.blocks.len())).collect();
        assert_eq!(shown, [("One", 1, 1, 13, 6), ("Two", 2, 3, 7, 3), ("Three", 3, 5, 7, 1), ("Four", 2, 8, 13, 1)]);
        assert_eq!(sections(&parse("<del>\n\n## a\n\n</del>\n"), 5), []);
        assert_eq!(sections(&parse(""), 0), []);
    }
}
