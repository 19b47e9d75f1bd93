//! Outputs and failures out of messages.

use crate::error::{WireError, Within, each, required};
use output::{
    Answer, Column, Failure, FailureKind, Frame, Label, Level, LogRecord, Output, TimeRange, Values,
};
use widgets::EncodedTree;

/// Refuses a range that ends before it starts.
pub fn time_range(range: proto::TimeRange) -> Result<TimeRange, WireError> {
    let proto::TimeRange { start_ms, end_ms } = range;
    if end_ms < start_ms {
        let message = format_args!("is before start_ms ({end_ms} < {start_ms})");
        return Err(WireError::new("end_ms", message));
    }
    Ok(TimeRange { start_ms, end_ms })
}

/// Refuses frames of unequal columns. Widgets are handed on as they are; who shows them checks them.
pub fn answer(answer: proto::Answer) -> Result<Answer, WireError> {
    use proto::answer::Output as Message;
    let output = match required("output", answer.output)? {
        Message::Text(text) => Output::Text(text),
        Message::Markdown(text) => Output::Markdown(text),
        Message::Frames(frames) => {
            Output::Frames(each("frames", frames.frames, frame).within("frames")?)
        }
        Message::Table(table) => Output::Table(frame(table).within("table")?),
        Message::Logs(logs) => Output::Logs(each("records", logs.records, record).within("logs")?),
        Message::Widgets(widgets) => Output::Widgets(EncodedTree::from_bytes(widgets.0)),
    };
    Ok(Answer {
        output,
        notices: answer.notices,
    })
}

pub fn failure(failure: proto::Failure) -> Result<Failure, WireError> {
    let kind = match proto::FailureKind::try_from(failure.kind) {
        Ok(proto::FailureKind::Invalid) => FailureKind::Invalid,
        Ok(proto::FailureKind::Denied) => FailureKind::Denied,
        Ok(proto::FailureKind::Unavailable) => FailureKind::Unavailable,
        Ok(proto::FailureKind::Timeout) => FailureKind::Timeout,
        Ok(proto::FailureKind::Upstream) => FailureKind::Upstream,
        Ok(proto::FailureKind::Internal) => FailureKind::Internal,
        Ok(proto::FailureKind::Unspecified) => return Err(WireError::absent("kind")),
        Err(_) => return Err(WireError::unknown("kind", failure.kind)),
    };
    Ok(Failure {
        kind,
        message: failure.message,
        hint: failure.hint,
    })
}

pub(super) fn level(level: i32) -> Result<Level, WireError> {
    match proto::Level::try_from(level) {
        Ok(proto::Level::Unspecified) => Ok(Level::default()),
        Ok(proto::Level::Debug) => Ok(Level::Debug),
        Ok(proto::Level::Info) => Ok(Level::Info),
        Ok(proto::Level::Warn) => Ok(Level::Warn),
        Ok(proto::Level::Error) => Ok(Level::Error),
        Err(_) => Err(WireError::unknown("level", level)),
    }
}

fn labels(labels: Vec<proto::Label>) -> Vec<Label> {
    let label = |label: proto::Label| Label {
        name: label.name,
        value: label.value,
    };
    labels.into_iter().map(label).collect()
}

fn frame(frame: proto::Frame) -> Result<Frame, WireError> {
    let frame = Frame {
        name: frame.name,
        labels: labels(frame.labels),
        columns: each("columns", frame.columns, column)?,
    };
    frame
        .check()
        .map_err(|error| WireError::new("columns", error))?;
    Ok(frame)
}

fn column(column: proto::Column) -> Result<Column, WireError> {
    use proto::column::Values as Message;
    let values = match required("values", column.values)? {
        Message::Numbers(numbers) => Values::Numbers(numbers.values),
        Message::Times(times) => Values::Times(times.values_ms),
        Message::Texts(texts) => Values::Texts(texts.values),
    };
    Ok(Column {
        name: column.name,
        unit: column.unit,
        values,
    })
}

fn record(record: proto::LogRecord) -> Result<LogRecord, WireError> {
    Ok(LogRecord {
        time_ms: record.time_ms,
        level: level(record.level)?,
        message: record.message,
        labels: labels(record.labels),
    })
}
