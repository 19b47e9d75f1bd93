//! 200 times kill -9 under a writing client: nothing acknowledged is lost, nothing is there
//! twice, every log is gapless.
//!
//! The writer is this test binary itself, started with an environment variable. It writes to
//! several notebooks at once, so that kills fall into groups, and says on its standard output
//! what was acknowledged. It is killed after a number of acknowledgements, never by time.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::print_stdout,
    reason = "tests"
)]

mod common;

use common::{append, entry, finished, folder, id, output_of};
use notebook::{Entry, NotebookId, OperationId, Sequence};
use std::{
    collections::HashSet,
    io::{BufRead as _, BufReader, Write as _},
    path::Path,
    process::{Command, Stdio},
};
use storage::{Append, Storage, StorageError};

const CYCLES: u128 = 200;
const NOTEBOOKS: u128 = 4;
/// Entries of one append: 1 to this many.
const BATCH: u64 = 3;
/// A child is killed after fewer acknowledgements than this; with 0, while it opens the folder.
const MOST_ACKNOWLEDGED: u64 = 24;
const CHILD_FOLDER: &str = "STORAGE_KILL_TEST_FOLDER";
const CHILD_CYCLE: &str = "STORAGE_KILL_TEST_CYCLE";

/// Nothing by itself: the writing child when the parent starts it.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn child() {
    let (Ok(folder), Ok(cycle)) = (std::env::var(CHILD_FOLDER), std::env::var(CHILD_CYCLE)) else {
        return;
    };
    let cycle: u128 = cycle.parse().unwrap();
    let storage = Storage::open(Path::new(&folder)).unwrap();
    let writers =
        (0..NOTEBOOKS).map(|notebook| tokio::spawn(write(storage.clone(), notebook, cycle)));
    for writer in writers.collect::<Vec<_>>() {
        writer.await.unwrap();
    }
}

/// Appends for ever; after each acknowledgement one line: notebook, sequence, operation.
async fn write(storage: Storage, notebook: u128, cycle: u128) {
    let loaded = storage.load(id(notebook)).await.unwrap();
    let entries = loaded.map(|loaded| loaded.entries).unwrap_or_default();
    let mut head = entries.last().map_or(0, |entry| entry.sequence.0);
    let mut operation = cycle << 64;
    loop {
        let mut entries = Vec::new();
        let mut blobs = Vec::new();
        for _ in 0..=(head % BATCH) {
            head += 1;
            operation += 1;
            if head % 2 == 0 {
                let (entry, blob) = finished(head, operation, &output(operation));
                entries.push(entry);
                blobs.push(blob);
            } else {
                entries.push(entry(head, operation));
            }
        }
        let acknowledged: String = entries
            .iter()
            .map(|entry| format!("ack {notebook} {} {}\n", entry.sequence.0, entry.id.bits()))
            .collect();
        let appended = Append {
            blobs,
            ..append(id(notebook), entries)
        };
        storage.append(appended).await.unwrap();
        // One write, so that a kill never leaves half a line.
        let mut stdout = std::io::stdout().lock();
        stdout.write_all(acknowledged.as_bytes()).unwrap();
        stdout.flush().unwrap();
    }
}

fn output(operation: u128) -> Vec<u8> {
    format!("output of operation {operation}, ")
        .repeat(50)
        .into_bytes()
}

#[derive(Clone, Copy, Debug)]
struct Acknowledged {
    notebook: u128,
    sequence: u64,
    operation: u128,
}

fn acknowledged(line: &str) -> Option<Acknowledged> {
    // The harness writes the test's name in front of the first line.
    let mut words = line.get(line.find("ack ")?..)?.split(' ').skip(1);
    Some(Acknowledged {
        notebook: words.next()?.parse().ok()?,
        sequence: words.next()?.parse().ok()?,
        operation: words.next()?.parse().ok()?,
    })
}

/// Starts the child, kills it after `count` acknowledgements, gives all that it said.
fn write_and_kill(folder: &Path, cycle: u128, count: u64) -> Vec<Acknowledged> {
    let mut child = Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "child", "--nocapture"])
        .env(CHILD_FOLDER, folder)
        .env(CHILD_CYCLE, cycle.to_string())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
    let mut said = Vec::new();
    while (said.len() as u64) < count {
        let line = lines.next().expect("the child ended by itself").unwrap();
        said.extend(acknowledged(&line));
    }
    child.kill().unwrap();
    // What was in the pipe was said before.
    said.extend(lines.filter_map(|line| acknowledged(&line.unwrap())));
    child.wait().unwrap();
    said
}

/// What the parent knows of one notebook's log.
#[derive(Default)]
struct Known {
    log: Vec<Entry>,
    operations: HashSet<OperationId>,
}

impl Known {
    /// Reads what is new and refuses a gap, a duplicate and a missing output.
    async fn read(&mut self, storage: &Storage, notebook: NotebookId) {
        let head = Sequence(self.log.len() as u64);
        let new = match storage.entries(notebook, head, usize::MAX).await {
            Ok(new) => new,
            Err(StorageError::UnknownNotebook { .. }) => Vec::new(),
            Err(error) => panic!("{error}"),
        };
        for entry in new {
            assert_eq!(entry.sequence.0, self.log.len() as u64 + 1, "gapless");
            assert!(self.operations.insert(entry.id), "{:?} twice", entry.id);
            if let Some(hash) = output_of(&entry) {
                let bytes = storage.blob(hash).await.unwrap().expect("its output");
                assert_eq!(bytes, output(entry.id.bits()));
            }
            self.log.push(entry);
        }
    }
}

#[tokio::test]
async fn nothing_acknowledged_is_lost_over_200_kills() {
    let (_parent, folder) = folder();
    let mut known: Vec<Known> = (0..NOTEBOOKS).map(|_| Known::default()).collect();
    let mut all = 0;
    let mut chance: u64 = 0x9e37_79b9_7f4a_7c15;
    for cycle in 1..=CYCLES {
        // xorshift64: the same numbers in every run.
        chance ^= chance << 13;
        chance ^= chance >> 7;
        chance ^= chance << 17;
        let said = write_and_kill(&folder, cycle, chance % MOST_ACKNOWLEDGED);
        all += said.len();

        let storage = Storage::open(&folder).unwrap();
        for (notebook, known) in known.iter_mut().enumerate() {
            let before = known.log.len();
            known.read(&storage, id(notebook as u128)).await;
            let said = said.iter().filter(|said| said.notebook == notebook as u128);
            for said in said.clone() {
                let entry = known.log.get(said.sequence as usize - 1).expect("not lost");
                assert_eq!(entry.id.bits(), said.operation, "in its place");
            }
            // Beyond what was said there is at most the append that was on its way.
            let unsaid = (known.log.len() - before) - said.count();
            assert!(unsaid as u64 <= BATCH, "{unsaid} entries that nobody wrote");
        }
        resend(&storage, &known, said.last()).await;
    }
    let storage = Storage::open(&folder).unwrap();
    for (notebook, known) in known.iter().enumerate() {
        let loaded = storage.load(id(notebook as u128)).await.unwrap().unwrap();
        assert_eq!(loaded.entries, known.log);
    }
    println!("{CYCLES} kills, {all} operations acknowledged, 0 lost, 0 duplicated, 0 gaps");
}

/// An author who did not hear the acknowledgement sends again: the log has it already.
async fn resend(storage: &Storage, known: &[Known], said: Option<&Acknowledged>) {
    let Some(said) = said else { return };
    let next = known[said.notebook as usize].log.len() as u64 + 1;
    let again = append(id(said.notebook), vec![entry(next, said.operation)]);
    let refused = storage.append(again).await;
    assert!(
        matches!(refused, Err(StorageError::DuplicateOperation { .. })),
        "{refused:?}"
    );
}
