//! Objects of packs that others are made of.

use std::collections::HashMap;
use std::rc::Rc;

use git2::ObjectType;

/// How many bytes are kept of those that were of use lately, and once more of those that were before.
const KEPT: usize = 4 << 20;

/// An object in memory.
pub(super) type Base = (ObjectType, Rc<Vec<u8>>);

/// A pack, by its number, and where in it the object begins.
type Place = (usize, u64);

/// What was read lately.
#[derive(Default)]
pub(super) struct Bases {
    recent: HashMap<Place, Base>,
    before: HashMap<Place, Base>,
    bytes: usize,
}

impl Bases {
    /// The object that begins there.
    pub(super) fn get(&mut self, place: Place) -> Option<Base> {
        if let Some((kind, data)) = self.recent.get(&place) {
            return Some((*kind, Rc::clone(data)));
        }
        let (kind, data) = self.before.remove(&place)?;
        self.put(place, kind, &data);
        Some((kind, data))
    }

    /// Keeps an object for a while, unless it is large.
    pub(super) fn put(&mut self, place: Place, kind: ObjectType, data: &Rc<Vec<u8>>) {
        if data.len() > KEPT / 4 {
            return;
        }
        if self.bytes + data.len() > KEPT {
            self.before = std::mem::take(&mut self.recent);
            self.bytes = 0;
        }
        self.bytes += data.len();
        self.recent.insert(place, (kind, Rc::clone(data)));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_asked_for_stays() {
        let mut bases = Bases::default();
        let data = Rc::new(vec![0; KEPT / 4]);
        let is_kept = |bases: &mut Bases, at: u64| bases.get((0, at)).is_some_and(|(_, found)| found == data);
        for at in 0..20 {
            bases.put((0, at), ObjectType::Blob, &data);
            assert!(is_kept(&mut bases, 0) && is_kept(&mut bases, at), "{at}");
        }
        assert!(!is_kept(&mut bases, 1) && bases.get((1, 0)).is_none());
        assert!(bases.recent.len() + bases.before.len() <= 8);
        bases.put((0, 30), ObjectType::Blob, &Rc::new(vec![0; KEPT / 4 + 1]));
        assert!(bases.get((0, 30)).is_none());
    }
}
