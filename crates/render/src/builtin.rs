//! The built-in views of an output: what it is shown as when its cell asks for that.

use crate::{
    MAX_ROWS, MAX_TEXT_BYTES, View,
    answer::push_note,
    choice::fits,
    cut,
    figure::{self, is_series},
    json::answer_json,
    plain::output_text,
    table::{self, series_name},
    time,
};
use Attribute::Class;
use output::{Answer, Builtin, Column, Frame, LogRecord, Output, Values};
use widgets::{Attribute, Markup, Tag};

/// Most series side by side in a table, and most tables; a notice names the rest.
const MAX_SERIES: usize = 20;

/// Shows the answer's output as wished, if that fits it; false when nothing was written.
pub(crate) fn push(
    markup: &mut Markup,
    answer: &Answer,
    builtin: Builtin,
    view: &View,
    cuts: &mut Vec<String>,
) -> bool {
    if !fits(builtin, &answer.output) {
        return false;
    }
    match (builtin, &answer.output) {
        (Builtin::Json, _) => {
            let (json, is_whole) = answer_json(answer, MAX_TEXT_BYTES);
            let shown = cut(&json, MAX_TEXT_BYTES);
            if !is_whole {
                cuts.push(format!(
                    "Showing the first {} bytes of the JSON.",
                    shown.len()
                ));
            }
            markup.element(Tag::Pre, &[(Class, "text bounded")], shown);
        }
        (Builtin::Text, Output::Text(text) | Output::Markdown(text)) => {
            push_text(markup, text, "text", cuts);
        }
        (Builtin::Text, output) => {
            let text = output_text(shortened(output, cuts).as_ref().unwrap_or(output));
            push_text(markup, &text, "text bounded aligned", cuts);
        }
        (Builtin::Table, Output::Frames(frames)) => push_series(markup, frames, cuts),
        (Builtin::Table, Output::Logs(records)) if records.is_empty() => {
            push_note(markup, "No log lines.");
        }
        (Builtin::Table, Output::Logs(records)) => {
            table::push_table(markup, &log_table(records), cuts);
        }
        (Builtin::Table, Output::Table(frame)) => table::push_table(markup, frame, cuts),
        (Builtin::Plot, Output::Frames(frames)) => {
            figure::push_frames(markup, frames, view, cuts);
        }
        (Builtin::Table | Builtin::Plot, _) => return false,
    }
    true
}

/// Text in the class of its layout, as much as is shown of it.
pub(crate) fn push_text(markup: &mut Markup, text: &str, class: &str, cuts: &mut Vec<String>) {
    let shown = cut(text, MAX_TEXT_BYTES);
    if shown.len() < text.len() {
        cuts.push(format!(
            "Showing the first {} of {} bytes.",
            shown.len(),
            text.len()
        ));
    }
    markup.element(Tag::Pre, &[(Class, class)], shown);
}

/// The first frames or lines where there are too many to write them all.
fn shortened(output: &Output, cuts: &mut Vec<String>) -> Option<Output> {
    match output {
        Output::Frames(frames) if frames.len() > MAX_SERIES => {
            cuts.push(format!("Showing {MAX_SERIES} of {} series.", frames.len()));
            Some(Output::Frames(frames[..MAX_SERIES].to_vec()))
        }
        Output::Logs(records) if records.len() > MAX_ROWS => {
            cuts.push(format!("Showing {MAX_ROWS} of {} lines.", records.len()));
            Some(Output::Logs(records[..MAX_ROWS].to_vec()))
        }
        Output::Frames(_)
        | Output::Logs(_)
        | Output::Text(_)
        | Output::Markdown(_)
        | Output::Table(_)
        | Output::Widgets(_) => None,
    }
}

/// A line for each record; what no record has gets no column.
fn log_table(records: &[LogRecord]) -> Frame {
    let texts = |name: &str, text: &dyn Fn(&LogRecord) -> String| Column {
        name: name.to_owned(),
        unit: String::new(),
        values: Values::Texts(records.iter().map(text).collect()),
    };
    let times: Vec<i64> = records.iter().filter_map(|record| record.time_ms).collect();
    let mut columns = Vec::new();
    if times.len() == records.len() {
        columns.push(Column {
            name: "time".to_owned(),
            unit: String::new(),
            values: Values::Times(times),
        });
    } else if !times.is_empty() {
        columns.push(texts("time", &|record| {
            record.time_ms.map_or_else(String::new, time::utc)
        }));
    }
    columns.push(texts("level", &|record| record.level.word().to_owned()));
    columns.push(texts("message", &|record| record.message.clone()));
    if records.iter().any(|record| !record.labels.is_empty()) {
        columns.push(texts("labels", &|record| {
            let labels = record.labels.iter();
            let labels = labels.map(|label| format!("{}={}", label.name, label.value));
            labels.collect::<Vec<_>>().join(" ")
        }));
    }
    Frame {
        columns,
        ..Frame::default()
    }
}

/// Series side by side where they are of the same moments, else a table for each; then the frames
/// that are no series.
fn push_series(markup: &mut Markup, frames: &[Frame], cuts: &mut Vec<String>) {
    if frames.iter().all(|frame| table::rows(frame) == 0) {
        push_note(markup, figure::NO_DATA);
        return;
    }
    let (series, others): (Vec<&Frame>, Vec<&Frame>) =
        frames.iter().partition(|frame| is_series(frame));
    let (mut shown, mut all) = (0, others.len());
    match side_by_side(&series, cuts) {
        Some(together) => table::push_table_with(markup, &together, "", cuts),
        None => {
            all += series.len();
            shown += series.len().min(MAX_SERIES);
            for frame in series.iter().take(MAX_SERIES) {
                table::push_table(markup, &newest(frame, cuts), cuts);
            }
        }
    }
    for frame in others.iter().take(MAX_SERIES - shown) {
        shown += 1;
        table::push_table(markup, frame, cuts);
    }
    if shown < all {
        cuts.push(format!("Showing {shown} of {all} tables."));
    }
}

/// One table of all series: times, and a column for each, named as in a plot's legend. None where
/// they share so few moments that most of it would be empty.
fn side_by_side(frames: &[&Frame], cuts: &mut Vec<String>) -> Option<Frame> {
    let (names, metric) = plot::series_names(frames.iter().copied());
    // Said once above the table, where every column has more to say than that.
    let metric = metric.filter(|metric| names.iter().all(|name| name.len() > metric.len()));
    let said = metric.as_ref().map_or(0, String::len);
    let sources: Vec<(&[i64], &Column, &[f64])> =
        frames.iter().copied().flat_map(times_and_numbers).collect();
    let shown = sources.get(..sources.len().min(MAX_SERIES))?;
    let mut times = Vec::new();
    for (own, ..) in shown {
        if !own.is_sorted() {
            return None;
        }
        if *own != times {
            times = all_of(&times, own);
        }
    }
    let longest = shown.iter().map(|(times, ..)| times.len()).max()?;
    if times.len() > 2 * longest {
        return None;
    }
    if shown.len() < sources.len() {
        cuts.push(format!("Showing {MAX_SERIES} of {} series.", sources.len()));
    }
    let earlier = times.len().saturating_sub(MAX_ROWS);
    say_newest(times.len(), cuts);
    let times = times.split_off(earlier);
    let columns = shown
        .iter()
        .zip(names)
        .map(|((own, column, numbers), name)| {
            let mut values = vec![f64::NAN; times.len()];
            for (time, number) in own.iter().zip(*numbers) {
                if let Ok(row) = times.binary_search(time) {
                    values[row] = *number;
                }
            }
            Column {
                name: name.get(said..).unwrap_or_default().trim_start().to_owned(),
                unit: column.unit.clone(),
                values: Values::Numbers(values),
            }
        });
    let columns: Vec<Column> = columns.collect();
    let time = Column {
        name: "time".to_owned(),
        unit: String::new(),
        values: Values::Times(times),
    };
    Some(Frame {
        name: metric.unwrap_or_default(),
        labels: Vec::new(),
        columns: std::iter::once(time).chain(columns).collect(),
    })
}

/// The moments of both, in order as they are.
fn all_of<'a>(mut one: &'a [i64], mut other: &'a [i64]) -> Vec<i64> {
    let mut all = Vec::with_capacity(one.len().max(other.len()));
    while let Some(&next) = match (one.first(), other.first()) {
        (Some(a), Some(b)) => Some(a.min(b)),
        (a, b) => a.or(b),
    } {
        all.push(next);
        for times in [&mut one, &mut other] {
            while let Some((first, rest)) = times.split_first()
                && *first == next
            {
                *times = rest;
            }
        }
    }
    all
}

/// The columns of numbers over the first column of times, as a plot reads them.
fn times_and_numbers(frame: &Frame) -> impl Iterator<Item = (&[i64], &Column, &[f64])> {
    let times = frame
        .columns
        .iter()
        .find_map(|column| match &column.values {
            Values::Times(times) => Some(times.as_slice()),
            Values::Numbers(_) | Values::Texts(_) => None,
        });
    frame
        .columns
        .iter()
        .filter_map(move |column| match &column.values {
            Values::Numbers(numbers) => Some((times?, column, numbers.as_slice())),
            Values::Times(_) | Values::Texts(_) => None,
        })
}

/// The newest rows of a series.
fn newest(frame: &Frame, cuts: &mut Vec<String>) -> Frame {
    let rows = table::rows(frame);
    let earlier = rows.saturating_sub(MAX_ROWS);
    say_newest(rows, cuts);
    let columns = frame.columns.iter().map(|column| Column {
        name: column.name.clone(),
        unit: column.unit.clone(),
        values: match &column.values {
            Values::Numbers(values) => Values::Numbers(from(values, earlier)),
            Values::Times(values) => Values::Times(from(values, earlier)),
            Values::Texts(values) => Values::Texts(from(values, earlier)),
        },
    });
    Frame {
        name: series_name(&frame.name, &frame.labels),
        labels: Vec::new(),
        columns: columns.collect(),
    }
}

fn from<T: Clone>(values: &[T], first: usize) -> Vec<T> {
    values.get(first..).unwrap_or_default().to_vec()
}

fn say_newest(rows: usize, cuts: &mut Vec<String>) {
    let words = format!("Showing the newest {MAX_ROWS} of {rows} rows.");
    if rows > MAX_ROWS && !cuts.contains(&words) {
        cuts.push(words);
    }
}
