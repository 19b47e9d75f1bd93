//! The one thread that writes: it commits what is waiting as one group and acknowledges after.
//!
//! A disk takes hardly longer to make five hundred appends durable than one. Each append has a
//! savepoint of its own, so one that is refused takes nothing of its group with it.

mod group;

pub(crate) use group::Group;

use crate::{StorageError, blob::Packed};
use notebook::{NotebookId, OperationId, Sequence};
use rusqlite::{Connection, ErrorCode, OptionalExtension as _, ffi, params};
use std::{
    fs::File,
    path::{Path, PathBuf},
    thread::JoinHandle,
};
use tokio::sync::{mpsc, oneshot};
use wire::Summary;

/// Most commands of one commit.
pub const MAX_GROUP: usize = 512;
/// A group that holds so many bytes waits for no more: 16 MiB.
const MAX_GROUP_BYTES: usize = 16 << 20;
/// Commands that wait for the thread before senders wait for room.
pub(crate) const QUEUE: usize = 2 * MAX_GROUP;
/// Newest states of a notebook that are kept: the last, and one more should that be damaged.
const KEPT_SNAPSHOTS: u32 = 2;
/// Of the older ones one in so many entries stays, so that any moment of a log is near a state.
pub const REPLAY_ENTRIES: u64 = 2_500;

pub(crate) type Reply = oneshot::Sender<Result<(), StorageError>>;

/// An entry as its row.
pub(crate) struct Row {
    pub(crate) sequence: Sequence,
    pub(crate) operation_id: OperationId,
    pub(crate) actor: [u8; 16],
    pub(crate) time_ms: i64,
    pub(crate) operation: Vec<u8>,
}

pub(crate) enum Write {
    Append {
        notebook: NotebookId,
        rows: Vec<Row>,
        blobs: Vec<Packed>,
        summary: Summary,
    },
    Snapshot {
        notebook: NotebookId,
        sequence: Sequence,
        zstd: Vec<u8>,
    },
}

impl Write {
    fn bytes(&self) -> usize {
        match self {
            Self::Append { rows, blobs, .. } => {
                let rows: usize = rows.iter().map(|row| row.operation.len()).sum();
                let blobs: usize = blobs.iter().map(|blob| blob.zstd.len()).sum();
                rows + blobs
            }
            Self::Snapshot { zstd, .. } => zstd.len(),
        }
    }
}

pub(crate) enum Command {
    Write(Write, Reply),
    /// Nothing is taken after it.
    Close(Reply),
}

/// Starts the thread. It ends after `Close` or when every sender is gone, in both cases after
/// everything before was committed, and lets go of the folder's lock last.
pub(crate) fn start(
    connection: Connection,
    database: PathBuf,
    lock: File,
) -> std::io::Result<(mpsc::Sender<Command>, JoinHandle<()>)> {
    let (sender, queue) = mpsc::channel(QUEUE);
    let thread = std::thread::Builder::new()
        .name("storage-writer".to_owned())
        .spawn(move || {
            let mut writer = Writer {
                connection,
                database,
            };
            let closing = writer.run(queue);
            let closed = writer.close();
            drop(lock);
            if let Some(reply) = closing {
                // Who asked may have gone.
                let _ = reply.send(closed);
            }
        })?;
    Ok((sender, thread))
}

pub(crate) struct Writer {
    pub(crate) connection: Connection,
    pub(crate) database: PathBuf,
}

impl Writer {
    /// Until the end; gives who asked for it.
    fn run(&mut self, mut queue: mpsc::Receiver<Command>) -> Option<Reply> {
        loop {
            let next = queue.blocking_recv();
            let mut group = Group::gather(next, &mut queue);
            let closing = group.closing.take();
            // The queue gave nothing although it was waited for: every sender is gone.
            if closing.is_some() || group.writes.is_empty() {
                self.commit(group);
                return closing;
            }
            self.commit(group);
        }
    }

    fn commit(&mut self, group: Group) {
        let results = self.write_or_roll_back(&group.writes);
        group.answer(results);
    }

    pub(crate) fn write_or_roll_back(&self, writes: &[Write]) -> Vec<Result<(), StorageError>> {
        if writes.is_empty() {
            return Vec::new();
        }
        self.write(writes).unwrap_or_else(|error| {
            // Nothing of the group is in the log. What failed may have ended the transaction
            // already, then there is nothing left to roll back.
            let _ = self.connection.execute_batch("ROLLBACK");
            vec![Err(error); writes.len()]
        })
    }

    /// One result for each write, once all that succeeded are durable.
    fn write(&self, writes: &[Write]) -> Result<Vec<Result<(), StorageError>>, StorageError> {
        let run = |sql| {
            self.connection
                .prepare_cached(sql)
                .and_then(|mut statement| statement.execute([]))
                .map_err(|source| self.failed(source))
        };
        run("BEGIN IMMEDIATE")?;
        let mut results = Vec::with_capacity(writes.len());
        for write in writes {
            run("SAVEPOINT one")?;
            let result = self.write_one(write);
            if result.is_err() {
                // Fails when SQLite has given up the whole transaction, as on a full disk:
                // then its reason answers the group.
                if self.connection.is_autocommit() {
                    return result.map(|()| Vec::new());
                }
                run("ROLLBACK TO one")?;
            }
            run("RELEASE one")?;
            results.push(result);
        }
        run("COMMIT")?;
        Ok(results)
    }

    fn write_one(&self, write: &Write) -> Result<(), StorageError> {
        match write {
            Write::Append {
                notebook,
                rows,
                blobs,
                summary,
            } => {
                for blob in blobs {
                    self.insert_blob(blob)?;
                }
                if rows.is_empty() {
                    return Ok(());
                }
                self.append(*notebook, rows, summary)
            }
            Write::Snapshot {
                notebook,
                sequence,
                zstd,
            } => self.put_snapshot(*notebook, *sequence, zstd),
        }
    }

    fn insert_blob(&self, blob: &Packed) -> Result<(), StorageError> {
        self.connection
            .prepare_cached("INSERT OR IGNORE INTO blobs (hash, size_bytes, zstd) VALUES (?, ?, ?)")
            .and_then(|mut insert| insert.execute(params![blob.hash.0, blob.size_bytes, blob.zstd]))
            .map(|_| ())
            .map_err(|source| self.failed(source))
    }

    fn append(
        &self,
        notebook: NotebookId,
        rows: &[Row],
        summary: &Summary,
    ) -> Result<(), StorageError> {
        let (number, head) = match self.number_and_head(notebook)? {
            Some(known) => known,
            None => (self.insert_notebook(notebook, summary)?, 0),
        };
        let mut expected = head;
        for row in rows {
            expected += 1;
            if row.sequence.0 != expected {
                return Err(StorageError::OutOfSequence {
                    notebook,
                    expected: Sequence(expected),
                    given: row.sequence,
                });
            }
            self.insert_entry(number, row)
                .map_err(|source| self.refused(notebook, rows, source))?;
        }
        self.connection
            .prepare_cached(
                "UPDATE notebooks SET title = ?, cell_count = ?, created_ms = ?, updated_ms = ?, \
                 deleted = ?, head_sequence = ? WHERE number = ?",
            )
            .and_then(|mut update| {
                update.execute(params![
                    summary.title,
                    summary.cell_count,
                    summary.created_ms,
                    summary.updated_ms,
                    summary.deleted,
                    expected,
                    number,
                ])
            })
            .map(|_| ())
            .map_err(|source| self.failed(source))
    }

    fn number_and_head(&self, notebook: NotebookId) -> Result<Option<(i64, u64)>, StorageError> {
        self.connection
            .prepare_cached("SELECT number, head_sequence FROM notebooks WHERE id = ?")
            .and_then(|mut select| {
                select
                    .query_row([key(notebook.bits())], |row| Ok((row.get(0)?, row.get(1)?)))
                    .optional()
            })
            .map_err(|source| self.failed(source))
    }

    fn insert_notebook(
        &self,
        notebook: NotebookId,
        summary: &Summary,
    ) -> Result<i64, StorageError> {
        self.connection
            .prepare_cached(
                "INSERT INTO notebooks \
                 (id, title, cell_count, created_ms, updated_ms, deleted, head_sequence) \
                 VALUES (?, ?, 0, ?, ?, 0, 0)",
            )
            .and_then(|mut insert| {
                insert.insert(params![
                    key(notebook.bits()),
                    summary.title,
                    summary.created_ms,
                    summary.updated_ms
                ])
            })
            .map_err(|source| self.failed(source))
    }

    fn insert_entry(&self, number: i64, row: &Row) -> rusqlite::Result<()> {
        self.connection
            .prepare_cached(
                "INSERT INTO entries (notebook, sequence, operation_id, actor, time_ms, operation) \
                 VALUES (?, ?, ?, ?, ?, ?)",
            )?
            .execute(params![
                number,
                row.sequence.0,
                key(row.operation_id.bits()),
                row.actor,
                row.time_ms,
                row.operation,
            ])
            .map(|_| ())
    }

    fn refused(&self, notebook: NotebookId, rows: &[Row], source: rusqlite::Error) -> StorageError {
        match source.sqlite_error() {
            Some(error) if error.extended_code == ffi::SQLITE_CONSTRAINT_UNIQUE => {
                StorageError::DuplicateOperation {
                    notebook,
                    operations: rows.iter().map(|row| row.operation_id).collect(),
                }
            }
            // The head says that this entry is new and the table has it: they disagree.
            Some(error) if error.code == ErrorCode::ConstraintViolation => StorageError::corrupt(
                &self.database,
                format_args!("notebook {notebook}: {source}"),
            ),
            _ => self.failed(source),
        }
    }

    fn put_snapshot(
        &self,
        notebook: NotebookId,
        sequence: Sequence,
        zstd: &[u8],
    ) -> Result<(), StorageError> {
        let (number, head) = self
            .number_and_head(notebook)?
            .ok_or(StorageError::UnknownNotebook { notebook })?;
        // A state that is ahead of the log would hide entries that are still to come.
        if sequence.0 > head {
            return Err(StorageError::OutOfSequence {
                notebook,
                expected: Sequence(head),
                given: sequence,
            });
        }
        let insert = || {
            self.connection
                .prepare_cached(
                    "INSERT OR REPLACE INTO snapshots (notebook, sequence, state) VALUES (?, ?, ?)",
                )?
                .execute(params![number, sequence.0, zstd])?;
            self.connection
                .prepare_cached(
                    "DELETE FROM snapshots WHERE notebook = ?1 AND sequence NOT IN \
                     (SELECT sequence FROM snapshots WHERE notebook = ?1 \
                      ORDER BY sequence DESC LIMIT ?2) AND sequence NOT IN \
                     (SELECT min(sequence) FROM snapshots WHERE notebook = ?1 \
                      GROUP BY sequence / ?3)",
                )?
                .execute(params![number, KEPT_SNAPSHOTS, REPLAY_ENTRIES])
        };
        insert().map(|_| ()).map_err(|source| self.failed(source))
    }

    /// Moves the write-ahead log into the database, so that the folder is one file to copy.
    pub(crate) fn close(self) -> Result<(), StorageError> {
        let failed = |source| failed(&self.database, source);
        self.connection
            .query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |_| Ok(()))
            .map_err(failed)?;
        self.connection
            .close()
            .map_err(|(_, source)| failed(source))
    }

    fn failed(&self, source: rusqlite::Error) -> StorageError {
        failed(&self.database, source)
    }
}

fn failed(database: &Path, source: rusqlite::Error) -> StorageError {
    StorageError::database(database, source)
}

/// An identifier as its column.
pub(crate) fn key(bits: u128) -> [u8; 16] {
    bits.to_be_bytes()
}

#[cfg(test)]
mod tests;
