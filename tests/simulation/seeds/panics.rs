//! Panics of tasks, which a runtime would swallow.

use std::{cell::RefCell, panic, sync::Once};

thread_local! {
    static PANIC: RefCell<Option<String>> = const { RefCell::new(None) };
}

/// From now on panics are kept for [`take`].
pub fn keep() {
    static KEPT: Once = Once::new();
    KEPT.call_once(|| {
        let before = panic::take_hook();
        panic::set_hook(Box::new(move |panic| {
            PANIC.with_borrow_mut(|kept| *kept = Some(panic.to_string()));
            before(panic);
        }));
    });
}

/// The last panic of this thread.
pub fn take() -> Option<String> {
    PANIC.take()
}
