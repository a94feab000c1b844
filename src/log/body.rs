//! What the rest of an entry makes of its statement.

use super::answer::{answers_no, asks_for_trouble, numbered_no};
use super::entry::Words;
use super::object::{Object, is_known, is_plainly_a_slice, named_plainly};
use super::reserve::opens_with_reserve;
use super::sentence::{Place, Said, sentences};
use super::stray::verdict_in;
use super::tokens::Token;
use super::verdict::{Opening, Statement, TWO_THINGS, Verb, stronger};

impl Words<'_> {
    /// The statement with what the rest of the entry adds to it: what it is about, and what takes it back.
    pub(super) fn in_full(&self, statement: Statement) -> Statement {
        let (mut named, opened) = self.names_elsewhere();
        match statement.verb {
            Verb::Ack => {
                // One that counts is the better reading where several are named.
                let latest = |slice: &String| self.names.latest.as_ref().is_some_and(|l| l.eq_ignore_ascii_case(slice));
                let slice =
                    named.iter().chain(&opened).find(|slice| latest(slice)).or(named.first()).or(opened.first());
                let slice = slice.cloned().or_else(|| self.scope());
                match slice.filter(|_| is_unnamed(&statement.object)) {
                    Some(slice) => self.held_back(Statement { object: Object::Slice(slice), ..statement }),
                    None => self.held_back(statement),
                }
            }
            Verb::Nack | Verb::Changes => {
                let object = match named.first() {
                    Some(_) if is_unnamed(&statement.object) => Object::Slice(named.remove(0)),
                    _ => {
                        named.clear();
                        statement.object.clone()
                    }
                };
                let further = named.into_iter().chain(opened).map(Object::Slice);
                let refused = self.refusals().flat_map(|(_, other)| std::iter::once(other.object).chain(other.also));
                Statement { object, ..statement }.and(further).and(refused)
            }
            Verb::Withdrawn | Verb::Landed => statement,
        }
    }

    /// The slices of the log that the heading names, or a paragraph behind a label (`Slice: r4-adapter`, `For
    /// r4-adapter.`); then those that begin a paragraph, item or cell before its colon (`r4-adapter: go on`).
    fn names_elsewhere(&self) -> (Vec<String>, Vec<String>) {
        let known = |token: &Token| {
            let name = token.name().filter(|name| is_plainly_a_slice(name) && is_known(token, self.names))?;
            Some(name.to_owned())
        };
        let mut named: Vec<String> = self.heading.iter().filter_map(known).collect();
        let mut opened = Vec::new();
        for block in self.own.iter().filter(|block| block.place == Place::Paragraph) {
            let line = block.tokens.split(Token::is_line_end).next().unwrap_or_default();
            match line {
                [label, Token::Mark(':'), slice, ..] | [label, slice, ..]
                    if LABELS.iter().any(|word| label.is_word(word)) =>
                {
                    named.extend(known(slice));
                }
                [slice, Token::Mark(':'), ..] => opened.extend(known(slice)),
                _ => {}
            }
        }
        (named, opened)
    }

    /// The slice that a bare ACK says it is about, in a sentence that says no more: “This is for r4-adapter.”, “r4-adapter
    /// only”.
    fn scope(&self) -> Option<String> {
        let is_one_of = |token: &Token, words: &[&str]| words.iter().any(|word| token.is_word(word));
        self.spoken_of().find_map(|(sentence, slices)| {
            let words: Vec<&Token> = sentence.iter().filter(|t| t.name().is_some()).collect();
            let rest = || words.iter().filter(|t| !is_known(t, self.names));
            let scopes = rest().all(|t| is_one_of(t, SCOPES)) && rest().any(|t| is_one_of(t, SCOPING));
            slices.into_iter().next().filter(|_| scopes)
        })
    }

    /// The slices that an ACK without a name speaks of: it may mean them.
    pub(super) fn beside(&self, statement: &Statement) -> Vec<String> {
        if !is_unnamed(&statement.object) {
            return Vec::new();
        }
        self.spoken_of().flat_map(|(_, slices)| slices).collect()
    }

    /// Each sentence that names slices of the log, and not the latest gate's, with their names.
    fn spoken_of(&self) -> impl Iterator<Item = (&[Token], Vec<String>)> {
        let blocks = self.own.iter().filter(|block| block.place != Place::Heading);
        blocks.flat_map(|block| sentences(&block.tokens)).filter_map(|sentence| {
            let slices: Vec<String> = named_plainly(sentence, self.names).filter(|name| !name.is_empty()).collect();
            let latest = self.names.latest.as_deref().unwrap_or_default();
            let is_about_it = sentence.iter().filter_map(Token::name).any(|name| name.eq_ignore_ascii_case(latest));
            (!slices.is_empty() && !is_about_it).then_some((sentence, slices))
        })
    }

    /// An ACK whose further text takes it back: a “No”, a reserve that opens the next sentence, another verb.
    fn held_back(&self, statement: Statement) -> Statement {
        let changes = |words: String| {
            let object = statement.object.clone();
            Statement { verb: Verb::Changes, object, also: statement.also.clone(), reserve: Some(words) }
        };
        let says_no = |block: &Said| match block.place {
            Place::Item | Place::Cell => answers_no(&block.tokens),
            Place::Paragraph => numbered_no(&block.tokens),
            Place::Heading => false,
        };
        // What else is refused is so whatever holds the ACK back.
        let refused: Vec<Object> =
            self.refusals().flat_map(|(_, other)| std::iter::once(other.object).chain(other.also)).collect();
        if self.own.iter().any(says_no) {
            return changes("it answers a question “No”".to_owned()).and(refused);
        }
        let said = self.own.iter().filter(|block| !block.tokens.is_empty());
        for (place, block) in said.enumerate() {
            let is_heading = block.place == Place::Heading;
            let mut before: &[Token] = &[];
            for (i, sentence) in sentences(&block.tokens).enumerate() {
                // The block that the ACK stands in may take it back in any of its sentences, the next one as it begins.
                let heard = !is_heading && (place == 0 || (place == 1 && i == 0));
                let asked = before.split_last().filter(|(end, _)| **end == Token::Mark('?'));
                let harmless = asked.is_some_and(|(_, asked)| asks_for_trouble(&asked.iter().collect::<Vec<_>>()));
                if heard
                    && !harmless
                    && let Some(word) = opens_with_reserve(sentence, place == 0, place == 0 && i == 1)
                {
                    return changes(format!("the sentence that begins with “{word}”")).and(refused);
                }
                before = sentence;
            }
        }
        match self.refusals().next() {
            Some((verb, other)) => {
                let reserve = other.reserve.or_else(|| Some(TWO_THINGS.to_owned()));
                // What is refused without a name is the gate, whatever else the ACK is on.
                let object = match statement.object {
                    Object::Other(_) | Object::Part(_) => other.object,
                    object => object,
                };
                Statement { verb: stronger(Verb::Ack, verb), object, reserve, ..statement }.and(refused)
            }
            None => statement,
        }
    }

    /// The later sentences that open with a verb in capitals, and are no yes.
    fn refusals(&self) -> impl Iterator<Item = (Verb, Statement)> {
        let blocks = self.own.iter().filter(|block| block.may_judge);
        blocks.flat_map(|block| sentences(&block.tokens)).filter_map(|sentence| {
            match verdict_in(sentence, self.names) {
                Opening::Says(other) if matches!(other.verb, Verb::Nack | Verb::Withdrawn | Verb::Changes) => {
                    Some((other.verb, other))
                }
                _ => None,
            }
        })
    }
}

/// Whether an object leaves it to the log which gate is meant.
fn is_unnamed(object: &Object) -> bool {
    matches!(object, Object::Bare | Object::Gate { date: None, party: None })
}

/// What two statements of one entry come to: the more particular of two that agree, else what closes.
pub(super) fn both(left: &Statement, right: &Statement) -> Statement {
    let further = || right.also.iter().chain(&left.also).cloned();
    if left.verb == right.verb {
        return match (&left.object, &right.object) {
            (_, Object::Bare) => left.clone().and(further()),
            (Object::Bare, _) => right.clone().and(further()),
            (l, r) if l == r => right.clone().and(further()),
            (Object::Gate { .. }, Object::Slice(_)) => right.clone().and(further()),
            (Object::Slice(_), Object::Gate { .. }) => left.clone().and(further()),
            (l, r) if left.verb == Verb::Ack => {
                Statement { object: Object::Other(format!("{l:?} and {r:?}")), ..left.clone() }
            }
            (_, r) => left.clone().and([r.clone()]).and(further()),
        };
    }
    let reserve = left.reserve.clone().or_else(|| right.reserve.clone()).or(Some(TWO_THINGS.to_owned()));
    let object = if left.object == Object::Bare { right.object.clone() } else { left.object.clone() };
    let said = Statement { verb: stronger(left.verb, right.verb), object, reserve, also: Vec::new() };
    said.and([right.object.clone()]).and(further())
}

/// What a line that says which slice it is about begins with.
const LABELS: [&str; 6] = ["slice", "gate", "re", "for", "regarding", "about"];

/// The words before a slice by which a sentence says that the answer is about it.
const SCOPES: &[&str] = &[
    "a",
    "about",
    "ack",
    "all",
    "alone",
    "an",
    "and",
    "answer",
    "answering",
    "answers",
    "applies",
    "apply",
    "concerning",
    "concerns",
    "counts",
    "course",
    "covers",
    "exclusively",
    "for",
    "gate",
    "goes",
    "i",
    "i.e",
    "is",
    "it",
    "just",
    "limited",
    "mean",
    "meaning",
    "means",
    "meant",
    "my",
    "namely",
    "of",
    "on",
    "only",
    "our",
    "re",
    "refers",
    "regarding",
    "regards",
    "reply",
    "slice",
    "solely",
    "stands",
    "that",
    "the",
    "this",
    "to",
    "was",
    "we",
    "which",
    "yes",
    "your",
];

/// Those of them that say so.
const SCOPING: &[&str] = &[
    "about",
    "alone",
    "answers",
    "applies",
    "apply",
    "concerning",
    "concerns",
    "covers",
    "exclusively",
    "for",
    "goes",
    "just",
    "limited",
    "mean",
    "meaning",
    "means",
    "meant",
    "namely",
    "on",
    "only",
    "re",
    "refers",
    "regarding",
    "regards",
    "solely",
];
