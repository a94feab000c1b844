//! Characters into globs: braces are spread while they are read, then each alternative is cut at its slashes.
//!
//! Texts come from a log that others write, so every step is counted and none recurses deeply.

use super::glob::{Component, Glob, GlobError, Token};

/// Most globs that the braces of one may stand for.
const MAX_ALTERNATIVES: usize = 1024;
/// Most characters and wildcards written out while braces are spread.
const MAX_WORK: usize = 1 << 17;
/// Most wildcards in one glob; what a match costs grows with them.
const MAX_WILDCARDS: usize = 64;
/// Deepest nesting of braces.
const MAX_DEPTH: usize = 16;
/// Most characters in a class.
const MAX_CLASS: u32 = 256;

/// Reads one glob per alternative.
pub(super) fn read(text: &str) -> Result<Vec<Glob>, GlobError> {
    let mut reader = Reader { chars: text.chars().peekable(), work: 0 };
    reader.sequence(0)?.into_iter().map(assemble).collect()
}

/// Makes components of the tokens of one alternative.
fn assemble(tokens: Vec<Token>) -> Result<Glob, GlobError> {
    if tokens.is_empty() {
        return Err(GlobError::Empty);
    }
    if tokens.iter().filter(|token| !matches!(token, Token::Char(_) | Token::Slash)).count() > MAX_WILDCARDS {
        return Err(GlobError::TooComplex);
    }
    let absolute = tokens.first() == Some(&Token::Slash);
    let folder = tokens.last() == Some(&Token::Slash);
    let mut glob = Glob { components: Vec::new(), rooted: false, absolute };
    for part in tokens.split(|token| *token == Token::Slash).filter(|part| !part.is_empty()) {
        let component = component(part)?;
        match component.literal().as_deref() {
            Some(".") if glob.components.is_empty() && !glob.rooted && !absolute => glob.rooted = true,
            Some(".") => return Err(GlobError::Dots(".")),
            Some("..") => return Err(GlobError::Dots("..")),
            // `**/**` is `**`.
            None if component == Component::Deep && glob.components.last() == Some(&Component::Deep) => {}
            _ => glob.components.push(component),
        }
    }
    let below = folder && !glob.components.is_empty() && glob.components.last() != Some(&Component::Deep);
    if below {
        glob.components.push(Component::Deep);
    }
    Ok(glob)
}

fn component(tokens: &[Token]) -> Result<Component, GlobError> {
    let mut pairs = tokens.iter().zip(tokens.iter().skip(1));
    if pairs.any(|pair| pair == (&Token::Star, &Token::Star)) {
        return if tokens.len() == 2 { Ok(Component::Deep) } else { Err(GlobError::DoubleStar) };
    }
    Ok(Component::Part(tokens.to_vec()))
}

/// Reads tokens and spreads braces as it goes.
struct Reader<'a> {
    chars: std::iter::Peekable<std::str::Chars<'a>>,
    work: usize,
}

impl Reader<'_> {
    /// Up to the end, or within braces up to the next `,` or `}`, which is left there.
    fn sequence(&mut self, depth: usize) -> Result<Vec<Vec<Token>>, GlobError> {
        let mut all = vec![Vec::new()];
        while let Some(&c) = self.chars.peek() {
            if depth > 0 && (c == ',' || c == '}') {
                return Ok(all);
            }
            self.chars.next();
            let token = match c {
                '{' => {
                    let group = self.group(depth + 1)?;
                    all = self.product(&all, &group)?;
                    continue;
                }
                '}' => return Err(GlobError::Braces),
                '*' => Token::Star,
                '?' => Token::Any,
                '/' => Token::Slash,
                '[' => self.class()?,
                '\\' => Token::Char(self.escaped()?),
                c => Token::Char(c),
            };
            self.spend(all.len().saturating_mul(weight(&token)))?;
            all.iter_mut().for_each(|tokens| tokens.push(token.clone()));
        }
        if depth > 0 { Err(GlobError::Braces) } else { Ok(all) }
    }

    fn group(&mut self, depth: usize) -> Result<Vec<Vec<Token>>, GlobError> {
        if depth > MAX_DEPTH {
            return Err(GlobError::TooComplex);
        }
        let mut all = Vec::new();
        loop {
            all.append(&mut self.sequence(depth)?);
            if all.len() > MAX_ALTERNATIVES {
                return Err(GlobError::TooComplex);
            }
            // `sequence` stops at one of the two only.
            if self.chars.next() != Some(',') {
                return Ok(all);
            }
        }
    }

    fn product(&mut self, heads: &[Vec<Token>], tails: &[Vec<Token>]) -> Result<Vec<Vec<Token>>, GlobError> {
        if heads.len().saturating_mul(tails.len()) > MAX_ALTERNATIVES {
            return Err(GlobError::TooComplex);
        }
        let total = |all: &[Vec<Token>]| all.iter().flatten().map(weight).sum::<usize>();
        let cost = total(heads).saturating_mul(tails.len()).saturating_add(total(tails).saturating_mul(heads.len()));
        self.spend(cost)?;
        let join = |head: &Vec<Token>, tail: &Vec<Token>| head.iter().chain(tail).cloned().collect();
        Ok(heads.iter().flat_map(|head| tails.iter().map(move |tail| join(head, tail))).collect())
    }

    fn spend(&mut self, cost: usize) -> Result<(), GlobError> {
        self.work = self.work.saturating_add(cost);
        if self.work > MAX_WORK { Err(GlobError::TooComplex) } else { Ok(()) }
    }

    /// Only what means something can be escaped: in `agentos\schemas` somebody meant a slash.
    fn escaped(&mut self) -> Result<char, GlobError> {
        match self.chars.next() {
            Some(c @ ('*' | '?' | '[' | ']' | '{' | '}' | ',' | '\\' | '!')) => Ok(c),
            _ => Err(GlobError::Escape),
        }
    }

    /// After `[`.
    fn class(&mut self) -> Result<Token, GlobError> {
        // Everything but a few characters is more than `/` leaves out.
        if matches!(self.chars.peek(), Some('!' | '^')) {
            return Err(GlobError::ClassCrosses);
        }
        let mut listed = Vec::new();
        loop {
            match self.chars.next() {
                None => return Err(GlobError::UnclosedClass),
                Some(']') if !listed.is_empty() => break,
                Some('\\') => return Err(GlobError::BadClass),
                Some(c) => listed.push(c),
            }
        }
        let mut members = Vec::new();
        let mut rest = listed.as_slice();
        while let Some((&low, tail)) = rest.split_first() {
            let (high, tail) = match tail {
                ['-', high, tail @ ..] => (*high, tail),
                _ => (low, tail),
            };
            if high < low || u32::from(high) - u32::from(low) >= MAX_CLASS {
                return Err(GlobError::BadClass);
            }
            members.extend(low..=high);
            rest = tail;
        }
        if members.contains(&'/') {
            return Err(GlobError::ClassCrosses);
        }
        members.sort_unstable();
        members.dedup();
        if members.len() > MAX_CLASS as usize {
            return Err(GlobError::BadClass);
        }
        Ok(Token::Class(members.into_iter().map(String::from).collect()))
    }
}

fn weight(token: &Token) -> usize {
    if let Token::Class(members) = token { members.len() } else { 1 }
}
