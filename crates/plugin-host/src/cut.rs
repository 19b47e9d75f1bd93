//! Cutting an answer to what is worth keeping: whole rows, lines and series, with a notice.

use output::{Answer, Frame, Label, LogRecord, Output, Values};

use crate::text::truncate;

/// What a value, a label or a record costs beside its text.
const ITEM_OVERHEAD_BYTES: usize = 16;

/// Cuts the answer to about this many bytes and says so in a notice. Widget trees have their own
/// limits and are left alone.
pub(crate) fn cut(answer: &mut Answer, kept_bytes: usize) {
    let notice = match &mut answer.output {
        Output::Text(text) | Output::Markdown(text) => cut_text(text, kept_bytes),
        Output::Frames(frames) => cut_frames(frames, kept_bytes),
        Output::Table(table) => {
            let rows = table.rows();
            cut_frame(table, kept_bytes).map(|kept| format!("{kept} of {rows} rows"))
        }
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
    truncate(text, kept_bytes);
    // The rest is given back: the answer is kept for long.
    text.shrink_to_fit();
    Some(format!("{} of {}", megabytes(kept_bytes), megabytes(bytes)))
}

fn megabytes(bytes: usize) -> String {
    format!("{:.1} MB", bytes as f64 / 1e6)
}

/// Whole series from the first on; a first one that is alone too large loses rows.
fn cut_frames(frames: &mut Vec<Frame>, kept_bytes: usize) -> Option<String> {
    let count = frames.len();
    let mut left = kept_bytes;
    let mut fitting = 0;
    for frame in frames.iter() {
        match left.checked_sub(frame_bytes(frame)) {
            Some(rest) => left = rest,
            None => break,
        }
        fitting += 1;
    }
    if fitting == count {
        return None;
    }
    frames.truncate(fitting.max(1));
    if fitting > 0 {
        return Some(format!("{fitting} of {count} series"));
    }
    let first = frames.first_mut()?;
    let rows = first.rows();
    cut_frame(first, kept_bytes).map(|kept| format!("{kept} of {rows} points of the first series"))
}

/// Keeps the rows that fit; says how many those are when some do not.
fn cut_frame(frame: &mut Frame, kept_bytes: usize) -> Option<usize> {
    let bytes = frame_bytes(frame);
    if bytes <= kept_bytes {
        return None;
    }
    let rows = frame.rows();
    let mut left = kept_bytes;
    let kept = (0..rows)
        .find(|row| {
            let row_bytes: usize = frame
                .columns
                .iter()
                .map(|column| match &column.values {
                    Values::Numbers(_) | Values::Times(_) => size_of::<f64>(),
                    Values::Texts(texts) => texts
                        .get(*row)
                        .map_or(0, |text| text.len() + ITEM_OVERHEAD_BYTES),
                })
                .sum();
            match left.checked_sub(row_bytes) {
                Some(rest) => {
                    left = rest;
                    false
                }
                None => true,
            }
        })
        .unwrap_or(rows);
    for column in &mut frame.columns {
        match &mut column.values {
            Values::Numbers(values) => values.truncate(kept),
            Values::Times(values) => values.truncate(kept),
            Values::Texts(values) => values.truncate(kept),
        }
    }
    Some(kept)
}

fn frame_bytes(frame: &Frame) -> usize {
    let columns: usize = frame
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
    frame.name.len() + label_bytes(&frame.labels) + columns + ITEM_OVERHEAD_BYTES
}

fn label_bytes(labels: &[Label]) -> usize {
    labels
        .iter()
        .map(|label| label.name.len() + label.value.len() + ITEM_OVERHEAD_BYTES)
        .sum()
}

fn cut_logs(records: &mut Vec<LogRecord>, kept_bytes: usize) -> Option<String> {
    let count = records.len();
    let mut left = kept_bytes;
    let kept = records
        .iter()
        .position(|record| {
            let bytes = record.message.len() + label_bytes(&record.labels) + ITEM_OVERHEAD_BYTES;
            match left.checked_sub(bytes) {
                Some(rest) => {
                    left = rest;
                    false
                }
                None => true,
            }
        })
        .unwrap_or(count);
    if kept == count {
        return None;
    }
    records.truncate(kept);
    records.shrink_to_fit();
    Some(format!("{kept} of {count} lines"))
}

#[cfg(test)]
mod tests {
    use output::{Column, Level};

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

    #[test]
    fn series_are_cut_whole_and_a_huge_one_by_rows() {
        let output = check(
            Output::Frames(vec![series(10); 10]),
            1000,
            Some("5 of 10 series"),
        );
        assert_eq!(output, Output::Frames(vec![series(10); 5]));
        let output = check(
            Output::Frames(vec![series(1000), series(1)]),
            1600,
            Some("100 of 1000 points of the first series"),
        );
        assert_eq!(output, Output::Frames(vec![series(100)]));
    }

    #[test]
    fn tables_and_logs_lose_rows() {
        let output = check(Output::Table(series(1000)), 1600, Some("100 of 1000 rows"));
        assert_eq!(output, Output::Table(series(100)));
        let record = LogRecord {
            time_ms: None,
            level: Level::Info,
            message: "0123456789".to_owned(),
            labels: Vec::new(),
        };
        check(
            Output::Logs(vec![record; 100]),
            260,
            Some("10 of 100 lines"),
        );
    }
}
