//! Text and what is read like text. The rules are in `wit/1.0.0/widgets.wit`, whose names these types keep.

use wit_data::Data;

/// What a piece of the page says about itself; shown by shape and word as well as colour.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Data)]
#[cfg_attr(feature = "serde", derive(serde::Deserialize))]
pub enum Tone {
    #[default]
    Neutral,
    Info,
    Good,
    Warn,
    Bad,
}

/// A run of text with one look. Links are `http`, `https` or `mailto`; others are shown as text.
#[derive(Clone, Debug, Default, PartialEq, Eq, Data)]
#[cfg_attr(feature = "serde", derive(serde::Deserialize))]
pub struct Span {
    pub text: String,
    pub bold: bool,
    pub italic: bool,
    pub strike: bool,
    pub code: bool,
    pub tone: Tone,
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

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Data)]
#[cfg_attr(feature = "serde", derive(serde::Deserialize))]
pub enum Alignment {
    #[default]
    Start,
    Center,
    End,
}

#[derive(Clone, Debug, Default, PartialEq, Data)]
#[cfg_attr(feature = "serde", derive(serde::Deserialize))]
pub struct Heading {
    /// 1 to 6.
    pub level: u8,
    pub spans: Vec<Span>,
}

#[derive(Clone, Debug, Default, PartialEq, Data)]
#[cfg_attr(feature = "serde", derive(serde::Deserialize))]
pub struct CodeBlock {
    /// A language name for highlighting, empty for none.
    pub language: String,
    pub text: String,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Data)]
#[cfg_attr(feature = "serde", derive(serde::Deserialize))]
pub enum Change {
    #[default]
    Same,
    Added,
    Removed,
}

#[derive(Clone, Debug, Default, PartialEq, Data)]
#[cfg_attr(feature = "serde", derive(serde::Deserialize))]
pub struct DiffLine {
    pub change: Change,
    pub text: String,
}

/// Two texts beside each other in their lines, in the order of reading.
#[derive(Clone, Debug, Default, PartialEq, Data)]
#[cfg_attr(feature = "serde", derive(serde::Deserialize))]
pub struct Diff {
    /// What the text is called that lines are gone from.
    pub before: String,
    /// What the text is called that lines are new in.
    pub after: String,
    pub lines: Vec<DiffLine>,
}

#[derive(Clone, Debug, Default, PartialEq, Data)]
#[cfg_attr(feature = "serde", derive(serde::Deserialize))]
pub struct ListStyle {
    /// The first number of an ordered list; none for bullets.
    pub start: Option<u32>,
}

#[derive(Clone, Debug, Default, PartialEq, Data)]
#[cfg_attr(feature = "serde", derive(serde::Deserialize))]
pub struct ListItem {
    /// A checkbox that only shows, when the value is given.
    pub checked: Option<bool>,
}

#[derive(Clone, Debug, Default, PartialEq, Data)]
#[cfg_attr(feature = "serde", derive(serde::Deserialize))]
pub struct TableColumn {
    pub title: Vec<Span>,
    pub align: Alignment,
}

#[derive(Clone, Debug, Default, PartialEq, Data)]
#[cfg_attr(feature = "serde", derive(serde::Deserialize))]
pub struct Table {
    pub columns: Vec<TableColumn>,
    /// Rows of cells, each as many as there are columns.
    pub rows: Vec<Vec<Vec<Span>>>,
}

#[derive(Clone, Debug, Default, PartialEq, Data)]
#[cfg_attr(feature = "serde", derive(serde::Deserialize))]
pub struct KeyValue {
    pub key: String,
    pub value: Vec<Span>,
}

#[derive(Clone, Debug, Default, PartialEq, Data)]
#[cfg_attr(feature = "serde", derive(serde::Deserialize))]
pub struct Callout {
    pub tone: Tone,
    pub title: String,
}

#[derive(Clone, Debug, Default, PartialEq, Data)]
#[cfg_attr(feature = "serde", derive(serde::Deserialize))]
pub struct Badge {
    pub tone: Tone,
    pub text: String,
}

#[derive(Clone, Debug, Default, PartialEq, Data)]
#[cfg_attr(feature = "serde", derive(serde::Deserialize))]
pub struct Timestamp {
    pub time_ms: i64,
    /// `3 minutes ago` beside the time itself.
    pub relative: bool,
}

#[derive(Clone, Debug, Default, PartialEq, Data)]
#[cfg_attr(feature = "serde", derive(serde::Deserialize))]
pub struct ImageData {
    /// `image/png`, `image/jpeg`, `image/gif`, `image/webp` or `image/svg+xml`.
    pub media_type: String,
    pub content: Vec<u8>,
}

#[derive(Clone, Debug, PartialEq, Data)]
#[cfg_attr(feature = "serde", derive(serde::Deserialize))]
pub enum ImageSource {
    Data(ImageData),
    /// An address that the plugin was granted; the page fetches it.
    Address(String),
}

#[derive(Clone, Debug, PartialEq, Data)]
#[cfg_attr(feature = "serde", derive(serde::Deserialize))]
pub struct Image {
    pub source: ImageSource,
    /// What it shows, in words.
    pub description: String,
    /// Size in CSS pixels, 0 for the image's own.
    pub width_px: u32,
    pub height_px: u32,
}

/// Somebody, with the initials of the name as picture.
#[derive(Clone, Debug, Default, PartialEq, Data)]
#[cfg_attr(feature = "serde", derive(serde::Deserialize))]
pub struct Person {
    pub name: String,
    /// Said beside the name: a role, a team; empty for nothing.
    pub note: String,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Data)]
#[cfg_attr(feature = "serde", derive(serde::Deserialize))]
pub enum LogLevel {
    #[default]
    Debug,
    Info,
    Warn,
    Error,
}

#[derive(Clone, Debug, Default, PartialEq, Data)]
#[cfg_attr(feature = "serde", derive(serde::Deserialize))]
pub struct LogField {
    pub name: String,
    pub value: String,
}

#[derive(Clone, Debug, Default, PartialEq, Data)]
#[cfg_attr(feature = "serde", derive(serde::Deserialize))]
pub struct LogLine {
    pub time_ms: Option<i64>,
    pub level: LogLevel,
    pub text: String,
    pub fields: Vec<LogField>,
}

#[derive(Clone, Debug, PartialEq, Data)]
#[cfg_attr(feature = "serde", derive(serde::Deserialize))]
pub enum JsonValue {
    Null,
    Flag(bool),
    Number(f64),
    Text(String),
    /// Indices of later nodes.
    Array(Vec<u32>),
    Object(Vec<u32>),
}

#[derive(Clone, Debug, PartialEq, Data)]
#[cfg_attr(feature = "serde", derive(serde::Deserialize))]
pub struct JsonNode {
    /// The name in the object around it, empty in arrays.
    pub name: String,
    pub value: JsonValue,
}

/// A JSON document as an arena; node 0 is the root.
#[derive(Clone, Debug, Default, PartialEq, Data)]
#[cfg_attr(feature = "serde", derive(serde::Deserialize))]
pub struct JsonTree {
    pub nodes: Vec<JsonNode>,
}
