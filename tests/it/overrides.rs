//! Emergency overrides: commits signed by real git with real keys, through real pushes and `--range`.

use std::fs;
use std::process::Output;

use serde_json::Value;

use crate::boundary::{ADAPTER, LOG, Team, VERIFY, gate_text, policy, text};
use crate::support::Scratch;

/// A team whose policy lets the key `one` override, with a remote that has all of it.
struct Emergency {
    team: Team,
}

const MESSAGE: &str = "Mend the cap\n\nIt cannot wait.\n\nGate-Override: the meter is down";

impl Emergency {
    fn new() -> Emergency {
        Emergency::with("[override]\nkeys = [\"ONE\"]\n")
    }

    /// `section` ends the policy; `ONE` stands for the public key `one`.
    fn with(section: &str) -> Emergency {
        let team = Team::bare_of_hooks();
        team.here.ssh_key("one", &["-t", "ed25519"]);
        team.here.ssh_key("other", &["-t", "ed25519"]);
        team.here.write("ackgate.toml", policy("") + &section.replace("ONE", &team.here.ssh_public("one")));
        team.here.commit("adopt");
        team.origin();
        team.hooks();
        Emergency { team }
    }

    fn here(&self) -> &Scratch {
        &self.team.here
    }

    /// Git, set up to sign with a key.
    fn signing(&self, key: &str, args: &[&str]) -> Output {
        let key = format!("user.signingKey={}", self.here().beside(key).display());
        self.team.git(&[&["-c", "gpg.format=ssh", "-c", &key], args].concat())
    }

    /// Commits what is staged past the hook, signed.
    fn commit(&self, message: &str, key: &str) {
        let output = self.signing(key, &["commit", "-S", "--no-verify", "-qm", message]);
        assert!(output.status.success(), "{}", text(&output));
    }

    /// An override of the adapter, as it should be.
    fn overriding(&self) -> String {
        self.team.stage(ADAPTER, "in an emergency\n");
        self.commit(MESSAGE, "one");
        self.here().id("HEAD").to_string()
    }

    /// Both boundaries that see a commit say the same.
    fn passes(&self) -> String {
        let range = self.team.verify(&["--range", "origin/main..HEAD"]);
        assert_eq!(range.status.code(), Some(0), "{}", text(&range));
        let push = self.team.git(&["push", "-q"]);
        assert!(push.status.success(), "{}", text(&push));
        for said in [text(&range), text(&push)] {
            assert!(said.contains("warning[AG115]") && !said.contains("error["), "{said}");
        }
        text(&push)
    }

    fn refused(&self, code: &str, why: &str) {
        let range = self.team.verify(&["--range", "origin/main..HEAD"]);
        assert_eq!(range.status.code(), Some(1), "{}", text(&range));
        let push = self.team.git(&["push", "-q"]);
        assert!(!push.status.success(), "it was pushed");
        for said in [text(&range), text(&push)] {
            assert!(said.contains(&format!("error[{code}]")), "wanted {code}: {said}");
            assert!(said.contains(why), "wanted `{why}`: {said}");
            assert!(!said.contains("AG115]"), "{said}");
        }
    }

    fn json(&self, args: &[&str]) -> Value {
        let output = self.team.verify(&[args, &["--format", "json"]].concat());
        serde_json::from_slice(&output.stdout).unwrap_or_else(|_| panic!("{}", text(&output)))
    }

    /// The commits whose overrides `status` and a range of nothing list.
    fn listed(&self) -> Vec<String> {
        let commits = |value: Value| -> Vec<String> {
            let all = value["overrides"].as_array().unwrap().clone();
            all.iter().map(|one| one["commit"].as_str().unwrap().to_owned()).collect()
        };
        let (status, range) = (self.json(&["status"]), self.json(&["--range", "HEAD..HEAD"]));
        let warned = range["diagnostics"].as_array().unwrap().iter().filter(|d| d["code"] == "AG115").count();
        let (status, range) = (commits(status), commits(range));
        assert_eq!((&status, status.len()), (&range, warned));
        status
    }
}

#[test]
fn a_signed_override_passes_push_and_range_and_says_so() {
    let emergency = Emergency::new();
    emergency.team.stage(ADAPTER, "in an emergency\n");
    let refused = text(&emergency.team.git(&["commit", "-qm", MESSAGE]));
    assert!(refused.contains("[AG101]") && refused.contains("Gate-Override") && refused.contains("--no-verify"));
    let commit = emergency.overriding();
    let report = emergency.json(&["--range", "origin/main..HEAD"]);
    assert_eq!(report["verdict"], "pass");
    assert_eq!(report["protected"][0]["covered_by"], Value::Null);
    let used = &report["overrides"][0];
    assert_eq!(used["commit"].as_str().unwrap(), &commit[..10]);
    assert_eq!(used["reason"], "the meter is down");
    assert_eq!(used["paths"], serde_json::json!([ADAPTER]));
    let keygen = text(&emergency.here().ssh_keygen(&["-lf", emergency.here().beside("one").to_str().unwrap()]));
    let fingerprint = keygen.split(' ').nth(1).unwrap();
    assert_eq!(used["by"].as_str().unwrap(), format!("one ({fingerprint})"));
    let said = emergency.passes();
    for part in [&commit[..10], "“the meter is down”", "AG101", ADAPTER, fingerprint] {
        assert!(said.contains(part), "{part}: {said}");
    }
}

#[test]
fn every_kind_of_key_that_git_signs_with_counts() {
    for kind in [&["-t", "ecdsa", "-b", "256"][..], &["-t", "ecdsa", "-b", "521"], &["-t", "rsa", "-b", "2048"]] {
        let emergency = Emergency::new();
        let here = emergency.here();
        here.ssh_key("third", kind);
        here.write("ackgate.toml", policy("") + &format!("[override]\nkeys = [\"{}\"]\n", here.ssh_public("third")));
        here.commit("keys");
        here.git(&["push", "-q", "--no-verify"]);
        emergency.team.stage(ADAPTER, "two\n");
        emergency.commit(MESSAGE, "third");
        emergency.passes();
    }
}

#[test]
fn what_is_no_override_is_refused() {
    type Try = fn(&Emergency);
    let tries: [(&str, Try, &str); 10] = [
        ("another key", |e| e.commit(MESSAGE, "other"), "is none of those that the policy lists"),
        (
            "no signature",
            |e| drop(e.here().git(&["commit", "--no-verify", "-qm", MESSAGE])),
            "the commit is not signed",
        ),
        ("no trailer", |e| e.commit("Mend the cap", "one"), "[AG101]"),
        ("no reason", |e| e.commit("Mend\n\nGate-Override:", "one"), "gives no reason"),
        ("in the body", |e| e.commit("Mend\n\nGate-Override: x\n\nIt cannot wait.", "one"), "[AG101]"),
        ("in the title", |e| e.commit("Gate-Override: x", "one"), "[AG101]"),
        (
            "amended after signing",
            |e| {
                e.commit(MESSAGE, "one");
                e.rewritten(&|commit| commit.replace("the meter is down", "the meter is up!!"));
            },
            "does not fit",
        ),
        (
            "copied from another commit",
            |e| {
                e.commit(MESSAGE, "one");
                let signed = e.here().git(&["cat-file", "commit", "HEAD"]);
                e.team.stage(ADAPTER, "three\n");
                e.here().git(&["commit", "--no-verify", "-q", "--amend", "-m", MESSAGE]);
                e.rewritten(&|commit| commit.replace("\n\nMend", &format!("\n{}\nMend", header(&signed))));
            },
            "does not fit",
        ),
        (
            "signed twice",
            |e| {
                e.commit(MESSAGE, "one");
                e.rewritten(&|commit| commit.replace("\n\nMend", &format!("\n{}\nMend", header(commit))));
            },
            "more than one header",
        ),
        ("another namespace", Emergency::sign_as_file, "for the namespace `file`"),
    ];
    for (what, make, why) in tries {
        let emergency = Emergency::new();
        emergency.team.stage(ADAPTER, "two\n");
        make(&emergency);
        eprintln!("{what}");
        emergency.refused("AG101", why);
        assert!(emergency.listed().is_empty(), "{what}");
    }
}

/// The signature's header of a commit.
fn header(commit: &str) -> String {
    let start = commit.find("gpgsig ").unwrap();
    let end = commit.find("\n\n").unwrap();
    format!("{}\n", &commit[start..end])
}

impl Emergency {
    /// Puts in the place of HEAD what this makes of its object.
    fn rewritten(&self, change: &dyn Fn(&str) -> String) {
        let old = self.here().git(&["cat-file", "commit", "HEAD"]);
        let new = change(&old);
        assert_ne!(old, new);
        let file = self.here().beside("object");
        fs::write(&file, new + "\n").unwrap();
        let id = self.here().git(&["hash-object", "-t", "commit", "-w", file.to_str().unwrap()]);
        self.here().git(&["update-ref", "HEAD", &id]);
    }

    /// Signs with the right key, and for something else than git.
    fn sign_as_file(&self) {
        self.here().git(&["commit", "--no-verify", "-qm", MESSAGE]);
        let file = self.here().beside("unsigned");
        fs::write(&file, self.here().git(&["cat-file", "commit", "HEAD"]) + "\n").unwrap();
        let key = self.here().beside("one");
        let args = ["-q", "-Y", "sign", "-n", "file", "-f", key.to_str().unwrap(), file.to_str().unwrap()];
        assert!(self.here().ssh_keygen(&args).status.success());
        let armour = fs::read_to_string(self.here().beside("unsigned.sig")).unwrap();
        let header = format!("gpgsig {}", armour.trim_end().replace('\n', "\n "));
        self.rewritten(&|commit| commit.replace("\n\nMend", &format!("\n{header}\n\nMend")));
    }
}

#[test]
fn without_keys_at_the_base_there_is_no_override() {
    let emergency = Emergency::with("");
    emergency.overriding();
    emergency.refused("AG101", "lists no key");
    assert!(emergency.listed().is_empty());
    let staged = text(&emergency.team.verify(&["--staged"]));
    assert!(!staged.contains("Gate-Override"), "{staged}");
    // A key that the same commit adds is not there yet.
    let emergency = Emergency::with("");
    let key = emergency.here().ssh_public("one");
    emergency.here().write("ackgate.toml", policy("") + &format!("[override]\nkeys = [\"{key}\"]\n"));
    emergency.overriding();
    emergency.refused("AG901", "lists no key");
    let emergency = Emergency::new();
    let key = emergency.here().ssh_public("other");
    emergency.here().write("ackgate.toml", policy("") + &format!("[override]\nkeys = [\"{key}\"]\n"));
    emergency.team.stage(ADAPTER, "two\n");
    emergency.commit(MESSAGE, "other");
    emergency.refused("AG901", "is none of those");
}

#[test]
fn a_policy_may_be_changed_by_an_override_and_must_stay_valid() {
    let emergency = Emergency::new();
    let text = fs::read_to_string(emergency.here().root().join("ackgate.toml")).unwrap();
    emergency.team.stage("ackgate.toml", &format!("{text}[rules]\nack-missing = \"warning\"\n"));
    emergency.commit(MESSAGE, "one");
    assert!(emergency.passes().contains("AG901"));
    emergency.team.stage("ackgate.toml", &format!("{text}[rules]\noverride-used = \"off\"\n"));
    emergency.commit(MESSAGE, "one");
    let range = self::text(&emergency.team.verify(&["--range", "origin/main..HEAD"]));
    assert!(range.contains("error[AG902]") && range.contains("cannot be silenced"), "{range}");
}

#[test]
fn what_no_gate_could_allow_stays_refused() {
    let emergency = Emergency::new();
    emergency.team.gate("r4", &format!("`{ADAPTER}`"));
    emergency.here().git(&["push", "-q", "--no-verify"]);
    emergency.team.stage(LOG, "# Log\n");
    emergency.overriding();
    let range = text(&emergency.team.verify(&["--range", "origin/main..HEAD"]));
    assert!(range.contains("error[AG203]") && range.contains("warning[AG115]"), "{range}");
    assert!(!emergency.team.git(&["push", "-q"]).status.success());
    // Nor does it decide what cannot be decided.
    let emergency = Emergency::new();
    emergency.here().write(LOG, b"\xff\xfe");
    emergency.here().commit("spoil the log");
    emergency.here().git(&["push", "-q", "--no-verify"]);
    emergency.overriding();
    assert_eq!(emergency.team.verify(&["--range", "origin/main..HEAD"]).status.code(), Some(2));
}

#[test]
fn where_nothing_is_lifted_nothing_is_said() {
    let emergency = Emergency::new();
    emergency.team.stage("readme.md", "two\n");
    emergency.commit(MESSAGE, "one");
    emergency.team.gate("r4", &format!("`{ADAPTER}`"));
    emergency.team.ack();
    emergency.overriding();
    let range = text(&emergency.team.verify(&["--range", "origin/main..HEAD"]));
    assert!(range.contains("pass") && !range.contains("AG115"), "{range}");
    assert!(emergency.listed().is_empty());
}

#[test]
fn an_override_is_for_its_own_commit() {
    let emergency = Emergency::new();
    emergency.team.stage(ADAPTER, "two\n");
    emergency.here().git(&["commit", "--no-verify", "-qm", "before it"]);
    emergency.overriding();
    let range = text(&emergency.team.verify(&["--range", "origin/main..HEAD"]));
    assert!(range.contains("error[AG101]") && range.contains("warning[AG115]"), "{range}");
    assert!(!emergency.team.git(&["push", "-q"]).status.success());
}

#[test]
fn a_merge_may_be_an_override_for_what_it_makes_itself() {
    for (key, merged, passes) in [("one", "of the merge\n", true), ("other", "of the merge\n", false)] {
        let emergency = Emergency::new();
        let here = emergency.here();
        here.git(&["checkout", "-q", "-b", "side"]);
        emergency.team.stage("readme.md", "side\n");
        here.git(&["commit", "--no-verify", "-qm", "side"]);
        here.git(&["checkout", "-q", "main"]);
        emergency.team.stage("other.md", "main\n");
        here.git(&["commit", "--no-verify", "-qm", "main"]);
        here.git(&["merge", "-q", "--no-commit", "--no-ff", "side"]);
        emergency.team.stage(ADAPTER, merged);
        emergency.commit(MESSAGE, key);
        match passes {
            true => drop(emergency.passes()),
            false => emergency.refused("AG101", "is none of those"),
        }
    }
}

#[test]
fn an_override_is_listed_until_a_gate_covers_it_after_the_fact() {
    let emergency = Emergency::new();
    let team = &emergency.team;
    let other = "agentos/integrations/other.py";
    team.gate("r1", "`agentos/integrations/`");
    team.here.write(other, "new\n");
    let commit = emergency.overriding()[..10].to_owned();
    let open = || assert_eq!(emergency.listed(), std::slice::from_ref(&commit));
    open();
    let status = text(&team.verify(&["status"]));
    for part in [commit.as_str(), "the meter is down", ADAPTER, other, "one (SHA256:"] {
        assert!(status.contains(part), "{part}: {status}");
    }
    // The gate that was there already is none after the fact.
    team.ack();
    open();
    team.gate("r2", &format!("`{ADAPTER}`"));
    team.ack();
    open();
    team.gate("r3", "`agentos/integrations/`");
    open();
    team.say("## AgentOS executor (ACK)");
    open();
    team.say("## CCC (NACK: r3)");
    open();
    team.say("## AgentOS executor (landed: r3)");
    open();
    team.gate("r4", &format!("`{ADAPTER}`, `{other}`"));
    team.ack();
    assert!(emergency.listed().is_empty());
    team.say("## AgentOS executor (landed: r4)");
    assert!(emergency.listed().is_empty());
    team.gate("r5", "`readme.md`");
    assert!(emergency.listed().is_empty());
    // What is taken back covers nothing.
    let emergency = Emergency::new();
    let commit = emergency.overriding()[..10].to_owned();
    emergency.team.gate("r1", "`agentos/integrations/`");
    emergency.team.ack();
    assert!(emergency.listed().is_empty());
    emergency.team.say("## CCC (WITHDRAWN)");
    assert_eq!(emergency.listed(), [commit]);
}

#[test]
fn only_an_ack_that_proves_enough_covers() {
    let emergency = Emergency::with("[ack]\nrequire = \"authored\"\n[override]\nkeys = [\"ONE\"]\n");
    let here = emergency.here();
    let text = fs::read_to_string(here.root().join("ackgate.toml")).unwrap();
    let ccc = "[\"ClaudeCodeProxy\", \"CCC\"]";
    here.write("ackgate.toml", text.replace(ccc, &format!("{ccc}\nemails = [\"*@ccc.example\"]")));
    here.commit("emails");
    let commit = emergency.overriding()[..10].to_owned();
    emergency.team.gate("r1", "`agentos/integrations/`");
    emergency.team.ack();
    assert_eq!(emergency.listed(), [commit]);
    let log = fs::read_to_string(here.root().join(LOG)).unwrap();
    here.write(LOG, format!("{log}\n## CCC (ACK)\n"));
    let bob = [("GIT_AUTHOR_EMAIL", "bob@ccc.example"), ("GIT_COMMITTER_EMAIL", "bob@ccc.example")];
    assert!(here.git_env(&bob, &["commit", "-q", "--no-verify", "-m", "ack", "--", LOG]).status.success());
    assert!(emergency.listed().is_empty());
    emergency.team.say("## AgentOS executor (landed)");
    assert!(emergency.listed().is_empty());
}

#[test]
fn a_range_lists_what_is_before_it_and_a_push_does_not() {
    let emergency = Emergency::new();
    let commit = emergency.overriding()[..10].to_owned();
    emergency.passes();
    emergency.team.stage("readme.md", "two\n");
    emergency.team.passes(&["commit", "-qm", "x"]);
    let range = emergency.json(&["--range", "origin/main..HEAD"]);
    assert_eq!((&range["verdict"], range["overrides"][0]["commit"].as_str()), (&"pass".into(), Some(commit.as_str())));
    assert_eq!(range["diagnostics"][0]["commit"].as_str(), Some(commit.as_str()));
    // The keys cannot be taken away to hide it.
    emergency.team.stage("ackgate.toml", &policy(""));
    emergency.commit(MESSAGE, "one");
    let range = emergency.json(&["--range", "origin/main..HEAD"]);
    assert_eq!(range["overrides"].as_array().unwrap().len(), 2, "{range}");
    emergency.here().git(&["reset", "-q", "--hard", "HEAD~1"]);
    let push = emergency.team.git(&["push", "-q"]);
    assert!(push.status.success() && !text(&push).contains("AG115"), "{}", text(&push));
}

#[test]
fn an_override_on_an_old_fork_is_listed_too() {
    let emergency = Emergency::with("");
    let here = emergency.here();
    here.git(&["checkout", "-q", "-b", "fork"]);
    let commit = emergency.overriding()[..10].to_owned();
    here.git(&["checkout", "-q", "main"]);
    let key = here.ssh_public("one");
    here.write("ackgate.toml", policy("") + &format!("[override]\nkeys = [\"{key}\"]\n"));
    here.commit("name a key");
    here.git(&["push", "-q", "--no-verify"]);
    here.git(&["merge", "-q", "--no-ff", "--no-verify", "fork", "-m", "merge"]);
    assert_eq!(emergency.listed(), [commit]);
    emergency.passes();
    // What came before there were keys was no override, whatever it said.
    let emergency = Emergency::with("");
    emergency.overriding();
    let key = emergency.here().ssh_public("one");
    emergency.here().write("ackgate.toml", policy("") + &format!("[override]\nkeys = [\"{key}\"]\n"));
    emergency.here().commit("name a key");
    assert!(emergency.listed().is_empty());
}

#[test]
fn a_shallow_history_says_that_it_is_cut_off() {
    let emergency = Emergency::new();
    emergency.overriding();
    emergency.here().commit("after it");
    let clone = emergency.here().beside("shallow");
    let url = format!("file://{}", emergency.here().root().display());
    emergency.here().git(&["clone", "-q", "--depth", "1", &url, clone.to_str().unwrap()]);
    let output = emergency.here().command(&clone, VERIFY).arg("status").output().unwrap();
    assert!(output.status.success() && text(&output).contains("the history is cut off"), "{}", text(&output));
    // The override itself is there, and what it builds on is not.
    emergency.here().git(&["-C", clone.to_str().unwrap(), "fetch", "-q", "--deepen", "1"]);
    let output = emergency.here().command(&clone, VERIFY).arg("status").output().unwrap();
    assert!(output.status.success() && text(&output).contains("cannot tell whether"), "{}", text(&output));
}

#[test]
fn text_of_others_is_escaped() {
    let emergency = Emergency::new();
    emergency.team.stage(ADAPTER, "two\n");
    emergency.commit("Mend\n\nGate-Override: red\u{1b}[31m", "one");
    for said in [emergency.passes(), text(&emergency.team.verify(&["status"]))] {
        assert!(said.contains("red\\u{1b}[31m") && !said.contains('\u{1b}'), "{said}");
    }
}

#[test]
fn the_log_of_another_repository_covers_by_its_days() {
    let emergency = Emergency::new();
    let here = emergency.here();
    let ccc = Scratch::new();
    ccc.write("adapter/x", "one\n");
    let text = policy("adapter = [\"adapter/**\"]\n").replace("party = \"AgentOS\"", "party = \"CCC\"");
    ccc.write("ackgate.toml", format!("{text}[override]\nkeys = [\"{}\"]\n", here.ssh_public("one")));
    ccc.commit("adopt");
    emergency.team.gate("r0", "`CCC/adapter/x`");
    emergency.team.say("## CCC (ACK: r0)");
    emergency.team.say("## AgentOS executor (landed: r0)");
    ccc.set_time(1_700_000_000 + 2 * 86_400);
    ccc.write("adapter/x", "two\n");
    ccc.git(&["add", "-A"]);
    let key = format!("user.signingKey={}", here.beside("one").display());
    ccc.git(&["-c", "gpg.format=ssh", "-c", &key, "commit", "-S", "-qm", MESSAGE]);
    let listed = || {
        let mut command = ccc.command(ccc.root(), VERIFY);
        let output =
            command.env("ACKGATE_LOG_REPO", here.root()).args(["status", "--format", "json"]).output().unwrap();
        let value: Value = serde_json::from_slice(&output.stdout).unwrap();
        value["overrides"].as_array().unwrap().len()
    };
    assert_eq!(listed(), 1);
    here.set_time(1_700_000_000 + 3 * 86_400);
    emergency.team.say(&gate_text("r1", "`CCC/adapter/x`"));
    emergency.team.say("## CCC (ACK: r1)");
    assert_eq!(listed(), 0);
    emergency.team.say("## AgentOS executor (landed: r1)");
    assert_eq!(listed(), 0);
}
