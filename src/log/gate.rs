//! What a gate asks for: its slice, and what stands under the parts of the template.

use super::entry::gate_phrase;
use super::heading::{Heading, date_of};
use super::object::{is_plainly_a_slice, is_slice_name};
use super::paths::{Listed, Place, collect};
use super::tokens::{Token, tokens};
use crate::markdown::{Block, Body, Ink, Item, Span, plain};

/// The parts of the gate template, in its order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Part {
    /// What we will change (paths + fields).
    Change,
    /// Exact field names/contracts (Yes/No confirms).
    Fields,
    /// Validation matrix and acceptance.
    Validation,
    /// Packaging/licensing impacts.
    Packaging,
    /// D+1/D+2 timeline.
    Timeline,
}

impl Part {
    /// All parts, in the template's order.
    pub const ALL: [Part; 5] = [Part::Change, Part::Fields, Part::Validation, Part::Packaging, Part::Timeline];

    /// The part as the template words it.
    pub fn title(self) -> &'static str {
        match self {
            Part::Change => "What we will change (paths + fields)",
            Part::Fields => "Exact field names/contracts (Yes/No confirms)",
            Part::Validation => "Validation matrix and acceptance",
            Part::Packaging => "Packaging/licensing impacts",
            Part::Timeline => "D+1/D+2 timeline",
        }
    }
}

/// What a gate lists.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Content {
    pub(super) paths: Vec<Listed>,
    pub(super) fields: Vec<String>,
    pub(super) parts: Vec<Part>,
}

/// Reads the parts of a gate's body. `places` are the names that put a path into a repository.
pub(super) fn content(blocks: &[Block], places: &[Place]) -> Content {
    let mut found = Content::default();
    sections(blocks, &mut Reader { found: &mut found, places, open: None });
    found.parts.sort();
    found.parts.dedup();
    found
}

/// A section that goes on with the blocks that follow.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Open {
    part: Option<Part>,
    until: Until,
    negated: bool,
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

struct Reader<'a> {
    found: &'a mut Content,
    places: &'a [Place],
    open: Option<Open>,
}

fn sections(blocks: &[Block], reader: &mut Reader<'_>) {
    for block in blocks {
        match &block.body {
            Body::Heading { level, text, in_html, .. } => {
                let text = plain(text);
                if let Some(part) = part_of(&text).filter(|_| !in_html) {
                    reader.begin(part, Until::Heading(*level));
                } else if reader.open.is_some_and(|o| matches!(o.until, Until::Heading(l) if *level > l)) {
                    // A sub-heading inside of the section: “Not changing” turns what follows around.
                    let negated = refuses(&text);
                    reader.open = reader.open.map(|o| Open { negated, ..o });
                } else {
                    reader.open = None;
                }
            }
            Body::Paragraph(spans) => paragraph(spans, reader),
            Body::List(items) => {
                for item in items {
                    list_item(item, reader);
                }
                reader.end_block();
            }
            Body::Table(rows) => {
                for cell in rows.iter().flatten() {
                    reader.take(cell, false);
                }
                reader.end_block();
            }
            Body::Rule | Body::Shown => {}
        }
    }
}

fn paragraph(spans: &[Span], reader: &mut Reader<'_>) {
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
                let negated = refuses(&label);
                reader.take(spans, negated);
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
            reader.take(spans, false);
            reader.end_block();
        }
    }
}

/// An item of the template, or an item of the section that is open.
fn list_item(item: &Item, reader: &mut Reader<'_>) {
    let outer = reader.open;
    let label = match item.blocks.first().map(|b| &b.body) {
        Some(Body::Paragraph(spans)) => item_label(spans),
        _ => None,
    };
    match label {
        Some((part, rest)) => {
            reader.begin(part, Until::Heading(0));
            reader.take(&rest, false);
            nested(item.blocks.get(1..).unwrap_or_default(), false, None, reader);
        }
        None => nested(&item.blocks, false, None, reader),
    }
    reader.open = outer;
}

/// The blocks of an item: what its first line says of place and “not” holds for what is nested below it.
fn nested(blocks: &[Block], negated: bool, place: Option<&str>, reader: &mut Reader<'_>) {
    let mut negated = negated;
    let mut place = place.map(str::to_owned);
    for block in blocks {
        match &block.body {
            Body::Paragraph(spans) => {
                let end = reader.take_in(spans, negated, place.as_deref());
                negated = negated || end.negated || refuses(&plain(spans));
                place = end.place.or(place);
            }
            Body::List(items) => {
                for item in items {
                    nested(&item.blocks, negated, place.as_deref(), reader);
                }
            }
            Body::Table(rows) => {
                for cell in rows.iter().flatten() {
                    reader.take_in(cell, negated, place.as_deref());
                }
            }
            Body::Heading { .. } | Body::Rule | Body::Shown => {}
        }
    }
}

/// What a paragraph leaves for the list below it.
struct End {
    negated: bool,
    place: Option<String>,
}

impl Reader<'_> {
    fn begin(&mut self, part: Part, until: Until) {
        self.found.parts.push(part);
        self.open = Some(Open { part: Some(part), until, negated: false });
    }

    /// A block has ended: a label without a form of its own reaches no further.
    fn end_block(&mut self) {
        if self.open.is_some_and(|o| o.until == Until::NextBlock) {
            self.open = None;
        }
    }

    fn take(&mut self, spans: &[Span], negated: bool) {
        self.take_in(spans, negated, None);
    }

    fn take_in(&mut self, spans: &[Span], negated: bool, place: Option<&str>) -> End {
        let Some(Open { part: Some(part), negated: section, .. }) = self.open else {
            return End { negated: false, place: None };
        };
        let read = collect(spans, self.places, negated || section, place);
        if part == Part::Change {
            self.found
                .paths
                .extend(read.paths.into_iter().filter(|p| !self.found.paths.contains(p)).collect::<Vec<_>>());
        }
        if matches!(part, Part::Change | Part::Fields) {
            for field in read.fields {
                if !self.found.fields.contains(&field) {
                    self.found.fields.push(field);
                }
            }
        }
        End { negated: read.negated_below, place: read.place }
    }
}

/// The template's part that a label names.
fn part_of(label: &str) -> Option<Part> {
    labelled(label).map(|(part, _)| part)
}

/// The template's part that a text starts with, and what follows the words that name it.
fn labelled(text: &str) -> Option<(Part, &str)> {
    let text = text.trim_start().trim_start_matches(|c: char| c.is_ascii_digit() || matches!(c, '.' | ')' | ' '));
    LABELS.iter().find_map(|(part, words)| {
        let mut rest = text;
        for (i, word) in words.split(' ').enumerate() {
            if i > 0 {
                rest = rest.strip_prefix([' ', '\t', '\u{a0}'])?.trim_start();
            }
            rest = strip_word(rest, word)?;
        }
        Some((*part, rest))
    })
}

/// What follows `word` at the start of `text`, in any case, with either apostrophe.
fn strip_word<'t>(text: &'t str, word: &str) -> Option<&'t str> {
    let mut rest = text.chars();
    for wanted in word.chars() {
        let found = rest.next()?;
        if !(found.eq_ignore_ascii_case(&wanted) || (wanted == '\'' && found == '’')) {
            return None;
        }
    }
    let rest = rest.as_str();
    (!rest.starts_with(|c: char| c.is_alphanumeric() || matches!(c, '_' | '-'))).then_some(rest)
}

const LABELS: &[(Part, &str)] = &[
    (Part::Change, "what we will change"),
    (Part::Change, "what we'll change"),
    (Part::Change, "what will change"),
    (Part::Fields, "exact field"),
    (Part::Fields, "exact fields"),
    (Part::Fields, "exact names"),
    (Part::Fields, "exact contracts"),
    (Part::Fields, "field names"),
    (Part::Validation, "validation"),
    (Part::Validation, "acceptance"),
    (Part::Packaging, "packaging"),
    (Part::Packaging, "licensing"),
    (Part::Timeline, "d+1"),
    (Part::Timeline, "timeline"),
];

/// Whether a label says that what follows it is left alone.
fn refuses(label: &str) -> bool {
    let label = label.split([':', '\n']).next().unwrap_or_default().to_lowercase().replace('’', "'");
    REFUSALS.iter().any(|refusal| label.contains(refusal))
}

const REFUSALS: &[&str] = &[
    "out of scope",
    "not changing",
    "not changed",
    "not change",
    "will not",
    "won't",
    "not touch",
    "untouched",
    "unchanged",
    "non-goal",
    "not in scope",
    "excluded",
    "off limits",
    "leave alone",
    "left alone",
];

/// The bold text that starts a paragraph, and what follows it.
fn bold_label(spans: &[Span]) -> Option<(String, &[Span])> {
    let length = spans.iter().take_while(|s| s.strong && s.ink != Ink::Hidden).count();
    let (label, rest) = spans.split_at(length);
    (length > 0).then(|| (plain(label), rest))
}

/// Bold text is a label, not emphasis, where it ends its line or a colon ends it.
fn is_label(label: &str, rest: &[Span]) -> bool {
    let after = plain(rest);
    label.trim_end().ends_with(':') || after.is_empty() || after.starts_with([':', '\n'])
}

/// A list item's label: bold, or the template's words followed by a mark or nothing.
fn item_label(spans: &[Span]) -> Option<(Part, Vec<Span>)> {
    match bold_label(spans) {
        Some((label, rest)) => part_of(&label).map(|part| (part, rest.to_vec())),
        None => plain_label(spans),
    }
}

/// The template's words at the start of plain text, then perhaps a remark in parentheses, then a colon, dash or full
/// stop, or nothing.
fn plain_label(spans: &[Span]) -> Option<(Part, Vec<Span>)> {
    let first = spans.first().filter(|s| s.ink == Ink::Text && !s.strong)?;
    let (part, after) = labelled(&first.text)?;
    let blank = [' ', '\t'];
    let mut after = after.trim_start_matches(blank);
    if let Some(inner) = after.strip_prefix('(') {
        after = inner.split_once(')')?.1.trim_start_matches(blank);
    } else if part != Part::Change {
        // Only the paths open something, so only their label is read to the letter.
        after = after.find([':', '\n', '—']).and_then(|i| after.get(i..)).unwrap_or_default();
    }
    let alone = after.is_empty() && (spans.len() == 1 || part != Part::Change);
    let marked = after.starts_with([':', '—', '–', '.', '\n']) || after.starts_with("- ");
    let mut rest = spans.to_vec();
    rest.first_mut()?.text = after.trim_start_matches([':', '—', '–', '-', '.']).to_owned();
    (alone || marked).then_some((part, rest))
}

/// The slice that a gate names, in its heading or in a line `Slice: name` of its body.
pub(super) fn slice(heading: &Heading, blocks: &[Block]) -> Option<String> {
    let qualifier = heading.qualifier.as_slice();
    let named = named_slice(qualifier).or_else(|| named_slice(&heading.rest));
    let around = gate_phrase(qualifier).and_then(|(start, end)| {
        let (before, after) = (qualifier.get(..start)?, qualifier.get(end..)?);
        behind(after).or_else(|| ahead(before))
    });
    named.or(around).or_else(|| beside(&heading.rest)).or_else(|| blocks.iter().find_map(slice_line))
}

/// The name behind the word “slice”.
pub(super) fn named_slice(tokens: &[Token]) -> Option<String> {
    let at = tokens.iter().position(|t| t.is_word("slice"))?;
    let rest = tokens.get(at + 1..)?;
    let rest = if rest.first() == Some(&Token::Mark(':')) { rest.get(1..)? } else { rest };
    name(rest.first()?).filter(|n| {
        matches!(rest.first(), Some(Token::Code(_)))
            || is_plainly_a_slice(n)
            || tokens.get(at + 1) == Some(&Token::Mark(':'))
    })
}

/// `alignment gate: NAME`, `alignment gate — NAME`, `alignment gate r4-adapter`, `alignment gate for r4-adapter`.
fn behind(after: &[Token]) -> Option<String> {
    let (first, rest) = after.split_first()?;
    let marked = first.is_dash() || matches!(first, Token::Mark(':' | ','));
    if marked {
        let (token, rest) = rest.split_first()?;
        return name(token).filter(|n| ends(rest) && (!matches!(first, Token::Mark(',')) || is_plainly_a_slice(n)));
    }
    let token = if first.is_word("for") || first.is_word("of") || first.is_word("on") { rest.first()? } else { first };
    name(token).filter(|n| matches!(token, Token::Code(_)) || is_plainly_a_slice(n))
}

/// `r4-adapter — alignment gate`, `r4-adapter alignment gate`.
fn ahead(before: &[Token]) -> Option<String> {
    let before: Vec<&Token> = before.iter().filter(|t| !t.is_dash() && **t != Token::Mark(':')).collect();
    match before.as_slice() {
        [token] => name(token).filter(|n| matches!(token, Token::Code(_)) || is_plainly_a_slice(n)),
        _ => None,
    }
}

/// A name outside of the parentheses: behind a dash or colon, or one that can be nothing else.
fn beside(rest: &[Token]) -> Option<String> {
    let dated = |t: &Token| t.word().is_some_and(|w| date_of(w).is_some());
    let pieces = rest.split(|t| t.is_dash() || matches!(t, Token::Mark(':' | ',' | '[' | ']')) || dated(t));
    pieces
        .filter(|p| p.len() == 1)
        .flatten()
        .find_map(|t| name(t).filter(|n| n.chars().any(|c| c.is_ascii_alphabetic())))
}

/// A paragraph or item `Slice: name`.
fn slice_line(block: &Block) -> Option<String> {
    match &block.body {
        Body::Paragraph(spans) => {
            let tokens: Vec<Token> = tokens(spans);
            tokens.split(Token::is_line_end).find_map(|line| match line {
                [word, Token::Mark(':'), token, rest @ ..] if word.is_word("slice") && ends(rest) => name(token),
                _ => None,
            })
        }
        Body::List(items) => items.iter().flat_map(|i| &i.blocks).find_map(slice_line),
        _ => None,
    }
}

fn name(token: &Token) -> Option<String> {
    token.name().filter(|n| is_slice_name(n)).map(str::to_owned)
}

fn ends(rest: &[Token]) -> bool {
    rest.first().is_none_or(|t| {
        matches!(t, Token::Mark(_)) || t.is_line_end() || t.word().is_some_and(|w| date_of(w).is_some())
    })
}
