//! A slice by two parties in two repositories, with the commands and the hooks that `install` puts there alone: at each of
//! the three levels that an ACK may have to prove.

use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use crate::boundary::{VERIFY, text};
use crate::support::Scratch;

pub(crate) const LOG: &str = "docs/integration/AGENT_CHAT.md";
pub(crate) const ADAPTER: &str = "adapter/x.py";
pub(crate) const SCHEMA: &str = "contracts/usage.md";

/// AgentOS, which keeps the log, and CCC beside it; both adopted as `init` says, with hooks, remotes and keys.
pub(crate) struct Sides {
    pub(crate) scratch: Scratch,
}

/// Who acts: somebody of a party, in its repository.
#[derive(Clone, Copy)]
pub(crate) struct Person {
    pub(crate) party: &'static str,
    name: &'static str,
}

pub(crate) const ADA: Person = Person { party: "AgentOS", name: "ada" };
pub(crate) const ALAN: Person = Person { party: "AgentOS", name: "alan" };
pub(crate) const BOB: Person = Person { party: "CCC", name: "bob" };
pub(crate) const BEA: Person = Person { party: "CCC", name: "bea" };

impl Sides {
    pub(crate) fn new(require: &str) -> Sides {
        let sides = Sides { scratch: Scratch::new() };
        for party in ["AgentOS", "CCC"] {
            let key = sides.scratch.beside(&format!("{party}.key"));
            let mut keygen = sides.scratch.command(sides.scratch.root(), "ssh-keygen");
            keygen.args(["-q", "-t", "ed25519", "-N", "", "-C", party, "-f"]).arg(key);
            assert!(keygen.status().unwrap().success());
        }
        for (who, other) in [(ADA, "CCC"), (BOB, "AgentOS")] {
            let root = sides.root(who);
            sides.git(who, &["init", "-q", "-b", "main", root.to_str().unwrap()], sides.scratch.root());
            for path in [ADAPTER, SCHEMA] {
                std::fs::create_dir_all(root.join(path).parent().unwrap()).unwrap();
                std::fs::write(root.join(path), "one\n").unwrap();
            }
            sides.commits(who, "base");
            sides.done(who, &["init", "--party", who.party, "--other", other, "--log-owner", "AgentOS"]);
            sides.policy(who, |text| {
                let mut text = text.replace("require = \"declared\"", &format!("require = {require}"));
                for party in ["AgentOS", "CCC"] {
                    let lower = party.to_lowercase();
                    let key = sides.public(party);
                    let more = format!("\nemails = [\"*@{lower}.example\"]\nkeys = [\"{key}\"]");
                    let names = format!("repositories = [\"{party}\"]");
                    assert!(text.contains(&names), "{text}");
                    text = text.replace(&names, &format!("{names}{more}"));
                }
                text
            });
            sides.commits(who, "adopt");
            sides.done(who, &["install"]);
            let bare = sides.scratch.beside(&format!("{}.git", who.party.to_lowercase()));
            sides.git(who, &["init", "-q", "--bare", "-b", "main", bare.to_str().unwrap()], &root);
            sides.git(who, &["remote", "add", "origin", bare.to_str().unwrap()], &root);
            sides.git(who, &["push", "-q", "-u", "origin", "main"], &root);
        }
        sides
    }

    /// Rewrites a side's policy, in its work tree.
    pub(crate) fn policy(&self, who: Person, change: impl FnOnce(String) -> String) {
        let file = self.root(who).join("ackgate.toml");
        let text = std::fs::read_to_string(&file).unwrap();
        std::fs::write(file, change(text)).unwrap();
    }

    pub(crate) fn root(&self, who: Person) -> PathBuf {
        self.scratch.beside(who.party)
    }

    /// The file of a party's private key.
    pub(crate) fn key(&self, party: &str) -> PathBuf {
        self.scratch.beside(&format!("{party}.key"))
    }

    pub(crate) fn public(&self, party: &str) -> String {
        let text = std::fs::read_to_string(self.scratch.beside(&format!("{party}.key.pub"))).unwrap();
        text.trim().to_owned()
    }

    pub(crate) fn log(&self) -> String {
        std::fs::read_to_string(self.root(ADA).join(LOG)).unwrap()
    }

    pub(crate) fn command(&self, who: Person, program: &str, folder: &Path) -> Command {
        let mut command = self.scratch.command(folder, program);
        let email = format!("{}@{}.example", who.name, who.party.to_lowercase());
        for role in ["AUTHOR", "COMMITTER"] {
            command.env(format!("GIT_{role}_NAME"), who.name).env(format!("GIT_{role}_EMAIL"), &email);
        }
        command.stdin(Stdio::null());
        command
    }

    fn git(&self, who: Person, args: &[&str], folder: &Path) -> String {
        let output = self.command(who, "git", folder).args(args).output().unwrap();
        assert!(output.status.success(), "git {args:?}: {}", text(&output));
        text(&output)
    }

    pub(crate) fn commits(&self, who: Person, message: &str) -> String {
        let root = self.root(who);
        self.git(who, &["add", "-A"], &root);
        self.git(who, &["commit", "-q", "-m", message], &root)
    }

    pub(crate) fn run(&self, who: Person, args: &[&str]) -> Output {
        self.command(who, VERIFY, &self.root(who)).args(args).output().unwrap()
    }

    pub(crate) fn done(&self, who: Person, args: &[&str]) -> String {
        let output = self.run(who, args);
        assert!(output.status.success(), "{args:?}: {}", text(&output));
        text(&output)
    }

    pub(crate) fn fails(&self, who: Person, args: &[&str], words: &str) {
        let log = self.log();
        let output = self.run(who, args);
        let said = text(&output);
        assert!(output.status.code() == Some(2) && said.contains(words), "{args:?}: wanted {words}: {said}");
        assert_eq!(self.log(), log, "{args:?}");
    }

    fn change(&self, who: Person, path: &str, content: &str) -> Output {
        let root = self.root(who);
        std::fs::write(root.join(path), content).unwrap();
        self.git(who, &["add", path], &root);
        self.command(who, "git", &root).args(["commit", "-q", "-m", "change"]).output().unwrap()
    }

    fn refused(&self, who: Person, path: &str, content: &str, code: &str) {
        let output = self.change(who, path, content);
        assert!(!output.status.success() && text(&output).contains(code), "wanted {code}: {}", text(&output));
    }

    /// A change of a listed path is committed and pushed, and CI agrees.
    fn opens(&self, who: Person, path: &str, content: &str) {
        let output = self.change(who, path, content);
        assert!(output.status.success(), "{}", text(&output));
        self.done(who, &["--range", "origin/main..HEAD"]);
        self.git(who, &["push", "-q"], &self.root(who));
    }

    /// From gate to landed: `asks` posts it, `agrees` ACKs with these options; others of both sides make the changes.
    fn slice(&self, slice: &str, asks: Person, agrees: Person, options: &[&str]) {
        let makers = [(ALAN, ADAPTER), (BEA, SCHEMA)];
        for (who, path) in makers {
            self.refused(who, path, slice, if slice == "r1-first" { "AG101" } else { "AG109" });
        }
        let [ours, theirs] = match asks.party {
            "AgentOS" => [ADAPTER.to_owned(), format!("CCC/{SCHEMA}")],
            _ => [SCHEMA.to_owned(), format!("AgentOS/{ADAPTER}")],
        };
        let new = ["gate", "new", "--slice", slice, "--path", &ours, "--path", &theirs, "--question", "Flat?"];
        self.done(asks, &[&new[..], &["--commit"]].concat());
        for (who, path) in makers {
            self.refused(who, path, slice, "AG102");
        }
        self.fails(asks, &["ack", "--yes", "--commit"], "AG103");
        let acked = self.done(agrees, &[&["ack", "--yes", "--commit"], options].concat());
        assert!(acked.contains("- Q1: Yes"), "{acked}");
        for (who, path) in makers {
            self.opens(who, path, slice);
        }
        self.fails(agrees, &["landed", "--commit"], "can say that gate");
        self.done(asks, &["landed", "--commit"]);
        for (who, path) in makers {
            self.refused(who, path, "again", "AG109");
        }
    }

    /// Two slices, one from each side.
    fn two_slices(&self, options: impl Fn(Person) -> Vec<String>) {
        for (slice, asks, agrees) in [("r1-first", BOB, ADA), ("r2-second", ADA, BOB)] {
            let options = options(agrees);
            self.slice(slice, asks, agrees, &options.iter().map(String::as_str).collect::<Vec<_>>());
        }
    }
}

#[test]
fn a_slice_with_acks_that_are_declared() {
    Sides::new("\"declared\"").two_slices(|_| Vec::new());
}

#[test]
fn a_slice_with_acks_that_are_authored() {
    Sides::new("\"authored\"").two_slices(|_| Vec::new());
}

#[test]
fn a_slice_with_acks_that_are_signed() {
    let sides = Sides::new("\"signed\"");
    sides.two_slices(|who| vec![format!("--sign={}", sides.key(who.party).display())]);
}
