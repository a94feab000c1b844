//! Real pushes to a repository with the hook that receives.

use std::path::Path;
use std::process::{Output, Stdio};

use crate::boundary::{ADAPTER, LOG, PRE_RECEIVE, Team, VERIFY, gate_text, policy, text};
use crate::support::{Scratch, executable};

/// A repository whose `origin` receives; this side has no hooks.
fn team() -> Team {
    let team = Team::bare_of_hooks();
    team.server();
    team
}

fn adopted() -> Team {
    let team = Team::bare_of_hooks();
    team.here.write("ackgate.toml", policy(""));
    team.here.commit("adopt");
    team.server();
    team
}

fn refused(team: &Team, refs: &[&str], code: &str) {
    let before = team.here.git(&["ls-remote", "origin"]);
    let output = team.push(refs);
    let said = text(&output);
    assert!(!output.status.success(), "{refs:?} passed: {said}");
    assert!(said.contains(&format!("[{code}]")), "{refs:?} lacks {code}: {said}");
    assert_eq!(team.here.git(&["ls-remote", "origin"]), before, "{refs:?}");
}

fn passes(team: &Team, refs: &[&str]) {
    let output = team.push(refs);
    assert!(output.status.success(), "{refs:?}: {}", text(&output));
}

fn undecided(output: &Output, said: &str) {
    let text = text(output);
    assert!(!output.status.success() && text.contains("cannot decide") && text.contains(said), "{text}");
}

/// A commit on a branch of its own that nobody agreed to.
fn evil(team: &Team, branch: &str) {
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
    let id = team.here.id("main").0;
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
    let replace = format!("refs/heads/main:refs/replace/{}", team.here.id("main~2").0);
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

#[test]
fn a_default_branch_that_is_gone_is_no_fresh_start() {
    let team = adopted();
    let bare = team.here.beside("origin.git");
    passes(&team, &["main:refs/heads/other"]);
    team.here.git_in(&bare, &["config", "receive.denyDeleteCurrent", "ignore"]);
    passes(&team, &[":main"]);
    team.here.git(&["checkout", "-q", "--orphan", "lax"]);
    team.here.write("ackgate.toml", policy("adapter = [\"nothing/**\"]\n"));
    team.here.write(ADAPTER, "evil\n");
    team.here.commit("lax");
    undecided(&team.push(&["lax:main"]), "git symbolic-ref HEAD refs/heads/");
    // A branch that has a policy goes on.
    team.here.git(&["checkout", "-q", "main"]);
    team.here.write("readme.md", "y\n");
    team.here.commit("not protected");
    passes(&team, &["main:other"]);
    team.here.git_in(&bare, &["symbolic-ref", "HEAD", "refs/heads/other"]);
    passes(&team, &["main"]);
    team.here.git_in(&bare, &["symbolic-ref", "HEAD", "refs/heads/gone"]);
    team.here.git_in(&bare, &["config", "ackgate.trustedRef", "other"]);
    passes(&team, &["main:refs/heads/new"]);
    refused(&team, &["+lax:main"], "AG901");
}

#[test]
fn tags_remember_what_was_agreed() {
    let team = adopted();
    let bare = team.here.beside("origin.git");
    passes(&team, &["main:refs/tags/v1"]);
    team.here.git(&["checkout", "-q", "--orphan", "pages"]);
    team.here.git(&["rm", "-rqf", "."]);
    team.here.commit("pages");
    passes(&team, &["pages"]);
    team.here.git_in(&bare, &["config", "receive.denyDeleteCurrent", "ignore"]);
    passes(&team, &[":main"]);
    team.here.write("ackgate.toml", policy("adapter = [\"nothing/**\"]\n"));
    team.here.commit("lax");
    undecided(&team.push(&["pages:main"]), "git symbolic-ref HEAD refs/heads/");
}

#[test]
fn the_first_push_of_all() {
    let team = Team::bare_of_hooks();
    team.gate("r4", &format!("`{ADAPTER}`"));
    team.ack();
    team.here.write(ADAPTER, "two\n");
    team.here.commit("covered");
    team.say("## AgentOS executor (landed)");
    team.here.git(&["tag", "v1"]);
    let server = |name: &str| {
        let bare = team.here.beside(name);
        team.here.git(&["init", "-q", "--bare", "-b", "main", bare.to_str().unwrap()]);
        executable(&bare.join("hooks/pre-receive"), &format!("exec '{PRE_RECEIVE}'"));
        bare.to_str().unwrap().to_owned()
    };
    team.passes(&["push", "-q", &server("a.git"), "main", "v1", "main:refs/heads/x"]);
    team.passes(&["push", "-q", "--mirror", &server("b.git")]);
    evil(&team, "evil");
    team.refused(&["push", "-q", &server("c.git"), "main", "evil"], "AG109");
    let fresh = Scratch::new();
    fresh.write("x", "x");
    fresh.commit("nothing to protect");
    let bare = fresh.beside("d.git");
    fresh.git(&["init", "-q", "--bare", "-b", "gone", bare.to_str().unwrap()]);
    executable(&bare.join("hooks/pre-receive"), &format!("exec '{PRE_RECEIVE}'"));
    for to in ["main", "main:refs/heads/x", "main:gone"] {
        fresh.git(&["push", "-q", bare.to_str().unwrap(), to]);
    }
}

/// Runs the hook as git would, with objects that no push brought.
fn receive(team: &Team, bare: &Path, lines: &str) -> Output {
    let input = team.here.beside("input");
    std::fs::write(&input, lines).unwrap();
    let mut command = team.here.command(bare, PRE_RECEIVE);
    command.env("GIT_DIR", ".").stdin(std::fs::File::open(&input).unwrap()).output().unwrap()
}

#[test]
fn what_the_other_side_says_was_there_has_no_say() {
    let team = team();
    let bare = team.here.beside("origin.git");
    evil(&team, "evil");
    team.here.git_in(&bare, &["fetch", "-q", team.here.root().to_str().unwrap(), "evil"]);
    let (evil, main, zero) = (team.here.id("evil").0, team.here.id("main").0, "0".repeat(40));
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
        assert_eq!(receive(&team, &bare, &lines).status.code(), Some(code), "{lines}");
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
fn a_repository_that_is_not_bare_receives_too() {
    let team = adopted();
    let served = team.here.beside("served");
    team.here.git(&["clone", "-q", team.here.root().to_str().unwrap(), served.to_str().unwrap()]);
    executable(&served.join(".git/hooks/pre-receive"), &format!("exec '{PRE_RECEIVE}'"));
    team.here.git_in(&served, &["config", "receive.denyCurrentBranch", "updateInstead"]);
    team.here.git(&["remote", "set-url", "origin", served.to_str().unwrap()]);
    // HEAD is its default branch, whatever it may have fetched itself.
    team.here.git_in(&served, &["update-ref", "-d", "refs/remotes/origin/HEAD"]);
    evil(&team, "evil");
    for to in ["evil", "evil:main"] {
        refused(&team, &[to], "AG101");
    }
    team.here.write("readme.md", "y\n");
    team.here.commit("not protected");
    passes(&team, &["main", "main:refs/heads/new"]);
    assert_eq!(std::fs::read_to_string(served.join("readme.md")).unwrap(), "y\n");
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
    for range in [&team.here.id("HEAD~1").0, "HEAD~3", "origin/main~2"] {
        let mut command = team.here.command(&shallow, VERIFY);
        let output = command.args(["--range", &format!("{range}..HEAD")]).output().unwrap();
        assert_eq!(output.status.code(), Some(2), "{range}");
        assert!(text(&output).contains("git fetch --unshallow"), "{range}: {}", text(&output));
    }
}

#[test]
fn the_log_of_another_repository_is_not_fetched() {
    let team = crate::attack::ccc();
    let contract = "docs/System/contracts/USAGE_EVENT_SCHEMA.md";
    let agentos = team.here.beside("theirs");
    team.here.git(&["init", "-q", "-b", "main", agentos.to_str().unwrap()]);
    let say = |entry: &str| {
        let log = agentos.join(LOG);
        std::fs::create_dir_all(log.parent().unwrap()).unwrap();
        let before = std::fs::read_to_string(&log).unwrap_or("# Log\n".to_owned());
        std::fs::write(&log, format!("{before}\n{entry}\n")).unwrap();
        team.here.git_in(&agentos, &["add", "-A"]);
        team.here.git_in(&agentos, &["commit", "-qm", "log"]);
    };
    let written = |place: &str| {
        policy("schema = [\"docs/System/contracts/**\"]\n")
            .replace("party = \"AgentOS\"\n[log]", &format!("party = \"CCC\"\n[log]\n{place}"))
    };
    say(&gate_text("r4", &format!("`CCC/{contract}`")));
    team.here.git(&["checkout", "-qb", "url"]);
    team.here.write("ackgate.toml", written(&format!("url = \"{}\"\n", agentos.display())));
    team.here.commit("adopt, log by address");
    team.here.git(&["push", "-q", "--no-verify", "origin", "url:main"]);
    team.receives(true);
    team.here.write(contract, "* ts: float\n* rid: string (optional)\n");
    team.here.commit("change");
    let bare = team.here.beside("origin.git");
    undecided(&team.push(&["url:main"]), "verify-gate log --fetch");
    team.here.git_in(&bare, &["config", "ackgate.fetch", "true"]);
    undecided(&team.push(&["url:main"]), "verify-gate log --fetch");
    let fetch = || {
        let output = team.here.command(&bare, VERIFY).args(["log", "--fetch"]).output().unwrap();
        assert!(output.status.success(), "{}", text(&output));
    };
    fetch();
    refused(&team, &["url:main"], "AG102");
    say("## AgentOS executor (ACK)");
    refused(&team, &["url:main"], "AG102");
    fetch();
    refused(&team, &["url:main"], "AG103");
    say("## CCP maintainer (ACK)");
    fetch();
    passes(&team, &["url:main"]);
    // By a path, which is meant from the bare repository.
    team.here.git(&["reset", "-q", "--hard", "url~2"]);
    team.here.write("ackgate.toml", written("repo = \"../theirs\"\n"));
    team.here.commit("adopt, log by path");
    team.receives(false);
    passes(&team, &["+url:main"]);
    team.receives(true);
    team.here.write(contract, "* ts: float\n* rid: string (optional)\n");
    team.here.commit("change");
    passes(&team, &["url:main"]);
    say("## AgentOS executor (landed)\n");
    say("## CCP maintainer (landed)\n");
    team.here.write(contract, "* ts: float\n");
    team.here.commit("change");
    assert!(!team.push(&["url:main"]).status.success());
}

#[test]
fn what_is_said_reads_well_on_the_other_side() {
    let team = team();
    evil(&team, "evil");
    let said = text(&team.push(&["evil"]));
    let lines: Vec<&str> = said.lines().filter_map(|line| line.strip_prefix("remote: ")).map(str::trim_end).collect();
    assert!(lines[0].starts_with(&format!("error[AG101]: `{ADAPTER}` (adapter) is protected")), "{said}");
    assert!(lines.contains(&&*format!("  --> {ADAPTER}")), "{said}");
    assert!(
        lines.contains(&"  why:  verify-gate explain AG101") && lines.contains(&"blocked: 1 error (receive)"),
        "{said}"
    );
    assert!(!said.contains('\u{1b}'), "{said}");
    let output = team.push(&["main:refs/heads/good"]);
    assert!(!text(&output).contains("remote:"), "a pass is silent: {}", text(&output));
}

#[test]
fn install_in_a_bare_repository() {
    let team = adopted();
    let bare = team.here.beside("origin.git");
    let verify = |command: &str| {
        let output = team.here.command(&bare, VERIFY).arg(command).output().unwrap();
        assert!(output.status.success(), "{}", text(&output));
        text(&output)
    };
    executable(&bare.join("hooks/pre-receive"), "cat >../received");
    let theirs = std::fs::read(bare.join("hooks/pre-receive")).unwrap();
    assert_eq!(verify("install"), "installed pre-receive (chains the hook that was there)\n");
    assert!(!bare.join("hooks/pre-push").exists() && !bare.join("hooks/pre-commit").exists());
    evil(&team, "evil");
    refused(&team, &["evil"], "AG101");
    assert!(!team.here.beside("received").exists(), "what is refused goes no further");
    passes(&team, &["main:refs/heads/new", "main:refs/heads/newer"]);
    assert_eq!(std::fs::read_to_string(team.here.beside("received")).unwrap().lines().count(), 2);
    assert_eq!(verify("install"), "unchanged pre-receive\n");
    verify("uninstall");
    assert_eq!(std::fs::read(bare.join("hooks/pre-receive")).unwrap(), theirs);
    // A work tree of the bare repository is where people commit.
    let tree = team.here.beside("tree");
    team.here.git_in(&bare, &["worktree", "add", "-q", "-b", "work", tree.to_str().unwrap(), "main"]);
    let output = team.here.command(&tree, VERIFY).arg("install").output().unwrap();
    assert!(
        text(&output).contains("installed pre-push") && !text(&output).contains("pre-receive"),
        "{}",
        text(&output)
    );
    let by_name = team.here.command(&bare, VERIFY).args(["hook", "pre-receive"]).stdin(Stdio::null()).output().unwrap();
    assert!(by_name.status.code() == Some(2) && text(&by_name).contains("list of refs is empty"));
}
