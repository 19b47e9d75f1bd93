//! Operations, entries, submissions and refusals out of messages.

use super::{
    answer::{failure, level, time_range},
    comment::{begin, edit, person, reply},
    plugin::plugin,
};
use crate::{
    MAX_TEXT_BYTES,
    error::{WireError, Within, at_most, each, parse, required},
};
use notebook::{
    CommentOperation, Entry, NotebookId, Operation, Outcome, OutputReference, Proposal, Reason,
    Refusal, Sequence, Step, Submission, TextChange, TimeRangeSetting, limits,
};
use output::TimeRange;
use proto::operation::Kind;

pub fn entry(entry: proto::Entry) -> Result<Entry, WireError> {
    if entry.sequence == 0 {
        return Err(WireError::new("sequence", "is 0, entries count from 1"));
    }
    Ok(Entry {
        sequence: Sequence(entry.sequence),
        id: parse("id", &entry.id)?,
        actor: parse("actor", &entry.actor)?,
        time_ms: entry.time_ms,
        operation: operation(required("operation", entry.operation)?).within("operation")?,
    })
}

pub fn proposal(proposal: proto::Proposal) -> Result<Proposal, WireError> {
    Ok(Proposal {
        id: parse("id", &proposal.id)?,
        operation: operation(required("operation", proposal.operation)?).within("operation")?,
    })
}

pub fn submission(request: proto::SubmitRequest) -> Result<(NotebookId, Submission), WireError> {
    at_most(
        "proposals",
        request.proposals.len(),
        limits::SUBMISSION_PROPOSALS,
        "items",
    )?;
    let submission = Submission {
        actor: parse("actor", &request.actor)?,
        base: Sequence(request.base_sequence),
        proposals: each("proposals", request.proposals, proposal)?,
    };
    Ok((parse("notebook", &request.notebook)?, submission))
}

pub fn refusal(refusal: proto::Refusal) -> Result<Refusal, WireError> {
    let reason = match proto::RefusalReason::try_from(refusal.reason) {
        Ok(proto::RefusalReason::UnknownNotebook) => Reason::UnknownNotebook,
        Ok(proto::RefusalReason::Invalid) => Reason::Invalid,
        Ok(proto::RefusalReason::Unavailable) => Reason::Unavailable,
        Ok(proto::RefusalReason::OutOfRange) => Reason::OutOfRange,
        Ok(proto::RefusalReason::TooLarge) => Reason::TooLarge,
        Ok(proto::RefusalReason::Forbidden) => Reason::Forbidden,
        Ok(proto::RefusalReason::Unspecified) => return Err(WireError::absent("reason")),
        Err(_) => return Err(WireError::unknown("reason", refusal.reason)),
    };
    Ok(Refusal {
        reason,
        message: refusal.message,
        hint: refusal.hint,
    })
}

pub fn operation(operation: proto::Operation) -> Result<Operation, WireError> {
    let kind = required("kind", operation.kind)?;
    let name = name(&kind);
    from_kind(kind).within(name)
}

/// The field of the oneof, for the path of an error.
fn name(kind: &Kind) -> &'static str {
    match kind {
        Kind::CreateNotebook(_) => "create_notebook",
        Kind::SetTitle(_) => "set_title",
        Kind::DeleteNotebook(_) => "delete_notebook",
        Kind::RestoreNotebook(_) => "restore_notebook",
        Kind::SetTimeRange(_) => "set_time_range",
        Kind::SetVariable(_) => "set_variable",
        Kind::OfferView(_) => "offer_view",
        Kind::WithdrawView(_) => "withdraw_view",
        Kind::InsertCell(_) => "insert_cell",
        Kind::MoveCell(_) => "move_cell",
        Kind::DeleteCell(_) => "delete_cell",
        Kind::RestoreCell(_) => "restore_cell",
        Kind::ChangeText(_) => "change_text",
        Kind::RunStarted(_) => "run_started",
        Kind::RunLogged(_) => "run_logged",
        Kind::RunProgressed(_) => "run_progressed",
        Kind::RunFinished(_) => "run_finished",
        Kind::RunPreviewed(_) => "run_previewed",
        Kind::Introduce(_) => "introduce",
        Kind::BeginThread(_) => "begin_thread",
        Kind::ReplyToThread(_) => "reply_to_thread",
        Kind::EditComment(_) => "edit_comment",
        Kind::DeleteComment(_) => "delete_comment",
        Kind::ResolveThread(_) => "resolve_thread",
        Kind::ReopenThread(_) => "reopen_thread",
    }
}

fn from_kind(kind: Kind) -> Result<Operation, WireError> {
    let optional_cell =
        |field, cell: Option<String>| cell.map(|cell| parse(field, &cell)).transpose();
    Ok(match kind {
        Kind::CreateNotebook(create) => Operation::CreateNotebook {
            title: text("title", create.title)?,
        },
        Kind::SetTitle(set) => Operation::SetTitle {
            title: text("title", set.title)?,
        },
        Kind::DeleteNotebook(_) => Operation::DeleteNotebook,
        Kind::RestoreNotebook(_) => Operation::RestoreNotebook,
        Kind::SetTimeRange(range) => Operation::SetTimeRange(time_range_setting(range)?),
        Kind::SetVariable(set) => Operation::SetVariable {
            name: text("name", set.name)?,
            value: set.value.map(|value| text("value", value)).transpose()?,
        },
        Kind::OfferView(offer) => Operation::OfferView {
            plugin: Box::new(plugin(required("plugin", offer.plugin)?).within("plugin")?),
        },
        Kind::WithdrawView(withdraw) => Operation::WithdrawView {
            name: text("name", withdraw.name)?,
        },
        Kind::InsertCell(insert) => Operation::InsertCell {
            cell: parse("cell", &insert.cell)?,
            after: optional_cell("after", insert.after)?,
            text: text("text", insert.text)?,
        },
        Kind::MoveCell(moved) => Operation::MoveCell {
            cell: parse("cell", &moved.cell)?,
            after: optional_cell("after", moved.after)?,
        },
        Kind::DeleteCell(delete) => Operation::DeleteCell {
            cell: parse("cell", &delete.cell)?,
        },
        Kind::RestoreCell(restore) => Operation::RestoreCell {
            cell: parse("cell", &restore.cell)?,
        },
        Kind::ChangeText(changed) => Operation::ChangeText {
            cell: parse("cell", &changed.cell)?,
            change: TextChange::from_steps(each("steps", changed.steps, step)?),
        },
        Kind::RunStarted(started) => run_started(started)?,
        Kind::RunLogged(logged) => Operation::RunLogged {
            run: parse("run", &logged.run)?,
            level: level(logged.level)?,
            message: text("message", logged.message)?,
        },
        Kind::RunProgressed(progressed) => Operation::RunProgressed {
            run: parse("run", &progressed.run)?,
            fraction: fraction(progressed.fraction),
            message: text("message", progressed.message)?,
        },
        Kind::Introduce(own) => Operation::Introduce(person(own)?),
        Kind::BeginThread(message) => Operation::Comment(begin(message)?),
        Kind::ReplyToThread(message) => Operation::Comment(reply(message)?),
        Kind::EditComment(message) => Operation::Comment(edit(message)?),
        Kind::DeleteComment(delete) => Operation::Comment(CommentOperation::Delete {
            comment: parse("comment", &delete.comment)?,
        }),
        Kind::ResolveThread(resolve) => Operation::Comment(CommentOperation::Resolve {
            thread: parse("thread", &resolve.thread)?,
        }),
        Kind::ReopenThread(reopen) => Operation::Comment(CommentOperation::Reopen {
            thread: parse("thread", &reopen.thread)?,
        }),
        Kind::RunPreviewed(previewed) => Operation::RunPreviewed {
            run: parse("run", &previewed.run)?,
            output: reference("output", required("output", previewed.output)?)?,
        },
        Kind::RunFinished(finished) => Operation::RunFinished {
            run: parse("run", &finished.run)?,
            outcome: outcome(finished.outcome)?,
        },
    })
}

/// The finer limits, with words for their authors, are the notebook's; this one keeps what no
/// notebook can hold from being looked at.
pub(super) fn text(field: &str, text: String) -> Result<String, WireError> {
    at_most(field, text.len(), MAX_TEXT_BYTES, "bytes")?;
    Ok(text)
}

fn step(step: proto::TextStep) -> Result<Step, WireError> {
    use proto::text_step::Step as Message;
    Ok(match required("step", step.step)? {
        Message::Retain(count) => Step::Retain(count),
        Message::Delete(count) => Step::Delete(count),
        Message::Insert(inserted) => Step::Insert(text("insert", inserted)?),
    })
}

fn run_started(started: proto::RunStarted) -> Result<Operation, WireError> {
    // A range that ends before it starts was the plugin's to refuse, not a reason to lose the log.
    let proto::TimeRange { start_ms, end_ms } = required("time_range", started.time_range)?;
    Ok(Operation::RunStarted {
        run: parse("run", &started.run)?,
        cell: parse("cell", &started.cell)?,
        plugin: text("plugin", started.plugin)?,
        source: text("source", started.source)?,
        time_range: TimeRange { start_ms, end_ms },
    })
}

/// What is no fraction is brought into 0 to 1, NaN to 0.
pub(super) fn fraction(fraction: f64) -> f64 {
    if fraction.is_nan() {
        0.0
    } else {
        fraction.clamp(0.0, 1.0)
    }
}

pub(super) fn time_range_setting(
    setting: proto::SetTimeRange,
) -> Result<TimeRangeSetting, WireError> {
    use proto::set_time_range::Range;
    Ok(match setting.range {
        None => TimeRangeSetting::Default,
        Some(Range::LastMs(duration_ms)) => TimeRangeSetting::Last { duration_ms },
        Some(Range::Absolute(range)) => {
            TimeRangeSetting::Absolute(time_range(range).within("absolute")?)
        }
    })
}

pub(super) fn reference(
    field: &str,
    reference: proto::OutputReference,
) -> Result<OutputReference, WireError> {
    Ok(OutputReference {
        hash: parse("hash", &reference.hash).within(field)?,
        size_bytes: reference.size_bytes,
    })
}

pub(super) fn outcome(outcome: Option<proto::run_finished::Outcome>) -> Result<Outcome, WireError> {
    use proto::run_finished::Outcome as Message;
    Ok(match required("outcome", outcome)? {
        Message::Output(output) => Outcome::Done(reference("output", output)?),
        Message::Failure(own) => Outcome::Failed(failure(own).within("failure")?),
        Message::Cancelled(_) => Outcome::Cancelled,
        Message::Interrupted(_) => Outcome::Interrupted,
    })
}
