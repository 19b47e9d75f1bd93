//! The server's clock.

use std::time::{SystemTime, UNIX_EPOCH};

/// Milliseconds since 1970 UTC.
pub fn now_ms() -> i64 {
    #[cfg(feature = "simulation")]
    if let Some(now_ms) = SIMULATED.get() {
        return now_ms();
    }
    match SystemTime::now().duration_since(UNIX_EPOCH) {
        Ok(since) => i64::try_from(since.as_millis()).unwrap_or(i64::MAX),
        // A clock before 1970 is wrong anyway.
        Err(_) => 0,
    }
}

#[cfg(feature = "simulation")]
thread_local! {
    /// What this thread's servers go by in place of the machine's clock.
    pub static SIMULATED: std::cell::Cell<Option<fn() -> i64>> = const { std::cell::Cell::new(None) };
}
