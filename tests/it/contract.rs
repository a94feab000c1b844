//! `verify-gate contract`, and contracts through real commits.

use std::process::Output;

use serde_json::{Value, json};

use crate::boundary::{Team, VERIFY, text};
use crate::support::Scratch;

const SCHEMA: &str = "agentos/schemas/v1/usage.json";
const OLD: &str = "{\n  \"properties\": {\n    \"rid\": {\"type\": \"string\"}\n  }\n}\n";
const NEW: &str =
    "{\n  \"properties\": {\n    \"rid\": {\"type\": \"string\"},\n    \"warn_pct\": {\"type\": \"number\"}\n  }\n}\n";

fn contract(scratch: &Scratch, args: &[&str]) -> Output {
    scratch.command(scratch.root(), VERIFY).arg("contract").args(args).output().unwrap()
}

fn report(output: &Output) -> Value {
    serde_json::from_slice(&output.stdout).unwrap_or_else(|error| panic!("{error}: {}", text(output)))
}

#[test]
fn compares_files_and_revisions() {
    let scratch = Scratch::new();
    scratch.write("v1/usage.json", OLD);
    scratch.commit("old");
    scratch.write("v1/usage.json", NEW);
    scratch.write("v1/other.json", OLD.replace("string", "integer"));
    for old in ["HEAD:v1/usage.json", "main:v1/usage.json"] {
        let output = contract(&scratch, &[old, "v1/usage.json", "--format", "json"]);
        let expected = json!({
            "version": 1,
            "additive": true,
            "changes": [{
                "pointer": "/properties/warn_pct",
                "kind": "field-added",
                "breaking": false,
                "message": "`warn_pct` is new and optional",
                "line": 4,
            }],
            "diagnostics": [],
        });
        assert_eq!((report(&output), output.status.code()), (expected, Some(0)));
    }
    let output = contract(&scratch, &["HEAD:v1/usage.json", "v1/other.json", "--format", "json"]);
    let found = report(&output);
    assert_eq!((&found["additive"], output.status.code()), (&json!(false), Some(1)));
    assert_eq!(
        (&found["changes"][0]["kind"], &found["diagnostics"][0]["code"]),
        (&json!("type-changed"), &json!("AG301"))
    );
    assert_eq!(found["diagnostics"][0]["line"], 3);
    let shown = text(&contract(&scratch, &["HEAD:v1/usage.json", "v1/other.json"]));
    let row = shown.lines().find(|line| line.starts_with("! /properties/rid")).unwrap_or_else(|| panic!("{shown}"));
    assert_eq!(
        row.split_whitespace().collect::<Vec<_>>(),
        ["!", "/properties/rid", "type-changed", "string", "integer"]
    );
    assert!(shown.contains("not additive: 1 change, 1 breaking"), "{shown}");
}

#[test]
fn what_stands_beside_the_verdict_fails_as_well() {
    let scratch = Scratch::new();
    scratch.write("usage.json", OLD);
    scratch.write("nested.json", NEW.replace("\"number\"", "\"object\", \"additionalProperties\": false"));
    let output = contract(&scratch, &["usage.json", "nested.json", "--format", "json"]);
    let found = report(&output);
    let codes: Vec<&str> = found["diagnostics"].as_array().unwrap().iter().filter_map(|d| d["code"].as_str()).collect();
    assert_eq!((codes, &found["additive"]), (vec!["AG302", "AG303", "AG304"], &json!(true)));
    assert_eq!(output.status.code(), Some(1));
    let gone = contract(&scratch, &["usage.json", "/dev/null", "--format", "json"]);
    assert_eq!((&report(&gone)["changes"][0]["kind"], gone.status.code()), (&json!("contract-removed"), Some(1)));
    let fresh = contract(&scratch, &["/dev/null", "usage.json", "--format", "json"]);
    assert_eq!((&report(&fresh)["additive"], fresh.status.code()), (&json!(true), Some(1)), "it has no version");
}

#[test]
fn what_cannot_be_read_is_status_two_and_says_why() {
    let scratch = Scratch::new();
    scratch.write("v1/x.json", OLD);
    scratch.write("v1/prose.md", "prose\n\n- prose\n");
    scratch.commit("base");
    let nested = "[".repeat(1_000);
    let large = " ".repeat(5 << 20);
    for (name, content, why) in [
        ("twice.json", "{\n\"a\": 1,\n\"\\u0061\": 2}", "line 3: the member `a` stands here a second time"),
        ("nested.json", nested.as_str(), "more than 128"),
        ("large.json", large.as_str(), "larger than 4 MiB"),
        ("mark.json", "\u{feff}{}", "byte order mark"),
        ("comment.json", "{} // x", "after the document's end"),
        ("list.json", "[]", "no JSON Schema"),
        ("draft.json", "{\"$schema\": \"http://json-schema.org/draft-04/schema#\"}", "`$schema` names none"),
        ("prose.md", "more prose\n", "no field is named"),
        ("x.yaml", "a: b\n", "is not JSON"),
    ] {
        scratch.write(format!("v1/new-{name}"), content);
        let old = if name.ends_with(".md") { "v1/prose.md" } else { "v1/x.json" };
        for args in [[old, &format!("v1/new-{name}")], [&format!("v1/new-{name}"), old]] {
            let output = contract(&scratch, &args);
            let said = text(&output);
            assert!(output.status.code() == Some(2) && said.contains(why), "{name}: {said}");
            assert!(output.stdout.is_empty(), "{name}");
        }
    }
    for (old, new, why) in [
        ("v1/none.json", "v1/x.json", "there is no file"),
        ("v1", "v1/x.json", "is not a file"),
        ("HEAD:v1", "v1/x.json", "is not a file"),
        ("HEAD:none", "v1/x.json", "there is no file"),
        ("/dev/null", "/dev/null", "nothing to compare"),
    ] {
        let output = contract(&scratch, &[old, new]);
        assert!(output.status.code() == Some(2) && text(&output).contains(why), "{old}: {}", text(&output));
    }
}

#[test]
fn a_commit_is_asked_for_the_fields_of_its_contracts() {
    let team = Team::bare_of_hooks();
    team.here.write(SCHEMA, OLD);
    team.here.commit("contract");
    team.hooks();
    team.gate("r4", "`agentos/schemas/`, `rid`");
    team.ack();
    team.stage(SCHEMA, NEW);
    let said = text(&team.git(&["commit", "-qm", "x"]));
    assert!(said.contains("[AG105]") && said.contains("`warn_pct`") && said.contains(&format!("{SCHEMA}:4")), "{said}");
    team.gate("r5", "`agentos/schemas/`, `warn_pct`");
    team.say("## CCP maintainer (ACK: r5)\n\nACK — proceed.");
    team.passes(&["commit", "-qm", "x"]);
    // What is there by now may not go, nor may the contract.
    team.stage(SCHEMA, OLD);
    team.refused(&["commit", "-qm", "x"], "AG301");
    team.here.git(&["rm", "-qf", SCHEMA]);
    team.refused(&["commit", "-qm", "x"], "AG301");
    // Under another name it is the same contract.
    team.stage("agentos/schemas/v1/use.json", NEW);
    team.passes(&["commit", "-qm", "x"]);
}

#[test]
fn a_merge_is_additive_to_all_its_parents() {
    let team = Team::bare_of_hooks();
    team.here.write(SCHEMA, OLD);
    team.here.commit("contract");
    team.gate("r4", "`agentos/schemas/`, `warn_pct`, `other`");
    team.ack();
    team.here.git(&["branch", "side"]);
    team.here.write(SCHEMA, NEW);
    team.here.commit("one");
    team.here.git(&["checkout", "-q", "side"]);
    team.here.write(SCHEMA, NEW.replace("warn_pct", "other"));
    team.here.commit("two");
    team.hooks();
    drop(team.git(&["merge", "-q", "--no-edit", "main"]));
    let both = NEW.replace("number\"}", "number\"},\n    \"other\": {\"type\": \"number\"}");
    team.stage(SCHEMA, &both.replace("\"rid\"", "\"ridd\""));
    team.refused(&["commit", "-qm", "merge"], "AG301");
    team.stage(SCHEMA, &both);
    team.passes(&["commit", "-qm", "merge"]);
}
