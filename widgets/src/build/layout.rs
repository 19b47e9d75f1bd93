//! Widgets that hold others, and what is read like prose.
//!
//! ```
//! use widgets::build::{self as ui, Tone};
//!
//! let tree = ui::grid(240)
//!     .child(ui::card("api").tone(Tone::Good).child(ui::paragraph("all well")))
//!     .child(ui::card("mail").child(ui::details("3 failures").open().child(ui::terminal("421"))))
//!     .into_tree();
//! assert_eq!(tree.nodes.len(), 6);
//! ```

use super::{Element, IntoSpans, Widget, fields};
use crate::{
    Alignment, Badge, Callout, Card, CodeBlock, Details, EmptyState, ErrorState, Grid, Heading,
    Image, ImageData, ImageSource, KeyValue, Kind, ListItem, ListStyle, Other, Person, Slot, Span,
    Tab, Table as TableFields, TableColumn, Tabs, Timestamp, Tone,
};

/// Children below each other.
pub fn stack() -> Element {
    Element::new(Kind::Stack)
}

/// Children beside each other, wrapping.
pub fn row() -> Element {
    Element::new(Kind::Row)
}

/// Children in columns of equal width, as many as fit; `column_px` is the narrowest a column may
/// be, in CSS pixels.
pub fn grid(column_px: u32) -> Element {
    Element::new(Kind::Grid(Grid { column_px }))
}

/// A frame around children; the title may be empty.
pub fn card(title: impl Into<String>) -> Widget<Card> {
    let title = title.into();
    Widget::new(
        Kind::Card,
        Card {
            title,
            ..Card::default()
        },
    )
}

fields!(Card {
    value tone: Tone;
});

/// Children one at a time, each a [`tab`]; `label` says what they are about, for people who hear
/// the page.
pub fn tabs(label: impl Into<String>) -> Widget<Tabs> {
    let label = label.into();
    Widget::new(Kind::Tabs, Tabs { label, selected: 0 })
}

fields!(Tabs {
    /// The tab that is open at first, counted from 0.
    value selected: u32;
});

/// One page of [`tabs`].
pub fn tab(title: impl Into<String>) -> Element {
    Element::new(Kind::Tab(Tab {
        title: title.into(),
    }))
}

/// Children that are folded away until somebody opens them.
pub fn details(summary: impl IntoSpans) -> Widget<Details> {
    let summary = summary.into_spans();
    Widget::new(
        Kind::Details,
        Details {
            summary,
            open: false,
        },
    )
}

fields!(Details {
    /// Open from the start.
    yes open;
});

/// A place whose content a view can replace or append to, without the rest of the tree.
pub fn slot(name: impl Into<String>) -> Element {
    Element::new(Kind::Slot(Slot { name: name.into() }))
}

/// A line between two parts.
pub fn divider() -> Element {
    Element::new(Kind::Divider)
}

/// A heading of level 1 to 6.
pub fn heading(level: u8, spans: impl IntoSpans) -> Element {
    Element::new(Kind::Heading(Heading {
        level: level.clamp(1, 6),
        spans: spans.into_spans(),
    }))
}

/// A paragraph.
pub fn paragraph(spans: impl IntoSpans) -> Element {
    Element::new(Kind::Paragraph(spans.into_spans()))
}

/// CommonMark; raw HTML in it is dropped.
pub fn markdown(text: impl Into<String>) -> Element {
    Element::new(Kind::Markdown(text.into()))
}

/// A block of code; `language` may be empty.
pub fn code(language: impl Into<String>, text: impl Into<String>) -> Element {
    Element::new(Kind::Code(CodeBlock {
        language: language.into(),
        text: text.into(),
    }))
}

/// What a terminal printed; its colours are kept (ECMA-48).
pub fn terminal(text: impl Into<String>) -> Element {
    Element::new(Kind::Terminal(text.into()))
}

/// A quotation of its children.
pub fn quote() -> Element {
    Element::new(Kind::Quote)
}

/// A list with bullets; its children are [`item`]s.
pub fn bullets() -> Element {
    Element::new(Kind::Bullets(ListStyle { start: None }))
}

/// A list numbered from `start`; its children are [`item`]s.
pub fn numbered(start: u32) -> Element {
    Element::new(Kind::Bullets(ListStyle { start: Some(start) }))
}

/// An entry of a list.
pub fn item() -> Element {
    Element::new(Kind::Item(ListItem { checked: None }))
}

/// An entry of a list with a checkbox that only shows.
pub fn checked_item(checked: bool) -> Element {
    Element::new(Kind::Item(ListItem {
        checked: Some(checked),
    }))
}

/// Names with their values.
pub fn key_values<K: Into<String>, S: IntoSpans>(
    pairs: impl IntoIterator<Item = (K, S)>,
) -> Element {
    Element::new(Kind::KeyValues(
        pairs
            .into_iter()
            .map(|(key, value)| KeyValue {
                key: key.into(),
                value: value.into_spans(),
            })
            .collect(),
    ))
}

/// A framed remark with a title; its children are the text.
pub fn callout(tone: Tone, title: impl Into<String>) -> Element {
    Element::new(Kind::Callout(Callout {
        tone,
        title: title.into(),
    }))
}

/// A word with a tone: a state, a severity.
pub fn badge(tone: Tone, text: impl Into<String>) -> Element {
    Element::new(Kind::Badge(Badge {
        tone,
        text: text.into(),
    }))
}

/// A moment, milliseconds since 1970 UTC, shown in the reader's display zone.
pub fn timestamp(time_ms: i64) -> Widget<Timestamp> {
    Widget::new(
        Kind::Timestamp,
        Timestamp {
            time_ms,
            relative: false,
        },
    )
}

fields!(Timestamp {
    /// Shows `3 minutes ago` beside the time itself.
    yes relative;
});

/// A picture that comes with the tree. `media_type` is `image/png`, `image/jpeg`, `image/gif`,
/// `image/webp` or `image/svg+xml`; `description` says what it shows.
pub fn image(
    media_type: impl Into<String>,
    content: impl Into<Vec<u8>>,
    description: impl Into<String>,
) -> Widget<Image> {
    picture(
        ImageSource::Data(ImageData {
            media_type: media_type.into(),
            content: content.into(),
        }),
        description.into(),
    )
}

/// A picture that the page fetches from an address that the plugin was granted.
pub fn image_at(address: impl Into<String>, description: impl Into<String>) -> Widget<Image> {
    picture(ImageSource::Address(address.into()), description.into())
}

fn picture(source: ImageSource, description: String) -> Widget<Image> {
    Widget::new(
        Kind::Image,
        Image {
            source,
            description,
            width_px: 0,
            height_px: 0,
        },
    )
}

impl Widget<Image> {
    /// Size in CSS pixels; without it, the picture's own.
    #[must_use]
    pub fn size(mut self, width_px: u32, height_px: u32) -> Self {
        self.fields.width_px = width_px;
        self.fields.height_px = height_px;
        self
    }
}

/// Somebody, with the initials of the name as picture.
pub fn person(name: impl Into<String>) -> Widget<Person> {
    let name = name.into();
    Widget::new(
        Kind::Person,
        Person {
            name,
            note: String::new(),
        },
    )
}

fields!(Person {
    /// Said beside the name: a role, a team.
    text note;
});

/// That there is nothing to show, and why.
pub fn empty(title: impl Into<String>) -> Widget<EmptyState> {
    let title = title.into();
    Widget::new(
        Kind::Empty,
        EmptyState {
            title,
            hint: String::new(),
        },
    )
}

fields!(EmptyState {
    /// What to do next.
    text hint;
});

/// What is being waited for.
pub fn loading(what: impl Into<String>) -> Element {
    Element::new(Kind::Loading(what.into()))
}

/// What went wrong, in one sentence.
pub fn error(message: impl Into<String>) -> Widget<ErrorState> {
    let message = message.into();
    Widget::new(
        Kind::Error,
        ErrorState {
            message,
            ..ErrorState::default()
        },
    )
}

fields!(ErrorState {
    /// What to do next.
    text hint;
    /// Offers to try again; the press comes back as an event of this name.
    text retry;
});

/// Something that this version has no kind for; `fallback` is shown instead.
pub fn other(name: impl Into<String>, fallback: impl Into<String>) -> Element {
    Element::new(Kind::Other(Other {
        name: name.into(),
        fallback: fallback.into(),
    }))
}

/// A table of text being built: columns first, then rows. For numbers, times and sorting see
/// [`super::data_table`].
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Table {
    pub(super) columns: Vec<TableColumn>,
    pub(super) rows: Vec<Vec<Vec<Span>>>,
}

/// A table of text without columns.
pub fn table() -> Table {
    Table::new()
}

impl Table {
    /// A table without columns.
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a column.
    #[must_use]
    pub fn column(mut self, title: impl IntoSpans, align: Alignment) -> Self {
        self.columns.push(TableColumn {
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
        Element::new(Kind::Table(TableFields {
            columns: self.columns,
            rows: self.rows,
        }))
    }
}

impl From<Table> for Element {
    fn from(table: Table) -> Self {
        table.build()
    }
}
