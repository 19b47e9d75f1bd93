//! The vocabulary: what a tree is made of.

/// A widget tree as an arena: node 0 is the root, children are indices greater than their parent's.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Tree {
    pub nodes: Vec<Node>,
}

/// One widget.
#[derive(Clone, Debug, PartialEq)]
pub struct Node {
    /// Stable between two answers and unique among siblings.
    pub key: String,
    pub kind: Kind,
    pub children: Vec<u32>,
}

/// What a widget is, with its data.
#[derive(Clone, Debug, PartialEq)]
pub enum Kind {
    /// Children below each other.
    Stack,
    /// Children beside each other, wrapping.
    Row,
    /// Level 1 to 6.
    Heading {
        level: u8,
        spans: Vec<Span>,
    },
    Paragraph(Vec<Span>),
    /// `language` is empty when unknown.
    Code {
        language: String,
        text: String,
    },
    Quote,
    /// `start` is the first number of an ordered list, none for bullets.
    Bullets {
        start: Option<u32>,
    },
    /// An entry of a list; a checkbox when `checked` is given.
    Item {
        checked: Option<bool>,
    },
    Divider,
    Table(Table),
    KeyValues(Vec<(String, Vec<Span>)>),
    Callout {
        tone: Tone,
        title: String,
    },
    Badge {
        tone: Tone,
        text: String,
    },
}

/// What a widget says about itself; shown by shape and word as well as by colour.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Tone {
    #[default]
    Neutral,
    Info,
    Good,
    Warn,
    Bad,
}

/// A run of text with one look. A newline in `text` is a line break.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Span {
    pub text: String,
    pub bold: bool,
    pub italic: bool,
    pub strike: bool,
    pub code: bool,
    /// `http`, `https` or `mailto`; anything else is shown as text.
    pub link: Option<String>,
}

impl Span {
    /// Text without any look.
    pub fn plain(text: impl Into<String>) -> Self {
        Self {
            text: text.into(),
            ..Self::default()
        }
    }
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Alignment {
    #[default]
    Start,
    Center,
    End,
}

#[derive(Clone, Debug, Default, PartialEq)]
pub struct TableColumn {
    pub title: Vec<Span>,
    pub align: Alignment,
}

/// Rows of cells, each row as long as `columns`.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Table {
    pub columns: Vec<TableColumn>,
    pub rows: Vec<Vec<Vec<Span>>>,
}
