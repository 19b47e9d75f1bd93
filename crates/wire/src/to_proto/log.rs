//! Operations, entries, submissions and refusals as messages.

use super::answer::{failure, level, time_range};
use super::comment::{comment, person};
use super::plugin::plugin;
use notebook::{
    CellId, Entry, NotebookId, Operation, Outcome, OutputReference, Proposal, Reason, Refusal,
    RunId, Step, Submission, TextChange, TimeRangeSetting,
};
use output::{Level, TimeRange};
use proto::operation::Kind;

pub fn entry(entry: &Entry) -> proto::Entry {
    proto::Entry {
        sequence: entry.sequence.0,
        id: entry.id.to_string(),
        actor: entry.actor.to_string(),
        time_ms: entry.time_ms,
        operation: Some(operation(&entry.operation)),
    }
}

/// Entries in the order of the log, without the outputs that they refer to.
pub fn entries(entries: &[Entry]) -> proto::Entries {
    proto::Entries {
        entries: entries.iter().map(entry).collect(),
        blobs: Vec::new(),
    }
}

pub fn proposal(proposal: &Proposal) -> proto::Proposal {
    proto::Proposal {
        id: proposal.id.to_string(),
        operation: Some(operation(&proposal.operation)),
    }
}

pub fn submission(notebook: NotebookId, submission: &Submission) -> proto::SubmitRequest {
    proto::SubmitRequest {
        notebook: notebook.to_string(),
        actor: submission.actor.to_string(),
        base_sequence: submission.base.0,
        proposals: submission.proposals.iter().map(proposal).collect(),
    }
}

pub fn refusal(refusal: &Refusal) -> proto::Refusal {
    let reason = match refusal.reason {
        Reason::UnknownNotebook => proto::RefusalReason::UnknownNotebook,
        // The message has no reason of its own for a cell; its words name it.
        Reason::UnknownCell | Reason::Invalid => proto::RefusalReason::Invalid,
        Reason::OutOfRange => proto::RefusalReason::OutOfRange,
        Reason::TooLarge => proto::RefusalReason::TooLarge,
        Reason::Forbidden => proto::RefusalReason::Forbidden,
        // The server answers a need for history itself; where it cannot, a later try may do.
        Reason::Unavailable | Reason::NeedsHistory { .. } => proto::RefusalReason::Unavailable,
    };
    proto::Refusal {
        reason: reason.into(),
        message: refusal.message.clone(),
        hint: refusal.hint.clone(),
    }
}

pub fn operation(operation: &Operation) -> proto::Operation {
    proto::Operation {
        kind: Some(kind(operation)),
    }
}

fn kind(operation: &Operation) -> Kind {
    match operation {
        Operation::CreateNotebook { title } => Kind::CreateNotebook(proto::CreateNotebook {
            title: title.clone(),
        }),
        Operation::SetTitle { title } => Kind::SetTitle(proto::SetTitle {
            title: title.clone(),
        }),
        Operation::DeleteNotebook => Kind::DeleteNotebook(proto::DeleteNotebook {}),
        Operation::RestoreNotebook => Kind::RestoreNotebook(proto::RestoreNotebook {}),
        Operation::SetTimeRange(range) => Kind::SetTimeRange(time_range_setting(*range)),
        Operation::SetVariable { name, value } => Kind::SetVariable(proto::SetVariable {
            name: name.clone(),
            value: value.clone(),
        }),
        Operation::OfferView { plugin: offered } => Kind::OfferView(proto::OfferView {
            plugin: Some(plugin(offered)),
        }),
        Operation::WithdrawView { name } => {
            Kind::WithdrawView(proto::WithdrawView { name: name.clone() })
        }
        Operation::Introduce(own) => Kind::Introduce(person(own)),
        Operation::Comment(operation) => comment(operation),
        Operation::InsertCell { cell, after, text } => Kind::InsertCell(proto::InsertCell {
            cell: cell.to_string(),
            after: after.map(|after| after.to_string()),
            text: text.clone(),
        }),
        Operation::MoveCell { cell, after } => Kind::MoveCell(proto::MoveCell {
            cell: cell.to_string(),
            after: after.map(|after| after.to_string()),
        }),
        Operation::DeleteCell { cell } => Kind::DeleteCell(proto::DeleteCell {
            cell: cell.to_string(),
        }),
        Operation::RestoreCell { cell } => Kind::RestoreCell(proto::RestoreCell {
            cell: cell.to_string(),
        }),
        Operation::ChangeText { cell, change } => Kind::ChangeText(proto::ChangeText {
            cell: cell.to_string(),
            steps: steps(change),
        }),
        Operation::RunStarted {
            run,
            cell,
            plugin,
            source,
            time_range,
        } => Kind::RunStarted(run_started(*run, *cell, plugin, source, *time_range)),
        Operation::RunLogged {
            run,
            level,
            message,
        } => Kind::RunLogged(run_logged(*run, *level, message)),
        Operation::RunProgressed {
            run,
            fraction,
            message,
        } => Kind::RunProgressed(run_progressed(*run, *fraction, message)),
        Operation::RunPreviewed { run, output } => Kind::RunPreviewed(proto::RunPreviewed {
            run: run.to_string(),
            output: Some(reference(*output)),
        }),
        Operation::RunFinished { run, outcome } => Kind::RunFinished(run_finished(*run, outcome)),
    }
}

fn steps(change: &TextChange) -> Vec<proto::TextStep> {
    use proto::text_step::Step as Message;
    let step = |step: &Step| proto::TextStep {
        step: Some(match step {
            Step::Retain(count) => Message::Retain(*count),
            Step::Delete(count) => Message::Delete(*count),
            Step::Insert(text) => Message::Insert(text.clone()),
        }),
    };
    change.steps().iter().map(step).collect()
}

pub(super) fn time_range_setting(setting: TimeRangeSetting) -> proto::SetTimeRange {
    use proto::set_time_range::Range;
    let range = match setting {
        TimeRangeSetting::Default => None,
        TimeRangeSetting::Last { duration_ms } => Some(Range::LastMs(duration_ms)),
        TimeRangeSetting::Absolute(range) => Some(Range::Absolute(time_range(range))),
    };
    proto::SetTimeRange { range }
}

pub(super) fn run_started(
    run: RunId,
    cell: CellId,
    plugin: &str,
    source: &str,
    range: TimeRange,
) -> proto::RunStarted {
    proto::RunStarted {
        run: run.to_string(),
        cell: cell.to_string(),
        plugin: plugin.to_owned(),
        source: source.to_owned(),
        time_range: Some(time_range(range)),
    }
}

pub(super) fn run_logged(run: RunId, own: Level, message: &str) -> proto::RunLogged {
    proto::RunLogged {
        run: run.to_string(),
        level: level(own),
        message: message.to_owned(),
    }
}

pub(super) fn run_progressed(run: RunId, fraction: f64, message: &str) -> proto::RunProgressed {
    proto::RunProgressed {
        run: run.to_string(),
        fraction,
        message: message.to_owned(),
    }
}

pub(super) fn reference(reference: OutputReference) -> proto::OutputReference {
    proto::OutputReference {
        hash: reference.hash.to_string(),
        size_bytes: reference.size_bytes,
    }
}

pub(super) fn run_finished(run: RunId, outcome: &Outcome) -> proto::RunFinished {
    use proto::run_finished::{Cancelled, Interrupted, Outcome as Message};
    let outcome = match outcome {
        Outcome::Done(output) => Message::Output(reference(*output)),
        Outcome::Failed(own) => Message::Failure(failure(own)),
        Outcome::Cancelled => Message::Cancelled(Cancelled {}),
        Outcome::Interrupted => Message::Interrupted(Interrupted {}),
    };
    proto::RunFinished {
        run: run.to_string(),
        outcome: Some(outcome),
    }
}
