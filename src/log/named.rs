//! The digest that a reply names.

/// The digests that lines `Gate: sha256:…` of an entry name, wherever they stand in it: one that is wrong voids an ACK, so
/// a line too many is on the safe side.
pub(super) fn named_digests(text: &str) -> impl Iterator<Item = &str> {
    text.lines().filter_map(|line| {
        let line = line.trim_start_matches(|c: char| c.is_whitespace() || "-*+`_".contains(c));
        let (label, rest) = line.split_once(':')?;
        let rest = rest.trim_start_matches(|c: char| c.is_whitespace() || "*`_".contains(c));
        let digest = rest
            .strip_prefix("sha256:")
            .filter(|_| label.trim_end_matches(['*', '`', '_']).eq_ignore_ascii_case("gate"))?;
        Some(digest.trim().trim_end_matches(['`', '*', '_', '.']))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_reply_may_name_what_it_answers() {
        for (text, named) in [
            ("## CCC (ACK)\n\nGate: sha256:ab12\n", vec!["ab12"]),
            ("- `Gate: sha256:ab12`\n**Gate:** `sha256:cd`\n", vec!["ab12", "cd"]),
            ("Gates: sha256:ab12\nsha256:ab12\nGate: r4\n> Gate: sha256:ab\n", vec![]),
            ("gate: sha256:not one\n", vec!["not one"]),
        ] {
            assert_eq!(named_digests(text).collect::<Vec<_>>(), named, "{text}");
        }
    }
}
