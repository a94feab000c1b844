//! What each boundary costs: whole processes, in turn with the git command that does the least such a boundary must do,
//! on repositories made here. Prints one table of medians.
//!
//! `cargo bench` takes some minutes; `cargo bench -- quick` leaves out the largest sizes, and `cargo bench -- push` all but
//! the rows of that name: start, commit, push, status. Memory is told where there is GNU `time`.
//!
//! Cargo builds what it benches so that panics unwind, which makes programs larger and start later. `ACKGATE_PROGRAMS=DIR` measures those
//! of a folder, as a user has them: `cargo build --release && ACKGATE_PROGRAMS=target/release cargo bench` with another
//! `CARGO_TARGET_DIR` for the second.

#![allow(
    clippy::print_stdout,
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::disallowed_methods,
    missing_docs,
    reason = "a measurement by hand"
)]

use std::fmt::Write as _;
use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

const HOOK: &str = env!("CARGO_BIN_EXE_ackgate-pre-commit");
const PUSH: &str = env!("CARGO_BIN_EXE_ackgate-pre-push");
const HAND: &str = env!("CARGO_BIN_EXE_verify-gate");
const LOG: &str = "docs/integration/CCC_AGENT_CHAT.md";
const COVERED: [&str; 2] = ["agentos/integrations/one.py", "agentos/integrations/two.py"];

fn main() {
    let asked: Vec<String> = std::env::args().skip(1).filter(|argument| !argument.starts_with('-')).collect();
    let quick = asked.iter().any(|argument| argument == "quick");
    let all = asked.iter().all(|argument| argument == "quick");
    let wanted = |row: &str| all || asked.iter().any(|argument| argument == row);
    println!("{}\n", machine());
    println!("| what | size | ackgate | git | ratio | memory |");
    println!("| --- | ---: | ---: | ---: | ---: | ---: |");
    if wanted("start") {
        start_up();
    }
    for files in [1_000, 50_000, 500_000].into_iter().filter(|files| wanted("commit") && (!quick || *files < 500_000)) {
        staged(files);
    }
    for commits in [10, 100, 10_000].into_iter().filter(|commits| wanted("push") && (!quick || *commits < 10_000)) {
        pushed(commits);
    }
    for (name, bytes) in [("30 KB", 30_000), ("1 MB", 1_000_000), ("20 MB", 20_000_000)] {
        if wanted("status") && (!quick || bytes < 20_000_000) {
            status(name, bytes);
        }
    }
}

/// The machine and the git that were measured on.
fn machine() -> String {
    let version = Command::new("git").arg("--version").output().map(|output| output.stdout).unwrap_or_default();
    let info = fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
    let model = info.lines().find_map(|line| line.strip_prefix("model name")).unwrap_or_default();
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    format!(
        "{}, {cores} cores, {}",
        model.trim_start_matches([' ', '\t', ':']),
        String::from_utf8_lossy(&version).trim()
    )
}

/// A repository that is removed at the end.
struct Place {
    folder: tempfile::TempDir,
}

impl Place {
    /// One whose history is what `git fast-import` makes of the stream.
    fn new(stream: &[u8]) -> Place {
        let place = Place { folder: tempfile::tempdir().unwrap() };
        place.git(&["init", "-q", "-b", "main"]);
        let mut child = place.command("git", &["fast-import", "--quiet"]).stdin(Stdio::piped()).spawn().unwrap();
        child.stdin.take().unwrap().write_all(stream).unwrap();
        assert!(child.wait().unwrap().success());
        place.git(&["read-tree", "HEAD"]);
        place.git(&["update-ref", "refs/remotes/origin/main", "HEAD"]);
        place.git(&["symbolic-ref", "refs/remotes/origin/HEAD", "refs/remotes/origin/main"]);
        place
    }

    fn root(&self) -> &Path {
        self.folder.path()
    }

    fn command(&self, program: &str, arguments: &[&str]) -> Command {
        let folder = std::env::var_os("ACKGATE_PROGRAMS").filter(|_| Path::new(program).is_absolute());
        let program = match (folder, Path::new(program).file_name()) {
            (Some(folder), Some(name)) => fs::canonicalize(folder).unwrap().join(name),
            _ => PathBuf::from(program),
        };
        let mut command = Command::new(program);
        command.args(arguments).current_dir(self.root()).env_clear();
        command.env("PATH", std::env::var_os("PATH").unwrap()).env("HOME", self.root()).env("GIT_CONFIG_NOSYSTEM", "1");
        command
    }

    fn git(&self, arguments: &[&str]) {
        let output = self.command("git", arguments).output().unwrap();
        assert!(output.status.success(), "git {arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
    }

    /// Stages a file without one in the worktree.
    fn stage(&self, path: &str, content: &str) {
        fs::write(self.root().join("blob"), content).unwrap();
        let output = self.command("git", &["hash-object", "-w", "blob"]).output().unwrap();
        let blob = String::from_utf8(output.stdout).unwrap();
        self.git(&["update-index", "--add", "--cacheinfo", &format!("100644,{},{path}", blob.trim())]);
    }
}

/// What goes before the first commit of a stream: a blob that all files have.
const BLOB: &str = "blob\nmark :1\ndata 4\none\n\n";

fn commit(n: usize) -> String {
    format!("commit refs/heads/main\ncommitter A <a@b> {} +0000\ndata 1\nx\n", 1_700_000_000 + n * 60)
}

/// A log with an ACKed gate for [`COVERED`], filled to about so many bytes with entries of other slices.
fn log(bytes: usize) -> String {
    let mut log = String::from("# Log\n");
    let mut slice = 0;
    while log.len() + 600 < bytes {
        slice += 1;
        let _ = write!(
            log,
            "\n## AgentOS (alignment gate: s{slice}) 2025-10-{:02}\n\n- What we will change: `agentos/integrations/s{slice}.py`, `field_{slice}`\n\
             - Exact names: Yes\n- Validation: `pytest tests/s{slice}.py`\n- Packaging: none\n- Timeline: D+1\n\n\
             ## CCC (ACK: s{slice}) 2025-10-{:02}\n\n- Names: Yes\n\n## AgentOS (landed: s{slice}) 2025-10-{:02}\n\nDone.\n",
            1 + slice % 28,
            1 + slice % 28,
            1 + slice % 28,
        );
    }
    log + &format!(
        "\n## AgentOS (alignment gate: r4) 2025-11-05\n\n- What we will change: `{}`, `{}`\n- Exact names: Yes\n\
         - Validation: `pytest`\n- Packaging: none\n- Timeline: D+1\n\n## CCC (ACK: r4) 2025-11-05\n\n- Names: Yes\n",
        COVERED[0], COVERED[1]
    )
}

/// A log of about so many bytes in which the parties talk: gates without a name, and plans, questions and reports around them.
/// Five entries stand below its latest gate, and the other party says of a slice of its own that it landed.
fn talk(bytes: usize) -> String {
    let mut log = String::from("# Log\n");
    let mut number: u64 = 0;
    while log.len() + TALK.len() / 2 < bytes {
        number += 1;
        let mut any = number;
        for (i, piece) in TALK.split('%').enumerate() {
            if i > 0 {
                // Numbers that differ, as they do in what is reported.
                any = any.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
                let _ = write!(log, "{}", any >> 48);
            }
            log.push_str(piece);
        }
    }
    log
}

const TALK: &str = "
## AgentOS executor (alignment gate)
Before any code of the next slice we would like to lock what both sides understand. Please answer “ACK”, or note your
edits; nothing is changed until then.

What we will change (paths + fields)
1) `agentos/integrations/adapter_%.py` and `agentos/contracts/turn_%.schema.json`:
   - the object `decision` with flat keys, as in your example: `reroute_mode`, `reroute_decision`, `preferred_attempt`
   - beside it `warn_pct_auto` and `warn_pct_confidence`, which stay where they are
2) Snapshots: your minimal example of `/v1/usage/%` is what our tests go by. If it is to look different later, say so now.
3) Duplicates: the key is `(rid, floor(ts*1000))`; nothing is deleted, and only counts are folded.

Exact field names/contracts
1) Flat names exactly as listed above: Yes/No?
2) `rid` has eight hex digits (as `%`), `ts` seconds since the epoch: Yes/No?

Validation matrix and acceptance
- New tests pass: what is ingested of the fixture fills the summary (% turns, % of them with decisions), and the scenarios stay green.
- The guide names the published bundle of keys and the fixture.

Packaging/licensing impacts: none. Timeline: D+1 adapter and tests, D+2 documentation and the joint run.

— End of entry —

## CCP maintainer (reply 3)

Field names: confirmed, and we keep them stable; if a nested form is added it comes beside them.

Fixture: a complete example is published at `fixtures/usage/usage_%.json` (% models, all fields). Take it as what
your tests go by. Nothing else has to change here for your D+1. Tell us once the adapter is in.

— End of entry —

---

## CCP maintainer (ACK + quiet period)
ACK on the gate as posted.

1) Yes. 2) Yes.

We stay quiet until your run is done, and change neither keys nor fixtures meanwhile. If the summary shows a p95 of %
for a model with % samples, that is as it should be, see the guide.

— End of entry —

---

## AgentOS executor (D+1 kickoff plan)
Starting with what was agreed:
- Schema: `decision` on turn events; flat fields of each model are accepted (% so far), unknown ones are kept.
- Adapter: keeps decisions of stream and snapshot, and carries p50/p95 and % counts into the summary.
- Tests: one more for the full fixture; % scenarios and % unit tests as before.

On completion we post a short note here, with the paths of changed files and the bundle `r%_bundle.zip`.

— End of entry —

---

## CCP maintainer (our smoke run — landed)
The fallback of our own is in, behind a switch that is off: `fallback_%` in the metrics, no field of usage.

— End of entry —

---

## AgentOS executor (note — pointer in the documentation)
`docs/integration/BRIDGE_%.md` points to the fixture, the keys and the joint run. No answer is needed.

— End of entry —

---
";

fn data(text: &str) -> String {
    format!("data {}\n{text}\n", text.len())
}

/// A commit of the log and of as many files, a hundred in a folder, fifty folders in another.
fn base(files: usize, log: &str) -> String {
    let mut stream = format!("{BLOB}{}M 644 inline {LOG}\n{}", commit(0), data(log));
    for path in COVERED {
        let _ = writeln!(stream, "M 644 :1 {path}");
    }
    for n in 0..files {
        let _ = writeln!(stream, "M 644 :1 src/a{}/b{}/c{n}.py", n / 5_000, n / 100);
    }
    stream + "\n"
}

fn start_up() {
    let place = Place::new(base(1, &log(0)).as_bytes());
    compare(
        "`verify-gate --version`",
        "",
        80,
        || place.command(HAND, &["--version"]),
        || place.command("git", &["--version"]),
    );
}

fn staged(files: usize) {
    let place = Place::new(base(files, &log(30_000)).as_bytes());
    let git = || place.command("git", &["diff", "--cached", "--name-only", "-z"]);
    let hook = || place.command(HOOK, &[]);
    let times = if files < 100_000 { 40 } else { 15 };
    for n in 0..10 {
        place.stage(&format!("src/a0/b{}/c{n}.py", n % 3), "two\n");
    }
    let size = format!("{files} files");
    // As `git commit` leaves the index before it runs the hook.
    place.git(&["write-tree"]);
    compare("commit, nothing protected", &size, times, hook, git);
    for path in COVERED {
        place.stage(path, "two\n");
    }
    place.git(&["write-tree"]);
    compare("commit, two covered", &size, times, hook, git);
    // As in `git commit -- PATH`: nothing is known of the trees.
    fs::remove_file(place.root().join(".git/index")).unwrap();
    place.git(&["-c", "core.splitIndex=false", "read-tree", "HEAD"]);
    place.stage("src/a0/b0/c0.py", "two\n");
    compare("commit, one staged since the index was written", &size, times, hook, git);
}

fn pushed(commits: usize) {
    for (what, path) in [("push, nothing protected", "src/a0/b0/c0.py"), ("push, covered", COVERED[0])] {
        let mut stream = base(1_000, &log(30_000));
        for n in 1..=commits {
            let other = format!("src/a0/b{}/c{}.py", n % 10, n % 10 * 100 + n % 100);
            let path = if n % 5 == 0 { path } else { other.as_str() };
            let _ = write!(stream, "{}M 644 inline {path}\n{}", commit(n), data(&n.to_string()));
        }
        let place = Place::new(stream.as_bytes());
        place.git(&["update-ref", "refs/remotes/origin/main", &format!("HEAD~{commits}")]);
        let line = |rev: &str| {
            let output = place.command("git", &["rev-parse", rev]).output().unwrap();
            String::from_utf8(output.stdout).unwrap().trim().to_owned()
        };
        let input = place.folder.path().join("input");
        let (new, old) = (line("HEAD"), line("origin/main"));
        fs::write(&input, format!("refs/heads/main {new} refs/heads/main {old}\n")).unwrap();
        let hook = || {
            let mut command = place.command(PUSH, &["origin", "nowhere"]);
            command.stdin(fs::File::open(&input).unwrap());
            command
        };
        let git = || place.command("git", &["log", "--name-only", "origin/main..HEAD"]);
        compare(what, &format!("{commits} commits"), if commits < 1_000 { 40 } else { 7 }, hook, git);
    }
}

fn status(name: &str, bytes: usize) {
    for (what, log) in [("`verify-gate status`", log(bytes)), ("`verify-gate status`, much talk", talk(bytes))] {
        let place = Place::new(base(100, &log).as_bytes());
        let git = || place.command("git", &["cat-file", "blob", &format!("HEAD:{LOG}")]);
        compare(what, &format!("log of {name}"), 15, || place.command(HAND, &["status"]), git);
    }
}

/// Runs both in turn, and prints the medians of their times and of the ratios of each pair.
fn compare(what: &str, size: &str, times: usize, ours: impl Fn() -> Command, theirs: impl Fn() -> Command) {
    let (mut one, mut two, mut ratios) = (Vec::new(), Vec::new(), Vec::new());
    for round in 0..times + 2 {
        let (ours, theirs) = (time(ours()), time(theirs()));
        // What comes first warms what both read.
        if round >= 2 {
            one.push(ours.as_secs_f64());
            two.push(theirs.as_secs_f64());
            ratios.push(ours.as_secs_f64() / theirs.as_secs_f64());
        }
    }
    let ms = |values: &mut Vec<f64>| format!("{:.1} ms", median(values) * 1e3);
    let (one, two, ratio, memory) = (ms(&mut one), ms(&mut two), median(&mut ratios), peak(&ours()));
    println!("| {what} | {size} | {one} | {two} | {ratio:.2} | {memory} |");
}

/// The most memory that a command takes, as GNU `time` says it.
fn peak(command: &Command) -> String {
    let mut timed = Command::new("/usr/bin/time");
    timed.args(["-f", "%M"]).arg(command.get_program()).args(command.get_args()).stdout(Stdio::null());
    timed.current_dir(command.get_current_dir().unwrap()).env_clear();
    timed.envs(command.get_envs().filter_map(|(name, value)| Some((name, value?))));
    if let Ok(input) = fs::File::open(command.get_current_dir().unwrap().join("input")) {
        timed.stdin(input);
    }
    let said = timed.output().map(|output| String::from_utf8_lossy(&output.stderr).into_owned()).unwrap_or_default();
    let kilobytes = said.lines().last().and_then(|line| line.trim().parse::<f64>().ok());
    kilobytes.map_or("–".to_owned(), |kilobytes| format!("{:.1} MiB", kilobytes / 1024.0))
}

fn time(mut command: Command) -> Duration {
    command.stdout(Stdio::null()).stderr(Stdio::piped());
    let start = Instant::now();
    let output = command.output().unwrap();
    let passed = start.elapsed();
    assert!(output.status.success(), "{command:?}: {}", String::from_utf8_lossy(&output.stderr));
    passed
}

fn median(values: &mut [f64]) -> f64 {
    values.sort_by(f64::total_cmp);
    values[values.len() / 2]
}
