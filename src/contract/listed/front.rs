//! Front matter: `key: value` lines between `---` at the very start.

/// A document and its front matter.
pub(super) struct Front {
    /// The document with the front matter's lines left empty, so that lines keep their numbers.
    pub(super) rest: String,
    /// Whether a `version` key says something.
    pub(super) has_version: bool,
}

/// Splits front matter off. A rule with other text below it is none.
pub(super) fn matter(text: &str) -> Front {
    let none = || Front { rest: text.to_owned(), has_version: false };
    let mut lines = text.lines();
    if lines.next().map(str::trim_end) != Some("---") {
        return none();
    }
    let mut count = 1;
    let mut has_version = false;
    for line in lines {
        count += 1;
        let line = line.trim_end();
        if line == "---" || line == "..." {
            let rest = text.split_inclusive('\n').skip(count).collect::<String>();
            return Front { rest: "\n".repeat(count) + &rest, has_version };
        }
        let key = line.split_once(':').filter(|(key, _)| is_key(key));
        let goes_on = line.is_empty() || line.starts_with([' ', '\t', '#']);
        match key {
            Some((key, value)) => has_version |= key == "version" && !value.trim().is_empty(),
            None if goes_on => {}
            None => return none(),
        }
    }
    none()
}

fn is_key(key: &str) -> bool {
    key.starts_with(|c: char| c.is_ascii_alphabetic())
        && key.chars().all(|c| c.is_ascii_alphanumeric() || c == '_' || c == '-')
}
