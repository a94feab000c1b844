//! Places in the old contract: all schemas that have a say on one value.
//!
//! Whether a name is new cannot be told from one schema: `allOf`, `$ref`, `if` and the like may declare it beside.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::rc::Rc;

use super::super::model::{Contract, Edge, Id};
use super::super::pattern::Patterns;

/// All schemas that have a say on one value.
#[derive(Debug, Default)]
pub(super) struct Place<'a> {
    /// Each with whether it always has its say.
    pub(super) schemas: Vec<(Id, bool)>,
    /// Those of them that say something of names which they do not declare.
    pub(super) rest: Vec<(Id, bool)>,
    /// The names that one of them declares, with what they are declared to be.
    declared: HashMap<&'a str, Vec<Id>>,
    /// The names that are always required.
    pub(super) required: HashSet<&'a str>,
    /// Whether one of them looks at what the others leave over.
    pub(super) is_counted: bool,
}

/// What holds the value of a name that is not declared.
#[derive(Debug, Default)]
pub(super) struct Hold {
    /// No value is let in.
    pub(super) is_closed: bool,
    /// Schemas that the value must satisfy.
    pub(super) certain: Vec<Id>,
    /// Whether anything at all may hold it.
    pub(super) is_held: bool,
}

/// The places met so far, each by number.
#[derive(Default)]
pub(super) struct Places<'a> {
    numbers: HashMap<Vec<Id>, usize>,
    places: Vec<Rc<Place<'a>>>,
}

impl<'a> Places<'a> {
    /// The number of the place where these schemas, and all in place below them, have a say; and the steps it took.
    pub(super) fn number(&mut self, old: &'a Contract, roots: Vec<Id>) -> (usize, usize) {
        let mut roots: Vec<Id> = roots.into_iter().map(|root| old.meant(root)).collect();
        roots.sort();
        roots.dedup();
        if let Some(number) = self.numbers.get(&roots) {
            return (*number, roots.len());
        }
        let number = self.places.len();
        let place = place(old, &roots);
        let steps = roots.len() + place.schemas.len() + place.declared.len();
        self.places.push(Rc::new(place));
        self.numbers.insert(roots, number);
        (number, steps)
    }

    /// The place of a number.
    pub(super) fn get(&self, number: usize) -> Rc<Place<'a>> {
        self.places.get(number).cloned().unwrap_or_default()
    }
}

fn place<'a>(old: &'a Contract, roots: &[Id]) -> Place<'a> {
    let mut known: BTreeMap<Id, bool> = BTreeMap::new();
    let mut open: Vec<(Id, bool)> = roots.iter().map(|root| (*root, true)).collect();
    while let Some((id, certain)) = open.pop() {
        match known.get(&id) {
            Some(known) if *known || !certain => continue,
            _ => drop(known.insert(id, certain)),
        }
        let in_place = old.schema(id).edges.iter().filter(|(edge, _)| edge.is_in_place());
        open.extend(in_place.map(|(edge, id)| (*id, certain && edge.is_certain())));
    }
    let mut place = Place { schemas: known.into_iter().collect(), ..Place::default() };
    for (id, certain) in &place.schemas {
        let schema = old.schema(*id);
        for (name, id) in schema.properties() {
            place.declared.entry(name).or_default().push(id);
        }
        let own = &schema.own;
        let others = own.dependent_required.iter().flat_map(|(name, others)| others.iter().chain([name]));
        for name in own.required.iter().chain(others) {
            place.declared.entry(name).or_default();
        }
        let mut rest = false;
        for (edge, _) in schema.others() {
            match edge {
                Edge::Dependent(name) => drop(place.declared.entry(name).or_default()),
                Edge::Pattern(_) | Edge::Additional | Edge::UnevaluatedProperties | Edge::PropertyNames => rest = true,
                _ => {}
            }
        }
        place.rest.extend(rest.then_some((*id, *certain)));
        if *certain {
            place.required.extend(own.required.iter().map(String::as_str));
        }
        let counted = [Edge::UnevaluatedProperties, Edge::UnevaluatedItems];
        place.is_counted |= counted.iter().any(|e| schema.edge(e).is_some_and(|id| !old.schema(id).is_open()));
    }
    place
}

impl Place<'_> {
    /// Whether one of its schemas declares a name.
    pub(super) fn declares(&self, name: &str) -> bool {
        self.declared.contains_key(name)
    }

    /// The names that its schemas declare.
    pub(super) fn names(&self) -> impl Iterator<Item = &str> {
        self.declared.keys().copied()
    }

    /// The schemas that have a say on the value of a name.
    pub(super) fn property(&self, old: &Contract, patterns: &mut Patterns, name: &str) -> Vec<Id> {
        let mut found = self.declared.get(name).cloned().unwrap_or_default();
        if self.rest.is_empty() {
            return found;
        }
        let own = Edge::Property(name.to_owned());
        for (id, _) in &self.rest {
            let schema = old.schema(*id);
            let declared = schema.edge(&own);
            for (edge, id) in schema.others() {
                match edge {
                    Edge::Pattern(pattern) if patterns.may_match(pattern, name) => found.push(id),
                    Edge::Additional | Edge::UnevaluatedProperties if declared.is_none() => found.push(id),
                    _ => {}
                }
            }
        }
        found
    }

    /// What holds the value of a name that is not declared here.
    pub(super) fn hold(&self, old: &Contract, patterns: &mut Patterns, name: &str) -> Hold {
        let mut hold = Hold::default();
        let (mut left_over, mut is_taken) = (Vec::new(), false);
        for (id, certain) in &self.rest {
            let schema = old.schema(*id);
            let mut matching: Vec<Id> = Vec::new();
            let mut is_told = true;
            for (pattern, id) in schema.patterns() {
                match patterns.matches(pattern, name) {
                    Some(true) => matching.push(id),
                    Some(false) => {}
                    None => is_told = false,
                }
            }
            if matching.is_empty() {
                matching.extend(schema.edge(&Edge::Additional));
            }
            is_taken |= !is_told || matching.iter().any(|id| !old.schema(*id).own.never);
            left_over.extend(schema.edge(&Edge::UnevaluatedProperties).map(|id| (id, *certain)));
            hold.is_held |= !is_told;
            // Where it cannot be told what holds it, nothing surely does.
            let certain = &(*certain && is_told);
            let names = schema.edge(&Edge::PropertyNames).filter(|id| !old.schema(*id).is_open());
            // That says which names there may be, and nothing of their values.
            hold.certain.extend(names.filter(|_| *certain).map(|_| Id::ANYTHING));
            hold.is_held |= names.is_some();
            for id in matching.into_iter().filter(|id| !old.schema(*id).is_open()) {
                hold.is_held = true;
                hold.is_closed |= *certain && old.schema(id).own.never;
                hold.certain.extend(certain.then_some(id));
            }
        }
        // What another schema takes is not left over, whatever it is held to there.
        for (id, certain) in left_over.into_iter().filter(|(id, _)| !old.schema(*id).is_open()) {
            hold.is_held = true;
            hold.is_closed |= certain && !is_taken && old.schema(id).own.never;
            hold.certain.extend((certain && !is_taken).then_some(id));
        }
        hold
    }
}
