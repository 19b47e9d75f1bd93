//! What a view asks of the page: effects that go out with a step, and outcomes that come back.

use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;
use std::pin::Pin;
use std::rc::Rc;
use std::task::{Context as Polling, Poll, Waker};

use output::Failure;
use view::{Effect, MAX_EFFECTS, Outcome, SlotUpdate, Wish};

/// What a task does, in the end.
pub(crate) type Work = Pin<Box<dyn Future<Output = Result<(), Failure>>>>;

/// What is collected for the next step, and who waits for which outcome.
#[derive(Default)]
pub(crate) struct World {
    last_id: Cell<u32>,
    effects: RefCell<Vec<Effect>>,
    slots: RefCell<Vec<SlotUpdate>>,
    waiting: RefCell<BTreeMap<u32, Waiting>>,
    /// Tasks of the SDK's own, each with the option it sets.
    setting: RefCell<Vec<(String, Work)>>,
}

enum Waiting {
    For(Waker),
    Over(Outcome),
}

impl World {
    fn send(&self, wish: Wish) -> u32 {
        // Ids of what is long over may come again.
        let id = self.last_id.get().wrapping_add(1);
        self.last_id.set(id);
        self.effects.borrow_mut().push(Effect { id, wish });
        id
    }

    /// An effect whose outcome can be awaited; it goes out when it is first polled.
    pub fn ask(self: &Rc<Self>, wish: Wish) -> Asking {
        Asking {
            world: Rc::clone(self),
            state: Asked::Not(wish),
        }
    }

    /// Hands over an outcome; one that nobody waits for is dropped.
    pub fn end(&self, id: u32, outcome: Outcome) {
        let waiting = self.waiting.borrow_mut().remove(&id);
        if let Some(Waiting::For(waker)) = waiting {
            self.waiting.borrow_mut().insert(id, Waiting::Over(outcome));
            waker.wake();
        }
    }

    /// Nobody waits any more.
    fn forget(&self, id: u32) {
        let was_waited_for = self.waiting.borrow_mut().remove(&id);
        if !matches!(was_waited_for, Some(Waiting::For(_))) {
            return;
        }
        let mut effects = self.effects.borrow_mut();
        // The page has not even heard of it.
        let place = effects.iter().position(|effect| effect.id == id);
        if let Some(place) = place {
            effects.remove(place);
            return;
        }
        drop(effects);
        self.send(Wish::Cancel(id));
    }

    pub fn update_slot(&self, update: SlotUpdate) {
        self.slots.borrow_mut().push(update);
    }

    pub fn set(&self, option: String, work: Work) {
        self.setting.borrow_mut().push((option, work));
    }

    pub fn take_setting(&self) -> Vec<(String, Work)> {
        self.setting.take()
    }

    /// What goes out with a step. Of more effects than a step may hold the rest waits for the next
    /// one, which the end of one of these brings: so what has no end, taking something back, comes
    /// last then.
    pub fn take_step(&self) -> (Vec<SlotUpdate>, Vec<Effect>) {
        let mut effects = self.effects.take();
        if effects.len() > MAX_EFFECTS {
            effects.sort_by_key(|effect| matches!(effect.wish, Wish::Cancel(_)));
            *self.effects.borrow_mut() = effects.split_off(MAX_EFFECTS);
        }
        (self.slots.take(), effects)
    }
}

enum Asked {
    Not(Wish),
    Under(u32),
    Over,
}

/// An effect under way. Dropping it takes it back.
pub(crate) struct Asking {
    world: Rc<World>,
    state: Asked,
}

impl Future for Asking {
    type Output = Outcome;

    fn poll(mut self: Pin<&mut Self>, polling: &mut Polling<'_>) -> Poll<Outcome> {
        let id = match std::mem::replace(&mut self.state, Asked::Over) {
            Asked::Not(wish) => self.world.send(wish),
            Asked::Under(id) => id,
            Asked::Over => return Poll::Pending,
        };
        let mut waiting = self.world.waiting.borrow_mut();
        if let Some(Waiting::Over(outcome)) = waiting.remove(&id) {
            return Poll::Ready(outcome);
        }
        waiting.insert(id, Waiting::For(polling.waker().clone()));
        drop(waiting);
        self.state = Asked::Under(id);
        Poll::Pending
    }
}

impl Drop for Asking {
    fn drop(&mut self) {
        if let Asked::Under(id) = self.state {
            self.world.forget(id);
        }
    }
}
