//! One change on one base has one verdict, at whichever boundary it is judged.

use std::os::unix::fs::{PermissionsExt, symlink};

use crate::attack::{ccc, verdicts};
use crate::boundary::{ADAPTER, LOG, Team, gate_text, policy};

/// What is agreed when the change is made.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Base {
    Nothing,
    Acked,
    Landed,
    /// Acked, with a policy file in the built-in profile's place.
    Written,
    /// Both built-in profiles fit.
    Ambiguous,
    /// The log is in another repository, which is not there.
    Elsewhere,
    /// Neither a policy nor a profile that fits.
    Strange,
}
use Base::*;

const ALL: &[Base] = &[Nothing, Acked, Landed, Written, Ambiguous, Elsewhere, Strange];
const CONTRACT: &str = "docs/System/contracts/USAGE_EVENT_SCHEMA.md";

fn team(base: Base) -> Team {
    if base == Elsewhere {
        let team = ccc();
        team.here.write(ADAPTER, "one\n");
        team.here.commit("what is not protected there");
        team.here.git(&["push", "-q", "--no-verify", "origin", "main"]);
        return team;
    }
    let team = Team::new();
    match base {
        Written => team.here.write("ackgate.toml", policy("")),
        Ambiguous => team.here.write(CONTRACT, "x\n"),
        Strange => std::fs::remove_file(team.here.root().join(LOG)).unwrap(),
        _ => {}
    }
    team.here.commit("base");
    if !matches!(base, Nothing | Ambiguous | Strange) {
        team.gate("r4", &format!("`{ADAPTER}`, `agentos/integrations/new.py`"));
    }
    match base {
        Acked | Written => team.ack(),
        Landed => ["## CCC (ACK)", "## AgentOS executor (landed)"].iter().for_each(|entry| team.say(entry)),
        _ => {}
    }
    team.origin();
    team
}

/// Edits the work tree.
type Change = fn(&Team);

fn write(team: &Team, path: &str, text: &str) {
    team.here.write(path, text);
}

/// Makes something else of the log, where there is one: a second log is a commit's matter alone (AG202).
fn log(team: &Team, after: impl Fn(&str) -> String) {
    match std::fs::read_to_string(team.here.root().join(LOG)) {
        Ok(log) => write(team, LOG, &after(&log)),
        Err(_) => write(team, "readme.md", "no log\n"),
    }
}

/// A change, the bases on which it passes, and whether its paths alone tell that it does not.
const TABLE: &[(&str, Change, &[Base], bool)] = &[
    ("nothing protected", |t| write(t, "readme.md", "y\n"), ALL, true),
    ("covered", |t| write(t, ADAPTER, "two\n"), &[Acked, Written, Elsewhere, Strange], true),
    ("not covered", |t| write(t, "agentos/integrations/x.py", "x\n"), &[Elsewhere, Strange], true),
    ("theirs", |t| write(t, CONTRACT, "y\n"), &[Nothing, Acked, Landed, Written, Strange], true),
    (
        "both",
        |t| [ADAPTER, "agentos/integrations/x.py"].iter().for_each(|path| write(t, path, "two\n")),
        &[Elsewhere, Strange],
        true,
    ),
    ("gone", |t| drop(std::fs::remove_file(t.here.root().join(ADAPTER))), &[Acked, Written, Elsewhere, Strange], true),
    (
        "moved away",
        |t| {
            write(t, "elsewhere.py", "one\n");
            drop(std::fs::remove_file(t.here.root().join(ADAPTER)));
        },
        &[Acked, Written, Elsewhere, Strange],
        true,
    ),
    (
        "another mode",
        |t| {
            write(t, ADAPTER, "one\n");
            std::fs::set_permissions(t.here.root().join(ADAPTER), std::fs::Permissions::from_mode(0o755)).unwrap();
        },
        &[Acked, Written, Elsewhere, Strange],
        true,
    ),
    (
        "a link in a folder's place",
        |t| {
            drop(std::fs::remove_dir_all(t.here.root().join("agentos")));
            symlink("elsewhere", t.here.root().join("agentos")).unwrap();
        },
        &[Elsewhere, Strange],
        true,
    ),
    ("a policy", |t| write(t, "ackgate.toml", &policy("adapter = [\"x/**\"]\n")), ALL_BUT_WRITTEN, true),
    ("no policy", |t| write(t, "ackgate.toml", "version = \"x\"\n"), &[], false),
    (
        "a policy and a change",
        |t| {
            write(t, "ackgate.toml", &policy("adapter = [\"x/**\"]\n"));
            write(t, "agentos/integrations/x.py", "two\n");
        },
        &[Elsewhere, Strange],
        true,
    ),
    ("an entry", |t| log(t, |log| format!("{log}\n{}\n", gate_text("r5", "`x/y`"))), ALL, true),
    (
        "the ACK with the change",
        |t| {
            log(t, |log| format!("{log}\n## CCC (ACK: r4)\n"));
            write(t, "agentos/integrations/new.py", "two\n");
        },
        &[Acked, Written, Elsewhere, Strange],
        true,
    ),
    (
        "an entry rewritten",
        |t| {
            log(t, |log| log.replace("pytest", "nothing"));
            write(t, "readme.md", "z\n");
        },
        &[Ambiguous, Elsewhere, Strange, Nothing],
        false,
    ),
];

const ALL_BUT_WRITTEN: &[Base] = &[Nothing, Acked, Landed, Ambiguous, Elsewhere, Strange];

#[test]
fn every_boundary_has_the_same_verdict() {
    for base in ALL {
        let team = team(*base);
        for (what, change, passes, paths_tell) in TABLE {
            change(&team);
            let passes = passes.contains(base);
            let changed =
                team.here.git(&["-c", "core.quotePath=false", "status", "--porcelain", "-uall", "--no-renames"]);
            let paths: Vec<&str> = changed.lines().filter_map(|line| line.get(3..)).collect();
            let code = |args: &[&str]| team.verify(args).status.code();
            let by_name = code(&[&["--paths"], paths.as_slice()].concat());
            let worktree = code(&["--worktree"]);
            team.here.git(&["add", "-A"]);
            let staged = code(&["--staged"]);
            let seen = [vec![worktree == Some(0), staged == Some(0)], verdicts(&team).to_vec()].concat();
            assert_eq!(seen, [passes; 6], "{what}, {base:?}: worktree, staged, commit, push, receive, range");
            assert_eq!(staged, worktree, "{what}, {base:?}");
            // A name tells less than content does: it may pass what is refused, and refuses nothing that passes.
            assert!(by_name == staged || (!paths_tell && by_name == Some(0)), "{what}, {base:?}: {by_name:?}");
            team.here.git(&["clean", "-qfd"]);
        }
    }
}
