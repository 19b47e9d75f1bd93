//! What of a view changed, so that a page touches only that.

use crate::{ApplyError, CellId, Entry, Notebook, Operation, RunId, TextChange, diff};
use std::collections::{BTreeMap, BTreeSet};

/// What changed in the view.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Received {
    /// Title, deletion, time range, variables, offered views or people.
    pub head: bool,
    /// Cells whose comments changed.
    pub comments: BTreeSet<CellId>,
    /// Which cells are shown, or their order.
    pub structure: bool,
    /// Cells that are new, changed, or had something happen in a run.
    pub cells: BTreeSet<CellId>,
    /// Cells that the view did not have before.
    pub fresh: BTreeSet<CellId>,
    /// How the texts of the others changed, for an editor that shows one.
    pub texts: BTreeMap<CellId, TextChange>,
    /// Runs that something happened in.
    pub runs: BTreeSet<RunId>,
}

impl Received {
    /// Notes what an operation is about; `state` has it.
    pub(crate) fn add(&mut self, operation: &Operation, state: &Notebook) {
        match operation {
            Operation::CreateNotebook { .. }
            | Operation::SetTitle { .. }
            | Operation::DeleteNotebook
            | Operation::RestoreNotebook
            | Operation::SetTimeRange(_)
            | Operation::SetVariable { .. }
            | Operation::OfferView { .. }
            | Operation::WithdrawView { .. }
            | Operation::Introduce(_) => self.head = true,
            Operation::Comment(operation) => {
                let thread = operation.thread(state);
                let thread = thread.and_then(|thread| state.threads.get(thread));
                self.comments.extend(thread.map(|thread| thread.cell));
            }
            Operation::InsertCell { cell, .. } => {
                self.structure = true;
                self.cells.insert(*cell);
                self.fresh.insert(*cell);
            }
            Operation::MoveCell { cell, .. }
            | Operation::DeleteCell { cell }
            | Operation::RestoreCell { cell } => {
                self.structure = true;
                self.cells.insert(*cell);
            }
            Operation::ChangeText { cell, .. } => {
                self.cells.insert(*cell);
            }
            Operation::RunStarted { run, .. }
            | Operation::RunLogged { run, .. }
            | Operation::RunProgressed { run, .. }
            | Operation::RunPreviewed { run, .. }
            | Operation::RunFinished { run, .. } => {
                self.runs.insert(*run);
                self.cells.extend(state.run(*run).map(|run| run.cell));
            }
        }
    }

    /// Notes a change of a text as it was done to the view.
    pub(crate) fn add_text(&mut self, operation: &Operation) {
        let Operation::ChangeText { cell, change } = operation else {
            return;
        };
        if self.fresh.contains(cell) {
            return;
        }
        let whole = self.texts.entry(*cell).or_default();
        // Changes that were applied one after the other always compose.
        if let Ok(both) = whole.compose(change) {
            *whole = both;
        }
    }

    /// Notes every difference of two views. `texts` are the changes that lead from one to the other
    /// where they are known.
    pub(crate) fn compare(
        &mut self,
        before: &Notebook,
        after: &Notebook,
        texts: &BTreeMap<CellId, TextChange>,
    ) {
        self.head |= before.title != after.title
            || before.deleted != after.deleted
            || before.time_range != after.time_range
            || before.variables != after.variables
            || before.views != after.views
            || before.people != after.people;
        for thread in after.threads.iter().chain(before.threads.iter()) {
            if before.threads.get(thread.id) != after.threads.get(thread.id) {
                self.comments.insert(thread.cell);
            }
        }
        self.structure |= before.order != after.order;
        for cell in after.all_cells() {
            let Some(earlier) = before.cell(cell.id) else {
                self.cells.insert(cell.id);
                self.fresh.insert(cell.id);
                self.structure = true;
                continue;
            };
            self.structure |= earlier.deleted != cell.deleted;
            if earlier.text != cell.text {
                self.cells.insert(cell.id);
                let leads =
                    |change: &&TextChange| change.apply(&earlier.text).as_ref() == Ok(&cell.text);
                let known = texts.get(&cell.id).filter(leads).cloned();
                self.add_text(&Operation::ChangeText {
                    cell: cell.id,
                    change: known.unwrap_or_else(|| diff(&earlier.text, &cell.text)),
                });
            } else if earlier != cell {
                self.cells.insert(cell.id);
            }
        }
        for run in after.runs() {
            if before.run(run.id) != Some(run) {
                self.runs.insert(run.id);
                self.cells.insert(run.cell);
            }
        }
    }
}

/// What came since the view is to be made anew: how texts changed, as it would have seen it. By
/// comparing alone nobody could tell whose letters stayed between others'.
#[derive(Default)]
pub(crate) struct Behind {
    pub texts: BTreeMap<CellId, TextChange>,
}

impl Behind {
    pub fn note(&mut self, cell: CellId, change: &TextChange) {
        let whole = self.texts.entry(cell).or_default();
        // What does not fit is found by comparing.
        *whole = whole.compose(change).unwrap_or_default();
    }
}

impl Notebook {
    /// Folds entries in and says what changed, so that a replay draws only that.
    ///
    /// # Errors
    /// When one of them does not fit; what came before it is folded in.
    pub fn follow(&mut self, entries: &[Entry]) -> Result<Received, ApplyError> {
        let mut received = Received::default();
        for entry in entries {
            self.apply(entry)?;
            received.add(&entry.operation, self);
        }
        Ok(received)
    }

    /// What differs in another state of the same notebook, earlier or later.
    pub fn changes_to(&self, other: &Self) -> Received {
        let mut received = Received::default();
        received.compare(self, other, &BTreeMap::new());
        received
    }
}
