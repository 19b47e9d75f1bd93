//! What happened, as messages.

use notebook::{Activity, Deed, Ending};

pub fn activity(activity: &Activity) -> proto::Activity {
    let mut message = proto::Activity {
        first_sequence: activity.first.0,
        last_sequence: activity.last.0,
        start_ms: activity.start_ms,
        end_ms: activity.end_ms,
        actor: activity.actor.to_string(),
        ..proto::Activity::default()
    };
    message.set_deed(deed(&activity.deed));
    match &activity.deed {
        Deed::Created | Deed::NotebookDeleted | Deed::NotebookRestored | Deed::TimeRangeSet => {}
        Deed::Renamed { title: name }
        | Deed::VariableSet { name }
        | Deed::ViewOffered { name }
        | Deed::ViewWithdrawn { name }
        | Deed::Introduced { name } => message.name.clone_from(name),
        Deed::CellAdded { cell }
        | Deed::CellMoved { cell }
        | Deed::CellDeleted { cell }
        | Deed::CellRestored { cell } => message.cell = Some(cell.to_string()),
        Deed::Edited {
            cell,
            added,
            removed,
        } => {
            message.cell = Some(cell.to_string());
            (message.added, message.removed) = (*added, *removed);
        }
        Deed::Ran {
            cell,
            run,
            plugin,
            ending,
        } => {
            message.cell = Some(cell.to_string());
            message.run = Some(run.to_string());
            message.name.clone_from(plugin);
            message.set_ending(ending.map_or(proto::Ending::Unspecified, self::ending));
        }
        Deed::Commented {
            comment,
            thread,
            cell,
            mentions,
        } => {
            message.comment = Some(comment.to_string());
            message.thread = Some(thread.to_string());
            message.cell = cell.map(|cell| cell.to_string());
            message.mentions = mentions.iter().map(ToString::to_string).collect();
        }
        Deed::CommentEdited { comment } | Deed::CommentDeleted { comment } => {
            message.comment = Some(comment.to_string());
        }
        Deed::ThreadResolved { thread } | Deed::ThreadReopened { thread } => {
            message.thread = Some(thread.to_string());
        }
    }
    message
}

fn deed(deed: &Deed) -> proto::Deed {
    match deed {
        Deed::Created => proto::Deed::Created,
        Deed::Renamed { .. } => proto::Deed::Renamed,
        Deed::NotebookDeleted => proto::Deed::NotebookDeleted,
        Deed::NotebookRestored => proto::Deed::NotebookRestored,
        Deed::TimeRangeSet => proto::Deed::TimeRangeSet,
        Deed::VariableSet { .. } => proto::Deed::VariableSet,
        Deed::ViewOffered { .. } => proto::Deed::ViewOffered,
        Deed::ViewWithdrawn { .. } => proto::Deed::ViewWithdrawn,
        Deed::Introduced { .. } => proto::Deed::Introduced,
        Deed::CellAdded { .. } => proto::Deed::CellAdded,
        Deed::CellMoved { .. } => proto::Deed::CellMoved,
        Deed::CellDeleted { .. } => proto::Deed::CellDeleted,
        Deed::CellRestored { .. } => proto::Deed::CellRestored,
        Deed::Edited { .. } => proto::Deed::Edited,
        Deed::Ran { .. } => proto::Deed::Ran,
        Deed::Commented { .. } => proto::Deed::Commented,
        Deed::CommentEdited { .. } => proto::Deed::CommentEdited,
        Deed::CommentDeleted { .. } => proto::Deed::CommentDeleted,
        Deed::ThreadResolved { .. } => proto::Deed::ThreadResolved,
        Deed::ThreadReopened { .. } => proto::Deed::ThreadReopened,
    }
}

fn ending(ending: Ending) -> proto::Ending {
    match ending {
        Ending::Done => proto::Ending::Done,
        Ending::Failed => proto::Ending::Failed,
        Ending::Cancelled => proto::Ending::Cancelled,
        Ending::Interrupted => proto::Ending::Interrupted,
    }
}
