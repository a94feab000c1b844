//! What a schema says of the value itself: types, values, bounds, patterns.

use std::cmp::Ordering;
use std::collections::BTreeSet;

use super::super::model::{Limit, Own, Type};
use super::change::Kind;
use super::{Pair, Walk, shown};
use crate::json::Number;
use crate::report::escape;

impl Walk<'_> {
    /// Compares what two schemas say of the value itself; whether it makes sense to go on.
    pub(super) fn own(&mut self, pair: &Pair) -> bool {
        let (old, new) = (&self.old.schema(pair.old).own, &self.new.schema(pair.new).own);
        if old.lost || new.lost {
            self.change(pair, Kind::CannotProve, "refers to a place that is not there".to_owned(), None);
        }
        let same_values = old.values.is_some() && old.values == new.values;
        if old.types != new.types && !same_values {
            let sides = (shown::schema(self.old, pair.old), shown::schema(self.new, pair.new));
            let why = format!("was {} and is {}", escape(&sides.0), escape(&sides.1));
            let kept = keeps(old.types.as_ref(), new.types.as_ref());
            let narrowed = self.narrows;
            self.change(pair, Kind::TypeChanged, why, Some(sides));
            // A reader breaks either way; a value that was let in is shut out only if its type is gone.
            self.narrows = narrowed || !kept;
            if !kept {
                return false;
            }
        }
        self.values(pair, old, new);
        self.limits(pair, old, new);
        self.texts(pair, old, new);
        self.others(pair, old, new);
        true
    }

    fn values(&mut self, pair: &Pair, old: &Own, new: &Own) {
        let sides = || Some((shown::values(old.values.as_ref()), shown::values(new.values.as_ref())));
        match (&old.values, &new.values) {
            (Some(before), Some(after)) if before == after => {}
            (None, None) => {}
            (Some(_), None) => self.change(pair, Kind::Relaxed, "lets in other values as well".to_owned(), sides()),
            (None, Some(_)) => self.change(pair, Kind::Narrowed, "lets in only some values".to_owned(), sides()),
            (Some(before), Some(after)) if before.is_subset(after) => {
                let added = shown::values(Some(&after.difference(before).cloned().collect()));
                self.change(pair, Kind::EnumGrown, format!("may be {} as well", escape(&added)), sides());
            }
            (Some(before), Some(after)) => {
                let gone = shown::values(Some(&before.difference(after).cloned().collect()));
                // One value for another is no choice that became smaller.
                let one = before.len() == 1 && after.len() == 1;
                let kind = if one { Kind::Narrowed } else { Kind::EnumShrunk };
                self.change(pair, kind, format!("may not be {} any more", escape(&gone)), sides());
            }
        }
    }

    fn limits(&mut self, pair: &Pair, old: &Own, new: &Own) {
        for (low, open, is_lower) in [
            (Limit::Minimum, Some(Limit::ExclusiveMinimum), true),
            (Limit::Maximum, Some(Limit::ExclusiveMaximum), false),
            (Limit::MinLength, None, true),
            (Limit::MaxLength, None, false),
            (Limit::MinItems, None, true),
            (Limit::MaxItems, None, false),
            (Limit::MinProperties, None, true),
            (Limit::MaxProperties, None, false),
        ] {
            let (before, after) = (bound(old, low, open, is_lower), bound(new, low, open, is_lower));
            let tighter = match (before, after) {
                (None, None) => continue,
                (None, Some(_)) => true,
                (Some(_), None) => false,
                (Some(before), Some(after)) => match tightness(before, after, is_lower) {
                    Ordering::Equal => continue,
                    order => order == Ordering::Less,
                },
            };
            let text = |bound: Option<(&Number, bool)>| bound.map_or(String::new(), |bound| shown::bound(bound, low));
            let sides = (text(before), text(after));
            let (kind, what) = self.bounded(tighter);
            self.change(pair, kind, format!("{what}: {}", shown::from_to(&sides)), Some(sides));
        }
        if old.multiple_of != new.multiple_of {
            let divides = match (&old.multiple_of, &new.multiple_of) {
                (_, None) => true,
                (Some(before), Some(after)) => before.is_multiple_of(after) == Some(true),
                (None, Some(_)) => false,
            };
            let text = |n: &Option<Number>| n.as_ref().map_or(String::new(), |n| format!("multiple of {n}"));
            let sides = (text(&old.multiple_of), text(&new.multiple_of));
            let (kind, what) = self.bounded(!divides);
            self.change(pair, kind, format!("{what}: {}", shown::from_to(&sides)), Some(sides));
        }
        if old.unique != new.unique {
            let (kind, what) = self.bounded(new.unique);
            self.change(
                pair,
                kind,
                format!("{what}: items need {}be unique", if new.unique { "" } else { "not " }),
                None,
            );
        }
    }

    fn bounded(&self, tighter: bool) -> (Kind, &'static str) {
        if tighter { (Kind::Narrowed, "lets in less") } else { (Kind::Relaxed, "lets in more") }
    }

    fn texts(&mut self, pair: &Pair, old: &Own, new: &Own) {
        let names: BTreeSet<&str> = old.texts.keys().chain(new.texts.keys()).copied().collect();
        for name in names {
            let (before, after) = (old.texts.get(name), new.texts.get(name));
            if before == after {
                continue;
            }
            let text = |text: Option<&String>| text.map_or(String::new(), |text| format!("{name} {text}"));
            let sides = (text(before), text(after));
            let (kind, what) = self.bounded(after.is_some());
            self.change(pair, kind, format!("{what}: {}", escape(&shown::from_to(&sides))), Some(sides));
        }
    }

    fn others(&mut self, pair: &Pair, old: &Own, new: &Own) {
        let names: BTreeSet<&String> = old.other.keys().chain(new.other.keys()).collect();
        for name in names.into_iter().filter(|name| old.other.get(*name) != new.other.get(*name)) {
            let why = format!("has another `{}`, of which nobody can tell what it means here", escape(name));
            self.change(pair, Kind::CannotProve, why, None);
        }
    }
}

/// Whether every type of the old set is in the new one.
fn keeps(old: Option<&BTreeSet<Type>>, new: Option<&BTreeSet<Type>>) -> bool {
    match (old, new) {
        (_, None) => true,
        (None, Some(_)) => false,
        (Some(old), Some(new)) => {
            old.iter().all(|one| new.contains(one) || (*one == Type::Integer && new.contains(&Type::Number)))
        }
    }
}

/// The bound that holds, and whether it is itself shut out.
fn bound(own: &Own, closed: Limit, open: Option<Limit>, is_lower: bool) -> Option<(&Number, bool)> {
    let closed = own.limits.get(&closed).map(|number| (number, false));
    let open = open.and_then(|open| own.limits.get(&open)).map(|number| (number, true));
    match (closed, open) {
        (Some(closed), Some(open)) if tightness(closed, open, is_lower) == Ordering::Less => Some(open),
        (Some(closed), _) => Some(closed),
        (None, open) => open,
    }
}

/// Less if the second is the tighter one.
fn tightness(one: (&Number, bool), two: (&Number, bool), is_lower: bool) -> Ordering {
    let by_number = if is_lower { one.0.cmp(two.0) } else { two.0.cmp(one.0) };
    by_number.then(one.1.cmp(&two.1))
}
