//! `ack.require = "signed"`: signatures made by the real `ssh-keygen`, in one repository and in two.

use std::fs;

use base64ct::Encoding;

use crate::boundary::{ADAPTER, LOG, Team, policy, text};
use crate::support::Scratch;

/// The repository that signatures name, the slice of every gate here and the party that signs.
const NAMES: [&str; 3] = ["AgentOS", "r4", "CCC"];

/// A team whose policy asks for signatures, with keys made by `ssh-keygen` and a gate `r4`.
struct Signing {
    team: Team,
}

/// What is signed; a test changes a line of it.
#[derive(Clone)]
struct Said {
    log: String,
    slice: String,
    gate: String,
    at: String,
    party: String,
}

impl Said {
    fn text(&self) -> String {
        let Said { log, slice, gate, at, party } = self;
        format!(
            "ackgate-ack-v1\nlog: {log}\nslice: {slice}\ngate: sha256:{gate}\nat: {at}\nverdict: ACK\nparty: {party}\n"
        )
    }
}

impl Signing {
    /// CCC's keys as the policy's lines for that party; `ONE` stands for the public key `one`.
    fn new(kind: &[&str], keys: &str) -> Signing {
        let team = Team::bare_of_hooks();
        let signing = Signing { team };
        signing.team.here.ssh_key("one", kind);
        signing.team.here.ssh_key("other", &["-t", "ed25519"]);
        signing.adopt(&keys.replace("ONE", &signing.public("one")));
        signing.team.hooks();
        signing.team.gate("r4", &format!("`{ADAPTER}`"));
        signing
    }

    fn ed25519(keys: &str) -> Signing {
        Signing::new(&["-t", "ed25519"], keys)
    }

    fn adopt(&self, keys: &str) {
        let names = "repositories = [\"ClaudeCodeProxy\", \"CCC\"]";
        let text = policy("").replace("[protect]", "[ack]\nrequire = \"signed\"\n[protect]");
        self.team.here.write("ackgate.toml", text.replace(names, &format!("{names}\n{keys}")));
        self.team.here.commit("adopt");
    }

    fn public(&self, name: &str) -> String {
        self.team.here.ssh_public(name)
    }

    /// What an honest signer of CCC signs now: the digest by `sha256sum` over the lines as the design describes them.
    fn said(&self) -> Said {
        let here = &self.team.here;
        let log = fs::read_to_string(here.root().join(LOG)).unwrap();
        let entry = log.rfind("## AgentOS executor (alignment gate").unwrap();
        let lines: Vec<&str> = log[entry..].lines().collect();
        let end = lines.iter().position(|l| l.contains("End of entry")).unwrap();
        let end = lines[..end].iter().rposition(|l| !l.trim().is_empty()).unwrap() + 1;
        let entry: String = lines[..end].iter().map(|l| format!("{}\n", l.trim_end())).collect();
        let file = here.beside("entry");
        fs::write(&file, entry).unwrap();
        let output = here.command(here.root(), "sha256sum").arg(&file).output().unwrap();
        let gate = text(&output)[..64].to_owned();
        let [log, slice, party] = NAMES.map(str::to_owned);
        Said { log, slice, gate, at: here.id("HEAD").to_string(), party }
    }

    /// The armour over some lines.
    fn sign(&self, said: &Said, key: &str, namespace: &str) -> String {
        let file = self.team.here.beside("terms");
        fs::write(&file, said.text()).unwrap();
        let (key, file) = (self.team.here.beside(key), file.to_str().unwrap().to_owned());
        let _ = fs::remove_file(format!("{file}.sig"));
        let output =
            self.team.here.ssh_keygen(&["-q", "-Y", "sign", "-n", namespace, "-f", key.to_str().unwrap(), &file]);
        assert!(output.status.success(), "{}", text(&output));
        fs::read_to_string(format!("{file}.sig")).unwrap()
    }

    /// What `ssh-keygen -Y verify` says to an entry's block.
    fn keygen_verifies(&self, said: &Said, armour: &str, key: &str) -> bool {
        let here = &self.team.here;
        let (signature, signers) = (here.beside("a.sig"), here.beside("signers"));
        fs::write(&signature, armour).unwrap();
        fs::write(&signers, format!("ccc namespaces=\"ackgate\" {}\n", self.public(key))).unwrap();
        fs::write(here.beside("a"), said.text()).unwrap();
        let input = fs::File::open(here.beside("a")).unwrap();
        let mut command = here.command(here.root(), "ssh-keygen");
        command.args(["-Y", "verify", "-n", "ackgate", "-I", "ccc"]).arg("-f").arg(&signers).arg("-s").arg(&signature);
        command.stdin(input).output().unwrap().status.success()
    }

    fn ack(&self, said: &Said, armour: &str) {
        self.team.say(&entry(said, armour));
    }

    fn ack_by(&self, said: &Said, key: &str) {
        let armour = self.sign(said, key, "ackgate");
        self.ack(said, &armour);
    }

    fn passes(&self) {
        self.team.stage(ADAPTER, "two\n");
        self.team.passes(&["commit", "-qm", "x"]);
    }

    fn refused(&self, why: &str) {
        self.team.stage(ADAPTER, "two\n");
        let output = self.team.git(&["commit", "-qm", "x"]);
        let said = text(&output);
        assert!(!output.status.success() && said.contains("[AG113]") && said.contains(why), "wanted {why}: {said}");
    }

    fn cannot_decide(&self, why: &str) {
        self.team.stage(ADAPTER, "undecided\n");
        let output = self.team.verify(&["--staged"]);
        assert!(output.status.code() == Some(2) && text(&output).contains(why), "wanted {why}: {}", text(&output));
    }
}

fn entry(said: &Said, armour: &str) -> String {
    format!("## CCC (ACK: r4)\n\n```\n{}{}\n```\n", said.text(), armour.trim_end())
}

const INLINE: &str = "keys = [\"ONE\"]";

#[test]
fn what_ssh_keygen_signs_opens_with_every_kind_of_key() {
    for kind in [
        &["-t", "ed25519"][..],
        &["-t", "ecdsa", "-b", "256"],
        &["-t", "ecdsa", "-b", "384"],
        &["-t", "ecdsa", "-b", "521"],
        &["-t", "rsa", "-b", "2048"],
        &["-t", "rsa", "-b", "4096"],
    ] {
        let signing = Signing::new(kind, INLINE);
        let said = signing.said();
        let armour = signing.sign(&said, "one", "ackgate");
        assert!(signing.keygen_verifies(&said, &armour, "one"), "{kind:?}");
        assert!(!signing.keygen_verifies(&said, &armour, "other"), "{kind:?}");
        signing.ack(&said, &armour);
        signing.passes();
    }
}

#[test]
fn a_signature_is_by_a_key_of_the_party_over_this_gate_in_this_log() {
    type Change = fn(&mut Said);
    let changes: [(Change, &str); 7] = [
        (|said| said.slice = "r5".to_owned(), "`slice: r5` where `slice: r4`"),
        (|said| said.log = "Elsewhere".to_owned(), "`log: Elsewhere` where `log: AgentOS`"),
        (|said| said.party = "AgentOS".to_owned(), "`party: AgentOS` where `party: CCC`"),
        (|said| said.gate = "0".repeat(64), "where `gate: sha256:"),
        (|said| said.at = "0".repeat(40), "is no commit that the log builds on"),
        (|said| said.at = "HEAD".to_owned(), "is no commit that the log builds on"),
        (|said| said.at.truncate(12), "is no commit that the log builds on"),
    ];
    for (change, why) in changes {
        let signing = Signing::ed25519(INLINE);
        let mut said = signing.said();
        change(&mut said);
        signing.ack_by(&said, "one");
        signing.refused(why);
    }
    let signing = Signing::ed25519(INLINE);
    let said = signing.said();
    signing.ack_by(&said, "other");
    signing.refused("is none of the party's");
    // One good signature in the entry is enough.
    let (wrong, right) = (signing.sign(&said, "other", "ackgate"), signing.sign(&said, "one", "ackgate"));
    let fence = |armour: &str| format!("```\n{}{armour}```\n", said.text());
    signing.team.say(&format!("## CCC (ACK: r4)\n\n{}\n{}", fence(&wrong), fence(&right)));
    signing.passes();
}

#[test]
fn what_was_signed_is_what_stands_there() {
    let signing = Signing::ed25519(INLINE);
    signing.team.say("## CCC (ACK: r4)");
    signing.refused("carries no signature");
    let said = signing.said();
    let armour = signing.sign(&said, "one", "ackgate");
    signing.team.say(&format!("## CCC (ACK: r4)\n\n{}{armour}", said.text()));
    signing.refused("carries no signature");
    signing.ack(&said, &signing.sign(&said, "one", "file"));
    signing.refused("for the namespace `file`");
    // Over another line than the one that stands there.
    let other = Said { slice: "r5".to_owned(), ..said.clone() };
    signing.ack(&said, &signing.sign(&other, "one", "ackgate"));
    signing.refused("does not fit");
    signing.team.say(&entry(&said, &armour).replace("verdict: ACK", "verdict: ACK\nplease"));
    signing.refused("is wanted");
    signing.team.say(&entry(&said, &armour).replace("party: CCC", "party: CCC\nplease"));
    signing.refused("more lines");
    let middle = armour.len() / 2;
    let byte = if &armour[middle..=middle] == "A" { "B" } else { "A" };
    let altered = format!("{}{byte}{}", &armour[..middle], &armour[middle + 1..]);
    assert!(!signing.keygen_verifies(&said, &altered, "one"));
    signing.ack(&said, &altered);
    signing.refused("signature");
    signing.ack(&said, &armour);
    signing.passes();
}

#[test]
fn who_commits_a_signed_ack_does_not_matter_but_who_says_it_does() {
    // Every commit here is by Ada, who posted the gate and makes the change.
    let signing = Signing::ed25519(INLINE);
    let said = signing.said();
    let armour = signing.sign(&said, "one", "ackgate");
    signing.team.say(&entry(&said, &armour).replace("## CCC", "## AgentOS"));
    signing.team.stage(ADAPTER, "two\n");
    signing.team.refused(&["commit", "-qm", "x"], "AG103");
    signing.ack(&said, &armour);
    signing.passes();
}

#[test]
fn a_gate_that_was_edited_is_another_gate() {
    let signing = Signing::ed25519(INLINE);
    let said = signing.said();
    signing.ack_by(&said, "one");
    let log = signing.team.here.root().join(LOG);
    let edited = fs::read_to_string(&log).unwrap().replace(ADAPTER, "agentos/integrations/**");
    signing.team.here.write(LOG, edited);
    signing.team.here.git(&["commit", "-q", "--no-verify", "-m", "edit", "--", LOG]);
    signing.refused("where `gate: sha256:");
    signing.team.refused(&["commit", "-qm", "x"], "AG111");
}

#[test]
fn an_ack_is_not_given_again_by_copying_it() {
    // For a gate that is posted again, word for word.
    let signing = Signing::ed25519(INLINE);
    let said = signing.said();
    signing.ack_by(&said, "one");
    let armour = signing.sign(&said, "one", "ackgate");
    signing.team.say("## AgentOS executor (landed: r4)");
    signing.team.gate("r4", &format!("`{ADAPTER}`"));
    signing.ack(&said, &armour);
    signing.refused("has no such gate");
    let again = signing.said();
    assert_eq!(again.gate, said.gate);
    signing.ack_by(&again, "one");
    signing.passes();
    // After a NACK.
    let signing = Signing::ed25519(INLINE);
    let said = signing.said();
    let armour = signing.sign(&said, "one", "ackgate");
    signing.ack(&said, &armour);
    signing.team.say("## CCC (NACK: r4)");
    signing.ack(&said, &armour);
    signing.refused("before the answer of line");
    signing.ack_by(&signing.said(), "one");
    signing.passes();
}

#[test]
fn an_ack_is_for_the_log_that_it_was_read_in() {
    // Another repository of the same name, in which the same gate stands.
    let (one, other) = (Signing::ed25519(INLINE), Signing::ed25519(INLINE));
    let said = one.said();
    other.team.here.git(&["commit", "-q", "--allow-empty", "--no-verify", "-m", "its own history"]);
    assert_eq!(other.said().gate, said.gate);
    other.adopt(&INLINE.replace("ONE", &one.public("one")));
    other.ack(&said, &one.sign(&said, "one", "ackgate"));
    other.refused("is no commit that the log builds on");
    // A commit of the same repository that the log does not build on.
    one.team.here.git(&["checkout", "-qb", "side"]);
    one.team.here.git(&["commit", "-q", "--allow-empty", "--no-verify", "-m", "aside"]);
    let aside = one.said();
    one.team.here.git(&["checkout", "-q", "main"]);
    one.ack_by(&aside, "one");
    one.refused("is no commit that the log builds on");
    one.team.here.git(&["reset", "-q", "--hard", "HEAD~1"]);
    // The answer comes from a branch, is merged, and builds on the gate all the same.
    one.team.here.git(&["checkout", "-qb", "answer"]);
    one.ack_by(&said, "one");
    one.team.here.git(&["checkout", "-q", "main"]);
    one.team.here.write("readme.md", "z\n");
    one.team.here.commit("else");
    one.team.here.git(&["merge", "-q", "--no-edit", "answer"]);
    one.passes();
}

#[test]
fn a_key_counts_in_its_time() {
    // Commits here are of November 2023.
    for (options, why) in [
        ("valid-after=\"20200101\",valid-before=\"20300101Z\"", None),
        ("namespaces=\"git,ackgate\"", None),
        ("valid-before=\"20230101\"", Some("not valid any more")),
        ("valid-after=\"20240101Z\"", Some("not valid yet")),
        ("namespaces=\"git\"", Some("namespace")),
        ("cert-authority", Some("certificate authority")),
    ] {
        let signing = Signing::ed25519("allowed_signers = \"keys/ccc\"");
        signing.team.here.write("keys/ccc", format!("# CCC\nbob@ccc.example {options} {}\n", signing.public("one")));
        signing.team.here.commit("keys");
        signing.ack_by(&signing.said(), "one");
        match why {
            None => signing.passes(),
            Some(why) => signing.refused(why),
        }
    }
}

#[test]
fn files_of_keys_are_read_at_the_base_and_are_policy() {
    let signing = Signing::ed25519("allowed_signers = \"keys/ccc\"");
    let line = |key: &str| format!("* {}\n", signing.public(key));
    signing.cannot_decide("`keys/ccc`, which the policy names for keys, is not there");
    signing.team.here.write("keys/ccc", line("one"));
    signing.team.here.git(&["reset", "-q", "--hard", "HEAD"]);
    signing.team.here.write("keys/ccc", line("one"));
    signing.team.here.commit("keys");
    signing.ack_by(&signing.said(), "other");
    signing.refused("none of the party's");
    // A key that the change itself brings does not count, and is a change of the policy.
    signing.team.here.write("keys/ccc", line("other"));
    signing.refused("none of the party's");
    signing.team.refused(&["commit", "-qm", "x"], "AG901");
    signing.team.here.git(&["reset", "-q", "--hard", "HEAD"]);
    for (text, why) in [
        ("bob ssh-ed25519 AAAA\n", "keys/ccc:1: the key is no public key"),
        ("# x\n\nbob\n", "keys/ccc:3: is no line of"),
    ] {
        signing.team.here.git(&["reset", "-q", "--hard", "HEAD"]);
        signing.team.here.write("keys/ccc", text);
        signing.team.here.commit("spoil the keys");
        signing.cannot_decide(why);
    }
}

#[test]
fn a_bundle_lists_keys_and_a_key_means_one_party() {
    let signing = Signing::ed25519("bundle = \"PUBKEYS.json\"");
    let raw = signing.public("one");
    let here = &signing.team.here;
    // An OpenSSH Ed25519 key ends with the 32 bytes that a bundle holds.
    let bytes = base64ct::Base64::decode_vec(raw.split(' ').nth(1).unwrap()).unwrap();
    let base64 = base64ct::Base64::encode_string(&bytes[bytes.len() - 32..]);
    let bundle = |kind: &str| {
        format!(
            "{{\"version\": \"1\", \"keys\": [{{\"id\": \"a\", \"type\": \"{kind}\", \"base64\": \"{base64}\"}}]}}\n"
        )
    };
    here.write("PUBKEYS.json", bundle("rsa"));
    here.commit("keys");
    signing.cannot_decide("its type is `rsa`");
    here.git(&["reset", "-q", "--hard"]);
    here.write("PUBKEYS.json", bundle("ed25519"));
    here.commit("keys");
    signing.ack_by(&signing.said(), "one");
    signing.passes();
    let own = format!("[parties.AgentOS]\nkeys = [\"{raw}\"]");
    let shared = fs::read_to_string(here.root().join("ackgate.toml")).unwrap().replace("[parties.AgentOS]", &own);
    here.write("ackgate.toml", shared);
    here.commit("the same key for both");
    signing.cannot_decide("is of party `AgentOS` and of party `CCC`");
}

#[test]
fn the_log_of_another_repository_is_signed_for_under_its_name() {
    let signing = Signing::ed25519(INLINE);
    let said = signing.said();
    signing.ack_by(&said, "one");
    let ccc = Scratch::new();
    ccc.write("adapter/x", "one\n");
    let text = policy("adapter = [\"adapter/**\"]\n").replace("party = \"AgentOS\"", "party = \"CCC\"");
    let keys = INLINE.replace("ONE", &signing.public("one"));
    let text = text
        .replace("\"CCC\"]", &format!("\"CCC\"]\n{keys}"))
        .replace("[protect]", "[ack]\nrequire = \"signed\"\n[protect]");
    ccc.write("ackgate.toml", text);
    ccc.commit("adopt");
    ccc.write("adapter/x", "two\n");
    ccc.git(&["add", "-A"]);
    let verify = |log: &Signing| {
        let mut command = ccc.command(ccc.root(), crate::boundary::VERIFY);
        command.env("ACKGATE_LOG_REPO", log.team.here.root()).arg("--staged").output().unwrap()
    };
    let output = verify(&signing);
    let found = self::text(&output);
    // The gate lists a path of AgentOS; what counts here is that its ACK proves what it has to.
    assert!(found.contains("[AG104]") && !found.contains("[AG113]"), "{found}");
    let signing = Signing::ed25519(INLINE);
    signing.team.gate("r4", "`CCC/adapter/x`");
    signing.team.say("## CCC (ACK: r4)");
    assert!(self::text(&verify(&signing)).contains("[AG113]"));
    let keys = INLINE.replace("ONE", &signing.public("one"));
    let old = fs::read_to_string(ccc.root().join("ackgate.toml")).unwrap();
    let at = old.find("keys = ").unwrap();
    let end = at + old[at..].find('\n').unwrap();
    ccc.write("ackgate.toml", format!("{}{keys}{}", &old[..at], &old[end..]));
    ccc.commit("another key");
    ccc.write("adapter/x", "three\n");
    ccc.git(&["add", "-A"]);
    signing.ack_by(&signing.said(), "one");
    let output = verify(&signing);
    assert!(output.status.success(), "{}", self::text(&output));
}
