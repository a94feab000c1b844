//! Commit messages: the trailers below them, read as git reads them.

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
    let mut lines: Vec<&[u8]> = text.split(|b| *b == b'\n').collect();
    if lines.last().is_some_and(|last| last.is_empty()) {
        lines.pop();
    }
    lines.truncate(end(&lines));
    let block = start(&lines).and_then(|start| lines.get(start..)).unwrap_or_default();
    let mut found: Vec<(&[u8], Vec<u8>)> = Vec::new();
    let mut goes_on = false;
    for line in block {
        match separated(line) {
            _ if goes_on && starts_with_space(line) => {
                if let Some((_, value)) = found.last_mut() {
                    value.push(b' ');
                    value.extend(line.iter().skip_while(|b| is_space(b)));
                }
            }
            Some((token, value)) => {
                found.push((token, value.to_vec()));
                goes_on = true;
            }
            None => goes_on = false,
        }
    }
    let text = |bytes: &[u8]| String::from_utf8_lossy(trimmed(bytes)).into_owned();
    found.into_iter().map(|(token, value)| Trailer { token: text(token), value: text(&value) }).collect()
}

const SCISSORS: &[u8] = b"# ------------------------ >8 ------------------------";

/// How many lines are left without those at the end that git passes over.
fn end(lines: &[&[u8]]) -> usize {
    let cut = lines.iter().position(|line| *line == SCISSORS).unwrap_or(lines.len());
    let (mut tail, mut in_conflicts) = (None, false);
    for (index, line) in lines.iter().take(cut).enumerate() {
        let here = Some(index).filter(|index| *index > 0);
        if is_comment(line) || line.is_empty() {
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

/// The line at which the trailers start, if the last paragraph is one of trailers.
fn start(lines: &[&[u8]]) -> Option<usize> {
    let title = lines.iter().position(|line| !is_comment(line) && is_blank(line))?;
    let (mut trailers, mut others, mut folded) = (0_usize, 0_usize, 0_usize);
    let (mut is_generated, mut is_empty) = (false, true);
    for (index, line) in lines.iter().enumerate().skip(title).rev() {
        if is_comment(line) {
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

/// What git itself writes.
const GENERATED: [&[u8]; 2] = [b"Signed-off-by: ", b"(cherry picked from commit "];

/// The token of a line and what follows its separator: letters, digits and hyphens, perhaps white space, and a colon.
fn separated(line: &[u8]) -> Option<(&[u8], &[u8])> {
    let colon = line.iter().position(|b| *b == b':')?;
    let (token, rest) = line.split_at_checked(colon)?;
    let name = token.iter().take_while(|b| b.is_ascii_alphanumeric() || **b == b'-').count();
    let is_token = name > 0 && token.iter().skip(name).all(|b| matches!(b, b' ' | b'\t'));
    is_token.then_some((token, rest.get(1..).unwrap_or_default()))
}

fn is_comment(line: &[u8]) -> bool {
    line.starts_with(b"#")
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
