//! The state of a notebook: what the log amounts to at one sequence number.

use crate::{
    ActorId, BlobHash, CellId, Inputs, NotebookId, Outcome, OutputReference, Person, RunId,
    Sequence, Thread, Threads, TimeRangeSetting,
};
use output::{Level, PluginSummary, TimeRange};
use std::collections::BTreeMap;

/// A notebook at one moment of its log.
#[derive(Clone, Debug, PartialEq)]
pub struct Notebook {
    pub id: NotebookId,
    /// The last entry that is folded in.
    pub sequence: Sequence,
    pub title: String,
    pub deleted: bool,
    pub time_range: TimeRangeSetting,
    pub variables: BTreeMap<String, String>,
    /// View plugins that are offered to whoever opens the notebook, by name.
    pub views: BTreeMap<String, Offer>,
    /// Who said how they want to be seen.
    pub people: BTreeMap<ActorId, Person>,
    pub threads: Threads,
    pub created_ms: i64,
    pub updated_ms: i64,
    /// Every cell that ever was, deleted ones at their place.
    pub(crate) order: Vec<CellId>,
    pub(crate) cells: BTreeMap<CellId, Cell>,
    pub(crate) runs: BTreeMap<RunId, Run>,
}

#[derive(Clone, Debug, PartialEq)]
pub struct Cell {
    pub id: CellId,
    pub text: String,
    pub deleted: bool,
    /// Those that the state keeps, oldest first.
    pub runs: Vec<RunId>,
}

/// A view plugin that somebody offers with a notebook. Its component is the blob that
/// `plugin.view` names; what it asks for is what `plugin` says, and nothing else is ever granted.
#[derive(Clone, Debug, PartialEq)]
pub struct Offer {
    pub plugin: PluginSummary,
    pub actor: ActorId,
    pub time_ms: i64,
}

/// One run of a cell.
#[derive(Clone, Debug, PartialEq)]
pub struct Run {
    pub id: RunId,
    pub cell: CellId,
    pub actor: ActorId,
    pub plugin: String,
    /// The cell's text as it was run.
    pub source: String,
    pub time_range: TimeRange,
    /// What it took from the notebook.
    pub inputs: Inputs,
    pub started_ms: i64,
    pub log: Vec<(Level, String)>,
    /// Lines beyond the number that a run keeps, and those of a run that is no longer the latest.
    pub log_lines_dropped: u64,
    /// Fraction of 0 to 1 and what is being done.
    pub progress: Option<(f64, String)>,
    /// What there is to see before the answer; kept when none came.
    pub preview: Option<OutputReference>,
    /// Outcome and when, once it ended.
    pub finished: Option<(Outcome, i64)>,
}

impl Run {
    /// The blob that holds the answer, when there is one.
    pub fn output(&self) -> Option<BlobHash> {
        match &self.finished {
            Some((Outcome::Done(reference), _)) => Some(reference.hash),
            _ => None,
        }
    }

    /// What there is to see of it: its answer, or what it showed before one came.
    pub fn seen(&self) -> Option<OutputReference> {
        match &self.finished {
            Some((Outcome::Done(reference), _)) => Some(*reference),
            _ => self.preview,
        }
    }
}

impl Notebook {
    /// A notebook before the first entry of its log.
    pub fn new(id: NotebookId) -> Self {
        Self {
            id,
            sequence: Sequence::default(),
            title: String::new(),
            deleted: false,
            time_range: TimeRangeSetting::default(),
            variables: BTreeMap::new(),
            views: BTreeMap::new(),
            people: BTreeMap::new(),
            threads: Threads::default(),
            created_ms: 0,
            updated_ms: 0,
            order: Vec::new(),
            cells: BTreeMap::new(),
            runs: BTreeMap::new(),
        }
    }

    /// The cells that are shown, in order.
    pub fn cells(&self) -> impl Iterator<Item = &Cell> {
        self.all_cells().filter(|cell| !cell.deleted)
    }

    /// Every cell that ever was, deleted ones at their place.
    pub fn all_cells(&self) -> impl Iterator<Item = &Cell> {
        self.order.iter().filter_map(|id| self.cells.get(id))
    }

    pub fn cell(&self, cell: CellId) -> Option<&Cell> {
        self.cells.get(&cell)
    }

    pub fn run(&self, run: RunId) -> Option<&Run> {
        self.runs.get(&run)
    }

    /// The run of a cell that started last.
    pub fn latest_run(&self, cell: CellId) -> Option<&Run> {
        self.run(*self.cells.get(&cell)?.runs.last()?)
    }

    /// Every run that the state keeps, by identifier.
    pub fn runs(&self) -> impl Iterator<Item = &Run> {
        self.runs.values()
    }

    /// Runs that have not ended.
    pub fn running(&self) -> impl Iterator<Item = &Run> {
        self.runs.values().filter(|run| run.finished.is_none())
    }

    /// Everything in the open, for a snapshot.
    pub fn to_parts(&self) -> NotebookParts {
        NotebookParts {
            id: self.id,
            sequence: self.sequence,
            title: self.title.clone(),
            deleted: self.deleted,
            time_range: self.time_range,
            variables: self.variables.clone(),
            views: self.views.values().cloned().collect(),
            people: self.people.clone(),
            threads: self.threads.iter().cloned().collect(),
            created_ms: self.created_ms,
            updated_ms: self.updated_ms,
            cells: self.all_cells().cloned().collect(),
            runs: self.runs.values().cloned().collect(),
        }
    }

    /// The notebook of a snapshot.
    ///
    /// # Errors
    /// When the parts do not belong together.
    pub fn from_parts(parts: NotebookParts) -> Result<Self, PartsError> {
        let order: Vec<CellId> = parts.cells.iter().map(|cell| cell.id).collect();
        let mut cells = BTreeMap::new();
        let mut owners = BTreeMap::new();
        for cell in parts.cells {
            for &run in &cell.runs {
                if owners.insert(run, cell.id).is_some() {
                    return Err(PartsError::RunTwice { run });
                }
            }
            let id = cell.id;
            if cells.insert(id, cell).is_some() {
                return Err(PartsError::CellTwice { cell: id });
            }
        }
        let mut runs = BTreeMap::new();
        for run in parts.runs {
            let id = run.id;
            if owners.get(&id) != Some(&run.cell) {
                return Err(PartsError::RunWithoutCell { run: id });
            }
            if runs.insert(id, run).is_some() {
                return Err(PartsError::RunTwice { run: id });
            }
        }
        if let Some(&run) = owners.keys().find(|run| !runs.contains_key(run)) {
            return Err(PartsError::MissingRun { run });
        }
        Ok(Self {
            id: parts.id,
            sequence: parts.sequence,
            title: parts.title,
            deleted: parts.deleted,
            time_range: parts.time_range,
            variables: parts.variables,
            views: parts
                .views
                .into_iter()
                .map(|offer| (offer.plugin.name.clone(), offer))
                .collect(),
            people: parts.people,
            threads: Threads::from_threads(parts.threads).ok_or(PartsError::Threads)?,
            created_ms: parts.created_ms,
            updated_ms: parts.updated_ms,
            order,
            cells,
            runs,
        })
    }
}

/// A notebook with everything in the open, for snapshots.
#[derive(Clone, Debug, PartialEq)]
pub struct NotebookParts {
    pub id: NotebookId,
    pub sequence: Sequence,
    pub title: String,
    pub deleted: bool,
    pub time_range: TimeRangeSetting,
    pub variables: BTreeMap<String, String>,
    pub views: Vec<Offer>,
    pub people: BTreeMap<ActorId, Person>,
    pub threads: Vec<Thread>,
    pub created_ms: i64,
    pub updated_ms: i64,
    /// In order, deleted ones included.
    pub cells: Vec<Cell>,
    pub runs: Vec<Run>,
}

/// Why parts are not a notebook.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PartsError {
    #[error("cell {cell} is there twice")]
    CellTwice { cell: CellId },
    #[error("run {run} is there twice")]
    RunTwice { run: RunId },
    #[error("run {run} is not among the runs of its cell")]
    RunWithoutCell { run: RunId },
    #[error("run {run} is named by a cell and is not there")]
    MissingRun { run: RunId },
    #[error("a comment is there twice, or a thread does not begin with its first comment")]
    Threads,
}
