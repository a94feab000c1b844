//! Writing `[extends]` into a policy file that is there, and leaving all else in it as it is.

use serde::Deserialize;
use toml::de::{DeTable, DeValue, ValueDeserializer};

use super::super::PolicyError;
use super::super::draft::text as quoted;
use super::super::error::Place;
use super::super::raw::RawExtends;
use super::super::validate::{table, text};
use super::{Revision, wanted};

/// What `[extends]` of a file says so far.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Record {
    /// The snapshot, below the file's folder.
    pub file: Option<String>,
    /// The repository that it comes from.
    pub git: Option<String>,
    /// The commit there.
    pub rev: Option<String>,
    /// The file there.
    pub path: Option<String>,
}

/// What it is to say.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pinned {
    /// The snapshot, below the file's folder.
    pub file: String,
    /// Its SHA-256, in hexadecimal.
    pub sha256: String,
    /// Where it comes from.
    pub revision: Option<Revision>,
}

impl Record {
    /// Reads it from the bytes of a policy file, which need not be valid otherwise.
    ///
    /// # Errors
    /// What is no TOML of version 1; an `[extends]` of another shape.
    pub fn read(bytes: &[u8], file: &str) -> Result<Record, PolicyError> {
        let place = Place::of(file, text(bytes, file)?);
        let root = table(&place, place.text(), 0)?;
        let Some(value) = root.get_ref().get("extends") else { return Ok(Record::default()) };
        let raw =
            RawExtends::deserialize(ValueDeserializer::from(value.clone())).map_err(|error| place.toml(&error))?;
        let [file, git, rev, path] =
            [raw.file, raw.git, raw.rev, raw.path].map(|text| text.map(toml::Spanned::into_inner));
        Ok(Record { file, git, rev, path })
    }
}

impl Pinned {
    /// The text of a policy file with this as its `[extends]`.
    ///
    /// # Errors
    /// What makes no `[extends]`; one that is written so that it cannot be edited line by line.
    pub fn put_into(&self, bytes: &[u8], file: &str) -> Result<String, PolicyError> {
        let old = text(bytes, file)?;
        let place = Place::of(file, old);
        let root = table(&place, old, 0)?.into_inner();
        let new = match root.get("extends").map(|value| value.get_ref()) {
            Some(DeValue::Table(there)) => self.edited(old, there),
            _ => self.appended(old),
        };
        let changed = Place::of(file, &new);
        let rest = |root: &DeTable<'_>| {
            let mut rest = root.clone();
            rest.remove("extends");
            format!("{:?}", values(&rest))
        };
        let after = table(&changed, &new, 0).ok().filter(|after| rest(after.get_ref()) == rest(&root));
        let found = after.map(|after| wanted(&changed, after.get_ref())).transpose()?.flatten();
        let is_meant = found.is_some_and(|found| {
            found.file.to_str() == Some(&self.file) && found.sha256 == self.sha256 && found.revision == self.revision
        });
        if !is_meant {
            let error = place.error(0, "`[extends]` is not written as a table with a line for each key");
            let help = format!("write it so by hand:\n{}", self.lines().concat());
            return Err(error.with_help(help.trim_end()));
        }
        Ok(new)
    }

    fn pairs(&self) -> [(&'static str, Option<&str>); 5] {
        let revision = self.revision.as_ref();
        [
            ("file", Some(&self.file)),
            ("sha256", Some(&self.sha256)),
            ("git", revision.map(|from| from.git.as_str())),
            ("rev", revision.map(|from| from.rev.as_str())),
            ("path", revision.map(|from| from.path.as_str())),
        ]
    }

    fn lines(&self) -> Vec<String> {
        let pairs = self.pairs().into_iter().filter_map(|(key, value)| Some((key, value?)));
        let lines = pairs.map(|(key, value)| format!("{key} = {}\n", quoted(value)));
        std::iter::once("[extends]\n".to_owned()).chain(lines).collect()
    }

    fn appended(&self, old: &str) -> String {
        let gap = if old.ends_with('\n') { "\n" } else { "\n\n" };
        format!("{old}{gap}{}", self.lines().concat())
    }

    /// Values in the place of the old ones; lines that are to go away or are new.
    fn edited(&self, old: &str, there: &DeTable<'_>) -> String {
        let line_of = |offset: usize| {
            let start = old.get(..offset).and_then(|before| before.rfind('\n')).map_or(0, |at| at + 1);
            let end = old.get(offset..).and_then(|after| after.find('\n')).map_or(old.len(), |at| offset + at + 1);
            start..end
        };
        let mut edits = Vec::new();
        let mut last = there.iter().map(|(key, value)| key.span().end.max(value.span().end)).max().unwrap_or_default();
        last = line_of(last.saturating_sub(1)).end;
        for (key, value) in self.pairs() {
            match (there.get_key_value(key), value) {
                (Some((_, old)), Some(new)) => edits.push((old.span(), quoted(new))),
                (Some((key, _)), None) => edits.push((line_of(key.span().start), String::new())),
                (None, Some(new)) => {
                    let gap = if old.get(..last).is_some_and(|before| before.ends_with('\n')) { "" } else { "\n" };
                    edits.push((last..last, format!("{gap}{key} = {}\n", quoted(new))));
                }
                (None, None) => {}
            }
        }
        // From the end, so that what is before stays where it was; at one place in their order.
        edits.sort_by_key(|(range, _)| range.start);
        let mut new = old.to_owned();
        for (range, text) in edits.into_iter().rev() {
            if new.is_char_boundary(range.start) && new.is_char_boundary(range.end) && range.start <= range.end {
                new.replace_range(range, &text);
            }
        }
        new
    }
}

/// A table without the places of what is in it.
fn values(table: &DeTable<'_>) -> Vec<(String, String)> {
    table.iter().map(|(key, value)| (key.get_ref().to_string(), super::super::values::shown(value.get_ref()))).collect()
}
