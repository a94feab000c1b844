//! The protocol's own format: entries are sections under level-2 headings.

use super::super::Kind;
use super::super::heading::heading;
use super::super::text::is_end_of_entry;
use super::super::tokens::tokens;
use super::{Format, Names, Raw};
use crate::markdown::{Block, Body, Span, parse_apart, plain};

pub(super) const FORMAT: Format = Format {
    name: "headings",
    reply: |party, kind, slice| {
        let said = match kind {
            Kind::Ack => "ACK",
            Kind::Nack => "NACK",
            kind => kind.as_str(),
        };
        format!("## {party} ({said}: {slice})")
    },
    gate: |party, slice, parts| {
        let parts = parts.iter().map(|(part, text)| format!("- {}: {text}\n", part.title()));
        format!("## {party} (alignment gate: {slice})\n{}", parts.collect::<String>())
    },
    cut: |text, lines_above, names| {
        let document = parse_apart(text, lines_above, |block| entry_start(block, names).is_some());
        cut(document.blocks, names)
    },
};

/// Cuts a document at the headings that start an entry.
pub(in crate::log) fn cut(blocks: Vec<Block>, names: &Names) -> Vec<Raw> {
    let mut found: Vec<Raw> = Vec::new();
    for block in blocks {
        let start = entry_start(&block, names).map(|(title, in_html)| (title.to_vec(), in_html));
        match start {
            Some((title, in_html)) => {
                if let Some(last) = found.last_mut() {
                    last.next = block.line;
                }
                let heading = plain(&title).replace('\n', " ");
                found.push(Raw { line: block.line, next: usize::MAX, heading, title, in_html, blocks: Vec::new() });
            }
            None => {
                if let Some(last) = found.last_mut() {
                    last.blocks.push(block);
                }
            }
        }
    }
    found
}

/// The title of an entry, and whether it stands between HTML tags: a level-2 heading. An underlined one starts an entry only
/// where a party's name starts it: `ACK, but …` with `---` right below it is a body's last line, by what its writer meant.
pub(in crate::log) fn entry_start<'d>(block: &'d Block, names: &Names) -> Option<(&'d [Span], bool)> {
    let Body::Heading { level: 2, setext, in_html, text } = &block.body else { return None };
    let is_start = !setext || heading(&tokens(text), names).party.is_some();
    (is_start && !is_end_of_entry(&plain(text))).then_some((text.as_slice(), *in_html))
}
