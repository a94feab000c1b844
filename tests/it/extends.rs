//! Repositories that share a baseline: its snapshot is policy, what loosens it is told, and nothing is fetched.

use std::process::Output;

use serde_json::Value;
use sha2::{Digest, Sha256};

use crate::boundary::{ADAPTER, LOG, Team, VERIFY, text};
use crate::support::Scratch;

const SNAPSHOT: &str = ".ackgate/baseline.toml";

fn baseline(more: &str) -> String {
    format!(
        "version = 1\n[baseline]\nforbid = [\"rules.ack-missing\", \"ack\"]\n[log]\npath = \"{LOG}\"\nowner = \"AgentOS\"\n\
         [parties.AgentOS]\naliases = [\"AgentOS executor\"]\nrepositories = [\"AgentOS\"]\n\
         [parties.CCC]\naliases = [\"CCP maintainer\"]\nrepositories = [\"CCC\"]\n\
         [protect]\nadapter = [\"agentos/integrations/**\"]\n{more}"
    )
}

fn digest(text: &str) -> String {
    Sha256::digest(text.as_bytes()).iter().map(|byte| format!("{byte:02x}")).collect()
}

/// A file that extends this; the record of where it comes from leads nowhere, which nobody may notice.
fn own(baseline: &str, more: &str) -> String {
    format!(
        "version = 1\nparty = \"AgentOS\"\n{more}\n[extends]\nfile = \"{SNAPSHOT}\"\nsha256 = \"{}\"\n\
         git = \"https://127.0.0.1:1/nowhere.git\"\nrev = \"{}\"\npath = \"baseline.toml\"\n",
        digest(baseline),
        "0".repeat(40)
    )
}

/// A repository with hooks that extends the baseline.
fn team() -> Team {
    let team = Team::new();
    let baseline = baseline("");
    write(&team, &baseline, &own(&baseline, ""));
    team.passes(&["commit", "-qm", "adopt"]);
    team
}

fn write(team: &Team, baseline: &str, own: &str) {
    team.here.write(SNAPSHOT, baseline);
    team.here.write("ackgate.toml", own);
    team.here.git(&["add", "-A"]);
}

/// A gate on these paths, ACKed, and what was staged still so.
fn agreed(team: &Team, paths: &str) {
    team.gate("r4-policy", paths);
    team.ack();
}

const BOTH: &str = "`ackgate.toml`, `.ackgate/baseline.toml`";

fn json(team: &Team, args: &[&str]) -> Value {
    let output = team.verify(&[args, &["--format", "json"]].concat());
    serde_json::from_slice(&output.stdout).unwrap_or_else(|_| panic!("{}", text(&output)))
}

fn settings(value: &Value) -> Vec<&str> {
    value["deviations"].as_array().unwrap().iter().map(|one| one["setting"].as_str().unwrap()).collect()
}

fn undecided(output: &Output, said: &str) {
    let text = text(output);
    assert!(output.status.code() == Some(2) && text.contains(said), "{text}");
}

#[test]
fn two_repositories_share_a_baseline_and_one_loosens_it() {
    let (one, other) = (team(), team());
    for team in [&one, &other] {
        team.stage(ADAPTER, "two\n");
        team.refused(&["commit", "-qm", "x"], "AG101");
        team.here.git(&["reset", "-q", "--hard"]);
    }
    agreed(&other, BOTH);
    let loose = own(&baseline(""), "[rules]\ngate-expired = \"off\"\n[protect]\nschema = [\"s/**\"]\n");
    write(&other, &baseline(""), &loose);
    let said = json(&other, &["--staged"]);
    assert!(settings(&said).is_empty(), "the base does not deviate: {said}");
    assert!(
        said["notes"].to_string().contains("this change loosens the baseline: ackgate.toml:4: `rules.gate-expired`")
    );
    other.passes(&["commit", "-qm", "loosen"]);
    // It is told wherever something is reported, and the other repository has no part in it.
    let told = json(&other, &["--staged"]);
    assert_eq!(
        told["deviations"],
        serde_json::json!([{
            "setting": "rules.gate-expired", "baseline": "\"warning\"", "here": "\"off\"", "file": "ackgate.toml", "line": 4,
            "message": "`rules.gate-expired` is \"off\" here and \"warning\" in the baseline",
        }])
    );
    for args in
        [&["status"][..], &["--worktree"], &["--range", "HEAD~1..HEAD"], &["--paths", ADAPTER], &["extends", "show"]]
    {
        assert_eq!(settings(&json(&other, args)), ["rules.gate-expired"], "{args:?}");
        assert_eq!(settings(&json(&one, args)), [""; 0], "{args:?}");
        let said = text(&other.verify(args));
        assert!(said.contains("deviation: ackgate.toml:4: `rules.gate-expired`"), "{args:?}: {said}");
    }
    for form in ["sarif", "github", "junit"] {
        let said = text(&other.verify(&["--staged", "--format", form]));
        assert!(said.contains("deviation: ackgate.toml:4: `rules.gate-expired`"), "{form}: {said}");
    }
    // A hook says it beside what it refuses, and nothing where it lets pass.
    other.stage("readme.md", "y\n");
    let passed = other.git(&["commit", "-qm", "not protected"]);
    assert_eq!((passed.status.success(), text(&passed)), (true, String::new()));
    other.stage("s/x", "x\n");
    let refused = text(&other.git(&["commit", "-qm", "protected by the own file"]));
    assert!(refused.contains("AG104") && refused.contains("deviation: ackgate.toml:4"), "{refused}");
}

#[test]
fn what_the_baseline_forbids_is_refused() {
    let team = team();
    team.server();
    agreed(&team, BOTH);
    for (more, said) in [
        ("[rules]\nack-missing = \"off\"\n", "ackgate.toml:4:1: `rules.ack-missing` is \"off\" here and \"error\""),
        ("[rules]\nAG102 = \"warning\"\n", "which the baseline forbids"),
        ("[ack]\ncommitters = [\"web@host.example\"]\n", "`ack.committers` has here"),
    ] {
        write(&team, &baseline(""), &own(&baseline(""), more));
        team.refused(&["commit", "-qm", "forbidden"], "AG902");
        assert!(text(&team.verify(&["--staged"])).contains(said), "{more}");
    }
    team.here.commit("past the hook");
    assert!(text(&team.git(&["push", "-q", "origin", "HEAD:refs/heads/new"])).contains("[AG902]"));
    assert!(text(&team.push(&["main"])).contains("[AG902]"));
    assert_eq!(team.verify(&["--range", "origin/main..HEAD"]).status.code(), Some(1));
    team.stage("readme.md", "y\n");
    undecided(&team.verify(&["--staged", "--format", "human"]), "which the baseline forbids");
}

#[test]
fn a_changed_snapshot_is_refused() {
    let team = team();
    team.server();
    team.stage(SNAPSHOT, &baseline("[gate]\nselect = \"latest-covering\"\n"));
    team.refused(&["commit", "-qm", "x"], "AG901");
    team.refused(&["commit", "-qm", "x"], "AG902");
    team.here.git(&["reset", "-q", "--hard"]);
    agreed(&team, BOTH);
    team.stage(SNAPSHOT, &baseline("[gate]\nselect = \"latest-covering\"\n"));
    team.refused(&["commit", "-qm", "agreed, and not what is pinned"], "AG902");
    let said = text(&team.verify(&["--staged"]));
    assert!(said.contains("ackgate.toml:6:10: `.ackgate/baseline.toml` is not what `extends.sha256` pins"), "{said}");
    team.here.commit("past the hook");
    assert!(text(&team.git(&["push", "-q", "origin", "HEAD:refs/heads/new"])).contains("[AG902]"));
    assert!(text(&team.push(&["main"])).contains("[AG902]"));
    assert_eq!(team.verify(&["--range", "origin/main..HEAD"]).status.code(), Some(1));
    team.stage("readme.md", "y\n");
    undecided(&team.verify(&["--staged"]), "the policy of the base");
    undecided(&team.verify(&["status"]), "is not what `extends.sha256` pins");
}

#[test]
fn snapshot_and_digest_change_together_by_agreement() {
    let new = baseline("[rules]\ngate-expired = \"error\"\n");
    let change = |team: &Team| write(team, &new, &own(&new, ""));
    let team = team();
    change(&team);
    team.refused(&["commit", "-qm", "nobody agreed"], "AG901");
    team.here.git(&["reset", "-q", "--hard"]);
    agreed(&team, "`ackgate.toml`");
    change(&team);
    let said = json(&team, &["--staged"]);
    let found: Vec<&str> =
        said["diagnostics"].as_array().unwrap().iter().filter_map(|one| one["path"].as_str()).collect();
    assert_eq!(found, [SNAPSHOT], "{said}");
    team.here.git(&["reset", "-q", "--hard"]);
    agreed(&team, BOTH);
    change(&team);
    team.passes(&["commit", "-qm", "agreed"]);
    assert!(text(&team.verify(&["--explain-config"])).contains(&format!("\"error\"  # {SNAPSHOT}:")));
}

#[test]
fn there_is_no_way_around_a_snapshot() {
    type Change = fn(&Team);
    let ways: [(&str, Change, &str); 7] = [
        ("gone", |team| drop(team.here.git(&["rm", "-q", SNAPSHOT])), "which is not there"),
        (
            "a link",
            |team| {
                team.here.write("elsewhere.toml", baseline(""));
                team.here.git(&["rm", "-q", SNAPSHOT]);
                std::fs::create_dir_all(team.here.root().join(".ackgate")).unwrap();
                std::os::unix::fs::symlink("../elsewhere.toml", team.here.root().join(SNAPSHOT)).unwrap();
            },
            "a link, a folder or a submodule",
        ),
        (
            "its folder a link",
            |team| {
                team.here.write("elsewhere/baseline.toml", baseline(""));
                team.here.git(&["rm", "-q", SNAPSHOT]);
                std::os::unix::fs::symlink("elsewhere", team.here.root().join(".ackgate")).unwrap();
            },
            "which is not there",
        ),
        (
            "a folder",
            |team| {
                team.here.git(&["rm", "-q", SNAPSHOT]);
                team.here.write(format!("{SNAPSHOT}/x"), "x\n");
            },
            "a link, a folder or a submodule",
        ),
        (
            "a submodule",
            |team| {
                let id = team.here.git(&["rev-parse", "HEAD"]);
                team.here.git(&["rm", "-q", SNAPSHOT]);
                team.here.git(&["update-index", "--add", "--cacheinfo", &format!("160000,{id},.ackgate")]);
                std::fs::create_dir_all(team.here.root().join(".ackgate")).unwrap();
            },
            "which is not there",
        ),
        ("another case", |team| drop(team.here.git(&["mv", ".ackgate", ".AckGate"])), "which is not there"),
        (
            "another file",
            |team| {
                let lax = "version = 1\n[baseline]\n";
                team.here.write("lax.toml", lax);
                let text = own(lax, "").replace(SNAPSHOT, "lax.toml");
                team.here.write("ackgate.toml", text);
            },
            "is missing",
        ),
    ];
    for (name, change, said) in ways {
        for is_agreed in [false, true] {
            let team = team();
            if is_agreed {
                agreed(&team, "`ackgate.toml`, `.ackgate/**`, `.ackgate`, `.AckGate/**`, `lax.toml`");
            }
            change(&team);
            if name != "a submodule" {
                team.here.git(&["add", "-A"]);
            }
            let output = team.git(&["commit", "-qm", "x"]);
            let text = text(&output);
            assert!(!output.status.success() && text.contains("[AG902]") && text.contains(said), "{name}: {text}");
            assert_eq!(text.contains("[AG901]"), !is_agreed, "{name}: {text}");
        }
    }
    // What takes the whole of it away is a change of policy like any other.
    let team = team();
    team.stage("ackgate.toml", &crate::boundary::policy("adapter = [\"nothing/**\"]\n"));
    team.refused(&["commit", "-qm", "without"], "AG901");
}

#[test]
fn an_old_fork_and_a_mixed_merge_gain_nothing() {
    let team = Team::new();
    team.here.git(&["branch", "fork"]);
    let first = baseline("");
    write(&team, &first, &own(&first, ""));
    team.passes(&["commit", "-qm", "adopt"]);
    team.server();
    // A fork from before adoption, with a lax baseline of its own.
    team.here.git(&["checkout", "-q", "fork"]);
    let lax = baseline("").replace("agentos/integrations/**", "nothing/**");
    write(&team, &lax, &own(&lax, ""));
    team.here.commit("a baseline of its own");
    team.here.write(ADAPTER, "evil\n");
    team.here.commit("evil");
    assert!(text(&team.push(&["fork"])).contains("[AG101]"));
    // A merge that takes the fork's snapshot: neither parent's together.
    team.here.git(&["checkout", "-q", "main"]);
    team.here.git_env(&[], &["merge", "-q", "--no-commit", "--no-ff", "fork"]);
    team.here.git(&["checkout", "-q", "main", "--", "."]);
    team.here.git(&["checkout", "-q", "fork", "--", SNAPSHOT]);
    team.refused(&["commit", "-qm", "mixed"], "AG902");
    team.here.commit("mixed, past the hook");
    let said = text(&team.push(&["main"]));
    assert!(said.contains("[AG902]") && said.contains("[AG901]"), "{said}");
    // Two branches of those who agreed, of which a merge takes one file each.
    let team = self::team();
    agreed(&team, BOTH);
    team.here.git(&["checkout", "-qb", "next"]);
    let new = baseline("[rules]\ngate-expired = \"error\"\n");
    write(&team, &new, &own(&new, ""));
    team.passes(&["commit", "-qm", "agreed"]);
    team.here.git(&["checkout", "-q", "main"]);
    team.stage("readme.md", "main\n");
    team.passes(&["commit", "-qm", "main goes on"]);
    team.here.git_env(&[], &["merge", "-q", "--no-commit", "--no-ff", "next"]);
    team.here.git(&["checkout", "-q", "HEAD", "--", "ackgate.toml"]);
    team.refused(&["commit", "-qm", "one file of each"], "AG902");
    team.here.git(&["checkout", "-q", "next", "--", "ackgate.toml"]);
    team.passes(&["commit", "-qm", "both files of one"]);
}

#[test]
fn members_extend_too_and_a_file_by_hand_has_its_own_snapshot() {
    let here = Scratch::new();
    let baseline = baseline("");
    here.write("ackgate.toml", "version = 1\n[workspace]\nmembers = [\"one\", \"two\"]\n");
    for (member, more) in [("one", "[rules]\ngate-expired = \"off\"\n"), ("two", "")] {
        here.write(format!("{member}/ackgate.toml"), own(&baseline, more));
        here.write(format!("{member}/{SNAPSHOT}"), &baseline);
        here.write(format!("{member}/{ADAPTER}"), "one\n");
        here.write(format!("{member}/{LOG}"), "# Log\n");
    }
    here.commit("base");
    here.write(format!("two/{SNAPSHOT}"), "version = 1\n[baseline]\n");
    here.git(&["add", "-A"]);
    let verify = |args: &[&str]| here.command(here.root(), VERIFY).args(args).output().unwrap();
    let said = text(&verify(&["--staged"]));
    for part in ["[AG901]", "[AG902]", "`two/.ackgate/baseline.toml`", "deviation: one/ackgate.toml:4"] {
        assert!(said.contains(part), "{part}: {said}");
    }
    here.git(&["reset", "-q", "--hard"]);
    let bare = here.beside("bare.git");
    here.git(&["clone", "-q", "--bare", ".", bare.to_str().unwrap()]);
    let shown = text(&verify(&["--repo", bare.to_str().unwrap(), "extends", "show"]));
    assert!(shown.contains("baseline: `one/.ackgate/baseline.toml`") && shown.contains("1 deviation"), "{shown}");
    let by_hand = here.beside("by-hand");
    std::fs::create_dir_all(by_hand.join(".ackgate")).unwrap();
    let config = by_hand.join("my.toml");
    std::fs::write(&config, own(&baseline, "[gate]\nselect = \"latest-covering\"\n")).unwrap();
    let config = config.to_str().unwrap();
    undecided(&verify(&["--config", config, "--staged"]), "which is not there");
    std::fs::write(by_hand.join(SNAPSHOT), &baseline).unwrap();
    let shown = text(&verify(&["--config", config, "--explain-config"]));
    assert!(shown.contains(&format!("# {}:", by_hand.join(SNAPSHOT).display())), "{shown}");
    assert!(text(&verify(&["--config", config, "--staged"])).contains("`gate.select`"));
}

#[test]
fn update_writes_both_files_or_none() {
    let team = Team::bare_of_hooks();
    let policies = team.here.beside("policies");
    team.here.git(&["init", "-q", "-b", "main", policies.to_str().unwrap()]);
    let text_of = |path: &str| std::fs::read_to_string(team.here.root().join(path)).unwrap_or_default();
    let keep = |text: &str| {
        std::fs::write(policies.join("fleet.toml"), text).unwrap();
        team.here.git_in(&policies, &["add", "-A"]);
        team.here.git_in(&policies, &["commit", "-qm", "baseline"]);
        team.here.git_in(&policies, &["rev-parse", "HEAD"])
    };
    let rev = keep(&baseline(""));
    undecided(&team.verify(&["extends", "update", "--from", "x"]), "there is no ackgate.toml");
    let before = "# Ours.\nversion = 1\nparty = \"AgentOS\" # as agreed\n";
    team.here.write("ackgate.toml", before);
    let from =
        |rev: &str| team.verify(&["extends", "update", "--git", "../policies", "--rev", rev, "--path", "fleet.toml"]);
    undecided(&team.verify(&["extends", "update"]), "where the baseline comes from is not said");
    undecided(&from("main"), "`extends.rev` is `main`, which is not a commit's full id");
    undecided(&from(&rev[..10]), "not a commit's full id");
    undecided(&from(&rev), "git config ackgate.fetch true");
    team.here.git(&["config", "ackgate.fetch", "true"]);
    undecided(&from(&"0".repeat(40)), "cannot fetch the baseline");
    assert_eq!((text_of("ackgate.toml"), text_of(SNAPSHOT)), (before.to_owned(), String::new()));
    let output = from(&rev);
    assert!(output.status.success(), "{}", text(&output));
    let expected = format!(
        "{before}\n[extends]\nfile = \"{SNAPSHOT}\"\nsha256 = \"{}\"\ngit = \"../policies\"\nrev = \"{rev}\"\npath = \"fleet.toml\"\n",
        digest(&baseline(""))
    );
    assert_eq!((text_of("ackgate.toml"), text_of(SNAPSHOT)), (expected.clone(), baseline("")));
    assert!(text(&output).contains("git add -- ackgate.toml .ackgate/baseline.toml"), "{}", text(&output));
    assert_eq!(team.here.git(&["for-each-ref", "refs/ackgate"]), "");
    team.hooks();
    team.here.git(&["add", "-A"]);
    team.passes(&["commit", "-qm", "adopt"]);
    // Again, from below: nothing changes, and nothing is fetched, since the commit is here.
    team.here.git(&["config", "ackgate.fetch", "false"]);
    let again = team.here.command(&team.here.root().join("docs"), VERIFY).args(["extends", "update"]).output().unwrap();
    assert!(again.status.success() && text(&again).starts_with("unchanged"), "{}", text(&again));
    // A snapshot that is lost is written anew.
    team.here.git(&["rm", "-qf", SNAPSHOT]);
    assert!(team.verify(&["extends", "update", "-q"]).status.success());
    assert_eq!(text_of(SNAPSHOT), baseline(""));
    // Another one that forbids what is here is not taken; nor is what is no baseline.
    team.here.write("ackgate.toml", expected.replace("# as agreed", "# as agreed\ngate.select = \"latest-covering\""));
    let kept = text_of("ackgate.toml");
    let strict = team.here.beside("strict.toml");
    std::fs::write(&strict, baseline("").replace("forbid = [", "forbid = [\"*\", ")).unwrap();
    let refused = team.verify(&["extends", "update", "--from", strict.to_str().unwrap()]);
    undecided(&refused, "`gate.select` is \"latest-covering\" here");
    undecided(&refused, "nothing was written");
    undecided(&team.verify(&["extends", "update", "--from", "readme.md"]), ".ackgate/baseline.toml:1:");
    assert_eq!((text_of("ackgate.toml"), text_of(SNAPSHOT)), (kept.clone(), baseline("")));
    // From a file nothing is recorded but the digest.
    std::fs::write(&strict, baseline("[rules]\ngate-expired = \"error\"\n")).unwrap();
    let taken = team.verify(&["extends", "update", "--from", strict.to_str().unwrap()]);
    assert!(
        taken.status.success() && text(&taken).contains("deviation: ackgate.toml:4: `gate.select`"),
        "{}",
        text(&taken)
    );
    let cut = kept.split("[extends]").next().unwrap();
    let digest = digest(&baseline("[rules]\ngate-expired = \"error\"\n"));
    assert_eq!(text_of("ackgate.toml"), format!("{cut}[extends]\nfile = \"{SNAPSHOT}\"\nsha256 = \"{digest}\"\n"));
    // What is written otherwise is not guessed at.
    team.here
        .write("ackgate.toml", format!("version = 1\nparty = \"AgentOS\"\nextends = {{ file = \"{SNAPSHOT}\" }}\n"));
    undecided(&team.verify(&["extends", "update", "--from", strict.to_str().unwrap()]), "write it so by hand");
    // Nor is anything written behind a link.
    team.here.git(&["reset", "-q", "--hard"]);
    let away = team.here.beside("away");
    std::fs::create_dir(&away).unwrap();
    std::fs::remove_dir_all(team.here.root().join(".ackgate")).unwrap();
    std::os::unix::fs::symlink(&away, team.here.root().join(".ackgate")).unwrap();
    undecided(
        &team.verify(&["extends", "update", "--from", strict.to_str().unwrap()]),
        "lies outside of this repository",
    );
    assert!(std::fs::read_dir(&away).unwrap().next().is_none());
}
