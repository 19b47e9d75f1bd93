//! What can go wrong with the folder and its database, with the next step for the operator.

use notebook::{BlobHash, NotebookId, OperationId, Sequence};
use std::{io, path::PathBuf, sync::Arc};

/// Why storage could not do it. Clones are cheap: one failed commit answers a whole group.
#[derive(Clone, Debug, thiserror::Error)]
#[non_exhaustive]
pub enum StorageError {
    #[error("{} is not a folder; choose another data folder or move that file away", path.display())]
    NotAFolder { path: PathBuf },

    #[error(
        "the data folder {} cannot be written to ({source}); give this user write permission or choose another data folder",
        folder.display()
    )]
    NotWritable {
        folder: PathBuf,
        source: Arc<io::Error>,
    },

    #[error(
        "the data folder {} is in use by another server{}; stop that one or choose another data folder",
        folder.display(),
        process.map(|process| format!(" (process {process})")).unwrap_or_default()
    )]
    InUse {
        folder: PathBuf,
        /// As the other server wrote it down.
        process: Option<u32>,
    },

    #[error(
        "the database {} has schema version {found}, this program knows versions up to {known}; start the newer databook-rs that wrote it, or restore a backup made before the upgrade",
        file.display()
    )]
    NewerSchema {
        file: PathBuf,
        found: u32,
        known: u32,
    },

    #[error(
        "the database {} cannot keep a write-ahead log (it stays in mode `{mode}`); put the data folder on a local disk",
        file.display()
    )]
    NoWriteAheadLog { file: PathBuf, mode: String },

    #[error(
        "the database {} is locked by another program; close what has it open and try again",
        file.display()
    )]
    Busy { file: PathBuf },

    #[error(
        "the disk of {} is full; make room, nothing that was acknowledged is lost",
        file.display()
    )]
    DiskFull { file: PathBuf },

    #[error(
        "the database {} is damaged ({detail}); stop the server, keep a copy of the data folder and restore a backup",
        file.display()
    )]
    Corrupt { file: PathBuf, detail: String },

    #[error("the database {} failed: {source}", file.display())]
    Database {
        file: PathBuf,
        source: Arc<rusqlite::Error>,
    },

    /// The log was not touched.
    #[error(
        "notebook {notebook} takes entry {} next, not entry {}",
        expected.0,
        given.0
    )]
    OutOfSequence {
        notebook: NotebookId,
        expected: Sequence,
        given: Sequence,
    },

    /// The log was not touched.
    #[error("notebook {notebook} already holds an operation of this batch ({operations})", operations = list(operations))]
    DuplicateOperation {
        notebook: NotebookId,
        /// Every operation of the batch; one of them is in the log.
        operations: Vec<OperationId>,
    },

    #[error("entry {} of notebook {notebook} has {bytes} bytes, at most {limit} are kept", sequence.0)]
    EntryTooLarge {
        notebook: NotebookId,
        sequence: Sequence,
        bytes: usize,
        limit: usize,
    },

    #[error("a blob of {bytes} bytes was given, at most {limit} are kept")]
    BlobTooLarge { bytes: usize, limit: usize },

    #[error("a blob was given as {given} but its bytes are {actual}")]
    WrongHash { given: BlobHash, actual: BlobHash },

    #[error("compressing {bytes} bytes failed: {source}")]
    Compression {
        bytes: usize,
        source: Arc<io::Error>,
    },

    #[error("there is no notebook {notebook}")]
    UnknownNotebook { notebook: NotebookId },

    #[error("storage is closed; the server is stopping")]
    Closed,
}

fn list(operations: &[OperationId]) -> String {
    let words: Vec<_> = operations.iter().map(OperationId::to_string).collect();
    words.join(", ")
}

impl StorageError {
    pub(crate) fn not_writable(folder: impl Into<PathBuf>, source: io::Error) -> Self {
        Self::NotWritable {
            folder: folder.into(),
            source: Arc::new(source),
        }
    }

    pub(crate) fn corrupt(file: impl Into<PathBuf>, detail: impl std::fmt::Display) -> Self {
        Self::Corrupt {
            file: file.into(),
            detail: detail.to_string(),
        }
    }

    /// Finds the operator's words for what SQLite says.
    pub(crate) fn database(file: impl Into<PathBuf>, source: rusqlite::Error) -> Self {
        use rusqlite::ErrorCode;
        let file = file.into();
        match source.sqlite_error_code() {
            Some(ErrorCode::DiskFull) => Self::DiskFull { file },
            Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked) => Self::Busy { file },
            Some(ErrorCode::DatabaseCorrupt | ErrorCode::NotADatabase) => {
                Self::corrupt(file, source)
            }
            Some(ErrorCode::CannotOpen | ErrorCode::ReadOnly | ErrorCode::PermissionDenied) => {
                let folder = file.parent().map_or_else(|| file.clone(), PathBuf::from);
                Self::not_writable(folder, io::Error::other(source))
            }
            _ => Self::Database {
                file,
                source: Arc::new(source),
            },
        }
    }
}
