//! Ways around, each refused at commit, push, receive and range as far as that boundary can see it; and what must pass there.

use std::io::Read;

use crate::boundary::{ADAPTER, LOG, PRE_PUSH, Team, VERIFY, gate_text, policy, text};
use crate::support::Scratch;

const CONTRACT: &str = "docs/System/contracts/USAGE_EVENT_SCHEMA.md";
const CCC_ADAPTER: &str = "services/go-anth-shim/cmd/ccp/main.go";

/// Judges what is staged at every boundary: a commit, and what was committed past the hook at a push, where that is
/// received, and in a range. Each says whether it passed; leaves HEAD and `origin` as they were.
pub(crate) fn verdicts(team: &Team) -> [bool; 4] {
    team.verify_both_ways(&["--staged"]);
    team.verify_both_ways(&["status"]);
    let commit = team.git(&["commit", "-qm", "x"]);
    if !commit.status.success() {
        team.here.git(&["commit", "-qnm", "x", "--allow-empty"]);
    }
    let push = team.git(&["push", "-q", "--dry-run", "origin", "HEAD:refs/heads/probe"]);
    team.receives(true);
    let received = team.push(&["HEAD:refs/heads/probe"]);
    team.receives(false);
    if received.status.success() {
        team.here.git(&["push", "-q", "--no-verify", "origin", "--delete", "probe"]);
    }
    let range = team.verify_both_ways(&["--range", "HEAD~1..HEAD"]);
    team.here.git(&["reset", "-q", "--hard", "HEAD~1"]);
    [&commit, &push, &received, &range].map(|output| output.status.success())
}

pub(crate) fn refused_everywhere(team: &Team, what: &str) {
    assert_eq!(verdicts(team), [false; 4], "{what}");
}

pub(crate) fn passes_everywhere(team: &Team, what: &str) {
    assert_eq!(verdicts(team), [true; 4], "{what}");
}

/// A repository of CCC without a log beside it.
pub(crate) fn ccc() -> Team {
    let here = Scratch::new();
    here.write(CONTRACT, "* ts: float\n");
    here.write(CCC_ADAPTER, "one\n");
    here.commit("base");
    let team = Team { here };
    team.hooks();
    team.origin();
    team
}

pub(crate) fn with_origin() -> Team {
    let team = Team::new();
    team.origin();
    team
}

pub(crate) fn acked(paths: &str) -> Team {
    let team = Team::new();
    team.gate("r4", paths);
    team.ack();
    team.origin();
    team
}

/// Puts something that is no folder in a folder's place.
fn replace(team: &Team, path: &str, with: &str) {
    team.here.git(&["rm", "-rqf", path]);
    let head = team.here.id("HEAD").to_string();
    match with {
        "submodule" => {
            team.here.git(&["update-index", "--add", "--cacheinfo", &format!("160000,{head},{path}")]);
        }
        mode => {
            team.here.write("blob", "/tmp");
            let blob = team.here.git(&["hash-object", "-w", "blob"]);
            std::fs::remove_file(team.here.root().join("blob")).unwrap();
            let mode = if mode == "link" { "120000" } else { "100644" };
            team.here.git(&["update-index", "--add", "--cacheinfo", &format!("{mode},{blob},{path}")]);
        }
    }
}

#[test]
fn nothing_takes_a_folders_place() {
    let team = with_origin();
    for path in ["agentos", "agentos/integrations", "docs", "docs/integration", LOG] {
        for with in ["file", "link", "submodule"] {
            if (path, with) != (LOG, "file") {
                replace(&team, path, with);
                refused_everywhere(&team, &format!("{with} at {path}"));
            }
        }
    }
}

#[test]
fn no_spelling_hides_a_protected_path() {
    let team = with_origin();
    let blob = team.here.git(&["rev-parse", "HEAD:readme.md"]);
    for path in [
        "AGENTOS/INTEGRATIONS/x.py",
        "agento\u{17f}/integrations/x.py",
        "agentos/integrations/new\nline.py",
        "agentos/integrations/trailing ",
        "agentos/integrations/back\\slash",
        "agentos/integrations/[id]*?.py",
        "agentos/integrations/-rf",
        "agentos/integrations/e\u{301}",
        "AckGate.toml",
    ] {
        team.here.git(&["update-index", "--add", "--cacheinfo", &format!("100644,{blob},{path}")]);
        refused_everywhere(&team, path);
    }
    team.here.write_bytes(b"agentos/integrations/\xff", "x");
    team.here.git(&["add", "-A"]);
    refused_everywhere(&team, "invalid UTF-8");
}

#[test]
fn every_kind_of_change_is_one() {
    for change in [
        &["rm", "-q", ADAPTER][..],
        &["mv", ADAPTER, "elsewhere.py"],
        &["mv", "readme.md", "agentos/integrations/readme.md"],
        &["update-index", "--chmod=+x", ADAPTER],
        &["rm", "-rq", "."],
        &["rm", "-q", "--cached", ADAPTER],
    ] {
        let team = with_origin();
        team.here.git(change);
        refused_everywhere(&team, &format!("{change:?}"));
    }
    // To be added some day is not to be in the commit: this deletes.
    let team = with_origin();
    team.here.git(&["rm", "-q", "--cached", ADAPTER]);
    team.here.git(&["add", "-N", ADAPTER]);
    team.refused(&["commit", "-qm", "x"], "AG101");
}

#[test]
fn another_root_chooses_no_profile_for_itself() {
    let team = ccc();
    team.here.git(&["checkout", "-q", "--orphan", "other"]);
    team.here.git(&["rm", "-rqf", "."]);
    team.stage(LOG, "# Log\n");
    team.here.git(&["commit", "-qnm", "what makes it look like AgentOS"]);
    team.stage(CCC_ADAPTER, "two\n");
    assert_eq!(team.verify(&["--staged"]).status.code(), Some(2));
    team.here.commit_staged("change");
    assert!(!team.git(&["push", "-q", "origin", "other"]).status.success());
    assert_eq!(team.verify(&["--range", "main..other"]).status.code(), Some(2));
}

#[test]
fn no_merge_loses_what_a_profile_goes_by() {
    for (team, refused) in [(with_origin(), Some(1)), (ccc(), Some(2))] {
        team.here.git(&["checkout", "-q", "--orphan", "other"]);
        team.here.git(&["rm", "-rqf", "."]);
        team.stage("x.txt", "x\n");
        team.passes(&["commit", "-qm", "another root without anything protected"]);
        let merge = ["merge", "-q", "-s", "ours", "--allow-unrelated-histories", "--no-edit", "main"];
        assert!(!team.git(&merge).status.success());
        team.here.git(&["merge", "--abort"]);
        let merge = [&merge[..1], &["--no-verify"], &merge[1..]].concat();
        team.here.git(&merge);
        assert!(!team.git(&["push", "-q", "origin", "HEAD:main"]).status.success());
        assert_eq!(team.verify(&["--range", "main..HEAD"]).status.code(), refused);
    }
}

#[test]
fn where_both_profiles_fit_neither_is_chosen_by_deleting() {
    let team = Team::bare_of_hooks();
    team.here.write(CONTRACT, "x\n");
    team.here.commit("both fit");
    team.hooks();
    team.origin();
    for path in [LOG, CONTRACT, ADAPTER] {
        team.here.git(&["rm", "-q", path]);
        assert_eq!(team.verify(&["--staged"]).status.code(), Some(2), "{path}");
        refused_everywhere(&team, path);
    }
    team.stage("readme.md", "y\n");
    passes_everywhere(&team, "nothing that either protects");
    team.stage("ackgate.toml", &policy(""));
    passes_everywhere(&team, "adoption");
    team.here.git(&["rm", "-q", LOG]);
    team.stage("ackgate.toml", &policy(""));
    refused_everywhere(&team, "adoption without the log");
}

#[test]
fn no_folder_or_link_becomes_a_policy() {
    for with in ["link", "submodule"] {
        let team = with_origin();
        team.stage("ackgate.toml", "x");
        replace(&team, "ackgate.toml", with);
        refused_everywhere(&team, with);
    }
    let fresh = Team { here: Scratch::new() };
    fresh.here.write("x", "x");
    fresh.here.commit("nothing to protect");
    fresh.hooks();
    fresh.origin();
    for team in [with_origin(), fresh] {
        team.stage("ackgate.toml/x", "x");
        team.refused(&["commit", "-qm", "x"], "AG902");
        refused_everywhere(&team, "folder");
    }
    let team = adopted();
    team.gate("r4", "`ackgate.toml`");
    team.ack();
    team.here.git(&["push", "-q", "origin", "main"]);
    team.here.git(&["rm", "-q", "ackgate.toml"]);
    team.stage("ackgate.toml/x", "x");
    team.refused(&["commit", "-qm", "x"], "AG902");
}

pub(crate) fn adopted() -> Team {
    let team = Team::bare_of_hooks();
    team.here.write("ackgate.toml", policy(""));
    team.here.commit("adopt");
    team.hooks();
    team.origin();
    team
}

#[test]
fn no_policy_is_loosened_by_itself() {
    let lax = policy("adapter = [\"nothing/**\"]\n");
    for (path, content) in
        [("ackgate.toml", Some(lax.as_str())), ("ackgate.toml", Some("version = 2\n")), ("ackgate.toml", None)]
    {
        let team = adopted();
        let put = || match content {
            Some(content) => team.stage(path, content),
            None => drop(team.here.git(&["rm", "-q", path])),
        };
        put();
        refused_everywhere(&team, "by itself");
        put();
        team.stage(ADAPTER, "two\n");
        refused_everywhere(&team, "with a change");
        put();
        team.here.commit_staged("first the policy");
        team.stage(ADAPTER, "two\n");
        team.here.commit_staged("then the change");
        assert!(!team.git(&["push", "-q", "origin", "main"]).status.success());
        assert!(!team.verify(&["--range", "origin/main..HEAD"]).status.success());
    }
    let team = adopted();
    team.here.git(&["mv", "ackgate.toml", "Ackgate.toml"]);
    refused_everywhere(&team, "another case");
}

#[test]
fn no_log_is_bent_to_open() {
    let gate = gate_text("r4", &format!("`{ADAPTER}`"));
    let ack = "## CCP maintainer (ACK)\n\nACK — proceed.";
    let landed = "## AgentOS executor (landed)";
    let team = adopted();
    for entry in [gate.as_str(), ack, landed] {
        team.say(entry);
    }
    team.here.git(&["push", "-q", "--no-verify", "origin", "main"]);
    for (what, log) in [
        ("landed taken out", format!("# Log\n\n{gate}\n\n{ack}\n")),
        ("landed moved up", format!("# Log\n\n{landed}\n\n{gate}\n\n{ack}\n")),
        ("the gate again, above its old ACK", format!("# Log\n\n{gate}\n\n{landed}\n\n{gate}\n\n{ack}\n")),
        (
            "another gate above the ACK",
            format!("# Log\n\n{gate}\n\n{landed}\n\n{}\n\n{ack}\n", gate.replace("r4", "r5")),
        ),
        ("cut", "# Log\n".to_owned()),
    ] {
        team.stage(LOG, &log);
        refused_everywhere(&team, what);
        team.stage(LOG, &log);
        team.stage(ADAPTER, "two\n");
        refused_everywhere(&team, &format!("{what}, with a change"));
        team.stage(LOG, &log);
        team.here.commit_staged("bend");
        team.stage(ADAPTER, "two\n");
        let output = team.git(&["commit", "-qm", "x"]);
        assert!(!output.status.success(), "{what}: {}", text(&output));
        team.here.git(&["reset", "-q", "--hard", "origin/main"]);
    }
    for place in [&["rm", "-q", LOG][..], &["mv", LOG, "docs/other.md"]] {
        team.here.git(place);
        refused_everywhere(&team, &format!("{place:?}"));
    }
}

#[test]
fn an_ack_counts_only_where_the_base_has_it() {
    let team = with_origin();
    team.gate("r4", &format!("`{ADAPTER}`"));
    team.here.git(&["push", "-q", "origin", "main"]);
    let log = std::fs::read_to_string(team.here.root().join(LOG)).unwrap();
    let acked = format!("{log}\n## CCP maintainer (ACK)\n");
    team.stage(ADAPTER, "two\n");
    team.here.write(LOG, &acked);
    team.refused(&["commit", "-qm", "ACK in the work tree"], "AG114");
    team.here.git(&["add", "-A"]);
    refused_everywhere(&team, "in the same commit");
    team.here.git(&["checkout", "-qb", "side"]);
    team.stage(LOG, &acked);
    team.here.commit_staged("ACK on a side branch");
    team.here.git(&["checkout", "-q", "main"]);
    team.stage(ADAPTER, "two\n");
    refused_everywhere(&team, "on a side branch");
}

#[test]
fn old_approvals_stay_old() {
    for written in [false, true] {
        let team = if written { adopted() } else { with_origin() };
        team.gate("r4", &format!("`{ADAPTER}`"));
        team.ack();
        team.here.git(&["branch", "acked"]);
        team.say("## AgentOS executor (landed)");
        team.here.git(&["push", "-q", "origin", "main", "main:develop"]);
        team.here.git(&["checkout", "-q", "acked"]);
        team.here.git(&["branch", "-u", "origin/develop"]);
        team.stage(ADAPTER, "replayed\n");
        team.refused(&["commit", "-qm", "x"], "AG109");
        team.here.commit_staged("replayed");
        for to in ["HEAD:refs/heads/new", "HEAD:develop", "HEAD:main"] {
            team.refused(&["push", "-q", "--force", "origin", to], "AG109");
        }
        assert_eq!(team.verify(&["--range", "main..HEAD"]).status.code(), Some(1));
        // Made to build on what has landed, with the log as it was.
        assert!(!team.git(&["merge", "-q", "-s", "ours", "--no-edit", "main"]).status.success());
    }
}

#[test]
fn a_branch_with_a_profile_is_trusted_where_the_default_has_nothing() {
    let team = Team { here: Scratch::new() };
    team.here.write("x", "x");
    team.here.commit("nothing to protect");
    team.origin();
    team.here.git(&["checkout", "-qb", "develop"]);
    team.here.write(LOG, "# Log\n");
    team.here.write(ADAPTER, "one\n");
    team.here.commit("a profile fits");
    team.here.git(&["push", "-q", "origin", "develop"]);
    team.hooks();
    team.here.git(&["checkout", "-q", "--orphan", "other"]);
    team.here.git(&["rm", "-q", "--cached", LOG]);
    team.here.git(&["commit", "-qnm", "no profile fits"]);
    assert!(!team.git(&["push", "-qf", "origin", "HEAD:develop"]).status.success());
}

#[test]
fn merges_bring_nothing_of_their_own() {
    let team = with_origin();
    for (branch, file) in [("a", "a.txt"), ("b", "b.txt")] {
        team.here.git(&["checkout", "-qb", branch, "main"]);
        team.here.write(file, "x\n");
        team.here.commit(branch);
    }
    team.here.git(&["checkout", "-q", "main"]);
    team.here.git(&["merge", "-q", "--no-commit", "--no-ff", "a"]);
    team.stage(ADAPTER, "evil\n");
    team.refused(&["commit", "-qm", "evil merge"], "AG101");
    team.here.git(&["commit", "-qnm", "evil merge"]);
    team.refused(&["push", "-q", "origin", "main"], "AG101");
    assert_eq!(team.verify(&["--range", "origin/main..HEAD"]).status.code(), Some(1));
    team.here.git(&["reset", "-q", "--hard", "origin/main"]);
    team.here.git(&["checkout", "-qb", "evil"]);
    team.here.write(ADAPTER, "evil\n");
    team.here.commit("evil");
    team.here.git(&["checkout", "-q", "main"]);
    // What a merge brings from a branch is judged there: at a push, and when it is squashed.
    team.here.git(&["merge", "-q", "--squash", "evil"]);
    team.refused(&["commit", "-qm", "squashed"], "AG101");
    team.here.git(&["reset", "-q", "--hard"]);
    team.here.git(&["merge", "-q", "--no-verify", "--no-edit", "a", "b", "evil"]);
    team.refused(&["push", "-q", "origin", "main"], "AG101");
    assert_eq!(team.verify(&["--range", "origin/main..HEAD"]).status.code(), Some(1));
}

#[test]
fn every_ref_of_a_push_is_judged() {
    let team = with_origin();
    team.here.git(&["checkout", "-qb", "evil"]);
    team.here.write(ADAPTER, "evil\n");
    team.here.commit("evil");
    team.here.git(&["tag", "light"]);
    team.here.git(&["tag", "-am", "x", "annotated"]);
    team.here.git(&["tag", "-am", "x", "nested", "annotated"]);
    team.here.git(&["update-ref", "refs/notes/x", "HEAD"]);
    for what in [
        &["light"][..],
        &["annotated"],
        &["nested"],
        &["refs/notes/x"],
        &["HEAD:refs/for/main"],
        &["HEAD:refs/heads/new"],
        &["evil~0:refs/heads/new"],
        &["+HEAD:main"],
        &["main", "evil"],
        &["--all"],
        &["--tags"],
        &["--mirror"],
    ] {
        team.refused(&[&["push", "-q", "origin"], what].concat(), "AG101");
    }
    let url = team.here.beside("origin.git");
    team.refused(&["push", "-q", url.to_str().unwrap(), "evil"], "AG101");
    team.here.git(&["replace", "evil", "main"]);
    team.refused(&["push", "-q", "origin", "evil"], "AG101");
    team.here.git(&["replace", "-d", "evil"]);
    let graft = format!("{} {}\n", team.here.id("evil"), team.here.id("main"));
    team.here.write(".git/info/grafts", graft);
    team.refused(&["push", "-q", "origin", "evil"], "AG101");
}

#[test]
fn a_push_that_cannot_be_read_is_not_decided() {
    let team = with_origin();
    let run = |input: &[u8], variables: &[(&str, &str)], arguments: &[&str]| {
        let mut command = team.here.command(team.here.root(), PRE_PUSH);
        command.args(arguments).envs(variables.iter().copied());
        let input_file = team.here.beside("input");
        std::fs::write(&input_file, input).unwrap();
        command.stdin(std::fs::File::open(&input_file).unwrap()).output().unwrap().status.code()
    };
    let head = team.here.id("HEAD").to_string();
    let zero = "0".repeat(40);
    assert_eq!(run(b"garbage\n", &[], &["origin", "url"]), Some(2));
    assert_eq!(run(b"\xff\n", &[], &["origin", "url"]), Some(2));
    assert_eq!(run(format!("a {head} b {zero}1\n").as_bytes(), &[], &["origin", "url"]), Some(2));
    assert_eq!(run(format!("a {} b {zero}\n", "1".repeat(40)).as_bytes(), &[], &["origin", "url"]), Some(2));
    assert_eq!(run(b"", &[], &["a", "b", "c"]), Some(2));
    assert_eq!(run(b"", &[("PRE_COMMIT", "1"), ("PRE_COMMIT_TO_REF", "nothing")], &[]), Some(2));
    assert_eq!(run(b"", &[], &["origin", "url"]), Some(0));
    team.here.git(&["checkout", "-qb", "evil"]);
    team.here.write(ADAPTER, "evil\n");
    team.here.commit("evil");
    assert_eq!(run(b"", &[("PRE_COMMIT", "1")], &[]), Some(1));
    assert_eq!(run(b"", &[("PRE_COMMIT_FROM_REF", "main"), ("PRE_COMMIT_TO_REF", "evil")], &[]), Some(1));
    let runner = [("PRE_COMMIT_TO_REF", "main"), ("PRE_COMMIT_REMOTE_NAME", "origin")];
    assert_eq!(run(b"", &runner, &[]), Some(1), "the other branch may be on its way too");
}

#[test]
fn a_branch_that_was_never_fetched_is_not_decided() {
    let team = with_origin();
    let other = team.here.beside("other");
    let (other, url) = (other.to_str().unwrap(), team.here.beside("origin.git"));
    team.here.git(&["clone", "-q", url.to_str().unwrap(), other]);
    team.here.git(&["-C", other, "commit", "-q", "--allow-empty", "-m", "ahead"]);
    team.here.git(&["-C", other, "push", "-q"]);
    team.here.git(&["remote", "remove", "origin"]);
    let output = team.git(&["push", "-qf", url.to_str().unwrap(), "main"]);
    assert!(text(&output).contains("git fetch") && !output.status.success(), "{}", text(&output));
}

#[test]
fn dates_do_not_say_what_builds_on_what() {
    let team = adopted();
    team.here.git(&["branch", "old", "HEAD"]);
    let stream: String = (0..300)
        .map(|n| {
            let from = if n == 0 { "from refs/heads/main^0\n" } else { "" };
            format!("commit refs/heads/long\ncommitter A <a@b> {n} +0000\ndata 1\nx\n{from}\n")
        })
        .collect();
    let file = team.here.beside("stream");
    std::fs::write(&file, stream).unwrap();
    let mut command = team.here.command(team.here.root(), "git");
    command.args(["fast-import", "--quiet"]).stdin(std::fs::File::open(&file).unwrap());
    assert!(command.status().unwrap().success());
    let repo = team.here.repo();
    let id = |name: &str| team.here.id(name);
    assert!(ackgate::shell::git::is_ancestor(&repo, &id("main"), &id("long")).unwrap());
    assert!(!ackgate::shell::git::is_ancestor(&repo, &id("long"), &id("main")).unwrap());
    // A lax policy of another root, under the skirts of three hundred commits from 1970.
    team.here.git(&["checkout", "-q", "--orphan", "lax"]);
    team.stage("ackgate.toml", &policy("adapter = [\"nothing/**\"]\n"));
    team.here.commit_staged("lax");
    team.here.git(&["merge", "-qn", "--no-verify", "-s", "ours", "--allow-unrelated-histories", "--no-edit", "long"]);
    assert_eq!(team.verify(&["--range", "long..HEAD"]).status.code(), Some(1));
    team.refused(&["push", "-q", "origin", "HEAD:main"], "AG901");
}

#[test]
fn what_a_gate_names_to_the_letter_is_meant() {
    let team = acked("`agentos/integrations/[id].tsx`, `agentos/metrics/**` (except `agentos/metrics/[id].py`)");
    team.stage("agentos/integrations/[id].tsx", "x\n");
    passes_everywhere(&team, "a name with brackets");
    team.stage("agentos/metrics/[id].py", "x\n");
    refused_everywhere(&team, "a name with brackets that is taken out");
    team.stage("agentos/metrics/x.py", "x\n");
    passes_everywhere(&team, "beside what is taken out");
}

#[test]
fn a_tree_that_git_would_not_write_is_not_decided() {
    let team = with_origin();
    let tree = |lines: &str| {
        let file = team.here.beside("lines");
        std::fs::write(&file, lines).unwrap();
        let mut command = team.here.command(team.here.root(), "git");
        let output = command.arg("mktree").stdin(std::fs::File::open(&file).unwrap()).output().unwrap();
        String::from_utf8(output.stdout).unwrap().trim().to_owned()
    };
    let rest = team.here.git(&["ls-tree", "HEAD"]);
    let folder = team.here.git(&["ls-tree", "HEAD:agentos"]);
    let inner = team.here.git(&["rev-parse", "HEAD:docs"]);
    for name in [".", "..", ".git", ".GIT"] {
        let folder = tree(&format!("{folder}\n040000 tree {inner}\t{name}\n"));
        let others: String = rest.lines().filter(|l| !l.ends_with("agentos")).map(|l| format!("{l}\n")).collect();
        let root = tree(&format!("{others}040000 tree {folder}\tagentos\n"));
        let commit = team.here.git(&["commit-tree", "-p", "HEAD", "-m", "x", &root]);
        assert_eq!(team.verify(&["--range", &format!("HEAD..{commit}")]).status.code(), Some(2), "{name}");
        assert!(!team.git(&["push", "-q", "origin", &format!("{commit}:refs/heads/x")]).status.success(), "{name}");
    }
}

#[test]
fn what_has_landed_stays_so_whatever_became_of_the_log() {
    let gate = |slice: &str| gate_text(slice, &format!("`{ADAPTER}`"));
    let ack = "## CCP maintainer (ACK)\n\nACK — proceed.";
    let landed = "## AgentOS executor (landed)";
    let covering =
        format!("{}[gate]\nselect = \"latest-covering\"\n[rules]\nlog-rewritten = \"warning\"\n", policy(""));
    let other = gate_text("r5", "`agentos/metrics/x`");
    for (what, log) in [
        (
            "landed counts for a gate that was put between",
            format!("# Log\n\n{}\n\n{ack}\n\n{other}\n\n{landed}\n", gate("r4")),
        ),
        ("landed is taken out", format!("# Log\n\n{}\n\n{ack}\n", gate("r4"))),
    ] {
        let team = Team::bare_of_hooks();
        team.here.write("ackgate.toml", &covering);
        team.here.commit("adopt");
        team.hooks();
        for entry in [gate("r4").as_str(), ack, landed] {
            team.say(entry);
        }
        team.stage(LOG, &log);
        team.here.commit_staged("bend");
        team.origin();
        team.stage(ADAPTER, "two\n");
        team.refused(&["commit", "-qm", what], "AG109");
        refused_everywhere(&team, what);
    }
}

/// Puts another object's content where an object is kept.
fn swap(team: &Team, object: &str, with: &str) {
    let file = |name: &str| {
        let id = team.here.id(name).to_string();
        team.here.root().join(".git/objects").join(&id[..2]).join(&id[2..])
    };
    let (to, from) = (file(object), file(with));
    std::fs::remove_file(&to).unwrap();
    std::fs::copy(from, to).unwrap();
}

/// What a zlib stream holds, and the other way round.
fn inflated(bytes: &[u8]) -> Vec<u8> {
    let mut content = Vec::new();
    flate2::read::ZlibDecoder::new(bytes).read_to_end(&mut content).unwrap();
    content
}

fn deflated(content: &[u8]) -> Vec<u8> {
    let mut bytes = Vec::new();
    flate2::read::ZlibEncoder::new(content, flate2::Compression::fast()).read_to_end(&mut bytes).unwrap();
    bytes
}

#[test]
fn an_object_that_is_cut_off_or_says_another_size_is_an_error() {
    for format in ["sha1", "sha256"] {
        let here = Scratch::with(&["init", "-q", "-b", "main", &format!("--object-format={format}")]);
        here.write("ackgate.toml", policy(""));
        here.write(LOG, "# Log\n");
        here.commit("adopt");
        let status = || here.command(here.root(), VERIFY).arg("status").output().unwrap();
        assert_eq!(status().status.code(), Some(0), "{}", text(&status()));
        for object in ["HEAD", "HEAD^{tree}", &format!("HEAD:{LOG}")] {
            let id = here.git(&["rev-parse", object]);
            let file = here.root().join(".git/objects").join(&id[..2]).join(&id[2..]);
            let good = std::fs::read(&file).unwrap();
            let object_of = |size: &str| {
                let content = inflated(&good);
                let end = content.iter().position(|byte| *byte == 0).unwrap();
                let kind = content[..end].split(|byte| *byte == b' ').next().unwrap();
                deflated(&[kind, b" ", size.as_bytes(), &content[end..]].concat())
            };
            let (longer, huge) = (object_of("5000"), object_of("99999999999999"));
            for bad in [&good[..0], &good[..1], &good[..good.len() / 2], &longer, &huge, &object_of("1")] {
                std::fs::remove_file(&file).unwrap();
                std::fs::write(&file, bad).unwrap();
                let output = status();
                assert_eq!(output.status.code(), Some(2), "{format} {object}: {}", text(&output));
                assert!(text(&output).contains("git fsck"), "{format} {object}: {}", text(&output));
            }
            std::fs::remove_file(&file).unwrap();
            std::fs::write(&file, good).unwrap();
        }
        assert_eq!(status().status.code(), Some(0), "{}", text(&status()));
    }
}

#[test]
fn an_object_is_what_its_id_says() {
    let log = format!("HEAD:{LOG}");
    for (object, with) in
        [(log.as_str(), "acked:docs/integration/CCC_AGENT_CHAT.md"), ("HEAD^{tree}", "acked^{tree}"), ("HEAD", "acked")]
    {
        let team = Team::new();
        team.gate("r4-adapter", &format!("`{ADAPTER}`"));
        team.here.git(&["branch", "waiting"]);
        team.ack();
        team.here.git(&["branch", "acked"]);
        team.here.git(&["reset", "-q", "--hard", "waiting"]);
        team.stage(ADAPTER, "two\n");
        team.refused(&["commit", "-qm", "x"], "AG102");
        swap(&team, object, with);
        let output = team.verify(&[]);
        assert_eq!(output.status.code(), Some(2), "{object}: {}", text(&output));
        assert!(text(&output).contains("is not what its id says"), "{object}: {}", text(&output));
        assert!(!team.git(&["commit", "-qm", "x"]).status.success(), "{object}");
    }
}
