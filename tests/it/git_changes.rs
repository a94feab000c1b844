//! What is staged, committed and lying about, against what git says.

use std::fs;
use std::os::unix::fs::{PermissionsExt, symlink};

use ackgate::change::{Kind, ObjectId, RepoPath};
use ackgate::shell::git::{
    FileAt, Repo, changes_between, commit_changes, githead_parents, merge_parents, staged, versions, worktree,
    worktree_file,
};

use crate::support::{Scratch, names, new_kind, short};

/// A repository with a few files and one commit.
fn started() -> Scratch {
    let scratch = Scratch::new();
    for name in ["a", "b", "dir/c", "dir/d", "other/e"] {
        scratch.write(name, format!("{name}\n"));
    }
    scratch.commit("start");
    scratch
}

/// Puts a second branch with `theirs` beside a commit of `ours`, and is on ours.
fn forked(ours: &[(&str, &str)], theirs: &[(&str, &str)]) -> Scratch {
    let scratch = started();
    scratch.git(&["branch", "theirs"]);
    ours.iter().for_each(|(path, text)| scratch.write(path, text));
    scratch.commit("ours");
    scratch.git(&["checkout", "-q", "theirs"]);
    theirs.iter().for_each(|(path, text)| scratch.write(path, text));
    scratch.commit("theirs");
    scratch.git(&["checkout", "-q", "main"]);
    scratch
}

#[test]
fn staged_adds_edits_deletes_and_renames() {
    let scratch = started();
    scratch.write("new", "new\n");
    scratch.write("a", "edited\n");
    scratch.git(&["rm", "-q", "b"]);
    scratch.git(&["mv", "dir/c", "moved"]);
    scratch.git(&["add", "-A"]);
    scratch.write("other/e", "only in the worktree\n");
    let expected = ["M a", "D b", "D dir/c", "A moved", "A new"];
    assert_eq!(short(&staged(&scratch.repo(), &[]).unwrap()), expected);
}

#[test]
fn configuration_and_attributes_hide_nothing() {
    let scratch = started();
    for (key, value) in [
        ("core.fileMode", "false"),
        ("core.symlinks", "false"),
        ("core.ignoreCase", "true"),
        ("core.autocrlf", "true"),
        ("diff.ignoreSubmodules", "all"),
        ("diff.renames", "copies"),
        ("core.attributesFile", "/dev/null"),
    ] {
        scratch.git(&["config", key, value]);
    }
    scratch.write(".git/info/attributes", "* -diff -text\n");
    scratch.git(&["update-index", "--chmod=+x", "a"]);
    let blob = scratch.id("HEAD:b").to_string();
    scratch.git(&["update-index", "--cacheinfo", &format!("120000,{blob},b")]);
    let commit = scratch.id("HEAD").to_string();
    scratch.git(&["update-index", "--cacheinfo", &format!("160000,{commit},dir/c")]);
    scratch.git(&["update-index", "--add", "--cacheinfo", &format!("100644,{blob},DIR/D")]);
    let changes = staged(&scratch.repo(), &[]).unwrap();
    assert_eq!(short(&changes), ["A DIR/D", "T a", "T b", "T dir/c"]);
    assert_eq!(new_kind(&changes, "a"), Kind::Executable);
    assert_eq!(new_kind(&changes, "b"), Kind::Symlink);
    assert_eq!(new_kind(&changes, "dir/c"), Kind::Submodule);
    let commit = scratch.commit_staged("odd");
    assert_eq!(commit_changes(&scratch.repo(), &commit).unwrap(), changes);
}

#[test]
fn a_submodule_that_moves_on_counts_whatever_gitmodules_says() {
    let scratch = started();
    let id = scratch.id("HEAD").to_string();
    scratch.write(".gitmodules", "[submodule \"sub\"]\n\tpath = sub\n\turl = ./sub\n\tignore = all\n");
    scratch.git(&["add", ".gitmodules"]);
    scratch.git(&["update-index", "--add", "--cacheinfo", &format!("160000,{id},sub")]);
    let second = scratch.commit_staged("sub").to_string();
    scratch.git(&["update-index", "--cacheinfo", &format!("160000,{second},sub")]);
    assert_eq!(short(&staged(&scratch.repo(), &[]).unwrap()), ["M sub"]);
}

#[test]
fn a_folder_replaced_by_a_link_or_file_takes_its_files_along() {
    let scratch = started();
    fs::remove_dir_all(scratch.root().join("dir")).unwrap();
    symlink("other", scratch.root().join("dir")).unwrap();
    assert_eq!(short(&worktree(&scratch.repo()).unwrap()), ["A dir", "D dir/c", "D dir/d"]);
    scratch.git(&["add", "-A"]);
    let changes = staged(&scratch.repo(), &[]).unwrap();
    assert_eq!(short(&changes), ["A dir", "D dir/c", "D dir/d"]);
    assert_eq!(new_kind(&changes, "dir"), Kind::Symlink);
    let commit = scratch.commit_staged("link");
    assert_eq!(commit_changes(&scratch.repo(), &commit).unwrap(), changes);
}

#[test]
fn intent_to_add_is_no_part_of_the_commit() {
    let scratch = started();
    scratch.write("new", "new\n");
    scratch.git(&["add", "-N", "new"]);
    assert!(staged(&scratch.repo(), &[]).unwrap().is_empty());
    scratch.git(&["rm", "-q", "--cached", "a"]);
    scratch.git(&["add", "-N", "a"]);
    assert_eq!(short(&staged(&scratch.repo(), &[]).unwrap()), ["D a"]);
}

#[test]
fn before_the_first_commit_everything_is_added() {
    let scratch = Scratch::new();
    assert!(staged(&scratch.repo(), &[]).unwrap().is_empty());
    scratch.write("x/y", "1");
    scratch.git(&["add", "-A"]);
    assert_eq!(short(&staged(&scratch.repo(), &[]).unwrap()), ["A x/y"]);
    let root = scratch.commit("root");
    assert_eq!(short(&commit_changes(&scratch.repo(), &root).unwrap()), ["A x/y"]);
}

#[test]
fn names_are_bytes() {
    let scratch = Scratch::new();
    let odd: [&[u8]; 4] = [b"new\nline", b"quo\"te", b"\xff\xfe", b"sp ace/\xe9t\xe9"];
    odd.iter().for_each(|name| scratch.write_bytes(name, "x"));
    scratch.git(&["add", "-A"]);
    let mut expected: Vec<_> = odd.iter().map(|name| RepoPath::new(*name)).collect();
    expected.sort();
    let paths = |changes: Vec<ackgate::change::Change>| changes.into_iter().map(|c| c.path).collect::<Vec<_>>();
    assert_eq!(paths(staged(&scratch.repo(), &[]).unwrap()), expected);
    assert_eq!(paths(worktree(&scratch.repo()).unwrap()), expected);
    let commit = scratch.commit("odd");
    assert_eq!(paths(commit_changes(&scratch.repo(), &commit).unwrap()), expected);
    let file = scratch.repo().file_at(Some(&commit), &RepoPath::new(*b"\xff\xfe")).unwrap();
    assert!(matches!(file, FileAt::File { bytes, .. } if bytes == b"x"));
}

#[test]
fn split_and_sparse_indexes_are_read_by_git() {
    let scratch = started();
    scratch.git(&["update-index", "--split-index"]);
    scratch.write("a", "edited\n");
    scratch.git(&["add", "a"]);
    assert_eq!(short(&staged(&scratch.repo(), &[]).unwrap()), ["M a"]);
    assert_eq!(short(&worktree(&scratch.repo()).unwrap()), ["M a"]);
    scratch.git(&["update-index", "--no-split-index"]);

    scratch.git(&["reset", "-q", "--hard"]);
    scratch.git(&["sparse-checkout", "set", "--cone", "--sparse-index", "dir"]);
    assert!(staged(&scratch.repo(), &[]).unwrap().is_empty());
    assert!(worktree(&scratch.repo()).unwrap().is_empty());
    scratch.write("dir/c", "edited\n");
    assert_eq!(short(&worktree(&scratch.repo()).unwrap()), ["M dir/c"]);
    scratch.git(&["rm", "-q", "--cached", "--sparse", "other/e"]);
    assert_eq!(short(&staged(&scratch.repo(), &[]).unwrap()), ["D other/e"]);
}

#[test]
fn an_index_that_nobody_can_read_is_an_error() {
    let scratch = started();
    let index = scratch.root().join(".git/index");
    let whole = fs::read(&index).unwrap();
    for broken in [b"DIRX".as_slice(), &whole[..whole.len() / 2]] {
        fs::write(&index, broken).unwrap();
        let error = staged(&scratch.repo(), &[]).unwrap_err();
        assert!(error.hints()[0].contains("git status"), "{error}");
        let error = staged(&Repo::open_other_by_git(scratch.root()).unwrap(), &[]).unwrap_err();
        assert!(error.hints()[0].contains("git status"), "{error}");
    }
}

#[test]
fn flags_in_the_index_hide_nothing() {
    let scratch = started();
    scratch.write("a", "edited\n");
    scratch.git(&["add", "a"]);
    scratch.git(&["update-index", "--assume-unchanged", "a"]);
    scratch.git(&["update-index", "--skip-worktree", "a", "b"]);
    scratch.write("b", "edited too\n");
    scratch.git(&["config", "core.fileMode", "false"]);
    fs::set_permissions(scratch.root().join("dir/c"), fs::Permissions::from_mode(0o755)).unwrap();
    assert_eq!(short(&staged(&scratch.repo(), &[]).unwrap()), ["M a"]);
    assert_eq!(short(&worktree(&scratch.repo()).unwrap()), ["M a", "M b", "T dir/c"]);
}

#[test]
fn every_index_version_reads_alike() {
    let scratch = started();
    scratch.write(format!("long/{}", "n".repeat(200)), "x");
    scratch.write("a", "edited\n");
    scratch.git(&["add", "-A"]);
    let expected = staged(&scratch.repo(), &[]).unwrap();
    for version in ["2", "3", "4"] {
        scratch.git(&["update-index", "--index-version", version]);
        scratch.git(&["update-index", "--untracked-cache"]);
        assert_eq!(staged(&scratch.repo(), &[]).unwrap(), expected);
    }
}

#[test]
fn the_worktree_has_staged_unstaged_and_untracked_files() {
    let scratch = started();
    scratch.write("a", "unstaged\n");
    scratch.write("b", "staged\n");
    scratch.git(&["add", "b"]);
    scratch.write("b", "b\n");
    scratch.write("new/file", "x");
    scratch.write(".gitignore", "ignored\n");
    scratch.write("ignored", "x");
    fs::remove_file(scratch.root().join("dir/c")).unwrap();
    fs::create_dir(scratch.root().join("nested")).unwrap();
    scratch.git_in(&scratch.root().join("nested"), &["init", "-q"]);
    scratch.git_in(&scratch.root().join("nested"), &["commit", "-q", "--allow-empty", "-m", "nested"]);
    let changes = worktree(&scratch.repo()).unwrap();
    // `b` is back to what HEAD has: a commit of everything would not touch it.
    assert_eq!(short(&changes), ["A .gitignore", "M a", "D dir/c", "A nested", "A new/file"]);
    assert_eq!(new_kind(&changes, "nested"), Kind::Submodule);
    let file = worktree_file(&scratch.repo(), &RepoPath::from("a")).unwrap();
    assert!(matches!(file, FileAt::File { bytes, .. } if bytes == b"unstaged\n"));
    assert_eq!(worktree_file(&scratch.repo(), &RepoPath::from("dir/c")).unwrap(), FileAt::Missing);
}

#[test]
fn line_ends_that_git_converts_are_no_change() {
    let scratch = started();
    scratch.write("a", "a\r\n");
    assert_eq!(short(&worktree(&scratch.repo()).unwrap()), ["M a"]);
    scratch.git(&["config", "core.autocrlf", "true"]);
    assert!(worktree(&scratch.repo()).unwrap().is_empty());
}

#[test]
fn a_clean_merge_changes_only_what_differs_from_every_parent() {
    let scratch = forked(&[("a", "ours\n")], &[("b", "theirs\n")]);
    scratch.git(&["merge", "-q", "--no-commit", "--no-ff", "theirs"]);
    let repo = scratch.repo();
    let others = merge_parents(&repo).unwrap();
    assert_eq!(others, [scratch.id("theirs")]);
    assert_eq!(short(&staged(&repo, &[]).unwrap()), ["M b"]);
    assert!(staged(&repo, &others).unwrap().is_empty());
    let named = githead_parents(&repo, names(&[&format!("GITHEAD_{}", others[0]), "GITHEAD_x", "HOME"])).unwrap();
    assert_eq!(named, others);
    assert!(githead_parents(&repo, names(&[&format!("GITHEAD_{}", "0".repeat(40))])).is_err());
    let clean = scratch.commit_staged("merge");
    assert!(commit_changes(&scratch.repo(), &clean).unwrap().is_empty());
}

#[test]
fn an_evil_merge_shows_what_it_slips_in() {
    let scratch = forked(&[("a", "ours\n")], &[("b", "theirs\n")]);
    scratch.git(&["merge", "-q", "--no-commit", "--no-ff", "theirs"]);
    scratch.write("dir/c", "evil\n");
    scratch.write("b", "neither\n");
    scratch.git(&["add", "-A"]);
    let repo = scratch.repo();
    let changes = staged(&repo, &merge_parents(&repo).unwrap()).unwrap();
    assert_eq!(short(&changes), ["M b", "M dir/c"]);
    let evil = scratch.commit_staged("merge");
    assert_eq!(commit_changes(&scratch.repo(), &evil).unwrap(), changes);
}

#[test]
fn a_conflict_counts_once() {
    let scratch = forked(&[("a", "ours\n")], &[("a", "theirs\n")]);
    assert!(!scratch.git_env(&[], &["merge", "-q", "theirs"]).status.success());
    let repo = scratch.repo();
    let others = merge_parents(&repo).unwrap();
    assert_eq!(short(&staged(&repo, &others).unwrap()), ["M a"]);
    scratch.write("a", "theirs\n");
    scratch.git(&["add", "a"]);
    assert!(staged(&scratch.repo(), &others).unwrap().is_empty());
    scratch.write(".git/MERGE_HEAD", "rubbish\n");
    assert!(merge_parents(&repo).is_err());
}

#[test]
fn an_octopus_is_held_against_each_parent() {
    let scratch = forked(&[("a", "ours\n")], &[("b", "theirs\n")]);
    scratch.git(&["checkout", "-q", "-b", "third", "main~1"]);
    scratch.write("dir/d", "third\n");
    scratch.commit("third");
    scratch.git(&["checkout", "-q", "main"]);
    scratch.git(&["merge", "-q", "--no-commit", "theirs", "third"]);
    let repo = scratch.repo();
    let others = merge_parents(&repo).unwrap();
    assert_eq!(others.len(), 2);
    assert!(staged(&repo, &others).unwrap().is_empty());
    scratch.write("new", "x");
    scratch.git(&["add", "-A"]);
    assert_eq!(short(&staged(&scratch.repo(), &others).unwrap()), ["A new"]);
    let commit = scratch.commit_staged("octopus");
    assert_eq!(short(&commit_changes(&scratch.repo(), &commit).unwrap()), ["A new"]);
}

#[test]
fn any_two_commits_can_be_compared() {
    let scratch = forked(&[("a", "ours\n")], &[("b", "theirs\n")]);
    let (main, theirs) = (scratch.id("main"), scratch.id("theirs"));
    let changes = changes_between(&scratch.repo(), Some(&main), &theirs).unwrap();
    assert_eq!(short(&changes), ["M a", "M b"]);
}

#[test]
fn a_tree_with_a_name_twice_is_refused() {
    let scratch = started();
    let blob = scratch.id("HEAD:a").to_string();
    let raw: Vec<u8> = (0..40).step_by(2).map(|at| u8::from_str_radix(&blob[at..at + 2], 16).unwrap()).collect();
    let mut tree = Vec::new();
    for _ in 0..2 {
        tree.extend_from_slice(b"100644 a\0");
        tree.extend_from_slice(&raw);
    }
    scratch.write("tree", tree);
    let tree = scratch.git(&["hash-object", "--literally", "-w", "-t", "tree", "tree"]);
    let commit = ObjectId::from_hex(scratch.git(&["commit-tree", "-m", "bad", &tree])).unwrap();
    assert!(commit_changes(&scratch.repo(), &commit).is_err());
}

#[test]
fn the_history_of_a_file_is_where_it_changed() {
    let scratch = forked(&[("log", "1\n")], &[("b", "theirs\n"), ("log", "2\n")]);
    scratch.write("a", "unrelated\n");
    scratch.commit("unrelated");
    assert!(!scratch.git_env(&[], &["merge", "-q", "theirs"]).status.success());
    scratch.write("log", "1\n");
    let merge = scratch.commit("merge");
    fs::remove_file(scratch.root().join("log")).unwrap();
    let gone = scratch.commit("gone");
    let repo = scratch.repo();
    let found = versions(&repo, &gone, &RepoPath::from("log")).unwrap();
    let mut ids: Vec<_> = found.iter().map(|version| version.commit.id).collect();
    assert_eq!(ids[..2], [gone, merge]);
    ids.sort();
    let full = scratch.git(&["rev-list", "--full-history", "-m", "HEAD", "--", "log"]);
    let mut expected: Vec<_> = full.lines().map(|id| ObjectId::from_hex(id).unwrap()).collect();
    expected.sort();
    expected.dedup();
    assert_eq!(ids, expected);
    let last = &found[0];
    assert_eq!((last.blob.is_none(), last.parent_blobs.len()), (true, 1));
    assert_eq!(found[1].parent_blobs.iter().filter(|blob| blob.as_ref() == Some(&found[1].blob)).count(), 1);
}
