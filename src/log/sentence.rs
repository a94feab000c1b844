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

/// Whether an item or cell answers a question with “No”: an answer stands at the start, perhaps behind the question's
/// number, and behind each question mark and colon. What a dash, an arrow or a bracket sets off is an answer if it is
/// no more than the word.
pub(super) fn answers_no(tokens: &[Token]) -> bool {
    let tokens: Vec<&Token> = tokens.iter().filter(|t| !matches!(t, Token::Hidden)).collect();
    let behind = |i: usize| {
        let rest = tokens.get(i + 1..).unwrap_or_default();
        rest.get(rest.iter().take_while(|t| t.is_line_end()).count()..).unwrap_or_default()
    };
    let answers = |(i, mark): (usize, &&Token)| match mark {
        Token::Mark('?' | ':') => opens_with_no(behind(i)),
        mark if sets_off(mark) => match behind(i) {
            [word, rest @ ..] => {
                word.name().is_some_and(is_no)
                    && rest.first().is_none_or(|t| matches!(t, Token::Mark(_) | Token::Newline))
            }
            [] => false,
        },
        _ => false,
    };
    let number = tokens.iter().take_while(|t| is_number(t)).count();
    opens_with_no(&tokens)
        || opens_with_no(tokens.get(number..).unwrap_or_default())
        || tokens.iter().enumerate().any(answers)
}

/// Whether a line of a paragraph that begins with a question's number answers it with “No”: a list that starts at 2 is
/// none where a paragraph goes on.
pub(super) fn numbered_no(tokens: &[Token]) -> bool {
    tokens.split(Token::is_line_end).any(|line| line.first().is_some_and(is_number) && answers_no(line))
}

fn opens_with_no(tokens: &[&Token]) -> bool {
    // A box, an arrow, a cross or quotation marks before an answer are no part of it.
    let mut words =
        tokens.iter().filter_map(|t| t.name()).filter(|n| n.chars().any(|c| c.is_alphanumeric() && c != 'x'));
    match words.next().map(str::to_lowercase).as_deref() {
        Some("not") => words
            .next()
            .is_some_and(|next| matches!(next.to_lowercase().as_str(), "yet" | "ok" | "agreed" | "confirmed")),
        word => word.is_some_and(is_no),
    }
}

/// A mark that sets an answer off from its question.
fn sets_off(token: &Token) -> bool {
    token.is_dash() || matches!(token, Token::Mark('→' | '(' | '[' | '"' | '“' | ',')) || token.word() == Some("=")
}

/// The number of a question: `Q3`, `#3`, `3`, `Question 3`.
fn is_number(token: &Token) -> bool {
    token.word().is_some_and(|w| {
        let digits = w.trim_start_matches(['#', 'q', 'Q']);
        let number = !digits.is_empty() && digits.chars().all(|c| c.is_ascii_digit());
        number || ["question", "point", "item", "answer"].iter().any(|name| w.eq_ignore_ascii_case(name))
    })
}

fn is_no(word: &str) -> bool {
    matches!(word.to_lowercase().as_str(), "no" | "nope" | "nack")
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
