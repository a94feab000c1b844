//! What an entry's heading states: ACK, NACK, WITHDRAWN or landed, in its qualifier or beside it.

use super::asks::gate_phrase;
use super::body::both;
use super::heading::{Heading, date_of};
use super::object::{Names, Object, is_known, is_plainly_a_slice};
use super::reserve::reserve;
use super::tokens::{Token, has_invisible};
use super::verdict::{Opening, Statement, Verb, read};

/// The statement of the heading: the qualifier's, at its start or behind a dash, as far as nothing around it takes it
/// back. Outside of parentheses only what closes is heard.
pub(super) fn heading_says(heading: &Heading, names: &Names) -> Opening {
    let marks = heading.qualifier.iter().chain(&heading.rest).filter(|t| matches!(t, Token::Mark(_))).count();
    if marks > MOST_MARKS {
        return Opening::Almost("the heading has too many marks to be read".to_owned());
    }
    let closes = closes_elsewhere(heading, names);
    match (in_qualifier(&heading.qualifier, names), closes) {
        (Opening::Says(said), None) if said.verb == Verb::Ack => around_an_ack(heading, said, names),
        (Opening::Says(said), Some(closes)) if said.verb == Verb::Ack => Opening::Says(both(&said, &closes)),
        (Opening::Says(said), _) => {
            let object = named_beside(heading, &said, names).unwrap_or(Object::Bare);
            Opening::Says(Statement { object, ..said })
        }
        (_, Some(closes)) => Opening::Says(closes),
        (found, None) => found,
    }
}

/// A heading with more marks than this is nobody's way to write, and every mark may open a statement.
const MOST_MARKS: usize = 200;

/// At the qualifier's start, or behind a dash; there, what stands before must not take it back.
fn in_qualifier(qualifier: &[Token], names: &Names) -> Opening {
    let mut found = read(qualifier, names);
    for (i, _) in qualifier.iter().enumerate().filter(|(_, token)| token.is_dash()) {
        if matches!(found, Opening::Says(_)) {
            break;
        }
        let before = qualifier.get(..i).unwrap_or_default();
        match read(qualifier.get(i + 1..).unwrap_or_default(), names) {
            Opening::Says(s) if s.verb == Verb::Ack && before.iter().any(asks_for_it) => {
                found = Opening::Almost("what stands before ACK asks for it or takes it back".to_owned());
            }
            Opening::Says(s) if s.object == Object::Bare => {
                let object = slice_beside(before, s.verb, names).unwrap_or(Object::Bare);
                found = Opening::Says(Statement { object, ..s });
            }
            Opening::Nothing => {}
            other => found = other,
        }
    }
    found
}

/// What the heading's other words make of an ACK: they may name its slice, ask, or hold back.
fn around_an_ack(heading: &Heading, said: Statement, names: &Names) -> Opening {
    let rest = heading.rest.as_slice();
    if rest.contains(&Token::Mark('?')) || has_invisible(rest) {
        return Opening::Almost("what stands beside ACK makes it none".to_owned());
    }
    if let Some((_, words)) = reserve(rest) {
        return Opening::Says(Statement { verb: Verb::Changes, reserve: Some(format!("“{words}”")), ..said });
    }
    let object = named_beside(heading, &said, names).unwrap_or(Object::Bare);
    Opening::Says(Statement { object, ..said })
}

/// What a statement names, else the slice that the heading names around it.
fn named_beside(heading: &Heading, said: &Statement, names: &Names) -> Option<Object> {
    if said.object != Object::Bare {
        return Some(said.object.clone());
    }
    let role = heading.role.iter().map(|role| Token::Word(role.clone())).collect::<Vec<_>>();
    slice_beside(&heading.rest, said.verb, names).or_else(|| slice_beside(&role, said.verb, names))
}

/// The slice that a heading names beside its verb: one that the log knows; beside an ACK also one that can be nothing
/// else. What closes and names no gate of the log closes the latest.
fn slice_beside(tokens: &[Token], verb: Verb, names: &Names) -> Option<Object> {
    let is_one = |token: &Token, name: &str| is_known(token, names) || (verb == Verb::Ack && is_slug(name));
    let alone = |piece: &[Token]| match piece {
        [token] => token.name().filter(|name| is_one(token, name)).map(str::to_owned),
        _ => None,
    };
    let ends = |t: &Token| matches!(t, Token::Mark(_)) || t.word().is_some_and(|word| date_of(word).is_some());
    tokens.split(ends).find_map(alone).map(Object::Slice)
}

/// `r5-other`: with a digit and a hyphen, so that neither `follow-up` nor `reply2` is taken for a slice.
fn is_slug(name: &str) -> bool {
    is_plainly_a_slice(name) && name.contains(['-', '_']) && name.chars().any(|c| c.is_ascii_digit())
}

/// “alignment gate withdrawn”, and NACK, WITHDRAWN or landed behind a dash, colon or parenthesis instead of in the
/// qualifier.
fn closes_elsewhere(heading: &Heading, names: &Names) -> Option<Statement> {
    let closing = |opening: Opening| match opening {
        Opening::Says(s) if !matches!(s.verb, Verb::Ack | Verb::Changes) => Some(s),
        _ => None,
    };
    let rest = heading.rest.iter().enumerate();
    let after_mark = rest.filter(|(_, t)| t.is_dash() || matches!(t, Token::Mark(':' | '('))).map(|(i, _)| i + 1);
    let mut openings = after_mark.filter_map(|i| heading.rest.get(i..)).map(|rest| read(rest, names));
    let gate = gate_phrase(&heading.qualifier).and_then(|(_, after)| heading.qualifier.get(after..));
    let slice = gate.and_then(|gate| gate.split_first()).filter(|(t, _)| t.name().is_some_and(is_plainly_a_slice));
    openings
        .find_map(closing)
        .or_else(|| closing(read(gate?, names)))
        .or_else(|| closing(read(slice?.1, names)))
        .or_else(|| closing(read(&heading.rest, names)).filter(|_| !heading.qualifier.is_empty()))
}

fn asks_for_it(token: &Token) -> bool {
    [
        "awaiting",
        "waiting",
        "pending",
        "no",
        "not",
        "ready",
        "request",
        "requested",
        "requesting",
        "please",
        "need",
        "needs",
        "for",
        "if",
        "once",
        "unless",
        "until",
        "seeking",
        "want",
        "wants",
        "asks",
        "asking",
        "before",
        "after",
        "without",
        "never",
        "draft",
        "example",
        "template",
        "wip",
    ]
    .iter()
    .any(|w| token.is_word(w))
}
