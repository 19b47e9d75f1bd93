//! What a run shows before it ends: the newest only, now and then, and not without an end.

use crate::room::NewOutput;
use notebook::OutputReference;
use output::Answer;
use std::{
    sync::{Arc, Mutex, PoisonError},
    time::{Duration, Instant},
};

/// A run's preview reaches the log at most this often.
pub const PREVIEW_EVERY: Duration = Duration::from_millis(500);
/// Most bytes of all previews of a run that are kept.
pub const MAX_PREVIEW_BYTES: usize = 32 << 20;

/// Where the plugin puts what it has; what nobody has taken is gone when something newer comes.
#[derive(Clone, Default)]
pub struct Slot(Arc<Mutex<Option<Answer>>>);

impl Slot {
    /// True when it was empty before.
    pub fn put(&self, answer: Answer) -> bool {
        let mut slot = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        slot.replace(answer).is_none()
    }

    fn take(&self) -> Option<Answer> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).take()
    }

    fn is_empty(&self) -> bool {
        self.0
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .is_none()
    }
}

/// The previews of one run.
pub struct Previews {
    slot: Slot,
    kept: Option<Instant>,
    bytes_left: usize,
    is_over: bool,
}

/// What is to be done with a preview.
pub enum Next {
    Nothing,
    Keep(OutputReference, NewOutput),
    /// There is no room for it; said once.
    Over,
}

impl Previews {
    pub fn new(slot: Slot) -> Self {
        Self {
            slot,
            kept: None,
            bytes_left: MAX_PREVIEW_BYTES,
            is_over: false,
        }
    }

    pub fn is_waiting(&self) -> bool {
        !self.is_over && !self.slot.is_empty()
    }

    /// The newest, when there is one and its time has come.
    pub fn due(&mut self, now: Instant) -> Next {
        match self.kept {
            Some(kept) if now.duration_since(kept) < PREVIEW_EVERY => Next::Nothing,
            _ => self.last(now),
        }
    }

    /// The newest, when there is one.
    pub fn last(&mut self, now: Instant) -> Next {
        if self.is_over {
            return Next::Nothing;
        }
        let Some(answer) = self.slot.take() else {
            return Next::Nothing;
        };
        let answer = Arc::new(answer);
        let bytes = bytes::Bytes::from(wire::encode_answer(&answer));
        let Some(left) = self.bytes_left.checked_sub(bytes.len()) else {
            self.is_over = true;
            return Next::Over;
        };
        self.bytes_left = left;
        self.kept = Some(now);
        let reference = OutputReference {
            hash: storage::blob_hash(&bytes),
            size_bytes: bytes.len() as u64,
        };
        let output = NewOutput {
            hash: reference.hash,
            bytes,
            answer: Some(answer),
        };
        Next::Keep(reference, output)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use output::Output;

    fn text(text: &str) -> Answer {
        Answer::from(Output::Text(text.to_owned()))
    }

    #[test]
    fn the_newest_is_kept_now_and_then() {
        let slot = Slot::default();
        let mut previews = Previews::new(slot.clone());
        assert!(!previews.is_waiting());
        assert!(slot.put(text("one")));
        assert!(!slot.put(text("two")));
        let kept = |next: Next| match next {
            Next::Keep(_, output) => output.answer.map(|answer| (*answer).clone()),
            Next::Nothing | Next::Over => None,
        };
        let now = Instant::now();
        assert_eq!(kept(previews.due(now)), Some(text("two")));
        slot.put(text("three"));
        assert_eq!(kept(previews.due(now)), None, "too early");
        assert!(previews.is_waiting());
        let later = now + PREVIEW_EVERY;
        assert_eq!(kept(previews.due(later)), Some(text("three")));
        slot.put(text("four"));
        assert_eq!(kept(previews.last(later)), Some(text("four")));
    }

    #[test]
    fn all_of_a_run_are_bounded() {
        let slot = Slot::default();
        let mut previews = Previews::new(slot.clone());
        let large = "x".repeat(8 << 20);
        for _ in 0..3 {
            slot.put(text(&large));
            assert!(matches!(previews.last(Instant::now()), Next::Keep(..)));
        }
        slot.put(text(&large));
        assert!(matches!(previews.last(Instant::now()), Next::Over));
        slot.put(text("small"));
        assert!(matches!(previews.last(Instant::now()), Next::Nothing));
        assert!(!previews.is_waiting());
    }
}
