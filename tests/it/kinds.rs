//! A pass and a block, both right, in every kind of repository that git can make.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Output;

use crate::boundary::{ADAPTER, LOG, PRE_COMMIT, PRE_PUSH, PRE_RECEIVE, VERIFY, gate_text, policy, text};
use crate::pins::COMMIT_MSG;
use crate::support::{Scratch, executable};

/// What no gate covers.
const UNCOVERED: &str = "agentos/integrations/other.py";

/// What is only intended to be added.
const INTENDED: &str = "agentos/integrations/intended.py";

/// A repository with a gate, its ACK and the hooks, and `origin` beside it, which has all that.
struct Base {
    scratch: Scratch,
    origin: String,
}

/// A folder of some kind in which one works.
struct Place<'base> {
    scratch: &'base Scratch,
    root: PathBuf,
}

/// What `git init` is told, what becomes of the repository then, and where one works.
type Kind = (&'static str, &'static [&'static str], fn(&Base) -> PathBuf);

const SHA256: &[&str] = &["--object-format=sha256"];
const REFTABLE: &[&str] = &["--ref-format=reftable"];
const BOTH: &[&str] = &["--object-format=sha256", "--ref-format=reftable"];

const FORMATS: [Kind; 5] = [
    ("plain", &[], here),
    ("SHA-256", SHA256, here),
    ("reftable", REFTABLE, here),
    ("an extension that libgit2 does not know", &[], |base| {
        base.here(&["config", "core.repositoryFormatVersion", "1"]);
        base.here(&["config", "extensions.partialClone", "origin"])
    }),
    ("packed", &[], |base| base.here(&["-c", "gc.writeCommitGraph=true", "gc", "-q"])),
];

const INDEXES: [Kind; 8] = [
    ("split index", &[], |base| base.set(&["core.splitIndex=true"], &["update-index", "--split-index"])),
    ("split index of SHA-256", SHA256, |base| base.set(&["core.splitIndex=true"], &["update-index", "--split-index"])),
    ("sparse checkout", &[], |base| base.here(&["sparse-checkout", "set", "docs", "agentos"])),
    ("sparse index", &[], |base| base.here(&["sparse-checkout", "set", "--sparse-index", "docs", "agentos"])),
    ("index v2", &[], |base| base.set(&["index.version=2"], &["update-index", "--index-version", "2"])),
    ("index v4", &[], |base| base.set(&["index.version=4"], &["update-index", "--index-version", "4"])),
    ("skipHash", &[], |base| {
        base.set(&["index.skipHash=true", "core.untrackedCache=true"], &["update-index", "--refresh"])
    }),
    // Which makes it an index v3.
    ("intent to add", &[], |base| {
        base.scratch.write(INTENDED, "x\n");
        base.here(&["add", "-N", INTENDED])
    }),
];

const CLONES: [Kind; 5] = [
    ("shallow clone", &[], |base| base.clone(&["--depth=1"])),
    ("shallow clone of SHA-256", SHA256, |base| base.clone(&["--depth=1"])),
    ("alternates", &[], |base| base.clone(&["--shared"])),
    ("alternates that libgit2 cannot find", &[], |base| {
        let clone = base.clone(&["--shared"]);
        let file = clone.join(".git/objects/info/alternates");
        let quoted = format!("\"{}\"\n", fs::read_to_string(&file).unwrap().trim_end());
        fs::write(file, quoted).unwrap();
        clone
    }),
    ("detached", REFTABLE, |base| base.here(&["checkout", "-q", "--detach"])),
];

const PLACES: [Kind; 7] = [
    ("linked worktree", &[], |base| base.worktree()),
    ("linked worktree of SHA-256 and reftable", BOTH, |base| base.worktree()),
    ("submodule", &[], |base| base.submodule()),
    ("git directory elsewhere", SHA256, |base| {
        let elsewhere = base.scratch.beside("elsewhere");
        base.here(&["init", "-q", "--separate-git-dir", elsewhere.to_str().unwrap()])
    }),
    ("replaced objects", &[], |base| base.replaced()),
    ("replaced objects of reftable", REFTABLE, |base| base.replaced()),
    ("grafts", REFTABLE, |base| {
        let head = base.scratch.id("HEAD").to_string();
        base.scratch.write(".git/info/grafts", format!("{head}\n"));
        base.here(&["status", "-s"])
    }),
];

fn here(base: &Base) -> PathBuf {
    base.scratch.root().to_owned()
}

impl Base {
    fn new(init: &[&str]) -> Self {
        let scratch = Scratch::with(&[&["init", "-q", "-b", "main"], init].concat());
        scratch.write("ackgate.toml", policy(""));
        scratch.write(LOG, "# Log\n");
        scratch.write(ADAPTER, "one\n");
        scratch.write("readme.md", "x\n");
        scratch.write("far/away/file", "x\n");
        scratch.commit("base");
        let hooks = scratch.beside("hooks");
        for (hook, binary) in [("pre-commit", PRE_COMMIT), ("commit-msg", COMMIT_MSG), ("pre-push", PRE_PUSH)] {
            executable(&hooks.join(hook), &format!("exec '{binary}' \"$@\""));
        }
        let origin = scratch.beside("origin.git").to_str().unwrap().to_owned();
        let base = Base { scratch, origin };
        base.say_all(&format!("{}\n\n## CCP maintainer (ACK)", gate_text("r4", &format!("`{ADAPTER}`"))));
        base.scratch.git(&["clone", "-q", "--bare", ".", &base.origin]);
        base.scratch.git(&["remote", "add", "origin", &base.origin]);
        base.scratch.git(&["push", "-q", "-u", "origin", "main"]);
        base.scratch.git(&["remote", "set-head", "origin", "main"]);
        executable(&Path::new(&base.origin).join("hooks/pre-receive"), &format!("exec '{PRE_RECEIVE}'"));
        base
    }

    /// Appends to the log and commits it, past the hooks.
    fn say_all(&self, entries: &str) {
        let text = fs::read_to_string(self.scratch.root().join(LOG)).unwrap();
        self.scratch.write(LOG, format!("{text}\n{entries}\n"));
        self.scratch.commit("log");
    }

    fn here(&self, git: &[&str]) -> PathBuf {
        self.scratch.git(git);
        here(self)
    }

    fn set(&self, settings: &[&str], git: &[&str]) -> PathBuf {
        for setting in settings {
            let (key, value) = setting.split_once('=').unwrap();
            self.scratch.git(&["config", key, value]);
        }
        self.here(git)
    }

    fn clone(&self, options: &[&str]) -> PathBuf {
        let clone = self.scratch.beside("clone");
        let url = if options == ["--shared"] { self.origin.clone() } else { format!("file://{}", self.origin) };
        self.scratch.git(&[&["clone", "-q"], options, &[&url, clone.to_str().unwrap()]].concat());
        clone
    }

    /// What the replacement says of gates must neither open nor shut.
    fn replaced(&self) -> PathBuf {
        self.say_all(&gate_text("wide", "`agentos/integrations/`"));
        self.scratch.git(&["replace", "HEAD~1", "HEAD"]);
        self.scratch.git(&["update-ref", "refs/heads/main", "HEAD~1"]);
        self.here(&["--no-replace-objects", "reset", "-q", "--hard"])
    }

    fn worktree(&self) -> PathBuf {
        let linked = self.scratch.beside("linked");
        self.scratch.git(&["worktree", "add", "-q", "-b", "side", linked.to_str().unwrap(), "main"]);
        linked
    }

    fn submodule(&self) -> PathBuf {
        let outer = self.scratch.beside("outer");
        self.scratch.git(&["init", "-q", outer.to_str().unwrap()]);
        let add = ["-c", "protocol.file.allow=always", "submodule", "--quiet", "add", &self.origin, "sub"];
        self.scratch.git_in(&outer, &add);
        outer.join("sub")
    }
}

impl Place<'_> {
    fn new<'base>(base: &'base Base, root: PathBuf) -> Place<'base> {
        let place = Place { scratch: &base.scratch, root };
        place.git(&["config", "core.hooksPath", base.scratch.beside("hooks").to_str().unwrap()]);
        place
    }

    fn run(&self, program: &str, args: &[&str]) -> Output {
        self.scratch.command(&self.root, program).args(args).output().unwrap()
    }

    fn git(&self, args: &[&str]) -> String {
        self.scratch.git_in(&self.root, args)
    }

    fn stage(&self, path: &str, content: &str) {
        fs::create_dir_all(self.root.join(path).parent().unwrap()).unwrap();
        fs::write(self.root.join(path), content).unwrap();
        self.git(&["add", "--", path]);
    }

    /// `verify-gate` ends with this status.
    fn verifies(&self, kind: &str, args: &[&str], status: i32) {
        let output = self.run(VERIFY, args);
        assert_eq!(output.status.code(), Some(status), "{kind}, {args:?}: {}", text(&output));
    }

    fn passes(&self, kind: &str, args: &[&str]) {
        let output = self.run("git", args);
        assert!(output.status.success(), "{kind}: git {args:?}: {}", text(&output));
    }

    fn refused(&self, kind: &str, args: &[&str], code: &str) {
        let output = self.run("git", args);
        assert!(!output.status.success(), "{kind}: git {args:?} passed");
        assert!(text(&output).contains(&format!("[{code}]")), "{kind}: git {args:?} lacks {code}: {}", text(&output));
    }

    /// The day of somebody who works there: what needs no gate, what no gate covers, what one covers, a push of each.
    fn day(&self, kind: &str) {
        self.stage("readme.md", "changed\n");
        self.verifies(kind, &["--staged"], 0);
        self.passes(kind, &["commit", "-qm", "free"]);
        self.stage(UNCOVERED, "new\n");
        self.verifies(kind, &["--staged"], 1);
        self.refused(kind, &["commit", "-qm", "uncovered"], "AG104");
        self.refused(kind, &["commit", "-qm", "uncovered", "--", UNCOVERED], "AG104");
        self.verifies(kind, &["--worktree"], 1);
        self.git(&["rm", "-qf", "--", UNCOVERED]);
        self.stage(ADAPTER, "covered\n");
        self.verifies(kind, &["--staged"], 0);
        if self.root.join(INTENDED).exists() {
            self.verifies(kind, &["--worktree"], 1);
            self.refused(kind, &["commit", "-qam", "all"], "AG104");
            self.passes(kind, &["commit", "-qm", "covered"]);
        } else {
            self.verifies(kind, &["--worktree"], 0);
            self.passes(kind, &["commit", "-qam", "covered"]);
        }
        self.stage(UNCOVERED, "new\n");
        self.git(&["commit", "-q", "--no-verify", "-m", "past the hook"]);
        if !self.root.join(".git/info/grafts").exists() {
            self.verifies(kind, &["--range", "HEAD~1..HEAD"], 1);
            self.verifies(kind, &["--range", "HEAD~3..HEAD~1"], 0);
        }
        self.refused(kind, &["push", "-q", "origin", "HEAD:refs/heads/main"], "AG104");
        self.refused(kind, &["push", "-q", "--no-verify", "origin", "HEAD:refs/heads/main"], "AG104");
        self.git(&["reset", "-q", "--hard", "@~1"]);
        self.passes(kind, &["push", "-q", "origin", "HEAD:refs/heads/main"]);
    }
}

fn days(kinds: &[Kind]) {
    for (kind, init, make) in kinds {
        let base = Base::new(init);
        Place::new(&base, make(&base)).day(kind);
    }
}

#[test]
fn formats_of_objects_and_references() {
    days(&FORMATS);
}

#[test]
fn formats_of_the_index() {
    days(&INDEXES);
}

#[test]
fn clones() {
    days(&CLONES);
}

#[test]
fn worktrees_submodules_replaced_objects_and_grafts() {
    days(&PLACES);
}

#[test]
fn a_partial_clone_asks_for_what_it_lacks_and_fetches_nothing() {
    for init in [&[], SHA256] {
        let base = Base::new(init);
        base.scratch.git_in(Path::new(&base.origin), &["config", "uploadpack.allowFilter", "true"]);
        let place = Place::new(&base, base.clone(&["--filter=blob:none"]));
        place.stage("readme.md", "changed\n");
        place.passes("partial", &["commit", "-qm", "free"]);
        // The log's past is not here.
        place.stage(ADAPTER, "covered\n");
        let output = place.run(VERIFY, &["--staged"]);
        assert_eq!(output.status.code(), Some(2), "{}", text(&output));
        assert!(text(&output).contains("git fetch --refetch --no-filter"), "{}", text(&output));
        assert!(place.git(&["rev-list", "--objects", "--missing=print", "--all"]).contains("\n?"));
        place.git(&["fetch", "-q", "--refetch", "--no-filter"]);
        place.git(&["reset", "-q", "--hard", "origin/main"]);
        place.day("partial clone");
    }
}

#[test]
fn an_unborn_branch_is_judged_by_what_was_agreed_before() {
    for init in [&[], SHA256, REFTABLE] {
        let base = Base::new(init);
        let place = Place::new(&base, base.here(&["checkout", "-q", "--orphan", "fresh"]));
        place.verifies("unborn", &["--staged"], 1);
        place.refused("unborn", &["commit", "-qm", "all anew"], "AG901");
        place.git(&["rm", "-rq", "--cached", "."]);
        place.stage("readme.md", "changed\n");
        place.passes("unborn", &["commit", "-qm", "free"]);
        let fresh = Scratch::with(&[&["init", "-q"], init].concat());
        let empty = Place { scratch: &fresh, root: fresh.root().to_owned() };
        empty.verifies("empty", &["--staged"], 0);
        empty.stage(ADAPTER, "no policy\n");
        empty.verifies("empty", &["--staged"], 0);
    }
}

#[test]
fn a_bare_repository_judges_ranges() {
    for init in [&[], SHA256, REFTABLE, BOTH] {
        let base = Base::new(init);
        let place = Place::new(&base, here(&base));
        place.stage(ADAPTER, "covered\n");
        place.git(&["commit", "-qm", "covered"]);
        place.stage(UNCOVERED, "new\n");
        place.git(&["commit", "-q", "--no-verify", "-m", "past the hook"]);
        fs::remove_file(Path::new(&base.origin).join("hooks/pre-receive")).unwrap();
        place.git(&["push", "-q", "--no-verify", "origin", "main"]);
        let bare = Place { scratch: &base.scratch, root: PathBuf::from(&base.origin) };
        bare.verifies("bare", &["--range", "main~2..main~1"], 0);
        bare.verifies("bare", &["--range", "main~1..main"], 1);
        bare.verifies("bare", &["--worktree"], 2);
    }
}

#[test]
fn the_log_of_another_repository_may_be_of_any_kind() {
    for init in [SHA256, REFTABLE, BOTH] {
        let base = Base::new(init);
        // It is read at its HEAD then.
        base.here(&["remote", "remove", "origin"]);
        let place = base.scratch.beside("ClaudeCodeProxy");
        base.scratch.git(&["init", "-q", "-b", "main", place.to_str().unwrap()]);
        let place = Place { scratch: &base.scratch, root: place };
        let ours = policy("").replace("party = \"AgentOS\"", "party = \"CCC\"");
        let here = base.scratch.root().to_str().unwrap();
        fs::write(
            place.root.join("ackgate.toml"),
            ours.replace("\nowner = ", &format!("\nrepo = \"{here}\"\nowner = ")),
        )
        .unwrap();
        place.stage(ADAPTER, "one\n");
        place.git(&["add", "-A"]);
        place.git(&["commit", "-qm", "base"]);
        place.stage(ADAPTER, "two\n");
        place.verifies("other log", &["--staged"], 1);
        base.say_all(&format!("{}\n", gate_text("r5", &format!("`CCC: {ADAPTER}`"))));
        place.verifies("other log", &["--staged"], 1);
        let said = place.run(VERIFY, &["ack", "--yes", "--commit"]);
        assert!(said.status.success(), "{}", text(&said));
        place.verifies("other log", &["--staged"], 0);
        // git tells the hook of a linked worktree where its own repository is, which is not where the log is.
        let linked = base.scratch.beside("linked");
        place.git(&["worktree", "add", "-q", linked.to_str().unwrap()]);
        let linked = Place::new(&base, linked);
        linked.stage(ADAPTER, "two\n");
        linked.passes("other log", &["commit", "-qm", "covered"]);
        linked.stage(UNCOVERED, "new\n");
        linked.refused("other log", &["commit", "-qm", "uncovered"], "AG104");
    }
}

/// A `git` that says rubbish when it is asked for this, and is the real one otherwise.
fn rubbish(scratch: &Scratch, asked: &str) -> PathBuf {
    let folder = scratch.beside(&format!("path-{asked}"));
    let real = std::env::var("PATH").unwrap();
    let script = format!("case \" $* \" in *' {asked} '*) echo rubbish; exit 0;; esac\nPATH='{real}' exec git \"$@\"");
    executable(&folder.join("git"), &script);
    folder
}

#[test]
fn what_neither_reads_is_not_decided() {
    let at = |place: &Place<'_>, path: &Path| {
        let output = place.scratch.command(&place.root, VERIFY).env("PATH", path).arg("--staged").output().unwrap();
        (output.status.code(), text(&output))
    };
    let base = Base::new(SHA256);
    let place = Place::new(&base, here(&base));
    place.stage(UNCOVERED, "new\n");
    // The entries of a split index are asked of git.
    place.git(&["update-index", "--split-index"]);
    for asked in ["rev-parse", "symbolic-ref", "for-each-ref", "ls-files", "diff-index", "cat-file", "config", "none"] {
        let (status, said) = at(&place, &rubbish(place.scratch, asked));
        assert_eq!(status, Some(if asked == "none" { 1 } else { 2 }), "{asked}: {said}");
    }
    let nothing = place.scratch.beside("nothing");
    let (status, said) = at(&place, &nothing);
    assert!(status == Some(2) && said.contains("put git on PATH") && said.contains("object format"), "{said}");

    let plain = Base::new(&[]);
    let place = Place::new(&plain, here(&plain));
    assert_eq!(at(&place, &nothing).0, Some(0));
    place.stage(UNCOVERED, "new\n");
    // A plain repository starts no program.
    assert_eq!(at(&place, &nothing).0, Some(1));
    place.git(&["update-index", "--split-index"]);
    let (status, said) = at(&place, &nothing);
    assert!(status == Some(2) && said.contains("put git on PATH"), "{said}");
}
