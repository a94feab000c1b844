//! The index read as a stream, against the index read whole and against `git diff-index`, over made-up indexes.

use std::collections::BTreeSet;
use std::fs;

use ackgate::change::{ObjectId, RepoPath};
use ackgate::shell::git::{Repo, changes_between, staged};

use crate::both_ways::{feed, index_info, made};
use crate::support::{Dice, Scratch};

/// Commits, and what entries may hold.
fn repository(init: &[&str], seed: u64) -> (Scratch, Vec<ObjectId>, Vec<String>) {
    let scratch = made(init, seed, 40);
    let commits =
        scratch.git(&["rev-list", "--all", "-n", "12"]).lines().map(|id| ObjectId::from_hex(id).unwrap()).collect();
    let filter = ["rev-list", "--objects", "--all", "--filter=object:type=blob", "--filter-provided-objects"];
    let blobs = scratch.git(&[&filter[..], &["--no-object-names"]].concat());
    (scratch, commits, blobs.lines().map(str::to_owned).take(8).collect())
}

/// Runs git where it may refuse: what is staged already can be in the way.
fn tried(scratch: &Scratch, args: &[&str]) {
    let output = scratch.command(scratch.root(), "git").args(args).output().unwrap();
    assert!(output.status.code().is_some());
}

/// Makes the index another, as git's commands leave it: cache trees that are there whole, in part or not at all.
fn shake(scratch: &Scratch, dice: &mut Dice, commits: &[ObjectId], blobs: &[String]) {
    match dice.below(10) {
        0 => drop(scratch.git(&["read-tree", &commits[dice.below(commits.len())].to_string()])),
        1 | 2 => {
            tried(scratch, &["write-tree"]);
        }
        3 => {
            let folder = ["dir", "a", "b", "A"][dice.below(4)];
            scratch.write(format!("{folder}/intended"), "x");
            tried(scratch, &["add", "-f", "-N", &format!("{folder}/intended")]);
        }
        4 => drop(scratch.git(&["update-index", "--index-version", ["2", "3", "4"][dice.below(3)]])),
        5 => {
            let tree = &commits[dice.below(commits.len())].to_string();
            tried(scratch, &["read-tree", "--prefix=dir/sub/", tree]);
        }
        _ => {
            let info = index_info(dice, blobs);
            let lines: Vec<&[u8]> = info.split_inclusive(|byte| *byte == 0).collect();
            let start = dice.below(lines.len());
            let some = lines[start..lines.len().min(start + 1 + dice.below(4))].concat();
            feed(scratch, &["update-index", "-z", "--replace", "--index-info"], &some);
        }
    }
}

/// The paths of `git diff-index --cached` against a commit.
fn said_by_git(scratch: &Scratch, commit: &ObjectId) -> BTreeSet<RepoPath> {
    let arguments = ["--cached", "--name-only", "-z", "--no-renames", "--ignore-submodules=none"];
    let commit = commit.to_string();
    let arguments = [&["diff-index"], &arguments[..], &["--ita-invisible-in-index", &commit]].concat();
    let output = scratch.command(scratch.root(), "git").args(arguments).output().unwrap();
    assert!(output.status.success());
    output.stdout.split(|byte| *byte == 0).filter(|path| !path.is_empty()).map(RepoPath::new).collect()
}

fn agree(init: &[&str], seed: u64, rounds: usize) -> usize {
    let (scratch, commits, blobs) = repository(init, seed);
    let mut dice = Dice::new(seed);
    let mut cases = 0;
    for round in 0..rounds {
        shake(&scratch, &mut dice, &commits, &blobs);
        let (quick, plain) =
            (Repo::open_other(scratch.root()).unwrap(), Repo::open_other(scratch.root()).unwrap().plainly());
        let one = staged(&quick, &[]).unwrap();
        assert_eq!(one, staged(&plain, &[]).unwrap(), "{round}");
        for commit in &commits {
            let parents = std::slice::from_ref(commit);
            assert_eq!(staged(&quick, parents).unwrap(), staged(&plain, parents).unwrap(), "{round}, {commit:?}");
            cases += 1;
        }
        if round % 4 == 0 {
            let paths: BTreeSet<RepoPath> = one.into_iter().map(|change| change.path).collect();
            assert_eq!(paths, said_by_git(&scratch, &scratch.id("HEAD")), "{round}");
        }
    }
    cases
}

#[test]
fn an_index_says_the_same_however_it_is_read() {
    assert!(agree(&[], 11, 200) > 2000);
}

#[test]
fn an_index_of_sha256_says_the_same_however_it_is_read() {
    agree(&["--object-format=sha256"], 12, 8);
}

/// Where the tree of the root stands in an index whose cache tree is whole.
fn root_of(index: &[u8]) -> usize {
    let start = index.windows(4).rposition(|four| four == b"TREE").unwrap() + 8;
    start + index[start..].iter().position(|byte| *byte == b'\n').unwrap() + 1
}

#[test]
fn a_cache_tree_is_taken_as_git_commit_takes_it() {
    let scratch = Scratch::new();
    for path in ["a", "dir/b"] {
        scratch.write(path, "one\n");
    }
    let first = scratch.commit("first");
    scratch.write("dir/b", "two\n");
    let second = scratch.commit("second");
    let file = scratch.root().join(".git/index");
    let index = fs::read(&file).unwrap();
    let repo = || Repo::open_other(scratch.root()).unwrap();
    assert_eq!(staged(&repo(), &[]).unwrap(), []);

    // The entries are those of HEAD; what git writes is not.
    let tree = scratch.git(&["rev-parse", &format!("{}^{{tree}}", first)]);
    let bytes: Vec<u8> = (0..20).map(|at| u8::from_str_radix(&tree[2 * at..2 * at + 2], 16).unwrap()).collect();
    let root = root_of(&index);
    let mut lying = index.clone();
    lying[root..root + 20].copy_from_slice(&bytes);
    fs::write(&file, &lying).unwrap();
    assert_eq!(scratch.git(&["write-tree"]), tree);
    assert_eq!(staged(&repo(), &[]).unwrap(), changes_between(&repo(), Some(&second), &first).unwrap());

    // git passes over a tree that is not there, and goes by the entries.
    let mut nowhere = index.clone();
    nowhere[root..root + 20].fill(7);
    fs::write(&file, &nowhere).unwrap();
    assert_eq!(staged(&repo(), &[]).unwrap(), []);

    let end = index.len() - 20;
    for (what, index) in [
        ("no number", [&index[..root - 4], b"x 1\n", &index[root..]].concat()),
        ("another number of entries", [&index[..root - 4], b"3 1\n", &index[root..]].concat()),
        ("longer than it says", [&index[..root - 4], b"+2 1\n", &index[root..]].concat()),
        ("a second one", [&index[..end], b"TREE\0\0\0\x06\0-1 0\n", &index[end..]].concat()),
    ] {
        fs::write(&file, &index).unwrap();
        let error = staged(&repo(), &[]).unwrap_err().to_string();
        assert!(error.contains("cache tree"), "{what}: {error}");
    }
}
