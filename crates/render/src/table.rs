//! A frame as an HTML table: numbers aligned under one unit, times with their zone.

use crate::{MAX_ROWS, NumberFormat, answer::push_note, time};
use Attribute::{Class, DataAlign, Datetime, Scope};
use output::{Column, Frame, Label, Values};
use widgets::{Attribute, Markup, Tag};

/// Writes the first [`MAX_ROWS`] rows; `cuts` says when there are more.
pub(crate) fn push_table(markup: &mut Markup, frame: &Frame, cuts: &mut Vec<String>) {
    push_table_with(markup, frame, "NaN", cuts);
}

/// As [`push_table`], with what stands for NaN: nothing, where it is a gap.
pub(crate) fn push_table_with(
    markup: &mut Markup,
    frame: &Frame,
    nan: &str,
    cuts: &mut Vec<String>,
) {
    let name = series_name(&frame.name, &frame.labels);
    if !name.is_empty() {
        markup.element(Tag::P, &[(Class, "frame-name")], &name);
    }
    let rows = rows(frame);
    if rows == 0 {
        push_note(markup, "The table is empty.");
        return;
    }
    let shown = rows.min(MAX_ROWS);
    if shown < rows {
        cuts.push(format!("Showing {shown} of {rows} rows."));
    }
    let formats: Vec<ColumnFormat> = frame
        .columns
        .iter()
        .map(|column| ColumnFormat::choose(column, shown))
        .collect();
    markup.open(Tag::Div, &[(Class, "table-scroll")]);
    markup.open(Tag::Table, &[(Class, "data")]);
    markup.open(Tag::Thead, &[]).open(Tag::Tr, &[]);
    for (column, format) in frame.columns.iter().zip(&formats) {
        open(markup, Tag::Th, &[(Scope, "col")], format);
        markup.text(&column.name);
        if !format.unit().is_empty() {
            markup
                .text(" ")
                .element(Tag::Span, &[(Class, "unit")], format.unit());
        }
        markup.close(Tag::Th);
    }
    markup
        .close(Tag::Tr)
        .close(Tag::Thead)
        .open(Tag::Tbody, &[]);
    for row in 0..shown {
        markup.open(Tag::Tr, &[]);
        for (column, format) in frame.columns.iter().zip(&formats) {
            open(markup, Tag::Td, &[], format);
            let text = format.print(&column.values, row);
            match &column.values {
                Values::Times(times) => {
                    let machine = times.get(row).copied().map(time::machine);
                    let machine = machine.as_deref().unwrap_or("");
                    markup.element(Tag::Time, &[(Datetime, machine)], &text);
                }
                Values::Numbers(values) if values.get(row).is_some_and(|value| value.is_nan()) => {
                    markup.text(nan);
                }
                Values::Numbers(_) | Values::Texts(_) => {
                    markup.text(&text);
                }
            }
            markup.close(Tag::Td);
        }
        markup.close(Tag::Tr);
    }
    markup.close(Tag::Tbody).close(Tag::Table).close(Tag::Div);
}

fn open(markup: &mut Markup, tag: Tag, first: &[(Attribute, &str)], format: &ColumnFormat) {
    let mut attributes = first.to_vec();
    if matches!(format, ColumnFormat::Number(_)) {
        attributes.push((DataAlign, "end"));
    }
    markup.open(tag, &attributes);
}

/// Rows of the longest column: a frame whose columns differ still shows what it has.
pub(crate) fn rows(frame: &Frame) -> usize {
    let lengths = frame.columns.iter().map(|column| column.values.len());
    lengths.max().unwrap_or(0)
}

/// Whether a column holds numbers.
pub(crate) fn is_number(column: &Column) -> bool {
    matches!(column.values, Values::Numbers(_))
}

/// How a column is written.
pub(crate) enum ColumnFormat {
    Number(NumberFormat),
    Time { milliseconds: bool },
    Text { unit: String },
}

impl ColumnFormat {
    /// Chooses by the first `shown` values.
    pub(crate) fn choose(column: &Column, shown: usize) -> Self {
        match &column.values {
            Values::Numbers(values) => {
                let values = &values[..values.len().min(shown)];
                Self::Number(NumberFormat::choose(values, &column.unit))
            }
            Values::Times(times) => Self::Time {
                milliseconds: times.iter().take(shown).any(|time| time % 1_000 != 0),
            },
            Values::Texts(_) => Self::Text {
                unit: column.unit.clone(),
            },
        }
    }

    /// For the heading: a column of times names its zone here.
    pub(crate) fn unit(&self) -> &str {
        match self {
            Self::Number(format) => &format.unit,
            Self::Time { .. } => "UTC",
            Self::Text { unit } => unit,
        }
    }

    /// One value; empty where the column has none.
    pub(crate) fn print(&self, values: &Values, row: usize) -> String {
        match (self, values) {
            (Self::Number(format), Values::Numbers(values)) => {
                values.get(row).map(|value| format.print(*value))
            }
            (Self::Time { milliseconds }, Values::Times(times)) => times.get(row).map(|time_ms| {
                let clock = time::clock(*time_ms, *milliseconds);
                format!("{} {clock}", time::date(*time_ms))
            }),
            (_, Values::Texts(texts)) => texts.get(row).cloned(),
            (_, Values::Numbers(_) | Values::Times(_)) => None,
        }
        .unwrap_or_default()
    }
}

/// `name{label="value"}` as Prometheus writes it; empty when there is neither.
pub(crate) fn series_name(name: &str, labels: &[Label]) -> String {
    if labels.is_empty() {
        return name.to_owned();
    }
    let labels: Vec<String> = labels
        .iter()
        .map(|label| format!("{}={:?}", label.name, label.value))
        .collect();
    format!("{name}{{{}}}", labels.join(", "))
}
