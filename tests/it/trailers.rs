//! Trailers, against what git itself reads.

use std::io::Write;
use std::process::Stdio;

use ackgate::message::trailers;
use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};

use crate::support::Scratch;

/// What `git interpret-trailers` reads of a commit's message.
fn by_git(scratch: &Scratch, message: &str) -> String {
    let mut git = scratch.command(scratch.root(), "git");
    git.args(["interpret-trailers", "--parse", "--no-divider"]).stdin(Stdio::piped()).stdout(Stdio::piped());
    let mut child = git.spawn().unwrap();
    child.stdin.take().unwrap().write_all(message.as_bytes()).unwrap();
    String::from_utf8(child.wait_with_output().unwrap().stdout).unwrap()
}

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

#[test]
fn trailers_are_read_as_git_reads_them() {
    let scratch = Scratch::new();
    let mut runner = TestRunner::new_with_rng(
        Config { cases: 400, failure_persistence: None, ..Config::default() },
        prop::test_runner::TestRng::deterministic_rng(prop::test_runner::RngAlgorithm::ChaCha),
    );
    let message = (any::<bool>(), prop::collection::vec(line(), 0..10), any::<bool>());
    let outcome = runner.run(&message, |(titled, lines, ends)| {
        let title = if titled { "Title\n\n" } else { "" };
        let mut message = format!("{title}{}", lines.join("\n"));
        if ends {
            message.push('\n');
        }
        prop_assert_eq!(by_ackgate(&message), by_git(&scratch, &message), "of {:?}", message);
        Ok(())
    });
    if let Err(error) = outcome {
        panic!("{error}");
    }
}
