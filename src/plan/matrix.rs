//! The Validation Matrix: what a plan, a gate or the policy says has to be run, and what only people can check.
//!
//! A code span is a command where it stands as one: at the start of an item or of its cell in a table, behind a label
//! (`Unit: …`) or the word *run*, or behind another command and `,`, `;`, `and`, `then`. Any other is a mention. An item
//! without a command is a check by hand: it is said, and never guessed into a command.

mod item;
mod rows;

use crate::log::Speaker;
use crate::markdown::{Block, Body, Ink, Item, Span, plain};

use item::{Clause, Said};
use rows::Row;

/// What has to be checked.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Matrix {
    /// The commands, each once, in the order in which they are written.
    pub checks: Vec<Check>,
    /// What is no command.
    pub manual: Vec<Manual>,
    /// It says that there is nothing to run (`N/A`), in these words.
    pub nothing: Option<String>,
}

/// A command of the matrix.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Check {
    /// Its line in the document, from 1; 0 where there is none.
    pub line: usize,
    /// The command for a shell, to the letter, the variables before it included.
    pub command: String,
    /// What the matrix calls it.
    pub label: Option<String>,
    /// When it need not be run.
    pub condition: Option<Condition>,
}

/// When a command is run.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Condition {
    /// `when online`.
    Online,
    /// `when available`.
    Available,
    /// `as applicable`, `optional`.
    Applicable,
    /// In the repository of this other party.
    Elsewhere(String),
}

impl Condition {
    /// The word that JSON uses.
    pub fn as_str(&self) -> &'static str {
        match self {
            Condition::Online => "online",
            Condition::Available => "available",
            Condition::Applicable => "applicable",
            Condition::Elsewhere(_) => "elsewhere",
        }
    }
}

/// A check by hand.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Manual {
    /// Its line in the document.
    pub line: usize,
    /// Its words, on one line.
    pub text: String,
}

/// The parties, as their names stand behind commands: `go test ./...` (CCC).
#[derive(Debug, Clone, Copy)]
pub struct Sides<'a> {
    /// All of them.
    pub parties: &'a [Speaker],
    /// The one whose repository this is.
    pub own: &'a str,
}

impl Matrix {
    /// Reads the blocks below the heading of a Validation Matrix, or what a gate has under that part of its template.
    pub fn read(blocks: &[Block], sides: Sides<'_>) -> Matrix {
        let mut reader = Reader { matrix: Matrix::default(), sides };
        reader.blocks(blocks, &Said::default());
        reader.matrix
    }

    /// Commands that stand by themselves, as a policy names them.
    pub fn of_commands<'a>(commands: impl IntoIterator<Item = &'a str>) -> Matrix {
        let mut matrix = Matrix::default();
        for command in commands {
            matrix.add(Check { line: 0, command: command.to_owned(), label: None, condition: None });
        }
        matrix
    }

    /// Whether it names neither a command nor a check by hand, nor says that there is nothing to check.
    pub fn is_empty(&self) -> bool {
        self.checks.is_empty() && self.manual.is_empty() && self.nothing.is_none()
    }

    /// Whether it names commands, and each of them under a condition.
    pub fn only_skips(&self) -> bool {
        !self.checks.is_empty() && self.checks.iter().all(|check| check.condition.is_some())
    }

    /// Adds a command; of one that is named twice, the place that asks for it always counts.
    fn add(&mut self, check: Check) {
        match self.checks.iter_mut().find(|known| known.command == check.command) {
            Some(known) if check.condition.is_none() => known.condition = None,
            Some(_) => {}
            None => self.checks.push(check),
        }
    }
}

struct Reader<'a> {
    matrix: Matrix,
    sides: Sides<'a>,
}

impl Reader<'_> {
    fn blocks(&mut self, blocks: &[Block], above: &Said) {
        for block in blocks {
            match &block.body {
                Body::Paragraph(spans) => {
                    let (said, rows) = rows::apart(spans);
                    self.clause(block.line, &said, above);
                    self.glued(block.line, &rows);
                }
                Body::List(items) => {
                    for item in items {
                        self.item(block.line, item, above);
                    }
                }
                Body::Table(rows) => self.table(block.line, rows),
                Body::Shown => {
                    self.manual(block.line, "a block of code, or a quote: write each command as a code span")
                }
                Body::Heading { .. } | Body::Rule => {}
            }
        }
    }

    /// An item, and what is nested in it: its label and condition hold there too.
    fn item(&mut self, line: usize, item: &Item, above: &Said) {
        let Some((first, rest)) = item.blocks.split_first() else { return };
        let Body::Paragraph(spans) = &first.body else { return self.blocks(&item.blocks, above) };
        let (spans, rows) = rows::apart(spans);
        let is_headline =
            !rows.is_empty() || rest.iter().any(|block| matches!(block.body, Body::List(_) | Body::Table(_)));
        let clause = Clause::read(&spans, self.sides);
        let below = clause.said.within(above);
        if !(is_headline && clause.commands.is_empty()) {
            self.clause(first.line.max(line), &spans, above);
        }
        self.glued(first.line.max(line), &rows);
        self.blocks(rest, &below);
    }

    fn clause(&mut self, line: usize, spans: &[Span], above: &Said) {
        let clause = Clause::read(spans, self.sides);
        let text = one_line(spans);
        if text.is_empty() {
            return;
        }
        if clause.commands.is_empty() {
            return self.without_command(line, text, clause.is_nothing);
        }
        let said = clause.said.within(above);
        for command in clause.commands {
            let condition = command.condition.or_else(|| said.condition.clone());
            self.matrix.add(Check { line, command: command.text, label: said.label.clone(), condition });
        }
    }

    /// A table: its commands are in the column that is headed so, else in the first that holds any; the other cells of the
    /// row are its label.
    fn table(&mut self, line: usize, rows: &[Vec<Vec<Span>>]) {
        let Some((head, body)) = rows.split_first() else { return };
        // The line below the header's holds its dashes.
        self.rows(head, body.iter().zip(line + 2..).map(|(row, line)| (line, row)));
    }

    /// Rows that run into the text above them: to Markdown they are that text, to people a table.
    fn glued(&mut self, line: usize, rows: &[(usize, Row)]) {
        let head = rows::header(rows);
        let body = rows.iter().skip(if head.is_some() { 2 } else { 0 });
        let none = Row::new();
        self.rows(head.unwrap_or(&none), body.map(|(below, row)| (line + below, row)));
    }

    fn rows<'r>(&mut self, head: &Row, body: impl Iterator<Item = (usize, &'r Row)> + Clone) {
        let is_headed = |cell: &Vec<Span>| {
            let words = plain(cell).to_lowercase();
            words
                .split(|c: char| !c.is_alphanumeric())
                .any(|word| matches!(word, "command" | "commands" | "cmd" | "run"))
        };
        let holds = |column: usize| {
            body.clone()
                .filter_map(|(_, row)| row.get(column))
                .any(|cell| !Clause::read(cell, self.sides).commands.is_empty())
        };
        let widest = body.clone().map(|(_, row)| row.len()).max().unwrap_or_default();
        let column = head.iter().position(is_headed).or_else(|| (0..widest).find(|column| holds(*column)));
        for (line, row) in body {
            self.row(line, row, column);
        }
    }

    fn row(&mut self, line: usize, row: &Row, column: Option<usize>) {
        let clause = |cell: &Vec<Span>| Clause::read(cell, self.sides);
        let own = column.and_then(|column| row.get(column)).map(clause).unwrap_or_default();
        let mut others: Vec<&Vec<Span>> = Vec::new();
        others.extend(row.iter().enumerate().filter(|(at, _)| Some(*at) != column).map(|(_, cell)| cell));
        let text = |cells: &[&Vec<Span>]| {
            let texts = cells.iter().map(|cell| one_line(cell)).filter(|text| !text.is_empty());
            texts.collect::<Vec<_>>().join(" — ")
        };
        if own.commands.is_empty() {
            let all: Vec<&Vec<Span>> = row.iter().collect();
            return match text(&all) {
                text if text.is_empty() => {}
                text => self.without_command(line, text, own.is_nothing),
            };
        }
        let label = Some(text(&others)).filter(|label| !label.is_empty());
        let around = others.iter().find_map(|cell| item::condition(&plain(cell), self.sides));
        let said = Said { label, condition: around };
        let said = Said { label: said.label, condition: said.condition.or(own.said.condition) };
        for command in own.commands {
            let condition = command.condition.or_else(|| said.condition.clone());
            self.matrix.add(Check { line, command: command.text, label: said.label.clone(), condition });
        }
    }

    /// What has no command: words that say there is nothing to run, or a check by hand. A bare *none*, as a template has it
    /// where nobody said anything, says neither.
    fn without_command(&mut self, line: usize, text: String, is_nothing: bool) {
        let is_bare = text.trim_end_matches(['.', ' ']).eq_ignore_ascii_case("none");
        match is_nothing {
            true if is_bare => {}
            true => self.matrix.nothing = Some(text),
            false => self.manual(line, &text),
        }
    }

    fn manual(&mut self, line: usize, text: &str) {
        self.matrix.manual.push(Manual { line, text: text.to_owned() });
    }
}

fn one_line(spans: &[Span]) -> String {
    let shown = |span: &Span| match span.ink {
        Ink::Hidden => String::new(),
        Ink::Code => format!("`{}`", span.text),
        Ink::Text => span.text.clone(),
    };
    let text: String = spans.iter().map(shown).collect();
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests;
