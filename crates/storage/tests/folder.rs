//! Folders and databases that are not as they should be: each is said in words, nothing breaks.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "tests"
)]

mod common;

use common::{append, database, finished, folder, id, log, numbered, state};
use rusqlite::Connection;
use std::{fs, path::Path};
use storage::{Append, Storage, StorageError};

/// The error of opening and that it names the folder or file and a next step.
fn refused(folder: &Path, names: &Path, next_step: &str) -> StorageError {
    let error = Storage::open(folder).unwrap_err();
    let words = error.to_string();
    assert!(words.contains(&names.display().to_string()), "{words}");
    assert!(words.contains(next_step), "{words}");
    error
}

/// Changes a closed database behind the server's back.
fn tamper(folder: &Path, sql: &str) {
    let connection = Connection::open(database(folder)).unwrap();
    connection.execute_batch(sql).unwrap();
}

async fn filled(folder: &Path) {
    let storage = Storage::open(folder).unwrap();
    storage
        .append(append(id(1), numbered(1..=10)))
        .await
        .unwrap();
    storage.close().await.unwrap();
}

#[cfg(unix)]
#[tokio::test]
async fn the_folder_is_made_for_its_owner_only() {
    use std::os::unix::fs::PermissionsExt as _;
    let (_parent, folder) = folder();
    let nested = folder.join("below");
    let storage = Storage::open(&nested).unwrap();
    assert_eq!(storage.folder(), nested);
    for path in [&folder, &nested] {
        let mode = fs::metadata(path).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o700);
    }
}

#[test]
fn a_file_in_the_place_of_the_folder() {
    let (parent, folder) = folder();
    let file = parent.path().join("data");
    fs::write(&file, "not a folder").unwrap();
    let error = refused(&folder, &file, "choose another data folder");
    assert!(matches!(error, StorageError::NotAFolder { .. }));
    let error = refused(&folder.join("below"), &file, "choose another data folder");
    assert!(matches!(error, StorageError::NotAFolder { .. }));
}

#[test]
fn a_folder_that_cannot_be_written_to() {
    let (_parent, folder) = folder();
    // A folder in the place of the lock: opening it for writing fails for every user.
    fs::create_dir_all(folder.join("lock")).unwrap();
    let error = refused(&folder, &folder, "give this user write permission");
    assert!(matches!(error, StorageError::NotWritable { .. }));
}

#[tokio::test]
async fn one_server_at_a_time() {
    let (_parent, folder) = folder();
    let first = Storage::open(&folder).unwrap();
    let own = format!("(process {})", std::process::id());
    let error = refused(&folder, &folder, &own);
    assert!(matches!(error, StorageError::InUse { .. }));
    // The first one noticed nothing.
    first.append(append(id(1), numbered(1..=1))).await.unwrap();
    drop(first);
    let second = Storage::open(&folder).unwrap();
    assert_eq!(log(&second, id(1)).await, numbered(1..=1));
}

#[tokio::test]
async fn a_database_that_is_newer_than_the_program() {
    let (_parent, folder) = folder();
    filled(&folder).await;
    tamper(&folder, "PRAGMA user_version = 99");
    let error = refused(
        &folder,
        &database(&folder),
        "schema version 99, this program knows versions up to 1",
    );
    assert!(matches!(
        error,
        StorageError::NewerSchema {
            found: 99,
            known: 1,
            ..
        }
    ));
    // It was not touched, and the lock was let go.
    tamper(&folder, "PRAGMA user_version = 1");
    let storage = Storage::open(&folder).unwrap();
    assert_eq!(log(&storage, id(1)).await, numbered(1..=10));
}

#[test]
fn a_file_that_is_no_database() {
    let (_parent, folder) = folder();
    fs::create_dir(&folder).unwrap();
    fs::write(database(&folder), "no database at all, ".repeat(500)).unwrap();
    let error = refused(&folder, &database(&folder), "restore a backup");
    assert!(matches!(error, StorageError::Corrupt { .. }));
}

#[tokio::test]
async fn a_missing_entry_is_found() {
    for (sql, missing) in [
        ("DELETE FROM entries WHERE sequence = 4", "entry 4"),
        ("DELETE FROM entries WHERE sequence = 1", "entry 1"),
        ("DELETE FROM entries WHERE sequence = 10", "entry 10"),
        (
            "UPDATE entries SET operation = x'ff' WHERE sequence = 6",
            "entry 6",
        ),
    ] {
        let (_parent, folder) = folder();
        filled(&folder).await;
        tamper(&folder, sql);
        let storage = Storage::open(&folder).unwrap();
        match storage.load(id(1)).await {
            Err(StorageError::Corrupt { detail, .. }) => {
                assert!(detail.contains(missing), "{detail}");
            }
            other => panic!("{other:?}"),
        }
    }
}

#[tokio::test]
async fn a_damaged_blob_is_found() {
    let (run, blob) = finished(1, 1, &b"what the plugin answered".repeat(100));
    let other = zstd::bulk::compress(b"something else", 3).unwrap();
    let changes: [(&str, Vec<u8>); 3] = [
        ("UPDATE blobs SET zstd = ?", other),
        ("UPDATE blobs SET zstd = ?", b"no frame".to_vec()),
        (
            "UPDATE blobs SET size_bytes = 9000000000000 WHERE ? != ''",
            Vec::new(),
        ),
    ];
    for (sql, bytes) in changes {
        let (_parent, folder) = folder();
        let storage = Storage::open(&folder).unwrap();
        let appended = Append {
            blobs: vec![blob.clone()],
            ..append(id(1), vec![run.clone()])
        };
        storage.append(appended).await.unwrap();
        storage.close().await.unwrap();
        let connection = Connection::open(database(&folder)).unwrap();
        assert_eq!(connection.execute(sql, [bytes]).unwrap(), 1);
        drop(connection);

        let storage = Storage::open(&folder).unwrap();
        match storage.blob(blob.hash).await {
            Err(StorageError::Corrupt { detail, .. }) => {
                assert!(detail.contains(&blob.hash.to_string()), "{detail}");
            }
            other => panic!("{other:?}"),
        }
        // The log is as readable as before.
        assert_eq!(log(&storage, id(1)).await, std::slice::from_ref(&run));
    }
}

#[tokio::test]
async fn a_damaged_snapshot_costs_time_and_nothing_else() {
    let (_parent, folder) = folder();
    filled(&folder).await;
    let storage = Storage::open(&folder).unwrap();
    for place in [4, 8] {
        let at = state(id(1), &numbered(1..=place));
        storage.put_snapshot(&at).await.unwrap();
    }
    storage.close().await.unwrap();

    tamper(
        &folder,
        "UPDATE snapshots SET state = x'00' WHERE sequence = 8",
    );
    let storage = Storage::open(&folder).unwrap();
    let loaded = storage.load(id(1)).await.unwrap().unwrap();
    assert_eq!(loaded.snapshot, Some(state(id(1), &numbered(1..=4))));
    assert_eq!(loaded.entries, numbered(5..=10));
    storage.close().await.unwrap();

    tamper(&folder, "UPDATE snapshots SET state = x'00'");
    let storage = Storage::open(&folder).unwrap();
    assert_eq!(log(&storage, id(1)).await, numbered(1..=10));
}

#[tokio::test]
async fn another_program_may_read_meanwhile() {
    let (_parent, folder) = folder();
    let storage = Storage::open(&folder).unwrap();
    storage
        .append(append(id(1), numbered(1..=1)))
        .await
        .unwrap();
    let backup = Connection::open(database(&folder)).unwrap();
    backup
        .execute_batch("BEGIN; SELECT count(*) FROM entries")
        .unwrap();
    storage
        .append(append(id(1), numbered(2..=2)))
        .await
        .unwrap();
    assert_eq!(log(&storage, id(1)).await, numbered(1..=2));
}
