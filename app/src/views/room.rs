//! How many views run at once: when there are too many, the one that is out of sight for longest
//! rests. What it showed stays, and it starts afresh when it is seen again.

use super::{Views, instance::Instance};
use leptos::prelude::*;

/// Views that run at the same time, out of sight among them: each has a worker and its memory. What
/// is in sight runs in any case.
const MAX_RUNNING: usize = 16;

impl Views {
    /// Makes room for a view that begins to run.
    pub fn make_room(self, beginning: Instance) {
        let Some(shared) = self.shared.try_get_value() else {
            return;
        };
        let resting = {
            let mut shared = shared.borrow_mut();
            let running = &mut shared.running;
            running.retain(|view| *view != beginning && view.is_running());
            let longest = running
                .iter()
                .filter_map(|view| Some((view.out_of_sight_since()?, *view)))
                .min_by_key(|(since_ms, _)| *since_ms);
            let full = running.len() >= MAX_RUNNING;
            running.push(beginning);
            longest.filter(|_| full)
        };
        if let Some((_, view)) = resting {
            view.rest();
        }
    }
}
