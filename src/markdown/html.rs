//! Which stretches of a document stand between HTML tags.
//!
//! CommonMark passes tags through and reads what stands between them as Markdown. On the page, though, `<del>ACK</del>`
//! is struck out and a `<details>` block is folded away: nobody says such text.

use std::collections::HashMap;
use std::ops::Range;

/// One tag, as it was met in the document's order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Tag {
    name: String,
    closes: bool,
    /// The byte right after an opening tag, or of a closing tag's `<`.
    at: usize,
    /// Where the tag's effect ends if nothing closes it.
    scope: usize,
}

/// The tags in a piece of raw HTML that starts at byte `offset`; comments, declarations and instructions are no tags.
pub(super) fn tags(html: &str, offset: usize, scope: usize, found: &mut Vec<Tag>) {
    let mut rest = html;
    let mut at = offset;
    while let Some(start) = rest.find('<') {
        let (_, from) = rest.split_at(start);
        at += start;
        let length = tag_length(from);
        let (tag, after) = from.split_at(length);
        let body = tag.trim_start_matches('<').trim_end_matches('>');
        let closes = body.starts_with('/');
        let name: String = body
            .trim_start_matches('/')
            .chars()
            .take_while(|c| c.is_ascii_alphanumeric() || *c == '-')
            .collect::<String>()
            .to_ascii_lowercase();
        if !name.is_empty() && !VOID.contains(&name.as_str()) {
            found.push(Tag { name, closes, at: if closes { at } else { at + length }, scope });
        }
        at += length;
        rest = after;
    }
}

/// Gives the tags of HTML blocks their scope: to the next entry's start, else the document's end (`length`).
pub(super) fn end_at_entries(tags: &mut [Tag], entry_starts: &[usize], length: usize) {
    for tag in tags.iter_mut().filter(|t| t.scope == usize::MAX) {
        let next = entry_starts.partition_point(|start| *start < tag.at);
        tag.scope = entry_starts.get(next).copied().unwrap_or(length);
    }
}

/// The stretches between an opening tag and its closing one; an opening tag that is never closed reaches to the end
/// of its scope, unless it is no HTML element at all (`<slice>` in prose is a placeholder).
pub(super) fn regions(tags: &[Tag]) -> Vec<Range<usize>> {
    let mut open: Vec<&Tag> = Vec::new();
    let mut count: HashMap<&str, usize> = HashMap::new();
    let mut found = Vec::new();
    let unclosed = |tag: &Tag, found: &mut Vec<Range<usize>>| {
        if ELEMENTS.contains(&tag.name.as_str()) {
            found.push(tag.at..tag.scope);
        }
    };
    for tag in tags {
        if !tag.closes {
            open.push(tag);
            *count.entry(&tag.name).or_default() += 1;
            continue;
        }
        if count.get(tag.name.as_str()).copied().unwrap_or(0) == 0 {
            continue;
        }
        while let Some(top) = open.pop() {
            if let Some(n) = count.get_mut(top.name.as_str()) {
                *n -= 1;
            }
            if top.name == tag.name {
                found.push(top.at..tag.at);
                break;
            }
            unclosed(top, &mut found);
        }
    }
    for tag in open {
        unclosed(tag, &mut found);
    }
    merge(found)
}

/// Whether a byte lies in one of the merged, sorted `regions`.
pub(super) fn covers(regions: &[Range<usize>], at: usize) -> bool {
    let after = regions.partition_point(|r| r.start <= at);
    after.checked_sub(1).and_then(|i| regions.get(i)).is_some_and(|r| at < r.end)
}

fn merge(mut ranges: Vec<Range<usize>>) -> Vec<Range<usize>> {
    ranges.sort_by_key(|r| r.start);
    let mut merged: Vec<Range<usize>> = Vec::new();
    for range in ranges {
        match merged.last_mut() {
            Some(last) if range.start <= last.end => last.end = last.end.max(range.end),
            _ => merged.push(range),
        }
    }
    merged
}

/// The length of what starts with `<`: to the `>` that is in no quotation marks, or all a comment holds.
fn tag_length(from: &str) -> usize {
    for (open, close) in [("<!--", "-->"), ("<![CDATA[", "]]>"), ("<?", "?>"), ("<!", ">")] {
        if from.starts_with(open) {
            return from.find(close).map_or(from.len(), |i| i + close.len());
        }
    }
    let mut quote = None;
    for (i, c) in from.char_indices() {
        match (quote, c) {
            (None, '>') => return i + 1,
            (None, '"' | '\'') => quote = Some(c),
            (Some(q), c) if c == q => quote = None,
            _ => {}
        }
    }
    from.len()
}

const VOID: &[&str] =
    &["area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"];

const ELEMENTS: &[&str] = &[
    "a",
    "abbr",
    "b",
    "blockquote",
    "center",
    "cite",
    "code",
    "dd",
    "del",
    "details",
    "div",
    "dl",
    "dt",
    "em",
    "figure",
    "font",
    "i",
    "ins",
    "kbd",
    "li",
    "mark",
    "noscript",
    "ol",
    "p",
    "pre",
    "q",
    "s",
    "samp",
    "script",
    "section",
    "small",
    "span",
    "strike",
    "strong",
    "style",
    "sub",
    "summary",
    "sup",
    "table",
    "tbody",
    "td",
    "template",
    "textarea",
    "th",
    "thead",
    "title",
    "tr",
    "tt",
    "u",
    "ul",
    "var",
    "xmp",
];

#[cfg(test)]
mod tests {
    use super::*;

    fn between(html: &str) -> Vec<(usize, usize)> {
        let mut found = Vec::new();
        tags(html, 0, html.len(), &mut found);
        regions(&found).into_iter().map(|region| (region.start, region.end)).collect()
    }

    #[test]
    fn pairs_hide_what_stands_between_them() {
        assert_eq!(between("<del>ACK</del> x"), [(5, 8)]);
        assert_eq!(between("<p title='>'>a</p>"), [(13, 14)]);
    }

    #[test]
    fn an_unclosed_element_reaches_to_the_end_of_its_scope_and_a_placeholder_nowhere() {
        assert_eq!(between("<del>ACK"), [(5, 8)]);
        assert!(between("<slice>/x").is_empty());
        assert!(between("<br>x<img src=a>y").is_empty());
    }

    #[test]
    fn comments_are_no_tags_and_stray_closings_close_nothing() {
        assert!(between("<!-- <del> -->x</del>").is_empty());
    }
}
