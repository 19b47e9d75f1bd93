//! Taking back and doing again what one did oneself.

use super::{Ask, Model};
use crate::ids;
use notebook::{OperationId, Replica, Stepped};

impl Model {
    /// Takes back one's own last edit, wherever in the notebook it was.
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
        match stepped.cell {
            // Who was typing goes on typing where it happened.
            Some(cell) if self.company.caret().is_some() => self.focus_on(cell),
            Some(cell) => self.ask(cell, Ask::Select),
            None => {}
        }
    }
}
