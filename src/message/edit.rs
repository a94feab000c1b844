//! A message on its way into a commit: what git will make of it, and pins put below it.

use super::{Item, Pin, SCISSORS, SIGNED_OFF, cut, is_blank, items, lines, parts, trimmed_end};

/// What starts a comment in a message that git hands to its hooks: what `core.commentChar` or `core.commentString` says,
/// else `#`. With `auto`, git has chosen a character that no line of the message started with; its hints are at the end.
pub fn comment(configured: Option<&str>, message: &[u8]) -> Vec<u8> {
    let configured = configured.filter(|text| !text.is_empty()).unwrap_or("#");
    if !configured.eq_ignore_ascii_case("auto") {
        return configured.as_bytes().to_vec();
    }
    let lines = lines(message);
    let scissors = lines.iter().find_map(|line| line.strip_suffix(SCISSORS).filter(|mark| mark.len() == 1));
    let last = lines.iter().rev().find(|line| !is_blank(line)).and_then(|line| line.get(..1));
    let chosen = scissors.or(last).filter(|mark| mark.iter().all(|b| b"#;@!$%^&|:".contains(b)));
    chosen.unwrap_or(b"#").to_vec()
}

/// Whether git will give the commit up after its hooks: nothing is left of the message without comments and
/// `Signed-off-by`, or nothing but the template, which was not touched.
pub fn is_aborted(message: &[u8], comment: &[u8], template: Option<&[u8]>) -> bool {
    let message = cleaned(message, comment);
    let template = template.map(|template| cleaned(template, comment)).unwrap_or_default();
    let rest = message.strip_prefix(template.as_slice()).unwrap_or(&message);
    let rests = [rest, message.as_slice()];
    rests.iter().any(|rest| lines(rest).iter().all(|line| is_blank(line) || line.starts_with(SIGNED_OFF)))
}

/// The message with pins among its trailers, in place of those that it had there; every other line stays as it is. They
/// go where `git interpret-trailers` would add them: to the end of the trailers, or as a last paragraph of their own.
pub fn with_pins(message: &[u8], comment: &[u8], pins: &[Pin]) -> Vec<u8> {
    let lines = lines(message);
    let parts = parts(&lines, comment);
    let mut out: Vec<&[u8]> = parts.body;
    let is_pin = |item: &Item<'_>| item.trailer().as_ref().and_then(Pin::read).is_some_and(|pin| pin.is_ok());
    // What follows comments and empty lines alone will be the title.
    let is_titled = out.iter().any(|line| !is_blank(line) && !line.starts_with(comment));
    match parts.block {
        Some(block) if !is_titled && !items(&block).iter().all(is_pin) => {
            out.extend(block);
            out.push(b"");
        }
        Some(block) => out.extend(items(&block).into_iter().filter(|item| !is_pin(item)).flat_map(|item| item.lines)),
        None if out.last().is_some_and(|last| is_blank(last)) => {}
        None => out.push(b""),
    }
    let pins: Vec<String> = pins.iter().map(Pin::to_string).collect();
    out.extend(pins.iter().map(String::as_bytes));
    out.extend(parts.tail);
    let mut text = out.join(&b'\n');
    text.push(b'\n');
    text
}

/// What git makes of a message: without comments, white space at the ends of lines and empty lines at its ends, and with
/// one empty line where there were several.
fn cleaned(message: &[u8], comment: &[u8]) -> Vec<u8> {
    let lines = lines(message);
    let mut out: Vec<u8> = Vec::new();
    let mut gap = false;
    for line in lines.iter().take(cut(&lines, comment)).filter(|line| !line.starts_with(comment)) {
        let line = trimmed_end(line);
        if line.is_empty() {
            gap = !out.is_empty();
            continue;
        }
        if std::mem::take(&mut gap) {
            out.push(b'\n');
        }
        out.extend_from_slice(line);
        out.push(b'\n');
    }
    out
}
