//! What is wrong with a policy file, and where.

use crate::report::escape;

/// A policy that cannot be taken.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{file}:{line}:{column}: {message}")]
pub struct PolicyError {
    /// The file, as the caller named it.
    pub file: String,
    /// Line, from 1.
    pub line: usize,
    /// Column in characters, from 1.
    pub column: usize,
    /// What is wrong; safe to print.
    pub message: String,
    /// What to do about it.
    pub help: Option<String>,
}

/// The text that is being read, for errors that say where.
#[derive(Debug, Clone, Copy)]
pub(super) struct Place<'a> {
    file: &'a str,
    text: &'a str,
    /// The file and text of the baseline that it extends, if it does.
    baseline: Option<(&'a str, &'a str)>,
}

impl<'a> Place<'a> {
    /// A text of this file.
    pub(super) fn of(file: &'a str, text: &'a str) -> Place<'a> {
        Place { file, text, baseline: None }
    }

    /// The same, with the baseline that it extends.
    pub(super) fn over(self, file: &'a str, text: &'a str) -> Place<'a> {
        Place { baseline: Some((file, text)), ..self }
    }

    /// The file, as the caller named it.
    pub(super) fn file(&self) -> &'a str {
        self.file
    }

    /// Its text.
    pub(super) fn text(&self) -> &'a str {
        self.text
    }

    /// The byte offset at which the baseline begins: offsets tell which of the two texts is meant.
    pub(super) fn end(&self) -> usize {
        self.text.len() + 1
    }

    /// Whether there is a baseline.
    pub(super) fn extends(&self) -> bool {
        self.baseline.is_some()
    }

    /// Whether an offset is in the baseline.
    pub(super) fn is_baseline(&self, offset: usize) -> bool {
        self.baseline.is_some() && offset >= self.end()
    }

    /// An error at a byte offset.
    pub(super) fn error(&self, offset: usize, message: impl AsRef<str>) -> PolicyError {
        if let Some((file, text)) = self.baseline.filter(|_| self.is_baseline(offset)) {
            return Place::of(file, text).error(offset - self.end(), message);
        }
        let before = self.text.get(..offset.min(self.text.len())).unwrap_or(self.text);
        let line = before.matches('\n').count() + 1;
        let column = before.rsplit('\n').next().unwrap_or(before).chars().count() + 1;
        PolicyError { file: escape(self.file), line, column, message: escape(message.as_ref()), help: None }
    }

    /// An error that TOML or serde found; an unknown key gets the nearest known one as help.
    pub(super) fn toml(&self, error: &toml::de::Error) -> PolicyError {
        let offset = error.span().map_or(0, |span| span.start);
        let message = error.message();
        let Some(rest) = message.strip_prefix("unknown field ") else {
            return self.error(offset, message);
        };
        let mut names = rest.split('`').skip(1).step_by(2);
        let unknown = names.next().unwrap_or_default();
        let known: Vec<_> = names.collect();
        let error = self.error(offset, format!("unknown key `{unknown}`"));
        let help = format!("known here: {}", known.join(", "));
        PolicyError { help: nearest(unknown, known.iter().copied()).or(Some(help)), ..error }
    }
}

impl PolicyError {
    pub(super) fn with_help(self, help: impl Into<String>) -> PolicyError {
        PolicyError { help: Some(help.into()), ..self }
    }
}

/// "did you mean …", where one of the known words is near.
pub(crate) fn nearest<'a>(word: &str, known: impl IntoIterator<Item = &'a str>) -> Option<String> {
    let allowed = (word.chars().count() / 3).clamp(1, 3);
    known
        .into_iter()
        .map(|candidate| (distance(&word.to_lowercase(), &candidate.to_lowercase()), candidate))
        .filter(|(distance, _)| *distance <= allowed)
        .min()
        .map(|(_, candidate)| format!("did you mean `{candidate}`?"))
}

/// Levenshtein's distance; long words are far from everything.
fn distance(one: &str, other: &str) -> usize {
    if one.len() > 64 || other.len() > 64 {
        return usize::MAX;
    }
    let mut row: Vec<usize> = (0..=other.chars().count()).collect();
    for (index, a) in one.chars().enumerate() {
        let mut next = vec![index + 1];
        let mut left = index + 1;
        for (b, (diagonal, above)) in other.chars().zip(row.iter().zip(row.iter().skip(1))) {
            left = (diagonal + usize::from(a != b)).min(above + 1).min(left + 1);
            next.push(left);
        }
        row = next;
    }
    row.last().copied().unwrap_or(usize::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_count_characters() {
        let place = Place::of("ackgate.toml", "a = 1\n\u{e9}\u{e9} = 2\n");
        let error = place.error(10, "bad\n\u{1b}");
        assert_eq!(error.to_string(), "ackgate.toml:2:3: bad\\n\\u{1b}");
        assert_eq!(place.error(999, "x").line, 3);
        assert_eq!(place.error(7, "inside of a character").line, 3);
        let both = place.over("baseline.toml", "b = 1\nc = 2\n");
        assert_eq!(both.error(10, "x").to_string(), "ackgate.toml:2:3: x");
        assert_eq!(both.error(both.end() + 6, "x").to_string(), "baseline.toml:2:1: x");
    }

    #[test]
    fn only_near_words_are_offered() {
        for (word, expected) in [("partis", Some("parties")), ("Party", Some("party")), ("zzz", None), ("a", None)] {
            let expected = expected.map(|word| format!("did you mean `{word}`?"));
            assert_eq!(nearest(word, ["party", "parties", "log"]), expected, "{word}");
        }
        assert_eq!(distance("kitten", "sitting"), 3);
    }
}
