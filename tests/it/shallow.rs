//! Histories that are cut off: decided by what is there, or refused with the command that brings the rest. A range: `receive`.

use crate::boundary::{ADAPTER, PRE_PUSH, PRE_RECEIVE, Team, text};
use crate::support::executable;

#[test]
fn a_push_from_a_shallow_clone_is_decided_or_told_what_to_run() {
    let team = Team::new();
    let origin = team.origin();
    for text in ["y\n", "z\n"] {
        team.here.write("readme.md", text);
        team.here.commit("more");
    }
    team.passes(&["push", "-q", "origin", "main"]);
    let (url, shallow) = (format!("file://{}", origin.display()), team.here.beside("shallow"));
    team.here.git(&["clone", "-q", "--depth=1", &url, shallow.to_str().unwrap()]);
    executable(&shallow.join(".git/hooks/pre-push"), &format!("exec '{PRE_PUSH}' \"$@\""));
    let push = |to: &str| {
        let output = team.here.command(&shallow, "git").args(["push", "-q", "origin", to]).output().unwrap();
        (output.status.success(), text(&output))
    };
    // What the remote is known to have ends the walk before the history does.
    std::fs::write(shallow.join("shallow.md"), "shallow\n").unwrap();
    team.here.git_in(&shallow, &["add", "-A"]);
    team.here.git_in(&shallow, &["commit", "-qm", "unprotected"]);
    assert!(push("HEAD:refs/heads/feature").0);
    std::fs::write(shallow.join(ADAPTER), "shallow\n").unwrap();
    team.here.git_in(&shallow, &["commit", "-qam", "protected"]);
    for to in ["HEAD:main", "HEAD:refs/heads/other"] {
        assert!(push(to).1.contains("[AG101]"), "{to}");
    }
    team.here.git_in(&shallow, &["reset", "-q", "--hard", "HEAD~1"]);
    // The remote's newest commit alone is fetched: what lies between it and what this branch builds on is not here.
    for text in ["further\n", "and further\n"] {
        team.here.write("readme.md", text);
        team.here.commit("further");
    }
    team.passes(&["push", "-q", "origin", "main"]);
    team.here.git_in(&shallow, &["fetch", "-q", "--depth=1", "origin", "main"]);
    let (passed, said) = push("HEAD:refs/heads/later");
    assert!(!passed && said.contains("git fetch --unshallow") && said.contains("cannot decide"), "{said}");
    team.here.git_in(&shallow, &["fetch", "-q", "--unshallow"]);
    let (passed, said) = push("HEAD:refs/heads/later");
    assert!(passed, "{said}");
}

#[test]
fn a_shallow_server_decides_by_what_it_has() {
    let team = Team::new();
    let origin = team.origin();
    team.here.write("readme.md", "y\n");
    team.here.commit("more");
    team.passes(&["push", "-q", "origin", "main"]);
    let server = team.here.beside("server.git");
    let url = format!("file://{}", origin.display());
    team.here.git(&["clone", "-q", "--bare", "--depth=1", &url, server.to_str().unwrap()]);
    executable(&server.join("hooks/pre-receive"), &format!("exec '{PRE_RECEIVE}' \"$@\""));
    let push = |refs: &str| {
        let output = team.git(&["push", "-q", "--no-verify", server.to_str().unwrap(), refs]);
        (output.status.success(), text(&output))
    };
    team.here.write("readme.md", "z\n");
    team.here.commit("unprotected");
    assert!(push("HEAD:main").0);
    team.here.write(ADAPTER, "two\n");
    team.here.commit("protected");
    for to in ["HEAD:main", "HEAD:refs/heads/new"] {
        assert!(push(to).1.contains("[AG101]"), "{to}");
    }
}
