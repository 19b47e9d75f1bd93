//! The answers that a notebook's cells show, as far as they are at hand.

use super::Model;
use leptos::prelude::*;
use notebook::{BlobHash, parse};
use output::Answer;
use std::sync::Arc;
use view::ShownOutput;

/// Answers that are kept at hand; the browser's cache has the rest.
const ANSWERS_KEPT: usize = 512;

impl Model {
    /// An answer that is at hand.
    pub fn answer(self, hash: BlobHash) -> Option<Arc<Answer>> {
        self.answers
            .with_value(|answers| answers.get(&hash).cloned())
    }

    /// An answer that is at hand; whoever asks is told when it comes.
    pub fn answer_if_here(self, hash: BlobHash) -> Option<Arc<Answer>> {
        self.fetched.track();
        self.answer(hash)
    }

    /// As [`Self::answer_if_here`], and fetches what is not at hand.
    pub fn answer_when_here(self, hash: BlobHash) -> Option<Arc<Answer>> {
        let answer = self.answer_if_here(hash);
        if answer.is_none() {
            web::spawn(async move {
                // Words about a failure are the output's own matter.
                if let Ok(answer) = transport::fetch_answer(hash).await {
                    self.keep_fetched(hash, answer);
                }
            });
        }
        answer
    }

    /// Keeps an answer that came; who waits for it is told.
    pub fn keep_fetched(self, hash: BlobHash, answer: Answer) {
        self.keep_answers(vec![(hash, answer)]);
        self.fetched.try_update(|count| *count += 1);
    }

    /// The latest output of the cell that calls itself so.
    pub fn named_output(self, name: &str) -> Option<ShownOutput> {
        let cells = self.cells.order.get();
        let cell = cells
            .into_iter()
            .filter_map(|id| self.cell(id))
            .find(|cell| cell.text.with(|text| parse(text).name() == Some(name)))?;
        let (hash, time_ms) = cell.run.with(|run| {
            let run = run.as_ref()?;
            Some((run.output()?, run.finished.as_ref()?.1))
        })?;
        let answer = self.answer_when_here(hash)?;
        Some(ShownOutput {
            name: name.to_owned(),
            time_ms,
            answer: (*answer).clone(),
        })
    }

    pub fn keep_answers(self, answers: Vec<(BlobHash, Answer)>) {
        self.answers.update_value(|kept| {
            if kept.len() + answers.len() > ANSWERS_KEPT {
                kept.clear();
            }
            kept.extend(
                answers
                    .into_iter()
                    .map(|(hash, answer)| (hash, Arc::new(answer))),
            );
        });
    }
}
