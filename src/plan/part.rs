//! The parts of a plan, and the headings that people give them.

/// A part that the protocol asks a plan for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Part {
    /// Required Reading.
    Reading,
    /// Tasks.
    Tasks,
    /// Validation Matrix.
    Validation,
    /// The scope, which a plan for the next agent has.
    Scope,
    /// The budget, which a plan for the next agent has.
    Budget,
}

impl Part {
    /// What every plan has.
    pub const REQUIRED: [Part; 3] = [Part::Reading, Part::Tasks, Part::Validation];

    /// The heading, as the protocol words it.
    pub fn title(self) -> &'static str {
        match self {
            Part::Reading => "Required Reading",
            Part::Tasks => "Tasks",
            Part::Validation => "Validation Matrix",
            Part::Scope => "Scope",
            Part::Budget => "Budget",
        }
    }

    /// Whether a heading heads this part: whole words at its start, in any case, behind a number or sign.
    pub fn heads(self, heading: &str) -> bool {
        let heading = numberless(heading).to_lowercase().replace("&", "and");
        let words: Vec<&str> = heading.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()).collect();
        self.names().iter().any(|name| words.starts_with(name))
    }

    fn names(self) -> &'static [&'static [&'static str]] {
        match self {
            Part::Reading => &[&["required", "reading"], &["required", "readings"], &["reading", "list"]],
            Part::Tasks => &[&["tasks"], &["task", "list"], &["task", "breakdown"]],
            Part::Validation => &[
                &["validation"],
                &["test", "and", "validation"],
                &["tests", "and", "validation"],
                &["testing", "and", "validation"],
            ],
            Part::Scope => {
                &[&["scope"], &["objective"], &["objectives"], &["goal"], &["goals"], &["desired", "end", "state"]]
            }
            Part::Budget => &[&["budget"], &["target", "budget"], &["token", "budget"], &["time", "budget"]],
        }
    }
}

/// A heading without the numbers and signs before its words: `2.1 Tasks`, `B) Tasks`, `✅ Tasks`.
fn numberless(heading: &str) -> &str {
    let mut rest = crate::log::unnumbered(heading);
    while rest.starts_with(|c: char| c.is_ascii_digit()) {
        rest = rest.trim_start_matches(|c: char| c.is_ascii_digit());
        rest = rest.trim_start_matches(|c: char| !c.is_alphanumeric());
    }
    rest
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn headings_are_known_as_they_are_written() {
        for (heading, part) in [
            ("Required Reading", Part::Reading),
            ("Required Reading (Pre-flight)", Part::Reading),
            ("required reading: complete in order", Part::Reading),
            ("Tasks", Part::Tasks),
            ("Tasks (D+1)", Part::Tasks),
            ("Tasks — D+2", Part::Tasks),
            ("2. Tasks", Part::Tasks),
            ("2.1 Tasks", Part::Tasks),
            ("B) Task breakdown", Part::Tasks),
            ("✅ Tasks", Part::Tasks),
            ("Validation Matrix", Part::Validation),
            ("Validation Checklist", Part::Validation),
            ("Validation matrix/acceptance", Part::Validation),
            ("Tests & Validation", Part::Validation),
            ("Objectives", Part::Scope),
            ("Scope & Budget", Part::Scope),
            ("Target Budget", Part::Budget),
        ] {
            assert!(part.heads(heading), "{heading}");
            assert!(Part::REQUIRED.iter().all(|other| *other == part || !other.heads(heading)), "{heading}");
        }
        for heading in [
            "",
            "Phase 1: Package skeleton",
            "Pre-flight Checklist",
            "Reading",
            "Tasksheet",
            "Task",
            "No validation",
            "1.",
        ] {
            assert!(Part::REQUIRED.iter().all(|part| !part.heads(heading)), "{heading}");
        }
    }
}
