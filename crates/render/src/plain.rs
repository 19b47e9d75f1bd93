//! An answer for terminals. Control characters are made visible: what a data source says must
//! not move the reader's cursor.

use crate::{
    answer::log_row,
    failure_word, markdown,
    table::{ColumnFormat, rows, series_name},
};
use output::{Answer, Failure, Frame, Output, Values};
use widgets::{Alignment, align_table, log_text, printable};

/// Most rows of one frame that are printed; the newest of a series, the first of a table.
const MAX_TEXT_ROWS: usize = 50;

/// Readable text that ends with a newline unless there is nothing.
pub fn answer_text(answer: &Answer) -> String {
    let mut lines = match &answer.output {
        #[cfg(feature = "trees")]
        Output::Widgets(tree) => or_nothing(lines_of(&crate::tree_text(tree))),
        Output::Markdown(text) => or_nothing(lines_of(&widgets::text(&markdown(text)))),
        output => output_lines(output),
    };
    lines.extend(
        answer
            .notices
            .iter()
            .map(|notice| format!("Note: {notice}")),
    );
    finish(&lines)
}

/// As [`answer_text`], but without notices, and Markdown as it was written: the page does not
/// carry what makes text of trees.
pub(crate) fn output_text(output: &Output) -> String {
    finish(&output_lines(output))
}

fn output_lines(output: &Output) -> Vec<String> {
    or_nothing(match output {
        Output::Text(text) | Output::Markdown(text) => lines_of(text),
        Output::Frames(frames) => frames_lines(frames),
        Output::Table(frame) => frame_lines(frame, 0),
        Output::Logs(records) => records
            .iter()
            .map(|record| log_text(&log_row(record)))
            .collect(),
        Output::Widgets(_) => Vec::new(),
    })
}

fn or_nothing(mut lines: Vec<String>) -> Vec<String> {
    if lines.is_empty() {
        lines.push("(nothing)".into());
    }
    lines
}

/// `Unavailable: message`, then the hint on its own line.
pub fn failure_text(failure: &Failure) -> String {
    let mut lines = vec![format!(
        "{}: {}",
        failure_word(failure.kind),
        failure.message
    )];
    if !failure.hint.is_empty() {
        lines.push(format!("  {}", failure.hint));
    }
    finish(&lines)
}

fn finish(lines: &[String]) -> String {
    lines
        .iter()
        .map(|line| format!("{}\n", printable(line).trim_end()))
        .collect()
}

fn lines_of(text: &str) -> Vec<String> {
    text.lines().map(str::to_owned).collect()
}

fn frames_lines(frames: &[Frame]) -> Vec<String> {
    let mut lines = Vec::new();
    for frame in frames {
        if !lines.is_empty() {
            lines.push(String::new());
        }
        let rows = rows(frame);
        lines.extend(frame_lines(frame, rows.saturating_sub(MAX_TEXT_ROWS)));
    }
    lines
}

/// At most [`MAX_TEXT_ROWS`] rows from `first` on.
fn frame_lines(frame: &Frame, first: usize) -> Vec<String> {
    let rows = rows(frame);
    let name = series_name(&frame.name, &frame.labels);
    let mut lines = Vec::new();
    if !name.is_empty() {
        lines.push(name);
    }
    let end = rows.min(first + MAX_TEXT_ROWS);
    if rows == 0 {
        lines.push("(no rows)".into());
        return lines;
    }
    if first > 0 {
        lines.push(format!("… {first} earlier rows"));
    }
    let formats: Vec<ColumnFormat> = frame
        .columns
        .iter()
        .map(|column| ColumnFormat::choose(column, end))
        .collect();
    let head = frame
        .columns
        .iter()
        .zip(&formats)
        .map(|(column, format)| match format.unit() {
            "" => column.name.clone(),
            unit => format!("{} ({unit})", column.name),
        });
    let mut cells = vec![head.collect::<Vec<_>>()];
    for row in first..end {
        let row = frame.columns.iter().zip(&formats).map(|(column, format)| {
            printable(&format.print(&column.values, row)).replace('\n', " ")
        });
        cells.push(row.collect());
    }
    let align: Vec<Alignment> = frame
        .columns
        .iter()
        .map(|column| match column.values {
            Values::Numbers(_) => Alignment::End,
            Values::Times(_) | Values::Texts(_) => Alignment::Start,
        })
        .collect();
    lines.extend(align_table(&cells, &align));
    if end < rows {
        lines.push(format!("… {} more rows", rows - end));
    }
    lines
}
