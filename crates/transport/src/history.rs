//! What was: earlier states of a notebook, and its log.

use crate::{CallError, Rpc, rpc::call, rpc::refused};
use notebook::{Entry, Notebook, NotebookId, Sequence};

impl Rpc {
    /// The notebook as it was after an entry.
    pub async fn state_at(
        self,
        notebook: NotebookId,
        sequence: Sequence,
    ) -> Result<Notebook, CallError> {
        let request = proto::AtRequest {
            notebook: notebook.to_string(),
            moment: Some(proto::at_request::Moment::Sequence(sequence.0)),
        };
        let reply: proto::AtReply = call("/databook.History/At", &request).await?;
        refused(reply.refusal)?;
        let unreadable = |detail: String| CallError::unreadable("notebook", detail);
        let snapshot = reply.snapshot.ok_or_else(|| unreadable("empty".into()))?;
        wire::from_proto::snapshot(snapshot).map_err(|error| unreadable(error.to_string()))
    }

    /// Entries in order after one; fewer than there are when there are many.
    pub async fn entries_after(
        self,
        notebook: NotebookId,
        after: Sequence,
    ) -> Result<Vec<Entry>, CallError> {
        let request = proto::EntriesRequest {
            notebook: notebook.to_string(),
            after_sequence: after.0,
            limit: 0,
        };
        let reply: proto::EntriesReply = call("/databook.History/Entries", &request).await?;
        refused(reply.refusal)?;
        let entries = reply.entries.unwrap_or_default().entries;
        entries
            .into_iter()
            .map(wire::from_proto::entry)
            .collect::<Result<_, _>>()
            .map_err(|error| CallError::unreadable("log", error))
    }
}
