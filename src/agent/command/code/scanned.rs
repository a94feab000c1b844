//! A program's text with its calls and what stands between quotes.

use super::{Call, Literal, Scanned};

/// More calls than this are not looked at: each looks for its own end.
const MOST_CALLS: usize = 500;

/// How far before an argument its call's name is looked for.
const NEAR: usize = 1000;

impl Scanned {
    pub(super) fn new(text: &str) -> Scanned {
        let chars: Vec<char> = text.chars().collect();
        let mut scanned = Scanned { code: Vec::with_capacity(chars.len()), literals: Vec::new() };
        let mut at = 0;
        while let Some(c) = chars.get(at).copied() {
            let is = |ahead: usize, c: char| chars.get(at + ahead) == Some(&c);
            let starts_word = scanned.code.last().is_none_or(|c| c.is_whitespace() || *c == ';');
            let end = match c {
                '\'' | '"' | '`' => {
                    let width = if c != '`' && is(1, c) && is(2, c) { 3 } else { 1 };
                    let end = literal_end(&chars, at + width, c, width);
                    let inner = chars.get(at + width..end.saturating_sub(width).max(at + width)).unwrap_or_default();
                    scanned.literals.push(Literal { start: at, end, text: inner.iter().collect() });
                    end
                }
                '#' if starts_word => line_end(&chars, at),
                '/' if is(1, '/') && starts_word => line_end(&chars, at),
                _ => {
                    scanned.code.push(c);
                    at += 1;
                    continue;
                }
            };
            scanned.code.resize(end.min(chars.len()), '\u{1}');
            at = end;
        }
        scanned
    }

    /// The calls in the text, each up to where its parenthesis closes.
    pub(super) fn calls(&self) -> Vec<Call> {
        let is_name = |c: &char| c.is_alphanumeric() || matches!(c, '_' | '.' | ':' | '$');
        let mut calls = Vec::new();
        let opens = self.code.iter().enumerate().filter(|(_, c)| **c == '(').map(|(at, _)| at).take(MOST_CALLS);
        for open in opens {
            let before = self.code.get(..open).unwrap_or_default();
            let length = before.iter().rev().take_while(|c| is_name(c)).count();
            let start = open - length;
            let name: String = before.iter().skip(start).collect();
            if name.is_empty() {
                continue;
            }
            let mut depth = 0_usize;
            let inside = self.code.iter().skip(open).position(|c| {
                depth = depth + usize::from(*c == '(') - usize::from(*c == ')');
                depth == 0
            });
            let close = inside.map_or(self.code.len(), |length| open + length);
            calls.push(Call { name: name.replace("::", "."), start, open, close });
        }
        calls
    }

    /// The first argument, where it is a name.
    pub(super) fn first_argument(&self, call: &Call) -> Option<String> {
        let mut depth = 0_usize;
        let comma = self.code.iter().take(call.close).skip(call.open + 1).position(|c| {
            depth = match c {
                '(' | '[' | '{' => depth + 1,
                ')' | ']' | '}' => depth.saturating_sub(1),
                _ => depth,
            };
            *c == ',' && depth == 0
        });
        let end = comma.map_or(call.close, |at| call.open + 1 + at);
        self.joined(call.open, end).into_iter().next()
    }

    pub(super) fn arguments(&self, call: &Call) -> Vec<String> {
        self.joined(call.open, call.close)
    }

    pub(super) fn between(&self, call: &Call) -> String {
        self.code.iter().take(call.close).skip(call.open).collect()
    }

    /// The texts between two places; `"a" / "b"` is one path, and so is `join("a", "b")`.
    pub(super) fn joined(&self, from: usize, to: usize) -> Vec<String> {
        let mut paths: Vec<String> = Vec::new();
        let mut end_before: Option<usize> = None;
        for literal in self.literals.iter().filter(|l| l.start >= from && l.end <= to.max(from) + 1 && l.start < to) {
            let gap =
                end_before.map(|end| self.code.get(end..literal.start).unwrap_or_default().iter().collect::<String>());
            let joins = gap.is_some_and(|gap| {
                let own = gap.trim_matches(|c: char| c.is_whitespace() || c == '(' || c == ')');
                own == "/" || (gap.trim() == "," && self.is_in_join(literal.start))
            });
            match paths.last_mut() {
                Some(path) if joins => *path = crate::agent::act::join(path, &literal.text),
                _ => paths.push(literal.text.clone()),
            }
            end_before = Some(literal.end);
        }
        paths
    }

    /// Whether a place is among the arguments of a `join(…)`.
    fn is_in_join(&self, at: usize) -> bool {
        let before: String = self.code.iter().take(at).skip(at.saturating_sub(NEAR)).collect();
        let open = before.rfind('(').and_then(|open| before.get(..open));
        open.is_some_and(|callee| callee.ends_with("path.join") || callee.ends_with("File.join"))
    }

    /// Every text that could be a path.
    pub(super) fn names(&self) -> Vec<String> {
        let all = self.joined(0, self.code.len());
        let is_path = |text: &String| text.contains(['/', '.']) && text.len() < 4096 && !text.contains(['\n', '\0']);
        all.into_iter().filter(is_path).collect()
    }
}

fn line_end(chars: &[char], at: usize) -> usize {
    chars.iter().skip(at).position(|c| *c == '\n').map_or(chars.len(), |length| at + length)
}

/// Where a text between quotes ends, behind the closing ones.
fn literal_end(chars: &[char], mut at: usize, quote: char, width: usize) -> usize {
    while let Some(c) = chars.get(at) {
        if *c == '\\' {
            at += 2;
        } else if (0..width).all(|ahead| chars.get(at + ahead) == Some(&quote)) {
            return at + width;
        } else {
            at += 1;
        }
    }
    chars.len() + width
}
