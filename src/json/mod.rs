//! Strict JSON with the line of every value.
//!
//! `serde_json` keeps no positions, lets the last of two equal members win and rounds numbers to a machine's float, so
//! that two readers of one file may see two contracts. Here a file has one meaning or none: no member twice (`"a"` is
//! `"\u0061"`), no number that is rounded, no lone surrogate, no byte order mark, nothing after the end, and no nesting
//! beyond [`DEEPEST`].

mod number;
mod parse;

use std::fmt::{self, Write};
use std::hash::{Hash, Hasher};

pub use number::Number;
pub use parse::{Error, parse};

/// Arrays and objects in each other beyond which a document is not read.
pub const DEEPEST: usize = 128;

/// A value and where it starts. Two are equal if they mean the same, wherever they stand.
#[derive(Debug, Clone)]
pub struct Value {
    /// From 1.
    pub line: usize,
    /// What it is.
    pub data: Data,
}

/// What a value is.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Data {
    /// `null`
    Null,
    /// `true` or `false`
    Bool(bool),
    /// A number, exactly.
    Number(Box<Number>),
    /// A string.
    String(String),
    /// An array.
    Array(Vec<Value>),
    /// An object, by name.
    Object(Members),
}

/// The members of an object, by name.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash)]
pub struct Members(Vec<(String, Member)>);

impl Members {
    /// Members in the order of a file.
    ///
    /// # Errors
    /// The first that stands there a second time.
    fn of(mut members: Vec<(String, Member)>) -> Result<Members, (String, usize)> {
        members.shrink_to_fit();
        members.sort_by(|(one, _), (other, _)| one.cmp(other));
        let twice = members.iter().zip(members.iter().skip(1)).filter(|(one, other)| one.0 == other.0);
        match twice.map(|(_, again)| again).min_by_key(|(_, member)| member.line) {
            Some((name, member)) => Err((name.clone(), member.line)),
            None => Ok(Members(members)),
        }
    }

    /// The member of this name.
    pub fn get(&self, name: &str) -> Option<&Member> {
        let at = self.0.binary_search_by(|(known, _)| known.as_str().cmp(name)).ok()?;
        self.0.get(at).map(|(_, member)| member)
    }

    /// All members, by name.
    pub fn iter(&self) -> impl Iterator<Item = (&String, &Member)> {
        self.0.iter().map(|(name, member)| (name, member))
    }
}

/// A member of an object.
#[derive(Debug, Clone)]
pub struct Member {
    /// The line of its name, from 1.
    pub line: usize,
    /// Its value.
    pub value: Value,
}

impl Value {
    /// The object's members, if it is one.
    pub fn members(&self) -> Option<&Members> {
        match &self.data {
            Data::Object(members) => Some(members),
            _ => None,
        }
    }

    /// The array's items, if it is one.
    pub fn items(&self) -> Option<&[Value]> {
        match &self.data {
            Data::Array(items) => Some(items),
            _ => None,
        }
    }

    /// The string, if it is one.
    pub fn text(&self) -> Option<&str> {
        match &self.data {
            Data::String(text) => Some(text),
            _ => None,
        }
    }

    /// The number, if it is one.
    pub fn number(&self) -> Option<&Number> {
        match &self.data {
            Data::Number(number) => Some(number),
            _ => None,
        }
    }

    /// The object's member of this name.
    pub fn get(&self, name: &str) -> Option<&Value> {
        self.members()?.get(name).map(|member| &member.value)
    }
}

impl PartialEq for Value {
    fn eq(&self, other: &Self) -> bool {
        self.data == other.data
    }
}

impl Eq for Value {}

impl Hash for Value {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.data.hash(state);
    }
}

impl PartialEq for Member {
    fn eq(&self, other: &Self) -> bool {
        self.value == other.value
    }
}

impl Eq for Member {}

impl Hash for Member {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.value.hash(state);
    }
}

/// The one text that all equal values have: members by name, numbers as their digits, no white space.
impl fmt::Display for Value {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.data {
            Data::Null => f.write_str("null"),
            Data::Bool(value) => write!(f, "{value}"),
            Data::Number(number) => write!(f, "{number}"),
            Data::String(text) => quoted(text, f),
            Data::Array(items) => {
                f.write_char('[')?;
                for (index, item) in items.iter().enumerate() {
                    write!(f, "{}{item}", if index > 0 { "," } else { "" })?;
                }
                f.write_char(']')
            }
            Data::Object(members) => {
                f.write_char('{')?;
                for (index, (name, member)) in members.iter().enumerate() {
                    f.write_str(if index > 0 { "," } else { "" })?;
                    quoted(name, f)?;
                    write!(f, ":{}", member.value)?;
                }
                f.write_char('}')
            }
        }
    }
}

fn quoted(text: &str, f: &mut fmt::Formatter<'_>) -> fmt::Result {
    f.write_char('"')?;
    let mut rest = text;
    while let Some(at) = rest.find(|c: char| c == '"' || c == '\\' || c < ' ') {
        let (plain, from) = rest.split_at(at);
        f.write_str(plain)?;
        let mut chars = from.chars();
        match chars.next() {
            Some(c @ ('"' | '\\')) => write!(f, "\\{c}")?,
            Some(c) => write!(f, "\\u{:04x}", u32::from(c))?,
            None => {}
        }
        rest = chars.as_str();
    }
    f.write_str(rest)?;
    f.write_char('"')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn equal_values_have_one_text() {
        let one = parse("{\"b\": [1.0, 1e400],\n \"a\": \"\\u0041\\n\"}").unwrap();
        let two = parse("{\"a\":\"A\\n\",\"b\":[1,10e399]}").unwrap();
        assert_eq!(one, two);
        assert_eq!(one.to_string(), two.to_string());
        let hash = |value: &Value| {
            std::hash::BuildHasher::hash_one(
                &std::hash::BuildHasherDefault::<std::hash::DefaultHasher>::default(),
                value,
            )
        };
        assert_eq!(hash(&one), hash(&two));
        assert_eq!(one.to_string(), "{\"a\":\"A\\u000a\",\"b\":[1,1e400]}");
    }
}
