//! One word: quotes, variables, scripts within.

use super::{Lexer, Piece, Word};

impl Lexer {
    pub(super) fn word(&mut self) -> Word {
        let mut word = Word::new();
        while let Some(c) = self.peek(0) {
            match c {
                '<' | '>' if self.peek(1) == Some('(') => {
                    self.at += 2;
                    let text = self.until_closed('(', ')');
                    word.push(Piece::Script { text, quoted: true });
                }
                c if c.is_whitespace() || matches!(c, ';' | '&' | '|' | '(' | ')' | '<' | '>') => break,
                '\\' => {
                    self.at += 1;
                    match self.peek(0) {
                        Some('\n') => {}
                        Some(escaped) => push(&mut word, escaped, true),
                        None => {}
                    }
                    self.at += 1;
                }
                '\'' => {
                    self.at += 1;
                    let text = self.until('\'');
                    word.push(Piece::Text { text, quoted: true });
                }
                '"' => {
                    self.at += 1;
                    self.double_quoted(&mut word);
                }
                '$' => self.dollar(&mut word, false),
                '`' => self.backticks(&mut word, false),
                c => {
                    self.at += 1;
                    push(&mut word, c, false);
                }
            }
        }
        word
    }

    fn double_quoted(&mut self, word: &mut Word) {
        // So that `""` is a word.
        word.push(Piece::Text { text: String::new(), quoted: true });
        while let Some(c) = self.peek(0) {
            match c {
                '"' => {
                    self.at += 1;
                    return;
                }
                '\\' => match self.peek(1) {
                    Some('\n') => self.at += 2,
                    Some(escaped @ ('$' | '`' | '"' | '\\')) => {
                        push(word, escaped, true);
                        self.at += 2;
                    }
                    _ => {
                        push(word, '\\', true);
                        self.at += 1;
                    }
                },
                '$' => self.dollar(word, true),
                '`' => self.backticks(word, true),
                c => {
                    self.at += 1;
                    push(word, c, true);
                }
            }
        }
    }

    fn dollar(&mut self, word: &mut Word, quoted: bool) {
        self.at += 1;
        match self.peek(0) {
            Some('(') if self.peek(1) == Some('(') => {
                self.arithmetic();
                word.push(Piece::Unknown);
            }
            Some('(') => {
                self.at += 1;
                let text = self.until_closed('(', ')');
                word.push(Piece::Script { text, quoted });
            }
            Some('{') => {
                self.at += 1;
                let text = self.until_closed('{', '}');
                word.push(parameter(&text, quoted));
            }
            Some('\'') if !quoted => {
                self.at += 1;
                let text = self.ansi_quoted();
                word.push(Piece::Text { text, quoted: true });
            }
            Some('"') if !quoted => {}
            Some(c) if c.is_ascii_alphabetic() || c == '_' => {
                let is_name = |c: &char| c.is_ascii_alphanumeric() || *c == '_';
                let name: String = self.chars.iter().skip(self.at).copied().take_while(|c| is_name(c)).collect();
                self.at += name.len();
                word.push(Piece::Variable { name, default: None, quoted });
            }
            Some(c) if c.is_ascii_digit() || "@*#?$!-".contains(c) => {
                self.at += 1;
                word.push(Piece::Unknown);
            }
            _ => push(word, '$', quoted),
        }
    }

    /// Passes over `((…))`.
    fn arithmetic(&mut self) {
        let mut depth = 0_usize;
        while let Some(c) = self.peek(0) {
            self.at += 1;
            match c {
                '(' => depth += 1,
                ')' => depth -= 1,
                _ => {}
            }
            if depth == 0 {
                break;
            }
        }
    }

    fn backticks(&mut self, word: &mut Word, quoted: bool) {
        self.at += 1;
        let text = self.until('`').replace("\\`", "`");
        word.push(Piece::Script { text, quoted });
    }

    /// What stands before the next `end`, which is passed over.
    fn until(&mut self, end: char) -> String {
        let mut text = String::new();
        while let Some(c) = self.peek(0) {
            self.at += 1;
            match c {
                c if c == end => break,
                '\\' if end == '`' => {
                    text.push(c);
                    text.extend(self.peek(0));
                    self.at += 1;
                }
                c => text.push(c),
            }
        }
        text
    }

    /// What stands before the `close` that belongs to an `open` just passed over, whatever is quoted in between.
    fn until_closed(&mut self, open: char, close: char) -> String {
        let (mut text, mut depth, mut quote) = (String::new(), 1_usize, None);
        while let Some(c) = self.peek(0) {
            self.at += 1;
            match (quote, c) {
                (None | Some('"'), '\\') => {
                    text.push(c);
                    text.extend(self.peek(0));
                    self.at += 1;
                    continue;
                }
                (None, '<') if self.peek(0) == Some('<') && self.peek(1) != Some('<') => {
                    text.push(c);
                    self.here_document_in(&mut text);
                    continue;
                }
                (None, '\'' | '"') => quote = Some(c),
                (Some(q), c) if q == c => quote = None,
                (None, c) if c == open => depth += 1,
                (None, c) if c == close => depth -= 1,
                _ => {}
            }
            if depth == 0 {
                break;
            }
            text.push(c);
        }
        text
    }

    /// Takes over a here-document as it stands: what it says closes nothing. The first `<` is taken already.
    fn here_document_in(&mut self, text: &mut String) {
        let start = self.at;
        self.at += 1;
        self.eat("-");
        self.blanks();
        let end: String = self.word().iter().map(plain).collect();
        self.line();
        while !end.is_empty() && self.at < self.chars.len() && self.line().trim_start_matches('\t') != end {}
        self.at = self.at.min(self.chars.len());
        text.extend(self.chars.get(start..self.at).unwrap_or_default());
    }

    /// The text of `$'…'`.
    fn ansi_quoted(&mut self) -> String {
        let mut text = String::new();
        while let Some(c) = self.peek(0) {
            self.at += 1;
            if c == '\'' {
                break;
            }
            if c != '\\' {
                text.push(c);
                continue;
            }
            let Some(escaped) = self.peek(0) else { break };
            self.at += 1;
            text.extend(match escaped {
                'n' => Some('\n'),
                't' => Some('\t'),
                'x' => self.number(16, 2),
                'u' => self.number(16, 4),
                'U' => self.number(16, 8),
                '0'..='7' => {
                    self.at -= 1;
                    self.number(8, 3)
                }
                other => Some(other),
            });
        }
        text
    }

    fn number(&mut self, radix: u32, most: usize) -> Option<char> {
        let digits: Vec<u32> = (0..most).map_while(|ahead| self.peek(ahead)?.to_digit(radix)).collect();
        self.at += digits.len();
        char::from_u32(digits.iter().fold(0_u32, |sum, digit| sum.wrapping_mul(radix).wrapping_add(*digit)))
    }
}

/// What `${…}` stands for.
fn parameter(text: &str, quoted: bool) -> Piece {
    let is_name = |c: char| c.is_ascii_alphanumeric() || c == '_';
    let name: String = text.chars().take_while(|c| is_name(*c)).collect();
    let rest = text.strip_prefix(name.as_str()).unwrap_or_default();
    let default = rest.strip_prefix(":-").or_else(|| rest.strip_prefix('-')).map(str::to_owned);
    if name.is_empty() || !(rest.is_empty() || default.is_some()) {
        return Piece::Unknown;
    }
    Piece::Variable { name, default, quoted }
}

fn push(word: &mut Word, c: char, is_quoted: bool) {
    match word.last_mut() {
        Some(Piece::Text { text, quoted }) if *quoted == is_quoted => text.push(c),
        _ => word.push(Piece::Text { text: c.to_string(), quoted: is_quoted }),
    }
}

/// The text of a part that is text.
pub(super) fn plain(piece: &Piece) -> &str {
    match piece {
        Piece::Text { text, .. } => text,
        Piece::Variable { .. } | Piece::Script { .. } | Piece::Unknown => "",
    }
}
