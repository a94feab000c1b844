//! What a person finds in the file where there was no merge.

/// Both texts in one, with git's conflict markers of this size around what differs, as `git merge-file` would leave them.
/// Entries are not torn apart: what differs starts and ends with a heading.
pub fn marked(ours: &[u8], theirs: &[u8], size: usize) -> Vec<u8> {
    let [ours, theirs] = [ours, theirs].map(|text| text.split_inclusive(|byte| *byte == b'\n').collect::<Vec<_>>());
    let same = ours.iter().zip(&theirs).take_while(|(one, other)| one == other).count();
    let starts_whole = [&ours, &theirs].iter().all(|lines| lines.get(same).is_none_or(|line| is_between(line)));
    let heading = ours.iter().take(same).rposition(|line| line.starts_with(b"## "));
    let start = if starts_whole { same } else { heading.unwrap_or(same) };
    let [our_rest, their_rest] = [&ours, &theirs].map(|lines| lines.get(start..).unwrap_or_default());
    let tail = our_rest.iter().rev().zip(their_rest.iter().rev()).take_while(|(one, other)| one == other).count();
    let lines = our_rest.get(our_rest.len() - tail..).unwrap_or_default();
    let tail = lines.iter().position(|line| line.starts_with(b"## ")).map_or(0, |at| tail - at);
    let end: &[u8] = if ours.first().is_some_and(|line| line.ends_with(b"\r\n")) { b"\r\n" } else { b"\n" };
    let mut out: Vec<u8> = ours.iter().take(start).copied().flatten().copied().collect();
    for (mark, label, lines) in [(b'<', " ours", our_rest), (b'=', "", their_rest)] {
        rule(&mut out, mark, size, label, end);
        out.extend(lines.iter().take(lines.len() - tail).copied().flatten());
    }
    rule(&mut out, b'>', size, " theirs", end);
    out.extend(our_rest.iter().skip(our_rest.len() - tail).copied().flatten());
    out
}

/// A line that may stand between two entries, or starts one.
fn is_between(line: &[u8]) -> bool {
    line.starts_with(b"## ") || line.iter().all(|byte| byte.is_ascii_whitespace() || *byte == b'-')
}

fn rule(out: &mut Vec<u8>, mark: u8, size: usize, label: &str, end: &[u8]) {
    if out.last().is_some_and(|byte| *byte != b'\n') {
        out.extend(end);
    }
    out.extend(std::iter::repeat_n(mark, size));
    out.extend(label.as_bytes());
    out.extend(end);
}
