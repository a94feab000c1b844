//! A log's text, cut where its entries start.

use std::borrow::Cow;

use crate::log::{self, Log, Writers};

/// A log and its text.
pub(super) struct Cut<'t> {
    pub(super) log: Log,
    /// What stands above the first entry.
    pub(super) opening: &'t str,
    /// The entries as they are written, with all up to the next.
    pub(super) entries: Vec<&'t str>,
}

impl<'t> Cut<'t> {
    pub(super) fn new(text: &'t str, writers: &Writers) -> Self {
        let log = log::read(text, writers);
        let lines = line_starts(text);
        let start = |line: usize| lines.get(line.saturating_sub(1)).copied().unwrap_or(text.len());
        let starts: Vec<usize> = log.entries.iter().map(|entry| start(entry.line)).collect();
        let end = |n: usize| starts.get(n).copied().unwrap_or(text.len());
        let entries = starts.iter().enumerate().map(|(n, start)| text.get(*start..end(n + 1)).unwrap_or_default());
        let entries = entries.collect();
        Cut { opening: text.get(..end(0)).unwrap_or_default(), entries, log }
    }
}

/// Where each line starts, as the log's reader counts them: a lone carriage return ends one too. What marks the bytes'
/// order is no part of the first.
fn line_starts(text: &str) -> Vec<usize> {
    let mut starts = vec![if text.starts_with(BOM) { BOM.len_utf8() } else { 0 }];
    let mut bytes = text.bytes().enumerate().peekable();
    while let Some((at, byte)) = bytes.next() {
        let lone = byte == b'\r' && bytes.peek().is_none_or(|(_, next)| *next != b'\n');
        if byte == b'\n' || lone {
            starts.push(at + 1);
        }
    }
    starts
}

pub(super) const BOM: char = '\u{feff}';

/// Base, ours and theirs with the line end that a three-way merge of their line ends gives, where each has one kind; else
/// as they are.
pub(super) fn with_one_line_end(texts: [&str; 3]) -> [Cow<'_, str>; 3] {
    let [base, ours, theirs] = texts.map(line_end);
    let wanted = match (base, ours, theirs) {
        (End::Mixed, _, _) | (_, End::Mixed, _) | (_, _, End::Mixed) => return texts.map(Cow::Borrowed),
        (base, ours, theirs) if ours == base || ours == End::None => theirs,
        (_, ours, _) => ours,
    };
    texts.map(|text| match wanted {
        wanted if wanted == line_end(text) => Cow::Borrowed(text),
        End::Dos => Cow::Owned(text.replace('\n', "\r\n")),
        _ => Cow::Owned(text.replace("\r\n", "\n")),
    })
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum End {
    None,
    Unix,
    Dos,
    Mixed,
}

fn line_end(text: &str) -> End {
    let count = |what: &str| text.matches(what).count();
    match (count("\r\n"), count("\n"), count("\r")) {
        (0, 0, 0) => End::None,
        (0, _, 0) => End::Unix,
        (both, line_feeds, returns) if both == line_feeds && both == returns => End::Dos,
        _ => End::Mixed,
    }
}
