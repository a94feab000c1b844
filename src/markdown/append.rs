//! More at the end of a text.

/// The text with more at its end, an empty line between, in the line ends that the text has.
pub fn appended(text: &str, more: &str) -> String {
    let crlf = text.find('\n').is_some_and(|end| text.get(..end).is_some_and(|line| line.ends_with('\r')));
    let end = if crlf { "\r\n" } else { "\n" };
    let mut out = text.to_owned();
    if !out.is_empty() && !out.ends_with('\n') {
        out.push_str(end);
    }
    if !out.is_empty() && out != "\u{feff}" {
        out.push_str(end);
    }
    out.push_str(&more.replace('\n', end));
    out
}
