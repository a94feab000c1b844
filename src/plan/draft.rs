//! A plan to be filled in, as far as it is known what it will say.

use super::complete::PLACEHOLDER;
use crate::log::{self, part_of, unnumbered};
use crate::report::escape;

/// What is known of a slice before it is planned; every text is one that others wrote.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Known {
    /// What has to be read: several texts where one of them will do.
    pub reading: Vec<Vec<String>>,
    /// The log, as a reader finds it.
    pub log: String,
    /// The paths that the slice's gate lists.
    pub paths: Vec<String>,
    /// The fields that it names.
    pub fields: Vec<String>,
    /// The items of its validation matrix, as written.
    pub validation: Vec<String>,
}

/// The text of the plan. What is not known is left open, so that the plan is not complete until somebody fills it in.
pub fn draft(slice: &str, known: &Known) -> String {
    let open = |what: &str| format!("- {PLACEHOLDER}: {what}]\n");
    let code = |text: &String| format!("`{}`", escape(text).replace('`', ""));
    let mut out = format!("# Plan — {}\n\n## Scope\n", escape(slice));
    out.push_str(&open("what this slice does, and what it leaves alone"));
    out.push_str(&format!("\n## Budget\n{}", open("hours, tokens or days; D+1, at most D+2")));
    out.push_str("\n## Required Reading\n");
    for one_of in &known.reading {
        out.push_str(&format!("- {}\n", one_of.iter().map(code).collect::<Vec<_>>().join(" or ")));
    }
    out.push_str(&format!("- {} (the latest entries)\n\n## Tasks\n", code(&known.log)));
    for path in &known.paths {
        out.push_str(&format!("- {}: {PLACEHOLDER}: what changes there]\n", code(path)));
    }
    if known.paths.is_empty() {
        out.push_str(&open("the tasks, each with the paths that it touches"));
    }
    if !known.fields.is_empty() {
        out.push_str(&format!("- Fields: {}\n", known.fields.iter().map(code).collect::<Vec<_>>().join(", ")));
    }
    out.push_str("\n## Validation Matrix\n");
    for item in &known.validation {
        out.push_str(&format!("- {}\n", escape(item)));
    }
    if known.validation.is_empty() {
        out.push_str(&open("each command that shows that it is done, as a code span"));
    }
    out
}

/// What a gate's text lists as its validation matrix, item by item, as written.
pub fn gate_matrix(text: &str) -> Vec<String> {
    let is_validation = |line: &&str| part_of(line) == Some(log::Part::Validation);
    let mut lines = text.lines().skip_while(|line| !is_validation(line));
    let inline = lines.next().and_then(|line| line.split_once(':')).map(|(_, rest)| rest.trim_matches(['*', '_', ' ']));
    let below = lines.take_while(|line| part_of(line).is_none() && !line.starts_with('#')).map(str::trim);
    let items = below.filter(|line| !line.starts_with(['|', '<'])).map(|line| {
        let bare = line.trim_start_matches(['-', '*', '+', ' ']);
        if unnumbered(line).is_empty() { "" } else { bare }
    });
    inline.into_iter().chain(items).filter(|item| !item.is_empty()).map(str::to_owned).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::plan::{Lack, Part, Plan};

    #[test]
    fn a_gate_lends_its_matrix() {
        let gate = "## AgentOS (alignment gate: r4)\n\n- What we will change (paths + fields):\n  - `a/b.py`\n\
                    - **Validation matrix and acceptance:**\n  - Unit: `pytest`\n  - `behave`\n- Packaging/licensing impacts: none\n";
        assert_eq!(gate_matrix(gate), ["Unit: `pytest`", "`behave`"]);
        assert_eq!(gate_matrix("## A (alignment gate)\nValidation: `pytest -q` is green\n"), ["`pytest -q` is green"]);
        assert!(gate_matrix("## A (alignment gate)\n- Timeline: D+1\n").is_empty());
    }

    #[test]
    fn a_draft_has_every_part_and_is_not_complete() {
        let texts = |texts: &[&str]| texts.iter().map(|t| (*t).to_owned()).collect::<Vec<_>>();
        let known = Known {
            reading: vec![texts(&["a.md"]), texts(&["b.md", "b.PRO.md"])],
            log: "docs/LOG.md".into(),
            paths: texts(&["src/x.py"]),
            fields: texts(&["warn"]),
            validation: texts(&["Unit: `pytest`"]),
        };
        for (known, open) in [(known, vec![Part::Tasks]), (Known::default(), vec![Part::Tasks, Part::Validation])] {
            let text = draft("r4", &known);
            let plan = Plan::read("2025-11-06".parse().unwrap(), "r4", &text);
            let parts: Vec<Part> = plan
                .lacks()
                .iter()
                .map(|lack| match lack {
                    Lack::Placeholder { part, .. } => *part,
                    _ => panic!("{lack:?}"),
                })
                .collect();
            assert_eq!(parts, open, "{text}");
            assert_eq!(plan.lacks_for_the_next().len(), 2);
        }
    }
}
