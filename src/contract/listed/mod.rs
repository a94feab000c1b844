//! Markdown → contract: fields in bullets and tables, as people write them.
//!
//! An item, or a part of it after `;`, is a field if it starts with names and a colon. What stands in fences, quotes,
//! HTML and comments is shown, not said. Everything else is prose, and may change as it likes.

mod field;
mod front;
mod shape;
mod table;
mod tree;

use super::error::ContractError;
use super::identity::marker;
use super::model::{Contract, Form, Identity, Said, Source};
use crate::markdown::{Block, Body, Ink, Item, Span, parse, plain};
use field::{Text, fields};
use tree::{Count, Field, Tree};

/// Reads a document. One without any field is a contract without fields.
///
/// # Errors
/// More fields than anybody writes.
pub(super) fn read(text: &str) -> Result<Contract, ContractError> {
    let front = front::matter(text);
    let document = parse(&front.rest);
    let mut tree = Tree::default();
    let mut count = Count::default();
    for block in &document.blocks {
        match &block.body {
            Body::List(items) => list(items, &mut tree, &mut count)?,
            Body::Table(rows) => table::fields(rows, block.line, &mut tree, &mut count)?,
            _ => {}
        }
    }
    let value = tree.marker().map(|(pointer, line, text)| Said { pointer, line, text });
    let headed = || document.blocks.iter().find_map(heading_marker);
    let coded = || document.blocks.iter().find_map(code_marker);
    let marker = value.or_else(headed).or_else(coded);
    let (schemas, twice, has_marks) = tree.finish();
    Ok(Contract {
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
        source: Source::Markdown(text.to_owned()),
    })
}

fn list(items: &[Item], tree: &mut Tree, count: &mut Count) -> Result<(), ContractError> {
    for item in items {
        for field in item_fields(item, count)? {
            tree.insert(field);
        }
    }
    Ok(())
}

/// The fields of an item; those of the lists below it are members of the last one's names.
fn item_fields(item: &Item, count: &mut Count) -> Result<Vec<Field>, ContractError> {
    let Some((first, rest)) = item.blocks.split_first() else { return Ok(Vec::new()) };
    let Body::Paragraph(spans) = &first.body else { return Ok(Vec::new()) };
    let (mut found, last) = fields(&Text::of(spans, first.line), count)?;
    let mut members = Vec::new();
    for block in rest {
        if let Body::List(items) = &block.body {
            for item in items {
                members.extend(item_fields(item, count)?);
            }
        }
    }
    if !members.is_empty() {
        let from = found.len().saturating_sub(last);
        for field in found.iter_mut().skip(from) {
            count.add(&members)?;
            field.adopt(&members);
        }
    }
    Ok(found)
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
mod pairs;
#[cfg(test)]
mod tests;
