//! Taking back one's own edits, and nothing else.

use super::*;
use crate::Replica;
use std::cell::Cell as Counter;

/// Ann's page, whose entries come back at once.
struct Page {
    replica: Replica,
    next: Counter<u128>,
    now_ms: i64,
}

impl Page {
    fn new(operations: impl IntoIterator<Item = Operation>) -> Self {
        Self {
            replica: Replica::new(notebook(operations), ANN),
            next: Counter::new(100),
            now_ms: 0,
        }
    }

    fn id(&self) -> OperationId {
        self.next.set(self.next.get() + 1);
        OperationId::from_bits(self.next.get())
    }

    fn edit(&mut self, pause_ms: i64, operation: Operation) {
        self.now_ms += pause_ms;
        let id = self.id();
        let proposal = Proposal { id, operation };
        self.replica.edit(proposal, self.now_ms).unwrap();
        self.confirm();
    }

    fn confirm(&mut self) {
        while let Some(submission) = self.replica.next_submission() {
            for proposal in submission.proposals {
                let sequence = self.replica.confirmed().sequence.0 + 1;
                let entry = Entry {
                    id: proposal.id,
                    ..entry(sequence, proposal.operation)
                };
                self.replica.receive(&[entry]).unwrap();
            }
        }
    }

    fn arrives(&mut self, operation: Operation) {
        let sequence = self.replica.confirmed().sequence.0 + 1;
        let entry = Entry {
            actor: BEN,
            ..entry(sequence, operation)
        };
        self.replica.receive(&[entry]).unwrap();
    }

    fn step(&mut self, undo: bool, expected: &str) {
        let ids = self.next.clone();
        let new_id = || {
            ids.set(ids.get() + 1_000);
            OperationId::from_bits(ids.get())
        };
        match undo {
            true => self.replica.undo(new_id, self.now_ms),
            false => self.replica.redo(new_id, self.now_ms),
        };
        self.next.set(ids.get());
        self.confirm();
        assert_eq!(shown(self.replica.view()), expected);
    }

    fn undo(&mut self, expected: &str) {
        self.step(true, expected);
    }

    fn redo(&mut self, expected: &str) {
        self.step(false, expected);
    }
}

#[test]
fn what_is_typed_in_one_go_is_one_step() {
    let mut page = Page::new([insert(1, None, "")]);
    page.edit(5_000, replace(1, 0..0, "a"));
    page.edit(100, replace(1, 1..1, "b"));
    // After a pause, on a new line, and elsewhere, it is another.
    page.edit(1_000, replace(1, 2..2, "c"));
    page.edit(100, replace(1, 3..3, "\n"));
    page.edit(100, replace(1, 0..0, "0"));
    page.undo("1:abc\n");
    page.undo("1:abc");
    page.undo("1:ab");
    page.undo("1:");
    page.undo("1:");
    page.redo("1:ab");
    page.redo("1:abc");
    // What is new ends what could be done again.
    page.edit(5_000, replace(1, 0..0, "!"));
    page.redo("1:!abc");
    assert!(!page.replica.can_redo() && page.replica.can_undo());
}

#[test]
fn others_keep_what_they_typed_inside_of_it() {
    let mut page = Page::new([insert(1, None, "")]);
    page.edit(0, replace(1, 0..0, "hello"));
    page.arrives(replace(1, 2..2, "BEN"));
    page.undo("1:BEN");
    page.arrives(replace(1, 3..3, "!"));
    page.redo("1:heBEN!llo");
}

#[test]
fn structure_goes_back_where_it_was() {
    let start = [
        insert(1, None, "a"),
        insert(2, Some(1), "b"),
        insert(3, Some(2), "c"),
    ];
    let mut page = Page::new(start);
    page.edit(0, move_cell(3, None));
    page.edit(0, delete(1));
    page.edit(0, insert(4, Some(2), "d"));
    assert_eq!(shown(page.replica.view()), "3:c 2:b 4:d");
    page.undo("3:c 2:b");
    page.undo("3:c 1:a 2:b");
    page.undo("1:a 2:b 3:c");
    page.redo("3:c 1:a 2:b");
    page.redo("3:c 2:b");
    page.redo("3:c 2:b 4:d");
}

#[test]
fn a_cell_that_others_wrote_in_is_not_taken_back() {
    let mut page = Page::new([insert(1, None, "a")]);
    page.edit(0, replace(1, 1..1, "!"));
    page.edit(0, insert(2, Some(1), ""));
    page.arrives(replace(2, 0..0, "Ben was here"));
    // The step before it is the next one.
    page.undo("1:a 2:Ben was here");
}

#[test]
fn who_had_the_last_word_keeps_it() {
    let title = |title: &str| Operation::SetTitle {
        title: title.into(),
    };
    let mut page = Page::new([insert(1, None, "a"), insert(2, Some(1), "b")]);
    page.edit(0, title("Ann's"));
    page.edit(0, move_cell(2, None));
    page.arrives(title("Ben's"));
    page.arrives(move_cell(2, Some(1)));
    page.undo("1:a 2:b");
    assert_eq!(page.replica.view().title, "Ben's");
}
