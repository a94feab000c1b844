//! Whether a plan says what it has to say.

use super::{Part, Plan, labelled};
use crate::log::unnumbered;

/// What a draft has in the place of what nobody has said yet.
pub const PLACEHOLDER: &str = "[fill in";

/// What a plan lacks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Lack {
    /// No heading of it.
    Missing(Part),
    /// A heading and nothing under it.
    Empty {
        /// What is headed.
        part: Part,
        /// The heading's line.
        line: usize,
    },
    /// What a draft left open is still open.
    Placeholder {
        /// The part that it stands in.
        part: Part,
        /// Its line.
        line: usize,
    },
}

impl Plan {
    /// What it lacks of the three parts that every plan has, in the order of their lines, what is missing first.
    pub fn lacks(&self) -> Vec<Lack> {
        let mut lacks: Vec<Lack> = Part::REQUIRED.into_iter().flat_map(|part| self.lacks_of(part)).collect();
        lacks.sort_by_key(|lack| match lack {
            Lack::Missing(_) => 0,
            Lack::Empty { line, .. } | Lack::Placeholder { line, .. } => *line,
        });
        lacks
    }

    /// What it lacks of the scope and the budget, which a plan for the next agent has: a heading or a line `Budget: …`.
    pub fn lacks_for_the_next(&self) -> Vec<Lack> {
        let named = |part: Part| {
            let labels =
                ["", "target ", "token ", "time "].map(|kind| format!("{kind}{}", part.title().to_lowercase()));
            self.text.lines().filter_map(|line| labels.iter().find_map(|label| labelled(line, label))).any(is_said)
        };
        let lacks = [Part::Scope, Part::Budget].into_iter().filter(|part| !named(*part));
        lacks.flat_map(|part| self.lacks_of(part)).collect()
    }

    fn lacks_of(&self, part: Part) -> Vec<Lack> {
        let Some(first) = self.of(part).next() else { return vec![Lack::Missing(part)] };
        let mut said = false;
        let mut open = Vec::new();
        for section in self.of(part) {
            let (from, text) = self.below(section);
            for (line, text) in (from..).zip(text.lines()) {
                match is_open(text) {
                    true => open.push(Lack::Placeholder { part, line }),
                    false => said |= is_said(text),
                }
            }
        }
        if open.is_empty() && !said { vec![Lack::Empty { part, line: first.line }] } else { open }
    }
}

/// A line that a draft left open, or in which nothing but a mark stands for what is to come.
fn is_open(line: &str) -> bool {
    let bare = unnumbered(line.trim()).trim_end_matches(['.', ':', '*', '_', '`']);
    line.to_lowercase().contains(PLACEHOLDER) || ["TODO", "TBD"].contains(&bare)
}

/// A line that says something: not a heading, not HTML alone, not marks alone.
fn is_said(line: &str) -> bool {
    let line = line.trim();
    !line.starts_with(['#', '<']) && line.contains(char::is_alphanumeric)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn plan(text: &str) -> Plan {
        Plan::read("2025-11-06".parse().unwrap(), "r4", text)
    }

    #[test]
    fn a_plan_lacks_what_is_not_there_and_what_says_nothing() {
        use Lack::{Empty, Missing, Placeholder};
        use Part::{Reading, Tasks, Validation};
        let whole =
            "# P\n\n## Required Reading\n- a\n\n## Tasks (D+1)\n- b\n\n## Validation Matrix\n- N/A (process slice)\n";
        for (text, lacks) in [
            (whole.to_owned(), vec![]),
            (whole.replace("## Tasks (D+1)", "## Phase 1"), vec![Missing(Tasks)]),
            (whole.replace("- a\n", ""), vec![Empty { part: Reading, line: 3 }]),
            (whole.replace("- b\n", "<!-- the tasks -->\n"), vec![Empty { part: Tasks, line: 6 }]),
            (whole.replace("- b\n", "### Later\n- \n---\n"), vec![Empty { part: Tasks, line: 6 }]),
            (whole.replace("- b\n", "- b\n- [fill in: the rest]\n"), vec![Placeholder { part: Tasks, line: 8 }]),
            (whole.replace("- b\n", "1. TODO\n"), vec![Placeholder { part: Tasks, line: 7 }]),
            (whole.replace("- b\n", "- update the TODO list\n"), vec![]),
            (whole.replace("- N/A (process slice)", "| Command |\n| --- |\n| **TBD** |"), vec![]),
            (whole.replace("- N/A (process slice)", "```bash\npytest\n```"), vec![]),
            (format!("{whole}\n## Tasks (D+2)\n"), vec![]),
            (String::new(), vec![Missing(Reading), Missing(Tasks), Missing(Validation)]),
        ] {
            assert_eq!(plan(&text).lacks(), lacks, "{text}");
        }
    }

    #[test]
    fn the_next_plan_names_scope_and_budget() {
        use Lack::{Missing, Placeholder};
        let both = vec![Missing(Part::Scope), Missing(Part::Budget)];
        for (text, lacks) in [
            ("## Objectives\n1. a\n\n## Target Budget\n- 190K tokens\n", vec![]),
            ("- **Scope:** a\n- Token budget: 190K\n", vec![]),
            ("## Scope & Budget\n- a\n", vec![Missing(Part::Budget)]),
            ("## Scope\n- [fill in: what]\n\nBudget: one day\n", vec![Placeholder { part: Part::Scope, line: 2 }]),
            ("Budget:\nScope: \n", both.clone()),
            ("our scope, and the budget\n", both),
        ] {
            assert_eq!(plan(text).lacks_for_the_next(), lacks, "{text}");
        }
    }
}
