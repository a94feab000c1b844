//! The text of an entry.

use super::{GateWish, Wish, Writer};
use crate::log::{Gate, Log, Part};

/// How free text is written down.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Ink {
    /// As it was given.
    Plain,
    /// With every mark of Markdown escaped.
    Escaped,
}

/// What ends every entry.
const END: &str = "\n— End of entry —\n";

/// The entry, from its heading to its closing line.
pub(super) fn entry(writer: &Writer<'_>, wish: &Wish, log: &Log, ink: Ink) -> String {
    let slice = |gate: &usize| log.gates.get(*gate).map_or("", |g| g.slice.as_str());
    let qualifier = match wish {
        Wish::Gate(gate) => format!("alignment gate: {}", gate.slice),
        Wish::Ack { gate, .. } => format!("ACK: {}", slice(gate)),
        Wish::Nack { gate, .. } => format!("NACK: {}", slice(gate)),
        Wish::Withdraw { gate } => format!("WITHDRAWN: {}", slice(gate)),
        Wish::Landed { gate } => format!("landed: {}", slice(gate)),
        Wish::Ready { slice: Some(slice), .. } => format!("Ready for ACK — slice: {slice}"),
        Wish::Ready { slice: None, .. } => "Ready for ACK".to_owned(),
    };
    let date = writer.date.map(|date| format!(" {date}")).unwrap_or_default();
    let mut out = format!("## {} ({qualifier}){date}\n", writer.alias);
    match wish {
        Wish::Gate(gate) => out.push_str(&gate_body(gate, ink)),
        Wish::Ack { gate, signed } => {
            if let Some(gate) = log.gates.get(*gate) {
                out.push_str(&ack_body(log, gate, ink));
            }
            if let Some(block) = signed {
                out.push_str(&format!("\n{}", fenced(block)));
            }
        }
        Wish::Nack { reason: Some(text), .. } => out.push_str(&format!("\nReason: {}\n", one_line(text, ink))),
        Wish::Ready { note: Some(text), .. } => out.push_str(&format!("\nNote: {}\n", one_line(text, ink))),
        _ => {}
    }
    out.push_str(END);
    out
}

fn gate_body(gate: &GateWish, ink: Ink) -> String {
    let mut out = "\n".to_owned();
    for part in Part::ALL {
        let code = |texts: &[String]| texts.iter().map(|t| format!("`{t}`")).collect::<Vec<_>>();
        let free = |texts: &[String]| texts.iter().map(|t| one_line(t, ink)).collect::<Vec<_>>();
        let (inline, items) = match part {
            Part::Change => (None, code(&gate.paths)),
            Part::Fields => (None, [code(&gate.fields), free(&gate.questions)].concat()),
            Part::Validation => (None, free(&gate.validation)),
            Part::Packaging => (Some(one_line(&gate.packaging, ink)), Vec::new()),
            Part::Timeline => (Some(one_line(&gate.timeline, ink)), Vec::new()),
        };
        let inline = inline.or_else(|| items.is_empty().then(|| "none".to_owned()));
        match inline {
            Some(text) => out.push_str(&format!("- {}: {text}\n", part.title())),
            None => out.push_str(&format!("- {}:\n", part.title())),
        }
        for (number, item) in items.iter().enumerate() {
            // Questions are answered by their number.
            match part {
                Part::Fields => out.push_str(&format!("  {}. {item}\n", number + 1)),
                _ => out.push_str(&format!("  - {item}\n")),
            }
        }
    }
    out
}

/// Every question of the gate with its answer, and what was read.
fn ack_body(log: &Log, gate: &Gate, ink: Ink) -> String {
    let mut out = String::new();
    if !gate.questions.is_empty() {
        out.push('\n');
    }
    for (number, question) in gate.questions.iter().enumerate() {
        match ink {
            Ink::Plain => {
                let short = shortened(question);
                out.push_str(&format!("- Q{}: Yes — {}\n", number + 1, one_line(&short, Ink::Escaped)));
            }
            // What cannot be repeated without being misread is answered by its number alone.
            Ink::Escaped => out.push_str(&format!("- Q{}: Yes\n", number + 1)),
        }
    }
    if let Some(asked) = log.entry_of(gate) {
        out.push_str(&format!("\nGate: sha256:{}\n", asked.digest()));
    }
    out
}

/// A code block whose fence nothing in it ends.
fn fenced(block: &str) -> String {
    let longest = block.split(|c| c != '`').map(str::len).max().unwrap_or_default();
    let fence = "`".repeat(longest.max(2) + 1);
    format!("{fence}\n{}\n{fence}\n", block.trim_end())
}

fn shortened(text: &str) -> String {
    const LONGEST: usize = 100;
    match text.char_indices().nth(LONGEST) {
        Some((end, _)) => format!("{}…", text.get(..end).unwrap_or_default()),
        None => text.to_owned(),
    }
}

/// Text for the middle of a line.
fn one_line(text: &str, ink: Ink) -> String {
    let line = super::draft::one_line(text);
    match ink {
        Ink::Plain => line,
        Ink::Escaped => escaped(&line),
    }
}

/// Text whose every mark is a letter.
fn escaped(line: &str) -> String {
    let is_letter = |c: &char| c.is_ascii_alphanumeric();
    let (mut out, mut before) = (String::new(), None);
    let mut rest = line.chars().peekable();
    while let Some(c) = rest.next() {
        // Within a word an underscore marks nothing (CommonMark, emphasis).
        let is_within = c == '_' && before.as_ref().is_some_and(is_letter) && rest.peek().is_some_and(is_letter);
        let is_plain = matches!(c, ',' | '?' | ':' | ';' | '/' | '\'' | '"' | '%' | '@' | '^' | '$');
        if c.is_ascii_punctuation() && !is_plain && !is_within {
            out.push('\\');
        }
        out.push(c);
        before = Some(c);
    }
    out
}
