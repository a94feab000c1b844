//! Fields: which there are, which must be there, and what names that are not declared may hold.

use std::rc::Rc;

use super::super::model::{Edge, Id, Schema};
use super::change::Kind;
use super::place::{Hold, Place};
use super::{Pair, Sides, Walk, below, shown};
use crate::report::escape;

/// A field of a pair that is compared.
pub(super) struct Field<'a> {
    pub(super) name: &'a str,
    /// The schemas that declare it; `None` where it is only named as required.
    pub(super) old: Option<Id>,
    pub(super) new: Option<Id>,
}

impl<'a> Walk<'a> {
    pub(super) fn fields(&mut self, pair: &Pair, place: &Place<'a>) {
        let (old, new) = (self.old.schema(pair.old), self.new.schema(pair.new));
        for field in declared(old, new) {
            self.known(pair, place, &field);
        }
        for Field { name, old: after, new: before } in declared(new, old) {
            if before.is_some() || old.own.required.contains(name) {
                continue;
            }
            let field = Field { name, old: before, new: after };
            match place.declares(name) {
                true => self.declared_beside(pair, place, &field),
                false => self.added(pair, place, &field),
            }
        }
        self.dependent_required(pair, place);
        self.dependent_schemas(pair, place);
        self.patterns(pair, place);
        self.additional(pair, place);
    }

    /// A field that the old schema declares.
    fn known(&mut self, pair: &Pair, place: &Place<'_>, field: &Field<'_>) {
        let (old, new) = (self.old.schema(pair.old), self.new.schema(pair.new));
        let others =
            |schema: &Schema| schema.others().any(|(edge, _)| matches!(edge, Edge::Pattern(_) | Edge::Additional));
        // Named as required alone, its value is what those hold.
        let is_left = field.old.is_some() && field.new.is_none() && others(new);
        if is_left || (field.new.is_none() && !new.own.required.contains(field.name)) {
            return self.gone(pair, field);
        }
        let sides = (presence(old, field.name), presence(new, field.name));
        if sides.0 != sides.1 {
            let kind = if new.own.required.contains(field.name) { Kind::NowRequired } else { Kind::NowOptional };
            let why = format!("was {} and is {}", sides.0, sides.1);
            self.at_field(pair, field, kind, &why, Some((sides.0.to_owned(), sides.1.to_owned())));
        }
        if field.old.is_some() || field.new.is_some() {
            self.descend(pair, place, field);
        }
    }

    /// A field that the old schema does not declare, but another one that has a say on the same object.
    fn declared_beside(&mut self, pair: &Pair, place: &Place<'_>, field: &Field<'_>) {
        let new = self.new.schema(pair.new);
        if new.own.required.contains(field.name) && !place.required.contains(field.name) {
            let why = "need not have been there and must be now";
            self.at_field(pair, field, Kind::NowRequired, why, Some(("optional".into(), "required".into())));
        }
        if field.new.is_some() {
            self.descend(pair, place, field);
        }
    }

    /// A field that only the new contract has.
    fn added(&mut self, pair: &Pair, place: &Place<'_>, field: &Field<'_>) {
        let new = self.new.schema(pair.new);
        // Without a mark a new field is optional where the old contract has no marks at all.
        let excused = new.unmarked.contains(field.name) && !self.old.has_marks;
        let required = new.own.required.contains(field.name) && !excused;
        let said = field.new.map_or("any".to_owned(), |id| shown::schema(self.new, id));
        let sides = |said: String| Some((String::new(), said));
        if required {
            let why = "is new and required: nothing that was written before has it";
            self.at_field(pair, field, Kind::FieldAddedRequired, why, sides(format!("{said}, required")));
        } else if field.new.is_none_or(|id| self.is_free(place, field.name, id)) {
            self.at_field(pair, field, Kind::FieldAdded, "is new and optional", sides(said));
        } else {
            let why = "is new, and does not take all that a name which was not declared could hold there";
            self.at_field(pair, field, Kind::Narrowed, why, sides(said));
        }
        self.diff.added.extend(field.new);
    }

    /// Whether nothing that was valid is shut out when a name which was not declared gets this schema.
    fn is_free(&mut self, place: &Place<'_>, name: &str, new: Id) -> bool {
        let hold = self.hold(place, name);
        if !hold.is_held || hold.is_closed {
            return true;
        }
        let roots = self.roots(place, name);
        let mut holders = hold.certain.into_iter().chain([Id::ANYTHING]);
        holders.any(|holder| self.lets_in(holder, new, roots.clone()))
    }

    fn gone(&mut self, pair: &Pair, field: &Field<'_>) {
        let old = self.old.schema(pair.old);
        let at = field.old.map_or(old, |id| self.old.schema(id));
        let said = field.old.map_or("any".to_owned(), |id| shown::schema(self.old, id));
        let path = below(&pair.field, field.name);
        let why = format!("`{}` is gone: removed, renamed or moved", escape(&path.join(".")));
        let (pointer, line) = (at.pointer.clone(), at.line);
        self.say(Kind::FieldRemoved, &pointer, line, &path, why, Some((said, String::new())));
    }

    pub(super) fn at_field(&mut self, pair: &Pair, field: &Field<'_>, kind: Kind, why: &str, sides: Sides) {
        let at = match (field.new, field.old) {
            (Some(id), _) => self.new.schema(id),
            (None, Some(id)) if !declares(self.new.schema(pair.new), field.name) => self.old.schema(id),
            (None, _) => self.site(pair),
        };
        let path = below(&pair.field, field.name);
        let why = format!("`{}` {why}", escape(&path.join(".")));
        let (pointer, line) = (at.pointer.clone(), at.line);
        self.say(kind, &pointer, line, &path, why, sides);
    }

    fn descend(&mut self, pair: &Pair, place: &Place<'_>, field: &Field<'_>) {
        if let (Some(old), Some(new)) = (field.old, field.new)
            && self.is_same_leaf(old, new)
        {
            return;
        }
        let roots = self.roots(place, field.name);
        self.push(field.old, field.new, roots, below(&pair.field, field.name));
    }

    /// Compares two schemas of the same value as the pair's.
    pub(super) fn in_place(&mut self, pair: &Pair, old: Option<Id>, new: Option<Id>) {
        if old.is_some() || new.is_some() {
            let (old, new) = (old.unwrap_or(Id::ANYTHING), new.unwrap_or(Id::ANYTHING));
            if !self.is_same_leaf(old, new) {
                self.open.push_back(Pair { old, new, ..pair.clone() });
            }
        }
    }

    /// What holds the value of a name that is not declared.
    pub(super) fn hold(&mut self, place: &Place<'_>, name: &str) -> Hold {
        self.known.steps += place.rest.len();
        if self.is_spent() {
            // Nothing is known of it.
            return Hold { is_held: true, ..Hold::default() };
        }
        place.hold(self.old, &mut self.known.patterns, name)
    }

    /// The old schemas that have a say on the value of a name.
    fn roots(&mut self, place: &Place<'_>, name: &str) -> Vec<Id> {
        self.known.steps += place.rest.len();
        if self.is_spent() { Vec::new() } else { place.property(self.old, &mut self.known.patterns, name) }
    }

    /// Compares two schemas of another value, on which the old schemas `roots` have a say.
    pub(super) fn push(&mut self, old: Option<Id>, new: Option<Id>, roots: Vec<Id>, field: Rc<Vec<String>>) {
        if old.is_some() || new.is_some() {
            self.push_all(vec![(old, new)], roots, &field);
        }
    }

    /// Compares pairs of schemas of other values, on all of which the old schemas `roots` have a say.
    pub(super) fn push_all(&mut self, pairs: Vec<(Option<Id>, Option<Id>)>, roots: Vec<Id>, field: &Rc<Vec<String>>) {
        let shared = if roots.is_empty() { None } else { Some(self.place(roots)) };
        for (old, new) in pairs {
            let (old, new) = (old.unwrap_or(Id::ANYTHING), new.unwrap_or(Id::ANYTHING));
            if !self.is_same_leaf(old, new) {
                // A question asked elsewhere may have begun at a schema that is not among them.
                let place = shared.unwrap_or_else(|| self.place(vec![old]));
                self.open.push_back(Pair { old, new, place, field: Rc::clone(field) });
            }
        }
    }
}

/// The names that the first schema declares, each once, as fields of both.
fn declared<'s>(schema: &'s Schema, other: &'s Schema) -> impl Iterator<Item = Field<'s>> {
    let named = schema.edges.iter().map_while(|(edge, id)| match edge {
        Edge::Property(name) => Some(Field { name, old: Some(*id), new: other.edge(edge) }),
        _ => None,
    });
    let required = schema.own.required.iter().filter_map(|name| {
        let edge = Edge::Property(name.clone());
        let is_named = schema.edges.contains_key(&edge);
        (!is_named).then(|| Field { name, old: None, new: other.edge(&edge) })
    });
    named.chain(required)
}

fn declares(schema: &Schema, name: &str) -> bool {
    schema.own.required.contains(name) || schema.edges.contains_key(&Edge::Property(name.to_owned()))
}

fn presence(schema: &Schema, name: &str) -> &'static str {
    if schema.own.required.contains(name) { "required" } else { "optional" }
}
