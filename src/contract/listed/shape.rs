//! What a field is: the words after its colon.

use std::collections::{BTreeMap, BTreeSet};

use super::super::model::Type;
use super::super::schema::simplified;
use super::field::{CODE, END, Name, group, mark_in, name, parts};
use super::tree::Field;
use crate::json::{Data, Value};

/// What a field is.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Shape {
    /// `None` where nothing is said.
    pub(super) types: Option<BTreeSet<Type>>,
    pub(super) values: Option<BTreeSet<String>>,
    pub(super) items: Option<Box<Shape>>,
    pub(super) length: Option<String>,
    pub(super) members: BTreeMap<String, Field>,
}

/// Objects in objects that are read within one declaration.
const DEEPEST: usize = 24;

/// Reads what stands after a field's colon.
pub(super) fn declared(text: &str) -> Shape {
    nested(text, DEEPEST)
}

fn nested(text: &str, deeper: usize) -> Shape {
    let mut rest = text.trim_start();
    while rest.starts_with('(') {
        let Some((_, after)) = group(rest) else { break };
        rest = after.trim_start();
    }
    let bare = rest.trim_start_matches(CODE).trim_start();
    if bare.starts_with('{') {
        return literal(bare, deeper);
    }
    let (words, after) = alternatives(rest);
    let shape = Shape::of(&words);
    let is_plain = shape.types.iter().flatten().any(|one| !matches!(one, Type::Word(_) | Type::Object));
    match members_behind_dash(if words.is_empty() { rest } else { after }) {
        Some(names) if !is_plain => Shape::object(names.into_iter().map(Field::unsaid).collect()),
        _ => shape,
    }
}

impl Shape {
    /// An object with these members.
    pub(super) fn object(members: Vec<Field>) -> Shape {
        let mut shape = Shape { types: Some([Type::Object].into()), ..Shape::default() };
        members.iter().for_each(|member| shape.insert(member.clone()));
        shape
    }

    /// An array of this; one that has been written with `[]` already gets its length.
    pub(super) fn repeated(self, length: Option<String>) -> Shape {
        if self.items.is_some() && self.length.is_none() && length.is_some() {
            return Shape { length, ..self };
        }
        Shape { types: Some([Type::Array].into()), items: Some(Box::new(self)), length, ..Shape::default() }
    }

    fn of(words: &[Word]) -> Shape {
        let Some(first) = words.first() else { return Shape::default() };
        if let ([_], false) = (words, first.is_quoted) {
            let (word, lengths) = brackets(&first.text);
            let inner = Shape { types: Some([type_of(word)].into()), ..Shape::default() };
            return lengths.into_iter().fold(inner, Shape::repeated);
        }
        let text = |text: &str| Value { line: 0, data: Data::String(text.to_owned()) }.to_string();
        let is_type = |word: &Word| !word.is_quoted && !matches!(type_of(brackets(&word.text).0), Type::Word(_));
        if words.iter().all(is_type) {
            let types = words.iter().map(|word| match brackets(&word.text) {
                (word, lengths) if lengths.is_empty() => type_of(word),
                _ => Type::Word(word.text.clone()),
            });
            return Shape { types: simplified(types.collect()), ..Shape::default() };
        }
        let is_null = |word: &&Word| !word.is_quoted && word.text == "null";
        let values = words.iter().map(|word| if is_null(&word) { "null".to_owned() } else { text(&word.text) });
        let types = words.iter().map(|word| if is_null(&word) { Type::Null } else { Type::String });
        Shape { types: Some(types.collect()), values: Some(values.collect()), ..Shape::default() }
    }
}

/// A word of a type, or a value.
struct Word {
    text: String,
    is_quoted: bool,
}

/// The first word, or the words between `|`; and what follows.
fn alternatives(text: &str) -> (Vec<Word>, &str) {
    let mut words = Vec::new();
    let mut rest = text;
    loop {
        rest = rest.trim_start_matches(|c: char| c.is_whitespace() || c == CODE || c == END);
        let after = match rest.strip_prefix('"').and_then(|inner| inner.split_once('"')) {
            Some((quoted, after)) => {
                let quoted = quoted.split('|').map(str::trim).filter(|word| !word.is_empty());
                words.extend(quoted.map(|word| Word { text: word.to_owned(), is_quoted: true }));
                after
            }
            None => {
                let ends = |c: char| c.is_whitespace() || c == CODE || c == END || "|,;({—–".contains(c);
                let end = rest.find(ends).unwrap_or(rest.len());
                let (word, after) = rest.split_at(end);
                let word = word.trim_end_matches(['.', ':', '!', '…']);
                if word.is_empty() || word == "-" {
                    return (words, rest);
                }
                words.push(Word { text: word.to_owned(), is_quoted: false });
                after
            }
        };
        let next = after.trim_start_matches(|c: char| c.is_whitespace() || c == CODE || c == END);
        match next.strip_prefix('|') {
            Some(next) => rest = next,
            None => return (words, after),
        }
    }
}

/// A word without the brackets behind it, and what stands in each.
fn brackets(word: &str) -> (&str, Vec<Option<String>>) {
    let (mut word, mut lengths) = (word, Vec::new());
    while let Some((before, length)) = word.strip_suffix(']').and_then(|word| word.rsplit_once('[')) {
        if before.is_empty() || !length.bytes().all(|b| b.is_ascii_digit()) || lengths.len() >= DEEPEST {
            break;
        }
        lengths.push((!length.is_empty()).then(|| length.to_owned()));
        word = before;
    }
    (word, lengths)
}

fn type_of(word: &str) -> Type {
    match word.to_ascii_lowercase().as_str() {
        "int" | "integer" => Type::Integer,
        "float" | "number" => Type::Number,
        "bool" | "boolean" => Type::Boolean,
        "string" | "str" => Type::String,
        "object" => Type::Object,
        "array" => Type::Array,
        "null" => Type::Null,
        _ => Type::Word(word.to_owned()),
    }
}

/// `{ a: float, b }`, and `[]` behind it.
fn literal(text: &str, deeper: usize) -> Shape {
    let mut depth = 0_usize;
    let end = text.char_indices().find(|(_, c)| {
        match c {
            '{' => depth += 1,
            '}' => depth = depth.saturating_sub(1),
            _ => {}
        }
        depth == 0
    });
    let Some((end, _)) = end.filter(|_| deeper > 0) else {
        // Nobody can tell where it ends.
        return Shape { types: Some([Type::Word(text.to_owned())].into()), ..Shape::default() };
    };
    let inside = text.get(1..end).unwrap_or_default();
    let inside = inside.replace([CODE, END], "");
    let mut members = Vec::new();
    for part in parts(&inside, ',').into_iter().flat_map(|part| parts(part, ';')) {
        let (named, rest) = part.split_once(':').unwrap_or((part, ""));
        let (named, in_name) = named.split_once('(').map_or((named, None), |(named, _)| (named, mark_in(part)));
        if let Some(name) = name(named.trim()) {
            members.push(Field::new(name, 0, in_name.or_else(|| mark_in(rest)), nested(rest, deeper - 1)));
        }
    }
    let shape = Shape::object(members);
    let behind = text.get(end + 1..).unwrap_or_default().trim_start_matches(END);
    if behind.starts_with("[]") { shape.repeated(None) } else { shape }
}

/// Code spans alone after a dash: names of members.
fn members_behind_dash(text: &str) -> Option<Vec<Name>> {
    let mut in_code = false;
    let dashes = text.char_indices().filter(|(_, c)| {
        in_code = (in_code || *c == CODE) && *c != END;
        !in_code && matches!(c, '—' | '–' | '―' | '-')
    });
    dashes.filter_map(|(at, c)| text.get(at + c.len_utf8()..)).find_map(code_spans)
}

fn code_spans(text: &str) -> Option<Vec<Name>> {
    let mut rest = text.strip_prefix(char::is_whitespace)?.trim();
    let mut names = Vec::new();
    loop {
        let (code, after) = rest.strip_prefix(CODE)?.split_once(END)?;
        names.push(name(code.trim())?);
        rest = after.trim_start();
        while rest.starts_with('(') {
            rest = group(rest)?.1.trim_start();
        }
        rest = match rest.strip_prefix(',').map(str::trim_start) {
            Some(after) => after.strip_prefix("and ").unwrap_or(after),
            None if rest.starts_with("and ") => rest.strip_prefix("and ")?,
            None if matches!(rest, "" | ".") => return Some(names),
            None => return None,
        }
        .trim_start();
    }
}
