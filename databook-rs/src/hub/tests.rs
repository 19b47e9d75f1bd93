#![allow(clippy::unwrap_used, clippy::expect_used, reason = "tests")]
use super::*;
use futures_util::FutureExt as _;

/// Longest wait for what should happen at once, on a busy machine.
const PATIENCE: Duration = Duration::from_secs(60);

fn hub(folder: &std::path::Path) -> Hub {
    let storage = Storage::open(folder).unwrap();
    let random = Random::from_system().unwrap();
    Hub::new(storage, Arc::default(), Arc::new(random), 500)
}

/// A socket that waits for an opening does not look at its submission to the same notebook.
#[tokio::test]
async fn a_reading_goes_on_when_who_asked_first_looks_elsewhere() {
    let folder = tempfile::tempdir().unwrap();
    let id = NotebookId::from_bits(1);
    let actor = ActorId::from_bits(2);
    let created = hub(folder.path());
    created
        .create(id, "Incident".to_owned(), actor)
        .await
        .unwrap();
    created.shared.storage.close().await.unwrap();

    let hub = hub(folder.path());
    let mut first = std::pin::pin!(hub.open(id));
    assert!(first.as_mut().now_or_never().is_none(), "it is being read");
    let second = tokio::time::timeout(PATIENCE, hub.open(id)).await;
    let second = second.expect("the first keeps nobody waiting").unwrap();
    assert!(Arc::ptr_eq(&first.await.unwrap(), &second));
}
