//! Whether two schemas mean the same, word for word.

use super::super::model::{Edge, Id};
use super::Walk;
use super::branches::paired;

impl Walk<'_> {
    /// Whether two schemas say the same, notes and order aside, and lead to schemas that do. Pairs that lead back to
    /// themselves are taken to.
    pub(super) fn is_same(&mut self, old: Id, new: Id) -> bool {
        let mut open = vec![(old, new)];
        let mut assumed = Vec::new();
        while let Some((old, new)) = open.pop() {
            let (old, new) = (self.old.meant(old), self.new.meant(new));
            if self.is_same_leaf(old, new) {
                continue;
            }
            if !self.known.same.insert((old, new)) {
                continue;
            }
            assumed.push((old, new));
            self.known.steps += 1;
            match self.parts(old, new) {
                Some(parts) if !self.is_spent() => open.extend(parts),
                _ => {
                    // What was built on this one is not known any more.
                    for pair in &assumed {
                        self.known.same.remove(pair);
                    }
                    return false;
                }
            }
        }
        assumed.into_iter().for_each(|(old, new)| self.note_closed(old, new));
        true
    }

    /// What has to be the same for two schemas to be; `None` if they are not.
    fn parts(&self, old: Id, new: Id) -> Option<Vec<(Id, Id)>> {
        let (old, new) = (self.old.schema(old), self.new.schema(new));
        if old.own != new.own || old.own.lost || old.edges.len() != new.edges.len() {
            return None;
        }
        let mut parts = Vec::new();
        for (edge, id) in old.edges.iter().filter(|(edge, _)| !is_branch(edge)) {
            parts.push((*id, new.edge(edge)?));
        }
        for wanted in [
            (|edge| matches!(edge, Edge::AllOf(_))) as fn(&Edge) -> bool,
            |edge| matches!(edge, Edge::AnyOf(_)),
            |edge| matches!(edge, Edge::OneOf(_)),
        ] {
            parts.extend(paired(self.old, self.new, &old.all(wanted), &new.all(wanted))?);
        }
        Some(parts)
    }
}

/// Whether its order says nothing.
fn is_branch(edge: &Edge) -> bool {
    matches!(edge, Edge::AllOf(_) | Edge::AnyOf(_) | Edge::OneOf(_))
}
