//! What a session leaves, drafted from what is known.

use jiff::civil::Date;

use super::{Entry, Role, pointers, read};
use crate::markdown::appended;
use crate::plan::PLACEHOLDER;
use crate::report::escape;

/// What is known of a slice that is handed over; every text is one that others wrote.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Done {
    /// The day.
    pub date: Date,
    /// The slice.
    pub slice: String,
    /// The path of its plan.
    pub plan: Option<String>,
    /// What was done, a line each.
    pub work: Vec<String>,
    /// The paths that it touched, with what has become of each.
    pub touched: Vec<String>,
    /// Each command that was run and how it ended, and where the evidence is; one line where there is nothing to run.
    pub validation: Vec<String>,
    /// The path of the plan for the next agent.
    pub next: Option<String>,
}

/// The entry for the handoff log, as sessions write them. What is not known is left open, so that it is no handoff until
/// somebody fills it in.
pub fn entry(done: &Done) -> String {
    let slice = one_line(&done.slice);
    let mut out = format!("## {} – {}: {slice}\n- Slice: {slice}\n", done.date, Role::Executor.as_str());
    let plan = done.plan.iter().map(|path| format!("`{path}`")).collect();
    item(&mut out, "Plan", plan, "the path of the slice's plan");
    item(&mut out, "Work summary", done.work.clone(), "what was done, and what was left alone");
    if !done.touched.is_empty() {
        item(&mut out, "Touched", done.touched.clone(), "");
    }
    item(&mut out, "Validation", done.validation.clone(), "the commands that were run, and how they ended");
    let next = done.next.iter().map(|path| format!("`{path}`")).collect();
    item(&mut out, "Next", next, "the plan for the next agent, or what is left to do");
    out
}

/// The lines for the progress log that point at the plan.
pub fn pointer(date: Date, slice: &str, plan: &str) -> String {
    let slice = one_line(slice);
    format!("## {date} {slice}\n- Plan of slice {slice}: `{plan}`\n")
}

fn item(out: &mut String, label: &str, said: Vec<String>, open: &str) {
    match said.as_slice() {
        [] => out.push_str(&format!("- {label}: {PLACEHOLDER}: {open}]\n")),
        [one] => out.push_str(&format!("- {label}: {}\n", one_line(one))),
        several => {
            out.push_str(&format!("- {label}:\n"));
            several.iter().for_each(|one| out.push_str(&format!("  - {}\n", one_line(one))));
        }
    }
}

fn one_line(text: &str) -> String {
    escape(&text.split_whitespace().collect::<Vec<_>>().join(" "))
}

/// The handoff log with one more entry, read back: every earlier entry as it was, and this one the last. `None` where it
/// would be read as something else, as behind a fence or a comment that is left open.
pub fn with_entry(text: Option<&str>, entry: &str) -> Option<String> {
    let before = text.unwrap_or("# Session Handoff Log\n");
    let after = appended(before, entry);
    let head = |entry: &Entry| (entry.line, entry.heading.clone());
    let wanted = read(entry);
    let (old, new) = (read(before), read(&after));
    let (last, earlier) = new.split_last()?;
    let holds = earlier.iter().map(head).eq(old.iter().map(head))
        && wanted.iter().map(|entry| &entry.heading).eq([&last.heading])
        && wanted.first().is_some_and(|entry| (&entry.plan, &entry.slice) == (&last.plan, &last.slice));
    holds.then_some(after)
}

/// The progress log with one more pointer, read back in the same way.
pub fn with_pointer(text: Option<&str>, more: &str) -> Option<String> {
    let before = text.unwrap_or("# Progress\n");
    let after = appended(before, more);
    let wanted = pointers(more);
    let (old, new) = (pointers(before), pointers(&after));
    let (last, earlier) = new.split_last()?;
    let holds =
        earlier == old.as_slice() && wanted.iter().map(|one| (&one.path, one.date)).eq([(&last.path, last.date)]);
    holds.then_some(after)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const PLAN: &str = "plans/2025-11-06_r4.plan.md";

    fn done() -> Done {
        Done {
            date: "2025-11-06".parse().unwrap(),
            slice: "r4".to_owned(),
            plan: Some(PLAN.to_owned()),
            work: vec!["Read the cost".to_owned()],
            touched: vec!["`a.py`".to_owned(), "`b.py`, deleted".to_owned()],
            validation: vec!["`pytest`: passed".to_owned()],
            next: Some("plans/2025-11-07_r5.plan.md".to_owned()),
        }
    }

    #[test]
    fn an_entry_says_what_is_known_and_leaves_the_rest_open() {
        let text = entry(&done());
        assert_eq!(
            text,
            "## 2025-11-06 – Executor: r4\n- Slice: r4\n- Plan: `plans/2025-11-06_r4.plan.md`\n- Work summary: Read the cost\n\
             - Touched:\n  - `a.py`\n  - `b.py`, deleted\n- Validation: `pytest`: passed\n- Next: `plans/2025-11-07_r5.plan.md`\n"
        );
        let [found] = &read(&text)[..] else { panic!() };
        assert!(found.is_about("r4") && found.open_line().is_none());
        assert_eq!((found.role, found.plan.as_deref()), (Some(Role::Executor), Some(PLAN)));
        let unknown = Done { plan: None, work: vec![], touched: vec![], validation: vec![], next: None, ..done() };
        let [found] = &read(&entry(&unknown))[..] else { panic!() };
        assert!(found.is_about("r4"));
        assert_eq!((found.open_line(), found.body.matches(PLACEHOLDER).count()), (Some(3), 4));
    }

    #[test]
    fn line_ends_and_what_is_there_are_kept() {
        let (more, line) = (entry(&done()), pointer(done().date, "r4", PLAN));
        for before in ["# Log\n\n## 2025-11-05 – Scout: r4\n- x\n", "# Log\n\n## 2025-11-05 – Scout: r4\n- x", ""] {
            let windows = before.replace('\n', "\r\n");
            for (text, end) in [(before, "\n"), (windows.as_str(), "\r\n")] {
                let end = if text.contains('\n') { end } else { "\n" };
                for after in [with_entry(Some(text), &more).unwrap(), with_pointer(Some(text), &line).unwrap()] {
                    assert!(after.starts_with(text) && after.ends_with(end), "{after:?}");
                    assert_eq!(after.matches('\n').count(), after.matches(end).count(), "{after:?}");
                }
            }
        }
        assert!(with_entry(None, &more).unwrap().starts_with("# Session Handoff Log\n\n## 2025"));
        assert!(with_pointer(None, &line).unwrap().starts_with("# Progress\n\n## 2025"));
        for open in ["# Log\n```\nx\n", "# Log\n<!-- x\n"] {
            assert_eq!((with_entry(Some(open), &more), with_pointer(Some(open), &line)), (None, None), "{open}");
        }
    }

    proptest! {
        #[test]
        fn whatever_was_done_the_entry_is_read_as_it_is_meant(
            words in prop::collection::vec("[ a#`<>!\\[\\]|*_~:.\n-]{0,12}", 0..4), slice in "[a-z][a-z0-9.-]{0,6}[a-z]",
        ) {
            let done = Done { slice: slice.clone(), work: words.clone(), touched: words.clone(), validation: words, ..done() };
            if let Some(after) = with_entry(Some("# Log\n"), &entry(&done)) {
                let found = read(&after);
                prop_assert!(found.len() == 1 && found[0].is_about(&slice));
            }
        }
    }
}
