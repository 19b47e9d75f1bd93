//! Keeps the logs of all notebooks and the outputs they refer to, durably.
//!
//! One folder for one server: SQLite with a write-ahead log that is on the disk before an
//! append returns, one thread that writes, a few connections that read. It keeps the log
//! gapless and without duplicates; whether an operation makes sense is `notebook`'s to decide.

mod blob;
mod error;
mod folder;
mod reader;
mod schema;
#[cfg(feature = "simulation")]
mod simulation;
mod work;
mod writer;

pub use blob::{MAX_BLOB_BYTES, StoredBlob, blob_hash};
pub use error::StorageError;
pub use reader::{At, Loaded, Moment, Places};
#[cfg(feature = "simulation")]
pub use simulation::{DiskStep, SimulatedDisk};
pub use wire::Summary;
pub use writer::{MAX_GROUP, REPLAY_ENTRIES};

use bytes::Bytes;
use notebook::{BlobHash, Entry, Notebook, NotebookId, OperationId, Sequence};
use reader::Readers;
use std::{
    path::{Path, PathBuf},
    sync::{Arc, Mutex, PoisonError},
    thread::JoinHandle,
};
use tokio::sync::{mpsc, oneshot};
use work::Work;
use writer::{Command, Row, Write};

/// Blobs of more bytes are hashed and compressed on a thread that may block.
const INLINE_BLOB_BYTES: usize = 64 << 10;

/// The next entries of one notebook and the outputs they refer to, taken whole or not at all.
#[derive(Clone, Debug)]
pub struct Append {
    pub notebook: NotebookId,
    /// Consecutive, beginning after the last entry of the log; entry 1 creates the notebook.
    pub entries: Vec<Entry>,
    /// Kept under their hash; one that is there already is not written again.
    pub blobs: Vec<StoredBlob>,
    /// The notebook's line in the list once the entries are in.
    pub summary: Summary,
}

/// A data folder in use. Clones share it; the last one to go closes it, waiting for what was
/// handed over. [`Storage::close`] does so without blocking.
#[derive(Clone)]
pub struct Storage {
    shared: Arc<Shared>,
}

struct Shared {
    folder: PathBuf,
    readers: Readers,
    work: Work,
    writer: Option<mpsc::Sender<Command>>,
    thread: Mutex<Option<JoinHandle<()>>>,
}

impl Storage {
    /// Makes the folder where there is none (mode 0700), locks it, and brings its database up
    /// to date. Blocks, as it is done once at start.
    ///
    /// # Errors
    /// The folder cannot be written to, is no folder or is in use by another server; the
    /// database is newer than this program or damaged.
    pub fn open(folder: &Path) -> Result<Self, StorageError> {
        let opened = folder::open(folder)?;
        let (writer, thread) = writer::start(opened.writer, opened.database.clone(), opened.lock)
            .map_err(|source| StorageError::not_writable(folder, source))?;
        let thread = Some(thread);
        Ok(Self::new(
            opened.path,
            opened.database,
            Work::Threads,
            writer,
            thread,
        ))
    }

    fn new(
        folder: PathBuf,
        database: PathBuf,
        work: Work,
        writer: mpsc::Sender<Command>,
        thread: Option<JoinHandle<()>>,
    ) -> Self {
        Self {
            shared: Arc::new(Shared {
                folder,
                readers: Readers::new(database, work.clone()),
                work,
                writer: Some(writer),
                thread: Mutex::new(thread),
            }),
        }
    }

    /// The folder that was opened.
    pub fn folder(&self) -> &Path {
        &self.shared.folder
    }

    /// Durable when it returns `Ok`. When the future is dropped before, it may or may not have
    /// happened. An append takes its place among others at its first poll. One with large outputs
    /// (together over 64 KiB) does so only when they are compressed: hand over the next when it has
    /// returned.
    ///
    /// # Errors
    /// Nothing of it is in the log then. [`StorageError::OutOfSequence`] and
    /// [`StorageError::DuplicateOperation`] mean that the caller's state is not the log's:
    /// load again.
    pub async fn append(&self, append: Append) -> Result<(), StorageError> {
        let blob_bytes: usize = append.blobs.iter().map(|blob| blob.bytes.len()).sum();
        let write = if blob_bytes > INLINE_BLOB_BYTES {
            self.shared.work.run(move || pack(append)).await?
        } else {
            pack(append)?
        };
        self.write(write).await
    }

    /// Keeps a state, so that the next opening need not fold the whole log. How often is the
    /// caller's choice; the newest two are kept, and of the older ones the first in every
    /// [`REPLAY_ENTRIES`] entries.
    ///
    /// # Errors
    /// [`StorageError::OutOfSequence`] when the state is ahead of the log.
    pub async fn put_snapshot(&self, state: &Notebook) -> Result<(), StorageError> {
        let notebook = state.id;
        let sequence = state.sequence;
        let bytes = wire::encode_snapshot(state);
        let zstd = self.shared.work.run(move || blob::compress(&bytes)).await?;
        self.write(Write::Snapshot {
            notebook,
            sequence,
            zstd,
        })
        .await
    }

    /// Everything needed to fold a notebook's state; none when there is no such notebook.
    ///
    /// # Errors
    /// [`StorageError::Corrupt`] when an entry is missing or cannot be read.
    pub async fn load(&self, notebook: NotebookId) -> Result<Option<Loaded>, StorageError> {
        self.shared
            .readers
            .query(move |reader| reader.load(notebook))
            .await
    }

    /// The notebook as it was at a moment; none when there is no such notebook.
    ///
    /// # Errors
    /// As [`Storage::load`].
    pub async fn at(
        &self,
        notebook: NotebookId,
        moment: Moment,
    ) -> Result<Option<At>, StorageError> {
        self.shared
            .readers
            .query(move |reader| reader.at(notebook, moment))
            .await
    }

    /// At most `limit` entries after `after`, in order.
    ///
    /// # Errors
    /// As [`Storage::load`]; [`StorageError::UnknownNotebook`] when there is no such notebook.
    pub async fn entries(
        &self,
        notebook: NotebookId,
        after: Sequence,
        limit: usize,
    ) -> Result<Vec<Entry>, StorageError> {
        self.shared
            .readers
            .query(move |reader| reader.entries(notebook, after, limit))
            .await
    }

    /// Which of these operations the log has, and where.
    ///
    /// # Errors
    /// [`StorageError::UnknownNotebook`] when there is no such notebook.
    pub async fn places(
        &self,
        notebook: NotebookId,
        operations: Vec<OperationId>,
    ) -> Result<Places, StorageError> {
        self.shared
            .readers
            .query(move |reader| reader.places(notebook, &operations))
            .await
    }

    /// The list of notebooks, the last changed one first.
    pub async fn summaries(&self, include_deleted: bool) -> Result<Vec<Summary>, StorageError> {
        self.shared
            .readers
            .query(move |reader| reader.summaries(include_deleted))
            .await
    }

    /// The bytes of an output; none when it is not kept here.
    ///
    /// # Errors
    /// [`StorageError::Corrupt`] when the bytes are not those that were given.
    pub async fn blob(&self, hash: BlobHash) -> Result<Option<Bytes>, StorageError> {
        self.shared
            .readers
            .query(move |reader| reader.blob(hash))
            .await
    }

    /// Finishes what was handed over, and lets go of the folder. Everything after it is
    /// answered with [`StorageError::Closed`]; closing again is fine.
    pub async fn close(&self) -> Result<(), StorageError> {
        self.shared.readers.close().await;
        let (reply, closed) = oneshot::channel();
        match self.send(Command::Close(reply)).await {
            Ok(()) => closed.await.unwrap_or(Ok(())),
            Err(_) => Ok(()),
        }
    }

    async fn write(&self, write: Write) -> Result<(), StorageError> {
        let (reply, done) = oneshot::channel();
        self.send(Command::Write(write, reply)).await?;
        done.await.unwrap_or(Err(StorageError::Closed))
    }

    async fn send(&self, command: Command) -> Result<(), StorageError> {
        let writer = self.shared.writer.as_ref().ok_or(StorageError::Closed)?;
        // The first poll takes the place in the queue. Within its budget of cooperation a busy task
        // would put that off, and whoever polls later would be first.
        let sent = tokio::task::unconstrained(writer.send(command)).await;
        sent.map_err(|_| StorageError::Closed)
    }
}

impl std::fmt::Debug for Storage {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Storage")
            .field("folder", &self.shared.folder)
            .finish_non_exhaustive()
    }
}

impl Drop for Shared {
    fn drop(&mut self) {
        self.readers.forget_idle();
        self.writer = None;
        let thread = self
            .thread
            .get_mut()
            .unwrap_or_else(PoisonError::into_inner);
        if let Some(thread) = thread.take() {
            // A writer that panicked has nothing left to finish.
            let _ = thread.join();
        }
    }
}

fn pack(append: Append) -> Result<Write, StorageError> {
    let notebook = append.notebook;
    let rows: Result<_, _> = append
        .entries
        .iter()
        .map(|entry| row(notebook, entry))
        .collect();
    let blobs: Result<_, _> = append.blobs.iter().map(blob::pack).collect();
    Ok(Write::Append {
        notebook,
        rows: rows?,
        blobs: blobs?,
        summary: append.summary,
    })
}

/// Refuses what could not be read again.
fn row(notebook: NotebookId, entry: &Entry) -> Result<Row, StorageError> {
    let operation = wire::encode_operation(&entry.operation);
    if operation.len() > wire::MAX_ENTRY_BYTES {
        return Err(StorageError::EntryTooLarge {
            notebook,
            sequence: entry.sequence,
            bytes: operation.len(),
            limit: wire::MAX_ENTRY_BYTES,
        });
    }
    Ok(Row {
        sequence: entry.sequence,
        operation_id: entry.id,
        actor: writer::key(entry.actor.bits()),
        time_ms: entry.time_ms,
        operation,
    })
}
