//! What others did while somebody was away, out of the log's activities.

use crate::{Activity, ActorId, CellId, CommentId, Deed, Ending, Notebook, Sequence};
use std::collections::BTreeSet;

/// A summary of what others did.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Away {
    /// The last entry that somebody had seen.
    pub since: Sequence,
    /// Who did something, in the order in which they began; the server is not one of them.
    pub people: Vec<ActorId>,
    /// Who edited which cells, each cell once for each person. Deleted ones are among them.
    pub edits: Vec<(ActorId, Vec<CellId>)>,
    pub cells_added: usize,
    pub cells_deleted: usize,
    /// Whose end, or start when they still run, came meanwhile.
    pub runs: Runs,
    /// The cells of runs that failed, each once.
    pub failed: Vec<CellId>,
    pub comments: usize,
    /// Comments that name the person, and answers to threads that they wrote in.
    pub for_you: Vec<CommentId>,
    /// The title, where it is a new one.
    pub title: Option<String>,
    /// The notebook was deleted, and still is.
    pub deleted: bool,
}

/// Runs by how they ended.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Runs {
    pub done: usize,
    pub failed: usize,
    /// Cancelled, or interrupted by the end of the server.
    pub stopped: usize,
    pub running: usize,
}

impl Runs {
    pub fn count(self) -> usize {
        self.done + self.failed + self.stopped + self.running
    }
}

impl Away {
    /// Sums up activities after an entry; None when nobody else did anything.
    ///
    /// Of an activity that began before, only what it is about is told, and that is the same.
    pub fn sum_up(
        activities: &[Activity],
        since: Sequence,
        you: ActorId,
        notebook: &Notebook,
    ) -> Option<Self> {
        let mut away = Self {
            since,
            ..Self::default()
        };
        let mut seen = false;
        let others = activities
            .iter()
            .filter(|activity| activity.last > since && activity.actor != you);
        for activity in others {
            // Saying who one is changes nothing that has to be read up on.
            if matches!(activity.deed, Deed::Introduced { .. }) {
                continue;
            }
            seen = true;
            away.add(activity, you, notebook);
        }
        seen.then_some(away)
    }

    fn add(&mut self, activity: &Activity, you: ActorId, notebook: &Notebook) {
        let actor = activity.actor;
        if actor != ActorId::SERVER && !self.people.contains(&actor) {
            self.people.push(actor);
        }
        match &activity.deed {
            Deed::Edited { cell, .. } => self.edited(actor, *cell),
            Deed::CellAdded { .. } => self.cells_added += 1,
            Deed::CellDeleted { .. } => self.cells_deleted += 1,
            Deed::Renamed { title } => self.title = Some(title.clone()),
            Deed::NotebookDeleted => self.deleted = true,
            Deed::NotebookRestored => self.deleted = false,
            Deed::Ran { cell, ending, .. } => match ending {
                Some(Ending::Done) => self.runs.done += 1,
                Some(Ending::Failed) => {
                    self.runs.failed += 1;
                    if !self.failed.contains(cell) {
                        self.failed.push(*cell);
                    }
                }
                Some(Ending::Cancelled | Ending::Interrupted) => self.runs.stopped += 1,
                None => self.runs.running += 1,
            },
            Deed::Commented {
                comment,
                thread,
                mentions,
                ..
            } => {
                self.comments += 1;
                let wrote = notebook.threads.get(*thread).is_some_and(|thread| {
                    let before = thread
                        .comments
                        .iter()
                        .take_while(|other| other.id != *comment);
                    before.map(|other| other.actor).any(|actor| actor == you)
                });
                if wrote || mentions.contains(&you) {
                    self.for_you.push(*comment);
                }
            }
            Deed::Created
            | Deed::TimeRangeSet
            | Deed::VariableSet { .. }
            | Deed::ViewOffered { .. }
            | Deed::ViewWithdrawn { .. }
            | Deed::Introduced { .. }
            | Deed::CellMoved { .. }
            | Deed::CellRestored { .. }
            | Deed::CommentEdited { .. }
            | Deed::CommentDeleted { .. }
            | Deed::ThreadResolved { .. }
            | Deed::ThreadReopened { .. } => {}
        }
    }

    fn edited(&mut self, actor: ActorId, cell: CellId) {
        let place = self.edits.iter().position(|(other, _)| *other == actor);
        match place {
            Some(place) if self.edits[place].1.contains(&cell) => {}
            Some(place) => self.edits[place].1.push(cell),
            None => self.edits.push((actor, vec![cell])),
        }
    }

    /// The cells that others edited, each once.
    pub fn edited_cells(&self) -> BTreeSet<CellId> {
        let cells = self.edits.iter().flat_map(|(_, cells)| cells);
        cells.copied().collect()
    }
}

impl Activity {
    /// The cell that it is about, where it is about one.
    pub fn cell(&self, notebook: &Notebook) -> Option<CellId> {
        let of = |thread: Option<&crate::Thread>| thread.map(|thread| thread.cell);
        match &self.deed {
            Deed::CellAdded { cell }
            | Deed::CellMoved { cell }
            | Deed::CellDeleted { cell }
            | Deed::CellRestored { cell }
            | Deed::Edited { cell, .. }
            | Deed::Ran { cell, .. } => Some(*cell),
            Deed::Commented { cell, thread, .. } => {
                cell.or_else(|| of(notebook.threads.get(*thread)))
            }
            Deed::CommentEdited { comment } | Deed::CommentDeleted { comment } => {
                of(notebook.threads.of(*comment))
            }
            Deed::ThreadResolved { thread } | Deed::ThreadReopened { thread } => {
                of(notebook.threads.get(*thread))
            }
            Deed::Created
            | Deed::Renamed { .. }
            | Deed::NotebookDeleted
            | Deed::NotebookRestored
            | Deed::TimeRangeSet
            | Deed::VariableSet { .. }
            | Deed::ViewOffered { .. }
            | Deed::ViewWithdrawn { .. }
            | Deed::Introduced { .. } => None,
        }
    }
}
