//! What the tool says of itself: settings, schema, rules, completions, man pages, the part for agents.

use std::process::Output;

use serde_json::Value;

use crate::boundary::{LOG, Team, VERIFY, text};
use crate::support::Scratch;

fn run(scratch: &Scratch, args: &[&str]) -> Output {
    scratch.command(scratch.root(), VERIFY).args(args).output().unwrap()
}

fn said(output: &Output) -> String {
    assert!(output.status.success(), "{}", text(output));
    String::from_utf8(output.stdout.clone()).unwrap()
}

#[test]
fn each_setting_comes_from_the_profile_a_line_or_nobody() {
    let team = Team::bare_of_hooks();
    let shown = said(&team.verify(&["--explain-config"]));
    assert!(shown.contains("party = \"AgentOS\"  # profile agentos\n"), "{shown}");
    assert!(shown.contains("gate.select = \"latest\"  # default\n"), "{shown}");
    team.here.write(
        "ackgate.toml",
        format!(
            "version = 1\nparty = \"AgentOS\"\nlog = {{ path = \"{LOG}\", owner = \"AgentOS\" }}\n\
             parties = {{ AgentOS = {{}}, CCC = {{}} }}\n[gate]\nselect = \"latest-covering\"\n"
        ),
    );
    let unchanged = said(&team.verify(&["--explain-config"]));
    assert_eq!(shown, unchanged, "the file is in no commit yet");
    team.here.commit("policy");
    team.here.write("ackgate.toml", "version = 1\n");
    let value: Value = serde_json::from_str(&said(&team.verify(&["--explain-config", "--format", "json"]))).unwrap();
    let settings = value["settings"].as_array().unwrap();
    let of = |key: &str| settings.iter().find(|one| one["key"] == key).unwrap();
    assert_eq!((&of("gate.select")["value"], &of("gate.select")["line"]), (&"\"latest-covering\"".into(), &6.into()));
    assert_eq!(of("gate.select")["file"], "ackgate.toml");
    assert_eq!((&of("ack.require")["from"], &of("log.repo")["value"]), (&"default".into(), &Value::Null));
    let refused = team.verify(&["--explain-config", "--format", "sarif"]);
    assert_eq!(refused.status.code(), Some(2));
}

#[test]
fn a_word_that_is_near_is_offered() {
    let scratch = Scratch::new();
    for (args, help) in [
        (&["explain", "ack-mising"][..], "did you mean `ack-missing`?"),
        (&["explain", "AG1O4"], "did you mean `AG104`?"),
        (&["--format", "sarrif"], "sarif"),
        (&["statu"], "status"),
    ] {
        let output = run(&scratch, args);
        assert_eq!(output.status.code(), Some(2), "{args:?}");
        assert!(text(&output).contains(help), "{args:?}: {}", text(&output));
    }
}

#[test]
fn shells_and_man_get_what_people_see() {
    let scratch = Scratch::new();
    for shell in ["bash", "zsh", "fish"] {
        let text = said(&run(&scratch, &["completions", shell]));
        for word in ["explain-config", "session", "sarif"] {
            assert!(text.contains(word), "{shell}: {word}");
        }
        assert!(!text.contains("pre-receive"), "{shell} offers what is hidden");
    }
    said(&run(&scratch, &["man", "--output", "man"]));
    let names: Vec<String> = std::fs::read_dir(scratch.root().join("man"))
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    for name in ["verify-gate.1", "verify-gate-session-begin.1", "ackgate-pre-push.1", "ackgate-agent.1"] {
        assert!(names.iter().any(|known| known == name), "{names:?}");
    }
    assert!(!names.iter().any(|name| name.contains("hook")), "{names:?}");
    let page = said(&run(&scratch, &["man", "session-begin"]));
    assert!(page.contains("verify\\-gate session begin \\-\\-role scout"), "{page}");
    assert_eq!(run(&scratch, &["man", "nothing"]).status.code(), Some(2));
}

#[test]
fn the_part_for_agents_is_written_once_and_brought_up_to_date() {
    let scratch = Scratch::new();
    scratch.write("AGENTS.md", "# Mine\n");
    assert!(said(&run(&scratch, &["init", "--agents-md"])).starts_with("updated AGENTS.md\n"));
    let first = std::fs::read_to_string(scratch.root().join("AGENTS.md")).unwrap();
    assert!(first.starts_with("# Mine\n\n<!-- ackgate: begin"), "{first}");
    assert_eq!(said(&run(&scratch, &["init", "--agents-md"])), "unchanged AGENTS.md\n");
    scratch.write("AGENTS.md", first.replace("At the end", "Last"));
    said(&run(&scratch, &["init", "--agents-md=AGENTS.md"]));
    assert_eq!(std::fs::read_to_string(scratch.root().join("AGENTS.md")).unwrap(), first);
    assert!(said(&run(&scratch, &["init", "--agents-md=docs/CLAUDE.md"])).starts_with("wrote docs/CLAUDE.md\n"));
    for odd in ["--agents-md=../AGENTS.md", "--agents-md=/tmp/AGENTS.md"] {
        assert_eq!(run(&scratch, &["init", odd]).status.code(), Some(2), "{odd}");
    }
    std::os::unix::fs::symlink("AGENTS.md", scratch.root().join("CLAUDE.md")).unwrap();
    assert!(text(&run(&scratch, &["init", "--agents-md=CLAUDE.md"])).contains("is a link"));
    assert!(!scratch.root().join("ackgate.toml").exists());
}
