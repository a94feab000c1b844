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
use std::collections::{BTreeMap, HashMap, HashSet, VecDeque};
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
    let place = walk.place(vec![Id::ROOT]);
    walk.open.push_back(Pair { old: Id::ROOT, new: Id::ROOT, place, field: Rc::default() });
    walk.run();
    let mut diff = walk.diff;
    if old.source == new.source {
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

/// Steps after which it is said that nothing can be proved: far more than what people write takes.
const MOST_STEPS: usize = 1_000_000;

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
    known: Known<'a>,
    diff: Diff,
    /// Pointers to values by which the contract is named, and that changed.
    renamed: HashSet<String>,
    /// Whether some change may shut out a value that was let in.
    narrows: bool,
    /// Questions that this walk answers a part of.
    depth: usize,
}

/// What a walk has found out, for questions within it as well.
#[derive(Default)]
struct Known<'a> {
    same: HashSet<(Id, Id)>,
    places: Places<'a>,
    patterns: Patterns,
    /// Whether the second schema lets in what the first did, at a place and a depth of questions.
    answers: HashMap<(Id, Id, usize, usize), bool>,
    steps: usize,
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
            known: Known::default(),
            diff: Diff::default(),
            renamed: HashSet::new(),
            narrows: false,
            depth,
        }
    }

    fn run(&mut self) {
        while let Some(pair) = self.open.pop_front() {
            let (old, new) = self.meant(pair.old, pair.new);
            let pair = Pair { old, new, ..pair };
            if !self.seen.insert((pair.old, pair.new, pair.place)) {
                continue;
            }
            let place = self.known.places.get(pair.place);
            self.known.steps += 1;
            self.pair(&pair, &place);
            if self.is_spent() {
                let why = "is too entangled to be compared".to_owned();
                return self.change(&pair, Kind::CannotProve, why, None);
            }
            if self.depth > 0 && self.narrows {
                // A question is answered by the first no.
                return;
            }
        }
    }

    /// What two schemas stand for. One that does no more than to refer or to wrap stays as it is where the other one has
    /// come to say something beside its reference.
    fn meant(&self, old: Id, new: Id) -> (Id, Id) {
        let meant = (self.old.meant(old), self.new.meant(new));
        let refers = |contract: &Contract, id: Id| contract.schema(id).edges.keys().any(Edge::is_certain);
        match (meant.0 == old, meant.1 == new) {
            (false, true) if refers(self.new, new) => (old, new),
            (true, false) if refers(self.old, old) => (old, new),
            _ => meant,
        }
    }

    /// Whether it has taken too many steps: what is found from now on is not all there is.
    fn is_spent(&self) -> bool {
        self.known.steps + self.known.patterns.steps() > MOST_STEPS
    }

    /// The number of the place where these old schemas have a say.
    fn place(&mut self, roots: Vec<Id>) -> usize {
        if self.is_spent() {
            return 0;
        }
        let (number, steps) = self.known.places.number(self.old, roots);
        self.known.steps += steps;
        number
    }

    /// The schemas at a place to which some edges lead.
    fn led_to(&mut self, place: &Place<'_>, wanted: impl Fn(&Edge) -> bool) -> Vec<Id> {
        if self.is_spent() {
            return Vec::new();
        }
        let found: Vec<Id> = place.schemas.iter().flat_map(|(id, _)| self.old.schema(*id).all(&wanted)).collect();
        self.known.steps += place.schemas.len() + found.len();
        found
    }

    fn pair(&mut self, pair: &Pair, place: &Place<'a>) {
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
            self.branches(pair, place);
        }
    }

    /// Notes whether a schema was closed wherever it was compared.
    fn note_closed(&mut self, old: Id, new: Id) {
        let was = is_closed(self.old, old);
        self.diff.was_closed.entry(new).and_modify(|known| *known &= was).or_insert(was);
    }

    /// Whether the new schema lets in every value that the old one did, names that only the new one declares aside.
    /// `roots` are all old schemas that have a say on the value.
    fn lets_in(&mut self, old: Id, new: Id, roots: Vec<Id>) -> bool {
        if self.depth >= DEEPEST_QUESTION || self.is_spent() {
            return false;
        }
        let (old, new) = (self.old.meant(old), self.new.meant(new));
        // A question asked elsewhere may have begun at a schema that is not among them.
        let place = self.place(if roots.is_empty() { vec![old] } else { roots });
        let question = (old, new, place, self.depth);
        if let Some(answer) = self.known.answers.get(&question) {
            return *answer;
        }
        let mut walk = Walk::new(self.old, self.new, self.depth + 1);
        walk.known = std::mem::take(&mut self.known);
        walk.open.push_back(Pair { old, new, place, field: Rc::default() });
        walk.run();
        self.known = walk.known;
        self.known.answers.insert(question, !walk.narrows);
        !walk.narrows
    }

    /// Whether two schemas say the same of a value by themselves and nothing by others: there is nothing to compare.
    fn is_same_leaf(&self, old: Id, new: Id) -> bool {
        let (old, new) = (self.old.schema(self.old.meant(old)), self.new.schema(self.new.meant(new)));
        old.edges.is_empty() && new.edges.is_empty() && old.own == new.own && !old.own.lost
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
        if kind == Kind::IdentityChanged {
            self.renamed.insert(pointer.to_owned());
            self.renamed.extend(pointer.strip_suffix("/const").map(str::to_owned));
        }
        let by_value = matches!(kind, Kind::TypeChanged | Kind::EnumShrunk | Kind::Narrowed);
        if by_value && !pointer.is_empty() && self.renamed.contains(pointer) {
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
