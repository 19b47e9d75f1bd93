//! Taking back and doing again what one did oneself.

use super::Model;
use crate::ids;
use leptos::ev::KeyboardEvent;
use notebook::{OperationId, Replica, Stepped};

impl Model {
    /// Ctrl+Z takes back one's own last edit, wherever in the notebook it was; Ctrl+Shift+Z and
    /// Ctrl+Y do it again. Fields that are not the notebook's own text keep what browsers do there.
    pub fn step_by_key(self, event: &KeyboardEvent) {
        let command = event.ctrl_key() || event.meta_key();
        if !command
            || event.alt_key()
            || web::is_composing(event)
            || web::is_in_foreign_field(event)
        {
            return;
        }
        match (event.key().to_lowercase().as_str(), event.shift_key()) {
            ("z", false) => self.undo(),
            ("z", true) | ("y", false) => self.redo(),
            _ => return,
        }
        event.prevent_default();
    }

    pub fn undo(self) {
        self.step("Nothing of yours to undo.", |replica, new_id, now_ms| {
            replica.undo(new_id, now_ms)
        });
    }

    pub fn redo(self) {
        self.step("Nothing to do again.", |replica, new_id, now_ms| {
            replica.redo(new_id, now_ms)
        });
    }

    fn step(
        self,
        nothing: &'static str,
        step: impl FnOnce(&mut Replica, fn() -> OperationId, i64) -> Option<Stepped>,
    ) {
        let new_id = || ids::new_id(OperationId::from_bits);
        let now_ms = web::now_ms();
        let stepped = self.with_replica(|replica| step(replica, new_id, now_ms));
        let Some(stepped) = stepped.flatten() else {
            self.session.announce(nothing);
            return;
        };
        self.show(&stepped.received);
        self.flush();
        if let Some(cell) = stepped.cell {
            self.focus_on(cell);
        }
    }
}
