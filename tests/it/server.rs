//! The repository that receives: how it is set up, what it goes by where it has lost its way, what it says.

use std::process::Stdio;

use crate::boundary::{ADAPTER, LOG, PRE_RECEIVE, Team, VERIFY, gate_text, policy, text};
use crate::receive::{adopted, evil, passes, refused, team, undecided};
use crate::support::{Scratch, executable};

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
    say(&gate_text("r4", &format!("`CCC/{contract}`, field `rid`")));
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
    assert!(verify("install").starts_with("installed pre-receive (chains the hook that was there)\n"));
    assert!(!bare.join("hooks/pre-push").exists() && !bare.join("hooks/pre-commit").exists());
    evil(&team, "evil");
    refused(&team, &["evil"], "AG101");
    assert!(!team.here.beside("received").exists(), "what is refused goes no further");
    passes(&team, &["main:refs/heads/new", "main:refs/heads/newer"]);
    assert_eq!(std::fs::read_to_string(team.here.beside("received")).unwrap().lines().count(), 2);
    assert!(verify("install").starts_with("unchanged pre-receive\n"));
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

#[test]
fn the_copy_of_the_fetched_log_is_not_the_pushers() {
    let team = team();
    team.here.git(&["branch", "forged"]);
    for refs in [&["forged:refs/ackgate/log/x"][..], &[":refs/ackgate/log/x"], &["main", "+forged:refs/ackgate/log/x"]]
    {
        undecided(&team.push(refs), "is not to be pushed");
    }
    passes(&team, &["forged"]);
}

#[test]
fn what_lies_below_the_remotes_of_a_bare_repository_is_nobodys_word() {
    let team = adopted();
    let bare = team.here.beside("origin.git");
    evil(&team, "evil");
    let evil = team.here.git(&["rev-parse", "evil"]);
    for name in ["refs/remotes/main", "refs/remotes/origin/main", "refs/remotes/origin/HEAD", "refs/heads/origin/main"]
    {
        team.here.git_in(&bare, &["update-ref", name, "HEAD"]);
    }
    let verify = |range: &str| {
        let arguments = ["--repo", bare.to_str().unwrap(), "--range", range];
        team.here.command(team.here.root(), VERIFY).args(arguments).output().unwrap()
    };
    team.here
        .git_in(&bare, &["fetch", "-q", team.here.root().to_str().unwrap(), "evil:refs/remotes/origin/main", "-f"]);
    for range in [format!("main..{evil}"), format!("origin/main..{evil}"), format!("refs/heads/main..{evil}")] {
        let output = verify(&range);
        assert_eq!(output.status.code(), Some(1), "{range}: {}", text(&output));
    }
    assert_eq!(verify(&format!("origin/nothing..{evil}")).status.code(), Some(2));
}
