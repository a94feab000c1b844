//! Text → value.

use super::{DEEPEST, Data, Member, Members, Number, Value};
use crate::report::escape;

/// Why a text is not JSON, or not JSON with one meaning.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("line {line}: {why}")]
pub struct Error {
    /// From 1.
    pub line: usize,
    /// What is wrong there.
    pub why: String,
}

/// Reads a document.
///
/// # Errors
/// All that RFC 8259 does not allow, a member twice, a lone surrogate, an exponent beyond reason, and nesting deeper
/// than [`DEEPEST`].
pub fn parse(text: &str) -> Result<Value, Error> {
    let mut parser = Parser { rest: text, line: 1 };
    if text.starts_with('\u{feff}') {
        return Err(parser.error("a byte order mark stands before the document"));
    }
    parser.space();
    let value = parser.value(0)?;
    parser.space();
    if parser.rest.is_empty() { Ok(value) } else { Err(parser.error("something stands after the document's end")) }
}

struct Parser<'a> {
    rest: &'a str,
    line: usize,
}

impl Parser<'_> {
    fn error(&self, why: impl Into<String>) -> Error {
        Error { line: self.line, why: why.into() }
    }

    fn space(&mut self) {
        let after = self.rest.trim_start_matches([' ', '\t', '\r', '\n']);
        let length = self.rest.len() - after.len();
        self.line += self.rest.bytes().take(length).filter(|b| *b == b'\n').count();
        self.rest = after;
    }

    fn take(&mut self, c: char) -> bool {
        let found = self.rest.strip_prefix(c);
        self.rest = found.unwrap_or(self.rest);
        found.is_some()
    }

    fn value(&mut self, depth: usize) -> Result<Value, Error> {
        let line = self.line;
        let data = match self.rest.chars().next() {
            Some('{') => self.object(depth)?,
            Some('[') => self.array(depth)?,
            Some('"') => Data::String(self.string()?),
            Some('-' | '0'..='9') => self.number()?,
            Some('/' | '#') => return Err(self.error("a comment, which JSON does not have")),
            _ => self.word()?,
        };
        Ok(Value { line, data })
    }

    fn word(&mut self) -> Result<Data, Error> {
        for (word, data) in [("null", Data::Null), ("true", Data::Bool(true)), ("false", Data::Bool(false))] {
            if let Some(rest) = self.rest.strip_prefix(word)
                && !rest.starts_with(|c: char| c.is_alphanumeric() || c == '_')
            {
                self.rest = rest;
                return Ok(data);
            }
        }
        match self.rest.chars().next() {
            None => Err(self.error("the document ends where a value should be")),
            Some(_) => {
                let found: String = self.rest.chars().take_while(|c| !c.is_whitespace()).take(20).collect();
                Err(self.error(format!("`{}` is no value", escape(&found))))
            }
        }
    }

    fn number(&mut self) -> Result<Data, Error> {
        let is_part = |c: char| c.is_ascii_digit() || matches!(c, '+' | '-' | '.' | 'e' | 'E');
        let end = self.rest.find(|c| !is_part(c)).unwrap_or(self.rest.len());
        let (text, rest) = self.rest.split_at(end);
        let Some(number) = Number::read(text) else {
            let shown: String = text.chars().take(40).collect();
            return Err(self.error(format!("`{shown}` is no number that JSON has, or one beyond reason")));
        };
        self.rest = rest;
        Ok(Data::Number(Box::new(number)))
    }

    fn deeper(&self, depth: usize) -> Result<usize, Error> {
        if depth >= DEEPEST {
            return Err(self.error(format!("more than {DEEPEST} arrays and objects in each other")));
        }
        Ok(depth + 1)
    }

    fn array(&mut self, depth: usize) -> Result<Data, Error> {
        let depth = self.deeper(depth)?;
        self.take('[');
        let mut items = Vec::new();
        self.space();
        if self.take(']') {
            return Ok(Data::Array(items));
        }
        loop {
            self.space();
            items.push(self.value(depth)?);
            self.space();
            if self.take(']') {
                return Ok(Data::Array(items));
            }
            if !self.take(',') {
                return Err(self.error("`,` or `]` should follow the item"));
            }
        }
    }

    fn object(&mut self, depth: usize) -> Result<Data, Error> {
        let depth = self.deeper(depth)?;
        self.take('{');
        let mut members = Vec::new();
        self.space();
        if self.take('}') {
            return Ok(Data::Object(Members::default()));
        }
        loop {
            self.space();
            let line = self.line;
            if !self.rest.starts_with('"') {
                return Err(self.error("a member's name in `\"` should stand here"));
            }
            let name = self.string()?;
            self.space();
            if !self.take(':') {
                return Err(self.error("`:` should follow the member's name"));
            }
            self.space();
            let value = self.value(depth)?;
            members.push((name, Member { line, value }));
            self.space();
            if self.take('}') {
                let twice = |(name, line): (String, usize)| {
                    let why = format!("the member `{}` stands here a second time", escape(&name));
                    Error { line, why }
                };
                return Members::of(members).map(Data::Object).map_err(twice);
            }
            if !self.take(',') {
                return Err(self.error("`,` or `}` should follow the member"));
            }
        }
    }

    fn string(&mut self) -> Result<String, Error> {
        self.take('"');
        let mut text = String::new();
        loop {
            let end = self.rest.find(|c: char| c == '"' || c == '\\' || c < ' ').unwrap_or(self.rest.len());
            let (plain, rest) = self.rest.split_at(end);
            text.push_str(plain);
            self.rest = rest;
            if self.take('"') {
                return Ok(text);
            }
            if !self.take('\\') {
                let what =
                    if rest.is_empty() { "the document ends within a string" } else { "a bare control character" };
                return Err(self.error(what));
            }
            text.push(self.escaped()?);
        }
    }

    fn escaped(&mut self) -> Result<char, Error> {
        let Some(c) = self.rest.chars().next() else { return Err(self.error("the document ends within a string")) };
        self.rest = self.rest.get(c.len_utf8()..).unwrap_or_default();
        match c {
            '"' | '\\' | '/' => Ok(c),
            'b' => Ok('\u{8}'),
            'f' => Ok('\u{c}'),
            'n' => Ok('\n'),
            'r' => Ok('\r'),
            't' => Ok('\t'),
            'u' => {
                let first = self.unit()?;
                if let Some(c) = char::from_u32(first) {
                    return Ok(c);
                }
                let low = match self.rest.strip_prefix("\\u") {
                    Some(rest) if first < 0xdc00 => {
                        self.rest = rest;
                        self.unit()?
                    }
                    _ => 0,
                };
                if !(0xdc00..0xe000).contains(&low) {
                    return Err(self.error("half of a surrogate pair"));
                }
                char::from_u32(0x10000 + ((first - 0xd800) << 10) + (low - 0xdc00))
                    .ok_or_else(|| self.error("half of a surrogate pair"))
            }
            other => Err(self.error(format!("`\\{}` is no escape that JSON has", escape(&other.to_string())))),
        }
    }

    fn unit(&mut self) -> Result<u32, Error> {
        let digits = self.rest.get(..4).filter(|d| d.bytes().all(|b| b.is_ascii_hexdigit()));
        let unit = digits.and_then(|d| u32::from_str_radix(d, 16).ok());
        let Some(unit) = unit else { return Err(self.error("four hexadecimal digits should follow `\\u`")) };
        self.rest = self.rest.get(4..).unwrap_or_default();
        Ok(unit)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn keeps_the_lines_of_values_and_members() {
        let value = parse("\n{\n  \"a\": 1,\r\n  \"b\"\n: [\n2]}\n").unwrap();
        let member = |name: &str| value.members().unwrap().get(name).unwrap();
        assert_eq!((value.line, member("a").line, member("b").line, member("b").value.line), (2, 3, 4, 5));
        assert_eq!(member("b").value.items().unwrap()[0].line, 6);
    }

    #[test]
    fn what_has_no_meaning_or_two_is_an_error_with_its_line() {
        for (text, line, why) in [
            ("", 1, "ends where a value"),
            ("{\"a\":1,\n\"\\u0061\":2}", 2, "`a` stands here a second time"),
            ("\u{feff}{}", 1, "byte order mark"),
            ("{} {}", 1, "after the document's end"),
            ("{\"a\":1,}", 1, "name"),
            ("[1,]", 1, "`]` is no value"),
            ("// x\n{}", 1, "a comment"),
            ("[\n/* x */ 1]", 2, "a comment"),
            ("[NaN]", 1, "`NaN]` is no value"),
            ("nulls", 1, "is no value"),
            ("01", 1, "no number"),
            ("\"\\ud800\"", 1, "surrogate"),
            ("\"\\udc00\\ud800\"", 1, "surrogate"),
            ("\"\\ud800\\u0041\"", 1, "surrogate"),
            ("\"a\nb\"", 1, "control character"),
            ("\"\\x\"", 1, "no escape"),
            ("\"\\u00é\"", 1, "hexadecimal"),
            ("\"a", 1, "ends within a string"),
            ("{\"a\" 1}", 1, "`:` should"),
            ("[1 2]", 1, "`,` or `]`"),
            ("{a: 1}", 1, "a member's name"),
        ] {
            let error = parse(text).unwrap_err();
            assert!(error.line == line && error.why.contains(why), "{text:?}: {error}");
        }
        assert_eq!(parse("\"\\ud83d\\udc4d\\/\"").unwrap().text(), Some("👍/"));
    }

    #[test]
    fn nesting_ends_at_its_limit() {
        let nested = |depth: usize| format!("{}{}", "[".repeat(depth), "]".repeat(depth));
        assert!(parse(&nested(DEEPEST)).is_ok());
        assert!(parse(&nested(DEEPEST + 1)).unwrap_err().why.contains("in each other"));
        assert!(parse(&"{\"a\":".repeat(100_000)).is_err());
    }

    proptest! {
        #[test]
        fn reads_what_serde_json_writes(text in ".*", number in any::<f64>(), whole in any::<i64>()) {
            let value = serde_json::json!({"text": text, "number": number, "whole": [whole, null, true]});
            for written in [value.to_string(), serde_json::to_string_pretty(&value).unwrap()] {
                let read = parse(&written).unwrap();
                let again: serde_json::Value = serde_json::from_str(&read.to_string()).unwrap();
                prop_assert_eq!(&again["text"], &value["text"]);
                prop_assert_eq!(&again["whole"], &value["whole"]);
                prop_assert_eq!(again["number"].as_f64(), value["number"].as_f64());
            }
        }

        #[test]
        fn never_panics(text in r#"[\[\]{}":,\\0-9eE.+\-utrfalsn /\n]{0,40}"#) {
            drop(parse(&text));
        }
    }
}
