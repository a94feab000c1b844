//! One entry: what it says by itself, and why it was taken for that.

use super::heading::{Heading, heading};
use super::object::{Names, Object, is_known, is_plainly_a_slice};
use super::reserve::opens_with_reserve;
use super::sentence::{Place, Said, answers_no, numbered_no, said, sentences};
use super::statement::heading_says;
use super::tokens::{Token, tokens};
use super::verdict::{Opening, Statement, TWO_THINGS, Verb, read, stronger};
use super::{Kind, slice};
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
        (Kind::Gate, _) => slice::slice(&heading, blocks),
        (_, Object::Slice(slice)) => Some(slice.clone()),
        _ => slice::named_slice(&title),
    };
    if heading.party.is_none() && found.kind != Kind::Note {
        found.why =
            format!("nobody's: no party's name starts the heading (else {}: {})", found.kind.as_str(), found.why);
        found.kind = Kind::Note;
        found.slice = None;
    }
    found.heading = heading;
    found
}

/// What decides: the qualifier's statements and the body's first sentence.
struct Words<'a> {
    qualifier: &'a [Token],
    /// All that follows the author.
    heading: Vec<Token>,
    own: &'a [Said],
    names: &'a Names,
    in_html: bool,
    /// The statement in the qualifier, if it makes one.
    in_heading: Opening,
    in_body: Opening,
}

impl<'a> Words<'a> {
    fn new(heading: &'a Heading, own: &'a [Said], in_html: bool, names: &'a Names) -> Self {
        let in_heading = heading_says(heading, names);
        let first =
            own.iter().find(|s| !s.tokens.is_empty()).filter(|s| matches!(s.place, Place::Paragraph | Place::Item));
        let in_body = match first.map(|s| sentences(&s.tokens)).unwrap_or_default().first() {
            Some(sentence) => read(sentence, names),
            None => Opening::Nothing,
        };
        let said = heading.qualifier.iter().chain(&heading.rest).cloned().collect();
        Words { qualifier: &heading.qualifier, heading: said, own, names, in_html, in_heading, in_body }
    }

    /// The qualifier says “alignment gate” and is not itself an answer to one. Behind a dash or colon it counts too:
    /// a gate that is overlooked would leave the one before it in force.
    fn is_gate(&self, heading: &Heading) -> bool {
        !matches!(self.in_heading, Opening::Says(_))
            && (asks(self.qualifier)
                || (asks(&heading.rest)
                    && !self.qualifier.first().is_some_and(|t| ANSWERS.iter().any(|w| t.is_word(w)))))
    }

    fn reply(&self) -> Option<Read> {
        let statement = match (&self.in_heading, &self.in_body) {
            (Opening::Says(left), Opening::Says(right)) => both(left, right),
            // “(ACK)” above “ACK?” says two things at once, “(ACK)” above “Acknowledged” does not.
            (Opening::Says(one), Opening::Almost(_)) if one.verb == Verb::Ack && self.body_opens_with_ack() => {
                return None;
            }
            (Opening::Almost(_), Opening::Says(one))
                if one.verb == Verb::Ack && self.qualifier.iter().any(|t| t.word() == Some("ACK")) =>
            {
                return None;
            }
            (Opening::Says(one), Opening::Almost(_) | Opening::Nothing) => one.clone(),
            (Opening::Nothing | Opening::Almost(_), Opening::Says(one)) => one.clone(),
            _ => return None,
        };
        let place = if matches!(self.in_heading, Opening::Says(_)) { "the heading" } else { "its first sentence" };
        let statement = match self.names_elsewhere() {
            Some(slice) if statement.verb == Verb::Ack && statement.object == Object::Bare => {
                Statement { object: Object::Slice(slice), ..statement }
            }
            _ => statement,
        };
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

    /// The slice of the log that a bare ACK is about, where the heading names one besides, or a paragraph does before its
    /// colon (`r4-adapter: go on`) or behind a label (`Slice: r4-adapter`, `For r4-adapter.`).
    fn names_elsewhere(&self) -> Option<String> {
        let known = |token: &Token| {
            let name = token.name().filter(|name| is_plainly_a_slice(name) && is_known(token, self.names))?;
            Some(name.to_owned())
        };
        let labelled = |block: &Said| {
            let line = block.tokens.split(Token::is_line_end).next().unwrap_or_default();
            match line {
                [label, Token::Mark(':'), slice, ..] | [label, slice, ..]
                    if LABELS.iter().any(|word| label.is_word(word)) =>
                {
                    known(slice)
                }
                [slice, Token::Mark(':'), ..] => known(slice),
                _ => None,
            }
        };
        let paragraphs = self.own.iter().filter(|block| block.place == Place::Paragraph);
        self.heading.iter().find_map(known).or_else(|| paragraphs.filter_map(labelled).next())
    }

    fn body_opens_with_ack(&self) -> bool {
        let first = self.own.iter().find_map(|s| s.tokens.iter().find(|t| !t.is_line_end()));
        first.and_then(Token::word) == Some("ACK")
    }

    /// An ACK whose further text takes it back: a “No”, a reserve that opens the next sentence, another verb.
    fn held_back(&self, statement: Statement) -> Statement {
        let changes =
            |words: String| Statement { verb: Verb::Changes, object: statement.object.clone(), reserve: Some(words) };
        let says_no = |block: &Said| match block.place {
            Place::Item | Place::Cell => answers_no(&block.tokens),
            Place::Paragraph => numbered_no(&block.tokens),
            Place::Heading => false,
        };
        if self.own.iter().any(says_no) {
            return changes("it answers a question “No”".to_owned());
        }
        let said = self.own.iter().filter(|block| !block.tokens.is_empty());
        for (place, block) in said.enumerate() {
            let is_heading = block.place == Place::Heading;
            for (i, sentence) in sentences(&block.tokens).into_iter().enumerate() {
                // The block that the ACK stands in may take it back in any of its sentences, the next one as it begins.
                let heard = !is_heading && (place == 0 || (place == 1 && i == 0));
                if heard && let Some(word) = opens_with_reserve(sentence, place == 0) {
                    return changes(format!("the sentence that begins with “{word}”"));
                }
                if let Some(other) = self.takes_back(sentence) {
                    let words = other.reserve.unwrap_or_else(|| TWO_THINGS.to_owned());
                    let verb = stronger(Verb::Ack, other.verb);
                    return Statement { verb, object: statement.object, reserve: Some(words) };
                }
            }
        }
        statement
    }

    /// A later sentence that opens with a verb in capitals, and is no yes.
    fn takes_back(&self, sentence: &[Token]) -> Option<Statement> {
        let first = sentence.first().and_then(Token::word)?;
        match read(sentence, self.names) {
            Opening::Says(other)
                if first.chars().all(|c| c.is_ascii_uppercase())
                    && matches!(other.verb, Verb::Nack | Verb::Withdrawn | Verb::Changes) =>
            {
                Some(other)
            }
            _ => None,
        }
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

/// What two statements of one entry come to: the more particular of two that agree, else what closes.
pub(super) fn both(left: &Statement, right: &Statement) -> Statement {
    if left.verb == right.verb {
        return match (&left.object, &right.object) {
            (_, Object::Bare) => left.clone(),
            (Object::Bare, _) => right.clone(),
            (l, r) if l == r => right.clone(),
            (Object::Gate { .. }, Object::Slice(_)) => right.clone(),
            (Object::Slice(_), Object::Gate { .. }) => left.clone(),
            (l, r) => Statement { object: Object::Other(format!("{l:?} and {r:?}")), ..left.clone() },
        };
    }
    let reserve = left.reserve.clone().or_else(|| right.reserve.clone()).or(Some(TWO_THINGS.to_owned()));
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
    let Some((start, end)) = gate_phrase(qualifier) else { return false };
    let before = qualifier.get(..start).unwrap_or_default();
    let after = qualifier.get(end..).unwrap_or_default();
    // “(reply 6 — alignment gate)” is a gate, numbered as the log numbers its entries.
    let numbered = before.iter().any(Token::is_dash)
        && !qualifier.first().is_some_and(|t| t.word().is_some_and(|w| w.to_lowercase().starts_with("ack")));
    let answers = !numbered && qualifier.first().is_some_and(|t| ANSWERS.iter().any(|w| t.is_word(w)));
    let last = before
        .iter()
        .rev()
        .find(|t| !["the", "your", "our", "this", "that", "last", "latest"].iter().any(|w| t.is_word(w)));
    let about = last.is_some_and(|t| ABOUT.iter().any(|w| t.is_word(w)));
    // “(alignment gate answers)”, “(alignment gate: ACK)” end in what they are.
    let words = match after {
        [mark, rest @ ..] if !mark.is_dash() && matches!(mark, Token::Mark(_)) => rest,
        _ => after,
    };
    let answered = matches!(words, [word] if ANSWERED.iter().any(|w| word.is_word(w)));
    !answers && !about && !answered
}

fn says_ready(tokens: &[Token]) -> bool {
    tokens
        .windows(3)
        .any(|w| matches!(w, [a, b, c] if a.is_word("ready") && b.is_word("for") && c.word() == Some("ACK")))
}

fn has_word(tokens: &[Token], word: &str) -> bool {
    tokens.iter().any(|t| t.is_word(word))
}

const ANSWERED: &[&str] = &[
    "ack",
    "acked",
    "acknowledged",
    "answer",
    "answered",
    "answers",
    "approved",
    "comments",
    "confirmation",
    "confirmed",
    "feedback",
    "rejected",
    "reply",
    "replies",
    "response",
];

/// What a line that says which slice it is about begins with.
const LABELS: [&str; 6] = ["slice", "gate", "re", "for", "regarding", "about"];

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
