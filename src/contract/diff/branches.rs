//! Schemas made of others: `allOf`, `anyOf`, tuples, and what is only compared as a whole.

use std::collections::HashMap;

use super::super::model::{Contract, Edge, Id};
use super::change::Kind;
use super::place::Place;
use super::{Pair, Walk};

impl Walk<'_> {
    pub(super) fn branches(&mut self, pair: &Pair, place: &Place<'_>) {
        self.each(pair, "`allOf` and `$ref`", |edge| matches!(edge, Edge::Ref | Edge::AllOf(_)));
        self.each(pair, "`anyOf`", |edge| matches!(edge, Edge::AnyOf(_)));
        self.items(pair, place);
        self.whole_list(pair, "`oneOf`", |edge| matches!(edge, Edge::OneOf(_)));
        self.whole_list(pair, "a dynamic reference", |edge| matches!(edge, Edge::Dynamic(_)));
        for (edge, name) in [
            (Edge::Not, "not"),
            (Edge::If, "if"),
            (Edge::Then, "then"),
            (Edge::Else, "else"),
            (Edge::Contains, "contains"),
            (Edge::PropertyNames, "propertyNames"),
            (Edge::UnevaluatedItems, "unevaluatedItems"),
        ] {
            self.whole(pair, &edge, name);
        }
        self.unevaluated(pair);
    }

    /// Branch by branch: each lets in what it did.
    fn each(&mut self, pair: &Pair, name: &str, wanted: impl Fn(&Edge) -> bool) {
        let (old, new) = (self.old.schema(pair.old).all(&wanted), self.new.schema(pair.new).all(&wanted));
        match paired(self.old, self.new, &old, &new) {
            Some(pairs) => pairs.into_iter().for_each(|(old, new)| self.in_place(pair, Some(old), Some(new))),
            None => {
                let why = format!("has {} instead of {} branches of {name}", new.len(), old.len());
                self.change(pair, Kind::CannotProve, why, None);
            }
        }
    }

    fn items(&mut self, pair: &Pair, place: &Place<'_>) {
        let (old, new) = (self.old.schema(pair.old), self.new.schema(pair.new));
        let is_prefix = |edge: &Edge| matches!(edge, Edge::Prefix(_));
        let (before, after) = (old.all(is_prefix), new.all(is_prefix));
        if before.len() != after.len() {
            let why = format!("has a tuple of {} instead of {}", after.len(), before.len());
            return self.change(pair, Kind::CannotProve, why, None);
        }
        let rest = [(old.edge(&Edge::Items), new.edge(&Edge::Items))];
        let tuple = before.into_iter().map(Some).zip(after.into_iter().map(Some));
        let pairs: Vec<_> = tuple.chain(rest).filter(|sides| *sides != (None, None)).collect();
        if !pairs.is_empty() {
            let roots = self.led_to(place, Edge::is_about_items);
            self.push_all(pairs, roots, &pair.field);
        }
    }

    /// Compared as a whole: what is let in less may let the schema around it in more, and the other way round.
    fn whole(&mut self, pair: &Pair, edge: &Edge, name: &str) {
        let (old, new) = (self.old.schema(pair.old).edge(edge), self.new.schema(pair.new).edge(edge));
        let same = match (old, new) {
            (None, None) => true,
            (Some(old), Some(new)) => self.is_same(old, new),
            _ => false,
        };
        if !same {
            self.change(pair, Kind::CannotProve, format!("has another `{name}`"), None);
        }
    }

    fn whole_list(&mut self, pair: &Pair, name: &str, wanted: impl Fn(&Edge) -> bool) {
        let (old, new) = (self.old.schema(pair.old).all(&wanted), self.new.schema(pair.new).all(&wanted));
        let pairs = paired(self.old, self.new, &old, &new);
        if !pairs.is_some_and(|pairs| pairs.into_iter().all(|(old, new)| self.is_same(old, new))) {
            self.change(pair, Kind::CannotProve, format!("has another {name}"), None);
        }
    }

    fn unevaluated(&mut self, pair: &Pair) {
        let edge = Edge::UnevaluatedProperties;
        let (old, new) = (self.old.schema(pair.old).edge(&edge), self.new.schema(pair.new).edge(&edge));
        let closed = |contract: &Contract, id: Option<Id>| id.is_some_and(|id| contract.schema(id).own.never);
        match (closed(self.old, old), closed(self.new, new)) {
            (false, true) => self.closes(pair, new),
            (true, true) => {}
            _ => self.whole(pair, &edge, "unevaluatedProperties"),
        }
    }

    /// Where something looks at what all others leave over, these must take what they took: one name or item less,
    /// and it is left over.
    pub(super) fn around_counted(&mut self, pair: &Pair) {
        let (old, new) = (self.old.schema(pair.old), self.new.schema(pair.new));
        // Beside the keyword itself a new name is one that it does not look at any more.
        let is_own = old.edges.contains_key(&Edge::UnevaluatedProperties);
        let before = old.edges.keys();
        let after = new.edges.keys();
        let gone = before.filter(|edge| !new.edges.contains_key(edge)).count();
        let come = after.filter(|edge| !old.edges.contains_key(edge));
        let come = come.filter(|edge| !(is_own && matches!(edge, Edge::Property(_)))).count();
        if gone + come > 0 {
            let why = "changes what is left over for `unevaluatedProperties` or `unevaluatedItems`".to_owned();
            self.change(pair, Kind::CannotProve, why, None);
        }
    }
}

/// Pairs branches: those that are the same text wherever they stand, the others in their order; `None` where there is
/// another number of them.
pub(super) fn paired(old_in: &Contract, new_in: &Contract, old: &[Id], new: &[Id]) -> Option<Vec<(Id, Id)>> {
    if old.len() != new.len() {
        return None;
    }
    let digest = |contract: &Contract, id: &Id| contract.schema(*id).digest;
    let mut by_digest: HashMap<u64, Vec<Id>> = HashMap::new();
    for id in new.iter().rev() {
        by_digest.entry(digest(new_in, id)).or_default().push(*id);
    }
    let mut pairs = Vec::new();
    let mut left = Vec::new();
    for id in old {
        match by_digest.get_mut(&digest(old_in, id)).and_then(Vec::pop) {
            Some(same) => pairs.push((*id, same)),
            None => left.push(*id),
        }
    }
    let taken: std::collections::HashSet<Id> = pairs.iter().map(|(_, new)| *new).collect();
    pairs.extend(left.into_iter().zip(new.iter().copied().filter(|id| !taken.contains(id))));
    Some(pairs)
}
