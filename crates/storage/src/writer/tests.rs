//! What only the writer itself can be shown: a disk that is full.
#![allow(clippy::unwrap_used, clippy::panic, reason = "tests")]

use super::*;
use crate::folder;

fn append(sequence: u64, bytes: usize) -> Write {
    let notebook = NotebookId::from_bits(1);
    Write::Append {
        notebook,
        rows: vec![Row {
            sequence: Sequence(sequence),
            operation_id: OperationId::from_bits(u128::from(sequence)),
            actor: key(7),
            time_ms: 1_000,
            operation: vec![1; bytes],
        }],
        blobs: Vec::new(),
        summary: Summary {
            id: notebook,
            title: "Full".to_owned(),
            cell_count: 0,
            created_ms: 0,
            updated_ms: 0,
            deleted: false,
        },
    }
}

/// SQLite gives a full disk and a full database the same error.
#[test]
fn a_full_disk_refuses_and_keeps_what_was_there() {
    let parent = tempfile::tempdir().unwrap();
    let opened = folder::open(&parent.path().join("data")).unwrap();
    let writer = Writer {
        connection: opened.writer,
        database: opened.database,
    };
    assert!(writer.write_or_roll_back(&[append(1, 10)])[0].is_ok());
    let pages: u32 = writer
        .connection
        .pragma_query_value(None, "page_count", |row| row.get(0))
        .unwrap();
    let limit = |writer: &Writer, pages: u32| {
        writer
            .connection
            .pragma_update_and_check(None, "max_page_count", pages, |_| Ok(()))
            .unwrap();
    };
    limit(&writer, pages + 2);
    let answers = writer.write_or_roll_back(&[append(2, 10), append(3, 1 << 20)]);
    match &answers[1] {
        Err(error @ StorageError::DiskFull { file }) => {
            assert_eq!(file, &writer.database);
            assert!(error.to_string().contains("make room"), "{error}");
        }
        other => panic!("{other:?}"),
    }
    // Its neighbour's answer is the truth about the log, whichever it is.
    let head = || {
        let known = writer.number_and_head(NotebookId::from_bits(1)).unwrap();
        known.unwrap().1
    };
    assert_eq!(head(), if answers[0].is_ok() { 2 } else { 1 });

    let next = head() + 1;
    limit(&writer, pages + 1_000);
    assert!(writer.write_or_roll_back(&[append(next, 1 << 20)])[0].is_ok());
}
