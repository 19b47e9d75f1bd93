//! What the tests of this crate share: entries that are quick to make and to tell apart.
#![allow(
    dead_code,
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "tests; not every test binary uses all of it"
)]

use notebook::{
    ActorId, BlobHash, CellId, Entry, Notebook, NotebookId, Operation, OperationId, Outcome,
    OutputReference, RunId, Sequence,
};
use std::path::{Path, PathBuf};
use storage::{Append, Storage, StoredBlob, Summary};

pub fn id(number: u128) -> NotebookId {
    NotebookId::from_bits(number)
}

/// A folder that is not there yet, in one that goes with the test.
pub fn folder() -> (tempfile::TempDir, PathBuf) {
    let parent = tempfile::tempdir().unwrap();
    let folder = parent.path().join("data");
    (parent, folder)
}

pub fn database(folder: &Path) -> PathBuf {
    folder.join("databook.sqlite")
}

/// The operation number `operation` at a place of the log.
pub fn entry(sequence: u64, operation: u128) -> Entry {
    Entry {
        sequence: Sequence(sequence),
        id: OperationId::from_bits(operation),
        actor: ActorId::from_bits(7),
        time_ms: 1_000 + sequence as i64,
        operation: match sequence {
            1 => Operation::CreateNotebook {
                title: format!("Created by {operation}"),
            },
            _ => Operation::InsertCell {
                cell: CellId::from_bits(operation),
                after: None,
                text: format!("{operation} ünïcode 📟"),
            },
        },
    }
}

pub fn summary(notebook: NotebookId, entries: &[Entry]) -> Summary {
    let last = entries.last().map_or(0, |entry| entry.sequence.0);
    Summary {
        id: notebook,
        title: format!("Notebook at {last}"),
        cell_count: last.saturating_sub(1) as u32,
        created_ms: 1_001,
        updated_ms: 1_000 + last as i64,
        deleted: false,
    }
}

pub fn append(notebook: NotebookId, entries: Vec<Entry>) -> Append {
    Append {
        notebook,
        summary: summary(notebook, &entries),
        entries,
        blobs: Vec::new(),
    }
}

/// Entries whose operations are numbered as they are.
pub fn numbered(places: std::ops::RangeInclusive<u64>) -> Vec<Entry> {
    places
        .map(|place| entry(place, u128::from(place)))
        .collect()
}

/// The end of a run, with the output it refers to.
pub fn finished(sequence: u64, operation: u128, output: &[u8]) -> (Entry, StoredBlob) {
    let blob = StoredBlob::new(output.to_vec());
    let reference = OutputReference {
        hash: blob.hash,
        size_bytes: output.len() as u64,
    };
    let entry = Entry {
        operation: Operation::RunFinished {
            run: RunId::from_bits(operation),
            outcome: Outcome::Done(reference),
        },
        ..entry(sequence, operation)
    };
    (entry, blob)
}

pub fn output_of(entry: &Entry) -> Option<BlobHash> {
    match &entry.operation {
        Operation::RunFinished {
            outcome: Outcome::Done(reference),
            ..
        } => Some(reference.hash),
        _ => None,
    }
}

/// The state after these entries.
pub fn state(notebook: NotebookId, entries: &[Entry]) -> Notebook {
    let mut state = Notebook::new(notebook);
    for entry in entries {
        state.apply(entry).unwrap();
    }
    state
}

/// Every entry of a log that has no snapshot.
pub async fn log(storage: &Storage, notebook: NotebookId) -> Vec<Entry> {
    storage.load(notebook).await.unwrap().unwrap().entries
}
