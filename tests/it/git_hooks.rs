//! What the room sees from inside a hook, where git's environment counts. The hook runs this very test binary.

use std::env;
use std::path::Path;

use ackgate::shell::git::{Repo, githead_parents, merge_parents, staged, worktree};

use crate::support::{Scratch, short};

/// Not a test by itself: what the hooks below run.
#[test]
#[ignore = "run by the hooks of the other tests"]
fn inside() {
    let Some(out) = env::var_os("ACKGATE_TEST_OUT") else { return };
    let dir = env::var_os("ACKGATE_TEST_DIR");
    let repo = Repo::open(dir.as_deref().map(Path::new)).unwrap();
    let mut others = merge_parents(&repo).unwrap();
    others.extend(githead_parents(&repo, env::vars_os().map(|(name, _)| name)).unwrap());
    let mut lines = vec![format!("root {}", repo.root().map_or("none".into(), |root| root.display().to_string()))];
    lines.extend(short(&staged(&repo, &others).unwrap()));
    if !repo.is_bare() {
        lines.extend(short(&worktree(&repo).unwrap()).into_iter().map(|line| format!("worktree {line}")));
    }
    std::fs::write(out, lines.join("\n")).unwrap();
}

/// The hook's text, and where it writes what it saw.
fn script(scratch: &Scratch, dir: &str) -> String {
    let exe = env::current_exe().unwrap();
    let out = scratch.beside("out");
    format!(
        "ACKGATE_TEST_OUT='{}' {dir} exec '{}' git_hooks::inside --exact --ignored >/dev/null",
        out.display(),
        exe.display()
    )
}

fn seen(scratch: &Scratch) -> Vec<String> {
    let out = scratch.beside("out");
    let text = std::fs::read_to_string(&out).unwrap();
    std::fs::remove_file(out).unwrap();
    text.lines().filter(|line| !line.starts_with("worktree")).map(str::to_owned).collect()
}

/// Repositories that libgit2 reads, and some that git reads for it.
const KINDS: [&[&str]; 2] = [&[], &["--object-format=sha256", "--ref-format=reftable"]];

fn started(kind: &[&str]) -> Scratch {
    let scratch = made(kind);
    ["a", "b", "c"].iter().for_each(|name| scratch.write(name, "1\n"));
    scratch.commit("first");
    scratch.hook("pre-commit", &script(&scratch, ""));
    scratch.hook("pre-merge-commit", &script(&scratch, ""));
    scratch
}

fn made(kind: &[&str]) -> Scratch {
    Scratch::with(&[&["init", "-q", "-b", "main"], kind].concat())
}

fn root(scratch: &Scratch) -> String {
    format!("root {}", scratch.root().display())
}

#[test]
fn sees_the_index_of_each_way_to_commit() {
    for kind in KINDS {
        let scratch = started(kind);
        ["a", "b", "c"].iter().for_each(|name| scratch.write(name, "2\n"));
        scratch.git(&["add", "a"]);
        scratch.git(&["commit", "-q", "-m", "only b", "--", "b"]);
        assert_eq!(seen(&scratch), [root(&scratch), "M b".to_owned()]);
        scratch.git(&["commit", "-q", "-m", "staged"]);
        assert_eq!(seen(&scratch), [root(&scratch), "M a".to_owned()]);
        scratch.git(&["commit", "-q", "-a", "-m", "rest"]);
        assert_eq!(seen(&scratch), [root(&scratch), "M c".to_owned()]);
    }
}

#[test]
fn sees_it_from_a_subfolder_and_a_linked_worktree() {
    for kind in KINDS {
        let scratch = started(kind);
        scratch.write("sub/x", "1");
        scratch.git(&["add", "-A"]);
        scratch.git_in(&scratch.root().join("sub"), &["commit", "-q", "-m", "sub"]);
        assert_eq!(seen(&scratch), [root(&scratch), "A sub/x".to_owned()]);
        let linked = scratch.beside("linked");
        scratch.git(&["worktree", "add", "-q", "-b", "side", linked.to_str().unwrap()]);
        std::fs::write(linked.join("b"), "3\n").unwrap();
        scratch.git_in(&linked, &["commit", "-q", "-a", "-m", "linked"]);
        assert_eq!(seen(&scratch), [format!("root {}", linked.display()), "M b".to_owned()]);
    }
}

#[test]
fn knows_the_root_under_git_dir_and_work_tree() {
    for kind in KINDS {
        let scratch = started(kind);
        let (git_dir, tree) = (scratch.beside("moved.git"), scratch.root().to_path_buf());
        std::fs::rename(scratch.root().join(".git"), &git_dir).unwrap();
        let (git_dir, tree_arg) =
            (format!("--git-dir={}", git_dir.display()), format!("--work-tree={}", tree.display()));
        std::fs::write(tree.join("a"), "9\n").unwrap();
        scratch.git_in(&scratch.beside(""), &[&git_dir, &tree_arg, "commit", "-q", "-a", "-m", "x"]);
        assert_eq!(seen(&scratch), [root(&scratch), "M a".to_owned()]);
        std::fs::write(tree.join("b"), "9\n").unwrap();
        scratch.git_in(&tree, &[&git_dir, "commit", "-q", "-a", "-m", "x"]);
        assert_eq!(seen(&scratch), [root(&scratch), "M b".to_owned()]);
    }
}

#[test]
fn repo_outweighs_the_environment_unless_it_is_the_same() {
    for kind in KINDS {
        let scratch = started(kind);
        let other = made(kind);
        other.write("theirs", "1");
        other.git(&["add", "-A"]);
        scratch.hook("pre-commit", &script(&scratch, &format!("ACKGATE_TEST_DIR='{}'", other.root().display())));
        scratch.write("a", "2\n");
        scratch.git(&["commit", "-q", "-m", "b", "--", "a"]);
        assert_eq!(seen(&scratch), [root(&other), "A theirs".to_owned()]);
        scratch.hook("pre-commit", &script(&scratch, &format!("ACKGATE_TEST_DIR='{}'", scratch.root().display())));
        scratch.write("a", "3\n");
        scratch.git(&["commit", "-q", "-m", "b", "--", "a"]);
        assert_eq!(seen(&scratch), [root(&scratch), "M a".to_owned()]);
    }
}

#[test]
fn a_clean_merge_has_nothing_of_its_own() {
    for kind in KINDS {
        let scratch = started(kind);
        scratch.git(&["checkout", "-q", "-b", "side"]);
        scratch.write("b", "side\n");
        scratch.commit("side");
        scratch.git(&["checkout", "-q", "main"]);
        scratch.write("a", "main\n");
        scratch.commit("main");
        scratch.git(&["merge", "-q", "--no-edit", "side"]);
        assert_eq!(seen(&scratch), [root(&scratch)]);
    }
}

#[test]
fn reads_what_is_in_quarantine() {
    for kind in KINDS {
        let scratch = made(kind);
        scratch.write("a", "1");
        scratch.commit("first");
        let bare = made(&[&["--bare"], kind].concat());
        let exe = env::current_exe().unwrap();
        bare.hook(
            "pre-receive",
            &format!(
                "read old new ref; ACKGATE_TEST_NEW=$new exec '{}' git_hooks::receiving --exact --ignored",
                exe.display()
            ),
        );
        scratch.git(&["push", "-q", bare.root().to_str().unwrap(), "main"]);
        assert_eq!(bare.id("main"), scratch.id("main"));
    }
}

#[test]
fn the_root_of_a_receiver_with_a_worktree_is_not_where_its_hook_runs() {
    for kind in KINDS {
        let scratch = started(kind);
        let clone = scratch.beside("clone");
        scratch.git(&["clone", "-q", ".", clone.to_str().unwrap()]);
        scratch.git(&["config", "receive.denyCurrentBranch", "updateInstead"]);
        scratch.hook("pre-receive", &script(&scratch, ""));
        scratch.git_in(&clone, &["commit", "-q", "--allow-empty", "-m", "x"]);
        scratch.git_in(&clone, &["push", "-q"]);
        assert_eq!(seen(&scratch), [root(&scratch)]);
    }
}

/// Not a test by itself: reads the commit that is being received.
#[test]
#[ignore = "run by the hook of the test above"]
fn receiving() {
    let Ok(new) = env::var("ACKGATE_TEST_NEW") else { return };
    let repo = Repo::open(None).unwrap();
    assert!(repo.is_bare());
    let changes =
        ackgate::shell::git::commit_changes(&repo, &ackgate::change::ObjectId::from_hex(&new).unwrap()).unwrap();
    assert_eq!(short(&changes), ["A a"]);
    assert!(ackgate::shell::git::fetch(&repo, "https://x/y", None).unwrap_err().to_string().contains("receiving"));
}
