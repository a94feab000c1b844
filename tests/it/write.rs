//! The writer of entries, as a program: from both sides, many at once, and into logs that should not be touched.

use std::path::{Path, PathBuf};
use std::process::{Output, Stdio};

use crate::boundary::{ADAPTER, LOG, PRE_COMMIT, Team, VERIFY, text};
use crate::support::Scratch;

const CONTRACT: &str = "docs/System/contracts/USAGE_EVENT_SCHEMA.md";

/// AgentOS with the log, and CCC's repository beside it.
struct Two {
    ccc: Scratch,
    agentos: PathBuf,
}

impl Two {
    fn new() -> Self {
        let ccc = Scratch::new();
        ccc.write(CONTRACT, "* ts: float\n");
        ccc.commit("base");
        ccc.hook("pre-commit", &format!("exec '{PRE_COMMIT}'"));
        let agentos = ccc.beside("AgentOS");
        let two = Two { ccc, agentos };
        for (path, content) in [(LOG, "# Log\n"), (ADAPTER, "one\n")] {
            let file = two.agentos.join(path);
            std::fs::create_dir_all(file.parent().unwrap()).unwrap();
            std::fs::write(file, content).unwrap();
        }
        two.ccc.git_in(&two.agentos, &["init", "-q", "-b", "main"]);
        two.ccc.git_in(&two.agentos, &["add", "-A"]);
        two.ccc.git_in(&two.agentos, &["commit", "-qm", "base"]);
        let hook = two.agentos.join(".git/hooks/pre-commit");
        std::fs::create_dir_all(hook.parent().unwrap()).unwrap();
        std::fs::write(&hook, format!("#!/bin/sh\nexec '{PRE_COMMIT}'\n")).unwrap();
        let mode = std::os::unix::fs::PermissionsExt::from_mode(0o755);
        std::fs::set_permissions(hook, mode).unwrap();
        two
    }

    fn run(&self, folder: &Path, args: &[&str]) -> Output {
        self.ccc.command(folder, VERIFY).args(args).stdin(Stdio::null()).output().unwrap()
    }

    fn done(&self, folder: &Path, args: &[&str]) -> String {
        let output = self.run(folder, args);
        assert!(output.status.success(), "{args:?}: {}", text(&output));
        text(&output)
    }

    fn commits(&self, folder: &Path) -> bool {
        let output = self.ccc.command(folder, "git").args(["commit", "-qam", "x"]).output().unwrap();
        output.status.success()
    }
}

#[test]
fn a_slice_by_two_parties_with_the_commands_alone() {
    let two = Two::new();
    let (agentos, ccc) = (two.agentos.clone(), two.ccc.root().to_owned());
    let adapter = agentos.join(ADAPTER);
    std::fs::write(&adapter, "two\n").unwrap();
    std::fs::write(ccc.join(CONTRACT), "* ts: float\n* rid: string (optional)\n").unwrap();
    assert!(!two.commits(&agentos) && !two.commits(&ccc));
    let contract = format!("ClaudeCodeProxy/{CONTRACT}");
    let args = ["gate", "new", "--slice", "r4-adapter", "--path", ADAPTER, "--path", &contract, "--field", "warn_pct"];
    let asked = two.done(
        &agentos,
        &[&args[..], &["--field", "rid", "--question", "Flat?", "--validate", "pytest", "--commit"]].concat(),
    );
    assert!(asked.contains("## AgentOS (alignment gate: r4-adapter) ") && asked.contains("committed"), "{asked}");
    assert!(!two.commits(&agentos), "a question is no agreement");
    let shown = two.done(&ccc, &["gate", "show", "--format", "json"]);
    let shown: serde_json::Value = serde_json::from_str(&shown).unwrap();
    assert_eq!((&shown["gate"]["state"], &shown["gate"]["fields"][0]), (&"pending".into(), &"warn_pct".into()));
    // Its own gate is not its to answer.
    let own = two.run(&agentos, &["ack", "--yes"]);
    assert!(own.status.code() == Some(2) && text(&own).contains("which posted it (AG103"), "{}", text(&own));
    // Nobody can be asked where there is no terminal.
    assert_eq!(two.run(&ccc, &["ack"]).status.code(), Some(2));
    let acked = two.done(&ccc, &["ack", "--yes", "--commit"]);
    let digest = shown["gate"]["digest"].as_str().unwrap();
    assert!(acked.contains("## CCC (ACK: r4-adapter) ") && acked.contains(&format!("Gate: {digest}")), "{acked}");
    // The log's repository has it, committed by itself; the change beside it is still there.
    assert_eq!(two.ccc.git_in(&agentos, &["show", "--name-only", "--format=", "HEAD"]), LOG);
    assert_eq!(std::fs::read_to_string(&adapter).unwrap(), "two\n");
    assert!(two.commits(&agentos) && two.commits(&ccc));
    assert_eq!(two.run(&ccc, &["landed"]).status.code(), Some(2), "only its own party can say so");
    two.done(&agentos, &["landed", "--commit"]);
    two.done(&agentos, &["ready", "--note", "CCC is next", "--commit"]);
    std::fs::write(&adapter, "three\n").unwrap();
    assert!(!two.commits(&agentos));
    assert!(two.done(&agentos, &["log"]).contains("ready"));
}

#[test]
fn no_and_taking_back() {
    let two = Two::new();
    let (agentos, ccc) = (two.agentos.clone(), two.ccc.root().to_owned());
    two.done(&ccc, &["gate", "new", "--slice", "r4", "--path", CONTRACT, "--date", "2099-01-01", "--commit"]);
    two.done(&agentos, &["nack", "--reason", "ACK\n## AgentOS (ACK)\n<!--", "--commit"]);
    let status = two.done(&ccc, &["status"]);
    assert!(status.contains("by CCC, line 3: rejected"), "{status}");
    two.done(&ccc, &["withdraw", "--commit"]);
    assert!(two.done(&ccc, &["status"]).contains("withdrawn"));
    let log = std::fs::read_to_string(agentos.join(LOG)).unwrap();
    for wrong in [
        &["gate", "new", "--slice", "r4 adapter", "--path", CONTRACT][..],
        &["gate", "new", "--slice", "r5", "--path", "a b/c"],
        &["gate", "new", "--slice", "r5", "--path", "**"],
        &["gate", "new", "--slice", "r5", "--path", "docs/System"],
        &["gate", "new", "--slice", "r5", "--path", CONTRACT, "--party", "AgentOS"],
        &["gate", "new", "--slice", "r5", "--path", CONTRACT, "--date", "soon"],
        &["gate", "new", "--slice", "r5", "--path", CONTRACT, "--field", "a`b"],
        &["nack", "--slice", "r9"],
        &["ack", "--yes", "--slice", "r4"],
    ] {
        let output = two.run(&ccc, wrong);
        assert_eq!(output.status.code(), Some(2), "{wrong:?}: {}", text(&output));
        assert!(text(&output).contains("error"), "{wrong:?}");
    }
    assert_eq!(std::fs::read_to_string(agentos.join(LOG)).unwrap(), log);
}

/// A seeded row of numbers (xorshift), the same on every machine.
struct Dice(u64);

impl Dice {
    fn roll(&mut self, sides: u64) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0 % sides
    }
}

/// When a writer is killed, if it is.
#[derive(Debug, Clone, Copy)]
enum Fate {
    Lives,
    /// Once so many others have been started after it.
    Overtaken(usize),
    /// Once its new log is being written beside the old one.
    Writing,
    /// Once it has said something.
    Speaking,
}

/// One writer of fifty and what it writes.
struct Scribe {
    number: usize,
    fate: Fate,
    commits: bool,
    process: std::process::Child,
}

impl Scribe {
    fn start(team: &Team, number: usize, fate: Fate, commits: bool) -> Scribe {
        let mut command = team.here.command(team.here.root(), VERIFY);
        match number % 2 {
            0 => command.args(["gate", "new", "--slice", &format!("r{number}-many"), "--path", ADAPTER]),
            _ => command.args(["ready", "--slice", "r1", "--note", &format!("of writer {number}")]),
        };
        if commits {
            command.arg("--commit");
        }
        let process = command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::null()).spawn().unwrap();
        Scribe { number, fate, commits, process }
    }

    /// How often its entry stands in a log, whole.
    fn times(&self, log: &str) -> usize {
        let number = self.number;
        let (head, body) = match number % 2 {
            0 => (
                format!("## AgentOS (alignment gate: r{number}-many) "),
                format!("\n\n- What we will change (paths + fields):\n  - `{ADAPTER}`\n"),
            ),
            _ => ("## AgentOS (Ready for ACK — slice: r1) ".to_owned(), format!("\n\nNote: of writer {number}\n")),
        };
        let entries = log.split("\n## ").map(|entry| format!("## {entry}"));
        let date = "YYYY-MM-DD".len();
        let whole = |entry: &String| {
            entry.strip_prefix(&head).and_then(|rest| rest.get(date..)).is_some_and(|rest| rest.starts_with(&body))
                && entry.trim_end().ends_with("— End of entry —")
        };
        entries.filter(whole).count()
    }

    fn kill_while_writing(&mut self, folder: &Path) {
        let unfinished = folder.join(format!(".ackgate-tmp-CCC_AGENT_CHAT.md-{}", self.process.id()));
        while !unfinished.exists() && self.process.try_wait().unwrap().is_none() {
            std::thread::yield_now();
        }
        self.process.kill().unwrap();
    }

    fn kill_while_speaking(&mut self) {
        use std::io::Read;
        let mut byte = [0];
        drop(self.process.stdout.as_mut().unwrap().read(&mut byte));
        self.process.kill().unwrap();
    }
}

#[test]
fn of_fifty_writers_at_once_some_of_them_killed_none_is_lost_or_torn() {
    let team = Team::bare_of_hooks();
    let folder = team.here.root().join(LOG).parent().unwrap().to_owned();
    let mut dice = Dice(0x5eed_ac6a);
    let mut scribes: Vec<Scribe> = Vec::new();
    for number in 0..50 {
        let fate = match dice.roll(8) {
            0 | 1 => Fate::Overtaken(dice.roll(6) as usize),
            2 => Fate::Writing,
            3 => Fate::Speaking,
            _ => Fate::Lives,
        };
        // A commit that is cut off from its writer may take others along, and still lose nothing.
        let commits = dice.roll(5) == 0;
        scribes.push(Scribe::start(&team, number, fate, commits));
        for scribe in &mut scribes {
            if matches!(scribe.fate, Fate::Overtaken(others) if scribe.number + others == number) {
                scribe.process.kill().unwrap();
            }
        }
    }
    for scribe in &mut scribes {
        match scribe.fate {
            Fate::Writing => scribe.kill_while_writing(&folder),
            Fate::Speaking => scribe.kill_while_speaking(),
            Fate::Lives | Fate::Overtaken(_) => {}
        }
    }
    let ended: Vec<bool> = scribes.iter_mut().map(|scribe| scribe.process.wait().unwrap().success()).collect();
    let killed = scribes.iter().filter(|scribe| !matches!(scribe.fate, Fate::Lives)).count();
    assert!(killed > 10 && ended.iter().filter(|success| **success).count() > 10, "{killed} {ended:?}");
    // Whoever comes next is not held up, and clears away what was left unfinished.
    let output = team.verify(&["gate", "new", "--slice", "r99-last", "--path", ADAPTER]);
    assert!(output.status.success(), "{}", text(&output));
    assert_eq!(std::fs::read_dir(&folder).unwrap().count(), 1);
    let log = std::fs::read_to_string(team.here.root().join(LOG)).unwrap();
    let mut found = 1;
    for (scribe, success) in scribes.iter().zip(&ended) {
        let times = scribe.times(&log);
        let Scribe { number, fate, commits, .. } = scribe;
        let fits = match (success, fate) {
            (true, _) => times == 1,
            (false, Fate::Lives) => *commits && times == 0,
            (false, _) => times <= 1,
        };
        assert!(fits, "{number} {fate:?} {commits} {success}: {times}\n{log}");
        found += times;
    }
    assert_eq!(log.matches("## AgentOS").count(), found, "{log}");
    let shown = team.verify(&["--log", LOG, "log", "--format", "json"]);
    let shown: serde_json::Value = serde_json::from_slice(&shown.stdout).unwrap();
    assert_eq!(shown["entries"].as_array().unwrap().len(), found);
}

/// The system ends a process that makes a file longer than it may: here after any half kilobyte of what is written.
#[test]
fn a_file_that_is_cut_off_while_it_is_written_is_not_there() {
    let team = Team::bare_of_hooks();
    let log = team.here.root().join(LOG);
    let before = format!("# Log\n\n{}", "Nothing yet.\n".repeat(120));
    team.here.write(LOG, &before);
    let hooks = team.here.root().join(".git/hooks");
    let within = |blocks: usize, args: &[&str]| {
        let limit = format!("ulimit -c 0; ulimit -f {blocks} || exit 9; exec \"$@\"");
        let mut command = team.here.command(team.here.root(), "sh");
        command.args(["-c", &limit, "sh", VERIFY]).args(args).output().unwrap()
    };
    team.here.hook("pre-push", "exit 0");
    let (mut written, mut installed, mut seen) = (None, None, Vec::new());
    for blocks in 0..40 {
        let output = within(blocks, &["ready", "--note", "x"]);
        let now = std::fs::read_to_string(&log).unwrap();
        match output.status.success() {
            true => assert!(now.starts_with(&before) && now.ends_with("Note: x\n\n— End of entry —\n"), "{now}"),
            false => assert_eq!(now, before, "within {blocks}: {}", text(&output)),
        }
        let installs = within(blocks, &["install"]).status.success();
        for name in ["pre-commit", "pre-merge-commit", "pre-push"] {
            seen.push((name, std::fs::read(hooks.join(name)).unwrap_or_default()));
        }
        written = written.or(output.status.success().then_some(blocks));
        installed = installed.or(installs.then_some(blocks));
        if written.is_some() && installed.is_some() {
            break;
        }
    }
    assert!(written.is_some_and(|blocks| blocks > 1) && installed.is_some_and(|blocks| blocks > 1));
    for (name, content) in seen {
        let old = if name == "pre-push" { "#!/bin/sh\nexit 0\n" } else { "" };
        let is_new = content == std::fs::read(hooks.join(name)).unwrap();
        assert!(is_new || content == old.as_bytes(), "{name}: {}", String::from_utf8_lossy(&content));
    }
}

#[test]
fn a_commit_that_is_refused_takes_the_entry_out_again() {
    let team = Team::bare_of_hooks();
    team.here.hook("pre-commit", "echo no >&2; exit 1");
    let before = std::fs::read_to_string(team.here.root().join(LOG)).unwrap();
    let new = ["gate", "new", "--slice", "r4", "--path", ADAPTER, "--commit"];
    let output = team.verify(&new);
    assert_eq!(output.status.code(), Some(2), "{}", text(&output));
    assert_eq!(std::fs::read_to_string(team.here.root().join(LOG)).unwrap(), before);
    team.here.hook("pre-commit", "exit 0");
    // What others have not committed is not taken along.
    team.here.write(LOG, format!("{before}\n## CCC (note)\n"));
    let output = team.verify(&new);
    assert!(output.status.code() == Some(2) && text(&output).contains("not committed yet"), "{}", text(&output));
    team.here.git(&["checkout", "-q", "--", LOG]);
    team.here.write("readme.md", "staged\n");
    team.here.git(&["add", "readme.md"]);
    assert!(team.verify(&new).status.success());
    assert_eq!(team.here.git(&["show", "--name-only", "--format=", "HEAD"]), LOG);
    assert_eq!(team.here.git(&["diff", "--cached", "--name-only"]), "readme.md");
}

#[test]
fn logs_that_are_not_to_be_written() {
    let new = ["gate", "new", "--slice", "r4", "--path", ADAPTER];
    let refused = |team: &Team, words: &str| {
        let output = team.verify(&new);
        assert!(output.status.code() == Some(2) && text(&output).contains(words), "{words}: {}", text(&output));
    };
    let team = Team::bare_of_hooks();
    let log = team.here.root().join(LOG);
    std::fs::rename(&log, team.here.root().join("elsewhere.md")).unwrap();
    refused(&team, "there is no log");
    std::os::unix::fs::symlink("../../elsewhere.md", &log).unwrap();
    refused(&team, "no regular file");
    let team = Team::bare_of_hooks();
    for (content, words) in
        [(&b"# Log\n<<<<<<< HEAD\n"[..], "merge"), (b"# Log \xff\n", "UTF-8"), (b"# Log\n\n```\nopen\n", "left open")]
    {
        team.here.write(LOG, content);
        refused(&team, words);
        assert_eq!(std::fs::read(team.here.root().join(LOG)).unwrap(), content);
    }
    // The mode and the line ends are kept; a path that is there is meant to the letter.
    team.here.write(LOG, b"# Log\r\n");
    team.here.write("agentos/[id]/a*b.py", "x\n");
    let log = team.here.root().join(LOG);
    std::fs::set_permissions(&log, std::os::unix::fs::PermissionsExt::from_mode(0o640)).unwrap();
    let output = team.verify(&["gate", "new", "--slice", "r4", "--path", "agentos/[id]/a*b.py"]);
    assert!(output.status.success(), "{}", text(&output));
    let written = std::fs::read_to_string(&log).unwrap();
    assert!(written.contains("  - `agentos/[[]id]/a[*]b.py`\r\n"), "{written}");
    assert_eq!(written.matches('\n').count(), written.matches("\r\n").count());
    let mode = std::os::unix::fs::PermissionsExt::mode(&std::fs::metadata(&log).unwrap().permissions());
    assert_eq!(mode & 0o777, 0o640);
}

#[test]
fn an_unmerged_log_is_left_alone() {
    let team = Team::bare_of_hooks();
    team.here.git(&["checkout", "-qb", "side"]);
    team.say("## CCC (note)\n\nside");
    team.here.git(&["checkout", "-q", "main"]);
    team.say("## CCC (note)\n\nmain");
    assert!(!team.git(&["merge", "-q", "side"]).status.success());
    // Without the markers too, as long as the index has it in conflict.
    team.here.write(LOG, "# Log\n");
    let output = team.verify(&["gate", "new", "--slice", "r4", "--path", ADAPTER]);
    assert!(output.status.code() == Some(2) && text(&output).contains("merge"), "{}", text(&output));
}

#[test]
fn an_ack_is_void_where_its_digest_is_not_the_gates() {
    let team = Team::new();
    team.gate("r4-adapter", &format!("`{ADAPTER}`"));
    let wrong = "0".repeat(64);
    team.say(&format!("## CCC (ACK: r4-adapter)\n\nGate: sha256:{wrong}"));
    team.stage(ADAPTER, "two\n");
    team.refused(&["commit", "-qm", "x"], "AG111");
    let shown = team.verify(&["gate", "show", "--format", "json"]);
    let shown: serde_json::Value = serde_json::from_slice(&shown.stdout).unwrap();
    team.say(&format!("## CCC (ACK: r4-adapter)\n\nGate: {}", shown["gate"]["digest"].as_str().unwrap()));
    team.stage(ADAPTER, "two\n");
    team.passes(&["commit", "-qm", "x"]);
}

#[test]
fn a_gate_is_written_in_the_editor() {
    let team = Team::bare_of_hooks();
    let agentos = |path: &str| team.here.write(path, "x\n");
    team.here.write("plans/2025-01-01_r3-old.plan.md", "## Validation Matrix\n- old\n");
    let plan = "# Plan\n\n## Tasks\n- write \u{1b}[1m\n\n## Validation Matrix\n- Unit: `pytest`\n";
    team.here.write("plans/2025-01-02_r4-new.plan.md", plan);
    team.here.write("plans/9999-99-99_r5.plan.md", "");
    agentos("agentos/integrations/[id].py");
    agentos("agentos/schemas/a b.json");
    agentos("unprotected.py");
    team.here.git(&["add", "-A"]);
    team.here.git(&["rm", "-q", "-f", ADAPTER]);
    let log = || std::fs::read_to_string(team.here.root().join(LOG)).unwrap();
    let before = log();
    let kept = || -> Vec<PathBuf> {
        let all = std::fs::read_dir(team.here.root().join(".git")).unwrap().map(|entry| entry.unwrap().path());
        all.filter(|path| path.file_name().unwrap().to_string_lossy().starts_with("ackgate-gate-")).collect()
    };
    let edit = |editor: &str, args: &[&str]| {
        let mut command = team.here.command(team.here.root(), VERIFY);
        command.env("GIT_EDITOR", editor).args(["gate", "new"]).args(args).stdin(Stdio::null()).output().unwrap()
    };
    // Left as it was, or emptied: nothing.
    for editor in ["cat", ":", "printf '# x\\n\\n' >"] {
        let output = edit(editor, &["--edit"]);
        assert_eq!(output.status.code(), Some(1), "{editor}: {}", text(&output));
        assert!(text(&output).contains("nothing was written") && kept().is_empty() && log() == before);
    }
    let shown = text(&edit("cat", &["--edit"]));
    assert!(shown.contains("Slice: r4-new\n") && shown.contains("\n- Unit: `pytest`\n"), "{shown}");
    assert!(shown.contains(&format!("\n- agentos/integrations/[id].py\n- {ADAPTER}\n")), "{shown}");
    assert!(shown.contains("# `agentos/schemas/a b.json` is staged and protected, but it has a space"), "{shown}");
    assert!(
        !shown.contains("unprotected") && !shown.contains('\u{1b}') && shown.contains("# write \\u{1b}[1m"),
        "{shown}"
    );
    // What cannot be posted is kept.
    for (editor, why) in [
        ("echo 'Slize: r4' >", "line 1: it belongs to no part"),
        ("sed -i 's/^Slice:.*/Slice: r4 new/'", "nothing was written"),
        ("sed -i 's/^- agentos.*id.*/- **/'", "the path `**`"),
        ("sed -i 's/r4/r5/' \"$1\"; false", "the editor failed"),
    ] {
        let output = edit(editor, &["--edit"]);
        let said = text(&output);
        assert!(output.status.code() == Some(2) && said.contains(why) && log() == before, "{editor}: {said}");
        let [file] = &kept()[..] else { panic!("{editor}: {:?}", kept()) };
        assert!(said.contains(&format!("your text is kept in {}", file.display())), "{said}");
        std::fs::remove_file(file).unwrap();
    }
    let output = edit("no-such-editor", &["--edit"]);
    assert!(output.status.code() == Some(2) && kept().is_empty(), "{}", text(&output));
    // Nobody can be asked here.
    let output = edit("cat", &["--slice", "r4"]);
    assert!(output.status.code() == Some(2) && text(&output).contains("--edit"), "{}", text(&output));
    let output =
        edit("sed -i 's/^Questions.*/&\\n- Is it *so*?/'", &["--edit", "--slice", "r6", "--field", "warn", "--commit"]);
    assert!(output.status.success() && kept().is_empty(), "{}", text(&output));
    let added = log().strip_prefix(&before).unwrap().to_owned();
    assert!(added.contains("(alignment gate: r6)") && added.contains("  2. Is it *so*?\n"), "{added}");
    assert!(
        added.contains("  - `agentos/integrations/[[]id].py`\n") && added.contains("  - Unit: `pytest`\n"),
        "{added}"
    );
}
