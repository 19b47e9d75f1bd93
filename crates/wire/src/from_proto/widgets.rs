//! Widget trees out of messages.

use crate::error::{WireError, Within, each, required};
use widgets::{Alignment, Kind, Limits, MAX_NODES, Node, Span, Table, TableColumn, Tone, Tree};

/// A heading is of level 1 to this.
const DEEPEST_HEADING: u32 = 6;

pub(super) fn tree(tree: proto::WidgetTree) -> Result<Tree, WireError> {
    crate::error::at_most("nodes", tree.nodes.len(), MAX_NODES, "widgets")?;
    let tree = Tree {
        nodes: each("nodes", tree.nodes, node)?,
    };
    widgets::check(&tree, &Limits::default()).map_err(|error| WireError::new("nodes", error))?;
    Ok(tree)
}

fn node(node: proto::Widget) -> Result<Node, WireError> {
    Ok(Node {
        key: node.key,
        kind: kind(required("kind", node.kind)?)?,
        children: node.children,
    })
}

fn kind(kind: proto::widget::Kind) -> Result<Kind, WireError> {
    use proto::widget::Kind as Message;
    Ok(match kind {
        Message::Stack(_) => Kind::Stack,
        Message::Row(_) => Kind::Row,
        Message::Heading(heading) => Kind::Heading {
            level: heading_level(heading.level).within("heading")?,
            spans: spans(heading.spans),
        },
        Message::Paragraph(paragraph) => Kind::Paragraph(spans(paragraph.spans)),
        Message::Code(code) => Kind::Code {
            language: code.language,
            text: code.text,
        },
        Message::Quote(_) => Kind::Quote,
        Message::Bullets(bullets) => Kind::Bullets {
            start: bullets.start,
        },
        Message::Item(item) => Kind::Item {
            checked: item.checked,
        },
        Message::Divider(_) => Kind::Divider,
        Message::Table(source) => Kind::Table(table(source).within("table")?),
        Message::KeyValues(entries) => Kind::KeyValues(
            entries
                .entries
                .into_iter()
                .map(|entry| (entry.key, spans(entry.value)))
                .collect(),
        ),
        Message::Callout(callout) => Kind::Callout {
            tone: tone(callout.tone).within("callout")?,
            title: callout.title,
        },
        Message::Badge(badge) => Kind::Badge {
            tone: tone(badge.tone).within("badge")?,
            text: badge.text,
        },
    })
}

fn heading_level(level: u32) -> Result<u8, WireError> {
    u8::try_from(level)
        .ok()
        .filter(|level| (1..=DEEPEST_HEADING).contains(&u32::from(*level)))
        .ok_or_else(|| {
            let message = format_args!("is {level}, 1 to {DEEPEST_HEADING} are known");
            WireError::new("level", message)
        })
}

fn table(table: proto::WidgetTable) -> Result<Table, WireError> {
    let row = |row: proto::widget_table::Row| {
        row.cells
            .into_iter()
            .map(|cell| spans(cell.spans))
            .collect()
    };
    Ok(Table {
        columns: each("columns", table.columns, column)?,
        rows: table.rows.into_iter().map(row).collect(),
    })
}

fn column(column: proto::widget_table::Column) -> Result<TableColumn, WireError> {
    use proto::Alignment as Message;
    let align = match Message::try_from(column.align) {
        Ok(Message::Unspecified) => Alignment::default(),
        Ok(Message::Start) => Alignment::Start,
        Ok(Message::Center) => Alignment::Center,
        Ok(Message::End) => Alignment::End,
        Err(_) => return Err(WireError::unknown("align", column.align)),
    };
    Ok(TableColumn {
        title: spans(column.title),
        align,
    })
}

fn tone(tone: i32) -> Result<Tone, WireError> {
    match proto::Tone::try_from(tone) {
        Ok(proto::Tone::Unspecified) => Ok(Tone::default()),
        Ok(proto::Tone::Neutral) => Ok(Tone::Neutral),
        Ok(proto::Tone::Info) => Ok(Tone::Info),
        Ok(proto::Tone::Good) => Ok(Tone::Good),
        Ok(proto::Tone::Warn) => Ok(Tone::Warn),
        Ok(proto::Tone::Bad) => Ok(Tone::Bad),
        Err(_) => Err(WireError::unknown("tone", tone)),
    }
}

fn spans(spans: Vec<proto::Span>) -> Vec<Span> {
    let span = |span: proto::Span| Span {
        text: span.text,
        bold: span.bold,
        italic: span.italic,
        strike: span.strike,
        code: span.code,
        link: span.link,
    };
    spans.into_iter().map(span).collect()
}
