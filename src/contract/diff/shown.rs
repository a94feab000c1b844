//! Schemas in a few words.

use std::collections::BTreeSet;

use super::super::model::{Contract, Edge, Id, Limit, Type};
use crate::json::Number;

/// As many characters as a schema may take.
const LONGEST: usize = 80;

/// Arrays in arrays that are shown.
const DEEPEST: usize = 3;

/// A schema's type, or what stands for it.
pub(super) fn schema(contract: &Contract, id: Id) -> String {
    cut(nested(contract, id, DEEPEST))
}

fn nested(contract: &Contract, id: Id, deeper: usize) -> String {
    let schema = contract.schema(contract.meant(id));
    if schema.own.never {
        return "nothing".to_owned();
    }
    let Some(types) = &schema.own.types else { return "any".to_owned() };
    let items = schema.edge(&Edge::Items).filter(|_| deeper > 0);
    let word = |one: &Type| match (one, items) {
        (Type::Array, Some(items)) => format!("array of {}", nested(contract, items, deeper - 1)),
        (Type::String, _) if schema.own.values.is_some() => values(schema.own.values.as_ref()),
        (one, _) => name(one).to_owned(),
    };
    types.iter().map(word).collect::<Vec<_>>().join(" or ")
}

/// Values that are let in.
pub(super) fn values(values: Option<&BTreeSet<String>>) -> String {
    values.map_or("any".to_owned(), |values| cut(values.iter().cloned().collect::<Vec<_>>().join(" | ")))
}

/// A bound.
pub(super) fn bound(bound: (&Number, bool), limit: Limit) -> String {
    let (number, is_open) = bound;
    let sign = match (limit.is_lower(), is_open) {
        (true, false) => "≥",
        (true, true) => ">",
        (false, false) => "≤",
        (false, true) => "<",
    };
    let what = match limit {
        Limit::MinLength | Limit::MaxLength => "length ",
        Limit::MinItems | Limit::MaxItems => "items ",
        Limit::MinProperties | Limit::MaxProperties => "properties ",
        Limit::Minimum | Limit::ExclusiveMinimum | Limit::Maximum | Limit::ExclusiveMaximum => "",
    };
    cut(format!("{what}{sign} {number}"))
}

/// Two sides in a sentence.
pub(super) fn from_to(sides: &(String, String)) -> String {
    match (sides.0.as_str(), sides.1.as_str()) {
        ("", after) => after.to_owned(),
        (before, "") => format!("no longer {before}"),
        (before, after) => format!("{after} instead of {before}"),
    }
}

fn name(one: &Type) -> &str {
    match one {
        Type::Null => "null",
        Type::Boolean => "boolean",
        Type::Integer => "integer",
        Type::Number => "number",
        Type::String => "string",
        Type::Array => "array",
        Type::Object => "object",
        Type::Word(word) => word,
    }
}

fn cut(text: String) -> String {
    match text.char_indices().nth(LONGEST) {
        Some((end, _)) => format!("{}…", text.get(..end).unwrap_or_default()),
        None => text,
    }
}
