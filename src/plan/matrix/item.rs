//! One item of the matrix: its label, its commands, and what stands beside them.

use super::{Condition, Sides};
use crate::markdown::{Ink, Span};

/// What an item says around its commands.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Said {
    pub(super) label: Option<String>,
    pub(super) condition: Option<Condition>,
}

impl Said {
    /// The same, within another item.
    pub(super) fn within(&self, above: &Said) -> Said {
        let label = match (&above.label, &self.label) {
            (Some(above), Some(own)) => Some(format!("{above}: {own}")),
            (above, own) => own.clone().or_else(|| above.clone()),
        };
        Said { label, condition: self.condition.clone().or_else(|| above.condition.clone()) }
    }
}

/// A command of an item, and the condition that stands behind it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Command {
    pub(super) text: String,
    pub(super) condition: Option<Condition>,
}

/// An item, read.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Clause {
    pub(super) said: Said,
    pub(super) commands: Vec<Command>,
    /// It says that there is nothing to run.
    pub(super) is_nothing: bool,
}

/// Where in an item a code span is met.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum At {
    /// Nothing but a label has been said.
    Start,
    /// Behind a command.
    Command,
    /// Among words, where code is mentioned.
    Words,
}

impl Clause {
    /// Reads the text of an item.
    pub(super) fn read(spans: &[Span], sides: Sides<'_>) -> Clause {
        let mut clause = Clause::default();
        let mut at = At::Start;
        let mut words = String::new();
        for span in spans.iter().filter(|span| span.ink != Ink::Hidden) {
            if span.ink != Ink::Code {
                words.push_str(&span.text);
                continue;
            }
            let follows = clause.words(&words, at, sides) && is_command(&span.text);
            words.clear();
            at = if follows { At::Command } else { At::Words };
            if follows {
                clause.commands.push(Command { text: span.text.clone(), condition: None });
            }
        }
        clause.words(&words, at, sides);
        if clause.commands.is_empty() && at == At::Start {
            clause.is_nothing = is_nothing(&words);
        }
        clause
    }

    /// Takes the words before a code span, or after the last. Whether a code span behind them is a command.
    fn words(&mut self, words: &str, at: At, sides: Sides<'_>) -> bool {
        match at {
            At::Start => {
                let (label, lead) = split_label(words);
                self.said.condition = condition(words, sides);
                self.said.label = label.and_then(|label| without_condition(label, sides));
                lead_in(lead)
            }
            At::Command => {
                if let Some(last) = self.commands.last_mut() {
                    last.condition = condition(words, sides);
                }
                joins(words)
            }
            At::Words => asks_to_run(words),
        }
    }
}

/// The words up to the last colon or dash that ends a label, and the words behind it.
fn split_label(words: &str) -> (Option<&str>, &str) {
    let end = words.char_indices().rfind(|(at, c)| match c {
        ':' | '—' | '–' => true,
        '-' => words.get(..*at).is_some_and(|before| before.ends_with(' ')),
        _ => false,
    });
    match end {
        Some((at, mark)) => {
            let rest = words.get(at + mark.len_utf8()..).unwrap_or_default();
            (words.get(..at).map(str::trim).filter(|label| !label.is_empty()), rest)
        }
        None => (None, words),
    }
}

/// Whether a code span right behind these words is a command: nothing but marks, a remark in parentheses, or *run*.
fn lead_in(words: &str) -> bool {
    let words = without_parentheses(words);
    // A box to be ticked: `[ ]`, `[x]`.
    let words = words.trim().trim_start_matches("[ ]").trim_start_matches("[x]").trim_start_matches("[X]");
    !words.chars().any(char::is_alphanumeric) || asks_to_run(words)
}

fn asks_to_run(words: &str) -> bool {
    words.split_whitespace().next_back().is_some_and(|word| {
        let word = word.trim_end_matches(':').to_lowercase();
        matches!(word.as_str(), "run" | "execute")
    })
}

/// Whether the words between two code spans join two commands.
fn joins(words: &str) -> bool {
    let words = without_parentheses(words).to_lowercase();
    let words = words.trim().trim_start_matches([',', ';', '+', '/', '&', '→', '.']).trim();
    words.is_empty() || matches!(words, "and" | "then" | "and then" | "or" | "plus") || asks_to_run(words)
}

/// A single word can be the name of a field or of a document, which nobody runs.
fn is_command(code: &str) -> bool {
    const DOCUMENTS: [&str; 21] = [
        "md", "markdown", "rst", "txt", "json", "jsonl", "toml", "yaml", "yml", "csv", "tsv", "ini", "cfg", "lock",
        "xml", "html", "pdf", "png", "svg", "feature", "log",
    ];
    let code = code.trim();
    if code.is_empty() || has_a_gap(code) {
        return false;
    }
    if code.contains(char::is_whitespace) {
        return true;
    }
    let name = code.rsplit('/').next().unwrap_or_default();
    let is_document = name.rsplit_once('.').is_some_and(|(_, extension)| DOCUMENTS.contains(&extension));
    let is_field = !code.contains(['/', '.', '-']) && code.contains('_');
    !(is_document || is_field || name.is_empty() || code.starts_with(['<', '{', '[', '"', '\'', '@', '-']))
}

/// Whether something is left to be filled in: `--window <latest>`, `tool …`. To the shell that would be something else.
fn has_a_gap(code: &str) -> bool {
    let named = |rest: &str| {
        rest.split_once('>').is_some_and(|(name, after)| {
            let is_name = name.starts_with(|c: char| c.is_alphabetic())
                && name.chars().all(|c| c.is_alphanumeric() || matches!(c, ' ' | '_' | '-' | '|'));
            is_name && !name.ends_with(' ') && !after.starts_with(['>', '&'])
        })
    };
    code.ends_with(" ...") || code.ends_with('…') || code.split('<').skip(1).any(named)
}

/// The condition that some words name.
pub(super) fn condition(words: &str, sides: Sides<'_>) -> Option<Condition> {
    let lower = words.to_lowercase();
    let list: Vec<&str> = lower.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()).collect();
    let said = list.windows(2).find_map(|pair| match pair {
        ["when" | "if" | "where" | "once" | "as" | "while", state] => match *state {
            "online" | "connected" => Some(Condition::Online),
            "available" | "installed" | "possible" => Some(Condition::Available),
            "applicable" | "needed" | "relevant" => Some(Condition::Applicable),
            _ => None,
        },
        ["online", "only"] | ["requires", "network"] | ["needs", "network"] => Some(Condition::Online),
        _ => None,
    });
    let optional =
        || list.iter().any(|word| matches!(*word, "optional" | "optionally")).then_some(Condition::Applicable);
    elsewhere(words, sides).or(said).or_else(optional)
}

/// The other party that a remark in parentheses starts with, or that is all of a label.
fn elsewhere(words: &str, sides: Sides<'_>) -> Option<Condition> {
    let remarks = words.split('(').skip(1).filter_map(|rest| rest.split(')').next());
    let label = words.trim().trim_end_matches(':').trim();
    let mut said = remarks.map(|remark| (remark, false)).chain([(label, true)]);
    said.find_map(|(text, whole)| {
        let named = |party: &&crate::log::Speaker| {
            let names = party.aliases.iter().chain(&party.repositories).chain([&party.name]);
            names.into_iter().any(|name| starts_with(text, name, whole))
        };
        let party = sides.parties.iter().find(named)?;
        (party.name != sides.own).then(|| Condition::Elsewhere(party.name.clone()))
    })
}

fn starts_with(text: &str, name: &str, whole: bool) -> bool {
    let Some((start, rest)) = text.split_at_checked(name.len()) else { return false };
    let ends =
        if whole { rest.is_empty() } else { !rest.starts_with(|c: char| c.is_alphanumeric() || c == '-' || c == '/') };
    start.eq_ignore_ascii_case(name) && ends
}

/// A label without the remark or the words that are its condition.
fn without_condition(label: &str, sides: Sides<'_>) -> Option<String> {
    let text = match label.split_once('(') {
        Some((before, inner)) if condition(&format!("({inner}"), sides).is_some() => before.trim(),
        Some(_) => label,
        None if condition(label, sides).is_some() && label.split_whitespace().count() <= 2 => "",
        None => label,
    };
    let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
    (!text.is_empty()).then_some(text)
}

fn without_parentheses(words: &str) -> String {
    let mut depth = 0_usize;
    let mut kept = String::new();
    for c in words.chars() {
        match c {
            '(' => depth += 1,
            ')' => depth = depth.saturating_sub(1),
            c if depth == 0 => kept.push(c),
            _ => {}
        }
    }
    kept
}

/// Whether an item says that there is nothing to run.
fn is_nothing(words: &str) -> bool {
    let words = words.trim().to_lowercase();
    ["n/a", "not applicable", "none"]
        .iter()
        .any(|start| words.strip_prefix(start).is_some_and(|rest| !rest.starts_with(|c: char| c.is_alphanumeric())))
}
