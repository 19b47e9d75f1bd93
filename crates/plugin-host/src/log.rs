//! The capability `log`: lines of a run, live, up to a number of bytes.

use std::sync::Arc;

use output::Level;

use crate::{
    api::{Event, Events},
    secrets::Masker,
    text::shorten,
};

/// Most bytes of one line; the rest of it is cut.
const MAX_LINE_BYTES: usize = 8 << 10;
/// What a line costs beside its text, so that empty lines are no way around the budget.
const LINE_OVERHEAD_BYTES: usize = 64;
/// How a Rust panic begins in a log line that a plugin's panic hook writes.
const PANIC_WORD: &str = "panicked";

/// The log of one run.
pub(crate) struct RunLog {
    events: Events,
    masker: Arc<Masker>,
    bytes_left: usize,
    is_cut: bool,
    panic: Option<String>,
}

impl RunLog {
    pub fn new(events: Events, masker: Arc<Masker>, log_bytes: usize) -> Self {
        Self {
            events,
            masker,
            bytes_left: log_bytes,
            is_cut: false,
            panic: None,
        }
    }

    /// Passes a line on, or drops it when the budget is used up; the first drop is announced.
    pub fn add(&mut self, level: Level, mut message: String) {
        let is_panic = level == Level::Error && message.contains(PANIC_WORD);
        if self.is_cut && !is_panic {
            return;
        }
        // Masking comes first: half a secret at the cut would not be recognised.
        self.masker.mask(&mut message);
        shorten(&mut message, MAX_LINE_BYTES);
        if is_panic {
            self.panic = Some(message.clone());
        }
        if self.is_cut {
            return;
        }
        match self
            .bytes_left
            .checked_sub(message.len() + LINE_OVERHEAD_BYTES)
        {
            Some(left) => {
                self.bytes_left = left;
                (self.events)(Event::Log { level, message });
            }
            None => {
                self.is_cut = true;
                (self.events)(Event::Log {
                    level: Level::Warn,
                    message: "The log of this run is too long and is cut here.".to_owned(),
                });
            }
        }
    }

    /// What the plugin logged about its own panic.
    pub fn panic(&self) -> Option<&str> {
        self.panic.as_deref()
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::panic, reason = "tests")]
    use std::sync::Mutex;

    use super::*;

    fn lines(log_bytes: usize, write: impl Fn(&mut RunLog)) -> Vec<String> {
        let seen = Arc::new(Mutex::new(Vec::new()));
        let sink = Arc::clone(&seen);
        let events: Events = Arc::new(move |event| match event {
            Event::Log { message, .. } => sink.lock().unwrap().push(message),
            Event::Progress { .. } | Event::Preview { .. } => panic!("only lines are reported"),
        });
        write(&mut RunLog::new(
            events,
            Arc::new(Masker::default()),
            log_bytes,
        ));
        seen.lock().unwrap().clone()
    }

    #[test]
    fn a_flood_is_cut_once_with_a_notice() {
        let lines = lines(1000, |log| {
            for _ in 0..100_000 {
                log.add(Level::Info, String::new());
            }
        });
        assert_eq!(lines.len(), 1000 / LINE_OVERHEAD_BYTES + 1);
        assert!(lines.last().unwrap().contains("cut"));
    }

    #[test]
    fn a_long_line_is_shortened_at_a_character() {
        let lines = lines(1 << 20, |log| {
            log.add(Level::Info, "é".repeat(MAX_LINE_BYTES));
        });
        let line = lines.first().unwrap();
        assert!(line.len() <= MAX_LINE_BYTES && line.ends_with("é…"));
    }
}
