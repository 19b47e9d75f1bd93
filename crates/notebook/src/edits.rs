//! What an author can take back and do again: their own edits only, whatever others did since.
//!
//! A step holds the operations that take it back. Read from the newest step to the oldest they
//! build on each other like operations that wait for the server, and others' changes move them
//! in the same way.

use crate::{CellId, Notebook, Operation, Received, Step as TextStep, TextChange, rebase::rebase};

/// Steps that can be taken back.
pub const STEPS: usize = 500;
/// Bytes of them together, as [`Operation::size_bytes`] counts: 8 MiB.
const STEPS_BYTES: usize = 8 << 20;
/// Typing goes on in the same step while the pauses are shorter.
const PAUSE_MS: i64 = 700;
/// And for no longer than this, so that a step is about a sentence.
const LONGEST_MS: i64 = 4_000;

#[derive(Clone, Debug, Default)]
pub(crate) struct Edits {
    /// Newest last.
    done: Vec<Step>,
    undone: Vec<Step>,
}

#[derive(Clone, Debug)]
pub(crate) struct Step {
    /// Takes the step back when it is done now.
    pub back: Operation,
    started_ms: i64,
    last_ms: i64,
}

/// Which way one goes through the steps.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Way {
    Undo,
    Redo,
}

/// The operation that takes back another, given the state before it. None for what is not taken
/// back in this way, or does nothing.
pub(crate) fn inverse(before: &Notebook, operation: &Operation) -> Option<Operation> {
    Some(match operation {
        Operation::SetTitle { title } if before.title != *title => Operation::SetTitle {
            title: before.title.clone(),
        },
        Operation::SetTimeRange(setting) if before.time_range != *setting => {
            Operation::SetTimeRange(before.time_range)
        }
        Operation::SetVariable { name, value } if before.variables.get(name) != value.as_ref() => {
            Operation::SetVariable {
                name: name.clone(),
                value: before.variables.get(name).cloned(),
            }
        }
        Operation::InsertCell { cell, .. } => Operation::DeleteCell { cell: *cell },
        Operation::MoveCell { cell, .. } => {
            let place = before.order.iter().position(|other| other == cell)?;
            let after = place.checked_sub(1).map(|left| before.order[left]);
            Operation::MoveCell { cell: *cell, after }
        }
        Operation::DeleteCell { cell } if !before.cell(*cell)?.deleted => {
            Operation::RestoreCell { cell: *cell }
        }
        Operation::RestoreCell { cell } if before.cell(*cell)?.deleted => {
            Operation::DeleteCell { cell: *cell }
        }
        Operation::ChangeText { cell, change } if !change.is_empty() => Operation::ChangeText {
            cell: *cell,
            change: change.invert(&before.cell(*cell)?.text).ok()?,
        },
        _ => return None,
    })
}

impl Edits {
    /// Notes an edit by what takes it back.
    pub fn note(&mut self, edit: &Operation, back: Operation, now_ms: i64) {
        self.undone.clear();
        if let Some(last) = self.done.last_mut()
            && goes_on(last, edit, now_ms)
            && join(&mut last.back, &back)
        {
            last.last_ms = now_ms;
            return;
        }
        self.push(Way::Redo, back, now_ms);
    }

    /// Notes the operation that takes back a step which was just gone in the given way.
    pub fn push(&mut self, way: Way, back: Operation, now_ms: i64) {
        let steps = match way {
            Way::Undo => &mut self.undone,
            Way::Redo => &mut self.done,
        };
        steps.push(Step {
            back,
            started_ms: now_ms,
            last_ms: now_ms,
        });
        let mut bytes: usize = steps.iter().map(|step| step.back.size_bytes()).sum();
        while steps.len() > STEPS || (bytes > STEPS_BYTES && steps.len() > 1) {
            bytes -= steps.remove(0).back.size_bytes();
        }
    }

    /// The next step in that way, which is no longer among the steps.
    pub fn pop(&mut self, way: Way) -> Option<Operation> {
        let steps = match way {
            Way::Undo => &mut self.done,
            Way::Redo => &mut self.undone,
        };
        let back = steps.pop()?.back;
        if let Some(next) = steps.last_mut() {
            // What is typed after this begins a step of its own.
            next.last_ms = i64::MIN;
        }
        Some(back)
    }

    pub fn can(&self, way: Way) -> bool {
        match way {
            Way::Undo => !self.done.is_empty(),
            Way::Redo => !self.undone.is_empty(),
        }
    }

    /// Moves the steps over what others did to the texts.
    pub fn follow(&mut self, received: &Received) {
        for (cell, change) in &received.texts {
            let logged = Operation::ChangeText {
                cell: *cell,
                change: change.clone(),
            };
            for steps in [&mut self.done, &mut self.undone] {
                rebase(steps.iter_mut().rev().map(|step| &mut step.back), &logged);
            }
            // Taking back one's own insertion would take away what others wrote in it.
            self.drop_steps(|back| *back == Operation::DeleteCell { cell: *cell });
        }
    }

    /// Somebody else did this: where it had the last word, an older one of ours is not put back.
    pub fn yield_to(&mut self, theirs: &Operation) {
        if matches!(theirs, Operation::ChangeText { .. }) || theirs.is_of_a_run() {
            return;
        }
        self.drop_steps(|back| match (theirs, back) {
            (Operation::SetTitle { .. }, Operation::SetTitle { .. })
            | (Operation::SetTimeRange(_), Operation::SetTimeRange(_)) => true,
            (Operation::SetVariable { name: theirs, .. }, Operation::SetVariable { name, .. }) => {
                theirs == name
            }
            (Operation::MoveCell { cell: theirs, .. }, Operation::MoveCell { cell, .. })
            | (
                Operation::DeleteCell { cell: theirs } | Operation::RestoreCell { cell: theirs },
                Operation::DeleteCell { cell } | Operation::RestoreCell { cell },
            ) => theirs == cell,
            _ => false,
        });
    }

    fn drop_steps(&mut self, drop: impl Fn(&Operation) -> bool) {
        for steps in [&mut self.done, &mut self.undone] {
            steps.retain(|step| !drop(&step.back));
        }
    }
}

/// Whether an edit goes on with what the last step was about.
fn goes_on(last: &Step, edit: &Operation, now_ms: i64) -> bool {
    let soon = now_ms.saturating_sub(last.last_ms) < PAUSE_MS
        && now_ms.saturating_sub(last.started_ms) < LONGEST_MS;
    soon && !begins_line(edit)
}

fn begins_line(edit: &Operation) -> bool {
    match edit {
        Operation::ChangeText { change, .. } => change
            .steps()
            .iter()
            .any(|step| matches!(step, TextStep::Insert(text) if text.contains('\n'))),
        _ => false,
    }
}

/// Makes one of two that are done after each other, the newer one first.
fn join(back: &mut Operation, newer: &Operation) -> bool {
    match (back, newer) {
        (
            Operation::ChangeText { cell, change },
            Operation::ChangeText {
                cell: newer_cell,
                change: newer,
            },
        ) if cell == newer_cell && touch(change, newer) => match newer.compose(change) {
            Ok(both) => {
                *change = both;
                true
            }
            Err(_) => false,
        },
        // The title before all that typing stays the one to go back to.
        (Operation::SetTitle { .. }, Operation::SetTitle { .. }) => true,
        _ => false,
    }
}

/// Whether two changes are at one place, as far as their first changed positions tell.
fn touch(older: &TextChange, newer: &TextChange) -> bool {
    let ends = |change: &TextChange| {
        let start = match change.steps().first() {
            Some(TextStep::Retain(length)) => *length,
            _ => 0,
        };
        let end = change.reach().min(u64::from(u32::MAX)) as u32;
        (start, end)
    };
    let ((older_start, older_end), (newer_start, newer_end)) = (ends(older), ends(newer));
    newer_start <= older_end && older_start <= newer_end
}

/// The cell that an operation is about, to be shown to its author.
pub(crate) fn subject(operation: &Operation) -> Option<CellId> {
    match operation {
        Operation::ChangeText { cell, .. }
        | Operation::MoveCell { cell, .. }
        | Operation::RestoreCell { cell } => Some(*cell),
        _ => None,
    }
}
