//! The data folder: made private, locked for one server, its database opened and migrated.

use crate::{StorageError, schema};
use rusqlite::{Connection, OpenFlags};
use std::{
    fs::{DirBuilder, File, OpenOptions, TryLockError},
    io::{Read as _, Write as _},
    path::{Path, PathBuf},
    time::Duration,
};

const DATABASE: &str = "databook.sqlite";
const LOCK: &str = "lock";
/// How long a statement waits for another program, such as a backup that is being taken.
const BUSY_TIMEOUT: Duration = Duration::from_secs(5);
/// Statements kept prepared by one connection; more than the crate has.
const PREPARED_STATEMENTS: usize = 32;

/// An opened folder. The lock goes with its file handle, also when the process is killed.
pub(crate) struct Folder {
    pub(crate) path: PathBuf,
    pub(crate) database: PathBuf,
    pub(crate) lock: File,
    /// The only connection that writes.
    pub(crate) writer: Connection,
}

pub(crate) fn open(path: &Path) -> Result<Folder, StorageError> {
    create(path)?;
    let lock = lock(path)?;
    let database = path.join(DATABASE);
    let writer = open_writer(&database)?;
    // The names of new files must survive a power cut as well as their content.
    File::open(path)
        .and_then(|folder| folder.sync_all())
        .map_err(|source| StorageError::not_writable(path, source))?;
    Ok(Folder {
        path: path.to_owned(),
        database,
        lock,
        writer,
    })
}

/// Makes the folder and those above it, readable by this user only.
fn create(path: &Path) -> Result<(), StorageError> {
    let existing = path.ancestors().find(|ancestor| ancestor.exists());
    if let Some(file) = existing.filter(|existing| !existing.is_dir()) {
        return Err(StorageError::NotAFolder {
            path: file.to_owned(),
        });
    }
    let mut builder = DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder
        .create(path)
        .map_err(|source| StorageError::not_writable(path, source))
}

fn lock(folder: &Path) -> Result<File, StorageError> {
    let not_writable = |source| StorageError::not_writable(folder, source);
    let mut file = OpenOptions::new()
        .read(true)
        .write(true)
        .create(true)
        .truncate(false)
        .open(folder.join(LOCK))
        .map_err(not_writable)?;
    match file.try_lock() {
        Ok(()) => {}
        Err(TryLockError::WouldBlock) => {
            let mut words = String::new();
            // Who it is only makes the message better.
            let process = file.read_to_string(&mut words).ok();
            return Err(StorageError::InUse {
                folder: folder.to_owned(),
                process: process.and_then(|_| words.trim().parse().ok()),
            });
        }
        Err(TryLockError::Error(source)) => return Err(not_writable(source)),
    }
    file.set_len(0)
        .and_then(|()| writeln!(file, "{}", std::process::id()))
        .map_err(not_writable)?;
    Ok(file)
}

fn open_writer(file: &Path) -> Result<Connection, StorageError> {
    let failed = |source| StorageError::database(file, source);
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE
        | OpenFlags::SQLITE_OPEN_CREATE
        | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let mut connection = Connection::open_with_flags(file, flags).map_err(failed)?;
    configure(&connection).map_err(failed)?;
    let mode: String = connection
        .pragma_update_and_check(None, "journal_mode", "wal", |row| row.get(0))
        .map_err(failed)?;
    if mode != "wal" {
        return Err(StorageError::NoWriteAheadLog {
            file: file.to_owned(),
            mode,
        });
    }
    // A commit returns when the disk has it.
    connection
        .pragma_update(None, "synchronous", "full")
        .map_err(failed)?;
    schema::migrate(&mut connection, file)?;
    Ok(connection)
}

/// One more connection to an opened database, for reading.
pub(crate) fn open_reader(file: &Path) -> Result<Connection, StorageError> {
    let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    Connection::open_with_flags(file, flags)
        .and_then(|connection| configure(&connection).map(|()| connection))
        .map_err(|source| StorageError::database(file, source))
}

fn configure(connection: &Connection) -> rusqlite::Result<()> {
    connection.busy_timeout(BUSY_TIMEOUT)?;
    connection.set_prepared_statement_cache_capacity(PREPARED_STATEMENTS);
    connection.pragma_update(None, "foreign_keys", true)
}
