//! The lines of a text that say something, as they are written.

use super::{Body, Document};

/// The lines of a document as they are written, with their numbers from 1: without those of code blocks, quotes, HTML and
/// footnotes at its top level, which show something.
pub fn said_lines<'t>(document: &Document, text: &'t str) -> Vec<(usize, &'t str)> {
    let mut starts = document.blocks.iter().peekable();
    let mut shown = false;
    let mut lines = Vec::new();
    for (number, line) in (1..).zip(text.lines()) {
        while let Some(block) = starts.next_if(|block| block.line <= number) {
            shown = block.body == Body::Shown;
        }
        if !shown {
            lines.push((number, line));
        }
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::markdown::parse;

    #[test]
    fn what_is_shown_is_not_said() {
        let text = "a\nb\n\n```\nc\n```\n\n- d\n\n> e\n\n<!--\nf\n-->\n\ng\n";
        let said: Vec<_> = said_lines(&parse(text), text).into_iter().filter(|(_, line)| !line.is_empty()).collect();
        assert_eq!(said, [(1, "a"), (2, "b"), (8, "- d"), (16, "g")]);
    }
}
