//! How lines end.

use std::borrow::Cow;

use memchr::memchr;

/// A text without a byte order mark, with lines that end with `\n` alone. Markdown ends lines at a lone carriage return
/// too: so lines are the same for the parser and for whoever counts or hashes them.
pub fn unix(text: &str) -> Cow<'_, str> {
    let bare = text.strip_prefix('\u{feff}').unwrap_or(text);
    if memchr(b'\r', bare.as_bytes()).is_some() {
        bare.replace("\r\n", "\n").replace('\r', "\n").into()
    } else {
        bare.into()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_end_as_markdown_ends_them() {
        for (text, read) in [("", ""), ("a\n", "a\n"), ("\u{feff}a\r\nb\rc\n\r", "a\nb\nc\n\n"), ("\u{feff}a", "a")] {
            assert_eq!(unix(text), read);
        }
    }
}
