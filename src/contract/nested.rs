//! Whether a field is flat.

use std::collections::BTreeSet;

use super::model::{Contract, Edge, Id, Type};

/// Whether a schema says that it is an object or an array of objects, or a branch of it does, or what it refers to.
pub(super) fn is_nested(contract: &Contract, id: Id) -> bool {
    let mut open = vec![id];
    let mut seen = BTreeSet::new();
    while let Some(id) = open.pop() {
        if !seen.insert(id) {
            continue;
        }
        let schema = contract.schema(id);
        let said = schema.own.types.as_ref().map(|types| types.contains(&Type::Object));
        // Where no type is said, what is said of members tells.
        let told = || schema.edges.keys().any(Edge::is_about_properties) || !schema.own.required.is_empty();
        if said.unwrap_or_else(told) {
            return true;
        }
        let inside =
            |edge: &Edge| (edge.is_in_place() && !matches!(edge, Edge::Not | Edge::If)) || edge.is_about_items();
        open.extend(schema.all(inside));
    }
    false
}
