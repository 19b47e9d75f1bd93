//! Cutting an answer to what is worth keeping: whole rows, lines and series, with a notice.

use output::{Answer, Column, Frame, Label, LogRecord, Output, Values};

use crate::text::truncate;

/// What a value, a label or a record costs beside its text.
const ITEM_OVERHEAD_BYTES: usize = 16;

/// Cuts the answer to about this many bytes and says so in a notice. Widget trees have their own
/// limits and are left alone.
pub(crate) fn cut(answer: &mut Answer, kept_bytes: usize) {
    let notice = match &mut answer.output {
        Output::Text(text) | Output::Markdown(text) => cut_text(text, kept_bytes),
        Output::Frames(frames) => cut_frames(frames, kept_bytes),
        Output::Table(table) => cut_frame(table, kept_bytes, "rows"),
        Output::Logs(records) => cut_logs(records, kept_bytes),
        Output::Widgets(_) => None,
    };
    if let Some(shown) = notice {
        answer
            .notices
            .push(format!("The answer was too large and is cut: {shown}."));
    }
}

fn cut_text(text: &mut String, kept_bytes: usize) -> Option<String> {
    let bytes = text.len();
    if bytes <= kept_bytes {
        return None;
    }
    shorten(text, kept_bytes);
    Some(format!("{} of {}", megabytes(kept_bytes), megabytes(bytes)))
}

/// The rest is given back: the answer is kept for long.
fn shorten(text: &mut String, max_bytes: usize) {
    if text.len() > max_bytes {
        truncate(text, max_bytes);
        text.shrink_to_fit();
    }
}

fn megabytes(bytes: usize) -> String {
    format!("{:.1} MB", bytes as f64 / 1e6)
}

/// How many items from the first on have room in so many bytes together, and the bytes left.
fn fitting(sizes: impl Iterator<Item = usize>, mut left: usize) -> (usize, usize) {
    let mut count = 0;
    for bytes in sizes {
        match left.checked_sub(bytes) {
            Some(rest) => left = rest,
            None => break,
        }
        count += 1;
    }
    (count, left)
}

/// Whole series from the first on; a first one that is alone too large is cut itself.
fn cut_frames(frames: &mut Vec<Frame>, kept_bytes: usize) -> Option<String> {
    let count = frames.len();
    let (kept, _) = fitting(frames.iter().map(frame_bytes), kept_bytes);
    if kept == count {
        return None;
    }
    frames.truncate(kept.max(1));
    if kept > 0 {
        return Some(format!("{kept} of {count} series"));
    }
    cut_frame(frames.first_mut()?, kept_bytes, "points")
        .map(|shown| format!("{shown} of the first series"))
}

/// Keeps the rows that fit, and of names, labels and columns what has room in half of it; says
/// what of which is left, calling the rows `rows`.
fn cut_frame(frame: &mut Frame, kept_bytes: usize, rows: &str) -> Option<String> {
    if frame_bytes(frame) <= kept_bytes {
        return None;
    }
    let (columns, labels) = (frame.columns.len(), frame.labels.len());
    cut_head(frame, kept_bytes / 2);
    let mut shown = Vec::new();
    for (kept, count, what) in [
        (frame.columns.len(), columns, "columns"),
        (frame.labels.len(), labels, "labels"),
    ] {
        if kept < count {
            shown.push(format!("{kept} of {count} {what}"));
        }
    }
    let count = frame.rows();
    let left = kept_bytes.saturating_sub(head_bytes(frame));
    let (kept, _) = fitting((0..count).map(|row| row_bytes(frame, row)), left);
    for column in &mut frame.columns {
        match &mut column.values {
            Values::Numbers(values) => values.truncate(kept.max(1)),
            Values::Times(values) => values.truncate(kept.max(1)),
            Values::Texts(values) => values.truncate(kept.max(1)),
        }
    }
    if kept == 0 && count > 0 {
        // One row is more than there is room for: the beginnings of its texts say more than nothing.
        let share = left / frame.columns.len().max(1);
        for column in &mut frame.columns {
            if let Values::Texts(texts) = &mut column.values {
                for text in texts {
                    shorten(text, share.saturating_sub(ITEM_OVERHEAD_BYTES));
                }
            }
        }
        shown.insert(0, format!("the beginning of 1 of {count} {rows}"));
    } else if kept < count || shown.is_empty() {
        shown.insert(0, format!("{kept} of {count} {rows}"));
    }
    Some(shown.join(", "))
}

/// Cuts all that is not a value to this many bytes.
fn cut_head(frame: &mut Frame, kept_bytes: usize) {
    if head_bytes(frame) <= kept_bytes {
        return;
    }
    let part = kept_bytes / 3;
    shorten(&mut frame.name, part.saturating_sub(ITEM_OVERHEAD_BYTES));
    // One long name must not be the end of a column, which the values need.
    let names = part / (2 * frame.columns.len().max(1));
    for column in &mut frame.columns {
        let most = names.max(ITEM_OVERHEAD_BYTES);
        shorten(&mut column.name, most);
        shorten(&mut column.unit, most);
    }
    let (columns, _) = fitting(frame.columns.iter().map(column_head_bytes), part);
    frame.columns.truncate(columns);
    let (labels, _) = fitting(frame.labels.iter().map(label_bytes), part);
    frame.labels.truncate(labels);
}

fn row_bytes(frame: &Frame, row: usize) -> usize {
    frame
        .columns
        .iter()
        .map(|column| match &column.values {
            Values::Numbers(_) | Values::Times(_) => size_of::<f64>(),
            Values::Texts(texts) => texts
                .get(row)
                .map_or(0, |text| text.len() + ITEM_OVERHEAD_BYTES),
        })
        .sum()
}

fn frame_bytes(frame: &Frame) -> usize {
    let values: usize = frame
        .columns
        .iter()
        .map(|column| match &column.values {
            Values::Numbers(values) => values.len() * size_of::<f64>(),
            Values::Times(values) => values.len() * size_of::<i64>(),
            Values::Texts(values) => values
                .iter()
                .map(|text| text.len() + ITEM_OVERHEAD_BYTES)
                .sum(),
        })
        .sum();
    head_bytes(frame) + values
}

/// All that is not a value.
fn head_bytes(frame: &Frame) -> usize {
    let columns: usize = frame.columns.iter().map(column_head_bytes).sum();
    frame.name.len() + labels_bytes(&frame.labels) + columns + ITEM_OVERHEAD_BYTES
}

fn column_head_bytes(column: &Column) -> usize {
    column.name.len() + column.unit.len() + ITEM_OVERHEAD_BYTES
}

fn labels_bytes(labels: &[Label]) -> usize {
    labels.iter().map(label_bytes).sum()
}

fn label_bytes(label: &Label) -> usize {
    label.name.len() + label.value.len() + ITEM_OVERHEAD_BYTES
}

/// Whole lines from the first on; a first one that is alone too large is cut itself.
fn cut_logs(records: &mut Vec<LogRecord>, kept_bytes: usize) -> Option<String> {
    let count = records.len();
    let sizes = records
        .iter()
        .map(|record| record.message.len() + labels_bytes(&record.labels) + ITEM_OVERHEAD_BYTES);
    let (kept, _) = fitting(sizes, kept_bytes);
    if kept == count {
        return None;
    }
    records.truncate(kept.max(1));
    records.shrink_to_fit();
    if kept > 0 {
        return Some(format!("{kept} of {count} lines"));
    }
    let first = records.first_mut()?;
    let (labels, _) = fitting(first.labels.iter().map(label_bytes), kept_bytes / 2);
    first.labels.truncate(labels);
    let taken = labels_bytes(&first.labels) + ITEM_OVERHEAD_BYTES;
    shorten(&mut first.message, kept_bytes.saturating_sub(taken));
    Some(format!("the beginning of 1 of {count} lines"))
}

#[cfg(test)]
mod tests {
    use output::Level;

    use super::*;

    fn check(output: Output, kept_bytes: usize, expected: Option<&str>) -> Output {
        let mut answer = Answer::from(output);
        cut(&mut answer, kept_bytes);
        let expected: Vec<_> = expected
            .map(|shown| format!("The answer was too large and is cut: {shown}."))
            .into_iter()
            .collect();
        assert_eq!(answer.notices, expected);
        answer.output
    }

    fn series(points: usize) -> Frame {
        Frame {
            name: String::new(),
            labels: Vec::new(),
            columns: vec![
                Column {
                    name: "time".to_owned(),
                    unit: String::new(),
                    values: Values::Times(vec![0; points]),
                },
                Column {
                    name: "value".to_owned(),
                    unit: String::new(),
                    values: Values::Numbers(vec![0.0; points]),
                },
            ],
        }
    }

    #[test]
    fn what_fits_is_left_alone() {
        check(Output::Text("x".repeat(100)), 100, None);
        check(Output::Frames(vec![series(10)]), 1000, None);
        check(Output::Logs(Vec::new()), 0, None);
    }

    #[test]
    fn text_is_cut_at_a_character() {
        let output = check(
            Output::Text("é".repeat(1_000_000)),
            100_001,
            Some("0.1 MB of 2.0 MB"),
        );
        assert_eq!(output, Output::Text("é".repeat(50_000)));
    }

    /// Bytes of a `series` without its points: two names and three items.
    const HEAD: usize = 4 + 5 + 3 * ITEM_OVERHEAD_BYTES;

    #[test]
    fn series_are_cut_whole_and_a_huge_one_by_rows() {
        let output = check(
            Output::Frames(vec![series(10); 10]),
            5 * (HEAD + 160) + 100,
            Some("5 of 10 series"),
        );
        assert_eq!(output, Output::Frames(vec![series(10); 5]));
        let output = check(
            Output::Frames(vec![series(1000), series(1)]),
            HEAD + 1600,
            Some("100 of 1000 points of the first series"),
        );
        assert_eq!(output, Output::Frames(vec![series(100)]));
    }

    #[test]
    fn tables_and_logs_lose_rows() {
        let output = check(
            Output::Table(series(1000)),
            HEAD + 1600,
            Some("100 of 1000 rows"),
        );
        assert_eq!(output, Output::Table(series(100)));
        check(
            Output::Logs(vec![record("0123456789", 0); 100]),
            260,
            Some("10 of 100 lines"),
        );
    }

    fn record(message: &str, labels: usize) -> LogRecord {
        LogRecord {
            time_ms: None,
            level: Level::Info,
            message: message.to_owned(),
            labels: vec![label(); labels],
        }
    }

    fn label() -> Label {
        Label {
            name: "name".to_owned(),
            value: "value".to_owned(),
        }
    }

    fn texts(name: &str, texts: &[&str]) -> Column {
        Column {
            name: name.to_owned(),
            unit: String::new(),
            values: Values::Texts(texts.iter().map(|text| (*text).to_owned()).collect()),
        }
    }

    /// All bytes of text, and eight for each number.
    fn bytes(output: &Output) -> usize {
        let labels = |labels: &[Label]| -> usize {
            let sizes = labels
                .iter()
                .map(|label| label.name.len() + label.value.len());
            sizes.sum()
        };
        let frame = |frame: &Frame| -> usize {
            let columns = frame.columns.iter().map(|column| {
                let values = match &column.values {
                    Values::Numbers(values) => values.len() * 8,
                    Values::Times(values) => values.len() * 8,
                    Values::Texts(values) => values.iter().map(String::len).sum(),
                };
                column.name.len() + column.unit.len() + values
            });
            frame.name.len() + labels(&frame.labels) + columns.sum::<usize>()
        };
        match output {
            Output::Text(text) | Output::Markdown(text) => text.len(),
            Output::Frames(frames) => frames.iter().map(frame).sum(),
            Output::Table(table) => frame(table),
            Output::Logs(records) => {
                let sizes = records
                    .iter()
                    .map(|record| record.message.len() + labels(&record.labels));
                sizes.sum()
            }
            Output::Widgets(_) => 0,
        }
    }

    /// Whatever part of a table or a series is the large one, no more than what is kept is left,
    /// and something is left.
    #[test]
    fn every_part_of_a_frame_is_bounded() {
        const KEPT: usize = 3_000;
        let long = "x".repeat(100_000);
        let with = |change: &dyn Fn(&mut Frame)| {
            let mut frame = series(10);
            change(&mut frame);
            frame
        };
        for (frame, expected) in [
            (with(&|frame| frame.name = long.clone()), "10 of 10 rows"),
            (
                with(&|frame| frame.columns[1].name = long.clone()),
                "10 of 10 rows",
            ),
            (
                with(&|frame| frame.columns[0].unit = long.clone()),
                "10 of 10 rows",
            ),
            (
                with(&|frame| frame.labels = vec![label(); 1_000]),
                "20 of 1000 labels",
            ),
            (
                with(&|frame| {
                    frame.labels = vec![Label {
                        value: long.clone(),
                        ..label()
                    }];
                }),
                "0 of 1 labels",
            ),
            (
                with(&|frame| frame.columns = vec![frame.columns[1].clone(); 1_000]),
                "23 of 1000 columns",
            ),
            (
                with(&|frame| frame.columns = vec![texts("a", &[&long]), texts("b", &["short"])]),
                "the beginning of 1 of 1 rows",
            ),
        ] {
            let mut answer = Answer::from(Output::Table(frame));
            cut(&mut answer, KEPT);
            let notice = format!("The answer was too large and is cut: {expected}.");
            assert_eq!(answer.notices, [notice]);
            let left = bytes(&answer.output);
            assert!((100..=KEPT).contains(&left), "{expected}: {left} bytes");
            let Output::Table(table) = answer.output else {
                unreachable!("a table stays one");
            };
            assert!(!table.columns.is_empty() && table.rows() > 0, "{expected}");
        }
    }

    #[test]
    fn a_line_that_is_too_large_is_shown_from_its_beginning() {
        let long = "x".repeat(100_000);
        for (first, message_bytes) in [(record(&long, 1), 959), (record(&long, 1_000), 484)] {
            let output = check(
                Output::Logs(vec![first, record("second", 0)]),
                1_000,
                Some("the beginning of 1 of 2 lines"),
            );
            let Output::Logs(records) = &output else {
                unreachable!("a log stays one");
            };
            assert_eq!(records.len(), 1);
            assert_eq!(records[0].message.len(), message_bytes);
            assert!(bytes(&output) <= 1_000);
        }
    }
}
