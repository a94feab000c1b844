//! The level-2 headings of a document, told from its lines alone: much quicker than CommonMark, and never a guess.

use memchr::{memchr, memchr_iter, memchr3, memrchr};

/// Where the lines begin (bytes) that are headings `## …` at the top level of a document. `None` where lines alone cannot
/// tell: such a document has to be read.
///
/// `may_open` says of a line whether an underlined heading of interest may begin with it; of the others none is looked for.
/// Lines end with `\n` alone.
#[cfg(test)]
pub fn heading_lines(text: &str, may_open: impl Fn(&str) -> bool) -> Option<Vec<usize>> {
    HeadingLines::new(may_open).end(text.as_bytes())
}

/// Looks for the level-2 headings of a document while more and more of it is read. Most lines matter only to what stands below them,
/// if that is indented: they are looked at when it turns out to be there.
pub struct HeadingLines<F> {
    may_open: F,
    found: Vec<usize>,
    /// Lines do not tell.
    is_unsure: bool,
    /// Of all before, it is known whether it matters.
    seen: usize,
    /// The line that comes next in `scan`, and what is known of it.
    at: usize,
    scan: Scan,
    /// The line up to whose end all lines are to be taken, and on until nothing hides what follows.
    pending: Option<usize>,
    /// Up to here no line opens an underlined heading of interest.
    told: usize,
}

impl<F: Fn(&str) -> bool> HeadingLines<F> {
    /// Nothing is read yet. `may_open` says of a line whether an underlined heading of interest may begin with it; of the others
    /// none is looked for.
    pub fn new(may_open: F) -> Self {
        HeadingLines {
            may_open,
            found: Vec::new(),
            is_unsure: false,
            seen: 0,
            at: 0,
            scan: Scan::BEGIN,
            pending: None,
            told: 0,
        }
    }

    /// Takes what is there of the document: what was there before, and more. Lines end with `\n` alone.
    pub fn add(&mut self, so_far: &[u8]) {
        // What is not whole is left for later.
        let end = memrchr(b'\n', so_far).map_or(0, |end| end + 1);
        self.take(so_far.get(..end).unwrap_or_default());
    }

    /// Takes the whole document, and says where the lines begin (bytes) that are headings `## …` at its top level. `None` where lines
    /// alone cannot tell: such a document has to be read.
    pub fn end(mut self, document: &[u8]) -> Option<Vec<usize>> {
        self.take(document);
        (!self.is_unsure).then_some(self.found)
    }

    fn take(&mut self, text: &[u8]) {
        self.is_unsure = self.is_unsure || self.tell(text).is_none();
    }

    /// Takes all lines; `None` where they do not tell.
    fn tell(&mut self, text: &[u8]) -> Option<()> {
        // White space to some readers, text to others.
        if memchr3(0x0b, 0x0c, 0, text.get(self.seen..)?).is_some() {
            return None;
        }
        if self.pending.is_some() {
            self.step_on(text)?;
        }
        while let Some(start) = self.next_that_may_matter(text) {
            let line = line_at(text, start)?;
            let (margin, shown) = margin(line.as_bytes());
            self.seen = start + line.len() + 1;
            match Shape::of(shown) {
                _ if margin > 3 => {}
                // What stands above has no say on it.
                Shape::Heading(level) if margin == 0 => {
                    if level == 2 {
                        self.found.push(start);
                    }
                    (self.at, self.scan) = (self.seen, Scan::BELOW_HEADING);
                }
                Shape::Heading(2) | Shape::Fence { .. } | Shape::Tag => {
                    self.pending = Some(start);
                    self.step_on(text)?;
                }
                Shape::Dashes { is_line: true, .. } => self.underline(text, start)?,
                Shape::Heading(_) | Shape::Dashes { .. } | Shape::Item | Shape::Text | Shape::Nothing => {}
            }
        }
        Some(())
    }

    /// The first line that was not seen, where one begins that nothing hides, that may not be left out: by what it begins or
    /// ends with.
    fn next_that_may_matter(&mut self, text: &[u8]) -> Option<usize> {
        let begins = |start: usize| matches!(text.get(start), Some(b'#' | b'`' | b'~' | b'<' | b' ' | b'\t'));
        let (from, mut start) = (self.seen, self.seen);
        for end in memchr_iter(b'\n', text.get(from..)?) {
            let end = from + end;
            // It may be dashes alone.
            let ends = end > start && matches!(text.get(end - 1), Some(b'-' | b' ' | b'\t'));
            if begins(start) || ends {
                return Some(start);
            }
            start = end + 1;
        }
        self.seen = start;
        (start < text.len()).then_some(start)
    }

    /// Takes lines up to the one that is pending, and on until nothing hides what follows.
    fn step_on(&mut self, text: &[u8]) -> Option<()> {
        while self.pending.is_some_and(|line| self.at <= line) || !matches!(self.scan.within, Within::Nothing) {
            if self.at >= text.len() {
                // More may come.
                self.seen = self.at;
                return Some(());
            }
            let (start, line) = (self.at, line_at(text, self.at)?);
            self.at += line.len() + 1;
            match self.scan.line(line)? {
                Line::Heading => self.found.push(start),
                Line::Underline => self.underline(text, start)?,
                Line::Other => {}
            }
        }
        (self.pending, self.seen) = (None, self.at);
        Some(())
    }

    /// Takes a line of dashes: `None` where it may underline a heading of interest. What is underlined may be a heading, unless it
    /// is a list, a table or code.
    fn underline(&mut self, text: &[u8], start: usize) -> Option<()> {
        let mut paragraph = start;
        while paragraph > self.told {
            let above = text.get(..paragraph - 1)?;
            let line = above.get(memrchr(b'\n', above).map_or(0, |end| end + 1)..)?;
            if is_blank(line) {
                break;
            }
            if (self.may_open)(str::from_utf8(line).ok()?) {
                return None;
            }
            paragraph -= line.len() + 1;
        }
        self.told = self.told.max(start);
        Some(())
    }
}

/// The line that begins at `start`.
fn line_at(text: &[u8], start: usize) -> Option<&str> {
    let rest = text.get(start..)?;
    str::from_utf8(rest.get(..memchr(b'\n', rest).unwrap_or(rest.len()))?).ok()
}

/// What a line is.
enum Line {
    /// `## …` at the top level.
    Heading,
    /// Dashes alone.
    Underline,
    Other,
}

/// What the line that comes next stands in.
#[derive(Clone, Copy)]
enum Within {
    /// Nothing that hides it, but for a list.
    Nothing,
    /// A fence of so many marks. One that is indented by `margin` may be a list item's, which ends with what is indented less.
    Fence { mark: u8, length: usize, margin: usize },
    /// A comment.
    Comment,
    /// A block of HTML that an empty line ends, or a paragraph.
    Html,
}

/// What a line looks like by itself.
enum Shape {
    Nothing,
    /// Of a level from 1 to 6.
    Heading(usize),
    /// What opens or closes code.
    Fence {
        mark: u8,
        length: usize,
    },
    /// What begins with `<`.
    Tag,
    /// Dashes and blanks, at first so many dashes; with no others they may underline a heading.
    Dashes {
        length: usize,
        is_line: bool,
    },
    /// What may begin a list item or a footnote.
    Item,
    Text,
}

impl Shape {
    /// That of a line without its margin.
    fn of(text: &[u8]) -> Shape {
        let Some(first) = text.first() else { return Shape::Nothing };
        let length = run(text, *first);
        let rest = text.get(length..).unwrap_or_default();
        match first {
            b'#' if length <= 6 && matches!(rest.first(), None | Some(b' ' | b'\t')) => Shape::Heading(length),
            b'~' if length >= 3 => Shape::Fence { mark: *first, length },
            b'`' if length >= 3 && !rest.contains(&b'`') => Shape::Fence { mark: *first, length },
            b'<' => Shape::Tag,
            b'-' if text.iter().all(|b| matches!(b, b'-' | b' ' | b'\t')) => {
                Shape::Dashes { length, is_line: is_blank(rest) }
            }
            _ if opens_list(text) => Shape::Item,
            _ => Shape::Text,
        }
    }
}

struct Scan {
    within: Within,
    /// A list, or a footnote, may be open.
    in_list: bool,
    below_blank: bool,
}

impl Scan {
    /// Where a document begins.
    const BEGIN: Scan = Scan { within: Within::Nothing, in_list: false, below_blank: true };
    /// Below a heading that is not indented.
    const BELOW_HEADING: Scan = Scan { within: Within::Nothing, in_list: false, below_blank: false };

    /// Takes the next line; `None` where it cannot be told what it is.
    fn line(&mut self, line: &str) -> Option<Line> {
        let bytes = line.as_bytes();
        let (margin, text) = margin(bytes);
        let below_blank = std::mem::replace(&mut self.below_blank, text.is_empty());
        match self.within {
            Within::Nothing => {}
            Within::Fence { mark, length, margin: own } => {
                if own > 0 && margin < own && !text.is_empty() {
                    return None;
                }
                let run = run(text, mark);
                if run >= length && is_blank(text.get(run..)?) {
                    match margin {
                        0..4 => self.within = Within::Nothing,
                        // In a list it may be one.
                        _ if own > 0 => return None,
                        _ => {}
                    }
                }
                return Some(Line::Other);
            }
            Within::Comment => {
                if line.contains("-->") {
                    self.within = Within::Nothing;
                }
                return Some(Line::Other);
            }
            Within::Html if text.is_empty() => {
                self.within = Within::Nothing;
                return Some(Line::Other);
            }
            Within::Html => {}
        }
        if margin > 3 {
            return Some(Line::Other);
        }
        let in_list = self.in_list && margin > 0;
        match Shape::of(text) {
            Shape::Nothing => {}
            Shape::Heading(2) if in_list || matches!(self.within, Within::Html) => return None,
            Shape::Heading(level) => {
                self.in_list = in_list;
                return Some(if level == 2 { Line::Heading } else { Line::Other });
            }
            Shape::Fence { .. } if matches!(self.within, Within::Html) => return None,
            Shape::Fence { mark, length } => {
                self.within = Within::Fence { mark, length, margin: if in_list { margin } else { 0 } };
                self.in_list = in_list;
            }
            Shape::Tag => self.html(line, text, in_list)?,
            Shape::Dashes { length, is_line } => {
                match length {
                    // One alone may be an empty item too.
                    1 => self.in_list = true,
                    3.. if is_line => self.in_list = in_list,
                    _ if is_line => self.text(margin, below_blank),
                    _ => self.in_list = true,
                }
                if is_line {
                    return Some(Line::Underline);
                }
            }
            Shape::Item => self.in_list = true,
            Shape::Text => self.text(margin, below_blank),
        }
        Some(Line::Other)
    }

    /// A line of a paragraph, as far as can be told. Below an empty line it ends a list that it is not indented in.
    fn text(&mut self, margin: usize, below_blank: bool) {
        self.in_list &= margin > 0 || !below_blank;
    }

    /// A line that begins with `<`.
    fn html(&mut self, line: &str, text: &[u8], in_list: bool) -> Option<()> {
        let own_end =
            |tag: &&str| text.get(1..=tag.len()).is_some_and(|name| name.eq_ignore_ascii_case(tag.as_bytes()));
        if text.starts_with(b"<!--") {
            let (_, body) = line.split_once("<!--")?;
            if body.starts_with(['>', '-']) || matches!(self.within, Within::Html) {
                return None;
            }
            if !body.contains("-->") {
                if in_list {
                    return None;
                }
                self.within = Within::Comment;
            }
            self.in_list = in_list;
            return Some(());
        }
        if ["!", "?", "script", "pre", "style", "textarea"].iter().any(own_end) {
            return None;
        }
        self.within = Within::Html;
        Some(())
    }
}

/// How far a line is indented, in columns, and what follows; tabs reach to the next fourth column.
fn margin(line: &[u8]) -> (usize, &[u8]) {
    let mut column = 0;
    for (i, byte) in line.iter().enumerate() {
        match byte {
            b' ' => column += 1,
            b'\t' => column = (column / 4 + 1) * 4,
            _ => return (column, line.get(i..).unwrap_or_default()),
        }
    }
    (column, &[])
}

fn run(text: &[u8], mark: u8) -> usize {
    text.iter().take_while(|b| **b == mark).count()
}

fn is_blank(text: &[u8]) -> bool {
    text.iter().all(|b| matches!(b, b' ' | b'\t'))
}

/// Whether a list item or a footnote may begin with this line.
fn opens_list(text: &[u8]) -> bool {
    let ends = |rest: Option<&u8>| rest.is_none_or(|b| matches!(b, b' ' | b'\t'));
    match text {
        [b'-' | b'*' | b'+', rest @ ..] => ends(rest.first()),
        [b'[', b'^', ..] => true,
        [b'0'..=b'9', ..] => {
            let digits = text.iter().take_while(|b| b.is_ascii_digit()).count();
            matches!(text.get(digits), Some(b'.' | b')')) && ends(text.get(digits + 1))
        }
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::{Body, parse, plain};
    use super::*;

    /// What lines alone tell is what CommonMark says; `true` if they tell it.
    fn agrees(text: &str) -> bool {
        let starts: Vec<usize> = std::iter::once(0).chain(text.match_indices('\n').map(|(at, _)| at + 1)).collect();
        let mut marked = Vec::new();
        let mut underlined = Vec::new();
        for block in parse(text).blocks {
            match block.body {
                Body::Heading { level: 2, setext: false, .. } => marked.push(starts[block.line - 1]),
                Body::Heading { level: 2, setext: true, text, .. } => underlined.push(plain(&text)),
                _ => {}
            }
        }
        let may_open = |line: &str| line.contains(['C', '#']);
        let found = heading_lines(text, may_open);
        for step in [1, 7] {
            let mut lines = HeadingLines::new(may_open);
            (0..text.len()).step_by(step).for_each(|length| lines.add(&text.as_bytes()[..length]));
            assert_eq!(lines.end(text.as_bytes()), found, "by {step}: {text:?}");
        }
        let Some(found) = found else { return false };
        assert_eq!(found, marked, "{text:?}");
        assert!(!underlined.iter().any(|text| text.starts_with('C')), "{text:?}");
        true
    }

    #[test]
    fn tells_headings_from_what_hides_them() {
        for text in [
            "## a\n\nb\n## c\n  ## d\n   ## e\n    ## f\n\t## g\n##\n##h\n####### i\n# j\n### k\n",
            "- a\n## b\n\n- c\n\nd\n\n  ## e",
            "```\n## a\n```\n## b\n~~~ x\n## c\n```\n~~~~ \n## d\n``` a`b\n## e\n",
            "- a\n  ```\n  b\n  ```\n\n## c\n\n1. d\n\n   ~~~\n   e\n\n   ~~~\n## f\n",
            "- a\n\nb\n\n  ```\n## c\n  ```\n## d\n",
            "<!-- a\n## b\n--> c\n## d\n<!-- e -->\n## f\n",
            "> a\n## b\n> ```\n## c\n> d\ne\n## f\n",
            "[a]: <b\n## c\n\n[d]: e 'f\n## g\n'\n\n[^h]: i\n## j\n\n| k |\n|---|\n## l\n",
            "a\n---\n\nb\n\n---\n## c\n\n- d\n---\n",
        ] {
            assert!(agrees(text), "{text:?}");
        }
        for text in [
            "- a\n  ```\nb\n  ```\n## c\n",
            "<div>\n## a\n\n",
            "<pre>\n\n## a\n",
            "Ca\n---\n",
            "a\nCb\n-\n",
            "a\x0b\n## b\n",
            "- a\n  ## b\n",
        ] {
            assert!(heading_lines(text, |line| line.contains(['C', '#'])).is_none(), "{text:?}");
            agrees(text);
        }
    }

    fn line() -> impl Strategy<Value = String> {
        let margins = ["", "", "", "", " ", "  ", "   ", "    ", "      ", "\t", "> ", "- ", "1. ", " - "];
        let texts = [
            "",
            "",
            "",
            "## a",
            "## a",
            "## C",
            "##",
            "# a",
            "```",
            "```",
            "~~~",
            "````",
            "``` rust",
            "``` a`b",
            "<!--",
            "-->",
            "<!-- a -->",
            "<!-->",
            "<div>",
            "</div>",
            "<del>",
            "<pre>",
            "<x",
            "a",
            "C",
            "a b",
            "---",
            "--",
            "-",
            "===",
            "***",
            "- - -",
            "* a",
            "+",
            "10) a",
            "[a]: b",
            "[a]:",
            "[^1]: a",
            "| a |",
            "|---|",
            "a | b",
            "--- | ---",
            "> a",
            ">",
            "`a",
            "b`",
            "\\",
            "<a@b.c>",
            "?>",
            "<?",
            "<![CDATA[",
            "]]>",
            "\"a",
            "'",
            "(b)",
            "&amp;",
            "**a**",
            "$$",
            ":::",
            "+++",
            "[x]: <",
            ">\"",
            "- ```",
            "> ```",
            "1. - a",
        ];
        (prop::sample::select(margins.to_vec()).prop_map(str::to_owned), prop::sample::select(texts.to_vec()))
            .prop_map(|(margin, text)| format!("{margin}{text}"))
    }

    proptest! {
        #![proptest_config(ProptestConfig { cases: 2048, failure_persistence: None, ..ProptestConfig::default() })]

        #[test]
        fn lines_say_what_commonmark_says(lines in prop::collection::vec(line(), 1..14)) {
            agrees(&lines.join("\n"));
        }
    }

    #[test]
    fn each_line_is_asked_about_once() {
        let asked = std::cell::Cell::new(0);
        let text = "a\n---\n".repeat(100);
        let opens_none = |_: &str| {
            asked.set(asked.get() + 1);
            false
        };
        assert_eq!(heading_lines(&text, opens_none), Some(Vec::new()));
        assert_eq!(asked.get(), 199);
    }

    #[test]
    fn much_can_be_told() {
        let mut runner = proptest::test_runner::TestRunner::deterministic();
        let lines = prop::collection::vec(line(), 1..14);
        let told = (0..1000).filter(|_| {
            let text = proptest::strategy::ValueTree::current(&lines.new_tree(&mut runner).unwrap()).join("\n");
            agrees(&text)
        });
        let told = told.count();
        assert!(told > 300, "{told}");
    }
}
