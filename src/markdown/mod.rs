//! CommonMark → blocks with positions. The only room that knows pulldown-cmark.
//!
//! What comes out is the little of a document that the protocol reads: headings, paragraphs, lists and tables, each
//! with its line and its text as [`Span`]s. What nobody *says* by writing it (code blocks, quotes, HTML, footnotes)
//! is kept as a block without content, or as a span that is [`Ink::Hidden`].

mod apart;
mod append;
mod build;
mod html;
mod lines;
mod open;
mod said;
mod section;
mod unix;
mod written;

pub use apart::parse_apart;
pub use append::appended;
pub use build::parse;
pub use lines::HeadingLines;
pub use open::{Unclosed, left_open};
pub use said::said_lines;
pub use section::{Section, sections};
pub use unix::unix;
pub use written::{Line, written_lines};

/// A document's top-level blocks, in order.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Document {
    /// The blocks.
    pub blocks: Vec<Block>,
}

/// One block and where it starts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Block {
    /// The line that it starts on, from 1.
    pub line: usize,
    /// What it is.
    pub body: Body,
}

/// What a block is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Body {
    /// A heading of level 1 to 6.
    Heading {
        /// 1 to 6.
        level: u8,
        /// Underlined (`Text` over `---`) instead of marked with `#`.
        setext: bool,
        /// The heading stands between HTML tags, of its own section or of those around it ([`parse_apart`]).
        in_html: bool,
        /// Its text.
        text: Vec<Span>,
    },
    /// A paragraph.
    Paragraph(Vec<Span>),
    /// A list, each item with blocks of its own.
    List(Vec<Item>),
    /// A table: its rows, the header's first.
    Table(Vec<Vec<Vec<Span>>>),
    /// A thematic break.
    Rule,
    /// A code block, quote, HTML block or footnote: text that the author shows and does not say.
    Shown,
}

/// One item of a list.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Item {
    /// Its blocks; the text of a tight item is a paragraph.
    pub blocks: Vec<Block>,
}

/// A piece of text and how it is written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Span {
    /// The text, entities and escapes resolved. A soft break is a `\n`.
    pub text: String,
    /// How it is written.
    pub ink: Ink,
    /// Within strong emphasis.
    pub strong: bool,
}

/// How a piece of text is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ink {
    /// Plain text, emphasis, the text of a link.
    Text,
    /// A code span.
    Code,
    /// Struck out, between HTML tags, a link's target, an image, a footnote's mark.
    Hidden,
}

/// The plain text of some spans, code included and hidden text left out.
pub fn plain(spans: &[Span]) -> String {
    spans.iter().filter(|s| s.ink != Ink::Hidden).map(|s| s.text.as_str()).collect()
}
