//! `lefthook.yml`.

use super::block::Text;
use super::{HOOKS, RunnerError, yaml};

/// Where lefthook looks, in its order.
pub(super) const FILES: &[&str] = &[
    "lefthook.yml",
    "lefthook.yaml",
    "lefthook.toml",
    "lefthook.json",
    ".lefthook.yml",
    ".lefthook.yaml",
    ".lefthook.toml",
    ".lefthook.json",
    ".config/lefthook.yml",
    ".config/lefthook.yaml",
    ".config/lefthook.toml",
    ".config/lefthook.json",
];

pub(super) fn put(text: &mut Text) -> Result<(), RunnerError> {
    yaml::plain(&text.lines)?;
    for (hook, program) in HOOKS {
        let all = 0..text.lines.len();
        match yaml::key(&text.lines, all, 0, hook)? {
            None => {
                let job = indented(6, &run(hook, program));
                text.insert(text.lines.len(), 0, &format!("{hook}:\n  commands:\n    ackgate:\n{job}"));
            }
            Some(line) => beside(text, line, &run(hook, program))?,
        }
    }
    Ok(())
}

/// Puts a command beside those that a hook has.
fn beside(text: &mut Text, hook: usize, run: &str) -> Result<(), RunnerError> {
    let inside = yaml::below(&text.lines, hook);
    let margin = yaml::margin(&text.lines, inside.clone()).unwrap_or(2);
    if let Some(jobs) = yaml::key(&text.lines, inside.clone(), margin, "jobs")? {
        let items = yaml::below(&text.lines, jobs);
        let at = yaml::margin(&text.lines, items.clone()).unwrap_or(margin + 2);
        text.insert(items.end, at, &format!("- name: ackgate\n{}", indented(2, run)));
    } else if let Some(commands) = yaml::key(&text.lines, inside.clone(), margin, "commands")? {
        let named = yaml::below(&text.lines, commands);
        let at = yaml::margin(&text.lines, named.clone()).unwrap_or(margin + 2);
        text.insert(named.end, at, &format!("ackgate:\n{}", indented(2, run)));
    } else {
        text.insert(inside.end, margin, &format!("commands:\n  ackgate:\n{}", indented(4, run)));
    }
    Ok(())
}

fn run(hook: &str, program: &str) -> String {
    match hook {
        "commit-msg" => format!("run: {program} {{1}}"),
        // Without this lefthook keeps git's list of refs to itself.
        "pre-push" => format!("use_stdin: true\nrun: {program} {{0}}"),
        _ => format!("run: {program}"),
    }
}

fn indented(by: usize, text: &str) -> String {
    let lines: Vec<String> = text.lines().map(|line| format!("{}{line}", " ".repeat(by))).collect();
    lines.join("\n")
}
