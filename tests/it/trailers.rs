//! Trailers, against what git itself reads.

use std::io::Write;
use std::process::Stdio;

use ackgate::change::ObjectId;
use ackgate::message::{GatePin, LogPin, Pin, is_aborted, trailers, with_pins};
use proptest::prelude::*;
use proptest::test_runner::{Config, TestCaseError, TestRunner};

use crate::support::Scratch;

/// What one of git's filters makes of a message.
fn by_git(scratch: &Scratch, args: &[&str], message: &str) -> String {
    let mut git = scratch.command(scratch.root(), "git");
    let mut child = git.args(args).stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
    child.stdin.take().unwrap().write_all(message.as_bytes()).unwrap();
    String::from_utf8(child.wait_with_output().unwrap().stdout).unwrap()
}

const PARSE: [&str; 3] = ["interpret-trailers", "--parse", "--no-divider"];

fn by_ackgate(message: &str) -> String {
    trailers(message.as_bytes()).into_iter().map(|t| format!("{}: {}\n", t.token, t.value)).collect()
}

/// Lines that make git's rules bite, in any order.
fn line() -> impl Strategy<Value = String> {
    let known = [
        "",
        "",
        "",
        " ",
        "\t",
        "Title",
        "prose",
        "Gate: a",
        "gate-log : b",
        "Gate:",
        ":",
        "Signed-off-by: Ada <a@b>",
        "Signed-off-by:Ada",
        "(cherry picked from commit 1)",
        " folded ",
        "\t\tfolded: x",
        "# comment",
        "#",
        "---",
        "--- x",
        "Conflicts:",
        "\tfile",
        "# Conflicts:",
        "Gate: a\r",
        "\r",
        "Gate=a",
        "Gate Log: a",
        "Gat\u{e9}: a",
        "# ------------------------ >8 ------------------------",
        "Gate: \u{b} a",
    ];
    prop::sample::select(known.map(str::to_owned).to_vec())
}

/// Asks for messages of such lines.
fn every_message(holds: impl Fn(&str) -> Result<(), TestCaseError>) {
    let mut runner = TestRunner::new_with_rng(
        Config { cases: 400, failure_persistence: None, ..Config::default() },
        prop::test_runner::TestRng::deterministic_rng(prop::test_runner::RngAlgorithm::ChaCha),
    );
    let message = (any::<bool>(), prop::collection::vec(line(), 0..10), any::<bool>());
    let outcome = runner.run(&message, |(titled, lines, ends)| {
        let (title, end) = (if titled { "Title\n\n" } else { "" }, if ends { "\n" } else { "" });
        holds(&format!("{title}{}{end}", lines.join("\n")))
    });
    if let Err(error) = outcome {
        panic!("{error}");
    }
}

#[test]
fn trailers_are_read_as_git_reads_them() {
    let scratch = Scratch::new();
    every_message(|message| {
        prop_assert_eq!(by_ackgate(message), by_git(&scratch, &PARSE, message), "of {:?}", message);
        Ok(())
    });
}

#[test]
fn pins_are_trailers_of_what_git_commits_and_every_other_line_stays() {
    let scratch = Scratch::new();
    let gate = GatePin { slice: "r4".to_owned(), digest: "ab".repeat(32) };
    let log = LogPin { repository: "AgentOS".to_owned(), commit: ObjectId::Sha1([0x11; 20]) };
    let pins = [Pin::Gate(gate), Pin::Log(log)];
    let added = format!("{}\n{}\n", pins[0], pins[1]);
    every_message(|message| {
        if is_aborted(message.as_bytes(), b"#", None) {
            return Ok(());
        }
        let pinned = String::from_utf8(with_pins(message.as_bytes(), b"#", &pins)).unwrap();
        let filled =
            |text: &str| text.split('\n').filter(|l| !l.trim().is_empty()).map(str::to_owned).collect::<Vec<_>>();
        prop_assert_eq!(filled(&pinned.replacen(&added, "", 1)), filled(message), "of {:?}", message);
        let above = pinned.split("# ------------------------ >8").next().unwrap();
        let committed = by_git(&scratch, &["stripspace", "--strip-comments"], above);
        let read = by_git(&scratch, &PARSE, &committed);
        prop_assert!(read.ends_with(&added), "of {:?}: {:?}", message, committed);
        Ok(())
    });
}
