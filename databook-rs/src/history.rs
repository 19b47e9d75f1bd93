//! What was: a notebook at any moment of its log, and what happened in it.

use crate::{hub::Hub, refusal::Refusal, server::Server};
use notebook::{Activity, NotebookId, Sequence};
use storage::{At, Moment, REPLAY_ENTRIES};

/// Activities in one answer; of more, the newest.
pub const MAX_ACTIVITIES: usize = 20_000;
/// Entries in one answer.
pub const MAX_ENTRIES: usize = 1_000;

/// The notebook as it was.
pub async fn at(server: &Server, id: NotebookId, moment: Moment) -> Result<At, Refusal> {
    let read = server.storage.at(id, moment).await.map_err(|error| {
        tracing::error!(%error, notebook = %id, "reading an earlier state failed");
        Refusal::unavailable()
    })?;
    let at = read.ok_or_else(|| Refusal::unknown_notebook(id))?;
    if at.folded as u64 > 2 * REPLAY_ENTRIES {
        // A log that was written before states were kept: whoever looks near here next finds one.
        let storage = server.storage.clone();
        let state = at.state.clone();
        tokio::spawn(async move {
            if let Err(error) = storage.put_snapshot(&state).await {
                tracing::warn!(%error, notebook = %state.id, "keeping an earlier state failed");
            }
        });
    }
    Ok(at)
}

/// What happened after an entry, and the log's last entry.
pub async fn activities(
    hub: &Hub,
    id: NotebookId,
    after: Sequence,
) -> Result<(Vec<Activity>, Sequence), Refusal> {
    let room = hub.open(id).await?;
    room.story(|story| {
        let all = story.activities();
        // By their first entries they are in order; one that goes on may have begun long before.
        let mut found: Vec<Activity> = all
            .iter()
            .rev()
            .filter(|activity| activity.last > after)
            .take(MAX_ACTIVITIES)
            .cloned()
            .collect();
        found.reverse();
        (found, story.told())
    })
    .await
}
