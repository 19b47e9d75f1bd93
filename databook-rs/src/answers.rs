//! Answers of recent runs, decoded, so that showing a notebook does not read storage each time.

use crate::room::Blobs;
use futures_util::{StreamExt as _, stream};
use notebook::{BlobHash, Entry, Notebook, Operation, OutputReference, RunId};
use output::Answer;
use std::{
    collections::{HashMap, VecDeque},
    sync::{Arc, Mutex, PoisonError},
};
use storage::Storage;

/// Encoded bytes of the answers that are kept.
pub const MAX_KEPT_BYTES: usize = 64 << 20;
/// Encoded bytes of one answer beyond which it is read from storage each time.
pub const MAX_ANSWER_BYTES: usize = 4 << 20;
/// Reads of storage at the same time when a notebook is opened.
const READS_AT_ONCE: usize = 8;

/// Keeps the latest answers; the oldest go first.
#[derive(Default)]
pub struct Answers(Mutex<Kept>);

#[derive(Default)]
struct Kept {
    answers: HashMap<BlobHash, (Arc<Answer>, usize)>,
    order: VecDeque<BlobHash>,
    bytes: usize,
}

impl Answers {
    fn kept(&self) -> std::sync::MutexGuard<'_, Kept> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub fn put(&self, hash: BlobHash, answer: Arc<Answer>, bytes: usize) {
        if bytes > MAX_ANSWER_BYTES {
            return;
        }
        let mut kept = self.kept();
        if kept.answers.insert(hash, (answer, bytes)).is_some() {
            return;
        }
        kept.order.push_back(hash);
        kept.bytes += bytes;
        while kept.bytes > MAX_KEPT_BYTES
            && let Some(oldest) = kept.order.pop_front()
        {
            if let Some((_, bytes)) = kept.answers.remove(&oldest) {
                kept.bytes -= bytes;
            }
        }
    }

    /// `None` when it is not there or cannot be read; the log says which.
    pub async fn get(&self, storage: &Storage, hash: BlobHash) -> Option<Arc<Answer>> {
        if let Some((answer, _)) = self.kept().answers.get(&hash) {
            return Some(answer.clone());
        }
        let bytes = match storage.blob(hash).await {
            Ok(Some(bytes)) => bytes,
            Ok(None) => {
                tracing::error!(%hash, "an output that the log names is not in storage");
                return None;
            }
            Err(error) => {
                tracing::error!(%error, %hash, "reading an output failed");
                return None;
            }
        };
        match wire::decode_answer(&bytes) {
            Ok(answer) => {
                let answer = Arc::new(answer);
                self.put(hash, answer.clone(), bytes.len());
                Some(answer)
            }
            Err(error) => {
                tracing::error!(%error, %hash, "an output in storage cannot be decoded");
                None
            }
        }
    }

    /// The outputs of every visible cell's latest run, as far as each is no bigger than
    /// `each_bytes` and all of them no bigger than `all_bytes`.
    pub async fn latest(
        &self,
        storage: &Storage,
        state: &Notebook,
        each_bytes: u64,
        all_bytes: u64,
    ) -> Blobs {
        let mut left = all_bytes;
        let mut wanted: Vec<BlobHash> = Vec::new();
        for cell in state.cells() {
            let Some(reference) = state.latest_run(cell.id).and_then(|run| run.seen()) else {
                continue;
            };
            if reference.size_bytes <= each_bytes
                && reference.size_bytes <= left
                && !wanted.contains(&reference.hash)
            {
                left -= reference.size_bytes;
                wanted.push(reference.hash);
            }
        }
        self.read(storage, wanted).await
    }

    /// The outputs that entries name, within the same bounds; of a run that ends among them only the
    /// last, which takes the place of those before.
    pub async fn named(
        &self,
        storage: &Storage,
        entries: &[Entry],
        each_bytes: u64,
        all_bytes: u64,
    ) -> Blobs {
        let mut last: HashMap<RunId, OutputReference> = HashMap::new();
        for entry in entries {
            match &entry.operation {
                Operation::RunPreviewed { run, output } => {
                    last.insert(*run, *output);
                }
                Operation::RunFinished {
                    run,
                    outcome: notebook::Outcome::Done(output),
                } => {
                    last.insert(*run, *output);
                }
                _ => {}
            }
        }
        let mut left = all_bytes;
        let mut wanted = Vec::new();
        for OutputReference { hash, size_bytes } in last.into_values() {
            if size_bytes <= each_bytes && size_bytes <= left && !wanted.contains(&hash) {
                left -= size_bytes;
                wanted.push(hash);
            }
        }
        self.read(storage, wanted).await
    }

    async fn read(&self, storage: &Storage, wanted: Vec<BlobHash>) -> Blobs {
        stream::iter(wanted)
            .map(|hash| async move { self.get(storage, hash).await.map(|answer| (hash, answer)) })
            .buffered(READS_AT_ONCE)
            .filter_map(std::future::ready)
            .collect()
            .await
    }
}
