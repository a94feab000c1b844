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
