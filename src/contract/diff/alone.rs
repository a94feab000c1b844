//! Contracts with nothing to compare them with.

use std::collections::HashSet;

use super::super::model::{Contract, Edge, Id};
use super::{Change, Diff, Kind, shown};
use crate::report::escape;

/// A contract without one before it: all its fields are new, and may be required.
pub(in crate::contract) fn all_new(new: &Contract) -> Diff {
    let mut diff = Diff::default();
    let mut open = vec![Id::ROOT];
    let mut seen = HashSet::new();
    while let Some(id) = open.pop() {
        if !seen.insert(id) {
            continue;
        }
        let schema = new.schema(id);
        for (name, field) in schema.properties() {
            let at = new.schema(field);
            diff.added.push(field);
            diff.changes.push(Change {
                pointer: at.pointer.clone(),
                line: Some(at.line),
                kind: Kind::FieldAdded,
                message: format!("`{}` is new", escape(name)),
                field: vec![name.to_owned()],
                old: None,
                new: Some(shown::schema(new, field)),
            });
        }
        // A contract may be of a map or a list of what has the fields.
        let around = |edge: &Edge| edge.is_in_place() || edge.is_about_items() || edge.is_about_properties();
        open.extend(schema.all(|edge| around(edge) && !matches!(edge, Edge::Property(_))));
    }
    diff.changes.sort_by(|one, two| (one.line, &one.pointer).cmp(&(two.line, &two.pointer)));
    diff
}

/// A contract that is gone.
pub(in crate::contract) fn all_gone() -> Diff {
    let gone = Change {
        pointer: String::new(),
        line: None,
        kind: Kind::ContractRemoved,
        message: "the contract is gone".to_owned(),
        field: Vec::new(),
        old: None,
        new: None,
    };
    Diff { changes: vec![gone], ..Diff::default() }
}
