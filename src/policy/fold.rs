//! Case and Unicode form put aside, for comparing protected paths.
//!
//! A file system that ignores case or normalises names opens `AGENTOS/Schemas/x` where the policy protects
//! `agentos/schemas/**`. So glob and path are folded the same way before they are compared.

use unicode_normalization::UnicodeNormalization;

/// Folds the valid UTF-8 in `bytes`; bytes that are not stay as they are, so that no two paths become one by loss.
pub(super) fn bytes(bytes: &[u8]) -> Vec<u8> {
    if bytes.is_ascii() {
        return bytes.to_ascii_lowercase();
    }
    let mut out = Vec::with_capacity(bytes.len());
    for chunk in bytes.utf8_chunks() {
        out.extend_from_slice(text(chunk.valid()).as_bytes());
        out.extend_from_slice(chunk.invalid());
    }
    out
}

/// Folds text: decomposed, to lower, upper and lower case, composed.
///
/// Character by character, since `str::to_lowercase` looks at neighbours (final sigma) and a part of a glob has
/// other neighbours than the path. Lower case first as well, because `ẞ` has no upper case but `ß` has `SS`.
pub(super) fn text(text: &str) -> String {
    if text.is_ascii() {
        return text.to_ascii_lowercase();
    }
    text.nfd()
        .flat_map(char::to_lowercase)
        .flat_map(char::to_uppercase)
        .flat_map(char::to_lowercase)
        .collect::<String>()
        .nfc()
        .collect()
}

/// A name for comparing: folded, each run of white space one space.
pub(super) fn name(name: &str) -> String {
    text(&name.split_whitespace().collect::<Vec<_>>().join(" "))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn folds_what_a_file_system_may_take_for_the_same_name() {
        for (one, other) in [
            ("AgentOS", "agentos"),
            ("\u{212b}ngstr\u{f6}m", "A\u{30a}NGSTRO\u{308}M"),
            ("\u{c5}", "\u{e5}"),
            ("\u{17f}chema", "Schema"),
            ("\u{212a}ey", "key"),
            ("stra\u{df}e", "STRASSE"),
            ("STRA\u{1e9e}E", "strasse"),
            ("\u{3a3}\u{3c2}", "\u{3c3}\u{3c3}"),
            ("\u{2126}", "\u{3c9}"),
        ] {
            assert_eq!(text(one), text(other), "{one} {other}");
        }
        for (one, other) in [("a", "b"), ("a\u{301}", "a"), ("0", "O"), ("\u{430}", "a")] {
            assert_ne!(text(one), text(other), "{one} {other}");
        }
    }

    #[test]
    fn every_character_folds_like_its_other_forms_and_makes_no_separator() {
        for c in (0..0x2_0000).filter_map(char::from_u32) {
            let one = c.to_string();
            let folded = text(&one);
            for other in
                [one.to_uppercase(), one.to_lowercase(), one.nfd().collect(), one.nfc().collect(), folded.clone()]
            {
                assert_eq!(text(&other), folded, "{c:?} {:x}", c as u32);
            }
            if !c.is_ascii() {
                assert!(!folded.contains(['/', '*', '?', '[', ']', '{', '}', '\\', ',']), "{c:?}");
            }
        }
    }

    #[test]
    fn leaves_bytes_that_are_no_text_alone() {
        assert_eq!(bytes(b"A\xff\xc3\x84/\xc3B"), b"a\xff\xc3\xa4/\xc3b");
        assert_ne!(bytes(b"\xff"), bytes(b"\xfe"));
    }

    #[test]
    fn names_are_compared_without_case_and_white_space() {
        assert_eq!(name("  CCP\t Maintainer "), "ccp maintainer");
    }

    proptest! {
        #[test]
        fn folding_twice_is_folding_once(text_in in ".*") {
            prop_assert_eq!(text(&text(&text_in)), text(&text_in));
            prop_assert_eq!(bytes(text_in.as_bytes()), text(&text_in).into_bytes());
        }
    }
}
