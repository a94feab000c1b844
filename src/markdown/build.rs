//! pulldown-cmark's events, folded into blocks.

use std::ops::Range;

use pulldown_cmark::{Event, HeadingLevel, LinkType, Options, Parser, Tag, TagEnd};

use super::html;
use super::{Block, Body, Document, Ink, Item, Span};

/// Lists nested deeper than this are not read: nobody writes them, and a hostile log could nest without end.
const DEEPEST: usize = 24;

/// Reads a document: CommonMark with tables, strike-through and footnotes.
pub fn parse(text: &str) -> Document {
    read(text, 0, Footnotes::Hidden)
}

/// What the mark of a footnote is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Footnotes {
    /// Text that nobody says.
    Hidden,
    /// Text, as it is written.
    Said,
}

/// Reads a document that has so many lines above it.
pub(super) fn read(text: &str, lines_above: usize, footnotes: Footnotes) -> Document {
    let mut builder = Builder::new(text, hidden_by_html(text), lines_above, footnotes);
    for (event, range) in events(text) {
        builder.event(event, range);
    }
    builder.finish()
}

/// The level-2 headings at the top level, whole.
pub(super) fn outline(text: &str) -> Vec<Range<usize>> {
    let mut found = Vec::new();
    let mut depth = 0_usize;
    for (event, range) in events(text) {
        match event {
            Event::Start(tag) => {
                if depth == 0 && matches!(tag, Tag::Heading { level: HeadingLevel::H2, .. }) {
                    found.push(range);
                }
                depth += 1;
            }
            Event::End(_) => depth = depth.saturating_sub(1),
            _ => {}
        }
    }
    found
}

pub(super) fn events(text: &str) -> impl Iterator<Item = (Event<'_>, Range<usize>)> {
    let options = Options::ENABLE_TABLES | Options::ENABLE_STRIKETHROUGH | Options::ENABLE_FOOTNOTES;
    Parser::new_ext(text, options).into_offset_iter()
}

/// What stands between tags, which is known only once all tags are.
pub(super) fn hidden_by_html(text: &str) -> Vec<Range<usize>> {
    if !text.contains('<') {
        return Vec::new();
    }
    let mut found = Vec::new();
    let mut entry_starts = Vec::new();
    let mut pending = Vec::new();
    let mut depth = 0_usize;
    // Within a quote or a footnote, of which nothing is said, nor does what stands there reach beyond it.
    let mut shown = 0_usize;
    for (event, range) in events(text) {
        match event {
            Event::Start(Tag::BlockQuote(_) | Tag::FootnoteDefinition(_)) => {
                shown += 1;
                depth += 1;
            }
            Event::End(TagEnd::BlockQuote(_) | TagEnd::FootnoteDefinition) => {
                shown = shown.saturating_sub(1);
                depth = depth.saturating_sub(1);
            }
            // A block comes line by line, and a comment may have several.
            Event::Start(Tag::HtmlBlock) => {
                depth += 1;
                if shown == 0 {
                    html::tags(text.get(range.clone()).unwrap_or_default(), range.start, usize::MAX, &mut found);
                }
            }
            Event::InlineHtml(_) if shown > 0 => {}
            Event::Start(Tag::Heading { level: HeadingLevel::H2, .. }) if depth == 0 => {
                entry_starts.push(range.start);
                depth += 1;
            }
            Event::Start(_) => depth += 1,
            Event::End(end) => {
                depth = depth.saturating_sub(1);
                if !matches!(end, TagEnd::Emphasis | TagEnd::Strong | TagEnd::Link | TagEnd::Strikethrough) {
                    // A tag inside a paragraph that nothing closes reaches to the paragraph's end.
                    for (html, start) in pending.drain(..) {
                        html::tags(html, start, range.end, &mut found);
                    }
                }
            }
            Event::InlineHtml(_) => pending.push((text.get(range.clone()).unwrap_or_default(), range.start)),
            _ => {}
        }
    }
    html::end_at_entries(&mut found, &entry_starts, text.len());
    html::regions(&found)
}

/// A list or item that is still open.
enum Frame {
    List { line: usize, items: Vec<Item> },
    Item(Item),
}

struct Builder<'a> {
    text: &'a str,
    lines_above: usize,
    footnotes: Footnotes,
    line_starts: Vec<usize>,
    hidden: Vec<Range<usize>>,
    blocks: Vec<Block>,
    frames: Vec<Frame>,
    /// Open containers whose content is not kept, and lists beyond [`DEEPEST`].
    skipping: usize,
    /// The paragraph, heading or table cell that is being read.
    spans: Vec<Span>,
    spans_line: usize,
    strong: usize,
    /// Open strike-throughs, images and autolinks.
    unsaid: usize,
    /// For each open link, whether it counts as unsaid.
    links: Vec<bool>,
    rows: Vec<Vec<Vec<Span>>>,
    in_table: bool,
    table_line: usize,
}

impl<'a> Builder<'a> {
    fn new(text: &'a str, hidden: Vec<Range<usize>>, lines_above: usize, footnotes: Footnotes) -> Self {
        let line_starts = std::iter::once(0).chain(text.match_indices('\n').map(|(i, _)| i + 1)).collect();
        Builder {
            text,
            lines_above,
            footnotes,
            line_starts,
            hidden,
            blocks: Vec::new(),
            frames: Vec::new(),
            skipping: 0,
            spans: Vec::new(),
            spans_line: 0,
            strong: 0,
            unsaid: 0,
            links: Vec::new(),
            rows: Vec::new(),
            in_table: false,
            table_line: 0,
        }
    }

    fn line(&self, at: usize) -> usize {
        self.lines_above + self.line_starts.partition_point(|start| *start <= at)
    }

    fn event(&mut self, event: Event<'_>, range: Range<usize>) {
        if self.skipping > 0 {
            match event {
                Event::Start(_) => self.skipping += 1,
                Event::End(_) => self.skipping -= 1,
                _ => {}
            }
            return;
        }
        match event {
            Event::Start(tag) => self.start(&tag, range),
            Event::End(end) => self.end(end, range),
            Event::Text(text) => self.push(&text, Ink::Text, range.start),
            Event::Code(text) => self.push(&text, Ink::Code, range.start),
            // White space at a line's end makes one a hard break, and says nothing.
            Event::SoftBreak | Event::HardBreak => self.push("\n", Ink::Text, range.start),
            Event::Rule => {
                self.flush_paragraph();
                self.block(self.line(range.start), Body::Rule);
            }
            Event::FootnoteReference(name) if self.footnotes == Footnotes::Said => {
                self.push(&format!("[^{name}]"), Ink::Text, range.start);
            }
            Event::FootnoteReference(_) => self.push("", Ink::Hidden, range.start),
            Event::InlineHtml(_) | Event::Html(_) | Event::TaskListMarker(_) => {}
            Event::InlineMath(_) | Event::DisplayMath(_) => self.push("", Ink::Hidden, range.start),
        }
    }

    fn start(&mut self, tag: &Tag<'_>, range: Range<usize>) {
        let line = self.line(range.start);
        match tag {
            Tag::Paragraph | Tag::Heading { .. } => {
                self.flush_paragraph();
                self.spans_line = line;
            }
            Tag::List(_) if self.frames.len() < DEEPEST => {
                self.flush_paragraph();
                self.frames.push(Frame::List { line, items: Vec::new() });
            }
            Tag::Item => self.frames.push(Frame::Item(Item::default())),
            Tag::Table(_) => {
                self.flush_paragraph();
                self.in_table = true;
                self.table_line = line;
                self.rows.clear();
            }
            Tag::TableHead | Tag::TableRow => self.rows.push(Vec::new()),
            Tag::TableCell => self.spans.clear(),
            Tag::Strong => self.strong += 1,
            Tag::Emphasis => {}
            Tag::Strikethrough | Tag::Image { .. } => self.unsaid += 1,
            Tag::Link { link_type, .. } => {
                // An autolink's text is its target.
                let unsaid = matches!(link_type, LinkType::Autolink | LinkType::Email);
                self.links.push(unsaid);
                self.unsaid += usize::from(unsaid);
            }
            _ => {
                self.flush_paragraph();
                self.block(line, Body::Shown);
                self.skipping = 1;
            }
        }
    }

    fn end(&mut self, end: TagEnd, range: Range<usize>) {
        match end {
            TagEnd::Paragraph => self.flush_paragraph(),
            TagEnd::Heading(level) => {
                let text = std::mem::take(&mut self.spans);
                let source = self.text.get(range.clone()).unwrap_or_default().trim_start();
                let in_html = html::covers(&self.hidden, range.start);
                let setext = !source.starts_with('#');
                self.block(self.line(range.start), Body::Heading { level: level as u8, setext, in_html, text });
            }
            TagEnd::Item => {
                self.flush_paragraph();
                if let Some(Frame::Item(item)) = self.frames.pop()
                    && let Some(Frame::List { items, .. }) = self.frames.last_mut()
                {
                    items.push(item);
                }
            }
            TagEnd::List(_) => {
                self.flush_paragraph();
                if let Some(Frame::List { line, items }) = self.frames.pop() {
                    self.block(line, Body::List(items));
                }
            }
            TagEnd::TableCell => {
                let cell = std::mem::take(&mut self.spans);
                if let Some(row) = self.rows.last_mut() {
                    row.push(cell);
                }
            }
            TagEnd::Table => {
                self.in_table = false;
                let rows = std::mem::take(&mut self.rows);
                self.block(self.table_line, Body::Table(rows));
            }
            TagEnd::Strong => self.strong = self.strong.saturating_sub(1),
            TagEnd::Strikethrough | TagEnd::Image => self.unsaid = self.unsaid.saturating_sub(1),
            TagEnd::Link => self.unsaid -= usize::from(self.links.pop().unwrap_or(false)),
            _ => {}
        }
    }

    fn push(&mut self, text: &str, ink: Ink, at: usize) {
        if self.spans.is_empty() && !self.in_table {
            self.spans_line = self.line(at);
        }
        let ink = if self.unsaid > 0 || html::covers(&self.hidden, at) { Ink::Hidden } else { ink };
        let strong = self.strong > 0;
        // The parser cuts text wherever a mark could have meant something: `a/*.py` is one token all the same.
        match self.spans.last_mut() {
            Some(last) if ink == Ink::Text && last.ink == ink && last.strong == strong => last.text.push_str(text),
            _ => self.spans.push(Span { text: text.to_owned(), ink, strong }),
        }
    }

    /// Ends the paragraph that collects spans; the text of a tight list item has no tag of its own.
    fn flush_paragraph(&mut self) {
        if !self.spans.is_empty() && !self.in_table {
            let spans = std::mem::take(&mut self.spans);
            self.block(self.spans_line, Body::Paragraph(spans));
        }
    }

    fn block(&mut self, line: usize, body: Body) {
        let block = Block { line, body };
        match self.frames.last_mut() {
            Some(Frame::Item(item)) => item.blocks.push(block),
            Some(Frame::List { .. }) | None => self.blocks.push(block),
        }
    }

    fn finish(mut self) -> Document {
        self.flush_paragraph();
        Document { blocks: self.blocks }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::markdown::plain;

    fn paragraphs(text: &str) -> Vec<String> {
        parse(text)
            .blocks
            .iter()
            .filter_map(|b| match &b.body {
                Body::Paragraph(spans) => Some(plain(spans)),
                _ => None,
            })
            .collect()
    }

    #[test]
    fn keeps_lines_of_blocks_and_of_tight_items() {
        let document = parse("# a\n\ntext\n\n- x\n- y\n  - z\n");
        let lines: Vec<usize> = document.blocks.iter().map(|b| b.line).collect();
        assert_eq!(lines, [1, 3, 5]);
        let Body::List(items) = &document.blocks[2].body else { panic!("a list") };
        assert_eq!(items[1].blocks[0].line, 6);
        assert!(matches!(items[1].blocks[1].body, Body::List(_)));
    }

    #[test]
    fn hides_what_nobody_says() {
        assert_eq!(paragraphs("a ~~b~~ <del>c</del> ![d](e) <https://f.example> [g](h)"), ["a     g"]);
        assert_eq!(paragraphs("<del>\n\nACK\n\n</del>\n"), [""]);
        assert_eq!(paragraphs("<!--\n<del>\n-->\n\nsaid"), ["said"]);
        assert_eq!(paragraphs("> <del>\n\nsaid[^1]\n\n[^1]: <del>\n\nsaid"), ["said", "said"]);
        assert_eq!(paragraphs("> quoted\n\n    code\n\n<!--\n\nhidden\n-->\n\nsaid"), ["said"]);
    }

    #[test]
    fn an_unclosed_tag_hides_no_later_entry() {
        assert_eq!(paragraphs("<del>\n\nhidden\n\n## next\n\nsaid"), ["", "said"]);
    }

    #[test]
    fn survives_deep_nesting() {
        for text in ["> ".repeat(5_000), "- ".repeat(5_000), "*a **b ".repeat(5_000), "[".repeat(20_000)] {
            parse(&text);
        }
    }
}
