//! A script of a POSIX shell (and bash's commonest additions) as words, redirections and operators.
//!
//! Never fails: what is not closed goes on to the end, as an agent may have been cut short.

mod word;

use self::word::plain;

/// A part of a word.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Piece {
    /// Text as it stands; quoted text is neither split nor a pattern.
    Text { text: String, quoted: bool },
    /// `$NAME` or `${NAME}`, with what stands after `:-`.
    Variable { name: String, default: Option<String>, quoted: bool },
    /// `$(…)`, backticks, `<(…)`: a script of its own.
    Script { text: String, quoted: bool },
    /// Something that only a shell can tell.
    Unknown,
}

/// A word; it may have no piece, which is the empty word.
pub(super) type Word = Vec<Piece>;

/// What a script is made of.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Token {
    Word(Word),
    /// The file that a redirection writes.
    Output(Word),
    /// The file that one reads.
    Input(Word),
    /// The text of a here-document or here-string.
    Here(Word),
    /// `;`, `&`, `&&`, `||` or the end of a line.
    End,
    Pipe,
    Open,
    Close,
}

/// Splits a script into tokens.
pub(super) fn tokens(script: &str) -> Vec<Token> {
    let mut lexer = Lexer { chars: script.chars().collect(), at: 0, tokens: Vec::new(), pending: Vec::new() };
    lexer.run();
    lexer.tokens
}

struct Lexer {
    chars: Vec<char>,
    at: usize,
    tokens: Vec<Token>,
    /// Here-documents whose text starts on the next line: where their token is, their end, whether tabs are dropped.
    pending: Vec<(usize, String, bool)>,
}

impl Lexer {
    fn peek(&self, ahead: usize) -> Option<char> {
        self.chars.get(self.at + ahead).copied()
    }

    fn starts_with(&self, text: &str) -> bool {
        text.chars().enumerate().all(|(ahead, c)| self.peek(ahead) == Some(c))
    }

    fn eat(&mut self, text: &str) -> bool {
        let eaten = self.starts_with(text);
        if eaten {
            self.at += text.chars().count();
        }
        eaten
    }

    fn run(&mut self) {
        while let Some(c) = self.peek(0) {
            match c {
                '\n' => {
                    self.at += 1;
                    self.tokens.push(Token::End);
                    self.here_documents();
                }
                c if c.is_whitespace() => self.at += 1,
                '\\' if self.peek(1) == Some('\n') => self.at += 2,
                '#' => self.comment(),
                '<' | '>' if self.peek(1) != Some('(') => self.redirection(),
                '&' if self.peek(1) == Some('>') => {
                    self.at += 2;
                    self.eat(">");
                    self.file(Token::Output);
                }
                ';' | '&' => {
                    while matches!(self.peek(0), Some(';' | '&')) {
                        self.at += 1;
                    }
                    self.tokens.push(Token::End);
                }
                '|' if self.peek(1) == Some('|') => {
                    self.at += 2;
                    self.tokens.push(Token::End);
                }
                '|' => {
                    self.at += 1;
                    self.eat("&");
                    self.tokens.push(Token::Pipe);
                }
                '(' | ')' => {
                    self.at += 1;
                    self.tokens.push(if c == '(' { Token::Open } else { Token::Close });
                }
                _ => self.word_or_number(),
            }
        }
    }

    fn comment(&mut self) {
        while self.peek(0).is_some_and(|c| c != '\n') {
            self.at += 1;
        }
    }

    /// A word, unless it is the number of a redirection.
    fn word_or_number(&mut self) {
        let digits = (0..).take_while(|ahead| self.peek(*ahead).is_some_and(|c| c.is_ascii_digit())).count();
        if digits > 0 && matches!(self.peek(digits), Some('<' | '>')) && self.peek(digits + 1) != Some('(') {
            self.at += digits;
            return self.redirection();
        }
        let word = self.word();
        self.tokens.push(Token::Word(word));
    }

    fn redirection(&mut self) {
        if self.eat("<<<") {
            self.file(Token::Here);
        } else if self.eat("<<") {
            let drops_tabs = self.eat("-");
            self.blanks();
            let end: String = self.word().iter().map(plain).collect();
            self.pending.push((self.tokens.len(), end, drops_tabs));
            self.tokens.push(Token::Here(Word::new()));
        } else if self.eat("<>") || self.eat(">>") || self.eat(">|") {
            self.file(Token::Output);
        } else if self.eat(">&") {
            self.blanks();
            match self.peek(0) {
                Some(c) if c.is_ascii_digit() || c == '-' => drop(self.word()),
                _ => self.file(Token::Output),
            }
        } else if self.eat("<&") {
            self.blanks();
            self.word();
        } else if self.eat(">") {
            self.file(Token::Output);
        } else {
            self.at += 1;
            self.file(Token::Input);
        }
    }

    fn file(&mut self, token: fn(Word) -> Token) {
        self.blanks();
        let word = self.word();
        self.tokens.push(token(word));
    }

    fn blanks(&mut self) {
        while self.peek(0).is_some_and(|c| c == ' ' || c == '\t') {
            self.at += 1;
        }
    }

    fn here_documents(&mut self) {
        for (index, end, drops_tabs) in std::mem::take(&mut self.pending) {
            let mut text = String::new();
            while self.at < self.chars.len() {
                let line = self.line();
                let line = if drops_tabs { line.trim_start_matches('\t') } else { &line };
                if line == end {
                    break;
                }
                text.push_str(line);
                text.push('\n');
            }
            if let Some(token) = self.tokens.get_mut(index) {
                *token = Token::Here(vec![Piece::Text { text, quoted: true }]);
            }
        }
    }

    fn line(&mut self) -> String {
        let line: String = self.chars.iter().skip(self.at).take_while(|c| **c != '\n').collect();
        self.at += line.chars().count() + 1;
        line
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A word in short: quoted text in brackets.
    fn short(word: &Word) -> String {
        let piece = |piece: &Piece| match piece {
            Piece::Text { text, quoted: true } => format!("[{text}]"),
            Piece::Text { text, quoted: false } => text.clone(),
            Piece::Variable { name, default, .. } => {
                format!("${{{name}{}}}", default.as_ref().map(|d| format!(":-{d}")).unwrap_or_default())
            }
            Piece::Script { text, .. } => format!("$({text})"),
            Piece::Unknown => "$?".to_owned(),
        };
        word.iter().map(piece).collect()
    }

    fn shown(script: &str) -> String {
        let token = |token: &Token| match token {
            Token::Word(word) => short(word),
            Token::Output(word) => format!(">{}", short(word)),
            Token::Input(word) => format!("<{}", short(word)),
            Token::Here(word) => format!("<<{}", short(word)),
            Token::End => ";".to_owned(),
            Token::Pipe => "|".to_owned(),
            Token::Open => "(".to_owned(),
            Token::Close => ")".to_owned(),
        };
        tokens(script).iter().map(token).collect::<Vec<_>>().join(" ")
    }

    #[test]
    fn scripts_are_split_as_a_shell_splits_them() {
        for (script, expected) in [
            ("sed -i 's/a b/c/' x.py", "sed -i [s/a b/c/] x.py"),
            ("echo \"a $b ${c} ${d:-e}\"", "echo [a ]${b}[ ]${c}[ ]${d:-e}"),
            ("echo a\\ b a\\\nc", "echo a[ ]b ac"),
            ("a&&b||c;d&e|f |& g", "a ; b ; c ; d ; e | f | g"),
            ("a >x 2>y >>z >|w &>v &>>u 2>&1 >&2 <r", "a >x >y >z >w >v >u <r"),
            ("a >&f <>g 3< h", "a >f >g <h"),
            ("echo 2 > x2", "echo 2 >x2"),
            ("(cd a; b)", "( cd a ; b )"),
            ("x=$(a \"$(b ')')\" c) `d`", "x=$(a \"$(b ')')\" c) $(d)"),
            ("a <(b c) > >(tee x)", "a $(b c) >$(tee x)"),
            ("a # b c\nd a#b", "a ; d a#b"),
            ("cat <<EOF >x; b\none\ntwo\nEOF\nc", "cat <<[one\ntwo\n] >x ; b ; c"),
            ("cat <<-'E' <<F\n\tone\n\tE\ntwo\nF\n", "cat <<[one\n] <<[two\n] ;"),
            ("a <<< \"b c\"", "a <<[b c]"),
            ("echo $'a\\x41\\101\\u00e4\\n'", "echo [aAA\u{e4}\n]"),
            ("echo $((1 << (2))) $1 ${x%y} $", "echo $? $? $? $"),
            ("echo 'never closed", "echo [never closed]"),
            ("cat <<EOF\nnever closed", "cat <<[never closed\n] ;"),
            ("a \"$(cat <<'E'\ndon't 1) \"\nE\n)\" b", "a []$(cat <<'E'\ndon't 1) \"\nE\n) b"),
            ("echo \"", "echo []"),
            ("echo \\", "echo "),
        ] {
            assert_eq!(shown(script), expected, "{script}");
        }
    }
}
