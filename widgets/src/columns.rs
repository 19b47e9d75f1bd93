//! The columns of a data table, ready to be written: one precision for each, and a key to sort by.

use crate::{Alignment, Cells, DataColumn, DataTable, words};
use scale::{NumberFormat, moment};

/// Most cells that are written: beyond them a table is a file, and belongs into a download.
const MAX_CELLS: usize = 50_000;
const MAX_COLUMNS: usize = 200;

/// Shown for a number that is not there.
const GAP: &str = "–";

pub(crate) struct Columns<'a> {
    pub columns: Vec<Column<'a>>,
    /// Rows that are written.
    pub shown: usize,
    /// Rows that there are: those of the longest column, so that nothing is lost when they differ.
    pub rows: usize,
}

pub(crate) struct Column<'a> {
    pub title: String,
    pub unit: String,
    /// What its values are sorted as.
    pub sort: &'static str,
    pub cells: &'a Cells,
    format: Format,
}

enum Format {
    Number(NumberFormat),
    Time { milliseconds: bool },
    Text,
}

impl<'a> Columns<'a> {
    /// At most `most_rows` of them.
    pub fn of(table: &'a DataTable, most_rows: usize) -> Self {
        let columns = &table.columns[..table.columns.len().min(MAX_COLUMNS)];
        let lengths = columns.iter().map(|column| length(&column.cells));
        let rows = lengths.max().unwrap_or(0);
        let shown = rows.min(most_rows).min(MAX_CELLS / columns.len().max(1));
        let columns = columns
            .iter()
            .enumerate()
            .map(|(place, column)| Column::of(column, place, shown))
            .collect();
        Self {
            columns,
            shown,
            rows,
        }
    }
}

impl<'a> Column<'a> {
    fn of(column: &'a DataColumn, place: usize, shown: usize) -> Self {
        let unit = words::unit(&column.unit);
        let (format, unit, sort) = match &column.cells {
            Cells::Numbers(values) => {
                let format = NumberFormat::choose(&values[..values.len().min(shown)], &column.unit);
                let unit = words::unit(&format.unit);
                (Format::Number(format), unit, "number")
            }
            Cells::TimesMs(times) => {
                let milliseconds = times.iter().take(shown).any(|time| time % 1_000 != 0);
                // The zone is said once, in the heading.
                (Format::Time { milliseconds }, "UTC".into(), "time")
            }
            Cells::Texts(_) | Cells::Rich(_) | Cells::Badges(_) => (Format::Text, unit, "text"),
        };
        let title = if column.title.trim().is_empty() {
            format!("Column {}", place + 1)
        } else {
            column.title.clone()
        };
        Self {
            title,
            unit,
            sort,
            cells: &column.cells,
            format,
        }
    }

    pub fn align(&self) -> Alignment {
        match self.format {
            Format::Number(_) => Alignment::End,
            Format::Time { .. } | Format::Text => Alignment::Start,
        }
    }

    /// A number or a time as it is shown; nothing for other cells and where there is none.
    pub fn print(&self, row: usize) -> Option<String> {
        match (&self.format, self.cells) {
            (Format::Number(format), Cells::Numbers(values)) => {
                let value = *values.get(row)?;
                Some(if value.is_nan() {
                    GAP.into()
                } else {
                    format.print(value)
                })
            }
            (Format::Time { milliseconds }, Cells::TimesMs(times)) => {
                let time_ms = *times.get(row)?;
                let clock = moment::clock(time_ms, *milliseconds);
                Some(format!("{} {clock}", moment::date(time_ms)))
            }
            _ => None,
        }
    }

    /// What a number or a time is sorted by; empty for a gap.
    pub fn key(&self, row: usize) -> Option<String> {
        match self.cells {
            Cells::Numbers(values) => {
                let value = *values.get(row)?;
                Some(if value.is_nan() {
                    String::new()
                } else {
                    words::number(value)
                })
            }
            Cells::TimesMs(times) => Some(times.get(row)?.to_string()),
            Cells::Texts(_) | Cells::Rich(_) | Cells::Badges(_) => None,
        }
    }
}

fn length(cells: &Cells) -> usize {
    match cells {
        Cells::Numbers(values) => values.len(),
        Cells::TimesMs(times) => times.len(),
        Cells::Texts(texts) => texts.len(),
        Cells::Rich(spans) => spans.len(),
        Cells::Badges(badges) => badges.len(),
    }
}
