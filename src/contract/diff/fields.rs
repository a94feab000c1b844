//! Fields: which there are, which must be there, and what names that are not declared may hold.

use std::rc::Rc;

use super::super::model::{Edge, Id, Schema};
use super::change::Kind;
use super::place::Place;
use super::{Pair, Sides, Walk, below, shown};
use crate::report::escape;

/// A field of a pair that is compared.
pub(super) struct Field<'a> {
    pub(super) name: &'a str,
    /// The schemas that declare it; `None` where it is only named as required.
    pub(super) old: Option<Id>,
    pub(super) new: Option<Id>,
}

impl Walk<'_> {
    pub(super) fn fields(&mut self, pair: &Pair, place: &Place) {
        let (old, new) = (self.old.schema(pair.old), self.new.schema(pair.new));
        for name in declared(old) {
            let edge = Edge::Property(name.to_owned());
            self.pairs += place.schemas.len();
            self.known(pair, place, &Field { name, old: old.edge(&edge), new: new.edge(&edge) });
        }
        for name in declared(new).filter(|name| !declares(old, name)) {
            let field = Field { name, old: None, new: new.edge(&Edge::Property(name.to_owned())) };
            self.pairs += place.schemas.len();
            match place.declared.contains(name) {
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
    fn known(&mut self, pair: &Pair, place: &Place, field: &Field<'_>) {
        let (old, new) = (self.old.schema(pair.old), self.new.schema(pair.new));
        let others =
            |schema: &Schema| schema.others().any(|(edge, _)| matches!(edge, Edge::Pattern(_) | Edge::Additional));
        // Named as required alone, its value is what those hold.
        let is_left = field.old.is_some() && field.new.is_none() && others(new);
        if !declares(new, field.name) || is_left {
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
    fn declared_beside(&mut self, pair: &Pair, place: &Place, field: &Field<'_>) {
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
    fn added(&mut self, pair: &Pair, place: &Place, field: &Field<'_>) {
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
    fn is_free(&mut self, place: &Place, name: &str, new: Id) -> bool {
        let hold = place.hold(self.old, &mut self.patterns, name);
        if !hold.is_held || hold.is_closed {
            return true;
        }
        let roots = place.property(self.old, &mut self.patterns, name);
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

    fn descend(&mut self, pair: &Pair, place: &Place, field: &Field<'_>) {
        let roots = place.property(self.old, &mut self.patterns, field.name);
        self.push(field.old, field.new, roots, below(&pair.field, field.name));
    }

    /// Compares two schemas of the same value as the pair's.
    pub(super) fn in_place(&mut self, pair: &Pair, old: Option<Id>, new: Option<Id>) {
        if old.is_some() || new.is_some() {
            let (old, new) = (old.unwrap_or(Id::ANYTHING), new.unwrap_or(Id::ANYTHING));
            self.open.push_back(Pair { old, new, ..pair.clone() });
        }
    }

    /// Compares two schemas of another value, on which the old schemas `roots` have a say.
    pub(super) fn push(&mut self, old: Option<Id>, new: Option<Id>, roots: Vec<Id>, field: Rc<Vec<String>>) {
        if old.is_none() && new.is_none() {
            return;
        }
        let (old, new) = (old.unwrap_or(Id::ANYTHING), new.unwrap_or(Id::ANYTHING));
        // A question asked elsewhere may have begun at a schema that is not among them.
        let roots = if roots.is_empty() { vec![old] } else { roots };
        let place = self.places.number(self.old, roots);
        self.open.push_back(Pair { old, new, place, field });
    }
}

/// The names that a schema declares, each once.
fn declared(schema: &Schema) -> impl Iterator<Item = &str> {
    let required = schema.own.required.iter().map(String::as_str);
    let unnamed = required.filter(|name| schema.edge(&Edge::Property((*name).to_owned())).is_none());
    schema.properties().map(|(name, _)| name).chain(unnamed)
}

fn declares(schema: &Schema, name: &str) -> bool {
    schema.own.required.contains(name) || schema.edges.contains_key(&Edge::Property(name.to_owned()))
}

fn presence(schema: &Schema, name: &str) -> &'static str {
    if schema.own.required.contains(name) { "required" } else { "optional" }
}
