//! What happened, as people tell it: the log's entries gathered into activities.
//!
//! Made of the log alone, entry by entry, so that it grows with the log and is the same for
//! everybody. Typing of one person in one cell is one activity while the pauses stay short; a run
//! is one from its start to its end; everything else is one each.

use crate::{
    ActorId, CellId, CommentId, CommentOperation, Entry, Operation, Outcome, RunId, Sequence, Step,
    utf16_len,
};
use std::collections::HashMap;

/// Typing after a longer pause is another activity: two minutes.
pub const PAUSE_MS: i64 = 2 * 60 * 1000;
/// And after so long it is another one in any case: ten minutes.
pub const LONGEST_MS: i64 = 10 * 60 * 1000;

/// Something that somebody did.
#[derive(Clone, Debug, PartialEq)]
pub struct Activity {
    /// Its first entry.
    pub first: Sequence,
    /// Its last entry; others' entries may lie between.
    pub last: Sequence,
    pub start_ms: i64,
    pub end_ms: i64,
    pub actor: ActorId,
    pub deed: Deed,
}

/// What was done.
#[derive(Clone, Debug, PartialEq)]
pub enum Deed {
    Created,
    Renamed {
        title: String,
    },
    NotebookDeleted,
    NotebookRestored,
    TimeRangeSet,
    VariableSet {
        name: String,
    },
    ViewOffered {
        name: String,
    },
    ViewWithdrawn {
        name: String,
    },
    Introduced {
        name: String,
    },
    CellAdded {
        cell: CellId,
    },
    CellMoved {
        cell: CellId,
    },
    CellDeleted {
        cell: CellId,
    },
    CellRestored {
        cell: CellId,
    },
    /// UTF-16 code units that were typed and taken out.
    Edited {
        cell: CellId,
        added: u32,
        removed: u32,
    },
    Ran {
        cell: CellId,
        run: RunId,
        plugin: String,
        /// None while it runs.
        ending: Option<Ending>,
    },
    Commented {
        comment: CommentId,
        /// The thread that it begins or answers.
        thread: CommentId,
        /// None for an answer, whose thread says it.
        cell: Option<CellId>,
        mentions: Vec<ActorId>,
    },
    CommentEdited {
        comment: CommentId,
    },
    CommentDeleted {
        comment: CommentId,
    },
    ThreadResolved {
        thread: CommentId,
    },
    ThreadReopened {
        thread: CommentId,
    },
}

/// How a run ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ending {
    Done,
    Failed,
    Cancelled,
    Interrupted,
}

impl From<&Outcome> for Ending {
    fn from(outcome: &Outcome) -> Self {
        match outcome {
            Outcome::Done(_) => Self::Done,
            Outcome::Failed(_) => Self::Failed,
            Outcome::Cancelled => Self::Cancelled,
            Outcome::Interrupted => Self::Interrupted,
        }
    }
}

/// The activities of a log, as far as it was told.
#[derive(Clone, Debug, Default)]
pub struct Story {
    activities: Vec<Activity>,
    told: Sequence,
    /// Where typing may go on: one activity for each person and cell, none for the title.
    typing: HashMap<(ActorId, Option<CellId>), usize>,
    /// Runs that have not ended.
    running: HashMap<RunId, usize>,
}

impl Story {
    /// In the order in which they began.
    pub fn activities(&self) -> &[Activity] {
        &self.activities
    }

    /// The last entry that was told.
    pub fn told(&self) -> Sequence {
        self.told
    }

    /// Takes the next entry of the log. Entries that were told are passed over.
    pub fn tell(&mut self, entry: &Entry) {
        if entry.sequence <= self.told {
            return;
        }
        self.told = entry.sequence;
        match &entry.operation {
            Operation::ChangeText { cell, change } => {
                let (mut added, mut removed) = (0, 0);
                for step in change.steps() {
                    match step {
                        Step::Retain(_) => {}
                        Step::Delete(length) => removed += length,
                        Step::Insert(text) => added += utf16_len(text),
                    }
                }
                self.edited(entry, *cell, added, removed);
            }
            Operation::SetTitle { title } => self.renamed(entry, title),
            Operation::RunStarted {
                run, cell, plugin, ..
            } => {
                // What is typed from now on was not in that run.
                self.typing.retain(|(_, place), _| *place != Some(*cell));
                self.running.insert(*run, self.activities.len());
                self.push(
                    entry,
                    Deed::Ran {
                        cell: *cell,
                        run: *run,
                        plugin: plugin.clone(),
                        ending: None,
                    },
                );
            }
            Operation::RunLogged { run, .. }
            | Operation::RunProgressed { run, .. }
            | Operation::RunPreviewed { run, .. } => self.went_on(entry, *run),
            Operation::RunFinished { run, outcome } => {
                self.went_on(entry, *run);
                let place = self.running.remove(run);
                let activity = place.and_then(|place| self.activities.get_mut(place));
                if let Some(Activity {
                    deed: Deed::Ran { ending, .. },
                    ..
                }) = activity
                {
                    *ending = Some(outcome.into());
                }
            }
            operation => {
                let deed = deed(operation);
                self.push_some(entry, deed);
            }
        }
    }

    fn push(&mut self, entry: &Entry, deed: Deed) {
        self.activities.push(Activity {
            first: entry.sequence,
            last: entry.sequence,
            start_ms: entry.time_ms,
            end_ms: entry.time_ms,
            actor: entry.actor,
            deed,
        });
    }

    fn push_some(&mut self, entry: &Entry, deed: Option<Deed>) {
        if let Some(deed) = deed {
            self.push(entry, deed);
        }
    }

    fn went_on(&mut self, entry: &Entry, run: RunId) {
        let place = self.running.get(&run);
        if let Some(activity) = place.and_then(|&place| self.activities.get_mut(place)) {
            activity.last = entry.sequence;
            activity.end_ms = entry.time_ms;
        }
    }

    /// The activity that typing goes on in, brought up to this entry.
    fn going_on(&mut self, entry: &Entry, cell: Option<CellId>) -> Option<&mut Activity> {
        let place = *self.typing.get(&(entry.actor, cell))?;
        let activity = self.activities.get_mut(place)?;
        let short = entry.time_ms.saturating_sub(activity.end_ms) <= PAUSE_MS
            && entry.time_ms.saturating_sub(activity.start_ms) <= LONGEST_MS;
        short.then(|| {
            activity.last = entry.sequence;
            activity.end_ms = entry.time_ms;
            activity
        })
    }

    fn edited(&mut self, entry: &Entry, cell: CellId, more: u32, less: u32) {
        if let Some(activity) = self.going_on(entry, Some(cell))
            && let Deed::Edited { added, removed, .. } = &mut activity.deed
        {
            *added = added.saturating_add(more);
            *removed = removed.saturating_add(less);
            return;
        }
        let place = self.activities.len();
        self.typing.insert((entry.actor, Some(cell)), place);
        self.push(
            entry,
            Deed::Edited {
                cell,
                added: more,
                removed: less,
            },
        );
    }

    fn renamed(&mut self, entry: &Entry, newer: &str) {
        if let Some(activity) = self.going_on(entry, None)
            && let Deed::Renamed { title } = &mut activity.deed
        {
            newer.clone_into(title);
            return;
        }
        self.typing
            .insert((entry.actor, None), self.activities.len());
        let title = newer.to_owned();
        self.push(entry, Deed::Renamed { title });
    }
}

/// What is an activity by itself; none for what is part of another.
fn deed(operation: &Operation) -> Option<Deed> {
    Some(match operation {
        Operation::CreateNotebook { .. } => Deed::Created,
        Operation::DeleteNotebook => Deed::NotebookDeleted,
        Operation::RestoreNotebook => Deed::NotebookRestored,
        Operation::SetTimeRange(_) => Deed::TimeRangeSet,
        Operation::SetVariable { name, .. } => Deed::VariableSet { name: name.clone() },
        Operation::OfferView { plugin } => Deed::ViewOffered {
            name: plugin.name.clone(),
        },
        Operation::WithdrawView { name } => Deed::ViewWithdrawn { name: name.clone() },
        Operation::Introduce(person) => Deed::Introduced {
            name: person.name.clone(),
        },
        Operation::InsertCell { cell, .. } => Deed::CellAdded { cell: *cell },
        Operation::MoveCell { cell, .. } => Deed::CellMoved { cell: *cell },
        Operation::DeleteCell { cell } => Deed::CellDeleted { cell: *cell },
        Operation::RestoreCell { cell } => Deed::CellRestored { cell: *cell },
        Operation::Comment(operation) => comment_deed(operation),
        Operation::SetTitle { .. }
        | Operation::ChangeText { .. }
        | Operation::RunStarted { .. }
        | Operation::RunLogged { .. }
        | Operation::RunProgressed { .. }
        | Operation::RunPreviewed { .. }
        | Operation::RunFinished { .. } => return None,
    })
}

fn comment_deed(operation: &CommentOperation) -> Deed {
    match operation {
        CommentOperation::Begin {
            comment,
            cell,
            words,
            ..
        } => Deed::Commented {
            comment: *comment,
            thread: *comment,
            cell: Some(*cell),
            mentions: words.mentions.clone(),
        },
        CommentOperation::Reply {
            comment,
            thread,
            words,
        } => Deed::Commented {
            comment: *comment,
            thread: *thread,
            cell: None,
            mentions: words.mentions.clone(),
        },
        CommentOperation::Edit { comment, .. } => Deed::CommentEdited { comment: *comment },
        CommentOperation::Delete { comment } => Deed::CommentDeleted { comment: *comment },
        CommentOperation::Resolve { thread } => Deed::ThreadResolved { thread: *thread },
        CommentOperation::Reopen { thread } => Deed::ThreadReopened { thread: *thread },
    }
}
