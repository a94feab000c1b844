//! Which paths are protected, and as what.

use std::collections::BTreeSet;

use super::fold;
use super::glob::{Component, Glob, GlobError, Globs};
use super::pattern::Pattern;
use crate::change::{Kind, RepoPath};

/// The policy file's name, in each folder that has one.
pub const POLICY_FILE: &str = "ackgate.toml";

/// The class of the policy file and what `[protect] policy` adds.
pub const POLICY_CLASS: &str = "policy";

/// The protected globs, compiled. Case and Unicode form do not count.
#[derive(Debug, Clone)]
pub struct Protect {
    /// In the order they are asked; see [`Class::rank`].
    classes: Vec<Class>,
    /// The log, where it is in this repository.
    log: Option<RepoPath>,
}

#[derive(Debug, Clone)]
struct Class {
    name: String,
    /// Whether a baseline says it, which is asked first: what it protects keeps its class.
    is_first: bool,
    written: Vec<String>,
    globs: Globs,
    /// Those with `?`, which is `*` there, for paths beyond ASCII: `?` is one byte for globset, and folding may make two
    /// characters of one. Better to ask for one ACK too many.
    wide: Globs,
    /// Names above a protected path: whatever is put there takes the folder's place.
    places: BTreeSet<Vec<u8>>,
    /// Globs for such names; a symlink or a submodule there brings files of its own.
    wild_places: Globs,
    /// A folder or path that holds all; `None` for a glob without one.
    prefixes: Vec<Option<String>>,
}

impl Protect {
    /// Compiles classes of (name, globs as written, globs read); `log` is the log's path where this party owns it.
    pub(super) fn new(classes: Vec<Written>, log: Option<RepoPath>) -> Result<Protect, GlobError> {
        let mut classes = classes.into_iter().map(Class::new).collect::<Result<Vec<_>, _>>()?;
        classes.sort_by(|one, other| one.rank().cmp(&other.rank()));
        Ok(Protect { classes, log })
    }

    /// What either of two protects.
    #[must_use]
    pub fn union(&self, other: &Protect) -> Protect {
        let mut classes: Vec<_> = self.classes.iter().chain(&other.classes).cloned().collect();
        classes.sort_by(|one, other| one.rank().cmp(&other.rank()));
        // A path that only one of them takes for its log is still protected by the other.
        let log = if self.log == other.log { self.log.clone() } else { None };
        Protect { classes, log }
    }

    /// The class of a path below the policy's folder, `None` where it is not protected.
    ///
    /// `kinds` are those of the sides that are known: none for a path that is only named. Of several classes the
    /// first of policy, licence, schema, adapter, then by name. Protected is also whatever takes the place of a
    /// folder above a protected path. The log itself never is, or no gate could be posted.
    pub fn class_of(&self, path: &RepoPath, kinds: &[Kind]) -> Option<&str> {
        let plain = kinds.iter().all(|kind| matches!(kind, Kind::File | Kind::Executable));
        if plain && self.log.as_ref() == Some(path) {
            return None;
        }
        self.class_among(self.classes.iter(), path, plain)
    }

    /// The class that a baseline gives to the path of the log, if it is here and the baseline protects it.
    pub(super) fn class_below_log(&self) -> Option<&str> {
        self.class_among(self.classes.iter().filter(|class| class.is_first), self.log.as_ref()?, true)
    }

    fn class_among<'p>(
        &self,
        mut classes: impl Iterator<Item = &'p Class>,
        path: &RepoPath,
        plain: bool,
    ) -> Option<&'p str> {
        let folded = fold::bytes(path.as_bytes());
        let ascii = path.as_bytes().is_ascii();
        let holds = |class: &&Class| {
            class.globs.is_match(&folded)
                || class.places.contains(&folded)
                || (!ascii && class.wide.is_match(&folded))
                || (!plain && class.wild_places.is_match(&folded))
        };
        classes.find(holds).map(|class| class.name.as_str())
    }

    /// The classes of which a pattern, said from the policy's folder, may cover a path. Of two globs that could meet, it is
    /// taken that they do.
    pub fn classes_of(&self, pattern: &Pattern) -> BTreeSet<&str> {
        let mut found = BTreeSet::new();
        for glob in pattern.globs() {
            if let Some(name) = glob.literal() {
                found.extend(self.class_of(&RepoPath::from(name.as_str()), &[]));
                continue;
            }
            let start = prefix(&glob.folded());
            let meets =
                |class: &&Class| class.prefixes.iter().any(|other| may_meet(start.as_deref(), other.as_deref()));
            found.extend(self.classes.iter().filter(meets).map(|class| class.name.as_str()));
        }
        found
    }

    /// The classes and their globs as written, in the order they are asked.
    pub fn classes(&self) -> impl Iterator<Item = (&str, &[String])> {
        self.classes.iter().map(|class| (class.name.as_str(), class.written.as_slice()))
    }

    /// Folded paths so that everything protected is at one, below one or takes the place of a folder above one;
    /// `None` where a glob has none (`**/name`), so that everything must be looked at.
    ///
    /// They are to be compared with folded names ([`same_name`]): git's own pathspecs count case.
    pub fn prefixes(&self) -> Option<Vec<String>> {
        let all: Option<BTreeSet<_>> = self.classes.iter().flat_map(|class| class.prefixes.iter().cloned()).collect();
        all.map(|all| all.into_iter().collect())
    }
}

/// Whether two names or paths are the same where case and Unicode form do not count.
pub fn same_name(one: &[u8], other: &[u8]) -> bool {
    fold::bytes(one) == fold::bytes(other)
}

/// A class as the policy file has it, its globs read.
pub(super) struct Written {
    pub(super) name: String,
    /// Whether a baseline says it.
    pub(super) is_first: bool,
    pub(super) written: Vec<String>,
    pub(super) globs: Vec<Glob>,
}

/// Policy, licence, schema, adapter, then by name.
fn rank(name: &str) -> (usize, &str) {
    let known = [POLICY_CLASS, "licence", "schema", "adapter"];
    (known.iter().position(|one| *one == name).unwrap_or(known.len()), name)
}

impl Class {
    fn rank(&self) -> (bool, (usize, &str)) {
        (!self.is_first, rank(&self.name))
    }

    fn new(class: Written) -> Result<Class, GlobError> {
        let folded: Vec<_> = class.globs.iter().map(Glob::folded).collect();
        let mut places = BTreeSet::new();
        let mut wild = Vec::new();
        for glob in &folded {
            for head in (1..glob.components.len()).map(|count| glob.head(count)) {
                match head.literal() {
                    Some(name) => drop(places.insert(name.into_bytes())),
                    None if head.components.iter().all(Component::is_everything) => {}
                    None => wild.push(head),
                }
            }
        }
        Ok(Class {
            globs: Globs::new(&folded, "?")?,
            wide: Globs::new(folded.iter().filter(|glob| glob.has_any()), "*")?,
            wild_places: Globs::new(&wild, "*")?,
            prefixes: folded.iter().map(prefix).collect(),
            name: class.name,
            is_first: class.is_first,
            written: class.written,
            places,
        })
    }
}

/// Whether what starts with one prefix may start with the other too.
fn may_meet(one: Option<&str>, other: Option<&str>) -> bool {
    let (Some(one), Some(other)) = (one, other) else { return true };
    one.split('/').zip(other.split('/')).all(|(one, other)| one == other)
}

fn prefix(glob: &Glob) -> Option<String> {
    let names: Vec<_> = glob.components.iter().map_while(Component::literal).collect();
    if names.is_empty() { None } else { Some(names.join("/")) }
}

#[cfg(test)]
mod tests {
    use super::super::glob;
    use super::*;
    use proptest::prelude::*;
    use unicode_normalization::UnicodeNormalization;

    #[test]
    fn what_a_pattern_may_cover_is_of_the_classes_that_it_meets() {
        let protect =
            protect(&[("adapter", &["a/x/**", "a/tool.py"]), ("schema", &["A/schemas/**"]), ("other", &["**/z"])]);
        for (pattern, classes) in [
            ("a/x/y.py", &["adapter"][..]),
            ("a/tool.py", &["adapter"]),
            ("a/other.py", &[]),
            ("a/x/", &["adapter", "other"]),
            ("a/**", &["adapter", "other", "schema"]),
            ("a/*.py", &["adapter", "other", "schema"]),
            ("a/schemas/v[12].json", &["other", "schema"]),
            ("b/{x,z}", &["other"]),
            ("b/x", &[]),
        ] {
            let pattern = Pattern::parse(pattern).unwrap();
            assert_eq!(Vec::from_iter(protect.classes_of(&pattern)), classes, "{}", pattern.text());
        }
    }

    fn protect(classes: &[(&str, &[&str])]) -> Protect {
        let class = |(name, globs): &(&str, &[&str])| Written {
            name: (*name).to_owned(),
            is_first: false,
            written: globs.iter().map(|glob| (*glob).to_owned()).collect(),
            globs: globs.iter().flat_map(|text| glob::parse_relative(text).unwrap()).collect(),
        };
        Protect::new(classes.iter().map(class).collect(), Some(RepoPath::from("docs/log.md"))).unwrap()
    }

    fn class<'a>(protect: &'a Protect, path: &str, kinds: &[Kind]) -> Option<&'a str> {
        protect.class_of(&RepoPath::from(path), kinds)
    }

    #[test]
    fn case_and_unicode_form_do_not_count() {
        let protect = protect(&[("schema", &["agentos/Schemas/**", "\u{c5}ngstr\u{f6}m/?.[A-C]", "stra\u{df}e/x"])]);
        for path in [
            "agentos/schemas/v1/x.json",
            "AGENTOS/SCHEMAS/x",
            "agento\u{17f}/schemas/x",
            "A\u{30a}ngstro\u{308}m/x.a",
            "\u{212b}NGSTR\u{d6}M/X.B",
            "\u{e5}ngstr\u{f6}m/\u{df}.c",
            "STRASSE/X",
        ] {
            assert_eq!(class(&protect, path, &[Kind::File]), Some("schema"), "{path}");
        }
        for path in
            ["agentos/schema/x", "agentos/schemas2/x", "x/agentos/schemas/x", "angstrom/x.a", "\u{e5}ngstr\u{f6}m/x.d"]
        {
            assert_eq!(class(&protect, path, &[Kind::File]), None, "{path}");
        }
        assert_eq!(protect.class_of(&RepoPath::new(*b"AGENTOS/schemas/\xff"), &[]), Some("schema"));
    }

    #[test]
    fn what_takes_the_place_of_a_folder_is_protected() {
        let protect = protect(&[
            ("adapter", &["a/b/**", "tools/x.py", "{l,m}/n/"]),
            ("schema", &["w/*/v?/**", "**/deep/**", "*/*/q"]),
        ]);
        for (path, kinds, expected) in [
            ("a", &[Kind::File][..], Some("adapter")),
            ("A/B", &[Kind::Symlink], Some("adapter")),
            ("a/b", &[], Some("adapter")),
            ("a/c", &[Kind::Symlink], None),
            ("tools", &[Kind::Submodule], Some("adapter")),
            ("m", &[Kind::File], Some("adapter")),
            ("l/n", &[Kind::File], Some("adapter")),
            ("w", &[Kind::File], Some("schema")),
            ("w/k", &[Kind::File], None),
            ("w/k", &[Kind::File, Kind::Symlink], Some("schema")),
            ("w/k/v1", &[Kind::Submodule], Some("schema")),
            ("w/k/v1", &[Kind::Executable], None),
            ("y/deep", &[Kind::Symlink], Some("schema")),
            ("y/deep", &[Kind::File], None),
            ("y", &[Kind::Symlink], None),
            ("y/z", &[Kind::Symlink], None),
        ] {
            assert_eq!(class(&protect, path, kinds), expected, "{path} {kinds:?}");
        }
    }

    #[test]
    fn the_gravest_class_is_said() {
        let protect = protect(&[
            ("zeta", &["**"]),
            ("adapter", &["a/**"]),
            ("extra", &["**"]),
            ("schema", &["a/s/**"]),
            ("licence", &["a/s/l"]),
            ("policy", &["ackgate.toml", "a/s/l"]),
        ]);
        for (path, expected) in [
            ("x", "extra"),
            ("a/x", "adapter"),
            ("a/s/x", "schema"),
            ("a/s/l", "policy"),
            ("AckGate.toml", "policy"),
            ("x/ackgate.toml", "extra"),
        ] {
            assert_eq!(class(&protect, path, &[Kind::File]), Some(expected), "{path}");
        }
    }

    #[test]
    fn the_log_is_never_protected_but_what_is_no_file_there_is() {
        let protect = protect(&[("adapter", &["docs/**"])]);
        for (path, kinds, expected) in [
            ("docs/log.md", &[][..], None),
            ("docs/log.md", &[Kind::File, Kind::Executable], None),
            ("docs/log.md", &[Kind::File, Kind::Symlink], Some("adapter")),
            ("docs/LOG.md", &[Kind::File], Some("adapter")),
            ("docs/log.md/x", &[Kind::File], Some("adapter")),
        ] {
            assert_eq!(class(&protect, path, kinds), expected, "{path} {kinds:?}");
        }
    }

    #[test]
    fn prefixes_hold_everything_or_there_are_none() {
        let with = protect(&[("adapter", &["A/b/*.py", "A/b/**", "c.py"]), ("policy", &["ackgate.toml"])]);
        assert_eq!(with.prefixes().unwrap(), ["a/b", "ackgate.toml", "c.py"]);
        let without = protect(&[("adapter", &["**/x"])]);
        assert_eq!(without.prefixes(), None);
        assert_eq!(with.union(&without).prefixes(), None);
        assert_eq!(class(&with.union(&without), "k/x", &[]), Some("adapter"));
        assert_eq!(class(&with.union(&without), "c.py", &[]), Some("adapter"));
    }

    proptest! {
        #[test]
        fn other_forms_of_a_path_have_its_class(path in r"(a|Ä|ſ|é|x|ß){1,3}/(a|Ä|K|[^\x00/]){1,4}") {
            let protect = protect(&[("schema", &["[aä]*/**"]), ("adapter", &["s*/a*", "**/é*k"])]);
            let expected = class(&protect, &path, &[]);
            prop_assert_eq!(class(&protect, &path.to_uppercase(), &[]), expected);
            prop_assert_eq!(class(&protect, &path.nfd().collect::<String>(), &[]), expected);
        }
    }
}
