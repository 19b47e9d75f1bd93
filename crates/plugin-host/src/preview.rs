//! The capability `preview`: what a run has so far.

use std::sync::Arc;

use output::Answer;

use crate::{
    api::{Event, Events},
    cut,
    mask::Mask,
    secrets::Masker,
};

/// Most previews that one run passes on; who listens keeps fewer of them.
const MAX_PREVIEWS: u32 = 10_000;

/// The previews of one run.
pub(crate) struct Preview {
    events: Events,
    masker: Arc<Masker>,
    kept_bytes: usize,
    left: u32,
}

impl Preview {
    pub fn new(events: Events, masker: Arc<Masker>, kept_bytes: usize) -> Self {
        Self {
            events,
            masker,
            kept_bytes,
            left: MAX_PREVIEWS,
        }
    }

    /// Passes it on, masked and cut as an answer is.
    pub fn show(&mut self, mut answer: Answer) {
        let Some(left) = self.left.checked_sub(1) else {
            return;
        };
        self.left = left;
        if self.masker.has_secrets() {
            answer.mask(&self.masker);
        }
        // After masking: half a secret at the cut would not be recognised.
        cut::cut(&mut answer, self.kept_bytes);
        (self.events)(Event::Preview { answer });
    }
}
