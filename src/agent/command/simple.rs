//! Tokens as simple commands in pipelines.

use super::lexer::{Piece, Token, Word};

/// A command with its redirections.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Simple {
    pub(super) words: Vec<Word>,
    /// Files that it writes by redirection.
    pub(super) outputs: Vec<Word>,
    /// Files that it reads so.
    pub(super) inputs: Vec<Word>,
    /// Texts on its standard input.
    pub(super) here: Vec<Word>,
}

/// A part of a script.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Step {
    /// A subshell begins.
    Open,
    /// It ends.
    Close,
    /// Commands of which each reads what the one before it says.
    Pipeline(Vec<Simple>),
}

/// Groups the tokens of a script.
pub(super) fn steps(tokens: Vec<Token>) -> Vec<Step> {
    let (mut steps, mut pipeline, mut simple) = (Vec::new(), Vec::new(), Simple::default());
    for token in tokens {
        match token {
            Token::Word(word) => simple.words.push(word),
            Token::Output(word) => simple.outputs.push(word),
            Token::Input(word) => simple.inputs.push(word),
            Token::Here(word) => simple.here.push(word),
            Token::Pipe => pipeline.push(std::mem::take(&mut simple)),
            Token::End | Token::Open | Token::Close => {
                pipeline.push(std::mem::take(&mut simple));
                steps.push(Step::Pipeline(std::mem::take(&mut pipeline)));
                match token {
                    Token::Open => steps.push(Step::Open),
                    Token::Close => steps.push(Step::Close),
                    _ => {}
                }
            }
        }
    }
    pipeline.push(simple);
    steps.push(Step::Pipeline(pipeline));
    steps
}

/// `NAME=value`, taken apart.
pub(super) fn assignment(word: &Word) -> Option<(String, Word)> {
    let Some((Piece::Text { text, quoted: false }, rest)) = word.split_first() else { return None };
    let (name, value) = text.split_once('=')?;
    let name = name.strip_suffix('+').unwrap_or(name);
    let is_name = |c: char| c.is_ascii_alphanumeric() || c == '_';
    if name.is_empty() || !name.chars().all(is_name) || name.starts_with(|c: char| c.is_ascii_digit()) {
        return None;
    }
    let first = Piece::Text { text: value.to_owned(), quoted: false };
    Some((name.to_owned(), std::iter::once(first).chain(rest.iter().cloned()).collect()))
}
