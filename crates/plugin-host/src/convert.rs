//! WIT types to and from the types of `output`, with every promise of the contract checked.

use output::{Answer, Column, Failure, FailureKind, Frame, Label, LogRecord, Output, Values};

use crate::{
    api::Context,
    bindings::databook::plugin::{answers, types, widgets as wit},
};

/// Most notices of an answer, and most bytes of one.
const MAX_NOTICES: usize = 50;
const MAX_NOTICE_BYTES: usize = 1 << 10;
/// Most bytes of a failure's message and hint each.
const MAX_FAILURE_BYTES: usize = 16 << 10;

pub(crate) fn context(context: Context) -> types::Context {
    types::Context {
        now_ms: context.now_ms,
        time_range: types::TimeRange {
            start_ms: context.time_range.start_ms,
            end_ms: context.time_range.end_ms,
        },
        width_px: context.width_px,
    }
}

pub(crate) fn level(level: types::Level) -> output::Level {
    match level {
        types::Level::Debug => output::Level::Debug,
        types::Level::Info => output::Level::Info,
        types::Level::Warn => output::Level::Warn,
        types::Level::Error => output::Level::Error,
    }
}

pub(crate) fn failure(failure: types::Failure) -> Failure {
    let kind = match failure.kind {
        types::FailureKind::Invalid => FailureKind::Invalid,
        types::FailureKind::Denied => FailureKind::Denied,
        types::FailureKind::Unavailable => FailureKind::Unavailable,
        types::FailureKind::Timeout => FailureKind::Timeout,
        types::FailureKind::Upstream => FailureKind::Upstream,
        types::FailureKind::Internal => FailureKind::Internal,
    };
    bounded(Failure::new(kind, failure.message, failure.hint))
}

/// A plugin's failure with no more words than are kept of one.
pub(crate) fn bounded(mut failure: Failure) -> Failure {
    crate::text::shorten(&mut failure.message, MAX_FAILURE_BYTES);
    crate::text::shorten(&mut failure.hint, MAX_FAILURE_BYTES);
    failure
}

/// An answer, or in words what is wrong with it.
pub(crate) fn answer(answer: answers::Answer) -> Result<Answer, String> {
    let output = match answer.output {
        answers::Output::Text(text) => Output::Text(text),
        answers::Output::Markdown(text) => Output::Markdown(text),
        answers::Output::Frames(list) => {
            Output::Frames(list.into_iter().map(frame).collect::<Result<_, _>>()?)
        }
        answers::Output::Table(table) => Output::Table(frame(table)?),
        answers::Output::Logs(records) => {
            Output::Logs(records.into_iter().map(log_record).collect())
        }
        answers::Output::Widgets(list) => Output::Widgets(tree(&list)?.into()),
    };
    let mut notices = answer.notices;
    notices.truncate(MAX_NOTICES);
    for notice in &mut notices {
        crate::text::shorten(notice, MAX_NOTICE_BYTES);
    }
    Ok(Answer { output, notices })
}

fn frame(frame: types::Frame) -> Result<Frame, String> {
    let frame = Frame {
        name: frame.name,
        labels: labels(frame.labels),
        columns: frame.columns.into_iter().map(column).collect(),
    };
    frame
        .check()
        .map_err(|error| format!("in the frame `{}` {error}", frame.name))?;
    Ok(frame)
}

fn column(column: types::Column) -> Column {
    Column {
        name: column.name,
        unit: column.unit,
        values: match column.values {
            types::Values::Numbers(values) => Values::Numbers(values),
            types::Values::Times(values) => Values::Times(values),
            types::Values::Texts(values) => Values::Texts(values),
        },
    }
}

fn labels(labels: Vec<types::Label>) -> Vec<Label> {
    labels
        .into_iter()
        .map(|label| Label {
            name: label.name,
            value: label.value,
        })
        .collect()
}

fn log_record(record: types::LogRecord) -> LogRecord {
    LogRecord {
        time_ms: record.time_ms,
        level: level(record.level),
        message: record.message,
        labels: labels(record.labels),
    }
}

/// The bindings' tree and ours have the same shape, field by field and case by case (a test holds
/// both to the WIT file), so one is read from what the other writes.
fn tree(tree: &wit::Tree) -> Result<widgets::Tree, String> {
    let bytes = postcard::to_allocvec(tree).map_err(|error| error.to_string())?;
    let tree = postcard::from_bytes(&bytes).map_err(|error| error.to_string())?;
    widgets::check(&tree, &widgets::Limits::default()).map_err(|error| error.to_string())?;
    Ok(tree)
}
