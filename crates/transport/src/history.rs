//! What was: a notebook at any moment of its log, its entries, and what happened in it.

use crate::{CallError, Rpc, live, rpc};
use notebook::{Activity, BlobHash, Entry, Notebook, NotebookId, Sequence};
use output::Answer;

/// A notebook as it was.
#[derive(Clone, Debug)]
pub struct Past {
    pub state: Notebook,
    /// Its outputs, as far as they are small.
    pub answers: Vec<(BlobHash, Answer)>,
    /// When the state's last entry was made.
    pub time_ms: i64,
    /// The log's last entry now.
    pub head: Sequence,
}

/// A place in a notebook's log.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Moment {
    /// After this entry; one beyond the end is the end.
    Sequence(Sequence),
    /// After the last entry that was made by then, milliseconds since 1970 UTC.
    Time(i64),
}

fn unreadable(error: wire::WireError) -> CallError {
    CallError::unreadable("history", error)
}

impl Rpc {
    /// The notebook as it was.
    pub async fn at(self, notebook: NotebookId, moment: Moment) -> Result<Past, CallError> {
        let request = proto::AtRequest {
            notebook: notebook.to_string(),
            moment: Some(match moment {
                Moment::Sequence(sequence) => proto::at_request::Moment::Sequence(sequence.0),
                Moment::Time(time_ms) => proto::at_request::Moment::TimeMs(time_ms),
            }),
        };
        let reply: proto::AtReply = rpc::call("/databook.History/At", &request).await?;
        rpc::refused(reply.refusal)?;
        let snapshot = reply
            .snapshot
            .ok_or_else(|| CallError::unreadable("history", "it is empty"))?;
        let answers =
            live::answers(reply.blobs).map_err(|error| CallError::unreadable("history", error))?;
        Ok(Past {
            state: wire::from_proto::snapshot(snapshot).map_err(unreadable)?,
            answers,
            time_ms: reply.time_ms,
            head: Sequence(reply.head_sequence),
        })
    }

    /// The entries after one, as many as the server gives at once.
    pub async fn entries(
        self,
        notebook: NotebookId,
        after: Sequence,
    ) -> Result<Vec<Entry>, CallError> {
        let request = proto::EntriesRequest {
            notebook: notebook.to_string(),
            after_sequence: after.0,
            limit: 0,
        };
        let reply: proto::EntriesReply = rpc::call("/databook.History/Entries", &request).await?;
        rpc::refused(reply.refusal)?;
        let entries = reply.entries.unwrap_or_default().entries;
        let entries: Result<Vec<_>, _> = entries.into_iter().map(wire::from_proto::entry).collect();
        entries.map_err(unreadable)
    }

    /// What happened after an entry, and the log's last entry.
    pub async fn activities(
        self,
        notebook: NotebookId,
        after: Sequence,
    ) -> Result<(Vec<Activity>, Sequence), CallError> {
        let request = proto::ActivitiesRequest {
            notebook: notebook.to_string(),
            after_sequence: after.0,
        };
        let reply: proto::ActivitiesReply =
            rpc::call("/databook.History/Activities", &request).await?;
        rpc::refused(reply.refusal)?;
        let activities: Result<Vec<_>, _> = reply
            .activities
            .into_iter()
            .map(wire::from_proto::activity)
            .collect();
        let head = Sequence(reply.head_sequence);
        Ok((activities.map_err(unreadable)?, head))
    }
}
