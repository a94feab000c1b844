//! Opening repositories, reading commits and references, the default branch.

use std::fs;
use std::path::Path;

use ackgate::change::{ObjectId, RepoPath};
use ackgate::shell::git::{
    DefaultBranch, Entry, FileAt, Parent, Repo, commit_changes, default_branch, is_ancestor, new_commits, upstream,
    versions,
};

use crate::support::Scratch;

fn branch(name: &str, commit: &ObjectId) -> Option<DefaultBranch> {
    Some(DefaultBranch { name: name.to_owned(), commit: *commit })
}

#[test]
fn opens_worktrees_linked_worktrees_and_bare_repositories() {
    let scratch = Scratch::new();
    scratch.write("dir/a", "1");
    let first = scratch.commit("first");
    let linked = scratch.beside("linked");
    scratch.git(&["worktree", "add", "-q", "-b", "side", linked.to_str().unwrap()]);
    let repo = Repo::open_other(&linked).unwrap();
    assert_eq!(repo.root(), Some(linked.as_path()));
    assert_eq!(repo.head_branch().unwrap().as_deref(), Some("refs/heads/side"));
    assert_eq!(repo.head().unwrap(), Some(first));
    assert_eq!(repo.common_dir().canonicalize().unwrap(), scratch.root().join(".git"));
    assert!(repo.is_same_repository(&scratch.repo()).unwrap());

    let inside = Repo::open(Some(&scratch.root().join("dir"))).unwrap();
    assert_eq!(inside.root(), Some(scratch.root()));

    let bare = scratch.beside("bare.git");
    scratch.git(&["clone", "-q", "--bare", ".", bare.to_str().unwrap()]);
    let repo = Repo::open_other(&bare).unwrap();
    assert!(repo.is_bare());
    assert_eq!(repo.head().unwrap(), Some(first));
    assert!(!repo.is_same_repository(&scratch.repo()).unwrap());
}

#[test]
fn what_is_no_repository_says_so() {
    let folder = tempfile::tempdir().unwrap();
    let error = Repo::open_other(folder.path()).err().unwrap();
    assert!(error.hints()[0].contains("--repo"), "{error}");
    assert!(Repo::open(Some(Path::new("/nowhere/at/all"))).is_err());
    // Neither libgit2 nor git knows what it does not know.
    let scratch = Scratch::new();
    scratch.git(&["config", "core.repositoryFormatVersion", "1"]);
    scratch.git(&["config", "extensions.yetToCome", "true"]);
    let error = Repo::open_other(scratch.root()).err().unwrap().to_string();
    assert!(error.matches("yettocome").count() == 2, "{error}");
    let inside = scratch.beside("here/inside");
    fs::create_dir(&inside).unwrap();
    scratch.git(&["config", "--file", ".git/config", "core.repositoryFormatVersion", "0"]);
    assert!(Repo::open_other(&inside).is_err());
    assert!(Repo::open(Some(&inside)).is_ok());
}

#[test]
fn an_unborn_head_is_none_and_a_broken_one_an_error() {
    let scratch = Scratch::new();
    let repo = scratch.repo();
    assert_eq!(repo.head().unwrap(), None);
    assert_eq!(repo.head_branch().unwrap().as_deref(), Some("refs/heads/main"));
    assert_eq!(upstream(&repo).unwrap(), None);
    scratch.write(".git/refs/heads/main", "rubbish\n");
    assert!(scratch.repo().head().is_err());
}

#[test]
fn reads_commits_by_hand() {
    let scratch = Scratch::new();
    scratch.write("dir/a", "1");
    let first = scratch.commit("first");
    let second = scratch.commit("second");
    let repo = scratch.repo();
    let commit = repo.commit(&second).unwrap();
    assert_eq!(commit.parents, [Parent::Known(first)]);
    assert_eq!(commit.tree, scratch.id("HEAD^{tree}"));
    assert_eq!((commit.author().email.as_str(), commit.time()), ("ada@agentos.example", 1_700_000_120));
    assert!(matches!(repo.entry(&second, &RepoPath::from("dir")).unwrap(), Some(Entry::Folder(_))));
    assert_eq!(repo.entry(&second, &RepoPath::from("dir/a/b")).unwrap(), None);
    assert_eq!(repo.file_at(Some(&second), &RepoPath::from("dir")).unwrap(), FileAt::NotAFile(None));
    assert_eq!(repo.file_at(None, &RepoPath::from("dir")).unwrap(), FileAt::Missing);
    assert!(repo.commit(&commit.tree).is_err());
    assert!(repo.read(&commit.tree).is_err());
    assert!(repo.commit(&ObjectId::Sha1([0x11; 20])).is_err());
    assert!(!repo.contains(&ObjectId::Sha1([0x11; 20])).unwrap());
}

#[test]
fn resolves_revisions_and_tags_to_commits() {
    let scratch = Scratch::new();
    let first = scratch.commit("first");
    let second = scratch.commit("second");
    scratch.git(&["tag", "-a", "-m", "t", "v1", "HEAD~1"]);
    scratch.git(&["tag", "-a", "-m", "t", "v2", "v1"]);
    scratch.git(&["tag", "-a", "-m", "t", "tree", "HEAD^{tree}"]);
    let repo = scratch.repo();
    assert_eq!(repo.resolve("v2").unwrap(), first);
    assert_eq!(repo.resolve("main~1").unwrap(), first);
    assert_eq!(repo.resolve(&second.to_string()).unwrap(), second);
    assert_eq!(repo.peel_to_commit(&scratch.id("tree")).unwrap(), None);
    for bad in ["", "-x", "--all", "nothing", "tree", "HEAD:"] {
        assert!(repo.resolve(bad).is_err(), "{bad}");
    }
}

#[test]
fn grafts_and_replace_refs_have_no_say() {
    let scratch = Scratch::new();
    scratch.write("a", "1");
    let first = scratch.commit("first");
    scratch.write("a", "2");
    let second = scratch.commit("second");
    scratch.write("a", "3");
    let third = scratch.commit("third");
    scratch.write(".git/info/grafts", format!("{} {}\n", third, first));
    scratch.git(&["replace", &second.to_string(), &first.to_string()]);
    let repo = scratch.repo();
    assert_eq!(repo.commit(&third).unwrap().parents, [Parent::Known(second)]);
    assert_eq!(repo.commit(&second).unwrap().parents, [Parent::Known(first)]);
    let tips = [third];
    assert_eq!(new_commits(&repo, &tips, &[first]).unwrap().commits, [second, third]);
    assert!(is_ancestor(&repo, &second, &third).unwrap());
    assert_eq!(commit_changes(&repo, &third).unwrap()[0].old.as_ref().unwrap().id, old_blob(&repo, &second));
    assert!(repo.resolve("HEAD~1").is_err());
    assert_eq!(repo.resolve("HEAD").unwrap(), third);
}

fn old_blob(repo: &Repo, commit: &ObjectId) -> ObjectId {
    match repo.file_at(Some(commit), &RepoPath::from("a")).unwrap() {
        FileAt::File { id, .. } => id,
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_shallow_clone_knows_where_it_ends() {
    let scratch = Scratch::new();
    let mut ids = Vec::new();
    for n in 0..5 {
        scratch.write("log", n.to_string());
        ids.push(scratch.commit("c"));
    }
    let clone = scratch.beside("clone");
    let url = format!("file://{}", scratch.root().display());
    scratch.git(&["clone", "-q", "--depth=2", &url, clone.to_str().unwrap()]);
    let repo = Repo::open_other(&clone).unwrap();
    assert!(repo.is_shallow_boundary(&ids[3]).unwrap());
    assert_eq!(repo.commit(&ids[3]).unwrap().parents, [Parent::Unknown(ids[2])]);
    let all = new_commits(&repo, &ids[4..], &[]).unwrap();
    assert_eq!((all.commits.as_slice(), all.shallow), (&ids[3..], true));
    let one = new_commits(&repo, &ids[4..], &ids[3..4]).unwrap();
    assert_eq!((one.commits.as_slice(), one.shallow), (&ids[4..], false));
    assert!(is_ancestor(&repo, &ids[3], &ids[4]).unwrap());
    assert!(commit_changes(&repo, &ids[4]).is_ok());
    let error = commit_changes(&repo, &ids[3]).unwrap_err();
    assert!(error.hints()[0].contains("--unshallow"), "{error}");
    let log = versions(&repo, &ids[4], &RepoPath::from("log")).unwrap();
    assert_eq!((log.len(), &log[1].parent_blobs), (2, &vec![None]));
    assert!(log[1].has_unknown_parent());

    scratch.git_in(&clone, &["checkout", "-q", "--orphan", "else"]);
    scratch.git_in(&clone, &["commit", "-q", "-m", "else"]);
    let orphan = ObjectId::from_hex(scratch.git_in(&clone, &["rev-parse", "HEAD"])).unwrap();
    assert!(is_ancestor(&repo, &orphan, &ids[4]).is_ok_and(|yes| !yes));
}

#[test]
fn a_blob_that_a_partial_clone_left_out_is_an_error() {
    let scratch = Scratch::new();
    scratch.write("a", "1");
    let commit = scratch.commit("first");
    scratch.git(&["config", "uploadpack.allowFilter", "true"]);
    let (clone, url) = (scratch.beside("clone"), format!("file://{}", scratch.root().display()));
    scratch.git(&["clone", "-q", "--no-checkout", "--filter=blob:none", &url, clone.to_str().unwrap()]);
    let repo = Repo::open_other(&clone).unwrap();
    assert_eq!(commit_changes(&repo, &commit).unwrap().len(), 1);
    let error = repo.file_at(Some(&commit), &RepoPath::from("a")).unwrap_err();
    assert!(error.hints()[0].contains("--refetch"), "{error}");
}

#[test]
fn a_missing_parent_is_an_error() {
    let scratch = Scratch::new();
    let first = scratch.commit("first");
    let second = scratch.commit("second");
    fs::remove_file(scratch.root().join(".git/objects").join(&first.to_string()[..2]).join(&first.to_string()[2..]))
        .unwrap();
    let repo = scratch.repo();
    let error = new_commits(&repo, std::slice::from_ref(&second), &[]).unwrap_err();
    assert!(error.to_string().contains("incomplete"), "{error}");
    assert!(commit_changes(&repo, &second).is_err());
}

#[test]
fn the_default_branch_of_a_clone() {
    let scratch = Scratch::new();
    let first = scratch.commit("first");
    scratch.git(&["branch", "other"]);
    let second = scratch.commit("second");
    let clone = scratch.beside("clone");
    scratch.git(&["clone", "-q", scratch.root().to_str().unwrap(), clone.to_str().unwrap()]);
    let repo = Repo::open_other(&clone).unwrap();
    assert_eq!(default_branch(&repo).unwrap(), branch("refs/remotes/origin/main", &second));
    assert_eq!(upstream(&repo).unwrap(), Some(("refs/remotes/origin/main".to_owned(), second)));
    scratch.git_in(&clone, &["config", "ackgate.trustedRef", "origin/other"]);
    assert_eq!(default_branch(&Repo::open_other(&clone).unwrap()).unwrap(), branch("origin/other", &first));
    scratch.git_in(&clone, &["tag", "origin/other", "origin/main"]);
    assert_eq!(default_branch(&Repo::open_other(&clone).unwrap()).unwrap(), branch("origin/other", &first));
    scratch.git_in(&clone, &["config", "ackgate.trustedRef", "origin/gone"]);
    assert!(default_branch(&Repo::open_other(&clone).unwrap()).is_err());
    scratch.git_in(&clone, &["config", "--unset", "ackgate.trustedRef"]);
    scratch.git_in(&clone, &["remote", "set-head", "origin", "-d"]);
    assert!(default_branch(&Repo::open_other(&clone).unwrap()).unwrap().is_some());
    scratch.git_in(&clone, &["branch", "-q", "-r", "-d", "origin/main"]);
    let error = default_branch(&Repo::open_other(&clone).unwrap()).unwrap_err();
    assert!(error.hints()[0].contains("set-head"), "{error}");
    assert_eq!(upstream(&Repo::open_other(&clone).unwrap()).unwrap(), None);
}

#[test]
fn a_dangling_origin_head_is_an_error() {
    let scratch = Scratch::new();
    scratch.commit("first");
    scratch.git(&["update-ref", "refs/remotes/origin/main", "HEAD"]);
    scratch.git(&["symbolic-ref", "refs/remotes/origin/HEAD", "refs/remotes/origin/gone"]);
    assert!(default_branch(&scratch.repo()).is_err());
}

#[test]
fn the_default_branch_without_a_remote() {
    let scratch = Scratch::new();
    assert_eq!(default_branch(&scratch.repo()).unwrap(), None);
    let first = scratch.commit("first");
    assert_eq!(default_branch(&scratch.repo()).unwrap(), branch("refs/heads/main", &first));
    scratch.git(&["branch", "-m", "main", "trunk"]);
    assert_eq!(default_branch(&scratch.repo()).unwrap(), branch("refs/heads/trunk", &first));
    scratch.git(&["branch", "second"]);
    assert_eq!(default_branch(&scratch.repo()).unwrap(), None);
    scratch.git(&["checkout", "-q", "--orphan", "fresh"]);
    assert!(default_branch(&scratch.repo()).is_err());
    scratch.git(&["checkout", "-q", "-f", "--detach", "second"]);
    assert!(default_branch(&scratch.repo()).is_err());
    scratch.git(&["config", "init.defaultBranch", "second"]);
    assert_eq!(default_branch(&scratch.repo()).unwrap(), branch("refs/heads/second", &first));
}

#[test]
fn a_bare_repository_trusts_its_head() {
    let bare = Scratch::bare();
    assert_eq!(default_branch(&bare.repo()).unwrap(), None);
    let tree = bare.git(&["hash-object", "-t", "tree", "-w", "/dev/null"]);
    let commit = ObjectId::from_hex(bare.git(&["commit-tree", "-m", "c", &tree])).unwrap();
    bare.git(&["update-ref", "refs/heads/main", &commit.to_string()]);
    assert_eq!(default_branch(&bare.repo()).unwrap(), branch("refs/heads/main", &commit));
}
