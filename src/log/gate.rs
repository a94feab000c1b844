//! What a gate asks for: what stands under the parts of the template.

use std::collections::HashSet;

use super::label::{Part, bold_label, by_label, is_label, item_label, part_of, plain_label, refuses};
use super::paths::{Listed, Place, collect};
use crate::markdown::{Block, Body, Ink, Item, Span, plain};

/// What a gate lists.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Content {
    pub(super) paths: Vec<Listed>,
    pub(super) fields: Vec<String>,
    pub(super) parts: Vec<Part>,
    pub(super) questions: Vec<String>,
    pub(super) validation: Vec<Block>,
}

/// Reads the parts of a gate's body. `places` are the names that put a path into a repository.
pub(super) fn content(blocks: &[Block], places: &[Place]) -> Content {
    let mut found = Content::default();
    let seen = (HashSet::new(), HashSet::new());
    sections(blocks, &mut Reader { found: &mut found, places, open: None, below: Below::Nothing, seen, line: 0 });
    found.parts.sort();
    found.parts.dedup();
    found
}

/// A section that goes on with the blocks that follow.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Open {
    part: Option<Part>,
    until: Until,
    /// The level of the sub-heading that takes out what stands below it.
    negated: Option<u8>,
}

/// What ends a section.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Until {
    /// A heading of this level or a higher one; a bold label of the template.
    Heading(u8),
    /// Any heading, any bold label.
    Label,
    /// The block after the label.
    NextBlock,
}

/// What a paragraph that takes out what stands below it (“Out of scope:”) still holds for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Below {
    Nothing,
    /// For the blocks right below it.
    Label,
    /// For what goes on with the list or table below it.
    Listed,
}

struct Reader<'a> {
    found: &'a mut Content,
    places: &'a [Place],
    open: Option<Open>,
    below: Below,
    /// The paths and fields that are listed already.
    seen: (HashSet<Listed>, HashSet<String>),
    /// The line of the block that is being read.
    line: usize,
}

fn sections(blocks: &[Block], reader: &mut Reader<'_>) {
    for block in blocks {
        reader.line = block.line;
        match &block.body {
            Body::Heading { level, text, in_html, .. } => {
                reader.below = Below::Nothing;
                let text = plain(text);
                if let Some(part) = part_of(&text).filter(|_| !in_html) {
                    reader.begin(part, Until::Heading(*level));
                } else if reader.open.is_some_and(|o| matches!(o.until, Until::Heading(l) if *level > l)) {
                    // A sub-heading inside of the section: “Not changing” turns what follows around.
                    let level = *level;
                    let negated = |o: &Open| {
                        let above = o.negated.filter(|above| level > *above);
                        above.or(refuses(&text).then_some(level))
                    };
                    reader.open = reader.open.map(|o| Open { negated: negated(&o), ..o });
                } else {
                    reader.open = None;
                }
            }
            Body::Paragraph(spans) => {
                for part in by_label(spans) {
                    paragraph(&part, reader);
                }
            }
            Body::List(items) => {
                let outer = reader.below();
                let mut negated = outer;
                for item in items {
                    negated = list_item(item, negated, outer, reader);
                }
                reader.listed();
                reader.end_block();
            }
            Body::Table(rows) => {
                let negated = reader.below();
                for row in rows {
                    let negated = negated || is_unchanged_row(row);
                    row.iter().for_each(|cell| drop(reader.take_in(cell, negated, None)));
                }
                reader.listed();
                reader.validation(|| block.body.clone());
                reader.end_block();
            }
            Body::Shown => reader.validation(|| Body::Shown),
            Body::Rule => {}
        }
    }
}

fn paragraph(spans: &[Span], reader: &mut Reader<'_>) {
    // Below its label a paragraph may be the list; behind a list it is something new.
    let below = reader.below == Below::Label;
    reader.below = if below { Below::Label } else { Below::Nothing };
    if let Some((label, rest)) = bold_label(spans) {
        match part_of(&label) {
            Some(part) => {
                reader.begin(part, Until::Label);
                reader.take(rest, false);
                return;
            }
            None if reader.open.is_some_and(|o| matches!(o.until, Until::Label)) && is_label(&label, rest) => {
                reader.open = None
            }
            None => {
                let negated = refuses(&label) || (below && !is_label(&label, rest));
                reader.take(spans, negated);
                reader.begin_below(spans, negated);
                return;
            }
        }
    }
    match plain_label(spans) {
        Some((part, rest)) => {
            reader.begin(part, Until::NextBlock);
            reader.take(&rest, false);
        }
        None => {
            let end = reader.take(spans, below);
            reader.begin_below(spans, below || end.negated || refuses(&plain(spans)));
            reader.end_block();
        }
    }
}

/// Whether a paragraph is no more than a label for what stands below it.
fn is_bare_label(spans: &[Span]) -> bool {
    let text = plain(spans);
    let text = text.trim_end();
    let code = spans.iter().any(|span| span.ink == Ink::Code);
    text.ends_with([':', '—', '–', '-'])
        || (!code && !text.contains([':', '.']) && text.split_whitespace().count() <= 8)
}

/// What an item that is no more than a label says of the items beside it that follow; `negated` and `outer` are what held
/// for it, and what holds for its list.
fn beside(item: &[Block], refused: bool, negated: bool, outer: bool) -> bool {
    match item {
        [Block { body: Body::Paragraph(spans), .. }] if plain(spans).trim_end().ends_with(':') => {
            outer || if negated { refuses(&plain(spans)) } else { refused }
        }
        _ => negated,
    }
}

/// An item of the template, or an item of the section that is open. Whether the items that follow it are taken out.
fn list_item(item: &Item, negated: bool, outside: bool, reader: &mut Reader<'_>) -> bool {
    let outer = reader.open;
    reader.line = item.blocks.first().map_or(reader.line, |block| block.line);
    let lines = match item.blocks.first().map(|b| &b.body) {
        Some(Body::Paragraph(spans)) => by_label(spans),
        _ => Vec::new(),
    };
    match lines.first().and_then(|line| item_label(line)) {
        Some((part, rest)) => {
            reader.begin(part, Until::Heading(0));
            reader.take(&rest, false);
            for line in lines.iter().skip(1) {
                paragraph(line, reader);
            }
            let below = item.blocks.get(1..).unwrap_or_default();
            nested(below, false, None, reader);
            for block in below {
                reader.validation(|| block.body.clone());
            }
            reader.open = outer;
            outside
        }
        None => {
            let refused = nested(&item.blocks, negated, None, reader);
            reader.validation(|| Body::List(vec![item.clone()]));
            reader.open = outer;
            beside(&item.blocks, refused, negated, outside)
        }
    }
}

/// The blocks of an item: what its first line says of place and “not” holds for what is nested below it.
/// Whether it ends in such a “not”.
fn nested(blocks: &[Block], negated: bool, place: Option<&str>, reader: &mut Reader<'_>) -> bool {
    let outside = negated;
    let mut negated = negated;
    let mut place = place.map(str::to_owned);
    for block in blocks {
        match &block.body {
            Body::Paragraph(spans) => {
                let end = reader.take_in(spans, negated, place.as_deref());
                negated = end.negated || refuses(&plain(spans));
                place = end.place.or(place);
            }
            Body::List(items) => {
                let mut left_alone = negated;
                for item in items {
                    let refused = nested(&item.blocks, left_alone, place.as_deref(), reader);
                    left_alone = beside(&item.blocks, refused, left_alone, negated);
                }
            }
            Body::Table(rows) => {
                for row in rows {
                    let negated = negated || is_unchanged_row(row);
                    row.iter().for_each(|cell| drop(reader.take_in(cell, negated, place.as_deref())));
                }
            }
            Body::Heading { text, .. } => {
                reader.take_in(text, outside, place.as_deref());
                negated = outside || refuses(&plain(text));
            }
            Body::Rule | Body::Shown => {}
        }
    }
    negated
}

/// What of a run of text a remark at its end leaves as it is.
enum Left {
    Last,
    All,
}

/// Whether text ends by saying that what it lists does not change: “`a/x.py` (unchanged)”, “`a/x.py` — not touched”.
fn left_as_it_is(text: &str) -> Option<Left> {
    let text = text.trim_end_matches(|c: char| c.is_whitespace() || c == '.');
    if let Some(inner) = text.strip_suffix(')').and_then(|text| text.rsplit_once('(')).map(|(_, inner)| inner) {
        return is_unchanged(inner).then_some(Left::Last);
    }
    let (_, behind) = text.rsplit_once('—')?;
    is_unchanged(behind).then_some(Left::All)
}

fn is_unchanged(remark: &str) -> bool {
    let words: Vec<String> = remark.split_whitespace().map(str::to_lowercase).collect();
    let said = words.join(" ");
    UNCHANGED.contains(&said.trim_end_matches(['.', '!', ';']))
}

/// Whether a row of a table says in its last cell that what it lists does not change.
fn is_unchanged_row(row: &[Vec<Span>]) -> bool {
    let last = row.last().filter(|_| row.len() > 1).map(|cell| plain(cell)).unwrap_or_default();
    is_unchanged(&last) || ["none", "no"].contains(&last.trim().to_lowercase().as_str())
}

const UNCHANGED: &[&str] = &[
    "as is",
    "as it is",
    "excluded",
    "left alone",
    "left as is",
    "no change",
    "no changes",
    "not affected",
    "not changed",
    "not changing",
    "not in scope",
    "not in this slice",
    "not part of this slice",
    "not touched",
    "out of scope",
    "read only",
    "read-only",
    "remains as is",
    "remains unchanged",
    "stays as is",
    "stays as it is",
    "stays unchanged",
    "unaffected",
    "unchanged",
    "untouched",
];

/// What a paragraph leaves for the list below it.
struct End {
    negated: bool,
    place: Option<String>,
}

impl Reader<'_> {
    /// Whether what stands here is below a label that takes it out.
    fn below(&self) -> bool {
        self.below != Below::Nothing
    }

    fn listed(&mut self) {
        if self.below() {
            self.below = Below::Listed;
        }
    }

    fn begin_below(&mut self, spans: &[Span], negated: bool) {
        self.below = if negated && is_bare_label(spans) { Below::Label } else { self.below };
    }

    fn begin(&mut self, part: Part, until: Until) {
        self.below = Below::Nothing;
        self.found.parts.push(part);
        self.open = Some(Open { part: Some(part), until, negated: None });
    }

    /// A block has ended: a label without a form of its own reaches no further.
    fn end_block(&mut self) {
        if self.open.is_some_and(|o| o.until == Until::NextBlock) {
            self.open = None;
        }
    }

    fn take(&mut self, spans: &[Span], negated: bool) -> End {
        let end = self.take_in(spans, negated, None);
        self.validation(|| Body::Paragraph(spans.to_vec()));
        end
    }

    /// Keeps a block of the validation matrix as it is.
    fn validation(&mut self, body: impl FnOnce() -> Body) {
        if self.open.is_some_and(|open| open.part == Some(Part::Validation) && open.negated.is_none()) {
            self.found.validation.push(Block { line: self.line, body: body() });
        }
    }

    fn take_in(&mut self, spans: &[Span], negated: bool, place: Option<&str>) -> End {
        let Some(Open { part: Some(part), negated: section, .. }) = self.open else {
            return End { negated: false, place: None };
        };
        let mut read = collect(spans, self.places, negated || section.is_some(), place);
        let (paths, fields) = &mut self.seen;
        if part == Part::Change {
            let from = match left_as_it_is(&plain(spans)) {
                Some(Left::Last) => read.paths.len().saturating_sub(1),
                Some(Left::All) => 0,
                None => read.paths.len(),
            };
            read.paths.iter_mut().skip(from).for_each(|path| path.excluded = true);
            self.found.paths.extend(read.paths.into_iter().filter(|p| paths.insert(p.clone())));
        }
        if part == Part::Fields {
            let asked = plain(spans).split_whitespace().collect::<Vec<_>>().join(" ");
            let is_none = matches!(asked.trim_end_matches('.').to_ascii_lowercase().as_str(), "" | "none" | "n/a");
            self.found.questions.extend((!is_none).then_some(asked));
        }
        if matches!(part, Part::Change | Part::Fields) {
            self.found.fields.extend(read.fields.into_iter().filter(|f| fields.insert(f.clone())));
        }
        End { negated: read.negated_below, place: read.place }
    }
}
