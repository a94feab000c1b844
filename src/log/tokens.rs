//! Text as the words and marks that the reading rules speak of.

use crate::markdown::{Ink, Span};
use crate::report::is_invisible;

/// A word or a mark.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Token {
    /// A run of characters without white space, without the punctuation around it.
    Word(String),
    /// A code span.
    Code(String),
    /// A punctuation mark that ends a word, or a mark of approval such as ✅ (always as `✓`).
    Mark(char),
    /// The end of a line within a paragraph.
    Newline,
    /// Text that is not said: struck out, between HTML tags, an image.
    Hidden,
}

impl Token {
    /// The word, if it is one.
    pub(crate) fn word(&self) -> Option<&str> {
        match self {
            Token::Word(word) => Some(word),
            _ => None,
        }
    }

    /// Whether it is this word, in any case.
    pub(crate) fn is_word(&self, word: &str) -> bool {
        self.word().is_some_and(|w| w.eq_ignore_ascii_case(word))
    }

    /// The text of a word or of a code span.
    pub(crate) fn name(&self) -> Option<&str> {
        match self {
            Token::Word(text) | Token::Code(text) => Some(text),
            _ => None,
        }
    }

    /// A dash between words: `—`, `–`, `―` or a lone `-`.
    pub(crate) fn is_dash(&self) -> bool {
        matches!(self, Token::Mark('—' | '–' | '―' | '-'))
    }

    /// A line's end.
    pub(crate) fn is_line_end(&self) -> bool {
        matches!(self, Token::Newline)
    }
}

/// Cuts spans into tokens. Emphasis leaves no trace, so that `N**ACK**` is the word `NACK`.
pub(crate) fn tokens(spans: &[Span]) -> Vec<Token> {
    let mut out = Vec::new();
    let mut text = String::new();
    for span in spans {
        match span.ink {
            Ink::Text => text.push_str(&span.text),
            Ink::Code => {
                cut(&std::mem::take(&mut text), &mut out);
                out.push(Token::Code(span.text.clone()));
            }
            Ink::Hidden => {
                // `ACK~~ed~~` shows no whole word ACK.
                if text.ends_with(char::is_alphanumeric) && span.text.starts_with(char::is_alphanumeric) {
                    text.push('\u{fffc}');
                }
                cut(&std::mem::take(&mut text), &mut out);
                out.push(Token::Hidden);
            }
        }
    }
    cut(&text, &mut out);
    out
}

/// Cuts plain text into tokens.
pub(crate) fn words(text: &str) -> Vec<Token> {
    let mut out = Vec::new();
    cut(text, &mut out);
    out
}

/// Whether a text turns direction or hides characters, so that what it shows is not what it says.
pub(crate) fn has_invisible(tokens: &[Token]) -> bool {
    tokens.iter().any(|t| t.name().is_some_and(|w| w.chars().any(|c| is_invisible(c) && c != '\u{200d}')))
}

fn cut(text: &str, out: &mut Vec<Token>) {
    // Where the word begins that is being read.
    let mut word = None;
    let mut glue = false;
    let mut last = None;
    let mut chars = text.char_indices().peekable();
    let end_word = |word: &mut Option<usize>, end: usize, out: &mut Vec<Token>| {
        let word = word.take().and_then(|start| text.get(start..end));
        out.extend(word.map(|word| Token::Word(word.to_owned())));
    };
    while let Some((at, c)) = chars.next() {
        let before = last.replace(c);
        if c.is_ascii_alphanumeric() {
            word.get_or_insert(at);
            glue = false;
            continue;
        }
        let after = chars.peek().map(|(_, c)| *c);
        if c.is_whitespace() {
            end_word(&mut word, at, out);
            out.extend((c == '\n').then_some(Token::Newline));
        } else if approves(c) {
            end_word(&mut word, at, out);
            out.push(Token::Mark('✓'));
            glue = true;
            continue;
        } else if glue && matches!(c, '\u{fe0f}' | '\u{1f3fb}'..='\u{1f3ff}') {
            // The variation selector and the skin tone belong to the mark before them.
            continue;
        } else if is_mark(c, before, after, word.is_none()) {
            end_word(&mut word, at, out);
            out.push(Token::Mark(c));
        } else {
            word.get_or_insert(at);
        }
        glue = false;
    }
    end_word(&mut word, text.len(), out);
}

/// Whether a character stands by itself here, or is part of a word.
fn is_mark(c: char, before: Option<char>, after: Option<char>, starts: bool) -> bool {
    let inside = |c: Option<char>| c.is_some_and(char::is_alphanumeric);
    match c {
        ',' | ';' | '!' | '?' | '(' | ')' | '[' | ']' | '{' | '}' | '"' | '“' | '”' | '„' | '«' | '»' | '‹' | '›'
        | '…' | '—' | '–' | '―' | '→' | '•' | '·' => true,
        // `https://` and `ACK://` are one word.
        ':' => after != Some('/'),
        '\'' | '’' | '‘' | '+' | '&' => !(inside(before) && inside(after)),
        '.' => after.is_none_or(|c| c.is_whitespace() || closes(c)),
        '-' => starts && after.is_none_or(char::is_whitespace),
        '/' | '|' => starts && after.is_none_or(char::is_whitespace),
        _ => false,
    }
}

fn closes(c: char) -> bool {
    matches!(c, ')' | ']' | '}' | '"' | '”' | '»' | '’' | '\'' | '.' | ',' | ';' | ':' | '!' | '?' | '…')
}

/// Marks that people set beside an ACK and that only say yes.
fn approves(c: char) -> bool {
    matches!(c, '✅' | '✔' | '✓' | '☑' | '👍' | '👌' | '🚀' | '🎉' | '🟢' | '🙏' | '💯')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(text: &str) -> String {
        let show = |t: &Token| match t {
            Token::Word(w) => w.clone(),
            Token::Mark(c) => format!("<{c}>"),
            other => format!("{other:?}"),
        };
        words(text).iter().map(show).collect::<Vec<_>>().join(" ")
    }

    #[test]
    fn cuts_words_and_marks() {
        for (text, expected) in [
            ("ACK — proceed.", "ACK <—> proceed <.>"),
            ("ACK—proceed", "ACK <—> proceed"),
            ("ACK-proceed", "ACK-proceed"),
            ("ACK/NACK", "ACK/NACK"),
            ("ACK on R3.6, D+1/D+2", "ACK on R3.6 <,> D+1/D+2"),
            ("we’ll ACK", "we’ll ACK"),
            ("'ACK'", "<'> ACK <'>"),
            ("A\u{200b}CK ACK\u{300}", "A\u{200b}CK ACK\u{300}"),
            ("ACK ✔\u{fe0f} 👍🏽", "ACK <✓> <✓>"),
            ("ACK:r4 ACK://r4", "ACK <:> r4 ACK://r4"),
            ("(reply 5 - ACK)", "<(> reply 5 <-> ACK <)>"),
            ("(v1.)", "<(> v1 <.> <)>"),
            ("ACK + kickoff", "ACK <+> kickoff"),
            ("-x a- b", "-x a- b"),
            ("ACK / NACK | x", "ACK </> NACK <|> x"),
            ("ACK\u{fe0f}", "ACK\u{fe0f}"),
        ] {
            assert_eq!(shown(text), expected, "{text}");
        }
    }
}
