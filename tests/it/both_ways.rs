//! libgit2 and the user's git, asked for the same: made-up commits, indexes, worktrees and references.

use std::collections::BTreeSet;
use std::fmt::Debug;
use std::fs;
use std::io::Write;
use std::os::unix::fs::symlink;
use std::path::Path;
use std::process::Stdio;

use ackgate::change::{Change, Kind, ObjectId, RepoPath};
use ackgate::shell::Error;
use ackgate::shell::git::{
    Repo, commit_changes, default_branch, known_of, local_branches, new_commits, remote_branches, staged, upstream,
    versions, worktree,
};

use crate::support::{Dice, Scratch};

/// Parts of names, among them what must be quoted, what is no UTF-8 and what looks like something else.
const PARTS: [&[u8]; 16] = [
    b"a",
    b"b",
    b"dir",
    b"e.py",
    b"A",
    b" ",
    b"\t",
    b"\n",
    b"\"q\"",
    b"\\",
    b"\xff",
    b"*",
    b"-x",
    b":0:a",
    b"\xc3\xa9",
    b"\x1b[m",
];

const MODES: [&str; 5] = ["100644", "100644", "100755", "120000", "160000"];

/// A path of up to three folders.
fn path(dice: &mut Dice) -> Vec<u8> {
    let depth = 1 + dice.below(3);
    let parts: Vec<&[u8]> = (0..depth).map(|_| PARTS[dice.below(PARTS.len())]).collect();
    parts.join(&b'/')
}

/// The repository as each reads it: libgit2, the user's git, and either with what makes indexes quick to read.
struct Both {
    plain: Repo,
    others: [Repo; 3],
}

impl Both {
    fn of(root: &Path) -> Self {
        let (library, git) = (|| Repo::open_other(root).unwrap(), || Repo::open_other_by_git(root).unwrap());
        Both { plain: library().plainly(), others: [library(), git().plainly(), git()] }
    }

    /// What all say; panics where they differ. Errors have words of their own.
    fn agree<T: PartialEq + Debug>(&self, what: &str, ask: impl Fn(&Repo) -> Result<T, Error>) -> Option<T> {
        let one = ask(&self.plain);
        for (at, other) in self.others.iter().enumerate() {
            let two = ask(other);
            let errors = (one.as_ref().err(), two.as_ref().err());
            assert_eq!(one.as_ref().ok(), two.as_ref().ok(), "{what}, {at}: {errors:?}");
        }
        one.ok()
    }
}

/// Runs git with this on its standard input.
pub(crate) fn feed(scratch: &Scratch, args: &[&str], input: &[u8]) {
    let mut child = scratch.command(scratch.root(), "git");
    let mut child = child.args(args).stdin(Stdio::piped()).spawn().unwrap();
    child.stdin.take().unwrap().write_all(input).unwrap();
    assert!(child.wait().unwrap().success());
}

/// A path as `git fast-import` reads it.
fn quoted(path: &[u8]) -> Vec<u8> {
    let escaped = path.iter().flat_map(|byte| format!("\\{byte:03o}").into_bytes());
    [b"\"".to_vec(), escaped.collect(), b"\"".to_vec()].concat()
}

/// Commits of made-up changes, with branches, tags and merges among them; the same for the same seed, whatever names the
/// objects.
fn history(seed: u64, count: usize) -> Vec<u8> {
    let mut dice = Dice::new(seed);
    let mut stream = Vec::new();
    for n in 0..count {
        let branch = if dice.below(4) == 0 { "refs/remotes/origin/side" } else { "refs/heads/main" };
        stream.extend(format!("commit {branch}\nmark :{}\n", n + 1).bytes());
        stream.extend(format!("committer A <a@b> {} +0000\ndata 1\nx\n", 1_000_000_000 + n).bytes());
        if n > 0 {
            stream.extend(format!("from :{n}\n").bytes());
        }
        if n > 3 && dice.below(6) == 0 {
            stream.extend(format!("merge :{}\n", 1 + dice.below(n - 1)).bytes());
        }
        for _ in 0..1 + dice.below(4) {
            let path = quoted(&path(&mut dice));
            let line = match dice.below(8) {
                0 | 1 => [b"D ", path.as_slice()].concat(),
                // A submodule's commit of the same length in either format would need two streams.
                _ => {
                    let mode = MODES[dice.below(4)];
                    let content = dice.below(9).to_string();
                    [format!("M {mode} inline ").as_bytes(), &path, format!("\ndata 1\n{content}").as_bytes()].concat()
                }
            };
            stream.extend(line);
            stream.push(b'\n');
        }
        stream.push(b'\n');
    }
    stream.extend(format!("tag v1\nfrom :{}\ntagger A <a@b> 1 +0000\ndata 1\nx\n", 1 + count / 2).bytes());
    stream
}

pub(crate) fn made(init: &[&str], seed: u64, count: usize) -> Scratch {
    let scratch = Scratch::with(&[&["init", "-q", "-b", "main"], init].concat());
    feed(&scratch, &["fast-import", "--quiet"], &history(seed, count));
    scratch
}

/// A change without the ids, which differ with the format.
fn shape(changes: &[Change]) -> Vec<(RepoPath, Option<Kind>, Option<Kind>)> {
    let kind = |side: &Option<ackgate::change::Side>| side.as_ref().map(|side| side.kind);
    changes.iter().map(|change| (change.path.clone(), kind(&change.old), kind(&change.new))).collect()
}

#[test]
fn commits_trees_and_files_are_the_same_in_every_format() {
    let count = 600;
    let [one, two] = [&[][..], &["--object-format=sha256", "--ref-format=reftable"]].map(|init| made(init, 1, count));
    let (sha1, sha256) = (Both::of(one.root()), two.repo());
    let all = |repo: &Repo| {
        let tips: Vec<ObjectId> =
            local_branches(repo)?.into_iter().chain(remote_branches(repo)?).map(|b| b.1).collect();
        new_commits(repo, &tips, &[])
    };
    let ids = sha1.agree("commits", all).unwrap().commits;
    let others = all(&sha256).unwrap().commits;
    assert_eq!((ids.len(), others.len()), (count, count));
    for (id, other) in ids.iter().zip(&others) {
        let changes = sha1.agree("changes", |repo| commit_changes(repo, id)).unwrap();
        assert_eq!(shape(&changes), shape(&commit_changes(&sha256, other).unwrap()));
        let commit = sha1.agree("commit", |repo| repo.commit(id)).unwrap();
        let twin = sha256.commit(other).unwrap();
        assert_eq!((commit.parents.len(), commit.author()), (twin.parents.len(), twin.author()));
        for change in changes.iter().take(2) {
            let file = sha1.agree("file", |repo| repo.file_at(Some(id), &change.path)).unwrap();
            let twin = sha256.file_at(Some(other), &change.path).unwrap();
            assert_eq!(std::mem::discriminant(&file), std::mem::discriminant(&twin));
        }
    }
    let path = RepoPath::from("a");
    sha1.agree("versions", |repo| versions(repo, ids.last().unwrap(), &path)).unwrap();
}

/// A made-up state of the index: additions, edits, deletions, other modes, links, submodules and conflicts.
pub(crate) fn index_info(dice: &mut Dice, blobs: &[String]) -> Vec<u8> {
    let (mut lines, mut conflicts) = (Vec::new(), BTreeSet::new());
    for _ in 0..40 {
        let (path, blob) = (path(dice), &blobs[dice.below(blobs.len())]);
        let mut line = |start: String| lines.extend([start.as_bytes(), b"\t", &path, b"\0"].concat());
        match dice.below(10) {
            0 | 1 => line(format!("0 {}", "0".repeat(blob.len()))),
            2 if conflicts.len() < 3 && conflicts.insert(path.clone()) => {
                line(format!("0 {}", "0".repeat(blob.len())));
                for stage in 1..=3 {
                    if dice.below(3) > 0 {
                        line(format!("100644 {blob} {stage}"));
                    }
                }
            }
            _ => line(format!("{} {blob} 0", MODES[dice.below(MODES.len())])),
        }
    }
    lines
}

#[test]
fn indexes_are_the_same_in_every_format() {
    let scratch = made(&[], 2, 60);
    scratch.git(&["config", "advice.sparseIndexExpanded", "false"]);
    let mut blobs = Vec::new();
    let listed = scratch.git(&[
        "rev-list",
        "--objects",
        "--all",
        "--filter=object:type=blob",
        "--filter-provided-objects",
        "--no-object-names",
    ]);
    blobs.extend(listed.lines().map(str::to_owned).take(8));
    let empty = scratch.git(&["hash-object", "-w", "-t", "blob", "/dev/null"]);
    blobs.push(empty);
    let mut dice = Dice::new(3);
    let mut cases = 0;
    for round in 0..60 {
        if round % 6 == 0 {
            scratch.git(&["read-tree", "HEAD"]);
        }
        feed(&scratch, &["update-index", "-z", "--replace", "--index-info"], &index_info(&mut dice, &blobs));
        if round % 3 == 0 {
            scratch.write("intended", "x");
            scratch.git(&["add", "--sparse", "-f", "-N", "intended"]);
        }
        let both = Both::of(scratch.root());
        let plain = both.agree("index", |repo| staged(repo, &[])).unwrap();
        cases += plain.len();
        let format: &[&str] = match round % 4 {
            0 => &["update-index", "--index-version", "4"],
            1 => &["update-index", "--split-index"],
            2 => &["-c", "index.skipHash=true", "update-index", "--force-write-index"],
            _ => continue,
        };
        scratch.git(format);
        let other = both.agree("index in another format", |repo| staged(repo, &[])).unwrap();
        assert_eq!(plain, other, "{format:?}");
        if round % 4 == 1 {
            scratch.git(&["update-index", "--no-split-index"]);
        }
    }
    assert!(cases > 2000, "{cases}");
}

#[test]
fn worktrees_are_the_same() {
    let scratch = Scratch::new();
    scratch.write(".gitignore", "ignored*\n*.o\n");
    scratch.write(".gitattributes", "*.e text\n");
    scratch.commit("first");
    let mut dice = Dice::new(4);
    for round in 0..25 {
        for _ in 0..12 {
            let file = scratch.root().join(format!("{}/{}", ["d", "e", "ignored", "."][dice.below(4)], dice.below(9)));
            let file = file.with_extension(["e", "o", "py"][dice.below(3)]);
            fs::create_dir_all(file.parent().unwrap()).unwrap();
            drop(fs::remove_file(&file));
            match dice.below(5) {
                0 => {}
                1 => symlink("elsewhere", &file).unwrap(),
                2 => fs::write(&file, "one\r\ntwo\r\n").unwrap(),
                _ => fs::write(&file, dice.below(9).to_string()).unwrap(),
            }
        }
        match round % 5 {
            0 => drop(scratch.git(&["add", "-A", "d"])),
            1 => drop(scratch.commit("more")),
            2 => drop(scratch.git(&["add", "-N", "e"])),
            3 => drop(scratch.git(&["init", "-q", "--ref-format=reftable", &format!("d/nested{round}")])),
            _ => {
                scratch.git(&["update-index", "--split-index"]);
            }
        }
        let both = Both::of(scratch.root());
        both.agree("worktree", worktree).unwrap();
        if round % 5 == 0 {
            for name in ["ignored", "d/1.o", "d/1.e", "*.o", ":(top)ignored", ":!a", "ignored/x", "\u{e9}.o"] {
                both.agree(name, |repo| repo.is_ignored(&RepoPath::from(name))).unwrap();
            }
        }
        if round % 5 == 3 {
            let nested = scratch.root().join(format!("d/nested{round}"));
            scratch.git_in(&nested, &["commit", "-q", "--allow-empty", "-m", "nested"]);
        }
        scratch.git(&["update-index", "--no-split-index"]);
    }
}

/// Revisions, good and bad.
const NAMES: [&str; 21] = [
    "HEAD",
    "main",
    "side",
    "v1",
    "v1~2",
    "main^2",
    "origin/side",
    "origin",
    "main@{0}",
    "gone",
    "main..v1",
    "^main",
    "main^{tree}",
    "main:a",
    ":/x",
    "heads/main",
    "@",
    "refs/heads",
    "v1^{commit}",
    "main~1000",
    "",
];

#[test]
fn references_and_configuration_are_the_same() {
    let scratch = made(&[], 5, 30);
    let main = scratch.id("main").to_string();
    scratch.git(&["remote", "add", "origin", "file:///nowhere"]);
    scratch.git(&["remote", "add", "up.Stream", "https://host/x"]);
    for (key, value) in [
        ("branch.main.remote", "origin"),
        ("branch.main.merge", "refs/heads/side"),
        ("branch.local.remote", "."),
        ("branch.local.merge", "refs/heads/main"),
        ("branch.away.remote", "https://host/x"),
        ("branch.away.merge", "refs/heads/main"),
        ("Core.AutoCRLF", "input"),
    ] {
        scratch.git(&["config", key, value]);
    }
    scratch.write("config", "[ackgate]\n\tfetch\n[a \"B.c\"]\n\td = \"x\\ny\"\n");
    scratch.git(&["config", "include.path", scratch.root().join("config").to_str().unwrap()]);
    let states: [&[&str]; 17] = [
        &["checkout", "-q", "-f", "main"],
        &["update-ref", "refs/remotes/up.Stream/main", &main],
        &["symbolic-ref", "refs/remotes/origin/HEAD", "refs/remotes/origin/side"],
        // As git made `HEAD` once: a symbolic link.
        &["-c", "core.preferSymlinkRefs=true", "symbolic-ref", "HEAD", "refs/heads/main"],
        &["pack-refs", "--all"],
        &["checkout", "-q", "-b", "local"],
        &["checkout", "-q", "-b", "away"],
        &["-c", "core.preferSymlinkRefs=true", "symbolic-ref", "HEAD", "refs/heads/none"],
        &["config", "extensions.worktreeConfig", "true"],
        &["config", "--worktree", "ackgate.trustedRef", "local"],
        &["config", "--worktree", "--unset", "ackgate.trustedRef"],
        &["checkout", "-q", "--detach", "main"],
        &["checkout", "-q", "--orphan", "unborn"],
        &["symbolic-ref", "refs/remotes/origin/HEAD", "refs/remotes/origin/gone"],
        &["symbolic-ref", "refs/heads/alias", "refs/heads/main"],
        &["symbolic-ref", "HEAD", "refs/heads/alias"],
        &["update-ref", "-d", "refs/heads/main"],
    ];
    for (n, state) in states.into_iter().enumerate() {
        scratch.git(state);
        let both = Both::of(scratch.root());
        both.agree("head", Repo::head);
        both.agree("branch", Repo::head_branch);
        both.agree("upstream", upstream);
        both.agree("default", default_branch);
        both.agree("local", |repo| sorted(local_branches(repo)));
        both.agree("remote", |repo| sorted(remote_branches(repo)));
        for remote in ["origin", "up.Stream", "https://host/x", "file:///nowhere", "none", "*"] {
            both.agree(remote, |repo| sorted(known_of(repo, remote)));
        }
        // Each name costs a few runs of git.
        let names = if n % 4 == 0 { NAMES.as_slice() } else { &NAMES[..3] };
        for name in names.iter().copied().chain([main.as_str(), &main[..9]]) {
            both.agree(name, |repo| repo.resolve(name));
            both.agree(name, |repo| repo.resolve_branch(name));
            both.agree(name, |repo| repo.reference(&format!("refs/heads/{name}")));
        }
        both.agree("remote head", |repo| repo.reference("refs/remotes/origin/HEAD"));
        for key in [
            "core.autocrlf",
            "CORE.autocrlf",
            "ackgate.fetch",
            "a.B.c.d",
            "a.b.c.d",
            "none.such",
            "remote.up.Stream.url",
        ] {
            both.agree(key, |repo| repo.config(key));
        }
    }
    scratch.write(".git/refs/heads/broken", "rubbish\n");
    let both = Both::of(scratch.root());
    assert_eq!(both.agree("broken", |repo| repo.reference("refs/heads/broken")), None);
    both.agree("local", |repo| sorted(local_branches(repo))).unwrap();
}

fn sorted(found: Result<Vec<(String, ObjectId)>, Error>) -> Result<Vec<(String, ObjectId)>, Error> {
    found.map(|mut found| {
        found.sort();
        found
    })
}

#[test]
fn ids_of_the_other_format_are_not_there() {
    for init in ["sha1", "sha256"] {
        let scratch = Scratch::with(&["init", "-q", "-b", "main", &format!("--object-format={init}")]);
        let commit = scratch.commit("first");
        let repo = Repo::open_other_by_git(scratch.root()).unwrap();
        assert!(repo.is_commit(&commit).unwrap());
        // The beginning of an id, and a branch that is called like one.
        let name = commit.to_string();
        let other = if init == "sha1" { format!("{name}{}", &name[..24]) } else { name[..40].to_owned() };
        let other = ObjectId::from_hex(other).unwrap();
        scratch.git(&["update-ref", &format!("refs/heads/{}", other), "HEAD"]);
        assert!(!repo.contains(&other).unwrap());
        assert!(repo.commit(&other).is_err());
        assert!(!scratch.repo().is_commit(&other).unwrap());
    }
}

#[test]
fn an_object_that_is_not_what_its_id_says_is_refused() {
    for format in ["sha1", "sha256"] {
        let scratch = Scratch::with(&["init", "-q", "-b", "main", &format!("--object-format={format}")]);
        scratch.write("a", "1");
        let commit = scratch.commit("first");
        let [old, new] = ["1", "2"].map(|content| {
            scratch.write("b", content);
            scratch.git(&["hash-object", "-w", "b"])
        });
        let file = |id: &str| scratch.root().join(".git/objects").join(&id[..2]).join(&id[2..]);
        fs::remove_file(file(&old)).unwrap();
        fs::copy(file(&new), file(&old)).unwrap();
        for repo in [scratch.repo(), Repo::open_other_by_git(scratch.root()).unwrap()] {
            assert!(repo.read(&ObjectId::from_hex(&new).unwrap()).is_ok());
            assert!(repo.file_at(Some(&commit), &RepoPath::from("a")).is_err());
        }
    }
}
