//! How a contract changed, and whether that is only additive.
//!
//! Additive is a claim: every document that was valid, and uses no name that only the new contract declares, is valid
//! still; and no field is gone, renamed, retyped, narrowed, moved or changed in its presence. The two graphs are gone
//! through side by side, keyword against keyword, and what is not proved that way is said to break. Where schemas
//! refer to each other in a circle, a pair that is being compared is taken to be fine: some document would have to
//! differ at a finite depth, and there it is found.

mod alone;
mod branches;
mod change;
mod fields;
mod named;
mod place;
mod same;
mod shown;
mod unnamed;
mod values;

pub(super) use alone::{all_gone, all_new};
use std::collections::{BTreeMap, HashSet, VecDeque};
use std::rc::Rc;

pub use change::{Change, Kind};

use super::model::{Contract, Edge, Form, Id, Schema};
use super::pattern::Patterns;
use crate::report::escape;
use place::{Place, Places};

/// What was found about two contracts.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Diff {
    /// Every change, in the order of lines.
    pub changes: Vec<Change>,
    /// Fields that only the new contract has, as schemas of it.
    pub added: Vec<Id>,
    /// Schemas of the new contract that were compared, with whether all they were compared with were closed.
    pub was_closed: BTreeMap<Id, bool>,
}

/// Compares two contracts that were read.
pub fn diff(old: &Contract, new: &Contract) -> Diff {
    let mut walk = Walk::new(old, new, 0);
    match (old.form, new.form) {
        (Form::Json(before), Form::Json(after)) => {
            if before != after {
                let why =
                    format!("{} becomes {}, which read the same words otherwise", before.as_str(), after.as_str());
                walk.say(Kind::CannotProve, "/$schema", new.schema(Id::ROOT).line, &[], why, None);
            }
        }
        (Form::Markdown, Form::Markdown) => walk.twice(),
        (Form::Json(_), Form::Markdown) | (Form::Markdown, Form::Json(_)) => {
            let why = "JSON Schema and Markdown cannot be compared".to_owned();
            walk.say(Kind::CannotProve, "", 1, &[], why, None);
            return walk.diff;
        }
    }
    walk.identity();
    let place = walk.places.number(old, vec![Id::ROOT]);
    walk.open.push_back(Pair { old: Id::ROOT, new: Id::ROOT, place, field: Rc::default() });
    walk.run();
    let mut diff = walk.diff;
    if old.text == new.text {
        diff.changes.clear();
    }
    diff.changes.sort_by(|one, two| (one.line, &one.pointer, one.kind).cmp(&(two.line, &two.pointer, two.kind)));
    diff.changes.dedup();
    diff
}

/// Two schemas that have the same part in their contracts; [`Id::ANYTHING`] where there is none.
#[derive(Debug, Clone)]
struct Pair {
    old: Id,
    new: Id,
    /// All of the old contract that has a say there.
    place: usize,
    field: Rc<Vec<String>>,
}

/// Pairs that are compared before it is said that nothing can be proved: far more than people write.
const MOST_PAIRS: usize = 1_000_000;

/// Names of a field's path that are kept.
const DEEPEST_FIELD: usize = 64;

/// Questions within a question whether one schema lets in what another did.
const DEEPEST_QUESTION: usize = 6;

struct Walk<'a> {
    old: &'a Contract,
    new: &'a Contract,
    /// First come, first served: the field that is said is the nearest.
    open: VecDeque<Pair>,
    seen: HashSet<(Id, Id, usize)>,
    same: HashSet<(Id, Id)>,
    places: Places,
    patterns: Patterns,
    diff: Diff,
    /// Whether some change may shut out a value that was let in.
    narrows: bool,
    pairs: usize,
    /// Questions that this walk answers a part of.
    depth: usize,
}

/// How something was and is, in short.
type Sides = Option<(String, String)>;

impl<'a> Walk<'a> {
    fn new(old: &'a Contract, new: &'a Contract, depth: usize) -> Self {
        Walk {
            old,
            new,
            open: VecDeque::new(),
            seen: HashSet::new(),
            same: HashSet::new(),
            places: Places::default(),
            patterns: Patterns::default(),
            diff: Diff::default(),
            narrows: false,
            pairs: 0,
            depth,
        }
    }

    fn run(&mut self) {
        while let Some(pair) = self.open.pop_front() {
            let pair = Pair { old: self.old.meant(pair.old), new: self.new.meant(pair.new), ..pair };
            if !self.seen.insert((pair.old, pair.new, pair.place)) {
                continue;
            }
            let place = self.places.get(pair.place);
            self.pairs += 1 + place.schemas.len();
            if self.pairs > MOST_PAIRS {
                let why = "it is too entangled to be compared".to_owned();
                return self.change(&pair, Kind::CannotProve, why, None);
            }
            self.pair(&pair, &place);
        }
    }

    fn pair(&mut self, pair: &Pair, place: &Place) {
        let (old, new) = (self.old.schema(pair.old), self.new.schema(pair.new));
        self.note_closed(pair.old, pair.new);
        match (old.own.never, new.own.never) {
            (true, true) => return,
            (true, false) => {
                return self.change(pair, Kind::Relaxed, "let no value in and does now".to_owned(), None);
            }
            (false, true) => {
                return self.change(pair, Kind::Narrowed, "lets no value in any more".to_owned(), None);
            }
            (false, false) => {}
        }
        if place.is_counted {
            self.around_counted(pair);
        }
        if self.own(pair) {
            self.fields(pair, place);
            self.branches(pair);
        }
    }

    /// Notes whether a schema was closed wherever it was compared.
    fn note_closed(&mut self, old: Id, new: Id) {
        let was = is_closed(self.old, old);
        self.diff.was_closed.entry(new).and_modify(|known| *known &= was).or_insert(was);
    }

    /// Whether the new schema lets in every value that the old one did, names that only the new one declares aside.
    /// `roots` are all old schemas that have a say on the value.
    fn lets_in(&self, old: Id, new: Id, roots: Vec<Id>) -> bool {
        if self.depth >= DEEPEST_QUESTION {
            return false;
        }
        let mut walk = Walk::new(self.old, self.new, self.depth + 1);
        walk.pairs = self.pairs;
        walk.push(Some(old), Some(new), roots, Rc::default());
        walk.run();
        !walk.narrows
    }

    /// Says that a pair changed, at the new schema where there is one.
    fn change(&mut self, pair: &Pair, kind: Kind, why: String, sides: Sides) {
        let schema = self.site(pair);
        let (pointer, line) = (schema.pointer.clone(), schema.line);
        let what = pair.field.join(".");
        let why = if what.is_empty() { format!("the document {why}") } else { format!("`{}` {why}", escape(&what)) };
        self.say(kind, &pointer, line, &pair.field, why, sides);
    }

    fn site(&self, pair: &Pair) -> &'a Schema {
        if pair.new == Id::ANYTHING { self.old.schema(pair.old) } else { self.new.schema(pair.new) }
    }

    fn say(&mut self, kind: Kind, pointer: &str, line: usize, field: &[String], why: String, sides: Sides) {
        self.narrows |= kind.narrows();
        let (old, new) = sides.map_or((None, None), |(old, new)| (Some(old), Some(new)));
        let change = Change {
            pointer: pointer.to_owned(),
            line: Some(line),
            kind,
            message: why,
            field: field.to_vec(),
            old: old.filter(|text| !text.is_empty()),
            new: new.filter(|text| !text.is_empty()),
        };
        let is_there = |one: &str| one == change.pointer || one.strip_suffix("/const") == Some(&change.pointer);
        let renamed = |one: &Change| one.kind == Kind::IdentityChanged && is_there(&one.pointer);
        let by_value = matches!(kind, Kind::TypeChanged | Kind::EnumShrunk | Kind::Narrowed);
        if by_value && !change.pointer.is_empty() && self.diff.changes.iter().any(renamed) {
            // The name that the contract bears is a value too.
            return;
        }
        self.diff.changes.push(change);
    }
}

/// Whether a schema shuts out all names that it does not declare.
pub(super) fn is_closed(contract: &Contract, id: Id) -> bool {
    closing(contract, id).next().is_some()
}

/// The edges by which a schema is closed.
pub(super) fn closing(contract: &Contract, id: Id) -> impl Iterator<Item = Id> {
    let schema = contract.schema(id);
    let edges = [Edge::Additional, Edge::UnevaluatedProperties];
    edges.into_iter().filter_map(|edge| schema.edge(&edge)).filter(|id| contract.schema(*id).own.never)
}

/// The path of a field below another.
fn below(field: &Rc<Vec<String>>, name: &str) -> Rc<Vec<String>> {
    if field.len() >= DEEPEST_FIELD {
        return Rc::clone(field);
    }
    let mut path = Vec::with_capacity(field.len() + 1);
    path.extend(field.iter().cloned());
    path.push(name.to_owned());
    Rc::new(path)
}
