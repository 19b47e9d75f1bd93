//! Storage without threads, for a simulation that must do the same again from the same seed.
//!
//! The same queue, groups and SQL as in earnest; only what a thread does is done by tasks of the
//! caller's runtime, with waits where a disk would take its time. Dropping the runtime in one of
//! them is a crash: before a commit nothing of the group is in the log, after it all of it is,
//! and nobody has been told.

use crate::{
    Storage, StorageError, folder,
    work::Work,
    writer::{Command, Group, QUEUE, Reply, Writer},
};
use rusqlite::Connection;
use std::{
    fs::File,
    path::{Path, PathBuf},
    pin::Pin,
    sync::Arc,
};
use tokio::sync::mpsc;

/// What a disk is waited for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DiskStep {
    Read,
    /// What comes meanwhile joins the group.
    BeforeCommit,
    AfterCommit,
}

type Wait = Pin<Box<dyn Future<Output = bool> + Send>>;

/// How long each step takes, and whether it succeeds. Only [`DiskStep::BeforeCommit`] can fail:
/// the group is refused as by a full disk, and nothing of it is in the log.
#[derive(Clone)]
pub struct SimulatedDisk(Arc<dyn Fn(DiskStep) -> Wait + Send + Sync>);

impl SimulatedDisk {
    pub fn new(wait: impl Fn(DiskStep) -> Wait + Send + Sync + 'static) -> Self {
        Self(Arc::new(wait))
    }

    /// False when the step fails.
    pub(crate) async fn wait(&self, step: DiskStep) -> bool {
        (self.0)(step).await
    }
}

impl Storage {
    /// As [`Storage::open`], with everything on the thread of the runtime that it is called in.
    ///
    /// # Errors
    /// As [`Storage::open`].
    pub fn open_simulated(path: &Path, disk: SimulatedDisk) -> Result<Self, StorageError> {
        let opened = folder::open(path)?;
        let work = Work::Inline(disk.clone());
        let writer = start(opened.writer, opened.database.clone(), opened.lock, disk);
        Ok(Self::new(opened.path, opened.database, work, writer, None))
    }
}

/// As [`writer::start`], as a task of the runtime that it is called in.
fn start(
    connection: Connection,
    database: PathBuf,
    lock: File,
    disk: SimulatedDisk,
) -> mpsc::Sender<Command> {
    let (sender, queue) = mpsc::channel(QUEUE);
    tokio::spawn(async move {
        let mut writer = Writer {
            connection,
            database,
        };
        let closing = run(&mut writer, queue, &disk).await;
        let closed = writer.close();
        drop(lock);
        if let Some(reply) = closing {
            // Who asked may have gone.
            let _ = reply.send(closed);
        }
    });
    sender
}

/// As the thread does it.
async fn run(
    writer: &mut Writer,
    mut queue: mpsc::Receiver<Command>,
    disk: &SimulatedDisk,
) -> Option<Reply> {
    loop {
        let next = queue.recv().await;
        let works = disk.wait(DiskStep::BeforeCommit).await;
        let mut group = Group::gather(next, &mut queue);
        let closing = group.closing.take();
        let end = closing.is_some() || group.writes.is_empty();
        let results = match works {
            true => writer.write_or_roll_back(&group.writes),
            false => {
                let file = writer.database.clone();
                vec![Err(StorageError::DiskFull { file }); group.writes.len()]
            }
        };
        disk.wait(DiskStep::AfterCommit).await;
        group.answer(results);
        if end {
            return closing;
        }
    }
}
