//! An entry's text as it is compared and digested.

use std::fmt::Write;

use memchr::memchr2_iter;
use sha2::{Digest, Sha256};

/// The lines without white space at their ends, without empty lines and decoration after the last with content.
pub(super) fn normalised(lines: &[&str]) -> String {
    let end = lines.iter().rposition(|line| !is_decoration(line)).map_or(0, |i| i + 1);
    let kept = lines.get(..end).unwrap_or_default();
    let mut text = String::new();
    for line in kept {
        text.push_str(line.trim_end_matches(is_blank));
        text.push('\n');
    }
    text
}

/// Whether lines read like a normalised text.
pub(super) fn reads_as(lines: &str, text: &str) -> bool {
    let mut lines = lines.split('\n');
    text.split_terminator('\n').all(|wanted| lines.next().is_some_and(|line| line.trim_end_matches(is_blank) == wanted))
        && lines.all(is_decoration)
}

/// SHA-256 of a normalised text, in lower-case hexadecimal.
pub(super) fn digest(text: &str) -> String {
    let mut hex = String::with_capacity(64);
    for byte in Sha256::digest(text.as_bytes()) {
        // Writing to a string cannot fail.
        let _ = write!(hex, "{byte:02x}");
    }
    hex
}

/// Where a word stands in a text, in any case (bytes); it is given in lower case.
pub(super) fn places_of<'t>(text: &'t str, word: &'t str) -> impl Iterator<Item = usize> + 't {
    let (text, word) = (text.as_bytes(), word.as_bytes());
    let (at, rarest) = word.iter().copied().enumerate().max_by_key(|(_, letter)| rarity(*letter)).unwrap_or_default();
    let is_there =
        move |at: &usize| text.get(*at..at + word.len()).is_some_and(|found| found.eq_ignore_ascii_case(word));
    let letters = memchr2_iter(rarest, rarest.to_ascii_uppercase(), text);
    letters.filter_map(move |found| found.checked_sub(at)).filter(is_there)
}

/// The place of a letter among those of English, the commonest first; other characters are rarer.
fn rarity(letter: u8) -> usize {
    const COMMON: &[u8] = b"etaoinshrdlcumwfgypbvkjxqz";
    COMMON.iter().position(|common| *common == letter).unwrap_or(COMMON.len())
}

/// White space that Markdown, too, takes for none at a line's end; other spaces of Unicode are text to it.
fn is_blank(c: char) -> bool {
    matches!(c, ' ' | '\t' | '\r')
}

/// An empty line, a thematic break, or `— End of entry —`.
pub(crate) fn is_decoration(line: &str) -> bool {
    let shown = || line.chars().filter(|c| !is_blank(*c));
    let is_rule = |mark: char| shown().all(|c| c == mark) && shown().count() >= 3;
    match shown().next() {
        None => true,
        Some(mark @ ('-' | '*' | '_')) if is_rule(mark) => true,
        Some(_) => is_end_of_entry(line),
    }
}

/// `— End of entry —`, with or without its dashes.
pub(super) fn is_end_of_entry(line: &str) -> bool {
    line.trim().trim_matches(['—', '–', '-', ' ', '*', '_']).eq_ignore_ascii_case("end of entry")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn closing_decoration_and_line_ends_do_not_count() {
        let plain = normalised(&["## a", "b"]);
        assert_eq!(plain, "## a\nb\n");
        assert_eq!(normalised(&["## a\r", "b  ", "", "— End of entry —", "", "---", ""]), plain);
        assert_eq!(normalised(&["## a", "---", "b"]), "## a\n---\nb\n");
        for (lines, is_it) in [
            ("## a\nb", true),
            ("## a\r\nb  \n\n— End of entry —\n\n---\n", true),
            ("## a", false),
            ("## a\n\nb", false),
            ("## a\nb\nc", false),
            ("## a\n b", false),
        ] {
            assert_eq!(reads_as(lines, &plain), is_it, "{lines}");
            assert_eq!(normalised(&lines.split('\n').collect::<Vec<_>>()) == plain, is_it, "{lines}");
        }
    }

    #[test]
    fn digests_are_those_of_sha256sum() {
        for (text, hex) in [
            ("", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"),
            ("abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"),
        ] {
            assert_eq!(digest(text), hex);
        }
    }
}
