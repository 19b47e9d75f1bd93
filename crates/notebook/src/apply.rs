//! One step of the fold: what an operation does to the state.
//!
//! Cost is that of the operation and of the cell it names; only operations that name a place
//! among the cells walk over the list of cell identifiers.

use crate::{
    ActorId, ApplyError, Cell, CellId, Entry, Notebook, Offer, Operation, Outcome, Run, RunId,
    Sequence,
    check::{check_after, check_before},
    limits,
    undo::{Log, Undo},
};
use output::{Level, TimeRange};

impl Notebook {
    /// Folds the next entry of the log in; on an error nothing has changed.
    ///
    /// Limits on size are not checked here: what the log holds was accepted.
    ///
    /// # Errors
    /// When the entry does not follow the last one, or does not fit the state.
    pub fn apply(&mut self, entry: &Entry) -> Result<(), ApplyError> {
        let expected = self.sequence.0.saturating_add(1);
        if entry.sequence.0 != expected {
            return Err(ApplyError::OutOfOrder {
                expected,
                found: entry.sequence.0,
            });
        }
        self.perform(&entry.operation, entry.actor, entry.time_ms)?;
        self.sequence = entry.sequence;
        self.updated_ms = entry.time_ms;
        Ok(())
    }

    /// As [`Notebook::apply`], for a log that somebody brings along: what is over a limit is
    /// refused, as it would have been where it was proposed.
    ///
    /// # Errors
    /// As [`Notebook::apply`], and for limits. The state is of no use then.
    pub fn apply_within_limits(&mut self, entry: &Entry) -> Result<(), ApplyError> {
        check_before(self, &entry.operation)?;
        self.apply(entry)?;
        check_after(self, &entry.operation)
    }

    /// Does an operation, apart from its place in the log; on an error nothing has changed.
    pub(crate) fn perform(
        &mut self,
        operation: &Operation,
        actor: ActorId,
        time_ms: i64,
    ) -> Result<Undo, ApplyError> {
        let exists = self.sequence > Sequence::default();
        match (
            exists,
            matches!(operation, Operation::CreateNotebook { .. }),
        ) {
            (true, true) => return Err(ApplyError::AlreadyCreated),
            (false, false) => return Err(ApplyError::NotCreated),
            (true, false) | (false, true) => {}
        }
        Ok(match operation {
            Operation::CreateNotebook { title } => {
                self.title.clone_from(title);
                self.created_ms = time_ms;
                Undo::Created
            }
            Operation::SetTitle { title } => {
                Undo::Title(std::mem::replace(&mut self.title, title.clone()))
            }
            Operation::DeleteNotebook => Undo::Deleted(std::mem::replace(&mut self.deleted, true)),
            Operation::RestoreNotebook => {
                Undo::Deleted(std::mem::replace(&mut self.deleted, false))
            }
            Operation::SetTimeRange(setting) => {
                Undo::TimeRange(std::mem::replace(&mut self.time_range, *setting))
            }
            Operation::SetVariable { name, value } => {
                let before = match value {
                    Some(value) => self.variables.insert(name.clone(), value.clone()),
                    None => self.variables.remove(name),
                };
                Undo::Variable(name.clone(), before)
            }
            Operation::OfferView { plugin } => {
                let offer = Offer {
                    plugin: (**plugin).clone(),
                    actor,
                    time_ms,
                };
                let name = plugin.name.clone();
                Undo::View(name.clone(), self.views.insert(name, offer).map(Box::new))
            }
            Operation::WithdrawView { name } => {
                Undo::View(name.clone(), self.views.remove(name).map(Box::new))
            }
            Operation::Introduce(person) => {
                Undo::Person(actor, self.people.insert(actor, person.clone()))
            }
            Operation::Comment(operation) => self.discuss(operation, actor, time_ms)?,
            Operation::InsertCell { cell, after, text } => self.insert(*cell, *after, text)?,
            Operation::MoveCell { cell, after } => self.move_cell(*cell, *after)?,
            Operation::DeleteCell { cell } => self.set_deleted(*cell, true)?,
            Operation::RestoreCell { cell } => self.set_deleted(*cell, false)?,
            Operation::ChangeText { cell: id, change } => {
                let cell = self.cell_mut(*id)?;
                let text = change
                    .apply(&cell.text)
                    .map_err(|source| ApplyError::Change { cell: *id, source })?;
                Undo::Text(*id, std::mem::replace(&mut cell.text, text))
            }
            Operation::RunStarted {
                run,
                cell,
                plugin,
                source,
                time_range,
            } => self.start(
                *run,
                *cell,
                Start {
                    actor,
                    plugin,
                    source,
                    time_range: *time_range,
                    time_ms,
                },
            )?,
            Operation::RunLogged {
                run,
                level,
                message,
            } => self.log(*run, *level, message)?,
            Operation::RunProgressed {
                run,
                fraction,
                message,
            } => {
                let progress = Some((*fraction, message.clone()));
                let run = self.running_mut(*run)?;
                Undo::Progressed(run.id, std::mem::replace(&mut run.progress, progress))
            }
            Operation::RunPreviewed { run, output } => {
                let run = self.running_mut(*run)?;
                Undo::Previewed(run.id, run.preview.replace(*output))
            }
            Operation::RunFinished { run, outcome } => self.finish(*run, outcome, time_ms)?,
        })
    }

    fn cell_mut(&mut self, cell: CellId) -> Result<&mut Cell, ApplyError> {
        self.cells
            .get_mut(&cell)
            .ok_or(ApplyError::UnknownCell { cell })
    }

    fn running_mut(&mut self, run: RunId) -> Result<&mut Run, ApplyError> {
        match self.runs.get_mut(&run) {
            None => Err(ApplyError::UnknownRun { run }),
            Some(found) if found.finished.is_some() => Err(ApplyError::RunEnded { run }),
            Some(found) => Ok(found),
        }
    }

    fn place_of(&self, cell: CellId) -> Result<usize, ApplyError> {
        // The map answers for unknown cells without a walk.
        if !self.cells.contains_key(&cell) {
            return Err(ApplyError::UnknownCell { cell });
        }
        self.order
            .iter()
            .position(|&other| other == cell)
            .ok_or(ApplyError::UnknownCell { cell })
    }

    fn place_after(&self, after: Option<CellId>) -> Result<usize, ApplyError> {
        after.map_or(Ok(0), |after| Ok(self.place_of(after)? + 1))
    }

    fn insert(
        &mut self,
        id: CellId,
        after: Option<CellId>,
        text: &str,
    ) -> Result<Undo, ApplyError> {
        if self.cells.contains_key(&id) {
            return Err(ApplyError::CellExists { cell: id });
        }
        let place = self.place_after(after)?;
        self.order.insert(place, id);
        let cell = Cell {
            id,
            text: text.to_owned(),
            deleted: false,
            runs: Vec::new(),
        };
        self.cells.insert(id, cell);
        Ok(Undo::Inserted(id))
    }

    fn move_cell(&mut self, cell: CellId, after: Option<CellId>) -> Result<Undo, ApplyError> {
        if after == Some(cell) {
            return Err(ApplyError::AfterItself { cell });
        }
        let from = self.place_of(cell)?;
        let mut to = self.place_after(after)?;
        if from < to {
            // The cell is taken out in front of its new place.
            to -= 1;
        }
        self.order.remove(from);
        self.order.insert(to, cell);
        Ok(Undo::Moved(cell, from))
    }

    fn set_deleted(&mut self, cell: CellId, deleted: bool) -> Result<Undo, ApplyError> {
        let found = self.cell_mut(cell)?;
        let before = std::mem::replace(&mut found.deleted, deleted);
        Ok(Undo::CellDeleted(cell, before))
    }

    fn start(&mut self, id: RunId, cell: CellId, start: Start<'_>) -> Result<Undo, ApplyError> {
        if self.runs.contains_key(&id) {
            return Err(ApplyError::RunExists { run: id });
        }
        let inputs = self.inputs(start.source);
        let found = self
            .cells
            .get_mut(&cell)
            .ok_or(ApplyError::UnknownCell { cell })?;
        let earlier = found
            .runs
            .last()
            .and_then(|run| self.runs.get_mut(run))
            .map(|run| {
                let lines = std::mem::take(&mut run.log);
                let dropped = run.log_lines_dropped;
                run.log_lines_dropped = dropped.saturating_add(lines.len() as u64);
                Log {
                    run: run.id,
                    lines,
                    dropped,
                }
            });
        let mut let_go = Vec::new();
        let mut surplus = (found.runs.len() + 1).saturating_sub(limits::RUNS_PER_CELL);
        let runs = &mut self.runs;
        let mut place = 0;
        found.runs.retain(|run| {
            let here = place;
            place += 1;
            let ended = runs.get(run).is_some_and(|run| run.finished.is_some());
            if surplus == 0 || !ended {
                return true;
            }
            surplus -= 1;
            let_go.extend(runs.remove(run).map(|run| (here, run)));
            false
        });
        found.runs.push(id);
        let run = Run {
            id,
            cell,
            actor: start.actor,
            plugin: start.plugin.to_owned(),
            source: start.source.to_owned(),
            time_range: start.time_range,
            inputs,
            started_ms: start.time_ms,
            log: Vec::new(),
            log_lines_dropped: 0,
            progress: None,
            preview: None,
            finished: None,
        };
        self.runs.insert(id, run);
        Ok(Undo::Started(id, earlier, let_go))
    }

    fn log(&mut self, id: RunId, level: Level, message: &str) -> Result<Undo, ApplyError> {
        let cell = self.running_mut(id)?.cell;
        let latest = self.cells.get(&cell).and_then(|cell| cell.runs.last()) == Some(&id);
        let run = self.running_mut(id)?;
        if latest && run.log.len() < limits::RUN_LOG_LINES {
            run.log.push((level, message.to_owned()));
            Ok(Undo::Logged(id))
        } else {
            run.log_lines_dropped = run.log_lines_dropped.saturating_add(1);
            Ok(Undo::LogDropped(id))
        }
    }

    fn finish(&mut self, run: RunId, outcome: &Outcome, time_ms: i64) -> Result<Undo, ApplyError> {
        let found = self.running_mut(run)?;
        found.finished = Some((outcome.clone(), time_ms));
        // An answer takes the place of what was seen before it; an end without one does not.
        let preview = match outcome {
            Outcome::Done(_) => found.preview.take(),
            Outcome::Failed(_) | Outcome::Cancelled | Outcome::Interrupted => found.preview,
        };
        Ok(Undo::Finished(run, preview))
    }
}

/// How a run begins.
struct Start<'a> {
    actor: ActorId,
    plugin: &'a str,
    source: &'a str,
    time_range: TimeRange,
    time_ms: i64,
}
