//! What happened, out of messages.

use crate::error::{WireError, each, parse, required};
use notebook::{Activity, Deed, Ending, Sequence};

pub fn activity(message: proto::Activity) -> Result<Activity, WireError> {
    let kind = proto::Deed::try_from(message.deed)
        .map_err(|_| WireError::unknown("deed", message.deed))?;
    let cell = || parse("cell", required("cell", message.cell.as_deref())?);
    let comment = || parse("comment", required("comment", message.comment.as_deref())?);
    let thread = || parse("thread", required("thread", message.thread.as_deref())?);
    let name = || message.name.clone();
    let deed = match kind {
        proto::Deed::Unspecified => return Err(WireError::absent("deed")),
        proto::Deed::Created => Deed::Created,
        proto::Deed::Renamed => Deed::Renamed { title: name() },
        proto::Deed::NotebookDeleted => Deed::NotebookDeleted,
        proto::Deed::NotebookRestored => Deed::NotebookRestored,
        proto::Deed::TimeRangeSet => Deed::TimeRangeSet,
        proto::Deed::VariableSet => Deed::VariableSet { name: name() },
        proto::Deed::ViewOffered => Deed::ViewOffered { name: name() },
        proto::Deed::ViewWithdrawn => Deed::ViewWithdrawn { name: name() },
        proto::Deed::Introduced => Deed::Introduced { name: name() },
        proto::Deed::CellAdded => Deed::CellAdded { cell: cell()? },
        proto::Deed::CellMoved => Deed::CellMoved { cell: cell()? },
        proto::Deed::CellDeleted => Deed::CellDeleted { cell: cell()? },
        proto::Deed::CellRestored => Deed::CellRestored { cell: cell()? },
        proto::Deed::Edited => Deed::Edited {
            cell: cell()?,
            added: message.added,
            removed: message.removed,
        },
        proto::Deed::Ran => Deed::Ran {
            cell: cell()?,
            run: parse("run", required("run", message.run.as_deref())?)?,
            plugin: name(),
            ending: ending(message.ending)?,
        },
        proto::Deed::Commented => Deed::Commented {
            comment: comment()?,
            thread: thread()?,
            cell: match &message.cell {
                None => None,
                Some(cell) => Some(parse("cell", cell)?),
            },
            mentions: each("mentions", message.mentions, |actor| parse("", &actor))?,
        },
        proto::Deed::CommentEdited => Deed::CommentEdited {
            comment: comment()?,
        },
        proto::Deed::CommentDeleted => Deed::CommentDeleted {
            comment: comment()?,
        },
        proto::Deed::ThreadResolved => Deed::ThreadResolved { thread: thread()? },
        proto::Deed::ThreadReopened => Deed::ThreadReopened { thread: thread()? },
    };
    Ok(Activity {
        first: Sequence(message.first_sequence),
        last: Sequence(message.last_sequence),
        start_ms: message.start_ms,
        end_ms: message.end_ms,
        actor: parse("actor", &message.actor)?,
        deed,
    })
}

fn ending(number: i32) -> Result<Option<Ending>, WireError> {
    Ok(match proto::Ending::try_from(number) {
        Ok(proto::Ending::Unspecified) => None,
        Ok(proto::Ending::Done) => Some(Ending::Done),
        Ok(proto::Ending::Failed) => Some(Ending::Failed),
        Ok(proto::Ending::Cancelled) => Some(Ending::Cancelled),
        Ok(proto::Ending::Interrupted) => Some(Ending::Interrupted),
        Err(_) => return Err(WireError::unknown("ending", number)),
    })
}
