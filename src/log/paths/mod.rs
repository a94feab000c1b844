//! The paths and fields in a gate's text.

mod looks;

use std::collections::VecDeque;

use super::tokens::{Token, words};
use crate::markdown::{Ink, Span};

pub use looks::looks_like_path;

/// A path or glob that a gate lists, as written.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Listed {
    /// The path or glob, without the name of a repository before a colon.
    pub text: String,
    /// The party in whose repository a name before a colon places it.
    pub party: Option<String>,
    /// The text takes it out: “except …”, “… stays unchanged”.
    pub excluded: bool,
}

/// A name that places what follows its colon in a party's repository.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Place {
    /// The party's name, an alias, or a repository's name.
    pub(super) name: String,
    /// The party.
    pub(super) party: String,
}

/// What [`collect`] found.
#[derive(Debug, Default)]
pub(super) struct Collected {
    pub(super) paths: Vec<Listed>,
    /// Those that it takes out are not among them.
    pub(super) fields: Vec<String>,
    /// The text ends in a word such as “except”, which holds for a list below it.
    pub(super) negated_below: bool,
    /// The party that the text's last `Name:` places things with.
    pub(super) place: Option<String>,
}

/// Collects the paths and fields of one run of text. `excluded` and `place` are what holds from outside.
pub(super) fn collect(spans: &[Span], places: &[Place], excluded: bool, place: Option<&str>) -> Collected {
    let mut walk = Walk {
        out: Collected { place: place.map(str::to_owned), ..Collected::default() },
        places,
        excluded,
        refused: excluded,
        outside: None,
        clause: Clause::default(),
        said: VecDeque::new(),
    };
    let mut text = String::new();
    for span in spans {
        if span.ink == Ink::Text {
            // A token may be in bold in part.
            text.push_str(&span.text);
            continue;
        }
        walk.text(&std::mem::take(&mut text));
        match span.ink {
            Ink::Code => walk.code(&span.text),
            Ink::Text | Ink::Hidden => {}
        }
    }
    walk.text(&text);
    walk.out.negated_below = walk.refused;
    walk.out
}

struct Walk<'a> {
    out: Collected,
    places: &'a [Place],
    /// Holds for the whole text.
    excluded: bool,
    /// Holds for the rest of the clause.
    refused: bool,
    /// What held when a parenthesis opened, and where its clause began.
    outside: Option<(bool, Clause)>,
    /// Where the clause began.
    clause: Clause,
    /// The clause's latest words.
    said: VecDeque<String>,
}

/// How many paths and fields there were when a clause began.
#[derive(Debug, Clone, Copy, Default)]
struct Clause {
    paths: usize,
    fields: usize,
}

/// As many words as are kept: more than any phrase or party's name has.
const KEPT: usize = 16;

impl Walk<'_> {
    fn text(&mut self, text: &str) {
        // `a/old.py→a/new.py` names two.
        let text = text.replace(['→', '⇒'], " → ").replace("->", " → ").replace("=>", " → ");
        for raw in text.split_whitespace() {
            // `a/x.py,b/y.py` too; `a/{x,y}.py` does not.
            match raw.contains(['{', '}']) {
                true => self.word(raw),
                false => raw.split_inclusive(',').for_each(|piece| self.word(piece)),
            }
        }
    }

    fn word(&mut self, raw: &str) {
        let trimmed = raw.trim_start_matches(['(', '[', '"', '“', '\'', '‘', '«']);
        let ends = trimmed.ends_with([';', '.', '!', '?']) || raw == "—";
        let colon = trimmed.ends_with(':');
        if raw.starts_with('(') {
            self.outside = Some((self.refused, self.clause));
            self.begin_clause();
        }
        let word = trimmed.trim_end_matches([',', ';', '.', ':', '!', '?', ')', ']', '"', '”', '\'', '’', '»', '…']);
        // A closing bracket may belong to a glob.
        let word = if word.contains('[') && trimmed.contains(']') {
            trimmed.trim_end_matches([',', ';', '.', ':', ')'])
        } else {
            word
        };
        if self.said.len() == KEPT {
            self.said.pop_front();
        }
        self.said.push_back(word.replace('’', "'"));
        if colon {
            self.colon();
        } else if let Some((party, path)) = self.placed(word)
            && looks_like_path(&path, false)
        {
            self.path(path, Some(party));
        } else if looks_like_path(word, false) {
            self.path(word.to_owned(), None);
        }
        self.negations();
        if raw.trim_end_matches([',', ';', '.', ':']).ends_with(')')
            && let Some((refused, clause)) = self.outside.take()
        {
            (self.refused, self.clause) = (refused, clause);
        }
        if ends {
            self.clause_ends();
        }
    }

    fn code(&mut self, text: &str) {
        // `a/old.py -> a/new.py` names two.
        for arrow in [" -> ", " → ", " => "] {
            if let Some((from, to)) = text.split_once(arrow)
                && looks_like_path(from.trim(), true)
                && looks_like_path(to.trim(), true)
            {
                self.code(from);
                return self.code(to);
            }
        }
        let text = text.trim();
        match self.placed(text) {
            Some((party, path)) if looks_like_path(&path, true) => self.path(path, Some(party)),
            _ if looks_like_path(text, true) => self.path(text.to_owned(), None),
            _ if text.is_empty() || self.refused => {}
            _ => self.out.fields.push(text.to_owned()),
        }
    }

    fn path(&mut self, text: String, party: Option<String>) {
        let party = party.or_else(|| self.out.place.clone());
        self.out.paths.push(Listed { text, party, excluded: self.refused });
        self.said.clear();
    }

    /// `Name:path` or `Name: path` within one token.
    fn placed(&self, token: &str) -> Option<(String, String)> {
        let (name, path) = token.split_once(':')?;
        let place = self.places.iter().find(|p| p.name == name.trim())?;
        Some((place.party.clone(), path.trim().to_owned()))
    }

    /// A colon ends what was said; if it ends with a party's or repository's name, what follows lies there.
    fn colon(&mut self) {
        let Some(last) = self.said.back() else { return };
        let said: Vec<Token> = self.said.iter().flat_map(|word| words(word)).collect();
        let named = self.places.iter().filter(|p| p.name.ends_with(last.as_str()) && said.ends_with(&words(&p.name)));
        if let Some(place) = named.max_by_key(|p| p.name.len()) {
            self.out.place = Some(place.party.clone());
        }
    }

    /// “except” holds for what follows in its clause, “… stays unchanged” also for what came before.
    fn negations(&mut self) {
        if BEFORE.iter().any(|phrase| self.says(phrase)) {
            self.refused = true;
        }
        if BOTH.iter().any(|phrase| self.says(phrase)) {
            self.refused = self.excluded;
        }
        if BEHIND.iter().any(|phrase| self.says(phrase)) {
            self.refused = true;
            for path in self.out.paths.iter_mut().skip(self.clause.paths) {
                path.excluded = true;
            }
            self.out.fields.truncate(self.clause.fields);
            self.begin_clause();
        }
    }

    /// Whether the latest words are this phrase.
    fn says(&self, phrase: &str) -> bool {
        // Most phrases end in another letter.
        let end = |text: &str| text.bytes().last().map(|b| b.to_ascii_lowercase());
        if self.said.back().and_then(|last| end(last)) != end(phrase) {
            return false;
        }
        let mut said = self.said.iter().rev();
        phrase.split(' ').rev().all(|word| said.next().is_some_and(|s| s.eq_ignore_ascii_case(word)))
    }

    fn begin_clause(&mut self) {
        self.clause = Clause { paths: self.out.paths.len(), fields: self.out.fields.len() };
    }

    fn clause_ends(&mut self) {
        self.begin_clause();
        self.refused = self.excluded;
        self.said.clear();
    }
}

const BEFORE: &[&str] = &[
    "except",
    "excepting",
    "excluding",
    "excludes",
    "not",
    "without",
    "never",
    "leave",
    "leaves",
    "leaving",
    "won't",
    "don't",
    "no change to",
    "no changes to",
    "no edits to",
    "out of scope",
    "instead of",
    "rather than",
    "other than",
    "apart from",
    "but",
    "cannot",
    "avoid",
    "ignore",
    "ignoring",
    "unlike",
    "outside",
    "outside of",
    "save for",
    "minus",
    "doesn't",
    "isn't",
    "aren't",
    "w/o",
    "none of",
    "nothing in",
    "later",
];

/// What takes a word of [`BEFORE`] back.
const BOTH: &[&str] = &["not only", "not just", "but also"];

const BEHIND: &[&str] = &[
    "unchanged",
    "untouched",
    "out of scope",
    "not changed",
    "not touched",
    "not be changed",
    "not be touched",
    "not change",
    "not in scope",
    "won't change",
    "stays as is",
    "stay as is",
    "excluded",
    "read-only",
    "no change",
    "no changes",
    "off limits",
    "not modified",
    "left alone",
    "isn't changed",
    "aren't changed",
    "not included",
    "stays as it is",
    "stay as they are",
    "remains as is",
    "remains as it is",
    "remain as they are",
];
