//! `ack --sign`: signatures by the user's own `ssh-keygen`, in the agent, elsewhere, and those that would not count.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::Output;

use crate::boundary::{VERIFY, text};
use crate::slice::{ADA, ADAPTER, BOB, LOG, Person, SCHEMA, Sides};

const ACK: [&str; 3] = ["ack", "--yes", "--commit"];

/// Both sides, asked for signatures, and a gate by CCC that AgentOS is to answer.
fn asked() -> Sides {
    let sides = Sides::new("\"signed\"");
    gate(&sides, "r4", SCHEMA);
    sides
}

fn gate(sides: &Sides, slice: &str, path: &str) {
    sides.done(
        BOB,
        &["gate", "new", "--slice", slice, "--path", path, "--path", &format!("AgentOS/{ADAPTER}"), "--commit"],
    );
}

fn sign_with(key: &Path) -> String {
    format!("--sign={}", key.display())
}

/// Runs it with these in the environment.
fn with(sides: &Sides, who: Person, env: &[(&str, &Path)], args: &[&str]) -> Output {
    sides.command(who, VERIFY, &sides.root(who)).envs(env.iter().copied()).args(args).output().unwrap()
}

fn script(sides: &Sides, name: &str, text: &str) -> PathBuf {
    let file = sides.scratch.beside(name);
    fs::write(&file, format!("#!/bin/sh\n{text}\n")).unwrap();
    fs::set_permissions(&file, fs::Permissions::from_mode(0o755)).unwrap();
    file
}

fn config(sides: &Sides, who: Person, name: &str, value: &str) {
    sides.scratch.git_in(&sides.root(who), &["config", name, value]);
}

/// What stands in the last fence of the log: what is signed, and the signature.
fn block(log: &str) -> (String, String) {
    let fenced = log.rsplit("```\n").nth(1).unwrap();
    let at = fenced.find("-----BEGIN").unwrap();
    (fenced[..at].to_owned(), fenced[at..].to_owned())
}

fn keygen_verifies(sides: &Sides, party: &str, said: &str, armour: &str) -> bool {
    let [terms, signature, signers] = ["v", "v.sig", "v.signers"].map(|name| sides.scratch.beside(name));
    fs::write(&terms, said).unwrap();
    fs::write(&signature, armour).unwrap();
    fs::write(&signers, format!("{party} namespaces=\"ackgate\" {}\n", sides.public(party))).unwrap();
    let mut command = sides.scratch.command(sides.scratch.root(), "ssh-keygen");
    command.args(["-Y", "verify", "-n", "ackgate", "-I", party]).arg("-f").arg(signers).arg("-s").arg(signature);
    command.stdin(fs::File::open(terms).unwrap()).output().unwrap().status.success()
}

#[test]
fn ssh_keygen_agrees_on_what_was_signed() {
    let sides = asked();
    let terms = sides.done(ADA, &["ack", "--print-terms"]);
    let head = sides.scratch.git_in(&sides.root(ADA), &["rev-parse", "HEAD"]);
    let shown: serde_json::Value =
        serde_json::from_str(&sides.done(ADA, &["gate", "show", "--format", "json"])).unwrap();
    let digest = shown["gate"]["digest"].as_str().unwrap();
    assert_eq!(
        terms,
        format!("ackgate-ack-v1\nlog: AgentOS\nslice: r4\ngate: {digest}\nat: {head}\nverdict: ACK\nparty: AgentOS\n")
    );
    let said = sides.done(ADA, &[&ACK[..], &[&sign_with(&sides.key("AgentOS"))]].concat());
    let (question, shown) = said.split_once("what is signed:\n").unwrap();
    assert!(question.contains("digest: sha256:") && shown.starts_with(&terms), "{said}");
    let (said, armour) = block(&sides.log());
    assert_eq!(said, terms);
    assert!(keygen_verifies(&sides, "AgentOS", &said, &armour));
    assert!(!keygen_verifies(&sides, "AgentOS", &said.replace("r4", "r5"), &armour));
    assert!(!keygen_verifies(&sides, "CCC", &said, &armour));
    let left = fs::read_dir(sides.root(ADA).join(".git")).unwrap();
    assert!(!left.map(|e| e.unwrap().file_name()).any(|n| n.to_string_lossy().starts_with("ackgate-sign")));
}

#[test]
fn the_key_is_the_options_or_gits_or_the_agents() {
    let sides = asked();
    sides.fails(ADA, &[&ACK[..], &["--sign"]].concat(), "no key to sign with");
    sides.fails(ADA, &[&ACK[..], &["--sign=nowhere"]].concat(), "there is no key");
    // An OpenPGP key is none of ours.
    config(&sides, ADA, "user.signingKey", "0xABCDEF");
    sides.fails(ADA, &[&ACK[..], &["--sign"]].concat(), "no key to sign with");
    config(&sides, ADA, "user.signingKey", "~/AgentOS.key.pub");
    sides.done(ADA, &[&ACK[..], &["--sign"]].concat());
    gate(&sides, "r5", SCHEMA);
    sides.done(ADA, &[&ACK[..], &["--sign=~/AgentOS.key"]].concat());
    // The agent's: found by itself, and named as a line.
    config(&sides, ADA, "--unset", "user.signingKey");
    let line = format!("--sign=key::{}", sides.public("AgentOS"));
    for (slice, sign) in [("r6", "--sign"), ("r7", &line)] {
        gate(&sides, slice, SCHEMA);
        let mut agent = sides.command(ADA, "ssh-agent", &sides.root(ADA));
        let run = "for key in \"$1\" \"$2\"; do ssh-add -q \"$key\" || exit; done; shift 2; exec \"$@\"";
        agent.args(["sh", "-c", run, "sh"]).arg(sides.key("CCC")).arg(sides.key("AgentOS"));
        let output = agent.arg(VERIFY).args(ACK).arg(sign).output().unwrap();
        assert!(output.status.success(), "{}", text(&output));
    }
}

#[test]
fn what_would_not_count_is_refused_before_it_is_written() {
    let sides = asked();
    sides.fails(ADA, &ACK, "asks AgentOS for a signed ACK");
    let theirs = sign_with(&sides.key("CCC"));
    sides.fails(ADA, &[&ACK[..], &[&theirs]].concat(), "none of the party's");
    // A program that fails, and one that signs something else.
    let failing = script(&sides, "failing", "echo no >&2; exit 3");
    config(&sides, ADA, "gpg.ssh.program", failing.to_str().unwrap());
    let ours = sign_with(&sides.key("AgentOS"));
    let signed = [&ACK[..], &[&ours]].concat();
    sides.fails(ADA, &signed, "did not sign");
    let other = script(&sides, "other", "for last; do :; done; echo x >>\"$last\"; exec ssh-keygen \"$@\"");
    config(&sides, ADA, "gpg.ssh.program", other.to_str().unwrap());
    sides.fails(ADA, &signed, "does not fit");
    config(&sides, ADA, "gpg.ssh.program", "~/not-there");
    sides.fails(ADA, &signed, "gpg.ssh.program");
    config(&sides, ADA, "--unset", "gpg.ssh.program");
    // A key whose time is over, and a bundle.
    for (line, why) in [
        ("allowed_signers = \"keys/signers\"", "not valid any more"),
        ("bundle = \"keys/bundle.json\"", "in OpenSSH's format"),
    ] {
        sides.policy(ADA, |text| {
            let old = text.lines().find(|l| l.starts_with("keys = ") || l.contains("\"keys/")).unwrap().to_owned();
            text.replacen(&old, line, 1)
        });
        let keys = sides.root(ADA).join("keys");
        fs::create_dir_all(&keys).unwrap();
        let signers = format!("* valid-before=\"20200101Z\" {}\n", sides.public("AgentOS"));
        fs::write(keys.join("signers"), signers).unwrap();
        fs::write(keys.join("bundle.json"), "{\"version\": \"1\", \"keys\": [{\"id\": \"a\", \"type\": \"ed25519\", \"base64\": \"sz6u836i33yqAQ3v3qNOJB9l8bUppPQ+0UMn9cVKq2I=\"}]}").unwrap();
        sides.scratch.git_in(&sides.root(ADA), &["add", "-A"]);
        sides.scratch.git_in(&sides.root(ADA), &["commit", "-q", "--no-verify", "-m", "keys"]);
        sides.fails(ADA, &signed, why);
    }
}

#[test]
fn a_signature_is_asked_for_where_the_gate_lists_what_wants_one() {
    let sides = Sides::new("{ default = \"declared\", schema = \"signed\" }");
    let agree = |path: &str| {
        sides.done(BOB, &["gate", "new", "--slice", "r4", "--path", &format!("AgentOS/{path}"), "--commit"]);
        sides.run(ADA, &ACK)
    };
    for (path, wanted) in [
        (ADAPTER, false),
        ("adapter/", false),
        (SCHEMA, true),
        ("contracts/new.md", true),
        ("contracts/*", true),
        ("unprotected/", false),
    ] {
        let output = agree(path);
        assert_eq!(output.status.code(), Some(if wanted { 2 } else { 0 }), "{path}: {}", text(&output));
        assert_eq!(text(&output).contains("add --sign"), wanted, "{path}: {}", text(&output));
    }
    // What CCC's own policy asks for cannot be seen from here.
    sides.done(BOB, &["gate", "new", "--slice", "r4", "--path", SCHEMA, "--commit"]);
    assert!(sides.done(ADA, &ACK).contains("note: where this change is judged"));
    // From CCC, the policy of AgentOS can.
    sides.done(ADA, &["gate", "new", "--slice", "r5", "--path", SCHEMA, "--commit"]);
    sides.fails(BOB, &ACK, "the policy of AgentOS asks CCC for a signed ACK");
    sides.done(BOB, &[&ACK[..], &[&sign_with(&sides.key("CCC"))]].concat());
    // Where no key is listed, a signature proves nothing.
    let sides = Sides::new("\"declared\"");
    for who in [ADA, BOB] {
        sides
            .policy(who, |text| text.lines().filter(|l| !l.starts_with("keys = ")).map(|l| format!("{l}\n")).collect());
        sides.scratch.git_in(&sides.root(who), &["commit", "-qam", "no keys", "--no-verify"]);
    }
    gate(&sides, "r4", SCHEMA);
    sides.fails(ADA, &[&ACK[..], &[&sign_with(&sides.key("AgentOS"))]].concat(), "no policy here lists a key");
}

#[test]
fn what_was_read_is_committed_and_stays_as_it_is_until_the_ack_is_there() {
    let sides = Sides::new("\"signed\"");
    let ours = sign_with(&sides.key("AgentOS"));
    let signed = ["ack", "--yes", &ours];
    sides.done(BOB, &["gate", "new", "--slice", "r4", "--path", &format!("AgentOS/{ADAPTER}")]);
    sides.fails(ADA, &signed, "the log has no such gate");
    sides.fails(ADA, &["ack", "--print-terms"], "must be committed first");
    let agentos = sides.root(ADA);
    sides.scratch.git_in(&agentos, &["commit", "-q", "-m", "gate", "--", LOG]);
    // While the signature is made, others write: what has nothing to do with it is let be.
    let meanwhile = |what: &str| {
        let text = format!("cd '{}' && {{ {what}; }} || exit 9\nexec ssh-keygen \"$@\"", agentos.display());
        let program = script(&sides, "meanwhile", &text);
        config(&sides, ADA, "gpg.ssh.program", program.to_str().unwrap());
    };
    let commit = format!("git commit -q --no-verify -m meanwhile -- {LOG}");
    for (what, why) in [
        (format!("sed -i 's/{}/other.py/' {LOG}; {commit}", ADAPTER.replace('/', "\\/")), "another gate now"),
        (
            format!("printf '\\n## CCC (alignment gate: r9)\\n\\n- What we will change: `x/y`\\n' >>{LOG}; {commit}"),
            "another gate now",
        ),
        (format!("printf '\\n## CCC (WITHDRAWN: r4)\\n' >>{LOG}; {commit}"), "withdrawn already"),
        (format!("printf '\\n## AgentOS (NACK: r4)\\n' >>{LOG}"), "before the answer of line"),
        (
            "git checkout -q --orphan other && git commit -q --no-verify -m other".to_owned(),
            "is no commit that the log builds on",
        ),
    ] {
        let before = sides.scratch.git_in(&agentos, &["rev-parse", "HEAD"]);
        meanwhile(&what);
        let output = sides.run(ADA, &signed);
        assert!(output.status.code() == Some(2) && text(&output).contains(why), "wanted {why}: {}", text(&output));
        assert!(!sides.log().contains("(ACK: r4)"));
        sides.scratch.git_in(&agentos, &["checkout", "-q", "-f", "main"]);
        sides.scratch.git_in(&agentos, &["reset", "-q", "--hard", &before]);
    }
    meanwhile(&format!("'{VERIFY}' ready --note meanwhile --commit"));
    sides.done(ADA, &[&signed[..], &["--commit"]].concat());
    let log = sides.log();
    assert!(log.contains("Note: meanwhile") && log.contains("(ACK: r4)"), "{log}");
}

#[test]
fn it_can_be_signed_elsewhere_and_with_a_passphrase() {
    let sides = asked();
    let terms = sides.scratch.beside("terms");
    fs::write(&terms, sides.done(ADA, &["ack", "--print-terms"])).unwrap();
    let signed = [&ACK[..], &["--signed", terms.to_str().unwrap()]].concat();
    sides.fails(ADA, &signed, "cannot read");
    let mut keygen = sides.scratch.command(sides.scratch.root(), "ssh-keygen");
    keygen.args(["-q", "-Y", "sign", "-n", "ackgate", "-f"]).arg(sides.key("AgentOS")).arg(&terms);
    assert!(keygen.status().unwrap().success());
    // Others write in the meantime; what was signed still holds.
    sides.done(BOB, &["ready", "--note", "waiting", "--commit"]);
    sides.done(ADA, &signed);
    let (said, armour) = block(&sides.log());
    assert!(keygen_verifies(&sides, "AgentOS", &said, &armour));
    gate(&sides, "r5", SCHEMA);
    sides.fails(ADA, &signed, "`slice: r4` where `slice: r5` is wanted");
    // ssh-keygen asks as it always does.
    let key = sides.key("AgentOS");
    let mut keygen = sides.scratch.command(sides.scratch.root(), "ssh-keygen");
    assert!(keygen.args(["-q", "-p", "-N", "open sesame", "-f"]).arg(&key).status().unwrap().success());
    let ask = script(&sides, "ask", "echo 'open sesame'");
    let env = [("SSH_ASKPASS", ask.as_path()), ("SSH_ASKPASS_REQUIRE", Path::new("force"))];
    let output = with(&sides, ADA, &env, &[&ACK[..], &[&sign_with(&key)]].concat());
    assert!(output.status.success(), "{}", text(&output));
}

#[test]
fn a_log_with_other_line_ends_takes_a_signed_ack_too() {
    let sides = asked();
    let log = sides.root(ADA).join(LOG);
    let text = sides.log().replace('\n', "\r\n");
    fs::write(&log, text).unwrap();
    sides.scratch.git_in(&sides.root(ADA), &["commit", "-q", "--no-verify", "-m", "line ends", "--", LOG]);
    sides.done(ADA, &[&ACK[..], &[&sign_with(&sides.key("AgentOS"))]].concat());
    assert_eq!(sides.log().matches('\n').count(), sides.log().matches("\r\n").count());
    let (said, armour) = block(&sides.log().replace("\r\n", "\n"));
    assert!(keygen_verifies(&sides, "AgentOS", &said, &armour));
}
