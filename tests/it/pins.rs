//! Commits that pin the log: two repositories, with the log in the other one.

use std::fs;
use std::path::PathBuf;
use std::process::Output;

use crate::boundary::{ADAPTER, LOG, PRE_COMMIT, PRE_PUSH, Team, VERIFY, gate_text, text};
use crate::support::Scratch;

pub(crate) const COMMIT_MSG: &str = env!("CARGO_BIN_EXE_ackgate-commit-msg");
const CONTRACT: &str = "docs/System/contracts/USAGE_EVENT_SCHEMA.md";

/// CCC's repository with hooks, and AgentOS's with the log beside it, in which gate `r4` is ACKed.
struct Pair {
    ccc: Scratch,
    agentos: PathBuf,
}

impl Pair {
    fn new() -> Pair {
        let ccc = Scratch::new();
        ccc.write(CONTRACT, "* ts: float\n");
        ccc.write("readme.md", "x\n");
        ccc.commit("base");
        let agentos = ccc.beside("AgentOS");
        fs::create_dir_all(agentos.join(LOG).parent().unwrap()).unwrap();
        ccc.git_in(&agentos, &["init", "-q", "-b", "main"]);
        let pair = Pair { ccc, agentos };
        pair.log("# Log\n");
        pair.say(&gate_text("r4", &format!("`ClaudeCodeProxy/{CONTRACT}`, `rid`, `b`, `c`")));
        pair.say("## CCC (ACK)");
        for (hook, binary) in [
            ("pre-commit", PRE_COMMIT),
            ("pre-merge-commit", PRE_COMMIT),
            ("commit-msg", COMMIT_MSG),
            ("pre-push", PRE_PUSH),
        ] {
            pair.ccc.hook(hook, &format!("exec '{binary}' \"$@\""));
        }
        pair
    }

    /// Commits this as the log; the commit's id.
    fn log(&self, text: &str) -> String {
        fs::write(self.agentos.join(LOG), text).unwrap();
        self.ccc.git_in(&self.agentos, &["add", "-A"]);
        self.ccc.git_in(&self.agentos, &["commit", "-q", "--allow-empty", "-m", "log"]);
        self.at("HEAD")
    }

    /// Appends to the log and commits it.
    fn say(&self, entry: &str) -> String {
        let text = fs::read_to_string(self.agentos.join(LOG)).unwrap();
        self.log(&format!("{text}\n{entry}\n"))
    }

    /// What a revision of AgentOS's names.
    fn at(&self, rev: &str) -> String {
        self.ccc.git_in(&self.agentos, &["rev-parse", rev])
    }

    /// Changes the contract and stages that.
    fn change(&self) {
        let text = fs::read_to_string(self.ccc.root().join(CONTRACT)).unwrap();
        self.ccc.write(CONTRACT, format!("{text}* rid: string (optional)\n"));
        self.ccc.git(&["add", "-A"]);
    }

    /// A protected change with this message, past the hooks.
    fn commit(&self, message: &str) {
        self.change();
        self.ccc.commit_staged(message);
    }

    /// A protected change whose last paragraph is this.
    fn pinned(&self, trailers: &str) {
        self.commit(&format!("Title\n\nBody\n\n{trailers}\n"));
    }

    fn git(&self, args: &[&str]) -> Output {
        self.ccc.git_env(&[], args)
    }

    fn passes(&self, args: &[&str]) {
        let output = self.git(args);
        assert!(output.status.success(), "git {args:?}: {}", text(&output));
    }

    /// The verdict on the last commit.
    fn last(&self) -> (Option<i32>, String) {
        self.verify(&["--range", "HEAD~1..HEAD"])
    }

    fn verify(&self, args: &[&str]) -> (Option<i32>, String) {
        let output = self.ccc.command(self.ccc.root(), VERIFY).args(args).output().unwrap();
        (output.status.code(), text(&output))
    }

    fn last_passes(&self) {
        let (status, said) = self.last();
        assert_eq!(status, Some(0), "{said}");
    }

    fn last_is_refused(&self, codes: &[&str]) {
        let (status, said) = self.last();
        assert_eq!(status, Some(1), "{said}");
        let found: Vec<_> = said.lines().filter_map(|l| l.strip_prefix("error[")?.split(']').next()).collect();
        assert_eq!(found, codes, "{said}");
    }

    /// The last commit's trailers, as git shows them.
    fn trailers(&self) -> Vec<String> {
        let shown = self.ccc.git(&["log", "-1", "--format=%(trailers:only,unfold)"]);
        shown.lines().filter(|line| !line.is_empty()).map(str::to_owned).collect()
    }

    /// What the hook adds now.
    fn pins(&self) -> [String; 2] {
        let shown = self.verify(&["gate", "show"]).1;
        let digest = shown.split("sha256:").nth(1).unwrap().get(..64).unwrap().to_owned();
        [format!("Gate: r4@sha256:{digest}"), format!("Gate-Log: AgentOS@{}", self.at("HEAD"))]
    }

    /// CCC's `main` as a remote has it, with what the local one has by now.
    fn share(&self) {
        self.ccc.git(&["update-ref", "refs/remotes/origin/main", "HEAD"]);
    }
}

#[test]
fn a_commit_pins_the_gate_that_covers_it_and_the_log() {
    let pair = Pair::new();
    pair.change();
    pair.passes(&["commit", "-qm", "Title"]);
    assert_eq!(pair.trailers(), pair.pins());
    assert_eq!(pair.ccc.git(&["log", "-1", "--format=%B"]), format!("Title\n\n{}", pair.pins().join("\n")));
    pair.last_passes();
    pair.ccc.write("readme.md", "y\n");
    pair.passes(&["commit", "-qam", "Title"]);
    assert!(pair.trailers().is_empty(), "nothing protected, nothing pinned");
    // Each way to commit has its own index.
    for args in
        [&["commit", "-qam", "x"][..], &["commit", "-qm", "x", "--", CONTRACT], &["-C", "docs", "commit", "-qam", "x"]]
    {
        pair.change();
        pair.passes(args);
        assert_eq!(pair.trailers(), pair.pins(), "{args:?}");
    }
    let linked = pair.ccc.beside("linked");
    pair.ccc.git(&["worktree", "add", "-q", "-b", "other", linked.to_str().unwrap()]);
    let grown = fs::read_to_string(linked.join(CONTRACT)).unwrap() + "* b: string (optional)\n";
    fs::write(linked.join(CONTRACT), grown).unwrap();
    let output = pair.ccc.git_env(&[], &["-C", linked.to_str().unwrap(), "commit", "-qam", "x"]);
    assert!(output.status.success(), "{}", text(&output));
    let shown = pair.ccc.git(&["log", "-1", "--format=%(trailers:only)", "other"]);
    assert!(shown.contains(&pair.pins()[1]), "{shown}");
}

#[test]
fn what_passes_without_an_ack_pins_nothing() {
    let pair = Pair::new();
    let text = "version = 1\nparty = \"CCC\"\n[log]\npath = \"LOG\"\nowner = \"AgentOS\"\n\
                [parties.AgentOS]\nrepositories = [\"AgentOS\"]\n[parties.CCC]\nrepositories = [\"ClaudeCodeProxy\"]\n\
                [protect]\nschema = [\"docs/System/contracts/**\"]\n[rules]\nack-missing = \"warning\"\n";
    pair.ccc.write("ackgate.toml", text.replace("LOG", LOG));
    pair.ccc.commit("adopt");
    pair.change();
    pair.passes(&["commit", "-qm", "Title"]);
    assert_eq!(pair.trailers(), pair.pins());
    pair.say(&gate_text("r5", "`ClaudeCodeProxy/docs/`, `rid`, `b`"));
    pair.change();
    pair.passes(&["commit", "-qm", "Title"]);
    assert!(pair.trailers().is_empty(), "{:?}", pair.trailers());
}

#[test]
fn a_good_pin_holds_while_the_log_moves_on() {
    let pair = Pair::new();
    pair.change();
    pair.passes(&["commit", "-qm", "Title"]);
    pair.say("## AgentOS executor (status)\n\nGoing on.");
    pair.last_passes();
    pair.say("## AgentOS executor (landed: r4)");
    pair.last_is_refused(&["AG109"]);
    // A default branch that nobody else has vouches for nothing; that of the remote does.
    pair.ccc.git(&["branch", "-f", "master"]);
    pair.last_is_refused(&["AG109"]);
    pair.share();
    pair.last_passes();
    pair.change();
    pair.ccc.commit_staged(&pair.ccc.git(&["log", "-1", "--format=%B"]));
    pair.last_is_refused(&["AG109"]);
    // The start of a range is trusted, and is not the default branch.
    let (status, said) = pair.verify(&["--range", "HEAD~2..HEAD"]);
    assert!(status == Some(1) && said.contains("AG109"), "{said}");
    let name = pair.ccc.beside("origin.git");
    pair.ccc.git(&["init", "-q", "--bare", name.to_str().unwrap()]);
    pair.ccc.git(&["remote", "add", "origin", name.to_str().unwrap()]);
    let output = pair.git(&["push", "-q", "origin", "main"]);
    assert!(!output.status.success() && text(&output).contains("AG109"), "{}", text(&output));
}

#[test]
fn what_was_taken_back_since_opens_nothing() {
    for (entry, codes) in [
        ("## AgentOS executor (landed: r4)", &["AG109"][..]),
        ("## AgentOS executor (WITHDRAWN: r4)", &["AG108"]),
        ("## CCP maintainer (WITHDRAWN: r4)", &["AG108"]),
        ("## CCP maintainer (NACK: r4)", &["AG108"]),
        ("## CCP maintainer (ACK with edits: r4)", &["AG106"]),
    ] {
        let pair = Pair::new();
        let pins = pair.pins().join("\n");
        pair.say(entry);
        pair.pinned(&pins);
        pair.last_is_refused(codes);
        let before = fs::read_to_string(pair.agentos.join(LOG)).unwrap().replace(entry, "");
        pair.log(&before);
        if entry.contains("landed") || entry.contains("WITHDRAWN") {
            pair.last_is_refused(codes);
        }
    }
    let pair = Pair::new();
    let pins = pair.pins().join("\n");
    pair.say(&gate_text("r5", "`ClaudeCodeProxy/docs/System/contracts/OTHER.md`"));
    pair.pinned(&pins);
    pair.last_is_refused(&["AG109"]);
}

#[test]
fn a_gate_edited_since_is_another() {
    let pair = Pair::new();
    let pins = pair.pins().join("\n");
    let acked = fs::read_to_string(pair.agentos.join(LOG)).unwrap();
    pair.log(&acked.replace("two days", "three days"));
    pair.pinned(&pins);
    pair.last_is_refused(&["AG111"]);
    pair.log(&acked.replace("## CCC (ACK)", ""));
    pair.last_is_refused(&["AG111"]);
    pair.share();
    pair.last_passes();
}

#[test]
fn a_pin_that_does_not_hold_is_refused() {
    let pair = Pair::new();
    let [gate, log] = pair.pins();
    let tip = pair.at("HEAD");
    pair.ccc.git_in(&pair.agentos, &["checkout", "-q", "-b", "side"]);
    let side = pair.say("## AgentOS executor (status)");
    pair.ccc.git_in(&pair.agentos, &["tag", "-a", "-m", "x", "v1", "main"]);
    pair.ccc.git_in(&pair.agentos, &["checkout", "-q", "main"]);
    pair.say("## AgentOS executor (status)\n\nMoved on.");
    let older = pair.at(&format!("{tip}~1"));
    let oldest = pair.ccc.git_in(&pair.agentos, &["rev-list", "--max-parents=0", "HEAD"]);
    let own = pair.ccc.id("HEAD").to_string();
    for (trailers, codes) in [
        (log.clone(), &[][..]),
        (format!("{gate}\n{log}"), &[]),
        (format!("{log}\n{log}\nGate-Log: CCC@{own}"), &[]),
        (format!("Gate-Log: AgentOS@{side}"), &["AG114"]),
        (format!("Gate-Log: AgentOS@{}", pair.at("v1")), &["AG114"]),
        (format!("Gate-Log: AgentOS@{}", pair.at("HEAD^{tree}")), &["AG114"]),
        (format!("Gate-Log: AgentOS@{}", pair.at(&format!("HEAD:{LOG}"))), &["AG114"]),
        (format!("{log}\nGate-Log: AgentOS@{older}"), &["AG114"]),
        (format!("{log}\nGate-Log: Elsewhere@{tip}"), &["AG114"]),
        (format!("{log}\nGate-Log: AgentOS@HEAD"), &["AG114"]),
        (format!("Gate-Log: AgentOS@{}", &tip[..12]), &["AG114"]),
        ("Gate: r4".to_owned(), &["AG114"]),
        (format!("{gate}0\n{log}"), &["AG114"]),
        (format!("Gate: r4@sha256:{}\n{log}", "0".repeat(64)), &["AG111"]),
        (format!("Gate: r9@sha256:{}\n{log}", "0".repeat(64)), &["AG114"]),
        (format!("Gate-Log: AgentOS@{older}"), &["AG102", "AG114"]),
        (format!("Gate-Log: AgentOS@{oldest}"), &["AG101", "AG114"]),
    ] {
        pair.pinned(&trailers);
        if codes.is_empty() { pair.last_passes() } else { pair.last_is_refused(codes) }
    }
    // What is no trailer pins nothing, and a commit that touches nothing protected is not looked at.
    pair.commit(&format!("Title\n\nGate-Log: AgentOS@{side}\n\nBody\n"));
    pair.last_passes();
    pair.ccc.write("readme.md", "z\n");
    pair.ccc.commit("Title\n\nGate-Log: Elsewhere@x\n");
    pair.last_passes();
}

#[test]
fn what_cannot_be_told_says_how_to_go_on() {
    let pair = Pair::new();
    pair.pinned(&format!("Gate-Log: AgentOS@{}", "1".repeat(40)));
    let (status, said) = pair.last();
    assert_eq!(status, Some(2), "{said}");
    assert!(said.contains("git fetch") && said.contains("--amend"), "{said}");
    pair.pinned(&format!("Gate-Log: AgentOS@{}", "1".repeat(64)));
    assert_eq!(pair.last().0, Some(2));
    // The commit may be there while the way to it is cut off.
    let old = pair.at("HEAD");
    pair.say("## AgentOS executor (status)");
    pair.say("## AgentOS executor (status)\n\nMore.");
    pair.pinned(&format!("Gate-Log: AgentOS@{old}"));
    pair.last_passes();
    let whole = pair.ccc.beside("whole");
    fs::rename(&pair.agentos, &whole).unwrap();
    pair.ccc.git_in(&whole, &["config", "uploadpack.allowAnySHA1InWant", "true"]);
    let (url, shallow) = (format!("file://{}", whole.display()), pair.agentos.to_str().unwrap());
    pair.ccc.git(&["clone", "-q", "--depth", "1", &url, shallow]);
    pair.ccc.git_in(&pair.agentos, &["fetch", "-q", "--depth", "1", "origin", &old]);
    let (status, said) = pair.last();
    assert_eq!(status, Some(2), "{said}");
    assert!(said.contains("--unshallow"), "{said}");
}

#[test]
fn replaced_objects_and_grafts_of_the_other_repository_say_nothing() {
    let pair = Pair::new();
    let tip = pair.at("HEAD");
    let forged = pair.ccc.git_in(&pair.agentos, &["commit-tree", "-m", "x", "HEAD^{tree}"]);
    fs::create_dir_all(pair.agentos.join(".git/info")).unwrap();
    fs::write(pair.agentos.join(".git/info/grafts"), format!("{tip} {forged}\n")).unwrap();
    pair.pinned(&format!("Gate-Log: AgentOS@{forged}"));
    pair.last_is_refused(&["AG114"]);
    fs::remove_file(pair.agentos.join(".git/info/grafts")).unwrap();
    let acked = pair.at(&format!("HEAD:{LOG}"));
    let empty = pair.at(&format!("HEAD~1:{LOG}"));
    pair.ccc.git_in(&pair.agentos, &["replace", &empty, &acked]);
    pair.pinned(&format!("Gate-Log: AgentOS@{}", pair.at("HEAD~1")));
    pair.last_is_refused(&["AG102", "AG114"]);
}

#[test]
fn in_the_owners_repository_pins_are_records() {
    let team = Team::new();
    team.here.hook("commit-msg", &format!("exec '{COMMIT_MSG}' \"$@\""));
    team.gate("r4", &format!("`{ADAPTER}`"));
    team.ack();
    let base = team.here.id("HEAD").to_string();
    team.stage(ADAPTER, "two\n");
    team.passes(&["commit", "-qm", "Title"]);
    let message = team.here.git(&["log", "-1", "--format=%B"]);
    assert!(
        message.contains("\n\nGate: r4@sha256:") && message.contains(&format!("\nGate-Log: AgentOS@{base}")),
        "{message}"
    );
    // A rebase leaves the old id.
    team.here.write(ADAPTER, "three\n");
    team.here.commit(&format!("Title\n\nGate-Log: AgentOS@{}\n", "1".repeat(40)));
    let output = team.verify(&["--range", "HEAD~1..HEAD"]);
    assert!(output.status.success(), "{}", text(&output));
}

#[test]
fn the_message_hook_refuses_what_the_commit_hook_would() {
    let pair = Pair::new();
    fs::remove_file(pair.ccc.root().join(".git/hooks/pre-commit")).unwrap();
    pair.say("## AgentOS executor (landed: r4)");
    pair.change();
    let output = pair.git(&["commit", "-qm", "x"]);
    assert!(!output.status.success() && text(&output).contains("[AG109]"), "{}", text(&output));
}

impl Pair {
    /// Commits a protected change, with an editor and more of git's options; whether it was made.
    fn edited(&self, script: &str, args: &[&str]) -> bool {
        self.change();
        self.ccc.git_env(&[("GIT_EDITOR", script)], args).status.success()
    }
}

#[test]
fn comments_scissors_and_templates_are_told_from_the_message() {
    let pair = Pair::new();
    let title = "sed -i '1s/.*/Title/'";
    for args in [
        &["commit", "-q"][..],
        &["commit", "-qv"],
        &["commit", "-qs"],
        &["-c", "core.commentChar=;", "commit", "-qv"],
        &["-c", "core.commentChar=auto", "commit", "-q"],
        &["-c", "core.commentString=//", "commit", "-qv"],
        &["commit", "-q", "--cleanup=scissors"],
    ] {
        assert!(pair.edited(title, args), "{args:?}");
        let trailers = pair.trailers();
        assert_eq!(trailers[trailers.len() - 2..], pair.pins(), "{args:?}");
        assert_eq!(trailers.len() > 2, args.contains(&"-qs"));
        assert_eq!(pair.ccc.git(&["log", "-1", "--format=%s"]), "Title");
        let before = pair.ccc.id("HEAD");
        assert!(!pair.edited("true", args), "an empty message gives the commit up: {args:?}");
        assert_eq!(pair.ccc.id("HEAD"), before);
    }
    pair.ccc.write("template", "# Say why\n\nWhy:\n");
    for value in ["template", pair.ccc.root().join("template").to_str().unwrap()] {
        let template = format!("commit.template={value}");
        assert!(!pair.edited("true", &["-c", &template, "commit", "-q"]), "untouched: {value}");
        assert!(pair.edited("sed -i 's/^Why:/Why: because/'", &["-c", &template, "commit", "-q"]));
        assert_eq!(pair.trailers(), pair.pins());
    }
    // As the message stands, `#` and all.
    assert!(pair.edited("true", &["commit", "-q", "--cleanup=verbatim", "-m", "Title\n\n# kept"]));
    assert_eq!(pair.ccc.git(&["log", "-1", "--format=%B"]), format!("Title\n\n{}\n\n# kept", pair.pins().join("\n")));
}

#[test]
fn what_git_is_told_of_trailers_bends_none() {
    let pair = Pair::new();
    let ran = pair.ccc.beside("ran");
    for (key, value) in [
        ("trailer.gate.key", "Kitchen: "),
        ("trailer.gate.ifExists", "doNothing"),
        ("trailer.separators", "="),
        ("trailer.gate-log.cmd", &format!("touch '{}'; echo", ran.display())),
    ] {
        pair.ccc.git(&["config", key, value]);
    }
    pair.change();
    pair.passes(&["commit", "-qm", "Title"]);
    assert_eq!(pair.ccc.git(&["log", "-1", "--format=%B"]), format!("Title\n\n{}", pair.pins().join("\n")));
    assert!(!ran.exists());
}

#[test]
fn an_amended_commit_has_new_pins_and_all_else_of_its_message() {
    let pair = Pair::new();
    pair.change();
    pair.passes(&["commit", "-qsm", "Title\n\nBody"]);
    pair.say("## AgentOS executor (status)");
    pair.change();
    pair.passes(&["commit", "-q", "--amend", "--no-edit"]);
    let expected = format!("Title\n\nBody\n\nSigned-off-by: Ada <ada@agentos.example>\n{}", pair.pins().join("\n"));
    assert_eq!(pair.ccc.git(&["log", "-1", "--format=%B"]), expected);
    // Nothing protected is amended: the message stays.
    pair.say("## AgentOS executor (status)\n\nMore.");
    pair.passes(&["commit", "-q", "--amend", "--no-edit"]);
    assert_eq!(pair.ccc.git(&["log", "-1", "--format=%B"]), expected);
    pair.change();
    let output = pair.git(&["commit", "-qm", "Title\n\nGate: the kitchen one"]);
    assert!(!output.status.success() && text(&output).contains("[AG114]"), "{}", text(&output));
}

#[test]
fn merges_are_pinned_where_they_change_something_themselves() {
    let pair = Pair::new();
    let write = |name: &str, text: &str| pair.ccc.write(name, text);
    pair.ccc.git(&["checkout", "-q", "-b", "side"]);
    write(CONTRACT, "* ts: float\n* b: string\n");
    pair.passes(&["commit", "-qam", "side"]);
    pair.ccc.git(&["checkout", "-q", "main"]);
    write("readme.md", "y\n");
    pair.passes(&["commit", "-qam", "main"]);
    pair.passes(&["merge", "-q", "--no-edit", "side"]);
    assert!(pair.trailers().is_empty(), "it takes each side as it is");
    pair.last_passes();
    pair.ccc.git(&["reset", "-q", "--hard", "HEAD~1"]);
    write(CONTRACT, "* ts: float\n* c: string\n");
    pair.passes(&["commit", "-qam", "main"]);
    assert!(!pair.git(&["merge", "-q", "side"]).status.success(), "a conflict");
    write(CONTRACT, "* ts: float\n* b: string\n* c: string\n");
    pair.ccc.git(&["add", "-A"]);
    pair.passes(&["commit", "-q", "--no-edit"]);
    assert_eq!(pair.trailers(), pair.pins());
    let (status, said) = pair.verify(&["--range", "HEAD~2..HEAD"]);
    assert_eq!(status, Some(0), "{said}");
}

#[test]
fn what_an_ack_must_prove_is_asked_of_the_pinned_log_as_well() {
    let pair = Pair::new();
    let text = "version = 1\nparty = \"CCC\"\n[log]\npath = \"LOG\"\nowner = \"AgentOS\"\nurl = \"../AgentOS\"\n\
                [parties.AgentOS]\nrepositories = [\"AgentOS\"]\nemails = [\"*@agentos.example\"]\n\
                [parties.CCC]\nrepositories = [\"ClaudeCodeProxy\"]\nemails = [\"*@ccc.example\"]\n\
                [protect]\nschema = [\"docs/System/contracts/**\"]\n[ack]\nrequire = \"authored\"\n";
    pair.ccc.write("ackgate.toml", text.replace("LOG", LOG));
    pair.ccc.commit("adopt");
    pair.ccc.git(&["config", "ackgate.fetch", "true"]);
    let forged = pair.at("HEAD");
    let log = fs::read_to_string(pair.agentos.join(LOG)).unwrap();
    pair.say("## AgentOS executor (status)");
    let pin = format!("Gate-Log: AgentOS@{forged}");
    pair.pinned(&pin);
    pair.last_is_refused(&["AG113"]);
    // An ACK that CCC itself brought.
    pair.log(&log.replace("## CCC (ACK)", ""));
    fs::write(pair.agentos.join(LOG), log.replace("## CCC (ACK)", "## CCC (ACK: r4)")).unwrap();
    let by = ["commit", "-q", "-m", "ack", "--", LOG];
    let mut git = pair.ccc.command(&pair.agentos, "git");
    git.args(by).env("GIT_AUTHOR_EMAIL", "c@ccc.example").env("GIT_COMMITTER_EMAIL", "c@ccc.example");
    assert!(git.status().unwrap().success());
    let acked = pair.at("HEAD");
    pair.say("## AgentOS executor (status)");
    pair.change();
    let mut git = pair.ccc.command(pair.ccc.root(), "git");
    git.args(["commit", "-q", "--no-verify", "-m", &format!("Title\n\nGate-Log: AgentOS@{acked}")]);
    git.env("GIT_AUTHOR_EMAIL", "d@ccc.example").env("GIT_COMMITTER_EMAIL", "d@ccc.example");
    assert!(git.status().unwrap().success());
    pair.last_passes();
    pair.pinned(&pin);
    pair.last_is_refused(&["AG113"]);
    // Where the log is fetched, it shares the objects of this repository, and none of its history.
    pair.pinned(&format!("Gate-Log: AgentOS@{}", pair.ccc.id("HEAD")));
    pair.last_is_refused(&["AG114"]);
}

#[test]
fn an_answer_that_the_pinned_log_has_heard_still_closes_once_its_ack_is_gone() {
    for further in [None, Some("## CCC (WITHDRAWN)")] {
        let pair = Pair::new();
        pair.say("## CCC (NACK)");
        let rejected = fs::read_to_string(pair.agentos.join(LOG)).unwrap();
        let acked = pair.say("## CCC (ACK)");
        pair.pinned(&format!("Gate-Log: AgentOS@{acked}"));
        pair.last_passes();
        if let Some(entry) = further {
            pair.say(entry);
        }
        pair.log(&rejected);
        pair.last_is_refused(&["AG111"]);
    }
}
