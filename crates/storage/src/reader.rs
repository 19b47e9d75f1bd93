//! Reading: a few connections beside the writer's, and the queries that they answer.

use crate::{StorageError, blob, folder, work::Work, writer::key};
use bytes::Bytes;
use notebook::{ActorId, BlobHash, Entry, Notebook, NotebookId, OperationId, Sequence};
use rusqlite::{Connection, OptionalExtension as _, params};
use std::{
    path::{Path, PathBuf},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};
use tokio::sync::Semaphore;
use wire::Summary;

/// Queries at the same time; SQLite readers wait neither for each other nor for the writer.
const CONNECTIONS: u32 = 4;
/// States that are tried at opening, should the newest be damaged.
const KEPT: u32 = 3;

/// What storage has of one notebook: its state is the snapshot with the entries applied.
#[derive(Clone, Debug, PartialEq)]
pub struct Loaded {
    /// The newest that can be read.
    pub snapshot: Option<Notebook>,
    /// Everything after the snapshot, in order.
    pub entries: Vec<Entry>,
}

/// A place in a notebook's log.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Moment {
    /// After this entry; one beyond the end is the end.
    Sequence(Sequence),
    /// After the last entry that was made by then, milliseconds since 1970 UTC; before the first
    /// entry it is the first.
    Time(i64),
}

/// A notebook as it was.
#[derive(Clone, Debug, PartialEq)]
pub struct At {
    pub state: Notebook,
    /// When the state's last entry was made.
    pub time_ms: i64,
    /// The log's last entry now.
    pub head: Sequence,
    /// Entries that were folded to get there.
    pub folded: usize,
}

/// Which of some operations a notebook's log has.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Places {
    /// In the log's order.
    pub found: Vec<(OperationId, Sequence)>,
    /// The log's last entry when it was asked.
    pub until: Sequence,
}

/// Connections that are opened when they are first needed.
pub(crate) struct Readers {
    database: PathBuf,
    idle: Arc<Mutex<Vec<Connection>>>,
    permits: Arc<Semaphore>,
    work: Work,
}

impl Readers {
    pub(crate) fn new(database: PathBuf, work: Work) -> Self {
        Self {
            database,
            idle: Arc::default(),
            permits: Arc::new(Semaphore::new(CONNECTIONS as usize)),
            work,
        }
    }

    /// Runs a query on a thread that may block.
    pub(crate) async fn query<T: Send + 'static>(
        &self,
        query: impl FnOnce(&Reader<'_>) -> Result<T, StorageError> + Send + 'static,
    ) -> Result<T, StorageError> {
        let permit = Arc::clone(&self.permits).acquire_owned().await;
        let permit = permit.map_err(|_| StorageError::Closed)?;
        let idle = Arc::clone(&self.idle);
        let database = self.database.clone();
        let read = move || {
            let kept = lock(&idle).pop();
            let connection = match kept {
                Some(connection) => connection,
                None => folder::open_reader(&database)?,
            };
            let result = query(&Reader {
                connection: &connection,
                database: &database,
            });
            lock(&idle).push(connection);
            drop(permit);
            result
        };
        self.work.run(read).await
    }

    /// Waits for what is being read, and takes no more.
    pub(crate) async fn close(&self) {
        // Fails when it is closed already.
        let _all = self.permits.acquire_many(CONNECTIONS).await;
        self.permits.close();
        lock(&self.idle).clear();
    }

    pub(crate) fn forget_idle(&self) {
        lock(&self.idle).clear();
    }
}

/// A panic of another thread leaves a list of connections as good as before.
fn lock(idle: &Mutex<Vec<Connection>>) -> MutexGuard<'_, Vec<Connection>> {
    idle.lock().unwrap_or_else(PoisonError::into_inner)
}

/// One connection while it answers a query.
pub(crate) struct Reader<'a> {
    connection: &'a Connection,
    database: &'a Path,
}

impl Reader<'_> {
    /// As a limit: what SQLite can count.
    const ALL: usize = i64::MAX as usize;

    pub(crate) fn load(&self, notebook: NotebookId) -> Result<Option<Loaded>, StorageError> {
        // One transaction: the snapshot and the entries after it belong together.
        let transaction = self
            .connection
            .unchecked_transaction()
            .map_err(|source| self.failed(source))?;
        let Some((number, head)) = self.number_and_head(notebook)? else {
            return Ok(None);
        };
        let snapshot = self.snapshot(notebook, number, head, KEPT)?;
        let after = snapshot
            .as_ref()
            .map(|state| state.sequence)
            .unwrap_or_default();
        let entries = self.entries_of(notebook, number, after, Self::ALL)?;
        let last = entries.last().map_or(after, |entry| entry.sequence);
        if last != head {
            return Err(self.damaged(notebook, last.0 + 1, "is missing"));
        }
        let loaded = Loaded { snapshot, entries };
        transaction.commit().map_err(|source| self.failed(source))?;
        Ok(Some(loaded))
    }

    pub(crate) fn at(
        &self,
        notebook: NotebookId,
        moment: Moment,
    ) -> Result<Option<At>, StorageError> {
        let transaction = self
            .connection
            .unchecked_transaction()
            .map_err(|source| self.failed(source))?;
        let Some((number, head)) = self.number_and_head(notebook)? else {
            return Ok(None);
        };
        let until = match moment {
            Moment::Sequence(sequence) => sequence.clamp(Sequence(1), head),
            Moment::Time(time_ms) => self.last_by(number, head, time_ms)?,
        };
        let snapshot = self.snapshot(notebook, number, until, 1)?;
        let mut state = snapshot.unwrap_or_else(|| Notebook::new(notebook));
        let after = state.sequence;
        let missing = (until.0 - after.0) as usize;
        let entries = self.entries_of(notebook, number, after, missing)?;
        for entry in &entries {
            state
                .apply(entry)
                .map_err(|error| self.damaged(notebook, entry.sequence.0, error))?;
        }
        if state.sequence != until {
            return Err(self.damaged(notebook, state.sequence.0 + 1, "is missing"));
        }
        let time_ms = self.time_of(number, until)?;
        transaction.commit().map_err(|source| self.failed(source))?;
        Ok(Some(At {
            state,
            time_ms,
            head,
            folded: entries.len(),
        }))
    }

    /// The last entry that was made by a time. Times in a log never fall, so that it can be found
    /// by halving.
    fn last_by(&self, number: i64, head: Sequence, time_ms: i64) -> Result<Sequence, StorageError> {
        let (mut low, mut high) = (1, head.0.max(1));
        while low < high {
            let middle = low + (high - low).div_ceil(2);
            if self.time_of(number, Sequence(middle))? <= time_ms {
                low = middle;
            } else {
                high = middle - 1;
            }
        }
        Ok(Sequence(low))
    }

    fn time_of(&self, number: i64, sequence: Sequence) -> Result<i64, StorageError> {
        self.connection
            .prepare_cached("SELECT time_ms FROM entries WHERE notebook = ? AND sequence = ?")
            .and_then(|mut select| select.query_row(params![number, sequence.0], |row| row.get(0)))
            .map_err(|source| self.failed(source))
    }

    pub(crate) fn entries(
        &self,
        notebook: NotebookId,
        after: Sequence,
        limit: usize,
    ) -> Result<Vec<Entry>, StorageError> {
        let limit = limit.min(Self::ALL);
        // A number beyond what SQLite counts is after the end as well.
        let after = Sequence(after.0.min(Self::ALL as u64));
        match self.number_and_head(notebook)? {
            None => Err(StorageError::UnknownNotebook { notebook }),
            Some((number, _)) => self.entries_of(notebook, number, after, limit),
        }
    }

    pub(crate) fn places(
        &self,
        notebook: NotebookId,
        operations: &[OperationId],
    ) -> Result<Places, StorageError> {
        // One transaction: what is not found does not stand before the end either.
        let transaction = self
            .connection
            .unchecked_transaction()
            .map_err(|source| self.failed(source))?;
        let Some((number, head)) = self.number_and_head(notebook)? else {
            return Err(StorageError::UnknownNotebook { notebook });
        };
        let mut found = Vec::new();
        for &operation in operations {
            let sequence = self
                .connection
                .prepare_cached(
                    "SELECT sequence FROM entries WHERE notebook = ? AND operation_id = ?",
                )
                .and_then(|mut select| {
                    select
                        .query_row(params![number, key(operation.bits())], |row| row.get(0))
                        .optional()
                })
                .map_err(|source| self.failed(source))?;
            found.extend(sequence.map(|sequence| (operation, Sequence(sequence))));
        }
        found.sort_unstable_by_key(|(_, sequence)| *sequence);
        transaction.commit().map_err(|source| self.failed(source))?;
        Ok(Places { found, until: head })
    }

    pub(crate) fn summaries(&self, include_deleted: bool) -> Result<Vec<Summary>, StorageError> {
        let select = || -> rusqlite::Result<Vec<Summary>> {
            self.connection
                .prepare_cached(
                    "SELECT id, title, cell_count, created_ms, updated_ms, deleted \
                     FROM notebooks WHERE NOT deleted OR ? \
                     ORDER BY updated_ms DESC, number DESC",
                )?
                .query_map([include_deleted], |row| {
                    Ok(Summary {
                        id: NotebookId::from_bits(u128::from_be_bytes(row.get(0)?)),
                        title: row.get(1)?,
                        cell_count: row.get(2)?,
                        created_ms: row.get(3)?,
                        updated_ms: row.get(4)?,
                        deleted: row.get(5)?,
                    })
                })?
                .collect()
        };
        select().map_err(|source| self.failed(source))
    }

    pub(crate) fn blob(&self, hash: BlobHash) -> Result<Option<Bytes>, StorageError> {
        let row: Option<(usize, Vec<u8>)> = self
            .connection
            .prepare_cached("SELECT size_bytes, zstd FROM blobs WHERE hash = ?")
            .and_then(|mut select| {
                select
                    .query_row([hash.0], |row| Ok((row.get(0)?, row.get(1)?)))
                    .optional()
            })
            .map_err(|source| self.failed(source))?;
        row.map(|(size_bytes, zstd)| blob::unpack(hash, size_bytes, &zstd, self.database))
            .transpose()
    }

    fn number_and_head(
        &self,
        notebook: NotebookId,
    ) -> Result<Option<(i64, Sequence)>, StorageError> {
        self.connection
            .prepare_cached("SELECT number, head_sequence FROM notebooks WHERE id = ?")
            .and_then(|mut select| {
                select
                    .query_row([key(notebook.bits())], |row| {
                        Ok((row.get(0)?, Sequence(row.get(1)?)))
                    })
                    .optional()
            })
            .map_err(|source| self.failed(source))
    }

    /// The newest up to an entry that can be read, of so many: a state is only a shortcut, the log
    /// has everything.
    fn snapshot(
        &self,
        notebook: NotebookId,
        number: i64,
        head: Sequence,
        tries: u32,
    ) -> Result<Option<Notebook>, StorageError> {
        let select = || {
            self.connection
                .prepare_cached(
                    "SELECT state FROM snapshots WHERE notebook = ? AND sequence <= ? \
                     ORDER BY sequence DESC LIMIT ?",
                )?
                .query_map(params![number, head.0, tries], |row| row.get(0))?
                .collect::<rusqlite::Result<Vec<Vec<u8>>>>()
        };
        let states = select().map_err(|source| self.failed(source))?;
        Ok(states
            .iter()
            .filter_map(|state| unpack_state(state))
            .find(|state| state.id == notebook && state.sequence <= head))
    }

    fn entries_of(
        &self,
        notebook: NotebookId,
        number: i64,
        after: Sequence,
        limit: usize,
    ) -> Result<Vec<Entry>, StorageError> {
        let mut select = self
            .connection
            .prepare_cached(
                "SELECT sequence, operation_id, actor, time_ms, operation FROM entries \
                 WHERE notebook = ? AND sequence > ? ORDER BY sequence LIMIT ?",
            )
            .map_err(|source| self.failed(source))?;
        let mut rows = select
            .query(params![number, after.0, limit])
            .map_err(|source| self.failed(source))?;
        let mut entries = Vec::new();
        let mut expected = after.0;
        while let Some(row) = rows.next().map_err(|source| self.failed(source))? {
            expected += 1;
            let (sequence, entry) = entry(row).map_err(|source| self.failed(source))?;
            if sequence != expected {
                return Err(self.damaged(notebook, expected, "is missing"));
            }
            entries.push(entry.map_err(|error| self.damaged(notebook, expected, error))?);
        }
        Ok(entries)
    }

    fn damaged(
        &self,
        notebook: NotebookId,
        sequence: u64,
        detail: impl std::fmt::Display,
    ) -> StorageError {
        let detail = format_args!("notebook {notebook}, entry {sequence}: {detail}");
        StorageError::corrupt(self.database, detail)
    }

    fn failed(&self, source: rusqlite::Error) -> StorageError {
        StorageError::database(self.database, source)
    }
}

/// The sequence number of a row, and its entry as far as the operation can be read.
fn entry(row: &rusqlite::Row<'_>) -> rusqlite::Result<(u64, Result<Entry, wire::WireError>)> {
    let sequence = row.get(0)?;
    let id = OperationId::from_bits(u128::from_be_bytes(row.get(1)?));
    let actor = ActorId::from_bits(u128::from_be_bytes(row.get(2)?));
    let time_ms = row.get(3)?;
    let operation = wire::decode_operation(row.get_ref(4)?.as_blob()?);
    let entry = operation.map(|operation| Entry {
        sequence: Sequence(sequence),
        id,
        actor,
        time_ms,
        operation,
    });
    Ok((sequence, entry))
}

/// None for a state that is damaged or that an older program cannot read.
fn unpack_state(zstd: &[u8]) -> Option<Notebook> {
    let bytes = zstd::stream::decode_all(zstd).ok()?;
    wire::decode_snapshot(&bytes).ok()
}
