//! The capability `progress`: how far a run is.

use std::sync::Arc;

use crate::{
    api::{Event, Events},
    secrets::Masker,
    text::shorten,
};

/// Most reports that one run passes on; more than anybody can see.
const MAX_REPORTS: u32 = 1_000;
/// Most bytes of what is being done.
const MAX_MESSAGE_BYTES: usize = 200;

/// The progress of one run.
pub(crate) struct Progress {
    events: Events,
    masker: Arc<Masker>,
    reports_left: u32,
}

impl Progress {
    pub fn new(events: Events, masker: Arc<Masker>) -> Self {
        Self {
            events,
            masker,
            reports_left: MAX_REPORTS,
        }
    }

    /// Passes a report on; a fraction that is none counts as 0.
    pub fn report(&mut self, fraction: f64, mut message: String) {
        let Some(left) = self.reports_left.checked_sub(1) else {
            return;
        };
        self.reports_left = left;
        self.masker.mask(&mut message);
        shorten(&mut message, MAX_MESSAGE_BYTES);
        let fraction = if fraction.is_nan() {
            0.0
        } else {
            fraction.clamp(0.0, 1.0)
        };
        (self.events)(Event::Progress { fraction, message });
    }
}
