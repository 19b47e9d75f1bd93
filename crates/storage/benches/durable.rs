//! How many operations a second become durable: one by one, in groups, by several writers.
//!
//! `cargo bench -p storage` prints a table; the folder is below the system's temporary folder,
//! or below `DATABOOK_BENCH_FOLDER`, so that the disk that matters can be measured.
#![allow(
    clippy::unwrap_used,
    clippy::print_stdout,
    reason = "a benchmark prints, and ends when something fails"
)]

use notebook::{
    ActorId, CellId, Entry, NotebookId, Operation, OperationId, Sequence, Step, TextChange,
};
use std::{
    path::{Path, PathBuf},
    time::{Duration, Instant},
};
use storage::{Append, Storage, Summary};

/// How long each line measures.
const MEASURE: Duration = Duration::from_secs(2);
/// Operations of one append, and writers at the same time.
const CASES: [(u64, u128); 6] = [(1, 1), (1, 8), (1, 64), (50, 1), (50, 8), (50, 64)];

#[tokio::main]
async fn main() {
    let parent = std::env::var_os("DATABOOK_BENCH_FOLDER").map(PathBuf::from);
    let folder = match &parent {
        Some(parent) => tempfile::tempdir_in(parent).unwrap(),
        None => tempfile::tempdir().unwrap(),
    };
    println!(
        "storage: durable operations, a key press each, {:?} a line",
        MEASURE
    );
    println!(
        "{:>12} {:>8} {:>14} {:>12} {:>10} {:>10}",
        "per append", "writers", "operations/s", "appends/s", "p50 ms", "p99 ms"
    );
    for (batch, writers) in CASES {
        case(
            &folder.path().join(format!("{batch}-{writers}")),
            batch,
            writers,
        )
        .await;
    }
}

async fn case(folder: &Path, batch: u64, writers: u128) {
    let storage = Storage::open(folder).unwrap();
    let start = Instant::now();
    let tasks: Vec<_> = (0..writers)
        .map(|writer| tokio::spawn(write(storage.clone(), writer, batch, start + MEASURE)))
        .collect();
    let mut took = Vec::new();
    for task in tasks {
        took.extend(task.await.unwrap());
    }
    let seconds = start.elapsed().as_secs_f64();
    took.sort_unstable();
    let percentile = |part: usize| took[(took.len() - 1) * part / 100].as_secs_f64() * 1_000.0;
    let appends = took.len() as f64 / seconds;
    println!(
        "{batch:>12} {writers:>8} {:>14.0} {appends:>12.0} {:>10.2} {:>10.2}",
        appends * batch as f64,
        percentile(50),
        percentile(99),
    );
    storage.close().await.unwrap();
}

/// Appends to a notebook of its own until the end; gives how long each took.
async fn write(storage: Storage, writer: u128, batch: u64, end: Instant) -> Vec<Duration> {
    let notebook = NotebookId::from_bits(writer);
    let mut head = 0;
    let mut took = Vec::new();
    while Instant::now() < end || took.is_empty() {
        let entries: Vec<_> = (head + 1..=head + batch).map(key_press).collect();
        head += batch;
        let summary = Summary {
            id: notebook,
            title: "Checkout is slow".to_owned(),
            cell_count: 12,
            created_ms: 0,
            updated_ms: head as i64,
            deleted: false,
        };
        let start = Instant::now();
        let append = Append {
            notebook,
            entries,
            blobs: Vec::new(),
            summary,
        };
        storage.append(append).await.unwrap();
        took.push(start.elapsed());
    }
    took
}

fn key_press(sequence: u64) -> Entry {
    Entry {
        sequence: Sequence(sequence),
        // Spread over all identifiers as random ones are: Knuth's multiplicative hash.
        id: OperationId::from_bits(
            u128::from(sequence).wrapping_mul(0x9e37_79b9_7f4a_7c15 << 64 | 1),
        ),
        actor: ActorId::from_bits(1),
        time_ms: 1_700_000_000_000,
        operation: Operation::ChangeText {
            cell: CellId::from_bits(3),
            change: TextChange::from_steps(vec![Step::Retain(120), Step::Insert("x".to_owned())]),
        },
    }
}
