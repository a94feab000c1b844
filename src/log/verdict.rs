//! The grammar of a reply: ACK, NACK, WITHDRAWN, landed, where such a word opens a sentence or a qualifier.

use super::object::{Names, Object, gate_words, is_known, is_plainly_a_slice, object};
use super::reserve::reserve;
use super::tokens::{Token, has_invisible};

/// What a reply says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Verb {
    /// Yes.
    Ack,
    /// Yes with a reserve: changes are asked for.
    Changes,
    /// No.
    Nack,
    /// The writer's own gate or ACK is taken back.
    Withdrawn,
    /// The slice is done.
    Landed,
}

/// A reply that could be read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Statement {
    pub(super) verb: Verb,
    pub(super) object: Object,
    /// For [`Verb::Changes`], the words that make it so.
    pub(super) reserve: Option<String>,
}

/// What the opening of a text was taken for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Opening {
    /// A reply.
    Says(Statement),
    /// It looks like a reply and is none; why.
    Almost(String),
    /// Something else.
    Nothing,
}

/// Reads a sentence or qualifier by its first word.
pub(super) fn read(sentence: &[Token], names: &Names) -> Opening {
    let Some((Token::Word(first), tail)) = sentence.split_first() else { return Opening::Nothing };
    let verb = match first.as_str() {
        "ACK" => Verb::Ack,
        word if word.eq_ignore_ascii_case("nack") => Verb::Nack,
        word if word.eq_ignore_ascii_case("withdrawn") => Verb::Withdrawn,
        word if word.eq_ignore_ascii_case("landed") => Verb::Landed,
        word => return almost_ack(word),
    };
    let tail: Vec<Token> = tail.iter().filter(|t| **t != Token::Hidden).cloned().collect();
    if tail.iter().rev().find(|t| !matches!(t, Token::Mark('✓' | ')' | '.') | Token::Newline | Token::Break))
        == Some(&Token::Mark('?'))
    {
        return Opening::Almost(format!("“{first}” in a question is no answer"));
    }
    if verb == Verb::Ack && has_invisible(sentence) {
        return Opening::Almost("the sentence holds invisible characters, so it may not say what it shows".to_owned());
    }
    if let Some(other) = second_verb(verb, &tail) {
        return contradiction(verb, other, &tail, names);
    }
    match verb {
        Verb::Ack => ack(&tail, names),
        _ => closing(verb, first, &tail, names),
    }
}

/// Whether a word is one of the verbs, as it would stand in a log.
fn verb_of(token: &Token) -> Option<Verb> {
    match token.word()? {
        "ACK" => Some(Verb::Ack),
        "NACK" => Some(Verb::Nack),
        "WITHDRAWN" => Some(Verb::Withdrawn),
        word if word.eq_ignore_ascii_case("landed") => Some(Verb::Landed),
        _ => None,
    }
}

/// Another verb that stands where a verb would, right after a mark.
fn second_verb(verb: Verb, tail: &[Token]) -> Option<Verb> {
    let pairs = tail.iter().zip(tail.iter().skip(1));
    pairs.filter(|(mark, _)| matches!(mark, Token::Mark(_))).find_map(|(_, word)| verb_of(word).filter(|v| *v != verb))
}

/// What counts of two verbs at once: never the yes.
pub(super) fn stronger(left: Verb, right: Verb) -> Verb {
    match (left, right) {
        (Verb::Withdrawn, _) | (_, Verb::Withdrawn) => Verb::Withdrawn,
        (Verb::Landed, _) | (_, Verb::Landed) => Verb::Landed,
        (Verb::Nack, Verb::Nack) => Verb::Nack,
        (Verb::Ack, Verb::Ack) => Verb::Ack,
        _ => Verb::Changes,
    }
}

fn contradiction(verb: Verb, other: Verb, tail: &[Token], names: &Names) -> Opening {
    let object = named(tail, names).unwrap_or(Object::Bare);
    let reserve = Some("it says two things at once".to_owned());
    Opening::Says(Statement { verb: stronger(verb, other), object, reserve })
}

/// What may follow ACK: its end, a mark and a remark, or what it answers.
fn ack(tail: &[Token], names: &Names) -> Opening {
    let held = reserve(tail);
    let object = match tail.first() {
        None => Some(Object::Bare),
        Some(Token::Break) => Some(Object::Bare),
        Some(Token::Newline) if begins_new_line(tail) => Some(Object::Bare),
        Some(Token::Mark(mark)) if opens_remark(*mark) && !is_symbol(tail.get(1)) => {
            Some(remark_object(*mark, tail, names))
        }
        Some(Token::Mark(_)) => None,
        Some(_) => named(tail, names),
    };
    match (object, held) {
        (Some(object), None) => Opening::Says(Statement { verb: Verb::Ack, object, reserve: None }),
        (Some(object), Some(words)) => Opening::Says(changes(object, words)),
        (None, Some(words)) if begins_with_reserve(tail, &words) => Opening::Says(changes(Object::Bare, words)),
        (None, _) => {
            let next = tail.iter().find_map(Token::name).unwrap_or("this");
            Opening::Almost(format!(
                "“ACK {next} …” is no ACK: after the word comes its end, a mark, or what it answers"
            ))
        }
    }
}

/// A reserve about a part of the gate is about the gate.
fn changes(object: Object, words: String) -> Statement {
    let object = if matches!(object, Object::Part(_)) { Object::Bare } else { object };
    Statement { verb: Verb::Changes, object, reserve: Some(format!("“{words}”")) }
}

/// NACK, WITHDRAWN and landed close: what follows may be any remark, unless it names something else.
fn closing(verb: Verb, first: &str, tail: &[Token], names: &Names) -> Opening {
    let shouted = first.chars().all(|c| c.is_ascii_uppercase()) && verb != Verb::Landed;
    let object = match tail.first() {
        Some(Token::Mark(mark)) if opens_remark(*mark) => remark_object(*mark, tail, names),
        Some(Token::Word(word)) if !shouted && !LANDED_TAIL.iter().any(|w| w.eq_ignore_ascii_case(word)) => {
            match named(tail, names) {
                Some(object) => object,
                None => {
                    return Opening::Almost(format!(
                        "“{first} {word} …” says neither that the slice landed nor what is taken back"
                    ));
                }
            }
        }
        Some(_) => named(tail, names).unwrap_or(Object::Bare),
        None => Object::Bare,
    };
    let on = tail.iter().find(|t| matches!(t, Token::Word(_))).is_some_and(|t| t.is_word("on"));
    let object = match object {
        Object::Part(_) => Object::Bare,
        // “landed on main”, “NACK for now” name nothing; “NACK on the research reports” does.
        Object::Other(_) if verb != Verb::Nack || !on => Object::Bare,
        object => object,
    };
    Opening::Says(Statement { verb, object, reserve: None })
}

/// What a tail without a mark names: “on the gate”, “r4-adapter”, “the alignment gate”. `None` if it is another word.
fn named(tail: &[Token], names: &Names) -> Option<Object> {
    let preposition = tail.first().is_some_and(|t| PREPOSITIONS.iter().any(|p| t.is_word(p)));
    let phrase = phrase(if preposition { tail.get(1..)? } else { tail });
    match object(phrase, names) {
        found if preposition => Some(found),
        found @ (Object::Gate { .. } | Object::Slice(_)) => {
            // Without a preposition the first thing has to be the gate: `ACK and the gate …` is none.
            let first = phrase.iter().take_while(|t| !t.is_word("and")).count();
            (object(phrase.get(..first)?, names) == found).then_some(found)
        }
        _ => None,
    }
}

/// What a remark behind a mark names, if it begins by naming something; else nothing is named.
fn remark_object(mark: char, tail: &[Token], names: &Names) -> Object {
    let rest = tail.get(1..).unwrap_or_default();
    let start = rest.iter().take_while(|t| t.is_line_end()).count();
    let rest = rest.get(start..).unwrap_or_default();
    let Some(first) = rest.first() else { return Object::Bare };
    if PREPOSITIONS.iter().any(|p| first.is_word(p)) {
        return named(rest, names).unwrap_or(Object::Bare);
    }
    let phrase = phrase(rest);
    let alone = phrase.len() == 1;
    let slug = first.name().is_some_and(is_plainly_a_slice);
    let digits = first.name().is_some_and(|n| n.chars().any(|c| c.is_ascii_digit()));
    if is_known(first, names) || gate_words(rest).is_some() || (alone && slug && (mark == ':' || digits)) {
        match object(phrase, names) {
            found @ (Object::Gate { .. } | Object::Slice(_)) => return found,
            _ if is_known(first, names) => return Object::Slice(first.name().unwrap_or_default().to_owned()),
            _ => {}
        }
    }
    match object(phrase, names) {
        found @ Object::Gate { .. } => found,
        found @ Object::Slice(_) if mark == ':' => found,
        _ => Object::Bare,
    }
}

/// The words up to the mark or line that ends the phrase.
fn phrase(tokens: &[Token]) -> &[Token] {
    let end = tokens.iter().enumerate().position(|(i, t)| match t {
        Token::Mark(',' | '+' | '&') => false,
        Token::Mark(_) | Token::Break => true,
        Token::Newline => begins_new_line(tokens.get(i..).unwrap_or_default()),
        _ => false,
    });
    tokens.get(..end.unwrap_or(tokens.len())).unwrap_or_default()
}

/// Whether the line that follows a soft break begins anew, rather than going on with the sentence.
fn begins_new_line(tokens: &[Token]) -> bool {
    let next = tokens.iter().find(|t| !t.is_line_end());
    !next.and_then(Token::word).is_some_and(|w| w.starts_with(char::is_lowercase))
}

fn opens_remark(mark: char) -> bool {
    matches!(mark, '—' | '–' | '―' | '-' | '→' | ':' | ',' | ';' | '.' | '!' | '+' | '&' | '(' | '✓' | '…')
}

/// A word without a letter or digit, as in `ACK := yes`.
fn is_symbol(token: Option<&Token>) -> bool {
    token.and_then(Token::word).is_some_and(|w| !w.chars().any(char::is_alphanumeric))
}

fn begins_with_reserve(tail: &[Token], words: &str) -> bool {
    let first = tail.iter().find_map(Token::word).unwrap_or_default().to_lowercase();
    words.split(' ').next().is_some_and(|w| w == first)
}

/// Words that look like ACK and are none, so that the reader can be told.
fn almost_ack(word: &str) -> Opening {
    let letters: String = word.chars().filter(|c| c.is_alphanumeric()).collect();
    let lower = letters.to_lowercase();
    if matches!(lower.as_str(), "ack" | "acked" | "acks") {
        return Opening::Almost(format!("“{word}” is not the whole word ACK in capitals"));
    }
    if matches!(lower.as_str(), "acknowledged" | "acknowledge" | "acknowledging") {
        return Opening::Almost(format!("“{word}” is not the word ACK"));
    }
    let odd = !word.is_ascii() && (2..=6).contains(&word.chars().count());
    if odd
        && word.chars().filter(char::is_ascii_uppercase).all(|c| "ACK".contains(c))
        && !word.chars().any(|c| c.is_ascii_lowercase())
    {
        return Opening::Almost(format!("“{word}” is not ACK in plain letters"));
    }
    if word.starts_with("ACK") {
        return Opening::Almost(format!("“{word}” is not the whole word ACK"));
    }
    Opening::Nothing
}

const PREPOSITIONS: &[&str] = &["on", "to", "for", "re", "regarding", "of"];

const LANDED_TAIL: &[&str] = &[
    "in",
    "on",
    "at",
    "with",
    "as",
    "via",
    "by",
    "today",
    "everything",
    "all",
    "it",
    "this",
    "both",
    "and",
    "now",
    "for",
    "to",
];
