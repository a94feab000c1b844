//! Commit messages: the trailers below them, read as git reads them, and the pins among these.

mod edit;
mod pin;

pub use edit::{comment, is_aborted, with_pins};
pub use pin::{GatePin, LogPin, Pin, PinError};

/// One trailer of a commit message, such as `Signed-off-by: Ada <ada@agentos.example>`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Trailer {
    /// What stands before the separator, as written; [`Trailer::is`] compares it as git does.
    pub token: String,
    /// What follows it, without white space around it; folded lines are joined by one space. Bytes that are not UTF-8
    /// are replaced.
    pub value: String,
}

impl Trailer {
    /// Whether this is its token. Case says nothing, as in git.
    pub fn is(&self, token: &str) -> bool {
        self.token.eq_ignore_ascii_case(token)
    }
}

/// The trailers of a commit's message, in order: what `git interpret-trailers --parse --no-divider` prints of it where
/// nothing is configured.
///
/// They stand in the last paragraph, which is not the first, if all its lines are trailers, or a quarter of them where
/// git itself wrote one (`Signed-off-by: `, `(cherry picked from commit `). A line that starts with white space goes on
/// with the one above. Comments (`#`), a list of conflicts and what `commit -v` leaves below its scissors do not count;
/// `---` divides nothing in a commit.
pub fn trailers(message: &[u8]) -> Vec<Trailer> {
    // To git a message ends at its first NUL.
    let text = message.split(|b| *b == 0).next().unwrap_or_default();
    let Parts { block, .. } = parts(&lines(text), b"#");
    items(&block.unwrap_or_default()).iter().filter_map(Item::trailer).collect()
}

/// A message's lines, by what they are to git.
struct Parts<'a> {
    /// The title and the body.
    body: Vec<&'a [u8]>,
    /// The paragraph of trailers, if there is one.
    block: Option<Vec<&'a [u8]>>,
    /// Comments, empty lines and the like at the end.
    tail: Vec<&'a [u8]>,
}

fn parts<'a>(lines: &[&'a [u8]], comment: &[u8]) -> Parts<'a> {
    let (text, tail) = lines.split_at_checked(end(lines, comment)).unwrap_or((lines, &[]));
    let (body, block) = match start(text, comment).and_then(|start| text.split_at_checked(start)) {
        Some((body, block)) => (body, Some(block.to_vec())),
        None => (text, None),
    };
    Parts { body: body.to_vec(), block, tail: tail.to_vec() }
}

/// The lines without their ends; a last one that is not ended is one like the others.
fn lines(text: &[u8]) -> Vec<&[u8]> {
    let mut lines: Vec<&[u8]> = text.split(|b| *b == b'\n').collect();
    if lines.last().is_some_and(|last| last.is_empty()) {
        lines.pop();
    }
    lines
}

/// One or more lines of the last paragraph.
struct Item<'a> {
    lines: Vec<&'a [u8]>,
    /// What stands before and behind the separator, if they are a trailer; with the lines unfolded.
    said: Option<(&'a [u8], Vec<u8>)>,
}

impl Item<'_> {
    fn trailer(&self) -> Option<Trailer> {
        let text = |bytes: &[u8]| String::from_utf8_lossy(trimmed(bytes)).into_owned();
        self.said.as_ref().map(|(token, value)| Trailer { token: text(token), value: text(value) })
    }
}

fn items<'a>(block: &[&'a [u8]]) -> Vec<Item<'a>> {
    let mut found: Vec<Item<'a>> = Vec::new();
    for line in block {
        if starts_with_space(line)
            && let Some(Item { lines, said: Some((_, value)) }) = found.last_mut()
        {
            lines.push(line);
            value.push(b' ');
            value.extend(line.iter().skip_while(|b| is_space(b)));
        } else {
            let said = separated(line).map(|(token, value)| (token, value.to_vec()));
            found.push(Item { lines: vec![line], said });
        }
    }
    found
}

/// How many lines are left without those at the end that git passes over.
fn end(lines: &[&[u8]], comment: &[u8]) -> usize {
    let cut = cut(lines, comment);
    let (mut tail, mut in_conflicts) = (None, false);
    for (index, line) in lines.iter().take(cut).enumerate() {
        // Git tells the first line from none by its place, which is nought.
        let here = Some(index).filter(|index| *index > 0);
        if line.starts_with(comment) || line.is_empty() {
            tail = tail.or(here);
        } else if *line == b"Conflicts:" {
            in_conflicts = true;
            tail = tail.or(here);
        } else if tail.is_some() && !(in_conflicts && line.starts_with(b"\t")) {
            (tail, in_conflicts) = (None, false);
        }
    }
    tail.unwrap_or(cut)
}

/// How many lines stand above the scissors of `commit -v`.
fn cut(lines: &[&[u8]], comment: &[u8]) -> usize {
    let is_cut = |line: &&[u8]| line.strip_prefix(comment) == Some(SCISSORS);
    lines.iter().position(is_cut).unwrap_or(lines.len())
}

/// The line at which the trailers start, if the last paragraph is one of trailers.
fn start(lines: &[&[u8]], comment: &[u8]) -> Option<usize> {
    let title = lines.iter().position(|line| !line.starts_with(comment) && is_blank(line))?;
    let (mut trailers, mut others, mut folded) = (0_usize, 0_usize, 0_usize);
    let (mut is_generated, mut is_empty) = (false, true);
    for (index, line) in lines.iter().enumerate().skip(title).rev() {
        if line.starts_with(comment) {
            others += std::mem::take(&mut folded);
        } else if is_blank(line) {
            if is_empty {
                continue;
            }
            others += folded;
            let enough = is_generated && trailers.saturating_mul(3) >= others;
            return (enough || (trailers > 0 && others == 0)).then_some(index + 1);
        } else {
            is_empty = false;
            let generated = GENERATED.iter().any(|prefix| line.starts_with(prefix));
            is_generated |= generated;
            if generated || (!starts_with_space(line) && separated(line).is_some()) {
                trailers += 1;
                folded = 0;
            } else if starts_with_space(line) {
                folded += 1;
            } else {
                others += 1 + std::mem::take(&mut folded);
            }
        }
    }
    None
}

/// What follows the comment's mark in the line above the diff of `commit -v`.
const SCISSORS: &[u8] = b" ------------------------ >8 ------------------------";

const SIGNED_OFF: &[u8] = b"Signed-off-by: ";

/// What git itself writes.
const GENERATED: [&[u8]; 2] = [SIGNED_OFF, b"(cherry picked from commit "];

/// The token of a line and what follows its separator: letters, digits and hyphens, perhaps white space, and a colon.
fn separated(line: &[u8]) -> Option<(&[u8], &[u8])> {
    let colon = line.iter().position(|b| *b == b':')?;
    let (token, rest) = line.split_at_checked(colon)?;
    let name = token.iter().take_while(|b| b.is_ascii_alphanumeric() || **b == b'-').count();
    let is_token = name > 0 && token.iter().skip(name).all(|b| matches!(b, b' ' | b'\t'));
    is_token.then_some((token, rest.get(1..).unwrap_or_default()))
}

fn is_blank(line: &[u8]) -> bool {
    line.iter().all(is_space)
}

fn starts_with_space(line: &[u8]) -> bool {
    // An empty line is a line end to git, which is white space.
    line.first().is_none_or(is_space)
}

fn trimmed(mut text: &[u8]) -> &[u8] {
    while let [first, rest @ ..] = text
        && is_space(first)
    {
        text = rest;
    }
    trimmed_end(text)
}

fn trimmed_end(mut text: &[u8]) -> &[u8] {
    while let [rest @ .., last] = text
        && is_space(last)
    {
        text = rest;
    }
    text
}

/// What git takes for white space, whatever the locale.
fn is_space(byte: &u8) -> bool {
    matches!(byte, b' ' | b'\t' | b'\r' | b'\n')
}

#[cfg(test)]
mod tests;
