//! The entries of the fuzz targets, with bytes that are nearly right, for a second instead of hours;
//! and every input that the fuzzer has kept.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "tests"
)]

#[allow(dead_code, reason = "this test needs a part of it")]
mod common;
mod entries;
#[path = "common/log.rs"]
mod log;

use common::operation;
use notebook::{ActorId, NotebookId, OperationId, Proposal, Sequence, Submission};
use proptest::{collection::vec, prelude::*, sample::Index, strategy::ValueTree as _};
use prost::Message as _;
use proto::{ClientFrame, client_frame::Frame};
use std::path::{Path, PathBuf};
use wire::{encode_operation, lines, to_proto};

/// Bits that fall over, bytes that are cut away.
fn damage(mut bytes: Vec<u8>, places: &[(Index, u8)], end: Option<Index>) -> Vec<u8> {
    if bytes.is_empty() {
        return bytes;
    }
    for (place, bits) in places {
        let place = place.index(bytes.len());
        bytes[place] ^= bits;
    }
    if let Some(end) = end {
        bytes.truncate(end.index(bytes.len() + 1));
    }
    bytes
}

fn damages() -> impl Strategy<Value = (Vec<(Index, u8)>, Option<Index>)> {
    (
        vec((any::<Index>(), any::<u8>()), 0..4),
        proptest::option::of(any::<Index>()),
    )
}

fn frame(operations: Vec<notebook::Operation>, base: u64) -> Vec<u8> {
    let submission = Submission {
        actor: ActorId::from_bits(1),
        base: Sequence(base),
        proposals: operations
            .into_iter()
            .enumerate()
            .map(|(number, operation)| Proposal {
                id: OperationId::from_bits(100 + number as u128),
                operation,
            })
            .collect(),
    };
    let request = to_proto::submission(NotebookId::from_bits(1), &submission);
    let frame = Frame::Submit(request);
    ClientFrame { frame: Some(frame) }.encode_to_vec()
}

fn sequence(operations: &[(notebook::Operation, u8)]) -> Vec<u8> {
    let mut bytes = Vec::new();
    for (operation, how) in operations {
        let encoded = encode_operation(operation);
        bytes.extend(
            u16::try_from(encoded.len())
                .unwrap_or(u16::MAX)
                .to_be_bytes(),
        );
        bytes.push(*how);
        bytes.extend(encoded);
    }
    bytes
}

fn file(log: &log::Log) -> Vec<u8> {
    let header = lines::Header {
        notebook: log.notebook,
        entries: log.entries.len() as u64,
        exported_ms: 0,
    };
    let mut text = lines::header_line(&header);
    let mut seen = std::collections::HashSet::new();
    for entry in &log.entries {
        if let Some(named) = lines::named(&entry.operation).unwrap()
            && seen.insert(named.hash())
        {
            let bytes = &log.blobs[&named.hash().to_string()];
            text.push_str(&lines::blob_line(named.hash(), bytes));
        }
        text.push_str(&lines::entry_line(entry).unwrap());
    }
    text.into_bytes()
}

proptest! {
    #[test]
    fn any_bytes(bytes in vec(any::<u8>(), 0..200)) {
        entries::frame(&bytes);
        entries::operations(&bytes);
        entries::import(&bytes);
    }

    #[test]
    fn frames(
        operations in vec(operation(), 0..4),
        base in 0u64..4,
        (places, end) in damages(),
    ) {
        entries::frame(&damage(frame(operations, base), &places, end));
    }

    #[test]
    fn operations(
        operations in vec((operation(), any::<u8>()), 0..12),
        (places, end) in damages(),
    ) {
        entries::operations(&damage(sequence(&operations), &places, end));
    }

    #[test]
    fn files(log in log::log(12), (places, end) in damages()) {
        entries::import(&damage(file(&log), &places, end));
    }
}

fn corpus() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fuzz/corpus")
}

/// What the fuzzer starts from, and whatever it has found: `BLESS=1 cargo test -p wire corpus`
/// writes the first.
#[test]
fn the_corpus() {
    let mut runner = proptest::test_runner::TestRunner::deterministic();
    let mut written = Vec::new();
    for number in 0..12 {
        // Of a log, so that many of them fit: what only the server says has the bit for it.
        let log = log::log(20 + number)
            .new_tree(&mut runner)
            .unwrap()
            .current();
        let operations: Vec<_> = log.entries[1..]
            .iter()
            .map(|entry| match entry.operation.is_of_a_run() {
                true => (entry.operation.clone(), 0x80),
                false => (entry.operation.clone(), 0x10),
            })
            .collect();
        written.push(("operations", number, sequence(&operations)));
        let operations = operations
            .into_iter()
            .map(|(operation, _)| operation)
            .collect();
        written.push(("frames", number, frame(operations, 2)));
        written.push(("import", number, file(&log)));
    }
    if std::env::var_os("BLESS").is_some() {
        for (target, number, bytes) in &written {
            let folder = corpus().join(target);
            std::fs::create_dir_all(&folder).unwrap();
            std::fs::write(folder.join(format!("seed-{number:02}")), bytes).unwrap();
        }
    }
    for (target, entry) in [
        ("frames", entries::frame as fn(&[u8])),
        ("operations", entries::operations),
        ("import", entries::import),
    ] {
        let files = std::fs::read_dir(corpus().join(target)).unwrap();
        let mut count = 0;
        for file in files {
            entry(&std::fs::read(file.unwrap().path()).unwrap());
            count += 1;
        }
        assert!(count > 0, "{target}: BLESS=1 cargo test -p wire corpus");
    }
}
