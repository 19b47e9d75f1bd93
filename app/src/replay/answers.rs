//! Outputs of a replay: those that came with a state, and those that are fetched when they are
//! shown.

use leptos::prelude::*;
use notebook::BlobHash;
use output::Answer;
use std::{
    collections::{HashMap, HashSet},
    sync::Arc,
};
use transport::CallError;

/// Answers that are kept at hand; the browser's cache has the rest.
const KEPT: usize = 512;

/// Handle to the outputs; cheap to copy.
#[derive(Clone, Copy)]
pub struct Answers {
    kept: StoredValue<HashMap<BlobHash, Arc<Answer>>>,
    under_way: StoredValue<HashSet<BlobHash>>,
    failed: StoredValue<HashMap<BlobHash, CallError>>,
    /// Counts what came, and what did not.
    came: RwSignal<u32>,
}

impl Answers {
    pub fn new() -> Self {
        Self {
            kept: StoredValue::new(HashMap::new()),
            under_way: StoredValue::new(HashSet::new()),
            failed: StoredValue::new(HashMap::new()),
            came: RwSignal::new(0),
        }
    }

    pub fn keep(self, answers: Vec<(BlobHash, Answer)>) {
        self.kept.try_update_value(|kept| {
            if kept.len() + answers.len() > KEPT {
                kept.clear();
            }
            let answers = answers.into_iter();
            kept.extend(answers.map(|(hash, answer)| (hash, Arc::new(answer))));
        });
    }

    /// An answer that is at hand.
    pub fn get(self, hash: BlobHash) -> Option<Arc<Answer>> {
        self.kept.with_value(|kept| kept.get(&hash).cloned())
    }

    /// As [`Self::get`]; what is not here is fetched, and whoever asked is told when it came, or
    /// why not.
    pub fn get_or_fetch(self, hash: BlobHash) -> Option<Result<Arc<Answer>, CallError>> {
        self.came.track();
        if let Some(answer) = self.get(hash) {
            return Some(Ok(answer));
        }
        if let Some(error) = self.failed.with_value(|failed| failed.get(&hash).cloned()) {
            return Some(Err(error));
        }
        let first = self
            .under_way
            .try_update_value(|under_way| under_way.insert(hash));
        if first == Some(true) {
            web::spawn(async move {
                match transport::fetch_answer(hash).await {
                    Ok(answer) => self.keep(vec![(hash, answer)]),
                    Err(error) => {
                        self.failed
                            .try_update_value(|failed| failed.insert(hash, error));
                    }
                }
                self.under_way
                    .try_update_value(|under_way| under_way.remove(&hash));
                self.came.try_update(|count| *count += 1);
            });
        }
        None
    }

    /// Tries again what failed.
    pub fn retry(self, hash: BlobHash) {
        self.failed
            .update_value(|failed| drop(failed.remove(&hash)));
        self.came.update(|count| *count += 1);
    }
}
