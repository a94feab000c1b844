//! Walks over made-up histories, against `git rev-list`.

use std::collections::HashSet;
use std::io::Write;
use std::process::Stdio;
use std::slice::from_ref;

use ackgate::change::ObjectId;
use ackgate::shell::git::{Repo, is_ancestor, new_commits};

use crate::support::{Dice, Scratch};

/// Makes `count` commits with up to three parents each and dates off by up to `skew` seconds; in order of making.
fn history(scratch: &Scratch, seed: u64, count: usize, skew: usize) -> Vec<ObjectId> {
    let mut dice = Dice::new(seed);
    let mut stream = String::new();
    for n in 0..count {
        let time = 1_000_000_000 + 60 * n + dice.below(skew + 1);
        stream += &format!("commit refs/heads/c{n}\nmark :{}\ncommitter A <a@b> {time} +0000\ndata 1\nx\n", n + 1);
        let mut parents: Vec<usize> = (0..1 + dice.below(3)).map(|_| n.saturating_sub(dice.below(7))).collect();
        parents.sort_unstable();
        parents.dedup();
        parents.retain(|parent| *parent > 0 && dice.below(40) > 0);
        for (at, parent) in parents.iter().enumerate() {
            stream += &format!("{} :{parent}\n", if at == 0 { "from" } else { "merge" });
        }
        if parents.is_empty() {
            stream += "deleteall\n";
        }
        stream += "\n";
    }
    let mut child = scratch.command(scratch.root(), "git");
    let mut child = child.args(["fast-import", "--quiet", "--force"]).stdin(Stdio::piped()).spawn().unwrap();
    child.stdin.take().unwrap().write_all(stream.as_bytes()).unwrap();
    assert!(child.wait().unwrap().success());
    (0..count).map(|n| scratch.id(&format!("c{n}"))).collect()
}

/// The exact answer, from git's full walk of both sides.
fn exact(scratch: &Scratch, tips: &[ObjectId], hidden: &[ObjectId]) -> HashSet<String> {
    let reach = |ids: &[ObjectId]| -> HashSet<String> {
        let ids: Vec<String> = ids.iter().map(ToString::to_string).collect();
        let args: Vec<&str> = ["rev-list"].into_iter().chain(ids.iter().map(String::as_str)).collect();
        if ids.is_empty() { HashSet::new() } else { scratch.git(&args).lines().map(str::to_owned).collect() }
    };
    reach(tips).difference(&reach(hidden)).cloned().collect()
}

fn assert_parents_first(repo: &Repo, commits: &[ObjectId]) {
    let mut later: HashSet<_> = commits.iter().collect();
    assert_eq!(later.len(), commits.len());
    for id in commits {
        later.remove(id);
        for parent in repo.commit(id).unwrap().parents {
            let ackgate::shell::git::Parent::Known(parent) = parent else { panic!() };
            assert!(!later.contains(&parent));
        }
    }
}

fn walks(seed: u64, skew: usize) {
    let scratch = Scratch::new();
    let ids = history(&scratch, seed, 90, skew);
    let repo = scratch.repo();
    let mut dice = Dice::new(seed ^ 0xabcd);
    for round in 0..12 {
        let mut pick = |count: usize| (0..count).map(|_| ids[dice.below(ids.len())]).collect::<Vec<_>>();
        let (tips, hidden) = (pick(1 + round % 3), pick(round % 4));
        let found = new_commits(&repo, &tips, &hidden).unwrap();
        assert!(!found.shallow);
        assert_parents_first(&repo, &found.commits);
        let found: HashSet<_> = found.commits.into_iter().map(|id| id.to_string()).collect();
        assert_eq!(found, exact(&scratch, &tips, &hidden));
        let (one, two) = (&tips[0], &ids[dice.below(ids.len())]);
        let yes =
            scratch.git_env(&[], &["merge-base", "--is-ancestor", &one.to_string(), &two.to_string()]).status.success();
        assert_eq!(is_ancestor(&repo, one, two).unwrap(), yes);
    }
}

#[test]
fn new_commits_are_what_git_says() {
    walks(1, 0);
    walks(2, 30);
}

#[test]
fn skewed_dates_change_nothing() {
    walks(3, 5_000);
    walks(4, 100_000_000);
}

#[test]
fn a_far_future_root_hides_no_new_commit() {
    let scratch = Scratch::new();
    scratch.set_time(4_000_000_000);
    let root = scratch.commit("future");
    scratch.set_time(1_000_000_000);
    let mut expected = Vec::new();
    for _ in 0..20 {
        expected.push(scratch.commit("past"));
    }
    let found = new_commits(&scratch.repo(), &expected[19..], from_ref(&root)).unwrap();
    assert_eq!(found.commits, expected);
    assert!(is_ancestor(&scratch.repo(), &root, &expected[19]).unwrap());
    assert!(!is_ancestor(&scratch.repo(), &expected[19], &root).unwrap());
    assert!(is_ancestor(&scratch.repo(), &root, &root).unwrap());
    assert!(new_commits(&scratch.repo(), from_ref(&root), from_ref(&root)).unwrap().commits.is_empty());
}
