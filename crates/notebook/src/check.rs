//! Whether an operation may be proposed: the one place that knows, for page and server alike.
//!
//! What an operation needs of the state (that its cell exists, that its change fits) is
//! checked where it is applied; here are the limits, and who may do what.

use crate::{
    ActorId, ApplyError, Notebook, Operation, TimeRangeSetting, comment, limits, utf16_len,
};
use output::{PluginKind, PluginSummary, TimeRange};

/// Who hands something in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Source {
    /// Somebody out there: may neither create notebooks, nor write the course of runs, nor offer
    /// views, whose components the server reads first.
    Client,
    /// The server itself, also on behalf of a client.
    Server,
}

/// Checks who may do what.
pub(crate) fn check_source(
    operation: &Operation,
    actor: ActorId,
    source: Source,
) -> Result<(), ApplyError> {
    let message = match source {
        Source::Server => return Ok(()),
        Source::Client if actor == ActorId::SERVER => "a client cannot speak for the server",
        Source::Client if operation.is_of_a_run() => "only the server writes what happens in a run",
        Source::Client if matches!(operation, Operation::CreateNotebook { .. }) => {
            "a notebook is not created by an operation on it"
        }
        Source::Client if matches!(operation, Operation::OfferView { .. }) => {
            "a view is offered by handing in its component"
        }
        Source::Client => return Ok(()),
    };
    Err(ApplyError::Forbidden {
        message,
        hint: "Ask the server to do it.",
    })
}

/// Checks the limits on what an operation brings. Its effect on the state is checked with
/// [`check_after`], once it is applied.
pub(crate) fn check_before(state: &Notebook, operation: &Operation) -> Result<(), ApplyError> {
    match operation {
        Operation::CreateNotebook { title } | Operation::SetTitle { title } => check_title(title),
        Operation::SetTimeRange(setting) => check_setting(*setting),
        Operation::SetVariable { name, value } => {
            check_variable(name, value.as_deref())?;
            let added = value.is_some() && !state.variables.contains_key(name);
            let count = state.variables.len() + usize::from(added);
            at_most("a notebook", "variables", limits::VARIABLES, count)
        }
        Operation::OfferView { plugin } => {
            check_offer(plugin)?;
            let added = !state.views.contains_key(&plugin.name);
            let count = state.views.len() + usize::from(added);
            at_most("a notebook", "offered views", limits::OFFERED_VIEWS, count)
        }
        Operation::Introduce(person) => {
            // Whether they are new is not known here; one more than allowed does no harm.
            at_most("a notebook", "people", limits::PEOPLE, state.people.len())?;
            person.check()
        }
        Operation::Comment(operation) => comment::check(state, operation),
        Operation::InsertCell { text, .. } => {
            at_most("a notebook", "cells", limits::CELLS, state.order.len() + 1)?;
            check_text(text)
        }
        Operation::RunStarted {
            source, time_range, ..
        } => {
            check_text(source)?;
            check_range(*time_range)
        }
        Operation::RunLogged { message, .. } => check_message(message),
        Operation::RunProgressed {
            fraction, message, ..
        } => {
            if !(0.0..=1.0).contains(fraction) {
                return Err(ApplyError::Invalid {
                    message: format!("a run cannot be {fraction} done"),
                    hint: "Progress is a fraction of 0 to 1.",
                });
            }
            check_message(message)
        }
        Operation::DeleteNotebook
        | Operation::RestoreNotebook
        | Operation::WithdrawView { .. }
        | Operation::MoveCell { .. }
        | Operation::DeleteCell { .. }
        | Operation::RestoreCell { .. }
        | Operation::ChangeText { .. }
        | Operation::RunPreviewed { .. }
        | Operation::RunFinished { .. } => Ok(()),
    }
}

/// Checks the limits on what an operation that was just applied made of the state.
pub(crate) fn check_after(state: &Notebook, operation: &Operation) -> Result<(), ApplyError> {
    match operation {
        Operation::ChangeText { cell, .. } => match state.cell(*cell) {
            Some(cell) => check_text(&cell.text),
            None => Ok(()),
        },
        _ => Ok(()),
    }
}

fn at_most(
    what: &'static str,
    unit: &'static str,
    limit: usize,
    found: usize,
) -> Result<(), ApplyError> {
    if found <= limit {
        return Ok(());
    }
    Err(ApplyError::TooLarge {
        what,
        unit,
        limit: limit as u64,
        found: found as u64,
    })
}

/// Checks how much one submission brings.
pub(crate) fn check_submission<'a>(
    operations: impl ExactSizeIterator<Item = &'a Operation>,
) -> Result<(), ApplyError> {
    let count = operations.len();
    if count == 0 {
        return Err(ApplyError::Invalid {
            message: "the submission has no proposals".into(),
            hint: "Send at least one operation.",
        });
    }
    at_most(
        "a submission",
        "proposals",
        limits::SUBMISSION_PROPOSALS,
        count,
    )?;
    let size_bytes = operations.map(Operation::size_bytes).sum();
    at_most(
        "a submission",
        "bytes",
        limits::SUBMISSION_BYTES,
        size_bytes,
    )
}

fn check_title(title: &str) -> Result<(), ApplyError> {
    if title.chars().any(char::is_control) {
        return Err(ApplyError::Invalid {
            message: "a title cannot have line breaks or control characters".into(),
            hint: "Write it on one line.",
        });
    }
    let characters = title.chars().count();
    at_most(
        "a title",
        "characters",
        limits::TITLE_CHARACTERS,
        characters,
    )
}

fn check_text(text: &str) -> Result<(), ApplyError> {
    at_most(
        "a cell",
        "UTF-16 code units",
        limits::CELL_TEXT_UNITS as usize,
        utf16_len(text) as usize,
    )
}

fn check_message(message: &str) -> Result<(), ApplyError> {
    at_most(
        "a message of a run",
        "bytes",
        limits::RUN_MESSAGE_BYTES,
        message.len(),
    )
}

fn check_setting(setting: TimeRangeSetting) -> Result<(), ApplyError> {
    match setting {
        TimeRangeSetting::Default => Ok(()),
        TimeRangeSetting::Last { duration_ms: 0 } => Err(ApplyError::Invalid {
            message: "the time range is empty".into(),
            hint: "Choose a span longer than nothing, such as 1h.",
        }),
        TimeRangeSetting::Last { duration_ms } if duration_ms > limits::TIME_RANGE_MS => {
            Err(ApplyError::TooLarge {
                what: "a time range",
                unit: "milliseconds",
                limit: limits::TIME_RANGE_MS,
                found: duration_ms,
            })
        }
        TimeRangeSetting::Last { .. } => Ok(()),
        TimeRangeSetting::Absolute(range) => check_range(range),
    }
}

fn check_range(range: TimeRange) -> Result<(), ApplyError> {
    if range.start_ms <= range.end_ms {
        return Ok(());
    }
    Err(ApplyError::Invalid {
        message: "the time range ends before it starts".into(),
        hint: "Put the earlier time first.",
    })
}

fn check_offer(plugin: &PluginSummary) -> Result<(), ApplyError> {
    at_most(
        "a view's description of itself",
        "bytes",
        limits::OFFERED_VIEW_BYTES,
        plugin.size_bytes(),
    )?;
    let usable = plugin.kind == PluginKind::View && plugin.error.is_none() && plugin.view.is_some();
    if usable {
        return Ok(());
    }
    Err(ApplyError::Invalid {
        message: format!("`{}` is no usable view", plugin.name),
        hint: "Only view plugins can be offered with a notebook.",
    })
}

/// True for what `{{name}}` can refer to: letters, digits, `_` and `-`, a letter or `_` first.
pub fn is_variable_name(name: &str) -> bool {
    name.starts_with(|c: char| c.is_alphabetic() || c == '_')
        && name
            .chars()
            .all(|c| c.is_alphanumeric() || c == '_' || c == '-')
}

fn check_variable(name: &str, value: Option<&str>) -> Result<(), ApplyError> {
    // The length first, so that a message never repeats an endless name.
    at_most(
        "a variable's name",
        "characters",
        limits::VARIABLE_NAME_CHARACTERS,
        name.chars().count(),
    )?;
    if !is_variable_name(name) {
        return Err(ApplyError::Invalid {
            message: format!("`{name}` cannot be the name of a variable"),
            hint: "Names are letters, digits, `_` and `-`, and start with a letter or `_`.",
        });
    }
    at_most(
        "a variable's value",
        "characters",
        limits::VARIABLE_VALUE_CHARACTERS,
        value.map_or(0, |value| value.chars().count()),
    )
}
