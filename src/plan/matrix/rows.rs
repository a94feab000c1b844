//! Rows of a table that run into the text above them. Without an empty line between, Markdown takes them for more of that
//! text; who wrote them meant a table.

use crate::markdown::{Ink, Span, plain};

/// A row: its cells.
pub(super) type Row = Vec<Vec<Span>>;

/// The text before such rows, and the rows, each with the number of its line below the first of the text.
pub(super) fn apart(spans: &[Span]) -> (Vec<Span>, Vec<(usize, Row)>) {
    let lines = lines(spans);
    let is_row = |line: &Vec<Span>| plain(line).trim_start().starts_with('|');
    let Some(first) = lines.iter().skip(1).position(is_row).map(|at| at + 1) else {
        return (spans.to_vec(), Vec::new());
    };
    let (before, after) = lines.split_at(first);
    let mut said = before.join(&line_end());
    let mut rows = Vec::new();
    for (line, at) in after.iter().zip(first..) {
        match is_row(line) {
            true => rows.push((at, cells(line))),
            // More of the text, which goes on behind the rows.
            false => said.extend(std::iter::once(line_end()).chain(line.iter().cloned())),
        }
    }
    (said, rows)
}

/// The header, where the second row is one of dashes.
pub(super) fn header(rows: &[(usize, Row)]) -> Option<&Row> {
    let [(_, head), (_, dashes), ..] = rows else { return None };
    let is_dashes = |cell: &Vec<Span>| {
        let text = plain(cell);
        text.contains('-') && text.trim().chars().all(|c| matches!(c, '-' | ':'))
    };
    (!dashes.is_empty() && dashes.iter().all(is_dashes)).then_some(head)
}

fn line_end() -> Span {
    Span { text: "\n".to_owned(), ink: Ink::Text, strong: false }
}

fn lines(spans: &[Span]) -> Vec<Vec<Span>> {
    split(spans, '\n')
}

/// The cells between the marks of a row; those at its ends are not there.
fn cells(line: &[Span]) -> Row {
    let mut cells = split(line, '|');
    cells.remove(0);
    if cells.last().is_some_and(|cell| plain(cell).trim().is_empty()) {
        cells.pop();
    }
    for span in cells.iter_mut().flatten().filter(|span| span.ink == Ink::Code) {
        span.text = span.text.replace("\\|", "|");
    }
    cells
}

fn split(spans: &[Span], mark: char) -> Vec<Vec<Span>> {
    let mut parts = vec![Vec::new()];
    for span in spans {
        if span.ink == Ink::Code {
            parts.last_mut().into_iter().for_each(|part| part.push(span.clone()));
            continue;
        }
        for (at, text) in span.text.split(mark).enumerate() {
            if at > 0 {
                parts.push(Vec::new());
            }
            if !text.is_empty() || span.ink == Ink::Hidden {
                let piece = Span { text: text.to_owned(), ..span.clone() };
                parts.last_mut().into_iter().for_each(|part| part.push(piece.clone()));
            }
        }
    }
    parts
}
