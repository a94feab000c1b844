//! One entry: what it says by itself, and why it was taken for that.

use super::asks::{ANSWERS, asks};
use super::body::both;
use super::heading::{Heading, heading};
use super::object::{Names, Object};
use super::sentence::{Place, Said, said, sentences};
use super::statement::heading_says;
use super::tokens::{Token, tokens};
use super::verdict::{Opening, Verb, read};
use super::{Kind, slice};
use crate::markdown::{Block, Span};

/// An entry's parts, before the log's other entries are looked at.
#[derive(Debug, Clone)]
pub(super) struct Read {
    pub(super) heading: Heading,
    pub(super) kind: Kind,
    /// What a reply answers.
    pub(super) object: Object,
    /// What else a refusal is about.
    pub(super) also: Vec<Object>,
    /// Slices that an ACK on none by name speaks of.
    pub(super) beside: Vec<String>,
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
        words => words.reply().or_else(|| words.refusal()).unwrap_or_else(|| words.note(&title)),
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
pub(super) struct Words<'a> {
    pub(super) qualifier: &'a [Token],
    /// All that follows the author.
    pub(super) heading: Vec<Token>,
    pub(super) own: &'a [Said],
    pub(super) names: &'a Names,
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
        let statement = self.in_full(statement);
        let (kind, why) = match statement.verb {
            Verb::Ack if self.in_html => {
                return Some(Read::note(
                    "it stands between HTML tags".to_owned(),
                    Some("it stands between HTML tags".to_owned()),
                ));
            }
            Verb::Ack => (Kind::Ack, format!("{place} opens with ACK")),
            Verb::Changes => {
                let reserve = statement.reserve.clone().unwrap_or_default();
                (Kind::ChangesRequested, format!("{place} opens with ACK, with a reserve: {reserve}"))
            }
            Verb::Nack => (Kind::Nack, format!("{place} opens with NACK")),
            Verb::Withdrawn => (Kind::Withdrawn, format!("{place} opens with WITHDRAWN")),
            Verb::Landed => (Kind::Landed, format!("{place} opens with “landed”")),
        };
        let beside = if kind == Kind::Ack { self.beside(&statement) } else { Vec::new() };
        Some(Read { object: statement.object, also: statement.also, beside, ..Read::new(kind, why) })
    }

    fn body_opens_with_ack(&self) -> bool {
        let first = self.own.iter().find_map(|s| s.tokens.iter().find(|t| !t.is_line_end()));
        first.and_then(Token::word) == Some("ACK")
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
        if let Some(why) = self.out_of_place() {
            return Read::note(why.clone(), Some(why));
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
    pub(super) fn new(kind: Kind, why: String) -> Self {
        Read {
            heading: Heading::default(),
            kind,
            why,
            object: Object::Bare,
            also: vec![],
            beside: vec![],
            almost: None,
            slice: None,
        }
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

fn says_ready(tokens: &[Token]) -> bool {
    tokens
        .windows(3)
        .any(|w| matches!(w, [a, b, c] if a.is_word("ready") && b.is_word("for") && c.word() == Some("ACK")))
}

fn has_word(tokens: &[Token], word: &str) -> bool {
    tokens.iter().any(|t| t.is_word(word))
}
