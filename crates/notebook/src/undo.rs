//! Taking back what was just done to the state, so that a batch is taken whole or not at all
//! without a copy of the notebook.

use crate::{
    ActorId, CellId, Comment, CommentId, Notebook, Offer, OutputReference, Person, Run, RunId,
    TimeRangeSetting,
};
use output::Level;

/// What takes back an operation that was just performed.
#[derive(Debug)]
pub(crate) enum Undo {
    Created,
    Title(String),
    Deleted(bool),
    TimeRange(TimeRangeSetting),
    Variable(String, Option<String>),
    View(String, Option<Box<Offer>>),
    Person(ActorId, Option<Person>),
    Commented(CommentId),
    CommentChanged(Box<Comment>),
    Resolved(CommentId, Option<(ActorId, i64)>),
    Inserted(CellId),
    Moved(CellId, usize),
    CellDeleted(CellId, bool),
    Text(CellId, String),
    /// The run, what the run before it had in its log, and the runs that were let go with
    /// their places among the cell's runs.
    Started(RunId, Option<Log>, Vec<(usize, Run)>),
    Logged(RunId),
    LogDropped(RunId),
    Progressed(RunId, Option<(f64, String)>),
    Previewed(RunId, Option<OutputReference>),
    /// The run and what there was to see of it.
    Finished(RunId, Option<OutputReference>),
}

#[derive(Debug)]
pub(crate) struct Log {
    pub run: RunId,
    pub lines: Vec<(Level, String)>,
    pub dropped: u64,
}

impl Notebook {
    /// Takes back the operation that was performed last.
    pub(crate) fn take_back(&mut self, undo: Undo) {
        match undo {
            Undo::Created => {
                self.title = String::new();
                self.created_ms = 0;
            }
            Undo::Title(title) => self.title = title,
            Undo::Deleted(deleted) => self.deleted = deleted,
            Undo::TimeRange(setting) => self.time_range = setting,
            Undo::Variable(name, Some(value)) => {
                self.variables.insert(name, value);
            }
            Undo::Variable(name, None) => {
                self.variables.remove(&name);
            }
            Undo::View(name, Some(offer)) => {
                self.views.insert(name, *offer);
            }
            Undo::View(name, None) => {
                self.views.remove(&name);
            }
            Undo::Person(actor, Some(person)) => {
                self.people.insert(actor, person);
            }
            Undo::Person(actor, None) => {
                self.people.remove(&actor);
            }
            Undo::Commented(comment) => self.take_back_comment(comment),
            Undo::CommentChanged(before) => self.put_comment_back(*before),
            Undo::Resolved(thread, before) => self.put_resolution_back(thread, before),
            Undo::Inserted(cell) => {
                self.cells.remove(&cell);
                self.order.retain(|&other| other != cell);
            }
            Undo::Moved(cell, place) => {
                self.order.retain(|&other| other != cell);
                self.order.insert(place, cell);
            }
            Undo::CellDeleted(cell, deleted) => {
                if let Some(cell) = self.cells.get_mut(&cell) {
                    cell.deleted = deleted;
                }
            }
            Undo::Text(cell, text) => {
                if let Some(cell) = self.cells.get_mut(&cell) {
                    cell.text = text;
                }
            }
            Undo::Started(run, earlier, let_go) => self.unstart(run, earlier, let_go),
            Undo::Logged(run) => {
                if let Some(run) = self.runs.get_mut(&run) {
                    run.log.pop();
                }
            }
            Undo::LogDropped(run) => {
                if let Some(run) = self.runs.get_mut(&run) {
                    run.log_lines_dropped -= 1;
                }
            }
            Undo::Progressed(run, progress) => {
                if let Some(run) = self.runs.get_mut(&run) {
                    run.progress = progress;
                }
            }
            Undo::Previewed(run, preview) => {
                if let Some(run) = self.runs.get_mut(&run) {
                    run.preview = preview;
                }
            }
            Undo::Finished(run, preview) => {
                if let Some(run) = self.runs.get_mut(&run) {
                    run.preview = preview;
                    run.finished = None;
                }
            }
        }
    }

    fn unstart(&mut self, run: RunId, earlier: Option<Log>, let_go: Vec<(usize, Run)>) {
        let Some(started) = self.runs.remove(&run) else {
            return;
        };
        if let Some(cell) = self.cells.get_mut(&started.cell) {
            cell.runs.pop();
            for (place, run) in &let_go {
                cell.runs.insert(*place, run.id);
            }
        }
        self.runs
            .extend(let_go.into_iter().map(|(_, run)| (run.id, run)));
        if let Some(earlier) = earlier
            && let Some(run) = self.runs.get_mut(&earlier.run)
        {
            run.log = earlier.lines;
            run.log_lines_dropped = earlier.dropped;
        }
    }
}
