//! What a gate lists under "What we will change".

use super::glob::{self, Component, Glob, GlobError, Globs};
use crate::change::RepoPath;

/// Why a text of a gate is no pattern.
pub type PatternError = GlobError;

/// A path or glob of a gate. Unlike protected globs it is taken to the letter: case and Unicode form count.
///
/// `dir/` is what is below the folder, `dir` only that name; `*`, `?` and classes stop at `/`, `**` does not and
/// stands alone between slashes. `?` is one byte, so beyond ASCII it covers less than one may think, never more.
#[derive(Debug, Clone)]
pub struct Pattern {
    text: String,
    globs: Vec<Glob>,
    /// `None`: stands for the root itself.
    matcher: Option<Globs>,
    broad: bool,
}

impl Pattern {
    /// Reads a pattern.
    ///
    /// # Errors
    /// Where the text is no path or glob below the repository's root; `/`, `**` and the like are fine, see
    /// [`Pattern::is_too_broad`].
    pub fn parse(text: &str) -> Result<Pattern, PatternError> {
        let globs = glob::parse(text)?;
        if globs.iter().any(|glob| glob.absolute && !is_broad(glob)) {
            return Err(GlobError::Absolute);
        }
        Pattern::assemble(text.to_owned(), globs)
    }

    /// As written.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// Whether it was written with a leading `./`.
    pub fn is_rooted(&self) -> bool {
        self.globs.iter().any(|glob| glob.rooted)
    }

    /// Whether it stands for everything: it names no first folder or file. Then it matches nothing (AG112).
    pub fn is_too_broad(&self) -> bool {
        self.broad
    }

    /// Whether it covers the path.
    pub fn matches(&self, path: &RepoPath) -> bool {
        !self.broad && self.fits(path)
    }

    /// Whether it fits the path, however broad it is: what takes a path out of a list may be.
    pub fn fits(&self, path: &RepoPath) -> bool {
        self.matcher.as_ref().is_none_or(|matcher| matcher.is_match(path.as_bytes()))
    }

    /// The name it starts with, where that is one name without wildcards.
    pub fn first_component(&self) -> Option<String> {
        let mut names = self.globs.iter().map(|glob| glob.components.first().and_then(Component::literal));
        let first = names.next()??;
        names.all(|name| name.as_deref() == Some(&first)).then_some(first)
    }

    /// What follows the name it starts with; `None` where nothing follows or it does not start with one name.
    ///
    /// `Name/` leaves everything, which is too broad.
    pub fn without_first_component(&self) -> Option<Pattern> {
        self.first_component()?;
        let mut globs = Vec::with_capacity(self.globs.len());
        for glob in &self.globs {
            let (_, rest) = glob.components.split_first()?;
            if rest.is_empty() {
                return None;
            }
            globs.push(Glob { components: rest.to_vec(), rooted: false, absolute: false });
        }
        Pattern::assemble(self.text_without_first(&globs), globs).ok()
    }

    /// What it stands for, brackets resolved.
    pub(super) fn globs(&self) -> &[Glob] {
        &self.globs
    }

    fn assemble(text: String, globs: Vec<Glob>) -> Result<Pattern, PatternError> {
        let whole = globs.iter().any(|glob| glob.components.is_empty());
        let matcher = if whole { None } else { Some(Globs::new(&globs, "?")?) };
        let broad = globs.iter().any(is_broad);
        Ok(Pattern { text, globs, matcher, broad })
    }

    /// The rest as it was written, where the first slash is not within braces; else what the braces stand for.
    fn text_without_first(&self, globs: &[Glob]) -> String {
        let text = self.text.strip_prefix("./").unwrap_or(&self.text).trim_start_matches('/');
        if let Some((first, rest)) = text.split_once('/')
            && !first.contains(['{', '[', '\\'])
        {
            let rest = rest.trim_start_matches('/');
            return if rest.is_empty() { "**".to_owned() } else { rest.to_owned() };
        }
        let rendered: Vec<_> = globs.iter().map(|glob| glob.render("?")).collect();
        match rendered.as_slice() {
            [one] => one.clone(),
            many => format!("{{{}}}", many.join(",")),
        }
    }
}

/// Two patterns are the same if they were written the same.
impl PartialEq for Pattern {
    fn eq(&self, other: &Self) -> bool {
        self.text == other.text && self.globs == other.globs
    }
}

impl Eq for Pattern {}

fn is_broad(glob: &Glob) -> bool {
    glob.components.first().is_none_or(|first| first.literal().is_none())
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn covers_what_it_says_to_the_letter() {
        for (text, path, covered) in [
            ("a/b.py", "a/b.py", true),
            ("a/b.py", "A/b.py", false),
            ("a/b.py", "a/b.py/c", false),
            ("a/\u{e9}", "a/e\u{301}", false),
            ("dir", "dir", true),
            ("dir", "dir/x", false),
            ("dir/", "dir/x/y", true),
            ("dir/", "dir", false),
            ("dir/**", "dir", false),
            ("dir/**", "dir/x/y", true),
            ("dir/*", "dir/x/y", false),
            ("dir/*", "dir/x", true),
            ("dir/?", "dir/x", true),
            ("dir/?", "dir//", false),
            ("./dir//x", "dir/x", true),
            ("dir/**/x", "dir/x", true),
            ("dir/{a,b/*}.py", "dir/b/c.py", true),
            ("dir/{a,b/*}.py", "dir/c.py", false),
            ("dir/[ab]", "dir/c", false),
            ("dir/[ab]", "dir/b", true),
            (r"dir/\[id\]", "dir/[id]", true),
            ("a b/\u{1f44d}", "a b/\u{1f44d}", true),
        ] {
            let pattern = Pattern::parse(text).unwrap();
            assert_eq!(pattern.matches(&RepoPath::from(path)), covered, "{text} {path}");
            assert!(!pattern.is_too_broad(), "{text}");
        }
    }

    #[test]
    fn what_is_taken_out_may_be_broad() {
        for (text, path, fits) in [
            ("**/x", "a/b/x", true),
            ("**/x", "a/y", false),
            ("*/x", "a/x", true),
            ("*/x", "a/b/x", false),
            ("*", "a/b", false),
            ("**", "a/b", true),
            ("/", "a/b", true),
            ("./", "a/b", true),
            ("a/", "a/b", true),
        ] {
            assert_eq!(Pattern::parse(text).unwrap().fits(&RepoPath::from(path)), fits, "{text} {path}");
        }
    }

    #[test]
    fn whatever_names_no_first_folder_covers_nothing() {
        for text in [
            "/", "/*", "/**", "//", ".", "./", "./**", "*", "**", "**/x", "*/x", "?/x", "[ab]/x", "a*/x", "{a,*}/x",
            "{a,b?}", "/**/x",
        ] {
            let pattern = Pattern::parse(text).unwrap();
            assert!(pattern.is_too_broad(), "{text}");
            for path in ["x", "a/x", "b/x", "ab"] {
                assert!(!pattern.matches(&RepoPath::from(path)), "{text} {path}");
            }
        }
        for text in ["", "/x", "/x/**", "{/x,a}", "..", "../x", "a/..", "./.", "a/./b", "a\0b", "[!a]", "a/[", "a/{b"] {
            assert!(Pattern::parse(text).is_err(), "{text}");
        }
    }

    #[test]
    fn the_first_name_can_be_taken_off() {
        for (text, first, rest) in [
            ("CCC/docs/x", Some("CCC"), Some("docs/x")),
            ("./CCC//docs/*", Some("CCC"), Some("docs/*")),
            ("CCC/{a,b}/c", Some("CCC"), Some("{a,b}/c")),
            ("{CCC/a,CCC/b}", Some("CCC"), Some("{a,b}")),
            ("CCC", Some("CCC"), None),
            ("CCC/", Some("CCC"), Some("**")),
            ("CCC/**", Some("CCC"), Some("**")),
            ("{CCC,x}/a", None, None),
            ("**/a", None, None),
        ] {
            let pattern = Pattern::parse(text).unwrap();
            assert_eq!(pattern.first_component().as_deref(), first, "{text}");
            let without = pattern.without_first_component();
            assert_eq!(without.as_ref().map(Pattern::text), rest, "{text}");
            if let Some(without) = without {
                assert_eq!(without.is_too_broad(), text == "CCC/" || text == "CCC/**", "{text}");
                assert_eq!(without, Pattern { text: without.text.clone(), ..Pattern::parse(without.text()).unwrap() });
            }
        }
        assert!(Pattern::parse("./a").unwrap().is_rooted());
        assert!(!Pattern::parse("a/./b").is_ok_and(|pattern| pattern.is_rooted()));
        assert!(!Pattern::parse("a").unwrap().is_rooted());
    }

    proptest! {
        #[test]
        fn never_panics(text in any::<String>(), path in any::<Vec<u8>>()) {
            if let Ok(pattern) = Pattern::parse(&text) {
                pattern.matches(&RepoPath::new(path));
                let _ = pattern.without_first_component();
            }
        }

        #[test]
        fn never_panics_on_what_looks_like_a_glob(text in r"[a*?/.{},\[\]!\\-]{0,24}") {
            if let Ok(pattern) = Pattern::parse(&text) {
                let _ = pattern.without_first_component();
            }
        }

        #[test]
        fn a_name_without_wildcards_covers_itself_alone(name in r"[a-zA-Z0-9_é ,.-]{1,8}/[a-z]{1,4}") {
            prop_assume!(!name.starts_with("./") && !name.starts_with("../"));
            let pattern = Pattern::parse(&name).unwrap();
            prop_assert!(pattern.matches(&RepoPath::from(name.as_str())));
            let longer = format!("{}x", name);
            prop_assert!(!pattern.matches(&RepoPath::from(longer.as_str())));
        }
    }
}
