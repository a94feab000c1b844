//! One entry: what it says by itself, and why it was taken for that.

use super::heading::{Heading, heading};
use super::object::{Names, Object};
use super::reserve::opens_with_reserve;
use super::sentence::{Place, Said, answers_no, said, sentences};
use super::tokens::{Token, tokens};
use super::verdict::{Opening, Statement, Verb, read, stronger};
use super::{Kind, gate};
use crate::markdown::{Block, Span};

/// An entry's parts, before the log's other entries are looked at.
#[derive(Debug, Clone)]
pub(super) struct Read {
    pub(super) heading: Heading,
    pub(super) kind: Kind,
    /// What a reply answers.
    pub(super) object: Object,
    pub(super) why: String,
    /// Why it looks like a gate or a reply and is none (AG204).
    pub(super) almost: Option<String>,
    pub(super) slice: Option<String>,
}

/// Reads one entry.
pub(super) fn read_entry(title: &[Span], in_html: bool, blocks: &[Block], names: &Names) -> Read {
    let title = tokens(title);
    let heading = heading(&title, names);
    let own = said(blocks);
    let mut found = match Words::new(&heading, &own, in_html, names) {
        words if words.is_gate(&heading) => gate_entry(&words),
        words => words.reply().unwrap_or_else(|| words.note(&title)),
    };
    found.slice = match (&found.kind, &found.object) {
        (Kind::Gate, _) => gate::slice(&heading, blocks),
        (_, Object::Slice(slice)) => Some(slice.clone()),
        _ => gate::named_slice(&title),
    };
    if heading.party.is_none() && found.kind != Kind::Note {
        found.why =
            format!("nobody's: no party's name starts the heading (else {}: {})", found.kind.as_str(), found.why);
        found.kind = Kind::Note;
    }
    found.heading = heading;
    found
}

/// What decides: the qualifier's statements and the body's first sentence.
struct Words<'a> {
    qualifier: &'a [Token],
    own: &'a [Said],
    names: &'a Names,
    in_html: bool,
    /// The statement in the qualifier, if it makes one.
    in_heading: Opening,
    in_body: Opening,
}

impl<'a> Words<'a> {
    fn new(heading: &'a Heading, own: &'a [Said], in_html: bool, names: &'a Names) -> Self {
        let in_heading = qualifier_says(heading, names);
        let first =
            own.iter().find(|s| !s.tokens.is_empty()).filter(|s| matches!(s.place, Place::Paragraph | Place::Item));
        let in_body = match first.map(|s| sentences(&s.tokens)).unwrap_or_default().first() {
            Some(sentence) => read(sentence, names),
            None => Opening::Nothing,
        };
        Words { qualifier: &heading.qualifier, own, names, in_html, in_heading, in_body }
    }

    /// The qualifier says “alignment gate” and is not itself an answer to one. Behind a dash or colon it counts too:
    /// a gate that is overlooked would leave the one before it in force.
    fn is_gate(&self, heading: &Heading) -> bool {
        !matches!(self.in_heading, Opening::Says(_))
            && (asks(self.qualifier) || (self.qualifier.is_empty() && asks(&heading.rest)))
    }

    fn reply(&self) -> Option<Read> {
        let statement = match (&self.in_heading, &self.in_body) {
            (Opening::Says(left), Opening::Says(right)) => both(left, right),
            (Opening::Says(one), Opening::Almost(_) | Opening::Nothing) => one.clone(),
            (Opening::Nothing | Opening::Almost(_), Opening::Says(one)) => one.clone(),
            _ => return None,
        };
        let place = if matches!(self.in_heading, Opening::Says(_)) { "the heading" } else { "its first sentence" };
        let statement = if statement.verb == Verb::Ack { self.held_back(statement) } else { statement };
        let (kind, why) = match statement.verb {
            Verb::Ack if self.in_html => {
                return Some(Read::note(
                    "it stands between HTML tags".to_owned(),
                    Some("it stands between HTML tags".to_owned()),
                ));
            }
            Verb::Ack => (Kind::Ack, format!("{place} opens with ACK")),
            Verb::Changes => {
                let reserve = statement.reserve.unwrap_or_default();
                (Kind::ChangesRequested, format!("{place} opens with ACK, with a reserve: {reserve}"))
            }
            Verb::Nack => (Kind::Nack, format!("{place} opens with NACK")),
            Verb::Withdrawn => (Kind::Withdrawn, format!("{place} opens with WITHDRAWN")),
            Verb::Landed => (Kind::Landed, format!("{place} opens with “landed”")),
        };
        Some(Read { object: statement.object, ..Read::new(kind, why) })
    }

    /// An ACK whose further text takes it back: a “No”, a reserve that opens the next sentence, another verb.
    fn held_back(&self, statement: Statement) -> Statement {
        let changes =
            |words: String| Statement { verb: Verb::Changes, object: statement.object.clone(), reserve: Some(words) };
        if self.own.iter().any(|s| matches!(s.place, Place::Item | Place::Cell) && answers_no(&s.tokens)) {
            return changes("it answers a question “No”".to_owned());
        }
        let mut first = true;
        for block in self.own {
            for sentence in sentences(&block.tokens) {
                if first
                    && block.place != Place::Heading
                    && let Some(word) = opens_with_reserve(sentence)
                {
                    return changes(format!("the sentence that begins with “{word}”"));
                }
                let shouted =
                    sentence.first().and_then(Token::word).is_some_and(|w| w.chars().all(|c| c.is_ascii_uppercase()));
                if shouted
                    && let Opening::Says(other) = read(sentence, self.names)
                    && matches!(other.verb, Verb::Nack | Verb::Withdrawn | Verb::Changes)
                {
                    let words = other.reserve.unwrap_or_else(|| "it says two things at once".to_owned());
                    return Statement {
                        verb: stronger(Verb::Ack, other.verb),
                        object: statement.object,
                        reserve: Some(words),
                    };
                }
            }
            first = first && block.tokens.is_empty();
        }
        statement
    }

    fn note(&self, title: &[Token]) -> Read {
        if says_ready(title) || self.own.iter().any(|s| says_ready(&s.tokens)) {
            return Read::new(Kind::Ready, "it says “Ready for ACK”".to_owned());
        }
        for opening in [&self.in_heading, &self.in_body] {
            if let Opening::Almost(why) = opening {
                return Read::note(why.clone(), Some(why.clone()));
            }
        }
        let words = |w: &str| title.iter().chain(self.own.iter().flat_map(|s| &s.tokens)).any(|t| t.word() == Some(w));
        if has_word(self.qualifier, "gate")
            || (has_word(self.qualifier, "alignment") && has_word(self.qualifier, "gates"))
        {
            let why = "its heading speaks of a gate without being one".to_owned();
            return Read::note(why.clone(), Some(why));
        }
        if words("ACK") || words("NACK") {
            return Read::note(
                "the word ACK stands in it, but opens neither the qualifier nor the first sentence".to_owned(),
                None,
            );
        }
        Read::note("it neither asks for agreement nor answers".to_owned(), None)
    }
}

impl Read {
    fn new(kind: Kind, why: String) -> Self {
        Read { heading: Heading::default(), kind, object: Object::Bare, why, almost: None, slice: None }
    }

    fn note(why: String, almost: Option<String>) -> Self {
        Read { almost, ..Read::new(Kind::Note, why) }
    }
}

fn gate_entry(words: &Words<'_>) -> Read {
    let mut found = Read::new(Kind::Gate, "its heading says “alignment gate”".to_owned());
    if words.in_html {
        found.almost = Some("the gate stands between HTML tags, so it covers nothing".to_owned());
    }
    if let Opening::Says(_) = words.in_body {
        found.almost =
            Some("a gate whose first sentence answers says two things at once; it counts as a gate".to_owned());
    }
    found
}

/// The statement of the qualifier: at its start, or behind a dash. Behind a dash, what stands before must not take
/// it back. Outside of parentheses only what closes is heard.
fn qualifier_says(heading: &Heading, names: &Names) -> Opening {
    let qualifier = heading.qualifier.as_slice();
    let mut found = read(qualifier, names);
    for (i, token) in qualifier.iter().enumerate() {
        if matches!(found, Opening::Says(_)) {
            break;
        }
        if !token.is_dash() {
            continue;
        }
        let before = qualifier.get(..i).unwrap_or_default();
        match read(qualifier.get(i + 1..).unwrap_or_default(), names) {
            Opening::Says(s) if s.verb == Verb::Ack && before.iter().any(asks_for_it) => {
                found = Opening::Almost("what stands before ACK asks for it or takes it back".to_owned());
            }
            Opening::Nothing => {}
            other => found = other,
        }
    }
    if matches!(found, Opening::Says(_)) {
        return found;
    }
    closes_elsewhere(heading, names).map_or(found, Opening::Says)
}

/// “alignment gate withdrawn”, and NACK, WITHDRAWN or landed behind a dash or colon instead of in parentheses.
fn closes_elsewhere(heading: &Heading, names: &Names) -> Option<Statement> {
    let closing = |opening: Opening| match opening {
        Opening::Says(s) if !matches!(s.verb, Verb::Ack | Verb::Changes) => Some(s),
        _ => None,
    };
    let after_mark =
        heading.rest.iter().enumerate().filter(|(_, t)| t.is_dash() || matches!(t, Token::Mark(':' | '(')));
    let mut openings = after_mark.filter_map(|(i, _)| heading.rest.get(i + 1..)).map(|rest| read(rest, names));
    let gate = gate_phrase(&heading.qualifier).and_then(|(_, after)| heading.qualifier.get(after..));
    openings.find_map(closing).or_else(|| closing(read(gate?, names)))
}

/// What two statements of one entry come to: the more particular of two that agree, else what closes.
fn both(left: &Statement, right: &Statement) -> Statement {
    if left.verb == right.verb {
        return match (&left.object, &right.object) {
            (l, Object::Bare) => Statement { object: l.clone(), ..left.clone() },
            (Object::Bare, _) => right.clone(),
            (l, r) if l == r => right.clone(),
            (Object::Gate { .. }, Object::Slice(_)) => right.clone(),
            (Object::Slice(_), Object::Gate { .. }) => left.clone(),
            (l, r) => Statement { object: Object::Other(format!("{l:?} and {r:?}")), ..left.clone() },
        };
    }
    let reserve =
        left.reserve.clone().or_else(|| right.reserve.clone()).or(Some("it says two things at once".to_owned()));
    let object = if left.object == Object::Bare { right.object.clone() } else { left.object.clone() };
    Statement { verb: stronger(left.verb, right.verb), object, reserve }
}

/// Where “alignment gate” stands: its first token, and the one after it.
pub(super) fn gate_phrase(tokens: &[Token]) -> Option<(usize, usize)> {
    let two = tokens.iter().zip(tokens.iter().skip(1)).position(|(a, b)| a.is_word("alignment") && b.is_word("gate"));
    let one = tokens.iter().position(|t| t.is_word("alignment-gate"));
    two.map(|i| (i, i + 2)).or(one.map(|i| (i, i + 1)))
}

/// Whether a qualifier asks for agreement: it says “alignment gate” and does not answer, or speak about, one.
fn asks(qualifier: &[Token]) -> bool {
    let Some((start, _)) = gate_phrase(qualifier) else { return false };
    let before = qualifier.get(..start).unwrap_or_default();
    // “(reply 6 — alignment gate)” is a gate, numbered as the log numbers its entries.
    let numbered = before.iter().any(Token::is_dash)
        && !qualifier.first().is_some_and(|t| t.word().is_some_and(|w| w.to_lowercase().starts_with("ack")));
    let answers = !numbered && qualifier.first().is_some_and(|t| ANSWERS.iter().any(|w| t.is_word(w)));
    let last = before
        .iter()
        .rev()
        .find(|t| !["the", "your", "our", "this", "that", "last", "latest"].iter().any(|w| t.is_word(w)));
    let about = last.is_some_and(|t| ABOUT.iter().any(|w| t.is_word(w)));
    !answers && !about
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
    ]
    .iter()
    .any(|w| token.is_word(w))
}

fn says_ready(tokens: &[Token]) -> bool {
    tokens
        .windows(3)
        .any(|w| matches!(w, [a, b, c] if a.is_word("ready") && b.is_word("for") && c.word() == Some("ACK")))
}

fn has_word(tokens: &[Token], word: &str) -> bool {
    tokens.iter().any(|t| t.is_word(word))
}

const ANSWERS: &[&str] = &[
    "re",
    "reply",
    "replies",
    "response",
    "answer",
    "answers",
    "comment",
    "comments",
    "feedback",
    "question",
    "questions",
    "follow-up",
    "followup",
    "ack",
    "acked",
    "acknowledged",
    "acknowledging",
    "reminder",
    "ping",
    "status",
    "note",
    "review",
    "reviewed",
    "reviewing",
    "thanks",
];

const ABOUT: &[&str] = &[
    "to",
    "on",
    "re",
    "about",
    "regarding",
    "no",
    "not",
    "without",
    "before",
    "after",
    "until",
    "awaiting",
    "for",
    "of",
    "see",
    "per",
];
