//! The entries of the handoff log.

use jiff::civil::Date;

use super::{Entry, Role, slice_of};
use crate::log::{Token, date_of, words};
use crate::markdown::{Body, parse, plain, said_lines, unix};
use crate::plan::{labelled, pointed_at};

/// Reads the handoff log. An entry starts with a heading of level 2, or with a deeper one that a date opens; the template
/// (`## YYYY-MM-DD – <Role>: <Task>`) is none.
pub fn read(text: &str) -> Vec<Entry> {
    let text = &*unix(text);
    let document = parse(text);
    // Every heading that ends an entry; of them those with a heading's text start one.
    let mut cuts: Vec<(usize, Option<String>)> = Vec::new();
    for block in &document.blocks {
        let Body::Heading { level, in_html: false, text, .. } = &block.body else { continue };
        let heading = plain(text).split_whitespace().collect::<Vec<_>>().join(" ");
        let dated = words(&heading).first().is_some_and(|token| date(token).is_some());
        if *level <= 2 || dated {
            let is_entry = *level > 1 && !heading.starts_with("YYYY-MM-DD");
            cuts.push((block.line, is_entry.then_some(heading)));
        }
    }
    let lines = text.lines().count();
    let said = said_lines(&document, text);
    let ends = cuts.iter().skip(1).map(|(line, _)| line - 1).chain([lines]);
    let entries = cuts.iter().zip(ends).filter_map(|((line, heading), end)| {
        let heading = heading.clone()?;
        let body: String = text.lines().skip(*line).take(end - line).map(|line| format!("{line}\n")).collect();
        let inside: Vec<&str> =
            said.iter().filter(|(number, _)| number > line && *number <= end).map(|(_, line)| *line).collect();
        Some(entry(*line, end, heading, body, &inside))
    });
    entries.collect()
}

/// The role that a word names, in any case.
pub fn role_of(word: &str) -> Option<Role> {
    Role::ALL.into_iter().find(|role| role.as_str().eq_ignore_ascii_case(word))
}

/// Whether a word or code span of the heading is this name.
pub(super) fn names(heading: &str, name: &str) -> bool {
    let glued = |c: char| c.is_alphanumeric() || matches!(c, '_' | '-' | '/');
    heading.match_indices(name).any(|(at, found)| {
        let (before, after) = heading.split_at(at);
        let after = after.strip_prefix(found).unwrap_or_default();
        let ends = after.strip_prefix('.').unwrap_or(after);
        !name.is_empty() && !before.ends_with(glued) && !before.ends_with('.') && !ends.starts_with(glued)
    })
}

fn entry(line: usize, end: usize, heading: String, body: String, said: &[&str]) -> Entry {
    let tokens = words(&heading);
    let (role, title) = role_and_title(&heading);
    let plan = said.iter().find_map(|line| labelled(line, "plan")).and_then(|line| pointed_at(line).first().copied());
    let slice = said.iter().find_map(|line| labelled(line, "slice")).and_then(|named| {
        let name = named.split(|c: char| c.is_whitespace() || "`*,;()".contains(c)).find(|word| !word.is_empty())?;
        Some(name.trim_end_matches('.').to_owned())
    });
    Entry {
        line,
        end,
        date: tokens.iter().find_map(date),
        role,
        title,
        slice: slice.or_else(|| plan.and_then(slice_of).map(str::to_owned)),
        plan: plan.map(str::to_owned),
        heading,
        body,
    }
}

/// `2025-11-05 – Planner: Task`: the role is alone before a mark, or has one word before it, the party's.
fn role_and_title(heading: &str) -> (Option<Role>, String) {
    let marks = |c: char| c.is_whitespace() || "—–―-:,".contains(c);
    let undated = match heading.split_once(char::is_whitespace) {
        Some((first, rest)) if date_of(first.trim_end_matches(marks)).is_some() => rest,
        None if date_of(heading).is_some() => "",
        _ => heading,
    };
    let rest = undated.trim_start_matches(marks);
    let opened = rest.strip_prefix(['(', '[']);
    let inside = opened.unwrap_or(rest);
    let length = inside.find([':', '—', '–', '(', ')', '[', ']', ',']).unwrap_or(inside.len());
    let length = inside.find(" - ").map_or(length, |dash| dash.min(length));
    let (before, after) = inside.split_at(length);
    let words: Vec<&str> = before.split_whitespace().collect();
    let role = match words.as_slice() {
        [word] | [_, word] => role_of(word),
        _ => None,
    };
    let title = match (role, opened) {
        (Some(_), Some(_)) => after.trim_start_matches([')', ']']),
        (Some(_), None) => after,
        (None, _) => rest,
    };
    (role, title.trim_start_matches(marks).trim_end().to_owned())
}

fn date(token: &Token) -> Option<Date> {
    date_of(token.word()?)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn headings_say_date_role_and_title() {
        for (heading, date, role, title) in [
            ("2025-11-05 – Planner: Tracker CLI MVP", Some("2025-11-05"), Some(Role::Planner), "Tracker CLI MVP"),
            ("2025-11-05 — Executor — r4-adapter", Some("2025-11-05"), Some(Role::Executor), "r4-adapter"),
            ("2025-11-05 - scout: x", Some("2025-11-05"), Some(Role::Scout), "x"),
            ("2025-11-05: EXECUTOR (CCC): x", Some("2025-11-05"), Some(Role::Executor), "(CCC): x"),
            ("2025-11-05 (Executor): x", Some("2025-11-05"), Some(Role::Executor), "x"),
            ("2025-11-05 – AgentOS executor: x", Some("2025-11-05"), Some(Role::Executor), "x"),
            ("Planner – x (2025-11-05)", Some("2025-11-05"), Some(Role::Planner), "x (2025-11-05)"),
            ("2025-11-05 Executor", Some("2025-11-05"), Some(Role::Executor), ""),
            ("2025-11-05", Some("2025-11-05"), None, ""),
            ("2025-10-21 – Session Start UAT", Some("2025-10-21"), None, "Session Start UAT"),
            ("2025-10-20 W0-CHP-1 Execution", Some("2025-10-20"), None, "W0-CHP-1 Execution"),
            (
                "Week-0 Execution — W0-CHP-2 (2025-10-20)",
                Some("2025-10-20"),
                None,
                "Week-0 Execution — W0-CHP-2 (2025-10-20)",
            ),
            ("2025-11-05 – Executor prompts imported: x", Some("2025-11-05"), None, "Executor prompts imported: x"),
            ("2025-11-05 – Notes for the Planner: x", Some("2025-11-05"), None, "Notes for the Planner: x"),
            ("2025-13-05 – Planner: x", None, None, "2025-13-05 – Planner: x"),
            ("Next Agent Brief", None, None, "Next Agent Brief"),
        ] {
            let found = read(&format!("# Log\n\n## {heading}\n"));
            let [entry] = found.as_slice() else { panic!("{heading}: {found:?}") };
            assert_eq!(entry.date.map(|d| d.to_string()).as_deref(), date, "{heading}");
            assert_eq!((entry.role, entry.title.as_str()), (role, title), "{heading}");
        }
    }

    #[test]
    fn entries_name_plans_and_slices() {
        let text = "# Log\n\n## YYYY-MM-DD – <Role>: <Task>\n- Plan: `plans/YYYY-MM-DD_<task>.plan.md`\n\n\
            ## 2025-11-05 – Scout: one\n- Plan: *(not drafted yet)*\n- Next: `plans/2025-11-05_later.plan.md`\n\n\
            ## 2025-11-05 – Planner: two\n- **Plan:** `plans/2025-11-05_r4-adapter.plan.md` (phase 4)\n### Details\nmore\n\n\
            ### 2025-11-06 — three\n- Slice: `r5`.\n\n```\n## 2025-11-07 – Executor: four\n- Plan: `plans/2025-11-07_x.plan.md`\n```\n";
        let found = read(text);
        let shown: Vec<_> = found.iter().map(|e| (e.line, e.end, e.plan.as_deref(), e.slice.as_deref())).collect();
        let plan = Some("plans/2025-11-05_r4-adapter.plan.md");
        assert_eq!(shown, [(6, 9, None, None), (10, 14, plan, Some("r4-adapter")), (15, 21, None, Some("r5"))]);
        assert!(found[0].is_about("later") && !found[0].is_about("late"));
        assert!(found[1].is_about("r4-adapter") && !found[1].is_about("adapter") && !found[1].is_about(""));
    }

    #[test]
    fn lines_are_those_that_markdown_counts() {
        let shown: Vec<_> =
            read("## \rplan\nmd\n---\nx\n").iter().map(|e| (e.line, e.end, e.heading.clone())).collect();
        assert_eq!(shown, [(1, 1, String::new()), (2, 5, "plan md".to_owned())]);
    }

    #[test]
    fn a_slice_is_named_by_a_whole_word() {
        for (heading, said) in [
            ("Executor: r4-adapter", true),
            ("Executor: r4-adapter.", true),
            ("Executor: `r4-adapter`, done", true),
            ("r4-adapter", true),
            ("Executor: r4-adapter-2", false),
            ("Executor: r4-adapter.v2", false),
            ("Executor: my/r4-adapter", false),
        ] {
            assert_eq!(names(heading, "r4-adapter"), said, "{heading}");
        }
    }

    proptest! {
        #[test]
        fn no_text_makes_it_panic(text in "(## |### |2025-11-05|–|: |Planner|\n|- Plan:|plans/|.plan.md|`|\r|<del>|---|é| ){0,24}") {
            drop(read(&text));
        }
    }
}
