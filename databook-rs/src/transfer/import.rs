//! A log into storage: all of it is checked before anything is written.
//!
//! Rules:
//! - Identifiers, actors and times stay as they are; only a copy gets another notebook identifier.
//! - A notebook that is here already is gone on with where its log is the beginning of the file's,
//!   so that an import that was cut off is sent again as it was. Where it has all of the file, there
//!   is nothing to do. Anything else is refused.
//! - While it is written nobody opens the notebook; while somebody has it open it is not written.

use super::spool::{Batches, spool};
use crate::{clock, refusal::Refusal, server::Server};
use axum::body::Body;
use notebook::{NotebookId, Sequence};
use std::{collections::VecDeque, fs::File, io, sync::Arc};
use storage::{Append, REPLAY_ENTRIES, StorageError, StoredBlob, Summary};
use wire::lines::{LineError, Taken};

/// An entry may be so far ahead of this server's clock: a day.
const MAX_AHEAD_MS: i64 = 24 * 60 * 60 * 1000;
/// Entries of the log that are read at once to be compared.
const COMPARED_ENTRIES: usize = 500;

/// What became of an import.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Imported {
    pub notebook: NotebookId,
    /// Entries of the file.
    pub entries: u64,
    /// Those that were not here before.
    pub added: u64,
}

/// Why nothing was imported.
#[derive(Debug)]
pub enum Problem {
    Line(LineError),
    Refused(Refusal),
}

impl From<LineError> for Problem {
    fn from(error: LineError) -> Self {
        Self::Line(error)
    }
}

impl From<Refusal> for Problem {
    fn from(refusal: Refusal) -> Self {
        Self::Refused(refusal)
    }
}

/// Takes a log; with `copy` as another notebook.
pub async fn import(
    server: &Arc<Server>,
    copy: Option<NotebookId>,
    body: Body,
) -> Result<Imported, Problem> {
    if server.closing.is_cancelled() {
        return Err(Refusal::closing().into());
    }
    let Ok(_turn) = server.imports.try_acquire() else {
        return Err(Refusal::busy(
            "another import is under way",
            "Send it again when that one has ended.",
        )
        .into());
    };
    let file = spool(server.storage.folder(), body).await?;
    let latest_ms = clock::now_ms().saturating_add(MAX_AHEAD_MS);
    let source = Source {
        file,
        copy,
        latest_ms,
    };
    let mut batches = source.batches()?;
    loop {
        let (rest, taken) = batches.next().await?;
        batches = rest;
        if taken.is_empty() {
            break;
        }
    }
    let state = batches.finish()?;
    let (id, entries) = (state.id, state.sequence.0);
    drop(state);
    let done = |added| Imported {
        notebook: id,
        entries,
        added,
    };
    if compare(server, id, &source).await? == Sequence(entries) {
        return Ok(done(0));
    }
    // On its own: who sends it may leave, and shutdown waits for what is being written.
    let here = server.clone();
    let writing = server.hub.tasks.spawn(async move {
        let hub = here.hub.clone();
        hub.hold(id, || async { write(&here, id, &source).await })
            .await
            .unwrap_or_else(|refusal| Err(refusal.into()))
    });
    let written = writing.await.unwrap_or_else(|error| {
        tracing::error!(%error, notebook = %id, "an import broke off");
        Err(Refusal::unavailable().into())
    });
    let added = written?;
    server.hub.tell_list_changed();
    Ok(done(added))
}

/// A file that was checked.
struct Source {
    file: File,
    copy: Option<NotebookId>,
    latest_ms: i64,
}

impl Source {
    fn batches(&self) -> Result<Batches, Problem> {
        Batches::new(&self.file, self.copy, self.latest_ms).map_err(|error: io::Error| {
            tracing::error!(%error, "an import cannot be read from the data folder");
            Refusal::unavailable().into()
        })
    }
}

/// How much of the file's log is here already.
async fn compare(server: &Server, id: NotebookId, source: &Source) -> Result<Sequence, Problem> {
    let mut here = VecDeque::new();
    let mut after = Sequence(0);
    let mut batches = source.batches()?;
    loop {
        let (rest, taken) = batches.next().await?;
        batches = rest;
        if taken.is_empty() {
            return Ok(after);
        }
        for Taken { entry, .. } in taken {
            if here.is_empty() {
                let read = server.storage.entries(id, after, COMPARED_ENTRIES).await;
                match read {
                    Ok(entries) => here = entries.into(),
                    Err(StorageError::UnknownNotebook { .. }) => {}
                    Err(error) => return Err(unwritten(id, &error)),
                }
            }
            match here.pop_front() {
                None => return Ok(after),
                Some(known) if known == entry => after = entry.sequence,
                Some(known) => {
                    return Err(Refusal::invalid(
                        format!(
                            "notebook {id} is here already, and its log is another one from entry \
                             {} on",
                            known.sequence.0
                        ),
                        "Import it as a copy: `client import --as new`, or ?as=new.",
                    )
                    .into());
                }
            }
        }
    }
}

/// Writes what is not here yet; gives the number of those entries.
async fn write(server: &Server, id: NotebookId, source: &Source) -> Result<u64, Problem> {
    let known = compare(server, id, source).await?;
    let mut batches = source.batches()?;
    let mut added = 0;
    let mut kept = known;
    loop {
        let (rest, taken) = batches.next().await?;
        batches = rest;
        let (true, Some(state)) = (!taken.is_empty(), batches.intake().state()) else {
            return Ok(added);
        };
        let mut append = Append {
            notebook: id,
            entries: Vec::new(),
            blobs: Vec::new(),
            summary: Summary::from(state),
        };
        for Taken { entry, blob } in taken {
            if entry.sequence > known {
                append.entries.push(entry);
                append.blobs.extend(blob.map(|blob| StoredBlob {
                    hash: blob.hash,
                    bytes: blob.bytes.into(),
                }));
            }
        }
        if append.entries.is_empty() {
            continue;
        }
        if server.interrupt.is_cancelled() {
            return Err(Refusal::closing().into());
        }
        added += append.entries.len() as u64;
        let appended = server.storage.append(append).await;
        appended.map_err(|error| unwritten(id, &error))?;
        // Any moment of the log is near a state, as if it had been written here.
        if state.sequence.0 / REPLAY_ENTRIES > kept.0 / REPLAY_ENTRIES {
            kept = state.sequence;
            if let Err(error) = server.storage.put_snapshot(state).await {
                // Opening stays slower, nothing else.
                tracing::warn!(%error, notebook = %id, "snapshot failed");
            }
        }
    }
}

fn unwritten(id: NotebookId, error: &StorageError) -> Problem {
    tracing::error!(%error, notebook = %id, "an import was not taken by the data folder");
    Refusal::unavailable().into()
}
