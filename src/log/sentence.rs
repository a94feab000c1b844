//! Cutting an entry's own text into sentences.

use super::tokens::{Token, tokens};
use crate::markdown::{Block, Body, Span};

/// The sentences of a run of tokens. A full stop ends one, unless a small letter follows (`e.g. the adapter`).
pub(super) fn sentences(tokens: &[Token]) -> Vec<&[Token]> {
    let mut found = Vec::new();
    let mut start = 0;
    for (i, token) in tokens.iter().enumerate() {
        if matches!(token, Token::Mark('.' | '!' | '?' | '…')) && ends_here(tokens.get(i + 1..).unwrap_or_default()) {
            found.extend(tokens.get(start..=i));
            start = i + 1;
        }
    }
    found.extend(tokens.get(start..).filter(|rest| !rest.is_empty()));
    found.into_iter().map(trim).filter(|s| !s.is_empty()).collect()
}

/// What an entry says in its own words, block by block: paragraphs, list items and table cells, each as tokens.
/// Headings come with `is_heading` set.
pub(super) fn said(blocks: &[Block]) -> Vec<Said> {
    let mut found = Vec::new();
    for block in blocks {
        match &block.body {
            Body::Paragraph(spans) => found.push(Said::new(spans, Place::Paragraph)),
            Body::Heading { text, .. } => found.push(Said::new(text, Place::Heading)),
            Body::List(items) => {
                for item in items {
                    let mut inner = said(&item.blocks);
                    if let Some(first) = inner.first_mut()
                        && first.place == Place::Paragraph
                    {
                        first.place = Place::Item;
                    }
                    found.extend(inner);
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
        Said { tokens: tokens(spans), place }
    }
}

/// Whether an item or cell answers a question with “No”: the answer is what follows the last question mark, else the
/// last colon, else the whole; or what a dash sets off, if that is no more than the word.
pub(super) fn answers_no(tokens: &[Token]) -> bool {
    let behind = |mark: char| {
        let last = tokens.iter().rposition(|t| *t == Token::Mark(mark))?;
        tokens.get(last + 1..).filter(|rest| rest.iter().any(|t| t.name().is_some()))
    };
    let answer = behind('?').or_else(|| behind(':')).unwrap_or(tokens);
    let dashed = tokens.iter().zip(tokens.iter().skip(1)).zip(tokens.iter().skip(2).map(Some).chain([None]));
    opens_with_no(answer)
        || opens_with_no(tokens)
        || dashed.into_iter().any(|((dash, word), next)| {
            dash.is_dash()
                && word.name().is_some_and(is_no)
                && next.is_none_or(|t| matches!(t, Token::Mark(_)) || t.is_line_end())
        })
}

fn opens_with_no(tokens: &[Token]) -> bool {
    let mut names = tokens.iter().skip_while(|t| t.is_line_end()).map(Token::name);
    match names.next().flatten() {
        Some(word) if is_no(word) => true,
        Some(word) if word.eq_ignore_ascii_case("not") => names
            .next()
            .flatten()
            .is_some_and(|next| matches!(next.to_lowercase().as_str(), "yet" | "ok" | "agreed" | "confirmed")),
        _ => false,
    }
}

fn is_no(word: &str) -> bool {
    matches!(word.to_lowercase().as_str(), "no" | "nope" | "nack")
}

fn ends_here(after: &[Token]) -> bool {
    let next = after.iter().find(|t| !matches!(t, Token::Mark(_) | Token::Newline | Token::Hidden));
    match next {
        Some(Token::Word(word)) => !word.starts_with(char::is_lowercase),
        _ => true,
    }
}

fn trim(tokens: &[Token]) -> &[Token] {
    let start = tokens.iter().take_while(|t| t.is_line_end()).count();
    tokens.get(start..).unwrap_or_default()
}
