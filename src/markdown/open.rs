//! What a text leaves open at its end, so that whatever is appended becomes part of it.

use std::ops::Range;

use pulldown_cmark::{CodeBlockKind, Event, Tag};

use super::build::events;

/// A fence or a comment that is never closed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unclosed {
    /// The line that opens it, from 1.
    pub line: usize,
    /// What would close it, on a line of its own.
    pub closer: String,
}

/// What the last block of a text leaves open at its end, by CommonMark's rules for fenced code and for HTML that only its
/// own end ends (comments, `<script>`, `<pre>`, `<style>`, `<textarea>`, `<?`, `<![CDATA[`, `<!`).
pub fn left_open(text: &str) -> Option<Unclosed> {
    let mut depth = 0_usize;
    let mut last: Option<(bool, Range<usize>)> = None;
    for (event, range) in events(text) {
        match event {
            Event::Start(tag) => {
                if depth == 0 {
                    last = match tag {
                        Tag::CodeBlock(CodeBlockKind::Fenced(_)) => Some((true, range)),
                        Tag::HtmlBlock => Some((false, range)),
                        _ => None,
                    };
                }
                depth += 1;
            }
            Event::End(_) => depth = depth.saturating_sub(1),
            _ if depth == 0 => last = None,
            _ => {}
        }
    }
    let (fence, range) = last?;
    let block = text.get(range.start..)?;
    let closer = if fence { open_fence(block) } else { open_html(block) }?;
    Some(Unclosed { line: text.get(..range.start)?.matches('\n').count() + 1, closer })
}

/// The fence that a block of code is opened with, if no line below closes it.
fn open_fence(block: &str) -> Option<String> {
    let mut lines = block.trim_start().lines();
    let first = lines.next()?;
    let mark = first.chars().next().filter(|c| matches!(c, '`' | '~'))?;
    let fence: String = first.chars().take_while(|c| *c == mark).collect();
    let closes = |line: &str| {
        let margin = line.len() - line.trim_start_matches(' ').len();
        let line = line.trim();
        margin <= 3 && line.len() >= fence.len() && line.chars().all(|c| c == mark)
    };
    (!lines.any(closes)).then_some(fence)
}

/// What ends an HTML block that no empty line ends, if it does not stand in it.
fn open_html(block: &str) -> Option<String> {
    let block = block.trim_start().to_ascii_lowercase();
    let (_, ends) = HTML.iter().find(|(start, _)| block.starts_with(start))?;
    let body = block.strip_prefix("<!--").unwrap_or(&block);
    let is_closed = ends.iter().any(|end| body.contains(end));
    (!is_closed).then(|| ends.first().copied().unwrap_or_default().to_owned())
}

const RAW: &[&str] = &["</pre>", "</script>", "</style>", "</textarea>"];

const HTML: &[(&str, &[&str])] = &[
    ("<!--", &["-->"]),
    ("<![cdata[", &["]]>"]),
    ("<?", &["?>"]),
    ("<!", &[">"]),
    ("<pre", RAW),
    ("<script", RAW),
    ("<style", RAW),
    ("<textarea", RAW),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fences_and_comments_that_nothing_closes_are_left_open() {
        for (text, open) in [
            ("a\n\n```rust\nb\n", Some((3, "```"))),
            ("~~~~\n~~~\n## b\n", Some((1, "~~~~"))),
            ("```\na\n    ```\n", Some((1, "```"))),
            ("a\n\n<!-- b\n\nc\n", Some((3, "-->"))),
            ("<pre>\n\na", Some((1, "</pre>"))),
            ("```\na\n```\n", None),
            ("```\na\n````\n\nb", None),
            ("```\na\n  ```  \n", None),
            ("<!-- a\n-->\n", None),
            ("<!-- a -->\n\nb\n", None),
            ("<details>\n\na\n", None),
            ("- ```\n  a\n", None),
            ("> ```\n> a\n", None),
            ("a\n", None),
            ("", None),
        ] {
            let found = left_open(text).map(|found| (found.line, found.closer));
            assert_eq!(found, open.map(|(line, closer)| (line, closer.to_owned())), "{text}");
        }
    }
}
