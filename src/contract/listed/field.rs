//! Names, a colon, and what the field is.

use super::super::error::ContractError;
use super::shape::{Shape, declared};
use super::tree::{Count, Field};
use crate::markdown::{Ink, Span};

/// Stands where a code span begins, and where it ends.
pub(super) const CODE: char = '\u{1}';
pub(super) const END: char = '\u{2}';

/// A paragraph's text with its code spans marked.
pub(super) struct Text {
    text: String,
    line: usize,
}

impl Text {
    pub(super) fn of(spans: &[Span], line: usize) -> Text {
        let mut text = String::new();
        for span in spans {
            // A mark of ours in the text would be read as one.
            let plain = span.text.replace([CODE, END], "\u{fffd}");
            match span.ink {
                Ink::Code => text.extend([CODE.to_string(), plain, END.to_string()]),
                Ink::Text => text.push_str(&plain),
                Ink::Hidden => {}
            }
        }
        Text { text, line }
    }

    /// The text, code spans marked.
    pub(super) fn as_str(&self) -> &str {
        &self.text
    }
}

/// Whether a field says that it is optional or required.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Mark {
    Optional,
    Required,
}

/// The fields of a paragraph, and how many of them its last part has.
///
/// # Errors
/// More fields than anybody writes.
pub(super) fn fields(text: &Text, count: &mut Count) -> Result<(Vec<Field>, usize), ContractError> {
    let (mut found, mut last) = (Vec::new(), 0);
    let mut first_line = text.line;
    for part in parts(&text.text, ';') {
        let indent = part.len() - part.trim_start().len();
        let breaks = |text: &str| text.matches('\n').count();
        let line = first_line + breaks(part.get(..indent).unwrap_or_default());
        first_line += breaks(part);
        let Some(names) = names(part) else {
            last = 0;
            continue;
        };
        let shape = declared(names.rest);
        let marked = names.mark.or_else(|| mark_in(names.rest));
        last = names.names.len();
        for name in names.names {
            let field = Field::new(name, line, marked, shape.clone());
            count.add(std::slice::from_ref(&field))?;
            found.push(field);
        }
    }
    Ok((found, last))
}

/// A name as it is written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Name {
    /// The names that lead to it: `a.b` is `b` in `a`.
    pub(super) path: Vec<String>,
    /// `[]` or `[24]` behind it.
    pub(super) array: Option<Option<String>>,
    /// `?` behind it.
    pub(super) is_optional: bool,
}

struct Names<'a> {
    names: Vec<Name>,
    mark: Option<Mark>,
    rest: &'a str,
}

/// Names up to a colon, and what follows it.
fn names(part: &str) -> Option<Names<'_>> {
    let mut rest = part.trim_start();
    // The whole declaration may stand in one code span.
    if let Some((code, _)) = rest.strip_prefix(CODE).and_then(|inner| inner.split_once(END))
        && code.contains(':')
    {
        rest = rest.strip_prefix(CODE).unwrap_or(rest);
    }
    let mut found = Names { names: Vec::new(), mark: None, rest };
    loop {
        let (name, is_code, after) = one_name(rest)?;
        found.names.push(name);
        rest = after.trim_start();
        if let Some(after) = rest.strip_prefix([',', '/', '&']).or_else(|| rest.strip_prefix("and ")) {
            rest = after.trim_start();
            continue;
        }
        while rest.starts_with('(') {
            let (group, after) = group(rest)?;
            found.mark = found.mark.or_else(|| mark(group));
            rest = after.trim_start();
        }
        let after = rest.strip_prefix(':')?;
        // `http://x` and `std::x` are no fields.
        let is_end = after.is_empty() || after.starts_with(|c: char| c.is_whitespace() || c == CODE || c == END);
        if !is_end && (!is_code || after.starts_with([':', '/'])) {
            return None;
        }
        found.rest = after;
        return Some(found);
    }
}

/// Names without a colon, as the cell of a table holds them; none where it holds anything else.
pub(super) fn names_alone(text: &str) -> Vec<Name> {
    names(&format!("{}:", text.trim())).map(|names| names.names).unwrap_or_default()
}

/// One name: a code span or a bare lower-case word.
fn one_name(text: &str) -> Option<(Name, bool, &str)> {
    if let Some(inner) = text.strip_prefix(CODE) {
        let (code, after) = inner.split_once(END)?;
        return Some((name(code.trim())?, true, after));
    }
    let is_part = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || "_-.[]?".contains(c);
    let end = text.find(|c| !is_part(c)).unwrap_or(text.len());
    let (word, after) = text.split_at(end);
    let starts = word.starts_with(|c: char| c.is_ascii_lowercase() || c == '_');
    if starts { Some((name(word)?, false, after)) } else { None }
}

/// Names in a path beyond which it is one name.
const DEEPEST: usize = 24;

/// Reads `a`, `a.b`, `a[24]`, `a?`; `None` for what can be no field's name.
pub(super) fn name(text: &str) -> Option<Name> {
    let text = text.trim_matches('"');
    let (text, is_optional) = text.strip_suffix('?').map_or((text, false), |name| (name, true));
    let (text, array) = match text.strip_suffix(']').and_then(|text| text.rsplit_once('[')) {
        Some((name, "")) => (name, Some(None)),
        Some((name, length)) if length.bytes().all(|b| b.is_ascii_digit()) => (name, Some(Some(length.to_owned()))),
        _ => (text, None),
    };
    let odd = |c: char| c.is_whitespace() || c.is_control() || "/:{}()|,;<>\"".contains(c);
    if text.is_empty() || text.contains(odd) {
        return None;
    }
    let parts: Vec<&str> = text.split('.').collect();
    let path = match parts.len() <= DEEPEST && parts.iter().all(|part| !part.is_empty()) {
        true => parts.into_iter().map(str::to_owned).collect(),
        false => vec![text.to_owned()],
    };
    Some(Name { path, array, is_optional })
}

/// What a parenthesis at the start holds, and what follows it.
pub(super) fn group(text: &str) -> Option<(&str, &str)> {
    let mut depth = 0_usize;
    for (at, c) in text.char_indices() {
        match c {
            '(' => depth += 1,
            ')' => {
                depth = depth.saturating_sub(1);
                if depth == 0 {
                    return Some((text.get(1..at)?, text.get(at + 1..)?));
                }
            }
            _ => {}
        }
    }
    None
}

/// A mark in one of a text's parentheses, braces and code spans aside.
pub(super) fn mark_in(text: &str) -> Option<Mark> {
    let mut rest = text;
    let mut braces = 0_usize;
    while let Some(c) = rest.chars().next() {
        match c {
            '{' => braces += 1,
            '}' => braces = braces.saturating_sub(1),
            '(' if braces == 0 => {
                let (inner, after) = group(rest)?;
                if let Some(mark) = mark(inner) {
                    return Some(mark);
                }
                rest = after;
                continue;
            }
            _ => {}
        }
        rest = rest.get(c.len_utf8()..).unwrap_or_default();
    }
    None
}

/// What a parenthesis says: `optional`, `required`, also as one thing of several.
fn mark(text: &str) -> Option<Mark> {
    text.split([',', ';']).find_map(|part| {
        let first = part.split_whitespace().next()?.trim_matches([CODE, END, '.', ':']);
        match first {
            _ if first.eq_ignore_ascii_case("optional") => Some(Mark::Optional),
            _ if first.eq_ignore_ascii_case("required") => Some(Mark::Required),
            _ => None,
        }
    })
}

/// A text cut at a mark that stands in no code span, quotation marks or brackets; brackets that nothing closes aside.
pub(super) fn parts(text: &str, at: char) -> Vec<&str> {
    cut(text, at, true).or_else(|| cut(text, at, false)).unwrap_or_default()
}

fn cut(text: &str, at: char, with_brackets: bool) -> Option<Vec<&str>> {
    let (mut parts, mut start, mut depth) = (Vec::new(), 0, 0_usize);
    let (mut in_code, mut in_quotes) = (false, false);
    for (index, c) in text.char_indices() {
        match c {
            CODE => in_code = true,
            END => in_code = false,
            _ if in_code => {}
            '"' if with_brackets => in_quotes = !in_quotes,
            _ if in_quotes => {}
            '(' | '{' | '[' if with_brackets => depth += 1,
            ')' | '}' | ']' => depth = depth.saturating_sub(1),
            c if c == at && depth == 0 => {
                parts.push(text.get(start..index)?);
                start = index + c.len_utf8();
            }
            _ => {}
        }
    }
    parts.push(text.get(start..)?);
    (depth == 0 && !in_quotes).then_some(parts)
}

impl Name {
    /// What an array by its name makes of a shape.
    pub(super) fn shape(&self, shape: Shape) -> Shape {
        match &self.array {
            Some(length) => shape.repeated(length.clone()),
            None => shape,
        }
    }
}
