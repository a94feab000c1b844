use super::*;

fn read(message: &str) -> Vec<String> {
    trailers(message.as_bytes()).into_iter().map(|t| format!("{}: {}", t.token, t.value)).collect()
}

#[test]
fn the_last_paragraph_is_one_of_trailers_if_all_its_lines_are() {
    assert_eq!(read("Title\n\nBody\n\nGate: a\nGate-Log: b\n"), ["Gate: a", "Gate-Log: b"]);
    assert_eq!(read("Title\n\nGate: a\nprose\n"), [""; 0]);
    assert_eq!(read("Title\n\nGate: a\n\nprose\n"), [""; 0], "in the middle");
    assert_eq!(read("Gate: a\nGate-Log: b\n"), [""; 0], "the first paragraph is the title");
    assert_eq!(read("Title\n---\n\nGate: a\n"), ["Gate: a"], "no divider in a commit");
    assert_eq!(read(""), [""; 0]);
}

#[test]
fn a_quarter_is_enough_where_git_wrote_one() {
    assert_eq!(read("Title\n\none\ntwo\nthree\nSigned-off-by: Ada\n"), ["Signed-off-by: Ada"]);
    assert_eq!(read("Title\n\none\ntwo\nthree\nfour\nSigned-off-by: Ada\n"), [""; 0]);
    assert_eq!(read("Title\n\nGate: a\n(cherry picked from commit 1)\n"), ["Gate: a"]);
}

#[test]
fn lines_are_folded_and_white_space_is_not_kept() {
    assert_eq!(read("Title\n\nGate:  a\n\tb\n  c \n"), ["Gate: a b c"]);
    assert_eq!(read("Title\n\nGate : a\r\n"), ["Gate: a"]);
    assert_eq!(read("Title\n\nGate:\n"), ["Gate: "]);
}

#[test]
fn comments_conflicts_and_what_follows_scissors_do_not_count() {
    assert_eq!(read("Title\n\nGate: a\n# comment\n\n# more\n"), ["Gate: a"]);
    assert_eq!(read("Title\n\nGate: a\n\nConflicts:\n\tfile\n"), ["Gate: a"]);
    let scissors = "# ------------------------ >8 ------------------------\ndiff\n\nGate: b\n";
    assert_eq!(read(&format!("Title\n\nGate: a\n{scissors}")), ["Gate: a"]);
    assert_eq!(read("Title\n\nGate: a\0\n\nGate: b\n"), ["Gate: a"]);
}

#[test]
fn tokens_are_letters_digits_and_hyphens() {
    assert_eq!(read("Title\n\nGate Log: a\n"), [""; 0]);
    assert_eq!(read("Title\n\n: a\n"), [""; 0]);
    assert_eq!(read("Title\n\nGate=a\n"), [""; 0]);
    let found = trailers(b"Title\n\ngATE: a\n");
    assert!(found.iter().all(|t| t.is("Gate")) && !found.is_empty());
}

fn pins() -> Vec<Pin> {
    let gate = GatePin { slice: "r5".to_owned(), digest: "cd".repeat(32) };
    let commit = crate::change::ObjectId::Sha1([0x0f; 20]);
    vec![Pin::Gate(gate), Pin::Log(LogPin { repository: "AgentOS".to_owned(), commit })]
}

/// The message with pins in it, where they are shown as `G` and `L`.
fn pinned(message: &str, comment: &str) -> String {
    let pins = pins();
    let text = String::from_utf8(with_pins(message.as_bytes(), comment.as_bytes(), &pins)).unwrap();
    text.replace(&pins[0].to_string(), "G").replace(&pins[1].to_string(), "L")
}

#[test]
fn pins_go_where_git_adds_trailers() {
    for (message, expected) in [
        ("Title\n", "Title\n\nG\nL\n"),
        ("Title", "Title\n\nG\nL\n"),
        ("Title\n\n", "Title\n\nG\nL\n\n"),
        ("Title\r\n\r\nBody\r\n", "Title\r\n\r\nBody\r\n\nG\nL\n"),
        ("Title\n\nBody\n\nSigned-off-by: Ada\n", "Title\n\nBody\n\nSigned-off-by: Ada\nG\nL\n"),
        ("Signed: x\n", "Signed: x\n\nG\nL\n"),
        ("Title\n\n# Please enter\n#\n", "Title\n\nG\nL\n\n# Please enter\n#\n"),
        ("Merge\n\n# Conflicts:\n#\tfile\n", "Merge\n\nG\nL\n\n# Conflicts:\n#\tfile\n"),
        ("Title\n\nSee: x\n\nConflicts:\n\tfile\n", "Title\n\nSee: x\nG\nL\n\nConflicts:\n\tfile\n"),
        (
            "Title\n# ------------------------ >8 ------------------------\ndiff\n\nSee: x\n",
            "Title\n\nG\nL\n# ------------------------ >8 ------------------------\ndiff\n\nSee: x\n",
        ),
        ("# Say why\n\nWhy: because\n\n# hint\n", "# Say why\n\nWhy: because\n\nG\nL\n\n# hint\n"),
        ("\nWhy: because\n", "\nWhy: because\n\nG\nL\n"),
        ("fixup! Title\n", "fixup! Title\n\nG\nL\n"),
    ] {
        assert_eq!(pinned(message, "#"), expected, "{message:?}");
    }
    assert_eq!(pinned("Title\n\nSee: x\n; hint\n", ";"), "Title\n\nSee: x\nG\nL\n; hint\n");
    assert_eq!(pinned("Title\n\n# kept\n", ";"), "Title\n\n# kept\n\nG\nL\n");
}

#[test]
fn old_pins_are_renewed_and_nothing_else_is_touched() {
    let old = format!("Gate: r4@sha256:{}\ngate-log: AgentOS@{}\n", "ab".repeat(32), "1e".repeat(20));
    assert_eq!(pinned(&format!("Title\n\n{old}"), "#"), "Title\n\nG\nL\n");
    let mixed = format!("Title\n\nSee : x\n  more\n{old}Gate: the kitchen one\nSigned-off-by: Ada\n");
    assert_eq!(pinned(&mixed, "#"), "Title\n\nSee : x\n  more\nGate: the kitchen one\nSigned-off-by: Ada\nG\nL\n");
    let folded = format!("Title\n\nGate:\n r4@sha256:{}\nSee: x\n", "ab".repeat(32));
    assert_eq!(pinned(&folded, "#"), "Title\n\nSee: x\nG\nL\n");
    let body = format!("Title\n\n{old}\nBody\n");
    assert_eq!(pinned(&body, "#"), format!("{body}\nG\nL\n"), "what is no trailer stays");
    let twice = pinned("Title\n", "#").replace('G', &pins()[0].to_string()).replace("\nL", &format!("\n{}", pins()[1]));
    assert_eq!(pinned(&twice, "#"), "Title\n\nG\nL\n");
}

#[test]
fn what_git_gives_up_is_told() {
    let given_up =
        |message: &str, template: Option<&str>| is_aborted(message.as_bytes(), b"#", template.map(str::as_bytes));
    let cut = "# ------------------------ >8 ------------------------\ndiff\n";
    for empty in ["", "\n \n", "# hint\n\n#\n", "\nSigned-off-by: Ada\n# hint\n", cut] {
        assert!(given_up(empty, None), "{empty:?}");
    }
    assert!(!given_up("Title\n# hint\n", None) && !given_up("Signed-off-by:\n", None));
    let template = Some("# Say why\n\nWhy:   \n\n\nHow:\n");
    assert!(given_up("\nWhy:\n\nHow:\n\n# hint\n", template));
    assert!(given_up("Why:\n\nHow:\n\nSigned-off-by: Ada\n", template));
    assert!(given_up("# hint\n", template));
    assert!(!given_up("Why: because\n\nHow:\n", template));
    assert!(!given_up("Why:\n\nHow:\nso\n", template));
}

#[test]
fn what_starts_a_comment_is_what_git_was_told() {
    let told =
        |configured: Option<&str>, message: &str| String::from_utf8(comment(configured, message.as_bytes())).unwrap();
    assert_eq!(told(None, "Title\n; x\n"), "#");
    assert_eq!(told(Some(""), ""), "#");
    assert_eq!(told(Some("//"), "Title\n"), "//");
    assert_eq!(told(Some("auto"), "#1\n\n; hint\n;\n"), ";");
    assert_eq!(told(Some("auto"), "#1\n; hint\n; ------------------------ >8 ------------------------\n+#\n"), ";");
    assert_eq!(told(Some("auto"), "Title\n"), "#");
}
