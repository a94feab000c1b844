//! The formats that logs are written in. Each is one file, which cuts a text into entries; what these say is then read in one
//! way.

use super::entry::Worded;
use super::object::{Names, is_slice_name};
use super::{Kind, Part, Writers};
use crate::markdown::{self, Block, Body, Line, Span, written_lines};

pub(super) mod headings;

/// Registers formats: one line, and the file of that name.
macro_rules! formats {
    ($($name:ident),+) => {
        $(mod $name;)+
        /// All formats, the protocol's own first.
        pub const FORMATS: &[Format] = &[headings::FORMAT, $($name::FORMAT),+];
        /// Their names.
        pub const FORMAT_NAMES: &[&str] = &[headings::FORMAT.name, $($name::FORMAT.name),+];
    };
}

formats!(lines, records);

/// How a log is written (`log.format`).
#[derive(Clone, Copy)]
pub struct Format {
    /// Its name in the policy.
    pub name: &'static str,
    /// A reply by a party to the gate of a slice, as one writes it.
    pub reply: fn(&str, Kind, &str) -> String,
    /// A gate by a party on a slice, with what stands under each part of the template.
    pub gate: fn(&str, &str, &[(Part, String)]) -> String,
    /// Cuts a text that stands below so many lines.
    cut: fn(&str, usize, &Names) -> Vec<Raw>,
}

impl Format {
    /// The format of this name.
    pub fn named(name: &str) -> Option<Format> {
        FORMATS.iter().find(|format| format.name == name).copied()
    }

    /// Whether it is the protocol's own, which the commands that post write.
    pub fn is_headings(self) -> bool {
        self == Format::default()
    }

    /// What follows where a command writes an entry too.
    pub fn or_command(self, command: &str) -> String {
        if self.is_headings() { format!(", or `{command}`") } else { String::new() }
    }

    pub(super) fn cut(self, text: &str, lines_above: usize, names: &Names) -> Vec<Raw> {
        (self.cut)(text, lines_above, names)
    }
}

impl Default for Format {
    fn default() -> Self {
        headings::FORMAT
    }
}

impl PartialEq for Format {
    fn eq(&self, other: &Self) -> bool {
        self.name == other.name
    }
}

impl Eq for Format {}

impl std::hash::Hash for Format {
    fn hash<H: std::hash::Hasher>(&self, state: &mut H) {
        self.name.hash(state);
    }
}

impl std::fmt::Debug for Format {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.name)
    }
}

/// An entry as it was cut: said as a heading and what stands below it, before these are read.
pub(super) struct Raw {
    /// Its line, from 1.
    pub(super) line: usize,
    /// The line right behind it, or `usize::MAX`.
    pub(super) next: usize,
    /// What it begins with, as written.
    pub(super) heading: String,
    pub(super) title: Vec<Span>,
    pub(super) in_html: bool,
    pub(super) blocks: Vec<Block>,
}

/// The format that a text in which no party says anything seems to be written in.
pub(super) fn likely(text: &str, writers: &Writers, names: &Names) -> Option<Format> {
    let says = |raw: &Raw| {
        let read = Worded::new(raw, names).read(names);
        read.party.is_some() && read.kind != Kind::Note
    };
    let others = FORMATS.iter().filter(|format| **format != writers.format);
    others.copied().find(|format| format.cut(text, 0, names).iter().any(says))
}

/// A gate's fields as a format of bars has them, with its own label for the paths.
fn fields(parts: &[(Part, String)], paths: &str, between: &str) -> String {
    let label = |part: Part| match part {
        Part::Change => paths,
        Part::Fields => "field names",
        Part::Validation => "validation",
        Part::Packaging => "packaging",
        Part::Timeline => "timeline",
    };
    parts.iter().map(|(part, text)| format!(" | {}:{between}{text}", label(*part))).collect()
}

/// What an entry does, in the words of a format whose entries are lines.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Verb<'t> {
    /// Asks for agreement.
    Gate,
    /// Agrees, if what it says does.
    Ack,
    Nack,
    Withdrawn,
    Landed,
    /// Anything else: the words that it opens with.
    Other(&'t str),
}

impl<'t> Verb<'t> {
    /// Case tells an ACK alone: what asks or refuses is heard in any.
    fn of(word: &'t str) -> Verb<'t> {
        let is_one_of = |words: &[&str]| words.iter().any(|one| one.eq_ignore_ascii_case(word));
        match word {
            "ACK" => Verb::Ack,
            _ if is_one_of(&["claim", "gate", "request"]) => Verb::Gate,
            _ if is_one_of(REFUSING) => Verb::Nack,
            _ if is_one_of(&[
                "withdrawn",
                "withdraw",
                "retract",
                "retracted",
                "revoke",
                "revoked",
                "unack",
                "cancel",
            ]) =>
            {
                Verb::Withdrawn
            }
            _ if is_one_of(&["landed", "done", "release", "released"]) => Verb::Landed,
            other => Verb::Other(other),
        }
    }
}

/// What one line says.
struct Message<'t> {
    /// What it begins with, as written.
    start: &'t str,
    /// When, `YYYY-MM-DD`.
    date: &'t str,
    /// Who says it.
    party: &'t str,
    verb: Verb<'t>,
    /// What follows the verb: what it is about.
    about: &'t str,
    /// The party whose gate an ACK is for, where it names no slice.
    of: Option<&'t str>,
    /// Label, if it has one, and text.
    fields: Vec<(Option<&'t str>, &'t str)>,
}

/// The entries of a text in which each is a line; lines right below one that are none belong to it.
fn entries<'t>(text: &'t str, read: impl Fn(&'t str) -> Option<Message<'t>>) -> Vec<Raw> {
    let mut found: Vec<(Line<'t>, Message<'t>)> = Vec::new();
    let mut is_open = false;
    for line in written_lines(text) {
        match (read(line.text).filter(|_| line.is_said), found.last_mut()) {
            (Some(message), _) => {
                found.push((line, message));
                is_open = true;
            }
            (None, Some((_, last))) if is_open && !line.text.is_empty() => last.fields.push((None, line.text)),
            _ => is_open = false,
        }
    }
    let mut raw: Vec<Raw> = found.iter().map(|(line, message)| message.said(line)).collect();
    let starts: Vec<usize> = raw.iter().skip(1).map(|next| next.line).collect();
    for (entry, next) in raw.iter_mut().zip(starts) {
        entry.next = next;
    }
    raw
}

impl<'t> Message<'t> {
    /// A field by one of its labels.
    fn field(&self, labels: &[&str]) -> Option<&'t str> {
        let is_it = |label: &str| labels.iter().any(|one| one.eq_ignore_ascii_case(label));
        self.fields.iter().find(|(label, _)| label.is_some_and(is_it)).map(|(_, text)| *text)
    }

    /// The slice that it names behind its verb, else in a field.
    fn slice(&self) -> Option<&'t str> {
        let named = |text: &'t str| Some(text.trim_matches(['`', '*'])).filter(|text| is_slice_name(text));
        named(self.about).or_else(|| self.field(SLICE).and_then(named))
    }

    /// The same as a heading and a body of the protocol's own format. What the line holds besides the author's name and the
    /// slice's stands in the body, so nothing in it can pass for the heading's.
    fn said(&self, line: &Line<'_>) -> Raw {
        let plain = |c: char| c.is_alphanumeric() || matches!(c, ' ' | '-' | '_' | '.');
        let party = if self.party.chars().all(plain) { self.party } else { "" };
        let slice = self.slice().map(|slice| format!(": {slice}")).unwrap_or_default();
        let qualifier = match self.verb {
            Verb::Gate => format!("(alignment gate{slice})"),
            Verb::Nack => format!("(NACK{slice})"),
            Verb::Withdrawn => format!("(WITHDRAWN{slice})"),
            Verb::Landed => format!("(landed{slice})"),
            Verb::Ack | Verb::Other(_) => String::new(),
        };
        let body = match self.verb {
            Verb::Gate => self.parts(),
            verb => self.sentence(verb),
        };
        let block = |text: &str| markdown::parse(text).blocks;
        let title = match block(&format!("## {party} {qualifier} {}\n", self.date)).into_iter().next() {
            Some(Block { body: Body::Heading { text, .. }, .. }) => text,
            _ => Vec::new(),
        };
        Raw {
            line: line.number,
            next: usize::MAX,
            heading: self.start.trim_end().to_owned(),
            title,
            in_html: line.is_hidden,
            blocks: block(&body),
        }
    }

    /// A gate's fields as items with the template's labels.
    fn parts(&self) -> String {
        let item = |(label, text): &(Option<&str>, &str)| match label {
            Some(label) if PATHS.iter().any(|one| one.eq_ignore_ascii_case(label)) => {
                format!("- What we will change: {text}\n")
            }
            Some(label) => format!("- {label}: {text}\n"),
            None => format!("- {text}\n"),
        };
        self.fields.iter().map(item).collect()
    }

    /// All else in one sentence, so that a reserve in any field is one.
    fn sentence(&self, verb: Verb<'_>) -> String {
        let mut said = match verb {
            Verb::Ack => "ACK".to_owned(),
            Verb::Other(words) => words.to_owned(),
            _ => String::new(),
        };
        if matches!(verb, Verb::Ack | Verb::Other(_)) && !self.about.is_empty() {
            said = format!("{said} {}", self.about);
        } else if let (Verb::Ack, Some(slice)) = (verb, self.slice()) {
            said = format!("{said} {slice}");
        } else if let (Verb::Ack, Some(party)) = (verb, self.of) {
            said = format!("{said} on the gate by {party}");
        }
        let blocked = self.field(&["blockers", "blocker", "blocked by", "conditions", "condition"]);
        if let Some(blocked) =
            blocked.filter(|text| !NOTHING.iter().any(|none| none.eq_ignore_ascii_case(text.trim_end_matches('.'))))
        {
            said = format!("{said}, pending {blocked}");
        }
        let rest = self.fields.iter().map(|(label, text)| match label {
            Some(label) => format!("{label}: {text}"),
            None => (*text).to_owned(),
        });
        let rest = rest.collect::<Vec<_>>().join("; ");
        match (said.is_empty(), rest.is_empty()) {
            (_, true) => format!("{said}\n"),
            (true, false) => format!("{rest}\n"),
            (false, false) => format!("{said} — {rest}\n"),
        }
    }
}

/// What refuses, or asks to wait, in any case.
const REFUSING: &[&str] = &[
    "nack",
    "reject",
    "rejected",
    "refuse",
    "refused",
    "deny",
    "denied",
    "object",
    "objection",
    "veto",
    "block",
    "blocked",
    "hold",
    "pause",
    "stop",
    "conflict",
];
const SLICE: &[&str] = &["slice", "task", "re"];
const PATHS: &[&str] = &["files", "file", "paths", "path", "locks", "lock"];
const NOTHING: &[&str] = &["none", "no", "-", "–", "—", "n/a", "nothing", ""];

/// A field's label and text: `Files: a, b`.
fn labelled(field: &str) -> (Option<&str>, &str) {
    let field = field.trim();
    match field.split_once(':') {
        Some((label, text)) if is_label(label) => (Some(label.trim()), text.trim()),
        _ => (None, field),
    }
}

/// Few words, and no sentence.
fn is_label(text: &str) -> bool {
    let text = text.trim();
    !text.is_empty()
        && text.split_whitespace().count() <= 4
        && text.chars().all(|c| c.is_alphanumeric() || matches!(c, ' ' | '-' | '_' | '/' | '\''))
}

#[cfg(test)]
mod tests;
