//! Cutting an entry's own text into sentences.

use super::stray::is_of_a_verdict;
use super::tokens::{Token, tokens};
use crate::markdown::{Block, Body, Span};

/// The sentences of a run of tokens. A full stop ends one, unless a small letter follows (`e.g. the adapter`).
pub(super) fn sentences(tokens: &[Token]) -> impl Iterator<Item = &[Token]> {
    let mut rest = tokens;
    let next = move || {
        let ends = |(i, token): (usize, &Token)| {
            matches!(token, Token::Mark('.' | '!' | '?' | '…')) && ends_here(rest.get(i + 1..).unwrap_or_default())
        };
        let end = rest.iter().enumerate().position(ends).map_or(rest.len(), |i| i + 1);
        let (sentence, behind) = rest.split_at_checked(end)?;
        rest = behind;
        (!sentence.is_empty()).then_some(sentence)
    };
    std::iter::from_fn(next).map(trim).filter(|sentence| !sentence.is_empty())
}

/// What an entry says in its own words, block by block: paragraphs, list items and table cells, each as tokens.
/// Headings come with `is_heading` set.
pub(super) fn said(blocks: &[Block]) -> Vec<Said> {
    let mut found = Vec::new();
    for block in blocks {
        match &block.body {
            Body::Paragraph(spans) => found.push(Said::new(spans, Place::Paragraph)),
            // An underline can be put below what another has said, and looks like the rule that closes an entry.
            Body::Heading { text, setext: true, .. } => found.push(Said::new(text, Place::Paragraph)),
            Body::Heading { text, .. } => found.push(Said::new(text, Place::Heading)),
            Body::List(items) => {
                for item in items {
                    let inner = said(&item.blocks).into_iter();
                    // An answer may be a paragraph of its own below its question.
                    found.extend(inner.map(|s| match s.place {
                        Place::Paragraph => Said { place: Place::Item, ..s },
                        _ => s,
                    }));
                }
            }
            Body::Table(rows) => {
                found.extend(rows.iter().flatten().map(|cell| Said::new(cell, Place::Cell)));
            }
            Body::Rule | Body::Shown => {}
        }
    }
    found
}

/// One block of an entry's own words.
#[derive(Debug, Clone)]
pub(super) struct Said {
    pub(super) tokens: Vec<Token>,
    pub(super) place: Place,
    /// Whether one of its sentences may hold a verdict, wherever that stands.
    pub(super) may_judge: bool,
}

/// Where a block stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Place {
    Paragraph,
    Item,
    Cell,
    Heading,
}

impl Said {
    fn new(spans: &[Span], place: Place) -> Self {
        let tokens = tokens(spans);
        Said { may_judge: tokens.iter().any(is_of_a_verdict), tokens, place }
    }
}

fn ends_here(after: &[Token]) -> bool {
    // `!?` is one end.
    if matches!(after.first(), Some(Token::Mark('.' | '!' | '?' | '…'))) {
        return false;
    }
    let next = after.iter().take(LONGEST_END).find(|t| !matches!(t, Token::Mark(_) | Token::Newline | Token::Hidden));
    match next {
        Some(Token::Word(word)) => !word.starts_with(|c: char| c.is_lowercase() || "=/<>|~".contains(c)),
        _ => true,
    }
}

/// As far as is looked for the word behind a full stop, so that a run of marks costs no more than its length.
const LONGEST_END: usize = 16;

fn trim(tokens: &[Token]) -> &[Token] {
    let start = tokens.iter().take_while(|t| t.is_line_end()).count();
    tokens.get(start..).unwrap_or_default()
}
