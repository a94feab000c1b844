//! AG206 in real repositories: a log read in a clone that has not been brought up to date.

use crate::boundary::{LOG, VERIFY, gate_text, text};
use crate::support::Scratch;

const CONTRACT: &str = "docs/System/contracts/USAGE_EVENT_SCHEMA.md";

#[test]
fn a_clone_that_was_fetched_and_not_pulled_is_told_of() {
    let scratch = Scratch::new();
    scratch.write(CONTRACT, "one\n");
    scratch.commit("base");
    let (source, clone) = (scratch.beside("source"), scratch.beside("AgentOS"));
    let git = |args: &[&str]| scratch.git_in(&source, args);
    let say = |entry: &str| {
        let before = std::fs::read_to_string(source.join(LOG)).unwrap_or_default();
        std::fs::create_dir_all(source.join(LOG).parent().unwrap()).unwrap();
        std::fs::write(source.join(LOG), format!("{before}\n{entry}\n")).unwrap();
        git(&["add", "-A"]);
        git(&["commit", "-q", "-m", "log"]);
    };
    scratch.git(&["init", "-q", "-b", "main", source.to_str().unwrap()]);
    say(&gate_text("r4", &format!("CCC: `{CONTRACT}`")).replace("AgentOS executor", "CCP maintainer"));
    scratch.git(&["clone", "-q", source.to_str().unwrap(), clone.to_str().unwrap()]);
    scratch.git_in(&clone, &["remote", "rename", "origin", "upstream"]);
    scratch.git_in(&clone, &["remote", "set-head", "upstream", "-d"]);
    let judged = || {
        scratch.write(CONTRACT, "two\n");
        scratch.git(&["add", "-A"]);
        let output = scratch.command(scratch.root(), VERIFY).arg("--staged").output().unwrap();
        (output.status.code(), text(&output))
    };
    let (status, said) = judged();
    assert!(status == Some(1) && !said.contains("AG206"), "{said}");

    say("## AgentOS executor (ACK: r4)");
    say("## AgentOS executor\n\nA note.");
    git(&["commit", "-q", "--allow-empty", "-m", "more"]);
    let (_, said) = judged();
    assert!(!said.contains("AG206"), "what nobody has fetched is not known: {said}");
    scratch.git_in(&clone, &["fetch", "-q", "upstream"]);
    let (status, said) = judged();
    assert_eq!(status, Some(1), "{said}");
    assert!(said.contains("lacks 2 entries which upstream/main has there, 3 commits further on"), "{said}");
    assert!(said.contains(&format!("`git -C {} pull`", clone.display())), "{said}");
    assert!(said.contains("`log.ref = \"upstream/main\"`"), "{said}");
    let shown = scratch.command(scratch.root(), VERIFY).arg("log").output().unwrap();
    assert!(text(&shown).contains("[AG206]"), "{}", text(&shown));

    // What cannot be told is no error.
    let reference = clone.join(".git/refs/remotes/upstream/main");
    let before = std::fs::read(&reference).unwrap();
    std::fs::write(&reference, format!("{}\n", "12".repeat(20))).unwrap();
    let (status, said) = judged();
    assert!(status == Some(1) && said.contains("AG102") && !said.contains("AG206"), "{said}");
    std::fs::write(&reference, before).unwrap();
    scratch.git_in(&clone, &["pull", "-q", "--ff-only"]);
    let (status, said) = judged();
    assert!(status == Some(0) && !said.contains("AG206"), "{said}");
}
