//! Building widget trees: data that the page turns into HTML and the terminal into text.
//!
//! ```
//! use plugin_sdk::{Answer, widgets::{self, Tone}};
//!
//! let answer = Answer::widgets(
//!     widgets::stack()
//!         .child(widgets::heading(3, "Payments"))
//!         .child(widgets::badge(Tone::Good, "healthy"))
//!         .child(widgets::paragraph([widgets::text("All "), widgets::bold("12"), widgets::text(" checks pass.")])),
//! );
//! ```

use std::collections::BTreeSet;

use crate::bindings::databook::plugin::widgets as wit;

pub use wit::{Alignment, Span, Tone, Tree};

/// A widget with what is inside it.
#[derive(Clone, Debug, PartialEq)]
pub struct Element {
    key: Option<String>,
    kind: wit::Kind,
    children: Vec<Element>,
}

impl Element {
    fn new(kind: wit::Kind) -> Self {
        Self {
            key: None,
            kind,
            children: Vec::new(),
        }
    }

    /// Puts a widget inside, after those that are already there.
    #[must_use]
    pub fn child(mut self, child: Element) -> Self {
        self.children.push(child);
        self
    }

    /// Puts several widgets inside, in their order.
    #[must_use]
    pub fn children(mut self, children: impl IntoIterator<Item = Element>) -> Self {
        self.children.extend(children);
        self
    }

    /// Names the widget among its siblings, so that the page knows it again in the next answer and
    /// keeps focus and scroll. Without a key its position counts.
    #[must_use]
    pub fn key(mut self, key: impl Into<String>) -> Self {
        self.key = Some(key.into());
        self
    }

    /// Flattens it: parents before children, as the contract wants it.
    pub(crate) fn into_tree(self) -> Tree {
        let mut nodes = Vec::new();
        push(&mut nodes, self, "root".to_owned());
        Tree { nodes }
    }
}

/// Appends `element` and everything inside it; gives back its index.
fn push(nodes: &mut Vec<wit::Node>, element: Element, key: String) -> u32 {
    let index = nodes.len();
    nodes.push(wit::Node {
        key,
        kind: element.kind,
        children: Vec::new(),
    });
    let mut taken = BTreeSet::new();
    let mut children = Vec::with_capacity(element.children.len());
    for (position, mut child) in element.children.into_iter().enumerate() {
        // `#` keeps a position apart from a key that is a number.
        let key = child
            .key
            .take()
            .filter(|key| !taken.contains(key))
            .unwrap_or_else(|| format!("#{position}"));
        taken.insert(key.clone());
        children.push(push(nodes, child, key));
    }
    if let Some(node) = nodes.get_mut(index) {
        node.children = children;
    }
    index as u32
}

/// What can stand where spans are wanted: a `&str`, a `String`, one [`Span`] or several.
pub trait IntoSpans {
    /// The spans.
    fn into_spans(self) -> Vec<Span>;
}

impl IntoSpans for &str {
    fn into_spans(self) -> Vec<Span> {
        vec![text(self)]
    }
}

impl IntoSpans for String {
    fn into_spans(self) -> Vec<Span> {
        vec![text(self)]
    }
}

impl IntoSpans for Span {
    fn into_spans(self) -> Vec<Span> {
        vec![self]
    }
}

impl IntoSpans for Vec<Span> {
    fn into_spans(self) -> Vec<Span> {
        self
    }
}

impl<const N: usize> IntoSpans for [Span; N] {
    fn into_spans(self) -> Vec<Span> {
        self.into()
    }
}

/// Text without any look.
pub fn text(text: impl Into<String>) -> Span {
    Span {
        text: text.into(),
        bold: false,
        italic: false,
        strike: false,
        code: false,
        link: None,
    }
}

/// Bold text.
pub fn bold(content: impl Into<String>) -> Span {
    Span {
        bold: true,
        ..text(content)
    }
}

/// Italic text.
pub fn italic(content: impl Into<String>) -> Span {
    Span {
        italic: true,
        ..text(content)
    }
}

/// Text in the monospace face.
pub fn code_span(content: impl Into<String>) -> Span {
    Span {
        code: true,
        ..text(content)
    }
}

/// A link: `http`, `https` or `mailto`; others are shown as text.
pub fn link(content: impl Into<String>, address: impl Into<String>) -> Span {
    Span {
        link: Some(address.into()),
        ..text(content)
    }
}

/// Children below each other.
pub fn stack() -> Element {
    Element::new(wit::Kind::Stack)
}

/// Children beside each other, wrapping.
pub fn row() -> Element {
    Element::new(wit::Kind::Row)
}

/// A heading of level 1 to 6.
pub fn heading(level: u8, spans: impl IntoSpans) -> Element {
    Element::new(wit::Kind::Heading(wit::Heading {
        level: level.clamp(1, 6),
        spans: spans.into_spans(),
    }))
}

/// A paragraph.
pub fn paragraph(spans: impl IntoSpans) -> Element {
    Element::new(wit::Kind::Paragraph(spans.into_spans()))
}

/// A block of code; `language` may be empty.
pub fn code(language: impl Into<String>, text: impl Into<String>) -> Element {
    Element::new(wit::Kind::Code(wit::CodeBlock {
        language: language.into(),
        text: text.into(),
    }))
}

/// A quotation of its children.
pub fn quote() -> Element {
    Element::new(wit::Kind::Quote)
}

/// A list with bullets; its children are [`item`]s.
pub fn bullets() -> Element {
    Element::new(wit::Kind::Bullets(wit::ListStyle { start: None }))
}

/// A list numbered from `start`; its children are [`item`]s.
pub fn numbered(start: u32) -> Element {
    Element::new(wit::Kind::Bullets(wit::ListStyle { start: Some(start) }))
}

/// An entry of a list.
pub fn item() -> Element {
    Element::new(wit::Kind::Item(None))
}

/// An entry of a list with a checkbox.
pub fn checked_item(checked: bool) -> Element {
    Element::new(wit::Kind::Item(Some(checked)))
}

/// A line between two parts.
pub fn divider() -> Element {
    Element::new(wit::Kind::Divider)
}

/// Names with their values.
pub fn key_values<K: Into<String>, S: IntoSpans>(
    pairs: impl IntoIterator<Item = (K, S)>,
) -> Element {
    Element::new(wit::Kind::KeyValues(
        pairs
            .into_iter()
            .map(|(key, value)| wit::KeyValue {
                key: key.into(),
                value: value.into_spans(),
            })
            .collect(),
    ))
}

/// A framed remark with a title; its children are the text.
pub fn callout(tone: Tone, title: impl Into<String>) -> Element {
    Element::new(wit::Kind::Callout(wit::Callout {
        tone,
        title: title.into(),
    }))
}

/// A word with a tone: a state, a severity.
pub fn badge(tone: Tone, text: impl Into<String>) -> Element {
    Element::new(wit::Kind::Badge(wit::Badge {
        tone,
        text: text.into(),
    }))
}

/// A table being built: columns first, then rows.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Table {
    columns: Vec<wit::TableColumn>,
    rows: Vec<Vec<Vec<Span>>>,
}

impl Table {
    /// A table without columns.
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a column.
    #[must_use]
    pub fn column(mut self, title: impl IntoSpans, align: Alignment) -> Self {
        self.columns.push(wit::TableColumn {
            title: title.into_spans(),
            align,
        });
        self
    }

    /// Adds a row, cut or filled with empty cells to as many as there are columns.
    #[must_use]
    pub fn row<S: IntoSpans>(mut self, cells: impl IntoIterator<Item = S>) -> Self {
        let mut row: Vec<Vec<Span>> = cells.into_iter().map(IntoSpans::into_spans).collect();
        row.resize_with(self.columns.len(), Vec::new);
        self.rows.push(row);
        self
    }

    /// The widget.
    pub fn build(self) -> Element {
        Element::new(wit::Kind::Table(wit::Table {
            columns: self.columns,
            rows: self.rows,
        }))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_tree_has_parents_before_children_and_unique_keys() {
        let tree = stack()
            .child(
                row()
                    .child(badge(Tone::Good, "a"))
                    .child(badge(Tone::Bad, "b")),
            )
            .child(paragraph("x").key("same"))
            .child(paragraph("y").key("same"))
            .into_tree();
        assert_eq!(tree.nodes.len(), 6);
        for (index, node) in tree.nodes.iter().enumerate() {
            assert!(node.children.iter().all(|&child| child as usize > index));
        }
        let keys: Vec<&str> = tree.nodes[0]
            .children
            .iter()
            .map(|&child| tree.nodes[child as usize].key.as_str())
            .collect();
        assert_eq!(keys, ["#0", "same", "#2"]);
    }

    #[test]
    fn a_row_of_a_table_has_as_many_cells_as_columns() {
        let table = Table::new()
            .column("a", Alignment::Start)
            .column("b", Alignment::End)
            .row(["1"])
            .row(["1", "2", "3"]);
        assert!(table.rows.iter().all(|row| row.len() == 2));
    }
}
