//! A JSON text with the places of what is in it, so that a part can be taken out or put in and all else stays as its
//! owner wrote it.

use serde_json::Value;

/// A value and where it stands, in bytes.
#[derive(Debug)]
pub(super) struct Node {
    pub(super) start: usize,
    pub(super) end: usize,
    pub(super) kind: Kind,
}

#[derive(Debug)]
pub(super) enum Kind {
    /// Keys with the places where they start, in the order of the text.
    Object(Vec<(String, usize, Node)>),
    Array(Vec<Node>),
    Other,
}

/// A part that is replaced.
#[derive(Debug)]
pub(super) struct Edit {
    pub(super) start: usize,
    pub(super) end: usize,
    pub(super) text: String,
}

impl Node {
    /// The value of a key; the last one where a key stands twice, as every reader has it.
    pub(super) fn get(&self, key: &str) -> Option<&Node> {
        match &self.kind {
            Kind::Object(members) => members.iter().rev().find(|(name, ..)| name == key).map(|(_, _, node)| node),
            Kind::Array(_) | Kind::Other => None,
        }
    }

    /// The elements of an array.
    pub(super) fn elements(&self) -> &[Node] {
        match &self.kind {
            Kind::Array(elements) => elements,
            Kind::Object(_) | Kind::Other => &[],
        }
    }

    pub(super) fn is_object(&self) -> bool {
        matches!(self.kind, Kind::Object(_))
    }

    pub(super) fn is_array(&self) -> bool {
        matches!(self.kind, Kind::Array(_))
    }

    /// Which members have this key.
    pub(super) fn places(&self, key: &str) -> Vec<usize> {
        match &self.kind {
            Kind::Object(members) => {
                members.iter().enumerate().filter(|(_, (name, ..))| name == key).map(|(at, _)| at).collect()
            }
            Kind::Array(_) | Kind::Other => Vec::new(),
        }
    }

    /// Where each part starts and ends: members with their keys, or elements.
    fn parts(&self) -> Vec<(usize, usize)> {
        match &self.kind {
            Kind::Object(members) => members.iter().map(|(_, start, node)| (*start, node.end)).collect(),
            Kind::Array(elements) => elements.iter().map(|node| (node.start, node.end)).collect(),
            Kind::Other => Vec::new(),
        }
    }

    /// Puts a part behind the last one. `depth` is that of this node, from 0.
    pub(super) fn append(&self, text: &str, part: &str, depth: usize) -> Edit {
        let unit = indent(text);
        let (inner, outer) = (unit.repeat(depth + 1), unit.repeat(depth));
        let part = part.replace('\n', &format!("\n{inner}")).replace('\t', &unit);
        match self.parts().last() {
            Some((_, end)) => Edit { start: *end, end: *end, text: format!(",\n{inner}{part}") },
            None => Edit { start: self.start + 1, end: self.end - 1, text: format!("\n{inner}{part}\n{outer}") },
        }
    }

    /// Takes parts out, each with the comma and the white space that go with it.
    pub(super) fn without(&self, gone: &[usize]) -> Vec<Edit> {
        let parts = self.parts();
        if gone.len() == parts.len() {
            return vec![Edit { start: self.start + 1, end: self.end - 1, text: String::new() }];
        }
        let is_gone = |at: &usize| gone.contains(at);
        let first_kept = (0..parts.len()).find(|at| !is_gone(at)).unwrap_or_default();
        let mut edits = Vec::new();
        for at in gone {
            // Those before the first that stays go with what follows them, the others with what is before them.
            let place = |at: usize| parts.get(at).copied();
            let cut = match *at < first_kept {
                true => place(*at).zip(place(*at + 1)).map(|((start, _), (next, _))| (start, next)),
                false => place(at.wrapping_sub(1)).zip(place(*at)).map(|((_, before), (_, end))| (before, end)),
            };
            edits.extend(cut.map(|(start, end)| Edit { start, end, text: String::new() }));
        }
        edits
    }
}

/// Reads a text that is JSON and nothing else.
pub(super) fn parse(text: &str) -> Result<Node, serde_json::Error> {
    // Checked first, so that what follows need not be: it is well-formed, and not deep.
    serde_json::from_str::<Value>(text)?;
    let mut reader = Reader { bytes: text.as_bytes(), at: 0 };
    Ok(reader.value())
}

/// Makes the edits, which do not overlap.
pub(super) fn apply(text: &str, mut edits: Vec<Edit>) -> String {
    edits.sort_by_key(|edit| std::cmp::Reverse((edit.start, edit.end)));
    let mut out = text.to_owned();
    for edit in edits {
        if out.is_char_boundary(edit.start) && out.is_char_boundary(edit.end) && edit.start <= edit.end {
            out.replace_range(edit.start..edit.end, &edit.text);
        }
    }
    out
}

/// What the text indents by.
fn indent(text: &str) -> String {
    let line = text.lines().skip(1).find(|line| line.starts_with([' ', '\t']) && !line.trim().is_empty());
    let blank: Option<String> = line.map(|line| line.chars().take_while(|c| matches!(c, ' ' | '\t')).collect());
    blank.unwrap_or_else(|| "  ".to_owned())
}

struct Reader<'t> {
    bytes: &'t [u8],
    at: usize,
}

impl Reader<'_> {
    fn peek(&self) -> Option<u8> {
        self.bytes.get(self.at).copied()
    }

    fn blanks(&mut self) {
        while self.peek().is_some_and(|b| b.is_ascii_whitespace()) {
            self.at += 1;
        }
    }

    fn value(&mut self) -> Node {
        self.blanks();
        let start = self.at;
        let kind = match self.peek() {
            Some(b'{') => self.object(),
            Some(b'[') => self.array(),
            Some(b'"') => {
                self.string();
                Kind::Other
            }
            _ => {
                while self.peek().is_some_and(|b| !matches!(b, b',' | b']' | b'}') && !b.is_ascii_whitespace()) {
                    self.at += 1;
                }
                Kind::Other
            }
        };
        Node { start, end: self.at, kind }
    }

    fn object(&mut self) -> Kind {
        let mut members = Vec::new();
        self.at += 1;
        loop {
            self.blanks();
            if self.peek() != Some(b'"') {
                self.at += 1;
                return Kind::Object(members);
            }
            let start = self.at;
            let key = self.string();
            self.blanks();
            self.at += 1;
            members.push((key, start, self.value()));
            self.comma();
        }
    }

    fn array(&mut self) -> Kind {
        let mut elements = Vec::new();
        self.at += 1;
        loop {
            self.blanks();
            if matches!(self.peek(), Some(b']') | None) {
                self.at += 1;
                return Kind::Array(elements);
            }
            elements.push(self.value());
            self.comma();
        }
    }

    fn comma(&mut self) {
        self.blanks();
        if self.peek() == Some(b',') {
            self.at += 1;
        }
    }

    fn string(&mut self) -> String {
        let start = self.at;
        self.at += 1;
        while let Some(byte) = self.peek() {
            self.at += if byte == b'\\' { 2 } else { 1 };
            if byte == b'"' {
                break;
            }
        }
        let written = self.bytes.get(start..self.at).unwrap_or_default();
        serde_json::from_slice(written).unwrap_or_default()
    }
}
