//! The slice that a heading or a gate names.

use super::asks::gate_phrase;
use super::heading::{Heading, date_of};
use super::object::{is_plainly_a_slice, is_slice_name};
use super::text::places_of;
use super::tokens::{Token, tokens};
use crate::markdown::{Block, Body};

/// The slice that a gate names, in its heading or in a line `Slice: name` of its body.
pub(super) fn slice(heading: &Heading, blocks: &[Block]) -> Option<String> {
    let qualifier = heading.qualifier.as_slice();
    let named = named_slice(qualifier).or_else(|| named_slice(&heading.rest));
    let around = [qualifier, &heading.rest].into_iter().find_map(|said| {
        let (start, end) = gate_phrase(said)?;
        let (before, after) = (said.get(..start)?, said.get(end..)?);
        behind(after).or_else(|| ahead(before))
    });
    let alone = || match qualifier {
        [token] => name(token).filter(|n| is_plainly_a_slice(n)),
        _ => None,
    };
    named
        .or(around)
        .or_else(|| beside(&heading.rest))
        .or_else(alone)
        .or_else(|| in_parentheses(&heading.rest))
        .or_else(|| in_body(blocks))
}

/// The name in a line `Slice: name` of a gate's body.
pub(super) fn in_body(blocks: &[Block]) -> Option<String> {
    blocks.iter().find_map(slice_line)
}

/// Whether a text, as it is written, may have such a line: behind the word stands a colon, or what may show one.
pub(super) fn may_be_in(text: &str) -> bool {
    const WORD: &str = "slice";
    let is_label = |at: usize| {
        let behind = text.get(at + WORD.len()..).unwrap_or_default();
        let next = behind.trim_start_matches(['*', '_', '~', '`', '\\', ' ', '\t']).chars().next();
        next.is_some_and(|c| !c.is_ascii() || matches!(c, ':' | '<' | '&' | '[' | ']' | '!'))
    };
    places_of(text, WORD).any(is_label)
}

/// `(r4-adapter)` behind the qualifier.
fn in_parentheses(rest: &[Token]) -> Option<String> {
    rest.windows(3).find_map(|w| match w {
        [Token::Mark('('), token, Token::Mark(')')] => name(token).filter(|n| is_plainly_a_slice(n)),
        _ => None,
    })
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
