//! The parts of the gate template, and the labels that people give them.

use crate::markdown::{Ink, Span, plain};

/// The parts of the gate template, in its order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Part {
    /// What we will change (paths + fields).
    Change,
    /// Exact field names/contracts (Yes/No confirms).
    Fields,
    /// Validation matrix and acceptance.
    Validation,
    /// Packaging/licensing impacts.
    Packaging,
    /// D+1/D+2 timeline.
    Timeline,
}

impl Part {
    /// All parts, in the template's order.
    pub const ALL: [Part; 5] = [Part::Change, Part::Fields, Part::Validation, Part::Packaging, Part::Timeline];

    /// The part as the template words it.
    pub fn title(self) -> &'static str {
        match self {
            Part::Change => "What we will change (paths + fields)",
            Part::Fields => "Exact field names/contracts (Yes/No confirms)",
            Part::Validation => "Validation matrix and acceptance",
            Part::Packaging => "Packaging/licensing impacts",
            Part::Timeline => "D+1/D+2 timeline",
        }
    }
}

/// The template's part that a label names.
pub(crate) fn part_of(label: &str) -> Option<Part> {
    labelled(label).map(|(part, _)| part)
}

/// The template's part that a text starts with, and what follows the words that name it.
fn labelled(text: &str) -> Option<(Part, &str)> {
    let text = unnumbered(text);
    LABELS.iter().find_map(|(part, words)| {
        let mut rest = text;
        for (i, word) in words.split(' ').enumerate() {
            if i > 0 {
                rest = rest.strip_prefix([' ', '\t', '\u{a0}'])?.trim_start();
            }
            rest = strip_word(rest, word)?;
        }
        let postponed = *part == Part::Change && LATER.iter().any(|later| says(rest, later));
        (!postponed).then_some((*part, rest))
    })
}

/// A label without the number, box or sign before it: `1.`, `(2)`, `A)`, `[x]`, `✏️`. Quotation marks stay: a label that
/// is quoted labels nothing.
pub(crate) fn unnumbered(text: &str) -> &str {
    let sign =
        |c: char| !c.is_alphanumeric() && !matches!(c, '"' | '“' | '”' | '„' | '«' | '\'' | '‘' | '’' | '~' | '<');
    let text = text.trim_start_matches(sign);
    let number = text.find(['.', ')', ']', ':']).filter(|end| *end <= 2);
    let after = number.and_then(|end| text.get(end..));
    after.map_or(text, |after| after.trim_start_matches(sign))
}

/// Whether the words that follow a label, up to its first mark, hold `word`.
fn says(rest: &str, word: &str) -> bool {
    let words = rest.split([':', '(', '—', '–', '\n']).next().unwrap_or_default();
    words.split_whitespace().any(|w| w.eq_ignore_ascii_case(word))
}

/// *What we will change later* lists nothing that may be changed now.
const LATER: &[&str] = &["later", "next", "afterwards", "after", "not", "future", "never"];

/// What follows `word` at the start of `text`, in any case, with either apostrophe.
fn strip_word<'t>(text: &'t str, word: &str) -> Option<&'t str> {
    let mut rest = text.chars();
    for wanted in word.chars() {
        let found = rest.next()?;
        if !(found.eq_ignore_ascii_case(&wanted) || (wanted == '\'' && found == '’')) {
            return None;
        }
    }
    let rest = rest.as_str();
    (!rest.starts_with(|c: char| c.is_alphanumeric() || matches!(c, '_' | '-'))).then_some(rest)
}

const LABELS: &[(Part, &str)] = &[
    (Part::Change, "what we will change"),
    (Part::Change, "what we'll change"),
    (Part::Change, "what will change"),
    (Part::Fields, "exact field"),
    (Part::Fields, "exact fields"),
    (Part::Fields, "exact names"),
    (Part::Fields, "exact contracts"),
    (Part::Fields, "field names"),
    (Part::Validation, "validation"),
    (Part::Validation, "acceptance"),
    (Part::Packaging, "packaging"),
    (Part::Packaging, "licensing"),
    (Part::Timeline, "d+1"),
    (Part::Timeline, "timeline"),
];

/// Whether a label says that what follows it is left alone.
pub(super) fn refuses(label: &str) -> bool {
    let label = label.split([':', '\n']).next().unwrap_or_default().to_lowercase().replace('’', "'");
    REFUSALS.iter().any(|refusal| label.contains(refusal))
}

const REFUSALS: &[&str] = &[
    "out of scope",
    "not changing",
    "not changed",
    "not change",
    "will not",
    "won't",
    "not touch",
    "untouched",
    "unchanged",
    "non-goal",
    "not in scope",
    "excluded",
    "off limits",
    "off-limits",
    "not in",
    "not part",
    "not modified",
    "no change",
    "do not",
    "don't",
    "never",
    "unaffected",
    "deferred",
    "next slice",
    "later slice",
    "for later",
    "frozen",
    "read-only",
    "stays as",
    "leave alone",
    "left alone",
];

/// A paragraph cut before each line that starts with a label: labels are often written line below line.
pub(super) fn by_label(spans: &[Span]) -> Vec<Vec<Span>> {
    let mut lines = vec![Vec::new()];
    for span in spans {
        // What is hidden may be empty, and still parts the words around it.
        let pieces = if span.text.is_empty() { vec![""] } else { span.text.split_inclusive('\n').collect() };
        for piece in pieces {
            if let Some(line) = lines.last_mut() {
                line.push(Span { text: piece.to_owned(), ..*span });
            }
            if piece.ends_with('\n') {
                lines.push(Vec::new());
            }
        }
    }
    let starts = |line: &[Span]| match bold_label(line) {
        Some((label, rest)) => part_of(&label).is_some() || is_label(&label, rest),
        None => plain_label(line).is_some(),
    };
    let mut parts: Vec<Vec<Span>> = Vec::new();
    for line in lines {
        match parts.last_mut() {
            Some(part) if !starts(&line) => part.extend(line),
            _ => parts.push(line),
        }
    }
    parts
}

/// The bold text that starts a paragraph, and what follows it.
pub(super) fn bold_label(spans: &[Span]) -> Option<(String, &[Span])> {
    let length = spans.iter().take_while(|s| s.strong && s.ink != Ink::Hidden).count();
    let (label, rest) = spans.split_at(length);
    (length > 0).then(|| (plain(label), rest))
}

/// Bold text is a label, not emphasis, where it ends its line or a colon ends it.
pub(super) fn is_label(label: &str, rest: &[Span]) -> bool {
    let after = plain(rest);
    label.trim_end().ends_with(':') || after.is_empty() || after.starts_with([':', '\n'])
}

/// A list item's label: bold, or the template's words followed by a mark or nothing.
pub(super) fn item_label(spans: &[Span]) -> Option<(Part, Vec<Span>)> {
    match bold_label(spans) {
        Some((label, rest)) => part_of(&label).map(|part| (part, rest.to_vec())),
        None => plain_label(spans),
    }
}

/// The template's words at the start of plain text, then perhaps a remark in parentheses, then a colon, dash or full
/// stop, or nothing.
pub(super) fn plain_label(spans: &[Span]) -> Option<(Part, Vec<Span>)> {
    let first = spans.first().filter(|s| s.ink == Ink::Text && !s.strong)?;
    let (part, after) = labelled(&first.text)?;
    let blank = [' ', '\t'];
    let mut after = after.trim_start_matches(blank);
    if let Some(inner) = after.strip_prefix('(') {
        after = inner.split_once(')')?.1.trim_start_matches(blank);
    } else if part != Part::Change {
        // Only the paths open something, so only their label is read to the letter.
        after = after.find([':', '\n', '—']).and_then(|i| after.get(i..)).unwrap_or_default();
    }
    let alone = after.is_empty() && (spans.len() == 1 || part != Part::Change);
    let marked = after.starts_with([':', '—', '–', '.', '\n']) || after.starts_with("- ");
    let mut rest = spans.to_vec();
    rest.first_mut()?.text = after.trim_start_matches([':', '—', '–', '-', '.']).to_owned();
    (alone || marked).then_some((part, rest))
}
