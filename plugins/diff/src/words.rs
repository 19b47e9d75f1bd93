//! Outputs and values as text. Pure.

use view_sdk::widgets::Series;
use view_sdk::{Column, Frame, LogRecord, Output, Unit, Values, moment, series};

/// Most lines of an output that are compared.
pub const MAX_LINES: usize = 20_000;

/// The lines of an output, little more than [`MAX_LINES`] of them; none when it holds nothing that is
/// read in lines.
pub fn lines(output: &Output, with_times: bool) -> Option<String> {
    Some(match output {
        Output::Text(text) | Output::Markdown(text) => joined(text.lines()),
        Output::Logs(records) => joined(records.iter().map(|record| log_line(record, with_times))),
        Output::Table(frame) => joined(rows(frame)),
        Output::Frames(frames) => joined(frames.iter().flat_map(|frame| {
            let all = series(frame);
            let rows = all.is_empty().then(|| rows(frame)).into_iter().flatten();
            rows.chain(
                all.into_iter()
                    .flat_map(move |one| samples(one, with_times)),
            )
        })),
        Output::Widgets(_) => return None,
    })
}

/// One more than are compared, to know that there are more: what nobody reads is not written.
fn joined<T: AsRef<str>>(lines: impl IntoIterator<Item = T>) -> String {
    let mut text = String::new();
    for line in lines.into_iter().take(MAX_LINES + 1) {
        text.push_str(line.as_ref());
        text.push('\n');
    }
    text
}

fn log_line(record: &LogRecord, with_times: bool) -> String {
    let mut line = String::new();
    if let Some(time_ms) = record.time_ms.filter(|_| with_times) {
        line.push_str(&moment::machine(time_ms));
        line.push(' ');
    }
    line.push_str(record.level.word());
    line.push(' ');
    line.push_str(&record.message);
    for label in &record.labels {
        line.push_str(&format!(" {}={}", label.name, label.value));
    }
    line
}

/// A line for each row, each cell with its column's name: so a new column changes every row, and a
/// new row none.
fn rows(frame: &Frame) -> impl Iterator<Item = String> {
    let count = frame.columns.iter().map(|column| column.values.len()).max();
    (0..count.unwrap_or(0)).map(|row| {
        let cells = frame.columns.iter();
        let cells = cells.map(|column| format!("{}: {}", column.name, cell(column, row)));
        cells.collect::<Vec<_>>().join(" | ")
    })
}

fn samples(series: Series, with_times: bool) -> impl Iterator<Item = String> {
    let Series {
        name,
        unit,
        times_ms,
        values,
    } = series;
    let unit = Unit::parse(&unit);
    let samples = times_ms.into_iter().zip(values);
    samples.map(move |(time_ms, value)| {
        let value = unit.text(value);
        if with_times {
            format!("{name} {} {value}", moment::machine(time_ms))
        } else {
            format!("{name} {value}")
        }
    })
}

/// A cell of a table; empty where there is none.
pub fn cell(column: &Column, row: usize) -> String {
    match &column.values {
        Values::Numbers(numbers) => match numbers.get(row) {
            Some(number) => Unit::parse(&column.unit).text(*number),
            None => String::new(),
        },
        Values::Times(times) => times
            .get(row)
            .map_or_else(String::new, |time_ms| moment::utc(*time_ms)),
        Values::Texts(texts) => texts.get(row).cloned().unwrap_or_default(),
    }
}

/// How much a number changed, in percent: `+25%`; none where there is no sensible one.
pub fn percent(before: f64, after: f64) -> Option<String> {
    let percent = change(before, after);
    let sign = if percent > 0.0 { "+" } else { "" };
    percent
        .is_finite()
        .then(|| format!("{sign}{}", Unit::parse("%").text(rounded(percent))))
}

/// As [`percent`], as a number; NaN where there is no sensible one.
pub fn change(before: f64, after: f64) -> f64 {
    if before == after {
        return 0.0;
    }
    (after - before) / before.abs() * 100.0
}

/// To tenths: more says nothing of a change.
fn rounded(percent: f64) -> f64 {
    (percent * 10.0).round() / 10.0
}

/// Both values, so that they can be told apart even where four digits are the same.
pub fn both(unit: &str, before: f64, after: f64) -> (String, String) {
    let unit = Unit::parse(unit);
    let (old, new) = (unit.text(before), unit.text(after));
    let is_same = before == after || (before.is_nan() && after.is_nan());
    if old == new && !is_same {
        return (before.to_string(), after.to_string());
    }
    (old, new)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn changes_in_percent() {
        for (before, after, expected) in [
            (4.0, 5.0, Some("+25%")),
            (-4.0, -5.0, Some("-25%")),
            (3.0, 3.0, Some("0%")),
            (0.0, 0.0, Some("0%")),
            (0.0, 1.0, None),
            (f64::NAN, 1.0, None),
            (3.0, 4.0, Some("+33.3%")),
        ] {
            assert_eq!(percent(before, after).as_deref(), expected);
        }
    }

    #[test]
    fn values_that_differ_look_different() {
        assert_eq!(both("ms", 1.0, 2.0), ("1 ms".to_owned(), "2 ms".to_owned()));
        assert_eq!(
            both("s", 1.00001, 1.00002),
            ("1.00001".to_owned(), "1.00002".to_owned())
        );
    }
}
