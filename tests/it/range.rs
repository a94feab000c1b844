//! A range has the verdict of its commits, one by one.

use std::collections::BTreeMap;

use proptest::prelude::*;

use crate::boundary::{ADAPTER, LOG, Team, VERIFY, gate_text, policy, text};
use crate::receive::receive;
use crate::support::Scratch;

/// What a commit does to the one before it.
#[derive(Debug, Clone, Copy)]
enum Step {
    Unprotected,
    Change,
    ChangeOther,
    Delete,
    Gate,
    PolicyGate,
    Ack,
    OwnAck,
    Landed,
    CutLog,
    Lax,
    Invalid,
    NoPolicy,
    /// What follows is done on the other of two branches.
    Switch,
    /// Merges the other branch into this one.
    Merge,
}
use Step::*;

/// Mostly what the protocol allows, or hardly a range would pass.
fn step() -> impl Strategy<Value = Step> {
    prop_oneof![
        6 => prop_oneof![Just(Unprotected), Just(Gate), Just(Ack), Just(Change), Just(Landed)],
        2 => prop_oneof![Just(Switch), Just(Merge)],
        1 => prop_oneof![Just(ChangeOther), Just(Delete), Just(PolicyGate), Just(OwnAck), Just(CutLog), Just(Lax)],
        1 => prop_oneof![Just(Invalid), Just(NoPolicy)],
    ]
}

type Files = BTreeMap<&'static str, String>;

/// A history as `git fast-import` reads it.
struct History {
    stream: String,
    /// The files of each commit; its mark is its place, from 1.
    commits: Vec<Files>,
}

impl History {
    fn commit(&mut self, files: Files, parents: &[usize]) -> usize {
        self.commits.push(files);
        let mark = self.commits.len();
        let time = 1_700_000_000 + 60 * mark;
        self.stream += &format!(
            "commit refs/made/c{mark}\nmark :{mark}\ncommitter Ada <ada@agentos.example> {time} +0000\ndata 1\nx\n"
        );
        for (parent, word) in parents.iter().zip(["from", "merge"]) {
            self.stream += &format!("{word} :{parent}\n");
        }
        self.stream += "deleteall\n";
        for (path, text) in &self.commits[mark - 1] {
            self.stream += &format!("M 100644 inline {path}\ndata {}\n{text}\n", text.len());
        }
        mark
    }

    /// A first commit, these steps, and the two branches merged in the end.
    fn of(steps: &[Step], written: bool) -> History {
        let mut history = History { stream: String::new(), commits: Vec::new() };
        let mut base = Files::from([(LOG, "# Log\n".to_owned()), (ADAPTER, "one\n".to_owned())]);
        if written {
            base.insert("ackgate.toml", policy(""));
        }
        let first = history.commit(base, &[]);
        let (mut this, mut other) = (first, first);
        for (n, step) in steps.iter().chain([&Merge]).enumerate() {
            match step {
                Switch => std::mem::swap(&mut this, &mut other),
                Merge if this == other => {}
                Merge => {
                    this = history.commit(merged(&history.commits, this, other), &[this, other]);
                    other = this;
                }
                _ => {
                    let mut files = history.commits[this - 1].clone();
                    change(&mut files, *step, n);
                    this = history.commit(files, &[this]);
                }
            }
        }
        history
    }
}

/// What is as it was at first is taken from the other side; entries of the log are kept from both.
fn merged(commits: &[Files], this: usize, other: usize) -> Files {
    let (first, other, mut files) = (&commits[0], &commits[other - 1], commits[this - 1].clone());
    for path in ["readme.md", ADAPTER, "agentos/integrations/other.py", "ackgate.toml"] {
        if files.get(path) == first.get(path) {
            match other.get(path) {
                Some(text) => drop(files.insert(path, text.clone())),
                None => drop(files.remove(path)),
            }
        }
    }
    if let (Some(log), Some(theirs)) = (files.get_mut(LOG), other.get(LOG)) {
        let same = log.bytes().zip(theirs.bytes()).take_while(|(a, b)| a == b).count();
        let same = theirs[..same].rfind("\n\n## ").unwrap_or(same);
        let new = theirs[same..].to_owned();
        if !log[same..].starts_with(&new) {
            log.push_str(&new);
        }
    }
    files
}

fn change(files: &mut Files, step: Step, n: usize) {
    let mut say = |entry: String| {
        if let Some(log) = files.get_mut(LOG) {
            log.push_str(&format!("\n{entry}\n"));
        }
    };
    match step {
        Gate => say(gate_text(&format!("r{n}"), &format!("`{ADAPTER}`"))),
        PolicyGate => say(gate_text(&format!("p{n}"), "`ackgate.toml`")),
        Ack => say("## CCP maintainer (ACK)\n\nACK — proceed.".to_owned()),
        OwnAck => say("## AgentOS planner (ACK)".to_owned()),
        Landed => say("## AgentOS executor (landed)".to_owned()),
        CutLog => {
            if let Some(log) = files.get_mut(LOG) {
                log.truncate(log.rfind("\n## ").unwrap_or(log.len()));
            }
        }
        Change => drop(files.insert(ADAPTER, format!("{n}\n"))),
        ChangeOther => drop(files.insert("agentos/integrations/other.py", format!("{n}\n"))),
        Delete => drop(files.remove(ADAPTER)),
        Lax => drop(files.insert("ackgate.toml", policy("adapter = [\"nothing/**\"]\n"))),
        Invalid => drop(files.insert("ackgate.toml", "version = 2\n".to_owned())),
        NoPolicy => drop(files.remove("ackgate.toml")),
        Unprotected | Switch | Merge => drop(files.insert("readme.md", format!("{n}\n"))),
    }
}

/// Whether the range passes, whether it is received as a whole, and whether each of its commits is by itself.
fn verdicts(history: &History) -> (bool, bool, bool) {
    let bare = Scratch::bare();
    let file = bare.beside("stream");
    std::fs::write(&file, &history.stream).unwrap();
    let mut import = bare.command(bare.root(), "git");
    let stream = std::fs::File::open(&file).unwrap();
    assert!(import.args(["fast-import", "--quiet", "--force"]).stdin(stream).status().unwrap().success());
    bare.git(&["update-ref", "refs/heads/main", "refs/made/c1"]);
    let id = |mark: usize| bare.git(&["rev-parse", &format!("refs/made/c{mark}")]);
    let (base, tip) = (id(1), id(history.commits.len()));
    let mut range = bare.command(bare.root(), VERIFY);
    let range = range.args(["--range", &format!("{base}..{tip}")]).output().unwrap();
    let receives = |old: &str, new: &str, name: &str| {
        receive(&bare, bare.root(), &format!("{old} {new} refs/heads/{name}\n")).status.success()
    };
    let whole = receives(&base, &tip, "main");
    let mut each = true;
    for mark in 2..=history.commits.len() {
        let name = format!("b{mark}");
        each &= receives(&"0".repeat(40), &id(mark), &name);
        // Known from now on, whatever it was: the next one is judged by itself.
        bare.git(&["update-ref", &format!("refs/heads/{name}"), &id(mark)]);
    }
    (range.status.success(), whole, each)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 16, max_shrink_iters: 20, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_range_has_the_verdict_of_its_commits(steps in proptest::collection::vec(step(), 1..8), written: bool) {
        let (range, whole, each) = verdicts(&History::of(&steps, written));
        prop_assert_eq!(range, each, "range against its commits: {:?}", steps);
        prop_assert_eq!(range, whole, "range against what is received: {:?}", steps);
    }
}

/// So that the property is not about ranges alone that are refused.
#[test]
fn some_pass_and_some_do_not() {
    for (steps, by_profile, by_policy) in [
        (&[Gate, Ack, Change, Landed][..], true, true),
        (&[Switch, Unprotected, Switch, Gate, Ack, Change, Merge, Change, Switch, Unprotected], true, true),
        (&[Gate, Ack, Change, Landed, Change], false, false),
        (&[Gate, Change, Ack], false, false),
        // Where there was no policy file, that is the adoption of a lax one.
        (&[Lax, Change], true, false),
    ] {
        for (written, passes) in [(false, by_profile), (true, by_policy)] {
            assert_eq!(verdicts(&History::of(steps, written)), (passes, passes, passes), "{steps:?} {written}");
        }
    }
}

#[test]
fn a_tag_is_no_branch_of_that_name() {
    let team = Team::new();
    team.origin();
    team.here.write(ADAPTER, "evil\n");
    team.here.commit("evil");
    team.here.write("readme.md", "y\n");
    team.here.commit("more");
    for (tag, range) in [
        ("origin/main", "origin/main..HEAD"),
        ("main", "HEAD~2..main"),
        ("HEAD", "HEAD~2..HEAD"),
        ("origin/main", "origin/main~0..HEAD"),
    ] {
        team.here.git(&[
            "update-ref",
            &format!("refs/tags/{tag}"),
            if range.ends_with("main") { "HEAD~2" } else { "HEAD" },
        ]);
        let output = team.verify(&["--range", range]);
        assert_eq!(output.status.code(), Some(1), "{range}: {}", text(&output));
    }
}
