//! Widget trees as messages.

use proto::widget::{Badge, Bullets, Callout, Code, Empty, Heading, Item, KeyValue, KeyValues};
use widgets::{Alignment, Kind, Node, Span, Table, TableColumn, Tone, Tree};

pub(super) fn tree(tree: &Tree) -> proto::WidgetTree {
    proto::WidgetTree {
        nodes: tree.nodes.iter().map(node).collect(),
    }
}

fn node(node: &Node) -> proto::Widget {
    proto::Widget {
        key: node.key.clone(),
        children: node.children.clone(),
        kind: Some(kind(&node.kind)),
    }
}

fn kind(kind: &Kind) -> proto::widget::Kind {
    use proto::widget::Kind as Message;
    match kind {
        Kind::Stack => Message::Stack(Empty {}),
        Kind::Row => Message::Row(Empty {}),
        Kind::Heading { level, spans } => Message::Heading(Heading {
            level: u32::from(*level),
            spans: each_span(spans),
        }),
        Kind::Paragraph(spans) => Message::Paragraph(proto::Spans {
            spans: each_span(spans),
        }),
        Kind::Code { language, text } => Message::Code(Code {
            language: language.clone(),
            text: text.clone(),
        }),
        Kind::Quote => Message::Quote(Empty {}),
        Kind::Bullets { start } => Message::Bullets(Bullets { start: *start }),
        Kind::Item { checked } => Message::Item(Item { checked: *checked }),
        Kind::Divider => Message::Divider(Empty {}),
        Kind::Table(source) => Message::Table(table(source)),
        Kind::KeyValues(entries) => Message::KeyValues(KeyValues {
            entries: entries
                .iter()
                .map(|(key, value)| KeyValue {
                    key: key.clone(),
                    value: each_span(value),
                })
                .collect(),
        }),
        Kind::Callout { tone: own, title } => Message::Callout(Callout {
            tone: tone(*own),
            title: title.clone(),
        }),
        Kind::Badge { tone: own, text } => Message::Badge(Badge {
            tone: tone(*own),
            text: text.clone(),
        }),
    }
}

fn table(table: &Table) -> proto::WidgetTable {
    let row = |cells: &Vec<Vec<Span>>| proto::widget_table::Row {
        cells: cells
            .iter()
            .map(|cell| proto::Spans {
                spans: each_span(cell),
            })
            .collect(),
    };
    proto::WidgetTable {
        columns: table.columns.iter().map(column).collect(),
        rows: table.rows.iter().map(row).collect(),
    }
}

fn column(column: &TableColumn) -> proto::widget_table::Column {
    let align = match column.align {
        Alignment::Start => proto::Alignment::Start,
        Alignment::Center => proto::Alignment::Center,
        Alignment::End => proto::Alignment::End,
    };
    proto::widget_table::Column {
        title: each_span(&column.title),
        align: align.into(),
    }
}

fn tone(tone: Tone) -> i32 {
    let tone = match tone {
        Tone::Neutral => proto::Tone::Neutral,
        Tone::Info => proto::Tone::Info,
        Tone::Good => proto::Tone::Good,
        Tone::Warn => proto::Tone::Warn,
        Tone::Bad => proto::Tone::Bad,
    };
    tone.into()
}

fn each_span(spans: &[Span]) -> Vec<proto::Span> {
    let span = |span: &Span| proto::Span {
        text: span.text.clone(),
        bold: span.bold,
        italic: span.italic,
        strike: span.strike,
        code: span.code,
        link: span.link.clone(),
    };
    spans.iter().map(span).collect()
}
