//! Rows, lines and documents that the reader searches without the plugin.
//!
//! ```
//! use widgets::build::{self as ui, Json, LogLevel, Tone};
//!
//! let table = ui::data_table("Services")
//!     .texts("name", ["api", "mail"])
//!     .numbers("errors", [0.0, 2.5]).unit("%")
//!     .badges("state", [(Tone::Good, "healthy"), (Tone::Warn, "degraded")])
//!     .filter();
//! let log = ui::logs([ui::log_line(LogLevel::Warn, "pool is full").at(1_000).field("pod", "a-1")]);
//! let json = ui::json(Json::object([("up", Json::from(true)), ("shards", Json::from(3.0))]));
//! let tree = ui::stack().child(table).child(log).child(json).into_tree();
//! assert_eq!(tree.nodes.len(), 4);
//! ```

use super::{Element, IntoSpans, Widget, fields};
use crate::{
    Badge, Cells, DataColumn, DataTable, JsonNode, JsonTree, JsonValue, Kind, LogField, LogLevel,
    LogLine, Tone,
};

/// A table that the reader can sort, filter and page through without the plugin. The columns are
/// of equal length.
pub fn data_table(title: impl Into<String>) -> Widget<DataTable> {
    let title = title.into();
    Widget::new(
        Kind::DataTable,
        DataTable {
            title,
            ..DataTable::default()
        },
    )
}

fields!(DataTable {
    /// Rows on one page; all, when nothing is said.
    value page_rows: u32;
    /// Adds a box to filter the rows by.
    yes filter;
});

impl Widget<DataTable> {
    /// Adds a column.
    #[must_use]
    pub fn column(mut self, title: impl Into<String>, cells: Cells) -> Self {
        self.fields.columns.push(DataColumn {
            title: title.into(),
            unit: String::new(),
            cells,
        });
        self
    }

    /// Adds a column of numbers; NaN is a gap.
    #[must_use]
    pub fn numbers(self, title: impl Into<String>, numbers: impl IntoIterator<Item = f64>) -> Self {
        self.column(title, Cells::Numbers(numbers.into_iter().collect()))
    }

    /// Gives the column that was added last a unit.
    #[must_use]
    pub fn unit(mut self, unit: impl Into<String>) -> Self {
        if let Some(column) = self.fields.columns.last_mut() {
            column.unit = unit.into();
        }
        self
    }

    /// Adds a column of moments, milliseconds since 1970 UTC.
    #[must_use]
    pub fn times(self, title: impl Into<String>, times_ms: impl IntoIterator<Item = i64>) -> Self {
        self.column(title, Cells::TimesMs(times_ms.into_iter().collect()))
    }

    /// Adds a column of text.
    #[must_use]
    pub fn texts<T: Into<String>>(
        self,
        title: impl Into<String>,
        texts: impl IntoIterator<Item = T>,
    ) -> Self {
        self.column(
            title,
            Cells::Texts(texts.into_iter().map(Into::into).collect()),
        )
    }

    /// Adds a column of text with looks and links.
    #[must_use]
    pub fn rich<S: IntoSpans>(
        self,
        title: impl Into<String>,
        cells: impl IntoIterator<Item = S>,
    ) -> Self {
        let cells = cells.into_iter().map(IntoSpans::into_spans).collect();
        self.column(title, Cells::Rich(cells))
    }

    /// Adds a column of words with tones.
    #[must_use]
    pub fn badges<T: Into<String>>(
        self,
        title: impl Into<String>,
        badges: impl IntoIterator<Item = (Tone, T)>,
    ) -> Self {
        let badge = |(tone, text): (Tone, T)| Badge {
            tone,
            text: text.into(),
        };
        self.column(
            title,
            Cells::Badges(badges.into_iter().map(badge).collect()),
        )
    }
}

/// Lines of a log, the oldest first.
pub fn logs(lines: impl IntoIterator<Item = LogLine>) -> Element {
    Element::new(Kind::Logs(lines.into_iter().collect()))
}

/// A line for [`logs`], without a time.
pub fn log_line(level: LogLevel, text: impl Into<String>) -> LogLine {
    LogLine {
        time_ms: None,
        level,
        text: text.into(),
        fields: Vec::new(),
    }
}

impl LogLine {
    /// When it was written, milliseconds since 1970 UTC.
    #[must_use]
    pub fn at(mut self, time_ms: i64) -> Self {
        self.time_ms = Some(time_ms);
        self
    }

    /// Adds a field.
    #[must_use]
    pub fn field(mut self, name: impl Into<String>, value: impl Into<String>) -> Self {
        self.fields.push(LogField {
            name: name.into(),
            value: value.into(),
        });
        self
    }
}

/// A JSON document to be looked through.
pub fn json(document: Json) -> Element {
    let mut nodes = Vec::new();
    document.push(String::new(), &mut nodes);
    Element::new(Kind::Json(JsonTree { nodes }))
}

/// A JSON value for [`json`].
#[derive(Clone, Debug, Default, PartialEq)]
pub enum Json {
    #[default]
    Null,
    Flag(bool),
    Number(f64),
    Text(String),
    Array(Vec<Json>),
    /// Names with values, in their order.
    Object(Vec<(String, Json)>),
}

impl Json {
    /// An array.
    pub fn array<V: Into<Json>>(values: impl IntoIterator<Item = V>) -> Self {
        Self::Array(values.into_iter().map(Into::into).collect())
    }

    /// An object.
    pub fn object<K: Into<String>, V: Into<Json>>(
        entries: impl IntoIterator<Item = (K, V)>,
    ) -> Self {
        let entry = |(name, value): (K, V)| (name.into(), value.into());
        Self::Object(entries.into_iter().map(entry).collect())
    }

    fn push(self, name: String, nodes: &mut Vec<JsonNode>) -> u32 {
        let index = nodes.len();
        nodes.push(JsonNode {
            name,
            value: JsonValue::Null,
        });
        let value = match self {
            Self::Null => JsonValue::Null,
            Self::Flag(flag) => JsonValue::Flag(flag),
            Self::Number(number) => JsonValue::Number(number),
            Self::Text(text) => JsonValue::Text(text),
            Self::Array(values) => {
                let places = values.into_iter();
                JsonValue::Array(
                    places
                        .map(|value| value.push(String::new(), nodes))
                        .collect(),
                )
            }
            Self::Object(entries) => {
                let places = entries.into_iter();
                JsonValue::Object(
                    places
                        .map(|(name, value)| value.push(name, nodes))
                        .collect(),
                )
            }
        };
        if let Some(node) = nodes.get_mut(index) {
            node.value = value;
        }
        index as u32
    }
}

impl From<bool> for Json {
    fn from(flag: bool) -> Self {
        Self::Flag(flag)
    }
}

impl From<f64> for Json {
    fn from(number: f64) -> Self {
        Self::Number(number)
    }
}

impl From<&str> for Json {
    fn from(text: &str) -> Self {
        Self::Text(text.to_owned())
    }
}

impl From<String> for Json {
    fn from(text: String) -> Self {
        Self::Text(text)
    }
}
