//! The order of things in a room: each waits until what was accepted before it is durable.

use super::{Followed, NewOutput, News};
use crate::{hub::Shared, refusal::Refusal};
use bytes::Bytes;
use futures_util::future::BoxFuture;
use notebook::{BlobHash, Entry, Notebook, NotebookId, Sequence};
use output::Answer;
use prost::Message as _;
use std::sync::{
    Arc,
    atomic::{AtomicUsize, Ordering},
};
use storage::{StorageError, Summary};
use tokio::sync::{mpsc, oneshot};

/// Outputs up to this size travel with the entries that name them; bigger ones are fetched.
pub const INLINE_OUTPUT_BYTES: usize = 256 << 10;

/// Outputs with the hashes that name them.
pub type Blobs = Vec<(BlobHash, Arc<Answer>)>;

/// What followers hear.
#[derive(Clone)]
pub enum Announced {
    Commit(Arc<Commit>),
    /// Storage failed: what followers have is durable, but they must open the notebook again.
    Reopen,
}

/// Entries that have become durable, as many as fall into one tick of [`News`].
pub struct Commit {
    pub entries: Vec<Entry>,
    pub blobs: Blobs,
    /// The same as a frame of the live socket, encoded once for all followers.
    pub frame: Bytes,
    /// The frame as a WebSocket message.
    pub(super) message: Bytes,
}

impl Commit {
    pub(super) fn new(notebook: NotebookId, entries: Vec<Entry>, blobs: Blobs) -> Self {
        let (message, head_bytes) = message(&encoded(notebook, &entries, &blobs));
        Self {
            frame: message.slice(head_bytes..),
            message,
            entries,
            blobs,
        }
    }

    /// What a follower that has heard up to `heard` does not have yet. That is all of it, unless
    /// the follower came, or was told something early, while the first of it waited.
    pub fn after(&self, heard: Sequence) -> &[Entry] {
        let known = self
            .entries
            .iter()
            .take_while(|entry| entry.sequence <= heard)
            .count();
        &self.entries[known..]
    }
}

/// Entries and outputs as they travel.
pub fn entries(entries: &[Entry], blobs: &[(BlobHash, Arc<Answer>)]) -> proto::Entries {
    proto::Entries {
        entries: entries.iter().map(wire::to_proto::entry).collect(),
        blobs: blobs
            .iter()
            .map(|(hash, answer)| blob(*hash, answer))
            .collect(),
    }
}

pub fn blob(hash: BlobHash, answer: &Answer) -> proto::Blob {
    proto::Blob {
        hash: hash.to_string(),
        answer: Some(wire::to_proto::answer(answer)),
    }
}

/// A frame of the live socket with entries of a notebook.
pub fn encoded(notebook: NotebookId, some: &[Entry], blobs: &[(BlobHash, Arc<Answer>)]) -> Bytes {
    let frame = proto::server_frame::Frame::Entries(proto::LiveEntries {
        notebook: notebook.to_string(),
        entries: Some(entries(some, blobs)),
    });
    let frame = proto::ServerFrame { frame: Some(frame) };
    frame.encode_to_vec().into()
}

/// A whole binary message from a server, as it is on the wire (RFC 6455, section 5.2), and how many
/// bytes of it are before the payload.
fn message(payload: &[u8]) -> (Bytes, usize) {
    const WHOLE_BINARY: u8 = 0x82;
    let mut message = Vec::with_capacity(payload.len() + 10);
    message.push(WHOLE_BINARY);
    match (u8::try_from(payload.len()), u16::try_from(payload.len())) {
        (Ok(length @ ..126), _) => message.push(length),
        (_, Ok(length)) => {
            message.push(126);
            message.extend(length.to_be_bytes());
        }
        (_, Err(_)) => {
            message.push(127);
            message.extend((payload.len() as u64).to_be_bytes());
        }
    }
    let head_bytes = message.len();
    message.extend(payload);
    (message.into(), head_bytes)
}

pub(super) struct Pending {
    pub kind: Kind,
    pub wait: Wait,
}

pub(super) enum Kind {
    /// Only waits for what is before it.
    Nothing,
    Append {
        future: BoxFuture<'static, Result<(), StorageError>>,
        /// Held until the append has ended.
        detour: Option<Detour>,
        entries: Vec<Entry>,
        outputs: Vec<NewOutput>,
        summary: Summary,
        snapshot: Option<Box<Notebook>>,
    },
}

/// Counts an append that another may overtake.
pub(super) struct Detour(pub Arc<AtomicUsize>);

impl Drop for Detour {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::AcqRel);
    }
}

pub(super) enum Wait {
    Durable(oneshot::Sender<Result<(), Refusal>>),
    Follow(Arc<Notebook>, oneshot::Sender<Result<Followed, Refusal>>),
}

impl Wait {
    fn refuse(self, refusal: Refusal) {
        // Who asked may have gone: then nobody needs the answer.
        match self {
            Self::Durable(reply) => drop(reply.send(Err(refusal))),
            Self::Follow(_, reply) => drop(reply.send(Err(refusal))),
        }
    }
}

/// Runs until the room is dropped or storage fails.
pub(super) async fn commit_in_order(
    id: NotebookId,
    mut queue: mpsc::UnboundedReceiver<Pending>,
    shared: Arc<Shared>,
    on_failure: impl FnOnce(),
) {
    // Followers are told to open again however this ends.
    let news = Ending(News::new(id));
    let news = &news.0;
    tokio::spawn(news.clone().tell_directly());
    let mut listed: Option<Summary> = None;
    loop {
        let Some(Pending { kind, wait }) = telling(news, queue.recv()).await else {
            return;
        };
        if let Kind::Append {
            future,
            detour,
            entries,
            outputs,
            summary,
            snapshot,
        } = kind
        {
            let appended = telling(news, future).await;
            drop(detour);
            if let Err(error) = appended {
                tracing::error!(%error, notebook = %id, "storage did not take entries");
                wait.refuse(match error {
                    StorageError::DuplicateOperation { .. } => Refusal::invalid(
                        "an operation with this id is in the log already",
                        "Reload the notebook: what was sent has been taken before.",
                    ),
                    _ => Refusal::unavailable(),
                });
                break;
            }
            shared.metrics.operations.inc_by(entries.len() as u64);
            add(news, entries, outputs);
            if listed.as_ref().is_none_or(|old| differs(old, &summary)) {
                listed = Some(summary);
                shared.list_changed.send_modify(|version| *version += 1);
            }
            if let Some(state) = snapshot {
                let storage = shared.storage.clone();
                tokio::spawn(async move {
                    if let Err(error) = storage.put_snapshot(&state).await {
                        // Opening stays slower, nothing else.
                        tracing::warn!(%error, notebook = %state.id, "snapshot failed");
                    }
                });
            }
        }
        match wait {
            Wait::Durable(reply) => drop(reply.send(Ok(()))),
            Wait::Follow(state, reply) => {
                let news = news.follow(state.sequence);
                drop(reply.send(Ok(Followed { state, news })));
            }
        }
    }
    // Nothing new comes in; what is on its way to storage is awaited, so that whoever reads the
    // notebook anew sees all of it or none.
    queue.close();
    while let Some(Pending { kind, wait }) = queue.recv().await {
        if let Kind::Append { future, .. } = kind {
            // Refused either way: a resend finds what is durable after all.
            let _ = future.await;
        }
        wait.refuse(Refusal::unavailable());
    }
    on_failure();
}

/// Ends the news when it goes.
struct Ending(Arc<News>);

impl Drop for Ending {
    fn drop(&mut self) {
        self.0.end();
    }
}

/// Waits for something; followers are told meanwhile when it is time.
async fn telling<T>(news: &News, awaited: impl Future<Output = T>) -> T {
    tokio::pin!(awaited);
    loop {
        tokio::select! {
            biased;
            done = &mut awaited => return done,
            () = news.due() => news.tell(),
        }
    }
}

/// Hands what has become durable to the followers.
fn add(news: &News, entries: Vec<Entry>, outputs: Vec<NewOutput>) {
    let outputs = outputs
        .into_iter()
        .filter(|output| output.bytes.len() <= INLINE_OUTPUT_BYTES);
    let mut blob_bytes = 0;
    let blobs: Vec<_> = outputs
        .filter_map(|output| {
            let answer = output.answer?;
            blob_bytes += output.bytes.len();
            Some((output.hash, answer))
        })
        .collect();
    news.add(entries, blobs, blob_bytes);
}

/// Whether the list of notebooks has something new to show; the time of the last edit alone
/// would wake everybody's list at each key.
fn differs(old: &Summary, new: &Summary) -> bool {
    (&old.title, old.cell_count, old.deleted) != (&new.title, new.cell_count, new.deleted)
}
