//! Names matched against a pattern of the shell's.

/// Whether a name matches a pattern without a `/`: `*`, `?`, `[…]` and `\\`. A name that starts with a dot is matched by a
/// pattern that does.
pub fn matches(pattern: &str, name: &str) -> bool {
    if name.starts_with('.') && !pattern.trim_start_matches('\\').starts_with('.') {
        return false;
    }
    let (pattern, name): (Vec<char>, Vec<char>) = (pattern.chars().collect(), name.chars().collect());
    let (mut at, mut seen) = (0, 0);
    // Where the last `*` stands, and how much of the name it has taken.
    let mut star: Option<(usize, usize)> = None;
    while let Some(c) = name.get(seen) {
        match one(&pattern, at, *c) {
            Step::Star => {
                star = Some((at, seen));
                at += 1;
            }
            Step::Takes(next) => {
                at = next;
                seen += 1;
            }
            Step::No => match &mut star {
                Some((start, taken)) => {
                    *taken += 1;
                    (at, seen) = (*start + 1, *taken);
                }
                None => return false,
            },
        }
    }
    pattern.iter().skip(at).all(|c| *c == '*')
}

/// Whether a component of a path is a pattern.
pub fn is_pattern(component: &str) -> bool {
    let mut is_escaped = false;
    component.chars().any(|c| match std::mem::take(&mut is_escaped) {
        true => false,
        false => {
            is_escaped = c == '\\';
            matches!(c, '*' | '?' | '[')
        }
    })
}

/// A component that is no pattern, without its backslashes.
pub fn plain(component: &str) -> String {
    let mut is_escaped = false;
    let keeps = |c: &char| {
        is_escaped = *c == '\\' && !is_escaped;
        !is_escaped
    };
    component.chars().filter(keeps).collect()
}

enum Step {
    Star,
    /// The character is taken; the pattern goes on there.
    Takes(usize),
    No,
}

fn one(pattern: &[char], at: usize, c: char) -> Step {
    let takes = |does: bool, next: usize| if does { Step::Takes(next) } else { Step::No };
    match pattern.get(at) {
        Some('*') => Step::Star,
        Some('?') => Step::Takes(at + 1),
        Some('\\') => takes(pattern.get(at + 1) == Some(&c), at + 2),
        Some('[') => match set(pattern, at + 1, c) {
            Some((does, next)) => takes(does, next),
            None => takes(c == '[', at + 1),
        },
        Some(own) => takes(*own == c, at + 1),
        None => Step::No,
    }
}

/// Whether a character is in the set that starts behind its `[`, and where the pattern goes on; `None` if it never ends.
fn set(pattern: &[char], start: usize, c: char) -> Option<(bool, usize)> {
    let negated = matches!(pattern.get(start), Some('!' | '^'));
    let mut at = start + usize::from(negated);
    let first = at;
    let mut found = false;
    loop {
        let low = *pattern.get(at)?;
        if low == ']' && at > first {
            return Some((found != negated, at + 1));
        }
        match (pattern.get(at + 1), pattern.get(at + 2)) {
            (Some('-'), Some(high)) if *high != ']' => {
                found |= (low..=*high).contains(&c);
                at += 3;
            }
            _ => {
                found |= low == c;
                at += 1;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn patterns_match_as_a_shells_do() {
        for (pattern, name, expected) in [
            ("*.py", "a.py", true),
            ("*.py", "a.pyc", false),
            ("*", ".hidden", false),
            (".*", ".hidden", true),
            ("a?c", "abc", true),
            ("a?c", "ac", false),
            ("[a-c]x", "bx", true),
            ("[!a-c]x", "bx", false),
            ("[]a]x", "]x", true),
            ("[ab", "[ab", true),
            ("a*b*c", "axxbyyc", true),
            ("a*b*c", "axxbyy", false),
            ("\\*x", "*x", true),
            ("\\*x", "ax", false),
            ("**", "ab", true),
            ("", "", true),
            ("", "a", false),
        ] {
            assert_eq!(matches(pattern, name), expected, "{pattern} {name}");
        }
        assert!(is_pattern("a*") && is_pattern("[a]") && !is_pattern("a\\*") && !is_pattern("a"));
        assert_eq!(plain("a\\*b\\\\c"), "a*b\\c");
    }

    proptest! {
        #[test]
        fn no_pattern_panics_or_hangs(pattern in r"[a*?\[\]!\\-]{0,24}", name in "[a.]{0,24}") {
            matches(&pattern, &name);
            plain(&pattern);
        }
    }
}
