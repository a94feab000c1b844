//! One entry: what it says by itself, and why it was taken for that.

use std::cell::OnceCell;

use jiff::civil::Date;

use super::asks::{ANSWERS, asks};
use super::body::both;
use super::format::Raw;
use super::heading::{Heading, heading};
use super::object::{Names, Object};
use super::sentence::{Place, Said, said, sentences};
use super::statement::heading_says;
use super::tokens::{Token, tokens};
use super::verdict::{Opening, Statement, Verb, read};
use super::{Kind, slice};

/// An entry cut into words, which are the same whatever is known of the log's other entries.
pub(super) struct Worded<'r> {
    raw: &'r Raw,
    title: Vec<Token>,
    heading: Heading,
    /// All of the heading that follows the author.
    behind: Vec<Token>,
    own: Vec<Said>,
}

/// An entry's parts, before the log's other entries are looked at.
#[derive(Debug, Clone)]
pub(super) struct Read {
    pub(super) party: Option<String>,
    pub(super) role: Option<String>,
    pub(super) date: Option<Date>,
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

impl<'r> Worded<'r> {
    /// Cuts an entry; of the names only the parties' count.
    pub(super) fn new(raw: &'r Raw, names: &Names) -> Self {
        let title = tokens(&raw.title);
        let heading = heading(&title, names);
        let behind = heading.qualifier.iter().chain(&heading.rest).cloned().collect();
        Worded { raw, title, heading, behind, own: said(&raw.blocks) }
    }

    /// Reads the entry before the log's slices are known; `None` for a party's reply by its first words, which may mean one.
    pub(super) fn read_first(&self, parties: &Names) -> Option<Read> {
        let words = Words::new(self, parties);
        let replies = || self.heading.party.is_some() && words.statement().is_some();
        (words.is_gate(&self.heading) || !replies()).then(|| self.read_with(&words))
    }

    /// Reads the entry, with the names that are known by now.
    pub(super) fn read(&self, names: &Names) -> Read {
        self.read_with(&Words::new(self, names))
    }

    fn read_with(&self, words: &Words<'_>) -> Read {
        let Worded { raw, title, heading, .. } = self;
        let mut found = if words.is_gate(heading) {
            gate_entry(words)
        } else {
            words.reply().or_else(|| words.refusal()).unwrap_or_else(|| words.note(title))
        };
        found.slice = match (&found.kind, &found.object) {
            (Kind::Gate, _) => slice::slice(heading, &raw.blocks),
            (_, Object::Slice(slice)) => Some(slice.clone()),
            _ => slice::named_slice(title),
        };
        if heading.party.is_none() && found.kind != Kind::Note {
            found.why =
                format!("nobody's: no party's name starts the heading (else {}: {})", found.kind.as_str(), found.why);
            found.kind = Kind::Note;
            found.slice = None;
        }
        Read { party: heading.party.clone(), role: heading.role.clone(), date: heading.date, ..found }
    }
}

/// What decides: the qualifier's statements and the body's first sentence.
pub(super) struct Words<'a> {
    pub(super) qualifier: &'a [Token],
    /// All that follows the author.
    pub(super) heading: &'a [Token],
    pub(super) own: &'a [Said],
    pub(super) names: &'a Names,
    in_html: bool,
    /// What it says that stands where no answer does.
    pub(super) strays: OnceCell<Vec<Statement>>,
    /// The statement in the qualifier, if it makes one.
    in_heading: Opening,
    in_body: Opening,
}

impl<'a> Words<'a> {
    fn new(entry: &'a Worded<'_>, names: &'a Names) -> Self {
        let Worded { raw, heading, behind, own, .. } = entry;
        let in_heading = heading_says(heading, names);
        let first =
            own.iter().find(|s| !s.tokens.is_empty()).filter(|s| matches!(s.place, Place::Paragraph | Place::Item));
        let in_body = match first.and_then(|s| sentences(&s.tokens).next()) {
            Some(sentence) => read(sentence, names),
            None => Opening::Nothing,
        };
        Words {
            qualifier: &heading.qualifier,
            heading: behind,
            own,
            names,
            in_html: raw.in_html,
            strays: OnceCell::new(),
            in_heading,
            in_body,
        }
    }

    /// The qualifier says “alignment gate” and is not itself an answer to one. Behind a dash or colon it counts too:
    /// a gate that is overlooked would leave the one before it in force.
    fn is_gate(&self, heading: &Heading) -> bool {
        !matches!(self.in_heading, Opening::Says(_))
            && (asks(self.qualifier)
                || (asks(&heading.rest)
                    && !self.qualifier.first().is_some_and(|t| ANSWERS.iter().any(|w| t.is_word(w)))))
    }

    /// What the heading and the first sentence say.
    fn statement(&self) -> Option<Statement> {
        match (&self.in_heading, &self.in_body) {
            (Opening::Says(left), Opening::Says(right)) => Some(both(left, right)),
            // “(ACK)” above “ACK?” says two things at once, “(ACK)” above “Acknowledged” does not.
            (Opening::Says(one), Opening::Almost(_)) if one.verb == Verb::Ack && self.body_opens_with_ack() => None,
            (Opening::Almost(_), Opening::Says(one))
                if one.verb == Verb::Ack && self.qualifier.iter().any(|t| t.word() == Some("ACK")) =>
            {
                None
            }
            (Opening::Says(one), Opening::Almost(_) | Opening::Nothing) => Some(one.clone()),
            (Opening::Nothing | Opening::Almost(_), Opening::Says(one)) => Some(one.clone()),
            _ => None,
        }
    }

    fn reply(&self) -> Option<Read> {
        let statement = self.statement()?;
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
            party: None,
            role: None,
            date: None,
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
