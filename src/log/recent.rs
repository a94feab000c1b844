//! A log read from its latest gate on: what stands above is only looked at for what the entries below ask of it, so that a
//! decision costs as much as what it is about, however long the log has grown.

use std::borrow::Cow;
use std::cell::{Cell, OnceCell, RefCell};
use std::collections::HashMap;
use std::fmt;
use std::hash::Hash;
use std::rc::Rc;

use jiff::civil::Date;
use memchr::{memchr, memchr_iter, memchr3, memmem};

use super::entry::Worded;
use super::fold::{fold, names, read_unix};
use super::format::Raw;
use super::format::headings::{cut, entry_start};
use super::object::{Names, is_slice_name};
use super::slice;
use super::text::{places_of, reads_as};
use super::tokens::Token;
use super::{Kind, Log, Writers};
use crate::markdown::{self, HeadingLines, parse_apart};

/// Reads a log from its latest gate on, or from so much further above as what stands below it asks for: its gates and
/// entries are the last ones of those that [`read`](super::read) finds, and the same. What is above is there still
/// ([`Log::whole`]).
pub fn read_latest(text: String, writers: &Writers) -> Log {
    Latest::new(writers).read(text)
}

/// A log that is to be read from its latest gate on, of which more and more comes in.
pub struct Latest {
    writers: Writers,
    names: Rc<Names>,
    /// `None` for logs of which the lines tell nothing.
    lines: Option<HeadingLines<MayOpen>>,
}

/// Whether an underlined heading that counts may begin with a line.
type MayOpen = Box<dyn Fn(&str) -> bool>;

impl Latest {
    /// Nothing has come in yet.
    pub fn new(writers: &Writers) -> Latest {
        let names = Rc::new(names(&writers.speakers));
        let lines = writers.format.is_headings().then(|| heading_lines(&names));
        Latest { writers: writers.clone(), names, lines }
    }

    /// Looks at what is there of the log: what was there before, and more.
    pub fn add(&mut self, so_far: &[u8]) {
        if let Some(lines) = &mut self.lines {
            lines.add(so_far);
        }
    }

    /// Reads the log, as [`read_latest`] does.
    pub fn read(self, text: String) -> Log {
        let Latest { writers, names, lines } = self;
        let (text, lines) = match markdown::unix(&text) {
            Cow::Borrowed(same) if same.len() == text.len() => (text, lines),
            // Its lines begin elsewhere than where they came in.
            other => (other.into_owned(), lines.map(|_| heading_lines(&names))),
        };
        match lines.and_then(|lines| lines.end(text.as_bytes())) {
            Some(offsets) => read_from_gate(text, offsets, writers, names),
            None => read_unix(&text, &writers),
        }
    }
}

fn heading_lines(names: &Rc<Names>) -> HeadingLines<MayOpen> {
    let names = Rc::clone(names);
    HeadingLines::new(Box::new(move |line| may_begin_with_party(line, &names)))
}

fn read_from_gate(text: String, offsets: Vec<usize>, writers: Writers, names: Rc<Names>) -> Log {
    let lines = Rc::new(Lines {
        text,
        offsets,
        writers,
        names,
        gates: RefCell::default(),
        alike: RefCell::default(),
        in_bodies: RefCell::default(),
        candidates: OnceCell::new(),
        sought: RefCell::default(),
        words: RefCell::default(),
        counts: RefCell::default(),
        titles: OnceCell::new(),
        is_unsure: Cell::new(false),
    });
    let mut gates = 1;
    while let Some(start) = lines.gate_from_end(gates) {
        lines.is_unsure.set(false);
        match lines.from(start) {
            Some(log) => return log,
            None => gates *= 8,
        }
    }
    read_unix(&lines.text, &lines.writers)
}

/// What stands above the first entry of a log that was not read from its beginning.
#[derive(Clone)]
pub struct Above {
    lines: Rc<Lines>,
    /// Where the log was read from: an index into the headings.
    end: usize,
    whole: Rc<OnceCell<Log>>,
}

/// A log's text, and where its headings are.
struct Lines {
    text: String,
    /// Where the lines of level-2 headings begin.
    offsets: Vec<usize>,
    writers: Writers,
    /// The names of the parties, and no slices.
    names: Rc<Names>,
    /// What was read of entries whose headings alone do not tell: for a gate, what it is.
    gates: RefCell<HashMap<usize, Option<Rc<Head>>>>,
    /// What was read of headings alone: many read the same.
    alike: RefCell<HashMap<String, Option<Rc<Head>>>>,
    /// The slices that gates name below their headings.
    in_bodies: RefCell<HashMap<usize, Option<String>>>,
    /// The headings that may be those of gates.
    candidates: OnceCell<Vec<usize>>,
    /// Whether one that is sought stands above some heading.
    sought: RefCell<HashMap<(usize, Sought), bool>>,
    /// Whether a gate above some heading is called so.
    words: RefCell<HashMap<(usize, String), bool>>,
    /// How often an entry of this text stands above some heading.
    counts: RefCell<HashMap<(usize, String), usize>>,
    titles: OnceCell<Titles>,
    /// Something was asked that only the whole log tells.
    is_unsure: Cell<bool>,
}

/// A gate that was not read whole.
struct Head {
    party: String,
    date: Option<Date>,
    /// What its heading names; else its body may.
    slice: Option<String>,
}

/// Which gate is meant, if not by its slice.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(super) enum Sought {
    /// One of this date and party.
    Of { date: Option<Date>, party: Option<String> },
    /// One that is not this party's.
    OfOthersThan(String),
}

impl Sought {
    /// Whether a gate of this party and date is one.
    pub(super) fn fits(&self, of: &str, dated: Option<Date>) -> bool {
        match self {
            Sought::Of { date, party } => {
                date.is_none_or(|date| dated == Some(date)) && party.as_ref().is_none_or(|party| party == of)
            }
            Sought::OfOthersThan(party) => party != of,
        }
    }
}

/// The headings that may be those of gates, in lower case, without the words that make them so.
struct Titles {
    text: String,
    /// For each: where it ends in `text`, which heading it is, and whether its body may name the slice.
    ends: Vec<(usize, usize, bool)>,
}

impl Log {
    /// The log from its first entry on.
    pub fn whole(&self) -> &Log {
        match &self.above {
            None => self,
            Some(above) => above.whole.get_or_init(|| read_unix(&above.lines.text, &above.lines.writers)),
        }
    }
}

impl Above {
    /// How many entries above read like this ([`Entry::text`](super::Entry::text)).
    pub(crate) fn count(&self, text: &str) -> usize {
        known(&self.lines.counts, (self.end, text.to_owned()), || self.lines.count(self.end, text))
    }

    /// Whether a gate above is called so; `name` is in lower case.
    pub(super) fn knows(&self, name: &str) -> bool {
        if !is_slice_name(name) {
            return false;
        }
        // Which number a gate has, only the whole log tells.
        let numbered = name.strip_prefix("gate-").is_some_and(|number| number.bytes().all(|b| b.is_ascii_digit()));
        if numbered {
            self.ask();
        }
        known(&self.lines.words, (self.end, name.to_owned()), || self.lines.names_gate(self.end, name))
    }

    /// How many gates there are above.
    pub(super) fn gates(&self) -> usize {
        self.lines.candidates_above(self.end).filter(|index| self.lines.gate(*index).is_some()).count()
    }

    /// Says that a gate was asked for that may be one above, if there is one.
    pub(super) fn ask_for(&self, sought: Sought) {
        let is_there = known(&self.lines.sought, (self.end, sought.clone()), || {
            let fits = |gate: Rc<Head>| sought.fits(&gate.party, gate.date);
            self.lines.candidates_above(self.end).rev().any(|index| self.lines.gate(index).is_some_and(fits))
        });
        if is_there {
            self.ask();
        }
    }

    /// Says that something was asked which the log from here on does not tell.
    pub(super) fn ask(&self) {
        self.lines.is_unsure.set(true);
    }
}

impl PartialEq for Above {
    fn eq(&self, other: &Self) -> bool {
        self.end == other.end && self.lines.text == other.lines.text && self.lines.writers == other.lines.writers
    }
}

impl Eq for Above {}

impl fmt::Debug for Above {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Above").field("end", &self.end).finish_non_exhaustive()
    }
}

impl Lines {
    /// The log from a heading on; `None` where what stands above has to be read for it.
    fn from(self: &Rc<Self>, start: usize) -> Option<Log> {
        let offset = self.offset(start);
        let (above, below) = self.text.split_at_checked(offset)?;
        // A tag that is open above hides what stands here.
        if below.contains("</") && above.contains('<') {
            return None;
        }
        let lines_above = memchr_iter(b'\n', above.as_bytes()).count();
        let above = (start > 0).then(|| Above { lines: Rc::clone(self), end: start, whole: Rc::default() });
        let log = fold(below, lines_above, &self.writers, above);
        (!self.is_unsure.get()).then_some(log)
    }

    /// The heading of the gate that is the `number`-th from the end.
    fn gate_from_end(&self, number: usize) -> Option<usize> {
        (0..self.offsets.len()).rev().filter(|index| self.gate(*index).is_some()).nth(number - 1)
    }

    fn offset(&self, index: usize) -> usize {
        self.offsets.get(index).copied().unwrap_or(self.text.len())
    }

    /// A heading's line.
    fn line(&self, index: usize) -> &str {
        let from = self.text.get(self.offset(index)..self.offset(index + 1)).unwrap_or_default();
        from.get(..memchr(b'\n', from.as_bytes()).unwrap_or(from.len())).unwrap_or_default()
    }

    /// An entry, from its heading to the next entry's.
    fn section(&self, index: usize) -> &str {
        let end = (index + 1..self.offsets.len()).find(|next| self.is_start(*next)).unwrap_or(self.offsets.len());
        self.text.get(self.offset(index)..self.offset(end)).unwrap_or_default()
    }

    /// How many entries above a heading read like this.
    fn count(&self, end: usize, text: &str) -> usize {
        let Some(heading) = text.split('\n').next().filter(|heading| !heading.is_empty()) else { return 0 };
        let begins_so =
            |index: &usize| self.text.get(self.offset(*index)..).is_some_and(|below| below.starts_with(heading));
        let reads_so = |index: &usize| self.is_start(*index) && reads_as(self.section(*index), text);
        (0..end).filter(begins_so).filter(reads_so).count()
    }

    /// Whether a heading is that of an entry.
    fn is_start(&self, index: usize) -> bool {
        let line = self.line(index);
        (!is_marked_up(line) && !contains_word(line, "entry"))
            || markdown::parse(line).blocks.first().is_some_and(|block| entry_start(block, &self.names).is_some())
    }

    /// The headings above one that may be those of gates.
    fn candidates_above(&self, end: usize) -> impl DoubleEndedIterator<Item = usize> {
        let all = || (0..self.offsets.len()).filter(|index| may_be_a_gate(self.line(*index))).collect();
        let all = self.candidates.get_or_init(all);
        all.get(..all.partition_point(|index| *index < end)).unwrap_or_default().iter().copied()
    }

    /// The gate that begins with a heading.
    fn gate(&self, index: usize) -> Option<Rc<Head>> {
        let line = self.line(index);
        if is_marked_up(line) {
            return known(&self.gates, index, || self.gate_in(self.section(index)).map(Rc::new));
        }
        if !contains_word(line, "gate") {
            return None;
        }
        if let Some(known) = self.alike.borrow().get(line) {
            return known.clone();
        }
        known(&self.alike, line.to_owned(), || self.gate_in(line).map(Rc::new))
    }

    /// The slice that a gate names.
    fn slice(&self, index: usize, gate: &Head) -> Option<String> {
        let in_body = || {
            let section = self.section(index);
            slice::may_be_in(section).then(|| slice::in_body(&self.raw(section)?.blocks))?
        };
        gate.slice.clone().or_else(|| known(&self.in_bodies, index, in_body))
    }

    /// An entry that begins with its heading.
    fn raw(&self, entry: &str) -> Option<Raw> {
        let document = parse_apart(entry, 0, |block| entry_start(block, &self.names).is_some());
        cut(document.blocks, &self.names).into_iter().next()
    }

    fn gate_in(&self, entry: &str) -> Option<Head> {
        let raw = self.raw(entry)?;
        let read = Worded::new(&raw, &self.names).read(&self.names);
        let party = read.party.filter(|_| read.kind == Kind::Gate)?;
        Some(Head { party, date: read.date, slice: read.slice })
    }

    /// Whether one of the gates above a heading is called so; `name` is in lower case.
    fn names_gate(&self, end: usize, name: &str) -> bool {
        let titles = self.titles.get_or_init(|| self.titles());
        let is_name = |slice: &String| slice.eq_ignore_ascii_case(name);
        let mut places = memmem::find_iter(titles.text.as_bytes(), name.as_bytes());
        let in_a_title = places.any(|at| {
            let title = titles.ends.partition_point(|(end, ..)| *end <= at);
            let index = titles.ends.get(title).map(|(_, index, _)| *index).filter(|index| *index < end);
            index.and_then(|index| self.gate(index)).is_some_and(|gate| gate.slice.as_ref().is_some_and(is_name))
        });
        let in_a_body = |(_, index, may_be): &(usize, usize, bool)| {
            let may_be = *may_be && *index < end && contains_word(self.section(*index), name);
            let gate = may_be.then(|| self.gate(*index)).flatten();
            gate.and_then(|gate| self.slice(*index, &gate)).as_ref().is_some_and(is_name)
        };
        in_a_title || titles.ends.iter().any(in_a_body)
    }

    fn titles(&self) -> Titles {
        let mut titles = Titles { text: String::new(), ends: Vec::new() };
        for index in self.candidates_above(self.offsets.len()) {
            let line = self.line(index);
            let marked_up = is_marked_up(line);
            let below = self.text.get(self.offset(index)..self.offset(index + 1)).unwrap_or_default();
            let named_below = marked_up || slice::may_be_in(below) || !self.is_start(index + 1);
            let line = line.to_ascii_lowercase();
            titles.text.push_str(&without_phrase(&line));
            titles.text.push('\n');
            titles.ends.push((titles.text.len(), index, named_below));
        }
        titles
    }
}

/// What is known by a key, or becomes so now.
fn known<K: Eq + Hash, V: Clone>(all: &RefCell<HashMap<K, V>>, key: K, find: impl FnOnce() -> V) -> V {
    if let Some(known) = all.borrow().get(&key) {
        return known.clone();
    }
    let found = find();
    all.borrow_mut().insert(key, found.clone());
    found
}

/// A heading in lower case without “alignment gate”, its first time: the words that stand in every gate's heading.
fn without_phrase(line: &str) -> String {
    let is_of_a_name = |c: char| c.is_alphanumeric() || matches!(c, '.' | '_' | '-' | '+');
    match line.split_once("alignment gate") {
        Some((before, after)) if !before.ends_with(is_of_a_name) && !after.starts_with(is_of_a_name) => {
            format!("{before} {after}")
        }
        _ => line.to_owned(),
    }
}

/// Whether a heading, as it is written, may be that of a gate.
fn may_be_a_gate(line: &str) -> bool {
    is_marked_up(line) || contains_word(line, "gate")
}

/// Whether a line may show other words than it has.
fn is_marked_up(line: &str) -> bool {
    let marks = [[b'*', b'\\', b'&'], [b'<', b'~', b'['], [b'!'; 3]];
    marks.into_iter().any(|[one, two, three]| memchr3(one, two, three, line.as_bytes()).is_some())
}

/// Whether an underlined heading that begins with a party's name may begin with this line.
fn may_begin_with_party(line: &str, names: &Names) -> bool {
    let line = line.trim_start();
    let begins = |(alias, _): &(Vec<Token>, String)| {
        let first = alias.first().and_then(Token::word).unwrap_or_default();
        line.get(..first.len()).is_none_or(|start| start.eq_ignore_ascii_case(first))
    };
    line.starts_with(['#', '*', '_', '`', '\\', '&', '<', '~', '[', '!']) || names.aliases.iter().any(begins)
}

/// Whether a word stands in a text, in any case.
fn contains_word(text: &str, word: &str) -> bool {
    places_of(text, word).next().is_some()
}

#[cfg(test)]
mod tests {
    use super::super::{read, two_parties};
    use super::*;

    /// Slices that came and went.
    fn past() -> String {
        let slice = |n| {
            format!(
                "## AgentOS (alignment gate: s{n})\n\n- What we will change: `a/{n}.py`\n\n## CCC (ACK: s{n})\n\n- Names: Yes\n\n\
                 ## AgentOS (landed: s{n})\n\nDone.\n\n"
            )
        };
        (0..100).map(slice).collect()
    }

    #[test]
    fn what_stands_above_the_latest_gate_is_read_where_it_is_asked_for() {
        let gate = "## AgentOS (alignment gate: r4)\n\n- What we will change: `a/x.py`\n\n";
        for (entries, read_entries) in [
            ("", 1),
            ("## CCC (ACK: r4)\n\n- Names: Yes\n", 2),
            ("## CCC (ACK)\n\nACK on the gate, r4-adapter included.\n", 2),
            ("## AgentOS (landed)\n\n", 2),
            // A slice of a gate above, one that none has, and a party without a gate.
            ("## CCC (NACK: s97)\n\n", 23),
            ("## CCC (ACK: other)\n\n", 2),
            ("## CCC (landed)\n\n", 2),
            ("## CCC (ACK: gate-3)\n\n", 302),
            ("## CCC (alignment gate: mine)\n\n## AgentOS (landed)\n", 21),
        ] {
            let text = format!("# Log\n\n{}{gate}{entries}", past());
            let (latest, whole) = (read_latest(text.clone(), &two_parties()), read(&text, &two_parties()));
            assert_eq!(latest.entries.len(), read_entries, "{entries}");
            let state = |log: &Log| log.latest().map(|gate| (gate.line, gate.slice.clone(), gate.state));
            assert_eq!(state(&latest), state(&whole), "{entries}");
            assert_eq!(*latest.whole(), whole, "{entries}");
        }
        // A party whose only gate stands far above.
        let text = format!("## CCC (alignment gate: own)\n\n{}{gate}## CCC (landed)\n", past());
        let (latest, whole) = (read_latest(text.clone(), &two_parties()), read(&text, &two_parties()));
        assert_eq!((latest.entries.len(), latest), (303, whole));
    }

    #[test]
    fn a_log_that_lines_do_not_tell_is_read_whole() {
        for odd in ["<pre>\n\n", "CCC (ACK)\n---\n\n", "- a\n  ## AgentOS (alignment gate: r5)\n\n"] {
            let text = format!("{}{odd}## AgentOS (alignment gate: r4)\n\nx\n", past());
            let latest = read_latest(text.clone(), &two_parties());
            assert_eq!((latest.above.is_none(), &latest), (true, &read(&text, &two_parties())), "{odd}");
        }
    }

    #[test]
    fn entries_above_are_counted_by_what_they_say() {
        let same = "## CCC (ACK: r4)\n\n- Names: Yes\n\n";
        let text = format!("{}{same}```\n{same}```\n\n## AgentOS (alignment gate: r4)\n\n{same}", past());
        let latest = read_latest(text, &two_parties());
        assert_eq!(latest.latest().unwrap().state, latest.whole().latest().unwrap().state);
        let above = latest.whole().entries.len() - latest.entries.len();
        let times = latest.whole().entries[..above].iter().filter(|e| e.text == latest.entries[1].text).count();
        assert_eq!(latest.above.as_ref().map(|above| above.count(&latest.entries[1].text)), Some(times));
    }
}
