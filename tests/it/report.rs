//! `verify-gate report --html`: the page of real repositories.

use std::fs;

use crate::boundary::{ADAPTER, LOG, Team, VERIFY, text};
use crate::slice::{ADA, BOB, SCHEMA, Sides};

fn report(team: &Team, args: &[&str]) -> String {
    let output = team.verify(&[&["report"], args].concat());
    assert_eq!(output.status.code(), Some(0), "{}", text(&output));
    String::from_utf8(output.stdout).unwrap()
}

fn section<'h>(html: &'h str, id: &str) -> &'h str {
    let (_, rest) = html.split_once(&format!("<h2 id=\"{id}\">")).unwrap();
    rest.split_once("</section>").unwrap().0
}

#[test]
fn both_sides_see_the_same_gate_its_proof_and_the_commits_of_both() {
    let sides = Sides::new("\"signed\"");
    sides
        .done(ADA, &["gate", "new", "--slice", "r4", "--path", SCHEMA, "--path", &format!("CCC/{SCHEMA}"), "--commit"]);
    sides.done(BOB, &["ack", "--yes", "--commit", &format!("--sign={}", sides.key("CCC").display())]);
    for (who, name) in [(ADA, "AgentOS"), (BOB, "CCC")] {
        fs::write(sides.root(who).join(SCHEMA), "one\ntwo\n").unwrap();
        sides.commits(who, &format!("change of {name}"));
    }
    // What is found of it names where the log lies, as `--range` shows it.
    fs::write(sides.root(BOB).join(crate::slice::ADAPTER), "past the hooks\n").unwrap();
    let mut past = sides.command(BOB, "git", &sides.root(BOB));
    assert!(past.args(["commit", "-aqm", "past", "--no-verify"]).status().unwrap().success());
    for who in [ADA, BOB] {
        let html = sides.done(who, &["report", "--html", "-"]);
        let gates = section(&html, "gates");
        for words in [
            "<code>r4</code> <span class=\"badge good\">ACKed</span> <span class=\"badge good\">open now</span>",
            "<span class=\"badge good\">signed</span> by <bdi>CCC</bdi>, committed by <bdi>bob@ccc.example</bdi>",
            "asks for signed <span class=\"badge good\">met</span>",
            "change of AgentOS",
            "change of CCC",
            "2 commits under r4",
        ] {
            assert!(gates.contains(words), "{}: no {words}: {gates}", who.party);
        }
        assert!(section(&html, "files").contains("<span class=\"badge good\">open</span> <a href=\"#gate-1\">"));
        assert!(section(&html, "commits").contains("<b>AG104</b>"));
        assert!(!html.contains(sides.scratch.beside("").to_str().unwrap()), "places of this machine");
        assert_eq!(html, sides.done(who, &["report", "--html", "-"]), "made twice");
    }
}

#[test]
fn an_ack_that_proves_too_little_opens_nothing() {
    let sides = Sides::new("\"authored\"");
    sides.done(ADA, &["gate", "new", "--slice", "r4", "--path", SCHEMA, "--commit"]);
    let log = sides.log();
    fs::write(sides.root(ADA).join(crate::slice::LOG), format!("{log}\n## CCC (ACK: r4)\n")).unwrap();
    sides.commits(ADA, "an ACK in CCC's name");
    let html = sides.done(ADA, &["report", "--html", "-"]);
    let gates = section(&html, "gates");
    assert!(gates.contains(">declared</span> by <bdi>CCC</bdi>") && gates.contains("not met"), "{gates}");
    assert!(!gates.contains(">open now</span>"), "{gates}");
    assert!(!section(&html, "files").contains(">open</span>"));
}

#[test]
fn what_went_past_the_hooks_is_seen_and_the_other_side_that_is_not_here() {
    let team = Team::bare_of_hooks();
    team.gate("r3", ADAPTER);
    team.stage(ADAPTER, "too soon\n");
    team.here.commit_staged("Too soon <b>");
    team.ack();
    team.stage(ADAPTER, "in time\n");
    team.here.commit_staged("In time");
    team.say("## AgentOS (landed: r3)");
    let html = report(&team, &["--html", "-"]);
    let loose = section(&html, "commits");
    assert!(
        loose.contains("Too soon &lt;b&gt;") && loose.contains("<b>AG102</b>") && !loose.contains("In time"),
        "{loose}"
    );
    assert!(section(&html, "gates").contains("In time") && section(&html, "gates").contains(">landed</span>"));
    let timeline = section(&html, "timeline");
    let place = |words: &str| timeline.find(words).unwrap_or_else(|| panic!("no {words}"));
    let order = ["entry-1", "Too soon", "entry-2", "In time", "entry-3"].map(place);
    assert!(order.is_sorted(), "{order:?}");
    assert!(section(&html, "read").contains("it is not beside this repository"));
    // Fewer commits: those that are left out are not taken for none.
    let html = report(&team, &["--html", "-", "--commits", "1"]);
    assert!(!html.contains("Too soon") && section(&html, "read").contains("older ones were not looked at"));
}

#[test]
fn the_file_is_written_whole_and_takes_the_place_of_a_report_alone() {
    let team = Team::bare_of_hooks();
    let asked = |args: &[&str]| {
        let output = team.verify(args);
        (output.status.code(), text(&output))
    };
    let file = team.here.root().join("made/report.html");
    for _ in 0..2 {
        let (code, said) = asked(&["report", "--html", "made/report.html"]);
        assert!(code == Some(0) && said.contains("0 gates"), "{said}");
    }
    assert!(fs::read_to_string(&file).unwrap().ends_with("</html>\n"));
    assert_eq!(fs::read_dir(file.parent().unwrap()).unwrap().count(), 1);
    let (code, said) = asked(&["report", "--html", "readme.md"]);
    assert!(code == Some(2) && said.contains("is no report") && said.contains("--force"), "{said}");
    assert_eq!(fs::read_to_string(team.here.root().join("readme.md")).unwrap(), "x\n");
    let link = team.here.root().join("link.html");
    std::os::unix::fs::symlink(team.here.root().join("readme.md"), &link).unwrap();
    let (code, said) = asked(&["report", "--html", "link.html", "--force"]);
    assert!(code == Some(2) && said.contains("is not a file"), "{said}");
    assert_eq!(fs::read_to_string(team.here.root().join("readme.md")).unwrap(), "x\n");
    assert_eq!(asked(&["report", "--html", "readme.md", "--force"]).0, Some(0));
    let (code, said) = asked(&["report"]);
    assert!(code == Some(2) && said.contains("--html <FILE>"), "{said}");
}

#[test]
fn a_log_in_a_file_and_a_broken_log() {
    let team = Team::bare_of_hooks();
    let file = team.here.beside("draft.md");
    fs::write(&file, "## AgentOS (alignment gate: r4)\n\n## CCC (ACK)\n").unwrap();
    let html = report(&team, &["--html", "-", "--log", file.to_str().unwrap()]);
    assert!(html.contains("no repository was looked at") && html.contains(">ACKed</span>"));
    let elsewhere = team.here.command(team.here.beside("").as_path(), VERIFY);
    let mut elsewhere = elsewhere;
    let output = elsewhere.args(["report", "--html", "-"]).output().unwrap();
    assert_eq!(output.status.code(), Some(2));
    team.here.write(LOG, b"## AgentOS\n\xff\n");
    team.here.commit("not text");
    let output = team.verify(&["report", "--html", "-"]);
    assert!(output.status.code() == Some(2) && output.stdout.is_empty(), "{}", text(&output));
}

#[test]
fn the_members_of_a_workspace_are_both_sides() {
    let team = Team::bare_of_hooks();
    let here = &team.here;
    let policy = |party: &str, protect: &str| {
        format!(
            "version = 1\nparty = \"{party}\"\n[log]\npath = \"log.md\"\nowner = \"A\"\n[parties.A]\nrepositories = [\"a\"]\n\
             [parties.B]\nrepositories = [\"b\"]\n[protect]\nadapter = [\"{protect}\"]\n"
        )
    };
    here.write("ackgate.toml", "version = 1\n[workspace]\nmembers = [\"one\", \"two\"]\n");
    here.write("one/ackgate.toml", policy("A", "x/**"));
    here.write("two/ackgate.toml", policy("B", "y/**"));
    here.write("one/x/f", "1\n");
    here.write("two/y/g", "1\n");
    here.write("one/log.md", "# Log\n\n## A (alignment gate: r1)\n\n- What we will change:\n  - `x/`\n  - `b/y/`\n");
    here.commit("adopt");
    here.write("one/log.md", fs::read_to_string(here.root().join("one/log.md")).unwrap() + "\n## B (ACK)\n");
    here.commit("ack");
    here.write("two/y/g", "2\n");
    here.commit("change of two");
    for member in ["one", "two"] {
        let output = here.command(&here.root().join(member), VERIFY).args(["report", "--html", "-"]).output().unwrap();
        let html = text(&output);
        assert!(section(&html, "gates").contains("change of two"), "{html}");
        let files = section(&html, "files");
        for file in ["one/x/f", "two/y/g"] {
            let (_, row) = files.split_once(file).unwrap();
            let (row, _) = row.split_once("</tr>").unwrap();
            assert!(row.contains(">open</span>"), "{file}: {row}");
        }
    }
}
