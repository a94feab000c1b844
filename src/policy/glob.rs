//! The one reading of globs: braces spread out, components told apart, then handed to globset.
//!
//! Read here first because what is protected or covered needs more than "matches": folder prefixes, the first
//! component, folding. And because globset alone would take `a\b` for `ab` and a class for something that may
//! cross `/`.

use std::collections::BTreeSet;
use std::sync::Arc;

use globset::{Candidate, GlobBuilder, GlobSet, GlobSetBuilder};

use super::{fold, reader};

/// Longest glob, in bytes.
pub(super) const MAX_LENGTH: usize = 4096;
/// Why a text is no glob.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum GlobError {
    /// Nothing there.
    #[error("is empty")]
    Empty,
    /// Longer than any path.
    #[error("is longer than {MAX_LENGTH} bytes")]
    TooLong,
    /// No path has one.
    #[error("has a NUL character")]
    Nul,
    /// Paths are relative.
    #[error("is absolute; paths are relative, without a leading `/`")]
    Absolute,
    /// `.` or `..` as a component.
    #[error("has `{0}` as a component")]
    Dots(&'static str),
    /// Only some of the alternatives start with `./`.
    #[error("has `./` inside of braces")]
    MixedRoot,
    /// A `[` without its `]`.
    #[error("has a `[` that is not closed")]
    UnclosedClass,
    /// A class that could match `/`.
    #[error("has a class that could match `/`")]
    ClassCrosses,
    /// A class that is empty, upside down, too large or has a backslash.
    #[error("has a class that is empty, upside down, too large or has a backslash")]
    BadClass,
    /// A `{` without its `}`, or the other way round.
    #[error("has braces that do not match")]
    Braces,
    /// More alternatives or wildcards than anybody writes.
    #[error("stands for too many paths to be read")]
    TooComplex,
    /// `**` beside something else.
    #[error("has `**` beside other characters; between slashes it stands alone")]
    DoubleStar,
    /// A backslash that escapes nothing.
    #[error("has a `\\` that escapes nothing; folders are separated by `/`")]
    Escape,
    /// It is for something whole, and this names no path.
    #[error("names no path")]
    NoPath,
    /// globset says no.
    #[error("cannot be compiled: {0}")]
    Compile(String),
}

/// A piece of a component.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Token {
    Char(char),
    /// `?`
    Any,
    /// `*`
    Star,
    /// `[…]`, written out; strings, since folding makes two characters of some.
    Class(Arc<[String]>),
    /// `/`; only while reading.
    Slash,
}

/// What stands between two slashes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Component {
    /// `**`
    Deep,
    /// Anything else.
    Part(Vec<Token>),
}

/// A glob without braces; `dir/` is `dir/**`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Glob {
    pub(super) components: Vec<Component>,
    /// Written with a leading `./`.
    pub(super) rooted: bool,
    /// Written with a leading `/`.
    pub(super) absolute: bool,
}

/// Reads a glob; braces make several.
pub(super) fn parse(text: &str) -> Result<Vec<Glob>, GlobError> {
    if text.is_empty() {
        return Err(GlobError::Empty);
    }
    if text.len() > MAX_LENGTH {
        return Err(GlobError::TooLong);
    }
    if text.contains('\0') {
        return Err(GlobError::Nul);
    }
    let globs = reader::read(text)?;
    if globs.iter().any(|glob| glob.rooted) && !globs.iter().all(|glob| glob.rooted) {
        return Err(GlobError::MixedRoot);
    }
    Ok(globs)
}

/// Reads a glob of the policy file: it must name a path relative to the folder.
pub(super) fn parse_relative(text: &str) -> Result<Vec<Glob>, GlobError> {
    let globs = parse(text)?;
    if globs.iter().any(|glob| glob.absolute) {
        return Err(GlobError::Absolute);
    }
    if globs.iter().any(|glob| glob.components.is_empty()) {
        return Err(GlobError::NoPath);
    }
    Ok(globs)
}

impl Component {
    /// The name, where no wildcard is in it.
    pub(super) fn literal(&self) -> Option<String> {
        let Component::Part(tokens) = self else { return None };
        tokens.iter().map(|token| if let Token::Char(c) = token { Some(*c) } else { None }).collect()
    }

    /// Whether it matches every name: `*` or `**`.
    pub(super) fn is_everything(&self) -> bool {
        match self {
            Component::Deep => true,
            Component::Part(tokens) => tokens.iter().all(|token| *token == Token::Star),
        }
    }

    fn folded(&self) -> Component {
        let Component::Part(tokens) = self else { return Component::Deep };
        let mut out = Vec::new();
        let mut run = String::new();
        for token in tokens {
            if let Token::Char(c) = token {
                run.push(*c);
                continue;
            }
            out.extend(fold::text(&run).chars().map(Token::Char));
            run.clear();
            out.push(match token {
                Token::Class(members) => {
                    let mut members: Vec<_> = members.iter().map(|member| fold::text(member)).collect();
                    members.sort();
                    members.dedup();
                    Token::Class(members.into())
                }
                other => other.clone(),
            });
        }
        out.extend(fold::text(&run).chars().map(Token::Char));
        Component::Part(out)
    }
}

impl Glob {
    /// The same glob for folded paths.
    pub(super) fn folded(&self) -> Glob {
        Glob { components: self.components.iter().map(Component::folded).collect(), ..*self }
    }

    /// The path it names, where no wildcard is in it.
    pub(super) fn literal(&self) -> Option<String> {
        let names: Option<Vec<_>> = self.components.iter().map(Component::literal).collect();
        names.map(|names| names.join("/"))
    }

    /// What all begins with that it means, where no wildcard is in it: `a/b/` of `a/b/**`, nothing of `**`.
    fn folder(&self) -> Option<String> {
        let (last, names) = self.components.split_last()?;
        let folder = Glob { components: names.to_vec(), ..*self };
        let folder = if *last == Component::Deep { folder.literal()? } else { return None };
        Some(if names.is_empty() { folder } else { folder + "/" })
    }

    /// Whether a `?` is in it.
    pub(super) fn has_any(&self) -> bool {
        let is_any =
            |component: &Component| matches!(component, Component::Part(tokens) if tokens.contains(&Token::Any));
        self.components.iter().any(is_any)
    }

    /// What stands before and after the only wildcard, where that is a star in the last name: `a/b` and `.py` of `a/b*.py`.
    fn around_star(&self) -> Option<(String, String)> {
        let (Component::Part(tokens), names) = self.components.split_last()? else { return None };
        let mut parts = tokens.splitn(2, |token| *token == Token::Star);
        let mut part = || Component::Part(parts.next()?.to_vec()).literal();
        let (before, after) = (part()?, part()?);
        let folder = Glob { components: names.to_vec(), ..*self }.literal()?;
        Some((if names.is_empty() { before } else { format!("{folder}/{before}") }, after))
    }

    /// The first `count` components.
    pub(super) fn head(&self, count: usize) -> Glob {
        Glob { components: self.components.iter().take(count).cloned().collect(), ..*self }
    }

    /// As glob text again, `any` for each `?`.
    pub(super) fn render(&self, any: &str) -> String {
        let mut out = String::new();
        for (index, component) in self.components.iter().enumerate() {
            if index > 0 {
                out.push('/');
            }
            match component {
                Component::Deep => out.push_str("**"),
                Component::Part(tokens) => tokens.iter().for_each(|token| render_token(token, any, &mut out)),
            }
        }
        out
    }
}

/// Several globs as one question. Names and folders without wildcards, and names with one star, are compared, not compiled:
/// most policies have nothing else, and every commit pays for what is compiled.
#[derive(Debug, Clone)]
pub(super) struct Globs {
    literals: BTreeSet<Vec<u8>>,
    /// Folders with their slash, of which all below is meant; nothing for all there is.
    folders: BTreeSet<Vec<u8>>,
    /// What stands before and after a star.
    starred: BTreeSet<(Vec<u8>, Vec<u8>)>,
    set: Option<GlobSet>,
}

impl Globs {
    /// Compiles; `any` is what `?` means, see [`Glob::render`].
    pub(super) fn new<'a>(globs: impl IntoIterator<Item = &'a Glob>, any: &str) -> Result<Globs, GlobError> {
        let (mut literals, mut folders, mut starred) = (BTreeSet::new(), BTreeSet::new(), BTreeSet::new());
        let mut texts = BTreeSet::new();
        for glob in globs {
            if let Some(name) = glob.literal() {
                literals.insert(name.into_bytes());
            } else if let Some(folder) = glob.folder() {
                folders.insert(folder.into_bytes());
            } else if let Some((before, after)) = glob.around_star() {
                starred.insert((before.into_bytes(), after.into_bytes()));
            } else {
                texts.insert(glob.render(any));
            }
        }
        let set = if texts.is_empty() { None } else { Some(compile(&texts)?) };
        Ok(Globs { literals, folders, starred, set })
    }

    /// Whether any of them matches the whole path.
    pub(super) fn is_match(&self, path: &[u8]) -> bool {
        let below = |folder: &Vec<u8>| path.starts_with(folder) && (path.len() > folder.len() || folder.is_empty());
        let around = |(before, after): &(Vec<u8>, Vec<u8>)| {
            let rest = path.strip_prefix(before.as_slice()).and_then(|rest| rest.strip_suffix(after.as_slice()));
            rest.is_some_and(|between| !between.contains(&b'/'))
        };
        self.literals.contains(path)
            || self.folders.iter().any(below)
            || self.starred.iter().any(around)
            || self.set.as_ref().is_some_and(|set| set.is_match_candidate(&Candidate::from_bytes(path)))
    }
}

fn compile(texts: &BTreeSet<String>) -> Result<GlobSet, GlobError> {
    let failed = |error: globset::Error| GlobError::Compile(error.kind().to_string());
    let mut builder = GlobSetBuilder::new();
    for text in texts {
        let glob = GlobBuilder::new(text).literal_separator(true).backslash_escape(true).build().map_err(failed)?;
        builder.add(glob);
    }
    builder.build().map_err(failed)
}

fn render_token(token: &Token, any: &str, out: &mut String) {
    match token {
        Token::Char(c) => render_char(*c, out),
        Token::Any => out.push_str(any),
        Token::Star => out.push('*'),
        Token::Slash => out.push('/'),
        // Braces, since globset takes a class for bytes and would match half a character.
        Token::Class(members) => {
            out.push('{');
            for (index, member) in members.iter().enumerate() {
                if index > 0 {
                    out.push(',');
                }
                member.chars().for_each(|c| render_char(c, out));
            }
            out.push('}');
        }
    }
}

fn render_char(c: char, out: &mut String) {
    if matches!(c, '*' | '?' | '[' | ']' | '{' | '}' | ',' | '\\') {
        out.push('\\');
    }
    out.push(c);
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn texts(text: &str) -> Vec<String> {
        parse(text).unwrap().iter().map(|glob| glob.render("?")).collect()
    }

    #[test]
    fn reads_folders_braces_and_classes() {
        for (text, expected) in [
            ("a/b", vec!["a/b"]),
            ("a/", vec!["a/**"]),
            ("./a//b", vec!["a/b"]),
            ("a/**/**/b/**/", vec!["a/**/b/**"]),
            ("{a,b}/c", vec!["a/c", "b/c"]),
            ("{a,{b,c}d}/e", vec!["a/e", "bd/e", "cd/e"]),
            ("a{,b}/c", vec!["a/c", "ab/c"]),
            ("{a/,b}/c", vec!["a/c", "b/c"]),
            ("[a-c]?", vec!["{a,b,c}?"]),
            ("[]-]", vec!["{-,\\]}"]),
            (r"\*\{\,", vec![r"\*\{\,"]),
            ("a,b", vec![r"a\,b"]),
        ] {
            assert_eq!(texts(text), expected, "{text}");
        }
    }

    #[test]
    fn refuses_what_is_no_glob() {
        use GlobError::*;
        for (text, error) in [
            ("", Empty),
            ("{,a}", Empty),
            ("a\0", Nul),
            ("a/../b", Dots("..")),
            ("a/./b", Dots(".")),
            ("././a", Dots(".")),
            ("{./a,b}", MixedRoot),
            ("[a", UnclosedClass),
            ("[]", UnclosedClass),
            ("[!a]", ClassCrosses),
            ("[^a]", ClassCrosses),
            ("[a/]", ClassCrosses),
            ("[+-9]", ClassCrosses),
            ("[z-a]", BadClass),
            ("[\u{100}-\u{10ffff}]", BadClass),
            (r"[\]]", BadClass),
            ("{a", Braces),
            ("a}", Braces),
            ("{a,b", Braces),
            ("a**b", DoubleStar),
            ("***", DoubleStar),
            (r"a\b", Escape),
            ("a\\", Escape),
        ] {
            assert_eq!(parse(text), Err(error), "{text}");
        }
        assert_eq!(parse_relative("/a"), Err(Absolute));
        assert_eq!(parse_relative("./"), Err(NoPath));
    }

    #[test]
    fn hostile_globs_end_soon() {
        for text in [
            "{a,b}".repeat(11),
            "{".repeat(4000),
            "{a,b}".repeat(800),
            format!("{{{}}}{}", "a,".repeat(1000), "b".repeat(2000)),
            "[a-z]".repeat(65),
            "*a".repeat(65),
            "a".repeat(MAX_LENGTH + 1),
        ] {
            assert!(parse(&text).is_err(), "{}", text.len());
        }
        let many = parse(&format!("{}z", "**/a/".repeat(30))).unwrap();
        assert!(!Globs::new(&many, "?").unwrap().is_match("a/".repeat(2000).as_bytes()));
        let braces = parse(&format!("{}*", "{a,b}".repeat(10))).unwrap();
        assert!(Globs::new(&braces, "?").unwrap().is_match(b"abababababx"));
    }

    #[test]
    fn stars_stop_at_slashes_and_names_are_bytes() {
        for (glob, yes, no) in [
            ("a/*", &b"a/\xff\n"[..], &b"a/b/c"[..]),
            ("a/**", b"a/b/c", b"a"),
            ("a/**", b"a/\xff", b"a/"),
            ("a/**", b"a//", b"ab/c"),
            ("**/a", b"a", b"ba"),
            ("a/**/b", b"a/b", b"ab"),
            ("[\u{e9}e]x", "\u{e9}x".as_bytes(), b"\xc3x"),
            (r"\[a\]", b"[a]", b"a"),
            ("**", b"x/y", b""),
        ] {
            let globs = Globs::new(&parse(glob).unwrap(), "?").unwrap();
            assert!(globs.is_match(yes), "{glob}");
            assert_eq!(globs.is_match(no), glob == "**", "{glob}");
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(2_000))]
        #[test]
        fn names_that_are_compared_match_as_if_they_were_compiled(
            globs in proptest::collection::vec("[ab]{1,2}(/[ab]{1,2}){0,2}|([ab]/){0,2}[ab]{0,2}\\*[abc]{0,2}|([ab]{1,2}/){0,2}\\*\\*", 1..3),
            path in "([abc\n]{0,4}/){0,2}[abc\n]{1,4}",
        ) {
            let globs: Vec<Glob> = globs.iter().flat_map(|text| parse(text).unwrap()).collect();
            let compared = Globs::new(&globs, "?").unwrap();
            prop_assert!(compared.set.is_none());
            let compiled = compile(&globs.iter().map(|glob| glob.render("?")).collect()).unwrap();
            prop_assert_eq!(compared.is_match(path.as_bytes()), compiled.is_match_candidate(&Candidate::from_bytes(path.as_bytes())));
        }
    }
}
