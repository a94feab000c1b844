//! Names that are not declared, and what one name asks of others.

use std::collections::BTreeSet;

use super::super::model::{Contract, Edge, Id};
use super::change::Kind;
use super::fields::Field;
use super::place::Place;
use super::{Pair, Walk, is_closed, shown};
use crate::report::escape;

impl<'a> Walk<'a> {
    /// What must be there beside another name.
    pub(super) fn dependent_required(&mut self, pair: &Pair, place: &Place<'a>) {
        let (old, new) = (&self.old.schema(pair.old).own, &self.new.schema(pair.new).own);
        let none = BTreeSet::new();
        for (name, after) in &new.dependent_required {
            let before = old.dependent_required.get(name).unwrap_or(&none);
            // A name that no document has yet asks for nothing.
            let is_new = !place.declares(name) && {
                let hold = self.hold(place, name);
                !hold.is_held || hold.is_closed
            };
            for other in after.difference(before).filter(|other| !is_new && !place.required.contains(other.as_str())) {
                let known = place.declares(other);
                let kind = if known { Kind::NowRequired } else { Kind::FieldAddedRequired };
                let why = format!("must be there now where `{}` is", escape(name));
                let field = Field {
                    name: other,
                    old: None,
                    new: self.new.schema(pair.new).edge(&Edge::Property(other.clone())),
                };
                self.at_field(pair, &field, kind, &why, None);
            }
        }
        for (name, before) in &old.dependent_required {
            let after = new.dependent_required.get(name).unwrap_or(&none);
            for other in before.difference(after).filter(|other| !new.required.contains(*other)) {
                let why = format!("was always there where `{}` is, and need not be now", escape(name));
                let field = Field {
                    name: other,
                    old: None,
                    new: self.new.schema(pair.new).edge(&Edge::Property(other.clone())),
                };
                self.at_field(pair, &field, Kind::NowOptional, &why, None);
            }
        }
    }

    /// What holds for the whole object if it has a name.
    pub(super) fn dependent_schemas(&mut self, pair: &Pair, place: &Place<'a>) {
        let (old, new) = (self.old.schema(pair.old), self.new.schema(pair.new));
        for (edge, after) in new.others() {
            let Edge::Dependent(name) = edge else { continue };
            let before = old.edge(edge);
            let is_new = before.is_none() && !place.declares(name) && {
                let hold = self.hold(place, name);
                !hold.is_held || hold.is_closed
            };
            if is_new {
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

    pub(super) fn patterns(&mut self, pair: &Pair, place: &Place<'a>) {
        let (old, new) = (self.old.schema(pair.old), self.new.schema(pair.new));
        let mut kept = Vec::new();
        for (pattern, before) in old.patterns() {
            match new.edge(&Edge::Pattern(pattern.to_owned())) {
                Some(after) => kept.push((Some(before), Some(after))),
                None => {
                    let sides = Some((shown::schema(self.old, before), String::new()));
                    let at = self.old.schema(before);
                    let why = format!("names like `{}` are not held to anything any more", escape(pattern));
                    let (pointer, line) = (at.pointer.clone(), at.line);
                    self.say(Kind::FieldRemoved, &pointer, line, &pair.field, why, sides);
                }
            }
        }
        self.unnamed(pair, place, kept);
        for (pattern, after) in new.patterns() {
            if old.edge(&Edge::Pattern(pattern.to_owned())).is_some() {
                continue;
            }
            let closed = place.schemas.iter().any(|(id, certain)| *certain && is_closed(self.old, *id));
            let unused = closed && !place.names().any(|name| self.known.patterns.may_match(pattern, name));
            let lets_in = unused || {
                let roots = self.led_to(place, Edge::is_about_properties);
                self.lets_in(Id::ANYTHING, after, roots)
            };
            let (kind, why) = match lets_in {
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
    pub(super) fn additional(&mut self, pair: &Pair, place: &Place<'a>) {
        let (old, new) = (self.old.schema(pair.old), self.new.schema(pair.new));
        let (before, after) = (old.edge(&Edge::Additional), new.edge(&Edge::Additional));
        let closed = |contract: &Contract, id: Option<Id>| id.is_some_and(|id| contract.schema(id).own.never);
        match (closed(self.old, before), closed(self.new, after)) {
            (true, true) => {}
            (false, true) => self.closes(pair, after),
            (true, false) => {
                let sides = Some(("closed".to_owned(), after.map_or("open".into(), |id| shown::schema(self.new, id))));
                self.change(pair, Kind::Relaxed, "lets in names that it does not declare".to_owned(), sides);
            }
            (false, false) => self.unnamed(pair, place, vec![(before, after)]),
        }
    }

    /// An open object that is closed.
    pub(super) fn closes(&mut self, pair: &Pair, by: Option<Id>) {
        let at = by.map_or(self.site(pair), |id| self.new.schema(id));
        let (pointer, line) = (at.pointer.clone(), at.line);
        let what = if pair.field.is_empty() {
            "the document".to_owned()
        } else {
            format!("`{}`", escape(&pair.field.join(".")))
        };
        let why = format!("{what} lets in no name any more that it does not declare");
        self.say(Kind::Closed, &pointer, line, &pair.field, why, Some(("open".into(), "closed".into())));
    }

    /// Compares what names that are not declared may hold.
    fn unnamed(&mut self, pair: &Pair, place: &Place<'a>, mut pairs: Vec<(Option<Id>, Option<Id>)>) {
        pairs.retain(|sides| *sides != (None, None));
        if !pairs.is_empty() {
            let wanted = |edge: &Edge| edge.is_about_properties() && !matches!(edge, Edge::Property(_));
            let roots = self.led_to(place, wanted);
            self.push_all(pairs, roots, &pair.field);
        }
    }
}
