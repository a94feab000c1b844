//! What says which contract it is, and what is said twice.

use super::super::model::{Form, Id};
use super::{Kind, Walk};
use crate::report::escape;

impl Walk<'_> {
    /// Names that Markdown says twice.
    pub(super) fn twice(&mut self) {
        for (contract, which) in [(self.old, "the old contract"), (self.new, "the new contract")] {
            for (path, line) in &contract.twice {
                let field: Vec<String> = path.split('/').skip(1).map(str::to_owned).collect();
                let why = format!("{which} says it twice, and not the same both times");
                self.say(Kind::CannotProve, path, *line, &field, why, None);
            }
        }
    }

    /// What says which contract it is must stay.
    pub(super) fn identity(&mut self) {
        let (old, new) = (&self.old.identity, &self.new.identity);
        let by_pointer = |pointer: &str| new.markers.iter().find(|said| said.pointer == pointer);
        let named = [(old.id.as_ref(), new.id.as_ref()), (old.name.as_ref(), new.name.as_ref())];
        let marked = old.markers.iter().map(|said| match self.new.form {
            Form::Json(_) => (Some(said), by_pointer(&said.pointer)),
            Form::Markdown => (Some(said), new.markers.first()),
        });
        let mut found = Vec::new();
        for (old, new) in named.into_iter().chain(marked) {
            let Some(old) = old else { continue };
            if new.is_none_or(|new| new.text != old.text) {
                let line = new.map_or(self.new.schema(Id::ROOT).line, |new| new.line);
                let is = new.map_or("nothing", |new| new.text.as_str());
                let why =
                    format!("`{}` says which contract this is: another is a new file beside it", escape(&old.text));
                found.push((old.pointer.clone(), line, why, (old.text.clone(), is.to_owned())));
            }
        }
        for (pointer, line, why, sides) in found {
            if !self.diff.changes.iter().any(|change| change.pointer == pointer) {
                self.say(Kind::IdentityChanged, &pointer, line, &[], why, Some(sides));
            }
        }
    }
}
