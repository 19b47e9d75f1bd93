//! The clock, timers and frames.

use gloo_timers::callback::{Interval, Timeout};
use wasm_bindgen::{JsCast, closure::Closure};

/// Milliseconds since 1970 UTC on this device's clock.
pub fn now_ms() -> i64 {
    js_sys::Date::now() as i64
}

/// A running timer; it stops when dropped.
pub struct Timer {
    kind: TimerKind,
}

enum TimerKind {
    Once(Timeout),

    Repeating(Interval),
}

/// Calls once, after `delay_ms`, unless the timer is dropped before.
pub fn after(delay_ms: u32, call: impl FnOnce() + 'static) -> Timer {
    Timer {
        kind: TimerKind::Once(Timeout::new(delay_ms, call)),
    }
}

/// Calls again and again until the timer is dropped.
pub fn every(period_ms: u32, call: impl FnMut() + 'static) -> Timer {
    Timer {
        kind: TimerKind::Repeating(Interval::new(period_ms, call)),
    }
}

/// Waits.
pub async fn pause(delay_ms: u32) {
    gloo_timers::future::TimeoutFuture::new(delay_ms).await;
}

/// Calls before the next frame is painted.
pub fn next_frame(call: impl FnOnce() + 'static) {
    let Some(window) = crate::window() else {
        return;
    };
    let call = Closure::once_into_js(call);
    // Only fails on a window that is gone, and then nothing is painted any more.
    let _ = window.request_animation_frame(call.unchecked_ref());
}

impl Timer {
    /// Lets the timer run although nobody holds it any more.
    pub fn forget(self) {
        match self.kind {
            TimerKind::Once(timer) => {
                timer.forget();
            }
            TimerKind::Repeating(timer) => {
                timer.forget();
            }
        }
    }
}
