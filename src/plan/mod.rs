//! Plans: `plans/YYYY-MM-DD_<slice>.plan.md` with Required Reading, Tasks and Validation Matrix.
//!
//! A plan is read for the headings that it has, as people word them (`## Tasks (D+1)`, `### Required Reading (complete in
//! order)`, `## Validation Checklist`). What it lacks is lacking: nothing is taken for a section that is not headed as one.

mod complete;
mod draft;
mod items;
mod label;
pub mod matrix;
mod part;
mod pointer;
mod slice;

use jiff::civil::Date;

use crate::markdown::{Block, parse, unix};

pub use crate::markdown::Section;
pub use complete::{Lack, PLACEHOLDER};
pub use draft::{Known, draft, gate_matrix};
pub(crate) use label::labelled;
pub use part::Part;
pub use pointer::pointed_at;
pub use slice::{Chosen, ChosenBy, choose, only_theirs};

/// The folder of the plans, from the folder that the policy governs.
pub const FOLDER: &str = "plans";

/// How the name of a plan's file ends.
pub const SUFFIX: &str = ".plan.md";

/// A plan that has been read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Plan {
    /// The date that its file's name says.
    pub date: Date,
    /// The slice that its file's name says.
    pub slice: String,
    /// The whole text.
    pub text: String,
    /// All its sections, in order, each nested one after the one that holds it.
    pub sections: Vec<Section>,
    /// What stands at its top level, headings included.
    pub blocks: Vec<Block>,
}

impl Plan {
    /// Reads a plan whose date and slice [`named`] has found.
    pub fn read(date: Date, slice: &str, text: &str) -> Plan {
        let text = unix(text);
        let document = parse(&text);
        let sections = crate::markdown::sections(&document, text.lines().count());
        Plan { date, slice: slice.to_owned(), text: text.into_owned(), sections, blocks: document.blocks }
    }

    /// The sections of one part, in order: a plan may have `Tasks (D+1)` and `Tasks (D+2)`. One within another of the
    /// same part is not counted again.
    pub fn of(&self, part: Part) -> impl Iterator<Item = &Section> {
        let mut until = 0;
        self.sections.iter().filter(move |section| {
            let found = section.line > until && part.heads(&section.heading);
            if found {
                until = section.end;
            }
            found
        })
    }

    /// The lines below a section's heading, as written, and the number of the first of them.
    pub fn below(&self, section: &Section) -> (usize, String) {
        let lines = self.text.lines().skip(section.line).take(section.end - section.line);
        (section.line + 1, lines.map(|line| format!("{line}\n")).collect())
    }
}

/// The date and the slice that a plan's path says, `plans/YYYY-MM-DD_<slice>.plan.md`; the path is relative to the
/// folder that the policy governs.
pub fn named(path: &str) -> Option<(Date, &str)> {
    let name = path.strip_prefix(FOLDER)?.strip_prefix('/')?.strip_suffix(SUFFIX)?;
    let (date, slice) = name.split_once('_')?;
    let plain = date.len() == 10 && !slice.is_empty() && !slice.contains('/');
    plain.then(|| date.parse().ok()).flatten().map(|date| (date, slice))
}

/// The path of a slice's plan.
pub fn path(date: Date, slice: &str) -> String {
    format!("{FOLDER}/{date}_{slice}{SUFFIX}")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn plan(text: &str) -> Plan {
        Plan::read("2025-11-06".parse().unwrap(), "r4", text)
    }

    #[test]
    fn a_name_says_date_and_slice() {
        let date: Date = "2025-11-06".parse().unwrap();
        for slice in ["r4", "agentos_r36", "ccc-behave-docs", "é x"] {
            assert_eq!(named(&path(date, slice)), Some((date, slice)));
        }
        for path in [
            "plans/001_next_session.plan.md",
            "plans/2025-11-06.plan.md",
            "plans/2025-11-06_.plan.md",
            "plans/2025-13-06_x.plan.md",
            "plans/2025-1-6_x.plan.md",
            "plans/20251106_x.plan.md",
            "plans/old/2025-11-06_x.plan.md",
            "plans/2025-11-06_a/b.plan.md",
            "plans/2025-11-06_x.md",
            "docs/2025-11-06_x.plan.md",
            "2025-11-06_x.plan.md",
        ] {
            assert_eq!(named(path), None, "{path}");
        }
    }

    #[test]
    fn parts_are_found_where_they_stand() {
        let plan = plan(
            "\u{feff}# Plan — Validation of tasks\n\n## Metadata\n\n### Required Reading (in order)\n1. `a.md`\n\n\
             ## Tasks (D+1)\n- one\n\n### Tasks of the second hour\n- two\n\n## Tasks (D+2)\n- three\n\n\
             ```\n## Validation Matrix\n```\n",
        );
        let lines = |part| plan.of(part).map(|s| (s.line, s.end)).collect::<Vec<_>>();
        assert_eq!(lines(Part::Reading), [(5, 7)]);
        assert_eq!(lines(Part::Tasks), [(8, 13), (14, 19)]);
        assert_eq!(lines(Part::Validation), []);
        let section = plan.of(Part::Reading).next().unwrap();
        assert_eq!(plan.below(section), (6, "1. `a.md`\n\n".to_owned()));
    }
}
