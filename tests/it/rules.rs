//! The catalogue, and the literate case files of its rules.

use std::collections::BTreeSet;
use std::fs;
use std::path::PathBuf;

use ackgate::rules::names::NAMES;
use ackgate::rules::{RULES, find};

use crate::literate::{Case, File};

#[test]
fn literate_cases_say_what_the_program_does() {
    let failures: Vec<String> = std::thread::scope(|scope| {
        let running: Vec<_> = files()
            .into_iter()
            .map(|file| scope.spawn(move || file.cases.iter().filter_map(|c| c.fails(&file.name)).collect::<Vec<_>>()))
            .collect();
        running.into_iter().flat_map(|thread| thread.join().unwrap()).collect()
    });
    assert!(failures.is_empty(), "{} failed\n\n{}", failures.len(), failures.join("\n"));
}

#[test]
fn every_rule_has_a_file_with_a_case_that_fires_it_and_one_that_does_not() {
    let files = files();
    let names: Vec<&str> = files.iter().map(|file| file.name.as_str()).collect();
    let wanted: Vec<String> = RULES.iter().map(|rule| format!("{}.md", rule.code)).collect();
    assert_eq!(names, wanted, "the files of tests/rules and the rules");
    for (file, rule) in files.iter().zip(RULES) {
        assert_eq!(file.title, format!("{} {}", rule.code, rule.name), "title of {}", file.name);
        assert!(file.cases.iter().any(|case| case.fires(rule.code)), "no case of {} fires it", file.name);
        assert!(file.cases.iter().any(|case| !case.fires(rule.code)), "every case of {} fires it", file.name);
    }
}

#[test]
fn cases_expect_codes_that_exist() {
    for file in files() {
        for line in file.cases.iter().flat_map(Case::expected) {
            let known = line.split_once(' ').is_some_and(|(severity, code)| {
                matches!(severity, "error" | "warning" | "note")
                    && (code == "AG000" || RULES.iter().any(|r| r.code == code))
            });
            assert!(line == "pass" || known, "{}: `{line}`", file.name);
        }
    }
}

#[test]
fn a_policy_may_make_a_rule_an_error_a_warning_or_nothing() {
    for (key, setting, expected) in [
        ("ack-missing", "off", "pass"),
        ("ack-missing", "warning", "warning AG102"),
        ("ack-missing", "error", "error AG102"),
        ("AG102", "off", "pass"),
    ] {
        let text = format!(
            "# x\n## case\nA sentence.\n```policy\nversion = 1\nparty = \"AgentOS\"\n\
             log = {{ path = \"docs/integration/CCC_AGENT_CHAT.md\", owner = \"AgentOS\" }}\n\
             parties.AgentOS.aliases = [\"AgentOS\"]\nparties.CCC.aliases = [\"CCC\"]\n\
             protect.adapter = [\"src/**\"]\nrules.gate-incomplete = \"off\"\nrules.{key} = \"{setting}\"\n```\n\
             ```log\n## AgentOS (alignment gate: r4-adapter)\n```\n```stage\n+ src/adapter.rs\n```\n```expect\npass\n```\n"
        );
        let found = File::parse("policy", &text).cases[0].run().found;
        assert_eq!(found, BTreeSet::from([expected.to_owned()]), "{key} = {setting}");
    }
}

#[test]
fn codes_and_names_are_sorted_unique_and_among_the_public_ones() {
    assert!(RULES.windows(2).all(|pair| pair[0].code < pair[1].code), "RULES is not sorted by code");
    assert!(NAMES.windows(2).all(|pair| pair[0].0 < pair[1].0), "NAMES is not sorted by code");
    let words: BTreeSet<&str> = NAMES.iter().flat_map(|(code, name)| [*code, *name]).collect();
    assert_eq!(words.len(), 2 * NAMES.len(), "a code or name stands twice in NAMES");
    for rule in RULES {
        assert!(NAMES.contains(&(rule.code, rule.name)), "{} {} is not in NAMES", rule.code, rule.name);
    }
}

#[test]
fn rules_are_found_by_code_and_name_in_any_case() {
    for rule in RULES {
        for word in [rule.code, rule.name] {
            for word in [word.to_owned(), word.to_lowercase(), word.to_uppercase()] {
                assert_eq!(find(&word).map(|found| found.code), Some(rule.code), "{word}");
            }
        }
    }
    assert!(find("AG000").is_none() && find("").is_none());
}

#[test]
fn every_rule_is_documented_under_the_same_headings() {
    for rule in RULES {
        let text: String = rule.documentation.lines().map(|line| format!("{}\n", line.trim())).collect();
        let text = format!("\n{text}");
        let parts = text.split("\n# ").skip(1).map(|part| part.split_once('\n').unwrap());
        let (headings, parts): (Vec<&str>, Vec<&str>) = parts.unzip();
        let first = ["What it refuses", "What it warns of"][usize::from(rule.severity.as_str() == "warning")];
        assert_eq!(headings, [first, "Why", "How to go on", "Configuration"], "headings of {}", rule.code);
        assert!(parts.iter().all(|part| !part.trim().is_empty()), "a part of {} is empty", rule.code);
        let quotes = parts[1].split_once('“').is_some_and(|(_, rest)| rest.contains('”'));
        assert!(quotes, "{} does not quote the protocol", rule.code);
    }
}

#[test]
fn the_list_of_codes_is_public() {
    let lines = RULES.iter().map(|rule| format!("{} {} {}\n", rule.code, rule.name, rule.severity.as_str()));
    same("tests/rules/codes.txt", |_| lines.collect());
}

#[test]
fn the_page_of_rules_is_current() {
    same("docs/rules.md", |_| ackgate::rules::markdown());
}

/// Compares a file of the project with what it should be; with `ACKGATE_UPDATE=1` writes it instead.
fn same(file: &str, wanted: impl FnOnce(&str) -> String) {
    let path = root().join(file);
    let old = fs::read_to_string(&path).unwrap_or_default();
    let new = wanted(&old);
    if std::env::var_os("ACKGATE_UPDATE").is_some() {
        return fs::write(path, new).unwrap();
    }
    assert_eq!(
        old, new,
        "{file} is out of date: run `ACKGATE_UPDATE=1 cargo test --test it rules` and look at the diff"
    );
}

fn files() -> Vec<File> {
    let folder = fs::read_dir(root().join("tests/rules")).unwrap().map(|entry| entry.unwrap().path());
    let mut paths: Vec<PathBuf> = folder.filter(|path| path.extension().is_some_and(|e| e == "md")).collect();
    paths.retain(|path| path.file_stem().is_some_and(|stem| stem != "README"));
    paths.sort();
    paths.iter().map(|path| File::read(path)).collect()
}

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}
