//! The plans that the progress log points at.

use jiff::civil::Date;

use crate::log::{date_of, words};
use crate::markdown::{parse, said_lines, sections, unix};
use crate::plan::pointed_at;

/// A plan that is pointed at.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pointer {
    /// The line, from 1.
    pub line: usize,
    /// The plan's path, from the folder that the policy governs.
    pub path: String,
    /// The date in the heading that it stands under.
    pub date: Option<Date>,
}

/// All pointers, in the file's order.
pub fn pointers(text: &str) -> Vec<Pointer> {
    let text = &*unix(text);
    let document = parse(text);
    let sections = sections(&document, text.lines().count());
    let date = |line: usize| {
        let around = sections.iter().rev().filter(|section| (section.line..=section.end).contains(&line));
        around.flat_map(|section| words(&section.heading)).find_map(|token| date_of(token.word()?))
    };
    let mut found = Vec::new();
    for (line, said) in said_lines(&document, text) {
        found.extend(pointed_at(said).into_iter().map(|path| Pointer {
            line,
            path: path.to_owned(),
            date: date(line),
        }));
    }
    found
}

/// The latest: under the latest date, else the last. People add to the top of the file and to its end.
pub fn latest(pointers: &[Pointer]) -> Option<&Pointer> {
    pointers.iter().max_by_key(|pointer| (pointer.date, pointer.line))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pointers_have_lines_and_dates() {
        let text = "# Progress\n- plans/a.plan.md\n\n## 2025-11-06 New\n- now `plans/b.plan.md`\n### Part\n- [c](plans/c.plan.md)\n\n\
                    ## 2025-10-18 Old\n- `plans/d.plan.md`\n\n> plans/e.plan.md\n";
        let found = pointers(text);
        let shown: Vec<_> = found
            .iter()
            .map(|p| (p.line, p.path.as_str(), p.date.map(|d| d.to_string()).unwrap_or_default()))
            .collect();
        let date = "2025-11-06".to_owned();
        assert_eq!(
            shown,
            [
                (2, "plans/a.plan.md", String::new()),
                (5, "plans/b.plan.md", date.clone()),
                (7, "plans/c.plan.md", date),
                (10, "plans/d.plan.md", "2025-10-18".to_owned())
            ]
        );
        assert_eq!(latest(&found).unwrap().path, "plans/c.plan.md");
        assert_eq!(latest(&[]), None);
    }
}
