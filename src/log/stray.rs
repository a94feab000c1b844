//! Verdicts that stand where an answer does not: behind a label, in a sub-heading, a table, a later sentence.
//!
//! A refusal is heard there all the same where it can be nothing else; an ACK is not, and its writer is told.

use super::Kind;
use super::entry::{Read, Words};
use super::object::{Names, Object, is_known, is_plainly_a_slice};
use super::sentence::sentences;
use super::tokens::{Token, words};
use super::verdict::{Opening, Statement, Verb, read};

impl Words<'_> {
    /// A refusal out of its place. Where an ACK stands beside it, both may be no more than the answers to choose from.
    pub(super) fn refusal(&self) -> Option<Read> {
        let verdicts = self.strays();
        if verdicts.iter().any(|said| said.verb == Verb::Ack) {
            return None;
        }
        let first = verdicts.iter().find(|said| matches!(said.verb, Verb::Nack | Verb::Changes))?;
        let said = self.in_full(first.clone());
        let (kind, word) = match said.verb {
            Verb::Nack => (Kind::Nack, "NACK"),
            _ => (Kind::ChangesRequested, "changes requested"),
        };
        Some(Read {
            object: said.object,
            also: said.also,
            ..Read::new(kind, format!("it says {word}, out of its place"))
        })
    }

    /// Why an entry with a verdict out of its place is no answer.
    pub(super) fn out_of_place(&self) -> Option<String> {
        let verdicts = self.strays();
        let said = verdicts.first()?;
        let word = match said.verb {
            Verb::Ack => "ACK",
            Verb::Nack => "NACK",
            Verb::Withdrawn => "WITHDRAWN",
            _ => "the answer",
        };
        Some(format!("“{word}” opens neither the heading's parentheses, as in `({word})`, nor the first sentence"))
    }

    fn strays(&self) -> &[Statement] {
        self.strays.get_or_init(|| self.stray_statements())
    }

    fn stray_statements(&self) -> Vec<Statement> {
        let heading = self.heading_pieces();
        let blocks = self.own.iter().filter(|block| block.may_judge);
        let sentences = blocks.flat_map(|block| sentences(&block.tokens));
        let said = heading.into_iter().chain(sentences).filter_map(|sentence| match verdict_in(sentence, self.names) {
            Opening::Says(said) if said.verb != Verb::Landed => Some(said),
            _ => None,
        });
        said.collect()
    }

    /// What stands behind each mark of the heading.
    fn heading_pieces(&self) -> Vec<&[Token]> {
        self.heading.split_inclusive(|t| matches!(t, Token::Mark(':' | ',' | ';' | '(' | '[')) || t.is_dash()).collect()
    }
}

/// Whether no sentence without a word like this one holds a verdict.
pub(super) fn is_of_a_verdict(token: &Token) -> bool {
    is_verb(token) || ["changes", "changes-requested"].iter().any(|word| token.is_word(word))
}

fn is_verb(token: &Token) -> bool {
    token.word().is_some_and(|w| matches!(w, "ACK" | "WITHDRAWN") || w.eq_ignore_ascii_case("nack"))
}

/// What a sentence says, be it behind a label (`Verdict: NACK`), a sign, or as somebody's word (“we NACK”).
pub(super) fn verdict_in(sentence: &[Token], names: &Names) -> Opening {
    let asks = |pair: &[Token]| matches!(pair, [a, b] if a.is_word("changes") && b.is_word("requested"));
    let verb = sentence.iter().position(is_verb).or_else(|| {
        let pair = sentence.windows(2).position(asks);
        pair.or_else(|| sentence.iter().position(|t| t.is_word("changes-requested")))
    });
    let Some((lead, said)) = verb.and_then(|at| sentence.split_at_checked(at)) else { return Opening::Nothing };
    // “All changes requested are in” asks for none.
    let asks = said.first().is_some_and(|t| t.is_word("changes") || t.is_word("changes-requested"));
    let is_worded = |lead: &[Token]| {
        !is_labelled(lead) && lead.iter().any(|t| t.word().is_some_and(|w| w.contains(char::is_alphabetic)))
    };
    if !leads(lead, names) || !is_plain(said, names) || (asks && is_worded(lead)) {
        return Opening::Nothing;
    }
    let slice = lead.iter().find(|t| is_known(t, names)).and_then(Token::name);
    match (read(said, names), slice) {
        (Opening::Says(said), Some(slice)) if said.object == Object::Bare => {
            Opening::Says(Statement { object: Object::Slice(slice.to_owned()), ..said })
        }
        (found, _) => found,
    }
}

/// Why an entry that says nothing may look as if it did: a verdict stands in it between HTML tags.
pub(super) fn between_tags(text: &str, names: &Names) -> Option<String> {
    let mut in_block = false;
    for line in text.lines() {
        let tagged = line.trim_start().starts_with('<') && !line.trim_start().starts_with("<!");
        in_block = !line.trim().is_empty() && (in_block || tagged);
        if !in_block && !line.contains("</") {
            continue;
        }
        let shown: String = line
            .split('<')
            .enumerate()
            .map(|(i, s)| if i == 0 { s } else { s.split_once('>').map_or("", |(_, s)| s) })
            .collect();
        if let Opening::Says(Statement { verb: Verb::Ack | Verb::Nack, .. }) = verdict_in(&words(shown.trim()), names) {
            return Some("what it answers stands between HTML tags, where nothing is said".to_owned());
        }
    }
    None
}

/// Whether what stands before a verdict leaves it one: signs, a number or box, a label, whose word it is.
fn leads(lead: &[Token], names: &Names) -> bool {
    let quoted = |t: &Token| {
        matches!(t, Token::Mark('"' | '“' | '”' | '„' | '«' | '»' | '\'' | '‘' | '’' | '‹' | '›' | '/' | '+' | '?'))
    };
    let words: Vec<&str> =
        lead.iter().filter_map(Token::name).filter(|w| w.chars().any(char::is_alphanumeric)).collect();
    if lead.iter().any(quoted) || words.len() > MOST_WORDS {
        return false;
    }
    let is = |list: &[&str], word: &str| list.iter().any(|w| w.eq_ignore_ascii_case(word));
    let box_or_number = |word: &str| word.chars().all(|c| c.is_ascii_digit() || c == 'x' || !c.is_alphanumeric());
    let named = |word: &str| is_known(&Token::Word(word.to_owned()), names);
    match is_labelled(lead) {
        true => !words.iter().any(|word| is(NO_LABEL, word)),
        false => words.iter().all(|word| is(SPEAKS, word) || box_or_number(word) || named(word)),
    }
}

/// Whether a mark that ends a label stands right before a verdict.
fn is_labelled(lead: &[Token]) -> bool {
    let last = lead.iter().rev().find(|t| **t != Token::Mark('✓') && **t != Token::Hidden);
    last.is_some_and(|t| t.is_dash() || matches!(t, Token::Mark(':' | '→')) || t.word() == Some("="))
}

/// Whether a verb is followed as a verdict is: by its end, a mark, or what it answers. “NACK means no” is none.
fn is_plain(said: &[Token], names: &Names) -> bool {
    let behind = if said.first().is_some_and(|t| t.is_word("changes")) { 2 } else { 1 };
    match said.get(behind) {
        None | Some(Token::Newline | Token::Code(_) | Token::Hidden) => true,
        Some(Token::Mark(mark)) => !matches!(mark, '/' | '|' | '"' | '”' | '’' | '\'' | '»'),
        Some(token @ Token::Word(word)) => {
            is_known(token, names) || is_plainly_a_slice(word) || FOLLOWS.iter().any(|w| w.eq_ignore_ascii_case(word))
        }
    }
}

const MOST_WORDS: usize = 7;

/// What a sentence may say before a verdict that is the speaker's.
const SPEAKS: &[&str] = &[
    "a",
    "afraid",
    "alas",
    "an",
    "answer",
    "are",
    "be",
    "clear",
    "decision",
    "from",
    "hence",
    "hereby",
    "i",
    "i'm",
    "is",
    "it",
    "it's",
    "its",
    "must",
    "my",
    "our",
    "reply",
    "side",
    "so",
    "sorry",
    "still",
    "thanks",
    "that",
    "that's",
    "the",
    "therefore",
    "thus",
    "unfortunately",
    "verdict",
    "we",
];

/// Words of a label that shows an answer, or asks for one.
const NO_LABEL: &[&str] = &[
    "answers",
    "awaiting",
    "before",
    "e.g",
    "either",
    "example",
    "examples",
    "expected",
    "expects",
    "format",
    "how",
    "if",
    "means",
    "needs",
    "no",
    "not",
    "once",
    "options",
    "or",
    "pending",
    "please",
    "possible",
    "request",
    "requested",
    "say",
    "says",
    "see",
    "syntax",
    "template",
    "then",
    "until",
    "use",
    "waiting",
    "wants",
    "when",
    "with",
    "without",
    "write",
];

/// What may follow a verdict.
const FOLLOWS: &[&str] = &[
    "again",
    "all",
    "as",
    "because",
    "both",
    "for",
    "from",
    "here",
    "on",
    "re",
    "regarding",
    "since",
    "so",
    "still",
    "that",
    "the",
    "this",
    "to",
    "too",
    "until",
    "with",
    "your",
];
