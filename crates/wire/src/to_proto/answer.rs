//! Outputs and failures as messages.

use output::{
    Answer, Column, Failure, FailureKind, Frame, Label, Level, LogRecord, Output, Values,
};

pub fn time_range(range: output::TimeRange) -> proto::TimeRange {
    proto::TimeRange {
        start_ms: range.start_ms,
        end_ms: range.end_ms,
    }
}

pub fn answer(answer: &Answer) -> proto::Answer {
    use proto::answer::Output as Message;
    let output = match &answer.output {
        Output::Text(text) => Message::Text(text.clone()),
        Output::Markdown(text) => Message::Markdown(text.clone()),
        Output::Frames(frames) => Message::Frames(proto::Frames {
            frames: frames.iter().map(frame).collect(),
        }),
        Output::Table(table) => Message::Table(frame(table)),
        Output::Logs(records) => Message::Logs(proto::LogRecords {
            records: records.iter().map(record).collect(),
        }),
        Output::Widgets(tree) => Message::Widgets(proto::widgets::Tree(tree.as_bytes().to_vec())),
    };
    proto::Answer {
        output: Some(output),
        notices: answer.notices.clone(),
    }
}

pub fn failure(failure: &Failure) -> proto::Failure {
    let kind = match failure.kind {
        FailureKind::Invalid => proto::FailureKind::Invalid,
        FailureKind::Denied => proto::FailureKind::Denied,
        FailureKind::Unavailable => proto::FailureKind::Unavailable,
        FailureKind::Timeout => proto::FailureKind::Timeout,
        FailureKind::Upstream => proto::FailureKind::Upstream,
        FailureKind::Internal => proto::FailureKind::Internal,
    };
    proto::Failure {
        kind: kind.into(),
        message: failure.message.clone(),
        hint: failure.hint.clone(),
    }
}

pub(super) fn level(level: Level) -> i32 {
    let level = match level {
        Level::Debug => proto::Level::Debug,
        Level::Info => proto::Level::Info,
        Level::Warn => proto::Level::Warn,
        Level::Error => proto::Level::Error,
    };
    level.into()
}

fn label(label: &Label) -> proto::Label {
    proto::Label {
        name: label.name.clone(),
        value: label.value.clone(),
    }
}

fn frame(frame: &Frame) -> proto::Frame {
    proto::Frame {
        name: frame.name.clone(),
        labels: frame.labels.iter().map(label).collect(),
        columns: frame.columns.iter().map(column).collect(),
    }
}

fn column(column: &Column) -> proto::Column {
    use proto::column::Values as Message;
    let values = match &column.values {
        Values::Numbers(values) => Message::Numbers(proto::Numbers {
            values: values.clone(),
        }),
        Values::Times(values) => Message::Times(proto::Times {
            values_ms: values.clone(),
        }),
        Values::Texts(values) => Message::Texts(proto::Texts {
            values: values.clone(),
        }),
    };
    proto::Column {
        name: column.name.clone(),
        unit: column.unit.clone(),
        values: Some(values),
    }
}

fn record(record: &LogRecord) -> proto::LogRecord {
    proto::LogRecord {
        time_ms: record.time_ms,
        level: level(record.level),
        message: record.message.clone(),
        labels: record.labels.iter().map(label).collect(),
    }
}
