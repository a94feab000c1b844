//! What a reply answers: the gate, a slice by its name, or something else.

use std::collections::HashSet;

use super::Above;
use super::heading::date_of;
use super::tokens::{Token, words};

/// What a reply says that it answers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Object {
    /// Nothing is named: the latest gate above.
    Bare,
    /// The gate or plan-of-record, perhaps told apart by its date or its party.
    Gate { date: Option<jiff::civil::Date>, party: Option<String> },
    /// The gate of this slice.
    Slice(String),
    /// "All points", "questions 1–3": a part of the gate, which is no yes to it.
    Part(String),
    /// Something that is no gate.
    Other(String),
}

/// The names that the log and the policy know: slices of gates in lower case, and the parties' aliases.
#[derive(Debug, Default)]
pub(super) struct Names {
    pub(super) slices: HashSet<String>,
    /// The slice of the latest gate.
    pub(super) latest: Option<String>,
    /// Alias as tokens, and the party that has it.
    pub(super) aliases: Vec<(Vec<Token>, String)>,
    /// What stands above the entries that are read: gates that have names as well.
    pub(super) above: Option<Above>,
}

impl Names {
    fn knows(&self, name: &str) -> bool {
        if self.slices.is_empty() && self.above.is_none() {
            return false;
        }
        let name = name.to_ascii_lowercase();
        self.slices.contains(&name) || self.above.as_ref().is_some_and(|above| above.knows(&name))
    }

    /// The party whose alias these tokens are, as a whole.
    pub(super) fn party(&self, tokens: &[Token]) -> Option<&str> {
        self.aliases.iter().find(|(alias, _)| same_words(alias, tokens)).map(|(_, party)| party.as_str())
    }
}

/// Whether two runs of tokens are the same words; ASCII case is ignored, nothing else is.
pub(super) fn same_words(left: &[Token], right: &[Token]) -> bool {
    left.len() == right.len()
        && left.iter().zip(right).all(|(a, b)| match (a, b) {
            (Token::Word(a), Token::Word(b)) => a.eq_ignore_ascii_case(b),
            (a, b) => a == b,
        })
}

/// A text that can name a slice: letters, digits and `.`, `_`, `-`, `+`, starting with a letter or digit. Dates are
/// none.
pub(super) fn is_slice_name(text: &str) -> bool {
    text.chars().next().is_some_and(|c| c.is_ascii_alphanumeric())
        && text.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '.' | '_' | '-' | '+'))
        && date_of(text).is_none()
}

/// A slice's name that no plain word looks like: `r4-adapter`, `R4`, `usage_v2`.
pub(super) fn is_plainly_a_slice(text: &str) -> bool {
    let letter = || text.bytes().any(|b| b.is_ascii_alphabetic());
    let ordinal = || matches!(text.trim_start_matches(|c: char| c.is_ascii_digit()), "st" | "nd" | "rd" | "th");
    // Most words are told apart at once.
    text.bytes().any(|b| b.is_ascii_digit() || matches!(b, b'-' | b'_'))
        && is_slice_name(text)
        && letter()
        && !ordinal()
        && !text.contains('+')
}

/// What a noun phrase (without its preposition) names. Several things joined by commas or “and” name the gate if one
/// of them does.
pub(super) fn object(phrase: &[Token], names: &Names) -> Object {
    let mut other = None;
    let mut vague = None;
    for part in phrase.split(|t| t.is_word("and") || matches!(t, Token::Mark(',' | '+' | '&')) || t.is_line_end()) {
        match one(part, names) {
            Some(Object::Other(text)) => other = other.or(Some(text)),
            Some(Object::Part(text)) => vague = vague.or(Some(text)),
            Some(found) => return found,
            None => {}
        }
    }
    vague.map(Object::Part).or(other.map(Object::Other)).unwrap_or_else(|| Object::Other(String::new()))
}

/// The slices of the log that a refusal names: those it lists, and any that it names by a name that is nothing else, but
/// for those that it compares with or leaves out.
pub(super) fn slices(tokens: &[Token], names: &Names) -> Vec<Object> {
    let mut found = listed(tokens, names);
    let ends = |t: &Token| matches!(t, Token::Mark(mark) if !matches!(mark, '/' | '(' | '"' | '“'));
    for clause in tokens.split(ends) {
        found.extend(named_plainly(clause, names).map(Object::Slice));
    }
    found
}

/// The slices that a clause names by a name that is nothing else, and does not compare with or leave out.
pub(super) fn named_plainly<'t>(clause: &'t [Token], names: &'t Names) -> impl Iterator<Item = String> + 't {
    let is_beside = |i: usize| clause.get(i.saturating_sub(4)..i).unwrap_or_default().iter().any(is_beside);
    clause.iter().enumerate().filter_map(move |(i, token)| {
        let name = match token {
            Token::Code(name) => Some(name),
            Token::Word(word) => Some(word).filter(|word| is_plainly_a_slice(word)),
            _ => None,
        };
        name.filter(|name| !is_beside(i) && names.knows(name)).cloned()
    })
}

/// The slices of the log that words name one beside the other: “one and two”, “the one gate, the two gate”.
pub(super) fn listed(tokens: &[Token], names: &Names) -> Vec<Object> {
    let mut found = Vec::new();
    let opens = |t: &&Token| t.is_dash() || matches!(t, Token::Mark(':' | '(')) || OPENS.iter().any(|w| t.is_word(w));
    let start = tokens.iter().take_while(opens).count();
    let ends = |t: &Token| t.is_word("and") || t.is_word("or") || matches!(t, Token::Mark(_)) || t.is_line_end();
    for part in tokens.get(start..).unwrap_or_default().split(ends) {
        let start = part.iter().take_while(|t| t.word().is_some_and(|w| is_one_of(w, DETERMINERS))).count();
        match part.get(start..) {
            Some([]) => {}
            Some([token, rest @ ..])
                if is_known(token, names) && rest.iter().all(|t| t.is_word("gate") || t.is_word("slice")) =>
            {
                found.extend(token.name().map(|name| Object::Slice(name.to_owned())));
            }
            _ => break,
        }
    }
    found
}

/// A word behind which a slice is named to compare with it, or to leave it out.
pub(super) fn is_beside(token: &Token) -> bool {
    BESIDE.iter().any(|word| token.is_word(word))
}

/// What one thing is called; `None` for no words at all.
fn one(part: &[Token], names: &Names) -> Option<Object> {
    let part: Vec<Token> = part.iter().filter(|t| **t != Token::Hidden).cloned().collect();
    let start = part.iter().take_while(|t| t.word().is_some_and(|w| is_one_of(w, DETERMINERS))).count();
    let rest = part.get(start..).unwrap_or_default();
    let shown = || Object::Other(show(&part));
    let Some(first) = rest.first() else { return (!part.is_empty()).then(shown) };
    if let Some(after) = gate_words(rest) {
        return Some(gate_with(after, names).unwrap_or_else(shown));
    }
    if first.is_word("slice") {
        return Some(lone_name(rest.get(1..).unwrap_or_default()).map_or_else(shown, Object::Slice));
    }
    // "the r4-adapter gate", "the AgentOS gate"
    for length in 1..rest.len() {
        let (before, from) = rest.split_at(length);
        let ends = gate_words(from).is_some_and(<[Token]>::is_empty)
            || (from.len() == 1 && from.iter().all(|t| t.is_word("slice")));
        if ends {
            if let Some(party) = names.party(before) {
                return Some(Object::Gate { date: None, party: Some(party.to_owned()) });
            }
            return Some(slice(before, names).unwrap_or_else(shown));
        }
    }
    if let Some(slice) = slice(rest, names) {
        return Some(slice);
    }
    let words = || part.iter().filter_map(Token::word);
    if words().any(|w| is_one_of(w, PARTS)) {
        return Some(Object::Part(show(&part)));
    }
    Some(shown())
}

/// What follows the words that name a gate, if `tokens` starts with them.
pub(super) fn gate_words(tokens: &[Token]) -> Option<&[Token]> {
    const NAMES: [&[&str]; 6] = [
        &["alignment", "gate"],
        &["alignment-gate"],
        &["gate"],
        &["plan-of-record"],
        &["plan", "of", "record"],
        &["plan‑of‑record"],
    ];
    NAMES.iter().find_map(|name| {
        let fits = tokens.len() >= name.len() && tokens.iter().zip(name.iter()).all(|(t, w)| t.is_word(w));
        fits.then(|| tokens.get(name.len()..).unwrap_or_default())
    })
}

/// What may follow “the gate”: nothing, its slice, number, date or party, or that it is meant as it stands.
fn gate_with(after: &[Token], names: &Names) -> Option<Object> {
    let gate = Object::Gate { date: None, party: None };
    let said: Vec<String> = after.iter().map(|t| t.word().unwrap_or_default().to_lowercase()).collect();
    let said: Vec<&str> = said.iter().map(String::as_str).collect();
    match said.as_slice() {
        [] | ["above"] | ["in", "full"] | ["as", "is" | "posted" | "written" | "stated" | "proposed"] | ["as-is"] => {
            return Some(gate);
        }
        _ => {}
    }
    let (first, rest) = after.split_first()?;
    if let (Some(number), []) = (first.word().filter(|w| w.chars().all(|c| c.is_ascii_digit())), rest) {
        return Some(Object::Slice(format!("gate-{number}")));
    }
    if first.is_word("of")
        || first.is_word("from")
        || first.is_word("by")
        || first.is_word("for")
        || first.is_word("dated")
    {
        if let [Token::Word(word)] = rest
            && let Some(date) = date_of(word)
        {
            return Some(Object::Gate { date: Some(date), party: None });
        }
        if let Some(party) = names.party(rest) {
            return Some(Object::Gate { date: None, party: Some(party.to_owned()) });
        }
        let rest = if rest.first().is_some_and(|t| t.is_word("slice")) { rest.get(1..)? } else { rest };
        return lone_name(rest).map(Object::Slice);
    }
    slice(after, names)
}

/// A single token that is a known slice or can be nothing else.
fn slice(tokens: &[Token], names: &Names) -> Option<Object> {
    let name = lone_name(tokens)?;
    let code = matches!(tokens, [Token::Code(_)]);
    (code || names.knows(&name) || is_plainly_a_slice(&name)).then_some(Object::Slice(name))
}

/// The name, if the tokens are one name and nothing else.
fn lone_name(tokens: &[Token]) -> Option<String> {
    match tokens {
        [token] => token.name().filter(|n| is_slice_name(n)).map(str::to_owned),
        _ => None,
    }
}

/// Whether these tokens name a slice that the log knows.
pub(super) fn is_known(token: &Token, names: &Names) -> bool {
    token.name().is_some_and(|n| names.knows(n))
}

/// The words of a phrase as text again, for messages.
fn show(tokens: &[Token]) -> String {
    let shown = tokens.iter().filter_map(|token| match token {
        Token::Word(word) => Some(word.clone()),
        Token::Code(code) => Some(format!("`{code}`")),
        Token::Mark(_) | Token::Newline | Token::Hidden => None,
    });
    shown.collect::<Vec<_>>().join(" ")
}

/// The tokens of an alias as they stand in a heading.
pub(super) fn alias_tokens(alias: &str) -> Vec<Token> {
    words(alias)
}

fn is_one_of(word: &str, list: &[&str]) -> bool {
    list.iter().any(|w| w.eq_ignore_ascii_case(word))
}

const DETERMINERS: &[&str] = &[
    "the", "your", "this", "that", "our", "its", "above", "latest", "last", "current", "new", "revised", "updated",
    "amended", "whole", "entire", "full", "proposed", "present",
];

const PARTS: &[&str] = &[
    "all",
    "everything",
    "most",
    "some",
    "part",
    "parts",
    "item",
    "items",
    "point",
    "points",
    "question",
    "questions",
    "rest",
    "it",
    "anything",
    "these",
    "those",
    "both",
    "none",
    "neither",
];

const BESIDE: &[&str] =
    &["after", "as", "before", "besides", "from", "like", "not", "since", "than", "unlike", "until", "with"];

/// What may open a list of slices.
const OPENS: &[&str] = &["on", "to", "for", "re", "regarding", "of", "both"];
