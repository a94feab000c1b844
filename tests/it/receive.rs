//! Real pushes to a repository with the hook that receives.

use std::path::Path;
use std::process::{Output, Stdio};

use crate::boundary::{ADAPTER, PRE_RECEIVE, Team, VERIFY, policy, text};
use crate::support::Scratch;

/// A repository whose `origin` receives; this side has no hooks.
pub(crate) fn team() -> Team {
    let team = Team::bare_of_hooks();
    team.server();
    team
}

pub(crate) fn adopted() -> Team {
    let team = Team::bare_of_hooks();
    team.here.write("ackgate.toml", policy(""));
    team.here.commit("adopt");
    team.server();
    team
}

pub(crate) fn refused(team: &Team, refs: &[&str], code: &str) {
    let before = team.here.git(&["ls-remote", "origin"]);
    let output = team.push(refs);
    let said = text(&output);
    assert!(!output.status.success(), "{refs:?} passed: {said}");
    assert!(said.contains(&format!("[{code}]")), "{refs:?} lacks {code}: {said}");
    assert_eq!(team.here.git(&["ls-remote", "origin"]), before, "{refs:?}");
}

pub(crate) fn passes(team: &Team, refs: &[&str]) {
    let output = team.push(refs);
    assert!(output.status.success(), "{refs:?}: {}", text(&output));
}

pub(crate) fn undecided(output: &Output, said: &str) {
    let text = text(output);
    assert!(!output.status.success() && text.contains("cannot decide") && text.contains(said), "{text}");
}

/// A commit on a branch of its own that nobody agreed to.
pub(crate) fn evil(team: &Team, branch: &str) {
    team.here.git(&["checkout", "-qb", branch, "main"]);
    team.here.write(ADAPTER, "evil\n");
    team.here.commit(branch);
    team.here.git(&["checkout", "-q", "main"]);
}

#[test]
fn branches_come_move_and_go() {
    for team in [team(), adopted()] {
        evil(&team, "evil");
        for to in ["evil", "evil:main", "+evil:main", "evil:refs/heads/a/b"] {
            refused(&team, &[to], "AG101");
        }
        team.here.git(&["checkout", "-qb", "good"]);
        team.here.write("readme.md", "y\n");
        team.here.commit("not protected");
        passes(&team, &["good"]);
        team.here.git(&["commit", "-q", "--amend", "-m", "said otherwise"]);
        passes(&team, &["+good"]);
        passes(&team, &["good:main"]);
        passes(&team, &[":good"]);
        team.gate("r4", &format!("`{ADAPTER}`"));
        team.ack();
        team.here.write(ADAPTER, "two\n");
        team.here.commit("covered");
        team.say("## AgentOS executor (landed)");
        passes(&team, &["good:main"]);
        team.here.write(ADAPTER, "three\n");
        team.here.commit("landed");
        refused(&team, &["good"], "AG109");
        refused(&team, &["good:main"], "AG109");
    }
}

#[test]
fn every_ref_of_many_is_judged_by_what_was_there() {
    let team = team();
    evil(&team, "evil");
    let many: Vec<String> = (0..30).map(|n| format!("main:refs/heads/b{n}")).collect();
    let mut many: Vec<&str> = many.iter().map(String::as_str).collect();
    passes(&team, &many);
    many.insert(17, "evil");
    let output = team.push(&many);
    assert!(text(&output).contains("[AG101]"), "{}", text(&output));
    // What one ref brings is nothing that another may build on.
    team.here.git(&["checkout", "-qb", "side"]);
    team.here.git(&["checkout", "-q", "main"]);
    team.gate("r4", &format!("`{ADAPTER}`"));
    team.ack();
    team.here.git(&["branch", "acked"]);
    team.here.git(&["checkout", "-q", "side"]);
    team.here.write(ADAPTER, "two\n");
    team.here.commit("before its ACK");
    refused(&team, &["main", "side"], "AG101");
    // What one closes is open to the others of the same push, and to none after it.
    team.here.git(&["checkout", "-q", "acked"]);
    team.here.write(ADAPTER, "two\n");
    team.here.commit("covered");
    team.here.git(&["checkout", "-q", "main"]);
    team.say("## AgentOS executor (landed)");
    passes(&team, &["main", "acked"]);
    refused(&team, &["acked~1:refs/heads/x", "+acked:refs/heads/y", "evil:refs/heads/z"], "AG101");
    passes(&team, &["acked:refs/heads/y"]);
    team.here.git(&["checkout", "-q", "acked~1"]);
    team.here.write(ADAPTER, "replayed\n");
    team.here.commit("replayed");
    refused(&team, &["HEAD:refs/heads/replay"], "AG109");
    passes(&team, &[":b0", ":b1", "main:refs/heads/b2"]);
}

#[test]
fn tags_notes_and_other_refs_are_judged_too() {
    let team = team();
    evil(&team, "evil");
    team.here.git(&["tag", "light", "evil"]);
    team.here.git(&["tag", "-am", "x", "annotated", "evil"]);
    team.here.git(&["tag", "-am", "x", "nested", "annotated"]);
    let id = team.here.id("main").to_string();
    for to in [
        "light",
        "annotated",
        "nested",
        "evil:refs/notes/x",
        "evil:refs/pull/1/head",
        "evil:refs/for/main",
        &format!("evil:refs/replace/{id}"),
    ] {
        refused(&team, &[to], "AG101");
    }
    team.here.git(&["notes", "add", "-m", "x", "main"]);
    team.here.git(&["tag", "blob", "main:readme.md"]);
    team.here.git(&["tag", "tree", "main^{tree}"]);
    passes(&team, &["refs/notes/commits", "blob", "tree", "main:refs/tags/v1"]);
    team.here.git(&["notes", "append", "-m", "y", "main"]);
    passes(&team, &["refs/notes/commits", ":blob"]);
    // What the server keeps beside branches and tags has not been judged.
    team.receives(false);
    passes(&team, &["evil:refs/pull/1/head"]);
    team.receives(true);
    refused(&team, &["evil"], "AG101");
    refused(&team, &[":refs/pull/1/head", "evil"], "AG101");
}

#[test]
fn replaced_objects_have_no_say() {
    let team = team();
    team.receives(false);
    team.gate("r4", &format!("`{ADAPTER}`"));
    team.ack();
    passes(&team, &["main:refs/heads/acked"]);
    let replace = format!("refs/heads/main:refs/replace/{}", team.here.id("main~2"));
    passes(&team, &[&replace]);
    team.receives(true);
    team.here.git(&["checkout", "-q", "main~2"]);
    team.here.write(ADAPTER, "two\n");
    team.here.commit("on a base that looks as if it had an ACK");
    refused(&team, &["HEAD:main"], "AG101");
}

#[test]
fn another_root_and_a_fork_from_before_adoption() {
    let team = team();
    team.here.git(&["branch", "old"]);
    team.here.write("ackgate.toml", policy(""));
    team.here.commit("adopt");
    passes(&team, &["main"]);
    let lax = policy("adapter = [\"nothing/**\"]\n");
    team.here.git(&["checkout", "-q", "old"]);
    team.here.write("ackgate.toml", &lax);
    team.here.commit("lax");
    refused(&team, &["old"], "AG901");
    team.here.git(&["merge", "-q", "-s", "ours", "--no-edit", "main"]);
    refused(&team, &["old"], "AG901");
    refused(&team, &["old:main"], "AG901");
    team.here.git(&["checkout", "-q", "--orphan", "root"]);
    refused_root(&team);
    team.here.git(&["rm", "-rqf", "."]);
    team.here.write("index.html", "x\n");
    team.here.commit("pages");
    // The branch that HEAD is on has no commit of what was refused.
    passes(&team, &["root:pages"]);
    team.here.write("ackgate.toml", &lax);
    team.here.commit("lax");
    refused(&team, &["root:pages"], "AG901");
    refused(&team, &["+root:main"], "AG901");
}

fn refused_root(team: &Team) {
    team.here.git(&["commit", "-q", "-m", "all of it, on another root"]);
    refused(team, &["root"], "AG901");
    team.here.git(&["update-ref", "-d", "HEAD"]);
}

#[test]
fn a_forced_update_is_judged_by_what_it_replaces() {
    let team = adopted();
    team.here.git(&["branch", "before"]);
    team.gate("r4", "`ackgate.toml`");
    team.ack();
    team.here.write("ackgate.toml", policy("adapter = [\"agentos/**\"]\n"));
    team.here.commit("stricter");
    passes(&team, &["main"]);
    team.here.git(&["checkout", "-q", "before"]);
    team.here.write("agentos/new.py", "x\n");
    team.here.commit("lax enough for that");
    refused(&team, &["+before:main"], "AG114");
    refused(&team, &["before"], "AG114");
}

/// Runs the hook as git would, with objects that no push brought.
pub(crate) fn receive(scratch: &Scratch, bare: &Path, lines: &str) -> Output {
    let input = scratch.beside("input");
    std::fs::write(&input, lines).unwrap();
    let mut command = scratch.command(bare, PRE_RECEIVE);
    command.env("GIT_DIR", ".").stdin(std::fs::File::open(&input).unwrap()).output().unwrap()
}

#[test]
fn what_the_other_side_says_was_there_has_no_say() {
    let team = team();
    let bare = team.here.beside("origin.git");
    evil(&team, "evil");
    team.here.git_in(&bare, &["fetch", "-q", team.here.root().to_str().unwrap(), "evil"]);
    let (evil, main, zero) = (team.here.id("evil").to_string(), team.here.id("main").to_string(), "0".repeat(40));
    for (lines, code) in [
        (format!("{evil} {evil} refs/heads/main\n"), 1),
        (format!("{evil} {main} refs/heads/x\n{main} {evil} refs/heads/main\n"), 1),
        (format!("{zero} {evil} refs/heads/main\n"), 1),
        (format!("{main} {main} refs/heads/main\n"), 0),
        (format!("{main} {zero} refs/heads/main\n"), 0),
        (format!("{main} {} refs/heads/main\n", "1".repeat(40)), 2),
        (String::new(), 2),
        ("garbage\n".to_owned(), 2),
    ] {
        assert_eq!(receive(&team.here, &bare, &lines).status.code(), Some(code), "{lines}");
    }
}

#[test]
fn two_clones_push_at_once() {
    let team = team();
    let url = team.here.beside("origin.git");
    let clone = |name: &str, file: &str| {
        let folder = team.here.beside(name);
        team.here.git(&["clone", "-q", url.to_str().unwrap(), folder.to_str().unwrap()]);
        std::fs::write(folder.join(file), name).unwrap();
        team.here.git_in(&folder, &["add", "-A"]);
        team.here.git_in(&folder, &["commit", "-qm", name]);
        folder
    };
    let (one, two, bad) = (clone("one", "a"), clone("two", "b"), clone("bad", ADAPTER));
    let push = |folder: &Path, to: &str| {
        let mut command = team.here.command(folder, "git");
        command.args(["push", "-q", "origin", to]).stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap()
    };
    let pushes = [
        push(&one, "HEAD:main"),
        push(&two, "HEAD:main"),
        push(&bad, "HEAD:main"),
        push(&one, "HEAD:refs/heads/one"),
        push(&two, "HEAD:refs/heads/two"),
        push(&bad, "HEAD:refs/heads/bad"),
    ];
    let passed = pushes.map(|mut child| child.wait().unwrap().success());
    assert!(passed[0] || passed[1], "git lets the first of them through");
    assert_eq!(passed[2..], [false, true, true, false]);
    let tip = team.here.git_in(&url, &["rev-parse", "main"]);
    assert!([&one, &two].iter().any(|folder| team.here.git_in(folder, &["rev-parse", "HEAD"]) == tip));
}

#[test]
fn a_shallow_clone_pushes_to_a_full_repository() {
    let team = team();
    team.here.write("readme.md", "y\n");
    team.here.commit("more");
    passes(&team, &["main"]);
    let (url, shallow) = (format!("file://{}", team.here.beside("origin.git").display()), team.here.beside("shallow"));
    team.here.git(&["clone", "-q", "--depth=1", &url, shallow.to_str().unwrap()]);
    let commit = |file: &str| {
        std::fs::write(shallow.join(file), "z\n").unwrap();
        team.here.git_in(&shallow, &["commit", "-qam", "shallow"]);
        team.here.command(&shallow, "git").args(["push", "-q", "origin", "HEAD:main"]).output().unwrap()
    };
    assert!(commit("readme.md").status.success());
    assert!(text(&commit(ADAPTER)).contains("[AG101]"));
    // CI: what is not here is asked for, by the command that brings it.
    for range in [&team.here.id("HEAD~1").to_string(), "HEAD~3", "origin/main~2"] {
        let mut command = team.here.command(&shallow, VERIFY);
        let output = command.args(["--range", &format!("{range}..HEAD")]).output().unwrap();
        assert_eq!(output.status.code(), Some(2), "{range}");
        assert!(text(&output).contains("git fetch --unshallow"), "{range}: {}", text(&output));
    }
}

/// Ways around that are known (SECURITY.md): who closes one of them finds it here.
#[test]
fn what_no_boundary_sees_yet() {
    let team = team();
    team.gate("r4", &format!("`{ADAPTER}`"));
    team.ack();
    team.here.git(&["branch", "acked"]);
    team.say("## AgentOS executor (landed)");
    passes(&team, &["main"]);
    team.here.git(&["checkout", "-q", "acked"]);
    team.here.write(ADAPTER, "replayed\n");
    team.here.commit("replayed");
    refused(&team, &["HEAD:refs/heads/replay"], "AG109");
    passes(&team, &["HEAD~1:refs/heads/replay"]);
    passes(&team, &["HEAD:refs/heads/replay"]);
    // A merge takes it over; a squash or a rebase does not.
    team.here.git(&["checkout", "-q", "-b", "squashed", "main"]);
    team.here.git(&["merge", "-q", "--squash", "acked"]);
    team.here.git(&["commit", "-qm", "squashed"]);
    refused(&team, &["squashed:main"], "AG109");
    team.here.git(&["checkout", "-q", "-b", "rebased", "acked"]);
    team.here.git(&["rebase", "-q", "main"]);
    refused(&team, &["rebased:main"], "AG109");
    team.here.git(&["checkout", "-q", "main"]);
    team.here.git(&["merge", "-q", "--no-edit", "acked"]);
    passes(&team, &["main"]);
}

#[test]
fn a_squash_folds_nothing_in() {
    let team = team();
    team.here.git(&["checkout", "-qb", "feature"]);
    team.gate("r4", &format!("`{ADAPTER}`"));
    team.ack();
    team.here.write(ADAPTER, "two\n");
    team.here.commit("covered");
    passes(&team, &["feature"]);
    team.here.git(&["checkout", "-q", "main"]);
    team.here.git(&["merge", "-q", "--squash", "feature"]);
    team.here.git(&["commit", "-qm", "gate, ACK and change"]);
    refused(&team, &["main"], "AG114");
    // The log first.
    team.here.git(&["reset", "-q", "--hard", "feature~1"]);
    passes(&team, &["main"]);
    team.here.git(&["merge", "-q", "--squash", "feature"]);
    team.here.git(&["commit", "-qm", "the change"]);
    passes(&team, &["main"]);
}

/// So many commits that several threads judge them, one of which adds what nobody agreed to and the next takes away.
fn long(team: &Team, branch: &str, bad: Option<usize>) {
    let commit = |n: usize| {
        let from = if n == 0 { "from refs/heads/main^0\n" } else { "" };
        let change = match bad.filter(|bad| (*bad..*bad + 2).contains(&n)) {
            Some(bad) if n == bad => "M 644 inline agentos/integrations/bad.py\ndata 1\nx\n".to_owned(),
            Some(_) => "D agentos/integrations/bad.py\n".to_owned(),
            None => format!("M 644 inline n\ndata 3\n{n:03}\n"),
        };
        let time = 1_700_000_000 + n;
        format!("commit refs/heads/{branch}\ncommitter A <a@b> {time} +0000\ndata 1\nx\n{from}{change}\n")
    };
    let file = team.here.beside("stream");
    std::fs::write(&file, (0..600).map(commit).collect::<String>()).unwrap();
    let mut import = team.here.command(team.here.root(), "git");
    let import = import.args(["fast-import", "--quiet"]).stdin(std::fs::File::open(&file).unwrap()).status();
    assert!(import.unwrap().success());
}

#[test]
fn of_hundreds_of_commits_each_is_judged() {
    for team in [team(), adopted()] {
        for (branch, bad) in [("first", 3), ("middle", 400), ("last", 598)] {
            long(&team, branch, Some(bad));
            refused(&team, &[branch], "AG101");
            let output = team.verify_both_ways(&["--range", &format!("main..{branch}")]);
            assert!(text(&output).contains("AG101"), "{}", text(&output));
        }
        long(&team, "good", None);
        passes(&team, &["good"]);
        assert!(team.verify_both_ways(&["--range", "main..good"]).status.success());
    }
}
