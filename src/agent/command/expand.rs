//! Words as a shell would hand them to a program, as far as that can be told from the text alone.

use std::collections::BTreeMap;

use super::lexer::{Piece, Word};

/// More words than this are not made of one: `{a,b}{a,b}…` doubles with each pair.
const MOST: usize = 256;

/// Nor words that are longer than this, in characters.
const LONGEST: usize = 1 << 18;

/// Longer values of the environment are no part of a path.
const LONGEST_VALUE: usize = 4096;

/// Braces beyond these are left as they are.
const MOST_BRACES: usize = 16;

/// What only the session knows.
#[derive(Debug, Clone, Default)]
pub struct Known {
    /// Variables of the environment.
    pub variables: BTreeMap<String, String>,
    /// The session's folder.
    pub folder: Option<String>,
    /// The root of the repository that holds it.
    pub top: Option<String>,
}

/// A word as a program gets it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Field {
    /// The text, patterns as they are written.
    pub(super) text: String,
    /// The same as a pattern, where it is one: what was quoted has a backslash before what would mean something.
    pub(super) pattern: Option<String>,
    /// Whether nothing in it is left open.
    pub(super) is_known: bool,
}

/// One character of a word.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Char {
    /// `None` for what only a shell can tell.
    c: Option<char>,
    quoted: bool,
}

/// Values of variables; several where a loop goes through them.
pub(super) type Variables = BTreeMap<String, Vec<Vec<Char>>>;

/// What words are expanded with.
pub(super) struct Surroundings<'a> {
    pub(super) known: &'a Known,
    pub(super) variables: &'a Variables,
    /// Where the command stands, from the session's folder.
    pub(super) folder: Option<&'a str>,
}

impl Surroundings<'_> {
    /// The words that one word becomes.
    pub(super) fn fields(&self, word: &Word) -> Vec<Field> {
        let split = self.values(word).into_iter().flat_map(|value| split(&value));
        split.flat_map(|value| braces(&value)).take(MOST).map(|value| field(&self.home(value))).collect()
    }

    /// The values that a word has where it is not split: on the right of `=`.
    pub(super) fn values(&self, word: &Word) -> Vec<Vec<Char>> {
        let mut values: Vec<Vec<Char>> = vec![Vec::new()];
        for piece in word {
            let ends = self.piece(piece);
            let is_long = values.iter().map(Vec::len).sum::<usize>() > LONGEST;
            match ends.as_slice() {
                [end] if !is_long => values.iter_mut().for_each(|value| value.extend(end)),
                ends if !is_long && values.len() * ends.len() <= MOST => {
                    let both = values.iter().flat_map(|value| ends.iter().map(|end| [value.as_slice(), end].concat()));
                    values = both.collect();
                }
                _ => {
                    values.iter_mut().for_each(|value| value.extend(UNKNOWN));
                    break;
                }
            }
        }
        values
    }

    /// The text of a value.
    pub(super) fn text(value: &[Char]) -> String {
        value.iter().filter_map(|char| char.c).collect()
    }

    fn piece(&self, piece: &Piece) -> Vec<Vec<Char>> {
        match piece {
            Piece::Text { text, quoted } => vec![chars(text, *quoted)],
            Piece::Unknown => vec![UNKNOWN.to_vec()],
            Piece::Variable { name, default, quoted } => {
                let known = || match (name.as_str(), self.folder) {
                    ("PWD", folder) => self.standing(folder?),
                    (name, _) => self.known.variables.get(name).filter(|value| value.len() <= LONGEST_VALUE).cloned(),
                };
                match (self.variables.get(name), default) {
                    (Some(values), _) if *quoted => values.clone(),
                    // What a variable holds is split, and may be a pattern, where it is not quoted.
                    (Some(values), _) => values.iter().map(|value| value.iter().map(unquoted).collect()).collect(),
                    (None, default) => match known().or_else(|| default.clone()) {
                        Some(text) => vec![chars(&text, *quoted)],
                        None => vec![UNKNOWN.to_vec()],
                    },
                }
            }
            Piece::Script { text, quoted } => {
                let said = match text.split_whitespace().collect::<Vec<_>>().as_slice() {
                    ["git", "rev-parse", "--show-toplevel"] if self.folder == Some("") => self.known.top.clone(),
                    ["pwd"] => self.folder.and_then(|folder| self.standing(folder)),
                    _ => None,
                };
                vec![said.map_or(UNKNOWN.to_vec(), |text| chars(&text, *quoted))]
            }
        }
    }

    fn standing(&self, folder: &str) -> Option<String> {
        Some(crate::agent::act::join(self.known.folder.as_deref()?, folder))
    }

    fn home(&self, value: Vec<Char>) -> Vec<Char> {
        let is = |at: usize, c: char| value.get(at).is_some_and(|char| char.c == Some(c) && !char.quoted);
        match self.known.variables.get("HOME") {
            Some(home) if is(0, '~') && (value.len() == 1 || is(1, '/')) => {
                chars(home, true).into_iter().chain(value.into_iter().skip(1)).collect()
            }
            _ => value,
        }
    }
}

const UNKNOWN: &[Char] = &[Char { c: None, quoted: true }];

fn chars(text: &str, quoted: bool) -> Vec<Char> {
    text.chars().map(|c| Char { c: Some(c), quoted }).collect()
}

fn unquoted(char: &Char) -> Char {
    Char { quoted: char.c.is_none(), ..*char }
}

/// The words of a value: white space in it that is not quoted came out of a variable.
fn split(value: &[Char]) -> Vec<Vec<Char>> {
    let is_blank = |char: &Char| !char.quoted && char.c.is_some_and(char::is_whitespace);
    if !value.iter().any(is_blank) {
        return vec![value.to_vec()];
    }
    value.split(is_blank).filter(|word| !word.is_empty()).map(<[Char]>::to_vec).collect()
}

/// `a{b,c}d` as `abd` and `acd`.
fn braces(value: &[Char]) -> Vec<Vec<Char>> {
    let mut open = vec![value.to_vec()];
    let mut done = Vec::new();
    while let Some(value) = open.pop() {
        match first_braces(&value) {
            Some(parts) if open.len() + done.len() + parts.len() <= MOST => open.extend(parts.into_iter().rev()),
            _ => done.push(value),
        }
    }
    done
}

/// The words of the first braces that hold a comma.
fn first_braces(value: &[Char]) -> Option<Vec<Vec<Char>>> {
    let is = |char: &Char, c: char| char.c == Some(c) && !char.quoted;
    for (start, _) in value.iter().enumerate().filter(|(_, char)| is(char, '{')).take(MOST_BRACES) {
        let (mut depth, mut parts, mut part) = (0_usize, Vec::new(), Vec::new());
        for (at, char) in value.iter().enumerate().skip(start + 1) {
            match char {
                char if is(char, '}') && depth == 0 => {
                    parts.push(part);
                    let (before, after) = (value.get(..start)?, value.get(at + 1..)?);
                    let whole = |part: &Vec<Char>| [before, part, after].concat();
                    return (parts.len() > 1).then(|| parts.iter().map(whole).collect());
                }
                char if is(char, ',') && depth == 0 => parts.push(std::mem::take(&mut part)),
                char => {
                    depth = depth + usize::from(is(char, '{')) - usize::from(is(char, '}'));
                    part.push(*char);
                }
            }
        }
    }
    None
}

fn field(value: &[Char]) -> Field {
    let text = Surroundings::text(value);
    let is_wild = |char: &Char| !char.quoted && matches!(char.c, Some('*' | '?' | '['));
    let pattern = value.iter().any(is_wild).then(|| {
        let escaped = |char: &Char| match char.c {
            Some(c) if char.quoted && "*?[]\\".contains(c) => vec!['\\', c],
            c => c.into_iter().collect(),
        };
        value.iter().flat_map(escaped).collect()
    });
    Field { text, pattern, is_known: value.iter().all(|char| char.c.is_some()) }
}

#[cfg(test)]
mod tests {
    use super::super::lexer::{Token, tokens};
    use super::*;

    fn shown(script: &str) -> String {
        let known = Known {
            variables: [("HOME".to_owned(), "/home/a".to_owned())].into(),
            folder: Some("/repo/sub".to_owned()),
            top: Some("/repo".to_owned()),
        };
        let variables = Variables::from([
            ("f".to_owned(), vec![chars("a.py", true), chars("*.go", false)]),
            ("two".to_owned(), vec![chars("x y", true)]),
        ]);
        let surroundings = Surroundings { known: &known, variables: &variables, folder: Some("") };
        let mut out = Vec::new();
        for token in tokens(script) {
            let Token::Word(word) = token else { continue };
            for field in surroundings.fields(&word) {
                let open = if field.is_known { "" } else { "?" };
                let pattern = field.pattern.map(|p| format!("~{p}")).unwrap_or_default();
                out.push(format!("{}{pattern}{open}", field.text));
            }
        }
        out.join(" ")
    }

    #[test]
    fn words_are_expanded_as_far_as_the_text_tells() {
        for (script, expected) in [
            ("a 'b c' ''", "a b c "),
            ("~/x ~ ~b a~ '~'", "/home/a/x /home/a ~b a~ ~"),
            ("$HOME/x \"$HOME\"", "/home/a/x /home/a"),
            ("$PWD/x $(pwd)", "/repo/sub/x /repo/sub"),
            ("\"$(git rev-parse --show-toplevel)/x\"", "/repo/x"),
            ("$f/x", "a.py/x *.go/x~*.go/x"),
            ("\"$f\"", "a.py *.go~*.go"),
            ("$two \"$two\"", "x y x y"),
            ("$no/x ${no:-b}/x", "/x? b/x"),
            ("$(ls) `ls`", "? ?"),
            ("a{b,c{d,e}}f {x} {} '{a,b}'", "abf acdf acef {x} {} {a,b}"),
            ("*.py '*'?[a]", "*.py~*.py *?[a]~\\*?[a]"),
        ] {
            assert_eq!(shown(script), expected, "{script}");
        }
        assert!(shown(&"{a,b}".repeat(40)).len() < 100_000);
    }
}
