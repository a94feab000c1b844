//! Markdown → contract: fields in bullets and tables, as people write them.
//!
//! An item, or a part of it after `;`, is a field if it starts with names and a colon. What stands in fences, quotes,
//! HTML and comments is shown, not said. Everything else is prose, and may change as it likes.

mod field;
mod front;
mod shape;
mod table;
mod tree;

use super::identity::marker;
use super::model::{Contract, Form, Identity, Said};
use crate::markdown::{Block, Body, Ink, Item, Span, parse, plain};
use field::{Text, fields};
use tree::{Field, Tree};

/// Reads a document. One without any field is a contract without fields.
pub(super) fn read(text: &str) -> Contract {
    let front = front::matter(text);
    let document = parse(&front.rest);
    let mut tree = Tree::default();
    for block in &document.blocks {
        match &block.body {
            Body::List(items) => list(items, &mut tree),
            Body::Table(rows) => table::fields(rows, block.line, &mut tree),
            _ => {}
        }
    }
    let value = tree.marker().map(|(pointer, line, text)| Said { pointer, line, text });
    let headed = || document.blocks.iter().find_map(heading_marker);
    let coded = || document.blocks.iter().find_map(code_marker);
    let marker = value.or_else(headed).or_else(coded);
    let (schemas, twice, has_marks) = tree.finish();
    Contract {
        form: Form::Markdown,
        identity: Identity {
            id: None,
            name: None,
            markers: marker.into_iter().collect(),
            has_version_key: front.has_version,
        },
        schemas,
        twice,
        has_marks,
        text: text.to_owned(),
    }
}

fn list(items: &[Item], tree: &mut Tree) {
    for item in items {
        for field in item_fields(item) {
            tree.insert(field);
        }
    }
}

/// The fields of an item; those of the lists below it are members of the last one's names.
fn item_fields(item: &Item) -> Vec<Field> {
    let Some((first, rest)) = item.blocks.split_first() else { return Vec::new() };
    let Body::Paragraph(spans) = &first.body else { return Vec::new() };
    let (mut found, last) = fields(&Text::of(spans, first.line));
    let mut members = Vec::new();
    for block in rest {
        if let Body::List(items) = &block.body {
            members.extend(items.iter().flat_map(item_fields));
        }
    }
    if !members.is_empty() {
        let from = found.len().saturating_sub(last);
        for field in found.iter_mut().skip(from) {
            field.adopt(&members);
        }
    }
    found
}

fn heading_marker(block: &Block) -> Option<Said> {
    let Body::Heading { text, .. } = &block.body else { return None };
    let text = plain(text);
    marker(&text).map(|text| Said { pointer: String::new(), line: block.line, text: text.to_owned() })
}

fn code_marker(block: &Block) -> Option<Said> {
    let in_spans = |spans: &[Span], line: usize| {
        let coded = spans.iter().filter(|span| span.ink == Ink::Code).find_map(|span| marker(&span.text));
        coded.map(|text| Said { pointer: String::new(), line, text: text.to_owned() })
    };
    match &block.body {
        Body::Heading { text, .. } => in_spans(text, block.line),
        Body::Paragraph(spans) => in_spans(spans, block.line),
        Body::List(items) => items.iter().flat_map(|item| &item.blocks).find_map(code_marker),
        Body::Table(rows) => rows.iter().flatten().find_map(|cell| in_spans(cell, block.line)),
        Body::Rule | Body::Shown => None,
    }
}

#[cfg(test)]
mod tests;
