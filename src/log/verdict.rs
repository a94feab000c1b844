//! The grammar of a reply: ACK, NACK, WITHDRAWN, landed, where such a word opens a sentence or a qualifier.

use super::object::{Names, Object, gate_words, is_known, is_plainly_a_slice, listed, object, slices};
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
    /// What else a refusal names: it holds for all of it.
    pub(super) also: Vec<Object>,
    /// For [`Verb::Changes`], the words that make it so.
    pub(super) reserve: Option<String>,
}

impl Statement {
    fn new(verb: Verb, object: Object) -> Self {
        Statement { verb, object, also: Vec::new(), reserve: None }
    }

    /// The statement about these as well.
    pub(super) fn and(mut self, also: impl IntoIterator<Item = Object>) -> Self {
        for named in also {
            if named != Object::Bare && named != self.object && !self.also.contains(&named) {
                self.also.push(named);
            }
        }
        self
    }
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

/// Why an entry that contradicts itself is no yes.
pub(super) const TWO_THINGS: &str = "it says two things at once";

/// Reads a sentence or qualifier by its first word.
pub(super) fn read(sentence: &[Token], names: &Names) -> Opening {
    // A mark of approval before the word says no more than it does.
    let marks = sentence.iter().take_while(|t| **t == Token::Mark('✓')).count();
    let sentence = sentence.get(marks..).unwrap_or_default();
    let Some((Token::Word(first), tail)) = sentence.split_first() else { return Opening::Nothing };
    let verb = match first.as_str() {
        "ACK" => Verb::Ack,
        word if word.eq_ignore_ascii_case("nack") => Verb::Nack,
        word if word.eq_ignore_ascii_case("withdrawn") => Verb::Withdrawn,
        word if word.eq_ignore_ascii_case("landed") => Verb::Landed,
        word if asks_for_changes(word, tail) => Verb::Changes,
        word => return almost_nack(word, tail).unwrap_or_else(|| almost_ack(word)),
    };
    let tail: Vec<Token> = tail.iter().filter(|t| **t != Token::Hidden).cloned().collect();
    let asks = tail.iter().rev().find(|t| !matches!(t, Token::Mark('✓' | ')' | '.') | Token::Newline))
        == Some(&Token::Mark('?'));
    // “NACK — can you rename it?” refuses, and asks something else.
    let set_off = tail.first().is_some_and(|t| t.is_dash() || matches!(t, Token::Mark(',' | ';' | ':' | '.' | '!')));
    if asks && !(set_off && matches!(verb, Verb::Nack | Verb::Withdrawn)) {
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
        Verb::Changes => {
            let tail = if first.contains('-') { tail.as_slice() } else { tail.get(1..).unwrap_or_default() };
            let object = match tail.first() {
                Some(Token::Mark(mark)) => remark_object(*mark, tail, names),
                _ => named(tail, names).unwrap_or(Object::Bare),
            };
            let object = if matches!(object, Object::Other(_) | Object::Part(_)) { Object::Bare } else { object };
            let reserve = Some("changes requested".to_owned());
            Opening::Says(Statement { reserve, ..Statement::new(verb, object) }.and(slices(tail, names)))
        }
        _ => closing(verb, first, &tail, names),
    }
}

/// “Changes requested”, which says by itself what an ACK with a reserve comes to.
fn asks_for_changes(word: &str, tail: &[Token]) -> bool {
    word.eq_ignore_ascii_case("changes-requested")
        || (word.eq_ignore_ascii_case("changes") && tail.first().is_some_and(|t| t.is_word("requested")))
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

/// What counts of two verbs that are not the same: never the yes.
pub(super) fn stronger(left: Verb, right: Verb) -> Verb {
    match (left, right) {
        (Verb::Withdrawn, _) | (_, Verb::Withdrawn) => Verb::Withdrawn,
        (Verb::Landed, _) | (_, Verb::Landed) => Verb::Landed,
        _ => Verb::Changes,
    }
}

fn contradiction(verb: Verb, other: Verb, tail: &[Token], names: &Names) -> Opening {
    let object = match named(tail, names) {
        Some(Object::Other(_) | Object::Part(_)) | None => Object::Bare,
        Some(object) => object,
    };
    let reserve = Some(TWO_THINGS.to_owned());
    let said = Statement { reserve, ..Statement::new(stronger(verb, other), object) };
    Opening::Says(said.and(slices(tail, names)))
}

/// What may follow ACK: its end, a mark and a remark, or what it answers.
fn ack(tail: &[Token], names: &Names) -> Opening {
    let held = reserve(tail);
    // Where a line goes on with the sentence, its end is no more than a space.
    let wrapped = tail.iter().take_while(|t| **t == Token::Newline).count();
    let said = if begins_new_line(tail) { tail } else { tail.get(wrapped..).unwrap_or_default() };
    // What a reserve is about stands before it: “ACK on the gate with edits”.
    let named_in = match &held {
        Some((at, _)) => tail.get(..*at).and_then(|before| before.get(tail.len() - said.len()..)).unwrap_or_default(),
        None => said,
    };
    let object = match said.first() {
        None => Some(Object::Bare),
        Some(Token::Newline) => Some(Object::Bare),
        Some(Token::Mark(mark)) if opens_remark(*mark) && !is_symbol(said.get(1)) => {
            if held.is_none()
                && let Some(words) = puts_off(said)
            {
                return Opening::Almost(format!("“ACK — {words}” speaks of an ACK to come"));
            }
            Some(remark_object(*mark, said, names))
        }
        Some(Token::Mark(_)) => None,
        Some(_) if held.is_some() && named_in.is_empty() => Some(Object::Bare),
        Some(_) => named(named_in, names),
    };
    match (object, held) {
        // “ACK on all but packaging”: what it is about is the reserve itself.
        (Some(Object::Other(text)), Some((_, words))) if text.is_empty() => Opening::Says(changes(Object::Bare, words)),
        (Some(object), None) => Opening::Says(Statement::new(Verb::Ack, object)),
        (Some(object), Some((_, words))) => Opening::Says(changes(object, words).and(listed(named_in, names))),
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
    Statement { reserve: Some(format!("“{words}”")), ..Statement::new(Verb::Changes, object) }
}

/// NACK, WITHDRAWN and landed close: what follows may be any remark, unless it names something else.
fn closing(verb: Verb, first: &str, tail: &[Token], names: &Names) -> Opening {
    let shouted = first.chars().all(|c| c.is_ascii_uppercase()) && verb != Verb::Landed;
    let object = match tail.first() {
        Some(Token::Mark(mark)) => remark_object(*mark, tail, names),
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
    let said = Statement::new(verb, object);
    Opening::Says(if verb == Verb::Nack { said.and(slices(tail, names)) } else { said })
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
    match object(phrase(rest), names) {
        found @ Object::Gate { .. } => found,
        found @ Object::Slice(_) if mark == ':' || names_a_gate(phrase(rest)) => found,
        // What follows may be any remark, as long as the name comes first.
        _ if is_known(first, names) => Object::Slice(first.name().unwrap_or_default().to_owned()),
        _ => Object::Bare,
    }
}

/// Whether the first thing that a remark is about is a gate by its look: “the r4-adapter gate”, or `r4-adapter` alone.
fn names_a_gate(phrase: &[Token]) -> bool {
    if let [only] = phrase {
        return only.name().is_some_and(|n| is_plainly_a_slice(n) && n.chars().any(|c| c.is_ascii_digit()));
    }
    let thing = phrase.split(|t| t.is_word("and") || matches!(t, Token::Mark(_))).next().unwrap_or_default();
    (0..thing.len()).filter_map(|i| thing.get(i..)).any(|rest| gate_words(rest).is_some())
}

/// The words up to the mark or line that ends the phrase.
fn phrase(tokens: &[Token]) -> &[Token] {
    let end = tokens.iter().enumerate().position(|(i, t)| match t {
        Token::Mark(',' | '+' | '&') => false,
        Token::Mark(_) => true,
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

/// A remark that does no more than put the ACK off or ask for it: “ACK — tomorrow”, “ACK: requested”, “ACK, please”.
fn puts_off(tail: &[Token]) -> Option<String> {
    let remark = tail.iter().skip_while(|t| matches!(t, Token::Mark(_)) || t.is_line_end());
    let words: Vec<String> = remark.map_while(Token::word).map(str::to_lowercase).collect();
    let first = words.first()?.as_str();
    let alone =
        words.len() == 1 && ["please", "none", "next", "later", "soon", "tbd", "draft", "example"].contains(&first);
    let opens = PUTS_OFF.contains(&first) || (first == "by" && words.len() == 2);
    (alone || opens).then(|| words.join(" "))
}

const PUTS_OFF: &[&str] = &[
    "awaited",
    "coming",
    "due",
    "expected",
    "follows",
    "forthcoming",
    "later",
    "needed",
    "outstanding",
    "requested",
    "required",
    "requires",
    "soon",
    "tomorrow",
    "wanted",
];

/// Words that refuse and are not NACK, said by themselves or in capitals: they close nothing, so that the reader is told.
fn almost_nack(word: &str, tail: &[Token]) -> Option<Opening> {
    let refuses = REFUSES.iter().any(|refusal| word.eq_ignore_ascii_case(refusal));
    let alone = tail.iter().all(|t| t.name().is_none());
    let is_verdict = alone || word.chars().all(|c| c.is_ascii_uppercase());
    (refuses && is_verdict).then(|| Opening::Almost(format!("“{word}” is not the word NACK, nor WITHDRAWN")))
}

const REFUSES: &[&str] =
    &["declined", "denied", "disagree", "disagreed", "hold", "refused", "rejected", "retracted", "revoked"];

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
