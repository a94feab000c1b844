//! Literate cases: Markdown that a newcomer reads, and that is run. `tests/rules/README.md` says how they are written.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Output;

use crate::support::Scratch;

const LOG: &str = "docs/integration/CCC_AGENT_CHAT.md";
const POLICY: &str = "ackgate.toml";
/// In a policy, the public key that signs overrides.
const OVERRIDE_KEY: &str = "OVERRIDE-KEY";

/// Each kind of block, and whether its info string may say more after it.
const KINDS: &[(&str, bool)] = &[
    ("says", false),
    ("unsaid", false),
    ("rewrite-log", false),
    ("base", true),
    ("policy", true),
    ("log", true),
    ("history", true),
    ("origin", false),
    ("sibling", true),
    ("sibling-origin", true),
    ("stage", false),
    ("stage-policy", false),
    ("stage-log", false),
    ("write-log", false),
    ("override", true),
    ("begun", true),
    ("before", false),
    ("ask", false),
    ("expect", false),
];

/// A file of cases.
pub(crate) struct File {
    /// Its name.
    pub(crate) name: String,
    /// The text of its first heading.
    pub(crate) title: String,
    pub(crate) cases: Vec<Case>,
}

/// One case.
pub(crate) struct Case {
    title: String,
    line: usize,
    has_prose: bool,
    blocks: Vec<Block>,
}

/// A fenced block.
struct Block {
    kind: String,
    argument: String,
    text: String,
}

/// What `verify-gate` said to a case.
pub(crate) struct Verdict {
    /// Each as `severity code`; `pass` if there is nothing to say.
    pub(crate) found: BTreeSet<String>,
    status: Option<i32>,
    output: String,
}

impl File {
    /// Reads a file of cases; panics where it is not written as it should be.
    pub(crate) fn read(path: &Path) -> File {
        let name = path.file_name().unwrap().to_str().unwrap().to_owned();
        File::parse(&name, &fs::read_to_string(path).unwrap())
    }

    /// Reads the text of such a file.
    pub(crate) fn parse(name: &str, text: &str) -> File {
        let mut file = File { name: name.to_owned(), title: String::new(), cases: Vec::new() };
        let mut lines = text.lines().zip(1..);
        while let Some((line, number)) = lines.next() {
            let place = format!("{name}:{number}");
            if let Some(title) = line.strip_prefix("## ") {
                let title = title.to_owned();
                file.cases.push(Case { title, line: number, has_prose: false, blocks: Vec::new() });
            } else if let Some(title) = line.strip_prefix("# ") {
                assert!(file.title.is_empty(), "{place}: a second title");
                file.title = title.to_owned();
            } else if let Some(fence) = fence(line) {
                let ends = |line: &str| line.len() >= fence && line.chars().all(|c| c == '`');
                let block: Vec<&str> = lines.by_ref().map(|(l, _)| l).take_while(|l| !ends(l)).collect();
                let case = file.cases.last_mut().unwrap_or_else(|| panic!("{place}: a block outside of a case"));
                case.blocks.push(Block::new(&place, &line[fence..], &block));
            } else if let (false, Some(case)) = (line.trim().is_empty(), file.cases.last_mut()) {
                case.has_prose = true;
            }
        }
        for case in &file.cases {
            let place = format!("{name}:{}", case.line);
            assert!(case.has_prose, "{place}: no sentence says what the case is about");
            assert!(case.all("expect").count() == 1, "{place}: one `expect` block is wanted");
        }
        file
    }
}

impl Block {
    fn new(place: &str, info: &str, lines: &[&str]) -> Block {
        let (kind, argument) = info.split_once(' ').unwrap_or((info, ""));
        let known = KINDS.iter().find(|(name, _)| *name == kind);
        let (_, open) = known.unwrap_or_else(|| panic!("{place}: unknown kind of block `{kind}`"));
        assert!(*open || argument.is_empty(), "{place}: `{kind}` stands alone");
        let text = lines.iter().map(|line| format!("{line}\n")).collect();
        Block { kind: kind.to_owned(), argument: argument.to_owned(), text }
    }

    /// What follows the kind, else this.
    fn or<'a>(&'a self, default: &'a str) -> &'a str {
        if self.argument.is_empty() { default } else { &self.argument }
    }
}

impl Verdict {
    /// What each finding says, with its help and its place, and each note.
    fn texts(&self) -> Vec<String> {
        let json = serde_json::Deserializer::from_str(&self.output).into_iter::<serde_json::Value>().next();
        let report = json.and_then(Result::ok).unwrap_or_default();
        let text = |value: &serde_json::Value| value.as_str().unwrap_or_default().to_owned();
        let place = |at: &serde_json::Value| format!("{}:{}", text(&at["path"]), at["line"]);
        let finding = |d: &serde_json::Value| {
            format!("{}\n{}\nat {}\nlog {}", text(&d["message"]), text(&d["help"]), place(d), place(&d["log"]))
        };
        let findings = report["diagnostics"].as_array().into_iter().flatten().map(finding);
        findings.chain(report["notes"].as_array().into_iter().flatten().map(text)).collect()
    }
}

fn fence(line: &str) -> Option<usize> {
    let length = line.chars().take_while(|c| *c == '`').count();
    (length >= 3).then_some(length)
}

impl Case {
    /// The lines of `expect`.
    pub(crate) fn expected(&self) -> BTreeSet<String> {
        self.all("expect").flat_map(|b| b.text.lines()).map(str::to_owned).collect()
    }

    /// Whether the rule with this code is expected to find something.
    pub(crate) fn fires(&self, code: &str) -> bool {
        self.expected().iter().any(|line| line.ends_with(code))
    }

    /// Runs the case; what is wrong, as text for people.
    pub(crate) fn fails(&self, file: &str) -> Option<String> {
        let (expected, verdict) = (self.expected(), self.run());
        let wanted = match &expected {
            lines if lines.contains("error AG000") => 2,
            lines if lines.iter().any(|line| line.starts_with("error ")) => 1,
            _ => 0,
        };
        let show = |lines: &BTreeSet<String>| lines.iter().cloned().collect::<Vec<_>>().join(", ");
        let texts = &verdict.texts();
        let wrong = |kind: &'static str, times: usize| {
            let lines = self.all(kind).flat_map(|b| b.text.lines());
            lines.filter(move |line| texts.iter().filter(|text| text.contains(line)).count() != times)
        };
        let misses: Vec<&str> = wrong("says", 1).chain(wrong("unsaid", 0)).collect();
        (verdict.found != expected || verdict.status != Some(wanted) || !misses.is_empty()).then(|| {
            format!(
                "tests/rules/{file}:{}: {}\n  expected: {} (status {wanted})\n  got:      {} (status {:?})\n  said wrongly: {misses:?}\n{}",
                self.line,
                self.title,
                show(&expected),
                show(&verdict.found),
                verdict.status,
                verdict.output
            )
        })
    }

    /// Makes the repository and asks `verify-gate`.
    pub(crate) fn run(&self) -> Verdict {
        let scratch = Scratch::new();
        let place = Place { folder: self.base(&scratch), scratch: &scratch };
        for block in self.all("begun") {
            let output = place.verify(&["session", "begin", "--role", &block.argument]);
            assert!(output.status.success(), "{}: {output:?}", self.title);
            block.text.lines().for_each(|line| place.apply(line));
            place.git(&["add", "-A"]);
            place.git(&["commit", "-q", "--allow-empty", "-m", "since"]);
        }
        for block in self.all("stage") {
            block.text.lines().for_each(|line| place.apply(line));
        }
        for block in self.all("stage-policy") {
            place.write(POLICY, &block.text);
        }
        for block in self.all("stage-log") {
            place.append(LOG, &block.text);
        }
        for block in self.all("rewrite-log") {
            place.write(LOG, &block.text);
        }
        place.git(&["add", "-A"]);
        for block in self.all("write-log") {
            place.append(LOG, &block.text);
        }
        let mut scope = vec!["--staged"];
        for block in self.all("override") {
            place.commit_override(&block.text, block.or(OVERRIDE_KEY));
            scope = vec!["--range", "HEAD~1..HEAD"];
        }
        for line in self.all("before").flat_map(|block| block.text.lines()) {
            let mut program = scratch.command(&place.folder, env!("CARGO_BIN_EXE_verify-gate"));
            let output = program.args(line.split_whitespace()).output().unwrap();
            assert_ne!(output.status.code(), Some(2), "{}: {output:?}", self.title);
        }
        let asked: Vec<&str> = self.all("ask").flat_map(|block| block.text.split_whitespace()).collect();
        if !asked.is_empty() {
            scope = asked;
        }
        let output = place.verify(&scope);
        let (out, errors) = (String::from_utf8(output.stdout).unwrap(), String::from_utf8(output.stderr).unwrap());
        Verdict { found: found(&out), status: output.status.code(), output: out + &errors }
    }

    /// Commits what the change builds on; the repository to work in.
    fn base(&self, scratch: &Scratch) -> PathBuf {
        let place = Place { folder: scratch.root().to_owned(), scratch };
        place.write("README.md", "base\n");
        for block in self.all("base") {
            match block.argument.as_str() {
                "" => block.text.lines().for_each(|line| place.apply(line)),
                path => place.write(path, &block.text),
            }
        }
        let gone = self.all("stage").flat_map(|b| b.text.lines()).filter_map(|line| line.strip_prefix("- "));
        for path in gone.filter(|path| *path != LOG && !place.folder.join(path).exists()) {
            place.write(path, "old\n");
        }
        for name in [OVERRIDE_KEY, "another"] {
            if self.all("override").next().is_some() {
                scratch.ssh_key(name, &["-t", "ed25519"]);
            }
        }
        for block in self.all("policy") {
            let text = match block.text.contains(OVERRIDE_KEY) {
                true => block.text.replace(OVERRIDE_KEY, &scratch.ssh_public(OVERRIDE_KEY)),
                false => block.text.clone(),
            };
            place.write(block.or(POLICY), &text);
        }
        for block in self.all("log") {
            place.write(block.or(LOG), &block.text);
        }
        scratch.commit("base");
        for text in self.all("history").flat_map(|b| b.text.split("=====\n")) {
            place.write(LOG, text);
            scratch.commit("log");
        }
        for block in self.all("origin") {
            place.write(LOG, &block.text);
            scratch.commit("log, further on");
            scratch.git(&["update-ref", "refs/remotes/origin/main", "HEAD"]);
            scratch.git(&["reset", "-q", "--hard", "HEAD~1"]);
        }
        for block in self.all("sibling") {
            sibling(scratch, &block.argument, &block.text);
        }
        for block in self.all("sibling-origin") {
            let place = Place { folder: scratch.beside(&block.argument), scratch };
            place.write(LOG, &block.text);
            place.git(&["commit", "-q", "-a", "-m", "log, further on"]);
            place.git(&["update-ref", "refs/remotes/origin/main", "HEAD"]);
            place.git(&["reset", "-q", "--hard", "HEAD~1"]);
        }
        if self.all("history").any(|b| b.argument == "shallow") {
            let (url, clone) = (format!("file://{}", scratch.root().display()), scratch.beside("shallow"));
            scratch.git(&["clone", "-q", "--depth", "1", &url, clone.to_str().unwrap()]);
            return clone;
        }
        place.folder
    }

    fn all(&self, kind: &str) -> impl Iterator<Item = &Block> {
        self.blocks.iter().filter(move |block| block.kind == kind)
    }
}

/// The repository that a case works in.
struct Place<'a> {
    scratch: &'a Scratch,
    folder: PathBuf,
}

impl Place<'_> {
    /// `+ path`, `+ path = text`, `+ path -> target of a link`, `- path`.
    fn apply(&self, line: &str) {
        if let Some(path) = line.strip_prefix("- ") {
            return fs::remove_file(self.folder.join(path)).unwrap();
        }
        let line = line.strip_prefix("+ ").unwrap_or_else(|| panic!("neither `+ path` nor `- path`: {line}"));
        if let Some((path, target)) = line.split_once(" -> ") {
            let link = self.folder.join(path);
            fs::create_dir_all(link.parent().unwrap()).unwrap();
            drop(fs::remove_file(&link));
            return std::os::unix::fs::symlink(target, link).unwrap();
        }
        let new = if line.ends_with(".json") { "{}" } else { "new" };
        let (path, text) = line.split_once(" = ").unwrap_or((line, new));
        self.write(path, &format!("{text}\n"));
    }

    /// Commits what is staged with this reason as its trailer, signed with a key beside the repository, or `unsigned`.
    fn commit_override(&self, reason: &str, key: &str) {
        let file = format!("user.signingKey={}", self.scratch.beside(key).display());
        let message = format!("Change\n\nGate-Override: {reason}");
        let sign = if key == "unsigned" { "--no-gpg-sign" } else { "-S" };
        self.git(&["-c", "gpg.format=ssh", "-c", &file, "commit", "-q", "--no-verify", sign, "-m", &message]);
    }

    fn verify(&self, args: &[&str]) -> Output {
        let mut program = self.scratch.command(&self.folder, env!("CARGO_BIN_EXE_verify-gate"));
        program.args(args).args(["--format", "json"]).output().unwrap()
    }

    fn append(&self, path: &str, text: &str) {
        let before = fs::read_to_string(self.folder.join(path)).unwrap_or_default();
        self.write(path, &format!("{before}\n{text}"));
    }

    fn write(&self, path: &str, text: &str) {
        let file = self.folder.join(path);
        fs::create_dir_all(file.parent().unwrap()).unwrap();
        fs::write(file, text).unwrap();
    }

    fn git(&self, args: &[&str]) -> String {
        self.scratch.git_in(&self.folder, args)
    }
}

/// A repository beside the one that is judged, with this log; with no text, without a log.
fn sibling(scratch: &Scratch, name: &str, log: &str) {
    let place = Place { folder: scratch.beside(name), scratch };
    place.write("README.md", "sibling\n");
    if !log.is_empty() {
        place.write(LOG, log);
    }
    place.git(&["init", "-q", "-b", "main"]);
    place.git(&["add", "-A"]);
    place.git(&["commit", "-q", "-m", "base"]);
}

fn found(json: &str) -> BTreeSet<String> {
    let value: serde_json::Value = serde_json::from_str(json).unwrap_or_default();
    let Some(diagnostics) = value["diagnostics"].as_array() else { return BTreeSet::from(["no report".to_owned()]) };
    let line = |d: &serde_json::Value| format!("{} {}", d["severity"].as_str().unwrap(), d["code"].as_str().unwrap());
    let lines: BTreeSet<String> = diagnostics.iter().map(line).collect();
    if lines.is_empty() { BTreeSet::from(["pass".to_owned()]) } else { lines }
}
