//! The log and the outputs in a real folder: what was taken is there again, in order, once.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "tests"
)]

mod common;

use common::{append, entry, finished, folder, id, log, numbered, state};
use futures_util::{FutureExt as _, future::join_all};
use notebook::{OperationId, Sequence};
use storage::{
    Append, MAX_BLOB_BYTES, MAX_GROUP, Moment, Storage, StorageError, StoredBlob, blob_hash,
};
use tokio::task::coop;

#[tokio::test]
async fn what_was_appended_is_there_after_reopening() {
    let (_parent, folder) = folder();
    let output = "seven lines of text\n".repeat(7_000).into_bytes();
    let (run, blob) = finished(3, 3, &output);
    let hash = blob.hash;
    let mut entries = numbered(1..=2);
    entries.push(run);
    {
        let storage = Storage::open(&folder).unwrap();
        let appended = Append {
            blobs: vec![blob],
            ..append(id(1), entries.clone())
        };
        storage.append(appended).await.unwrap();
        // Dropped, not closed.
    }
    let storage = Storage::open(&folder).unwrap();
    assert_eq!(log(&storage, id(1)).await, entries);
    assert_eq!(storage.blob(hash).await.unwrap().unwrap(), output);
    assert_eq!(storage.load(id(2)).await.unwrap(), None);
    assert_eq!(storage.blob(blob_hash(b"other")).await.unwrap(), None);
}

/// Whoever polls first is first, also in a task that has used up its share of the runtime's time.
#[tokio::test]
async fn first_polls_decide_the_order_in_a_busy_task_too() {
    let (_parent, folder) = folder();
    let storage = Storage::open(&folder).unwrap();
    let mut first = Box::pin(storage.append(append(id(1), numbered(1..=1))));
    let mut second = Box::pin(storage.append(append(id(1), numbered(2..=2))));
    while coop::has_budget_remaining() {
        coop::consume_budget().await;
    }
    assert_eq!((&mut first).now_or_never().map(|_| ()), None);
    assert_eq!((&mut second).now_or_never().map(|_| ()), None);
    // Later polls in the other order change nothing.
    second.await.unwrap();
    first.await.unwrap();
    assert_eq!(log(&storage, id(1)).await, numbered(1..=2));
}

#[tokio::test]
async fn entries_come_in_pages() {
    let (_parent, folder) = folder();
    let storage = Storage::open(&folder).unwrap();
    storage
        .append(append(id(1), numbered(1..=10)))
        .await
        .unwrap();
    let page = |after, limit| storage.entries(id(1), Sequence(after), limit);
    assert_eq!(page(0, 4).await.unwrap(), numbered(1..=4));
    assert_eq!(page(4, usize::MAX).await.unwrap(), numbered(5..=10));
    assert_eq!(page(10, 4).await.unwrap(), []);
    assert_eq!(page(u64::MAX, 4).await.unwrap(), []);
    assert!(matches!(
        storage.entries(id(2), Sequence(0), 1).await,
        Err(StorageError::UnknownNotebook { .. })
    ));
}

#[tokio::test]
async fn operations_are_found_by_their_identifier() {
    let (_parent, folder) = folder();
    let storage = Storage::open(&folder).unwrap();
    storage
        .append(append(id(1), numbered(1..=4)))
        .await
        .unwrap();
    let operations = [3, 9, 2].map(OperationId::from_bits).to_vec();
    let places = storage.places(id(1), operations.clone()).await.unwrap();
    let found = [2, 3].map(|place| (OperationId::from_bits(place.into()), Sequence(place)));
    assert_eq!(places.found, found);
    assert_eq!(places.until, Sequence(4));
    assert!(matches!(
        storage.places(id(2), operations).await,
        Err(StorageError::UnknownNotebook { .. })
    ));
}

#[tokio::test]
async fn a_gap_a_fork_and_a_resend_are_refused_and_leave_the_log_alone() {
    let (_parent, folder) = folder();
    let storage = Storage::open(&folder).unwrap();
    storage
        .append(append(id(1), numbered(1..=3)))
        .await
        .unwrap();

    for first in [1, 3, 5] {
        let refused = storage.append(append(id(1), vec![entry(first, 99)])).await;
        assert!(
            matches!(
                refused,
                Err(StorageError::OutOfSequence {
                    expected: Sequence(4),
                    ..
                })
            ),
            "{refused:?}"
        );
    }
    let gap = storage
        .append(append(id(1), vec![entry(4, 4), entry(6, 6)]))
        .await;
    assert!(
        matches!(gap, Err(StorageError::OutOfSequence { .. })),
        "{gap:?}"
    );
    let resend = storage
        .append(append(id(1), vec![entry(4, 4), entry(5, 2)]))
        .await;
    match resend {
        Err(StorageError::DuplicateOperation { operations, .. }) => {
            assert_eq!(operations, [4, 2].map(OperationId::from_bits));
        }
        other => panic!("{other:?}"),
    }
    // A notebook that does not begin at 1 was not created.
    assert!(
        storage
            .append(append(id(2), vec![entry(2, 2)]))
            .await
            .is_err()
    );
    assert_eq!(storage.load(id(2)).await.unwrap(), None);

    assert_eq!(log(&storage, id(1)).await, numbered(1..=3));
    // Operation identifiers are the notebook's own.
    storage
        .append(append(id(2), numbered(1..=3)))
        .await
        .unwrap();
    storage
        .append(append(id(1), numbered(4..=4)))
        .await
        .unwrap();
    assert_eq!(log(&storage, id(1)).await, numbered(1..=4));
}

#[tokio::test]
async fn a_group_keeps_the_order_and_a_refusal_in_it_is_its_own() {
    let (_parent, folder) = folder();
    let storage = Storage::open(&folder).unwrap();
    // All are waiting before the first is committed; more than one group of them.
    let places = 1..=(MAX_GROUP as u64 + 200);
    let mut appends: Vec<_> = places
        .clone()
        .map(|place| storage.append(append(id(1), vec![entry(place, u128::from(place))])))
        .collect();
    appends.insert(
        100,
        storage.append(append(id(1), vec![entry(9_000, 9_000)])),
    );
    appends.insert(50, storage.append(append(id(1), vec![entry(51, 1)])));

    // Unconstrained: tokio would otherwise stop polling in the middle and shuffle them.
    let results = tokio::task::unconstrained(join_all(appends)).await;
    let refused: Vec<_> = results
        .iter()
        .filter_map(|result| result.as_ref().err())
        .collect();
    assert!(
        matches!(
            refused[..],
            [
                StorageError::DuplicateOperation { .. },
                StorageError::OutOfSequence { .. }
            ]
        ),
        "{} refused, the first: {:?}",
        refused.len(),
        refused.first()
    );
    assert_eq!(log(&storage, id(1)).await, numbered(places));
}

#[tokio::test(flavor = "multi_thread")]
async fn many_writers_and_readers_at_once() {
    const WRITERS: u128 = 8;
    const APPENDS: u64 = 50;
    let (_parent, folder) = folder();
    let storage = Storage::open(&folder).unwrap();
    let write = |writer: u128| {
        let storage = storage.clone();
        tokio::spawn(async move {
            for place in 1..=APPENDS {
                let one = append(id(writer), vec![entry(place, u128::from(place))]);
                storage.append(one).await.unwrap();
                // What was acknowledged can be read at once.
                let page = storage.entries(id(writer), Sequence(place - 1), 10).await;
                assert_eq!(page.unwrap(), numbered(place..=place));
            }
        })
    };
    for task in (0..WRITERS).map(write).collect::<Vec<_>>() {
        task.await.unwrap();
    }
    for writer in 0..WRITERS {
        assert_eq!(log(&storage, id(writer)).await, numbered(1..=APPENDS));
    }
    assert_eq!(
        storage.summaries(false).await.unwrap().len(),
        WRITERS as usize
    );
}

#[tokio::test]
async fn the_list_is_ordered_and_leaves_deleted_ones_out() {
    let (_parent, folder) = folder();
    let storage = Storage::open(&folder).unwrap();
    for notebook in [1, 2, 3] {
        let mut one = append(id(notebook), numbered(1..=1));
        one.summary.updated_ms = notebook as i64;
        one.summary.deleted = notebook == 2;
        storage.append(one).await.unwrap();
    }
    let mut again = append(id(1), numbered(2..=2));
    again.summary.title = "Renamed".to_owned();
    again.summary.updated_ms = 9;
    storage.append(again.clone()).await.unwrap();

    let all = storage.summaries(true).await.unwrap();
    let order: Vec<_> = all.iter().map(|summary| summary.id).collect();
    assert_eq!(order, [id(1), id(3), id(2)]);
    assert_eq!(all[0], again.summary);
    let shown = storage.summaries(false).await.unwrap();
    assert_eq!(shown, [all[0].clone(), all[1].clone()]);
}

#[tokio::test]
async fn a_snapshot_shortens_what_is_loaded() {
    let (_parent, folder) = folder();
    let storage = Storage::open(&folder).unwrap();
    storage
        .append(append(id(1), numbered(1..=20)))
        .await
        .unwrap();
    for place in [5, 10, 15] {
        let at = state(id(1), &numbered(1..=place));
        storage.put_snapshot(&at).await.unwrap();
    }
    let loaded = storage.load(id(1)).await.unwrap().unwrap();
    assert_eq!(loaded.snapshot, Some(state(id(1), &numbered(1..=15))));
    assert_eq!(loaded.entries, numbered(16..=20));

    let ahead = state(id(1), &numbered(1..=21));
    assert!(matches!(
        storage.put_snapshot(&ahead).await,
        Err(StorageError::OutOfSequence { .. })
    ));
    assert!(matches!(
        storage.put_snapshot(&state(id(2), &numbered(1..=1))).await,
        Err(StorageError::UnknownNotebook { .. })
    ));
}

#[tokio::test]
async fn what_could_not_be_read_again_is_not_taken() {
    let (_parent, folder) = folder();
    let storage = Storage::open(&folder).unwrap();
    let with = |blobs| Append {
        blobs,
        ..append(id(1), numbered(1..=1))
    };
    let lying = StoredBlob {
        hash: blob_hash(b"this"),
        bytes: "that".into(),
    };
    assert!(matches!(
        storage.append(with(vec![lying])).await,
        Err(StorageError::WrongHash { .. })
    ));
    let huge = StoredBlob::new(vec![0; MAX_BLOB_BYTES + 1]);
    assert!(matches!(
        storage.append(with(vec![huge])).await,
        Err(StorageError::BlobTooLarge { .. })
    ));
    let mut long = append(id(1), numbered(1..=1));
    long.entries[0].operation = notebook::Operation::SetTitle {
        title: "x".repeat(5 << 20),
    };
    assert!(matches!(
        storage.append(long).await,
        Err(StorageError::EntryTooLarge { .. })
    ));
    assert_eq!(storage.load(id(1)).await.unwrap(), None);
    // The largest that is taken, and an empty one.
    let most = StoredBlob::new(vec![1; MAX_BLOB_BYTES]);
    let none = StoredBlob::new(Vec::new());
    storage
        .append(with(vec![most.clone(), none.clone()]))
        .await
        .unwrap();
    assert_eq!(storage.blob(most.hash).await.unwrap(), Some(most.bytes));
    assert_eq!(storage.blob(none.hash).await.unwrap(), Some(none.bytes));
}

#[tokio::test]
async fn closing_finishes_what_was_handed_over() {
    let (_parent, folder) = folder();
    let storage = Storage::open(&folder).unwrap();
    let appends = (1..=100).map(|place| {
        let one = append(id(1), vec![entry(place, u128::from(place))]);
        storage.append(one)
    });
    let (results, closed) = futures_util::future::join(join_all(appends), storage.close()).await;
    closed.unwrap();
    assert!(results.iter().all(Result::is_ok), "{results:?}");

    let late = storage.append(append(id(1), numbered(101..=101))).await;
    assert!(matches!(late, Err(StorageError::Closed)), "{late:?}");
    assert!(matches!(
        storage.load(id(1)).await,
        Err(StorageError::Closed)
    ));
    storage.close().await.unwrap();
    // The lock is gone although `storage` is still there, and so is the write-ahead log.
    assert!(!folder.join("databook.sqlite-wal").exists());
    let again = Storage::open(&folder).unwrap();
    assert_eq!(log(&again, id(1)).await, numbered(1..=100));
}

#[tokio::test]
async fn any_moment_of_a_log_can_be_read() {
    let (_parent, folder) = folder();
    let storage = Storage::open(&folder).unwrap();
    let entries = numbered(1..=40);
    storage
        .append(append(id(1), entries.clone()))
        .await
        .unwrap();
    storage
        .put_snapshot(&state(id(1), &numbered(1..=15)))
        .await
        .unwrap();
    for until in [1, 14, 15, 16, 40] {
        let at = storage
            .at(id(1), Moment::Sequence(Sequence(until)))
            .await
            .unwrap()
            .unwrap();
        assert_eq!(at.state, state(id(1), &numbered(1..=until)));
        assert_eq!(at.time_ms, 1_000 + until as i64);
        assert_eq!(at.head, Sequence(40));
        // An entry's own time is the moment after it.
        let by_time = storage.at(id(1), Moment::Time(at.time_ms)).await.unwrap();
        assert_eq!(by_time, Some(at));
    }
    let sequence_at = async |moment| {
        let at = storage.at(id(1), moment).await.unwrap().unwrap();
        at.state.sequence.0
    };
    assert_eq!(sequence_at(Moment::Time(i64::MIN)).await, 1);
    assert_eq!(sequence_at(Moment::Time(i64::MAX)).await, 40);
    assert_eq!(sequence_at(Moment::Sequence(Sequence(0))).await, 1);
    assert_eq!(sequence_at(Moment::Sequence(Sequence(99))).await, 40);
    assert_eq!(storage.at(id(2), Moment::Time(0)).await.unwrap(), None);
}

#[tokio::test]
async fn old_states_stay_one_in_so_many_entries() {
    let (_parent, folder) = folder();
    let storage = Storage::open(&folder).unwrap();
    let entries = numbered(1..=6_000);
    storage.append(append(id(1), entries)).await.unwrap();
    for until in [2_400, 2_600, 3_000, 5_100, 5_200, 5_300] {
        let entries = numbered(1..=until);
        storage.put_snapshot(&state(id(1), &entries)).await.unwrap();
    }
    for (until, folded) in [
        (2_450, 50),
        (2_700, 100),
        // The state at 3,000 went: there is an earlier one of the same 2,500 entries.
        (3_100, 500),
        (5_150, 50),
        (5_250, 50),
        (5_301, 1),
    ] {
        let moment = Moment::Sequence(Sequence(until));
        let at = storage.at(id(1), moment).await.unwrap().unwrap();
        assert_eq!((at.state.sequence.0, at.folded), (until, folded));
    }
}
