//! Fields: which there are, which must be there, and what names that are not declared may hold.

use std::collections::BTreeSet;
use std::rc::Rc;

use super::super::model::{Edge, Id, Schema};
use super::change::Kind;
use super::place::Place;
use super::{Pair, Walk, below, is_closed, shown};
use crate::report::escape;

/// A field of a pair that is compared.
struct Field<'a> {
    name: &'a str,
    /// The schemas that declare it; `None` where it is only named as required.
    old: Option<Id>,
    new: Option<Id>,
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
        let others = |schema: &Schema| schema.others().any(|(edge, _)| matches!(edge, Edge::Pattern(_) | Edge::Additional));
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

    fn at_field(&mut self, pair: &Pair, field: &Field<'_>, kind: Kind, why: &str, sides: super::Sides) {
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

    /// What must be there beside another name.
    fn dependent_required(&mut self, pair: &Pair, place: &Place) {
        let (old, new) = (&self.old.schema(pair.old).own, &self.new.schema(pair.new).own);
        let none = BTreeSet::new();
        for (name, after) in &new.dependent_required {
            let before = old.dependent_required.get(name).unwrap_or(&none);
            // A name that no document has yet asks for nothing.
            let is_new = !place.declared.contains(name) && {
                let hold = place.hold(self.old, &mut self.patterns, name);
                !hold.is_held || hold.is_closed
            };
            for other in after.difference(before).filter(|other| !is_new && !place.required.contains(*other)) {
                let known = place.declared.contains(other);
                let kind = if known { Kind::NowRequired } else { Kind::FieldAddedRequired };
                let why = format!("must be there now where `{}` is", escape(name));
                let field = Field { name: other, old: None, new: self.new.schema(pair.new).edge(&Edge::Property(other.clone())) };
                self.at_field(pair, &field, kind, &why, None);
            }
        }
        for (name, before) in &old.dependent_required {
            let after = new.dependent_required.get(name).unwrap_or(&none);
            for other in before.difference(after).filter(|other| !new.required.contains(*other)) {
                let why = format!("was always there where `{}` is, and need not be now", escape(name));
                let field = Field { name: other, old: None, new: self.new.schema(pair.new).edge(&Edge::Property(other.clone())) };
                self.at_field(pair, &field, Kind::NowOptional, &why, None);
            }
        }
    }

    /// What holds for the whole object if it has a name.
    fn dependent_schemas(&mut self, pair: &Pair, place: &Place) {
        let (old, new) = (self.old.schema(pair.old), self.new.schema(pair.new));
        for (edge, after) in new.others() {
            let Edge::Dependent(name) = edge else { continue };
            let before = old.edge(edge);
            let hold = place.hold(self.old, &mut self.patterns, name);
            if before.is_none() && !place.declared.contains(name) && (!hold.is_held || hold.is_closed) {
                // A name that no document has yet asks for nothing.
                let field = Field { name, old: None, new: Some(after) };
                self.at_field(pair, &field, Kind::FieldAdded, "is new and optional", None);
                continue;
            }
            self.in_place(pair, before, Some(after));
        }
        for (edge, before) in old.others() {
            if matches!(edge, Edge::Dependent(_)) && new.edge(edge).is_none() {
                self.in_place(pair, Some(before), None);
            }
        }
    }

    fn patterns(&mut self, pair: &Pair, place: &Place) {
        let (old, new) = (self.old.schema(pair.old), self.new.schema(pair.new));
        for (pattern, before) in old.patterns() {
            match new.edge(&Edge::Pattern(pattern.to_owned())) {
                Some(after) => self.unnamed(pair, place, Some(before), Some(after)),
                None => {
                    let sides = Some((shown::schema(self.old, before), String::new()));
                    let at = self.old.schema(before);
                    let why = format!("names like `{}` are not held to anything any more", escape(pattern));
                    let (pointer, line) = (at.pointer.clone(), at.line);
                    self.say(Kind::FieldRemoved, &pointer, line, &pair.field, why, sides);
                }
            }
        }
        for (pattern, after) in new.patterns() {
            if old.edge(&Edge::Pattern(pattern.to_owned())).is_some() {
                continue;
            }
            let closed = place.schemas.iter().any(|(id, certain)| *certain && is_closed(self.old, *id));
            let unused = closed && !place.declared.iter().any(|name| self.patterns.may_match(pattern, name));
            let roots = place.others(self.old, Edge::is_about_properties);
            let (kind, why) = match unused || self.lets_in(Id::ANYTHING, after, roots) {
                true => (Kind::FieldAdded, "may be there now"),
                false => (Kind::Narrowed, "are held to something that they were not held to"),
            };
            let at = self.new.schema(after);
            let (pointer, line) = (at.pointer.clone(), at.line);
            let sides = Some((String::new(), shown::schema(self.new, after)));
            self.say(kind, &pointer, line, &pair.field, format!("names like `{}` {why}", escape(pattern)), sides);
            self.diff.added.push(after);
        }
    }

    /// Names that are not declared.
    fn additional(&mut self, pair: &Pair, place: &Place) {
        let (old, new) = (self.old.schema(pair.old), self.new.schema(pair.new));
        let (before, after) = (old.edge(&Edge::Additional), new.edge(&Edge::Additional));
        let closed = |contract: &super::Contract, id: Option<Id>| id.is_some_and(|id| contract.schema(id).own.never);
        match (closed(self.old, before), closed(self.new, after)) {
            (true, true) => {}
            (false, true) => self.closes(pair, after),
            (true, false) => {
                let sides = Some(("closed".to_owned(), after.map_or("open".into(), |id| shown::schema(self.new, id))));
                self.change(pair, Kind::Relaxed, "lets in names that it does not declare".to_owned(), sides);
            }
            (false, false) => self.unnamed(pair, place, before, after),
        }
    }

    /// An open object that is closed.
    pub(super) fn closes(&mut self, pair: &Pair, by: Option<Id>) {
        let at = by.map_or(self.site(pair), |id| self.new.schema(id));
        let (pointer, line) = (at.pointer.clone(), at.line);
        let what = if pair.field.is_empty() { "the document".to_owned() } else { format!("`{}`", escape(&pair.field.join("."))) };
        let why = format!("{what} lets in no name any more that it does not declare");
        self.say(Kind::Closed, &pointer, line, &pair.field, why, Some(("open".into(), "closed".into())));
    }

    /// Compares what names that are not declared may hold.
    fn unnamed(&mut self, pair: &Pair, place: &Place, old: Option<Id>, new: Option<Id>) {
        let wanted = |edge: &Edge| edge.is_about_properties() && !matches!(edge, Edge::Property(_));
        self.push(old, new, place.others(self.old, wanted), Rc::clone(&pair.field));
    }

    /// Compares two schemas of the same value as the pair's.
    pub(super) fn in_place(&mut self, pair: &Pair, old: Option<Id>, new: Option<Id>) {
        if old.is_some() || new.is_some() {
            let (old, new) = (old.unwrap_or(Id::ANYTHING), new.unwrap_or(Id::ANYTHING));
            self.open.push(Pair { old, new, ..pair.clone() });
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
        self.open.push(Pair { old, new, place, field });
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
