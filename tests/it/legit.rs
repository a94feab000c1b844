//! What people do within the protocol, each of which must pass at every boundary that sees it.

use crate::attack::{acked, adopted, ccc, passes_everywhere, refused_everywhere, with_origin};
use crate::boundary::{ADAPTER, LOG, Team, gate_text, policy, text};
use crate::support::Scratch;

#[test]
fn what_is_not_protected_needs_nothing() {
    let team = with_origin();
    for path in ["readme.md", "agentos/other.py", "agentos/integrations2/x", "docs/x.md", "x/agentos/integrations/y"] {
        team.stage(path, "new\n");
        passes_everywhere(&team, path);
    }
    team.here.write_bytes(b"\xff\n", "x");
    team.here.git(&["add", "-A"]);
    passes_everywhere(&team, "a name that is no text");
    team.stage(LOG, &format!("# Log\n\n{}\n", gate_text("r4", "`agentos/x`")));
    passes_everywhere(&team, "a gate");
    team.here.git(&["commit", "-q", "--allow-empty", "-m", "nothing at all"]);
    team.passes(&["push", "-q", "origin", "main"]);
}

#[test]
fn gate_ack_and_change_in_one_push() {
    for written in [false, true] {
        let team = if written { adopted() } else { with_origin() };
        let first = team.here.id("HEAD").to_string();
        team.gate("r4", "`agentos/integrations/`");
        team.ack();
        team.stage(ADAPTER, "two\n");
        passes_everywhere(&team, "covered");
        team.stage(ADAPTER, "two\n");
        team.passes(&["commit", "-qm", "covered"]);
        team.here.git(&["mv", ADAPTER, "agentos/integrations/new.py"]);
        team.passes(&["commit", "-qm", "moved"]);
        team.passes(&["push", "-q", "origin", "main"]);
        team.say("## AgentOS executor (landed)");
        team.passes(&["push", "-q", "origin", "main"]);
        // CI is late: the branch has moved on to where the gate has landed.
        assert_eq!(team.verify(&["--range", &format!("{first}..HEAD")]).status.code(), Some(0));
        assert_eq!(team.verify(&["--range", &format!("{first}..HEAD~1")]).status.code(), Some(0));
    }
}

#[test]
fn a_repository_with_a_past_goes_to_a_new_remote() {
    let team = Team::new();
    team.gate("r4", &format!("`{ADAPTER}`"));
    team.ack();
    team.stage(ADAPTER, "two\n");
    team.passes(&["commit", "-qm", "covered"]);
    team.say("## AgentOS executor (landed)");
    team.stage("ackgate.toml", &policy(""));
    team.passes(&["commit", "-qm", "adopt"]);
    team.here.git(&["tag", "-am", "x", "v1"]);
    let remote = |name: &str| {
        let folder = team.here.beside(name).to_str().unwrap().to_owned();
        team.here.git(&["init", "-q", "--bare", "-b", "main", &folder]);
        folder
    };
    team.passes(&["push", "-q", &remote("by-address.git"), "main"]);
    team.here.git(&["remote", "add", "origin", &remote("origin.git")]);
    team.passes(&["push", "-qu", "origin", "main"]);
    team.passes(&["push", "-q", "origin", "v1"]);
    team.here.git(&["remote", "add", "backup", &remote("backup.git")]);
    team.passes(&["push", "-q", "backup", "main"]);
    team.passes(&["push", "-q", "--mirror", &remote("mirror.git")]);
    // What was never agreed does not go there either.
    team.here.git(&["checkout", "-qb", "evil"]);
    team.here.write(ADAPTER, "evil\n");
    team.here.commit("evil");
    for to in ["origin", "backup", &remote("new.git")] {
        team.refused(&["push", "-q", to, "evil"], "AG109");
    }
}

#[test]
fn adoption_is_the_same_everywhere() {
    let team = with_origin();
    let first = team.here.id("HEAD").to_string();
    team.stage("ackgate.toml", &policy(""));
    passes_everywhere(&team, "adoption");
    team.stage("ackgate.toml", &policy(""));
    team.passes(&["commit", "-qm", "adopt"]);
    team.stage("readme.md", "y\n");
    team.passes(&["commit", "-qm", "and on"]);
    team.passes(&["push", "-q", "origin", "main"]);
    assert_eq!(team.verify(&["--range", &format!("{first}..HEAD")]).status.code(), Some(0), "CI after the push");
    // A branch from before takes it over by merging or rebasing.
    for how in [&["merge", "-q", "--no-edit", "main"][..], &["rebase", "-q", "main"]] {
        team.here.git(&["checkout", "-qB", "feature", &first]);
        team.stage("feature.txt", "x\n");
        team.passes(&["commit", "-qm", "feature"]);
        team.passes(how);
        team.passes(&["push", "-qf", "origin", "feature"]);
        assert_eq!(team.verify(&["--range", "main..feature"]).status.code(), Some(0));
    }
}

#[test]
fn policy_changes_by_agreement() {
    let team = adopted();
    team.gate("r4", "`ackgate.toml`");
    team.ack();
    team.stage("ackgate.toml", &policy("adapter = [\"agentos/**\"]\n"));
    passes_everywhere(&team, "covered policy");
    team.stage("ackgate.toml", &policy("adapter = [\"agentos/**\"]\n"));
    team.passes(&["commit", "-qm", "stricter"]);
    team.stage("agentos/new.py", "x\n");
    team.refused(&["commit", "-qm", "x"], "AG104");
}

#[test]
fn merges_of_what_was_judged() {
    let team = acked(&format!("`{ADAPTER}`"));
    for branch in ["a", "b", "c"] {
        team.here.git(&["checkout", "-qb", branch, "main"]);
        team.stage(&format!("{branch}.txt"), "x\n");
        team.passes(&["commit", "-qm", branch]);
    }
    team.stage(ADAPTER, "two\n");
    team.passes(&["commit", "-qm", "covered, on c"]);
    team.here.git(&["checkout", "-q", "main"]);
    team.passes(&["merge", "-q", "--no-ff", "--no-edit", "a"]);
    team.passes(&["merge", "-q", "--no-edit", "b", "c"]);
    team.passes(&["push", "-q", "origin", "main"]);
    assert_eq!(team.verify(&["--range", "HEAD~2..HEAD"]).status.code(), Some(0));
    team.say("## AgentOS executor (landed)");
    team.passes(&["push", "-q", "origin", "main"]);
    // A branch from before takes over what has landed, and goes back into it.
    team.here.git(&["checkout", "-qb", "late", "a"]);
    team.stage("late.txt", "x\n");
    team.passes(&["commit", "-qm", "late"]);
    team.passes(&["merge", "-q", "--no-edit", "main"]);
    team.passes(&["push", "-q", "origin", "late"]);
    team.here.git(&["checkout", "-q", "main"]);
    team.passes(&["merge", "-q", "--squash", "late"]);
    team.passes(&["commit", "-qm", "squashed"]);
    team.passes(&["push", "-q", "origin", "main"]);
}

#[test]
fn both_sides_write_to_the_log_and_merge() {
    let team = with_origin();
    team.here.git(&["checkout", "-qb", "theirs"]);
    team.say("## CCC status\n\nAll is well.");
    team.here.git(&["checkout", "-q", "main"]);
    team.gate("r4", &format!("`{ADAPTER}`"));
    assert!(!team.git(&["merge", "-q", "theirs"]).status.success(), "both appended");
    let gate = gate_text("r4", &format!("`{ADAPTER}`"));
    team.stage(LOG, &format!("# Log\n\n## CCC status\n\nAll is well.\n\n{gate}\n"));
    team.passes(&["commit", "-qm", "both kept"]);
    team.passes(&["push", "-q", "origin", "main"]);
    assert_eq!(team.verify(&["--range", "HEAD~1..HEAD"]).status.code(), Some(0));
}

#[test]
fn a_slice_is_rebased_and_pushed_again() {
    let team = acked(&format!("`{ADAPTER}`"));
    team.here.git(&["checkout", "-qb", "feature"]);
    team.stage(ADAPTER, "two\n");
    team.passes(&["commit", "-qm", "covered"]);
    team.passes(&["push", "-qu", "origin", "feature"]);
    team.here.git(&["checkout", "-q", "main"]);
    team.stage("readme.md", "y\n");
    team.passes(&["commit", "-qm", "main goes on"]);
    team.passes(&["push", "-q", "origin", "main"]);
    team.here.git(&["checkout", "-q", "feature"]);
    team.passes(&["rebase", "-q", "main"]);
    team.passes(&["push", "-qf", "origin", "feature"]);
    team.stage(ADAPTER, "three\n");
    team.passes(&["commit", "-q", "--amend", "-m", "covered otherwise"]);
    team.passes(&["push", "-qf", "origin", "feature"]);
    team.passes(&["revert", "--no-edit", "HEAD"]);
    team.passes(&["push", "-q", "origin", "feature", "feature:refs/heads/copy"]);
    team.passes(&["push", "-q", "origin", "--delete", "copy"]);
    team.here.git(&["checkout", "-q", "--detach"]);
    team.stage(ADAPTER, "four\n");
    team.passes(&["commit", "-qm", "detached"]);
    team.passes(&["push", "-q", "origin", "HEAD:refs/heads/detached"]);
}

#[test]
fn the_same_gate_can_be_posted_again() {
    let team = adopted();
    for _ in 0..3 {
        team.gate("r4", &format!("`{ADAPTER}`"));
        team.ack();
        team.stage(ADAPTER, "two\n");
        passes_everywhere(&team, "each with its own ACK");
        team.say("## AgentOS executor (landed)");
    }
    team.here.git(&["push", "-q", "--no-verify", "origin", "main"]);
    team.stage(ADAPTER, "two\n");
    refused_everywhere(&team, "landed");
}

#[test]
fn another_root_with_nothing_protected() {
    for team in [with_origin(), adopted(), ccc()] {
        team.here.git(&["checkout", "-q", "--orphan", "pages"]);
        team.here.git(&["rm", "-rqf", "."]);
        team.stage("index.html", "x\n");
        team.passes(&["commit", "-qm", "pages"]);
        team.passes(&["push", "-qu", "origin", "pages"]);
        team.stage("index.html", "y\n");
        team.passes(&["commit", "-qm", "more pages"]);
        team.passes(&["push", "-q", "origin", "pages"]);
    }
}

#[test]
fn odd_upstreams_and_branch_names() {
    let team = with_origin();
    let url = team.here.beside("origin.git");
    for (key, value) in [
        ("branch.main.remote", url.to_str().unwrap()),
        ("branch.main.remote", "gone"),
        ("branch.main.remote", "."),
        ("branch.main.merge", "refs/tags/v1"),
        ("branch.main.merge", ""),
        ("branch.main.merge", "refs/heads/gone"),
    ] {
        team.here.git(&["config", key, value]);
        team.stage("readme.md", "y\n");
        passes_everywhere(&team, &format!("{key}={value}"));
        team.stage(ADAPTER, "two\n");
        refused_everywhere(&team, &format!("{key}={value}"));
    }
    let folder = team.here.root().to_owned();
    let name = <std::ffi::OsStr as std::os::unix::ffi::OsStrExt>::from_bytes(b"b\xe9");
    let git = |args: &[&str]| {
        let output = team.here.command(&folder, "git").args(args).arg(name).output().unwrap();
        assert!(output.status.success(), "{args:?} {}", text(&output));
    };
    git(&["checkout", "-qb"]);
    team.stage("readme.md", "y\n");
    team.passes(&["commit", "-qm", "on a branch whose name is no text"]);
    git(&["push", "-q", "origin"]);
}

#[test]
fn linked_worktrees_submodules_and_other_indexes() {
    let team = acked(&format!("`{ADAPTER}`"));
    let linked = team.here.beside("linked");
    let linked = linked.to_str().unwrap();
    team.here.git(&["worktree", "add", "-q", "-b", "linked", linked]);
    std::fs::write(format!("{linked}/{ADAPTER}"), "two\n").unwrap();
    team.passes(&["-C", linked, "commit", "-qam", "covered"]);
    team.passes(&["-C", linked, "push", "-q", "origin", "linked"]);
    let index = team.here.beside("index");
    let env = [("GIT_INDEX_FILE", index.to_str().unwrap())];
    let git = |args: &[&str]| team.here.git_env(&env, args);
    assert!(git(&["read-tree", "HEAD"]).status.success());
    team.here.write("agentos/integrations/other.py", "x\n");
    team.here.write("readme.md", "y\n");
    assert!(git(&["add", "readme.md"]).status.success());
    assert!(git(&["commit", "-qm", "what that index has"]).status.success());
    assert!(git(&["add", "-A"]).status.success());
    assert!(!git(&["commit", "-qm", "what that index has"]).status.success());
    // A submodule is a repository of its own.
    let team = with_origin();
    let inner = Scratch::new();
    inner.write("agentos/integrations/x", "x");
    inner.commit("inner");
    let add = ["-c", "protocol.file.allow=always", "submodule", "--quiet", "add"];
    team.here.git(&[&add[..], &[inner.root().to_str().unwrap(), "vendor/inner"]].concat());
    passes_everywhere(&team, "a submodule beside");
    team.here.git(&[&add[..], &["--force", inner.root().to_str().unwrap(), "agentos/integrations/inner"]].concat());
    refused_everywhere(&team, "a submodule below a protected folder");
}

/// A monorepo with both parties as members and the log with its owner.
fn workspace() -> Team {
    let here = Scratch::new();
    let member = |party: &str| {
        policy("adapter = [\"src/**\"]\n").replace("party = \"AgentOS\"", &format!("party = \"{party}\""))
    };
    here.write("ackgate.toml", "version = 1\n[workspace]\nmembers = [\"projects/agentos\", \"projects/ccc\"]\n");
    here.write("projects/agentos/ackgate.toml", member("AgentOS"));
    here.write("projects/ccc/ackgate.toml", member("CCC"));
    here.write(format!("projects/agentos/{LOG}"), "# Log\n");
    here.write("projects/agentos/src/a", "one\n");
    here.write("projects/ccc/src/b", "one\n");
    here.write("other/x", "one\n");
    here.commit("base");
    let team = Team { here };
    team.origin();
    team.hooks();
    team
}

/// Posts a gate for these paths and its ACK.
fn agree(team: &Team, slice: &str, paths: &str) {
    let log = format!("projects/agentos/{LOG}");
    let text = std::fs::read_to_string(team.here.root().join(&log)).unwrap();
    team.here.write(&log, format!("{text}\n{}\n\n## CCC (ACK: {slice})\n", gate_text(slice, paths)));
    team.here.commit(slice);
}

#[test]
fn a_monorepo_of_both_parties() {
    let (a, b, own) = ("projects/agentos/src/a", "projects/ccc/src/b", "projects/agentos/ackgate.toml");
    let team = workspace();
    for (n, (paths, file, passes)) in [
        ("`src/a`", a, true),
        ("`projects/agentos/src/a`", a, true),
        ("`./projects/agentos/src/a`", a, true),
        ("`src/b`", b, false),
        ("`CCC/src/b`", b, true),
        ("CCC: `src/b`", b, true),
        ("CCC: `projects/ccc/src/b`", b, true),
        ("`src/a`", "other/x", true),
        // The root's policy and a member's own go by the same name.
        ("`ackgate.toml`", own, true),
        ("`ackgate.toml`", "ackgate.toml", false),
        ("`./ackgate.toml`", "ackgate.toml", true),
        ("`./ackgate.toml`", own, false),
    ]
    .into_iter()
    .enumerate()
    {
        agree(&team, &format!("r{n}"), paths);
        let text = std::fs::read_to_string(team.here.root().join(file)).unwrap();
        team.stage(file, &format!("# {n}\n{text}"));
        let what = format!("{paths}: {file}");
        if passes { passes_everywhere(&team, &what) } else { refused_everywhere(&team, &what) }
    }
}

#[test]
fn no_member_slips_out_of_a_monorepo() {
    let team = workspace();
    for change in [
        &["mv", "projects/agentos", "projects/AgentOS"][..],
        &["mv", "projects/ccc", "projects/ccc2"],
        &["mv", "projects", "other2"],
        &["rm", "-rq", "projects/ccc"],
        &["rm", "-q", "projects/ccc/ackgate.toml"],
        &["rm", "-q", "ackgate.toml"],
        &["mv", "ackgate.toml", "Ackgate.toml"],
        &["mv", "projects/ccc/ackgate.toml", "projects/ccc/old.toml"],
    ] {
        team.here.git(change);
        refused_everywhere(&team, &format!("{change:?}"));
    }
    for members in ["\"projects/agentos\"", "\"projects/agentos\", \"projects/ccc\", \"other\""] {
        team.stage("other/ackgate.toml", &policy("adapter = [\"nothing\"]\n"));
        team.stage("ackgate.toml", &format!("version = 1\n[workspace]\nmembers = [{members}]\n"));
        refused_everywhere(&team, members);
    }
    // One that is not named has no say.
    team.stage("projects/agentos/src/ackgate.toml", "x");
    refused_everywhere(&team, "below a protected folder");
    team.stage("other/ackgate.toml", "x");
    passes_everywhere(&team, "elsewhere");
}
